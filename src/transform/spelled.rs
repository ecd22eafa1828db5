//! A template in the spelling of the file it is written to.

use std::borrow::Cow;

use super::pattern::{TemplateContent, TemplateToken};
use super::precedence;
use crate::semantics::Spelling;

/// The tokens of a template, which is spelled as C is, as a file spells them.
pub(super) fn spelled(tokens: &[TemplateToken], spelling: Spelling) -> Cow<'_, [TemplateToken]> {
    if spelling == Spelling::default() {
        return Cow::Borrowed(tokens);
    }
    let mut writer = Writer { tokens, spelling, out: Vec::new() };
    let mut at = 0;
    while at < tokens.len() {
        at = writer.token(at);
    }
    Cow::Owned(writer.out)
}

struct Writer<'t> {
    tokens: &'t [TemplateToken],
    spelling: Spelling,
    out: Vec<TemplateToken>,
}

impl Writer<'_> {
    fn text(&self, at: usize) -> &str {
        match self.tokens.get(at).map(|token| &token.content) {
            Some(TemplateContent::Text(text)) => text,
            _ => "",
        }
    }

    fn push(&mut self, space: &str, text: &str) {
        self.out.push(TemplateToken { space: space.to_owned(), content: TemplateContent::Text(text.to_owned()) });
    }

    /// Writes what begins at `at`, and says where the next begins.
    fn token(&mut self, at: usize) -> usize {
        let token = &self.tokens[at];
        if self.spelling.nullptr && self.text(at) == "NULL" {
            self.push(&token.space, "nullptr");
            return at + 1;
        }
        if self.spelling.named_casts {
            if let TemplateContent::CastTo(id) = token.content {
                self.out.push(TemplateToken { content: TemplateContent::NamedCastTo(id), ..token.clone() });
                let behind = self.operand(at + 1);
                let space = String::new();
                self.out.push(TemplateToken { space, content: TemplateContent::EndOfCast(id) });
                return behind;
            }
            if let Some(operand) = self.behind_cast(at) {
                self.push(&token.space, "reinterpret_cast");
                self.push("", "<");
                self.out.extend_from_slice(&self.tokens[at + 1..operand - 1]);
                self.push("", ">");
                self.push("", "(");
                let behind = self.operand(operand);
                self.push("", ")");
                return behind;
            }
        }
        self.out.push(token.clone());
        at + 1
    }

    /// The place behind a cast to a pointer.
    fn behind_cast(&self, at: usize) -> Option<usize> {
        let is_name = |text: &str| text.starts_with(|first: char| first.is_ascii_alphabetic() || first == '_');
        let stars = (at + 2..).take_while(|next| self.text(*next) == "*").count();
        let is_cast =
            self.text(at) == "(" && is_name(self.text(at + 1)) && stars > 0 && self.text(at + 2 + stars) == ")";
        is_cast.then_some(at + stars + 3)
    }

    /// Writes what is cast: a capture, a name, or a call. It needs no parentheses of its own any more.
    fn operand(&mut self, at: usize) -> usize {
        let first = self.out.len();
        let mut next = at;
        if self.text(at) == "(" || self.text(at + 1) == "(" {
            let mut depth = 0;
            loop {
                depth += i32::from(self.text(next) == "(") - i32::from(self.text(next) == ")");
                let is_end = self.text(next) == ")" && depth == 0;
                next = self.token(next);
                if is_end || next >= self.tokens.len() {
                    break;
                }
            }
        } else if at < self.tokens.len() {
            next = self.token(at);
        }
        if let [TemplateToken { content: TemplateContent::Capture { required, .. }, .. }] = &mut self.out[first..] {
            *required = precedence::ASSIGNMENT;
        }
        if let Some(token) = self.out.get_mut(first) {
            token.space.clear();
        }
        next
    }
}
