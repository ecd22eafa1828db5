//! After `--vendor`: the build files of a project hear of its copies of the header.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use anyhow::Context;

use super::beside;
use super::bounds::inside;
use super::console::Console;
use super::files::{Here, Input};
use super::project::Project;
use super::read::read_file;
use super::write;
use crate::packaging::{self, Change, Files, Header};
use crate::report::readable;

/// The files of a project on the disk.
struct OnDisk<'p>(&'p Project);

impl Files for OnDisk<'_> {
    fn read(&self, path: &Path) -> Option<String> {
        let path = inside(&self.0.path_of(path), self.0.folder()).ok()?;
        String::from_utf8(read_file(&path).ok()?).ok()
    }

    fn has(&self, path: &Path) -> bool {
        self.0.path_of(path).is_file()
    }
}

/// A copy of the header, by its absolute path, and whether there was none before.
pub type Placed = (PathBuf, bool);

/// Writes what the build files of `project` need for `copies`, and says what a person has to add.
pub fn announce(
    project: &Project,
    copies: &[Placed],
    includers: &BTreeSet<PathBuf>,
    here: &Here,
    console: &mut Console,
) {
    let (changes, notes) = planned(project, copies, includers);
    let above = |path: &PathBuf| path.ancestors().skip(1).map(Path::to_owned).collect::<Vec<_>>();
    let folders: BTreeSet<PathBuf> = copies.iter().flat_map(|(path, _)| above(path)).collect();
    folders.iter().filter(|folder| folder.starts_with(project.folder())).for_each(|folder| beside::clear(folder));
    for change in &changes {
        let path = project.path_of(&change.path);
        match write(&path, project, change, here) {
            Ok(()) => console.note(&format!("{}: names the header now", readable(&here.shown(&path)))),
            Err(error) => console.error(&error),
        }
    }
    notes.iter().for_each(|note| console.note(note));
}

/// What the build files of `project` need for `copies`, and what a person has to add.
pub fn planned(project: &Project, copies: &[Placed], includers: &BTreeSet<PathBuf>) -> (Vec<Change>, Vec<String>) {
    let Some(root) = project.declared_folder() else { return Default::default() };
    let headers = copies.iter().filter_map(|(path, is_new)| {
        let inner = path.strip_prefix(root).ok()?;
        let parts: Option<Vec<&str>> = inner.iter().map(|part| part.to_str()).collect();
        Some(Header { path: parts?.join("/"), is_new: *is_new })
    });
    let headers: Vec<Header> = headers.collect();
    let plan = packaging::plan(&OnDisk(project), &headers, includers);
    (plan.changes, plan.notes)
}

fn write(path: &Path, project: &Project, change: &Change, here: &Here) -> anyhow::Result<()> {
    let named = || readable(&here.shown(path));
    let real = inside(path, project.folder()).with_context(named)?;
    let Some(old) = &change.old else { return write::create(&real, change.new.as_bytes()).with_context(named) };
    let input = Input { shown: here.shown(&real), real, text: None };
    write::replace(&input, old.as_bytes(), change.new.as_bytes())
}
