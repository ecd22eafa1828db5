//! Logical lines of a Cython file: what Python's tokenizer makes of one, as far as declarations need it.

use crate::source::{TextRange, is_name_byte};

/// What a token is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum TokenKind {
    /// A name or a keyword; a number is one, too.
    Word,
    /// A string literal with its prefix and quotes.
    String,
    /// One byte of anything else.
    Mark,
}

/// A piece of code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Token {
    pub(super) kind: TokenKind,
    pub(super) range: TextRange,
}

impl Token {
    /// Its bytes.
    pub(super) fn text<'s>(&self, source: &'s [u8]) -> &'s [u8] {
        &source[self.range.to_usize()]
    }

    /// Whether it is spelled so; a string never is.
    pub(super) fn is(&self, source: &[u8], text: &str) -> bool {
        self.kind != TokenKind::String && self.text(source) == text.as_bytes()
    }

    /// The range of what stands between the quotes of a string.
    pub(super) fn content(&self, source: &[u8]) -> Option<TextRange> {
        if self.kind != TokenKind::String {
            return None;
        }
        let text = self.text(source);
        let prefix = text.iter().take_while(|byte| byte.is_ascii_alphabetic()).count();
        let quotes = if is_triple(&text[prefix..]) { 3 } else { 1 };
        let start = prefix + quotes;
        let quote = &text[prefix..start];
        let end = if text.len() >= start + quotes && text.ends_with(quote) { text.len() - quotes } else { text.len() };
        Some(TextRange::new(self.range.start + start as u32, self.range.start + end.max(start) as u32))
    }
}

/// A logical line: brackets and backslashes join physical ones.
#[derive(Debug)]
pub(super) struct Line {
    /// The column at which it begins.
    pub(super) indent: usize,
    /// Never empty.
    pub(super) tokens: Vec<Token>,
}

/// A Cython file in lines.
#[derive(Debug, Default)]
pub struct Lexed {
    pub(super) lines: Vec<Line>,
    /// The comments, each from its `#` to the end of the line.
    pub comments: Vec<TextRange>,
}

/// How far a tab reaches, as for Python.
const TAB: usize = 8;

/// Splits `source` into logical lines. Whatever is no Cython becomes lines of some kind.
pub fn lex(source: &[u8]) -> Lexed {
    let mut lexed = Lexed::default();
    let mut line: Option<Line> = None;
    let (mut indent, mut depth) = (0, 0_usize);
    // Some editors put it in front of a text in UTF-8.
    let mut at = if source.starts_with(b"\xef\xbb\xbf") { 3 } else { 0 };
    while let Some(&byte) = source.get(at) {
        let start = at;
        let kind = match byte {
            b'\n' | b'\r' => {
                at += 1;
                if depth == 0 {
                    lexed.lines.extend(line.take());
                    indent = 0;
                }
                continue;
            }
            b' ' | b'\t' | b'\x0c' => {
                at += 1;
                indent = match byte {
                    b' ' => indent + 1,
                    b'\t' => (indent / TAB + 1) * TAB,
                    _ => 0,
                };
                continue;
            }
            b'\\' if is_newline(source.get(at + 1)) => {
                at += if source[at + 1..].starts_with(b"\r\n") { 3 } else { 2 };
                continue;
            }
            b'#' => {
                at = line_end(source, at);
                lexed.comments.push(range(start, at));
                continue;
            }
            b'"' | b'\'' => {
                at = string_end(source, at);
                TokenKind::String
            }
            byte if is_name_byte(byte) || !byte.is_ascii() => {
                at += source[at..].iter().take_while(|byte| is_name_byte(**byte) || !byte.is_ascii()).count();
                if is_prefix(&source[start..at]) && matches!(source.get(at), Some(b'"' | b'\'')) {
                    at = string_end(source, at);
                    TokenKind::String
                } else {
                    TokenKind::Word
                }
            }
            _ => {
                at += 1;
                match byte {
                    b'(' | b'[' | b'{' => depth += 1,
                    b')' | b']' | b'}' => depth = depth.saturating_sub(1),
                    _ => {}
                }
                TokenKind::Mark
            }
        };
        let line = line.get_or_insert_with(|| Line { indent, tokens: Vec::new() });
        line.tokens.push(Token { kind, range: range(start, at) });
    }
    lexed.lines.extend(line);
    lexed
}

fn range(start: usize, end: usize) -> TextRange {
    TextRange::new(start as u32, end as u32)
}

fn is_newline(byte: Option<&u8>) -> bool {
    matches!(byte, Some(b'\n' | b'\r'))
}

fn line_end(source: &[u8], from: usize) -> usize {
    memchr::memchr2(b'\n', b'\r', &source[from..]).map_or(source.len(), |length| from + length)
}

/// Whether `word` says what kind of string follows; `c` is Cython's own.
fn is_prefix(word: &[u8]) -> bool {
    word.len() <= 2 && word.iter().all(|byte| b"rbufct".contains(&byte.to_ascii_lowercase()))
}

fn is_triple(text: &[u8]) -> bool {
    text.starts_with(b"\"\"\"") || text.starts_with(b"'''")
}

/// The end of the string whose first quote stands at `at`. One that its line does not close ends with the line.
fn string_end(source: &[u8], at: usize) -> usize {
    let quote = source[at];
    let is_long = is_triple(&source[at..]);
    let mut end = at + if is_long { 3 } else { 1 };
    while let Some(&byte) = source.get(end) {
        match byte {
            b'\\' => end += 2,
            b'\n' | b'\r' if !is_long => return end,
            byte if byte == quote && !is_long => return end + 1,
            byte if byte == quote && is_long && source[end..].starts_with(&[quote; 3]) => return end + 3,
            _ => end += 1,
        }
    }
    source.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Each line as its indent and its tokens between blanks.
    fn shown(source: &str) -> Vec<String> {
        let source = source.as_bytes();
        let text = |token: &Token| String::from_utf8_lossy(token.text(source)).into_owned();
        let line = |line: &Line| {
            let tokens: Vec<String> = line.tokens.iter().map(text).collect();
            format!("{} {}", line.indent, tokens.join(" "))
        };
        lex(source).lines.iter().map(line).collect()
    }

    #[test]
    fn lines_have_indents() {
        assert_eq!(
            shown("\u{feff}a:\n  b(c)\n\t d\n\n   # e\n\r\nf"),
            ["0 a :", "2 b ( c )", "9 d", "0 f"],
            "blank lines and comments are none"
        );
    }

    #[test]
    fn brackets_and_backslashes_join_lines() {
        assert_eq!(shown("a(b, # c\n   d)\ne \\\n  f \\\r\n g\nh"), ["0 a ( b , d )", "0 e f g", "0 h"]);
        assert_eq!(shown("a)\nb"), ["0 a )", "0 b"], "what was not opened closes nothing");
    }

    #[test]
    fn strings_are_tokens() {
        assert_eq!(shown("a = 'b\"#' + \"c\\\"\" # d"), ["0 a = 'b\"#' + \"c\\\"\""]);
        assert_eq!(shown("x = '''a\n'b' \\''' ''' + rb'y'"), ["0 x = '''a\n'b' \\''' ''' + rb'y'"]);
        assert_eq!(shown("open 'a\nb = \"\" c"), ["0 open 'a", "0 b = \"\" c"]);
        assert_eq!(shown("list'a'"), ["0 list 'a'"]);
    }

    #[test]
    fn a_string_has_content() {
        let content = |source: &str| {
            let lexed = lex(source.as_bytes());
            let range = lexed.lines[0].tokens[0].content(source.as_bytes()).unwrap();
            source[range.to_usize()].to_owned()
        };
        assert_eq!(content("\"Python.h\""), "Python.h");
        assert_eq!(content("u'''a'''"), "a");
        assert_eq!(content("''"), "");
        for open in ["\"", "'''", "'''a", "\"\\"] {
            content(open);
        }
    }

    #[test]
    fn comments_are_kept() {
        let source = "a # one\n'# no'\n  # two";
        let comments: Vec<&str> = lex(source.as_bytes()).comments.iter().map(|c| &source[c.to_usize()]).collect();
        assert_eq!(comments, ["# one", "# two"]);
    }
}
