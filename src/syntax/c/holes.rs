//! The last resort for a function that does not parse: a hole where the parser gave up. What stands there is taken
//! out of the text as a stand-in, so nothing is ever found in it; the rest of the function is read as usual.

use crate::source::mask::Hole;
use crate::source::{Region, RegionKind};

/// How many holes a function may have.
pub(super) const MAX_HOLES: usize = 3;

/// The smallest stretch around `offset` (in the file) that can be left out and is not in `holes` already: an
/// argument or what stands between two parentheses, else a statement.
pub(super) fn find(source: &[u8], region: &Region, offset: u32, holes: &[Hole]) -> Option<Hole> {
    let RegionKind::Function { body } = region.kind else { return None };
    let brackets = Brackets::new(source, region);
    let failed = region.tokens.partition_point(|token| token.range.end <= offset).min(region.tokens.len() - 1);
    let is_new = |hole: &Hole| !holes.iter().any(|old| old.first <= hole.first && hole.last <= old.last);
    let mut inner = failed;
    while let Some(open) = brackets.around(inner) {
        if open < body {
            return None;
        }
        let is = |text: &str| region.tokens[open].is(source, text);
        let is_for = open > 0 && region.tokens[open - 1].is(source, "for");
        let hole = match is("{") {
            true => brackets.statement(source, region, open, inner),
            false if is_for => None,
            false => brackets.argument(source, region, open, inner),
        };
        if let Some(hole) = hole.filter(is_new) {
            return Some(hole);
        }
        inner = open;
    }
    None
}

/// The brackets of a region by the indices of tokens.
struct Brackets {
    /// By token: the partner of a bracket.
    partners: Vec<Option<usize>>,
    /// By token: the innermost bracket that is open in front of it.
    around: Vec<Option<usize>>,
}

impl Brackets {
    fn new(source: &[u8], region: &Region) -> Self {
        let mut partners = vec![None; region.tokens.len()];
        let mut around = vec![None; region.tokens.len()];
        let mut open: Vec<usize> = Vec::new();
        for (index, token) in region.tokens.iter().enumerate() {
            around[index] = open.last().copied();
            match token.text(source) {
                b"(" | b"[" | b"{" => open.push(index),
                b")" | b"]" | b"}" => {
                    if let Some(opener) = open.pop() {
                        partners[opener] = Some(index);
                        partners[index] = Some(opener);
                    }
                }
                _ => {}
            }
        }
        Self { partners, around }
    }

    /// The innermost bracket around a token; a closing one is inside its own.
    fn around(&self, index: usize) -> Option<usize> {
        self.around[index]
    }

    /// The argument that holds the token `inner`, between the bracket at `open` and its partner.
    fn argument(&self, source: &[u8], region: &Region, open: usize, inner: usize) -> Option<Hole> {
        let close = self.partners[open]?;
        let ends = |index: usize| region.tokens[index].is(source, ",");
        let (first, last) = self.stretch(open, close, inner, ends)?;
        (first <= last).then_some(Hole { first, last, is_statement: false })
    }

    /// The statement that holds the token `inner`, in the block that begins at `open`: up to its `;` or block.
    fn statement(&self, source: &[u8], region: &Region, open: usize, inner: usize) -> Option<Hole> {
        let close = self.partners[open]?;
        let ends = |index: usize| region.tokens[index].is(source, ";") || region.tokens[index].is(source, "{");
        let (first, last) = self.stretch(open, close, inner, ends)?;
        let last = match last + 1 {
            end if end < close && region.tokens[end].is(source, "{") => self.partners[end]?,
            end if end < close => end,
            _ => last,
        };
        (first <= last).then_some(Hole { first, last, is_statement: true })
    }

    /// The tokens around `inner` between `open` and `close`, from behind the last separator to before the next.
    /// Separators inside nested brackets do not count; a block ends a stretch behind it.
    fn stretch(
        &self,
        open: usize,
        close: usize,
        inner: usize,
        separates: impl Fn(usize) -> bool,
    ) -> Option<(usize, usize)> {
        let mut first = open + 1;
        let mut at = open + 1;
        while at < close {
            let next = self.partners[at].filter(|&partner| partner > at).unwrap_or(at) + 1;
            if separates(at) {
                if inner < next {
                    return (first < at || next - 1 > at).then_some((first, at.max(first + 1) - 1));
                }
                first = next;
            }
            at = next;
        }
        (first < close).then_some((first, close - 1))
    }
}
