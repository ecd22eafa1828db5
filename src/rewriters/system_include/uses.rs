//! Which tokens of a file are names of the header, and not of its own.

use super::Lines;
use crate::source::{DirectiveKind, TextRange, Token, TokenKind, directive, lex_range, macro_definition};

/// Where names of the header are used, in order.
pub(super) fn uses(file: &Lines<'_>) -> Vec<TextRange> {
    let source = file.conditionals.source;
    let mut found = Vec::new();
    let names: Vec<Name<'_>> = file.wanted.names.iter().map(|name| Name::new(name)).collect();
    let names: Vec<Name<'_>> = names.into_iter().filter(|name| !is_own(file, name)).collect();
    let mut look = |tokens: &[Token]| {
        for at in 0..tokens.len() {
            let is_use = |name: &Name<'_>| name.is_used(source, tokens, at) && !declares(source, tokens, at);
            if names.iter().any(is_use) && file.is_compiled(tokens[at].range.start) {
                found.push(tokens[at].range);
            }
        }
    };
    look(file.conditionals.tokens);
    for token in file.conditionals.tokens.iter().filter(|token| token.kind == TokenKind::Directive) {
        if directive(source, token).kind == DirectiveKind::Define
            && let Some(body) = macro_definition(source, token).and_then(|found| found.body)
        {
            look(&lex_range(source, body.range).tokens);
        }
    }
    found.sort_unstable();
    found
}

/// A name as the transform writes it.
struct Name<'w> {
    text: &'w str,
    is_called: bool,
    is_tag: bool,
}

impl<'w> Name<'w> {
    fn new(written: &'w str) -> Self {
        let called = written.strip_suffix("()");
        let tag = written.strip_prefix("struct ");
        let text = called.or(tag).unwrap_or(written);
        Name { text, is_called: called.is_some(), is_tag: tag.is_some() }
    }

    /// Whether the token at `at` is the name, in a place where it can be what the header declares.
    fn is_used(&self, source: &[u8], tokens: &[Token], at: usize) -> bool {
        let token = &tokens[at];
        if token.kind != TokenKind::Identifier || !token.is(source, self.text) {
            return false;
        }
        let before = |back: usize| at.checked_sub(back).map(|index| tokens[index].text(source));
        let fits = match before(1) {
            Some(b"." | b"->" | b"goto" | b"enum" | b"union") => false,
            // `::time(0)`, and not `clock::time(0)`.
            Some(b"::") => before(2).is_none_or(|outer| !is_word(outer) || outer == b"std" || is_keyword(outer)),
            Some(b"struct") => self.is_tag,
            _ => !self.is_tag,
        };
        fits && (!self.is_called || tokens.get(at + 1).is_some_and(|next| next.is(source, "(")))
    }
}

/// Whether the file or a header of the project gives the name another meaning.
fn is_own(file: &Lines<'_>, name: &Name<'_>) -> bool {
    let conditionals = file.conditionals;
    let (source, tokens) = (conditionals.source, conditionals.tokens);
    let (project, path) = (conditionals.project, conditionals.path);
    // A function of that name in another file is for platforms that lack the header: `Python.h` brought both.
    let is_shared = file.wanted.unless.is_none() && project.function_for(path, name.text).is_some();
    is_shared
        || project.is_macro_for(path, name.text)
        || (0..tokens.len()).any(|at| {
            tokens[at].kind == TokenKind::Identifier
                && tokens[at].is(source, name.text)
                && declares(source, tokens, at)
                && file.is_compiled(tokens[at].range.start)
        })
}

/// Whether the name at `at` is being declared, as a function, a variable, a type or a parameter: a type stands before it.
fn declares(source: &[u8], tokens: &[Token], at: usize) -> bool {
    let Some(before) = at.checked_sub(1).map(|index| &tokens[index]) else { return false };
    let text = before.text(source);
    let follows_type = before.kind == TokenKind::Identifier && !is_keyword(text);
    let token = |back: usize| at.checked_sub(back).map(|index| &tokens[index]);
    let is_next = |ahead: usize, text: &str| tokens.get(at + ahead).is_some_and(|next| next.is(source, text));
    // `char *time;`, `int (*time)(void)`, and not `2 * time(0)`, nor `n * CLOCKS_PER_SEC`.
    let follows_star = text == b"*"
        && token(2).is_some_and(|outer| match outer.kind {
            TokenKind::Identifier if is_type_word(outer.text(source)) => true,
            TokenKind::Identifier => !is_next(1, "(") && token(3).is_none_or(|start| begins_declaration(source, start)),
            _ => outer.is(source, "(") && is_next(1, ")") && is_next(2, "("),
        });
    let closes_typedef = text == b"}" && is_next(1, ";");
    follows_type || follows_star || closes_typedef
}

/// Whether a type may follow the token, as the first word of a declaration or behind others.
fn begins_declaration(source: &[u8], token: &Token) -> bool {
    let is_specifier = || token.kind == TokenKind::Identifier && !is_keyword(token.text(source));
    matches!(token.text(source), b";" | b"{" | b"}" | b"(" | b",") || is_specifier()
}

fn is_word(text: &[u8]) -> bool {
    text.first().is_some_and(|byte| byte.is_ascii_alphabetic() || *byte == b'_')
}

/// Words that are no types, although a name may follow them.
fn is_keyword(text: &[u8]) -> bool {
    let words: [&[u8]; 12] = [
        b"return",
        b"else",
        b"do",
        b"case",
        b"sizeof",
        b"throw",
        b"and",
        b"or",
        b"not",
        b"struct",
        b"co_return",
        b"goto",
    ];
    words.contains(&text)
}

/// Words that can be nothing but types.
fn is_type_word(text: &[u8]) -> bool {
    let words: [&[u8]; 8] = [b"void", b"char", b"short", b"int", b"long", b"float", b"double", b"unsigned"];
    words.contains(&text)
}
