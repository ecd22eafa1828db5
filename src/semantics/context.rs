//! How the value of an expression is used where it stands.

use crate::syntax::{NodeId, NodeKind, SyntaxTree, UnaryOperator};

/// What happens to the value of an expression.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Use {
    /// Nothing: the expression is there for its effect.
    Dropped,
    /// It is read.
    Read,
    /// The expression is assigned to, incremented, decremented, or its address is taken.
    Place,
    /// It is the whole body of a macro: what happens to it is decided where the macro is used.
    Macro,
}

/// How the value of the expression `node` is used.
pub fn use_of(tree: &SyntaxTree, node: NodeId) -> Use {
    let mut node = node;
    // Each step goes up where the parent passes the value on unchanged.
    loop {
        let Some(parent) = tree.parent(node) else { return Use::Read };

        let children = tree.children(parent);
        let position = children.iter().position(|child| *child == node);
        return match tree.kind(parent) {
            NodeKind::Root => Use::Macro,
            NodeKind::ExpressionStatement if is_value_of_block(tree, parent) => Use::Read,
            NodeKind::ExpressionStatement => Use::Dropped,
            NodeKind::For if matches!(position, Some(0 | 2)) => Use::Dropped,
            NodeKind::Comma if position != Some(children.len() - 1) => Use::Dropped,
            // The last operand of a comma is the comma's value.
            NodeKind::Comma => {
                node = parent;
                continue;
            }
            NodeKind::Cast => {
                let is_void = tree.ctype(children[0]) == &crate::syntax::CType::Named("void".to_owned());
                if is_void { Use::Dropped } else { Use::Read }
            }
            NodeKind::Assign(_) if position == Some(0) => Use::Place,
            NodeKind::Unary(UnaryOperator::AddressOf | UnaryOperator::PreIncrement | UnaryOperator::PreDecrement)
            | NodeKind::PostIncrement
            | NodeKind::PostDecrement => Use::Place,
            // `x.y` is a part of `x`: what happens to it happens to `x`.
            NodeKind::Member { arrow: false } => {
                node = parent;
                continue;
            }
            _ => Use::Read,
        };
    }
}

/// Whether the statement is the last one of a statement expression, whose value it is.
fn is_value_of_block(tree: &SyntaxTree, statement: NodeId) -> bool {
    let Some(block) = tree.parent(statement) else { return false };
    let is_last = tree.children(block).last() == Some(&statement);
    let in_expression = tree.parent(block).is_some_and(|parent| tree.kind(parent) == NodeKind::StatementExpression);
    tree.kind(block) == NodeKind::Compound && is_last && in_expression
}
