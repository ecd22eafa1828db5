//! Directives, taken apart as far as the other rooms need them.

use super::lexer::{Token, TokenKind, is_name_byte, lex_range, splice_len};
use super::text::TextRange;

/// Which directive a line is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "the names are those of the directives")]
pub enum DirectiveKind {
    If,
    Ifdef,
    Ifndef,
    Elif,
    Elifdef,
    Elifndef,
    Else,
    Endif,
    Define,
    Undef,
    Include,
    /// `#error`, `#pragma`, a lone `#`, and whatever else there is.
    Other,
}

/// A directive: its kind, and where the rest of its line stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Directive {
    /// Which one.
    pub kind: DirectiveKind,
    /// From `#` to the end of the logical line.
    pub range: TextRange,
    /// What follows the directive's name.
    pub rest: TextRange,
}

/// Reads a directive token.
pub fn directive(source: &[u8], token: &Token) -> Directive {
    debug_assert_eq!(token.kind, TokenKind::Directive);
    let (start, end) = (token.range.start as usize, token.range.end as usize);
    let mut at = skip_blanks(source, start + 1, end);
    let name_start = at;
    while at < end && is_name_byte(source[at]) {
        at += 1;
    }
    let kind = match &source[name_start..at] {
        b"if" => DirectiveKind::If,
        b"ifdef" => DirectiveKind::Ifdef,
        b"ifndef" => DirectiveKind::Ifndef,
        b"elif" => DirectiveKind::Elif,
        b"elifdef" => DirectiveKind::Elifdef,
        b"elifndef" => DirectiveKind::Elifndef,
        b"else" => DirectiveKind::Else,
        b"endif" => DirectiveKind::Endif,
        b"define" => DirectiveKind::Define,
        b"undef" => DirectiveKind::Undef,
        b"include" | b"include_next" | b"import" => DirectiveKind::Include,
        _ => DirectiveKind::Other,
    };
    Directive { kind, range: token.range, rest: TextRange::new(at as u32, end as u32) }
}

/// The first name in the rest of a directive: what `#define`, `#ifdef` and `#undef` are about.
pub fn first_name(source: &[u8], directive: &Directive) -> Option<TextRange> {
    // Lexing the whole rest would make a pass over every macro body just for its name.
    let start = skip_blanks(source, directive.rest.start as usize, directive.rest.end as usize);
    let end = directive.rest.end as usize;
    if start >= end || !is_name_byte(source[start]) || source[start].is_ascii_digit() {
        let lexed = lex_range(source, directive.rest);
        return lexed.tokens.first().filter(|token| token.kind == TokenKind::Identifier).map(|token| token.range);
    }
    let length = source[start..end].iter().take_while(|byte| is_name_byte(**byte)).count();
    Some(TextRange::new(start as u32, (start + length) as u32))
}

/// What an `#include` names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Include<'s> {
    /// The name between the brackets or quotes.
    pub name: &'s str,
    /// Whether it stands in `<` and `>`.
    pub angled: bool,
    /// From the opening bracket or quote to the closing one.
    pub range: TextRange,
}

/// Whether an `#include` of `name` asks for `Python.h`, in whatever folder.
pub fn is_python_h(name: &str) -> bool {
    name.rsplit('/').next() == Some("Python.h")
}

/// The name an `#include` directive asks for; none for another directive or a computed include.
pub fn include<'s>(source: &'s [u8], directive: &Directive) -> Option<Include<'s>> {
    if directive.kind != DirectiveKind::Include {
        return None;
    }
    let start = skip_blanks(source, directive.rest.start as usize, directive.rest.end as usize);
    let rest = &source[start..directive.rest.end as usize];
    let closing = match rest.first()? {
        b'<' => b'>',
        b'"' => b'"',
        _ => return None,
    };
    let length = memchr::memchr(closing, &rest[1..])?;
    let name = std::str::from_utf8(&rest[1..=length]).ok()?;
    let range = TextRange::new(start as u32, (start + length + 2) as u32);
    Some(Include { name, angled: closing == b'>', range })
}

/// Moves past white space, splices and comments of `/* */` kind.
fn skip_blanks(source: &[u8], mut at: usize, end: usize) -> usize {
    while at < end {
        if matches!(source[at], b' ' | b'\t' | 0x0b | 0x0c | b'\r') {
            at += 1;
        } else if splice_len(source, at) > 0 {
            at += splice_len(source, at);
        } else if source[at..end].starts_with(b"/*") {
            at = memchr::memmem::find(&source[at + 2..end], b"*/").map_or(end, |found| at + 2 + found + 2);
        } else {
            break;
        }
    }
    at.min(end)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::lexer::lex;

    fn first(source: &str) -> Directive {
        directive(source.as_bytes(), &lex(source.as_bytes()).tokens[0])
    }

    #[test]
    fn kinds_are_read_through_blanks_and_splices() {
        assert_eq!(first("#  if X").kind, DirectiveKind::If);
        assert_eq!(first("#\\\n define X 1").kind, DirectiveKind::Define);
        assert_eq!(first("# /* c */ ifndef X").kind, DirectiveKind::Ifndef);
        assert_eq!(first("#").kind, DirectiveKind::Other);
        assert_eq!(first("#warning x").kind, DirectiveKind::Other);
    }

    #[test]
    fn names_and_includes_are_found() {
        let source = "#define /* c */ NAME(x) x";
        let name = first_name(source.as_bytes(), &first(source)).unwrap();
        assert_eq!(&source[name.to_usize()], "NAME");
        let source = "#include <sys/time.h> // why";
        let found = include(source.as_bytes(), &first(source)).unwrap();
        assert_eq!((found.name, found.angled), ("sys/time.h", true));
        assert_eq!(&source[found.range.to_usize()], "<sys/time.h>");
        let source = "#include \"Python.h\"";
        assert_eq!(include(source.as_bytes(), &first(source)).map(|found| found.name), Some("Python.h"));
        let source = "#include MACRO";
        assert_eq!(include(source.as_bytes(), &first(source)), None);
    }
}
