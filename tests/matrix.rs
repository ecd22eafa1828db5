//! Every transform over the examples of all others: a snapshot lists which fire there, and all of them together settle.

mod common;

use std::collections::BTreeSet;

use capi_upgrade::transform::{Catalogue, Example};
use capi_upgrade::upgrade::Outcome;
use common::{everything, upgrade_file};
use rayon::prelude::*;

/// A text of an example.
struct Case {
    /// The transform it belongs to.
    id: &'static str,
    /// Which text of which example it is.
    name: String,
    text: &'static str,
    example: &'static Example,
}

fn cases() -> Vec<Case> {
    let mut cases = Vec::new();
    for transform in Catalogue::builtin().transforms() {
        for (number, example) in transform.file().examples.iter().enumerate() {
            let texts = [("before", &example.before), ("after", &example.after), ("unchanged", &example.unchanged)];
            for (what, text) in texts {
                let Some(text) = text else { continue };
                let name = format!("example {} {what}", number + 1);
                cases.push(Case { id: transform.id(), name, text, example });
            }
        }
    }
    cases
}

/// Runs all transforms, unsafe fixes among them, over `text` in the project of the example.
fn run(case: &Case, text: &[u8]) -> Outcome {
    let others: Vec<_> = case.example.files.iter().map(|(name, text)| (name.as_str(), text.as_bytes())).collect();
    upgrade_file(case.example.file_name(), text, &others, &everything())
}

/// The transforms other than its own that have something to say about an example.
fn others(case: &Case, outcome: &Outcome) -> BTreeSet<&'static str> {
    let applied = outcome.applied.iter().map(|applied| applied.transform);
    let reported = outcome.diagnostics.iter().map(|diagnostic| diagnostic.transform);
    applied.chain(reported).filter(|id| *id != case.id).collect()
}

#[test]
fn who_fires_on_whose_examples() {
    let fires = |case: &Case| {
        let others = others(case, &run(case, case.text.as_bytes()));
        let others: Vec<&str> = others.into_iter().collect();
        (!others.is_empty()).then(|| format!("{}: {} -> {}", case.id, case.name, others.join(", ")))
    };
    let cases = cases();
    let old = cases.par_iter().filter(|case| !case.name.ends_with("after"));
    let mut lines: Vec<String> = old.filter_map(fires).collect();
    lines.sort();
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path("../snapshots");
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| insta::assert_snapshot!("matrix", lines.join("\n")));
}

#[test]
fn all_transforms_together_settle() {
    let check = |case: &Case| {
        let first = run(case, case.text.as_bytes());
        let name = format!("{} {}", case.id, case.name);
        if !first.warnings.is_empty() {
            return Some(format!("{name}: {}\n{}", first.warnings.join("\n"), case.text));
        }
        let text = first.text?;
        let second = run(case, &text).text?;
        let (first, second) = (String::from_utf8_lossy(&text), String::from_utf8_lossy(&second));
        Some(format!("{name}: a second run goes on\n--- first{first}\n--- second{second}\n"))
    };
    let cases = cases();
    let failures: Vec<String> = cases.par_iter().filter_map(check).collect();
    assert!(failures.is_empty(), "{} of {} do not settle\n\n{}", failures.len(), cases.len(), failures.join("\n"));
}
