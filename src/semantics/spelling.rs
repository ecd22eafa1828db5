//! How a file of C++ spells what C has one spelling for.

use crate::source::{Token, TokenKind};

/// The spellings that new code takes over from the file around it. Those of C are the default.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Spelling {
    /// `nullptr` for `NULL`.
    pub nullptr: bool,
    /// `reinterpret_cast<T *>(x)` for `(T *)x`.
    pub named_casts: bool,
}

impl Spelling {
    /// What most places of a file of C++ have.
    pub fn of(source: &[u8], tokens: &[Token]) -> Spelling {
        let text = |at: usize| tokens.get(at).map_or(&b""[..], |token| token.text(source));
        let is_word = |at: usize| tokens.get(at).is_some_and(|token| token.kind == TokenKind::Identifier);
        // `(T *)x`, and not the parameter in `f(T *) const`
        let is_cast = |at: usize| {
            let behind = (at + 2..).find(|next| text(*next) != b"*").unwrap_or(at);
            let is_operand = |at: usize| is_word(at) && text(at) != b"const" || matches!(text(at), b"(" | b"&");
            let is_called = at > 0 && (is_word(at - 1) && text(at - 1) != b"return" || text(at - 1) == b">");
            is_word(at + 1) && behind > at + 2 && text(behind) == b")" && is_operand(behind + 1) && !is_called
        };
        let (mut nulls, mut casts) = (0_i64, 0_i64);
        for at in 0..tokens.len() {
            match text(at) {
                b"nullptr" => nulls += 1,
                b"NULL" => nulls -= 1,
                b"static_cast" | b"reinterpret_cast" => casts += 1,
                b"(" if is_cast(at) => casts -= 1,
                _ => {}
            }
        }
        Spelling { nullptr: nulls > 0, named_casts: casts > 0 }
    }
}

#[cfg(test)]
mod tests {
    use super::Spelling;
    use crate::source::lex;

    #[track_caller]
    fn check(source: &str, nullptr: bool, named_casts: bool) {
        let found = Spelling::of(source.as_bytes(), &lex(source.as_bytes()).tokens);
        assert_eq!(found, Spelling { nullptr, named_casts }, "{source}");
    }

    #[test]
    fn the_majority_decides() {
        check("", false, false);
        check("f(nullptr);", true, false);
        check("f(NULL); g(NULL, nullptr);", false, false);
        check("f(static_cast<T *>(x));", false, true);
        check("f(static_cast<T *>(x)); g((T *)x); h((T **)&x);", false, false);
        check("void g(T *) const; f(reinterpret_cast<T *>(x)); return (a * b);", false, true);
        check("return (T *)x; f(static_cast<T *>(x));", false, false);
    }
}
