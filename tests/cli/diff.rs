//! The diff: taken by `git apply` and `patch -p1`, whatever is in the files.

use std::io::Read;
use std::process::{Command, Stdio};

use capi_upgrade::source::Language;
use capi_upgrade::transform::Catalogue;
use proptest::prelude::*;
use proptest::test_runner::TestRunner;

use super::modules::any_module;
use super::support::{Folder, NEW, OLD, diff_of};

/// The diff of the current folder turns its files into what `--apply` makes of them, by either tool.
#[track_caller]
fn check_patch(files: &[(&str, &[u8], &[u8])]) {
    for tool in ["git", "patch"] {
        let folder = Folder::with(&[]);
        for (name, old, _) in files {
            folder.write(name, old);
        }
        let ran = folder.run(&["-q", "."]);
        assert_eq!((ran.code, ran.err.as_str()), (0, ""));
        folder.write("changes.patch", &ran.out);
        match tool {
            "git" => folder.tool("git", &["apply", "changes.patch"]),
            _ => folder.tool("patch", &["-p1", "--binary", "-i", "changes.patch"]),
        }
        for (name, _, new) in files {
            assert_eq!(String::from_utf8_lossy(&folder.read(name)), String::from_utf8_lossy(new), "{tool}: {name}");
        }
        // Nothing is left to do, and --apply would have come to the same.
        folder.run(&["-q", "."]).check(0, "", "");
        for (name, old, _) in files {
            folder.write(name, old);
        }
        folder.run(&["-q", "--apply", "."]).check(0, "", "");
        for (name, _, new) in files {
            assert_eq!(folder.read(name), *new, "--apply: {name}");
        }
    }
}

#[test]
fn plain_files() {
    check_patch(&[("x.c", OLD.as_bytes(), NEW.as_bytes()), ("src/y.h", OLD.as_bytes(), NEW.as_bytes())]);
}

#[test]
fn newlines_of_every_kind_stay() {
    let (crlf_old, crlf_new) = (OLD.replace('\n', "\r\n"), NEW.replace('\n', "\r\n"));
    let mixed = |text: &str| text.replace("{\n", "{\r\n") + "/* lone \r return */\n";
    let cut = |text: &str| text.trim_end().to_owned();
    check_patch(&[
        ("crlf.c", crlf_old.as_bytes(), crlf_new.as_bytes()),
        ("mixed.c", mixed(OLD).as_bytes(), mixed(NEW).as_bytes()),
        ("cut.c", cut(OLD).as_bytes(), cut(NEW).as_bytes()),
    ]);
}

#[test]
fn bytes_that_are_no_text_stay() {
    let odd = |text: &str| [b"\xef\xbb\xbf/* \xe4\xf6 */\x0c\n", text.as_bytes(), b"// \xff\x1b[0m\n"].concat();
    check_patch(&[("odd.c", &odd(OLD), &odd(NEW))]);
}

#[test]
fn names_of_every_kind_are_understood() {
    let (old, new) = (OLD.as_bytes(), NEW.as_bytes());
    check_patch(&[
        ("with space.c", old, new),
        ("sp\u{e4}t.c", old, new),
        ("quo\"te.c", old, new),
        ("back\\slash.c", old, new),
        ("ta\tb/li\nne.c", old, new),
        ("-dash.c", old, new),
    ]);
}

/// What people and their editors do to files.
const DRESSES: [fn(&str) -> Vec<u8>; 8] = [
    |text| text.into(),
    |text| text.replace('\n', "\r\n").into(),
    |text| text.replace("{\n", "{\r\n").into(),
    |text| format!("\u{feff}{text}").into(),
    |text| [b"/* \xe4\xf6\xff */\n", text.as_bytes(), b"// \x1b[0m \r lone\n"].concat(),
    |text| text.trim_end().into(),
    |text| text.replace("\n\n", "\n\x0c\n").into(),
    |text| text.trim_end().replace('\n', "\r\n").into(),
];

/// Names that a diff must quote or may stumble on.
const NAMES: [&str; 5] = ["plain", "with space", "quo\"te", "sp\u{e4}t", "-dash"];

fn dressed(number: usize, text: &str) -> Vec<u8> {
    DRESSES[number % DRESSES.len()](text)
}

/// One diff of all `files`, applied by either tool, comes to what `--apply` makes of them.
fn check_all(files: &[(String, Vec<u8>)]) {
    let args = ["-q", "--select", "all", "--unsafe"];
    let folder = || {
        let folder = Folder::with(&[]);
        files.iter().for_each(|(name, text)| folder.write(name, text));
        folder
    };
    let applied = folder();
    // Files that must be told about are no obstacle.
    let diff = applied.run(&[&args[..], &["."]].concat());
    assert_eq!((diff.code, diff.err.as_str()), (0, ""));
    assert_eq!(applied.run(&[&args[..], &["--apply", "."]].concat()).code, 0);
    for (tool, options) in [("git", &["apply"][..]), ("patch", &["-p1", "--binary", "--fuzz=0", "-s", "-i"])] {
        if Command::new(tool).arg("--version").output().is_err() {
            println!("skipped: there is no {tool}");
            continue;
        }
        let patched = folder();
        patched.write("changes.patch", &diff.out);
        patched.tool(tool, &[options, &["changes.patch"]].concat());
        for (name, _) in files {
            let (ours, theirs) = (applied.read(name), patched.read(name));
            assert_eq!(String::from_utf8_lossy(&theirs), String::from_utf8_lossy(&ours), "{tool}: {name}");
            assert_eq!(theirs, ours, "{tool}: {name}");
        }
    }
}

#[test]
fn the_diff_of_all_examples_comes_to_what_apply_writes() {
    let mut files = Vec::new();
    for transform in Catalogue::builtin().transforms() {
        for (at, example) in transform.file().examples.iter().enumerate() {
            let number = files.len();
            let folder = format!("{}/{at}", transform.id());
            let name = NAMES[number % NAMES.len()];
            let extension = if example.language == Language::Cpp { "cpp" } else { "c" };
            let text = example.before.as_ref().or(example.unchanged.as_ref()).map_or("", String::as_str);
            files.push((format!("{folder}/{name}.{extension}"), dressed(number, text)));
            files.extend(example.files.iter().map(|(other, text)| (format!("{folder}/{other}"), text.clone().into())));
        }
    }
    check_all(&files);
}

#[test]
fn the_diff_of_modules_that_are_made_up_comes_to_what_apply_writes() {
    // A run of the program costs more than what it looks at.
    let cases = (ProptestConfig::default().cases / 64).max(1);
    let mut runner = TestRunner::new(ProptestConfig { cases, max_shrink_iters: 16, ..ProptestConfig::default() });
    let modules = proptest::collection::vec(any_module(), 40);
    let ran = runner.run(&modules, |modules| {
        let files = modules.iter().enumerate().map(|(number, module)| {
            (format!("{number}/{} {}", NAMES[number % NAMES.len()], module.name), dressed(number, &module.text))
        });
        check_all(&files.collect::<Vec<_>>());
        Ok(())
    });
    assert!(ran.is_ok(), "{}", ran.unwrap_err());
}

#[test]
fn a_deep_folder_shows_paths_relative_to_itself() {
    let folder = Folder::with(&[("pkg/src/x.c", OLD)]);
    let output = folder.command(&["-q"]).current_dir(folder.path("pkg")).output().unwrap();
    assert_eq!(String::from_utf8(output.stdout).unwrap(), diff_of("src/x.c"));
}

#[test]
fn a_file_above_the_current_folder_can_be_patched_from_the_root() {
    let folder = Folder::with(&[("x.c", OLD), ("pkg/y.txt", "")]);
    let output = folder.command(&["-q", "../x.c"]).current_dir(folder.path("pkg")).output().unwrap();
    folder.write("changes.patch", &output.stdout);
    folder.tool("patch", &["-p1", "-d", "/", "-i", &folder.path("changes.patch").display().to_string()]);
    assert_eq!(folder.text("x.c"), NEW);
}

#[test]
fn colours_are_for_terminals() {
    let folder = Folder::with(&[("x.c", OLD)]);
    let plain = folder.run(&["-q", "x.c"]);
    assert_eq!(plain.text(), diff_of("x.c"));
    let forced = folder.run(&["-q", "--color=always", "x.c"]);
    assert!(forced.text().contains("\u{1b}[32m+    Py_SET_TYPE(op, type);\u{1b}[0m\n"), "{}", forced.text());
    // A file must not be coloured, whatever the environment forces.
    let output = folder.command(&["-q", "x.c"]).env("CLICOLOR_FORCE", "1").output().unwrap();
    assert_eq!(output.stdout, plain.out);
}

#[test]
fn a_closed_pipe_is_success() {
    let folder = Folder::with(&[]);
    for number in 0..400 {
        folder.write(format!("{number}.c"), OLD);
    }
    let mut command = folder.command(&["."]);
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let mut pipe = child.stdout.take().unwrap();
    pipe.read_exact(&mut [0; 10]).unwrap();
    drop(pipe);
    let output = child.wait_with_output().unwrap();
    assert_eq!((output.status.code(), String::from_utf8(output.stderr).unwrap().as_str()), (Some(0), ""));
}

#[test]
#[cfg(target_os = "linux")]
fn output_that_cannot_be_written_is_an_error() {
    let folder = Folder::with(&[("x.c", OLD)]);
    let full = std::fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
    let output = folder.command(&["-q", "x.c"]).stdout(full).stderr(Stdio::piped()).output().unwrap();
    assert_eq!(String::from_utf8(output.stderr).unwrap(), "error: standard output: no space left\n");
    assert_eq!(output.status.code(), Some(2));
}
