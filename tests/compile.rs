//! Every `[[example]]` compiles before, on a Python that has the old form, and after, with the compat header.
//!
//! Two Pythons serve the code after: the oldest and the newest found between 3.9 and 3.13. With
//! `CAPI_UPGRADE_ALL_PYTHONS=1` all from 3.9 on that are found do.

mod common;
#[path = "common/compiler.rs"]
mod compiler;
#[path = "common/pythons.rs"]
mod pythons;

use capi_upgrade::capi::PythonVersion;
use capi_upgrade::source::Language;
use capi_upgrade::transform::{Catalogue, Example, Transform};
use compiler::{Compilers, Unit};
use pythons::{Python, pythons, skip};
use rayon::prelude::*;

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
                language: example.language,
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

#[test]
fn every_example_compiles_before_and_after() {
    let found = pythons();
    if found.is_empty() {
        return skip("every_example_compiles_before_and_after");
    }
    let versions: Vec<String> = found.iter().map(|python| python.version.to_string()).collect();
    eprintln!("compiling with the headers of Python {}", versions.join(", "));
    let compilers = Compilers::new(&found, &["-fsyntax-only", "-O0"], &[Language::C, Language::Cpp]);
    let units = units(&found);
    let failures: Vec<String> = units.par_iter().filter_map(|unit| compilers.compile(unit).err()).collect();
    assert!(failures.is_empty(), "{} of {} do not compile\n\n{}", failures.len(), units.len(), failures.join("\n"));
}

/// A rewrite of C that is C++, too, is none that only C takes.
#[test]
fn what_is_cpp_before_is_cpp_after() {
    let found = pythons();
    let (Some(newest), true) = (new_pythons(&found).last().copied(), found.len() > 1) else {
        return skip("what_is_cpp_before_is_cpp_after");
    };
    let compilers = Compilers::new(&found, &["-fsyntax-only", "-O0"], &[Language::Cpp]);
    let examples = Catalogue::builtin().transforms().iter().flat_map(|transform| {
        transform.file().examples.iter().enumerate().map(move |(number, example)| (transform, number, example))
    });
    let examples: Vec<_> = examples.filter(|(_, _, example)| example.language == Language::C).collect();
    let results: Vec<(bool, Option<String>)> = examples
        .par_iter()
        .filter_map(|(transform, number, example)| {
            let old = old_python(transform, example, &found)?;
            let (before, after) = example.before.as_ref().zip(example.after.as_ref())?;
            let compile = |code: &str, python: PythonVersion| {
                compilers.compile(&Unit {
                    name: format!("{} example {}, Python {python}", transform.id(), number + 1),
                    code: code.to_owned(),
                    language: Language::Cpp,
                    files: example.files.clone(),
                    python,
                })
            };
            let is_cpp = compile(before, old).is_ok();
            Some((is_cpp, is_cpp.then(|| compile(after, newest).err()).flatten()))
        })
        .collect();
    let compared = results.iter().filter(|(is_cpp, _)| *is_cpp).count();
    let failures: Vec<String> = results.into_iter().filter_map(|(_, failure)| failure).collect();
    eprintln!("{compared} of {} examples are C++, too", examples.len());
    assert!(compared > 0 && failures.is_empty(), "{} of {compared}\n\n{}", failures.len(), failures.join("\n"));
}
