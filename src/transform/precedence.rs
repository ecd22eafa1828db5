//! How tightly the operators of C bind.

use crate::syntax::{BinaryOperator, NodeId, NodeKind, SyntaxTree, UnaryOperator};

/// A level of binding; a greater one binds tighter.
pub type Precedence = u8;

/// Anything goes: an operand in parentheses, a whole statement.
pub const LOWEST: Precedence = 0;
/// What an argument or an initializer needs: no comma.
pub const ASSIGNMENT: Precedence = 1;
const CONDITIONAL: Precedence = 2;
const UNARY: Precedence = 13;
const POSTFIX: Precedence = 14;
const PRIMARY: Precedence = 15;

fn of_binary(operator: BinaryOperator) -> Precedence {
    use BinaryOperator::*;
    match operator {
        LogicalOr => 3,
        LogicalAnd => 4,
        BitOr => 5,
        BitXor => 6,
        BitAnd => 7,
        Equal | NotEqual => 8,
        Less | Greater | LessOrEqual | GreaterOrEqual => 9,
        ShiftLeft | ShiftRight => 10,
        Add | Subtract => 11,
        Multiply | Divide | Modulo => 12,
    }
}

/// How tightly an expression of this kind holds together.
pub fn of_kind(kind: NodeKind) -> Precedence {
    match kind {
        NodeKind::Comma => LOWEST,
        NodeKind::Assign(_) => ASSIGNMENT,
        NodeKind::Conditional => CONDITIONAL,
        NodeKind::Binary(operator) => of_binary(operator),
        NodeKind::Unary(_) | NodeKind::Cast | NodeKind::SizeofType | NodeKind::AlignofType => UNARY,
        NodeKind::Call
        | NodeKind::Member { .. }
        | NodeKind::Index
        | NodeKind::PostIncrement
        | NodeKind::PostDecrement
        | NodeKind::CompoundLiteral => POSTFIX,
        _ => PRIMARY,
    }
}

/// How tightly an expression must hold together to stand where `node` stands without parentheses of its own.
pub fn required_at(tree: &SyntaxTree, node: NodeId) -> Precedence {
    if tree.range(node) != tree.core(node) {
        return LOWEST;
    }
    let Some(parent) = tree.parent(node) else { return LOWEST };
    let position = tree.children(parent).iter().position(|child| *child == node);
    let first = position == Some(0);
    match tree.kind(parent) {
        NodeKind::Call => {
            if first {
                POSTFIX
            } else {
                ASSIGNMENT
            }
        }
        NodeKind::Member { .. } | NodeKind::PostIncrement | NodeKind::PostDecrement => POSTFIX,
        NodeKind::Index => {
            if first {
                POSTFIX
            } else {
                LOWEST
            }
        }
        // `-` before `-x` or `&` before `&x` would grow together; parentheses keep them apart.
        NodeKind::Unary(UnaryOperator::Plus | UnaryOperator::Minus | UnaryOperator::AddressOf) => POSTFIX,
        NodeKind::Unary(_) | NodeKind::Cast => UNARY,
        NodeKind::Binary(operator) => of_binary(operator) + Precedence::from(!first),
        NodeKind::Assign(_) => {
            if first {
                UNARY
            } else {
                ASSIGNMENT
            }
        }
        NodeKind::Conditional => match position {
            Some(0) => CONDITIONAL + 1,
            Some(1) => LOWEST,
            _ => CONDITIONAL,
        },
        NodeKind::Comma | NodeKind::InitDeclarator | NodeKind::InitializerItem { .. } | NodeKind::Enumerator => {
            ASSIGNMENT
        }
        _ => LOWEST,
    }
}

/// Whether `node` is an argument of a call.
pub fn is_argument(tree: &SyntaxTree, node: NodeId) -> bool {
    tree.parent(node)
        .is_some_and(|parent| tree.kind(parent) == NodeKind::Call && tree.children(parent).first() != Some(&node))
}
