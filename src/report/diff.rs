//! The unified diff of two versions of a file, in bytes.

use std::path::Path;

use anstyle::Style;
use similar::DiffOp;

use super::lines::{line_ops, lines};
use super::{Palette, diff_name};

/// Lines around a change that are shown with it.
const CONTEXT: usize = 3;

/// What turns `old` into `new`, in a form that `git apply` and `patch -p1` take; empty if they are equal.
///
/// Lines end at `\n` and nowhere else, and their bytes are written as they are, whatever the encoding.
pub fn unified_diff(path: &Path, old: &[u8], new: &[u8], palette: Palette) -> Vec<u8> {
    let names = [diff_name("a", path), diff_name("b", path)];
    hunks(Some(names.each_ref().map(Vec::as_slice)), old, new, palette)
}

/// What makes a file with the text `new`, in the same form.
pub fn diff_of_new(path: &Path, new: &[u8]) -> Vec<u8> {
    hunks(Some([b"/dev/null", &diff_name("b", path)]), b"", new, Palette::default())
}

/// What turns `old` into `new`, without the names of a file.
pub fn diff_hunks(old: &[u8], new: &[u8], palette: Palette) -> Vec<u8> {
    hunks(None, old, new, palette)
}

fn hunks(names: Option<[&[u8]; 2]>, old: &[u8], new: &[u8], palette: Palette) -> Vec<u8> {
    let (old, new) = (lines(old), lines(new));
    let ops = line_ops(&old, &new);
    let mut out = Writer { out: Vec::new(), coloured: palette != Palette::default() };
    for (index, group) in similar::group_diff_ops(ops, CONTEXT).iter().enumerate() {
        if let Some([old_name, new_name]) = names.filter(|_| index == 0) {
            out.line(palette.strong(), b"--- ", old_name);
            out.line(palette.strong(), b"+++ ", new_name);
        }
        out.line(palette.hunk(), b"@@ ", hunk_place(group).as_bytes());
        for op in group {
            let (taken, put) = (&old[op.old_range()], &new[op.new_range()]);
            if let DiffOp::Equal { .. } = op {
                taken.iter().for_each(|line| out.code(Style::new(), b" ", line));
            } else {
                taken.iter().for_each(|line| out.code(palette.removed(), b"-", line));
                put.iter().for_each(|line| out.code(palette.added(), b"+", line));
            }
        }
    }
    out.out
}

/// `-12,7 +12,8 @@`
fn hunk_place(group: &[DiffOp]) -> String {
    let (first, last) = (&group[0], &group[group.len() - 1]);
    let span = |start: usize, end: usize| match end - start {
        // An empty side is named by the line before it.
        0 => format!("{start},0"),
        1 => format!("{}", start + 1),
        len => format!("{},{len}", start + 1),
    };
    format!(
        "-{} +{} @@",
        span(first.old_range().start, last.old_range().end),
        span(first.new_range().start, last.new_range().end)
    )
}

struct Writer {
    out: Vec<u8>,
    coloured: bool,
}

impl Writer {
    fn line(&mut self, style: Style, mark: &[u8], text: &[u8]) {
        if self.coloured {
            self.out.extend_from_slice(style.render().to_string().as_bytes());
        }
        self.out.extend_from_slice(mark);
        self.out.extend_from_slice(text);
        if self.coloured {
            self.out.extend_from_slice(style.render_reset().to_string().as_bytes());
        }
        self.out.push(b'\n');
    }

    fn code(&mut self, style: Style, mark: &[u8], line: &[u8]) {
        match line.strip_suffix(b"\n") {
            Some(text) => self.line(style, mark, text),
            None => {
                self.line(style, mark, line);
                self.out.extend_from_slice(b"\\ No newline at end of file\n");
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn check(old: &[u8], new: &[u8], expected: &[u8]) {
        let diff = unified_diff(Path::new("x.c"), old, new, Palette::default());
        assert_eq!(String::from_utf8_lossy(&diff), String::from_utf8_lossy(expected));
        assert_eq!(diff, expected);
    }

    #[test]
    fn equal_texts_have_no_diff() {
        check(b"a\nb\n", b"a\nb\n", b"");
    }

    #[test]
    fn three_lines_of_context_stand_around_a_change() {
        check(
            b"1\n2\n3\n4\n5\n6\n7\n8\n9\n",
            b"1\n2\n3\n4\nfive\n6\n7\n8\n9\n",
            b"--- a/x.c\n+++ b/x.c\n@@ -2,7 +2,7 @@\n 2\n 3\n 4\n-5\n+five\n 6\n 7\n 8\n",
        );
    }

    #[test]
    fn a_lone_carriage_return_ends_no_line_and_latin_1_stays() {
        check(
            b"a\rb\xe4\nsame\r\n",
            b"a\rc\xe4\nsame\r\n",
            b"--- a/x.c\n+++ b/x.c\n@@ -1,2 +1,2 @@\n-a\rb\xe4\n+a\rc\xe4\n same\r\n",
        );
    }

    #[test]
    fn a_missing_last_newline_is_said() {
        check(
            b"a\nb",
            b"a\nc",
            b"--- a/x.c\n+++ b/x.c\n@@ -1,2 +1,2 @@\n a\n-b\n\\ No newline at end of file\n+c\n\\ No newline at end of file\n",
        );
    }

    #[test]
    fn one_line_and_no_line_have_their_own_notation() {
        check(b"a\n", b"b\n", b"--- a/x.c\n+++ b/x.c\n@@ -1 +1 @@\n-a\n+b\n");
        check(b"a\n", b"", b"--- a/x.c\n+++ b/x.c\n@@ -1 +0,0 @@\n-a\n");
        check(b"", b"a\n", b"--- a/x.c\n+++ b/x.c\n@@ -0,0 +1 @@\n+a\n");
    }

    #[test]
    fn colours_end_before_the_line_does() {
        let diff = unified_diff(Path::new("x.c"), b"a\n", b"b\n", Palette::new(true));
        let expected = "\u{1b}[1m--- a/x.c\u{1b}[0m\n\u{1b}[1m+++ b/x.c\u{1b}[0m\n\u{1b}[36m@@ -1 +1 @@\u{1b}[0m\n\
                        \u{1b}[31m-a\u{1b}[0m\n\u{1b}[32m+b\u{1b}[0m\n";
        assert_eq!(String::from_utf8(diff).unwrap(), expected);
    }

    /// Applies a diff by its hunks, checking every line that it says is there.
    fn patched(old: &[u8], diff: &[u8]) -> Vec<u8> {
        let old = lines(old);
        let (mut at, mut out) = (0, Vec::new());
        let mut body = lines(diff).into_iter().skip(2).peekable();
        while let Some(line) = body.next() {
            let missing_newline = body.peek().is_some_and(|next| next.starts_with(b"\\"));
            let text = if missing_newline { &line[1..line.len() - 1] } else { &line[1..] };
            match line[0] {
                b'@' => {
                    let place = std::str::from_utf8(line).unwrap().split(['-', ' ', ',']).nth(2).unwrap();
                    let start: usize = place.parse().unwrap();
                    let empty = line.starts_with(format!("@@ -{start},0 ").as_bytes());
                    let start = if empty { start } else { start - 1 };
                    out.extend(&old[at..start]);
                    at = start;
                }
                b' ' => {
                    assert_eq!(old[at], text);
                    out.push(old[at]);
                    at += 1;
                }
                b'-' => {
                    assert_eq!(old[at], text);
                    at += 1;
                }
                b'+' => out.push(text),
                _ => {}
            }
        }
        out.extend(&old[at..]);
        out.concat()
    }

    proptest! {
        #[test]
        fn the_diff_turns_old_into_new(old in "[ab\n\r]{0,60}", new in "[ab\n\r]{0,60}") {
            let diff = unified_diff(Path::new("x.c"), old.as_bytes(), new.as_bytes(), Palette::default());
            prop_assert_eq!(patched(old.as_bytes(), &diff), new.as_bytes());
        }
    }
}
