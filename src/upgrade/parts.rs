//! Files that include nothing, being parts of others: what they need of the compat header, their includers bring.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use super::include::{self, Placement};
use super::pass::Read;
use super::{Options, Project, Run, Shared, generated, search_for};
use crate::semantics::{FileIndex, ProjectIndex};

/// How deep parts of files that are parts themselves are followed.
const MAX_PART_DEPTH: usize = 3;

impl Shared {
    /// For a project of which only some files are rewritten: those of them that include nothing come with what they
    /// leave to their includers.
    pub fn of_parts(needs: BTreeMap<PathBuf, BTreeSet<String>>, index: &ProjectIndex) -> Shared {
        let bare = if needs.is_empty() { needs } else { passed_on(needs, &parts(index), index) };
        Shared { bare: OnceLock::from(bare), ..Shared::default() }
    }
}

/// What the file at `path`, below the root of the project, must bring for the sake of the files that it includes and that
/// include nothing, as far as nothing it includes before them has brought it.
pub fn needs_of_parts(project: &dyn Project, options: &Options, path: &Path) -> BTreeSet<String> {
    let bare = project.shared().bare.get_or_init(|| bare_needs(project, options));
    needs_of_included(bare, &project.index(), path)
}

fn needs_of_included(
    bare: &BTreeMap<PathBuf, BTreeSet<String>>,
    index: &ProjectIndex,
    path: &Path,
) -> BTreeSet<String> {
    let mut needs = BTreeSet::new();
    let Some(file) = index.file(path).filter(|_| !bare.is_empty()) else { return needs };
    let is_bare = |name: &str| index.included(path, name).is_some_and(|direct| bare.contains_key(direct));
    if !file.includes().any(|entry| is_bare(&entry.name)) {
        return needs;
    }
    let mut seen: Vec<&FileIndex> = Vec::new();
    for entry in file.includes() {
        let reached = index.reached_by(path, &entry.name);
        if let Some(wanted) = reached.first().and_then(|direct| bare.get(*direct)) {
            let brought = |name: &str| {
                seen.iter().any(|file| {
                    file.macro_definition(name).is_some()
                        || file.function(name).is_some_and(|function| function.defined)
                })
            };
            needs.extend(wanted.iter().filter(|name| !brought(name)).cloned());
        }
        seen.extend(reached.iter().filter_map(|file| index.file(file)));
    }
    needs
}

/// What the files that include nothing will need of the compat header.
fn bare_needs(project: &dyn Project, options: &Options) -> BTreeMap<PathBuf, BTreeSet<String>> {
    let index = &*project.index();
    let parts = parts(index);
    let own = parts.iter().filter_map(|path| {
        let own = project.file_options(path);
        if own.excluded {
            return None;
        }
        let search = search_for(options.catalogue, &own.transforms(options));
        let text = project.read(path).filter(|text| search.is_candidate(text))?;
        if generated::generator(&text).is_some() || generated::is_compat_header(&text) {
            return None;
        }
        let read = Read::new(&text).ok().filter(|read| read.may_hold(&text, &search, options.catalogue))?;
        let run = Run { read: Some(read), ..Run::new(&text, path, project, index, &search, options) };
        let (outcome, rewritten, needs) = run.to_fixpoint(&mut |_| true).ok()?;
        let placement = include::placement(&rewritten, options.header.as_deref()?, &needs, &run.context);
        let found = matches!(placement, Placement::ByIncluders).then(|| (path.to_path_buf(), needs.clone()));
        project.shared().keep_rewritten(path, text, (outcome, rewritten, needs));
        found
    });
    passed_on(own.collect(), &parts, index)
}

/// The files that include nothing.
fn parts(index: &ProjectIndex) -> Vec<&Path> {
    // Parts of other files may include headers for editors to see, under a condition that no build meets.
    let is_header = |name: &str| name.ends_with(".h");
    let is_part = |path: &Path, file: &FileIndex| {
        let mut headers = file.includes().filter(|entry| is_header(&entry.name));
        file.includes().next().is_none()
            || !is_header(&path.to_string_lossy()) && headers.all(|entry| entry.conditional)
    };
    index.files().filter(|(path, file)| is_part(path, file)).map(|(path, _)| path).collect()
}

/// With what a part of a part needs: it passes that on.
fn passed_on(
    mut needs: BTreeMap<PathBuf, BTreeSet<String>>,
    parts: &[&Path],
    index: &ProjectIndex,
) -> BTreeMap<PathBuf, BTreeSet<String>> {
    for _ in 0..MAX_PART_DEPTH {
        let passed: Vec<_> = parts.iter().map(|path| (*path, needs_of_included(&needs, index, path))).collect();
        for (path, names) in passed.into_iter().filter(|(_, names)| !names.is_empty()) {
            needs.entry(path.to_owned()).or_default().extend(names);
        }
    }
    needs
}
