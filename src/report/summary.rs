//! The last lines of a run: what was done and what is left.

use std::collections::BTreeMap;

use super::finding::{FileReport, Status};
use super::{Palette, readable};
use crate::upgrade::Outcome;

/// Files that are listed one by one at most.
const FILES_SHOWN: usize = 10;

/// Counts over all files of a run.
#[derive(Debug, Default)]
pub struct Summary {
    files: usize,
    changed: usize,
    transforms: BTreeMap<&'static str, Counts>,
    paths: BTreeMap<String, Counts>,
    suppressed: usize,
    known: usize,
    unparsed: usize,
    generated: BTreeMap<&'static str, usize>,
}

/// What became of findings of one kind.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Counts {
    rewritten: usize,
    need_unsafe: usize,
    left: usize,
}

impl Counts {
    const NAMES: [&'static str; 3] = ["rewritten", "--unsafe", "left"];

    fn columns(self) -> [usize; 3] {
        [self.rewritten, self.need_unsafe, self.left]
    }

    fn sum(self) -> usize {
        self.columns().iter().sum()
    }

    fn plus(self, other: Counts) -> Counts {
        Counts {
            rewritten: self.rewritten + other.rewritten,
            need_unsafe: self.need_unsafe + other.need_unsafe,
            left: self.left + other.left,
        }
    }
}

impl Summary {
    /// Counts a file that was read, and its rewrites if they are shown or were written.
    pub fn add(&mut self, file: &FileReport, rewritten: bool) {
        let outcome: &Outcome = &file.outcome;
        self.files += 1;
        self.unparsed += outcome.unparsed.len();
        self.suppressed += outcome.suppressed.len();
        self.known += outcome.known.len();
        if let Some(generator) = outcome.generated {
            *self.generated.entry(generator).or_default() += 1;
        }
        let mut add = |transform, counts| {
            let path = readable(&file.path);
            for known in [self.transforms.entry(transform).or_default(), self.paths.entry(path).or_default()] {
                *known = known.plus(counts);
            }
        };
        for diagnostic in &outcome.diagnostics {
            match Status::of(diagnostic) {
                Status::NeedsUnsafe => add(diagnostic.transform, Counts { need_unsafe: 1, ..Counts::default() }),
                _ => add(diagnostic.transform, Counts { left: 1, ..Counts::default() }),
            }
        }
        if outcome.text.is_some() && rewritten {
            for applied in &outcome.applied {
                add(applied.transform, Counts { rewritten: 1, ..Counts::default() });
            }
            self.changed += 1;
        }
    }

    /// Whether a rewrite or a diagnostic was counted.
    pub fn found_something(&self) -> bool {
        self.changed > 0 || self.all().sum() > 0
    }

    /// The counts by name.
    pub fn numbers(&self) -> [(&'static str, usize); 8] {
        let Counts { rewritten, need_unsafe, left } = self.all();
        [
            ("files", self.files),
            ("changed", self.changed),
            ("rewrites", rewritten),
            ("need_unsafe", need_unsafe),
            ("left", left),
            ("suppressed", self.suppressed),
            ("known", self.known),
            ("unparsed", self.unparsed),
        ]
    }

    /// The summary in lines; none if nothing was read. `written` says whether the files have been changed or only would
    /// be.
    pub fn render(&self, written: bool, palette: Palette) -> String {
        if self.files == 0 {
            return String::new();
        }
        let all = self.all();
        let mut lines = Vec::new();
        if self.changed > 0 {
            let verb = if written { "changed" } else { "would change" };
            let first = format!("{} {verb}: {}", count(self.changed, "file"), count(all.rewritten, "rewrite"));
            lines.push(palette.paint(palette.strong(), first).to_string());
        } else {
            lines.push(format!("nothing to rewrite in {}", count(self.files, "file")));
        }
        lines.extend(self.table(palette));
        if all.need_unsafe > 0 {
            let verb = if all.need_unsafe == 1 { "needs" } else { "need" };
            lines.push(format!("{} {verb} --unsafe", count(all.need_unsafe, "rewrite")));
        }
        if all.left > 0 {
            lines.push(format!("{} left for a person", count(all.left, "place")));
        }
        if self.known > 0 {
            lines.push(format!("{} left out, known from the baseline", count(self.known, "finding")));
        }
        if self.unparsed > 0 {
            let regions = count(self.unparsed, "region");
            lines.push(format!("{regions} not parsed, where only names are rewritten (-v lists them)"));
        }
        for (generator, files) in &self.generated {
            lines.push(format!("{} left alone: run {generator} again to renew", count(*files, "generated file")));
        }
        lines.join("\n").trim_end().to_owned() + "\n"
    }

    fn all(&self) -> Counts {
        self.transforms.values().fold(Counts::default(), |all, counts| all.plus(*counts))
    }

    /// What was found by transform, then by file, the most frequent first. Columns that would hold nothing are left out.
    fn table(&self, palette: Palette) -> Vec<String> {
        let all = self.all();
        let columns: Vec<usize> = (0..Counts::NAMES.len()).filter(|column| all.columns()[*column] > 0).collect();
        let has_head = columns.len() > 1 || all.rewritten == 0;
        let width = |column: usize| {
            let head = if has_head { Counts::NAMES[column].len() } else { 0 };
            all.columns()[column].to_string().len().max(head)
        };
        let line = |cells: &dyn Fn(usize) -> String, name: String| {
            let cells: String =
                columns.iter().map(|&column| format!("  {:>1$}", cells(column), width(column))).collect();
            format!("{cells}  {name}").trim_end().to_owned()
        };
        let row = |counts: Counts, name: String| {
            let number = |column: usize| match counts.columns()[column] {
                0 if has_head => "-".to_owned(),
                number => number.to_string(),
            };
            line(&number, name)
        };
        let mut lines = Vec::new();
        if has_head && all.sum() > 0 {
            let head = line(&|column| Counts::NAMES[column].to_owned(), String::new());
            lines.push(palette.paint(palette.note(), head).to_string());
        }
        let transforms = by_frequency(&self.transforms);
        lines.extend(transforms.iter().map(|(id, counts)| row(*counts, palette.paint(palette.id(), id).to_string())));
        // One file was named by whoever asked.
        if self.paths.len() > 1 {
            lines.push(String::new());
            let paths = by_frequency(&self.paths);
            lines.extend(paths.iter().take(FILES_SHOWN).map(|(path, counts)| row(*counts, (*path).clone())));
            let more = &paths[paths.len().min(FILES_SHOWN)..];
            if !more.is_empty() {
                let counts = more.iter().fold(Counts::default(), |all, (_, counts)| all.plus(*counts));
                lines.push(row(counts, format!("in {}", count(more.len(), "other file"))));
            }
            lines.push(String::new());
        }
        lines
    }
}

fn by_frequency<K: Ord>(counted: &BTreeMap<K, Counts>) -> Vec<(&K, Counts)> {
    let mut rows: Vec<(&K, Counts)> = counted.iter().map(|(key, counts)| (key, *counts)).collect();
    rows.sort_by_key(|(_, counts)| std::cmp::Reverse(counts.sum()));
    rows
}

/// `1 file`, `2 files`
pub fn count(number: usize, noun: &str) -> String {
    if number == 1 { format!("1 {noun}") } else { format!("{number} {noun}s") }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::capi::{PythonRange, PythonVersion};
    use crate::edit::Applicability;
    use crate::source::TextRange;
    use crate::transform::Catalogue;
    use crate::upgrade::{Diagnostic, Fingerprint, Unparsed};

    fn found(transform: &'static str, applicability: Applicability) -> Diagnostic {
        Diagnostic {
            transform,
            range: TextRange::default(),
            line: 1,
            column: 1,
            message: String::new(),
            note: None,
            applicability,
            fix: None,
            needs: Vec::new(),
            fingerprint: Fingerprint::default(),
        }
    }

    fn file(path: &str, outcome: Outcome) -> FileReport {
        let range = PythonRange { min: PythonVersion::OLDEST, target: PythonVersion::NEWEST };
        FileReport { path: path.into(), old: Vec::new(), outcome, range, catalogue: Catalogue::builtin() }
    }

    #[test]
    fn a_summary_counts_by_transform() {
        let mut summary = Summary::default();
        let applied = |id| found(id, Applicability::Safe);
        let outcome = Outcome {
            text: Some(Vec::new()),
            applied: [vec![applied("rare")], vec![applied("common"); 11]].concat(),
            unparsed: vec![Unparsed { line: 1, reason: "expected `;`".to_owned() }],
            ..Outcome::default()
        };
        summary.add(&file("a.c", outcome), true);
        let generated = Outcome { generated: Some("Cython"), ..Outcome::default() };
        summary.add(&file("b.c", generated), true);
        let expected = "\
1 file would change: 12 rewrites
  11  common
   1  rare
1 region not parsed, where only names are rewritten (-v lists them)
1 generated file left alone: run Cython again to renew
";
        assert_eq!(summary.render(false, Palette::default()), expected);
        assert!(summary.found_something());
    }

    #[test]
    fn a_summary_counts_by_file_and_by_what_is_left() {
        let mut summary = Summary::default();
        for number in 0..12 {
            let outcome = Outcome {
                text: Some(Vec::new()),
                applied: vec![found("common", Applicability::Safe); 12 - number],
                diagnostics: vec![found("rare", Applicability::Unsafe), found("odd", Applicability::DisplayOnly)],
                ..Outcome::default()
            };
            summary.add(&file(&format!("{number:02}.c"), outcome), true);
        }
        let expected = "\
12 files changed: 78 rewrites
  rewritten  --unsafe  left
         78         -     -  common
          -         -    12  odd
          -        12     -  rare

         12         1     1  00.c
         11         1     1  01.c
         10         1     1  02.c
          9         1     1  03.c
          8         1     1  04.c
          7         1     1  05.c
          6         1     1  06.c
          5         1     1  07.c
          4         1     1  08.c
          3         1     1  09.c
          3         2     2  in 2 other files

12 rewrites need --unsafe
12 places left for a person
";
        assert_eq!(summary.render(true, Palette::default()), expected);
    }

    #[test]
    fn nothing_found_is_said() {
        let mut summary = Summary::default();
        summary.add(&file("a.c", Outcome::default()), true);
        assert_eq!(summary.render(true, Palette::default()), "nothing to rewrite in 1 file\n");
        assert!(!summary.found_something());
    }
}
