//! Which parameters of a macro have to be lvalues.

use crate::capi;
use crate::source::{TokenKind, lex};

/// The parameters, counted from 0, that a macro's body assigns to or takes the address of, by itself or by a macro of the C
/// API; `body` is what follows the macro's name. What other macros do there is not seen.
pub(super) fn places(body: &[u8]) -> Vec<usize> {
    if body.first() != Some(&b'(') {
        return Vec::new();
    }
    let tokens = lex(body).tokens;
    let text = |at: usize| tokens.get(at).map_or(&b""[..], |token| token.text(body));
    let Some(close) = (0..tokens.len()).find(|at| text(*at) == b")") else { return Vec::new() };
    let parameters: Vec<&[u8]> = (0..close).filter(|at| tokens[*at].kind == TokenKind::Identifier).map(text).collect();
    let mut found = Vec::new();
    for at in close + 1..tokens.len() {
        let Some(parameter) = parameters.iter().position(|name| *name == text(at)) else { continue };
        let (mut first, mut last) = (at, at);
        // In the brackets of a call it is another value.
        while text(first - 1) == b"(" && text(last + 1) == b")" && first - 1 > close && !is_name(text(first - 2)) {
            (first, last) = (first - 1, last + 1);
        }
        // The list of parameters is before all that is looked at.
        let (before, front, behind) = (text(first - 2), text(first - 1), text(last + 1));
        let is_found = is_place(before, front, behind) || matches!(behind, b")" | b",") && is_handed_on(&text, first);
        if is_found && !found.contains(&parameter) {
            found.push(parameter);
        }
    }
    found
}

/// Whether the token at `start` begins an argument of a macro of the C API that assigns to it or takes its address.
fn is_handed_on<'s>(text: &impl Fn(usize) -> &'s [u8], start: usize) -> bool {
    if !matches!(text(start - 1), b"(" | b",") {
        return false;
    }
    let (mut depth, mut argument) = (0, 0);
    for at in (1..start).rev() {
        match text(at) {
            b")" | b"]" | b"}" => depth += 1,
            b"(" if depth == 0 => {
                return std::str::from_utf8(text(at - 1)).is_ok_and(|name| capi::assigns_to(name, argument));
            }
            b"(" | b"[" | b"{" => depth -= 1,
            b"," if depth == 0 => argument += 1,
            _ => {}
        }
    }
    false
}

/// Whether an operand between these tokens has to be an lvalue; `before` stands in front of the one in front of it.
fn is_place(before: &[u8], front: &[u8], behind: &[u8]) -> bool {
    let is_whole = !matches!(behind, b"->" | b"." | b"[" | b"(" | b"##") && !matches!(front, b"->" | b"." | b"##");
    let is_unary = !is_name(before) && !matches!(before, b")" | b"]");
    is_whole
        && match (front, behind) {
            (_, b"++" | b"--") | (b"++" | b"--", _) => true,
            (b"&", _) => is_unary,
            // What it points to is assigned to.
            (b"*", _) => false,
            (_, b"=" | b"+=" | b"-=" | b"*=" | b"/=" | b"%=" | b"&=" | b"|=" | b"^=" | b"<<=" | b">>=") => true,
            _ => false,
        }
}

/// Whether it is a name or number.
fn is_name(text: &[u8]) -> bool {
    text.first().is_some_and(|byte| byte.is_ascii_alphanumeric() || *byte == b'_')
}

#[cfg(test)]
mod tests {
    use super::places;

    #[test]
    fn what_is_assigned_to_is_found() {
        assert_eq!(places(b"(op, value) do { T *old = (T *)(op); (op) = (value); X(old); } while (0)"), [0]);
        assert_eq!(places(b"(a, b, c) (++a, b += 1, *c++)"), [0, 1, 2]);
        assert_eq!(places(b"(n, op) f(n, &(op))"), [1]);
        assert_eq!(places(b"(n, op) do { Py_XSETREF(op, f(n)); } while (0)"), [1]);
        assert_eq!(places(b"(op) \\\n    op \\\n = 0"), [0]);
    }

    #[test]
    fn what_is_read_is_not() {
        let read = [
            "(a) *(a) = 0",
            "(a) f(a) = 0",
            "(a) (x)->a = 0",
            "(a) &(a)->x",
            "(a, b) ((a) & (b))",
            "(a) (a) == 0",
            "(a) Py_XSETREF(x, a)",
        ];
        for body in read.iter().chain(&["(a) a->x = 0", "(a) a[0]++", "", "(", "()", "(a", "(a)=", "=1", "(a) ((("]) {
            assert_eq!(places(body.as_bytes()), [0; 0], "{body}");
        }
    }
}
