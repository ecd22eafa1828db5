//! What a function holds where it gets a way out that it did not have: where a buffer is made that was lent before.

use super::super::local::{assigned, definitions, is_tested, leaves, text};
use super::buffer::Buffer;
use super::{Obstacle, is_held};
use crate::capi;
use crate::semantics::SemanticModel;
use crate::source::{TextRange, Token, TokenKind};
use crate::syntax::{NodeId, NodeKind};
use crate::transform::{FormatKind, OwnedBuffer, Site, units};

/// The statements that release what the function holds where the pointer `name` is set: other buffers of its own. What else
/// was called before gave it nothing to release.
pub(super) fn held_before(
    site: &Site<'_>,
    names: &OwnedBuffer,
    body: NodeId,
    setting: NodeId,
    name: &str,
) -> Result<Vec<String>, Obstacle> {
    let (model, tree) = (site.model, site.model.tree);
    let held = || Obstacle::Held(name.to_owned());
    let (whole, set) = (tree.range(body), tree.range(setting));
    let way = Setting { node: setting, is_repeated: is_repeated(model, body, setting) };
    // What follows may have run, too, if that may lead back.
    let before = TextRange::new(whole.start, if way.is_repeated { whole.end } else { set.start });
    // A macro may have released the GIL, or taken a lock.
    if tree.has_stand_in(before) {
        return Err(held());
    }
    let is_call = |node: &NodeId| tree.kind(*node) == NodeKind::Call && before.contains(tree.range(*node));
    let mut releases = Vec::new();
    for call in tree.nodes().filter(is_call) {
        let is_own = tree.range(call).contains(set) || set.contains(tree.range(call));
        if is_own || is_on_other_way(model, call, way) {
            continue;
        }
        let children = tree.children(call);
        let callee = text(model, children[0]);
        if callee == names.make {
            releases.push(release(site, names, call, way).ok_or_else(held)?);
            continue;
        }
        let is_known = [&names.before, &names.raises].into_iter().flatten().any(|name| name == callee);
        let is_idle = (is_known || callee.ends_with("_Check")) && !model.is_taken(callee) || is_cast(site, callee);
        let is_format = |node: &NodeId| tree.kind(*node) == NodeKind::String;
        let mut formats = children.iter().filter(|node| is_format(node) && callee.contains("Parse"));
        let is_held =
            formats.any(|format| units(model.text(*format), FormatKind::Parse).iter().any(|unit| is_held(unit)));
        if !is_idle || is_held {
            return Err(held());
        }
    }
    Ok(releases)
}

/// Whether the name is that of a macro of this file that calls nothing: there are types and its parameter in it.
fn is_cast(site: &Site<'_>, name: &str) -> bool {
    let definitions = definitions(site, name);
    let calls_nothing = |tokens: &Vec<Token>| {
        let word = |token: &Token| std::str::from_utf8(token.text(site.model.source)).unwrap_or("").to_owned();
        let words: Vec<String> =
            tokens.iter().filter(|token| token.kind == TokenKind::Identifier).map(word).skip(2).collect();
        let is_call = tokens.windows(2).any(|pair| word(&pair[0]) == "(" && word(&pair[1]) == ")");
        let is_harmless = |own: &String| *own == words[0] || capi::is_builtin_type(own);
        words.len() > 1 && words.iter().all(is_harmless) && !is_call
    };
    !definitions.is_empty() && definitions.iter().all(calls_nothing)
}

/// Whether a loop or a label may lead back to the place where the pointer is set.
fn is_repeated(model: &SemanticModel<'_>, body: NodeId, setting: NodeId) -> bool {
    use NodeKind::{DoWhile, For, ForRange, Label, While};
    let tree = model.tree;
    let (whole, set) = (tree.range(body), tree.range(setting));
    tree.nodes().filter(|node| whole.contains(tree.range(*node))).any(|node| match tree.kind(node) {
        While | DoWhile | For | ForRange => tree.range(node).contains(set),
        kind => kind == Label && tree.range(node).start < set.start,
    })
}

/// Where the pointer is set, as what runs before is told from it.
#[derive(Clone, Copy)]
struct Setting {
    node: NodeId,
    /// One round may take the one way, and the next one the other.
    is_repeated: bool,
}

/// Whether what comes to `node` does not come to `setting` afterwards: it returns, or `setting` stands behind the `else`.
fn is_on_other_way(model: &SemanticModel<'_>, node: NodeId, setting: Setting) -> bool {
    use NodeKind::{Break, Continue, Goto, If};
    let tree = model.tree;
    let set = tree.range(setting.node);
    let (mut inner, mut is_other) = (node, false);
    while let Some(outer) = tree.parent(inner).filter(|_| !is_other) {
        let range = tree.range(inner);
        let is_jump =
            |node: NodeId| matches!(tree.kind(node), Break | Continue | Goto) && range.contains(tree.range(node));
        let is_left = model.always_leaves(inner) && !range.contains(set) && !tree.nodes().any(is_jump);
        let is_else = tree.kind(outer) == If
            && matches!(tree.children(outer), [_, then, other] if *then == inner && tree.range(*other).contains(set));
        is_other = is_left || is_else && !setting.is_repeated;
        inner = outer;
    }
    is_other
}

/// The statement that releases a buffer that `call` made, if nothing was done with it before `setting` but to ask for it.
fn release(site: &Site<'_>, names: &OwnedBuffer, call: NodeId, setting: Setting) -> Option<String> {
    let (model, tree) = (site.model, site.model.tree);
    let (block, local) = assigned(model, call)?;
    let buffer = Buffer::of(site, names, block, local, Some(call)).ok()?;
    let (made, set) = (tree.range(call), tree.range(setting.node));
    let is_used = |leaf: NodeId| {
        let start = tree.range(leaf).start;
        (made.end..set.start).contains(&start) && !is_tested(model, leaf) && !is_on_other_way(model, leaf, setting)
    };
    // Without a value it may be anything where `call` is passed by.
    let is_set = buffer.emptied(site).is_none() && tree.range(block).contains(set) && made.end <= set.start;
    let leaves = leaves(site, block, &buffer.local)?;
    (is_set && !leaves.into_iter().any(is_used)).then(|| buffer.release(site, names)).flatten()
}
