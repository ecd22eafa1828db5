//! Which parameters of a macro have to be lvalues.

use std::collections::BTreeSet;

use rustc_hash::FxHashMap;

use crate::capi;
use crate::source::{TokenKind, lex};

/// The parameters, counted from 0, that a macro's body assigns to or takes the address of, by itself or by a macro of the C
/// API; `body` is what follows the macro's name. What other macros do there is not seen.
pub(super) fn places(body: &[u8]) -> BTreeSet<usize> {
    let mut found = BTreeSet::new();
    if body.first() != Some(&b'(') {
        return found;
    }
    let tokens = lex(body).tokens;
    let text = |at: usize| tokens.get(at).map_or(&b""[..], |token| token.text(body));
    let Some(close) = (0..tokens.len()).find(|at| text(*at) == b")") else { return found };
    let mut parameters: FxHashMap<&[u8], usize> = FxHashMap::default();
    for at in (0..close).filter(|at| tokens[*at].kind == TokenKind::Identifier) {
        let number = parameters.len();
        parameters.entry(text(at)).or_insert(number);
    }
    let mut brackets: Vec<Bracket<'_>> = Vec::new();
    for at in close + 1..tokens.len() {
        match text(at) {
            open @ (b"(" | b"[" | b"{") => {
                let callee = if open == b"(" { text(at - 1) } else { b"" };
                brackets.push(Bracket { callee, argument: 0 });
            }
            b")" | b"]" | b"}" => drop(brackets.pop()),
            b"," => brackets.iter_mut().last().into_iter().for_each(|bracket| bracket.argument += 1),
            _ => {}
        }
        let Some(parameter) = parameters.get(text(at)) else { continue };
        let (mut first, mut last) = (at, at);
        // In the brackets of a call it is another value.
        while text(first - 1) == b"(" && text(last + 1) == b")" && first - 1 > close && !is_name(text(first - 2)) {
            (first, last) = (first - 1, last + 1);
        }
        // The list of parameters is before all that is looked at.
        let (before, front, behind) = (text(first - 2), text(first - 1), text(last + 1));
        let is_argument = matches!(front, b"(" | b",") && matches!(behind, b")" | b",");
        let around = brackets.len().checked_sub(1 + at - first).map(|around| &brackets[around]);
        if is_place(before, front, behind) || is_argument && around.is_some_and(Bracket::is_handed_on) {
            found.insert(*parameter);
        }
    }
    found
}

/// A bracket that is open.
struct Bracket<'s> {
    /// What stands in front of a parenthesis.
    callee: &'s [u8],
    /// The number of the argument, from 0.
    argument: usize,
}

impl Bracket<'_> {
    /// Whether the argument is one that a macro of the C API assigns to or takes the address of.
    fn is_handed_on(&self) -> bool {
        std::str::from_utf8(self.callee).is_ok_and(|name| capi::assigns_to(name, self.argument))
    }
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
    use super::places as found_places;

    fn places(body: &[u8]) -> Vec<usize> {
        found_places(body).into_iter().collect()
    }

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
