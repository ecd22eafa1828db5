//! What holds when some fixes are declined, over all examples.

mod common;

use std::collections::BTreeSet;
use std::hash::{DefaultHasher, Hash, Hasher};

use capi_upgrade::source::SourceText;
use capi_upgrade::transform::{Catalogue, Example};
use capi_upgrade::upgrade::{Options, Outcome, upgrade, upgrade_with};
use common::{Files, everything};
use rayon::prelude::*;

/// All examples of rewrites, with their names.
fn examples() -> Vec<(String, &'static Example)> {
    let transforms = Catalogue::builtin().transforms().iter();
    let examples = transforms.flat_map(|transform| {
        let examples = transform.file().examples.iter().enumerate();
        examples.map(|(number, example)| (format!("{} example {}", transform.id(), number + 1), example))
    });
    examples.filter(|(_, example)| example.before.is_some()).collect()
}

/// What an example becomes if `agrees` says so of a transform and a place. What is shown of each fix must go on where the
/// one before ended, nothing may be asked twice, and what is written must be what was shown.
fn check(name: &str, example: &Example, agrees: impl Fn(&str, u32) -> bool) -> Result<Outcome, String> {
    let text = example.before.as_deref().unwrap_or_default().as_bytes();
    let (files, options) = project(example, text);
    let (mut shown, mut asked, mut failures) = (text.to_vec(), BTreeSet::new(), Vec::new());
    let mut agreed = 0;
    let outcome = upgrade_with(&SourceText::new("x.c", text.to_vec()), &files, &options, &mut |proposal| {
        let (old, new) = proposal.texts();
        let found = proposal.found;
        if old != shown {
            failures.push(format!("{name}: {} begins with another text", found.transform));
        }
        if !asked.insert((found.transform, found.range.start)) {
            failures.push(format!("{name}: {} at line {} is asked about again", found.transform, found.line));
        }
        let is_wanted = agrees(found.transform, found.range.start);
        if is_wanted {
            shown = new;
            agreed += 1;
        }
        is_wanted
    });
    let outcome = outcome.map_err(|error| format!("{name}: {error}"))?;
    if outcome.text.as_deref().unwrap_or(text) != shown {
        failures.push(format!("{name}: what is written was not shown"));
    }
    if outcome.applied.len() != agreed {
        failures.push(format!("{name}: {} of {agreed} are made", outcome.applied.len()));
    }
    if failures.is_empty() { Ok(outcome) } else { Err(failures.join("\n")) }
}

fn project(example: &Example, text: &[u8]) -> (Files, Options) {
    let others = example.files.iter().map(|(name, text)| (name.as_str(), text.as_bytes()));
    let files = Files::new(others.chain([("x.c", text)]));
    (files, Options { header: Some("capi_compat.h".to_owned()), ..everything() })
}

#[track_caller]
fn none(failures: Vec<String>) {
    assert!(failures.is_empty(), "{} of these:\n{}", failures.len(), failures.join("\n"));
}

#[test]
fn who_agrees_to_all_gets_what_nobody_is_asked_about() {
    let compare = |(name, example): &(String, &Example)| {
        let text = example.before.as_deref().unwrap_or_default().as_bytes();
        let (files, options) = project(example, text);
        let expected = upgrade(&SourceText::new("x.c", text.to_vec()), &files, &options).ok()?.text;
        match check(name, example, |_, _| true) {
            Ok(outcome) => (outcome.text != expected).then(|| format!("{name}: another text")),
            Err(failures) => Some(failures),
        }
    };
    none(examples().par_iter().filter_map(compare).collect());
}

#[test]
fn who_declines_all_keeps_the_text() {
    let compare = |(name, example): &(String, &Example)| match check(name, example, |_, _| false) {
        Ok(outcome) => outcome.text.is_some().then(|| format!("{name}: changed")),
        Err(failures) => Some(failures),
    };
    none(examples().par_iter().filter_map(compare).collect());
}

#[test]
fn what_is_declined_here_and_there_stays_declined() {
    let compare = |(name, example): &(String, &Example)| {
        (0..4).find_map(|seed: u32| {
            let agrees = |transform: &str, place: u32| {
                let mut hasher = DefaultHasher::new();
                (seed, transform, place).hash(&mut hasher);
                hasher.finish().is_multiple_of(2)
            };
            check(name, example, agrees).err()
        })
    };
    none(examples().par_iter().filter_map(compare).collect());
}
