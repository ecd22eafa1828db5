//! Which bracket closes which.

use crate::source::{Token, TokenKind};

/// No partner: the bracket is never closed.
pub(super) const NONE: u32 = u32::MAX;

/// For each opening bracket the index of the closing one.
///
/// Braces of namespaces and `extern "C"` blocks are looked through and have none. A `}` that begins a line in the
/// first column, with a name in the first column behind it, closes everything: where one side of an `#if` was taken,
/// braces may not balance, and this keeps the damage to one function.
pub(super) fn partners(source: &[u8], tokens: &[Token]) -> Vec<u32> {
    let mut partners = vec![NONE; tokens.len()];
    let mut open: Vec<(u32, u8)> = Vec::new();
    for (index, token) in tokens.iter().enumerate() {
        if token.kind != TokenKind::Punctuator {
            continue;
        }
        let sign = source[token.range.start as usize];
        match sign {
            b'{' if is_transparent(source, &tokens[..index]) => {}
            b'(' | b'[' | b'{' => open.push((index as u32, sign)),
            b')' | b']' => {
                let opening = if sign == b')' { b'(' } else { b'[' };
                if let Some((at, found)) = open.last()
                    && *found == opening
                {
                    partners[*at as usize] = index as u32;
                    open.pop();
                }
            }
            b'}' => {
                let closes_all = is_in_first_column(source, token)
                    && tokens
                        .get(index + 1)
                        .is_none_or(|next| next.kind == TokenKind::Identifier && is_in_first_column(source, next));
                if closes_all {
                    if let Some((outermost, _)) = open.iter().find(|(_, sign)| *sign == b'{') {
                        partners[*outermost as usize] = index as u32;
                    }
                    open.clear();
                    continue;
                }
                while let Some((at, found)) = open.pop() {
                    if found == b'{' {
                        partners[at as usize] = index as u32;
                        break;
                    }
                }
            }
            _ => {}
        }
    }
    partners
}

/// Whether a `{` behind these tokens opens an `extern "C"` block or a namespace.
fn is_transparent(source: &[u8], before: &[Token]) -> bool {
    let is_extern = |token: &Token| token.is(source, "extern");
    if let [.., word, language] = before
        && language.kind == TokenKind::String
    {
        return is_extern(word);
    }
    // `namespace {`, `namespace a {`, `namespace a::b {`
    let tail = before.iter().rev().take(9);
    tail.take_while(|token| token.kind == TokenKind::Identifier || token.is(source, "::"))
        .any(|token| token.is(source, "namespace"))
}

pub(super) fn is_in_first_column(source: &[u8], token: &Token) -> bool {
    let start = token.range.start as usize;
    start == 0 || source[start - 1] == b'\n'
}
