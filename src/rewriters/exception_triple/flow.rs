//! Where the exception is surely one object, and what may not happen in which order. There is no control flow graph
//! here: what stands before something else in its own block, with no label between, is passed before it.

use super::super::local::unlabelled;
use super::uses::{Use, UseKind};
use super::{Obstacle, Role, Triple};
use crate::semantics::SemanticModel;
use crate::source::{DirectiveKind, TextRange, TokenKind, directive};
use crate::syntax::{NodeId, NodeKind};
use crate::transform::Site;

/// What is known of the order of the uses.
pub(super) struct Flow<'f, 'a, 'n> {
    model: &'f SemanticModel<'a>,
    triple: &'f Triple<'a>,
    uses: &'f [Use<'n>],
    /// Between taking the exception out and making it an object, where every taking out is followed by that.
    gaps: Option<Vec<TextRange>>,
}

impl<'f, 'a, 'n> Flow<'f, 'a, 'n> {
    pub fn new(model: &'f SemanticModel<'a>, triple: &'f Triple<'a>, uses: &'f [Use<'n>]) -> Flow<'f, 'a, 'n> {
        let mut flow = Flow { model, triple, uses, gaps: None };
        let fetched = uses.iter().filter(|found| found.kind == UseKind::Fetched);
        flow.gaps = fetched.map(|fetched| flow.gap_after(fetched.node)).collect();
        flow
    }

    /// Checks every use of the value that takes it for an object, and the order in which things go.
    pub fn check(&self) -> Result<(), Obstacle> {
        let name = |role: Role| self.triple.name(role).to_owned();
        for found in self.uses.iter().filter(|found| found.role == Role::Value) {
            let takes_object = matches!(found.kind, UseKind::Tested | UseKind::Matched | UseKind::Read);
            if takes_object && !self.is_normalized(found.node) {
                return Err(Obstacle::NotNormalized(name(Role::Value)));
            }
        }
        // The value may be gone while the type is still there: the one object is then gone, too.
        let drops_value = |found: &&Use<'_>| found.kind.is_bookkeeping() && found.role == Role::Value;
        for dropped in self.uses.iter().filter(drops_value) {
            let run = run_of(self.model, dropped.node, self.uses);
            let with_type = run.iter().any(|found| found.role == Role::Type);
            let is_asked_later = self.uses.iter().any(|found| {
                found.kind == UseKind::Matched && found.role == Role::Type && self.starts(found) > self.starts(dropped)
            });
            if !with_type && is_asked_later {
                return Err(Obstacle::TypeOutlives(name(Role::Type)));
            }
        }
        // A null pointer for the type or the value alone says something that the one object cannot say.
        for cleared in self.uses.iter().filter(|found| found.kind.clears() && found.role != Role::Traceback) {
            let other = if cleared.role == Role::Type { Role::Value } else { Role::Type };
            let run = run_of(self.model, cleared.node, self.uses);
            let is_paired = run.iter().any(|found| found.kind.clears() && self.has_role(found, other));
            if !is_paired {
                return Err(Obstacle::ClearedAlone(name(cleared.role)));
            }
        }
        Ok(())
    }

    fn starts(&self, found: &Use<'_>) -> u32 {
        self.model.tree.core(found.node).start
    }

    /// Whether the statement is about the variable: one of several in a chain of assignments may be.
    fn has_role(&self, found: &Use<'_>, role: Role) -> bool {
        let tree = self.model.tree;
        let range = tree.range(found.node);
        let wanted = self.triple.name(role).as_bytes();
        found.role == role
            || found.kind == UseKind::Forgotten
                && tree.nodes().any(|node| {
                    tree.kind(node) == NodeKind::Identifier
                        && range.contains(tree.core(node))
                        && self.model.text(node) == wanted
                })
    }

    /// Whether the value is an object wherever the exception is set.
    fn is_normalized(&self, node: NodeId) -> bool {
        let start = self.model.tree.core(node).start;
        let by_all = self.gaps.as_ref().is_some_and(|gaps| !gaps.iter().any(|gap| gap.contains_offset(start)));
        by_all || self.is_normalized_before(node)
    }

    /// The text from the statement that takes the exception out to the one behind it that makes it an object, if that
    /// is always reached, unless the function returns.
    fn gap_after(&self, fetched: NodeId) -> Option<TextRange> {
        let tree = self.model.tree;
        let normalized = following(self.model, fetched).find(|next| self.is_kind(*next, UseKind::Normalized))?;
        let gap = TextRange::new(tree.range(fetched).end, tree.range(normalized).start);
        let leaves = |node: NodeId| {
            use NodeKind::{Break, Case, Continue, Default, Goto, Label};
            matches!(tree.kind(node), Goto | Break | Continue | Label | Case | Default)
        };
        let is_left = tree.nodes().any(|node| leaves(node) && gap.contains(tree.range(node)));
        (!is_left).then_some(gap)
    }

    /// Whether a statement in a block around the place, before it, made the exception an object, and none was taken out
    /// since.
    fn is_normalized_before(&self, node: NodeId) -> bool {
        let tree = self.model.tree;
        let mut inner = node;
        while inner != self.triple.block {
            let Some(outer) = tree.parent(inner) else { return false };
            if tree.kind(outer) == NodeKind::Compound {
                let before = tree.children(outer).iter().take_while(|child| **child != inner);
                let normalized = before.filter(|child| self.is_kind(**child, UseKind::Normalized)).last();
                if let Some(normalized) = normalized {
                    let between = TextRange::new(tree.range(*normalized).end, tree.range(inner).end);
                    return !self.can_be_entered(between);
                }
            }
            inner = outer;
        }
        false
    }

    /// Whether the text can be reached from elsewhere, or takes an exception out itself.
    fn can_be_entered(&self, range: TextRange) -> bool {
        let tree = self.model.tree;
        let fetched = self.uses.iter().filter(|found| found.kind == UseKind::Fetched).map(|found| found.node);
        let is_label = |node: &NodeId| matches!(tree.kind(*node), NodeKind::Label | NodeKind::Case | NodeKind::Default);
        let mut entries = fetched.chain(tree.nodes().filter(is_label));
        entries.any(|node| range.contains_offset(tree.range(node).start))
    }

    fn is_kind(&self, statement: NodeId, kind: UseKind<'_>) -> bool {
        self.uses.iter().any(|found| found.node == statement && found.kind == kind)
    }
}

/// The statements behind `node` in its block.
pub(super) fn following<'m>(model: &SemanticModel<'m>, node: NodeId) -> impl Iterator<Item = NodeId> + use<'m> {
    let tree = model.tree;
    let block = tree.parent(node).filter(|up| tree.kind(*up) == NodeKind::Compound);
    let siblings = block.map_or(&[][..], |block| tree.children(block));
    let at = siblings.iter().position(|sibling| *sibling == node).map_or(siblings.len(), |at| at + 1);
    siblings[at..].iter().copied()
}

/// What stands in a block for the statement: a label before it, or itself.
pub(super) fn labelled(model: &SemanticModel<'_>, statement: NodeId) -> NodeId {
    let tree = model.tree;
    let is_label = |up: &NodeId| matches!(tree.kind(*up), NodeKind::Label | NodeKind::Case | NodeKind::Default);
    let mut node = statement;
    while let Some(up) = tree.parent(node).filter(is_label) {
        node = up;
    }
    node
}

/// The bookkeeping that stands right before and after `statement`, and itself.
pub(super) fn run_of<'u, 'n>(model: &SemanticModel<'_>, statement: NodeId, uses: &'u [Use<'n>]) -> Vec<&'u Use<'n>> {
    let tree = model.tree;
    let of = |node: NodeId| {
        let own = unlabelled(model, node);
        uses.iter().find(|found| found.kind.is_bookkeeping() && found.node == own)
    };
    let here = labelled(model, statement);
    let block = tree.parent(here).filter(|up| tree.kind(*up) == NodeKind::Compound);
    let siblings = block.map_or(&[][..], |block| tree.children(block));
    let Some(at) = siblings.iter().position(|sibling| *sibling == here) else {
        return uses.iter().filter(|found| found.node == statement).collect();
    };
    // A label can begin a run, and none stands inside: there the other statements may be skipped.
    let is_plain = |node: NodeId| unlabelled(model, node) == node;
    let mut first = at;
    while first > 0 && is_plain(siblings[first]) && of(siblings[first - 1]).is_some() {
        first -= 1;
    }
    let last = siblings[at + 1..].iter().take_while(|sibling| is_plain(**sibling) && of(**sibling).is_some()).count();
    siblings[first..=at + last].iter().filter_map(|sibling| of(*sibling)).collect()
}

/// Whether the two places stand in the same branches of conditionals.
pub(super) fn is_same_branch(site: &Site<'_>, one: u32, other: u32) -> bool {
    let source = site.model.source;
    let (start, end) = (one.min(other), one.max(other));
    let first = site.file_tokens.partition_point(|token| token.range.start < start);
    let between = site.file_tokens[first..].iter().take_while(|token| token.range.start < end);
    let mut depth = 0_i32;
    for token in between.filter(|token| token.kind == TokenKind::Directive) {
        match directive(source, token).kind {
            DirectiveKind::If | DirectiveKind::Ifdef | DirectiveKind::Ifndef => depth += 1,
            DirectiveKind::Endif => depth -= 1,
            DirectiveKind::Elif | DirectiveKind::Elifdef | DirectiveKind::Elifndef | DirectiveKind::Else
                if depth == 0 =>
            {
                return false;
            }
            _ => {}
        }
        if depth < 0 {
            return false;
        }
    }
    depth == 0
}
