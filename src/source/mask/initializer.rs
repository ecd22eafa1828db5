//! Items of initializers that bring their own comma.

use super::tokens::{At, END};
use super::walk::Walker;
use super::words::Word;
use crate::source::TokenKind;

impl Walker<'_, '_> {
    /// A name in an initializer; returns where to go on if it has one of the shapes below.
    pub(super) fn item(&mut self, at: At) -> Option<At> {
        let before = self.tokens().prev(at);
        let begins = before == END
            || self.tokens().is_any(before, &["{", ","])
            || (self.comma_behind != END && before == self.comma_behind);
        if self.tokens().word(at) == Word::HeadInit && (begins || self.tokens().is(before, "=")) {
            return self.head_init(at);
        }
        if begins { self.table_entry(at) } else { None }
    }

    /// `PyVarObject_HEAD_INIT(NULL, 0)` becomes `{0},`; some put a comma of their own behind.
    fn head_init(&mut self, at: At) -> Option<At> {
        let open = self.tokens().next(at);
        let close = self.tokens().partner(open);
        if !self.tokens().is(open, "(") || close == END {
            return None;
        }
        let after = self.tokens().next(close);
        self.masker.tokens.collapse(at, after, "{0}");
        if !self.tokens().is(after, ",") {
            self.masker.tokens.append(at, b',');
            self.comma_behind = at;
        }
        Some(after)
    }

    /// `MODULE_METHOD_METHODDEF` or `DEF(x)` in front of the next item.
    fn table_entry(&mut self, at: At) -> Option<At> {
        let tokens = self.tokens();
        let open = tokens.next(at);
        let end = if tokens.is(open, "(") { tokens.partner(open) } else { at };
        let after = tokens.next(end);
        if end == END || after == END {
            return None;
        }
        let begins_designator =
            tokens.is(after, ".") && tokens.is_name(tokens.next(after)) && tokens.on_new_line(end, after);
        let begins_item = tokens.is_word(after)
            || tokens.is(after, "{")
            || tokens.kind(after) == TokenKind::Number
            || begins_designator;
        if !begins_item {
            return None;
        }
        if self.masker.tokens.insert_after(end, b',') {
            self.comma_behind = end;
            None
        } else {
            self.masker.tokens.blank_through(at, end);
            Some(after)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::masked;

    #[test]
    fn the_head_of_an_object() {
        assert_eq!(masked("T a = { PyVarObject_HEAD_INIT(NULL, 0) \"b\" };"), "T a = { {0} , \"b\" };");
        assert_eq!(masked("T a = { PyObject_HEAD_INIT(NULL), NAME \"b\" };"), "T a = { {0} , \"b\" };");
        assert_eq!(masked("T a = { .b = PyVarObject_HEAD_INIT(NULL, 0) .c = 1 };"), "T a = { .b = {0} , .c = 1 };");
    }

    #[test]
    fn entries_that_bring_their_comma() {
        assert_eq!(masked("T a[] = { A_METHODDEF B(1) {C, d}, E };"), "T a[] = { A_METHODDEF,B(1),{C, d}, E };");
    }
}
