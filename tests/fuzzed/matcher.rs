//! Patterns, and what they find and make of code, as users may write them.

use std::collections::BTreeMap;
use std::path::Path;

use capi_upgrade::capi::BuildSet;
use capi_upgrade::edit::{Applicability, Fix, apply};
use capi_upgrade::semantics::{FileIndex, ProjectIndex, SemanticModel, Spelling};
use capi_upgrade::source::{ConditionalTree, Language, Region, RegionKind, TextRange, lex, lex_range};
use capi_upgrade::syntax::{SyntaxTree, parse};
use capi_upgrade::transform::{
    Match, Pattern, Site, Template, TemplateContent, TreePattern, match_expression, match_initializer,
    match_statements, rewrite,
};

use super::parse::{regions, types};
use super::whole;

/// The first line is a pattern, the second what replaces it, the rest is code. No pattern and no template makes their
/// readers panic; the error of one is a line to read. What a match captures keeps its tokens when it is rewritten.
pub fn holds(data: &[u8]) {
    let mut lines = data.splitn(3, |byte| *byte == b'\n');
    let (Some(find), Some(replace), Some(source)) = (lines.next(), lines.next(), lines.next()) else { return };
    let (Ok(find), Ok(replace)) = (std::str::from_utf8(find), std::str::from_utf8(replace)) else { return };
    let pattern = match Pattern::parse(find, &BTreeMap::new()) {
        Ok(pattern) => pattern,
        Err(error) => return assert!(!error.to_string().is_empty()),
    };
    let template = Template::parse(replace, &pattern);
    let lexed = lex(source);
    let Ok(conditionals) = ConditionalTree::new(source, &lexed.tokens) else { return };
    let (file, project) = (FileIndex::scan(source), ProjectIndex::new([]));
    for language in [Language::C, Language::Cpp] {
        for region in regions(source, language) {
            let Ok(tree) = parse(source, &region, types()) else { continue };
            let is_macro = region.kind == RegionKind::MacroBody;
            let model = model(source, &tree, &file, &project, &region);
            let site = Site {
                model: &model,
                tokens: &region.tokens,
                file_tokens: if is_macro { &[] } else { &lexed.tokens },
                comments: &lexed.comments,
                conditionals: (!is_macro).then_some(&conditionals),
                builds: BuildSet::all(),
                renames: &[],
            };
            look(&site, &pattern, template.as_ref().ok());
        }
    }
}

fn model<'a>(
    source: &'a [u8],
    tree: &'a SyntaxTree,
    file: &'a FileIndex,
    project: &'a ProjectIndex,
    region: &Region,
) -> SemanticModel<'a> {
    SemanticModel {
        source,
        tree,
        file,
        project,
        path: Path::new("example.c"),
        macro_parameters: &[],
        in_macro: region.kind == RegionKind::MacroBody,
        macro_is_place: false,
        seeks_own_names: true,
        language: region.language,
        spelling: Spelling::default(),
        in_class: region.in_class,
    }
}

/// Tries the pattern at every node.
fn look(site: &Site<'_>, pattern: &Pattern, template: Option<&Template>) {
    for node in site.model.tree.nodes() {
        let (tree, found) = match pattern {
            Pattern::Expression(tree) => (tree, match_expression(tree, site.model, node)),
            Pattern::Statements(tree) => (tree, match_statements(tree, site.model, node)),
            Pattern::Initializer(members) => {
                match_initializer(members, site, node);
                return;
            }
            _ => return,
        };
        if let (Some(found), Some(template)) = (found, template) {
            replace(site, tree, template, &found);
        }
    }
}

fn replace(site: &Site<'_>, pattern: &TreePattern, template: &Template, found: &Match) {
    let (source, tree) = (site.model.source, site.model.tree);
    let edits = match rewrite(site, pattern, template, found) {
        Ok(edits) => edits,
        Err(blocker) => return assert!(!blocker.to_string().is_empty()),
    };
    // Edits that collide, or change nothing, are no fix.
    let Some(fix) = Fix::new(edits, Applicability::Safe) else { return };
    assert!(whole(source).contains(fix.range()));
    let new = apply(source, fix.edits());
    let tokens = lex_range(&new, whole(&new)).tokens;
    let words: Vec<&[u8]> = tokens.iter().map(|token| token.text(&new)).collect();
    for (id, capture) in pattern.captures.iter().enumerate() {
        let is_use =
            |content: &TemplateContent| matches!(content, TemplateContent::Capture { id: used, .. } if *used == id);
        if !template.tokens.iter().any(|token| is_use(&token.content)) {
            continue;
        }
        // Where a capture stands several times in the pattern, the places differ in casts and parentheses.
        let places = found.bindings.occurrences.iter().filter(|occurrence| occurrence.capture == id);
        let mut ranges = places.map(|place| match &place.nodes[..] {
            [] => TextRange::empty(0),
            [first, ..] => tree.core(*first).cover(tree.core(place.nodes[place.nodes.len() - 1])),
        });
        let is_kept = |range: TextRange| {
            let kept: Vec<&[u8]> = lex_range(source, range).tokens.iter().map(|token| token.text(source)).collect();
            kept.is_empty() || words.windows(kept.len()).any(|words| words == kept)
        };
        assert!(ranges.any(is_kept), "${} is lost in {:?}", capture.name, String::from_utf8_lossy(&new));
    }
}
