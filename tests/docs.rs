//! The pages of `docs/` that are made from the sources are what the sources say.
//!
//! `INSTA_UPDATE=always` writes them anew, as it does snapshots.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use capi_upgrade::capi::{PythonRange, PythonVersion};
use capi_upgrade::report::{header_page, transform_page, transforms_index};
use capi_upgrade::transform::Catalogue;

/// The Pythons that pages speak of: those of a run without options.
const RANGE: PythonRange = PythonRange { min: PythonVersion::new(3, 9), target: PythonVersion::NEWEST };

#[test]
fn the_page_of_the_header_is_current() {
    check(&docs().join("compat-header.md"), &header_page());
}

#[test]
fn the_pages_of_the_transforms_are_current() {
    let transforms = Catalogue::builtin().transforms();
    let mut pages: BTreeMap<String, String> = BTreeMap::new();
    pages.insert("README.md".to_owned(), transforms_index(transforms, RANGE));
    for transform in transforms {
        pages.insert(format!("{}.md", transform.id()), transform_page(transform, RANGE));
    }
    let folder = docs().join("transforms");
    for (name, text) in &pages {
        check(&folder.join(name), text);
    }
    for entry in fs::read_dir(&folder).expect("the folder is there").flatten() {
        let name = entry.file_name().into_string().expect("a plain name");
        if !pages.contains_key(&name) {
            if is_update() {
                fs::remove_file(entry.path()).expect("a file of ours");
            } else {
                panic!("{} belongs to no transform", entry.path().display());
            }
        }
    }
}

fn docs() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("docs")
}

fn is_update() -> bool {
    std::env::var("INSTA_UPDATE").is_ok_and(|value| value == "always")
}

#[track_caller]
fn check(path: &Path, text: &str) {
    let there = fs::read_to_string(path).unwrap_or_default();
    if there == text {
        return;
    }
    if is_update() {
        fs::create_dir_all(path.parent().expect("below docs")).expect("folders");
        fs::write(path, text).expect("a file of ours");
    } else {
        panic!("{} is not current; INSTA_UPDATE=always writes it anew", path.display());
    }
}
