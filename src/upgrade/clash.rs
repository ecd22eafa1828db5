//! Functions and enumerators of a project that get in the way of the compat header: the header has a macro of the same
//! name.

use std::path::{Path, PathBuf};

use crate::semantics::{FileIndex, ProjectIndex};

/// The first function or enumerator that `file` defines and `header` brings, too.
pub fn clash<'f>(file: &'f FileIndex, header: &FileIndex) -> Option<&'f str> {
    file.defined_functions().chain(file.enumerators()).filter(|name| header.macro_definition(name).is_some()).min()
}

/// The files of a project that define such a name, each with the first one. Few projects have any.
#[derive(Debug, Default)]
pub struct Clashes(Vec<(PathBuf, String)>);

impl Clashes {
    /// Looks through all files.
    pub fn new(project: &ProjectIndex, header: &FileIndex) -> Clashes {
        let found = project.files().filter_map(|(path, file)| Some((path.to_owned(), clash(file, header)?.to_owned())));
        Clashes(found.collect())
    }

    /// A name that collides where the file at `path` is compiled: its own, or one of a file that is not a header
    /// and is compiled along with it, because one includes the other or a third includes both.
    pub fn around(&self, project: &ProjectIndex, path: &Path) -> Option<&str> {
        let is_header = |path: &Path| path.extension().is_some_and(|extension| extension == "h");
        // Behind a header that the file includes itself the compat header does no harm. One that comes along with the
        // file is read before it or after it.
        let is_behind = |other: &Path| other != path && is_header(other) && project.reaches(path, other);
        let found = self.0.iter().find(|(other, _)| !is_behind(other) && project.are_together(path, other));
        found.map(|(_, name)| name.as_str())
    }
}
