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

/// The largest file that settings or a transform are read from, in bytes. A parsed one takes many times its size.
const MAX_SETTINGS_BYTES: u64 = 1 << 20;

/// The largest baseline, in bytes: some ten thousands of findings.
const MAX_BASELINE_BYTES: u64 = 8 << 20;

/// The largest `.gitignore`, in bytes: its patterns become automata, which take hundreds of times its size.
const MAX_IGNORE_BYTES: u64 = 64 << 10;

const NOT_A_FILE: &str = "not a regular file";

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
    let text = read_up_to(MAX_FILE_BYTES, path)?.ok_or(UpgradeError::TooLarge)?;
    check_text(&text)?;
    Ok(text)
}

/// The bytes of the file at `path`, which holds settings or the like; the error does not name it.
///
/// # Errors
///
/// It is no regular file or too large, or what the system says.
pub fn read_settings(path: &Path) -> anyhow::Result<Vec<u8>> {
    read_small(MAX_SETTINGS_BYTES, path)
}

/// The text of the file at `path`, without a byte order mark, as for [`read_settings`].
///
/// # Errors
///
/// As for that, and that it is not in UTF-8.
pub fn read_settings_text(path: &Path) -> anyhow::Result<String> {
    text_of(read_settings(path)?)
}

/// The text of the baseline at `path`, as for [`read_settings_text`]; it may be larger.
///
/// # Errors
///
/// As for that.
pub fn read_baseline(path: &Path) -> anyhow::Result<String> {
    text_of(read_small(MAX_BASELINE_BYTES, path)?)
}

/// The bytes of a regular file; an error where they are more than `max`, which is whole megabytes.
fn read_small(max: u64, path: &Path) -> anyhow::Result<Vec<u8>> {
    read_up_to(max, path)?.ok_or_else(|| anyhow!("larger than {} MB, so it is not read", max >> 20))
}

fn text_of(bytes: Vec<u8>) -> anyhow::Result<String> {
    let text = String::from_utf8(bytes).map_err(|_| anyhow!("not in UTF-8"))?;
    Ok(text.strip_prefix('\u{feff}').map(str::to_owned).unwrap_or(text))
}

/// Whether the `.gitignore` at `path`, if there is one, can be read by others than us.
///
/// # Errors
///
/// Why not.
pub fn check_gitignore(path: &Path) -> anyhow::Result<()> {
    match path.metadata() {
        Err(_) => Ok(()),
        Ok(found) if !found.is_file() => Err(anyhow!(NOT_A_FILE)),
        Ok(found) if found.len() > MAX_IGNORE_BYTES => {
            Err(anyhow!("larger than {} KB, so it is not read", MAX_IGNORE_BYTES >> 10))
        }
        Ok(_) => Ok(()),
    }
}

/// The bytes of a regular file; none where they are more than `max`.
fn read_up_to(max: u64, path: &Path) -> anyhow::Result<Option<Vec<u8>>> {
    let said = |error: io::Error| anyhow!(reason(&error));
    // Opening a pipe would wait for somebody to write to it, and a device may have no end.
    let metadata = path.metadata().map_err(said)?;
    if !metadata.is_file() {
        bail!(NOT_A_FILE);
    }
    if metadata.len() > max {
        return Ok(None);
    }
    let mut text = Vec::with_capacity(metadata.len() as usize + 1);
    // It may grow meanwhile; files of /proc say that they are empty.
    File::open(path).and_then(|file| file.take(max + 1).read_to_end(&mut text)).map_err(said)?;
    Ok((text.len() as u64 <= max).then_some(text))
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
