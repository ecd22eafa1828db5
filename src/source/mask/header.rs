//! Headers of function definitions, parameters, and macros in front of declarations.

use super::Masker;
use super::specifiers::Declares;
use super::tokens::{At, END};
use super::words::Word;

impl Masker<'_> {
    /// Masks the header of a function definition up to the `{` of its body.
    pub(super) fn header(&mut self, body: At) {
        if let Some(open) = self.old_style_without_type(body) {
            self.implicit_int = true;
            self.old_style_declarations(self.tokens.partner(open), body);
            return;
        }
        let first = self.leading_macros(body);
        if !self.tokens.between(first, body).any(|at| self.tokens.is(at, "(")) {
            self.header_without_parens(first, body);
            return;
        }
        if let Some(open) = self.parens_without_type(first, body) {
            self.implicit_int = true;
            self.parameters_without_type(open, body);
            return;
        }
        let mut open = self.specifiers(first, Declares::Something);
        while self.tokens.before(open, body) && !self.tokens.is(open, "(") {
            open = self.tokens.next(open);
        }
        let close = self.tokens.partner(open);
        if !self.tokens.before(open, body) || !self.tokens.before(close, body) {
            return;
        }
        if self.tokens.is(self.tokens.next(open), "*") {
            // `int (*f(int a))(int b) {`
            let name = self.pointers(self.tokens.next(open));
            if self.tokens.is(name, "(") {
                self.parameters(name);
            }
            self.behind_parameters(close, body);
            return;
        }
        let is_old_style = self.tokens.between(close, body).any(|at| self.tokens.is(at, ";"));
        if is_old_style {
            self.old_style_declarations(close, body);
        } else {
            self.parameters(open);
            self.behind_parameters(close, body);
        }
    }

    /// `f(a, b) int a; char *b; {`, which begins as if a macro stood in front.
    fn old_style_without_type(&self, body: At) -> Option<At> {
        let name = self.tokens.next(END);
        let open = self.tokens.next(name);
        let close = self.tokens.partner(open);
        let has = |text: &str| self.tokens.between(close, body).any(|at| self.tokens.is(at, text));
        let applies = self.tokens.is_name(name)
            && self.tokens.is(open, "(")
            && self.tokens.before(close, body)
            && has(";")
            && !has("(");
        applies.then_some(open)
    }

    /// `int decode PARAMETERS {`, `DECLARATION {`: the last word stands for parentheses, or for all of it.
    fn header_without_parens(&mut self, first: At, body: At) {
        let last = self.tokens.prev(body);
        let names = self.tokens.between(first, body).filter(|&at| self.tokens.is_name(at)).count();
        let has_type = self.tokens.between(first, body).any(|at| self.tokens.word(at).is_type());
        let length = self.tokens.text(last).len();
        if !self.tokens.is_name(last) || length < 3 {
            return;
        }
        self.implicit_int = !has_type && names < 3;
        if names == 1 {
            self.tokens.replace(last, "f()");
        } else {
            self.tokens.replace(last, "()");
            self.specifiers(first, Declares::Something);
        }
    }

    /// The parentheses of `main() {`, `static f(a, b) int a; {` or `MODULE_INIT(name) {`: no type stands in front.
    fn parens_without_type(&self, first: At, body: At) -> Option<At> {
        let mut name = first;
        while self.tokens.word(name) == Word::Specifier {
            name = self.tokens.next(name);
        }
        let open = self.tokens.next(name);
        let close = self.tokens.partner(open);
        let applies = self.tokens.before(name, body)
            && self.tokens.is_name(name)
            && self.tokens.is(open, "(")
            && self.tokens.before(close, body)
            && !self.tokens.is(self.tokens.next(close), "(");
        applies.then_some(open)
    }

    /// Keeps names and declarations of parameters; what else a macro call holds is blanked.
    fn parameters_without_type(&mut self, open: At, body: At) {
        let close = self.tokens.partner(open);
        let first = self.tokens.next(open);
        if self.tokens.between(close, body).any(|at| self.tokens.is(at, ";")) {
            self.old_style_declarations(close, body);
            return;
        }
        self.behind_parameters(close, body);
        let is_name_list =
            self.tokens.between(first, close).all(|at| self.tokens.is_name(at) || self.tokens.is(at, ","));
        if first == close || is_name_list && !self.has_adjacent_names(first, close) {
            return;
        }
        let mut argument = first;
        loop {
            let end = self.argument_end(argument, close);
            let is_declaration = self.tokens.is_word(argument)
                && (self.tokens.word(argument).is_type() || self.tokens.next(argument) != end)
                && !self.tokens.is(self.tokens.next(argument), "(");
            if !is_declaration {
                self.tokens.blank_until(first, close);
                return;
            }
            if end == close {
                break;
            }
            argument = self.tokens.next(end);
        }
        self.parameters(open);
    }

    fn has_adjacent_names(&self, first: At, end: At) -> bool {
        self.tokens.between(first, end).any(|at| self.tokens.is_name(at) && self.tokens.is_name(self.tokens.next(at)))
    }

    /// `f(a, b) int a; char *b; {`.
    fn old_style_declarations(&mut self, close: At, body: At) {
        let mut at = self.tokens.next(close);
        let mut begins = true;
        while self.tokens.before(at, body) {
            if begins && self.tokens.is_word(at) {
                self.specifiers(at, Declares::Something);
                at = self.tokens.here(at);
            }
            begins = self.tokens.is(at, ";");
            at = self.tokens.next(at);
        }
    }

    /// Behind the parameters of a definition stand at most more parameters, if it returns a pointer to a function
    /// (`int (*f(int a))(int b) {`); words and calls there are macros.
    fn behind_parameters(&mut self, close: At, body: At) {
        let mut at = self.tokens.next(close);
        while self.tokens.before(at, body) {
            if self.tokens.is(at, "(") {
                let end = self.tokens.partner(at);
                if self.tokens.is(self.tokens.prev(at), ")") {
                    self.parameters(at);
                } else {
                    self.tokens.blank_through(at, end);
                }
                if end == END {
                    return;
                }
                at = end;
            } else if self.tokens.is_word(at) {
                let open = self.tokens.next(at);
                let is_call = self.tokens.is(open, "(") && self.tokens.before(self.tokens.partner(open), body);
                self.tokens.blank_through(at, if is_call { self.tokens.partner(open) } else { at });
            }
            at = self.tokens.next(at);
        }
    }

    /// Masks macro calls in front of a declaration that ends before `end`: attributes are blanked, of wrappers of
    /// a type (`PyAPI_FUNC(PyObject *) f(void)`) the type stays. Returns the first token left.
    pub(super) fn leading_macros(&mut self, end: At) -> At {
        let mut at = self.tokens.next(END);
        loop {
            while self.tokens.before(at, end) && self.tokens.word(at) == Word::Specifier {
                at = self.tokens.next(at);
            }
            let open = self.tokens.next(at);
            let close = self.tokens.partner(open);
            let after = self.tokens.next(close);
            let is_macro_call = self.tokens.before(at, end)
                && self.tokens.is_name(at)
                && self.tokens.is(open, "(")
                && close != END
                && self.tokens.before(after, end)
                && (self.tokens.is_word(after) || self.tokens.is(after, "*"));
            if !is_macro_call {
                break;
            }
            let has_type_behind = matches!(self.tokens.word(after), Word::TypeKeyword | Word::Tag | Word::Specifier);
            let lacks_type = self.tokens.is(after, "*")
                || (self.tokens.is_name(after)
                    && self.tokens.is_any(self.tokens.next(after), &["=", ";", ",", "[", "("]));
            let declares_function = lacks_type && self.tokens.is(self.tokens.next(after), "(");
            if self.wraps_type(at, declares_function) && !has_type_behind {
                for token in [at, open, close] {
                    self.tokens.blank(token);
                }
                break;
            }
            if lacks_type {
                // `LIST_OF(int) list = ...;`: the macro's name is the type.
                self.note_type(at);
                self.tokens.blank_through(open, close);
                break;
            }
            self.tokens.blank_through(at, close);
            at = after;
        }
        self.tokens.next(END)
    }

    /// Whether the macro call holds a type: names and stars, and the macro is named as a wrapper, or the type shows,
    /// or a function without a type is declared behind.
    fn wraps_type(&self, at: At, declares_function: bool) -> bool {
        let open = self.tokens.next(at);
        let (first, close) = (self.tokens.next(open), self.tokens.partner(open));
        let shows_type = |at: At| self.tokens.is(at, "*") || self.tokens.word(at).is_type() || self.is_known_type(at);
        first != close
            && self.tokens.between(first, close).all(|at| self.tokens.is_word(at) || self.tokens.is(at, "*"))
            && (declares_function
                || self.tokens.word(at) == Word::TypeWrapper
                || self.tokens.between(first, close).any(shows_type))
    }

    /// Masks the parameters between the parentheses that begin at `open`.
    pub(super) fn parameters(&mut self, open: At) {
        // Parameters of parameters wait here: no recursion that follows the input.
        let mut waiting = vec![open];
        while let Some(open) = waiting.pop() {
            let close = self.tokens.partner(open);
            if close == END {
                continue;
            }
            let mut first = self.tokens.next(open);
            while self.tokens.before(first, close) {
                let end = self.argument_end(first, close);
                self.parameter(first, end, &mut waiting);
                if end == close {
                    break;
                }
                first = self.tokens.next(end);
            }
        }
    }

    /// The `,` or `close` that ends the argument which begins at `at`.
    pub(super) fn argument_end(&self, at: At, close: At) -> At {
        let mut at = at;
        while self.tokens.before(at, close) && !self.tokens.is(at, ",") {
            let partner = self.tokens.partner(at);
            at = self.tokens.next(if self.tokens.before(at, partner) && partner != END { partner } else { at });
        }
        if self.tokens.before(at, close) { at } else { close }
    }

    fn parameter(&mut self, first: At, end: At, waiting: &mut Vec<At>) {
        if !self.tokens.is_word(first) {
            return;
        }
        if self.parameter_macro(first, end) {
            return;
        }
        self.type_macro_of_parameter(first, end);
        let at = self.specifiers(first, Declares::Parameter);
        if !self.tokens.is(at, "(") || !self.tokens.before(at, end) {
            return;
        }
        let close = self.tokens.partner(at);
        let inner = self.tokens.next(at);
        let behind = self.tokens.next(close);
        let before = self.tokens.prev(at);
        let follows_name = self.tokens.is_name(before) && self.tokens.before(first, before);
        if self.tokens.is_name(inner) && self.tokens.is(self.tokens.next(inner), "*") {
            // `void (WINAPI *callback)(int)`
            self.tokens.blank(inner);
        } else if self.tokens.is_name(inner) && self.tokens.next(inner) == close && follows_name {
            // `PyObject *MACRO(name)`
            for token in [before, at, close] {
                self.tokens.blank(token);
            }
        }
        if self.tokens.before(behind, end) && self.tokens.is(behind, "(") {
            waiting.push(behind);
        } else if self.tokens.is_alive(at) && !self.tokens.is(inner, "*") && follows_name {
            // A parameter of function type: `int compare(int, int)`.
            waiting.push(at);
        }
    }

    /// `f(PARAMETERS(a, b))`: the macro's name stands for a type.
    fn parameter_macro(&mut self, first: At, end: At) -> bool {
        let open = self.tokens.next(first);
        let close = self.tokens.partner(open);
        let applies =
            self.tokens.is_name(first) && self.tokens.is(open, "(") && close != END && self.tokens.next(close) == end;
        if applies {
            self.note_type(first);
            self.tokens.blank_through(open, close);
        }
        applies
    }

    /// `LIST_OF(int) *x`: the macro's name is the type.
    fn type_macro_of_parameter(&mut self, first: At, end: At) {
        let open = self.tokens.next(first);
        let close = self.tokens.partner(open);
        let after = self.tokens.next(close);
        let is_type = self.tokens.is_name(first)
            && self.tokens.is(open, "(")
            && close != END
            && self.tokens.before(after, end)
            && (self.tokens.is(after, "*") || self.tokens.is_name(after));
        if is_type {
            self.note_type(first);
            self.tokens.blank_through(open, close);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{mask_region, masked};

    #[test]
    fn macros_around_a_header() {
        assert_eq!(masked("EXPORT(1) int f(int a) NOTHROW DEPRECATED(2) { }"), "int f(int a) { }");
        assert_eq!(masked("PyAPI_FUNC(PyObject *) f(void) { }"), "PyObject * f(void) { }");
        assert_eq!(masked("DECLARE(status) f(void) { }"), "status f(void) { }");
    }

    #[test]
    fn a_header_without_type() {
        for source in ["MODULE_INIT(name) { }", "main() { }", "f(a, b) int a; { }"] {
            assert_eq!(masked(source), source);
            assert!(mask_region(source).implicit_int, "{source}");
        }
        assert_eq!(masked("TEST(a, \"b\") { }"), "TEST( ) { }");
        assert!(!mask_region("int f(void) { }").implicit_int);
    }

    #[test]
    fn a_header_whose_parentheses_a_macro_brings() {
        assert_eq!(masked("int f PARAMETERS { }"), "int f () { }");
        assert_eq!(masked("static DECLARATION { }"), "static f() { }");
    }

    #[test]
    fn parameters() {
        assert_eq!(
            masked("void f(A *const CONST a, int (WINAPI *b)(C c, D)) { }"),
            "void f(A *const a, int ( *b)(C c, D)) { }"
        );
        assert_eq!(masked("void f(LIST(int) *a, ARGS(b, c)) { }"), "void f(LIST *a, ARGS ) { }");
        assert_eq!(mask_region("void f(int a(B b)) { }").types, ["B"]);
        assert_eq!(masked("int (*f(A a))(B b) { }"), "int (*f(A a))(B b) { }");
    }

    #[test]
    fn a_macro_call_as_the_type_of_a_global() {
        assert_eq!(masked("static OPTIONAL(a) *b = 0;"), "static OPTIONAL *b = 0;");
    }
}
