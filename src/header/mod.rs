//! The compat header that comes with the program: what it offers, parts of it, and copies of it in projects.

mod copy;
mod part;
mod piece;
mod place;
mod table;

use std::collections::BTreeSet;
use std::sync::LazyLock;

use crate::capi::BuildSet;
use crate::semantics::{FileIndex, ProjectIndex};

use piece::Pieces;

pub use copy::{Copy, Stamp, stamped};
pub use part::{Part, part};
pub use place::{Includer, folders};
pub use table::{Backport, backports};

/// The name under which the header is known.
pub const NAME: &str = "capi_compat.h";

/// The whole header.
pub const TEXT: &str = include_str!("../../compat-header/capi_compat.h");

/// The macro by which users ask for what newer Pythons removed.
pub const REMOVED_API: &str = "CAPI_COMPAT_REMOVED_API";

/// The header's macros and their guards, for those who do not ask for removed API. Everything that it gives is a macro,
/// or a type that only its functions take.
pub fn index() -> &'static FileIndex {
    static INDEX: LazyLock<FileIndex> = LazyLock::new(|| {
        let pieces = piece::whole();
        let kept = pieces.pieces.iter().filter(|piece| !piece.is_opt_in()).map(|piece| &*piece.text);
        let text: String = [&*pieces.head].into_iter().chain(kept).chain([&*pieces.tail]).collect();
        FileIndex::of_directives(text.as_bytes())
    });
    &INDEX
}

/// The same with the removed API.
pub fn index_of_all() -> &'static FileIndex {
    static INDEX: LazyLock<FileIndex> = LazyLock::new(|| FileIndex::of_directives(TEXT.as_bytes()));
    &INDEX
}

/// What the header brings to the files of a project, which may ask for removed API.
pub fn index_for(project: &ProjectIndex) -> &'static FileIndex {
    if project.defines(REMOVED_API) { index_of_all() } else { index() }
}

/// Whether the header has something called `name` that a user of it may name, without asking for removed API.
pub fn offers(name: &str) -> bool {
    piece::whole().offers.contains(name)
}

/// Whether the header has `name` for those who ask for removed API.
pub fn gives_back(name: &str) -> bool {
    piece::whole().gives_back.contains(name)
}

/// Whether the header has `name`, for all of its users or for some.
pub fn has(name: &str) -> bool {
    offers(name) || gives_back(name)
}

/// Whether the header may bring `name` to the files of a project.
pub fn may_bring(name: &str, project: &ProjectIndex) -> bool {
    offers(name) || gives_back(name) && project.defines(REMOVED_API)
}

/// Everything that the header has: first for all of its users, then for those who ask for removed API.
pub fn offered() -> impl Iterator<Item = &'static str> {
    let Pieces { offers, gives_back, .. } = piece::whole();
    offers.iter().chain(gives_back).map(String::as_str)
}

/// What a project uses of the header in whose files these words stand. Where none of them asks for removed API, that is
/// Python's.
pub fn used(words: BTreeSet<String>) -> BTreeSet<String> {
    let asks = words.contains(REMOVED_API);
    words.into_iter().filter(|word| offers(word) || asks && gives_back(word)).collect()
}

/// Whether builds among `builds` need the header for `name`.
pub fn is_needed(name: &str, builds: BuildSet) -> bool {
    match index_of_all().macro_definition(name) {
        Some(found) => !found.builds.intersect(builds).is_empty(),
        None => has(name),
    }
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use super::*;
    use crate::capi::PythonVersion;

    fn index_of(text: &str) -> &'static FileIndex {
        index_for(&ProjectIndex::new([(PathBuf::from("a.c"), FileIndex::scan(text.as_bytes()))]))
    }

    #[test]
    fn removed_api_is_for_those_who_ask() {
        let name = "PyEval_CallObject";
        assert!(!offers(name) && gives_back(name) && has(name));
        assert!(index_of("int x;\n").macro_definition(name).is_none());
        let asking = index_of("#define CAPI_COMPAT_REMOVED_API\n").macro_definition(name).unwrap();
        assert_eq!(asking.builds.intersect(BuildSet::before(PythonVersion::new(3, 13))), BuildSet::NONE);
        assert!(index().macro_definition("Py_NewRef").is_some());
        let words = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect::<BTreeSet<_>>();
        assert_eq!(used(words(&[name, "Py_NewRef", "x"])), words(&["Py_NewRef"]));
        assert_eq!(used(words(&[name, "Py_NewRef", REMOVED_API])), words(&[name, "Py_NewRef"]));
    }

    #[test]
    fn what_the_stable_abi_keeps_is_not_offered() {
        assert!(!offers("PyWeakref_GetObject") && !offers("_Py_SetImmortal"));
    }
}
