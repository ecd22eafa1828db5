//! `--vendor`: puts the compat header where the files that include it find it, and tells the build files of it.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use super::args::UpgradeArgs;
use super::console::Console;
use super::copies::{Target, Written};
use super::files::Here;
use super::header::{names_in, tell_written};
use super::packaging::{self, Placed};
use super::project::Project;
use super::read::read_file;
use crate::header::{self, Copy, Includer, Part, stamped};
use crate::semantics::ProjectIndex;
use crate::source::{directive, directives, include};
use crate::upgrade::Project as _;

/// Whether `text` includes the header by the name `header`.
pub fn includes(text: &[u8], header: &str) -> bool {
    let lines = directives(text);
    lines.iter().any(|line| include(text, &directive(text, line)).is_some_and(|found| found.name == header))
}

/// Writes or renews the copies that the files of `project` need. `rewritten` are those, by their paths below its root,
/// whose new text includes the header; its index may not know of that.
pub fn vendor(
    project: &Project,
    rewritten: &BTreeSet<PathBuf>,
    args: &UpgradeArgs,
    here: &Here,
    console: &mut Console,
) {
    let name = args.header.as_str();
    let index = project.index();
    let known = index.files().filter(|(_, file)| file.includes().any(|entry| *entry.name == *name));
    let mut includers: BTreeSet<Includer> = known.map(|(path, _)| path.to_owned()).collect();
    includers.extend(rewritten.iter().cloned());
    includers.retain(|path| path.file_name() != Path::new(name).file_name());
    if includers.is_empty() {
        return;
    }
    let words: BTreeSet<String> = includers
        .iter()
        .filter_map(|path| read_file(&project.path_of(path)).ok())
        .flat_map(|text| names_in(&text))
        .chain(index.defines(header::REMOVED_API).then(|| header::REMOVED_API.to_owned()))
        .collect();
    let used = header::used(words);
    let mut copies: Vec<Placed> = Vec::new();
    for path in places(project, index, &includers, name, args.vendor.as_ref().and_then(Option::as_deref), here) {
        match renew(path.clone(), &used, args.force, here, console) {
            Ok(written) => copies.push((path, written == Written::New)),
            Err(error) => console.error(&error),
        }
    }
    packaging::announce(project, &copies, &includers, here, console);
}

/// The paths of the copies to write or to renew.
fn places(
    project: &Project,
    index: &ProjectIndex,
    includers: &BTreeSet<Includer>,
    name: &str,
    folder: Option<&Path>,
    here: &Here,
) -> BTreeSet<PathBuf> {
    if let Some(folder) = folder {
        return BTreeSet::from([here.folder().join(folder).join(name)]);
    }
    // Who included a copy before goes on with it.
    let copy_of = |path: &Includer| {
        let found = index.reached_by(path, name).first().copied()?;
        let text = read_file(&project.path_of(found)).ok()?;
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
    copies.iter().map(|copy| project.path_of(copy)).collect()
}

fn renew(
    path: PathBuf,
    used: &BTreeSet<String>,
    force: bool,
    here: &Here,
    console: &Console,
) -> anyhow::Result<Written> {
    let target = Target::at(path, here)?;
    let text = match target.replaceable() {
        Ok(Some(copy)) => copy.renewed(used.iter().cloned()),
        Ok(None) => stamped(&Part::default()),
        Err(_) if force => stamped(&Part::default()),
        Err(error) => return Err(error),
    };
    let written = target.write(&text, here)?;
    tell_written(target.shown(), &text, written, console);
    Ok(written)
}
