//! Lines of a file as text, whatever their bytes are.

use crate::edit::Edit;
use crate::source::TextRange;

use super::finding::Positions;

/// Lines of a file.
pub struct Excerpt {
    /// The text, without its last newline.
    pub text: String,
    /// The number of its first line, from 1.
    pub line: usize,
    /// Where the ranges that were asked for lie in it.
    pub spans: Vec<std::ops::Range<usize>>,
}

impl Excerpt {
    /// The line on which `range` begins, and where in it `range` lies.
    pub fn first_line(old: &[u8], positions: &Positions<'_>, range: TextRange) -> Excerpt {
        let line = positions.lines_of(TextRange::empty(range.start));
        let within = TextRange::new(range.start.min(line.end), range.end.min(line.end));
        Excerpt::new(old, positions, line, &[within])
    }

    /// The lines that `edits` touch and those between them; the edits are sorted and disjoint.
    pub fn around(old: &[u8], positions: &Positions<'_>, edits: &[Edit]) -> Option<Excerpt> {
        let whole = edits.first()?.range.cover(edits.last()?.range);
        let ranges: Vec<TextRange> = edits.iter().map(|edit| edit.range).collect();
        Some(Excerpt::new(old, positions, positions.lines_of(whole), &ranges))
    }

    fn new(old: &[u8], positions: &Positions<'_>, lines: TextRange, ranges: &[TextRange]) -> Excerpt {
        let mut text = String::new();
        let mut at = lines.start;
        let mut to = |offset: u32| {
            let offset = offset.clamp(at, old.len() as u32);
            // Bytes that are no text change the length of what they become.
            text.push_str(&String::from_utf8_lossy(&old[at as usize..offset as usize]));
            at = offset;
            text.len()
        };
        let spans = ranges.iter().map(|range| to(range.start)..to(range.end)).collect();
        to(lines.end);
        let text = text.trim_end_matches(['\r', '\n']).to_owned();
        let inside = |span: std::ops::Range<usize>| span.start.min(text.len())..span.end.min(text.len());
        let spans = Vec::into_iter(spans).map(inside).collect();
        Excerpt { text, line: positions.at(lines.start).line, spans }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_stay_where_bytes_are_no_text() {
        let old = b"one\n\xe4 = f(x);\r\nthree\n";
        let positions = Positions::new(old);
        let excerpt = Excerpt::first_line(old, &positions, TextRange::new(8, 20));
        assert_eq!((excerpt.text.as_str(), excerpt.line), ("\u{fffd} = f(x);", 2));
        assert_eq!(&excerpt.text[excerpt.spans[0].clone()], "f(x);");
        let edits = [Edit::insert(0, "a"), Edit::replace(TextRange::new(8, 9), "g")];
        let excerpt = Excerpt::around(old, &positions, &edits).unwrap();
        assert_eq!(excerpt.text, "one\n\u{fffd} = f(x);");
        assert_eq!(&excerpt.text[excerpt.spans[1].clone()], "f");
    }
}
