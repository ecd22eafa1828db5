//! Where a copy of the header goes, so that the files which include it find it without a change of the build.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use crate::semantics::ProjectIndex;

/// A file that includes the header, by its path below the project's root.
pub type Includer = PathBuf;

/// The folders that get a copy, so that each of `includers` finds one: a folder is looked into by the files in it, and
/// by those that include another header of the project which is found only from there. As few folders as can be,
/// found one by one; of two that serve as many files the one in which more of them lie, then the one with the shorter
/// path.
pub fn folders(project: &ProjectIndex, includers: &BTreeSet<Includer>) -> Vec<PathBuf> {
    let mut served: BTreeMap<PathBuf, BTreeSet<&Includer>> = BTreeMap::new();
    for file in includers {
        let own = file.parent().unwrap_or(Path::new("")).to_owned();
        let searched = include_path(project, file);
        for folder in searched.into_iter().chain([own]) {
            served.entry(folder).or_default().insert(file);
        }
    }
    let mut chosen = Vec::new();
    let mut left: BTreeSet<&Includer> = includers.iter().collect();
    while !left.is_empty() {
        let serves = |files: &BTreeSet<&Includer>| files.intersection(&left).count();
        // A quoted include is looked for beside the file first, whatever the build's include path is.
        let beside = |folder: &Path| left.iter().filter(|file| file.parent() == Some(folder)).count();
        let best = served.iter().max_by_key(|(folder, files)| {
            let length = folder.components().count();
            (serves(files), beside(folder), std::cmp::Reverse(length), std::cmp::Reverse(folder.as_path()))
        });
        let Some((folder, files)) = best else { break };
        left.retain(|file| !files.contains(file));
        chosen.push(folder.clone());
    }
    chosen.sort();
    chosen
}

/// The folders of the project, other than its own, in which the headers lie that a file includes in quotes: they are on
/// its include path. What stands in angle brackets may be a header of the system that has the same name.
fn include_path(project: &ProjectIndex, file: &Path) -> BTreeSet<PathBuf> {
    let own = file.parent().unwrap_or(Path::new(""));
    let includes = project.file(file).into_iter().flat_map(|index| index.includes());
    let folders = includes.filter(|entry| !entry.angled).filter_map(|entry| {
        let found = project.reached_by(file, &entry.name).first().copied()?;
        let folder = found.ancestors().nth(Path::new(&*entry.name).components().count())?;
        (folder.join(&*entry.name) == found && folder != own).then(|| folder.to_owned())
    });
    folders.collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::semantics::FileIndex;

    fn chosen(files: &[(&str, &str)]) -> Vec<String> {
        let scanned = files.iter().map(|(path, text)| (PathBuf::from(path), FileIndex::scan(text.as_bytes())));
        let project = ProjectIndex::new(scanned);
        let includers = files.iter().map(|(path, _)| PathBuf::from(path)).filter(|path| path.ends_with("x.c"));
        folders(&project, &includers.collect()).iter().map(|folder| folder.to_string_lossy().into_owned()).collect()
    }

    #[test]
    fn beside_the_files_that_include_it() {
        assert_eq!(chosen(&[("src/x.c", "")]), ["src"]);
        assert_eq!(chosen(&[("x.c", "")]), [""]);
        assert_eq!(chosen(&[("a/x.c", ""), ("b/x.c", "")]), ["a", "b"], "nothing says that one finds the other's");
    }

    #[test]
    fn one_folder_for_all_where_they_look_into_it() {
        let own = "#include \"own.h\"";
        assert_eq!(chosen(&[("a/x.c", own), ("b/x.c", own), ("include/own.h", "")]), ["include"]);
        assert_eq!(chosen(&[("a/x.c", own), ("b/x.c", ""), ("include/own.h", "")]), ["a", "b"]);
        let below = "#include \"pack/own.h\"";
        assert_eq!(chosen(&[("a/x.c", below), ("b/x.c", below), ("inc/pack/own.h", "")]), ["inc"]);
        let deep = [("a/b/x.c", "#include \"own.h\""), ("include/own.h", "")];
        assert_eq!(chosen(&deep), ["a/b"], "its own folder is certain, the other is a guess");
        let system = "#include <own.h>";
        assert_eq!(chosen(&[("a/x.c", system), ("b/x.c", system), ("include/own.h", "")]), ["a", "b"]);
    }
}
