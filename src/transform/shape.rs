//! Shapes of code that take more than a pattern to find: what a transform file says of one. The mechanism is a file in
//! `src/rewriters/` of the same name.

use serde::Deserialize;

/// What a rewriter of its own finds and rewrites.
#[derive(Clone, Debug)]
pub enum Shape {
    /// Three variables that hold the exception which is set.
    ExceptionTriple(ExceptionTriple),
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

impl Shape {
    /// The names at which the rewriter looks at a region.
    pub fn triggers(&self) -> Vec<&str> {
        match self {
            Shape::ExceptionTriple(triple) => vec![&triple.fetch],
        }
    }

    /// The names that it may write.
    pub fn introduces(&self) -> Vec<&str> {
        match self {
            Shape::ExceptionTriple(triple) => vec![&triple.get, &triple.set],
        }
    }
}
