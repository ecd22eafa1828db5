//! The last lines of a run: what was done and what is left.

use std::collections::BTreeMap;

use super::Palette;
use crate::edit::Applicability;
use crate::upgrade::Outcome;

/// Counts over all files of a run.
#[derive(Debug, Default)]
pub struct Summary {
    files: usize,
    changed: usize,
    applied: BTreeMap<&'static str, usize>,
    need_unsafe: usize,
    left: usize,
    unparsed: usize,
    generated: BTreeMap<&'static str, usize>,
}

impl Summary {
    /// Counts a file that was read.
    pub fn add(&mut self, outcome: &Outcome) {
        self.files += 1;
        self.unparsed += outcome.unparsed.len();
        if let Some(generator) = outcome.generated {
            *self.generated.entry(generator).or_default() += 1;
        }
        for diagnostic in &outcome.diagnostics {
            match diagnostic.applicability {
                Applicability::DisplayOnly => self.left += 1,
                _ => self.need_unsafe += 1,
            }
        }
    }

    /// Counts the rewrites of a file that was written, or that is shown.
    pub fn add_rewrites(&mut self, outcome: &Outcome) {
        if outcome.text.is_some() {
            self.changed += 1;
            for applied in &outcome.applied {
                *self.applied.entry(applied.transform).or_default() += 1;
            }
        }
    }

    /// Whether a rewrite or a diagnostic was counted.
    pub fn found_something(&self) -> bool {
        self.changed + self.left + self.need_unsafe > 0
    }

    /// The summary in lines; none if nothing was read. `written` says whether the files have been changed or only would
    /// be.
    pub fn render(&self, written: bool, palette: Palette) -> String {
        if self.files == 0 {
            return String::new();
        }
        let mut lines = Vec::new();
        if self.changed > 0 {
            let verb = if written { "changed" } else { "would change" };
            let rewrites = self.applied.values().sum();
            let first = format!("{} {verb}: {}", count(self.changed, "file"), count(rewrites, "rewrite"));
            lines.push(palette.paint(palette.strong(), first).to_string());
            lines.extend(self.table(palette));
        } else {
            lines.push(format!("nothing to rewrite in {}", count(self.files, "file")));
        }
        if self.need_unsafe > 0 {
            let verb = if self.need_unsafe == 1 { "needs" } else { "need" };
            lines.push(format!("{} {verb} --unsafe", count(self.need_unsafe, "rewrite")));
        }
        if self.left > 0 {
            lines.push(format!("{} left for a person", count(self.left, "place")));
        }
        if self.unparsed > 0 {
            let regions = count(self.unparsed, "region");
            lines.push(format!("{regions} not parsed, where only names are rewritten (-v lists them)"));
        }
        for (generator, files) in &self.generated {
            lines.push(format!("{} left alone: run {generator} again to renew", count(*files, "generated file")));
        }
        lines.join("\n") + "\n"
    }

    /// Rewrites by transform, the most frequent first.
    fn table(&self, palette: Palette) -> Vec<String> {
        let mut rows: Vec<_> = self.applied.iter().collect();
        rows.sort_by_key(|&(id, number)| (std::cmp::Reverse(*number), *id));
        let width = rows.first().map_or(0, |(_, number)| number.to_string().len());
        rows.into_iter()
            .map(|(id, number)| format!("  {number:>width$}  {}", palette.paint(palette.id(), id)))
            .collect()
    }
}

/// `1 file`, `2 files`
pub fn count(number: usize, noun: &str) -> String {
    if number == 1 { format!("1 {noun}") } else { format!("{number} {noun}s") }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::TextRange;
    use crate::upgrade::{Diagnostic, Unparsed};

    #[test]
    fn a_summary_counts_by_transform() {
        let mut summary = Summary::default();
        let applied = |transform| Diagnostic {
            transform,
            range: TextRange::default(),
            line: 1,
            column: 1,
            message: String::new(),
            note: None,
            applicability: Applicability::Safe,
            fix: None,
            needs: Vec::new(),
        };
        let outcome = Outcome {
            text: Some(Vec::new()),
            applied: [vec![applied("rare")], vec![applied("common"); 11]].concat(),
            unparsed: vec![Unparsed { line: 1, reason: "expected `;`".to_owned() }],
            ..Outcome::default()
        };
        summary.add(&outcome);
        summary.add_rewrites(&outcome);
        let generated = Outcome { generated: Some("Cython"), ..Outcome::default() };
        summary.add(&generated);
        summary.add_rewrites(&generated);
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
    fn nothing_found_is_said() {
        let mut summary = Summary::default();
        summary.add(&Outcome::default());
        assert_eq!(summary.render(true, Palette::default()), "nothing to rewrite in 1 file\n");
        assert!(!summary.found_something());
    }
}
