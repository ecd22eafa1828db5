//! A chained assignment, of which a link becomes a call without a value, is split: `a = b = v;` into `b = v; a = v;`,
//! where `v` can be read once for each link.

use super::{Finding, Place};
use crate::edit::{Applicability, Edit};
use crate::semantics::{SemanticModel, Use, use_of};
use crate::syntax::{AssignOperator, NodeId, NodeKind};
use crate::transform::{Match, Pattern, Rule, Transform, match_statements, render};

/// Whether `node` is an assignment that can be a link of a chain that is a statement of its own.
pub fn is_link(model: &SemanticModel<'_>, node: NodeId) -> bool {
    chain_of(model, node).is_some_and(|links| links.len() > 1)
}

/// How many links a chain has at most that is split. Each is looked at for each.
const MAX_LINKS: usize = 32;

/// The assignments of the chain that `node` belongs to, from the outermost in; none where it is too long.
fn chain_of(model: &SemanticModel<'_>, node: NodeId) -> Option<Vec<NodeId>> {
    let tree = model.tree;
    let is_plain = |node: NodeId| tree.kind(node) == NodeKind::Assign(AssignOperator::Plain);
    let mut outermost = node;
    while let Some(parent) = tree.parent(outermost) {
        if !is_plain(parent) || tree.children(parent)[1] != outermost {
            break;
        }
        outermost = parent;
    }
    let is_statement = tree.parent(outermost).is_some_and(|up| tree.kind(up) == NodeKind::ExpressionStatement);
    if !is_plain(outermost) || !is_statement || use_of(tree, outermost) != Use::Dropped {
        return None;
    }
    let mut links = vec![outermost];
    loop {
        let value = tree.children(links[links.len() - 1])[1];
        if !is_plain(value) {
            return Some(links);
        }
        if links.len() == MAX_LINKS {
            return None;
        }
        links.push(value);
    }
}

/// The finding at a chain of which rule `index` describes a link. Every link that some rule of the transform
/// describes is rewritten along.
pub fn diagnose(place: &Place<'_>, transform: &Transform, index: usize) -> Option<Finding> {
    let (site, model) = (place.site, place.site.model);
    let tree = model.tree;
    let mut node = place.leaves.at(place.offset)?;
    while !matches!(tree.kind(node), NodeKind::Assign(_)) {
        node = tree.parent(node)?;
    }
    let links = chain_of(model, node).filter(|links| links.len() > 1)?;
    let matches: Vec<Option<(&Rule, Match)>> = links.iter().map(|link| rule_for(transform, model, *link)).collect();
    let rule = &transform.rules()[index];
    let (_, own) = matches.iter().flatten().find(|(found, _)| std::ptr::eq(*found, rule))?;
    if !tree.core(own.nodes[0]).contains_offset(place.offset) {
        return None;
    }

    let statement = tree.parent(links[0])?;
    let value = tree.children(links[links.len() - 1])[1];
    let mut finding = Finding {
        rule: index,
        range: tree.core(links[0]),
        edits: None,
        applicability: Applicability::DisplayOnly,
        note: Some("the value of the assignment is used".to_owned()),
        introduces: Vec::new(),
    };
    let range = tree.range(statement);
    let has_comment = site.comments.iter().any(|comment| range.contains(*comment));
    let in_block = tree.parent(statement).is_some_and(|up| tree.kind(up) == NodeKind::Compound);
    if !in_block || has_comment || site.has_directive(range) || !can_repeat(model, value, &links) {
        return Some(finding);
    }
    let text = |node: NodeId| model.source[tree.range(node).to_usize()].to_vec();
    let mut statements = Vec::new();
    finding.applicability = rule.applicability;
    for (link, found) in links.iter().zip(&matches).rev() {
        let written = match found {
            Some((rule, found)) => {
                finding.applicability =
                    finding.applicability.lowered_to(rule.applicability).lowered_to(found.certainty);
                let template = rule.template.as_ref()?;
                finding.introduces.extend(site.introduced(&template.introduces));
                render(site, template, |capture| {
                    match found.bindings.first(capture).and_then(|use_| use_.nodes.first()) {
                        // The rest of the chain is what the outer links are given: each gets the value itself.
                        Some(node) if links.contains(node) => text(value),
                        Some(node) => text(*node),
                        None => Vec::new(),
                    }
                })
            }
            None => [&text(tree.children(*link)[0]), &b" = "[..], &text(value), b";"].concat(),
        };
        statements.push(written);
    }
    finding.note = rule.because.clone();
    if model.in_macro {
        finding.applicability = finding.applicability.lowered_to(Applicability::Unsafe);
    }
    finding.edits = Some(vec![Edit::replace(range, statements.join(&b' '))]);
    Some(finding)
}

fn rule_for<'t>(transform: &'t Transform, model: &SemanticModel<'_>, link: NodeId) -> Option<(&'t Rule, Match)> {
    transform.rules().iter().find_map(|rule| match &rule.pattern {
        Pattern::Statements(pattern) if rule.template.is_some() => {
            let found = match_statements(pattern, model, link).filter(|found| found.nodes == [link])?;
            Some((rule, found))
        }
        _ => None,
    })
}

/// Whether `value` can be read once for each link: it is a name, a constant or an address, and no link assigns to it.
fn can_repeat(model: &SemanticModel<'_>, value: NodeId, links: &[NodeId]) -> bool {
    use crate::syntax::UnaryOperator::AddressOf;
    let tree = model.tree;
    match tree.kind(value) {
        NodeKind::Number | NodeKind::Char | NodeKind::String => true,
        NodeKind::Identifier => links.iter().all(|link| model.text(tree.children(*link)[0]) != model.text(value)),
        NodeKind::Unary(AddressOf) => tree.kind(tree.children(value)[0]) == NodeKind::Identifier,
        NodeKind::Cast => can_repeat(model, tree.children(value)[1], links),
        _ => false,
    }
}
