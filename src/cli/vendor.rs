//! `--vendor`: puts the compat header where the files that include it find it, and tells the build files of it.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use anyhow::anyhow;

use super::args::UpgradeArgs;
use super::bounds::real;
use super::console::Console;
use super::copies::{Target, Written};
use super::files::Here;
use super::header::{names_in, tell_written};
use super::overlay::Texts;
use super::packaging::{self, Placed};
use super::project::Project;
use super::read::read_file;
use crate::header::{self, Copy, Includer, Part, stamped};
use crate::report::readable;
use crate::semantics::ProjectIndex;
use crate::source::{directive, directives, include};
use crate::upgrade::Project as _;

/// Whether `text` includes the header by the name `header`.
pub fn includes(text: &[u8], header: &str) -> bool {
    let lines = directives(text);
    lines.iter().any(|line| include(text, &directive(text, line)).is_some_and(|found| found.name == header))
}

/// A file that `--vendor` makes or renews.
pub struct Change {
    /// The path that the user sees.
    pub shown: PathBuf,
    /// Its text, if it was there.
    pub old: Option<Vec<u8>>,
    /// Its new text.
    pub new: Vec<u8>,
}

/// Writes or renews the copies that the files of `project` need, which include it by `name`, and tells its build files.
/// `rewritten` are those, by their paths below its root, whose new text includes the header; its index may not know of
/// that. `texts` are the new ones of files that have not been written yet: the header is there before anything includes it.
pub fn vendor(
    project: &Project,
    name: &str,
    rewritten: &BTreeSet<PathBuf>,
    texts: &Texts,
    args: &UpgradeArgs,
    here: &Here,
    console: &mut Console,
) {
    let includers = includers(project, name, rewritten);
    let mut copies: Vec<Placed> = Vec::new();
    for copy in wanted(project, name, &includers, texts, args, here) {
        let written = copy.and_then(|(target, text)| {
            let written = target.write(&text)?;
            tell_written(target.shown(), &text, written, console);
            Ok((target.path().to_owned(), written == Written::New))
        });
        match written {
            Ok(placed) => copies.push(placed),
            Err(error) => console.error(&error),
        }
    }
    packaging::announce(project, &copies, &includers, here, console);
}

/// Says that a project includes no header, so that none is put there.
pub fn tell_unwanted(console: &Console) {
    console.note("--vendor: no header is put into a project that wants none");
}

/// What [`vendor`] would write once the files have `texts`.
pub fn plan(
    project: &Project,
    name: &str,
    rewritten: &BTreeSet<PathBuf>,
    texts: &Texts,
    args: &UpgradeArgs,
    here: &Here,
    console: &mut Console,
) -> Vec<Change> {
    let includers = includers(project, name, rewritten);
    let mut copies: Vec<Placed> = Vec::new();
    let mut changes = Vec::new();
    for copy in wanted(project, name, &includers, texts, args, here) {
        match copy {
            Ok((target, text)) => {
                copies.push((target.path().to_owned(), target.old().is_none()));
                let old = target.old().map(<[u8]>::to_vec);
                changes.push(Change { shown: target.shown().to_owned(), old, new: text.into_bytes() });
            }
            Err(error) => console.error(&error),
        }
    }
    let (told, notes) = packaging::planned(project, &copies, &includers);
    notes.iter().for_each(|note| console.note(note));
    changes.extend(told.into_iter().map(|change| Change {
        shown: here.shown(&project.path_of(&change.path)),
        old: change.old.map(String::into_bytes),
        new: change.new.into_bytes(),
    }));
    changes.retain(|change| change.old.as_ref() != Some(&change.new));
    changes
}

/// The files that include the header, `rewritten` among them.
fn includers(project: &Project, name: &str, rewritten: &BTreeSet<PathBuf>) -> BTreeSet<Includer> {
    let index = project.index();
    let known = index.files().filter(|(_, file)| file.includes().any(|entry| *entry.name == *name));
    let mut includers: BTreeSet<Includer> = known.map(|(path, _)| path.to_owned()).collect();
    includers.extend(rewritten.iter().cloned());
    includers.retain(|path| path.file_name() != Path::new(name).file_name());
    includers
}

/// The copies that `includers` need, or why one cannot be written. `texts` are those of files that are not yet on the disk.
fn wanted(
    project: &Project,
    name: &str,
    includers: &BTreeSet<Includer>,
    texts: &Texts,
    args: &UpgradeArgs,
    here: &Here,
) -> Vec<anyhow::Result<(Target, String)>> {
    if includers.is_empty() {
        return Vec::new();
    }
    let index = project.index();
    let text_of = |path: &PathBuf| {
        let path = project.path_of(path);
        texts.get(&path).cloned().or_else(|| read_file(&path).ok())
    };
    let words: BTreeSet<String> = includers
        .iter()
        .filter_map(text_of)
        .flat_map(|text| names_in(&text))
        .chain(index.defines(header::REMOVED_API).then(|| header::REMOVED_API.to_owned()))
        .collect();
    let used = header::used(words);
    let folder = args.vendor.as_ref().and_then(Option::as_deref);
    let places = places(project, &index, includers, name, folder, here);
    let bounds = folder.map(|folder| here.folder().join(folder));
    let bounds: Vec<PathBuf> = bounds.into_iter().chain([project.folder().to_owned()]).collect();
    places.iter().map(|path| renewed(path, &bounds, &used, args.force, here)).collect()
}

/// The paths of the copies to write or to renew, first those that are there for the files beside them.
fn places(
    project: &Project,
    index: &ProjectIndex,
    includers: &BTreeSet<Includer>,
    name: &str,
    folder: Option<&Path>,
    here: &Here,
) -> Vec<PathBuf> {
    if let Some(folder) = folder {
        return vec![here.folder().join(folder).join(name)];
    }
    // Who included a copy before goes on with it. For others the one in another folder does only if it is not there for the
    // files beside it: those may be all that a run has come to before it was killed.
    let has_includers = |folder: Option<&Path>| includers.iter().any(|path| path.parent() == folder);
    let includes = |path: &Includer| index.file(path).is_some_and(|file| file.includes().any(|one| *one.name == *name));
    let copy_of = |path: &Includer| {
        let found = index.reached_by(path, name).first().copied()?;
        let is_elsewhere = found.parent() != path.parent() && has_includers(found.parent());
        let text = read_file(&project.path_of(found)).ok().filter(|_| includes(path) || !is_elsewhere)?;
        Copy::read(&text).map(|_| found.to_owned())
    };
    let mut copies: BTreeSet<PathBuf> = BTreeSet::new();
    let mut left: BTreeSet<Includer> = BTreeSet::new();
    for path in includers {
        match copy_of(path) {
            Some(copy) => drop(copies.insert(copy)),
            None => drop(left.insert(path.clone())),
        }
    }
    copies.extend(header::folders(index, &left).into_iter().map(|folder| folder.join(name)));
    let mut copies = Vec::from_iter(copies);
    copies.sort_by_key(|copy| !has_includers(copy.parent()));
    copies.iter().map(|copy| project.path_of(copy)).collect()
}

/// What is to be written at `path`, which must lie in one of the folders `bounds`: its name is the project's.
fn renewed(
    path: &Path,
    bounds: &[PathBuf],
    used: &BTreeSet<String>,
    force: bool,
    here: &Here,
) -> anyhow::Result<(Target, String)> {
    let target = Target::at(path, here)?;
    if !bounds.iter().filter_map(|folder| real(folder).ok()).any(|folder| target.path().starts_with(folder)) {
        return Err(anyhow!("leads out of the project, so it is left alone").context(readable(target.shown())));
    }
    let text = match target.replaceable() {
        Ok(Some(copy)) => copy.renewed(used.iter().cloned()),
        Ok(None) => stamped(&Part::default()),
        Err(_) if force => stamped(&Part::default()),
        Err(error) => return Err(error),
    };
    Ok((target, text))
}
