//! A name becomes another one, wherever it stands: called, used as a value, as a type, in a macro's body.

use super::{Finding, Place};
use crate::edit::Edit;
use crate::source::{Token, TokenKind};
use crate::syntax::NodeKind;
use crate::transform::{Rule, Site, TemplateContent};

/// The finding at a name in a parsed region.
pub fn diagnose(place: &Place<'_>, index: usize, rule: &Rule) -> Option<Finding> {
    let model = place.site.model;
    if let Some(leaf) = place.leaves.at(place.offset) {
        let parent = model.tree.parent(leaf);
        let declares = parent.is_some_and(|parent| {
            matches!(
                model.tree.kind(parent),
                NodeKind::Declarator | NodeKind::Parameter | NodeKind::Label | NodeKind::Goto | NodeKind::Enumerator
            ) && model.tree.children(parent).first() == Some(&leaf)
        });
        if model.tree.kind(leaf) == NodeKind::FieldName || declares || !model.is_sought_name(leaf) {
            return None;
        }
    }
    diagnose_tokens(place.site, place.offset, place.name, index, rule)
}

/// The finding at a name of which only the tokens around it are known.
pub fn diagnose_tokens(site: &Site<'_>, offset: u32, name: &str, index: usize, rule: &Rule) -> Option<Finding> {
    let source = site.model.source;
    let at = site.tokens.binary_search_by_key(&offset, |token| token.range.start).ok()?;
    let token = site.tokens[at];
    let before = at.checked_sub(1).map(|before| &site.tokens[before]);
    if token.kind != TokenKind::Identifier
        || is_foreign(source, before)
        || site.model.macro_parameters.contains(&name.as_bytes())
        || site.model.is_taken(name)
    {
        return None;
    }
    // A name that is pasted or made a string is not the API's name yet.
    let pasted = |token: Option<&Token>| token.is_some_and(|token| matches!(token.text(source), b"##" | b"#"));
    if pasted(before) || pasted(site.tokens.get(at + 1)) {
        return None;
    }
    let written = rule.template.as_ref().map(|template| {
        let mut text = String::new();
        for token in &template.tokens {
            text.push_str(&token.space);
            if let TemplateContent::Text(word) = &token.content {
                text.push_str(site.renamed(word));
            }
        }
        text
    });
    Some(Finding {
        edits: written.map(|text| vec![Edit::replace(token.range, text)]),
        introduces: rule.template.as_ref().map_or_else(Vec::new, |template| site.introduced(&template.introduces)),
        ..Finding::of(index, rule, token.range)
    })
}

/// Whether what stands before a name makes it something else than the API's: a field, a tag, a label's target.
fn is_foreign(source: &[u8], before: Option<&Token>) -> bool {
    let words: [&[u8]; 6] = [b".", b"->", b"struct", b"union", b"enum", b"goto"];
    before.is_some_and(|token| words.contains(&token.text(source)))
}
