//! A file that is written beside the one whose place it is to take.

use std::ffi::{OsStr, OsString};
use std::fs::File;
use std::io::{self, Write};
use std::path::Path;
use std::process;
use std::sync::atomic::{AtomicU32, Ordering};

use super::folder::Folder;

/// Its name begins and ends so: it is hidden, and no build takes it for a source.
const NAME: (&str, &str) = (".capi-upgrade-", ".tmp");

/// A file beside another one. It is removed with this, unless it was given a name that stays.
pub struct Beside<'f> {
    folder: &'f Folder,
    name: OsString,
    file: File,
    stays: bool,
}

impl<'f> Beside<'f> {
    /// Makes one in `folder` that holds `text`, for all who may read new files or for this user only.
    ///
    /// # Errors
    ///
    /// What the system says.
    pub fn new(folder: &'f Folder, text: &[u8], for_all: bool) -> io::Result<Beside<'f>> {
        let mut beside = Beside::empty(folder, for_all)?;
        beside.file.write_all(text)?;
        Ok(beside)
    }

    fn empty(folder: &'f Folder, for_all: bool) -> io::Result<Beside<'f>> {
        static NUMBER: AtomicU32 = AtomicU32::new(0);
        let (begin, end) = NAME;
        loop {
            let number = NUMBER.fetch_add(1, Ordering::Relaxed);
            let name = OsString::from(format!("{begin}{:x}-{number:x}{end}", process::id()));
            match folder.create(&name, for_all) {
                Ok(file) if is_gone(&file) => {}
                Ok(file) => return Ok(Beside { folder, name, file, stays: false }),
                // Left behind by another process with this number, maybe on another machine.
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
                Err(error) => return Err(error),
            }
        }
    }

    /// The file, open.
    pub fn file(&self) -> &File {
        &self.file
    }

    /// The name it has by now.
    pub fn name(&self) -> &OsStr {
        &self.name
    }

    /// It has another name by now, or what bears this one is to stay.
    pub fn keep(mut self) {
        self.stays = true;
    }
}

impl Drop for Beside<'_> {
    fn drop(&mut self) {
        if !self.stays {
            let _ = self.folder.remove(&self.name);
        }
    }
}

/// Whether another run took the file for a leftover in the instant before it was locked.
#[cfg(unix)]
fn is_gone(file: &File) -> bool {
    use std::os::unix::fs::MetadataExt;
    file.metadata().is_ok_and(|metadata| metadata.nlink() == 0)
}

#[cfg(not(unix))]
fn is_gone(_file: &File) -> bool {
    false
}

/// Removes what runs that were killed have left in the folder at `path`. Nobody wants to hear of what cannot be: it is
/// hidden, and in nobody's way.
pub fn clear(path: &Path) {
    let Ok(entries) = path.read_dir() else { return };
    let (begin, end) = NAME;
    let is_ours = |name: &OsString| {
        let name = name.as_encoded_bytes();
        name.starts_with(begin.as_bytes()) && name.ends_with(end.as_bytes())
    };
    let mut names = entries.flatten().map(|entry| entry.file_name()).filter(is_ours).peekable();
    if names.peek().is_some()
        && let Ok(folder) = Folder::open(path)
    {
        names.for_each(|name| folder.remove_unlocked(&name));
    }
}
