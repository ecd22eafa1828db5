//! What a pass found, and what of it still holds after edits.

use super::step::Step;
use crate::edit::{Applicability, Edit, Fix};
use crate::source::TextRange;

/// Something that a transform has to say about a place.
#[derive(Debug)]
pub struct Verdict {
    /// The transform, by its place in the catalogue.
    pub transform: usize,
    /// The rule, by its place in the transform.
    pub rule: usize,
    pub range: TextRange,
    pub fix: Option<Fix>,
    pub applicability: Applicability,
    pub note: Option<String>,
    /// Names that the fix writes and that the compat header must bring.
    pub needs: Vec<String>,
}

/// What a pass found.
#[derive(Default)]
pub struct Findings {
    /// In order of their places.
    pub verdicts: Vec<Verdict>,
    /// The same, of what comments want left as it is.
    pub suppressed: Vec<Verdict>,
    /// Where the parser gave up on a region, and why.
    pub unparsed: Vec<(u32, String)>,
    /// What was looked at: regions, of which those that overlap are one, and directives. What is found in one of
    /// these depends on no text of the others.
    pub parts: Vec<TextRange>,
}

impl Findings {
    /// What still holds after `edits` have been made: whatever lies in parts without an edit, at its new place.
    /// Returns, too, the places of the other parts in the new text: they must be looked at again.
    pub fn carried(self, edits: &[Edit]) -> (Findings, Vec<TextRange>) {
        let step = Step::new(edits);
        let is_touched = |part: &TextRange| {
            let first = edits.partition_point(|edit| edit.range.end < part.start);
            edits.get(first).is_some_and(|edit| edit.range.start <= part.end)
        };
        let moved = |range: TextRange| TextRange::new(step.forward(range.start), step.forward(range.end));
        let (touched, kept): (Vec<TextRange>, Vec<TextRange>) = self.parts.iter().partition(|part| is_touched(part));
        let in_kept = |offset: u32| is_in_part(&kept, offset);
        let carried = |verdict: Verdict| {
            let fix = verdict.fix.and_then(|fix| {
                let edits = fix.edits().iter().map(|edit| Edit::replace(moved(edit.range), edit.text.clone()));
                Fix::new(edits.collect(), fix.applicability)
            });
            Verdict { range: moved(verdict.range), fix, ..verdict }
        };
        let all = |verdicts: Vec<Verdict>| {
            verdicts.into_iter().filter(|verdict| in_kept(verdict.range.start)).map(carried).collect()
        };
        let unparsed = self.unparsed.into_iter().filter(|(offset, _)| in_kept(*offset));
        let findings = Findings {
            verdicts: all(self.verdicts),
            suppressed: all(self.suppressed),
            unparsed: unparsed.map(|(offset, reason)| (step.forward(offset), reason)).collect(),
            parts: kept.iter().map(|part| moved(*part)).collect(),
        };
        (findings, touched.into_iter().map(moved).collect())
    }

    /// Adds what was found in other parts.
    pub fn add(&mut self, other: Findings) {
        self.verdicts.extend(other.verdicts);
        self.suppressed.extend(other.suppressed);
        self.unparsed.extend(other.unparsed);
        self.parts.extend(other.parts);
        self.verdicts.sort_by_key(Verdict::place);
        self.suppressed.sort_by_key(Verdict::place);
        self.parts.sort_unstable();
    }
}

impl Verdict {
    /// By which verdicts are ordered.
    pub fn place(&self) -> (u32, u32, usize, usize) {
        (self.range.start, self.range.end, self.transform, self.rule)
    }
}

/// Whether `offset` lies in one of `parts`, which are sorted and disjoint, or at the end of one.
pub fn is_in_part(parts: &[TextRange], offset: u32) -> bool {
    let before = parts.partition_point(|part| part.start <= offset);
    before.checked_sub(1).is_some_and(|last| offset <= parts[last].end)
}
