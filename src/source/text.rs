//! Positions and the file they point into.

use std::ops::Range;
use std::path::{Path, PathBuf};

/// A half-open range of byte offsets into one file. It means the same thing in every room: views and syntax
/// trees keep the offsets of the original file.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TextRange {
    /// First byte.
    pub start: u32,
    /// One past the last byte; never less than `start`.
    pub end: u32,
}

impl TextRange {
    /// A range from `start` to `end`; `start` must not be greater.
    pub fn new(start: u32, end: u32) -> Self {
        debug_assert!(start <= end, "range {start}..{end} runs backwards");
        Self { start, end }
    }

    /// An empty range at `offset`.
    pub fn empty(offset: u32) -> Self {
        Self { start: offset, end: offset }
    }

    /// Length in bytes.
    pub fn len(self) -> u32 {
        self.end - self.start
    }

    /// Whether the range holds no byte.
    pub fn is_empty(self) -> bool {
        self.start == self.end
    }

    /// Whether `other` lies wholly inside.
    pub fn contains(self, other: TextRange) -> bool {
        self.start <= other.start && other.end <= self.end
    }

    /// Whether a byte at `offset` lies inside.
    pub fn contains_offset(self, offset: u32) -> bool {
        self.start <= offset && offset < self.end
    }

    /// Whether the two share a byte.
    pub fn overlaps(self, other: TextRange) -> bool {
        self.start < other.end && other.start < self.end
    }

    /// The smallest range that holds both.
    pub fn cover(self, other: TextRange) -> TextRange {
        TextRange::new(self.start.min(other.start), self.end.max(other.end))
    }

    /// As an index into a byte slice.
    pub fn to_usize(self) -> Range<usize> {
        self.start as usize..self.end as usize
    }
}

/// The same bytes in disjoint ranges, sorted: ranges that overlap become one.
pub fn merged(mut ranges: Vec<TextRange>) -> Vec<TextRange> {
    ranges.sort_unstable();
    ranges.dedup_by(|later, earlier| {
        let one = earlier.overlaps(*later) || earlier == later;
        if one {
            *earlier = earlier.cover(*later);
        }
        one
    });
    ranges
}

/// Where the lines of a text begin.
#[derive(Debug)]
pub struct LineIndex {
    starts: Vec<u32>,
}

impl LineIndex {
    /// Indexes the lines of `bytes`; a line ends at `\n`.
    pub fn new(bytes: &[u8]) -> Self {
        let mut starts = vec![0];
        starts.extend(memchr::memchr_iter(b'\n', bytes).map(|at| at as u32 + 1));
        Self { starts }
    }

    /// The line of `offset`, counted from 1.
    pub fn line(&self, offset: u32) -> u32 {
        self.starts.partition_point(|&start| start <= offset) as u32
    }

    /// The offset at which the line that holds `offset` begins.
    pub fn line_start(&self, offset: u32) -> u32 {
        self.starts[self.line(offset) as usize - 1]
    }

    /// The whole lines on which `range` stands in `text`, the one that is indexed, without the last newline.
    pub fn lines_of(&self, text: &[u8], range: TextRange) -> TextRange {
        let start = self.line_start(range.start.min(text.len() as u32));
        let last = (range.end.max(range.start + 1) - 1).min(text.len() as u32) as usize;
        let end = memchr::memchr(b'\n', &text[last..]).map_or(text.len(), |len| last + len);
        TextRange::new(start, (end as u32).max(start))
    }
}

/// The largest file that is read, in bytes. Offsets are 32 bits wide; hand-written C is far below this, and a
/// larger file is data.
pub const MAX_FILE_BYTES: u64 = 64 << 20;

/// The path and bytes of one file, as they are on disk.
#[derive(Debug)]
pub struct SourceText {
    /// The path as the user should see it.
    pub path: PathBuf,
    /// Every byte of the file: any encoding, any newline, with or without a byte order mark.
    pub bytes: Vec<u8>,
}

impl SourceText {
    /// Takes the bytes of the file at `path`.
    pub fn new(path: impl AsRef<Path>, bytes: Vec<u8>) -> Self {
        Self { path: path.as_ref().to_owned(), bytes }
    }
}

/// The newline that most lines of `bytes` end with: `"\r\n"` or `"\n"`.
pub fn newline_style(bytes: &[u8]) -> &'static str {
    let (mut crlf, mut lf) = (0, 0);
    for at in memchr::memchr_iter(b'\n', bytes) {
        if at > 0 && bytes[at - 1] == b'\r' {
            crlf += 1;
        } else {
            lf += 1;
        }
    }
    if crlf > lf { "\r\n" } else { "\n" }
}

/// What some editors put in front of a text in UTF-8.
const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

/// `range`, widened to its whole lines if nothing else stands on them; else with the blanks after it.
pub fn whole_lines(source: &[u8], range: TextRange) -> TextRange {
    let is_blank = |byte: &u8| matches!(byte, b' ' | b'\t');
    let before = source[..range.start as usize].iter().rev().take_while(|byte| is_blank(byte)).count();
    let after = source[range.end as usize..].iter().take_while(|byte| is_blank(byte) || **byte == b'\r').count();
    let start = range.start as usize - before;
    let end = range.end as usize + after;
    let begins = start == 0 || source[start - 1] == b'\n' || &source[..start] == BYTE_ORDER_MARK;
    let alone = begins && (end == source.len() || source[end] == b'\n');
    if alone {
        TextRange::new(start as u32, (end + 1).min(source.len()) as u32)
    } else {
        let blanks = source[range.end as usize..].iter().take_while(|byte| is_blank(byte)).count();
        TextRange::new(range.start, range.end + blanks as u32)
    }
}
