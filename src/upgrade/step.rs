//! Places in a text before and after a pass.

use crate::edit::{Edit, Fix};
use crate::source::TextRange;

/// The edits of one pass, by where they left their text.
pub struct Step {
    /// In order, and disjoint in both texts.
    places: Vec<Place>,
}

/// What one edit replaced, and what it wrote.
struct Place {
    old: TextRange,
    new: TextRange,
}

impl Step {
    /// Takes the edits in order.
    pub fn new(edits: &[Edit]) -> Step {
        let mut shift: i64 = 0;
        let place = |edit: &Edit| {
            let start = (i64::from(edit.range.start) + shift) as u32;
            shift += edit.text.len() as i64 - i64::from(edit.range.len());
            Place { old: edit.range, new: TextRange::new(start, start + edit.text.len() as u32) }
        };
        Step { places: edits.iter().map(place).collect() }
    }

    /// The place in the new text of the byte at `offset` of the old one; for text that was replaced, where that ends.
    pub fn forward(&self, offset: u32) -> u32 {
        let last = self.places.partition_point(|place| place.old.start < offset).checked_sub(1);
        let Some(place) = last.map(|last| &self.places[last]) else { return offset };
        place.new.end + offset.saturating_sub(place.old.end)
    }

    /// The range in the old text that `range` of the new one was; none where it touches what an edit left.
    pub fn back_range(&self, range: TextRange) -> Option<TextRange> {
        let next = self.places.partition_point(|place| place.new.end < range.start);
        let is_free = self.places.get(next).is_none_or(|place| range.end < place.new.start);
        is_free.then(|| TextRange::new(self.back(range.start), self.back(range.end)))
    }

    /// The place in the old text of the byte at `offset` of the new one; for new text, where it was put.
    pub fn back(&self, offset: u32) -> u32 {
        let last = self.places.partition_point(|place| place.new.start <= offset).checked_sub(1);
        let Some(place) = last.map(|last| &self.places[last]) else { return offset };
        if offset < place.new.end { place.old.start } else { place.old.end + (offset - place.new.end) }
    }
}

/// The place in the original text from which the byte at `offset` of the newest text came.
pub fn lead_back(history: &[Step], offset: u32) -> u32 {
    history.iter().rev().fold(offset, |offset, step| step.back(offset))
}

/// A fix of the newest text as one of the original; none where it touches what others wrote.
pub fn led_back(history: &[Step], fix: &Fix) -> Option<Fix> {
    let mut edits = fix.edits().to_vec();
    for step in history.iter().rev() {
        for edit in &mut edits {
            edit.range = step.back_range(edit.range)?;
        }
    }
    Fix::new(edits, fix.applicability)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::edit::Applicability;

    #[test]
    fn places_are_led_back_through_passes() {
        // abcdef -> aXYZdef -> aXYZdf
        let first = vec![Edit::replace(TextRange::new(1, 3), "XYZ")];
        let second = vec![Edit::replace(TextRange::new(5, 6), "")];
        let history = [Step::new(&first), Step::new(&second)];
        assert_eq!(lead_back(&history, 0), 0);
        assert_eq!(lead_back(&history, 2), 1, "inside new text: where it was put");
        assert_eq!(lead_back(&history, 4), 3);
        assert_eq!(lead_back(&history, 5), 5);
        let fix = |start, end| Fix::new(vec![Edit::replace(TextRange::new(start, end), "new")], Applicability::Safe);
        let original = |start, end| led_back(&history, &fix(start, end)?);
        assert_eq!(original(0, 1), None, "it touches new text");
        assert_eq!(original(5, 6), None, "something was taken out there");
        assert_eq!(led_back(&history[..1], &fix(5, 6).unwrap()), fix(4, 5));
    }

    #[test]
    fn places_go_both_ways() {
        // abcdefgh -> aXYZdgh
        let step = Step::new(&[Edit::replace(TextRange::new(1, 3), "XYZ"), Edit::replace(TextRange::new(4, 6), "")]);
        let forward: Vec<u32> = (0..=8).map(|offset| step.forward(offset)).collect();
        assert_eq!(forward, [0, 1, 4, 4, 5, 5, 5, 6, 7]);
        let back: Vec<u32> = (0..=7).map(|offset| step.back(offset)).collect();
        assert_eq!(back, [0, 1, 1, 1, 3, 6, 7, 8]);
    }

    #[test]
    fn forward_never_runs_backwards() {
        let step = Step::new(&[Edit::replace(TextRange::new(0, 5), ""), Edit::insert(7, "ab")]);
        let forward: Vec<u32> = (0..=10).map(|offset| step.forward(offset)).collect();
        assert!(forward.is_sorted(), "{forward:?}");
    }
}
