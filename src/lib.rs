//! Moves C and C++ extension modules to today's Python C API.

pub mod capi;
pub mod cli;
mod cython;
pub mod edit;
mod guards;
pub mod header;
mod packaging;
pub mod report;
mod rewriters;
pub mod semantics;
pub mod source;
pub mod syntax;
pub mod transform;
pub mod upgrade;

/// What the laws of `tests/fuzzed` ask of a room that is nobody else's business.
#[doc(hidden)]
pub mod fuzzing {
    pub use crate::guards::{NothingKnown, prunings};
}
