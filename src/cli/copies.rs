//! Writing copies of the compat header: what is there is replaced only if nobody has changed it.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use anyhow::{Context, anyhow, bail};

use super::beside;
use super::bounds::real;
use super::files::{Here, Input};
use super::read::{read_file, reason};
use super::write;
use crate::header::Copy;
use crate::report::readable;

/// A place for a copy, and what lies there.
pub struct Target {
    path: PathBuf,
    shown: PathBuf,
    old: Option<Vec<u8>>,
}

/// What was done to a copy.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Written {
    /// There was none.
    New,
    /// There was another one.
    Renewed,
    /// There was this very one.
    Same,
}

impl Target {
    /// Looks at the file at the absolute path `path`, links followed.
    ///
    /// # Errors
    ///
    /// The path, and why what lies there cannot be read.
    pub fn at(path: &Path, here: &Here) -> anyhow::Result<Target> {
        let path = real(path).with_context(|| readable(&here.shown(path)))?;
        let shown = here.shown(&path);
        let old = match path.symlink_metadata() {
            Err(error) if error.kind() == io::ErrorKind::NotFound => None,
            _ => Some(read_file(&path).with_context(|| readable(&shown))?),
        };
        Ok(Target { path, shown, old })
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The path that the user sees.
    pub fn shown(&self) -> &Path {
        &self.shown
    }

    /// What lies there.
    pub fn old(&self) -> Option<&[u8]> {
        self.old.as_deref()
    }

    /// The copy that lies there, if it is one that may be replaced.
    ///
    /// # Errors
    ///
    /// The path, and why it may not be.
    pub fn replaceable(&self) -> anyhow::Result<Option<Copy>> {
        let Some(old) = &self.old else { return Ok(None) };
        let refused =
            |why: &str| anyhow!("{why}, so it is left alone; --force replaces it").context(readable(&self.shown));
        match Copy::read(old) {
            None => Err(refused("not a copy of the compat header")),
            Some(copy) if copy.is_edited => Err(refused("changed since capi-upgrade wrote it")),
            Some(copy) if copy.is_newer() => Err(refused("of a later version than this program brings")),
            Some(copy) => Ok(Some(copy)),
        }
    }

    /// Puts `text` there.
    ///
    /// # Errors
    ///
    /// The path, and what the system says. What was there is still there.
    pub fn write(&self, text: &str) -> anyhow::Result<Written> {
        self.path.parent().into_iter().for_each(beside::clear);
        match &self.old {
            Some(old) if old == text.as_bytes() => Ok(Written::Same),
            Some(old) => {
                let input = Input { shown: self.shown.clone(), real: self.path.clone(), text: None };
                write::replace(&input, old, text.as_bytes()).map(|()| Written::Renewed)
            }
            None => self.create(text).with_context(|| readable(&self.shown)).map(|()| Written::New),
        }
    }

    fn create(&self, text: &str) -> anyhow::Result<()> {
        let Some(folder) = self.path.parent() else { bail!("it has no folder") };
        fs::create_dir_all(folder).map_err(|error| anyhow!("its folder cannot be made: {}", reason(&error)))?;
        write::create(&self.path, text.as_bytes())
    }
}
