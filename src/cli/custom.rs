//! Transforms of the user's own, which lie in folders beside the built-in ones.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, anyhow};

use super::args::{CustomArgs, RangeArgs};
use super::bounds::{inside, reach, real};
use super::config::Config;
use super::console::Console;
use super::files::Here;
use super::project::root_above;
use super::range;
use super::read::{read_settings_text, reason};
use crate::capi::PythonRange;
use crate::report::readable;
use crate::transform::{Catalogue, Transform};

/// The built-in transforms, those in `folders`, which are named below the current folder, and those in a project's `own`,
/// in which no link may lead out of it.
///
/// # Errors
///
/// Everything that is wrong with a folder or a file in it.
pub fn catalogue(folders: &[PathBuf], own: &[PathBuf], here: &Here) -> Result<&'static Catalogue, Vec<anyhow::Error>> {
    if folders.is_empty() && own.is_empty() {
        return Ok(Catalogue::builtin());
    }
    let mut errors = Vec::new();
    let mut files = BTreeSet::new();
    let named = folders.iter().map(|folder| (folder, None));
    for (folder, bounds) in named.chain(own.iter().map(|folder| (folder, Some(reach(folder))))) {
        match files_of(&here.folder().join(folder), bounds) {
            Ok(found) if found.is_empty() => errors.push(anyhow!("no transforms (*.toml) in {}", readable(folder))),
            Ok(found) => files.extend(found),
            Err(error) => errors.push(error.context(readable(folder))),
        }
    }
    let mut custom: Vec<(Transform, &Path)> = Vec::new();
    for file in &files {
        let found = read(file).and_then(|transform| {
            let before = custom.iter().find(|(other, _)| other.id() == transform.id()).map(|(_, other)| *other);
            let other = match before {
                Some(other) => format!("in {}", readable(&here.shown(other))),
                None if Catalogue::builtin().find(transform.id()).is_some() => "built in".to_owned(),
                None => return Ok(transform),
            };
            Err(anyhow!("a transform called `{}` is {other}", transform.id()))
        });
        match found {
            Ok(transform) => custom.push((transform, file)),
            Err(error) => errors.push(error.context(readable(&here.shown(file)))),
        }
    }
    if !errors.is_empty() {
        return Err(errors);
    }
    Ok(Catalogue::with(custom.into_iter().map(|(transform, _)| transform).collect()))
}

/// The Pythons and the transforms of the project that the current folder lies in, and those of the command line.
///
/// # Errors
///
/// Versions that nothing is known of, and the last of all that is wrong with transforms; the others are told.
pub fn of_current_folder(
    range: RangeArgs,
    args: &CustomArgs,
    console: &mut Console,
) -> anyhow::Result<(PythonRange, &'static Catalogue)> {
    range::check(range, console)?;
    let here = Here::new()?;
    let config = Config::of(root_above(here.folder()).as_deref(), &here);
    let settings = config.settings.map_err(|errors| last(errors, console))?;
    let range = range::of_project(range, &settings, config.requirement, console)?;
    let found = catalogue(&args.folders, &settings.transforms, &here);
    Ok((range, found.map_err(|errors| last(errors, console))?))
}

/// Tells all errors but the last.
pub fn last(mut errors: Vec<anyhow::Error>, console: &mut Console) -> anyhow::Error {
    let last = errors.pop().unwrap_or_else(|| anyhow!("nothing is known of what is wrong"));
    errors.iter().for_each(|error| console.error(error));
    last
}

/// The files of transforms in a folder and the folders in it, without links, so that one that is reached twice counts
/// once. They lie in `bounds`, if there are any.
fn files_of(folder: &Path, bounds: Option<&Path>) -> anyhow::Result<BTreeSet<PathBuf>> {
    let mut files = BTreeSet::new();
    let mut add = |path: PathBuf| -> anyhow::Result<()> {
        if path.extension().is_some_and(|extension| extension == "toml") {
            let real = bounds.map_or_else(|| real(&path), |bounds| inside(&path, bounds));
            files.insert(real.with_context(|| path.file_name().map(Path::new).map(readable).unwrap_or_default())?);
        }
        Ok(())
    };
    for path in entries(folder)? {
        match path.is_dir() {
            true => entries(&path)?.into_iter().filter(|path| !path.is_dir()).try_for_each(&mut add)?,
            false => add(path)?,
        }
    }
    Ok(files)
}

fn entries(folder: &Path) -> anyhow::Result<Vec<PathBuf>> {
    let entries = fs::read_dir(folder).and_then(Iterator::collect::<Result<Vec<_>, _>>);
    let entries = entries.map_err(|error| anyhow!(reason(&error)))?;
    Ok(entries.into_iter().map(|entry| entry.path()).collect())
}

fn read(file: &Path) -> anyhow::Result<Transform> {
    let id = file.file_stem().and_then(|stem| stem.to_str()).filter(|id| is_kebab_case(id));
    let id = id.ok_or_else(|| anyhow!("the name of the file is the id of the transform, which is in kebab-case"))?;
    Ok(Transform::custom(id, &read_settings_text(file)?)?)
}

fn is_kebab_case(id: &str) -> bool {
    let is_part =
        |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit());
    id.split('-').all(is_part)
}
