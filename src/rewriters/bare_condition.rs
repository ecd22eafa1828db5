//! `if NAME(...) {`: the condition has no brackets but those of a macro, which brought a pair around it and no longer does.
//! Without the macro's body this is no C, so only tokens tell.

use super::Finding;
use crate::edit::Edit;
use crate::source::{TextRange, Token, TokenKind};
use crate::transform::{BareCondition, Rule, Site};

/// The finding at a name of which the tokens around it are known.
pub fn diagnose(
    site: &Site<'_>,
    offset: u32,
    name: &str,
    index: usize,
    rule: &Rule,
    wanted: &BareCondition,
) -> Option<Finding> {
    let at = site.tokens.binary_search_by_key(&offset, |token| token.range.start).ok()?;
    let source = site.model.source;
    if !wanted.macros.iter().any(|wanted| wanted == name)
        || !is_bare(source, site.tokens, at)
        || site.model.is_taken(name)
        || site.model.macro_parameters.contains(&name.as_bytes())
    {
        return None;
    }
    let close = closing(source, site.tokens, at + 1)?;
    let range = TextRange::new(offset, site.tokens[close].range.end);
    // What begins a statement; an operator would go on with the condition, or with one that is only half of it.
    let follows = site.tokens.get(close + 1)?;
    let goes_on = follows.kind != TokenKind::Identifier && !follows.is(source, "{");
    if goes_on || site.has_directive(range) {
        return None;
    }
    Some(Finding {
        edits: Some(vec![Edit::insert(range.start, "("), Edit::insert(range.end, ")")]),
        ..Finding::of(index, rule, range)
    })
}

/// Whether the call at `tokens[at]` stands where the brackets of a condition should.
pub fn is_bare(source: &[u8], tokens: &[Token], at: usize) -> bool {
    let before = at.checked_sub(1).map(|before| &tokens[before]);
    before.is_some_and(|token| token.is(source, "if") || token.is(source, "while"))
        && tokens.get(at + 1).is_some_and(|token| token.is(source, "("))
}

/// The bracket that closes the one at `tokens[open]`.
fn closing(source: &[u8], tokens: &[Token], open: usize) -> Option<usize> {
    let mut depth = 0_usize;
    for (at, token) in tokens.iter().enumerate().skip(open) {
        match token.text(source) {
            b"(" => depth += 1,
            b")" if depth == 1 => return Some(at),
            b")" => depth = depth.checked_sub(1)?,
            b"{" | b"}" | b";" => return None,
            _ => {}
        }
    }
    None
}
