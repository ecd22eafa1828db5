#![allow(dead_code, reason = "each test program uses its own part of this")]

//! The Pythons on this machine, for tests that compile.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::Command;

use capi_upgrade::capi::PythonVersion;

/// A Python with its headers.
#[derive(Clone, Debug)]
pub struct Python {
    pub version: PythonVersion,
    /// The interpreter.
    pub executable: PathBuf,
    /// Where `Python.h` lies.
    include: PathBuf,
}

impl Python {
    /// What tells a compiler where the headers lie.
    pub fn include_flags(&self) -> Vec<OsString> {
        let mut flags: Vec<OsString> = vec!["-isystem".into(), self.include.clone().into()];
        // Debian's pyconfig.h leads on to another one by a path from /usr/include, wherever it was unpacked to.
        if let Some(above) = self.include.parent() {
            flags.extend(["-idirafter".into(), above.into()]);
        }
        flags
    }
}

/// One Python of each version from 3.6 on, oldest first: those in `CAPI_UPGRADE_PYTHONS` (separated by `:`), on the
/// path, and those of pyenv. Says which it found; with none, the caller skips, or fails where Pythons are required.
pub fn pythons() -> Vec<Python> {
    let mut candidates: Vec<PathBuf> = Vec::new();
    if let Some(listed) = std::env::var_os("CAPI_UPGRADE_PYTHONS") {
        candidates.extend(std::env::split_paths(&listed));
    }
    let folders = std::env::var_os("PATH").map(|path| std::env::split_paths(&path).collect::<Vec<_>>());
    for folder in folders.unwrap_or_default() {
        for minor in 6..=PythonVersion::NEWEST.minor {
            candidates.push(folder.join(format!("python3.{minor}")));
        }
        candidates.push(folder.join("python3"));
    }
    let home = std::env::var_os("PYENV_ROOT").map(PathBuf::from);
    let home = home.or_else(|| std::env::var_os("HOME").map(|home| Path::new(&home).join(".pyenv")));
    if let Some(versions) = home.and_then(|home| home.join("versions").read_dir().ok()) {
        let mut folders: Vec<PathBuf> = versions.flatten().map(|entry| entry.path()).collect();
        folders.sort();
        candidates.extend(folders.into_iter().map(|folder| folder.join("bin").join("python")));
    }
    let mut found: BTreeMap<PythonVersion, Python> = BTreeMap::new();
    for candidate in candidates.into_iter().filter(|candidate| candidate.is_file()) {
        if let Some(python) = ask(&candidate)
            && python.version >= PythonVersion::OLDEST
        {
            found.entry(python.version).or_insert(python);
        }
    }
    found.into_values().collect()
}

fn ask(interpreter: &Path) -> Option<Python> {
    let script = "import sys, sysconfig; print('%d.%d' % sys.version_info[:2]); print(sysconfig.get_path('include'))";
    let output = Command::new(interpreter).args(["-c", script]).env_remove("PYENV_VERSION").output().ok()?;
    let text = String::from_utf8(output.stdout).ok()?;
    let mut lines = text.lines();
    let version = lines.next()?.parse().ok()?;
    let include = PathBuf::from(lines.next()?);
    include.join("Python.h").is_file().then(|| Python { version, executable: interpreter.to_owned(), include })
}

/// Says that a test has no Python to run with, and fails where Pythons are required.
pub fn skip(test: &str) {
    let required = std::env::var_os("CAPI_UPGRADE_REQUIRE_PYTHONS").is_some_and(|value| value == "1");
    assert!(!required, "{test}: no Python with headers was found, and CAPI_UPGRADE_REQUIRE_PYTHONS is set");
    eprintln!("{test}: SKIPPED, no Python with headers was found");
}
