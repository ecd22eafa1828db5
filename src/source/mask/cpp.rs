//! Masks C++ for a parser that knows types by itself: what is no C++ before preprocessing becomes blanks or stand-ins.

use super::words::{Word, Words};
use super::{Masked, TextRange};
use crate::source::lexer::{Token, TokenKind};
use crate::source::region::{Region, RegionKind};

mod expression;
mod repair;

/// What stands in the place of a token.
#[derive(Clone, Copy)]
enum Text {
    Kept(Token),
    Blank,
    /// Another text, no longer than the token, at its start.
    StandIn(&'static str),
    /// Another text at its end.
    StandInAtEnd(&'static str),
}

/// A region of C++, and what its parser is to see of it.
pub struct CppMasker<'m> {
    source: &'m [u8],
    region: &'m Region,
    texts: Vec<Text>,
    /// Calls for which one stand-in stands, by their first and last token.
    heads: Vec<(usize, usize)>,
    /// Tokens behind which a semicolon is put.
    semicolons: Vec<usize>,
}

impl<'m> CppMasker<'m> {
    /// Masks what is known to be no C++ by its name, its place and its neighbours.
    pub fn new(source: &'m [u8], region: &'m Region) -> CppMasker<'m> {
        let texts = region.tokens.iter().map(|token| Text::Kept(*token)).collect();
        let mut masker = CppMasker { source, region, texts, heads: Vec::new(), semicolons: Vec::new() };
        masker.words();
        masker.expressions();
        match region.kind {
            RegionKind::Function { body } => {
                masker.header(body);
                masker.pointer_macros(body);
                masker.tail(body);
                masker.statements(body);
            }
            _ => masker.header(region.tokens.len()),
        }
        masker
    }

    fn text(&self, at: usize) -> &[u8] {
        self.region.tokens.get(at).map_or(b"", |token| token.text(self.source))
    }

    fn is_word(&self, at: usize) -> bool {
        self.region.tokens.get(at).is_some_and(|token| token.kind == TokenKind::Identifier)
    }

    fn class(&self, at: usize) -> Word {
        if self.is_word(at) { Words::get().class(self.text(at)) } else { Word::None }
    }

    /// The place behind the parenthesis at `open` and its partner.
    fn behind(&self, open: usize) -> usize {
        let mut depth = 0;
        for at in open..self.region.tokens.len() {
            match self.text(at) {
                b"(" => depth += 1,
                b")" => {
                    depth -= 1;
                    if depth == 0 {
                        return at + 1;
                    }
                }
                _ => {}
            }
        }
        self.region.tokens.len()
    }

    fn blank(&mut self, from: usize, to: usize) {
        self.texts[from..to].fill(Text::Blank);
    }

    /// Takes out the word, and what it is called with.
    fn take(&mut self, at: usize) {
        let end = if self.text(at + 1) == b"(" { self.behind(at + 1) } else { at + 1 };
        self.blank(at, end);
    }

    /// Macros that are known by their names.
    fn words(&mut self) {
        for at in 0..self.region.tokens.len() {
            if is_cpp_keyword(self.text(at)) {
                continue;
            }
            let is_call = self.text(at + 1) == b"(";
            match self.class(at) {
                Word::Blank => self.blank(at, at + 1),
                Word::BlankCall if is_call => {
                    let end = self.behind(at + 1);
                    self.blank(at, end);
                }
                Word::OpenBrace => self.texts[at] = Text::StandIn("{"),
                Word::CloseBrace => self.texts[at] = Text::StandIn("}"),
                Word::Definition => self.texts[at] = Text::StandIn("int"),
                Word::HeadInit if is_call => {
                    let end = self.behind(at + 1);
                    self.blank(at, end);
                    if self.text(end) != b"," {
                        self.texts[end - 1] = Text::StandInAtEnd(",");
                    }
                    self.texts[at] = Text::StandIn("0");
                    self.heads.push((at, end - 1));
                }
                Word::TypeWrapper if is_call => {
                    let end = self.behind(at + 1);
                    self.blank(at, at + 2);
                    self.blank(end - 1, end);
                }
                _ if self.is_head_macro(at) => self.blank(at, at + 1),
                _ => {}
            }
        }
    }

    /// Whether a name stands for the fields that a struct begins with: `PyObject_HEAD` without a semicolon.
    fn is_head_macro(&self, at: usize) -> bool {
        self.is_word(at)
            && self.text(at).ends_with(b"_HEAD")
            && self.is_word(at + 1)
            && (at == 0 || matches!(self.text(at - 1), b"{" | b";" | b":"))
    }

    /// Words in front of a declaration that are neither its type nor C++: a name before another name or a specifier, and
    /// calls of macros.
    fn header(&mut self, end: usize) {
        let (mut at, mut start) = (0, 0);
        let mut is_first = true;
        while at < end {
            match self.text(at) {
                b"template" => {
                    let behind = self.behind_template(at + 1);
                    self.template_macros(at + 1, behind);
                    (at, start) = (behind, behind);
                    continue;
                }
                b"(" | b"{" | b"=" | b":" | b";" => return,
                _ => {}
            }
            let is_plain = self.is_plain(at);
            if is_first && is_plain && self.text(at + 1) == b"(" {
                let behind = self.behind(at + 1);
                let is_macro = (self.is_word(behind) || self.text(behind) == b"~") && !is_tail(self.text(behind));
                if behind < end && is_macro && self.has_parameters(behind, end) {
                    self.blank(at, behind);
                    at = behind;
                    continue;
                }
            }
            let next = self.text(at + 1);
            let is_upper = self.is_upper(at);
            let is_qualifier = matches!(next, b"const" | b"volatile");
            let goes_on = (self.is_word(at + 1) && !matches!(next, b"operator" | b"override" | b"final"))
                && (!is_qualifier || is_upper)
                || next == b"~" && is_upper;
            let is_part = at > start
                && matches!(self.text(at - 1), b"::" | b">" | b"*" | b"&" | b"typename" | b"struct" | b"class");
            if is_plain && goes_on && !is_part && (next == b"~" || self.has_type_behind(at + 1, end)) {
                self.blank(at, at + 1);
            }
            is_first &= !matches!(self.texts[at], Text::Kept(_));
            at += 1;
        }
    }

    /// Whether a parameter list stands between the two, before what a constructor initializes.
    fn has_parameters(&self, from: usize, end: usize) -> bool {
        (from..end).map(|at| self.text(at)).find(|text| matches!(*text, b"(" | b":" | b";" | b"=")) != Some(b":")
    }

    fn is_plain(&self, at: usize) -> bool {
        let text = self.text(at);
        self.is_word(at) && !is_cpp_keyword(text) && !Words::get().class(text).is_reserved()
    }

    fn is_upper(&self, at: usize) -> bool {
        self.is_word(at)
            && self.text(at).iter().all(|byte| byte.is_ascii_uppercase() || matches!(byte, b'_' | b'0'..=b'9'))
    }

    /// Between the parameters and the body: macros that stand for `noexcept` and its like. And what a macro that defines
    /// a function is given: `TEST_CASE("name")`.
    fn tail(&mut self, body: usize) {
        let mut start = 0;
        while self.text(start) == b"template" {
            start = self.behind_template(start + 1);
        }
        // A macro call in front was blanked.
        let is_open = |at: &usize| self.text(*at) == b"(" && matches!(self.texts[*at], Text::Kept(_));
        let Some(mut open) = (start..body).find(is_open) else { return };
        while self.text(self.behind(open)) == b"(" {
            open = self.behind(open);
        }
        let close = self.behind(open);
        if open == 1 && self.is_upper(0) && !self.region.in_class {
            self.blank(open + 1, close - 1);
        }
        let mut at = close;
        while at < body {
            match self.text(at) {
                b":" => return self.constructor(start, open),
                b"->" => return,
                b"(" => at = self.behind(at),
                b"throw" | b"noexcept" | b"requires" => at += 1,
                _ if self.is_plain(at) => {
                    let end = if self.text(at + 1) == b"(" { self.behind(at + 1) } else { at + 1 };
                    self.blank(at, end.min(body));
                    at = end;
                }
                _ => at += 1,
            }
        }
    }

    /// Before the name of a constructor, whose parameters open at `open`, there is no type: names are macros.
    fn constructor(&mut self, start: usize, open: usize) {
        for at in start..open.saturating_sub(1) {
            let is_part = matches!(self.text(at + 1), b"::" | b"<") || at > 0 && self.text(at - 1) == b"::";
            if self.is_plain(at) && !is_part && self.is_upper(at) {
                self.blank(at, at + 1);
            }
        }
    }

    /// Whether the name at `at` can be a type or leads to one: behind it there is another name before the parentheses.
    fn has_type_behind(&self, at: usize, end: usize) -> bool {
        if is_cpp_keyword(self.text(at)) || Words::get().class(self.text(at)).is_reserved() {
            return !matches!(self.text(at), b"operator");
        }
        // `MACRO Type name(`, `MACRO Type *name(`, `MACRO ns::Type name(`
        let mut next = at + 1;
        while next < end && matches!(self.text(next), b"*" | b"&" | b"::" | b"<" | b">" | b"," | b"const") {
            if self.text(next) == b"::" || self.text(next) == b"<" {
                return true;
            }
            next += 1;
        }
        next < end && self.is_word(next)
    }

    /// Macro calls among the parameters of a template: `template <class T, REQUIRES(T)>`.
    fn template_macros(&mut self, from: usize, to: usize) {
        for at in from + 1..to {
            let is_first = self.text(at - 1) == b"<" && at == from + 1;
            let begins = is_first || self.text(at - 1) == b",";
            if !begins || !self.is_word(at) || is_cpp_keyword(self.text(at)) || self.text(at + 1) != b"(" {
                continue;
            }
            let end = self.behind(at + 1);
            if !matches!(self.text(end), b"," | b">") {
                continue;
            }
            // With a comma: the one before it, or the one behind it.
            match (is_first, self.text(end)) {
                (false, _) => self.blank(at - 1, end),
                (true, b",") => self.blank(at, end + 1),
                (true, _) => {
                    self.blank(at, end);
                    if self.region.tokens[at].range.len() >= 5 {
                        self.texts[at] = Text::StandIn("int N");
                    }
                }
            }
        }
    }

    /// Attributes of pointers: `T *RESTRICT name`. Only before the body can they stand without a name.
    fn pointer_macros(&mut self, body: usize) {
        for at in 1..self.region.tokens.len() {
            let behind_star = matches!(self.text(at - 1), b"*" | b"&");
            let goes_on = self.is_plain(at + 1) || at < body && matches!(self.text(at + 1), b"*" | b"," | b")");
            if behind_star && self.is_upper(at) && goes_on {
                self.blank(at, at + 1);
            }
        }
    }

    fn behind_template(&self, open: usize) -> usize {
        let mut depth = 0;
        let mut at = open;
        while at < self.region.tokens.len() {
            match self.text(at) {
                b"(" => {
                    at = self.behind(at);
                    continue;
                }
                b"<" => depth += 1,
                b">" => depth -= 1,
                b">>" => depth -= 2,
                _ => {}
            }
            at += 1;
            if depth <= 0 {
                return at;
            }
        }
        at
    }

    /// Macro calls that stand as statements without a semicolon, and those that lead a block as a loop does.
    fn statements(&mut self, body: usize) {
        for at in body..self.region.tokens.len() {
            let begins = matches!(self.text(at - 1), b"{" | b"}" | b";");
            if !begins || !self.is_plain(at) || !matches!(self.texts[at], Text::Kept(_)) {
                continue;
            }
            let has_call = self.text(at + 1) == b"(";
            let end = if has_call { self.behind(at + 1) } else { at + 1 };
            let is_upper = self.text(at).iter().all(|byte| !byte.is_ascii_lowercase());
            let is_new_line = self.is_new_line(end);
            let next_begins = self.is_word(end) || self.text(end) == b"}";
            if has_call && self.text(end) == b"{" && !is_new_line {
                // `foreach (a, b) {`
                self.blank(at, end);
                if self.region.tokens[at].range.len() >= 7 {
                    self.texts[at] = Text::StandIn("for(;;)");
                }
            } else if is_new_line && next_begins && has_call && self.holds_names(at + 1, end) {
                // `BEGIN(self)`: it reads as a call if it gets its semicolon.
                self.semicolons.push(end - 1);
            } else if is_new_line && next_begins && (has_call || is_upper) {
                self.blank(at, end);
            }
        }
    }

    /// Whether nothing but names stands in the parentheses from `open` to before `end`, which do not end the region.
    fn holds_names(&self, open: usize, end: usize) -> bool {
        let is_name = |at: usize| self.text(at) == b"," || self.is_plain(at);
        end > open + 2 && end < self.region.tokens.len() && (open + 1..end - 1).all(is_name)
    }

    /// Whether a line begins between the token before `at` and that one, or the region ends.
    fn is_new_line(&self, at: usize) -> bool {
        let (Some(last), Some(next)) =
            (at.checked_sub(1).and_then(|at| self.region.tokens.get(at)), self.region.tokens.get(at))
        else {
            return true;
        };
        self.source[last.range.end as usize..next.range.start as usize].contains(&b'\n')
    }

    /// The text for the parser. It is as long as the region.
    pub fn masked(&self) -> Masked {
        let start = self.region.range.start;
        let mut masked = Masked { text: vec![b' '; self.region.range.len() as usize], ..Masked::default() };
        for (at, byte) in self.source[self.region.range.to_usize()].iter().enumerate() {
            if *byte == b'\n' {
                masked.text[at] = b'\n';
            }
        }
        for (at, (token, text)) in self.region.tokens.iter().zip(&self.texts).enumerate() {
            let range = TextRange::new(token.range.start - start, token.range.end - start);
            match text {
                Text::Kept(kept) => {
                    masked.text[range.to_usize()].copy_from_slice(kept.text(self.source));
                    // The parser knows no line that goes on behind `\` and CRLF.
                    for end in memchr::memmem::find_iter(kept.text(self.source), b"\\\r\n") {
                        masked.text[range.start as usize + end..][..2].copy_from_slice(b"x\\");
                    }
                    // Inside a line it is no directive, and the parser must not take it for one.
                    if kept.is(self.source, "#") {
                        masked.text[range.start as usize] = b'@';
                    }
                    if self.semicolons.contains(&at) {
                        masked.text[range.end as usize] = b';';
                    }
                    masked.tokens.push(range);
                    continue;
                }
                Text::Blank => {}
                Text::StandIn(word) => {
                    let from = range.start as usize;
                    masked.text[range.to_usize()].fill(b' ');
                    masked.text[from..from + word.len()].copy_from_slice(word.as_bytes());
                    let head = self.heads.iter().find(|(first, _)| *first == at);
                    let end = head.map_or(token.range.end, |(_, last)| self.region.tokens[*last].range.end);
                    masked.tokens.push(TextRange::new(range.start, end - start));
                    masked.replaced.push(TextRange::new(range.start, end - start));
                }
                Text::StandInAtEnd(word) => {
                    let end = range.end as usize;
                    masked.text[range.to_usize()].fill(b' ');
                    masked.text[end - word.len()..end].copy_from_slice(word.as_bytes());
                }
            }
            masked.stand_ins.push(range);
        }
        masked
    }
}

/// Whether the word may stand behind the parameters of a function.
fn is_tail(text: &[u8]) -> bool {
    matches!(text, b"const" | b"volatile" | b"noexcept" | b"override" | b"final" | b"try" | b"throw" | b"requires")
}

/// Whether C++ has the word for itself, beside those of C.
pub(crate) fn is_cpp_keyword(text: &[u8]) -> bool {
    matches!(
        text,
        b"alignas"
            | b"alignof"
            | b"and"
            | b"asm"
            | b"bool"
            | b"catch"
            | b"class"
            | b"concept"
            | b"const_cast"
            | b"consteval"
            | b"constexpr"
            | b"constinit"
            | b"co_await"
            | b"co_return"
            | b"co_yield"
            | b"decltype"
            | b"delete"
            | b"dynamic_cast"
            | b"explicit"
            | b"export"
            | b"false"
            | b"final"
            | b"friend"
            | b"mutable"
            | b"namespace"
            | b"new"
            | b"noexcept"
            | b"not"
            | b"nullptr"
            | b"operator"
            | b"or"
            | b"override"
            | b"private"
            | b"protected"
            | b"public"
            | b"reinterpret_cast"
            | b"requires"
            | b"static_assert"
            | b"static_cast"
            | b"template"
            | b"this"
            | b"thread_local"
            | b"throw"
            | b"true"
            | b"try"
            | b"typeid"
            | b"typename"
            | b"using"
            | b"virtual"
            | b"wchar_t"
            | b"xor"
    )
}
