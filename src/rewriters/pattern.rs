//! A pattern becomes a template: calls, fields, operators, runs of statements.

use super::{Finding, Place};
use crate::edit::Applicability;
use crate::semantics::{Answer, Use};
use crate::source::TextRange;
use crate::syntax::{NodeId, NodeKind};
use crate::transform::{
    Match, Pattern, Rule, TreePattern, is_lvalue_kind, match_expression, match_statements, rewrite,
};

/// How many nodes upwards from a name a match may begin. Patterns are small; this is far above their depth.
const MAX_CLIMB: usize = 24;

/// Adds what the pattern finds around a name.
pub fn diagnose(place: &Place<'_>, index: usize, rule: &Rule, pattern: &TreePattern, out: &mut Vec<Finding>) {
    let (site, tree) = (place.site, place.site.model.tree);
    let mut next = place.leaves.at(place.offset);
    for _ in 0..MAX_CLIMB {
        let Some(node) = next else { return };
        for start in candidates(place, pattern, node) {
            let found = match rule.pattern {
                Pattern::Expression(_) => match_expression(pattern, site.model, start),
                _ => match_statements(pattern, site.model, start),
            };
            if let Some(found) = found
                && is_about(place, &found)
            {
                out.extend(finding(place, index, rule, pattern, &found));
                return;
            }
        }
        next = tree.parent(node);
    }
}

/// Where a match that holds `node` may begin: at it, or for a run of statements some statements before it.
fn candidates(place: &Place<'_>, pattern: &TreePattern, node: NodeId) -> Vec<NodeId> {
    let tree = place.site.model.tree;
    let runs = pattern.roots.len();
    if runs == 1 {
        return vec![node];
    }
    let Some(parent) = tree.parent(node) else { return Vec::new() };
    if !matches!(tree.kind(parent), NodeKind::Compound | NodeKind::Root) {
        return Vec::new();
    }
    let siblings = tree.children(parent);
    let Some(at) = siblings.iter().position(|sibling| *sibling == node) else { return Vec::new() };
    siblings[at.saturating_sub(runs - 1)..=at].to_vec()
}

/// Whether the name belongs to the pattern's own text in the match, and not to what it captured.
fn is_about(place: &Place<'_>, found: &Match) -> bool {
    let tree = place.site.model.tree;
    let mut captured = found.bindings.occurrences.iter().flat_map(|occurrence| &occurrence.nodes);
    !captured.any(|node| tree.core(*node).contains_offset(place.offset))
}

fn finding(place: &Place<'_>, index: usize, rule: &Rule, pattern: &TreePattern, found: &Match) -> Option<Finding> {
    let (site, tree) = (place.site, place.site.model.tree);
    let range = |nodes: &[NodeId]| -> TextRange { tree.core(nodes[0]).cover(tree.core(nodes[nodes.len() - 1])) };
    let mut finding = Finding {
        applicability: rule.applicability.lowered_to(found.certainty),
        ..Finding::of(index, rule, range(&found.nodes))
    };
    let is_expression = matches!(rule.pattern, Pattern::Expression(_));
    let Some(template) = &rule.template else {
        // A statement is one where nobody uses its value.
        return (is_expression || found.usage != Use::Read).then_some(finding);
    };
    // The links of a chained assignment are rewritten together, by another rewriter.
    if !is_expression && super::chain::is_link(site.model, found.nodes[0]) {
        return None;
    }
    // What can be assigned to must stay so where it may be.
    if is_expression && !template.is_lvalue {
        let can_be_assigned = is_lvalue_kind(tree.kind(found.nodes[0]));
        if found.usage == Use::Place || found.usage == Use::Macro && can_be_assigned && site.model.macro_is_place {
            return None;
        }
        match if can_be_assigned { site.model.is_place_of_macro(found.nodes[0]) } else { Answer::No } {
            Answer::Yes => return None,
            Answer::Unknown => {
                finding.applicability = finding.applicability.lowered_to(Applicability::Unsafe);
                finding.note.get_or_insert_with(|| "it is an argument of a macro that may assign to it".to_owned());
            }
            Answer::No => {}
        }
    }
    if site.model.in_macro {
        finding.applicability = finding.applicability.lowered_to(Applicability::Unsafe);
        let note = match found.usage {
            Use::Macro if !is_expression => "the value of the macro may be used, and the new code has none",
            _ => "it stands in the body of a macro",
        };
        finding.note.get_or_insert_with(|| note.to_owned());
    }
    if found.certainty != Applicability::Safe {
        finding.note.get_or_insert_with(|| "the type of an operand is not known".to_owned());
    }
    finding.conclude(rewrite(site, pattern, template, found), site.introduced(&template.introduces));
    Some(finding)
}
