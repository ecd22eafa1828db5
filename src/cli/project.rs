//! The project that a file belongs to, and its index.

use std::collections::HashMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, LazyLock, Mutex, MutexGuard, PoisonError};
use std::thread;

use regex::bytes::Regex;

use super::baseline::Baseline;
use super::file_rules::FileRules;
use super::files::{Here, Input, Kind};
use super::read::{read_file, read_settings};
use super::walk::files_below;
use super::work::STACK_BYTES;
use crate::semantics::{FileIndex, ProjectIndex};
use crate::upgrade::{self, FileOptions};

/// Where a project begins.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Root {
    /// The folder in which the project declares itself.
    Folder(PathBuf),
    /// A file that lies in no project is one of its own.
    Lone(PathBuf),
}

impl Root {
    /// The folder of a project that declares itself.
    pub fn folder(&self) -> Option<&Path> {
        match self {
            Root::Folder(folder) => Some(folder),
            Root::Lone(_) => None,
        }
    }
}

/// Finds roots, and remembers them by folder.
#[derive(Debug, Default)]
pub struct Roots(HashMap<PathBuf, Above>);

/// What lies above a folder, itself among it.
#[derive(Clone, Debug)]
enum Above {
    /// A project begins in this folder.
    Project(PathBuf),
    /// Only a folder that is a part of one: the nearest.
    Part(PathBuf),
    /// Nothing.
    Nothing,
}

impl Roots {
    /// The root of the project of the file at the absolute path `file`.
    pub fn of(&mut self, file: &Path) -> Root {
        match self.above(file.parent().unwrap_or(file)) {
            Above::Project(folder) | Above::Part(folder) => Root::Folder(folder),
            Above::Nothing => Root::Lone(file.to_owned()),
        }
    }

    fn above(&mut self, folder: &Path) -> Above {
        // Up to the first folder that is known, and down again: each is looked into once.
        let mut unknown = Vec::new();
        let mut found = Above::Nothing;
        for folder in folder.ancestors() {
            if let Some(known) = self.0.get(folder) {
                found = known.clone();
                break;
            }
            unknown.push(folder);
        }
        for folder in unknown.into_iter().rev() {
            found = match (declares(folder), found) {
                (Above::Part(_), Above::Project(root)) => Above::Project(root),
                (Above::Nothing, above) => above,
                (own, _) => own,
            };
            self.0.insert(folder.to_owned(), found.clone());
        }
        found
    }
}

/// What the folder itself says.
fn declares(folder: &Path) -> Above {
    let has = |name: &str| folder.join(name).exists();
    if ["pyproject.toml", "setup.py", "setup.cfg", ".git"].into_iter().any(has) {
        return Above::Project(folder.to_owned());
    }
    // Meson wants a file in each of a project's folders. Only the one at the top begins a project.
    match read_settings(&folder.join("meson.build")) {
        Ok(text) if begins_meson_project(&text) => Above::Project(folder.to_owned()),
        Ok(_) => Above::Part(folder.to_owned()),
        Err(_) => Above::Nothing,
    }
}

/// The nearest folder from `folder` upwards in which a project declares itself.
pub fn root_above(folder: &Path) -> Option<PathBuf> {
    match Roots::default().above(folder) {
        Above::Project(root) | Above::Part(root) => Some(root),
        Above::Nothing => None,
    }
}

fn begins_meson_project(text: &[u8]) -> bool {
    static CALL: LazyLock<Regex> = LazyLock::new(|| Regex::new(r"(?m)^\s*project\s*\(").expect("a valid pattern"));
    CALL.is_match(text)
}

/// A project and the index of its files, which is built when it is first asked for.
pub struct Project {
    root: Root,
    here: Here,
    /// A file whose text is not what is on the disk.
    edited: Option<(PathBuf, Vec<u8>)>,
    rules: FileRules,
    jobs: usize,
    index: Mutex<Option<Arc<ProjectIndex>>>,
    is_touched: AtomicBool,
    shared: upgrade::Shared,
}

impl Project {
    /// The project at `root`. Its index is built in `jobs` threads.
    pub fn new(root: Root, here: &Here, jobs: usize) -> Project {
        Project {
            root,
            here: here.clone(),
            edited: None,
            rules: FileRules::default(),
            jobs,
            index: Mutex::default(),
            is_touched: AtomicBool::new(false),
            shared: upgrade::Shared::default(),
        }
    }

    /// Takes the text of `input` for what it is, if that did not come from the disk.
    pub fn with_text_of(mut self, input: &Input) -> Project {
        self.edited = input.text.clone().map(|text| (input.real.clone(), text));
        self
    }

    /// Takes what is wanted of its files.
    pub fn with_rules(mut self, rules: FileRules) -> Project {
        self.rules = rules;
        self
    }

    /// The baseline of its files.
    pub fn baseline(&self) -> Option<&Arc<Baseline>> {
        self.rules.baseline.as_ref()
    }

    /// Whether something in the project has asked for its index.
    pub fn is_touched(&self) -> bool {
        self.is_touched.load(Ordering::Relaxed)
    }

    /// Lets go of the index, which is built anew for whoever asks again, and of texts that were kept for later. For when
    /// nobody is likely to ask: those of many projects together are large.
    pub fn release(&self) {
        *self.lock_index() = None;
        self.shared.forget_texts();
    }

    fn lock_index(&self) -> MutexGuard<'_, Option<Arc<ProjectIndex>>> {
        self.index.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Every file of the project that says something about its C code, in order.
    fn files(&self) -> Vec<PathBuf> {
        let mut files = match &self.root {
            Root::Lone(file) => vec![file.clone()],
            Root::Folder(folder) => {
                files_below(folder, &self.here).flatten().filter(|file| Kind::of(file) != Kind::Other).collect()
            }
        };
        files.extend(self.edited.iter().map(|(file, _)| file.clone()));
        files.retain(|file| Kind::of(file) != Kind::Cython);
        files.sort();
        files.dedup();
        files
    }

    /// What `file` tells; nothing if it cannot be read, which is told when it is its turn to be rewritten.
    fn scan(&self, file: &Path) -> Option<FileIndex> {
        let scan = |text: &[u8]| catch_unwind(AssertUnwindSafe(|| FileIndex::survey(text))).ok();
        match &self.edited {
            Some((edited, text)) if edited == file => scan(text),
            _ => scan(&read_file(file).ok()?),
        }
    }

    /// Scans all files. The threads are its own: a worker of the pool that waited for the pool would take up another
    /// file meanwhile, and ask for the index that it is building.
    fn build(&self) -> ProjectIndex {
        let files = self.files();
        let next = AtomicUsize::new(0);
        let work = || {
            let turns = std::iter::from_fn(|| files.get(next.fetch_add(1, Ordering::Relaxed)));
            let scanned = turns.filter_map(|file| Some((self.inner_path(file), self.scan(file)?)));
            scanned.collect::<Vec<_>>()
        };
        let mut scanned = thread::scope(|scope| {
            let helpers: Vec<_> = (1..self.jobs.min(files.len()))
                .map_while(|_| thread::Builder::new().stack_size(STACK_BYTES).spawn_scoped(scope, work).ok())
                .collect();
            let mut scanned = work();
            for helper in helpers {
                scanned.extend(helper.join().unwrap_or_default());
            }
            scanned
        });
        scanned.sort_by(|(one, _), (other, _)| one.cmp(other));
        ProjectIndex::new(scanned)
    }

    /// The absolute path of the file at `relative` below the root.
    pub fn path_of(&self, relative: &Path) -> PathBuf {
        self.folder().join(relative)
    }

    /// The folder in which the project declares itself.
    pub fn declared_folder(&self) -> Option<&Path> {
        self.root.folder()
    }

    /// The folder in which its files lie.
    pub fn folder(&self) -> &Path {
        match &self.root {
            Root::Folder(folder) => folder,
            Root::Lone(file) => file.parent().unwrap_or(file),
        }
    }

    fn inner_path(&self, file: &Path) -> PathBuf {
        file.strip_prefix(self.folder()).unwrap_or(file).to_owned()
    }
}

impl upgrade::Project for Project {
    fn index(&self) -> Arc<ProjectIndex> {
        self.is_touched.store(true, Ordering::Relaxed);
        // Others wait meanwhile.
        Arc::clone(self.lock_index().get_or_insert_with(|| Arc::new(self.build())))
    }

    fn relative(&self, path: &Path) -> PathBuf {
        self.inner_path(&self.here.folder().join(path))
    }

    fn read(&self, relative: &Path) -> Option<Vec<u8>> {
        let file = self.path_of(relative);
        match &self.edited {
            Some((edited, text)) if *edited == file => Some(text.clone()),
            _ => read_file(&file).ok(),
        }
    }

    fn file_options(&self, relative: &Path) -> FileOptions {
        self.rules.options(&self.path_of(relative))
    }

    fn shared(&self) -> &upgrade::Shared {
        &self.shared
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    #[test]
    fn the_nearest_folder_that_declares_a_project_is_its_root() {
        let folder = tempfile::tempdir().unwrap();
        let top = folder.path();
        fs::create_dir_all(top.join("inner/src/deep")).unwrap();
        let root = |path: &str| Roots::default().of(&top.join(path));
        assert_eq!(root("inner/src/x.c"), Root::Lone(top.join("inner/src/x.c")));
        fs::write(top.join("setup.py"), "").unwrap();
        assert_eq!(root("inner/src/x.c"), Root::Folder(top.to_owned()));
        fs::create_dir(top.join("inner/.git")).unwrap();
        assert_eq!(root("inner/src/x.c"), Root::Folder(top.join("inner")));
    }

    #[test]
    fn a_meson_file_without_a_project_is_part_of_one() {
        let folder = tempfile::tempdir().unwrap();
        let top = folder.path();
        fs::create_dir_all(top.join("src")).unwrap();
        fs::write(top.join("src/meson.build"), "sources = ['x.c']\n").unwrap();
        assert_eq!(root_above(&top.join("src")), Some(top.join("src")));
        fs::write(top.join("meson.build"), "# build\nproject('x', 'c')\nsubdir('src')\n").unwrap();
        assert_eq!(root_above(&top.join("src")), Some(top.to_owned()));
    }
}
