//! What fuzzing has found stays mended: each file of `tests/findings/<target>` once broke the law of that target.

mod common;
mod fuzzed;

use std::fs;
use std::path::{Path, PathBuf};

use rayon::prelude::*;

/// The files of a folder, sorted.
fn files(folder: &Path) -> Vec<PathBuf> {
    let mut files: Vec<PathBuf> =
        fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path()).collect();
    files.sort();
    files
}

#[test]
fn what_was_found_stays_mended() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/findings");
    for folder in files(&root) {
        let target = folder.file_name().expect("it has a name").to_string_lossy().into_owned();
        for file in files(&folder) {
            println!("{}", file.strip_prefix(&root).expect("below the folder").display());
            fuzzed::hold(&target, &fs::read(&file).expect("a readable file"));
        }
    }
}

#[test]
fn the_laws_hold_for_the_seeds() {
    fuzzed::seeds(&Path::new(env!("CARGO_MANIFEST_DIR")).join("transforms"))
        .par_iter()
        .for_each(|(target, data)| fuzzed::hold(target, data));
}
