//! The compat header: every part of it compiles alone, and its own tests pass.
//!
//! `compat-header/tests/run.py` is the full test; here it takes a sample of Pythons, standards and compilers.

mod common;
#[path = "common/pythons.rs"]
mod pythons;

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use capi_upgrade::capi::PythonVersion;
use capi_upgrade::header::{self, Part, stamped};
use pythons::{Python, pythons, skip};
use rayon::prelude::*;

/// A language that the header serves: the name of its compiler, what it is called, and the standard.
const LANGUAGES: [(&str, &str, &str); 2] = [("cc", "c", "c99"), ("c++", "c++", "c++11")];

/// A header precompiled from `Python.h`, so that it is read once and not for every part.
fn precompile(python: &Python, (compiler, language, standard): (&str, &str, &str), folder: &Path) -> PathBuf {
    let header = folder.join(format!("{}-{standard}.h", python.version));
    fs::write(&header, "#include <Python.h>\n").unwrap();
    let mut command = Command::new(compiler);
    command.args(["-x", &format!("{language}-header"), &format!("-std={standard}"), "-O0"]);
    let output = command.args(python.include_flags()).arg(&header).output().expect("a compiler");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    header
}

#[test]
fn every_part_compiles_alone() {
    let mut found = pythons();
    if found.is_empty() {
        return skip("every_part_compiles_alone");
    }
    if found.len() > 2 && std::env::var_os("CAPI_UPGRADE_ALL_PYTHONS").is_none() {
        found.drain(1..found.len() - 1);
    }
    let versions: Vec<String> = found.iter().map(|python| python.version.to_string()).collect();
    eprintln!("compiling with the headers of Python {}", versions.join(", "));
    let root = tempfile::tempdir().unwrap();
    let mut parts: Vec<(String, Part)> = header::offered()
        .map(|name| (name.to_owned(), Part { oldest: None, only: Some(BTreeSet::from([name.to_owned()])) }))
        .collect();
    // Pieces that must be asked for compile, too, where nobody asks.
    let given_back = header::offered().filter(|name| header::gives_back(name)).map(str::to_owned).collect();
    parts.push(("removed API, not asked for".to_owned(), Part { oldest: None, only: Some(given_back) }));
    parts.push(("nothing".to_owned(), Part { oldest: None, only: Some(BTreeSet::new()) }));
    parts.extend((7..=PythonVersion::NEWEST.minor).map(|minor| {
        let oldest = PythonVersion::new(3, minor);
        (format!("from {oldest} on"), Part { oldest: Some(oldest), only: None })
    }));
    parts.extend((7..=PythonVersion::NEWEST.minor).map(|minor| {
        let oldest = PythonVersion::new(3, minor);
        (format!("from {oldest} on, {}", header::REMOVED_API), Part { oldest: Some(oldest), only: None })
    }));
    let folder = |at: usize| root.path().join(at.to_string());
    for (at, (_, part)) in parts.iter().enumerate() {
        fs::create_dir(folder(at)).unwrap();
        fs::write(folder(at).join(header::NAME), stamped(part)).unwrap();
    }
    let mut failures = Vec::new();
    for python in &found {
        for language in LANGUAGES {
            if Command::new(language.0).arg("--version").output().is_err() {
                eprintln!("every_part_compiles_alone: {} SKIPPED, there is no {}", language.1, language.0);
                continue;
            }
            let python_h = precompile(python, language, root.path());
            let compile = |(at, (name, part)): (usize, &(String, Part))| {
                // A part for newer Pythons is not for this one.
                if part.oldest.is_some_and(|oldest| python.version < oldest) {
                    return None;
                }
                let mut command = Command::new(language.0);
                command.args(["-fsyntax-only", &format!("-std={}", language.2), "-O0", "-Wall", "-Wextra", "-Werror"]);
                command.args(["-Wno-unused-function", "-x", language.1, "-include"]).arg(&python_h);
                if header::gives_back(name) || name.ends_with(header::REMOVED_API) {
                    command.arg(format!("-D{}", header::REMOVED_API));
                }
                let output = command.args(python.include_flags()).arg(folder(at).join(header::NAME)).output();
                let output = output.expect("a compiler");
                let said = String::from_utf8_lossy(&output.stderr).into_owned();
                (!output.status.success())
                    .then(|| format!("{name}, {}, Python {}:\n{said}", language.2, python.version))
            };
            failures.extend(parts.par_iter().enumerate().filter_map(compile).collect::<Vec<_>>());
        }
    }
    assert!(failures.is_empty(), "{} do not compile\n{}", failures.len(), failures.join("\n"));
}

/// With a header of the system first, strict C hides what `Python.h` and ours would have of it.
#[test]
fn a_header_of_the_system_may_come_first() {
    let found = pythons();
    if found.is_empty() {
        return skip("a_header_of_the_system_may_come_first");
    }
    let root = tempfile::tempdir().unwrap();
    let file = root.path().join("first.c");
    let text = format!("#include <limits.h>\n#include <Python.h>\n#define {}\n{}", header::REMOVED_API, header::TEXT);
    fs::write(&file, text).unwrap();
    for python in &found {
        let mut command = Command::new("cc");
        command.args(["-fsyntax-only", "-std=c99", "-w"]).args(python.include_flags()).arg(&file);
        let output = command.output().expect("a compiler");
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "Python {}: {said}", python.version);
    }
}

#[test]
fn the_tests_of_the_header_pass() {
    let found = pythons();
    // The runner itself is for Python 3.6 and later, as all that are found are.
    let Some(runner) = found.last() else { return skip("the_tests_of_the_header_pass") };
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("compat-header/tests/run.py");
    let mut command = Command::new(&runner.executable);
    command.arg(script).arg("--sample");
    for python in &found {
        command.arg("--python").arg(&python.executable);
    }
    let output = command.output().expect("the runner runs");
    let text = String::from_utf8_lossy(&output.stdout);
    eprintln!("{text}");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}
