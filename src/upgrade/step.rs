//! Places in a text before and after a pass.

use crate::edit::Edit;

/// The edits of one pass, by where they left their text.
pub struct Step {
    /// By edit: where its text begins and ends in the new text, where it began in the old one, and how much longer
    /// the new text is up to there and with it.
    places: Vec<(u32, u32, u32, i64)>,
}

impl Step {
    /// Takes the edits in order.
    pub fn new(edits: &[Edit]) -> Step {
        let mut shift: i64 = 0;
        let place = |edit: &Edit| {
            let start = (i64::from(edit.range.start) + shift) as u32;
            shift += edit.text.len() as i64 - i64::from(edit.range.len());
            (start, start + edit.text.len() as u32, edit.range.start, shift)
        };
        Step { places: edits.iter().map(place).collect() }
    }

    /// The place in the new text of the byte at `offset` of the old one, which no edit replaced.
    pub fn forward(&self, offset: u32) -> u32 {
        let last = self.places.partition_point(|(.., old, _)| *old < offset).checked_sub(1);
        last.map_or(offset, |last| (i64::from(offset) + self.places[last].3) as u32)
    }

    /// The place in the old text of the byte at `offset` of the new one; for new text, where it was put.
    pub fn back(&self, offset: u32) -> u32 {
        let last = self.places.partition_point(|(start, ..)| *start <= offset).checked_sub(1);
        let Some((_, end, old, shift)) = last.map(|last| self.places[last]) else { return offset };
        if offset < end { old } else { (i64::from(offset) - shift).max(0) as u32 }
    }
}
