//! What the files of a project declare, merged.

use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use rustc_hash::{FxHashMap, FxHashSet};

use super::file::{FileIndex, Function, IncludeEntry, Named, Structure, merge};
use super::lookup::{self, Tables};
use crate::capi::builtin_type_names;
use crate::source::Language;
use crate::syntax::{CType, TypeNames};

type FileId = u32;

/// The files of a project and what they declare together.
#[derive(Debug, Default)]
pub struct ProjectIndex {
    /// Sorted by path.
    files: Vec<File>,
    names: Paths,
    typedefs: Named<CType>,
    structures: Named<Structure>,
    macros: Named<Vec<Box<str>>>,
    /// By the declarations that are not static, or by the static ones if there are no others.
    functions: Named<Function>,
    /// The names of variables of any file.
    variables: FxHashSet<Box<str>>,
    /// The files that define a macro, a static function or an enumerator, sorted.
    holders: Named<Vec<FileId>>,
    type_names: OnceLock<TypeNames>,
    /// By file: those that include it themselves.
    direct_includers: OnceLock<Vec<Vec<FileId>>>,
}

#[derive(Debug)]
struct File {
    path: PathBuf,
    index: FileIndex,
    /// The project's files that it includes itself.
    includes: Vec<FileId>,
    /// Those that it includes in the end, sorted; worked out when it is first asked for.
    reachable: OnceLock<Vec<FileId>>,
    /// Those that include it in the end, sorted; worked out when it is first asked for.
    includers: OnceLock<Vec<FileId>>,
}

impl ProjectIndex {
    /// Merges the files, each given with its path below the project's root. Their order does not matter; of two
    /// with the same path the first counts.
    pub fn new(files: impl IntoIterator<Item = (PathBuf, FileIndex)>) -> ProjectIndex {
        let mut files: Vec<(PathBuf, FileIndex)> = files.into_iter().collect();
        files.sort_by(|a, b| a.0.cmp(&b.0));
        files.dedup_by(|later, earlier| later.0 == earlier.0);
        let mut project = ProjectIndex::default();
        let names = Paths::new(files.iter().map(|(path, _)| path.as_path()));
        for (id, (path, index)) in files.into_iter().enumerate() {
            let includes = names.resolve_all(id as FileId, &index.includes);
            project.merge(id as FileId, &index);
            project.files.push(File { path, index, includes, reachable: OnceLock::new(), includers: OnceLock::new() });
        }
        project.names = names;
        project.merge_structures();
        project
    }

    fn merge(&mut self, id: FileId, index: &FileIndex) {
        for (name, ctype) in &index.typedefs {
            merge(&mut self.typedefs, name, ctype.clone());
        }
        self.variables.extend(index.variables.keys().cloned());
        for (name, found) in &index.macros {
            self.holders.entry(name.clone()).or_default().push(id);
            let heads = self.macros.entry(name.clone()).or_default();
            if heads.len() < 8 {
                heads.extend(found.heads.iter().filter(|head| !heads.contains(head)).cloned().collect::<Vec<_>>());
            }
        }
        for name in &index.enumerators {
            let holders = self.holders.entry(name.clone()).or_default();
            if holders.last() != Some(&id) {
                holders.push(id);
            }
        }
        for (name, function) in &index.functions {
            if function.is_static {
                let holders = self.holders.entry(name.clone()).or_default();
                if holders.last() != Some(&id) {
                    holders.push(id);
                }
            }
            match self.functions.get_mut(name) {
                None => {
                    self.functions.insert(name.clone(), function.clone());
                }
                Some(known) if known.is_static && !function.is_static => *known = function.clone(),
                Some(known) if known.is_static == function.is_static => known.join(function),
                Some(_) => {}
            }
        }
    }

    /// A structure that several files define is an object only if each of them says so.
    fn merge_structures(&mut self) {
        for file in &self.files {
            for (name, own) in &file.index.structures {
                match self.structures.get_mut(name) {
                    None => {
                        self.structures.insert(name.clone(), own.clone());
                    }
                    Some(merged) => {
                        merged.object &= own.object;
                        if merged.heads != own.heads {
                            merged.heads.clear();
                        }
                        merged.join_fields(own.fields.iter().cloned());
                    }
                }
            }
        }
        for name in lookup::objects(self, self.structures.keys()) {
            if let Some(structure) = self.structures.get_mut(&name) {
                structure.object = true;
            }
        }
    }

    /// What a file declares.
    pub fn file(&self, path: &Path) -> Option<&FileIndex> {
        self.id(path).map(|id| &self.files[id as usize].index)
    }

    /// The paths and indices of all files, by path.
    pub fn files(&self) -> impl Iterator<Item = (&Path, &FileIndex)> {
        self.files.iter().map(|file| (file.path.as_path(), &file.index))
    }

    /// The names of all typedefs, sorted.
    pub fn typedef_names(&self) -> impl Iterator<Item = &str> {
        let mut names: Vec<&str> = self.typedefs.keys().map(|name| &**name).collect();
        names.sort_unstable();
        names.into_iter()
    }

    /// The names that are types in the project's files: its own typedefs, and those of the C API and common headers.
    pub fn type_names(&self) -> &TypeNames {
        self.type_names.get_or_init(|| {
            let mut names: TypeNames = builtin_type_names().collect();
            names.extend(self.typedef_names());
            names
        })
    }

    /// What a typedef stands for; unknown where files contradict each other.
    pub fn typedef(&self, name: &str) -> Option<&CType> {
        self.typedefs.get(name)
    }

    /// A structure by its tag; one without is called as the typedef that names it. Members of the same name and
    /// other types in different files have an unknown one.
    pub fn structure(&self, name: &str) -> Option<&Structure> {
        self.structures.get(name)
    }

    /// Whether a structure or typedef is a Python object: `PyObject` and its like, one that begins with
    /// `PyObject_HEAD` or with another object, by way of typedefs and macros too.
    pub fn is_object(&self, name: &str) -> bool {
        lookup::is_object(self, name)
    }

    /// A function by the declarations of all files; static ones count only where there are no others.
    pub fn function(&self, name: &str) -> Option<&Function> {
        self.functions.get(name)
    }

    /// The function that `name` stands for in the file at `path`: a static one of its own or of a file that it
    /// includes, else the one that files share.
    pub fn function_for(&self, path: &Path, name: &str) -> Option<&Function> {
        let own = self.seen_from(path, name).filter_map(|index| index.functions.get(name));
        let shared = || self.function(name).filter(|function| !function.is_static);
        own.into_iter().find(|function| function.is_static).or_else(shared)
    }

    /// The type of the variable that `name` stands for in the file at `path`, be it its own, or declared in a file
    /// that it includes.
    pub fn variable_for(&self, path: &Path, name: &str) -> Option<&CType> {
        // Most names are no variable of any file: nothing needs to be worked out for them.
        self.variables.get(name)?;
        let id = self.id(path)?;
        let own = self.files[id as usize].index.variables.get(name);
        own.or_else(|| self.reachable_ids(id).iter().find_map(|id| self.files[*id as usize].index.variables.get(name)))
    }

    /// Whether some file defines a macro or a function, not a static one, of that name.
    pub fn defines(&self, name: &str) -> bool {
        let is_shared = |function: &Function| function.defined && !function.is_static;
        self.macros.contains_key(name) || self.function(name).is_some_and(is_shared)
    }

    /// Whether `name` stands for a macro, function or enumerator of the project in the file at `path`: one that the
    /// file or a file that it includes defines, or a function that is not static of any file.
    pub fn is_defined_for(&self, path: &Path, name: &str) -> bool {
        let is_shared = |function: &Function| function.defined && !function.is_static;
        self.function(name).is_some_and(is_shared)
            || self.seen_from(path, name).any(|index| {
                index.has_live_macro(name)
                    || index.has_enumerator(name)
                    || index.functions.get(name).is_some_and(|function| function.defined)
            })
    }

    /// Whether `name` stands for a macro of the project in the file at `path`.
    pub fn is_macro_for(&self, path: &Path, name: &str) -> bool {
        self.seen_from(path, name).any(|index| index.macros.contains_key(name))
    }

    /// Whether a macro `name` may be defined where the file at `path` is compiled: the file defines it, or one that it
    /// includes, or one that includes it, or one that such a one includes.
    pub fn is_macro_around(&self, path: &Path, name: &str) -> bool {
        let holders = self.holders.get(name).map_or(&[][..], Vec::as_slice);
        let holds = |id: &FileId| self.files[*id as usize].index.macros.contains_key(name);
        let mut holders = holders.iter().copied().filter(holds).peekable();
        let Some(own) = self.id(path).filter(|_| holders.peek().is_some()) else { return holders.peek().is_some() };
        holders.any(|holder| self.meet(own, holder))
    }

    /// Whether `name` stands for a macro of the project in the file at `path` that may be several values.
    pub fn is_list_macro_for(&self, path: &Path, name: &str) -> bool {
        self.seen_from(path, name).any(|index| index.macros.get(name).is_some_and(|found| found.is_list))
    }

    /// Whether `name` stands for a macro of the project in the file at `path` that assigns to its argument (counted from 0)
    /// or takes its address.
    pub fn is_place_macro_for(&self, path: &Path, name: &str, argument: usize) -> bool {
        let assigns = |index: &FileIndex| index.macros.get(name).is_some_and(|found| found.places.contains(&argument));
        self.seen_from(path, name).any(assigns)
    }

    /// The file that `#include` of `name` in the one at `from` names.
    pub fn included(&self, from: &Path, name: &str) -> Option<&Path> {
        self.included_id(from, name).map(|id| self.files[id as usize].path.as_path())
    }

    /// The project's files that the one at `from` includes, directly or not, sorted; itself not among them.
    ///
    /// A name is looked up beside the including file, then below the root; else the one file whose path ends with
    /// it is taken.
    pub fn reachable(&self, from: &Path) -> impl Iterator<Item = &Path> {
        self.paths(self.id(from).map_or(&[], |id| self.reachable_ids(id)))
    }

    /// The project's files that include the one at `path`, directly or not, sorted; itself not among them.
    pub fn includers(&self, path: &Path) -> impl Iterator<Item = &Path> {
        self.paths(self.id(path).map_or(&[], |id| self.includer_ids(id)))
    }

    /// Whether the file at `from` includes the one at `to`, directly or not. None includes itself.
    pub fn reaches(&self, from: &Path, to: &Path) -> bool {
        let (from, to) = (self.id(from), self.id(to));
        from.zip(to).is_some_and(|(from, to)| self.reachable_ids(from).binary_search(&to).is_ok())
    }

    /// Whether two files are compiled together: they are one, one includes the other, or a third includes both.
    pub fn are_together(&self, one: &Path, other: &Path) -> bool {
        one == other || self.id(one).zip(self.id(other)).is_some_and(|(one, other)| self.meet(one, other))
    }

    /// The project's files that `#include` of `name` brings into the file at `from`: the one it names and those that
    /// one includes in turn.
    pub fn reached_by(&self, from: &Path, name: &str) -> Vec<&Path> {
        let Some(direct) = self.included_id(from, name) else { return Vec::new() };
        let ids = std::iter::once(direct).chain(self.reachable_ids(direct).iter().copied());
        ids.map(|id| self.files[id as usize].path.as_path()).collect()
    }

    /// Whether sources of the project include the file, and all of them are C++ by their names.
    pub fn is_for_cpp_alone(&self, path: &Path) -> bool {
        let mut is_included = false;
        for includer in self.includers(path).chain([path]) {
            match Language::of_name(includer) {
                Some(Language::C) => return false,
                Some(Language::Cpp) => is_included = true,
                None => {}
            }
        }
        is_included
    }

    fn included_id(&self, from: &Path, name: &str) -> Option<FileId> {
        self.names.resolve(self.id(from)?, name)
    }

    fn paths<'p>(&'p self, ids: &'p [FileId]) -> impl Iterator<Item = &'p Path> {
        ids.iter().map(|id| self.files[*id as usize].path.as_path())
    }

    fn id(&self, path: &Path) -> Option<FileId> {
        self.names.ids.get(normalized(&path.to_string_lossy()).as_str()).copied()
    }

    /// The indices, of the file at `path` and those that it includes, that hold a macro or static function `name`.
    fn seen_from(&self, path: &Path, name: &str) -> impl Iterator<Item = &FileIndex> {
        let holders = self.holders.get(name).map_or(&[][..], Vec::as_slice);
        // Most names have no holder: nothing needs to be worked out for them.
        let id = if holders.is_empty() { None } else { self.id(path) };
        let own = id.filter(|id| holders.binary_search(id).is_ok());
        let others = id.map_or(&[][..], |id| self.reachable_ids(id));
        let included = holders.iter().copied().filter(|holder| others.binary_search(holder).is_ok());
        own.into_iter().chain(included).map(|id| &self.files[id as usize].index)
    }

    fn reachable_ids(&self, from: FileId) -> &[FileId] {
        self.files[from as usize].reachable.get_or_init(|| self.closure(from, |id| &self.files[id as usize].includes))
    }

    fn includer_ids(&self, of: FileId) -> &[FileId] {
        let direct = self.direct_includers.get_or_init(|| {
            let mut includers = vec![Vec::new(); self.files.len()];
            for (id, file) in self.files.iter().enumerate() {
                file.includes.iter().for_each(|included| includers[*included as usize].push(id as FileId));
            }
            includers
        });
        self.files[of as usize].includers.get_or_init(|| self.closure(of, |id| &direct[id as usize]))
    }

    /// The files that `next` leads to from one of them, in the end, sorted; itself not among them.
    fn closure<'p>(&'p self, from: FileId, next: impl Fn(FileId) -> &'p [FileId]) -> Vec<FileId> {
        let mut is_seen = vec![false; self.files.len()];
        is_seen[from as usize] = true;
        let mut found = vec![from];
        let mut begun = 0;
        for _ in 0..MAX_INCLUDE_DEPTH {
            let ring = begun..found.len();
            begun = found.len();
            for at in ring {
                // Where headers include one another, there is soon nothing left to find.
                if found.len() == self.files.len() {
                    break;
                }
                let new = next(found[at]).iter().filter(|file| !std::mem::replace(&mut is_seen[**file as usize], true));
                found.extend(new);
            }
        }
        found.swap_remove(0);
        found.sort_unstable();
        found
    }

    /// Whether some file is or includes `one` and is or includes `other`.
    fn meet(&self, one: FileId, other: FileId) -> bool {
        let (above_one, above_other) = (self.includer_ids(one), self.includer_ids(other));
        let (few, many) =
            if above_one.len() < above_other.len() { (above_one, above_other) } else { (above_other, above_one) };
        one == other
            || above_one.binary_search(&other).is_ok()
            || above_other.binary_search(&one).is_ok()
            || few.iter().any(|root| many.binary_search(root).is_ok())
    }
}

/// How deep includes are followed; compilers end there, too.
const MAX_INCLUDE_DEPTH: usize = 200;

impl Tables for ProjectIndex {
    fn typedef(&self, name: &str) -> Option<&CType> {
        self.typedefs.get(name)
    }

    fn structure(&self, name: &str) -> Option<&Structure> {
        self.structures.get(name)
    }

    fn macro_heads(&self, name: &str) -> Option<&[Box<str>]> {
        self.macros.get(name).map(Vec::as_slice)
    }
}

/// Finds files by the names that `#include`s use.
#[derive(Debug, Default)]
struct Paths {
    ids: FxHashMap<Box<str>, FileId>,
    paths: Vec<String>,
    /// The files by the last part of their paths.
    by_last_part: FxHashMap<String, Vec<FileId>>,
}

impl Paths {
    fn new<'p>(paths: impl Iterator<Item = &'p Path>) -> Paths {
        let paths: Vec<String> = paths.map(|path| normalized(&path.to_string_lossy())).collect();
        let mut ids = FxHashMap::default();
        let mut by_last_part: FxHashMap<String, Vec<FileId>> = FxHashMap::default();
        for (id, path) in paths.iter().enumerate() {
            ids.entry(path.as_str().into()).or_insert(id as FileId);
            by_last_part.entry(last_part(path).to_owned()).or_default().push(id as FileId);
        }
        Paths { ids, paths, by_last_part }
    }

    fn resolve_all(&self, from: FileId, includes: &[IncludeEntry]) -> Vec<FileId> {
        let mut found: Vec<FileId> = includes.iter().filter_map(|entry| self.resolve(from, &entry.name)).collect();
        found.sort_unstable();
        found.dedup();
        found
    }

    fn resolve(&self, from: FileId, name: &str) -> Option<FileId> {
        let folder = self.paths[from as usize].rsplit_once('/').map_or("", |(folder, _)| folder);
        let beside = normalized(&format!("{folder}/{name}"));
        let below_root = normalized(name);
        if let Some(id) = self.ids.get(beside.as_str()).or_else(|| self.ids.get(below_root.as_str())) {
            return Some(*id);
        }
        let suffix = below_root.trim_start_matches("../");
        let candidates = self.by_last_part.get(last_part(suffix))?;
        let fits = |id: &&FileId| {
            let path = &self.paths[**id as usize];
            path.strip_suffix(suffix).is_some_and(|rest| rest.is_empty() || rest.ends_with('/'))
        };
        let mut fitting = candidates.iter().filter(fits);
        let only = fitting.next()?;
        fitting.next().is_none().then_some(*only)
    }
}

fn last_part(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}

/// The path with `/` between its parts and without `.`, empty parts, and `..` where something stands before it.
fn normalized(path: &str) -> String {
    let mut parts: Vec<&str> = Vec::new();
    for part in path.split(['/', '\\']) {
        match part {
            "" | "." => {}
            ".." if parts.last().is_some_and(|last| *last != "..") => {
                parts.pop();
            }
            _ => parts.push(part),
        }
    }
    parts.join("/")
}
