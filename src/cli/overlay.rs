//! A project some of whose files do not have the text that is on the disk.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::project::Project;
use crate::semantics::ProjectIndex;
use crate::upgrade::{self, FileOptions, Shared};

/// Texts of files by their absolute paths.
pub type Texts = BTreeMap<PathBuf, Vec<u8>>;

/// A project as it would be if its files had `texts`. What its files declare is what they declared on the disk:
/// rewriting changes no declaration.
pub struct Overlay<'p> {
    project: &'p Project,
    texts: &'p Texts,
    shared: Shared,
}

impl<'p> Overlay<'p> {
    /// Of `project`. What is worked out for all its files is kept in `shared`.
    pub fn new(project: &'p Project, texts: &'p Texts, shared: Shared) -> Overlay<'p> {
        Overlay { project, texts, shared }
    }
}

impl upgrade::Project for Overlay<'_> {
    fn index(&self) -> Arc<ProjectIndex> {
        self.project.index()
    }

    fn relative(&self, path: &Path) -> PathBuf {
        self.project.relative(path)
    }

    fn read(&self, relative: &Path) -> Option<Vec<u8>> {
        let known = self.texts.get(&self.project.path_of(relative));
        known.cloned().or_else(|| self.project.read(relative))
    }

    fn file_options(&self, relative: &Path) -> FileOptions {
        self.project.file_options(relative)
    }

    fn shared(&self) -> &Shared {
        &self.shared
    }
}
