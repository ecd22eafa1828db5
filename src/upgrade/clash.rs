//! Functions of a project that get in the way of the compat header: the header has a macro of the same name.

use std::path::Path;

use crate::semantics::{FileIndex, ProjectIndex};

/// A function that collides with `header` where the file at `path` is compiled: its own, or one of a file that is not
/// a header and is compiled along with it, because one includes the other or a third includes both.
pub fn clash_around<'p>(project: &'p ProjectIndex, path: &Path, header: &FileIndex) -> Option<&'p str> {
    let is_header = |path: &Path| path.extension().is_some_and(|extension| extension == "h");
    let clashing: Vec<(&Path, &str)> = project
        .files()
        .filter_map(|(other, file)| Some((other, clash(file, header)?)))
        .filter(|(other, _)| *other == path || !is_header(other))
        .collect();
    let together = |root: &Path, other: &Path| root == other || project.reachable(root).contains(&other);
    let found = clashing.into_iter().find(|(other, _)| {
        *other == path
            || together(path, other)
            || project.files().any(|(root, _)| together(root, path) && together(root, other))
    });
    found.map(|(_, name)| name)
}

/// The first function that `file` defines and `header` brings, too.
pub fn clash<'f>(file: &'f FileIndex, header: &FileIndex) -> Option<&'f str> {
    file.defined_functions().filter(|name| header.macro_definition(name).is_some()).min()
}
