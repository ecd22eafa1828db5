//! A member in the initializer of a structure gets another name or value, or goes.

use super::{Finding, Place};
use crate::edit::Applicability;
use crate::syntax::{CType, NodeId, NodeKind};
use crate::transform::{InitializerPattern, Rule, match_initializer, rewrite_member};

/// Adds what the pattern finds in the initializers of which the name is the type.
pub fn diagnose(place: &Place<'_>, index: usize, rule: &Rule, pattern: &InitializerPattern, out: &mut Vec<Finding>) {
    if pattern.structure != place.name {
        return;
    }
    for (holder, list) in initializers(place) {
        out.extend(finding(place, index, rule, pattern, holder, list));
    }
}

/// The initializers of structures whose type is written at the place, each with what says what is initialized: a name,
/// a type, or in an array the initializer itself.
fn initializers(place: &Place<'_>) -> Vec<(NodeId, NodeId)> {
    let tree = place.site.model.tree;
    let holds = |node: &NodeId| tree.range(*node).contains_offset(place.offset);
    let is_holder =
        |node: &NodeId| matches!(tree.kind(*node), NodeKind::Declaration { .. } | NodeKind::CompoundLiteral);
    // Children come before their parents: the first is the innermost.
    let Some(node) = tree.nodes().filter(is_holder).find(holds) else { return Vec::new() };
    let children = tree.children(node);
    let mut found = Vec::new();
    if let (NodeKind::CompoundLiteral, [name, list]) = (tree.kind(node), children) {
        if holds(name) {
            add(place, tree.ctype(*name), *name, *list, &mut found);
        }
        return found;
    }
    let declares = |node: &&NodeId| tree.kind(**node) == NodeKind::InitDeclarator;
    for declarator in children.iter().filter(declares) {
        // The type stands in front of all declarators.
        if tree.range(*declarator).start <= place.offset {
            break;
        }
        if let [name, value] = tree.children(*declarator) {
            let holder = tree.children(*name).first().unwrap_or(name);
            add(place, tree.ctype(*name), *holder, *value, &mut found);
        }
    }
    found
}

/// Adds an initializer if it is that of a structure, or those of the elements of an array.
fn add(place: &Place<'_>, ctype: &CType, holder: NodeId, list: NodeId, found: &mut Vec<(NodeId, NodeId)>) {
    let tree = place.site.model.tree;
    if tree.kind(list) != NodeKind::InitializerList {
        return;
    }
    match ctype {
        CType::Named(name) | CType::Tagged(name) if name == place.name => found.push((holder, list)),
        CType::Array(element) => {
            for element_list in tree.children(list).iter().filter_map(|item| tree.children(*item).last()) {
                add(place, element, *element_list, *element_list, found);
            }
        }
        _ => {}
    }
}

fn finding(
    place: &Place<'_>,
    index: usize,
    rule: &Rule,
    pattern: &InitializerPattern,
    holder: NodeId,
    list: NodeId,
) -> Option<Finding> {
    let (site, tree) = (place.site, place.site.model.tree);
    let found = match_initializer(pattern, site, list)?;
    let mut finding = Finding {
        applicability: rule.applicability.lowered_to(found.certainty),
        ..Finding::of(index, rule, tree.range(found.member.map_or(holder, |member| member.item)))
    };
    let Some(template) = &rule.template else { return Some(finding) };
    if site.model.in_macro {
        finding.applicability = finding.applicability.lowered_to(Applicability::Unsafe);
        finding.note.get_or_insert_with(|| "it stands in the body of a macro".to_owned());
    }
    if found.certainty != Applicability::Safe {
        finding.note.get_or_insert_with(|| "the type of the value is not known".to_owned());
    }
    finding.conclude(rewrite_member(site, &pattern.structure, &found, template), site.introduced(&template.introduces));
    Some(finding)
}
