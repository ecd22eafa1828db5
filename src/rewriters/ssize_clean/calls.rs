//! The calls whose formats have lengths, and where these stand among their arguments.

use super::Obstacle;
use super::text::{Parsed, Text};
use crate::source::{Token, TokenKind, lex};
use crate::syntax::{NodeId, NodeKind};
use crate::transform::{FormatCall, FormatKind, SsizeClean, arguments_of, units, without_casts};

/// A function that takes a format.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Callee {
    /// It goes by the macro.
    Aware(FormatKind, FormatCall),
    /// It does not.
    Unaware(FormatCall),
}

impl Callee {
    /// The function called `name`, if it takes a format.
    pub fn named(words: &SsizeClean, name: &str) -> Option<Callee> {
        let parse = words.parse.get(name).map(|call| Callee::Aware(FormatKind::Parse, *call));
        let build = || words.build.get(name).map(|call| Callee::Aware(FormatKind::Build, *call));
        parse.or_else(build).or_else(|| words.unaware.get(name).map(|call| Callee::Unaware(*call)))
    }

    fn format(self) -> (FormatKind, FormatCall) {
        match self {
            Callee::Aware(kind, call) => (kind, call),
            Callee::Unaware(call) => (FormatKind::Build, call),
        }
    }
}

/// A call of such a function.
#[derive(Debug)]
pub(super) struct FormatUse {
    pub call: NodeId,
    pub kind: FormatKind,
    /// The arguments that are lengths.
    pub lengths: Vec<NodeId>,
}

/// How the arguments of a format are laid out: how many, and which of them are lengths.
#[derive(Debug, PartialEq, Eq)]
struct Layout {
    count: usize,
    lengths: Vec<usize>,
}

impl Layout {
    fn of(literals: &[u8], kind: FormatKind) -> Layout {
        let mut layout = Layout { count: 0, lengths: Vec::new() };
        for unit in units(literals, kind) {
            layout.count += arguments_of(&unit, kind);
            if unit.ends_with(b"#") {
                layout.lengths.push(layout.count - 1);
            }
        }
        layout
    }
}

/// What the name `callee` in a tree does with a format.
pub(super) fn format_use(
    text: &Text<'_>,
    parsed: &Parsed,
    words: &SsizeClean,
    name: NodeId,
) -> Result<FormatUse, Obstacle> {
    let (tree, model) = (&parsed.tree, text.model(parsed));
    let spelled = String::from_utf8_lossy(model.text(name)).into_owned();
    let unknown = || Obstacle::Format(spelled.clone());
    let callee = Callee::named(words, &spelled).filter(|_| model.is_sought_name(name)).ok_or_else(unknown)?;
    let call = tree.parent(name).filter(|up| tree.kind(*up) == NodeKind::Call && tree.children(*up)[0] == name);
    let call = call.ok_or_else(|| Obstacle::NotCalled(spelled.clone()))?;
    let (kind, places) = callee.format();
    let arguments = &tree.children(call)[1..];
    let Some(format) = arguments.get(places.format) else { return Err(unknown()) };
    // A build function may be passed a null pointer for no arguments at all.
    if crate::transform::is_zero(&model, without_casts(&model, *format)) {
        return Ok(FormatUse { call, kind, lengths: Vec::new() });
    }
    let texts = Formats { text, parsed, model: &model }.of(*format).ok_or_else(unknown)?;
    let mut layouts: Vec<Layout> = texts.iter().map(|literals| Layout::of(literals, kind)).collect();
    layouts.dedup();
    let [layout] = layouts.as_slice() else { return Err(unknown()) };
    if layout.lengths.is_empty() {
        return Ok(FormatUse { call, kind, lengths: Vec::new() });
    }
    if matches!(callee, Callee::Unaware(_)) || parsed.in_macro() {
        return Err(if parsed.in_macro() { Obstacle::InMacro } else { Obstacle::Unaware(spelled) });
    }
    let first = places.values.ok_or(Obstacle::ArgumentList(spelled))?;
    let values = arguments.get(first..).unwrap_or_default();
    // A macro among the arguments may stand for several.
    let is_list = |value: &NodeId| {
        tree.kind(*value) == NodeKind::Identifier
            && model.is_list_macro(std::str::from_utf8(model.text(*value)).unwrap_or(""))
    };
    if values.len() != layout.count || values.iter().any(is_list) {
        return Err(Obstacle::Arguments);
    }
    Ok(FormatUse { call, kind, lengths: layout.lengths.iter().map(|place| values[*place]).collect() })
}

/// Finds out what an expression may be as a format.
struct Formats<'f, 'a> {
    text: &'f Text<'a>,
    parsed: &'f Parsed,
    model: &'f crate::semantics::SemanticModel<'f>,
}

/// How many texts a format may have before it counts as unknown.
const MAX_TEXTS: usize = 16;

impl Formats<'_, '_> {
    /// Each text that it may be, as literals.
    fn of(&self, node: NodeId) -> Option<Vec<Vec<u8>>> {
        let tree = self.model.tree;
        let children = tree.children(node);
        match tree.kind(node) {
            NodeKind::Cast => self.of(children[1]),
            NodeKind::Conditional => Some([self.of(children[1])?, self.of(children[2])?].concat()),
            NodeKind::String | NodeKind::Identifier => self.spelled(self.literals(node)),
            _ => None,
        }
    }

    /// The strings, and the macros among them, of which the tree may show but one.
    fn literals(&self, node: NodeId) -> &[u8] {
        let (source, tokens) = (self.text.source, &self.parsed.region.tokens);
        let core = self.model.tree.core(node);
        let is_part = |token: &&Token| matches!(token.kind, TokenKind::String | TokenKind::Identifier);
        let first = tokens.partition_point(|token| token.range.end <= core.start);
        let last = tokens.partition_point(|token| token.range.start < core.end);
        let before = tokens[..first].iter().rev().take_while(is_part).last();
        let after = tokens[last..].iter().take_while(is_part).last();
        let range = before.map_or(core, |token| token.range.cover(core));
        &source[after.map_or(range, |token| range.cover(token.range)).to_usize()]
    }

    /// Of strings and macros that stand for strings, side by side.
    fn spelled(&self, text: &[u8]) -> Option<Vec<Vec<u8>>> {
        let mut texts: Vec<Vec<u8>> = vec![Vec::new()];
        for token in lex(text).tokens {
            let pieces = match token.kind {
                TokenKind::String => vec![token.text(text).to_vec()],
                TokenKind::Identifier => self.text.strings.get(token.text(text))?.clone()?,
                _ => return None,
            };
            if texts.len() * pieces.len() > MAX_TEXTS {
                return None;
            }
            let longer = |before: &Vec<u8>| {
                pieces.iter().map(|piece| [before.as_slice(), b" ", piece].concat()).collect::<Vec<_>>()
            };
            texts = texts.iter().flat_map(longer).collect();
        }
        Some(texts)
    }
}
