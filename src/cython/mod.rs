//! Cython files: which names of C they take over from headers and from the modules that come with Cython.
//!
//! They are not parsed as a whole. A lexer makes logical lines of them, and from those follow the blocks of
//! `cdef extern from`, what stands in them, and the `cimport`s.

mod declaration;
mod lexer;
mod mentions;

use std::path::Path;

pub use lexer::lex;
pub use mentions::{Mention, MentionKind, Origin, mentions};

/// Whether the file at `path` is one of Cython, by its name.
pub fn is_cython(path: &Path) -> bool {
    let extension = path.extension().and_then(|extension| extension.to_str());
    matches!(extension, Some("pyx" | "pxd" | "pxi"))
}
