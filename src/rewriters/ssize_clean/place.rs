//! Where the macro is defined: above the first include that may bring the functions.

use super::Obstacle;
use super::text::Text;
use crate::edit::Edit;
use crate::source::{DirectiveKind, TextRange, TokenKind, directive, include, indentation, lex_range, newline_style};
use crate::transform::SsizeClean;

/// The definition, and the directive above which it stands.
pub(super) fn definition(text: &Text<'_>, words: &SsizeClean) -> Result<(TextRange, Edit), Obstacle> {
    let source = text.source;
    let directives: Vec<_> = text
        .tokens
        .iter()
        .filter(|token| token.kind == TokenKind::Directive)
        .map(|token| directive(source, token))
        .collect();
    let may_bring = |name: &str| {
        let base = |name: &str| name.rsplit('/').next().unwrap_or(name).to_owned();
        let is_known = |name: &str| words.without.iter().any(|without| without == name || *without == base(name));
        let reached = text.project.reached_by(text.path, name);
        let mut files = reached.iter().map(|file| (file, text.project.file(file)));
        // One of the project's own may include what is not at hand.
        if reached.is_empty() {
            !is_known(name)
        } else {
            files.any(|(path, file)| {
                file.is_some_and(|file| {
                    file.includes()
                        .any(|inner| !is_known(&inner.name) && text.project.reached_by(path, &inner.name).is_empty())
                })
            })
        }
    };
    let first = directives.iter().position(|line| {
        // A name that is a macro's may be any header's.
        line.kind == DirectiveKind::Include && include(source, line).is_none_or(|found| may_bring(found.name))
    });
    let mut first = first.ok_or(Obstacle::NoInclude)?;
    // Where it stands under a condition the whole conditional counts, but for what keeps a header from being included
    // twice.
    let mut depth = 0;
    for at in (0..first).rev() {
        match directives[at].kind {
            DirectiveKind::Endif => depth += 1,
            DirectiveKind::If | DirectiveKind::Ifdef | DirectiveKind::Ifndef if depth > 0 => depth -= 1,
            DirectiveKind::If | DirectiveKind::Ifdef | DirectiveKind::Ifndef if !is_guard(text, &directives, at) => {
                first = at;
            }
            _ => {}
        }
    }
    let anchor = directives[first].range;
    let indent = String::from_utf8_lossy(indentation(source, anchor.start)).into_owned();
    let line = format!("#define {}{}{indent}", words.macro_name, newline_style(source));
    Ok((anchor, Edit::insert(anchor.start, line)))
}

/// Whether the conditional that begins with a directive is there to define, right behind, the name that it asks for.
fn is_guard(text: &Text<'_>, directives: &[crate::source::Directive], at: usize) -> bool {
    let name = |index: usize| {
        let line = directives.get(index)?;
        crate::source::first_name(text.source, line).map(|range| &text.source[range.to_usize()])
    };
    directives[at].kind == DirectiveKind::Ifndef
        && directives.get(at + 1).is_some_and(|next| next.kind == DirectiveKind::Define)
        && name(at).is_some()
        && name(at) == name(at + 1)
}

/// Whether a condition of the file asks for the macro: what stands behind it changes with the definition.
pub(super) fn asks_for_macro(text: &Text<'_>, words: &SsizeClean) -> Option<TextRange> {
    let mut directives = text.tokens.iter().filter(|token| token.kind == TokenKind::Directive);
    let found = directives.find(|token| {
        let inside = lex_range(text.source, token.range).tokens;
        inside.iter().any(|inner| inner.is(text.source, &words.macro_name))
    });
    found.map(|token| token.range)
}
