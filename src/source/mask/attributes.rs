//! What is blanked or replaced wherever it stands: attributes, calling conventions, inline assembly, and the
//! operators of macro bodies.

use super::Masker;
use super::tokens::{At, END};
use super::words::{Word, Words};
use crate::source::TokenKind;

impl Masker<'_> {
    /// The first pass over the tokens.
    pub(super) fn attributes(&mut self) {
        let mut at = self.tokens.next(END);
        while at != END {
            match self.tokens.word(at) {
                Word::Blank => self.tokens.blank(at),
                Word::BlankCall => self.blank_call(at),
                Word::Unused => self.unwrap_parameter(at),
                Word::Assembly => self.assembly(at),
                Word::ForeignType => self.foreign_type(at),
                Word::Operator => self.named_operator(at),
                Word::Tag => self.tag_macro(at),
                Word::None if self.tokens.is(at, "[") => self.square_attribute(at),
                Word::None if self.tokens.is(at, "?") => self.conditional_without_middle(at),
                Word::None if self.tokens.is(at, "&&") => self.label_address(at),
                Word::None if self.tokens.kind(at) == TokenKind::Number => self.number(at),
                Word::Keyword if self.tokens.is(at, "goto") => self.computed_goto(at),
                _ => {}
            }
            at = self.tokens.next(at);
        }
    }

    /// `__attribute__((unused))`.
    fn blank_call(&mut self, at: At) {
        let open = self.tokens.next(at);
        if self.tokens.is(open, "(") {
            self.tokens.blank_through(at, self.tokens.partner(open));
        }
    }

    /// `PyObject *Py_UNUSED(self)`.
    fn unwrap_parameter(&mut self, at: At) {
        let open = self.tokens.next(at);
        let close = self.tokens.partner(open);
        if self.tokens.is(open, "(") && close != END && self.tokens.next(open) != close {
            self.tokens.blank(at);
            self.tokens.blank(open);
            self.tokens.blank(close);
        }
    }

    /// `asm volatile("...")`, `__asm { ... }`, and a line `__asm mov eax, [ebx]`. The semicolon stays as an empty
    /// statement.
    fn assembly(&mut self, at: At) {
        let mut open = self.tokens.next(at);
        while self.tokens.word(open) == Word::Specifier || self.tokens.is(open, "goto") {
            open = self.tokens.next(open);
        }
        let close = self.tokens.partner(open);
        if self.tokens.is_any(open, &["(", "{"]) && close != END {
            self.tokens.blank_through(at, close);
            return;
        }
        let mut end = self.tokens.next(at);
        while end != END
            && !self.tokens.is_any(end, &[";", "}"])
            && !self.tokens.on_new_line(self.tokens.prev(end), end)
        {
            end = self.tokens.next(end);
        }
        self.tokens.blank_until(at, end);
    }

    /// `a and b`, `not a` of `<iso646.h>`, where only an operator can stand.
    fn named_operator(&mut self, at: At) {
        let (before, next) = (self.tokens.prev(at), self.tokens.next(at));
        let text = String::from_utf8_lossy(self.tokens.text(at)).into_owned();
        let Some(operator) = Words::get().operator(&text) else { return };
        let follows_value =
            self.tokens.is_name(before) || self.tokens.is_literal(before) || self.tokens.is_any(before, &[")", "]"]);
        let begins_value = self.tokens.is_name(next) || self.tokens.is_literal(next);
        let is_prefix = matches!(operator, "!" | "~");
        if is_prefix && !follows_value && begins_value
            || !is_prefix && follows_value && (begins_value || self.tokens.is_any(next, &["(", "!", "*", "&", "-"]))
        {
            self.tokens.replace(at, operator);
        }
    }

    /// `struct TAG(name) x;`: the macro's name is the tag.
    fn tag_macro(&mut self, at: At) {
        let name = self.tokens.next(at);
        let open = self.tokens.next(name);
        let close = self.tokens.partner(open);
        let after = self.tokens.next(close);
        let is_macro = self.tokens.is_name(name) && self.tokens.is(open, "(") && close != END;
        let ends_type = self.tokens.is_name(after) || self.tokens.is_any(after, &[")", "*"]);
        if is_macro && self.tokens.prev(close) == self.tokens.next(open) && ends_type {
            self.tokens.blank_through(open, close);
        }
    }

    /// `__int128 x`: a known type takes its place.
    fn foreign_type(&mut self, at: At) {
        let name = String::from_utf8_lossy(self.tokens.text(at)).into_owned();
        if let Some(stand_in) = Words::get().type_stand_in(&name) {
            self.tokens.replace(at, stand_in);
        }
    }

    /// `[[maybe_unused]]`, which is no index: it does not follow a value.
    fn square_attribute(&mut self, at: At) {
        let inner = self.tokens.next(at);
        let close = self.tokens.partner(at);
        let before = self.tokens.prev(at);
        let follows_value = self.tokens.is_name(before) || self.tokens.is_any(before, &[")", "]", "=", "("]);
        let is_double = self.tokens.is(inner, "[")
            && self.tokens.touches(at, inner)
            && close != END
            && self.tokens.partner(inner) == self.tokens.prev(close);
        if is_double && !follows_value {
            self.tokens.blank_through(at, close);
        }
    }

    /// `a ?: b`: a number stands for the middle.
    fn conditional_without_middle(&mut self, at: At) {
        let colon = self.tokens.next(at);
        if self.tokens.is(colon, ":") && !self.tokens.insert_after(at, b'0') {
            // Without a gap, `?:` becomes an operator that binds a little tighter.
            self.tokens.replace(at, "|");
            self.tokens.blank(colon);
        }
    }

    /// `&&label` in front of which no operand stands: the address of a label becomes that of a name.
    fn label_address(&mut self, at: At) {
        let before = self.tokens.prev(at);
        let follows_value = self.tokens.is_literal(before)
            || self.tokens.is_any(before, &[")", "]", "++", "--"])
            || (self.tokens.is_word(before) && !self.tokens.is(before, "return"));
        if !follows_value && self.tokens.is_name(self.tokens.next(at)) {
            self.tokens.replace(at, "&");
        }
    }

    /// `goto *target;` becomes `return;`, which leaves too.
    fn computed_goto(&mut self, at: At) {
        let star = self.tokens.next(at);
        let mut end = star;
        while end != END && !self.tokens.is(end, ";") {
            end = self.tokens.next(end);
        }
        let last = self.tokens.prev(end);
        if self.tokens.is(star, "*") && last != star {
            // Together they are long enough for the word.
            self.tokens.join(at, last);
            self.tokens.replace(at, "return");
        }
    }

    /// `100 UNIT`: what stands behind a number is a macro; digits are grouped with `'` in C23.
    fn number(&mut self, at: At) {
        if self.tokens.text(at).contains(&b'\'') {
            self.tokens.replace(at, "0");
        }
        let unit = self.tokens.next(at);
        if self.tokens.is_name(unit)
            && self.tokens.word(unit) != Word::Operator
            && !self.tokens.is(self.tokens.next(unit), "(")
        {
            self.tokens.blank(unit);
        }
    }

    /// `a ## b` and `#a` in the body of a macro.
    pub(super) fn paste_operators(&mut self) {
        let mut at = self.tokens.next(END);
        while at != END {
            if self.tokens.is(at, "##") {
                self.paste(at);
            } else if self.tokens.is(at, "#") {
                self.stringize(at);
            }
            at = self.tokens.next(at);
        }
    }

    /// Names and numbers become one name, `#` and `##` elsewhere nothing.
    fn paste(&mut self, at: At) {
        let (left, right) = (self.tokens.prev(at), self.tokens.next(at));
        let joins = self.tokens.is_word(left)
            && (self.tokens.is_word(right) || self.tokens.kind(right) == TokenKind::Number && right != END);
        if joins { self.tokens.join(left, right) } else { self.tokens.blank(at) }
    }

    /// `#x` becomes a string. The gap in `# x` belongs to it.
    fn stringize(&mut self, at: At) {
        let operand = self.tokens.next(at);
        if self.tokens.is_word(operand) {
            self.tokens.join(at, operand);
            self.tokens.replace(at, "\"\"");
        } else {
            self.tokens.blank(at);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{masked, masked_body};

    #[test]
    fn attributes_and_calling_conventions() {
        assert_eq!(masked("__attribute__ ((noinline)) int f(void) { }"), "int f(void) { }");
        assert_eq!(masked("int __stdcall f(PyObject *Py_UNUSED(self)) { }"), "int f(PyObject * self ) { }");
        assert_eq!(masked("[[maybe_unused]] int a[b[0]];"), "int a[b[0]];");
    }

    #[test]
    fn assembly() {
        assert_eq!(masked_body("__asm__ volatile (\"nop\" ::: \"memory\"); a();"), "; a();");
        assert_eq!(masked_body("__asm mov eax, [ebx]\na();"), "a();");
    }

    #[test]
    fn computed_goto() {
        assert_eq!(masked_body("p = &&end; goto *p;"), "p = & end; return ;");
        assert_eq!(masked_body("if (a && b) ;"), "if (a && b) ;");
    }

    #[test]
    fn a_conditional_without_middle() {
        assert_eq!(masked_body("a = b ? : c; a = b ?: c;"), "a = b ?0: c; a = b | c;");
    }

    #[test]
    fn numbers_and_named_operators() {
        assert_eq!(masked_body("a = 10 MB; a = 1'000;"), "a = 10 ; a = 0 ;");
        assert_eq!(masked_body("if (a == 1 and not b) ;"), "if (a == 1 && ! b) ;");
        assert_eq!(masked_body("T and = not;"), "T and = not;");
    }

    #[test]
    fn types_the_parser_does_not_know() {
        assert_eq!(masked_body("unsigned __int128 a;"), "unsigned int a;");
        assert_eq!(masked_body("struct TAG(a) b;"), "struct TAG b;");
    }

    #[test]
    fn operators_of_macro_bodies() {
        assert_eq!(
            masked("#define M(a) f(a ## _x, #a, b##1, , ## __VA_ARGS__)"),
            "f(a______, \"\", b___,0, __VA_ARGS__)"
        );
    }
}
