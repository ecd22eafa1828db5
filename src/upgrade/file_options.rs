//! What the user asks for of a single file.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use super::{Diagnostic, Fingerprint, Options};

/// What the user asks for of a file, where that differs from what holds for its project.
#[derive(Clone, Debug, Default)]
pub struct FileOptions {
    /// Whether it is not rewritten with the others; it may be when it is asked for by name.
    pub excluded: bool,
    /// Transforms that do not run on it, by their place in the catalogue.
    pub ignored: Vec<usize>,
    /// Findings to leave out, and how often each may be found. One that is found more often is not left out at all:
    /// nothing tells which of them are new.
    pub known: BTreeMap<Fingerprint, usize>,
}

impl FileOptions {
    /// The transforms that run on the file, of those that run in its project.
    pub fn transforms<'o>(&self, options: &'o Options) -> Cow<'o, [usize]> {
        if self.ignored.is_empty() {
            return Cow::Borrowed(&options.transforms);
        }
        let runs = |place: &&usize| !self.ignored.contains(place);
        Cow::Owned(options.transforms.iter().filter(runs).copied().collect())
    }

    /// What is left of `found` without what is known; none if nothing of it is.
    pub fn news<'d>(&self, found: impl Iterator<Item = &'d Diagnostic>) -> Option<BTreeSet<Fingerprint>> {
        let mut counts: BTreeMap<Fingerprint, usize> = BTreeMap::new();
        found.for_each(|found| *counts.entry(found.fingerprint).or_default() += 1);
        let all = counts.len();
        counts.retain(|fingerprint, count| self.known.get(fingerprint).is_none_or(|known| *count > *known));
        (counts.len() < all).then(|| counts.into_keys().collect())
    }
}
