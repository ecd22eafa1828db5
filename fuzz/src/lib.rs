//! The laws that the targets check, shared with `cargo test`, which holds them over past findings.

#[path = "../../tests/common/mod.rs"]
mod common;
#[path = "../../tests/fuzzed/mod.rs"]
mod fuzzed;

pub use fuzzed::{LAWS, hold, seeds};
