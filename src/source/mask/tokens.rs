//! The buffer of a masked region and the tokens in it: a linked list in which tokens can be blanked or replaced,
//! and in which every bracket knows its partner. All operations keep the buffer's length.

use super::words::{Word, Words};
use crate::source::lexer::is_name_byte;
use crate::source::{Region, TextRange, Token, TokenKind, merged};

/// Index of a token. 0 is [`END`].
pub(super) type At = usize;

/// The place before the first token and after the last: it has no text, its neighbours are the first and the last.
pub(super) const END: At = 0;

#[derive(Clone, Copy, Debug)]
struct Entry {
    kind: TokenKind,
    word: Word,
    alive: bool,
    /// Whether the text was replaced.
    replaced: bool,
    /// The text in the buffer.
    start: u32,
    end: u32,
    /// One past the last byte of the token (or tokens) in the source that this one stands for; it starts with it.
    origin_end: u32,
    prev: u32,
    next: u32,
    /// The matching bracket, `END` if there is none.
    partner: u32,
}

/// The tokens of a region over a buffer of its length. Offsets are relative to the region.
pub(super) struct Tokens {
    buffer: Vec<u8>,
    entries: Vec<Entry>,
    stand_ins: Vec<TextRange>,
}

impl Tokens {
    /// Copies the region's tokens; everything else becomes blanks, newlines stay.
    pub(super) fn new(source: &[u8], region: &Region) -> Self {
        let words = Words::get();
        let base = region.range.start;
        let text = &source[region.range.to_usize()];
        let mut buffer = vec![b' '; text.len()];
        for newline in memchr::memchr_iter(b'\n', text) {
            buffer[newline] = b'\n';
        }
        let sentinel = Entry {
            kind: TokenKind::Punctuator,
            word: Word::None,
            alive: true,
            replaced: false,
            start: text.len() as u32,
            end: text.len() as u32,
            origin_end: text.len() as u32,
            prev: region.tokens.len() as u32,
            next: 1,
            partner: 0,
        };
        let mut entries = Vec::with_capacity(region.tokens.len() + 1);
        entries.push(sentinel);
        for (index, token) in region.tokens.iter().enumerate() {
            let (start, end) = (token.range.start - base, token.range.end - base);
            copy_token(source, token, &mut buffer[start as usize..end as usize]);
            let word = match token.kind {
                TokenKind::Identifier => words.class(token.text(source)),
                _ => Word::None,
            };
            entries.push(Entry {
                kind: token.kind,
                word,
                start,
                end,
                origin_end: end,
                prev: index as u32,
                next: if index + 1 == region.tokens.len() { 0 } else { index as u32 + 2 },
                ..sentinel
            });
        }
        let mut tokens = Self { buffer, entries, stand_ins: Vec::new() };
        tokens.match_brackets();
        tokens
    }

    /// Finds the partner of every bracket. A `}` closes what was left open since its `{`; a `)` or `]` that does
    /// not fit closes nothing.
    fn match_brackets(&mut self) {
        let mut open: Vec<(At, u8)> = Vec::new();
        let mut open_braces = 0;
        for at in 1..self.entries.len() {
            let &[byte] = self.text(at) else { continue };
            match byte {
                b'(' => open.push((at, b')')),
                b'[' => open.push((at, b']')),
                b'{' => {
                    open.push((at, b'}'));
                    open_braces += 1;
                }
                b')' | b']' | b'}' => {
                    if byte == b'}' && open_braces > 0 {
                        open_braces -= 1;
                        while open.last().is_some_and(|(_, close)| *close != b'}') {
                            open.pop();
                        }
                    }
                    if open.last().is_some_and(|(_, close)| *close == byte)
                        && let Some((opener, _)) = open.pop()
                    {
                        self.entries[opener].partner = at as u32;
                        self.entries[at].partner = opener as u32;
                    }
                }
                _ => {}
            }
        }
    }

    /// The text of a token in the buffer; empty for a blanked one and for `END`.
    pub(super) fn text(&self, at: At) -> &[u8] {
        let entry = &self.entries[at];
        if entry.alive { &self.buffer[entry.start as usize..entry.end as usize] } else { b"" }
    }

    /// Whether the token's text is `text` (a literal never is).
    pub(super) fn is(&self, at: At, text: &str) -> bool {
        self.text(at) == text.as_bytes()
    }

    /// Whether the token's text is one of `texts`.
    pub(super) fn is_any(&self, at: At, texts: &[&str]) -> bool {
        let own = self.text(at);
        !own.is_empty() && texts.iter().any(|text| own == text.as_bytes())
    }

    /// What kind of token it is; a punctuator for `END`.
    pub(super) fn kind(&self, at: At) -> TokenKind {
        self.entries[at].kind
    }

    /// The token's class.
    pub(super) fn word(&self, at: At) -> Word {
        if self.entries[at].alive { self.entries[at].word } else { Word::None }
    }

    /// Whether it is a name or keyword.
    pub(super) fn is_word(&self, at: At) -> bool {
        self.word(at) != Word::None
    }

    /// Whether it is a name, not a keyword.
    pub(super) fn is_name(&self, at: At) -> bool {
        let word = self.word(at);
        word != Word::None && !word.is_reserved()
    }

    /// Whether it is a punctuator that is still there.
    pub(super) fn is_punctuator(&self, at: At) -> bool {
        at != END && self.entries[at].alive && self.entries[at].kind == TokenKind::Punctuator
    }

    /// Whether it is a number, string or character.
    pub(super) fn is_literal(&self, at: At) -> bool {
        self.entries[at].alive
            && matches!(self.entries[at].kind, TokenKind::Number | TokenKind::String | TokenKind::Char)
    }

    /// Whether it was not blanked.
    pub(super) fn is_alive(&self, at: At) -> bool {
        self.entries[at].alive
    }

    /// The token behind `at`, which may be blanked.
    pub(super) fn next(&self, at: At) -> At {
        let mut next = self.entries[at].next as At;
        while !self.entries[next].alive {
            next = self.entries[next].next as At;
        }
        next
    }

    /// `at` itself, or the first token behind it if it is blanked.
    pub(super) fn here(&self, at: At) -> At {
        if self.entries[at].alive { at } else { self.next(at) }
    }

    /// The token in front of `at`, which may be blanked.
    pub(super) fn prev(&self, at: At) -> At {
        let mut prev = self.entries[at].prev as At;
        while !self.entries[prev].alive {
            prev = self.entries[prev].prev as At;
        }
        prev
    }

    /// The matching bracket; `END` if there is none.
    pub(super) fn partner(&self, at: At) -> At {
        self.entries[at].partner as At
    }

    /// Whether `left` stands before `right`; `END` is behind everything.
    pub(super) fn before(&self, left: At, right: At) -> bool {
        left != END && (right == END || left < right)
    }

    /// The tokens from `from` up to `to`, which does not count.
    pub(super) fn between(&self, from: At, to: At) -> impl Iterator<Item = At> {
        let mut at = self.here(from);
        std::iter::from_fn(move || {
            let current = at;
            if !self.before(current, to) {
                return None;
            }
            at = self.next(current);
            Some(current)
        })
    }

    /// Whether a line ends between two tokens.
    pub(super) fn on_new_line(&self, left: At, right: At) -> bool {
        let gap = self.entries[left].end as usize..self.entries[right].start as usize;
        memchr::memchr(b'\n', self.buffer.get(gap).unwrap_or_default()).is_some()
    }

    /// How far from the beginning of its line the token stands, in bytes.
    pub(super) fn column(&self, at: At) -> usize {
        let start = self.entries[at].start as usize;
        memchr::memrchr(b'\n', &self.buffer[..start]).map_or(start, |newline| start - newline - 1)
    }

    /// Whether the two touch.
    pub(super) fn touches(&self, left: At, right: At) -> bool {
        self.entries[left].end == self.entries[right].start
    }

    fn mark(&mut self, at: At) {
        let entry = &self.entries[at];
        self.stand_ins.push(TextRange::new(entry.start, entry.origin_end));
    }

    /// Overwrites a token with blanks and takes it out of the list.
    pub(super) fn blank(&mut self, at: At) {
        if at == END || !self.entries[at].alive {
            return;
        }
        self.mark(at);
        let entry = &mut self.entries[at];
        self.buffer[entry.start as usize..entry.end as usize].fill(b' ');
        entry.alive = false;
        let (prev, next) = (entry.prev, entry.next);
        self.entries[prev as usize].next = next;
        self.entries[next as usize].prev = prev;
    }

    /// Blanks the tokens from `from` to `to`, which counts; to the end if `to` is `END`.
    pub(super) fn blank_through(&mut self, from: At, to: At) {
        let stop = if to == END { END } else { self.next(to) };
        self.blank_until(from, stop);
    }

    /// Blanks the tokens from `from` up to `to`, which does not count.
    pub(super) fn blank_until(&mut self, from: At, to: At) {
        let mut at = self.here(from);
        while self.before(at, to) {
            self.blank(at);
            at = self.next(at);
        }
    }

    /// Writes `text`, which is not longer, over the token.
    pub(super) fn replace(&mut self, at: At, text: &str) {
        self.mark(at);
        let entry = &mut self.entries[at];
        let (start, end) = (entry.start as usize, entry.end as usize);
        assert!(text.len() <= end - start, "a stand-in is not longer than its token");
        self.buffer[start..end].fill(b' ');
        self.buffer[start..start + text.len()].copy_from_slice(text.as_bytes());
        entry.end = entry.start + text.len() as u32;
        entry.replaced = true;
        entry.partner = 0;
        entry.word = Words::get().class(text.as_bytes());
        entry.kind = match text.as_bytes() {
            [b'0'..=b'9', ..] => TokenKind::Number,
            [b'"', ..] => TokenKind::String,
            [b'_' | b'a'..=b'z' | b'A'..=b'Z', ..] => TokenKind::Identifier,
            _ => TokenKind::Punctuator,
        };
        if entry.kind != TokenKind::Identifier {
            entry.word = Word::None;
        }
    }

    /// Makes a keyword a name by changing its first letter.
    pub(super) fn make_name(&mut self, at: At) {
        self.mark(at);
        let entry = &mut self.entries[at];
        let first = &mut self.buffer[entry.start as usize];
        *first = if *first == b'_' { b'x' } else { b'_' };
        entry.replaced = true;
        entry.word = Word::Name;
    }

    /// Lets one token of one byte stand for those from `from` up to `to`, which does not count.
    pub(super) fn collapse(&mut self, from: At, to: At, stand_in: &str) {
        let from = self.here(from);
        if !self.before(from, to) {
            return;
        }
        let last = self.prev(to);
        let end = self.entries[last].origin_end;
        let after = self.next(from);
        self.blank_until(after, to);
        self.replace(from, stand_in);
        self.entries[from].origin_end = end;
        self.mark(from);
    }

    /// Makes the tokens from `first` to `last`, which counts, one name.
    pub(super) fn join(&mut self, first: At, last: At) {
        let end = self.entries[last].end;
        let after = self.next(first);
        self.blank_through(after, last);
        let entry = &mut self.entries[first];
        // What is a name already stays: a chain of joins must not go over all of it each time.
        let from = if entry.kind == TokenKind::Identifier { entry.end } else { entry.start };
        for byte in &mut self.buffer[from as usize..end as usize] {
            if !byte.is_ascii_alphanumeric() {
                *byte = b'_';
            }
        }
        entry.end = end;
        entry.origin_end = end;
        entry.replaced = true;
        self.mark(first);
    }

    /// Writes `byte` into the gap behind the token, if there is one.
    pub(super) fn insert_after(&mut self, at: At, byte: u8) -> bool {
        let from = self.entries[at].end as usize;
        let to = self.entries[self.next(at)].start as usize;
        let gap = &mut self.buffer[from..to];
        match gap.iter().position(|byte| matches!(byte, b' ' | b'\n')) {
            Some(place) => {
                gap[place] = byte;
                true
            }
            None => false,
        }
    }

    /// Writes `byte` over the last byte that the token stands for in the source, which must be blank.
    pub(super) fn append(&mut self, at: At, byte: u8) {
        let last = self.entries[at].origin_end as usize - 1;
        debug_assert_eq!(self.buffer[last], b' ');
        self.buffer[last] = byte;
    }

    /// The masked text, where tokens are in it, and what was touched.
    pub(super) fn finish(self) -> Finished {
        let mut live = Vec::with_capacity(self.entries.len());
        let mut replaced = Vec::new();
        for entry in self.entries[1..].iter().filter(|entry| entry.alive) {
            let range = TextRange::new(entry.start, entry.origin_end);
            live.push(range);
            if entry.replaced {
                replaced.push(range);
            }
        }
        Finished { buffer: self.buffer, live, replaced, stand_ins: merged(self.stand_ins) }
    }
}

/// What [`Tokens::finish`] returns.
pub(super) struct Finished {
    pub(super) buffer: Vec<u8>,
    pub(super) live: Vec<TextRange>,
    pub(super) replaced: Vec<TextRange>,
    pub(super) stand_ins: Vec<TextRange>,
}

/// Copies a token in ASCII, without the parts of literals that the parser rejects.
fn copy_token(source: &[u8], token: &Token, out: &mut [u8]) {
    let text = token.text(source);
    match token.kind {
        TokenKind::String | TokenKind::Char => copy_literal(text, out),
        _ => {
            for (byte, copy) in text.iter().zip(out) {
                // A splice inside a name is a part of it.
                let is_splice = token.kind == TokenKind::Identifier && !is_name_byte(*byte);
                *copy = if !is_splice && byte.is_ascii() && *byte != b'$' && !byte.is_ascii_control() {
                    *byte
                } else {
                    b'x'
                };
            }
        }
    }
}

/// Copies a string or character literal: splices become blanks, escapes that the parser does not know (`\e`, `\u`),
/// control characters and bytes above ASCII become `x`, an open literal is closed.
fn copy_literal(text: &[u8], out: &mut [u8]) {
    let quote = if text.ends_with(b"'") { b'\'' } else { b'"' };
    let prefix = text.iter().position(|&byte| byte == b'"' || byte == b'\'').unwrap_or(0);
    let is_raw = text[..prefix].ends_with(b"R");
    out.fill(b'x');
    let mut at = 0;
    while at < text.len() && !is_raw {
        let splice = crate::source::lexer::splice_len(text, at);
        if splice > 0 {
            out[at..at + splice].fill(b' ');
            at += splice;
            continue;
        }
        if text[at] == b'\\' {
            let escape = text.get(at + 1).copied().unwrap_or(0);
            let is_hex = escape == b'x' && text.get(at + 2).is_some_and(u8::is_ascii_hexdigit);
            if is_hex || b"'\"?\\abfnrtv01234567".contains(&escape) {
                out[at] = b'\\';
                out[at + 1] = escape;
            }
            at += 2;
            continue;
        }
        if text[at].is_ascii_graphic() || text[at] == b' ' {
            out[at] = text[at];
        }
        at += 1;
    }
    if is_raw && prefix + 1 < text.len() {
        out[..prefix].fill(b' ');
        out[prefix] = quote;
        out[text.len() - 1] = quote;
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::mask_region;

    #[test]
    fn what_was_touched_is_told() {
        let source = "int f(void) { g(T *); API_CALL(return 1, b); }";
        let masked = mask_region(source);
        let texts = |ranges: &[crate::source::TextRange]| -> Vec<&str> {
            ranges.iter().map(|range| &source[range.to_usize()]).collect()
        };
        assert_eq!(texts(&masked.stand_ins), ["*", "return 1"]);
        assert_eq!(texts(&masked.replaced), ["return 1"]);
        assert!(!texts(&masked.tokens).contains(&"*"));
        assert!(texts(&masked.tokens).contains(&"return 1"));
    }

    #[test]
    fn blanks_and_newlines_stay_where_they_are() {
        let source = "int /* a */ f(void)\r\n{ // b\n}";
        assert_eq!(String::from_utf8(mask_region(source).text).unwrap(), "int         f(void) \n{     \n}");
    }
}
