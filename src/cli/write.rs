//! Replacing a file: at any moment it is either the old one or the new one.

use std::fs::{self, File, Metadata, OpenOptions};
use std::io::{self, Write};
use std::path::Path;

use anyhow::{Context, anyhow, bail};

use super::files::Input;
use super::read::reason;
use crate::report::readable;

/// Puts `new` in the place of `old` in the file of `input`. The text is written beside the file, brought to the disk and
/// moved over it; mode and owner stay.
///
/// # Errors
///
/// The path, and why the file still is what it was: it may not be written, it no longer holds `old`, or what the system
/// says.
pub fn replace(input: &Input, old: &[u8], new: &[u8]) -> anyhow::Result<()> {
    replace_file(&input.real, old, new).with_context(|| readable(&input.shown))
}

fn replace_file(path: &Path, old: &[u8], new: &[u8]) -> anyhow::Result<()> {
    let said = |error: io::Error| anyhow!("cannot be written: {}", reason(&error));
    let metadata = path.metadata().map_err(said)?;
    // A move would get round the mode of the file. Who may not write the file is told so.
    OpenOptions::new().write(true).open(path).map_err(said)?;

    let folder = path.parent().ok_or_else(|| anyhow!("cannot be written: it has no folder"))?;
    let mut beside =
        tempfile::Builder::new().prefix(".capi-upgrade-").suffix(".tmp").tempfile_in(folder).map_err(|error| {
            anyhow!("cannot be written, nothing can be created beside it: {}", reason(&unwrapped(error)))
        })?;
    beside.write_all(new).map_err(said)?;
    keep_owner_and_mode(beside.as_file(), &metadata).map_err(said)?;
    beside.as_file().sync_all().map_err(said)?;

    if fs::read(path).map_err(said)? != old {
        bail!("changed on disk since it was read, so it is left alone");
    }
    beside.persist(path).map_err(|error| said(error.error))?;
    // The move itself reaches the disk with the folder, where the system lets one say so.
    let _ = File::open(folder).and_then(|folder| folder.sync_all());
    Ok(())
}

/// Makes the file at `path` with the content `new`. It appears whole or not at all.
///
/// # Errors
///
/// What the system says, or that the file is there by now. The error does not name the path.
pub fn create(path: &Path, new: &[u8]) -> anyhow::Result<()> {
    let said = |error: io::Error| anyhow!("cannot be written: {}", reason(&unwrapped(error)));
    let folder = path.parent().ok_or_else(|| anyhow!("cannot be written: it has no folder"))?;
    let mut beside = tempfile::Builder::new();
    beside.prefix(".capi-upgrade-").suffix(".tmp");
    // Made for one user only, as temporary files are; a new file is for those whom the system lets read new files.
    #[cfg(unix)]
    beside.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
    let mut beside = beside.tempfile_in(folder).map_err(said)?;
    beside.write_all(new).map_err(said)?;
    beside.as_file().sync_all().map_err(said)?;
    beside.persist_noclobber(path).map_err(|error| said(error.error))?;
    let _ = File::open(folder).and_then(|folder| folder.sync_all());
    Ok(())
}

/// The error below the one that names the temporary file, which the user has not heard of.
fn unwrapped(error: io::Error) -> io::Error {
    io::Error::from(error.kind())
}

#[cfg(unix)]
fn keep_owner_and_mode(file: &File, old: &Metadata) -> io::Result<()> {
    use std::os::unix::fs::{MetadataExt, fchown};
    let new = file.metadata()?;
    if (new.uid(), new.gid()) != (old.uid(), old.gid()) {
        // Only root may give a file away; a user's own group can often be kept.
        let _ = fchown(file, Some(old.uid()), Some(old.gid())).or_else(|_| fchown(file, None, Some(old.gid())));
    }
    // After the owner, for a change of owner takes bits away.
    file.set_permissions(old.permissions())
}

#[cfg(not(unix))]
fn keep_owner_and_mode(file: &File, old: &Metadata) -> io::Result<()> {
    file.set_permissions(old.permissions())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_that_changed_meanwhile_is_left_alone() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("x.c");
        fs::write(&path, "newer").unwrap();
        let input = Input { real: path.clone(), shown: "x.c".into(), text: None };
        let error = replace(&input, b"old", b"new").unwrap_err();
        assert_eq!(format!("{error:#}"), "x.c: changed on disk since it was read, so it is left alone");
        assert_eq!(fs::read(&path).unwrap(), b"newer");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1, "nothing stays beside it");
    }

    #[test]
    fn the_new_text_takes_the_place_of_the_old() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("x.c");
        fs::write(&path, "old").unwrap();
        let input = Input { real: path.clone(), shown: "x.c".into(), text: None };
        replace(&input, b"old", b"new").unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"new");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }
}
