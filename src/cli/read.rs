//! Reading a file, and saying what is wrong with one that is no source.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

use anyhow::{Context, anyhow, bail};

use super::files::Input;
use crate::report::readable;
use crate::source::MAX_FILE_BYTES;
use crate::upgrade::UpgradeError;

/// Bytes at the start of a file that tell whether it is text.
const HEAD: usize = 8 << 10;

/// The text of `input`.
///
/// # Errors
///
/// The path, and why it is not read: too large, not a text, or what the system says.
pub fn read(input: &Input) -> anyhow::Result<Vec<u8>> {
    match &input.text {
        Some(text) => check_text(text).map(|()| text.clone()),
        None => read_file(&input.real),
    }
    .with_context(|| readable(&input.shown))
}

/// All of standard input, as far as it can be source.
///
/// # Errors
///
/// What the system says.
pub fn read_stdin() -> anyhow::Result<Vec<u8>> {
    let mut text = Vec::new();
    let read = io::stdin().lock().take(MAX_FILE_BYTES + 1).read_to_end(&mut text);
    read.map_err(|error| anyhow!(reason(&error))).context("standard input")?;
    Ok(text)
}

/// The text of the file at `path`; the error does not name it.
///
/// # Errors
///
/// As for [`read`].
pub fn read_file(path: &Path) -> anyhow::Result<Vec<u8>> {
    let said = |error: io::Error| anyhow!(reason(&error));
    // Opening a pipe would wait for somebody to write to it.
    let metadata = path.metadata().map_err(said)?;
    if !metadata.is_file() {
        bail!("not a regular file");
    }
    if metadata.len() > MAX_FILE_BYTES {
        bail!(UpgradeError::TooLarge);
    }
    let mut text = Vec::with_capacity(metadata.len() as usize + 1);
    File::open(path).and_then(|mut file| file.read_to_end(&mut text)).map_err(said)?;
    check_text(&text)?;
    Ok(text)
}

fn check_text(text: &[u8]) -> anyhow::Result<()> {
    if text.len() as u64 > MAX_FILE_BYTES {
        bail!(UpgradeError::TooLarge);
    }
    if text.starts_with(b"\xff\xfe") || text.starts_with(b"\xfe\xff") {
        bail!("text in UTF-16, which is not read; save it in UTF-8");
    }
    if let Some(at) = memchr::memchr(0, &text[..text.len().min(HEAD)]) {
        bail!("a binary file (byte {at} is NUL), not source");
    }
    Ok(())
}

/// What went wrong, in words.
pub fn reason(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::NotFound => "no such file or folder".to_owned(),
        io::ErrorKind::PermissionDenied => "permission denied".to_owned(),
        io::ErrorKind::ReadOnlyFilesystem => "the file system is read-only".to_owned(),
        io::ErrorKind::StorageFull => "no space left".to_owned(),
        io::ErrorKind::QuotaExceeded => "the quota of disk space is used up".to_owned(),
        io::ErrorKind::FileTooLarge => "it would be larger than files may be here".to_owned(),
        _ => error.to_string(),
    }
}
