//! Diagnostics as lines of text.

use std::fmt::Write as _;
use std::path::Path;

use rustc_hash::FxHashSet;

use super::{Palette, readable};
use crate::edit::Applicability;
use crate::upgrade::Diagnostic;

/// One line for each of `found` in the file at `path`. What holds for several of one kind is said below the first.
pub fn diagnostics(path: &Path, found: &[Diagnostic], palette: Palette) -> String {
    let path = readable(path);
    let mut out = String::new();
    let mut said = FxHashSet::default();
    for diagnostic in found {
        let place = format!("{path}:{}:{}:", diagnostic.line, diagnostic.column);
        // A write to a string cannot fail.
        let _ = writeln!(
            out,
            "{} {}: {}",
            palette.paint(palette.strong(), place),
            palette.paint(palette.id(), diagnostic.transform),
            one_line(&diagnostic.message)
        );
        let allow = (diagnostic.applicability != Applicability::DisplayOnly).then_some("--unsafe applies it");
        for note in diagnostic.note.as_deref().into_iter().chain(allow) {
            if said.insert((diagnostic.transform, note)) {
                let _ = writeln!(out, "  {} {}", palette.paint(palette.note(), "note:"), one_line(note));
            }
        }
    }
    out
}

/// `text` with control characters, which may come from the user's code, made visible.
fn one_line(text: &str) -> String {
    text.chars().map(|char| if char.is_control() { char::REPLACEMENT_CHARACTER } else { char }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::TextRange;

    fn diagnostic(line: u32, note: Option<&str>, applicability: Applicability) -> Diagnostic {
        Diagnostic {
            transform: "some-id",
            range: TextRange::default(),
            line,
            column: 5,
            message: "`x` is old".to_owned(),
            note: note.map(str::to_owned),
            applicability,
        }
    }

    #[test]
    fn a_note_is_said_once_for_a_kind() {
        let found = [
            diagnostic(1, Some("its type is not known"), Applicability::Unsafe),
            diagnostic(2, Some("its type is not known"), Applicability::Unsafe),
            diagnostic(3, Some("split it by hand"), Applicability::DisplayOnly),
            diagnostic(4, None, Applicability::DisplayOnly),
        ];
        let expected = "\
x.c:1:5: some-id: `x` is old
  note: its type is not known
  note: --unsafe applies it
x.c:2:5: some-id: `x` is old
x.c:3:5: some-id: `x` is old
  note: split it by hand
x.c:4:5: some-id: `x` is old
";
        assert_eq!(diagnostics(Path::new("x.c"), &found, Palette::default()), expected);
    }

    #[test]
    fn a_message_stays_on_its_line_and_sends_no_escape() {
        let mut found = diagnostic(1, None, Applicability::DisplayOnly);
        found.message = "a\n\u{1b}[2Jb".to_owned();
        let text = diagnostics(Path::new("x.c"), &[found], Palette::default());
        assert_eq!(text, "x.c:1:5: some-id: a\u{fffd}\u{fffd}[2Jb\n");
    }
}
