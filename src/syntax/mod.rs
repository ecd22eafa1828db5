//! Syntax trees. This room alone knows the parser crates; no type of theirs leaves it.

mod c;
mod cpp;
mod tree;
mod types;

pub use crate::source::mask::TypeNames;
pub use tree::{AssignOperator, BinaryOperator, NodeId, NodeKind, SyntaxTree, UnaryOperator};
pub use types::CType;

use crate::source::{Language, Region, RegionKind};

/// How large a region may be, in bytes.
const MAX_BYTES: u32 = 1 << 20;

/// How deep brackets may nest in a region.
const MAX_NESTING: usize = 400;

/// Parses a region; `types` are the names known to be types. Never panics, whatever the bytes.
///
/// # Errors
///
/// The region does not parse, or is too large or too deep.
pub fn parse(source: &[u8], region: &Region, types: &TypeNames) -> Result<SyntaxTree, Unparsed> {
    match (region.language, region.kind) {
        // The bodies of macros are read as C: it is they that are shared with C, and C knows what an expression is.
        (Language::Cpp, RegionKind::Function { .. } | RegionKind::Declaration) => cpp::parse(source, region),
        _ => c::parse(source, region, types),
    }
}

/// A region that did not parse.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unparsed {
    /// Where the parser gave up, in the file.
    pub offset: u32,
    /// Why, in lower case and without a full stop.
    pub reason: String,
}
