//! Syntax trees. This room alone knows the parser crates; no type of theirs leaves it.

mod c;
mod tree;
mod types;

pub use crate::source::mask::TypeNames;
pub use c::parse;
pub use tree::{AssignOperator, BinaryOperator, NodeId, NodeKind, SyntaxTree, UnaryOperator};
pub use types::CType;

/// A region that did not parse.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unparsed {
    /// Where the parser gave up, in the file.
    pub offset: u32,
    /// Why, in lower case and without a full stop.
    pub reason: String,
}
