//! Shapes of code that take more than a pattern to find: what a transform file says of one. The mechanism is a file in
//! `src/rewriters/` of the same name.

use serde::Deserialize;

use super::pattern::TreePattern;

/// What a rewriter of its own finds and rewrites.
pub enum Shape {
    /// Conditionals that the oldest Python decides.
    DeadGuards(DeadGuards),
    /// A call that raises where something is only absent, and the code that tells that from a failure.
    ReturnConvention(ReturnConvention),
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

/// What `[[return-convention]]` says, parsed. What is written in the place of the call is the template of its rule.
pub struct ReturnConvention {
    /// An assignment whose value is a null pointer after a failure, or a call whose value is then negative.
    pub call: TreePattern,
    /// What code asks to tell a failure from what is only absent.
    pub question: TreePattern,
    /// Whether the answer yes means that something is absent; else it means a failure.
    pub is_absent: bool,
    /// What code asks to tell whether there is an exception at all, as it is written.
    pub failed: String,
    /// What takes the exception for what is absent away; none where there is none.
    pub clear: Option<TreePattern>,
    /// Functions that put another exception in its place.
    pub raises: Vec<String>,
}
