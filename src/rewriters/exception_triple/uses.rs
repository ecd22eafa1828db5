//! What is done with the three variables.

use super::super::local::{is_tested, mentions, text};
use super::{Obstacle, Passing, ROLES, Role, Triple, passed_to};
use crate::semantics::{SemanticModel, Use as UseOfValue, use_of};
use crate::source::TextRange;
use crate::syntax::{AssignOperator, BinaryOperator, NodeId, NodeKind, UnaryOperator};
use crate::transform::{ExceptionTriple, Site, is_zero};

/// One thing that is done with one of the three, or with all.
#[derive(Clone, Copy, Debug)]
pub(super) struct Use<'n> {
    pub kind: UseKind<'n>,
    /// The first, where all three are used.
    pub role: Role,
    /// The statement for what is one, else the expression.
    pub node: NodeId,
}

/// What is done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum UseKind<'n> {
    /// The exception is taken out.
    Fetched,
    /// It is made an object.
    Normalized,
    /// It is passed to a function for which there is one that takes the object.
    Passed { instead: &'n str },
    /// The value gets the traceback.
    TracebackSet,
    /// References are added or taken.
    Counted,
    /// A reference is taken and the variable becomes a null pointer.
    Cleared,
    /// The variable becomes a null pointer, perhaps with others in one statement.
    Forgotten,
    /// It is a null pointer or not.
    Tested,
    /// Any of the three is no null pointer.
    AnyTested,
    /// It is asked of what class it is.
    Matched,
    /// It is read.
    Read,
}

impl UseKind<'_> {
    /// Whether it is a statement that changes nothing but counts or variables.
    pub fn is_bookkeeping(self) -> bool {
        matches!(self, UseKind::Counted | UseKind::Cleared | UseKind::Forgotten)
    }

    /// Whether the variable is a null pointer afterwards.
    pub fn clears(self) -> bool {
        matches!(self, UseKind::Cleared | UseKind::Forgotten)
    }
}

/// All uses in order of their places.
pub(super) fn collect<'n>(
    site: &Site<'_>,
    names: &'n ExceptionTriple,
    triple: &Triple<'_>,
) -> Result<Vec<Use<'n>>, Obstacle> {
    let tree = site.model.tree;
    let block = tree.range(triple.block);
    let mut leaves: Vec<(NodeId, Role)> = tree
        .nodes()
        .filter(|node| tree.kind(*node) == NodeKind::Identifier && block.contains(tree.core(*node)))
        .filter_map(|node| Some((node, triple.role_of(text(site.model, node))?)))
        .collect();
    leaves.sort_by_key(|(leaf, _)| tree.core(*leaf).start);
    check_variants(site, triple, &leaves)?;
    let finder = Finder { model: site.model, names, triple };
    let mut uses: Vec<Use<'n>> = Vec::new();
    for (leaf, role) in leaves {
        let is_known = uses.last().is_some_and(|last| tree.range(last.node).contains(tree.core(leaf)));
        if is_known || finder.declares(leaf)? {
            continue;
        }
        uses.push(finder.classify(leaf, role)?);
    }
    Ok(uses)
}

/// What the tree shows of the three must be all that the file says of them in the block: in branches of other views, in
/// directives, in macros.
fn check_variants(site: &Site<'_>, triple: &Triple<'_>, leaves: &[(NodeId, Role)]) -> Result<(), Obstacle> {
    let tree = site.model.tree;
    let is_ours = |text: &[u8]| ROLES.into_iter().any(|role| triple.name(role).as_bytes() == text);
    let is_seen = |offset: &u32| leaves.binary_search_by_key(offset, |(leaf, _)| tree.core(*leaf).start).is_ok();
    let all = mentions(site, tree.range(triple.block), is_ours).iter().all(is_seen);
    if all { Ok(()) } else { Err(Obstacle::Variants) }
}

struct Finder<'f, 'a, 'n> {
    model: &'f SemanticModel<'a>,
    names: &'n ExceptionTriple,
    triple: &'f Triple<'a>,
}

impl<'n> Finder<'_, '_, 'n> {
    /// Whether the name stands in the declaration of its variable; an error where it is another variable's.
    fn declares(&self, leaf: NodeId) -> Result<bool, Obstacle> {
        let tree = self.model.tree;
        let Some(declarator) = tree.parent(leaf).filter(|up| tree.kind(*up) == NodeKind::Declarator) else {
            return Ok(false);
        };
        let own = tree.parent(declarator);
        let is_ours = self.triple.variables.iter().any(|variable| Some(variable.declarator) == own);
        if is_ours { Ok(true) } else { Err(Obstacle::Variants) }
    }

    fn classify(&self, leaf: NodeId, role: Role) -> Result<Use<'n>, Obstacle> {
        let tree = self.model.tree;
        let parent = tree.parent(leaf).unwrap_or(leaf);
        let found = match tree.kind(parent) {
            NodeKind::Call => self.passed(parent, leaf, role),
            NodeKind::Unary(UnaryOperator::AddressOf) => tree.parent(parent).and_then(|call| self.addressed(call)),
            NodeKind::Assign(AssignOperator::Plain) => self.forgotten(leaf),
            NodeKind::Binary(BinaryOperator::LogicalOr) => self.any_tested(leaf),
            _ => None,
        };
        if let Some(found) = found {
            return Ok(found);
        }
        let name = || self.triple.name(role).to_owned();
        if is_tested(self.model, leaf) {
            return Ok(Use { kind: UseKind::Tested, role, node: leaf });
        }
        match use_of(tree, leaf) {
            UseOfValue::Place => Err(Obstacle::Changed(name())),
            _ if role == Role::Value => Ok(Use { kind: UseKind::Read, role, node: leaf }),
            _ => Err(match self.callee(parent) {
                Some(callee) => Obstacle::Passed(name(), callee.to_owned()),
                None => Obstacle::Read(name()),
            }),
        }
    }

    /// The name of the function that is called.
    fn callee(&self, call: NodeId) -> Option<&str> {
        let tree = self.model.tree;
        let callee = *tree.children(call).first().filter(|_| tree.kind(call) == NodeKind::Call)?;
        (tree.kind(callee) == NodeKind::Identifier).then(|| text(self.model, callee))
    }

    /// The same, where it is the C API's.
    fn sought(&self, call: NodeId) -> Option<&str> {
        let name = self.callee(call)?;
        self.model.is_sought_name(self.model.tree.children(call)[0]).then_some(name)
    }

    /// The statement that is the expression and nothing else.
    fn statement(&self, expression: NodeId) -> Option<NodeId> {
        let tree = self.model.tree;
        tree.parent(expression).filter(|up| tree.kind(*up) == NodeKind::ExpressionStatement)
    }

    /// Whether all three are passed, in their order.
    fn is_passed_all(&self, call: NodeId, passing: Passing) -> bool {
        let names = ROLES.map(|role| self.triple.name(role));
        passed_to(self.model, call) == Some((names, passing))
    }

    fn addressed(&self, call: NodeId) -> Option<Use<'n>> {
        let name = self.sought(call).filter(|_| self.is_passed_all(call, Passing::Address))?;
        let kind = match name {
            name if name == self.names.fetch => UseKind::Fetched,
            name if name == self.names.normalize => UseKind::Normalized,
            _ => return None,
        };
        Some(Use { kind, role: Role::Type, node: self.statement(call)? })
    }

    fn passed(&self, call: NodeId, leaf: NodeId, role: Role) -> Option<Use<'n>> {
        let tree = self.model.tree;
        let name = self.sought(call)?;
        let names = self.names;
        let arguments = &tree.children(call)[1..];
        if let Some(instead) = names.whole(name).filter(|_| self.is_passed_all(call, Passing::Value)) {
            return Some(Use { kind: UseKind::Passed { instead }, role: Role::Type, node: self.statement(call)? });
        }
        if name == names.set_traceback {
            let wanted = [Role::Value, Role::Traceback].map(|role| self.triple.name(role));
            let is_own = arguments.iter().map(|argument| text(self.model, *argument)).eq(wanted);
            let node = self.statement(call).filter(|_| is_own)?;
            return Some(Use { kind: UseKind::TracebackSet, role: Role::Traceback, node });
        }
        if name == names.matches && role != Role::Traceback && arguments.first() == Some(&leaf) {
            return Some(Use { kind: UseKind::Matched, role, node: leaf });
        }
        let is_in = |list: &[String]| list.iter().any(|own| own == name);
        let kind = match () {
            () if is_in(&names.clears) => UseKind::Cleared,
            () if is_in(&names.counts) => UseKind::Counted,
            () => return None,
        };
        let node = self.statement(call).filter(|_| arguments == [leaf])?;
        Some(Use { kind, role, node })
    }

    /// `a = b = NULL;`, each of which is one of the three.
    fn forgotten(&self, leaf: NodeId) -> Option<Use<'n>> {
        let tree = self.model.tree;
        let is_assignment = |node: NodeId| tree.kind(node) == NodeKind::Assign(AssignOperator::Plain);
        let outermost = tree.parent(leaf)?;
        let node = self.statement(outermost)?;
        let mut roles = Vec::new();
        let mut value = outermost;
        while is_assignment(value) {
            let [target, next] = tree.children(value) else { return None };
            let is_name = tree.kind(*target) == NodeKind::Identifier;
            roles.push(self.triple.role_of(text(self.model, *target)).filter(|_| is_name)?);
            value = *next;
        }
        // What becomes of the value decides what becomes of the statement.
        let role = if roles.contains(&Role::Value) { Role::Value } else { roles[0] };
        is_zero(self.model, value).then_some(Use { kind: UseKind::Forgotten, role, node })
    }

    /// `type || value || traceback`: the type is the one that decides.
    fn any_tested(&self, leaf: NodeId) -> Option<Use<'n>> {
        let tree = self.model.tree;
        let is_or = |node: NodeId| tree.kind(node) == NodeKind::Binary(BinaryOperator::LogicalOr);
        let mut node = leaf;
        while let Some(up) = tree.parent(node).filter(|up| is_or(*up)) {
            node = up;
        }
        let mut roles = Vec::new();
        let mut open = vec![node];
        while let Some(next) = open.pop() {
            match tree.kind(next) {
                NodeKind::Identifier => roles.push(self.triple.role_of(text(self.model, next))?),
                _ if is_or(next) => open.extend(tree.children(next)),
                _ => return None,
            }
        }
        roles.contains(&Role::Type).then_some(Use { kind: UseKind::AnyTested, role: Role::Type, node })
    }
}

/// Whether the condition holds nothing but tests of the three.
pub(super) fn is_pure_test(model: &SemanticModel<'_>, triple: &Triple<'_>, condition: NodeId) -> bool {
    let tree = model.tree;
    let children = tree.children(condition);
    match tree.kind(condition) {
        NodeKind::Identifier => triple.role_of(text(model, condition)).is_some(),
        NodeKind::Unary(UnaryOperator::Not)
        | NodeKind::Binary(BinaryOperator::LogicalAnd | BinaryOperator::LogicalOr) => {
            children.iter().all(|child| is_pure_test(model, triple, *child))
        }
        NodeKind::Binary(BinaryOperator::Equal | BinaryOperator::NotEqual) => {
            children.iter().all(|child| is_zero(model, *child) || is_pure_test(model, triple, *child))
        }
        _ => false,
    }
}

/// The name of a variable that stands first in the statement or expression.
pub(super) fn name_in(site: &Site<'_>, triple: &Triple<'_>, range: TextRange) -> String {
    let words =
        site.tokens_in(range).iter().filter_map(|token| std::str::from_utf8(token.text(site.model.source)).ok());
    words.into_iter().find(|word| triple.role_of(word).is_some()).unwrap_or("").to_owned()
}
