//! From the paths on the command line to the files they stand for.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use anyhow::{Context, anyhow};
use ignore::{DirEntry, WalkBuilder};

use super::files::{Here, Input, Kind};
use super::read::{self, reason};
use crate::report::readable;

/// What the paths of a command line stand for.
#[derive(Debug, Default)]
pub struct Found {
    /// Files to read, each once, in order of their paths.
    pub files: Vec<Input>,
    /// Files in languages that are not read yet, as they are shown.
    pub not_read: Vec<PathBuf>,
    /// Folders in which there is no file to read, as they are shown.
    pub empty: Vec<PathBuf>,
    /// What could not be understood or read.
    pub errors: Vec<anyhow::Error>,
}

/// Finds the files that `paths` name or hold.
pub fn find(paths: &[PathBuf], here: &Here) -> Found {
    let mut found = Found::default();
    // By shown path: files named twice, or by a link, or in a folder that is named too, are one file.
    let mut files = BTreeMap::new();
    let mut not_read = BTreeSet::new();
    for path in paths {
        let mut add = |real: PathBuf| match Kind::of(&real) {
            Kind::Source | Kind::Cython => drop(files.insert(here.shown(&real), real)),
            Kind::ObjectiveC => drop(not_read.insert(here.shown(&real))),
            Kind::Other => {}
        };
        match resolve(path, here) {
            Ok(Target::File(real)) => add(real),
            Ok(Target::Folder(real)) => {
                let mut empty = true;
                for entry in files_below(&real, here) {
                    match entry {
                        Ok(file) => {
                            empty &= !Kind::of(&file).is_read();
                            add(file);
                        }
                        Err(error) => found.errors.push(error),
                    }
                }
                if empty {
                    found.empty.push(path.clone());
                }
            }
            Err(error) => found.errors.push(error),
        }
    }
    // Folders are read in any order, and one that is named twice fails twice.
    found.errors.sort_by_cached_key(|error| format!("{error:#}"));
    found.errors.dedup_by_key(|error| format!("{error:#}"));
    found.files = files.into_iter().map(|(shown, real)| Input { real, shown, text: None }).collect();
    found.not_read = not_read.into_iter().collect();
    found
}

enum Target {
    File(PathBuf),
    Folder(PathBuf),
}

/// What a path on the command line is, links followed.
fn resolve(path: &Path, here: &Here) -> anyhow::Result<Target> {
    let real = here.folder().join(path).canonicalize();
    let real = real.map_err(|error| anyhow!(reason(&error))).with_context(|| readable(path))?;
    if real.is_dir() {
        return Ok(Target::Folder(real));
    }
    if Kind::of(&real) == Kind::Other {
        return Err(not_c()).with_context(|| readable(path));
    }
    Ok(Target::File(real))
}

/// The message for a file that was named and is not to be read.
pub fn not_c() -> anyhow::Error {
    anyhow!("not a C, C++ or Cython file by its name")
}

/// All files below `folder` but those that a `.gitignore` names and those in hidden folders. Links are not followed:
/// what they lead to has a place of its own, or belongs to somebody else.
///
/// A folder whose `.gitignore` cannot be read is left out: what of it is wanted is not known.
pub fn files_below(folder: &Path, here: &Here) -> impl Iterator<Item = anyhow::Result<PathBuf>> {
    let refused: Vec<anyhow::Error> =
        folder.ancestors().filter_map(|folder| check_gitignore(folder, here).err()).collect();
    let mut walk = WalkBuilder::new(folder);
    // Only what lies with the project decides, so that the same tree gives the same files on every machine.
    walk.standard_filters(false).git_ignore(true).parents(true).require_git(false);
    let may_begin = refused.is_empty();
    let refused = Arc::new(Mutex::new(refused));
    let (refuse, all_here) = (Arc::clone(&refused), here.clone());
    walk.filter_entry(move |entry| {
        let wanted = || check_gitignore(entry.path(), &all_here);
        is_visible(entry) && (!is_folder(entry) || wanted().map_err(|error| locked(&refuse).push(error)).is_ok())
    });
    // Building it reads what the folders above say.
    let entries = may_begin.then(|| walk.build()).into_iter().flatten();
    let files = entries.filter_map(move |entry| match entry {
        Ok(entry) => entry.file_type().is_some_and(|kind| kind.is_file()).then(|| Ok(entry.into_path())),
        Err(error) => Some(Err(walk_error(&error, here))),
    });
    files.chain(std::iter::from_fn(move || locked(&refused).pop().map(Err)))
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

fn is_folder(entry: &DirEntry) -> bool {
    entry.file_type().is_some_and(|kind| kind.is_dir())
}

fn is_visible(entry: &DirEntry) -> bool {
    entry.depth() == 0 || !is_folder(entry) || !entry.file_name().as_encoded_bytes().starts_with(b".")
}

/// Whether the walk can read what the `.gitignore` of `folder` says, if it has one.
fn check_gitignore(folder: &Path, here: &Here) -> anyhow::Result<()> {
    let path = folder.join(".gitignore");
    read::check_gitignore(&path).with_context(|| readable(&here.shown(&path)))
}

fn walk_error(error: &ignore::Error, here: &Here) -> anyhow::Error {
    match (path_of(error), error.io_error()) {
        (Some(path), Some(io)) => anyhow!(reason(io)).context(readable(&here.shown(path))),
        _ => anyhow!("{error}"),
    }
}

fn path_of(error: &ignore::Error) -> Option<&Path> {
    match error {
        ignore::Error::WithPath { path, .. } => Some(path),
        ignore::Error::WithDepth { err, .. } | ignore::Error::WithLineNumber { err, .. } => path_of(err),
        _ => None,
    }
}
