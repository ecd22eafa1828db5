//! A folder that is held open: what is done in it is done in this one, whatever becomes of the path that led there.

#[cfg(not(unix))]
pub use by_path::{Folder, lock};
#[cfg(unix)]
pub use held::{Folder, lock};

#[cfg(unix)]
mod held {
    use std::ffi::OsStr;
    use std::fs::File;
    use std::io;
    use std::os::fd::{AsFd, OwnedFd};
    use std::path::Path;

    use rustix::fs::{AtFlags, CWD, FlockOperation, Mode, OFlags, flock, linkat, openat, renameat, unlinkat};

    /// A folder that is held open.
    pub struct Folder(OwnedFd);

    /// Where it can be said: a folder that is only passed through need not be readable.
    #[cfg(target_os = "linux")]
    const PASS: OFlags = OFlags::PATH;
    #[cfg(not(target_os = "linux"))]
    const PASS: OFlags = OFlags::RDONLY;

    /// Keeps other runs from taking the file for a leftover, until it is closed.
    pub fn lock(file: &File) {
        // Whoever else has locked it may keep it for long. Where there are no locks, nothing is taken for a leftover.
        let _ = flock(file, FlockOperation::NonBlockingLockShared);
    }

    impl Folder {
        /// The folder at `path`, which is absolute and has no links in it.
        ///
        /// # Errors
        ///
        /// What the system says, or that there is a link on the way by now: it may lead anywhere.
        pub fn open(path: &Path) -> io::Result<Folder> {
            let flags = PASS | OFlags::DIRECTORY | OFlags::NOFOLLOW | OFlags::CLOEXEC;
            let opened = if cfg!(target_os = "linux") {
                let top = openat(CWD, "/", flags, Mode::empty());
                let mut parts = path.iter().skip(1);
                parts.try_fold(top?, |folder, part| openat(folder, part, flags, Mode::empty()))
            } else {
                let folder = openat(CWD, path, flags, Mode::empty());
                if path.canonicalize()? == path { folder } else { Err(rustix::io::Errno::LOOP) }
            };
            opened.map(Folder).map_err(|error| match error {
                rustix::io::Errno::LOOP | rustix::io::Errno::NOTDIR => {
                    io::Error::other("a folder on the way to it has become a link or a file")
                }
                error => error.into(),
            })
        }

        /// Opens a file in it to be read, if it is one that may be written, too. Links are not followed, and pipes not
        /// waited for.
        pub fn existing(&self, name: &OsStr) -> io::Result<File> {
            // A move would get round the mode of the file. Who may not write the file is told so.
            let flags = OFlags::RDWR | OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::NOCTTY | OFlags::CLOEXEC;
            let opened = openat(&self.0, name, flags, Mode::empty());
            let file = File::from(opened.map_err(|error| match error {
                rustix::io::Errno::LOOP => io::Error::other("it has become a link"),
                error => error.into(),
            })?);
            match file.metadata()?.is_file() {
                true => Ok(file),
                false => Err(io::Error::other("it is no longer a regular file")),
            }
        }

        /// Makes a file in it, for all whom the system lets read new files or for this user only, and takes its lock.
        pub fn create(&self, name: &OsStr, for_all: bool) -> io::Result<File> {
            let flags = OFlags::RDWR | OFlags::CREATE | OFlags::EXCL | OFlags::NOFOLLOW | OFlags::CLOEXEC;
            let mode = if for_all { 0o666 } else { 0o600 };
            let file = File::from(openat(&self.0, name, flags, Mode::from_raw_mode(mode))?);
            // Only a run that takes it for a leftover can have locked it already, and does not take long.
            let _ = flock(&file, FlockOperation::LockShared);
            Ok(file)
        }

        /// Moves one file over another.
        pub fn replace(&self, from: &OsStr, to: &OsStr) -> io::Result<()> {
            Ok(renameat(&self.0, from, &self.0, to)?)
        }

        /// Lets two files change places, both at once. Says no where the system cannot.
        pub fn swap(&self, one: &OsStr, other: &OsStr) -> io::Result<bool> {
            #[cfg(any(target_os = "linux", target_vendor = "apple"))]
            {
                use rustix::fs::{RenameFlags, renameat_with};
                use rustix::io::Errno;
                match renameat_with(&self.0, one, &self.0, other, RenameFlags::EXCHANGE) {
                    Ok(()) => Ok(true),
                    Err(Errno::INVAL | Errno::NOSYS | Errno::NOTSUP) => Ok(false),
                    Err(error) => Err(error.into()),
                }
            }
            #[cfg(not(any(target_os = "linux", target_vendor = "apple")))]
            {
                let _ = (one, other);
                Ok(false)
            }
        }

        /// Gives a file another name, which nothing may have yet.
        pub fn rename_new(&self, from: &OsStr, to: &OsStr) -> io::Result<()> {
            #[cfg(any(target_os = "linux", target_vendor = "apple"))]
            {
                use rustix::fs::{RenameFlags, renameat_with};
                use rustix::io::Errno;
                match renameat_with(&self.0, from, &self.0, to, RenameFlags::NOREPLACE) {
                    Err(Errno::INVAL | Errno::NOSYS | Errno::NOTSUP) => {}
                    result => return Ok(result?),
                }
            }
            linkat(&self.0, from, &self.0, to, AtFlags::empty())?;
            self.remove(from)
        }

        /// Removes a file.
        pub fn remove(&self, name: &OsStr) -> io::Result<()> {
            Ok(unlinkat(&self.0, name, AtFlags::empty())?)
        }

        /// Removes a file whose lock nobody holds.
        pub fn remove_unlocked(&self, name: &OsStr) {
            let flags = OFlags::RDONLY | OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::CLOEXEC;
            let Ok(file) = openat(&self.0, name, flags, Mode::empty()).map(File::from) else { return };
            let is_file = file.metadata().is_ok_and(|metadata| metadata.is_file());
            if is_file && flock(&file, FlockOperation::NonBlockingLockExclusive).is_ok() {
                // Whoever removes it meanwhile wants the same.
                let _ = self.remove(name);
            }
        }

        /// Brings names and moves to the disk, where the system lets one say so.
        pub fn sync(&self) {
            let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::CLOEXEC;
            let readable = openat(self.0.as_fd(), ".", flags, Mode::empty());
            let _ = readable.and_then(rustix::fs::fsync);
        }
    }
}

#[cfg(not(unix))]
mod by_path {
    use std::ffi::OsStr;
    use std::fs::{self, File, OpenOptions};
    use std::io;
    use std::path::{Path, PathBuf};

    /// A folder, which cannot be held open here.
    pub struct Folder(PathBuf);

    /// Nothing needs to be locked: leftovers stay.
    pub fn lock(_file: &File) {}

    impl Folder {
        /// The folder at `path`, which is absolute and has no links in it.
        ///
        /// # Errors
        ///
        /// What the system says, or that there is a link on the way by now: it may lead anywhere.
        pub fn open(path: &Path) -> io::Result<Folder> {
            match path.canonicalize()? == path {
                true => Ok(Folder(path.to_owned())),
                false => Err(io::Error::other("a folder on the way to it has become a link or a file")),
            }
        }

        /// Opens a file in it to be read, if it is one that may be written, too.
        pub fn existing(&self, name: &OsStr) -> io::Result<File> {
            let path = self.0.join(name);
            match path.symlink_metadata()?.is_file() {
                true => OpenOptions::new().read(true).write(true).open(path),
                false => Err(io::Error::other("it is no longer a regular file")),
            }
        }

        /// Makes a file in it.
        pub fn create(&self, name: &OsStr, _for_all: bool) -> io::Result<File> {
            OpenOptions::new().read(true).write(true).create_new(true).open(self.0.join(name))
        }

        /// Moves one file over another.
        pub fn replace(&self, from: &OsStr, to: &OsStr) -> io::Result<()> {
            fs::rename(self.0.join(from), self.0.join(to))
        }

        /// Lets two files change places: not here.
        pub fn swap(&self, _one: &OsStr, _other: &OsStr) -> io::Result<bool> {
            Ok(false)
        }

        /// Gives a file another name, which nothing may have yet.
        pub fn rename_new(&self, from: &OsStr, to: &OsStr) -> io::Result<()> {
            fs::hard_link(self.0.join(from), self.0.join(to))?;
            self.remove(from)
        }

        /// Removes a file.
        pub fn remove(&self, name: &OsStr) -> io::Result<()> {
            fs::remove_file(self.0.join(name))
        }

        /// Leaves all files: nothing says whether somebody is at one.
        pub fn remove_unlocked(&self, _name: &OsStr) {}

        /// Moves reach the disk by themselves.
        pub fn sync(&self) {}
    }
}
