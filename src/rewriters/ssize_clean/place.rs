//! Where the macro is defined: above the first include that may bring the functions.

use std::path::Path;

use super::Obstacle;
use super::text::Text;
use crate::edit::Edit;
use crate::rewriters::definition::above_include;
use crate::semantics::{FileIndex, ProjectIndex};
use crate::source::{TextRange, TokenKind, lex_range};
use crate::transform::SsizeClean;

/// The definition, and the directive above which it stands.
pub(super) fn definition(text: &Text<'_>, words: &SsizeClean) -> Result<(TextRange, Edit), Obstacle> {
    let brings = |name: &str| may_bring(text.project, text.path, words, name);
    above_include(text.source, text.tokens, brings, &words.macro_name).ok_or(Obstacle::NoInclude)
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

/// Whether a condition of the file asks for the macro: what stands behind it changes with the definition.
pub(super) fn asks_for_macro(text: &Text<'_>, words: &SsizeClean) -> Option<TextRange> {
    let mut directives = text.tokens.iter().filter(|token| token.kind == TokenKind::Directive);
    let found = directives.find(|token| {
        let inside = lex_range(text.source, token.range).tokens;
        inside.iter().any(|inner| inner.is(text.source, &words.macro_name))
    });
    found.map(|token| token.range)
}
