//! MANIFEST.in: rules of which the last one that names a file decides.

use std::path::Path;

use super::patterns::matches_path;
use super::{Draft, Header, newline};

const MANIFEST: &str = "MANIFEST.in";

/// Sees to it that the rules include `header`. Without rules they are begun, unless the repository has its own say.
pub fn include(draft: &mut Draft<'_>, header: &Header, tracked: bool) {
    let path = Path::new(MANIFEST);
    let Some(text) = draft.text(path) else {
        if draft.files.has(path) {
            draft.note(format!("MANIFEST.in cannot be read; it should say `include {}`", header.path));
        } else if tracked {
            draft.ask_to_commit(header);
        } else if is_one_word(&header.path) {
            draft.put(path, format!("include {}\n", header.path));
        }
        return;
    };
    if covers(&text, &header.path) {
        return;
    }
    let line = format!("include {}", header.path);
    let beside = after_neighbour(&text, header.folder());
    let new = [beside, Some(text.len())].into_iter().flatten().map(|at| with_line(&text, at, &line));
    match new.into_iter().find(|new| is_one_word(&header.path) && covers(new, &header.path)) {
        Some(new) => draft.put(path, new),
        None => draft.note(format!("MANIFEST.in does not include {}: add a rule for it", header.path)),
    }
}

/// Whether rules, which are split at spaces and know no quotes, can name a path as it is.
fn is_one_word(path: &str) -> bool {
    !path.contains(|char: char| char.is_whitespace() || "*?[]\\#".contains(char))
}

/// A rule with its lines, the continued ones among them.
struct Rule {
    words: Vec<String>,
    end: usize,
}

fn rules(text: &str) -> Vec<Rule> {
    let mut rules = Vec::new();
    let (mut logical, mut end) = (String::new(), 0);
    for line in text.split_inclusive('\n') {
        end += line.len();
        let line = line.trim();
        let line = if line.starts_with('#') { "" } else { line };
        if let Some(begun) = line.strip_suffix('\\') {
            logical.push_str(begun);
            logical.push(' ');
            continue;
        }
        logical.push_str(line);
        let words: Vec<String> = logical.split_whitespace().map(str::to_owned).collect();
        if !words.is_empty() {
            rules.push(Rule { words, end });
        }
        logical.clear();
    }
    rules
}

/// Whether the rules of `text` end with the file at `path` included.
fn covers(text: &str, path: &str) -> bool {
    let mut covered = false;
    for rule in rules(text) {
        let Some((action, words)) = rule.words.split_first() else { continue };
        let words: Vec<&str> = words.iter().map(|word| word.trim_end_matches('/')).collect();
        let below = |patterns: &[&str], folder: &str| {
            patterns.iter().any(|pattern| matches_path(&format!("{folder}/**/{pattern}"), path))
        };
        let is_named = match (action.as_str(), words.split_first()) {
            ("include" | "exclude", _) => words.iter().any(|word| matches_path(word, path)),
            ("recursive-include" | "recursive-exclude", Some((folder, patterns))) => below(patterns, folder),
            ("global-include" | "global-exclude", _) => {
                words.iter().any(|word| matches_path(&format!("**/{word}"), path))
            }
            ("graft" | "prune", _) => words.iter().any(|folder| matches_path(&format!("{folder}/**"), path)),
            _ => false,
        };
        if is_named {
            covered = !(action.ends_with("exclude") || action == "prune");
        }
    }
    covered
}

/// The end of the last rule that includes headers of `folder` by their names.
fn after_neighbour(text: &str, folder: &str) -> Option<usize> {
    let is_neighbour = |word: &String| {
        let (parent, name) = word.rsplit_once('/').unwrap_or(("", word));
        parent == folder && name.ends_with(".h") && is_one_word(name)
    };
    let including = rules(text).into_iter().filter(|rule| rule.words[0] == "include");
    including.filter(|rule| rule.words[1..].iter().any(is_neighbour)).map(|rule| rule.end).next_back()
}

/// `text` with a line more at the end of a line.
fn with_line(text: &str, at: usize, line: &str) -> String {
    let newline = newline(text);
    let (before, after) = text.split_at(at);
    let missing = if before.is_empty() || before.ends_with('\n') { "" } else { newline };
    format!("{before}{missing}{line}{newline}{after}")
}

#[cfg(test)]
mod tests {
    use super::super::tests::planned;
    use super::*;

    /// MANIFEST.in after a run; none where nothing was written.
    fn after(manifest: &str) -> Option<String> {
        planned(&[("setup.py", ""), (MANIFEST, manifest)]).0.remove(MANIFEST)
    }

    #[test]
    fn rules_that_cover_the_header_are_enough() {
        for rule in [
            "include src/capi_compat.h",
            "include src/*.h",
            "include README \\\n  src/*.h",
            "recursive-include src *.c *.h",
            "recursive-include src *",
            "global-include *.h",
            "graft src/",
            "graft src\nglobal-exclude *.pyc",
            "prune src\ninclude src/*.h",
        ] {
            assert_eq!(after(rule), None, "{rule}");
        }
    }

    #[test]
    fn a_rule_is_added() {
        for rule in ["include *.h", "recursive-include lib *.h", "# graft src", "graft srcs", "graft src\nprune src"] {
            assert_eq!(after(rule).as_deref(), Some(&*format!("{rule}\ninclude src/capi_compat.h\n")));
        }
        assert_eq!(after("include a\r\n").as_deref(), Some("include a\r\ninclude src/capi_compat.h\r\n"));
        assert_eq!(after("").as_deref(), Some("include src/capi_compat.h\n"));
    }

    #[test]
    fn it_stands_beside_its_neighbours() {
        let own = "include README\ninclude src/own.h\nrecursive-include test *.py\n";
        let expected = "include README\ninclude src/own.h\ninclude src/capi_compat.h\nrecursive-include test *.py\n";
        assert_eq!(after(own).as_deref(), Some(expected));
        let taken_out = "include src/own.h\nprune src\n";
        let expected = "include src/own.h\nprune src\ninclude src/capi_compat.h\n";
        assert_eq!(after(taken_out).as_deref(), Some(expected), "where a later rule would take it out again");
    }

    #[test]
    fn rules_are_begun_only_for_setuptools() {
        let (changes, notes) = planned(&[("setup.py", "")]);
        assert_eq!(changes[MANIFEST], "include src/capi_compat.h\n");
        assert!(notes.is_empty());
        let (changes, notes) = planned(&[("setup.py", "setup(use_scm_version=True)")]);
        assert!(changes.is_empty());
        assert_eq!(notes, ["commit src/capi_compat.h: source distributions hold what the repository does"]);
        let other = "[build-system]\nbuild-backend = 'own'\n";
        let (changes, notes) = planned(&[("setup.py", ""), ("pyproject.toml", other)]);
        assert!(changes.is_empty());
        assert_eq!(notes, ["see that source distributions hold src/capi_compat.h"]);
    }
}
