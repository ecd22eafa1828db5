//! Casts and the arguments of calls.

use super::Masker;
use super::specifiers::Declares;
use super::tokens::{At, END};
use super::words::Word;

impl Masker<'_> {
    /// Masks every argument of the call whose parentheses begin at `open`: what is no expression gets a stand-in.
    pub(super) fn call_arguments(&mut self, open: At) {
        let close = self.tokens.partner(open);
        let takes_type = self.tokens.is_any(self.tokens.prev(open), &["__builtin_va_arg", "__builtin_offsetof"]);
        if close == END || takes_type {
            return;
        }
        let mut first = self.tokens.next(open);
        if first == close {
            return;
        }
        loop {
            let end = self.argument_end(first, close);
            let separator = self.tokens.prev(first);
            if first == end {
                self.empty_argument(separator, end, close);
            } else {
                self.argument(first, end);
            }
            if end == close {
                return;
            }
            first = if self.tokens.is_alive(end) { self.tokens.next(end) } else { self.tokens.here(end) };
            if first == close && !self.tokens.is_alive(end) {
                return;
            }
        }
    }

    /// `f(a, , b)`, `f(a, )`, `f(, a)`: a number where there is a gap, or else the comma goes.
    fn empty_argument(&mut self, separator: At, end: At, close: At) {
        if self.tokens.is(separator, ",") {
            if !self.tokens.insert_after(separator, b'0') {
                self.tokens.blank(separator);
            }
        } else if self.tokens.before(end, close) {
            self.tokens.blank(end);
        }
    }

    fn argument(&mut self, first: At, end: At) {
        let is_single = self.tokens.next(first) == end;
        if self.is_type_argument(first, end) {
            self.type_argument(first, end);
        } else if is_single && self.tokens.word(first).is_reserved() {
            self.tokens.make_name(first);
        } else if self.is_no_expression(first, end)
            || self.has_adjacent_values(first, end)
            || self.is_function_pointer_type(first, end)
        {
            self.tokens.collapse(first, end, "0");
        } else {
            self.dangling_operators(first, end);
        }
    }

    /// Whether the argument is a type: words, stars and square brackets that no expression can be.
    pub(super) fn is_type_argument(&self, first: At, end: At) -> bool {
        let tokens = &self.tokens;
        let fits =
            |at: At| (tokens.is_word(at) && tokens.word(at).may_specify()) || tokens.is_any(at, &["*", "[", "]"]);
        if !tokens.is_word(first) || !tokens.between(first, end).all(fits) {
            return false;
        }
        let ends_with_star = tokens.is(tokens.prev(end), "*");
        let has_keyword = tokens.between(first, end).any(|at| tokens.word(at).is_type() || tokens.is(at, "const"));
        let is_words = tokens.next(first) != end && tokens.between(first, end).all(|at| tokens.is_name(at));
        has_keyword || ends_with_star || is_words
    }

    /// One name stands for the type.
    fn type_argument(&mut self, first: At, end: At) {
        let keep = self.tokens.between(first, end).find(|&at| self.tokens.is_name(at)).unwrap_or(first);
        let mut at = first;
        while self.tokens.before(at, end) {
            if at != keep {
                self.tokens.blank(at);
            }
            at = self.tokens.next(at);
        }
        if self.tokens.word(keep).is_reserved() {
            self.tokens.make_name(keep);
        }
    }

    /// Whether the argument is an operator, a block or a statement.
    fn is_no_expression(&self, first: At, end: At) -> bool {
        const STATEMENTS: &[&str] =
            &["{", "return", "goto", "break", "continue", "if", "for", "while", "do", "else", "static", "switch"];
        let tokens = &self.tokens;
        let is_operator = |at: At| tokens.is_punctuator(at) && !tokens.is_any(at, &["(", ")", "[", "]", "{", "}"]);
        tokens.is_any(first, STATEMENTS)
            || tokens.between(first, end).all(is_operator)
            || self.has_top_level_semicolon(first, end)
    }

    fn has_top_level_semicolon(&self, first: At, end: At) -> bool {
        let mut at = first;
        while self.tokens.before(at, end) {
            if self.tokens.is(at, ";") {
                return true;
            }
            let partner = self.tokens.partner(at);
            at = self.tokens.next(if partner != END && self.tokens.before(at, partner) { partner } else { at });
        }
        false
    }

    /// `f(_T("a") _T(NAME))`: calls side by side are macros for string literals.
    fn has_adjacent_values(&self, first: At, end: At) -> bool {
        let mut at = first;
        while self.tokens.before(at, end) {
            let partner = self.tokens.partner(at);
            let follows_name = self.tokens.is_name(self.tokens.prev(at)) && at != first;
            let is_group = self.tokens.is(at, "(") && partner != END;
            let close = if is_group { partner } else { at };
            at = self.tokens.next(close);
            if is_group && follows_name && self.tokens.before(at, end) && self.tokens.is_name(at) {
                return true;
            }
        }
        false
    }

    /// `COMPARE(a, <, b)` has whole operators; `COMPARE(a ==, b)` and `COMPARE(a, == b)` have ends of them.
    fn dangling_operators(&mut self, first: At, end: At) {
        const LEADING: &[&str] = &["==", "!=", "<", ">", "<=", ">=", "/", "&&", "||", "=", "|", ".", "->"];
        const TRAILING: &[&str] = &["==", "!=", "<", ">", "<=", ">=", "+", "-", "/", "&&", "||", "=", "|"];
        if self.tokens.next(first) == end {
            return;
        }
        let last = self.tokens.prev(end);
        if self.tokens.is_any(last, TRAILING) {
            self.tokens.blank(last);
        }
        if self.tokens.is_any(first, LEADING) {
            self.tokens.blank(first);
        }
    }

    /// Masks what stands in the parentheses at `open` if it is a type: the type of a cast, `sizeof` or compound
    /// literal. A lone name is taken for one if it is known or if what follows leaves no choice.
    ///
    /// Returns whether it is the type of a pointer to a function: its parentheses are no calls.
    pub(super) fn cast(&mut self, open: At) -> bool {
        let close = self.tokens.partner(open);
        let first = self.tokens.next(open);
        if close == END || first == close || !self.tokens.word(first).may_specify() || self.tokens.is(first, "_Atomic")
        {
            return false;
        }
        let mut end = first;
        while self.tokens.word(end).may_specify() || self.tokens.is(end, "*") {
            end = self.tokens.next(end);
        }
        if end == close {
            self.plain_cast(first, close);
        } else if self.tokens.is(end, "(") {
            return self.function_pointer_cast(first, end);
        } else if self.tokens.is(end, "[")
            && (self.tokens.word(first).is_type() || self.tokens.next(first) != end && end != first)
        {
            self.specifiers(first, Declares::Parameter);
        }
        false
    }

    /// `(T)`, `(const T *)`.
    fn plain_cast(&mut self, first: At, close: At) {
        let last = self.tokens.prev(close);
        let has_star = self.tokens.between(first, close).any(|at| self.tokens.is(at, "*"));
        if !has_star {
            if first != last {
                self.specifiers(first, Declares::Nothing);
            } else if self.tokens.is_name(first) && self.is_lone_cast(first, self.tokens.next(close)) {
                self.note_type(first);
            }
            return;
        }
        if self.tokens.is(last, "*") || self.tokens.word(last) == Word::Specifier {
            self.specifiers(first, Declares::Nothing);
        } else if self.tokens.is_name(last)
            && self.tokens.is(self.tokens.prev(last), "*")
            && (self.tokens.word(first).is_type() || self.tokens.is(first, "const"))
        {
            // `(char * MACRO)`: with a keyword in front it is no product.
            self.specifiers(first, Declares::Parameter);
            self.tokens.blank(last);
        }
    }

    /// Whether `(name)` is a cast, by what follows.
    fn is_lone_cast(&self, name: At, after: At) -> bool {
        let tokens = &self.tokens;
        if tokens.is_name(after) || tokens.is_literal(after) || tokens.is_any(after, &["sizeof", "{"]) {
            return true;
        }
        if tokens.is(after, "(") {
            // `(a)(T)x`, `(a)(T *)x`
            let inner = tokens.next(after);
            let behind = tokens.next(inner);
            if tokens.word(inner).is_type() || tokens.is(inner, "const") {
                return true;
            }
            let is_type = self.is_known_type(inner);
            let closes = tokens.is(behind, ")") || tokens.is(behind, "*") && tokens.is(tokens.next(behind), ")");
            if is_type && closes {
                return true;
            }
        }
        self.is_known_type(name) && tokens.is_any(after, &["(", "*", "&", "-", "+", "~", "!"])
    }

    /// `(int (*)(void))`, `(int (WINAPI *)(void))`.
    fn function_pointer_cast(&mut self, first: At, open: At) -> bool {
        let inner = self.tokens.next(open);
        let is_convention = self.tokens.is_name(inner) && self.tokens.is(self.tokens.next(inner), "*");
        let parameters = self.tokens.next(self.tokens.partner(open));
        if !self.tokens.is(inner, "*") && !is_convention || !self.tokens.is(parameters, "(") {
            return false;
        }
        self.specifiers(first, Declares::Parameter);
        if is_convention {
            self.tokens.blank(inner);
        }
        self.parameters(parameters);
        true
    }

    /// Whether the argument is the type of a pointer to a function: `int (*)(void)`.
    fn is_function_pointer_type(&self, first: At, end: At) -> bool {
        let mut open = first;
        while self.tokens.before(open, end) && (self.tokens.word(open).may_specify() || self.tokens.is(open, "*")) {
            open = self.tokens.next(open);
        }
        let star = self.tokens.next(open);
        open != first
            && self.tokens.is(open, "(")
            && self.tokens.is(star, "*")
            && self.tokens.next(star) == self.tokens.partner(open)
            && self.tokens.is(self.tokens.next(self.tokens.partner(open)), "(")
    }

    /// Masks casts and calls between two parentheses; for macro calls whose arguments the walk does not enter.
    pub(super) fn casts_within(&mut self, open: At) {
        let close = self.tokens.partner(open);
        let mut at = self.tokens.next(open);
        while self.tokens.before(at, close) {
            if self.tokens.is(at, "(") {
                let before = self.tokens.prev(at);
                if self.tokens.is_name(before) {
                    self.call_arguments(at);
                } else if !self.tokens.is_any(before, &[")", "]"]) {
                    self.cast(at);
                }
            }
            at = self.tokens.next(at);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{mask_region, masked_body};

    #[test]
    fn types_as_arguments() {
        assert_eq!(masked_body("a = va_arg(ap, T *);"), "a = va_arg(ap, T );");
        assert_eq!(masked_body("f(struct s, unsigned int, b);"), "f( s, _nsigned , b);");
        assert_eq!(masked_body("f(void (*)(void), b);"), "f(0 , b);");
    }

    #[test]
    fn a_product_as_an_argument_stays() {
        assert_eq!(masked_body("f(a * b, *c, (T)d);"), "f(a * b, *c, (T)d);");
    }

    #[test]
    fn arguments_that_are_no_expressions() {
        assert_eq!(masked_body("f(==, return -1, { g(); }, a; b;, c);"), "f(0 , 0 , 0 , 0 , c);");
        assert_eq!(masked_body("f(a ==, == b, , );"), "f(a , b,0,0);");
        assert_eq!(masked_body("f(_T(\"a\") _T(B), c);"), "f(0 , c);");
    }

    #[test]
    fn casts() {
        assert_eq!(
            mask_region("void f(void) { a = (A)b; a = (c)(d); a = (E)\"\"; a = (F *)g; }").types,
            ["A", "E", "F"]
        );
        assert_eq!(masked_body("a = (int (WINAPI *)(B))c;"), "a = (int ( *)(B))c;");
        assert_eq!(masked_body("a = (FAR char *)b;"), "a = ( char *)b;");
    }
}
