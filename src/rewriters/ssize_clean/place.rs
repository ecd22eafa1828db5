//! Where the macro is defined: above the first include that may bring the functions.

use std::path::Path;

use super::Obstacle;
use super::text::Text;
use crate::edit::Edit;
use crate::semantics::{FileIndex, ProjectIndex};
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
    let first = directives.iter().position(|line| {
        // A name that is a macro's may be any header's.
        line.kind == DirectiveKind::Include
            && include(source, line).is_none_or(|found| may_bring(text.project, text.path, words, found.name))
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

/// Whether an include of `name` in the file at `path` may bring the functions.
fn may_bring(project: &ProjectIndex, path: &Path, words: &SsizeClean, name: &str) -> bool {
    let base = name.rsplit('/').next().unwrap_or(name);
    let is_harmless = words.without.iter().any(|without| without == name || without == base);
    let reached = project.reached_by(path, name);
    // One of the project's own may include what is not at hand.
    let brings = |path: &Path| {
        let includes = project.file(path).into_iter().flat_map(FileIndex::includes);
        let mut unseen = includes.filter(|inner| project.reached_by(path, &inner.name).is_empty());
        unseen.any(|inner| may_bring(project, path, words, &inner.name))
    };
    if reached.is_empty() { !is_harmless } else { reached.into_iter().any(brings) }
}

/// Whether nothing that the file at `includer` includes before this one may bring the functions.
pub(super) fn is_first_in(text: &Text<'_>, words: &SsizeClean, includer: &Path) -> bool {
    let includes = text.project.file(includer).into_iter().flat_map(FileIndex::includes);
    let is_this = |name: &str| text.project.reached_by(includer, name).first() == Some(&text.path);
    let first = includes.into_iter().find(|found| may_bring(text.project, includer, words, &found.name));
    first.is_some_and(|found| is_this(&found.name))
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
