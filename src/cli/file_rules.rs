//! What a project, or the command line, asks for of single files.

use std::path::Path;
use std::sync::Arc;

use super::baseline::Baseline;
use super::globs::Globs;
use crate::upgrade::FileOptions;

/// What is asked for of the files of a project.
#[derive(Debug, Default)]
pub struct FileRules {
    /// Files to leave alone.
    pub exclude: Globs,
    /// Files, and the places of the transforms that do not run on them.
    pub ignores: Vec<(Globs, Vec<usize>)>,
    /// What is known of them.
    pub baseline: Option<Arc<Baseline>>,
}

impl FileRules {
    /// What is asked for of the file at the absolute path `file`.
    pub fn options(&self, file: &Path) -> FileOptions {
        let ignores = self.ignores.iter().filter(|(globs, _)| globs.match_file(file));
        FileOptions {
            excluded: self.exclude.match_file(file),
            ignored: ignores.flat_map(|(_, places)| places).copied().collect(),
            known: self.baseline.as_ref().map(|baseline| baseline.known(file)).unwrap_or_default(),
        }
    }
}
