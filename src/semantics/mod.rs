//! What a piece of code means, as far as it can be told: types, whose name a name is, how a value is used. Answers
//! are yes, no or unknown. This room never edits.

mod context;
mod flow;
mod index;
mod model;
mod spelling;

pub use context::{Use, use_of};
pub use index::{FileIndex, IncludeEntry, Macro, ProjectIndex};
pub use model::{Answer, FunctionAround, SemanticModel};
pub use spelling::Spelling;
