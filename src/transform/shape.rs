//! Shapes of code that take more than a pattern to find: what a transform file says of one. The mechanism is a file in
//! `src/rewriters/` of the same name.

use serde::Deserialize;

/// What a rewriter of its own finds and rewrites.
#[derive(Clone, Debug)]
pub enum Shape {
    /// Conditionals that the oldest Python decides.
    DeadGuards(DeadGuards),
}

/// `[[dead-guards]]`: branches of `#if`s that no Python in range compiles, and conditions that all of them meet.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct DeadGuards {
    /// The macros that hold the version. What a project defines itself says nothing of Python's.
    pub versions: Vec<String>,
    /// The words by which a condition asks whether there is a macro.
    pub presence: Vec<String>,
}
