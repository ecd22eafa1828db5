//! Every `[[example]]` holds: `before` becomes exactly `after`, `unchanged` stays, and a second run changes nothing.

mod common;

use capi_upgrade::edit::Applicability;
use capi_upgrade::header;
use capi_upgrade::transform::{Catalogue, Example, Transform};
use capi_upgrade::upgrade::Options;
use common::{options, transform, upgrade_file};

/// Upgrades `text` with one transform, in the project that the example describes.
fn run(transform: usize, example: &Example, text: &str, allow_unsafe: bool) -> String {
    run_as(example.file_name(), transform, example, text, allow_unsafe)
}

fn run_as(name: &str, transform: usize, example: &Example, text: &str, allow_unsafe: bool) -> String {
    let others: Vec<_> = example.files.iter().map(|(name, text)| (name.as_str(), text.as_bytes())).collect();
    let header = example.header.then(|| header::NAME.to_owned());
    let options = Options { header, ..options(vec![transform], allow_unsafe) };
    let outcome = upgrade_file(name, text.as_bytes(), &others, &options);
    assert!(outcome.warnings.is_empty(), "{:?}", outcome.warnings);
    String::from_utf8(outcome.text.unwrap_or_else(|| text.as_bytes().to_vec())).unwrap()
}

fn check(index: usize, transform: &Transform, number: usize, example: &Example) -> Result<(), String> {
    let name = format!("{} example {}", transform.id(), number + 1);
    let equal = |what: &str, actual: &str, expected: &str| {
        if actual == expected {
            return Ok(());
        }
        Err(format!("{name}: {what}\n--- expected\n{expected}\n--- actual\n{actual}\n"))
    };
    match (&example.before, &example.after, &example.unchanged) {
        (Some(before), Some(after), None) => {
            equal("before does not become after", &run(index, example, before, example.needs_unsafe), after)?;
            equal("a second run changes something", &run(index, example, after, true), after)?;
            if example.needs_unsafe {
                equal("an unsafe fix is applied unasked", &run(index, example, before, false), before)?;
            }
            Ok(())
        }
        (None, None, Some(unchanged)) => equal("unchanged changes", &run(index, example, unchanged, true), unchanged),
        _ => Err(format!("{name}: has neither `before` and `after` nor `unchanged` alone")),
    }
}

#[test]
fn every_example_holds() {
    let mut failures = Vec::new();
    let mut count = 0;
    for (index, transform) in Catalogue::builtin().transforms().iter().enumerate() {
        for (number, example) in transform.file().examples.iter().enumerate() {
            count += 1;
            failures.extend(check(index, transform, number, example).err());
        }
    }
    assert!(failures.is_empty(), "{} of {count} examples fail\n\n{}", failures.len(), failures.join("\n"));
}

#[test]
fn every_transform_has_an_example_of_what_it_does() {
    for transform in Catalogue::builtin().transforms() {
        let file = transform.file();
        let shows =
            |example: &Example| example.before.is_some() || transform.applicability() == Applicability::DisplayOnly;
        assert!(file.examples.iter().any(shows), "{} shows no rewrite", transform.id());
        let stays =
            |example: &Example| example.unchanged.is_some() || transform.applicability() == Applicability::DisplayOnly;
        assert!(file.examples.iter().any(stays), "{} does not show what could be mistaken for it", transform.id());
    }
}

#[test]
fn what_is_only_reported_is_found_in_an_example() {
    let mut silent = Vec::new();
    for (index, transform) in Catalogue::builtin().transforms().iter().enumerate() {
        let file = transform.file();
        let finds = |example: &Example| {
            let others: Vec<(&str, &[u8])> =
                example.files.iter().map(|(name, text)| (name.as_str(), text.as_bytes())).collect();
            let text = example.unchanged.as_deref().unwrap_or_default();
            let outcome = upgrade_file(example.file_name(), text.as_bytes(), &others, &options(vec![index], true));
            !outcome.diagnostics.is_empty()
        };
        if transform.applicability() == Applicability::DisplayOnly && !file.examples.iter().any(finds) {
            silent.push(transform.id().to_owned());
        }
    }
    assert!(silent.is_empty(), "{silent:?}");
}

#[test]
fn a_report_is_made_where_no_rewrite_reaches() {
    let (index, _) = transform("private-dict-pop");
    let text = "PyObject *take(PyObject *dict, PyObject *key)\n{\n    return _PyDict_Pop(dict, key, NULL);\n}\n";
    let outcome = upgrade_file("example.c", text.as_bytes(), &[], &options(vec![index], true));
    assert_eq!(outcome.text, None);
    let found: Vec<_> = outcome.diagnostics.iter().map(|diagnostic| (diagnostic.line, diagnostic.column)).collect();
    assert_eq!(found, [(3, 12)]);
    assert!(outcome.diagnostics[0].note.as_ref().unwrap().starts_with("call `PyDict_Pop(dict, key, &value)`"));
}

#[test]
fn every_example_holds_as_cpp() {
    let mut failures = Vec::new();
    let mut count = 0;
    for (index, transform) in Catalogue::builtin().transforms().iter().enumerate() {
        for (number, example) in transform.file().examples.iter().enumerate() {
            count += 1;
            let name = format!("{} example {}", transform.id(), number + 1);
            let (text, expected) = match (&example.before, &example.after, &example.unchanged) {
                (Some(before), Some(after), _) => (before, after),
                (.., Some(unchanged)) => (unchanged, unchanged),
                _ => continue,
            };
            let actual = run_as("example.cpp", index, example, text, example.before.is_none() || example.needs_unsafe);
            if actual != *expected {
                failures.push(format!("{name}\n--- expected\n{expected}\n--- actual\n{actual}\n"));
            }
        }
    }
    assert!(failures.is_empty(), "{} of {count} examples fail as C++\n\n{}", failures.len(), failures.join("\n"));
}
