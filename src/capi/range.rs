//! Ranges of Python versions.

use super::builds::BuildSet;
use super::version::PythonVersion;

/// The Pythons an extension is built for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PythonRange {
    /// The oldest one that must still work.
    pub min: PythonVersion,
    /// The newest one that must work.
    pub target: PythonVersion,
}

impl PythonRange {
    /// The builds of the Pythons in range.
    pub fn builds(self) -> BuildSet {
        BuildSet::matching(|build| self.min <= build.version && build.version <= self.target)
    }
}
