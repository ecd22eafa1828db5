//! The first look at a file: one search for all names at once. Most files end here.

use aho_corasick::{AhoCorasick, AhoCorasickKind, MatchKind};

use crate::transform::Catalogue;

/// Finds the names that a set of transforms looks for.
pub struct Search {
    automaton: AhoCorasick,
    /// By name: the transforms that look for it, by their place in the catalogue.
    by_name: Vec<(&'static str, Vec<usize>)>,
    /// By name: what the file must hold, too, if that is so for each transform.
    beside: Vec<Vec<&'static str>>,
}

/// A name that is looked for, at an offset.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Hit {
    /// Where it begins.
    pub offset: u32,
    /// Which one, by its place in the search.
    pub name: usize,
}

impl Search {
    /// A search for the names of `transforms`.
    pub fn new(catalogue: &Catalogue, transforms: &[usize]) -> Search {
        let mut by_name: Vec<(&'static str, Vec<usize>)> = Vec::new();
        for &index in transforms {
            for name in catalogue.transforms()[index].triggers() {
                match by_name.binary_search_by_key(name, |(name, _)| name) {
                    Ok(at) => by_name[at].1.push(index),
                    Err(at) => by_name.insert(at, (name, vec![index])),
                }
            }
        }
        let names = by_name.iter().map(|(name, _)| name);
        let automaton = AhoCorasick::builder()
            .match_kind(MatchKind::LeftmostLongest)
            // Some megabytes of table for one look per byte: every byte of every file comes by here.
            .kind(Some(AhoCorasickKind::DFA))
            .build(names)
            .expect("a few thousand names fit into an automaton");
        let beside = by_name.iter().map(|(_, indices)| {
            let texts = indices.iter().map(|index| catalogue.transforms()[*index].beside());
            texts.collect::<Option<Vec<_>>>().unwrap_or_default()
        });
        let beside = beside.collect();
        Search { automaton, by_name, beside }
    }

    /// Whether `source` may hold a name; one that is part of a longer name counts.
    pub fn is_candidate(&self, source: &[u8]) -> bool {
        self.hits(source).next().is_some()
    }

    /// All places of the names as whole words, in order.
    pub fn hits<'s>(&'s self, source: &'s [u8]) -> impl Iterator<Item = Hit> + 's {
        let is_word = |byte: Option<&u8>| byte.is_some_and(|byte| byte.is_ascii_alphanumeric() || *byte == b'_');
        // By name, once it is known: whether the file holds what must stand beside it.
        let mut known: Vec<(usize, bool)> = Vec::new();
        let mut is_company = move |name: usize| {
            let texts = &self.beside[name];
            if texts.is_empty() {
                return true;
            }
            if let Some((_, found)) = known.iter().find(|(known, _)| *known == name) {
                return *found;
            }
            let found = texts.iter().any(|text| memchr::memmem::find(source, text.as_bytes()).is_some());
            known.push((name, found));
            found
        };
        // A leftmost-longest match that is cut off from a longer word hides no other: names that begin inside it
        // are inside that word too.
        let matches = self.automaton.find_iter(source).filter(move |found| {
            let before = found.start().checked_sub(1).and_then(|at| source.get(at));
            !is_word(before) && !is_word(source.get(found.end())) && is_company(found.pattern().as_usize())
        });
        matches.map(|found| Hit { offset: found.start() as u32, name: found.pattern().as_usize() })
    }

    /// The transforms that look for the name of a hit.
    pub fn transforms(&self, hit: Hit) -> &[usize] {
        &self.by_name[hit.name].1
    }

    /// The name of a hit.
    pub fn name(&self, hit: Hit) -> &'static str {
        self.by_name[hit.name].0
    }
}
