//! Regions, masks and syntax trees of any bytes, in C and in C++.

use std::sync::LazyLock;

use capi_upgrade::capi::builtin_type_names;
use capi_upgrade::source::{ConditionalTree, Language, Region, lex, macro_definition, split};
use capi_upgrade::syntax::{SyntaxTree, TypeNames, parse};

use super::{in_order, whole};

/// Names that are types wherever a pattern or a file names them.
pub fn types() -> &'static TypeNames {
    static TYPES: LazyLock<TypeNames> = LazyLock::new(|| builtin_type_names().collect());
    &TYPES
}

/// The language that the first byte of an input chooses, and the rest of the input.
pub fn language(data: &[u8]) -> (Language, &[u8]) {
    match data.split_first() {
        Some((first, rest)) => (if first % 2 == 0 { Language::C } else { Language::Cpp }, rest),
        None => (Language::C, data),
    }
}

/// Regions are tokens of the view in order, and lie in it. What a parser returns of one lies inside of it: each node in
/// the one around it, and the place of what it did not understand.
pub fn holds(data: &[u8]) {
    let (language, source) = language(data);
    for region in regions(source, language) {
        in_order(&region.tokens, region.range);
        let (first, last) = (region.tokens[0], region.tokens[region.tokens.len() - 1]);
        assert_eq!(region.range, first.range.cover(last.range));
        assert!(region.body().is_none_or(|body| region.tokens[body].is(source, "{")), "a body without a brace");
        match parse(source, &region, types()) {
            Ok(tree) => is_inside(&tree, &region),
            Err(error) => {
                assert!(region.range.start <= error.offset && error.offset <= region.range.end, "{error:?}");
                assert!(!error.reason.is_empty());
            }
        }
    }
}

/// The regions of all views of a file, and the bodies of its macros.
pub fn regions(source: &[u8], language: Language) -> Vec<Region> {
    let tokens = lex(source).tokens;
    let Ok(tree) = ConditionalTree::new(source, &tokens) else { return Vec::new() };
    let bodies = tokens.iter().filter_map(|token| macro_definition(source, token)?.body);
    let mut regions: Vec<Region> = bodies.collect();
    let wanted: Vec<u32> = tokens.iter().map(|token| token.range.start).collect();
    for view in tree.views(source, &tokens, &wanted) {
        let first = regions.len();
        regions.extend(split(source, &view, language));
        for region in &regions[first..] {
            assert!(whole(source).contains(region.range));
            let is_of_view = |start: &u32| view.binary_search_by_key(start, |token| token.range.start).is_ok();
            assert!(region.tokens.iter().all(|token| is_of_view(&token.range.start)), "a token of no view");
        }
    }
    regions
}

fn is_inside(tree: &SyntaxTree, region: &Region) {
    for node in tree.nodes() {
        let (range, core) = (tree.range(node), tree.core(node));
        assert!(region.range.contains(range), "{range:?} outside of {:?}", region.range);
        assert!(range.contains(core), "{core:?} outside of {range:?}");
        for child in tree.children(node) {
            assert_eq!(tree.parent(*child), Some(node));
        }
    }
    for stand_in in tree.stand_ins() {
        assert!(region.range.contains(*stand_in), "{stand_in:?} outside of {:?}", region.range);
    }
}
