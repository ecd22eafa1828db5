//! The C lexer: tokens and comments of unpreprocessed source, each with its place in the file.
//!
//! It takes every byte sequence: what is not C becomes punctuators of one byte. A directive is one token that
//! reaches to the end of its logical line; [`lex_range`] lexes inside it.

use super::text::TextRange;

/// What a token is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum TokenKind {
    /// A name or keyword.
    Identifier,
    /// A preprocessing number.
    Number,
    /// A string literal with its prefix; raw strings of C++ too.
    String,
    /// A character constant with its prefix.
    Char,
    /// An operator or separator.
    Punctuator,
    /// A preprocessing directive, from `#` to the end of its logical line (newline not included).
    Directive,
}

/// One token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Token {
    /// What it is.
    pub kind: TokenKind,
    /// Where it stands.
    pub range: TextRange,
}

impl Token {
    /// The bytes of the token in `source`.
    pub fn text<'s>(&self, source: &'s [u8]) -> &'s [u8] {
        &source[self.range.to_usize()]
    }

    /// Whether this is the punctuator or name `text`.
    pub fn is(&self, source: &[u8], text: &str) -> bool {
        self.range.len() as usize == text.len()
            && matches!(self.kind, TokenKind::Punctuator | TokenKind::Identifier)
            && self.text(source) == text.as_bytes()
    }
}

/// The tokens and comments of a stretch of source, each in order.
#[derive(Debug, Default)]
pub struct Lexed {
    /// Tokens, directives among them.
    pub tokens: Vec<Token>,
    /// Comments outside directives, `/* */` and `//`.
    pub comments: Vec<TextRange>,
}

/// Lexes a whole file.
pub fn lex(source: &[u8]) -> Lexed {
    let mut lexer = Lexer { source, at: 0, end: source.len(), out: Lexed::default(), directives: true };
    if source.starts_with(b"\xef\xbb\xbf") {
        lexer.at = 3;
    }
    lexer.out.tokens.reserve(source.len() / 5);
    lexer.run();
    lexer.out
}

/// Those of `tokens`, which are in order, that lie inside `range`.
pub fn tokens_in(tokens: &[Token], range: TextRange) -> &[Token] {
    let first = tokens.partition_point(|token| token.range.start < range.start);
    let last = tokens.partition_point(|token| token.range.end <= range.end);
    &tokens[first..last.max(first)]
}

/// The directives of a file, found by its lines alone: one inside a comment or a string counts, too. This is for files
/// of which little else matters, and much faster than [`lex`].
pub fn directives(source: &[u8]) -> Vec<Token> {
    let mut lexer = Lexer { source, at: 0, end: source.len(), out: Lexed::default(), directives: true };
    for at in memchr::memchr_iter(b'#', source) {
        let before = source[..at].iter().rev().find(|byte| !matches!(byte, b' ' | b'\t'));
        if at >= lexer.at && before.is_none_or(|byte| *byte == b'\n') {
            lexer.at = at;
            lexer.directive();
            lexer.push(TokenKind::Directive, at);
        }
    }
    lexer.out.tokens
}

/// Lexes `range` of `source` as running text: a `#` is a punctuator there. This is for the inside of directives.
pub fn lex_range(source: &[u8], range: TextRange) -> Lexed {
    let mut lexer =
        Lexer { source, at: range.start as usize, end: range.end as usize, out: Lexed::default(), directives: false };
    lexer.run();
    lexer.out
}

/// The names in a text, in its directives too, but not in comments, strings and character constants.
pub fn words(source: &[u8]) -> Vec<&[u8]> {
    let is_name = |token: &Token| token.kind == TokenKind::Identifier;
    let mut found = Vec::new();
    for token in lex(source).tokens {
        match token.kind {
            TokenKind::Identifier => found.push(token.text(source)),
            TokenKind::Directive => {
                let inside = lex_range(source, token.range).tokens;
                found.extend(inside.iter().filter(|token| is_name(token)).map(|token| token.text(source)));
            }
            _ => {}
        }
    }
    found
}

/// Length of the line splice at `at` (a backslash, blanks that compilers forgive, a newline), or 0.
pub(crate) fn splice_len(source: &[u8], at: usize) -> usize {
    if source.get(at) != Some(&b'\\') {
        return 0;
    }
    let mut next = at + 1;
    while matches!(source.get(next), Some(b' ' | b'\t' | b'\r')) {
        next += 1;
    }
    if source.get(next) == Some(&b'\n') { next + 1 - at } else { 0 }
}

/// Whether `byte` may begin a name. Bytes above ASCII may: names in UTF-8 stay whole.
pub(crate) const fn is_name_start(byte: u8) -> bool {
    byte.is_ascii_alphabetic() || byte == b'_' || byte == b'$' || byte >= 0x80
}

/// Whether `byte` may stand inside a name.
pub(crate) fn is_name_byte(byte: u8) -> bool {
    NAME_BYTES[byte as usize]
}

/// By byte: whether it may stand inside a name. Most bytes of a file are looked up here.
const NAME_BYTES: [bool; 256] = {
    let mut table = [false; 256];
    let mut byte = 0;
    while byte < 256 {
        table[byte] = is_name_start(byte as u8) || (byte as u8).is_ascii_digit();
        byte += 1;
    }
    table
};

struct Lexer<'s> {
    source: &'s [u8],
    at: usize,
    end: usize,
    out: Lexed,
    directives: bool,
}

impl Lexer<'_> {
    fn peek(&self, ahead: usize) -> u8 {
        let at = self.at + ahead;
        if at < self.end { self.source[at] } else { 0 }
    }

    fn push(&mut self, kind: TokenKind, start: usize) {
        let range = TextRange::new(start as u32, self.at as u32);
        self.out.tokens.push(Token { kind, range });
    }

    fn run(&mut self) {
        let mut line_begins = self.directives;
        while self.at < self.end {
            let start = self.at;
            match self.source[start] {
                b'\n' => {
                    line_begins = self.directives;
                    self.at += 1;
                    continue;
                }
                b' ' | b'\t' | b'\r' | 0x0b | 0x0c => {
                    self.at += 1;
                    continue;
                }
                b'\\' if splice_len(self.source, start) > 0 => {
                    self.at = (start + splice_len(self.source, start)).min(self.end);
                    continue;
                }
                b'/' if matches!(self.peek(1), b'*' | b'/') => {
                    self.comment();
                    self.out.comments.push(TextRange::new(start as u32, self.at as u32));
                    continue;
                }
                b'#' if line_begins => {
                    self.directive();
                    self.push(TokenKind::Directive, start);
                    continue;
                }
                _ => line_begins = false,
            }
            let kind = self.token();
            self.push(kind, start);
        }
    }

    /// Moves past the token at the current place and says what it was.
    fn token(&mut self) -> TokenKind {
        let start = self.at;
        let first = self.source[start];
        if is_name_start(first) {
            self.name();
            return match (&self.source[start..self.at], self.peek(0)) {
                (b"L" | b"u" | b"U" | b"u8", b'"') => self.quoted(b'"'),
                (b"L" | b"u" | b"U" | b"u8", b'\'') => self.quoted(b'\''),
                (b"R" | b"LR" | b"uR" | b"UR" | b"u8R", b'"') => self.raw_string(),
                _ => TokenKind::Identifier,
            };
        }
        if first.is_ascii_digit() || (first == b'.' && self.peek(1).is_ascii_digit()) {
            self.number();
            return TokenKind::Number;
        }
        if first == b'"' || first == b'\'' {
            return self.quoted(first);
        }
        self.at += self.punctuator_len(first);
        TokenKind::Punctuator
    }

    /// Length of the punctuator that begins with `first` here.
    fn punctuator_len(&self, first: u8) -> usize {
        match (first, self.peek(1), self.peek(2)) {
            (b'(' | b')' | b';' | b',' | b'{' | b'}' | b'[' | b']', ..) => 1,
            (b'.', b'.', b'.') | (b'<', b'<', b'=') | (b'>', b'>', b'=') => 3,
            (b'-', b'>' | b'-' | b'=', _)
            | (b'+', b'+' | b'=', _)
            | (b'<', b'<' | b'=', _)
            | (b'>', b'>' | b'=', _)
            | (b'=' | b'!' | b'*' | b'/' | b'%' | b'^', b'=', _)
            | (b'&', b'&' | b'=', _)
            | (b'|', b'|' | b'=', _)
            | (b'#', b'#', _)
            | (b':', b':', _) => 2,
            _ => 1,
        }
    }

    fn name(&mut self) {
        loop {
            let rest = &self.source[self.at..self.end];
            self.at += rest.iter().take_while(|byte| is_name_byte(**byte)).count();
            // A name may go on after a line splice, odd as that is.
            let splice = splice_len(self.source, self.at);
            if splice == 0 || !self.source[..self.end].get(self.at + splice).is_some_and(|byte| is_name_byte(*byte)) {
                break;
            }
            self.at += splice;
        }
    }

    fn number(&mut self) {
        let start = self.at;
        let hexadecimal = self.peek(0) == b'0' && matches!(self.peek(1), b'x' | b'X');
        self.at += 1;
        while self.at < self.end {
            let byte = self.source[self.at];
            let exponent = match self.source[self.at - 1] {
                b'e' | b'E' => !hexadecimal,
                b'p' | b'P' => self.at - 1 > start,
                _ => false,
            };
            let separator = byte == b'\'' && self.peek(1).is_ascii_alphanumeric();
            if !(is_name_byte(byte) || byte == b'.' || separator || (exponent && matches!(byte, b'+' | b'-'))) {
                break;
            }
            self.at += 1;
        }
    }

    /// A literal in `quote`s; one that is never closed ends with its line.
    fn quoted(&mut self, quote: u8) -> TokenKind {
        self.at += 1;
        while self.at < self.end {
            let splice = splice_len(self.source, self.at);
            if splice > 0 {
                self.at = (self.at + splice).min(self.end);
                continue;
            }
            match self.source[self.at] {
                b'\n' => break,
                b'\\' => self.at = (self.at + 2).min(self.end),
                byte => {
                    self.at += 1;
                    if byte == quote {
                        break;
                    }
                }
            }
        }
        if quote == b'"' { TokenKind::String } else { TokenKind::Char }
    }

    fn raw_string(&mut self) -> TokenKind {
        let delimiter_start = self.at + 1;
        let Some(open) = self.source[delimiter_start..self.end].iter().take(17).position(|&byte| byte == b'(') else {
            return self.quoted(b'"');
        };
        let open = delimiter_start + open;
        let mut closing = vec![b')'];
        closing.extend_from_slice(&self.source[delimiter_start..open]);
        closing.push(b'"');
        self.at = match memchr::memmem::find(&self.source[open..self.end], &closing) {
            Some(found) => open + found + closing.len(),
            None => self.end,
        };
        TokenKind::String
    }

    /// Moves past the comment at the current place.
    fn comment(&mut self) {
        if self.peek(1) == b'*' {
            // Comments are short and many: a search for one byte starts faster than one for two.
            self.at = (self.at + 2).min(self.end);
            while let Some(star) = memchr::memchr(b'*', &self.source[self.at..self.end]) {
                self.at += star + 1;
                if self.peek(0) == b'/' {
                    self.at += 1;
                    return;
                }
            }
            self.at = self.end;
            return;
        }
        while self.at < self.end && self.source[self.at] != b'\n' {
            self.at += splice_len(self.source, self.at).max(1);
        }
        self.at = self.at.min(self.end);
    }

    /// Moves to the end of the directive's logical line. Literals and comments inside it are skipped whole, so a
    /// comment that runs over several lines belongs to the directive.
    fn directive(&mut self) {
        while self.at < self.end && self.source[self.at] != b'\n' {
            let splice = splice_len(self.source, self.at);
            if splice > 0 {
                self.at = (self.at + splice).min(self.end);
                continue;
            }
            match self.source[self.at] {
                b'/' if matches!(self.peek(1), b'*' | b'/') => self.comment(),
                quote @ (b'"' | b'\'') => {
                    // An apostrophe in `#error don't` opens nothing.
                    let start = self.at;
                    self.quoted(quote);
                    if self.source[self.at - 1] != quote || self.at == start + 1 {
                        self.at = start + 1;
                    }
                }
                _ => self.at += 1,
            }
        }
        while self.at > 0 && self.source[self.at - 1] == b'\r' {
            self.at -= 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kinds(source: &str) -> Vec<(TokenKind, &str)> {
        let lexed = lex(source.as_bytes());
        lexed.tokens.iter().map(|token| (token.kind, &source[token.range.to_usize()])).collect()
    }

    #[test]
    fn names_numbers_and_operators() {
        use TokenKind::*;
        let expected = [
            (Identifier, "a"),
            (Punctuator, "->"),
            (Identifier, "b"),
            (Punctuator, "<<="),
            (Number, "0x1e"),
            (Punctuator, "+"),
            (Number, "1e+5f"),
            (Punctuator, ";"),
        ];
        assert_eq!(kinds("a->b <<= 0x1e+1e+5f;"), expected);
    }

    #[test]
    fn a_directive_reaches_over_splices_and_comments() {
        use TokenKind::*;
        let source = "#define A(x) \\\r\n  f(x) /* two\n lines */ + 1\r\nint b;";
        let tokens = kinds(source);
        assert_eq!(tokens[0], (Directive, "#define A(x) \\\r\n  f(x) /* two\n lines */ + 1"));
        assert_eq!(tokens[1], (Identifier, "int"));
    }

    #[test]
    fn an_apostrophe_in_an_error_line_ends_with_the_line() {
        let tokens = kinds("#error don't\nint a;");
        assert_eq!(tokens[0].1, "#error don't");
        assert_eq!(tokens.len(), 4);
    }

    #[test]
    fn literals_keep_prefixes_splices_and_raw_text() {
        use TokenKind::*;
        let tokens = kinds("L\"a\\\"b\" u8\"x\\\ny\" '\\'' R\"q(\" )x\" )q\" 1'000");
        let expected = [
            (String, "L\"a\\\"b\""),
            (String, "u8\"x\\\ny\""),
            (Char, "'\\''"),
            (String, "R\"q(\" )x\" )q\""),
            (Number, "1'000"),
        ];
        assert_eq!(tokens, expected);
    }

    #[test]
    fn an_open_literal_or_comment_ends_somewhere() {
        assert_eq!(kinds("\"abc\nx").len(), 2);
        assert_eq!(lex(b"a /* never closed").comments.len(), 1);
        assert_eq!(kinds("'").len(), 1);
        assert_eq!(kinds("\"\\").len(), 1);
        assert_eq!(kinds("R\"(abc").len(), 1);
    }

    #[test]
    fn a_name_may_go_on_after_a_splice() {
        use TokenKind::*;
        assert_eq!(kinds("my\\\n_name x\\\n y"), [(Identifier, "my\\\n_name"), (Identifier, "x"), (Identifier, "y")]);
    }

    #[test]
    fn directives_are_found_by_their_lines() {
        let source = b"  #define A \\\n 1\nint b; #c\n# include <x.h> // y\n";
        let found: Vec<_> =
            directives(source).iter().map(|token| String::from_utf8_lossy(token.text(source)).into_owned()).collect();
        assert_eq!(found, ["#define A \\\n 1", "# include <x.h> // y"]);
    }

    #[test]
    fn a_hash_inside_a_line_is_no_directive() {
        assert!(kinds("a # b").iter().all(|(kind, _)| *kind != TokenKind::Directive));
        assert_eq!(kinds("/* c */ # define X")[0].0, TokenKind::Directive);
    }
}
