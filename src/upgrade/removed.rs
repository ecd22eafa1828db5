//! Removed API that nothing takes the place of, and that the compat header gives back to files that ask for it.

use std::collections::BTreeSet;

use super::clash::Clashes;
use super::findings::Verdict;
use super::header;
use super::include::{base, is_internal};
use super::pass::PassContext;
use crate::edit::Edit;
use crate::rewriters::above_include;
use crate::semantics::FileIndex;
use crate::source::{is_python_h, lex, lex_range};

/// The names in what is left of a file that some Python in range lacks and the header gives back. None where the user
/// allows no unsafe fixes, as what is given back has its differences, and where the header's macros would get in the way
/// of functions of the project.
pub fn given_back(source: &[u8], left: &[Verdict], context: &PassContext<'_>) -> BTreeSet<String> {
    let options = context.options;
    if !options.allow_unsafe || options.header.is_none() {
        return BTreeSet::new();
    }
    let reports = left.iter().filter(|verdict| verdict.fix.is_none());
    let names: BTreeSet<String> = reports.flat_map(|verdict| reported(source, verdict, context)).collect();
    let shared = context.files.shared();
    let clashes = || shared.clashes_of_all.get_or_init(|| Clashes::new(context.project, header::index_of_all()));
    if names.is_empty() || sees_internals(context) || clashes().around(context.project, context.path).is_some() {
        return BTreeSet::new();
    }
    names
}

/// Whether one of Python's internal headers is included, under whatever condition: what is gone from the others may be there.
fn sees_internals(context: &PassContext<'_>) -> bool {
    let (project, path) = (context.project, context.path);
    let mut files = [path].into_iter().chain(project.reachable(path)).filter_map(|file| project.file(file));
    files.any(|file| file.includes().any(|found| is_internal(&found.name)))
}

/// The names in a report that its transform is about, and that the header gives back.
fn reported(source: &[u8], verdict: &Verdict, context: &PassContext<'_>) -> Vec<String> {
    let transform = &context.catalogue.transforms()[verdict.transform];
    let builds = context.options.range.builds();
    let is_meant = |name: &&String| is_asked_for(name) && header::is_needed(name, builds);
    let names: Vec<&String> = transform.file().old.api.iter().filter(is_meant).collect();
    if names.is_empty() {
        return Vec::new();
    }
    let tokens = lex_range(source, verdict.range).tokens;
    let stands_there = |name: &&String| tokens.iter().any(|token| token.is(source, name));
    names.into_iter().filter(stands_there).cloned().collect()
}

/// Whether the header has `name` only for those who ask.
pub fn is_asked_for(name: &str) -> bool {
    header::gives_back(name) && !header::offers(name)
}

/// The line by which a file asks `header` for removed API, above whatever may bring the header; none where it asks
/// already, and where `header` cannot be what it includes.
pub fn request(source: &[u8], header: &str, context: &PassContext<'_>) -> Option<Edit> {
    let index = FileIndex::of_directives(source);
    let is_ours = |name: &str| base(name) == base(header);
    if index.macro_definition(header::REMOVED_API).is_some() || !index.includes().any(|found| is_ours(&found.name)) {
        return None;
    }
    let brings =
        |name: &str| is_python_h(name) || is_ours(name) || !context.project.reached_by(context.path, name).is_empty();
    let found = above_include(source, &lex(source).tokens, brings, header::REMOVED_API);
    found.map(|(_, edit)| edit)
}
