#![allow(dead_code, reason = "each test program uses its own part of this")]

//! What the tests of the library share.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use capi_upgrade::capi::{PythonRange, PythonVersion};
use capi_upgrade::semantics::{FileIndex, ProjectIndex};
use capi_upgrade::source::SourceText;
use capi_upgrade::transform::{Catalogue, Transform};
use capi_upgrade::upgrade::{Options, Outcome, Project, Shared, upgrade, upgrade_includes};

/// A project that is only in memory.
pub struct Files {
    index: Arc<ProjectIndex>,
    texts: BTreeMap<PathBuf, Vec<u8>>,
    shared: Shared,
}

impl Files {
    pub fn new<'f>(files: impl IntoIterator<Item = (&'f str, &'f [u8])>) -> Files {
        let texts: BTreeMap<PathBuf, Vec<u8>> =
            files.into_iter().map(|(name, text)| (PathBuf::from(name), text.to_vec())).collect();
        let scanned = texts.iter().map(|(name, text)| (name.clone(), FileIndex::scan(text)));
        Files { index: Arc::new(ProjectIndex::new(scanned)), texts, shared: Shared::default() }
    }
}

impl Project for Files {
    fn index(&self) -> Arc<ProjectIndex> {
        Arc::clone(&self.index)
    }

    fn relative(&self, path: &Path) -> PathBuf {
        path.to_owned()
    }

    fn read(&self, relative: &Path) -> Option<Vec<u8>> {
        self.texts.get(relative).cloned()
    }

    fn shared(&self) -> &Shared {
        &self.shared
    }
}

/// The place of a transform in the catalogue.
pub fn transform(id: &str) -> (usize, &'static Transform) {
    let all = Catalogue::builtin().transforms();
    let found = all.iter().position(|transform| transform.id() == id);
    let index = found.unwrap_or_else(|| panic!("there is no transform {id}"));
    (index, &all[index])
}

/// Options that select `transforms`, for Python 3.9 to 3.15, without an include.
pub fn options(transforms: Vec<usize>, allow_unsafe: bool) -> Options {
    let range = PythonRange { min: PythonVersion::new(3, 9), target: PythonVersion::NEWEST };
    Options {
        range,
        catalogue: Catalogue::builtin(),
        transforms,
        allow_unsafe,
        only: None,
        header: None,
        language: None,
        renames: Vec::new(),
    }
}

/// Options that select all transforms and allow unsafe fixes, for Python 3.9 to 3.15, without an include.
pub fn everything() -> Options {
    options((0..Catalogue::builtin().transforms().len()).collect(), true)
}

/// Upgrades `text` as the file `name` among `others`.
pub fn upgrade_file(name: &str, text: &[u8], others: &[(&str, &[u8])], options: &Options) -> Outcome {
    let files = Files::new(others.iter().copied().chain([(name, text)]));
    let source = SourceText::new(name, text.to_vec());
    let outcome = upgrade(&source, &files, options).expect("the text is source");
    if outcome.is_idle { upgrade_includes(&source, &files, options) } else { outcome }
}

/// The text after an upgrade of a file that stands alone.
pub fn upgraded(text: &str, options: &Options) -> String {
    let outcome = upgrade_file("example.c", text.as_bytes(), &[], options);
    String::from_utf8(outcome.text.unwrap_or_else(|| text.as_bytes().to_vec())).expect("UTF-8 stays UTF-8")
}
