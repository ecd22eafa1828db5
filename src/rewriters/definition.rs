//! Where a macro is defined that headers ask for: above the first include that may bring one of them.

use crate::edit::Edit;
use crate::source::{
    Directive, DirectiveKind, TextRange, Token, TokenKind, directive, first_name, include, indentation, newline_style,
};

/// The line that defines `name` above the first include of a header for which `brings` holds, and the directive above
/// which it stands; none where the file has no such include. What a macro names may be any header.
pub fn above_include(
    source: &[u8],
    tokens: &[Token],
    brings: impl Fn(&str) -> bool,
    name: &str,
) -> Option<(TextRange, Edit)> {
    let directives = tokens.iter().filter(|token| token.kind == TokenKind::Directive);
    let directives: Vec<Directive> = directives.map(|token| directive(source, token)).collect();
    let mut first = directives.iter().position(|line| {
        line.kind == DirectiveKind::Include && include(source, line).is_none_or(|found| brings(found.name))
    })?;
    // Where it stands under a condition the whole conditional counts, but for what keeps a header from being included
    // twice.
    let mut depth = 0;
    for at in (0..first).rev() {
        match directives[at].kind {
            DirectiveKind::Endif => depth += 1,
            DirectiveKind::If | DirectiveKind::Ifdef | DirectiveKind::Ifndef if depth > 0 => depth -= 1,
            DirectiveKind::If | DirectiveKind::Ifdef | DirectiveKind::Ifndef
                if !is_guard(source, &directives[at..]) =>
            {
                first = at;
            }
            _ => {}
        }
    }
    let anchor = directives[first].range;
    let indent = String::from_utf8_lossy(indentation(source, anchor.start)).into_owned();
    let line = format!("#define {name}{}{indent}", newline_style(source));
    Some((anchor, Edit::insert(anchor.start, line)))
}

/// Whether the conditional that begins with the first of `directives` is there to define, right behind, the name that it
/// asks for.
fn is_guard(source: &[u8], directives: &[Directive]) -> bool {
    let name = |index: usize| directives.get(index).and_then(|line| first_name(source, line));
    let text = |index: usize| name(index).map(|range| &source[range.to_usize()]);
    directives[0].kind == DirectiveKind::Ifndef
        && directives.get(1).is_some_and(|next| next.kind == DirectiveKind::Define)
        && text(0).is_some()
        && text(0) == text(1)
}
