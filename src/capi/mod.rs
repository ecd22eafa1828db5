//! What is known of Python and its C API: versions, sets of builds, and facts about symbols.
//!
//! This room reads no user file and imports nothing of ours.

mod builds;
mod facts;
mod macros;
mod range;
mod symbols;
mod version;

pub use builds::{Build, BuildSet, Implementation};
pub use facts::{
    assigns_to, canonical_type, field_type, global_type, head_macro, is_object_type, is_place_handed_on,
    leaves_function, place_of_field, return_type,
};
pub use macros::{Presence, macro_presence};
pub use range::PythonRange;
pub use symbols::{Symbol, builtin_type_names, is_builtin_type, is_header, symbol, symbols};
pub use version::{ParseVersionError, PythonVersion};
