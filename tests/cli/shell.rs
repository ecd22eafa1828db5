//! `completions` and `man`.

use std::process::{Command, Stdio};

use super::support::Folder;

#[test]
fn every_shell_gets_completions() {
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        let ran = Folder::with(&[]).run(&["completions", shell]);
        assert_eq!((ran.code, ran.err.as_str()), (0, ""), "{shell}");
        for word in ["min-python", "explain", "capi-upgrade"] {
            assert!(ran.text().contains(word), "{shell}: {word}");
        }
    }
}

#[test]
fn bash_completes_options_and_their_values() {
    if Command::new("bash").arg("--version").stdout(Stdio::null()).status().is_err() {
        println!("there is no bash here");
        return;
    }
    let script = Folder::with(&[]).run(&["completions", "bash"]);
    let complete = |words: &str, at: usize| {
        let line = format!(
            "{}\nfunction=$(complete -p capi-upgrade | sed 's/.*-F \\([^ ]*\\).*/\\1/')\n\
             COMP_WORDS=({words}) COMP_CWORD={at}\n$function capi-upgrade \"${{COMP_WORDS[{at}]}}\" \
             \"${{COMP_WORDS[{at}-1]}}\"\nprintf '%s ' \"${{COMPREPLY[@]}}\"",
            script.text()
        );
        let ran = Command::new("bash").args(["-c", &line]).output().expect("bash runs");
        String::from_utf8(ran.stdout).unwrap().trim_end().to_owned()
    };
    assert_eq!(complete("capi-upgrade --min", 1), "--min-python");
    assert_eq!(complete("capi-upgrade --format h", 2), "html");
    assert_eq!(complete("capi-upgrade list --form", 2), "--format");
}

#[test]
fn the_man_page_has_every_option() {
    let folder = Folder::with(&[]);
    let page = folder.run(&["man"]);
    assert_eq!((page.code, page.err.as_str()), (0, ""));
    assert!(page.text().contains(".TH capi-upgrade 1"), "{}", page.text());
    let help = folder.run(&["--help"]);
    let options = help.text().split_whitespace().filter_map(|word| word.trim_end_matches(',').strip_prefix("--"));
    for option in options.filter(|option| option.chars().all(|c| c.is_ascii_lowercase() || c == '-')) {
        assert!(page.text().contains(&option.replace('-', "\\-")), "{option}");
    }
    assert!(folder.run(&["man", "header"]).text().contains("used\\-by"));
    let ran = folder.run(&["man", "heather"]);
    assert_eq!((ran.code, ran.text()), (2, ""));
    assert!(ran.err.contains("no subcommand `heather`; did you mean `header`?"), "{}", ran.err);
}
