//! From the paths on the command line to the files they stand for.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use anyhow::{Context, anyhow};
use ignore::{DirEntry, WalkBuilder};

use super::files::{Here, Input, Kind};
use super::read::reason;
use crate::report::readable;
use crate::source::MAX_FILE_BYTES;

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
pub fn files_below(folder: &Path, here: &Here) -> impl Iterator<Item = anyhow::Result<PathBuf>> {
    let mut walk = WalkBuilder::new(folder);
    // Only what lies with the project decides, so that the same tree gives the same files on every machine.
    walk.standard_filters(false).git_ignore(true).parents(true).require_git(false);
    let odd: Vec<PathBuf> = folder.ancestors().filter_map(odd_rules).collect();
    let (is_odd, odd) = (!odd.is_empty(), Arc::new(Mutex::new(odd)));
    let found = Arc::clone(&odd);
    walk.filter_entry(move |entry| {
        let odd = if is_visible(entry) && is_folder(entry) { odd_rules(entry.path()) } else { None };
        let is_walked = is_visible(entry) && odd.is_none();
        if let Some(odd) = odd {
            found.lock().unwrap_or_else(PoisonError::into_inner).push(odd);
        }
        is_walked
    });
    // The rules are read as soon as a folder is begun.
    let walk = if is_odd { None } else { Some(walk.build()) };
    let files = walk.into_iter().flatten().filter_map(move |entry| match entry {
        Ok(entry) => entry.file_type().is_some_and(|kind| kind.is_file()).then(|| Ok(entry.into_path())),
        Err(error) => Some(Err(walk_error(&error, here))),
    });
    let odd = std::iter::once_with(move || std::mem::take(&mut *odd.lock().unwrap_or_else(PoisonError::into_inner)));
    files.chain(odd.flatten().map(|rules| {
        Err(anyhow!("not a regular file, or too large, so the folder is left out")
            .context(readable(&here.shown(&rules))))
    }))
}

/// The `.gitignore` of a folder, if it is there and reading it might never end.
fn odd_rules(folder: &Path) -> Option<PathBuf> {
    let rules = folder.join(".gitignore");
    let is_fine =
        rules.metadata().map_or(true, |rules| rules.is_dir() || rules.is_file() && rules.len() <= MAX_FILE_BYTES);
    (!is_fine).then_some(rules)
}

fn is_folder(entry: &DirEntry) -> bool {
    entry.file_type().is_some_and(|kind| kind.is_dir())
}

fn is_visible(entry: &DirEntry) -> bool {
    entry.depth() == 0 || !is_folder(entry) || !entry.file_name().as_encoded_bytes().starts_with(b".")
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
