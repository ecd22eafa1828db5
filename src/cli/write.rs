//! Replacing a file: at any moment it is either the old one or the new one.

use std::ffi::OsStr;
use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

use anyhow::{Context, anyhow, bail};

use super::attributes;
use super::beside::Beside;
use super::files::Input;
use super::folder::{self, Folder};
use super::read::reason;
use super::stop;
use crate::report::readable;

/// Why a file that somebody else has written is left alone.
const CHANGED: &str = "changed on disk since it was read, so it is left alone";

/// Puts `new` in the place of `old` in the file of `input`. The text is written beside the file, brought to the disk and
/// moved over it; mode, owner and other attributes stay.
///
/// # Errors
///
/// The path, and why the file still is what it was: it may not be written, it no longer holds `old`, or what the system
/// says.
pub fn replace(input: &Input, old: &[u8], new: &[u8]) -> anyhow::Result<()> {
    let _writing = stop::Writing::begin();
    replace_file(&input.real, old, new).with_context(|| readable(&input.shown))
}

fn replace_file(path: &Path, old: &[u8], new: &[u8]) -> anyhow::Result<()> {
    let (folder, name) = folder_and_name(path)?;
    let there = folder.existing(name).map_err(said)?;
    let beside = Beside::new(&folder, new, false).map_err(said_of_new)?;
    attributes::keep(beside.file(), &there).map_err(said)?;
    beside.file().sync_all().map_err(said)?;

    // It may be another file by now.
    let there = folder.existing(name).map_err(said)?;
    // It will bear the other name for an instant, and is no leftover.
    folder::lock(&there);
    match content(&there, old.len().max(new.len())).map_err(said)? {
        there if there == old => {}
        // Another run came first, with the same result.
        there if there == new => return Ok(()),
        _ => bail!(CHANGED),
    }
    if folder.swap(beside.name(), name).map_err(said)? {
        // What was there in the very instant of the move bears the other name now, so that no change of it is lost.
        let is_beside = |text: &[u8]| {
            let there = folder.existing(beside.name()).and_then(|file| content(&file, text.len()));
            there.is_ok_and(|there| there == text)
        };
        if !is_beside(old) {
            if folder.swap(beside.name(), name).is_ok_and(|done| done) && is_beside(new) {
                bail!(CHANGED);
            }
            let name = beside.name().to_string_lossy().into_owned();
            beside.keep();
            bail!("changed on disk again and again; one of the texts it held is in {name} beside it");
        }
    } else {
        folder.replace(beside.name(), name).map_err(said)?;
        beside.keep();
    }
    folder.sync();
    Ok(())
}

/// Makes the file at `path` with the content `new`. It appears whole or not at all.
///
/// # Errors
///
/// What the system says, or that the file is there by now. The error does not name the path.
pub fn create(path: &Path, new: &[u8]) -> anyhow::Result<()> {
    let _writing = stop::Writing::begin();
    let (folder, name) = folder_and_name(path)?;
    let beside = Beside::new(&folder, new, true).map_err(said_of_new)?;
    beside.file().sync_all().map_err(said)?;
    match folder.rename_new(beside.name(), name) {
        Ok(()) => beside.keep(),
        // Another run came first, with the same result.
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
            let there = folder.existing(name).and_then(|file| content(&file, new.len()));
            return if there.is_ok_and(|there| there == new) { Ok(()) } else { Err(said(error)) };
        }
        Err(error) => return Err(said(error)),
    }
    folder.sync();
    Ok(())
}

fn folder_and_name(path: &Path) -> anyhow::Result<(Folder, &OsStr)> {
    let parts = path.parent().zip(path.file_name());
    let (folder, name) = parts.ok_or_else(|| anyhow!("cannot be written: it has no folder"))?;
    Ok((Folder::open(folder).map_err(said)?, name))
}

/// What `file` holds, but hardly more than `expected` bytes: more is something else.
fn content(file: &File, expected: usize) -> io::Result<Vec<u8>> {
    let mut text = Vec::with_capacity(expected + 1);
    file.take(expected as u64 + 1).read_to_end(&mut text)?;
    Ok(text)
}

fn said(error: io::Error) -> anyhow::Error {
    anyhow!("cannot be written: {}", reason(&error))
}

fn said_of_new(error: io::Error) -> anyhow::Error {
    match error.kind() {
        io::ErrorKind::PermissionDenied => {
            anyhow!("cannot be written, nothing can be created beside it: {}", reason(&error))
        }
        _ => said(error),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    #[test]
    fn a_file_that_changed_meanwhile_is_left_alone() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().canonicalize().unwrap().join("x.c");
        fs::write(&path, "newer").unwrap();
        let input = Input { real: path.clone(), shown: "x.c".into(), text: None };
        let error = replace(&input, b"old", b"new").unwrap_err();
        assert_eq!(format!("{error:#}"), "x.c: changed on disk since it was read, so it is left alone");
        assert_eq!(fs::read(&path).unwrap(), b"newer");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1, "nothing stays beside it");
    }

    #[test]
    fn what_another_run_has_written_is_no_failure() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().canonicalize().unwrap().join("x.c");
        create(&path, b"new").unwrap();
        create(&path, b"new").unwrap();
        assert!(create(&path, b"other").is_err());
        let input = Input { real: path.clone(), shown: "x.c".into(), text: None };
        replace(&input, b"old", b"new").unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"new");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }

    #[test]
    #[cfg(unix)]
    fn a_link_put_there_meanwhile_leads_nowhere() {
        use std::os::unix::fs::symlink;
        let folder = tempfile::tempdir().unwrap();
        let top = folder.path().canonicalize().unwrap();
        fs::create_dir_all(top.join("src")).unwrap();
        fs::create_dir_all(top.join("other")).unwrap();
        fs::write(top.join("other/x.c"), "old").unwrap();
        let input = |name: &str| Input { real: top.join(name), shown: name.into(), text: None };
        let refused = |name: &str| format!("{:#}", replace(&input(name), b"old", b"new").unwrap_err());
        symlink("../other/x.c", top.join("src/x.c")).unwrap();
        assert_eq!(refused("src/x.c"), "src/x.c: cannot be written: it has become a link");
        fs::remove_dir_all(top.join("src")).unwrap();
        symlink("other", top.join("src")).unwrap();
        assert_eq!(
            refused("src/x.c"),
            "src/x.c: cannot be written: a folder on the way to it has become a link or a file"
        );
        assert!(create(&top.join("src/y.h"), b"new").is_err());
        assert_eq!(fs::read(top.join("other/x.c")).unwrap(), b"old");
        assert_eq!(fs::read_dir(top.join("other")).unwrap().count(), 1);
    }

    #[test]
    #[cfg(unix)]
    fn leftovers_go_unless_somebody_is_at_them() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().canonicalize().unwrap();
        for name in [".capi-upgrade-1-0.tmp", ".capi-upgrade-1-0.tmp.c", "x.tmp", ".capi-upgrade-x.toml"] {
            fs::write(path.join(name), "half").unwrap();
        }
        fs::create_dir(path.join(".capi-upgrade-2-0.tmp")).unwrap();
        let held = Folder::open(&path).unwrap();
        let beside = Beside::new(&held, b"new", false).unwrap();
        crate::cli::beside::clear(&path);
        let left = || fs::read_dir(&path).unwrap().count();
        assert_eq!(left(), 5, "only the first is nobody's");
        assert!(path.join(beside.name()).exists() && !path.join(".capi-upgrade-1-0.tmp").exists());
        drop(beside);
        assert_eq!(left(), 4);
    }

    #[test]
    fn the_new_text_takes_the_place_of_the_old() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().canonicalize().unwrap().join("x.c");
        fs::write(&path, "old").unwrap();
        let input = Input { real: path.clone(), shown: "x.c".into(), text: None };
        replace(&input, b"old", b"new").unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"new");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }
}
