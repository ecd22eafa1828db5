//! The walk over a region's tokens: it knows at each of them whether a statement begins there, whether a
//! declaration is under way, and what the innermost bracket is for.

use super::Masker;
use super::tokens::{At, END, Tokens};
use super::words::Word;

/// What the innermost open bracket is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Place {
    /// No bracket: declarations and definitions.
    Top,
    /// Statements.
    Block,
    /// Members of a struct or union.
    Fields,
    Enumerators,
    /// The parentheses of `for`.
    ForHeader,
    /// The parentheses of `if`, `while`, `switch`.
    Condition,
    /// Parentheses in a declarator.
    Declarator,
    /// Any other parentheses.
    Parens,
    /// Square brackets.
    Index,
    Initializer,
}

/// A `case` whose colon has not come yet.
#[derive(Clone, Copy, Debug)]
pub(super) struct OpenCase {
    pub(super) keyword: At,
    /// How many `?` wait for their colon.
    pub(super) conditionals: u32,
}

pub(super) struct Walker<'w, 't> {
    pub(super) masker: &'w mut Masker<'t>,
    places: Vec<Place>,
    /// Whether a statement, declaration or member begins at the current token.
    pub(super) begins: bool,
    /// Whether the current token belongs to the declarators of a declaration.
    pub(super) declares: bool,
    pub(super) open_case: Option<OpenCase>,
    /// The last token behind which a missing comma was put.
    pub(super) comma_behind: At,
}

impl<'w, 't> Walker<'w, 't> {
    pub(super) fn new(masker: &'w mut Masker<'t>, place: Place) -> Self {
        let begins = matches!(place, Place::Top | Place::Block);
        Self { masker, places: vec![place], begins, declares: false, open_case: None, comma_behind: END }
    }

    pub(super) fn tokens(&self) -> &Tokens {
        &self.masker.tokens
    }

    /// What the innermost open bracket is for.
    pub(super) fn place(&self) -> Place {
        self.places.last().copied().unwrap_or(Place::Block)
    }

    /// Walks over all tokens.
    pub(super) fn run_all(self) {
        let first = self.tokens().next(END);
        self.run(first);
    }

    /// Walks from the `{` of a function's body to the end.
    pub(super) fn run_body(mut self, body: At) {
        self.places.push(Place::Block);
        self.begins = true;
        let first = self.tokens().next(body);
        self.run(first);
    }

    /// Walks from `at` to the end.
    fn run(mut self, at: At) {
        let mut at = at;
        while at != END {
            let next = self.step(at);
            // Progress even where a shape blanked the token it was asked about.
            at = if next == END || next > at { self.tokens().here(next) } else { self.tokens().next(at) };
        }
    }

    /// Looks at one token; returns where to go on.
    fn step(&mut self, at: At) -> At {
        let takes_statements = matches!(self.place(), Place::Top | Place::Block | Place::Fields | Place::ForHeader);
        if self.begins && takes_statements && self.tokens().is_word(at) {
            self.begins = false;
            if let Some(next) = self.statement(at) {
                return next;
            }
        }
        if let Some(next) = self.macro_behind_declarator(at).or_else(|| self.condition_without_parens(at)) {
            return next;
        }
        if self.prefix_macro(at) {
            return self.tokens().next(at);
        }
        if self.tokens().is_punctuator(at)
            && let Some(next) = self.punctuator(at)
        {
            return next;
        }
        self.begins = false;
        if self.place() == Place::Initializer
            && self.tokens().is_name(at)
            && let Some(next) = self.item(at)
        {
            return next;
        }
        self.tokens().next(at)
    }

    fn punctuator(&mut self, at: At) -> Option<At> {
        match self.tokens().text(at) {
            b"(" => return self.open_paren(at),
            b"[" => self.places.push(Place::Index),
            b"]" => {
                self.places.pop();
            }
            b")" => {
                if let Some(Place::Condition | Place::ForHeader) = self.places.pop() {
                    self.begins = true;
                    return Some(self.tokens().next(at));
                }
            }
            b"{" => return Some(self.open_brace(at)),
            b"}" => return Some(self.close_brace(at)),
            b";" => {
                self.declares = false;
                self.begins = matches!(self.place(), Place::Top | Place::Block | Place::Fields);
                return Some(self.tokens().next(at));
            }
            b"=" => self.declares = false,
            b"?" => {
                if let Some(case) = &mut self.open_case {
                    case.conditionals += 1;
                }
            }
            b":" => return self.colon(at),
            _ => {}
        }
        None
    }

    fn open_paren(&mut self, at: At) -> Option<At> {
        let before = self.tokens().prev(at);
        let follows_name = self.tokens().is_name(before) && self.tokens().word(self.tokens().prev(before)) != Word::Tag;
        if self.tokens().is_any(before, &["if", "while", "switch"]) {
            self.places.push(Place::Condition);
        } else if self.tokens().is(before, "for") {
            self.places.push(Place::ForHeader);
            self.begins = true;
            return Some(self.tokens().next(at));
        } else if self.declares && (follows_name || self.tokens().is_any(before, &[")", "*"])) {
            self.declarator_parens(at, before);
            self.places.push(Place::Declarator);
        } else {
            if follows_name {
                self.masker.call_arguments(at);
            } else if self.masker.cast(at) {
                self.begins = false;
                return Some(self.tokens().next(self.tokens().partner(at)));
            }
            self.places.push(Place::Parens);
        }
        None
    }

    /// Parameters, or the parentheses around a declarator, in which a calling convention may stand.
    fn declarator_parens(&mut self, at: At, before: At) {
        let inner = self.tokens().next(at);
        let close = self.tokens().partner(at);
        let follows_star = self.tokens().is(before, "*");
        let is_convention = self.tokens().is_name(inner)
            && self.tokens().is(self.tokens().next(inner), "*")
            && !self.tokens().is(before, ")");
        if is_convention && self.tokens().is(self.tokens().next(close), "(") {
            // `int (WINAPI *f)(int)`, `int (WINAPI *f[2])(int)`; `f(T *)(...)` would be no declaration.
            let last = self.tokens().prev(close);
            let is_name_only = self.tokens().is_name(last) && self.tokens().prev(last) == self.tokens().next(inner);
            if is_name_only || self.tokens().is(last, "]") {
                self.masker.tokens.blank(inner);
                return;
            }
        }
        if !follows_star && !self.tokens().is(inner, "*") {
            self.masker.parameters(at);
        }
    }

    fn open_brace(&mut self, at: At) -> At {
        let before = self.tokens().prev(at);
        let word = self.tokens().word(before);
        let tag = if word == Word::Tag { before } else { self.tokens().prev(before) };
        let follows_tag = self.tokens().word(tag) == Word::Tag && (tag == before || self.tokens().is_name(before));
        let place = if follows_tag {
            if self.tokens().is(tag, "enum") { Place::Enumerators } else { Place::Fields }
        } else if self.tokens().is(before, "=") || self.place() == Place::Initializer {
            Place::Initializer
        } else if self.tokens().is(before, "(") && self.place() == Place::Parens || self.begins {
            Place::Block
        } else if self.tokens().is(before, ")") || matches!(self.place(), Place::Parens | Place::Index) {
            Place::Initializer
        } else {
            Place::Block
        };
        self.places.push(place);
        self.declares = false;
        self.begins = matches!(place, Place::Block | Place::Fields);
        self.tokens().next(at)
    }

    fn close_brace(&mut self, at: At) -> At {
        let closed = self.places.pop();
        self.begins = closed == Some(Place::Block) && self.place() != Place::Initializer;
        if let Some(Place::Fields | Place::Enumerators) = closed {
            self.declares = true;
            self.words_behind_fields(at);
        }
        self.tokens().next(at)
    }

    /// `} PACKED name;`: of several names the last is declared.
    fn words_behind_fields(&mut self, at: At) {
        let mut name = self.tokens().next(at);
        while self.tokens().is_name(name) && self.tokens().is_name(self.tokens().next(name)) {
            self.masker.tokens.blank(name);
            name = self.tokens().next(name);
        }
    }

    /// The colon of a `case`, behind its conditionals.
    fn colon(&mut self, at: At) -> Option<At> {
        let case = self.open_case.as_mut()?;
        if case.conditionals > 0 {
            case.conditionals -= 1;
            return None;
        }
        let keyword = case.keyword;
        self.open_case = None;
        Some(self.label(keyword, at))
    }

    /// `int f(int) NONNULL(1);`: what stands behind a declarator at the top level is an attribute.
    fn macro_behind_declarator(&mut self, at: At) -> Option<At> {
        let tokens = self.tokens();
        let applies =
            self.declares && self.place() == Place::Top && tokens.is_name(at) && tokens.is(tokens.prev(at), ")");
        if !applies {
            return None;
        }
        let open = tokens.next(at);
        let end = if tokens.is(open, "(") { tokens.partner(open) } else { at };
        let after = tokens.next(end);
        if end == END || !(tokens.is_any(after, &[";", ","]) || tokens.is_name(after)) {
            return None;
        }
        self.masker.tokens.blank_through(at, end);
        Some(after)
    }

    /// `f(CAST x->y)`, `a = CAST x;`: of two names in an expression the first is a macro.
    fn prefix_macro(&mut self, at: At) -> bool {
        let tokens = self.tokens();
        let before = tokens.prev(at);
        let applies = !self.declares
            && matches!(self.place(), Place::Parens | Place::Block | Place::Index | Place::Condition)
            && tokens.is_name(at)
            && tokens.is_name(tokens.next(at))
            && tokens.is_punctuator(before)
            && tokens.is_any(before, &["(", ",", "=", "?", ":", "[", "!", "+", "-", "&&", "||", "==", "!="]);
        if applies {
            self.masker.tokens.blank(at);
        }
        applies
    }

    /// `if MACRO(x) ...`: the macro brings the parentheses.
    fn condition_without_parens(&mut self, at: At) -> Option<At> {
        let tokens = self.tokens();
        let name = tokens.next(at);
        if !tokens.is_any(at, &["if", "while", "switch"]) || !tokens.is_name(name) {
            return None;
        }
        let open = tokens.next(name);
        let has_arguments = tokens.is(open, "(");
        let end = if has_arguments { tokens.partner(open) } else { name };
        if end == END || tokens.touches(end, tokens.next(end)) {
            return None;
        }
        self.masker.tokens.insert_after(at, b'(');
        self.masker.tokens.insert_after(end, b')');
        if has_arguments {
            self.masker.call_arguments(open);
            self.masker.casts_within(open);
        }
        self.begins = true;
        Some(self.tokens().next(end))
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{masked, masked_body};

    #[test]
    fn attributes_behind_declarators_and_structs() {
        assert_eq!(masked("int f(int) NONNULL(1) PURE;"), "int f(int) ;");
        assert_eq!(masked("typedef struct { int a; } PACKED t;"), "typedef struct { int a; } t;");
    }

    #[test]
    fn a_macro_that_brings_its_parentheses() {
        assert_eq!(masked_body("if LIKELY(a) b();"), "if(LIKELY(a))b();");
    }

    #[test]
    fn a_macro_in_front_of_an_operand() {
        assert_eq!(masked_body("a = CAST b; f(c, CAST d->e);"), "a = b; f(c, d->e);");
    }

    #[test]
    fn a_calling_convention_in_a_declarator() {
        assert_eq!(masked("int (WINAPI *f)(int), (WINAPI *g[2])(int);"), "int ( *f)(int), ( *g[2])(int);");
    }

    #[test]
    fn the_colon_of_a_case_is_behind_its_conditionals() {
        assert_eq!(masked_body("switch (a) { case b ? 1 : 2: T c; }"), "switch (a) { case b ? 1 : 2:;T c; }");
    }
}
