//! Statements are taken out with the lines on which they stand alone.

use crate::source::{TextRange, merged, whole_lines};

/// What goes with the statements at `gone`: their lines where nothing else stands on them, and an empty line where two
/// would be left, or one at the beginning or the end of a block. Sorted and disjoint.
pub(super) fn deletions(source: &[u8], mut gone: Vec<TextRange>) -> Vec<TextRange> {
    gone.sort_unstable();
    let with_lines = joined(source, gone).into_iter().map(|range| with_line(source, range)).collect();
    merged(joined(source, with_lines).into_iter().map(|range| with_empty_line(source, range)).collect())
}

/// Ranges with nothing but blanks between them on one line become one.
fn joined(source: &[u8], ranges: Vec<TextRange>) -> Vec<TextRange> {
    let mut out: Vec<TextRange> = Vec::new();
    for range in ranges {
        match out.last_mut() {
            Some(last) if last.end >= range.start || is_blank(&source[last.end as usize..range.start as usize]) => {
                *last = last.cover(range);
            }
            _ => out.push(range),
        }
    }
    out
}

fn is_blank(text: &[u8]) -> bool {
    text.iter().all(|byte| matches!(byte, b' ' | b'\t' | b'\r'))
}

fn with_line(source: &[u8], range: TextRange) -> TextRange {
    let whole = whole_lines(source, range);
    let ends_line = matches!(source.get(whole.end as usize), Some(b'\n' | b'\r'));
    if whole.start < range.start || !ends_line {
        return whole;
    }
    // The last on its line takes the blanks before it along.
    let before = &source[..range.start as usize];
    let blanks = before.iter().rev().take_while(|byte| matches!(byte, b' ' | b'\t')).count();
    TextRange::new(range.start - blanks as u32, whole.end)
}

fn with_empty_line(source: &[u8], range: TextRange) -> TextRange {
    let (start, end) = (range.start as usize, range.end as usize);
    let is_line_start = |at: usize| at == 0 || source[at - 1] == b'\n';
    if !is_line_start(start) || !is_line_start(end) {
        return range;
    }
    let before = source[..start].strip_suffix(b"\n").map(|text| {
        let from = text.iter().rposition(|byte| *byte == b'\n').map_or(0, |at| at + 1);
        (from, &text[from..])
    });
    let after_end = source[end..].iter().position(|byte| *byte == b'\n').map_or(source.len(), |at| end + at + 1);
    let after = source[end..after_end].trim_ascii();
    let follows_empty = before.is_none_or(|(_, line)| line.trim_ascii().is_empty());
    let opens = before.is_some_and(|(_, line)| line.trim_ascii_end().ends_with(b"{"));
    match before {
        _ if after.is_empty() && (follows_empty || opens) => TextRange::new(range.start, after_end as u32),
        Some((from, line)) if after.starts_with(b"}") && line.trim_ascii().is_empty() => {
            TextRange::new(from as u32, range.end)
        }
        _ => range,
    }
}
