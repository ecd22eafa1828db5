//! Tokens, the `#if` tree and the views of any bytes.

use capi_upgrade::source::{
    ConditionalGroup, ConditionalTree, TextRange, TokenKind, directive, directives, include, lex, lex_range,
    macro_definition, words,
};

use super::{in_order, whole};

/// How many views of a file are made at most: `MAX_VIEWS`.
const MAX_VIEWS: usize = 48;

/// Tokens and comments cover all bytes in order, but for blanks and continued lines. The `#if` tree nests: each branch
/// lies in its group, each group in the branch around it. Views take tokens from the file in order, none of them a
/// directive, and every token that some build compiles stands in one of them.
pub fn holds(source: &[u8]) {
    let lexed = lex(source);
    in_order(&lexed.tokens, whole(source));
    covers_all(
        source,
        &lexed.tokens.iter().map(|token| token.range).chain(lexed.comments.iter().copied()).collect::<Vec<_>>(),
    );
    for token in lexed.tokens.iter().filter(|token| token.kind == TokenKind::Directive) {
        assert_eq!(token.text(source)[0], b'#');
        in_order(&lex_range(source, token.range).tokens, token.range);
        let line = directive(source, token);
        include(source, &line);
        if let Some(definition) = macro_definition(source, token) {
            let parameters = definition.parameters.into_iter().flatten();
            let body = definition.body.map(|body| body.range);
            let mut parts = [definition.name].into_iter().chain(parameters).chain(body);
            assert!(parts.all(|part| token.range.contains(part)), "a part of a macro outside of its definition");
        }
    }
    in_order(&directives(source), whole(source));
    words(source);
    let Ok(tree) = ConditionalTree::new(source, &lexed.tokens) else { return };
    nests(tree.groups(), whole(source));
    let wanted: Vec<u32> = lexed.tokens.iter().map(|token| token.range.start).collect();
    let mut is_seen = vec![false; lexed.tokens.len()];
    let mut views = 0;
    for view in tree.views(source, &lexed.tokens, &wanted) {
        views += 1;
        in_order(&view, whole(source));
        for token in view {
            let place = wanted.binary_search(&token.range.start).expect("a token of the file");
            assert_eq!(lexed.tokens[place], token);
            assert_ne!(token.kind, TokenKind::Directive);
            is_seen[place] = true;
        }
    }
    assert!((1..=MAX_VIEWS).contains(&views), "{views} views");
    for (token, is_seen) in lexed.tokens.iter().zip(is_seen) {
        let is_compiled = token.kind != TokenKind::Directive && !tree.builds_at(token.range.start).is_empty();
        assert!(is_seen || !is_compiled || views == MAX_VIEWS, "{token:?} stands in no view");
    }
}

/// Checks that only blanks, continued lines and a byte order mark stand outside of `ranges`.
fn covers_all(source: &[u8], ranges: &[TextRange]) {
    let mut is_covered = vec![false; source.len()];
    for range in ranges {
        for covered in &mut is_covered[range.to_usize()] {
            assert!(!*covered, "two things in {range:?}");
            *covered = true;
        }
    }
    let from = if source.starts_with(b"\xef\xbb\xbf") { 3 } else { 0 };
    for at in (from..source.len()).filter(|at| !is_covered[*at]) {
        let is_blank = matches!(source[at], b' ' | b'\t' | b'\r' | b'\n' | 0x0b | 0x0c | b'\\');
        assert!(is_blank, "{:?} at {at} is in no token", source[at] as char);
    }
}

fn nests<'t>(groups: impl Iterator<Item = ConditionalGroup<'t>>, around: TextRange) {
    let mut end = around.start;
    for group in groups {
        let range = group.range();
        assert!(end <= range.start && around.contains(range), "{range:?} behind {end} in {around:?}");
        end = range.end;
        let mut last = range.start;
        for branch in group.branches() {
            let (head, body) = (branch.directive(), branch.body());
            assert!(
                last <= head.start && head.end <= body.start && range.contains(body),
                "{head:?} {body:?} in {range:?}"
            );
            last = body.end;
            nests(branch.groups(), body);
        }
    }
}
