//! What holds of all formats.

use proptest::prelude::*;

use super::*;
use crate::capi::{PythonRange, PythonVersion};
use crate::edit::{Applicability, Edit, Fix};
use crate::source::TextRange;
use crate::transform::Catalogue;
use crate::upgrade::{Diagnostic, Fingerprint, Outcome};

/// A file with one finding of each status at the same place.
fn file(old: Vec<u8>, start: u32, end: u32, new: &str) -> FileReport {
    let catalogue = Catalogue::builtin();
    let found = |applicability| {
        let edits = vec![Edit::replace(TextRange::new(start, end), new), Edit::insert(old.len() as u32, new)];
        Diagnostic {
            transform: catalogue.transforms()[0].id(),
            range: TextRange::new(start, end),
            line: old[..start as usize].iter().filter(|byte| **byte == b'\n').count() as u32 + 1,
            column: 1,
            message: new.to_owned(),
            note: Some(new.to_owned()),
            applicability,
            fix: Fix::new(edits, applicability),
            needs: Vec::new(),
            fingerprint: Fingerprint::default(),
        }
    };
    let range = PythonRange { min: PythonVersion::OLDEST, target: PythonVersion::NEWEST };
    let outcome = Outcome {
        text: Some([new.as_bytes(), &old].concat()),
        applied: vec![found(Applicability::Safe)],
        diagnostics: vec![found(Applicability::Unsafe), found(Applicability::DisplayOnly)],
        suppressed: vec![found(Applicability::Safe)],
        ..Outcome::default()
    };
    FileReport { path: new.into(), old, outcome, range, catalogue }
}

/// Every format of one file.
fn all_formats(file: FileReport) -> Vec<String> {
    let mut summary = Summary::default();
    summary.add(&file, true);
    let palette = Palette::default();
    let lines = [text(&file, palette), diagnostics(&file, palette), github(&file)];
    let (files, errors) = ([file], ["an error".to_owned()]);
    let run = RunReport { files: &files, errors: &errors, applied: false, summary: &summary };
    lines.into_iter().chain([json(&run), sarif(&run), html(&run)]).collect()
}

proptest! {
    #[test]
    fn any_text_can_be_reported(
        old in prop::collection::vec(prop_oneof![Just(b'\n'), Just(b'\r'), Just(b'\t'), any::<u8>()], 0..60),
        start: prop::sample::Index,
        len in 0usize..20,
        new in "[\n\r\t <>&\"':,%`\u{1b}\u{e4}\u{202e}a]{0,12}",
    ) {
        let start = start.index(old.len() + 1);
        let end = (start + len).min(old.len());
        for format in all_formats(file(old.clone(), start as u32, end as u32, &new)) {
            prop_assert!(!format.contains('\u{1b}'), "{format}");
        }
    }
}

#[test]
fn places_in_text_of_several_bytes_are_shown() {
    let formats = all_formats(file("\u{e4}\u{e4} = f(x);\r\n".as_bytes().to_vec(), 7, 11, "g"));
    assert!(formats[0].contains(":1:6\n"), "{}", formats[0]);
    assert!(formats[2].contains(",line=1,endLine=1,col=6,endColumn=10,"), "{}", formats[2]);
}
