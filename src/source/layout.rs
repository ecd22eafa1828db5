//! How code lies on its lines: indentation, and what goes with code that is taken out.

use super::text::{TextRange, merged, whole_lines};

/// The blanks that the line of the byte at `offset` begins with.
pub fn indentation(source: &[u8], offset: u32) -> &[u8] {
    let start = source[..offset as usize].iter().rposition(|byte| *byte == b'\n').map_or(0, |at| at + 1);
    let blanks = source[start..].iter().take_while(|byte| is_blank(**byte)).count();
    &source[start..start + blanks]
}

/// The newline that ends the line of the byte at `offset`; for a last line without one, that of the line before.
pub fn newline_at(source: &[u8], offset: u32) -> &'static str {
    let (before, behind) = source.split_at(offset as usize);
    let end = memchr::memchr(b'\n', behind).map(|at| before.len() + at).or_else(|| memchr::memrchr(b'\n', before));
    let ends_with_cr = |end: usize| end > 0 && source[end - 1] == b'\r';
    if end.is_some_and(ends_with_cr) { "\r\n" } else { "\n" }
}

/// The blanks and newlines that stand right before the byte at `offset`.
pub fn blanks_before(source: &[u8], offset: u32) -> &[u8] {
    let end = offset as usize;
    let blanks = source[..end].iter().rev().take_while(|byte| byte.is_ascii_whitespace()).count();
    &source[end - blanks..end]
}

/// `text`, whose lines after the first begin with the blanks `from`, with `to` in their place.
pub fn reindented(text: &[u8], from: &[u8], to: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len());
    for (index, line) in text.split_inclusive(|byte| *byte == b'\n').enumerate() {
        match line.strip_prefix(from).filter(|_| index > 0) {
            Some(rest) if !rest.trim_ascii().is_empty() => out.extend([to, rest].concat()),
            Some(rest) => out.extend_from_slice(rest),
            None => out.extend_from_slice(line),
        }
    }
    out
}

/// What is deleted with the code at `range`: its lines, if it stands alone on them, and one of two empty lines that
/// would then be neighbours, or begin or end a block; the blanks before it if it ends its line, or else those after it.
pub fn removal(source: &[u8], range: TextRange) -> TextRange {
    with_empty_line(source, with_line(source, range))
}

/// The same for several pieces of code; those that stand together on a line leave it together. Sorted and disjoint.
pub fn removals(source: &[u8], mut ranges: Vec<TextRange>) -> Vec<TextRange> {
    ranges.sort_unstable();
    let with_lines = joined(source, ranges).into_iter().map(|range| with_line(source, range)).collect();
    merged(joined(source, with_lines).into_iter().map(|range| with_empty_line(source, range)).collect())
}

/// Ranges with nothing but blanks between them on one line become one.
fn joined(source: &[u8], ranges: Vec<TextRange>) -> Vec<TextRange> {
    let mut out: Vec<TextRange> = Vec::new();
    for range in ranges {
        let is_near = |last: &TextRange| {
            last.end >= range.start
                || source[last.end as usize..range.start as usize].iter().all(|byte| is_blank(*byte) || *byte == b'\r')
        };
        match out.last_mut().filter(|last| is_near(last)) {
            Some(last) => *last = last.cover(range),
            None => out.push(range),
        }
    }
    out
}

fn with_line(source: &[u8], range: TextRange) -> TextRange {
    let whole = whole_lines(source, range);
    let ends_line = matches!(source.get(whole.end as usize), Some(b'\n' | b'\r'));
    if whole.start < range.start || !ends_line {
        return whole;
    }
    let before = source[..range.start as usize].iter().rev().take_while(|byte| is_blank(**byte)).count();
    TextRange::new(range.start - before as u32, whole.end)
}

/// If the range is one of whole lines, they and the empty line before or after them that says nothing without them.
fn with_empty_line(source: &[u8], lines: TextRange) -> TextRange {
    let is_line_start = |at: u32| at == 0 || source[at as usize - 1] == b'\n';
    if lines.is_empty() || !is_line_start(lines.start) || !is_line_start(lines.end) {
        return lines;
    }
    let (before, after) = (&source[..lines.start as usize], &source[lines.end as usize..]);
    let last_start = |text: &[u8]| {
        let text = text.strip_suffix(b"\n").unwrap_or(text);
        text.iter().rposition(|byte| *byte == b'\n').map_or(0, |at| at + 1)
    };
    let previous = &before[last_start(before)..];
    let next = after.split_inclusive(|byte| *byte == b'\n').next().unwrap_or_default();
    let (is_after_empty, is_before_empty) = (previous.trim_ascii().is_empty(), next.trim_ascii().is_empty());
    if is_before_empty && (is_after_empty || previous.trim_ascii().ends_with(b"{")) {
        TextRange::new(lines.start, lines.end + next.len() as u32)
    } else if is_after_empty && next.trim_ascii().starts_with(b"}") {
        TextRange::new(lines.start - previous.len() as u32, lines.end)
    } else {
        lines
    }
}

fn is_blank(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_move_with_their_indentation() {
        let text = b"if (a) {\n        f();\n\n    }\nlabel:";
        assert_eq!(reindented(text, b"    ", b"\t"), b"if (a) {\n\t    f();\n\n\t}\nlabel:");
        assert_eq!(indentation(b"a\n  b c", 6), b"  ");
        assert_eq!(indentation(b"a", 0), b"");
        assert_eq!(blanks_before(b"a \n b", 4), b" \n ");
        assert_eq!([0, 3, 5].map(|at| newline_at(b"a\r\nb\nc", at)), ["\r\n", "\n", "\n"]);
    }

    #[test]
    fn what_stands_alone_goes_with_its_line() {
        let source = b"a;\n  b;\nc; d; e;\n";
        let gone = |start, end| removal(source, TextRange::new(start, end));
        assert_eq!(gone(5, 7), TextRange::new(3, 8));
        assert_eq!(gone(8, 10), TextRange::new(8, 11));
        assert_eq!(gone(14, 16), TextRange::new(13, 16));
    }

    #[test]
    fn an_empty_line_goes_along_where_it_would_be_a_second_one() {
        let gone = |source: &[u8], start, end| removal(source, TextRange::new(start, end)).to_usize();
        assert_eq!(gone(b"a;\n\nb;\n\nc;\n", 4, 6), 4..8);
        assert_eq!(gone(b"a;\nb;\n\nc;\n", 3, 5), 3..6);
        assert_eq!(gone(b"{\n  b;\n\n  c;\n}\n", 4, 6), 2..8);
        assert_eq!(gone(b"{\n  a;\n\n  b;\n}\n", 10, 12), 7..13);
        let both = removals(b"  a; b;\nc;\n", vec![TextRange::new(5, 7), TextRange::new(2, 4)]);
        assert_eq!(both, [TextRange::new(0, 8)]);
    }
}
