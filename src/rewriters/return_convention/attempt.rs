//! The call, and the test that follows it.

use super::super::Place;
use crate::semantics::SemanticModel;
use crate::source::Language;
use crate::syntax::{AssignOperator, BinaryOperator, CType, NodeId, NodeKind, UnaryOperator};
use crate::transform::{Match, ReturnConvention, is_pure, is_zero, match_declared, match_expression};

/// A call that may fail, with the `if` that asks whether it did.
pub(super) struct Attempt {
    /// The call.
    pub call: NodeId,
    /// What its pattern captured.
    pub found: Match,
    /// Where the call stands.
    pub form: Form,
    /// What its result is assigned to, if that is an object; the new call stores it there.
    pub target: Option<NodeId>,
    /// What its result is assigned to, if that is a status.
    pub status: Option<NodeId>,
    /// The `if`.
    pub test: NodeId,
}

/// Where a call stands.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    /// `v = call;` is this statement, right before the test.
    Statement(NodeId),
    /// `T v = call;` is this declaration, right before the test.
    Declaration(NodeId),
    /// This expression, the assignment or the call alone, stands in the condition of the test.
    Condition(NodeId),
}

impl Attempt {
    /// The attempt whose call has the name at `place`.
    pub fn find(place: &Place<'_>, convention: &ReturnConvention) -> Option<Attempt> {
        let (model, pattern) = (place.site.model, &convention.call);
        let tree = model.tree;
        let callee = place.leaves.at(place.offset)?;
        let call = tree.parent(callee).filter(|up| tree.kind(*up) == NodeKind::Call)?;
        let up = tree.parent(call).filter(|_| tree.children(call)[0] == callee)?;
        let assigns = matches!(pattern.tree.kind(pattern.roots[0]), NodeKind::Assign(_));
        if !assigns {
            let found = match_expression(pattern, model, call)?;
            if let Some((form, status)) = assignment_of(model, call) {
                let test = test_behind(model, form.statement()?)?;
                return Some(Attempt { call, found, form, target: None, status: Some(status), test });
            }
            let test = test_around(model, call)?;
            return Some(Attempt { call, found, form: Form::Condition(call), target: None, status: None, test });
        }
        let assigned = assignment_of(model, call);
        let (form, target, test) = match assigned {
            Some((form, target)) => (form, target, test_behind(model, form.statement()?)?),
            None if tree.kind(up) == NodeKind::Assign(AssignOperator::Plain) => {
                (Form::Condition(up), tree.children(up)[0], test_around(model, up)?)
            }
            None => return None,
        };
        let found = match form {
            Form::Declaration(_) => match_declared(pattern, model, target, call)?,
            _ => match_expression(pattern, model, up)?,
        };
        is_place(model, target).then_some(Attempt { call, found, form, target: Some(target), status: None, test })
    }

    /// The statement that the call stands in.
    pub fn statement(&self) -> NodeId {
        self.form.statement().unwrap_or(self.test)
    }

    /// Whether a condition holds after a failure, and not otherwise (yes), or the other way round (no).
    pub fn asks_for_failure(&self, model: &SemanticModel<'_>, condition: NodeId) -> Option<bool> {
        let tree = model.tree;
        let children = tree.children(condition);
        if self.is_result(model, condition) {
            // A null pointer is false, and a negative number is true.
            return Some(self.target.is_none());
        }
        match tree.kind(condition) {
            NodeKind::Unary(UnaryOperator::Not) if self.is_result(model, children[0]) => Some(self.target.is_some()),
            NodeKind::Binary(operator) => {
                let (left, right) = (children[0], children[1]);
                if self.target.is_some() {
                    let compared = self.is_result(model, left) && is_zero(model, right)
                        || self.is_result(model, right) && is_zero(model, left);
                    return match operator {
                        BinaryOperator::Equal if compared => Some(true),
                        BinaryOperator::NotEqual if compared => Some(false),
                        _ => None,
                    };
                }
                match (operator, model.text(right)) {
                    _ if !self.is_result(model, left) => None,
                    (BinaryOperator::Less | BinaryOperator::NotEqual, b"0") => Some(true),
                    (BinaryOperator::GreaterOrEqual | BinaryOperator::Equal, b"0") => Some(false),
                    (BinaryOperator::Equal, b"-1") => Some(true),
                    (BinaryOperator::NotEqual, b"-1") => Some(false),
                    _ => None,
                }
            }
            _ => None,
        }
    }

    fn is_result(&self, model: &SemanticModel<'_>, node: NodeId) -> bool {
        match self.form {
            Form::Condition(own) => node == own,
            _ => self.target.or(self.status).is_some_and(|result| model.text(result) == model.text(node)),
        }
    }
}

impl Form {
    /// The statement that does nothing but assign the result.
    fn statement(self) -> Option<NodeId> {
        match self {
            Form::Statement(statement) | Form::Declaration(statement) => Some(statement),
            Form::Condition(_) => None,
        }
    }
}

/// The statement or declaration that does nothing but assign the value of the call, and what to.
fn assignment_of(model: &SemanticModel<'_>, call: NodeId) -> Option<(Form, NodeId)> {
    let tree = model.tree;
    let assignment = tree.parent(call).filter(|up| tree.children(*up)[1..] == [call])?;
    let outer = tree.parent(assignment)?;
    match (tree.kind(assignment), tree.kind(outer)) {
        (NodeKind::Assign(AssignOperator::Plain), NodeKind::ExpressionStatement) => {
            Some((Form::Statement(outer), tree.children(assignment)[0]))
        }
        (NodeKind::InitDeclarator, NodeKind::Declaration { typedef: false }) => {
            let [name] = *tree.children(tree.children(assignment)[0]) else { return None };
            (tree.children(outer) == [assignment]).then_some((Form::Declaration(outer), name))
        }
        _ => None,
    }
}

/// What an address can be taken of without an effect of its own, and without parentheses. In C++ a class may own what
/// it is given, so that only a pointer will do.
fn is_place(model: &SemanticModel<'_>, target: NodeId) -> bool {
    let kind = model.tree.kind(target);
    let is_plain = model.language == Language::C || matches!(model.type_of(target), CType::Pointer(_));
    is_plain
        && matches!(kind, NodeKind::Identifier | NodeKind::Member { .. } | NodeKind::Index)
        && is_pure(model, target)
}

/// The `if` right behind `statement` in its block.
fn test_behind(model: &SemanticModel<'_>, statement: NodeId) -> Option<NodeId> {
    next_statement(model, statement).filter(|next| model.tree.kind(*next) == NodeKind::If)
}

/// The statement right behind `statement` in its block.
pub(super) fn next_statement(model: &SemanticModel<'_>, statement: NodeId) -> Option<NodeId> {
    let tree = model.tree;
    let block = tree.parent(statement).filter(|up| tree.kind(*up) == NodeKind::Compound)?;
    let at = tree.children(block).iter().position(|child| *child == statement)?;
    tree.children(block).get(at + 1).copied()
}

/// The `if` of a block in whose condition `node` stands, where it is evaluated first.
fn test_around(model: &SemanticModel<'_>, node: NodeId) -> Option<NodeId> {
    let tree = model.tree;
    let mut inner = node;
    loop {
        let outer = tree.parent(inner)?;
        match tree.kind(outer) {
            NodeKind::Binary(_) | NodeKind::Unary(UnaryOperator::Not) => inner = outer,
            NodeKind::If if tree.children(outer)[0] == inner => {
                let in_block = tree.parent(outer).is_some_and(|up| tree.kind(up) == NodeKind::Compound);
                return in_block.then_some(outer);
            }
            _ => return None,
        }
    }
}
