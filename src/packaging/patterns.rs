//! Patterns by which build files name other files.

use ignore::gitignore::GitignoreBuilder;
use regex::Regex;

/// Whether the pattern of a shell matches a whole path with slashes: `*` and `?` stop at one, and `**` is any number of
/// folders.
pub fn matches_path(pattern: &str, path: &str) -> bool {
    let parts: Vec<&str> = pattern.split('/').filter(|part| *part != ".").collect();
    let mut regex = String::from(r"\A");
    for (at, part) in parts.iter().enumerate() {
        let is_last = at + 1 == parts.len();
        match (*part, is_last) {
            ("**", false) => regex.push_str("(?:[^/]+/)*"),
            ("**", true) => regex.push_str(".+"),
            (part, _) => {
                name(part, &mut regex);
                if !is_last {
                    regex.push('/');
                }
            }
        }
    }
    regex.push_str(r"\z");
    Regex::new(&regex).is_ok_and(|regex| regex.is_match(path))
}

/// One part of a path as a regular expression. A set that is not closed is its bracket.
fn name(part: &str, regex: &mut String) {
    let mut rest = part;
    while let Some(char) = rest.chars().next() {
        rest = &rest[char.len_utf8()..];
        match char {
            '*' => regex.push_str("[^/]*"),
            '?' => regex.push_str("[^/]"),
            '[' if rest.get(1..).is_some_and(|set| set.contains(']')) => {
                let end = rest[1..].find(']').map_or(0, |end| end + 1);
                let (negated, set) = match rest[..end].strip_prefix('!') {
                    Some(set) => ("^", set),
                    None => ("", &rest[..end]),
                };
                let escaped: String =
                    set.chars().map(|char| if char == '-' { "-".into() } else { escape(char) }).collect();
                regex.push_str(&format!("[{negated}{escaped}]"));
                rest = &rest[end + 1..];
            }
            char => regex.push_str(&escape(char)),
        }
    }
}

fn escape(char: char) -> String {
    regex::escape(char.encode_utf8(&mut [0; 4]))
}

/// Whether one of the patterns matches a path as those of a `.gitignore` do.
pub fn matches_as_ignored<'p>(patterns: impl IntoIterator<Item = &'p str>, path: &str) -> bool {
    let mut builder = GitignoreBuilder::new("");
    for pattern in patterns {
        let _ = builder.add_line(None, pattern);
    }
    builder.build().is_ok_and(|rules| rules.matched_path_or_any_parents(path, false).is_ignore())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_of_the_shell() {
        for (pattern, path, expected) in [
            ("*.h", "x.h", true),
            ("*.h", "src/x.h", false),
            ("src/*.h", "src/x.h", true),
            ("./src/?.[hc]", "src/x.h", true),
            ("src/[!x].h", "src/x.h", false),
            ("src/**/*.h", "src/x.h", true),
            ("src/**/*.h", "src/a/b/x.h", true),
            ("src/**", "src/a/x.h", true),
            ("src/x.h", "src/xxh", false),
            ("src/[x.h", "src/[x.h", true),
            ("[", "[", true),
            ("[]", "[]", true),
            ("[é", "é", false),
        ] {
            assert_eq!(matches_path(pattern, path), expected, "{pattern} {path}");
        }
    }

    #[test]
    fn patterns_of_git() {
        for (pattern, expected) in [("/src", true), ("*.h", true), ("src/**", true), ("/x.h", false), ("lib", false)] {
            assert_eq!(matches_as_ignored([pattern], "src/x.h"), expected, "{pattern}");
        }
        assert!(!matches_as_ignored(["src", "!src/x.h"], "src/x.h"));
    }
}
