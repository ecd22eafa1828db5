//! File names as they are printed, however odd they are.

use std::borrow::Cow;
use std::fmt::Write as _;
use std::path::{Component, Path};

/// The name of a file in the header of a diff: `side/path`, relative and with `/` between its parts. A name that
/// would confuse a reader of patches stands in quotes with C escapes, as git writes it.
pub fn diff_name(side: &str, path: &Path) -> Vec<u8> {
    let mut name = side.as_bytes().to_vec();
    for part in path.components() {
        if let Component::Normal(_) | Component::ParentDir = part {
            name.push(b'/');
            name.extend_from_slice(&bytes_of(Path::new(part.as_os_str())));
        }
    }
    if name.iter().any(|&byte| !(b' '..=b'~').contains(&byte) || matches!(byte, b'"' | b'\\')) {
        return quoted(&name).into_bytes();
    }
    if name.contains(&b' ') {
        // `patch` takes a name to end at a blank unless a tab follows later.
        name.push(b'\t');
    }
    name
}

/// `path` for a message: as it is, unless a control character in it would break the line.
pub fn readable(path: &Path) -> String {
    let shown = if path.as_os_str().is_empty() { Cow::Borrowed(".") } else { path.to_string_lossy() };
    if shown.chars().any(char::is_control) { quoted(&bytes_of(path)) } else { shown.into_owned() }
}

fn quoted(name: &[u8]) -> String {
    let mut out = String::from("\"");
    for &byte in name {
        match byte {
            b'"' | b'\\' => out.extend(['\\', byte as char]),
            b'\n' => out.push_str("\\n"),
            b'\t' => out.push_str("\\t"),
            b'\r' => out.push_str("\\r"),
            b' '..=b'~' => out.push(byte as char),
            _ => {
                // A write to a string cannot fail.
                let _ = write!(out, "\\{byte:03o}");
            }
        }
    }
    out.push('"');
    out
}

#[cfg(unix)]
fn bytes_of(path: &Path) -> Cow<'_, [u8]> {
    use std::os::unix::ffi::OsStrExt;
    Cow::Borrowed(path.as_os_str().as_bytes())
}

#[cfg(not(unix))]
fn bytes_of(path: &Path) -> Cow<'_, [u8]> {
    Cow::Owned(path.to_string_lossy().into_owned().into_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(path: &str, expected: &str) {
        assert_eq!(String::from_utf8(diff_name("a", Path::new(path))).unwrap(), expected);
    }

    #[test]
    fn names_in_a_diff_are_relative_and_quoted_as_git_does() {
        check("src/x.c", "a/src/x.c");
        check("/elsewhere/x.c", "a/elsewhere/x.c");
        check("with space.c", "a/with space.c\t");
        check("sp\u{e4}t.c", "\"a/sp\\303\\244t.c\"");
        check("q\"b\\.c", "\"a/q\\\"b\\\\.c\"");
        check("tab\there.c", "\"a/tab\\there.c\"");
    }

    #[test]
    fn a_line_break_in_a_name_does_not_break_the_line() {
        assert_eq!(readable(Path::new("a\nb.c")), "\"a\\nb.c\"");
        assert_eq!(readable(Path::new("sp\u{e4}t.c")), "sp\u{e4}t.c");
        assert_eq!(readable(Path::new("")), ".");
    }
}
