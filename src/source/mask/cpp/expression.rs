//! What may stand anywhere in the body of a function and is no C++ of the parser's.

use super::{CppMasker, Text, is_cpp_keyword};
use crate::source::lexer::TokenKind;
use crate::source::mask::words::Word;

impl CppMasker<'_> {
    pub(super) fn expressions(&mut self) {
        for at in 0..self.region.tokens.len() {
            match self.text(at) {
                b"*" if self.is_member_access(at) || self.is_array_of_pointers(at) => self.blank(at, at + 1),
                b"template" if at > 0 && (self.is_member_access(at) || self.text(at - 1) == b"::") => {
                    self.blank(at, at + 1);
                }
                b"operator" if self.is_called_operator(at) => self.called_operator(at),
                b"<<" if self.is_launch(at) => self.launch(at),
                b"[" if at > 0 && self.text(at - 1) == b"delete" && self.text(at + 1) == b"]" => self.blank(at, at + 2),
                // `if LIKELY(condition) {`
                b"if" | b"while" if self.is_upper(at + 1) && self.text(at + 2) == b"(" => self.blank(at + 1, at + 2),
                _ if self.class(at) == Word::Assembly => self.assembly(at),
                _ if self.is_suffix(at) && self.text(at + 1) == b"=" => self.blank(at - 1, at),
                _ if self.is_upper(at) && self.holds_statements(at) => self.take(at),
                _ if self.is_part_of_string(at) => self.blank(at, at + 1),
                _ => {}
            }
        }
    }

    /// Whether `.` or `->` stands right before the token.
    fn is_member_access(&self, at: usize) -> bool {
        at > 0 && matches!(self.text(at - 1), b"." | b"->")
    }

    /// Whether the star belongs to the type in `new T *[n]`.
    fn is_array_of_pointers(&self, at: usize) -> bool {
        let is_type =
            |before: &usize| self.is_word(*before) && self.text(*before) != b"new" || self.text(*before) == b"::";
        let first = (0..at).rev().find(|before| !is_type(before));
        self.text(at + 1) == b"[" && first.is_some_and(|before| self.text(before) == b"new")
    }

    /// Whether an operator is called by its name in a body: `this->operator=(x)`, `operator--();`.
    fn is_called_operator(&self, at: usize) -> bool {
        at > 0
            && (self.is_member_access(at) || matches!(self.text(at - 1), b";" | b"{" | b"}"))
            && self.region.body().is_some_and(|body| at > body)
    }

    fn called_operator(&mut self, at: usize) {
        let open = (at + 1..self.texts.len()).find(|next| self.text(*next) == b"(");
        if let Some(open) = open {
            // `operator()(...)`
            let open = if open == at + 1 { self.behind(open) } else { open };
            self.blank(at, open);
            self.texts[at] = Text::StandIn("f");
        }
    }

    /// `<<<`
    fn is_launch(&self, at: usize) -> bool {
        let tokens = &self.region.tokens;
        self.text(at + 1) == b"<" && tokens[at].range.end == tokens[at + 1].range.start
    }

    /// `kernel<<<grid, block>>>(arguments)`
    fn launch(&mut self, at: usize) {
        let tokens = &self.region.tokens;
        let is_end = |end: &usize| {
            self.text(*end) == b">>"
                && self.text(end + 1) == b">"
                && tokens[*end].range.end == tokens[end + 1].range.start
        };
        let end =
            (at + 2..tokens.len()).take_while(|next| !matches!(self.text(*next), b";" | b"{" | b"}")).find(is_end);
        if let Some(end) = end {
            self.blank(at, end + 2);
        }
    }

    fn assembly(&mut self, at: usize) {
        let is_qualifier =
            |next: &usize| matches!(self.text(*next), b"volatile" | b"__volatile__" | b"__volatile" | b"goto");
        let open = (at + 1..self.texts.len()).find(|next| !is_qualifier(next)).unwrap_or(at);
        if self.text(open) == b"(" {
            let end = self.behind(open);
            self.blank(at, end);
        }
    }

    /// Whether what the macro is called with are statements: `WITH(x = 1; f(x);)`.
    fn holds_statements(&self, at: usize) -> bool {
        if self.text(at + 1) != b"(" {
            return false;
        }
        let mut braces = 0;
        (at + 2..self.behind(at + 1)).any(|inner| {
            match self.text(inner) {
                b"{" => braces += 1,
                b"}" => braces -= 1,
                _ => {}
            }
            braces == 0 && self.text(inner) == b";"
        })
    }

    /// Whether the word makes the string before it a literal of another type: `"name"_a`. The parser assigns to
    /// none.
    fn is_suffix(&self, at: usize) -> bool {
        let tokens = &self.region.tokens;
        at > 0
            && self.is_word(at)
            && matches!(tokens[at - 1].kind, TokenKind::String | TokenKind::Char)
            && tokens[at - 1].range.end == tokens[at].range.start
    }

    /// Whether a macro stands for a part of a string literal: `"%" PRId64`.
    fn is_part_of_string(&self, at: usize) -> bool {
        let is_string = |at: usize| self.region.tokens.get(at).is_some_and(|token| token.kind == TokenKind::String);
        let is_macro = |at: usize| self.is_word(at) && !is_cpp_keyword(self.text(at)) && self.text(at + 1) != b"(";
        let goes_on = |at: usize| is_string(at) || is_macro(at) || matches!(self.text(at), b"," | b")" | b";");
        let begins = |at: usize| self.is_upper(at) && is_string(at + 1) && matches!(self.text(at - 1), b"(" | b",");
        at > 0 && is_macro(at) && (is_string(at - 1) && goes_on(at + 1) || begins(at))
    }
}
