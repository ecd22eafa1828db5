//! What a file does with the macros that it defines.

use crate::source::{Token, TokenKind};

/// Whether the file assigns to a use of the macro `name`, or takes its address.
pub fn is_place(source: &[u8], tokens: &[Token], name: &[u8]) -> bool {
    tokens.iter().enumerate().any(|(at, token)| {
        if token.kind != TokenKind::Identifier || token.text(source) != name {
            return false;
        }
        let is_operand = at.checked_sub(2).is_some_and(|place| {
            let operator = &tokens[place + 1];
            let follows_value = matches!(tokens[place].kind, TokenKind::Identifier | TokenKind::Number)
                && !tokens[place].is(source, "return")
                || tokens[place].is(source, ")");
            operator.is(source, "&") && !follows_value
        });
        let mut depth = 0;
        let arguments = tokens[at + 1..].iter().take_while(|token| {
            depth += i32::from(token.is(source, "(")) - i32::from(token.is(source, ")"));
            depth > 0
        });
        let behind = at + 1 + arguments.count();
        let behind = behind + usize::from(behind > at + 1);
        let assigns = |token: &Token| {
            let text = token.text(source);
            matches!(text, b"=" | b"++" | b"--")
                || text.len() > 1 && text.ends_with(b"=") && !matches!(text, b"==" | b"!=" | b"<=" | b">=")
        };
        is_operand || tokens.get(behind).is_some_and(|token| token.kind == TokenKind::Punctuator && assigns(token))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::lex;

    fn assigns(text: &str) -> bool {
        is_place(text.as_bytes(), &lex(text.as_bytes()).tokens, b"M")
    }

    #[test]
    fn assignments_and_addresses_are_seen() {
        for text in ["M(x) = 1;", "M(f(x)) += 1;", "M = 1;", "M(x)++;", "p = &M(x);", "f(&M);"] {
            assert!(assigns(text), "{text}");
        }
        for text in ["if (M(x) == 1) y = 2;", "y = a & M(x);", "y = f(x) & M(x);", "N(x) = M(x);", "M(x) <= 1;"] {
            assert!(!assigns(text), "{text}");
        }
    }
}
