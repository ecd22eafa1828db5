//! Shapes of code that take more than a pattern to find: what a transform file says of one. The mechanism is a file in
//! `src/rewriters/` of the same name.

use serde::Deserialize;

/// What a rewriter of its own finds and rewrites.
#[derive(Clone, Debug)]
pub enum Shape {
    /// Three variables that hold the exception which is set.
    ExceptionTriple(ExceptionTriple),
    /// Conditionals that the oldest Python decides.
    DeadGuards(DeadGuards),
}

/// `[[exception-triple]]`: an exception is taken out as type, value and traceback, and put back, where one object will
/// do.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct ExceptionTriple {
    /// The function that takes it out, by three addresses.
    pub fetch: String,
    /// The function that makes the value an object of the type, by three addresses.
    pub normalize: String,
    /// The function that puts it back, and takes over three references.
    pub restore: String,
    /// The function that takes it out as one object.
    pub get: String,
    /// The function that puts one object back, and takes over its reference.
    pub set: String,
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

impl Shape {
    /// Whether it is found in the conditionals of a file and not in its code.
    pub fn is_of_conditionals(&self) -> bool {
        match self {
            Shape::ExceptionTriple(_) => false,
            Shape::DeadGuards(_) => true,
        }
    }

    /// The names at which the rewriter looks at a region.
    pub fn triggers(&self) -> Vec<&str> {
        match self {
            Shape::ExceptionTriple(triple) => vec![&triple.fetch],
            Shape::DeadGuards(guards) => guards.versions.iter().chain(&guards.presence).map(String::as_str).collect(),
        }
    }

    /// The names that it may write.
    pub fn introduces(&self) -> Vec<&str> {
        match self {
            Shape::ExceptionTriple(triple) => vec![&triple.get, &triple.set],
            Shape::DeadGuards(_) => Vec::new(),
        }
    }
}
