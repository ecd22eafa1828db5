//! What is taken out where the parser found a fault: macros that nothing shows to be none of C++'s but that the rest
//! does not parse with them.

use super::{CppMasker, Text, is_cpp_keyword};
use crate::source::mask::words::Words;

/// How far before a fault a macro that causes it is looked for, in tokens.
const REACH: usize = 4;

impl CppMasker<'_> {
    /// Takes out the macro, or the word that only some parsers take, that is most likely the cause of the fault at
    /// `offset` of the file. Whether there was one.
    pub fn repair(&mut self, offset: u32) -> bool {
        let at = self.region.tokens.partition_point(|token| token.range.end <= offset);
        self.call_around(at)
            || self.word_before(at)
            || self.word_at(at)
            || self.keyword_at(at)
            || self.template_arguments(at)
            || (2..=REACH).any(|back| back <= at && self.is_macro(at - back) && self.taken(at - back))
    }

    fn is_kept(&self, at: usize) -> bool {
        matches!(self.texts.get(at), Some(Text::Kept(_)))
    }

    /// Whether the word looks like a macro: capitals, or a name that is reserved for compilers.
    fn is_macro(&self, at: usize) -> bool {
        let text = self.text(at);
        let is_capital = self.is_upper(at) && text.len() > 2;
        self.is_word(at)
            && self.is_kept(at)
            && (is_capital || text.starts_with(b"__"))
            && !is_cpp_keyword(text)
            && !Words::get().class(text).is_reserved()
    }

    /// The place of the last token before `at` that was not taken out.
    fn before(&self, at: usize) -> Option<usize> {
        (0..at.min(self.texts.len())).rev().find(|at| !matches!(self.texts[*at], Text::Blank))
    }

    fn taken(&mut self, at: usize) -> bool {
        self.take(at);
        true
    }

    /// The arguments of the macro call around the fault, then its parentheses; or the whole call where it is a statement.
    fn call_around(&mut self, at: usize) -> bool {
        let Some(open) = self.opening(at) else { return false };
        let end = self.behind(open);
        let name = open - 1;
        let begins = match self.before(name) {
            Some(before) => matches!(self.text(before), b"{" | b"}" | b";" | b":"),
            None => true,
        };
        let ends = self.is_new_line(end) || matches!(self.text(end), b";" | b"}");
        if begins && ends {
            return self.taken(name);
        }
        let has_arguments = (open + 1..end - 1).any(|at| self.is_kept(at));
        if has_arguments {
            self.blank(open + 1, end - 1);
        } else {
            self.blank(open, end);
        }
        true
    }

    /// The innermost parenthesis of a macro call that is open at `at`.
    fn opening(&self, at: usize) -> Option<usize> {
        let mut depth = 0;
        for open in (1..at.min(self.texts.len())).rev() {
            match self.text(open) {
                b")" => depth += 1,
                b"(" if depth > 0 => depth -= 1,
                b"(" if self.is_macro(open - 1) && self.is_kept(open) => return Some(open),
                _ => {}
            }
        }
        None
    }

    /// A macro, or the call of one, right before the fault.
    fn word_before(&mut self, at: usize) -> bool {
        let Some(before) = self.before(at) else { return false };
        if self.is_macro(before) {
            return self.taken(before);
        }
        if self.text(before) != b")" {
            return false;
        }
        let open = (1..before).rev().find(|open| self.text(*open) == b"(" && self.behind(*open) == before + 1);
        match open {
            Some(open) if self.is_macro(open - 1) => self.taken(open - 1),
            _ => false,
        }
    }

    fn word_at(&mut self, at: usize) -> bool {
        self.is_macro(at) && self.taken(at)
    }

    /// `typename` in an expression says nothing that matters here.
    fn keyword_at(&mut self, at: usize) -> bool {
        let found = [Some(at), self.before(at)].into_iter().flatten();
        let found = found.into_iter().find(|at| self.is_kept(*at) && self.text(*at) == b"typename");
        if let Some(at) = found {
            self.blank(at, at + 1);
        }
        found.is_some()
    }

    /// Template arguments before the body that are computed: `f<(N + 1) / 2>`.
    fn template_arguments(&mut self, at: usize) -> bool {
        let Some(body) = self.region.body() else { return false };
        let mut changed = false;
        let mut open = 0;
        while at <= body && open < body {
            let is_list = self.text(open) == b"<" && open > 0 && self.is_word(open - 1);
            let end = if is_list && self.text(open - 1) != b"template" && self.text(open - 1) != b"operator" {
                self.behind_template(open)
            } else {
                open + 1
            };
            let inner = open + 1..end.saturating_sub(1);
            if end <= body && inner.clone().any(|at| self.text(at) == b"(" && self.is_kept(at)) {
                self.blank(inner.start, inner.end);
                self.texts[inner.start] = Text::StandIn("0");
                changed = true;
                open = end;
            } else {
                open += 1;
            }
        }
        changed
    }
}
