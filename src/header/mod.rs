//! The compat header that comes with the program: what it offers, parts of it, and copies of it in projects.

mod copy;
mod part;
mod piece;
mod place;
mod table;

use std::sync::LazyLock;

use crate::capi::BuildSet;
use crate::semantics::FileIndex;

pub use copy::{Copy, Stamp, stamped};
pub use part::{Part, part};
pub use place::{Includer, folders};
pub use table::{Backport, backports};

/// The name under which the header is known.
pub const NAME: &str = "capi_compat.h";

/// The whole header.
pub const TEXT: &str = include_str!("../../compat-header/capi_compat.h");

/// The header's macros and their guards. Everything that it gives is a macro, or a type that only its functions take.
pub fn index() -> &'static FileIndex {
    static INDEX: LazyLock<FileIndex> = LazyLock::new(|| FileIndex::of_directives(TEXT.as_bytes()));
    &INDEX
}

/// Whether the header has something called `name` that a user of it may name.
pub fn offers(name: &str) -> bool {
    piece::whole().offers.contains(name)
}

/// Everything that the header has for its users, sorted.
pub fn offered() -> impl Iterator<Item = &'static str> {
    piece::whole().offers.iter().map(String::as_str)
}

/// Whether builds among `builds` need the header for `name`.
pub fn is_needed(name: &str, builds: BuildSet) -> bool {
    match index().macro_definition(name) {
        Some(found) => !found.builds.intersect(builds).is_empty(),
        None => offers(name),
    }
}
