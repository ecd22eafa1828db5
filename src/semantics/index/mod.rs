//! What a project declares: types of variables, members and results, which structures are Python objects, and which
//! functions and macros are the project's own.
//!
//! The index is read from tokens alone, for all files before any is looked at closely. It never parses, keeps no
//! text, and says nothing about what stands inside functions.

mod file;
mod lookup;
mod places;
mod project;
mod scanner;
mod words;

#[cfg(test)]
mod tests;

pub use file::{FileIndex, IncludeEntry, Macro};
pub use project::ProjectIndex;
