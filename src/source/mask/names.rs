//! Which names are types.

use super::tokens::{END, Tokens};
use rustc_hash::FxHashSet;

/// A set of names that are known to be types: those of the C library and of the Python headers, and the typedefs
/// of a project.
#[derive(Clone, Debug, Default)]
pub struct TypeNames {
    names: FxHashSet<Box<[u8]>>,
}

impl TypeNames {
    /// The names of a list with one name per line; `#` begins a comment.
    pub fn from_list(text: &str) -> Self {
        text.lines()
            .map(|line| line.split('#').next().unwrap_or_default().trim())
            .filter(|name| !name.is_empty())
            .collect()
    }

    /// Whether `name` is one of them.
    pub fn contains(&self, name: impl AsRef<[u8]>) -> bool {
        self.names.contains(name.as_ref())
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.names.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.names.is_empty()
    }
}

impl<N: AsRef<[u8]>> Extend<N> for TypeNames {
    fn extend<I: IntoIterator<Item = N>>(&mut self, names: I) {
        for name in names {
            let name = name.as_ref();
            if !self.names.contains(name) {
                self.names.insert(name.into());
            }
        }
    }
}

impl<N: AsRef<[u8]>> FromIterator<N> for TypeNames {
    fn from_iter<I: IntoIterator<Item = N>>(names: I) -> Self {
        let mut set = Self::default();
        set.extend(names);
        set
    }
}

/// How names are used in a region.
#[derive(Debug, Default)]
pub(super) struct NamesUsed {
    /// As types.
    pub(super) types: FxHashSet<Vec<u8>>,
    /// Declared as variables, parameters or functions.
    pub(super) declared: FxHashSet<Vec<u8>>,
}

impl NamesUsed {
    /// The names to declare in front of the region: those used as types, and those known as types that occur and
    /// are nothing else here. The parser closes the scope of parameters before the body, so a variable named like
    /// a type must not be in the prelude.
    pub(super) fn prelude(&self, tokens: &Tokens, known: &TypeNames) -> Vec<String> {
        let mut names: FxHashSet<&[u8]> = self.types.iter().map(Vec::as_slice).collect();
        for at in tokens.between(tokens.next(END), END) {
            let text = tokens.text(at);
            if tokens.is_name(at) && known.contains(text) && !self.declared.contains(text) {
                names.insert(text);
            }
        }
        let mut names: Vec<String> = names.into_iter().map(|name| String::from_utf8_lossy(name).into_owned()).collect();
        names.sort_unstable();
        names
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_has_a_name_per_line() {
        let names = TypeNames::from_list("# types\nT\n\n PyObject # the base\n");
        assert_eq!(names.len(), 2);
        assert!(names.contains("T") && names.contains("PyObject") && !names.contains("types"));
    }
}
