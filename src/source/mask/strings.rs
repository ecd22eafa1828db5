//! String literals with macros among them: `"%" PRIu64 " bytes"`. The macros are blanked; the rest is one string.

use super::Masker;
use super::tokens::{At, END};
use super::words::Word;
use crate::source::TokenKind;

impl Masker<'_> {
    /// Blanks macros next to string literals.
    pub(super) fn strings(&mut self) {
        let mut at = self.tokens.next(END);
        while at != END {
            if self.tokens.kind(at) == TokenKind::String {
                while self.macro_behind_string(at) {}
                while self.macro_before_string(at) {}
            }
            at = self.tokens.next(at);
        }
    }

    fn is_string(&self, at: At) -> bool {
        at != END && self.tokens.is_alive(at) && self.tokens.kind(at) == TokenKind::String
    }

    /// `"..." NAME` and `"..." NAME(...)`.
    fn macro_behind_string(&mut self, string: At) -> bool {
        let name = self.tokens.next(string);
        if !self.tokens.is_name(name) {
            return false;
        }
        let after = self.tokens.next(name);
        let is_plain = after == END
            || self.is_string(after)
            || self.tokens.is_name(after)
            || self.tokens.is_any(after, &[")", ",", ";", "}", "?", ":", "]"]);
        if is_plain {
            self.tokens.blank(name);
        } else if self.tokens.is(after, "(") {
            self.tokens.blank_through(name, self.tokens.partner(after));
        }
        is_plain || self.tokens.is(name, "")
    }

    /// `NAME "..."` and `NAME(...) "..."`, where the name can be nothing else.
    fn macro_before_string(&mut self, string: At) -> bool {
        let before = self.tokens.prev(string);
        if self.tokens.is_name(before) {
            let left = self.tokens.prev(before);
            // Behind a `)` too: `PyVarObject_HEAD_INIT(NULL, 0)` brings its comma.
            let begins_value = left == END
                || self.tokens.is_punctuator(left)
                || self.tokens.is(left, "return")
                || self.tokens.is_name(left)
                || self.is_string(left);
            if begins_value {
                self.tokens.blank(before);
            }
            return begins_value;
        }
        if self.tokens.is(before, ")") {
            let open = self.tokens.partner(before);
            let name = self.tokens.prev(open);
            let left = self.tokens.prev(name);
            let is_call = open != END
                && self.tokens.is_name(name)
                && self.tokens.word(name) != Word::HeadInit
                && (self.tokens.is_any(left, &["(", ")", ",", "=", "{", "return", "?", ":"]) || self.is_string(left));
            if is_call {
                self.tokens.blank_through(name, before);
            }
            return is_call;
        }
        false
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::masked_body;

    #[test]
    fn macros_among_literals() {
        assert_eq!(masked_body("f(\"%\" PRIu64 \" b\", a);"), "f(\"%\" \" b\", a);");
        assert_eq!(masked_body("f(PREFIX \"a\" STR(x) \"b\");"), "f( \"a\" \"b\");");
        assert_eq!(masked_body("return NAME(x) \"b\";"), "return \"b\";");
    }

    #[test]
    fn a_call_or_a_name_beside_a_literal_argument_stays() {
        assert_eq!(masked_body("f(a, \"b\", c); g(\"d\");"), "f(a, \"b\", c); g(\"d\");");
    }

    #[test]
    fn literals_are_made_plain() {
        assert_eq!(
            masked_body("f(\"\\e\\u00e4\\n\", L\"\u{e4}\");"),
            "f(\"xexu00e4\\n\", L\"xx\");".replace("xe", "xx").replace("xu", "xx")
        );
    }
}
