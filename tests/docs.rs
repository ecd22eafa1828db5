//! The pages of `docs/` that are made from the sources are what the sources say, and the pages make a book: each stands
//! in its table of contents, and links lead somewhere.
//!
//! `INSTA_UPDATE=always` writes what is made anew, as it does snapshots.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use capi_upgrade::capi::{PythonRange, PythonVersion};
use capi_upgrade::report::{header_page, template_page, transform_page, transforms_contents, transforms_index};
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

#[test]
fn the_page_of_the_keys_is_current() {
    let template = read(&root().join("transforms/_template.toml"));
    check(&docs().join("transform-keys.md"), &template_page(&template));
}

/// The last line of the table of contents that is written by hand.
const TRANSFORMS_ENTRY: &str = "- [Transforms](transforms/README.md)\n";

#[test]
fn the_table_of_contents_lists_the_transforms() {
    let path = docs().join("SUMMARY.md");
    let there = read(&path);
    let (by_hand, _) = there.split_once(TRANSFORMS_ENTRY).expect("an entry for the index of the transforms");
    let made = transforms_contents(Catalogue::builtin().transforms());
    check(&path, &format!("{by_hand}{TRANSFORMS_ENTRY}{made}"));
}

/// What is not in the table of contents is not in the book.
#[test]
fn every_page_stands_in_the_table_of_contents() {
    let listed: BTreeSet<PathBuf> =
        links(&read(&docs().join("SUMMARY.md"))).iter().map(|link| docs().join(link)).collect();
    for page in pages() {
        assert!(page.ends_with("SUMMARY.md") || listed.contains(&page), "{} is not in SUMMARY.md", page.display());
    }
}

#[test]
fn links_lead_to_pages_and_headings() {
    for page in ["README.md", "ARCHITECTURE.md", "CONTRIBUTING.md", "CHANGELOG.md"] {
        check_links(&root().join(page), root());
    }
    // What lies outside `docs/` is not in the book.
    for page in pages() {
        check_links(&page, &docs());
    }
}

/// Links of a page lead to files below `base` and to headings that are there.
fn check_links(page: &Path, base: &Path) {
    for link in links(&read(page)) {
        let (file, heading) = link.split_once('#').unwrap_or((&link, ""));
        if link.contains("://") || link.is_empty() {
            continue;
        }
        let target = match file {
            "" => page.to_owned(),
            file => page.parent().expect("a folder").join(file),
        };
        let there =
            target.canonicalize().is_ok_and(|target| target.starts_with(base.canonicalize().expect("is there")));
        assert!(there, "{}: {link} leads nowhere", page.display());
        if !heading.is_empty() {
            assert!(anchors(&read(&target)).contains(heading), "{}: {link} has no such heading", page.display());
        }
    }
}

/// The targets of the links of a page.
fn links(text: &str) -> Vec<String> {
    let mut links = Vec::new();
    for line in prose(text) {
        // Every other part is code.
        let line: String = line.split('`').step_by(2).collect();
        let targets = line.split("](").skip(1).filter_map(|rest| Some(rest.split_once(')')?.0.to_owned()));
        links.extend(targets);
    }
    links
}

/// The names by which headings are linked to, as GitHub and mdBook make them.
fn anchors(text: &str) -> BTreeSet<String> {
    let headings = prose(text).filter_map(|line| line.strip_prefix('#'));
    headings
        .map(|heading| {
            let heading = heading.trim_start_matches('#').trim().to_lowercase().replace(' ', "-");
            heading.chars().filter(|char| char.is_alphanumeric() || matches!(char, '-' | '_')).collect()
        })
        .collect()
}

/// The lines outside blocks of code.
fn prose(text: &str) -> impl Iterator<Item = &str> {
    let mut is_code = false;
    text.lines().filter(move |line| {
        let is_fence = line.starts_with("```");
        is_code ^= is_fence;
        !is_code && !is_fence
    })
}

/// The pages below `docs/`.
fn pages() -> Vec<PathBuf> {
    let folders = [docs(), docs().join("transforms")];
    let entries = folders.iter().flat_map(|folder| fs::read_dir(folder).expect("a folder").flatten());
    entries.map(|entry| entry.path()).filter(|path| path.extension().is_some_and(|ending| ending == "md")).collect()
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn docs() -> PathBuf {
    root().join("docs")
}

fn read(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
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
