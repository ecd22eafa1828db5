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
