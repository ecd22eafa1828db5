//! Rewrites called safe compile to the code that was there before, on the Pythons that have both forms, or their
//! example says why not.
//!
//! The oldest and the newest Python found between 3.8 and 3.12 serve; with `CAPI_UPGRADE_ALL_PYTHONS=1` all of them do.
//! What an optimizer makes of a program is its own affair, so only GCC is asked.

#[path = "common/compiler.rs"]
mod compiler;
#[path = "common/pythons.rs"]
mod pythons;

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::process::Command;
use std::sync::LazyLock;

use capi_upgrade::capi::{Build, BuildSet, Implementation, PythonVersion};
use capi_upgrade::header;
use capi_upgrade::source::Language;
use capi_upgrade::transform::{Catalogue, Example};
use compiler::{Compilers, Unit};
use pythons::{Python, pythons, skip};
use rayon::prelude::*;
use regex::{Captures, Regex};
use similar::TextDiff;

/// Assertions are off, as in extensions that are released. Functions that nothing calls are kept, or there would be
/// nothing to compare.
const FLAGS: &[&str] = &[
    "-S",
    "-O2",
    "-g0",
    "-DNDEBUG",
    "-fPIC",
    "-fkeep-static-functions",
    "-fno-ident",
    "-fno-asynchronous-unwind-tables",
];

/// An example whose rewrite is made without being allowed to change anything.
struct Pair {
    name: String,
    example: &'static Example,
}

fn pairs() -> Vec<Pair> {
    let mut pairs = Vec::new();
    for transform in Catalogue::builtin().transforms() {
        for (number, example) in transform.file().examples.iter().enumerate() {
            // `tests/examples.rs` sees that such an example becomes what it should without --unsafe.
            if example.after.is_some()
                && example.language == Language::C
                && !example.needs_unsafe
                && example.compiles != Some(false)
            {
                pairs.push(Pair { name: format!("{} example {}", transform.id(), number + 1), example });
            }
        }
    }
    pairs
}

fn is_wide() -> bool {
    std::env::var_os("CAPI_UPGRADE_ALL_PYTHONS").is_some()
}

/// The Pythons that are asked.
fn chosen() -> Vec<Python> {
    let mut found = pythons();
    found.retain(|python| (PythonVersion::new(3, 8)..=PythonVersion::new(3, 12)).contains(&python.version));
    if !is_wide() && found.len() > 2 {
        found.drain(1..found.len() - 1);
    }
    found
}

fn is_gcc() -> bool {
    let output = Command::new("cc").args(["-fkeep-static-functions", "-dM", "-E", "-x", "c", "/dev/null"]).output();
    let macros = output.map(|output| String::from_utf8_lossy(&output.stdout).into_owned()).unwrap_or_default();
    macros.contains("__GNUC__") && !macros.contains("__clang__")
}

/// Assembly without what names of files and the count of labels change.
fn normalized(assembly: &str) -> String {
    static LABEL: LazyLock<Regex> = LazyLock::new(|| Regex::new(r"\.L[A-Z]*[0-9]+").unwrap());
    let lines = assembly.lines().filter(|line| !line.trim_start().starts_with(".file"));
    let text = lines.collect::<Vec<_>>().join("\n");
    let mut labels: BTreeMap<String, usize> = BTreeMap::new();
    let renamed = LABEL.replace_all(&text, |found: &Captures<'_>| {
        let next = labels.len();
        format!(".L{}", labels.entry(found[0].to_owned()).or_insert(next))
    });
    renamed.into_owned()
}

/// What came of an example for one Python.
#[derive(PartialEq)]
enum Comparison {
    /// One of the forms does not compile there.
    Impossible,
    Equal,
    /// The same code calls another function. Whether that does the same is not to be seen here.
    Renamed,
    /// What is new is the compat header's there, which `compat-header/tests` compares with Python's own.
    Backfilled,
    /// How the assembly differs.
    Different(String),
}

fn compare(pair: &Pair, python: PythonVersion, compilers: &Compilers<'_>) -> Comparison {
    let compile = |code: &str| {
        let (name, code, files) = (pair.name.clone(), code.to_owned(), pair.example.files.clone());
        compilers
            .compile(&Unit { name, code, language: Language::C, files, python })
            .map(|assembly| normalized(&assembly))
    };
    let (old, new) = (pair.example.before.as_deref().unwrap_or(""), pair.example.after.as_deref().unwrap_or(""));
    let (Ok(before), Ok(after)) = (compile(old), compile(new)) else { return Comparison::Impossible };
    if before == after {
        Comparison::Equal
    } else if without_callees(&before) == without_callees(&after) {
        Comparison::Renamed
    } else if uses_header(old, new, python) {
        Comparison::Backfilled
    } else {
        let diff = TextDiff::from_lines(&before, &after).unified_diff().context_radius(2).to_string();
        Comparison::Different(diff)
    }
}

/// Assembly without the names of the functions that it calls, which may be those of Python.
fn without_callees(assembly: &str) -> Cow<'_, str> {
    static CALL: LazyLock<Regex> = LazyLock::new(|| Regex::new(r"\b(call|jmp)\t\w+@PLT").unwrap());
    CALL.replace_all(assembly, "$1")
}

/// Whether `new` has a name which `old` has not, and which the compat header brings to `python`.
fn uses_header(old: &str, new: &str, python: PythonVersion) -> bool {
    static WORD: LazyLock<Regex> = LazyLock::new(|| Regex::new(r"\b[A-Za-z_]\w*").unwrap());
    let words = |text: &'_ str| WORD.find_iter(text).map(|word| word.as_str().to_owned()).collect::<BTreeSet<String>>();
    let plain = |build: Build| build.implementation == Implementation::CPython && !build.limited && !build.preview;
    let builds = BuildSet::matching(|build| plain(build) && build.version == python);
    words(new).difference(&words(old)).any(|name| header::offers(name) && header::is_needed(name, builds))
}

#[test]
fn safe_rewrites_compile_to_the_same_code() {
    let name = "safe_rewrites_compile_to_the_same_code";
    let found = chosen();
    if found.is_empty() {
        return skip(name);
    }
    if !is_gcc() {
        return eprintln!("{name}: SKIPPED, the C compiler is not GCC");
    }
    let compilers = Compilers::new(&found, FLAGS, &[Language::C]);
    let pairs = pairs();
    let results: Vec<Vec<Comparison>> = pairs
        .par_iter()
        .map(|pair| found.iter().map(|python| compare(pair, python.version, &compilers)).collect())
        .collect();

    let count = |wanted: &Comparison| results.iter().flatten().filter(|result| *result == wanted).count();
    let different = results.iter().flatten().filter(|result| matches!(result, Comparison::Different(_))).count();
    eprintln!(
        "{} examples, {} of them compared: {} times equal, {} times another function is called, {} times the compat \
         header's, {different} times different, {} times not to be compiled",
        pairs.len(),
        results.iter().filter(|all| all.iter().any(|result| *result != Comparison::Impossible)).count(),
        count(&Comparison::Equal),
        count(&Comparison::Renamed),
        count(&Comparison::Backfilled),
        count(&Comparison::Impossible),
    );
    let mut failures = Vec::new();
    for (pair, results) in pairs.iter().zip(&results) {
        let mut diffs = found.iter().zip(results).filter_map(|(python, result)| match result {
            Comparison::Different(diff) => Some(format!("{}, Python {}\n{diff}", pair.name, python.version)),
            _ => None,
        });
        match (&pair.example.object_code, diffs.next()) {
            (None, Some(diff)) => failures.push(diff),
            (Some(_), None) if is_wide() => failures.push(format!("{}: `object-code` explains nothing\n", pair.name)),
            _ => {}
        }
    }
    let hint = "either the rewrite is not safe, or `object-code` in the example says why that does no harm";
    assert!(failures.is_empty(), "{} examples differ: {hint}\n\n{}", failures.len(), failures.join("\n"));
}
