//! What stands where a statement, a declaration or a member of a struct begins.

use super::specifiers::Declares;
use super::tokens::{At, END};
use super::walk::{OpenCase, Place, Walker};
use super::words::{Word, Words};
use crate::source::TokenKind;

/// How far the `else` of an `if`-like macro is looked for.
const IF_MACRO_TOKENS: usize = 200;

/// A macro call at the beginning of a statement.
#[derive(Clone, Copy)]
struct MacroCall {
    name: At,
    open: At,
    close: At,
    /// The token behind; not [`END`].
    after: At,
}

impl Walker<'_, '_> {
    /// Looks at the word that begins a statement. Returns where to go on, or nothing if the word is to be walked
    /// over like any other.
    pub(super) fn statement(&mut self, at: At) -> Option<At> {
        match self.tokens().word(at) {
            Word::Keyword => self.keyword(at),
            Word::OpenBrace if self.place() == Place::Block => Some(self.brace_macro(at, "{")),
            Word::CloseBrace if self.place() == Place::Block => Some(self.brace_macro(at, "}")),
            Word::Assertion if self.tokens().is(self.tokens().next(at), "(") => self.assertion(at),
            Word::TypeKeyword | Word::Tag | Word::Specifier | Word::Typeof => self.declaration(at),
            Word::None => None,
            _ => self.name(at),
        }
    }

    fn keyword(&mut self, at: At) -> Option<At> {
        let next = self.tokens().next(at);
        match self.tokens().text(at) {
            b"else" | b"do" => {
                self.begins = true;
                Some(next)
            }
            b"case" => {
                self.open_case = Some(OpenCase { keyword: at, conditionals: 0 });
                Some(next)
            }
            b"default" if self.tokens().is(next, ":") => Some(self.label(at, next)),
            _ => None,
        }
    }

    /// `Py_BEGIN_ALLOW_THREADS` and `Py_END_ALLOW_THREADS` become the braces they bring.
    fn brace_macro(&mut self, at: At, brace: &str) -> At {
        self.masker.tokens.replace(at, brace);
        let next = self.tokens().next(at);
        self.begins = true;
        if brace == "}" && self.tokens().is(next, ";") && self.tokens().is(self.tokens().next(next), "else") {
            self.masker.tokens.blank(next);
        }
        self.tokens().next(at)
    }

    /// `static_assert(...);` where no call may stand.
    fn assertion(&mut self, at: At) -> Option<At> {
        let close = self.tokens().partner(self.tokens().next(at));
        if close == END {
            return None;
        }
        let semicolon = self.tokens().next(close);
        self.masker.tokens.blank_through(at, close);
        if self.place() != Place::Block && self.tokens().is(semicolon, ";") {
            self.masker.tokens.blank(semicolon);
        }
        self.begins = true;
        Some(self.tokens().next(at))
    }

    /// A declaration whose specifiers begin at `at`.
    fn declaration(&mut self, at: At) -> Option<At> {
        if self.place() == Place::Block {
            self.masker.macro_behind_name(at);
        }
        self.masker.specifiers(at, Declares::Something);
        self.declares = true;
        (!self.tokens().is_alive(at)).then(|| self.tokens().next(at))
    }

    /// The label from `first` to its colon. A label needs a statement: where none follows, an empty one is put
    /// behind, or the label is blanked if there is no room.
    pub(super) fn label(&mut self, first: At, colon: At) -> At {
        let next = self.tokens().next(colon);
        if self.lacks_statement(next) && !self.masker.tokens.insert_after(colon, b';') {
            self.masker.tokens.blank_through(first, colon);
        }
        self.begins = true;
        next
    }

    /// Whether a `}` or a declaration begins at `at`.
    fn lacks_statement(&self, at: At) -> bool {
        let tokens = self.tokens();
        let next = tokens.next(at);
        match tokens.word(at) {
            Word::CloseBrace | Word::TypeKeyword | Word::Tag | Word::Specifier | Word::Typeof | Word::Assertion => true,
            Word::None => tokens.is(at, "}"),
            Word::Keyword => false,
            _ => tokens.is_name(next) || tokens.is(next, "*"),
        }
    }

    /// A statement that begins with a name: the shapes in order.
    fn name(&mut self, at: At) -> Option<At> {
        let next = self.tokens().next(at);
        let in_block = self.place() == Place::Block;
        if in_block && self.tokens().is(next, ":") {
            return Some(self.label(at, next));
        }
        if self.tokens().is(next, "(") {
            if self.place() != Place::ForHeader
                && let Some(call) = self.macro_call(at, next)
                && let Some(next) = self.call_shapes(call)
            {
                return Some(next);
            }
            return self.function_pointer(at, next);
        }
        if in_block && self.tokens().is(next, "{") {
            // `CRITICAL_SECTION {`
            self.masker.tokens.blank(at);
            self.begins = true;
            return Some(next);
        }
        self.bare_macro_line(at, next)
            .or_else(|| self.bare_member_macro(at, next))
            .or_else(|| self.bare_macro_before_statement(at, next))
            .or_else(|| self.declaration_by_use(at, next))
    }

    fn macro_call(&self, name: At, open: At) -> Option<MacroCall> {
        let close = self.tokens().partner(open);
        let after = self.tokens().next(close);
        (close != END && after != END).then_some(MacroCall { name, open, close, after })
    }

    fn call_shapes(&mut self, call: MacroCall) -> Option<At> {
        self.loop_macro(call)
            .or_else(|| self.type_macro(call))
            .or_else(|| self.member_macro_with_semicolon(call))
            .or_else(|| if self.lacks_semicolon(call) { self.without_semicolon(call) } else { None })
    }

    /// What stands in for a macro that governs the statement behind it.
    fn governing_keyword(&self, call: MacroCall) -> Option<&'static str> {
        let name = self.tokens().text(call.name);
        match name.len() {
            0 | 1 => None,
            5.. if Words::get().is_loop(name) => Some("while"),
            _ => Some("if"),
        }
    }

    /// `FOR_EACH(item, list) {`: becomes `while (...) {`, and `UNLESS(x) {` becomes `if (...) {`.
    fn loop_macro(&mut self, call: MacroCall) -> Option<At> {
        if self.place() != Place::Block || !self.tokens().is(call.after, "{") {
            return None;
        }
        let keyword = self.governing_keyword(call)?;
        let first = self.tokens().next(call.open);
        let is_expression = first != call.close
            && !self.tokens().between(first, call.close).any(|at| self.tokens().is_any(at, &[";", "{"]));
        let has_condition = if is_expression {
            self.masker.call_arguments(call.open);
            self.masker.casts_within(call.open);
            true
        } else if first != call.close {
            self.masker.tokens.collapse(first, call.close, "1");
            true
        } else {
            self.masker.tokens.insert_after(call.open, b'1')
        };
        if has_condition {
            self.masker.tokens.replace(call.name, keyword);
        } else {
            self.masker.tokens.blank_through(call.name, call.close);
        }
        self.begins = true;
        Some(call.after)
    }

    /// `LIST_OF(int) *x;`, `ALIGNED(16) x[4];`: the macro's name is the type.
    fn type_macro(&mut self, call: MacroCall) -> Option<At> {
        let tokens = self.tokens();
        let ends_name = |at: At| tokens.is_name(at) && tokens.is_any(tokens.next(at), &["=", ";", "[", ","]);
        let mut name = call.after;
        while tokens.is(name, "*") {
            name = tokens.next(name);
        }
        let is_line = !tokens.on_new_line(call.close, call.after);
        let first = tokens.next(call.open);
        let holds_names = first != call.close
            && tokens
                .between(first, call.close)
                .all(|at| tokens.is_word(at) || tokens.is_any(at, &["*", ","]) || tokens.kind(at) == TokenKind::Number);
        if !is_line || !holds_names || !ends_name(name) || self.holds_member_type(call) {
            return None;
        }
        self.masker.note_type(call.name);
        self.masker.tokens.blank_through(call.open, call.close);
        self.declares = true;
        Some(self.tokens().next(call.name))
    }

    /// `MEMBERS(x);` in a struct.
    fn member_macro_with_semicolon(&mut self, call: MacroCall) -> Option<At> {
        if self.place() != Place::Fields || !self.tokens().is(call.after, ";") {
            return None;
        }
        self.masker.tokens.blank_through(call.name, call.after);
        self.begins = true;
        Some(self.tokens().next(call.name))
    }

    /// Whether what stands behind the call can only be the next statement.
    fn lacks_semicolon(&self, call: MacroCall) -> bool {
        let tokens = self.tokens();
        let is_function_pointer = tokens.is(tokens.next(call.open), "*") && tokens.is(call.after, "(");
        let next_begins_with_parens = tokens.is_any(call.after, &["(", "*"])
            && self.place() == Place::Block
            && tokens.on_new_line(call.close, call.after)
            && !tokens.text(call.name).iter().take(4).any(u8::is_ascii_lowercase);
        !is_function_pointer && (tokens.is_word(call.after) || tokens.is(call.after, "}") || next_begins_with_parens)
    }

    fn without_semicolon(&mut self, call: MacroCall) -> Option<At> {
        match self.place() {
            Place::Block if self.has_else(call) || self.governs(call) => {
                self.if_macro(call).or_else(|| self.statement_macro(call))
            }
            Place::Block => self.statement_macro(call),
            Place::Fields | Place::Top => Some(self.declaration_macro(call)),
            _ => None,
        }
    }

    /// `RAISE_IF(x)` without semicolon: one is put behind.
    fn statement_macro(&mut self, call: MacroCall) -> Option<At> {
        if self.masker.tokens.insert_after(call.close, b';') {
            self.masker.call_arguments(call.open);
            self.masker.casts_within(call.open);
        } else {
            self.masker.tokens.blank_through(call.name, call.close);
        }
        self.begins = true;
        Some(self.tokens().here(call.after))
    }

    /// Whether the call is followed by `else`, at once or behind one simple statement.
    fn has_else(&self, call: MacroCall) -> bool {
        let tokens = self.tokens();
        if tokens.is(call.after, "else") {
            return true;
        }
        if tokens.is_any(call.after, &["}", "if", "for", "while"]) {
            return false;
        }
        let mut at = call.after;
        for _ in 0..IF_MACRO_TOKENS {
            if at == END || tokens.is_any(at, &["{", "}"]) {
                return false;
            }
            if tokens.is(at, ";") {
                return tokens.is(tokens.next(at), "else");
            }
            let partner = tokens.partner(at);
            at = tokens.next(if tokens.is(at, "(") && partner != END { partner } else { at });
        }
        false
    }

    /// Whether the statement behind the call seems to be governed by it, as in `UNLESS(x) return;`: it stands on the
    /// same line, or on the next and further in. In front of a declaration (`ALIGNED(16) int x;`) it is an attribute.
    fn governs(&self, call: MacroCall) -> bool {
        let tokens = self.tokens();
        let declares =
            matches!(tokens.word(call.after), Word::TypeKeyword | Word::Tag | Word::Specifier | Word::Typeof)
                || self.masker.is_known_type(call.after)
                || tokens.is_name(call.after) && tokens.is_name(tokens.next(call.after));
        !declares
            && !tokens.is(call.after, "}")
            && (!tokens.on_new_line(call.close, call.after) || tokens.column(call.after) > tokens.column(call.name))
    }

    /// `IF_LIKE(x) f(); else g();`, `UNLESS(x) return;`
    fn if_macro(&mut self, call: MacroCall) -> Option<At> {
        let keyword = self.governing_keyword(call)?;
        let is_empty = self.tokens().is(call.after, "else");
        let has_condition = self.tokens().next(call.open) != call.close;
        if !has_condition || (is_empty && !self.masker.tokens.insert_after(call.close, b';')) {
            return None;
        }
        self.masker.tokens.replace(call.name, keyword);
        self.masker.call_arguments(call.open);
        self.masker.casts_within(call.open);
        self.begins = true;
        Some(call.after)
    }

    /// A macro call in front of a member or a declaration: `PyAPI_DATA(int) x;` keeps the type, others go.
    fn declaration_macro(&mut self, call: MacroCall) -> At {
        self.begins = true;
        let tokens = self.tokens();
        let first = tokens.next(call.open);
        if self.holds_member_type(call) {
            for token in [call.name, call.open, call.close] {
                self.masker.tokens.blank(token);
            }
            return first;
        }
        self.masker.tokens.blank_through(call.name, call.close);
        call.after
    }

    /// Whether the call holds the type of a member: `FIELD(unsigned int) x;`
    fn holds_member_type(&self, call: MacroCall) -> bool {
        let tokens = self.tokens();
        let first = tokens.next(call.open);
        let is_type = self.masker.is_type_argument(first, call.close)
            || self.masker.is_known_type(first) && tokens.next(first) == call.close;
        self.place() == Place::Fields
            && first != call.close
            && is_type
            && tokens.is_word(call.after)
            && tokens.is_any(tokens.next(call.after), &[";", ",", "[", "="])
    }

    /// `T (*f)(int)`, `T (WINAPI *f)(int)`.
    fn function_pointer(&mut self, at: At, open: At) -> Option<At> {
        let tokens = self.tokens();
        let inner = tokens.next(open);
        let is_convention = tokens.is_name(inner) && tokens.is(tokens.next(inner), "*");
        let star = if is_convention { tokens.next(inner) } else { inner };
        let close = tokens.partner(open);
        if !tokens.is(star, "*") || close == END || !tokens.is(tokens.next(close), "(") {
            return None;
        }
        let is_name_only = tokens.next(tokens.next(star)) == close && !is_convention;
        if self.place() == Place::Block && !is_name_only && !self.masker.is_known_type(at) {
            return None;
        }
        self.masker.note_type(at);
        self.declares = true;
        if is_convention {
            self.masker.tokens.blank(inner);
        }
        None
    }

    /// `MACRO` alone on its line in front of another word or a `}`. A name in lower case in front of `x;` or
    /// `x =` is a type whose declarator stands on the next line.
    fn bare_macro_line(&mut self, at: At, next: At) -> Option<At> {
        let tokens = self.tokens();
        // In front of `*x` it would be a product or a declaration, so only in capitals.
        let is_before_value = tokens.is_any(next, &["*", "++", "--"])
            && !self.masker.is_known_type(at)
            && !tokens.text(at).iter().any(u8::is_ascii_lowercase);
        let is_alone = next != END
            && (tokens.is_word(next) || tokens.is(next, "}") || is_before_value)
            && tokens.on_new_line(at, next)
            && !(self.masker.is_known_type(at) && tokens.is_name(next));
        if !is_alone {
            return None;
        }
        let after = tokens.next(next);
        let ends_declarator = tokens.is_name(next) && tokens.is_any(after, &["=", ";", ",", "["]);
        let is_lower_case = !tokens.text(at).iter().any(u8::is_ascii_uppercase);
        match self.place() {
            Place::Block if !(ends_declarator && is_lower_case) => Some(self.bare_statement(at)),
            Place::Fields if !ends_declarator || tokens.is(after, "=") => {
                self.masker.tokens.blank(at);
                self.begins = true;
                Some(next)
            }
            _ => None,
        }
    }

    /// A name that stands for a statement gets its semicolon, or is blanked where there is no room for one.
    fn bare_statement(&mut self, at: At) -> At {
        if !self.masker.tokens.insert_after(at, b';') {
            self.masker.tokens.blank(at);
        }
        self.begins = true;
        self.tokens().next(at)
    }

    /// `PyObject_HEAD;` and a macro in front of the `}` of a struct.
    fn bare_member_macro(&mut self, at: At, next: At) -> Option<At> {
        if self.place() != Place::Fields || !self.tokens().is_any(next, &[";", "}"]) {
            return None;
        }
        self.masker.tokens.blank(at);
        if self.tokens().is(next, ";") {
            self.masker.tokens.blank(next);
        }
        self.begins = true;
        Some(self.tokens().next(at))
    }

    /// `NPY_BEGIN_THREADS if (...)`: what follows on the line can only be a statement.
    fn bare_macro_before_statement(&mut self, at: At, next: At) -> Option<At> {
        const USES: &[&str] = &["->", ".", "++", "--", "+=", "-=", "*=", "|=", "&=", "/="];
        let tokens = self.tokens();
        if self.place() != Place::Block || !tokens.is_word(next) {
            return None;
        }
        let after = tokens.next(next);
        let text = tokens.text(at);
        let is_call_behind_capitals =
            tokens.is(after, "(") && !text.iter().any(u8::is_ascii_lowercase) && !self.masker.is_known_type(at);
        let is_bare = tokens.word(next) == Word::Keyword
            || Words::get().is_bare_statement(text)
            || tokens.is_any(after, USES)
            || is_call_behind_capitals;
        is_bare.then(|| self.bare_statement(at))
    }

    /// `T x`, `T *x = ...`: the name is a type by what follows.
    fn declaration_by_use(&mut self, at: At, next: At) -> Option<At> {
        let tokens = self.tokens();
        let is_declaration = match tokens.word(next) {
            Word::None => tokens.is(next, "*") && self.is_pointer_declaration(at, next),
            Word::Keyword => false,
            _ => true,
        };
        if !is_declaration {
            return None;
        }
        self.declaration(at)
    }

    /// Whether `T * ...` declares something: what follows the name is not the rest of a product.
    fn is_pointer_declaration(&self, ty: At, star: At) -> bool {
        let tokens = self.tokens();
        let is_known = self.masker.is_known_type(ty);
        let in_block = self.place() == Place::Block;
        let mut name = star;
        while tokens.is(name, "*") || tokens.word(name) == Word::Specifier {
            name = tokens.next(name);
        }
        if !tokens.is_name(name) {
            return is_known && tokens.is(name, "(");
        }
        let mut after = tokens.next(name);
        let has_macro = tokens.is_name(after) || tokens.word(after) == Word::Specifier;
        while tokens.is_name(after) || tokens.word(after) == Word::Specifier {
            after = tokens.next(after);
        }
        tokens.is_any(after, &["=", ";", ",", "[", ")", ":"])
            || (tokens.is(after, "(") && (!in_block || is_known))
            || (has_macro && !in_block)
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{mask_region, masked, masked_body};

    #[test]
    fn thread_macros_are_braces() {
        let statements = "Py_BEGIN_ALLOW_THREADS\nf();\nPy_END_ALLOW_THREADS\ng();";
        assert_eq!(masked_body(statements), "{ f(); } g();");
        assert_eq!(
            masked_body("if (a) Py_BEGIN_ALLOW_THREADS; f(); Py_END_ALLOW_THREADS; else g();"),
            "if (a) { ; f(); } else g();"
        );
    }

    #[test]
    fn calls_without_semicolon() {
        assert_eq!(masked_body("CHECK(a)\nf();"), "CHECK(a);f();");
        assert_eq!(masked_body("if (a) {\nCHECK(b)\n}"), "if (a) { CHECK(b);}");
        assert_eq!(masked_body("EACH(a)\n*b = 1;"), "EACH(a);*b = 1;");
        assert_eq!(masked_body("f(a);\n(void)b;"), "f(a); (void)b;");
    }

    #[test]
    fn macros_that_govern_a_statement() {
        assert_eq!(masked_body("FOR_EACH(a, b) { c(); }"), "while (a, b) { c(); }");
        assert_eq!(masked_body("UNLESS(a) { c(); }"), "if (a) { c(); }");
        assert_eq!(masked_body("UNLESS(a) return;"), "if (a) return;");
        assert_eq!(masked_body("UNLESS(a)\n  return;"), "if (a) return;");
        assert_eq!(masked_body("IF(a) b(); else c();"), "if(a) b(); else c();");
        assert_eq!(masked_body("FOR_ALL(int i = 0; i < 2; i++) { }"), "while (1 ) { }");
    }

    #[test]
    fn names_that_stand_alone() {
        assert_eq!(masked_body("{ BEGIN\nf();\nEND\n}"), "{ BEGIN;f(); END;}");
        assert_eq!(masked_body("NPY_BEGIN_THREADS_DEF T a;"), "NPY_BEGIN_THREADS_DEF;T a;");
        assert_eq!(masked_body("T\na;"), "T a;");
        assert_eq!(masked_body("CRITICAL { f(); }"), "{ f(); }");
    }

    #[test]
    fn labels_in_front_of_what_is_no_statement() {
        assert_eq!(masked_body("a: int b; { c: }"), "a:;int b; { c:;}");
        assert_eq!(masked_body("switch (a) { case 1: T b; default:}"), "switch (a) { case 1:;T b; }");
    }

    #[test]
    fn members_of_structs() {
        assert_eq!(masked("struct s { PyObject_HEAD\nint a; };"), "struct s { int a; };");
        assert_eq!(masked("struct s { PyObject_HEAD; MEMBERS(b); int a; } PACKED c;"), "struct s { int a; } c;");
        assert_eq!(masked("struct s { FIELD(T) a; static_assert(1, \"\"); };"), "struct s { T a; };");
    }

    #[test]
    fn declarations_by_use() {
        assert_eq!(
            mask_region("void f(void) { A a; B *b; C (*c)(int); d * e(); D **d[2]; }").types,
            ["A", "B", "C", "D"]
        );
        assert_eq!(masked_body("LIST(int) a; ALIGNED(16) int b;"), "LIST a; ALIGNED(16);int b;");
    }
}
