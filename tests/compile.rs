//! Every `[[example]]` compiles before, on a Python that has the old form, and after, with the compat header.
//!
//! Two Pythons serve the code after: the oldest and the newest found between 3.9 and 3.13. With
//! `CAPI_UPGRADE_ALL_PYTHONS=1` all from 3.9 on that are found do.

mod common;
#[path = "common/pythons.rs"]
mod pythons;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use capi_upgrade::capi::PythonVersion;
use capi_upgrade::transform::{Catalogue, Example, Transform};
use pythons::{Python, pythons, skip};
use rayon::prelude::*;

/// A program that the compiler must take.
struct Unit {
    name: String,
    code: String,
    files: BTreeMap<String, String>,
    python: PythonVersion,
}

/// The newest Python found that has the old form.
fn old_python(transform: &Transform, example: &Example, found: &[Python]) -> Option<PythonVersion> {
    let removed = transform.file().old.removed;
    let fits = |version: PythonVersion| {
        removed.is_none_or(|removed| version < removed) && example.compiles_until.is_none_or(|last| version <= last)
    };
    found.iter().map(|python| python.version).rfind(|version| fits(*version))
}

fn new_pythons(found: &[Python]) -> Vec<PythonVersion> {
    let mut versions: Vec<PythonVersion> = found.iter().map(|python| python.version).collect();
    // What examples become is for the Pythons from 3.9 on.
    versions.retain(|version| *version >= PythonVersion::new(3, 9));
    if std::env::var_os("CAPI_UPGRADE_ALL_PYTHONS").is_none() {
        versions.retain(|version| *version <= PythonVersion::new(3, 13));
        versions = versions.first().into_iter().chain(versions.last()).copied().collect();
        versions.dedup();
    }
    versions
}

fn units(found: &[Python]) -> Vec<Unit> {
    let mut units = Vec::new();
    let newer = new_pythons(found);
    for transform in Catalogue::builtin().transforms() {
        for (number, example) in transform.file().examples.iter().enumerate() {
            if example.compiles == Some(false) {
                continue;
            }
            let unit = |what: &str, code: &str, python: PythonVersion| Unit {
                name: format!("{} example {} {what}, Python {python}", transform.id(), number + 1),
                code: code.to_owned(),
                files: example.files.clone(),
                python,
            };
            let before = example.before.as_ref().or(example.unchanged.as_ref());
            if let Some((code, python)) = before.zip(old_python(transform, example, found)) {
                units.push(unit("before", code, python));
            }
            if let Some(code) = &example.after {
                units.extend(newer.iter().map(|python| unit("after", code, *python)));
            }
        }
    }
    units
}

fn header_folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("compat-header")
}

/// Folders with a precompiled header, one per Python.
fn precompile(found: &[Python], root: &Path) -> BTreeMap<PythonVersion, PathBuf> {
    let one = |python: &Python| {
        let folder = root.join(python.version.to_string());
        fs::create_dir_all(&folder).unwrap();
        let all = folder.join("all.h");
        let frame =
            "#define PY_SSIZE_T_CLEAN\n#include <Python.h>\n#include <frameobject.h>\n#include <structmember.h>\n";
        fs::write(&all, format!("{frame}#include \"capi_compat.h\"\n")).unwrap();
        let mut compiler = Command::new("cc");
        compiler.args(["-x", "c-header", "-w", "-O0"]).args(python.include_flags()).arg("-I").arg(header_folder());
        let output = compiler.arg(&all).arg("-o").arg(folder.join("all.h.gch")).output().expect("a C compiler");
        assert!(output.status.success(), "{}: {}", python.version, String::from_utf8_lossy(&output.stderr));
        (python.version, folder)
    };
    found.par_iter().map(one).collect()
}

fn compile(unit: &Unit, number: usize, python: &Python, folder: &Path) -> Result<(), String> {
    let own = folder.join(number.to_string());
    fs::create_dir_all(&own).unwrap();
    for (name, content) in &unit.files {
        fs::write(own.join(name), content).unwrap();
    }
    let source = own.join("example.c");
    fs::write(&source, &unit.code).unwrap();
    let mut compiler = Command::new("cc");
    compiler.args(["-fsyntax-only", "-O0", "-include"]).arg(folder.join("all.h"));
    // What C99 made errors, and what a wrong rewrite would look like. `-w` would silence these, too.
    for error in ["implicit-function-declaration", "implicit-int", "int-conversion", "incompatible-pointer-types"] {
        compiler.arg(format!("-Werror={error}"));
    }
    compiler.arg("-I").arg(header_folder());
    let output = compiler.args(python.include_flags()).arg(&source).output().expect("a C compiler");
    fs::remove_dir_all(&own).unwrap();
    if output.status.success() {
        return Ok(());
    }
    Err(format!("{}\n{}\n{}\n", unit.name, unit.code.trim(), String::from_utf8_lossy(&output.stderr)))
}

#[test]
fn every_example_compiles_before_and_after() {
    let found = pythons();
    if found.is_empty() {
        return skip("every_example_compiles_before_and_after");
    }
    let versions: Vec<String> = found.iter().map(|python| python.version.to_string()).collect();
    eprintln!("compiling with the headers of Python {}", versions.join(", "));
    let root = tempfile::tempdir().unwrap();
    let folders = precompile(&found, root.path());
    let units = units(&found);
    let failures: Vec<String> = units
        .par_iter()
        .enumerate()
        .filter_map(|(number, unit)| {
            let python = found.iter().find(|python| python.version == unit.python)?;
            compile(unit, number, python, &folders[&unit.python]).err()
        })
        .collect();
    assert!(failures.is_empty(), "{} of {} do not compile\n\n{}", failures.len(), units.len(), failures.join("\n"));
}
