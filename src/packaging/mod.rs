//! What a project's build files must say of a new header, so that it gets into source distributions and a change of it
//! is a reason to build again. They are edited where one entry beside its neighbours is plainly right; else a note says
//! what is to be added.

mod backend;
mod listed;
mod lists;
mod manifest;
mod patterns;
mod pyproject;
mod setup;

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

pub use backend::Backend;

/// The files of a project, by their paths below its root.
pub trait Files {
    /// The text of a file, if it is there and is text.
    fn read(&self, path: &Path) -> Option<String>;
    /// Whether there is a file.
    fn has(&self, path: &Path) -> bool;
}

/// A header that was put into a project.
#[derive(Clone, Debug)]
pub struct Header {
    /// Its path below the root, with slashes.
    pub path: String,
    /// Whether there was none before.
    pub is_new: bool,
}

impl Header {
    /// The folder it lies in; empty for the root.
    fn folder(&self) -> &str {
        self.path.rsplit_once('/').map_or("", |(folder, _)| folder)
    }

    fn name(&self) -> &str {
        self.path.rsplit_once('/').map_or(&self.path, |(_, name)| name)
    }
}

/// A build file and what becomes of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// Its path below the root.
    pub path: PathBuf,
    /// Its text, if it was there.
    pub old: Option<String>,
    /// Its new text.
    pub new: String,
}

/// What is to be done about some headers.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Plan {
    /// The files to write, in order of their paths.
    pub changes: Vec<Change>,
    /// What a person has to do.
    pub notes: Vec<String>,
}

/// What the build files of a project need for `headers`, which `includers` include.
pub fn plan(files: &dyn Files, headers: &[Header], includers: &BTreeSet<PathBuf>) -> Plan {
    let mut draft = Draft { files, includers, new: BTreeMap::new(), notes: Vec::new() };
    for header in headers {
        distribute(&mut draft, header);
        setup::depend(&mut draft, header);
        listed::list(&mut draft, header);
    }
    let changes = draft.new.into_iter().map(|(path, new)| Change { old: files.read(&path), path, new });
    Plan { changes: changes.collect(), notes: draft.notes }
}

/// Gets `header` into source distributions.
fn distribute(draft: &mut Draft<'_>, header: &Header) {
    match Backend::of(draft.files) {
        Some(Backend::Setuptools { tracked }) => manifest::include(draft, header, tracked),
        Some(Backend::Tracked) => draft.ask_to_commit(header),
        Some(Backend::Listed(lists)) => pyproject::include(draft, header, lists),
        Some(Backend::Unknown) if header.is_new => {
            draft.note(format!("see that source distributions hold {}", header.path));
        }
        Some(Backend::Unknown) | None => {}
    }
}

/// Build files while they change: of several headers each finds what was written for those before it.
struct Draft<'f> {
    files: &'f dyn Files,
    includers: &'f BTreeSet<PathBuf>,
    new: BTreeMap<PathBuf, String>,
    notes: Vec<String>,
}

impl Draft<'_> {
    fn text(&self, path: &Path) -> Option<String> {
        self.new.get(path).cloned().or_else(|| self.files.read(path))
    }

    fn put(&mut self, path: &Path, text: String) {
        self.new.insert(path.to_owned(), text);
    }

    fn note(&mut self, note: String) {
        if !self.notes.contains(&note) {
            self.notes.push(note);
        }
    }

    fn ask_to_commit(&mut self, header: &Header) {
        if header.is_new {
            self.note(format!("commit {}: source distributions hold what the repository does", header.path));
        }
    }
}

/// How lines end in `text`.
fn newline(text: &str) -> &'static str {
    if text.contains("\r\n") { "\r\n" } else { "\n" }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A project held in memory.
    #[derive(Clone)]
    pub struct Memory(pub BTreeMap<PathBuf, String>);

    impl Memory {
        pub fn with(files: &[(&str, &str)]) -> Memory {
            Memory(files.iter().map(|(path, text)| (PathBuf::from(path), (*text).to_owned())).collect())
        }
    }

    impl Files for Memory {
        fn read(&self, path: &Path) -> Option<String> {
            self.0.get(path).cloned()
        }

        fn has(&self, path: &Path) -> bool {
            self.0.contains_key(path)
        }
    }

    /// Plans for `src/capi_compat.h`, and checks that a second run changes nothing.
    pub fn planned(files: &[(&str, &str)]) -> (BTreeMap<String, String>, Vec<String>) {
        let mut memory = Memory::with(files);
        let headers = [Header { path: "src/capi_compat.h".to_owned(), is_new: true }];
        let includers = BTreeSet::from([PathBuf::from("src/x.c"), PathBuf::from("src/public.h")]);
        let first = plan(&memory, &headers, &includers);
        memory.0.extend(first.changes.iter().map(|change| (change.path.clone(), change.new.clone())));
        let second = plan(&memory, &headers, &includers);
        assert_eq!(second.changes, [], "a second run changes nothing");
        let changes = first.changes.into_iter();
        (changes.map(|change| (change.path.to_string_lossy().into_owned(), change.new)).collect(), first.notes)
    }

    #[test]
    fn copies_in_several_folders_each_get_theirs() {
        let memory = Memory::with(&[("setup.py", ""), ("MANIFEST.in", "include README\n")]);
        let header = |path: &str| Header { path: path.to_owned(), is_new: true };
        let plan = plan(&memory, &[header("a/capi_compat.h"), header("capi_compat.h")], &BTreeSet::new());
        let new = "include README\ninclude a/capi_compat.h\ninclude capi_compat.h\n";
        assert_eq!(plan.changes.len(), 1);
        assert_eq!(plan.changes[0].new, new);
    }

    #[test]
    fn nothing_is_built_without_a_build_file() {
        assert_eq!(planned(&[("src/x.c", "")]), (BTreeMap::new(), Vec::new()));
    }
}
