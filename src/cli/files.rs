//! Files by what their names say, and how their paths are shown.

use std::path::{Path, PathBuf};

use anyhow::{Context, anyhow};

use super::read::reason;
use crate::cython::is_cython;
use crate::source::Language;

/// What a file is, by its extension.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// C or C++, CUDA among it.
    Source,
    /// Cython, which is only reported on.
    Cython,
    /// Objective-C, which is not read.
    ObjectiveC,
    /// Anything else.
    Other,
}

impl Kind {
    /// The kind of the file at `path`.
    pub fn of(path: &Path) -> Kind {
        // A file that macOS leaves in archives beside `x.c`; it holds attributes, not code.
        if path.file_name().is_some_and(|name| name.to_string_lossy().starts_with("._")) {
            return Kind::Other;
        }
        match path.extension().and_then(|extension| extension.to_str()) {
            Some("h") => Kind::Source,
            Some("m" | "mm") => Kind::ObjectiveC,
            _ if Language::of_name(path).is_some() => Kind::Source,
            _ if is_cython(path) => Kind::Cython,
            _ => Kind::Other,
        }
    }

    /// Whether such a file is read to be upgraded or reported on.
    pub fn is_read(self) -> bool {
        matches!(self, Kind::Source | Kind::Cython)
    }
}

/// A file to upgrade.
#[derive(Debug)]
pub struct Input {
    /// Where it is, without symbolic links.
    pub real: PathBuf,
    /// The path that the user sees.
    pub shown: PathBuf,
    /// Its text, if that came by standard input.
    pub text: Option<Vec<u8>>,
}

/// The folder in which the program runs; paths below it are shown relative to it.
#[derive(Clone, Debug)]
pub struct Here(PathBuf);

impl Here {
    /// The current folder.
    ///
    /// # Errors
    ///
    /// It does not exist any more or cannot be read.
    pub fn new() -> anyhow::Result<Here> {
        let folder = std::env::current_dir().and_then(|folder| folder.canonicalize());
        Ok(Here(folder.map_err(|error| anyhow!(reason(&error))).context("the current folder")?))
    }

    /// Its absolute path.
    pub fn folder(&self) -> &Path {
        &self.0
    }

    /// How the absolute path `real` is shown.
    pub fn shown(&self, real: &Path) -> PathBuf {
        real.strip_prefix(&self.0).unwrap_or(real).to_owned()
    }
}
