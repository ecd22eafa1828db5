//! Blank lines around lines that go.

use crate::edit::Edit;
use crate::source::TextRange;

/// `edits`, which are in order, with the blank lines that would come to stand together: where whole lines go, as many
/// blank ones are left as the larger of the gaps before and after had.
pub fn closed(source: &[u8], edits: Vec<Edit>) -> Vec<Edit> {
    let mut closed: Vec<Edit> = Vec::new();
    // Where the lines end that went last, and how many blank ones stand before them in the new text.
    let mut last = (0, 0);
    let edits = joined(edits);
    for (at, edit) in edits.iter().enumerate() {
        let (start, end) = (edit.range.start as usize, edit.range.end as usize);
        if !edit.text.is_empty() || !is_line_start(source, start) || !is_line_start(source, end) {
            closed.push(edit.clone());
            continue;
        }
        let next = edits.get(at + 1).map_or(source.len(), |next| next.range.start as usize);
        let above = blank_lines(source[last.0..start].split_inclusive(|byte| *byte == b'\n').rev());
        let is_joined = start - above.1 == last.0;
        let before = match last {
            (0, _) if is_joined => usize::MAX,
            (_, carried) if is_joined => above.0.saturating_add(carried),
            _ => above.0,
        };
        let below = blank_lines(source[end..next].split_inclusive(|byte| *byte == b'\n').take(before));
        let range = if end == source.len() {
            TextRange::new(end_of_text(source, start - above.1, last.0) as u32, edit.range.end)
        } else {
            TextRange::new(edit.range.start, (end + below.1) as u32)
        };
        closed.push(Edit::replace(range, ""));
        last = (range.end as usize, before);
    }
    closed
}

/// Where a text ends that loses all from the line at `start` on: a text without a newline at its end gets none there.
fn end_of_text(source: &[u8], start: usize, floor: usize) -> usize {
    if source.ends_with(b"\n") || start == floor {
        return start;
    }
    let newline = if source[floor..start].ends_with(b"\r\n") { 2 } else { 1 };
    start - newline
}

/// Deletions that touch become one.
fn joined(edits: Vec<Edit>) -> Vec<Edit> {
    let mut joined: Vec<Edit> = Vec::new();
    for edit in edits {
        match joined.last_mut() {
            Some(last) if last.text.is_empty() && edit.text.is_empty() && last.range.end == edit.range.start => {
                last.range.end = edit.range.end;
            }
            _ => joined.push(edit),
        }
    }
    joined
}

fn is_line_start(source: &[u8], at: usize) -> bool {
    at == 0 || at == source.len() || source[at - 1] == b'\n'
}

/// How many of `lines` are blank until one is not, and their length.
fn blank_lines<'s>(lines: impl Iterator<Item = &'s [u8]>) -> (usize, usize) {
    let blank = lines.take_while(|line| line.ends_with(b"\n") && line.trim_ascii().is_empty());
    blank.fold((0, 0), |(count, length), line| (count + 1, length + line.len()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::edit::apply;

    /// `source` without the lines that begin with `-`.
    fn without(source: &str) -> String {
        let mut at = 0;
        let mut edits = Vec::new();
        for line in source.split_inclusive('\n') {
            let range = TextRange::new(at, at + line.len() as u32);
            edits.extend(line.starts_with('-').then(|| Edit::replace(range, "")));
            at = range.end;
        }
        String::from_utf8(apply(source.as_bytes(), &closed(source.as_bytes(), edits))).unwrap()
    }

    #[test]
    fn two_gaps_become_one() {
        assert_eq!(without("a\n\n-\n-\n\nb\n"), "a\n\nb\n");
        assert_eq!(without("a\n\n\n-\n\n\nb\n"), "a\n\n\nb\n");
        assert_eq!(without("a\n\n\n-\n\nb\n"), "a\n\n\nb\n");
        assert_eq!(without("a\r\n\r\n-\r\n\r\nb\r\n"), "a\r\n\r\nb\r\n");
    }

    #[test]
    fn a_single_gap_stays() {
        assert_eq!(without("a\n-\n\nb\n"), "a\n\nb\n");
        assert_eq!(without("a\n\n-\nb\n"), "a\n\nb\n");
        assert_eq!(without("a\n-\nb\n"), "a\nb\n");
    }

    #[test]
    fn gaps_between_lines_that_go_count_once() {
        assert_eq!(without("a\n\n-\n\n-\n\nb\n"), "a\n\nb\n");
        assert_eq!(without("a\n-\n\n-\n\nb\n"), "a\n\nb\n");
    }

    #[test]
    fn no_gap_is_left_at_the_ends() {
        assert_eq!(without("-\n\na\n\n-\n"), "a\n");
        assert_eq!(without("a\n\n-"), "a");
        assert_eq!(without("-\n"), "");
    }
}
