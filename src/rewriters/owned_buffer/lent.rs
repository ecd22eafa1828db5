//! Buffers that a function returns and the object keeps. Making one may fail, so what was never asked is asked: the
//! function returns what it returns after other errors.

use super::super::local::{Local, assigned, is_tested, mentions, text};
use super::buffer::{Buffer, free_name, lead, null};
use super::exits::{Exits, function_of};
use super::held::held_before;
use super::uses::Uses;
use super::{Obstacle, replace};
use crate::edit::Edit;
use crate::semantics::{Answer, SemanticModel};
use crate::source::indentation;
use crate::syntax::{AssignOperator, BinaryOperator, CType, NodeId, NodeKind, UnaryOperator};
use crate::transform::{OwnedBuffer, Site, is_zero};

/// The edits for a call that lends a buffer; none if no local pointer is set to it.
pub(super) fn edits(site: &Site<'_>, names: &OwnedBuffer, call: NodeId) -> Option<Result<Vec<Edit>, Obstacle>> {
    let tree = site.model.tree;
    let object = CType::Named("PyObject".to_owned()).pointer();
    let [_, argument, size @ ..] = tree.children(call) else { return None };
    let is_other = site.model.has_type(*argument, &object) == Answer::No;
    let (block, local) = assigned(site.model, call).filter(|_| !is_other && size.len() < 2)?;
    Some(compose(site, names, call, block, local))
}

fn compose<'a>(
    site: &Site<'a>,
    names: &OwnedBuffer,
    call: NodeId,
    block: NodeId,
    local: Local<'a>,
) -> Result<Vec<Edit>, Obstacle> {
    let (model, tree) = (site.model, site.model.tree);
    let name = local.name;
    let buffer = Buffer::of(site, names, block, local, Some(call))?;
    let (function, body, returns) = function_of(model, call).ok_or(Obstacle::Result)?;
    let [callee, object, rest @ ..] = tree.children(call) else { return Err(Obstacle::Arguments) };
    let setting = tree.parent(call).ok_or(Obstacle::Macro)?;
    let mut edits = vec![replace(site, tree.core(*callee), site.renamed(&names.make).to_owned())?];
    let mut declared = Vec::new();
    if let Some(known) = rest.first() {
        let size = names.size.as_deref().unwrap_or_default();
        if model.has_exact_type(*known, &CType::parse(size).pointer()) != Answer::Yes || is_zero(model, *known) {
            return Err(Obstacle::Length(size.to_owned()));
        }
    } else if let Some(size) = &names.size {
        let variable = free_name(site, format!("{name}_{}", names.variable))?;
        edits.push(Edit::insert(tree.range(*object).end, format!(", &{variable}")));
        declared.push(format!("{size} {variable};"));
    }
    let failed = match asked(model, setting, name) {
        Some(failed) => Some(failed),
        None => {
            let held = held_before(site, names, body, setting, name)?;
            edits.push(ask(site, names, setting, name, (body, &returns), &held)?);
            None
        }
    };
    if let Some(release) = buffer.release(site, names) {
        let mut uses = Uses::new(site, names, returns.clone(), true);
        let is_target = tree.kind(setting) == NodeKind::Assign(AssignOperator::Plain);
        uses.check(&buffer, tree.children(setting).first().copied().filter(|_| is_target))?;
        let result = format!("{name}_result");
        let result = free_name(site, "result".to_owned()).or_else(|_| free_name(site, result))?;
        let exits = Exits {
            site,
            block,
            function,
            set: setting,
            release: vec![release],
            failed,
            pointers: &uses.pointers,
            result: &result,
            passes_exceptions: true,
        };
        let (released, needs_result) = exits.edits()?;
        edits.extend(released);
        edits.extend(buffer.emptied(site));
        if needs_result {
            declared.push(super::buffer::declaration(&returns, &result).ok_or(Obstacle::Result)?);
        }
    }
    let start = tree.range(buffer.local.declaration).start;
    let line = lead(site, start);
    let declared: String = declared.iter().map(|text| format!("{text}{line}")).collect();
    edits.extend((!declared.is_empty()).then(|| Edit::insert(start, declared)));
    Ok(edits)
}

/// The statement that is reached where the pointer is a null pointer, if that is asked right away and the function is left.
fn asked(model: &SemanticModel<'_>, setting: NodeId, name: &str) -> Option<NodeId> {
    let tree = model.tree;
    let is_null_test = |condition: NodeId, pointer: &dyn Fn(NodeId) -> bool| {
        let children = tree.children(condition);
        match tree.kind(condition) {
            NodeKind::Unary(UnaryOperator::Not) => pointer(children[0]),
            NodeKind::Binary(BinaryOperator::Equal) => {
                children.iter().any(|child| pointer(*child)) && children.iter().any(|child| is_zero(model, *child))
            }
            _ => false,
        }
    };
    let leaves = |test: NodeId, pointer: &dyn Fn(NodeId) -> bool| {
        let [condition, then, _] = tree.children(test) else { return None };
        let is_wanted = tree.kind(test) == NodeKind::If && is_null_test(*condition, pointer);
        (is_wanted && model.always_leaves(*then)).then_some(*then)
    };
    let up = tree.parent(setting)?;
    if is_tested(model, setting) {
        return leaves(tree.parent(up)?, &|node| node == setting);
    }
    let statement = up;
    let block = tree.parent(statement).filter(|up| tree.kind(*up) == NodeKind::Compound)?;
    let at = tree.children(block).iter().position(|child| *child == statement)?;
    let next = *tree.children(block).get(at + 1)?;
    leaves(next, &|node| tree.kind(node) == NodeKind::Identifier && text(model, node) == name)
}

/// Asks for a null pointer behind the statement that sets it.
fn ask(
    site: &Site<'_>,
    names: &OwnedBuffer,
    setting: NodeId,
    name: &str,
    (body, returns): (NodeId, &CType),
    release: &[String],
) -> Result<Edit, Obstacle> {
    let (model, tree) = (site.model, site.model.tree);
    let value = error_value(site, names, body, returns).ok_or(Obstacle::NoErrorValue)?;
    let not_in_block = || Obstacle::NotInBlock(name.to_owned());
    let statement = tree.parent(setting).ok_or_else(not_in_block)?;
    let is_statement = matches!(tree.kind(statement), NodeKind::ExpressionStatement | NodeKind::Declaration { .. });
    let block = tree.parent(statement).filter(|up| tree.kind(*up) == NodeKind::Compound && is_statement);
    let siblings = tree.children(block.ok_or_else(not_in_block)?);
    let at = siblings.iter().position(|sibling| *sibling == statement).ok_or_else(not_in_block)?;
    // Declarations stay together where they do not need the buffer.
    let is_declaration = |node: &&NodeId| {
        let range = tree.range(**node);
        matches!(tree.kind(**node), NodeKind::Declaration { .. })
            && mentions(site, range, |word| word == name.as_bytes()).is_empty()
    };
    let last = siblings[at + 1..].iter().take_while(is_declaration).last().copied().unwrap_or(statement);
    let (source, line) = (model.source, lead(site, tree.range(last).start));
    let outer = indentation(source, tree.range(body).end.saturating_sub(1));
    let first = tree.children(body).first().map_or(outer, |first| indentation(source, tree.range(*first).start));
    let step = first.strip_prefix(outer).filter(|step| !step.is_empty()).unwrap_or(b"    ");
    let step = String::from_utf8_lossy(step);
    let release: String = release.iter().map(|text| format!("{line}{step}{text}")).collect();
    let (open, close) = if release.is_empty() { ("", String::new()) } else { (" {", format!("{line}}}")) };
    let asks = format!("{line}if ({name} == {}){open}{release}{line}{step}return {value};{close}", null(site));
    Ok(Edit::insert(tree.range(last).end, asks))
}

/// What the function returns after an error: a null pointer for an object, else the one constant that it returns behind
/// functions that set an exception.
fn error_value(site: &Site<'_>, names: &OwnedBuffer, body: NodeId, returns: &CType) -> Option<String> {
    let (model, tree) = (site.model, site.model.tree);
    if *returns == CType::Named("PyObject".to_owned()).pointer() {
        return Some(null(site).to_owned());
    }
    let within = tree.range(body);
    let mut values = Vec::new();
    for block in tree.nodes().filter(|node| tree.kind(*node) == NodeKind::Compound) {
        if !within.contains(tree.range(block)) {
            continue;
        }
        for pair in tree.children(block).windows(2) {
            let [raising, returned] = *pair else { continue };
            let call = tree.children(raising).first().filter(|_| tree.kind(raising) == NodeKind::ExpressionStatement);
            let callee = call.filter(|call| tree.kind(**call) == NodeKind::Call).map(|call| tree.children(*call)[0]);
            let is_raised = callee.is_some_and(|callee| names.raises.iter().any(|name| name == text(model, callee)));
            if is_raised && tree.kind(returned) == NodeKind::Return {
                values.push(*tree.children(returned).first()?);
            }
        }
    }
    let mut found: Vec<&str> = values.iter().map(|value| text(model, *value)).collect();
    found.dedup();
    let [value] = found.as_slice() else { return None };
    let digits = value.strip_prefix('-').unwrap_or(value);
    let is_constant = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    (is_constant || matches!(*value, "false" | "NULL" | "nullptr")).then(|| (*value).to_owned())
}
