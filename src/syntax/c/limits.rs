//! What is refused before it is parsed: lang-c, its tree's drop and the lowering recurse, and a table says nothing
//! that is worth seconds. Where several rules of lang-c's grammar begin alike it tries one after the other and forgets what it
//! has read, so that its time doubles with each level of some brackets. It cannot be stopped, so these are counted before.

use crate::source::mask::words::{Word, Words};
use crate::source::{Region, RegionKind, TextRange, Token, TokenKind, lex_range};
use crate::syntax::{MAX_BYTES, MAX_NESTING, Unparsed};

/// How deep calls may nest: lang-c's time is quadratic in it.
const MAX_CALLS: usize = 150;
/// How deep bodies of types and operands of `typeof` may nest with other brackets between them: lang-c reads what stands
/// in parentheses as the type of a cast, of a compound literal and of an operand.
const MAX_TYPES: usize = 8;
/// How deep parentheses right behind the name of a type may nest: lang-c reads each as a declarator and as parameters.
const MAX_TYPE_CALLS: usize = 8;
/// How deep `[` may nest with parentheses between them: lang-c reads the size of an array among parameters again for each way
/// in which a declarator can go on.
const MAX_SUBSCRIPTS: usize = 10;
/// How many `++` and `--` may stand in front of one operand: where that does not parse, lang-c reads each as two operators, too.
const MAX_DOUBLED: u32 = 8;
/// How many operators, keywords and brackets may lean on each other. It bounds the depth of the tree where brackets
/// do not: chains of operators, of unary operators, of casts, of `else if`.
const MAX_RUN: u32 = 2_000;
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
        depth(source, &region.tokens, &[])
    };
    refused.map(|_| ()).map_err(|(offset, reason)| Unparsed { offset, reason })
}

/// Checks masked text, which may be deeper than the source: a macro can become a brace or an operator, and names are known
/// to be `types`, which are sorted. Returns a bound for the depth of its tree.
pub(super) fn check_masked(text: &[u8], types: &[String], region: &Region) -> Result<u32, Unparsed> {
    let tokens = lex_range(text, TextRange::new(0, text.len() as u32)).tokens;
    let place = |(offset, reason)| Unparsed { offset: region.range.start + offset, reason };
    depth(text, &tokens, types).map_err(place)
}

fn depth(source: &[u8], tokens: &[Token], types: &[String]) -> Result<u32, Refusal> {
    let mut depth = Depth { types, ..Depth::default() };
    for (index, token) in tokens.iter().enumerate() {
        depth.take(source, token, tokens.get(index + 1));
        let refuse = |reason: String| Err((token.range.start, reason));
        if depth.open.len() > MAX_NESTING {
            return refuse(format!("nested deeper than {MAX_NESTING}"));
        }
        for (kind, most, what) in MAX_NESTED {
            if depth.nested[kind as usize] > most {
                return refuse(format!("{what} nested deeper than {most}"));
            }
        }
        if depth.doubled > MAX_DOUBLED {
            return refuse(format!("more than {MAX_DOUBLED} increments in a row"));
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

/// What a bracket is to lang-c.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Bracket {
    Plain,
    /// Of a call.
    Call,
    /// Right behind the name of a type.
    TypeCall,
    /// Around the body of a type, or the operand of `typeof`.
    Type,
    /// A `[` in parentheses.
    Subscript,
}

/// How deep brackets of a kind may nest, and what they are.
const MAX_NESTED: [(Bracket, usize, &str); 4] = [
    (Bracket::Call, MAX_CALLS, "calls"),
    (Bracket::TypeCall, MAX_TYPE_CALLS, "parentheses behind types"),
    (Bracket::Type, MAX_TYPES, "types"),
    (Bracket::Subscript, MAX_SUBSCRIPTS, "subscripts in parentheses"),
];

struct Open {
    /// The run at the bracket.
    run: u32,
    /// The increments at the bracket.
    doubled: u32,
    kind: Bracket,
    /// Whether it counts in [`Depth::nested`].
    counts: bool,
    /// `(`, `[` or `{`.
    opening: u8,
}

/// What the last token is to the bracket that may follow.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Behind {
    #[default]
    Nothing,
    /// A value: a `(` opens a call.
    Value,
    /// The name of a type.
    Type,
    /// `struct` and its like, or the tag behind it.
    Tag,
    Typeof,
}

/// Estimates how deep the parser is at a token.
#[derive(Default)]
struct Depth<'t> {
    /// Names that are types, sorted.
    types: &'t [String],
    open: Vec<Open>,
    /// How many brackets are open, by their kinds.
    nested: [usize; 5],
    /// Operators, keywords and brackets since the innermost statement or argument began, and around it.
    run: u32,
    /// `++` and `--` since the last operand.
    doubled: u32,
    deepest: u32,
    behind: Behind,
}

impl Depth<'_> {
    fn take(&mut self, source: &[u8], token: &Token, next: Option<&Token>) {
        let text = token.text(source);
        let next_behind = self.what_stands_behind(token, text);
        let behind = std::mem::replace(&mut self.behind, next_behind);
        match text {
            b"(" | b"[" | b"{" => self.opens(text, behind),
            b")" | b"]" | b"}" => {
                if let Some(open) = self.open.pop() {
                    self.nested[open.kind as usize] -= usize::from(open.counts);
                    self.run = open.run + 1;
                    self.doubled = open.doubled;
                }
                if text == b"}" {
                    self.statement_ends(source, next);
                }
            }
            b";" => self.statement_ends(source, next),
            // Inside brackets the next argument begins; elsewhere the next declarator, or the next operand of a
            // comma, and these do not lean on each other.
            b"," => {
                self.run = self.base();
                self.doubled = 0;
            }
            b"++" | b"--" => {
                self.run += 1;
                self.doubled += 1;
            }
            _ if token.kind == TokenKind::Punctuator || leans(text) => self.run += 1,
            _ => self.doubled = 0,
        }
        self.deepest = self.deepest.max(self.run);
    }

    fn opens(&mut self, text: &[u8], behind: Behind) {
        let kind = match (text, behind) {
            (b"(", Behind::Value) => Bracket::Call,
            (b"(", Behind::Type) => Bracket::TypeCall,
            (b"(", Behind::Typeof) | (b"{", Behind::Tag) => Bracket::Type,
            (b"[", _) if self.open.last().is_some_and(|open| open.opening == b'(') => Bracket::Subscript,
            _ => Bracket::Plain,
        };
        // A type right in the body of another is read once.
        let counts = kind != Bracket::Type || self.open.last().is_none_or(|open| open.kind != Bracket::Type);
        self.nested[kind as usize] += usize::from(counts);
        self.open.push(Open { run: self.run, doubled: self.doubled, kind, counts, opening: text[0] });
        self.run += 1;
        self.doubled = 0;
    }

    fn what_stands_behind(&self, token: &Token, text: &[u8]) -> Behind {
        if token.kind != TokenKind::Identifier {
            return if matches!(text, b")" | b"]") { Behind::Value } else { Behind::Nothing };
        }
        match Words::get().class(text) {
            Word::Tag => Behind::Tag,
            Word::Typeof => Behind::Typeof,
            Word::TypeKeyword => Behind::Type,
            _ if self.behind == Behind::Tag => Behind::Tag,
            _ if self.types.binary_search_by(|name| name.as_bytes().cmp(text)).is_ok() => Behind::Type,
            _ => Behind::Value,
        }
    }

    /// A statement ends, unless an `else` goes on with it.
    fn statement_ends(&mut self, source: &[u8], next: Option<&Token>) {
        if self.open.last().is_some_and(|open| open.opening != b'{') || next.is_none_or(|next| !next.is(source, "else"))
        {
            self.run = self.base();
            self.doubled = 0;
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
