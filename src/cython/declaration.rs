//! What one declaration in a block of `cdef extern from` declares.

use super::lexer::{Token, TokenKind};
use crate::source::{TextRange, is_name_byte};

/// A name of C that is declared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Declared {
    /// Where the name stands: in the string behind Cython's name, if there is one.
    pub(super) name: TextRange,
    /// Whether it is a function.
    pub(super) is_function: bool,
    /// How many parameters a function has; none where that varies.
    pub(super) parameters: Option<usize>,
}

/// What `tokens` declare: variables, functions and pointers to functions, separated by commas.
pub(super) fn declarations(source: &[u8], tokens: &[Token]) -> Vec<Declared> {
    split(source, tokens, ",").filter_map(|part| declared(source, part)).collect()
}

fn declared(source: &[u8], tokens: &[Token]) -> Option<Declared> {
    // What follows is a value.
    let end = find(source, tokens, "=").unwrap_or(tokens.len());
    let tokens = &tokens[..end];
    let variable = |name| Declared { name, is_function: false, parameters: None };
    let Some(open) = find(source, tokens, "(") else {
        let last = depths(source, tokens).filter(|(_, depth)| *depth == 0).map(|(at, _)| at);
        let last = last.filter(|at| tokens[*at].kind != TokenKind::Mark).last()?;
        return c_name(source, &tokens[..=last]).map(variable);
    };
    let stars = tokens[open + 1..].iter().take_while(|token| token.is(source, "*")).count();
    if stars > 0 {
        // `(*name)(...)` is a pointer to functions.
        let name = tokens.get(open + 1 + stars).filter(|token| token.kind == TokenKind::Word)?;
        return Some(variable(name.range));
    }
    let name = c_name(source, &tokens[..open])?;
    Some(Declared { name, is_function: true, parameters: parameters(source, &tokens[open..]) })
}

/// The name of C that ends `tokens`: a word, or the string behind it, which then holds a name or a tag.
pub(super) fn c_name(source: &[u8], tokens: &[Token]) -> Option<TextRange> {
    let (last, before) = tokens.split_last()?;
    match last.kind {
        TokenKind::Word => Some(last.range),
        TokenKind::Mark => None,
        TokenKind::String => {
            before.last().filter(|token| token.kind == TokenKind::Word)?;
            let content = last.content(source)?;
            let text = &source[content.to_usize()];
            let tag = [&b"struct "[..], b"union ", b"enum "].into_iter().find(|tag| text.starts_with(tag));
            let name = TextRange::new(content.start + tag.map_or(0, <[u8]>::len) as u32, content.end);
            let is_name = source[name.to_usize()].iter().all(|byte| is_name_byte(*byte));
            (is_name && !name.is_empty()).then_some(name)
        }
    }
}

/// How many parameters there are in the parentheses that `tokens` begin with.
fn parameters(source: &[u8], tokens: &[Token]) -> Option<usize> {
    let close = find(source, tokens, ")")?;
    let list = &tokens[1..close];
    let varies = |token: &Token| ["=", "?", "."].iter().any(|mark| token.is(source, mark));
    if list.iter().any(varies) {
        return None;
    }
    match list {
        [only] if only.is(source, "void") => Some(0),
        _ => Some(split(source, list, ",").filter(|part| !part.is_empty()).count()),
    }
}

/// The tokens between the marks `at` that no brackets hold.
pub(super) fn split<'t>(source: &'t [u8], tokens: &'t [Token], at: &'t str) -> impl Iterator<Item = &'t [Token]> {
    let mut rest = Some(tokens);
    std::iter::from_fn(move || {
        let tokens = rest?;
        let (part, after) = match find(source, tokens, at) {
            Some(end) => (&tokens[..end], Some(&tokens[end + 1..])),
            None => (tokens, None),
        };
        rest = after;
        Some(part)
    })
}

/// The first token spelled `text` that no brackets hold.
pub(super) fn find(source: &[u8], tokens: &[Token], text: &str) -> Option<usize> {
    depths(source, tokens).find(|(at, depth)| *depth == 0 && tokens[*at].is(source, text)).map(|(at, _)| at)
}

/// Each token's place, and how many brackets are open there; a bracket stands outside of itself.
fn depths<'t>(source: &'t [u8], tokens: &'t [Token]) -> impl Iterator<Item = (usize, usize)> {
    let mut depth = 0_usize;
    tokens.iter().enumerate().map(move |(at, token)| {
        let text = token.text(source);
        if token.kind == TokenKind::Mark && matches!(text, b")" | b"]" | b"}") {
            depth = depth.saturating_sub(1);
        }
        let here = depth;
        if token.kind == TokenKind::Mark && matches!(text, b"(" | b"[" | b"{") {
            depth += 1;
        }
        (at, here)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cython::lex;

    /// Each name, a function with its number of parameters behind a slash.
    fn shown(source: &str) -> Vec<String> {
        let bytes = source.as_bytes();
        let lexed = lex(bytes);
        let found = declarations(bytes, &lexed.lines[0].tokens);
        let show = |declared: Declared| {
            let name = &source[declared.name.to_usize()];
            match (declared.is_function, declared.parameters) {
                (false, _) => name.to_owned(),
                (true, None) => format!("{name}/?"),
                (true, Some(count)) => format!("{name}/{count}"),
            }
        };
        found.into_iter().map(show).collect()
    }

    #[test]
    fn functions_have_parameters() {
        assert_eq!(shown("int f(object x, int *y) except -1"), ["f/2"]);
        assert_eq!(shown("f()"), ["f/0"]);
        assert_eq!(shown("unsigned long f(void) nogil"), ["f/0"]);
        assert_eq!(shown("int f(char *format, ...)"), ["f/?"]);
        assert_eq!(shown("int f(int a, int b=*)"), ["f/?"]);
        assert_eq!(shown("int f(int (*callback)(int, int), int b)"), ["f/2"]);
        assert_eq!(shown("int f(int a), g(int a, map[int, int] b)"), ["f/1", "g/2"]);
    }

    #[test]
    fn variables_have_none() {
        assert_eq!(shown("int a, *b, c[3]"), ["a", "b", "c"]);
        assert_eq!(shown("vector[int] a"), ["a"]);
        assert_eq!(shown("int (*hook)(int, int)"), ["hook"]);
        assert_eq!(shown("int a = 3"), ["a"]);
    }

    #[test]
    fn a_string_holds_the_name_of_c() {
        assert_eq!(shown("int mine \"theirs\" (int a)"), ["theirs/1"]);
        assert_eq!(shown("int mine \"theirs\", other"), ["theirs", "other"]);
        assert_eq!(shown("S mine \"struct theirs\""), ["theirs"]);
        assert!(shown("int mine \"a + b\"").is_empty(), "an expression is no name");
    }

    #[test]
    fn what_is_no_declaration_declares_nothing() {
        for source in ["(", "*", "= 3", ", ,", "(*)", "(**", "\"a\"", "a(b", "operator==(int a)", "\"\" ("] {
            shown(source);
        }
        assert!(shown("bint operator==(int a)").len() <= 1);
    }
}
