//! The whole tool over one file.

use std::path::PathBuf;

use capi_upgrade::edit::{Applicability, Edit, apply};
use capi_upgrade::source::SourceText;
use capi_upgrade::transform::Catalogue;
use capi_upgrade::upgrade::{Options, Outcome, upgrade};

use crate::common::{Files, everything, options};

/// The kinds of files that the first byte of an input chooses from.
const NAMES: [&str; 6] = ["example.c", "example.cpp", "example.h", "example.hpp", "example.pyx", "example.pxd"];

/// By default and with everything allowed: places lie in the text, rewriting settles, what is changed is what the fixes
/// say that were made, and a second run changes nothing.
pub fn holds(data: &[u8]) {
    let Some((first, text)) = data.split_first() else { return };
    let name = NAMES[usize::from(*first) % NAMES.len()];
    let header = Some("capi_compat.h".to_owned());
    for options in [by_default(), Options { header, ..everything() }] {
        let Some(outcome) = run(name, text, &options) else { continue };
        check(text, &outcome);
        let Some(new) = outcome.text else { continue };
        let again = run(name, &new, &options).expect("what was read once is read again");
        let again = again.text.map(|text| String::from_utf8_lossy(&text).into_owned());
        assert_eq!(again, None, "a second run goes on; first:\n{}", String::from_utf8_lossy(&new));
    }
}

/// The transforms that run unless others are chosen, with safe fixes alone.
fn by_default() -> Options {
    let all = Catalogue::builtin().transforms();
    let range = everything().range;
    options((0..all.len()).filter(|index| all[*index].group(range).is_default()).collect(), false)
}

fn run(name: &str, text: &[u8], options: &Options) -> Option<Outcome> {
    let source = SourceText::new(PathBuf::from(name), text.to_vec());
    // What cannot be looked at is an error, and has been since the index was made.
    upgrade(&source, &Files::new([(name, text)]), options).ok()
}

fn check(text: &[u8], outcome: &Outcome) {
    let lines = text.iter().filter(|byte| **byte == b'\n').count() as u32 + 1;
    let found = outcome.diagnostics.iter().chain(&outcome.applied).chain(&outcome.suppressed);
    for diagnostic in found {
        assert!(
            diagnostic.range.end as usize <= text.len() && (1..=lines).contains(&diagnostic.line),
            "{diagnostic:?}"
        );
    }
    assert!(outcome.unparsed.iter().all(|unparsed| (1..=lines).contains(&unparsed.line)), "{:?}", outcome.unparsed);
    let is_unsettled = outcome.warnings.iter().any(|warning| warning.contains("did not settle"));
    assert!(!is_unsettled, "{:?}", outcome.warnings);
    // Later passes build on what earlier ones wrote, and the include and its macro are put in last.
    let is_one_pass = outcome.turns.iter().all(|(_, pass)| *pass == 0) && outcome.include.is_none();
    let fixes: Option<Vec<_>> = outcome.applied.iter().map(|applied| applied.fix.as_ref()).collect();
    if let (true, true, Some(fixes)) = (is_one_pass, outcome.warnings.is_empty(), fixes) {
        let edits: Vec<&Edit> = fixes.iter().flat_map(|fix| fix.edits()).collect();
        let new = apply(text, edits);
        assert_eq!(outcome.text.as_deref().unwrap_or(text), new, "other changes than those of the fixes");
    }
    assert!(outcome.applied.iter().all(|applied| applied.applicability != Applicability::DisplayOnly));
}
