#![allow(dead_code, reason = "each test program uses its own part of this")]

//! The laws that the fuzz targets in `fuzz/` check, each a function of bytes that panics where it does not hold. They
//! stand here so that `cargo test` holds them over past findings and over the seeds, too.

mod edits;
mod header_guard;
mod lexer;
mod matcher;
mod parse;
mod transform;
mod upgrade;

use std::path::Path;

use capi_upgrade::source::{TextRange, Token};
use capi_upgrade::transform::Catalogue;

/// A law: it panics where the bytes break it.
pub type Law = fn(&[u8]);

/// All laws, with the names of their targets.
pub const LAWS: [(&str, Law); 7] = [
    ("edits", edits::holds),
    ("header_guard", header_guard::holds),
    ("lexer", lexer::holds),
    ("matcher", matcher::holds),
    ("parse", parse::holds),
    ("transform", transform::holds),
    ("upgrade", upgrade::holds),
];

/// Holds the law of a target over `data`.
#[track_caller]
pub fn hold(target: &str, data: &[u8]) {
    let (_, law) = LAWS.iter().find(|(name, _)| *name == target).expect("a target of that name");
    law(data);
}

/// Inputs that a fuzzer may begin with, by target: the examples of the transforms in the form that the target takes, and
/// the files of the transforms, which lie in the folder `transforms`.
pub fn seeds(transforms: &Path) -> Vec<(&'static str, Vec<u8>)> {
    let mut seeds = Vec::new();
    for transform in Catalogue::builtin().transforms() {
        let file = transform.file();
        for example in &file.examples {
            let Some(text) = example.before.as_ref().or(example.unchanged.as_ref()) else { continue };
            let is_cpp = example.file_name().ends_with("cpp");
            seeds.extend(["lexer", "header_guard"].map(|target| (target, text.clone().into_bytes())));
            seeds.extend(
                ["parse", "upgrade"].map(|target| (target, format!("{}{text}", u8::from(is_cpp)).into_bytes())),
            );
            let rewrites =
                file.rewrites.iter().map(|entry| format!("{}\n{}", one_line(&entry.find), one_line(&entry.replace)));
            seeds.extend(rewrites.map(|pattern| ("matcher", format!("{pattern}\n{text}").into_bytes())));
        }
        let path = transforms.join(transform.folder()).join(format!("{}.toml", transform.id()));
        seeds.push(("transform", std::fs::read(path).expect("a transform is a file")));
    }
    seeds.push(("edits", b"int f(PyObject *op) { return _PyLong_AsInt(op); }".to_vec()));
    seeds
}

fn one_line(text: &str) -> String {
    text.trim().replace('\n', " ")
}

/// Checks that tokens stand in order, do not overlap, and lie in `around`.
fn in_order(tokens: &[Token], around: TextRange) {
    let mut end = around.start;
    for token in tokens {
        assert!(end <= token.range.start && token.range.start < token.range.end, "{token:?} behind {end}");
        end = token.range.end;
    }
    assert!(end <= around.end, "a token ends at {end}, behind {around:?}");
}

/// The whole of a text.
fn whole(source: &[u8]) -> TextRange {
    TextRange::new(0, source.len() as u32)
}
