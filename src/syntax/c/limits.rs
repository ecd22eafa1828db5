//! What is refused before it is parsed: lang-c, its tree's drop and the lowering recurse, and a table says nothing
//! that is worth seconds.

use crate::source::{Region, RegionKind, TextRange, Token, TokenKind, lex_range};
use crate::syntax::Unparsed;

/// How deep brackets may nest.
const MAX_NESTING: usize = 400;
/// How deep calls may nest: lang-c's time is quadratic in it.
const MAX_CALLS: usize = 150;
/// How many operators, keywords and brackets may lean on each other. It bounds the depth of the tree where brackets
/// do not: chains of operators, of unary operators, of casts, of `else if`.
const MAX_RUN: u32 = 2_000;
/// How large a region may be, in bytes.
const MAX_BYTES: u32 = 1 << 20;
/// How many tokens a declaration may have inside braces.
const MAX_TABLE: usize = 20_000;

/// Why something is refused, and at which offset.
type Refusal = (u32, String);

/// Checks a region as it stands in the source.
pub(super) fn check(source: &[u8], region: &Region) -> Result<(), Unparsed> {
    let start = region.range.start;
    let is_table = !matches!(region.kind, RegionKind::Function { .. }) && region.tokens.len() > MAX_TABLE;
    let refused = if region.range.len() > MAX_BYTES {
        Err((start, format!("longer than {MAX_BYTES} bytes")))
    } else if is_table {
        Err((start, format!("a table of {} tokens", region.tokens.len())))
    } else {
        depth(source, &region.tokens)
    };
    refused.map(|_| ()).map_err(|(offset, reason)| Unparsed { offset, reason })
}

/// Checks masked text, which may be deeper than the source: a macro can become a brace or an operator. Returns a
/// bound for the depth of its tree.
pub(super) fn check_masked(text: &[u8], region: &Region) -> Result<u32, Unparsed> {
    let tokens = lex_range(text, TextRange::new(0, text.len() as u32)).tokens;
    let place = |(offset, reason)| Unparsed { offset: region.range.start + offset, reason };
    depth(text, &tokens).map_err(place)
}

fn depth(source: &[u8], tokens: &[Token]) -> Result<u32, Refusal> {
    let mut depth = Depth::default();
    for (index, token) in tokens.iter().enumerate() {
        depth.take(source, token, tokens.get(index + 1));
        let refuse = |reason: String| Err((token.range.start, reason));
        if depth.open.len() > MAX_NESTING {
            return refuse(format!("nested deeper than {MAX_NESTING}"));
        }
        if depth.calls > MAX_CALLS {
            return refuse(format!("calls nested deeper than {MAX_CALLS}"));
        }
        if depth.run > MAX_RUN {
            return refuse(format!("more than {MAX_RUN} operators in a row"));
        }
    }
    Ok(depth.deepest)
}

/// Bytes of stack for a tree of this depth. lang-c takes about 3 KB for a pair of parentheses; the rest is for what
/// takes more, and for debug builds.
pub(super) fn stack_bytes(depth: u32) -> usize {
    (256 << 10) + depth as usize * (24 << 10)
}

struct Open {
    /// The run at the bracket.
    run: u32,
    is_call: bool,
    is_paren: bool,
}

/// Estimates how deep the parser is at a token.
#[derive(Default)]
struct Depth {
    open: Vec<Open>,
    calls: usize,
    /// Operators, keywords and brackets since the innermost statement or argument began, and around it.
    run: u32,
    deepest: u32,
    /// Whether the last token ends a value: a `(` behind it opens a call.
    behind_value: bool,
}

impl Depth {
    fn take(&mut self, source: &[u8], token: &Token, next: Option<&Token>) {
        let text = token.text(source);
        let was_behind_value = self.behind_value;
        self.behind_value = token.kind == TokenKind::Identifier || matches!(text, b")" | b"]");
        match text {
            b"(" | b"[" | b"{" => {
                let is_call = text == b"(" && was_behind_value;
                self.open.push(Open { run: self.run, is_call, is_paren: text != b"{" });
                self.calls += usize::from(is_call);
                self.run += 1;
            }
            b")" | b"]" | b"}" => {
                if let Some(open) = self.open.pop() {
                    self.calls -= usize::from(open.is_call);
                    self.run = open.run + 1;
                }
                if text == b"}" {
                    self.statement_ends(source, next);
                }
            }
            b";" => self.statement_ends(source, next),
            // Inside brackets the next argument begins; elsewhere the next declarator, or the next operand of a
            // comma, and these do not lean on each other.
            b"," => self.run = self.base(),
            _ if token.kind == TokenKind::Punctuator || leans(text) => self.run += 1,
            _ => {}
        }
        self.deepest = self.deepest.max(self.run);
    }

    /// A statement ends, unless an `else` goes on with it.
    fn statement_ends(&mut self, source: &[u8], next: Option<&Token>) {
        if self.open.last().is_some_and(|open| open.is_paren) || next.is_none_or(|next| !next.is(source, "else")) {
            self.run = self.base();
        }
    }

    fn base(&self) -> u32 {
        self.open.last().map_or(0, |open| open.run + 1)
    }
}

/// Keywords behind which an operand or a statement nests without a bracket.
fn leans(text: &[u8]) -> bool {
    matches!(
        text,
        b"else"
            | b"do"
            | b"if"
            | b"while"
            | b"for"
            | b"switch"
            | b"sizeof"
            | b"_Alignof"
            | b"__alignof__"
            | b"__extension__"
            | b"struct"
            | b"union"
            | b"enum"
            | b"case"
            | b"default"
            | b"return"
    )
}
