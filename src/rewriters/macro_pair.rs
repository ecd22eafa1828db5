//! Two macros that open and close a block in a function that takes one object, and get that object: both become others
//! or none does. They are statements, with or without semicolons.

use super::local::{Local, declaration_of, text};
use super::{Finding, Place};
use crate::edit::Applicability;
use crate::semantics::{FunctionAround, SemanticModel};
use crate::source::{DirectiveKind, TextRange, TokenKind, directive};
use crate::syntax::{AssignOperator, NodeId, NodeKind};
use crate::transform::{MacroPair, MacroRewrite, Match, Rule, Site, match_statements, rewrite, without_casts};

/// What is found at the name of the macro that opens the block; the finding reaches to the one that closes it.
pub fn diagnose(place: &Place<'_>, index: usize, rule: &Rule, pair: &MacroPair) -> Option<Finding> {
    let (site, model) = (place.site, place.site.model);
    if place.name != pair.opening.name {
        return None;
    }
    let function = model.function_around(place.leaves.at(place.offset)?)?;
    let opening = only_use(model, &function, &pair.opening)?;
    let closing = only_use(model, &function, &pair.closing)?;
    let range = model.tree.core(opening.nodes[0]).cover(model.tree.core(closing.nodes[0]));
    let is_block = block_of(model, &opening)? == block_of(model, &closing)? && range.start == place.offset;
    let is_hidden =
        site.tokens_in(range).iter().any(|token| pair.declares.iter().any(|name| token.is(model.source, name)));
    let object = object_of(model, &opening)?;
    if !is_block
        || !is_in_one_branch(site, range)
        || is_hidden
        || object_of(model, &closing)? != object
        || !is_about_parameter(model, &function, opening.nodes[0], object)
    {
        return None;
    }
    let mut finding =
        Finding { applicability: rule.applicability.lowered_to(opening.certainty), ..Finding::of(index, rule, range) };
    if opening.certainty != Applicability::Safe {
        finding.note.get_or_insert_with(|| "the type of an operand is not known".to_owned());
    }
    let halves = [(&pair.opening, &opening), (&pair.closing, &closing)];
    let edits = halves.map(|(half, found)| rewrite(site, &half.find, &half.template, found));
    let edits = edits.into_iter().collect::<Result<Vec<_>, _>>().map(|edits| edits.concat());
    finding.conclude(edits, halves.iter().flat_map(|(half, _)| site.introduced(&half.template.introduces)).collect());
    Some(finding)
}

/// The one place in the function that has the macro, if that is a statement as it should be.
fn only_use(model: &SemanticModel<'_>, function: &FunctionAround<'_>, half: &MacroRewrite) -> Option<Match> {
    let tree = model.tree;
    let inside = tree.range(function.definition);
    let is_name = |node: &NodeId| {
        tree.kind(*node) == NodeKind::Identifier && text(model, *node) == half.name && inside.contains(tree.core(*node))
    };
    let mut uses = tree.nodes().filter(is_name);
    let name = uses.next().filter(|_| uses.next().is_none())?;
    match_statements(&half.find, model, tree.parent(name)?)
}

/// The block of which the macro is a statement, without a label: a macro may be nothing at all in some Python.
fn block_of(model: &SemanticModel<'_>, found: &Match) -> Option<NodeId> {
    let tree = model.tree;
    let statement = tree.parent(found.nodes[0]).filter(|up| tree.kind(*up) == NodeKind::ExpressionStatement)?;
    tree.parent(statement).filter(|up| tree.kind(*up) == NodeKind::Compound)
}

/// The variable that the macro gets.
fn object_of<'a>(model: &SemanticModel<'a>, found: &Match) -> Option<&'a str> {
    let object = without_casts(model, *found.bindings.first(0)?.nodes.first()?);
    (model.tree.kind(object) == NodeKind::Identifier).then(|| text(model, object))
}

/// Whether both ends of `range` are compiled under the same conditions.
fn is_in_one_branch(site: &Site<'_>, range: TextRange) -> bool {
    let source = site.model.source;
    let inside = site.file_tokens.iter().filter(|token| range.contains(token.range));
    let mut depth = 0_usize;
    for token in inside.filter(|token| token.kind == TokenKind::Directive) {
        match directive(source, token).kind {
            DirectiveKind::If | DirectiveKind::Ifdef | DirectiveKind::Ifndef => depth += 1,
            DirectiveKind::Endif if depth > 0 => depth -= 1,
            DirectiveKind::Define | DirectiveKind::Undef | DirectiveKind::Include | DirectiveKind::Other => {}
            _ if depth > 0 => {}
            _ => return false,
        }
    }
    depth == 0
}

/// Whether the function does nothing but take one object and return nothing, and `object` is that one at `node`: its
/// parameter, or a variable that is given nothing else.
fn is_about_parameter(model: &SemanticModel<'_>, function: &FunctionAround<'_>, node: NodeId, object: &str) -> bool {
    let tree = model.tree;
    let inside = tree.range(function.definition);
    let all = || tree.nodes().filter(|node| inside.contains(tree.range(*node)));
    let [_, parameter] = tree.children(function.declarator) else { return false };
    let returns_value = |node: NodeId| {
        tree.kind(node) == NodeKind::Return
            && tree.children(node).first().is_some_and(|value| tree.kind(*value) != NodeKind::Missing)
    };
    let Some(name) = tree.children(*parameter).first().and_then(|own| tree.children(*own).first()) else {
        return false;
    };
    let is_parameter = |value: NodeId| text(model, without_casts(model, value)) == text(model, *name);
    if all().any(returns_value) {
        return false;
    }
    let Some((_, Local { declarator, .. })) = declaration_of(model, node, object) else {
        return object == text(model, *name);
    };
    let is_given = |node: NodeId| match (tree.kind(node), tree.children(node)) {
        (NodeKind::Assign(AssignOperator::Plain), [target, value]) if text(model, *target) == object => Some(*value),
        (NodeKind::InitDeclarator, [_, value]) if node == declarator => Some(*value),
        _ => None,
    };
    let is_value = |value: &NodeId| tree.kind(*value) != NodeKind::Missing;
    let values: Vec<NodeId> = all().filter_map(is_given).filter(is_value).collect();
    !values.is_empty() && values.into_iter().all(is_parameter)
}
