//! Patterns for paths, as `.gitignore` has them.

use std::path::{Component, Path, PathBuf};

use ignore::gitignore::{Gitignore, GitignoreBuilder};

/// Patterns, and the folder that they are about.
#[derive(Clone, Debug)]
pub struct Globs {
    folder: PathBuf,
    patterns: Gitignore,
}

impl Default for Globs {
    fn default() -> Globs {
        Globs { folder: PathBuf::new(), patterns: Gitignore::empty() }
    }
}

impl Globs {
    /// Patterns for what lies below the absolute path `folder`.
    ///
    /// # Errors
    ///
    /// Everything that is wrong with them.
    pub fn new(folder: &Path, patterns: &[&str]) -> Result<Globs, Vec<String>> {
        // The paths that are matched are relative already.
        let mut builder = GitignoreBuilder::new("");
        let mut errors = Vec::new();
        for pattern in patterns {
            // People write `./src`, which no path begins with.
            let anchored = pattern.strip_prefix("./").map(|rest| format!("/{rest}"));
            if let Err(error) = builder.add_line(None, anchored.as_deref().unwrap_or(pattern)) {
                errors.push(format!("`{pattern}` is not a pattern: {}", reason(&error)));
            }
        }
        match builder.build() {
            _ if !errors.is_empty() => Err(errors),
            Ok(patterns) => Ok(Globs { folder: folder.to_owned(), patterns }),
            Err(error) => Err(vec![error.to_string()]),
        }
    }

    /// Whether they match the file at the absolute path `file`, or a folder that it lies in.
    pub fn match_file(&self, file: &Path) -> bool {
        if self.patterns.is_empty() {
            return false;
        }
        // What lies elsewhere has no path below the folder, but names that patterns without folders are about.
        let inner = file.strip_prefix(&self.folder).unwrap_or(file);
        let inner: PathBuf = inner.components().filter(|part| matches!(part, Component::Normal(_))).collect();
        self.patterns.matched_path_or_any_parents(inner, false).is_ignore()
    }
}

fn reason(error: &ignore::Error) -> String {
    match error {
        ignore::Error::Glob { err, .. } => err.clone(),
        _ => error.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn matches(patterns: &[&str], file: &str) -> bool {
        Globs::new(Path::new("/project"), patterns).unwrap().match_file(Path::new(file))
    }

    #[test]
    fn patterns_are_those_of_gitignore() {
        assert!(matches(&["vendor"], "/project/src/vendor/x.c"), "a name matches at any depth");
        assert!(matches(&["*.gen.c"], "/project/src/x.gen.c"));
        assert!(matches(&["src/vendor/"], "/project/src/vendor/deep/x.c"));
        assert!(!matches(&["src/vendor"], "/project/other/src/vendor/x.c"), "a path begins at the folder");
        assert!(matches(&["/x.c"], "/project/x.c") && !matches(&["/x.c"], "/project/src/x.c"));
        assert!(matches(&["./x.c"], "/project/x.c") && !matches(&["./x.c"], "/project/src/x.c"));
        assert!(matches(&["src/**/gen*.c"], "/project/src/a/b/gen1.c"));
        assert!(!matches(&["*.c", "!keep.c"], "/project/keep.c"), "the last one that matches decides");
        assert!(!matches(&[], "/project/x.c"));
    }

    #[test]
    fn files_elsewhere_have_names_too() {
        assert!(matches(&["vendor", "*.h"], "/other/x.h"));
        assert!(!matches(&["src/x.c"], "/project-two/x.c"));
    }

    #[test]
    fn every_mistake_is_told() {
        let errors = Globs::new(Path::new("/project"), &["{a", "b", "{c"]).unwrap_err();
        assert_eq!(errors.len(), 2, "{errors:?}");
        assert!(errors[0].starts_with("`{a` is not a pattern: "), "{errors:?}");
    }
}
