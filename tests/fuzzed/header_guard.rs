//! What conditions say of builds, and what files declare under them.

use std::path::PathBuf;

use capi_upgrade::capi::{BuildSet, PythonVersion};
use capi_upgrade::edit::{Applicability, Fix, apply};
use capi_upgrade::fuzzing::{NothingKnown, prunings};
use capi_upgrade::header::Copy;
use capi_upgrade::semantics::{FileIndex, ProjectIndex};
use capi_upgrade::source::{Condition, ConditionalTree, NoAssumptions, TokenKind, directive, lex};

/// A condition surely holds only where it possibly does, and its opposite holds for the other builds. The declarations of
/// a file are read whatever the bytes. Branches that no build compiles go without a token of another, and what is left
/// loses nothing more.
pub fn holds(source: &[u8]) {
    for index in [FileIndex::scan(source), FileIndex::survey(source), FileIndex::of_directives(source)] {
        let project = ProjectIndex::new([(PathBuf::from("example.h"), index)]);
        project.type_names();
    }
    if let Some(copy) = Copy::read(source) {
        copy.renewed([]);
    }
    let tokens = lex(source).tokens;
    for token in tokens.iter().filter(|token| token.kind == TokenKind::Directive) {
        let condition = Condition::parse(source, directive(source, token).rest);
        let extent = condition.extent(&NoAssumptions);
        assert!(extent.surely.is_subset(extent.possibly), "{condition:?}");
        let opposite = condition.negated().extent(&NoAssumptions);
        assert_eq!((opposite.surely, opposite.possibly), (extent.not().surely, extent.not().possibly));
    }
    let builds = BuildSet::since(PythonVersion::new(3, 9));
    let Some(new) = pruned(source, builds) else { return };
    assert_eq!(pruned(&new, builds), None, "more goes at a second look at {:?}", String::from_utf8_lossy(&new));
    let kept: Vec<&[u8]> = words(&new);
    let mut rest = kept.iter();
    let tree = ConditionalTree::new(source, &tokens).expect("it was pruned");
    for token in tokens.iter().filter(|token| token.kind != TokenKind::Directive) {
        if tree.builds_at(token.range.start).intersect(builds) == builds {
            assert!(
                rest.any(|word| *word == token.text(source)),
                "{token:?} is lost: {:?}",
                String::from_utf8_lossy(&new)
            );
        }
    }
}

/// The text without the branches that no build compiles; none if there is no such branch.
fn pruned(source: &[u8], builds: BuildSet) -> Option<Vec<u8>> {
    let tokens = lex(source).tokens;
    let tree = ConditionalTree::new(source, &tokens).ok()?;
    let edits: Vec<_> =
        prunings(source, tree.groups(), builds, &NothingKnown).into_iter().flat_map(|(_, edits)| edits).collect();
    let fix = Fix::new(edits.clone(), Applicability::Safe);
    let fix = fix.or_else(|| {
        assert!(edits.is_empty(), "edits that collide: {edits:?}");
        None
    })?;
    Some(apply(source, fix.edits()))
}

fn words(source: &[u8]) -> Vec<&[u8]> {
    let tokens = lex(source).tokens;
    tokens.iter().filter(|token| token.kind != TokenKind::Directive).map(|token| token.text(source)).collect()
}
