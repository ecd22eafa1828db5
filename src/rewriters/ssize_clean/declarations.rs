//! Declarations of variables whose type changes, perhaps beside others whose type stays.

use super::Obstacle;
use super::text::{Parsed, Text};
use super::uses::Variables;
use crate::edit::Edit;
use crate::source::{TextRange, Token, TokenKind, indentation, newline_at};
use crate::syntax::{NodeId, NodeKind};
use crate::transform::SsizeClean;

/// Words that may stand beside the type.
const STORAGE: [&[u8]; 4] = [b"static", b"register", b"auto", b"volatile"];

/// The edits that change the type of the variables of a declaration which change it, one of them `declarator`'s. The
/// order of the variables stays: one may be initialized with another.
pub(super) fn retyped(
    text: &Text<'_>,
    parsed: &Parsed,
    words: &SsizeClean,
    declarator: NodeId,
    variables: &Variables,
) -> Result<Vec<Edit>, Obstacle> {
    let (tree, source) = (&parsed.tree, text.source);
    let name = tree.children(declarator).first().map_or(TextRange::default(), |name| tree.core(*name));
    let obstacle = || Obstacle::Declaration(String::from_utf8_lossy(&source[name.to_usize()]).into_owned());
    let kind = |node: &NodeId| tree.kind(*node);
    let item = tree.parent(declarator).filter(|up| kind(up) == NodeKind::InitDeclarator).ok_or_else(obstacle)?;
    let declaration = tree.parent(item).filter(|up| kind(up) == NodeKind::Declaration { typedef: false });
    let declaration = declaration.ok_or_else(obstacle)?;
    let items = tree.children(declaration);
    let range = tree.range(declaration);
    let first = items.first().filter(|first| kind(first) == NodeKind::InitDeclarator).ok_or_else(obstacle)?;
    let head = TextRange::new(range.start, tree.range(*first).start.max(range.start));
    let ctype = type_in_head(text, words, head).filter(|_| !tree.has_stand_in(head)).ok_or_else(obstacle)?;
    let changes = |item: &NodeId| {
        tree.children(*item).first().is_some_and(|declarator| variables.changes(text, parsed, *declarator))
    };
    let mut edits = Vec::new();
    if changes(first) {
        edits.push(Edit::replace(ctype.range, words.length.as_str()));
    }
    let place = tree.parent(declaration).map(|up| kind(&up));
    // What is not static is other files' as well.
    let is_static = text.tokens_in(head).iter().any(|token| token.is(source, "static"));
    if place == Some(NodeKind::Root) && !is_static {
        return Err(Obstacle::NotLocal(String::from_utf8_lossy(&source[name.to_usize()]).into_owned()));
    }
    let in_block = matches!(place, Some(NodeKind::Compound | NodeKind::Root));
    for pair in items.windows(2).filter(|pair| changes(&pair[0]) != changes(&pair[1])) {
        // A new declaration begins where the type changes.
        let gap = TextRange::new(tree.range(pair[0]).end, tree.range(pair[1]).start);
        let is_comma = matches!(text.tokens_in(gap), [comma] if comma.is(source, ","));
        let has_comment = text.comments.iter().any(|comment| gap.contains(*comment));
        if !in_block || !is_comma || has_comment {
            return Err(obstacle());
        }
        let mut specifiers = source[head.to_usize()].to_vec();
        if changes(&pair[1]) {
            let at = TextRange::new(ctype.range.start - head.start, ctype.range.end - head.start);
            specifiers.splice(at.to_usize(), words.length.bytes());
        }
        let specifiers = String::from_utf8_lossy(&specifiers).trim_end().to_owned();
        let (newline, indent) = (newline_at(source, range.start), indentation(source, range.start));
        let line = format!(";{newline}{}{specifiers} ", String::from_utf8_lossy(indent));
        edits.push(Edit::replace(gap, line));
    }
    Ok(edits)
}

/// The type among the specifiers of a declaration, if no other word changes what it means.
fn type_in_head<'t>(text: &Text<'t>, words: &SsizeClean, head: TextRange) -> Option<&'t Token> {
    let tokens = text.tokens_in(head);
    let is_type = |token: &&Token| token.is(text.source, &words.narrow);
    let is_known = |token: &Token| {
        is_type(&token) || token.kind == TokenKind::Identifier && STORAGE.contains(&token.text(text.source))
    };
    let mut types = tokens.iter().filter(is_type);
    let found = types.next().filter(|_| types.next().is_none() && tokens.iter().all(is_known))?;
    Some(found)
}
