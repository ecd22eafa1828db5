//! What the header gives to whom, read out of its guards and comments.

use super::piece;
use crate::capi::{Build, BuildSet, Implementation, PythonVersion};
use crate::source::{ConditionalTree, Lexed, TokenKind, lex};

/// One name that the header gives.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Backport {
    /// What users of the header write.
    pub name: String,
    /// The first Python that has it by itself, as the comment above it says; none for what is the header's own.
    pub since: Option<PythonVersion>,
    /// The first Python that has it no more, for what users must ask for.
    pub removed: Option<PythonVersion>,
    /// The builds that get it from the header.
    pub builds: BuildSet,
    /// How it differs from the native one, where it must.
    pub differs: Option<String>,
}

impl Backport {
    /// The versions of builds like `example` that get it from the header, in order.
    pub fn versions(&self, implementation: Implementation, limited: bool) -> Vec<PythonVersion> {
        let is_alike =
            |build: &Build| build.implementation == implementation && build.limited == limited && !build.free_threaded;
        self.builds.iter().filter(is_alike).map(|build| build.version).collect()
    }
}

/// Everything that the header gives, by name.
pub fn backports() -> Vec<Backport> {
    let source = super::TEXT.as_bytes();
    let lexed = lex(source);
    let tree = ConditionalTree::new(source, &lexed.tokens).expect("the header is not nested deeply");
    let pieces = piece::whole();
    let mut found = Vec::new();
    for name in super::offered() {
        let piece = pieces.pieces.iter().find(|piece| piece.names.contains(name));
        let note = piece.map(|piece| piece.note.clone()).unwrap_or_default();
        let builds = match super::index_of_all().macro_definition(name) {
            Some(definition) => definition.builds,
            None => builds_of_word(source, &lexed, &tree, name),
        };
        let is_named = note.names.iter().any(|known| known == name);
        let (since, removed) = (note.since.filter(|_| is_named), note.removed.filter(|_| is_named));
        found.push(Backport { name: name.to_owned(), since, removed, builds, differs: note.differs });
    }
    found
}

/// The builds that compile the first token `name`: where a type is declared.
fn builds_of_word(source: &[u8], lexed: &Lexed, tree: &ConditionalTree, name: &str) -> BuildSet {
    let is_name = |kind: TokenKind| kind == TokenKind::Identifier;
    let found = lexed.tokens.iter().find(|token| is_name(token.kind) && token.text(source) == name.as_bytes());
    found.map_or(BuildSet::NONE, |token| tree.builds_at(token.range.start))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments_agree_with_guards() {
        let mut wrong = Vec::new();
        for found in backports() {
            let full = found.versions(Implementation::CPython, false);
            // Where the header always takes over there is no guard to compare with.
            let last = full.last().filter(|last| **last <= PythonVersion::NEWEST);
            let next = last.map(|last| PythonVersion::new(last.major, last.minor + 1));
            let next = next.filter(|next| next.major == 3);
            if let (Some(since), Some(next)) = (found.since, next)
                && since != next
                && Some(&since) != last
            {
                wrong.push(format!("{}: the comment says {since}, the guard {next}", found.name));
            }
        }
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    }

    #[test]
    fn comments_on_removed_api_agree_with_guards() {
        for found in backports().iter().filter(|found| crate::header::gives_back(&found.name)) {
            let full = found.versions(Implementation::CPython, false);
            assert_eq!((full.first(), found.since), (found.removed.as_ref(), None), "{}", found.name);
        }
    }

    #[test]
    fn a_block_of_the_header_says_what_it_gives() {
        let all = backports();
        let found = all.iter().find(|found| found.name == "Py_NewRef").unwrap();
        assert_eq!((found.since, &found.differs), (Some(PythonVersion::new(3, 10)), &None));
        assert_eq!(found.versions(Implementation::CPython, false).last(), Some(&PythonVersion::new(3, 9)));
        let locals = all.iter().find(|found| found.name == "PyFrame_GetLocals").unwrap();
        assert!(locals.differs.as_ref().is_some_and(|text| text.starts_with("before 3.13")));
    }
}
