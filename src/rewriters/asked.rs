//! A condition of an `#if` asks for a name. This is only reported: what the branches hold is for a person to say.

use super::Finding;
use crate::edit::Applicability;
use crate::source::{Directive, TextRange, TokenKind, lex_range};

/// The finding at a directive, whichever of the conditional ones it is, that asks for `name` at `offset`.
pub fn diagnose(source: &[u8], directive: &Directive, offset: u32, name: &str, index: usize) -> Option<Finding> {
    let range = TextRange::new(offset, offset + name.len() as u32);
    let tokens = lex_range(source, directive.rest).tokens;
    // A name in a comment asks for nothing.
    tokens.iter().find(|token| token.kind == TokenKind::Identifier && token.range == range)?;
    Some(Finding {
        rule: index,
        range,
        edits: None,
        applicability: Applicability::DisplayOnly,
        note: None,
        introduces: Vec::new(),
    })
}
