//! What the formats share: a file with what was found in it, and places as people count them.

use std::collections::BTreeMap;
use std::path::PathBuf;

use super::Summary;
use crate::capi::PythonRange;
use crate::edit::{Applicability, Edit};
use crate::source::{LineIndex, TextRange};
use crate::transform::{Catalogue, Transform, TransformFile};
use crate::upgrade::{Diagnostic, Outcome};

/// A file that was read, and what became of it.
#[derive(Debug)]
pub struct FileReport {
    /// The path that the user sees.
    pub path: PathBuf,
    /// The text that was read; empty where there is nothing to tell.
    pub old: Vec<u8>,
    /// What was found.
    pub outcome: Outcome,
    /// The Pythons it is built for.
    pub range: PythonRange,
    /// All transforms there are for it.
    pub catalogue: &'static Catalogue,
}

/// All files of a run, for the formats that are one document.
pub struct RunReport<'r> {
    /// The files that have something to tell, in order.
    pub files: &'r [FileReport],
    /// What could not be done.
    pub errors: &'r [String],
    /// Whether the files were changed.
    pub applied: bool,
    /// The counts, over all files that were read.
    pub summary: &'r Summary,
}

impl RunReport<'_> {
    /// The transforms that found something, by their ids.
    pub fn transforms(&self) -> BTreeMap<&'static str, &'static Transform> {
        let found = self.files.iter().flat_map(|file| {
            let ids = file.findings().into_iter().map(|found| found.diagnostic.transform);
            ids.filter_map(|id| file.transform(id)).collect::<Vec<_>>()
        });
        found.map(|transform| (transform.id(), transform)).collect()
    }
}

/// What became of something that was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Status {
    /// It is rewritten, or would be.
    Rewritten,
    /// A rewrite exists that the user did not allow.
    NeedsUnsafe,
    /// It is for a person to do.
    Left,
    /// A comment in the file wants it as it is.
    Suppressed,
}

impl Status {
    /// Every status.
    pub const ALL: [Status; 4] = [Status::Rewritten, Status::NeedsUnsafe, Status::Left, Status::Suppressed];

    /// Of what was found and not rewritten.
    pub fn of(diagnostic: &Diagnostic) -> Status {
        match diagnostic.applicability {
            Applicability::DisplayOnly => Status::Left,
            _ => Status::NeedsUnsafe,
        }
    }

    /// Its name in reports.
    pub fn name(self) -> &'static str {
        match self {
            Status::Rewritten => "rewritten",
            Status::NeedsUnsafe => "needs-unsafe",
            Status::Left => "left",
            Status::Suppressed => "suppressed",
        }
    }
}

/// Something found, with what became of it.
#[derive(Clone, Copy, Debug)]
pub struct Finding<'f> {
    /// What was found.
    pub diagnostic: &'f Diagnostic,
    /// What became of it.
    pub status: Status,
    /// The file of its transform.
    pub about: &'f TransformFile,
}

impl FileReport {
    /// Whether the file has a place in a report.
    pub fn has_something(&self) -> bool {
        let outcome = &self.outcome;
        let none = outcome.text.is_none()
            && outcome.diagnostics.is_empty()
            && outcome.suppressed.is_empty()
            && outcome.unparsed.is_empty()
            && outcome.warnings.is_empty()
            && outcome.header_lacks.is_empty();
        !none || outcome.generated.is_some()
    }

    /// All that was found, in order of places.
    pub fn findings(&self) -> Vec<Finding<'_>> {
        let Outcome { applied, diagnostics, suppressed, .. } = &self.outcome;
        let rewritten = applied.iter().map(|found| (found, Status::Rewritten));
        let left = diagnostics.iter().map(|found| (found, Status::of(found)));
        let suppressed = suppressed.iter().map(|found| (found, Status::Suppressed));
        let all = rewritten.chain(left).chain(suppressed);
        let mut findings: Vec<Finding<'_>> = all
            .filter_map(|(diagnostic, status)| {
                Some(Finding { diagnostic, status, about: self.transform(diagnostic.transform)?.file() })
            })
            .collect();
        let place = |found: &Finding<'_>| (found.diagnostic.range, found.diagnostic.transform, found.status);
        findings.sort_by(|one, other| place(one).cmp(&place(other)));
        findings
    }

    /// The transform of that id.
    pub fn transform(&self, id: &str) -> Option<&'static Transform> {
        self.catalogue.find(id)
    }

    /// The edits that make up the fix of something found, with the include that it needs, and their new texts. Empty
    /// where there is no fix, or none that a format for text can hold.
    pub fn fix<'f>(&'f self, diagnostic: &'f Diagnostic) -> Vec<(TextRange, &'f str)> {
        let Some(fix) = &diagnostic.fix else { return Vec::new() };
        let include = self.outcome.include.iter().filter(|_| !diagnostic.needs.is_empty());
        let mut edits: Vec<&Edit> = fix.edits().iter().chain(include).collect();
        edits.sort();
        let text = |edit: &&'f Edit| Some((edit.range, std::str::from_utf8(&edit.text).ok()?));
        edits.iter().map(text).collect::<Option<_>>().unwrap_or_default()
    }
}

impl<'f> Finding<'f> {
    /// Why there is no rewrite, or why it is not safe.
    pub fn reason(&self) -> Option<&'f str> {
        self.diagnostic.note.as_deref().filter(|note| !self.is_instruction(note))
    }

    /// What a person can do about it, without full stops.
    pub fn advice(&self) -> Option<&'f str> {
        match self.status {
            Status::Rewritten | Status::Suppressed => None,
            Status::NeedsUnsafe => Some("--unsafe applies it"),
            Status::Left => {
                let own = self.diagnostic.note.as_deref().filter(|note| self.is_instruction(note));
                own.or(self.about.instead.as_deref())
            }
        }
    }

    /// Whether a note is what the transform says that a person should do.
    fn is_instruction(&self, note: &str) -> bool {
        let reports = self.about.reports.iter().filter_map(|report| report.instead.as_deref());
        reports.chain(self.about.instead.as_deref()).any(|instead| instead == note)
    }
}

/// A place in a text, both counted from 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Position {
    /// The line.
    pub line: usize,
    /// The column in characters; what is not UTF-8 counts as its bytes are shown.
    pub column: usize,
}

/// Where offsets of a text are, as people count.
pub struct Positions<'t> {
    text: &'t [u8],
    lines: LineIndex,
}

impl<'t> Positions<'t> {
    /// For the offsets of `text`.
    pub fn new(text: &'t [u8]) -> Positions<'t> {
        Positions { text, lines: LineIndex::new(text) }
    }

    /// The place of the byte at `offset`.
    pub fn at(&self, offset: u32) -> Position {
        let offset = offset.min(self.text.len() as u32);
        let before = &self.text[self.lines.line_start(offset) as usize..offset as usize];
        Position { line: self.lines.line(offset) as usize, column: String::from_utf8_lossy(before).chars().count() + 1 }
    }

    /// The whole lines on which `range` stands, without the last newline.
    pub fn lines_of(&self, range: TextRange) -> TextRange {
        self.lines.lines_of(self.text, range)
    }

    /// The whole lines on which `range` stands, with as many as `more` before and after them.
    pub fn lines_around(&self, range: TextRange, more: usize) -> TextRange {
        let mut lines = self.lines_of(range);
        for _ in 0..more {
            lines.start = self.lines.line_start(lines.start.saturating_sub(1));
            lines.end = self.lines_of(TextRange::empty((lines.end + 1).min(self.text.len() as u32))).end;
        }
        lines
    }
}

/// `text` in one line: control characters, which may come from the user's code, are made visible.
pub fn one_line(text: &str) -> String {
    text.chars().map(|char| if char.is_control() { char::REPLACEMENT_CHARACTER } else { char }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_counted_in_characters() {
        let text = "a\n\u{e4}bc\n".as_bytes();
        let positions = Positions::new(text);
        assert_eq!(positions.at(0), Position { line: 1, column: 1 });
        assert_eq!(positions.at(4), Position { line: 2, column: 2 });
        assert_eq!(positions.at(7), Position { line: 3, column: 1 });
        assert_eq!(positions.at(99), Position { line: 3, column: 1 });
        assert_eq!(positions.lines_of(TextRange::new(4, 5)), TextRange::new(2, 6));
        assert_eq!(positions.lines_of(TextRange::new(0, 2)), TextRange::new(0, 1));
        assert_eq!(positions.lines_of(TextRange::new(0, 3)), TextRange::new(0, 6));
    }
}
