//! Expressions and initializers.

use super::Lowering;
use crate::source::TextRange;
use crate::syntax::{AssignOperator, BinaryOperator, NodeId, NodeKind, UnaryOperator};
use lang_c::ast::{self, Constant, Designator, Expression, GenericAssociation, Initializer, InitializerListItem};
use lang_c::span::{Node, Span};

/// What a binary operator of lang-c is here.
enum Operator {
    Binary(BinaryOperator),
    Assign(AssignOperator),
    Index,
}

impl Lowering<'_> {
    pub(super) fn expression(&mut self, expression: &Node<Expression>) -> NodeId {
        let range = self.range(expression.span);
        match &expression.node {
            Expression::Identifier(name) => self.token(NodeKind::Identifier, range, name.span),
            Expression::Constant(constant) => {
                let kind = match constant.node {
                    Constant::Character(_) => NodeKind::Char,
                    _ => NodeKind::Number,
                };
                self.token(kind, range, constant.span)
            }
            Expression::StringLiteral(literal) => self.token(NodeKind::String, range, literal.span),
            Expression::GenericSelection(generic) => {
                let mut children = vec![self.expression(&generic.node.expression)];
                for association in &generic.node.associations {
                    children.push(match &association.node {
                        GenericAssociation::Type(typed) => self.expression(&typed.node.expression),
                        GenericAssociation::Default(value) => self.expression(value),
                    });
                }
                self.node(NodeKind::Other, range, generic.span, &children)
            }
            Expression::Member(member) => {
                let base = self.expression(&member.node.expression);
                let field = self.field_name(member.node.identifier.span);
                let arrow = member.node.operator.node == ast::MemberOperator::Indirect;
                self.node(NodeKind::Member { arrow }, range, member.span, &[base, field])
            }
            Expression::Call(call) if self.names_any(&call.node.callee, &["va_arg"]) => {
                // The second argument is a type, of which masking left a name.
                let list: Vec<NodeId> = call.node.arguments.iter().take(1).map(|list| self.expression(list)).collect();
                self.node(NodeKind::Other, range, call.span, &list)
            }
            Expression::Call(call) if self.names_any(&call.node.callee, &["offsetof"]) => {
                let field = match call.node.arguments.get(1).map(|argument| &argument.node) {
                    Some(Expression::Identifier(name)) => vec![self.field_name(name.span)],
                    _ => Vec::new(),
                };
                self.node(NodeKind::Other, range, call.span, &field)
            }
            Expression::Call(call) => {
                let mut children = Vec::with_capacity(call.node.arguments.len() + 1);
                children.push(self.expression(&call.node.callee));
                for argument in &call.node.arguments {
                    children.push(self.expression(argument));
                }
                self.node(NodeKind::Call, range, call.span, &children)
            }
            Expression::CompoundLiteral(literal) => {
                let ty = self.type_name(&literal.node.type_name);
                let list = self.literal_list(literal);
                self.node(NodeKind::CompoundLiteral, range, literal.span, &[ty, list])
            }
            Expression::SizeOfTy(size) => {
                let ty = self.type_name(&size.node.0);
                self.node(NodeKind::SizeofType, range, size.span, &[ty])
            }
            Expression::SizeOfVal(size) => {
                let operand = self.expression(&size.node.0);
                self.node(NodeKind::Unary(UnaryOperator::Sizeof), range, size.span, &[operand])
            }
            Expression::AlignOf(align) => {
                let ty = self.type_name(&align.node.0);
                self.node(NodeKind::AlignofType, range, align.span, &[ty])
            }
            Expression::UnaryOperator(unary) => {
                let operand = self.expression(&unary.node.operand);
                self.node(unary_kind(&unary.node.operator.node), range, unary.span, &[operand])
            }
            Expression::Cast(cast) => {
                let ty = self.type_name(&cast.node.type_name);
                let operand = self.expression(&cast.node.expression);
                self.node(NodeKind::Cast, range, cast.span, &[ty, operand])
            }
            Expression::BinaryOperator(binary) => {
                let left = self.expression(&binary.node.lhs);
                let right = self.expression(&binary.node.rhs);
                let kind = match operator(&binary.node.operator.node) {
                    Operator::Binary(operator) => NodeKind::Binary(operator),
                    Operator::Assign(operator) => NodeKind::Assign(operator),
                    Operator::Index => NodeKind::Index,
                };
                self.node(kind, range, binary.span, &[left, right])
            }
            Expression::Conditional(conditional) => {
                let condition = self.expression(&conditional.node.condition);
                let then = self.expression(&conditional.node.then_expression);
                let otherwise = self.expression(&conditional.node.else_expression);
                self.node(NodeKind::Conditional, range, conditional.span, &[condition, then, otherwise])
            }
            Expression::Comma(operands) => {
                let children: Vec<NodeId> = operands.iter().map(|operand| self.expression(operand)).collect();
                let first = self.tree.range(children[0]);
                let core = first.cover(self.tree.range(*children.last().unwrap_or(&children[0])));
                self.tree.add(NodeKind::Comma, range, core, &children)
            }
            Expression::OffsetOf(offset) => self.node(NodeKind::Other, range, offset.span, &[]),
            Expression::VaArg(argument) => {
                let list = self.expression(&argument.node.va_list);
                self.node(NodeKind::Other, range, argument.span, &[list])
            }
            Expression::Statement(block) => {
                let child = self.statement(block);
                // Its own parentheses are the tokens around the block.
                let (first, last) = self.token_indices(block.span);
                let end = (last + 1).min(self.masked.tokens.len());
                let core = self.range_of_tokens(first.saturating_sub(1), end);
                self.tree.add(NodeKind::StatementExpression, range, core, &[child])
            }
        }
    }

    /// Whether an expression is one of these names.
    fn names_any(&self, expression: &Node<Expression>, names: &[&str]) -> bool {
        matches!(&expression.node, Expression::Identifier(name) if names.contains(&name.node.name.as_str()))
    }

    /// A node whose span without parentheses is `span`.
    fn node(&mut self, kind: NodeKind, range: TextRange, span: Span, children: &[NodeId]) -> NodeId {
        let core = self.range(span);
        self.tree.add(kind, range, core, children)
    }

    fn token(&mut self, kind: NodeKind, range: TextRange, span: Span) -> NodeId {
        let core = self.range(span);
        self.leaf(kind, range, core)
    }

    pub(super) fn field_name(&mut self, span: Span) -> NodeId {
        let range = self.range(span);
        self.leaf(NodeKind::FieldName, range, range)
    }

    /// The braces of a compound literal have no span: they are what stands behind the type's `)`.
    fn literal_list(&mut self, literal: &Node<ast::CompoundLiteral>) -> NodeId {
        let items: Vec<NodeId> = literal.node.initializer_list.iter().map(|item| self.initializer_item(item)).collect();
        let (_, behind_type) = self.token_indices(literal.node.type_name.span);
        let (_, end) = self.token_indices(literal.span);
        let range = self.range_of_tokens((behind_type + 1).min(end), end);
        self.add(NodeKind::InitializerList, range, &items)
    }

    pub(super) fn initializer(&mut self, initializer: &Node<Initializer>) -> NodeId {
        match &initializer.node {
            Initializer::Expression(expression) => self.expression(expression),
            Initializer::List(items) => {
                let items: Vec<NodeId> = items.iter().map(|item| self.initializer_item(item)).collect();
                // The parser takes the `=` of a declaration along.
                let (first, last) = self.token_indices(initializer.span);
                let has_sign = self.text(self.range_of_tokens(first, (first + 1).min(last))) == b"=";
                let range = self.range_of_tokens(first + usize::from(has_sign), last);
                self.add(NodeKind::InitializerList, range, &items)
            }
        }
    }

    pub(super) fn initializer_item(&mut self, item: &Node<InitializerListItem>) -> NodeId {
        let mut children = Vec::with_capacity(2);
        for designator in &item.node.designation {
            match &designator.node {
                Designator::Index(index) => children.push(self.expression(index)),
                Designator::Member(name) => children.push(self.field_name(name.span)),
                Designator::Range(range) => {
                    children.push(self.expression(&range.node.from));
                    children.push(self.expression(&range.node.to));
                }
            }
        }
        let designated = !children.is_empty();
        children.push(self.initializer(&item.node.initializer));
        let range = self.range(item.span);
        self.add(NodeKind::InitializerItem { designated }, range, &children)
    }

    pub(super) fn static_assert(&mut self, assert: &Node<ast::StaticAssert>) -> NodeId {
        let condition = self.expression(&assert.node.expression);
        let range = self.range(assert.span);
        self.add(NodeKind::Other, range, &[condition])
    }
}

fn unary_kind(operator: &ast::UnaryOperator) -> NodeKind {
    use ast::UnaryOperator as Theirs;
    NodeKind::Unary(match operator {
        Theirs::PostIncrement => return NodeKind::PostIncrement,
        Theirs::PostDecrement => return NodeKind::PostDecrement,
        Theirs::PreIncrement => UnaryOperator::PreIncrement,
        Theirs::PreDecrement => UnaryOperator::PreDecrement,
        Theirs::Address => UnaryOperator::AddressOf,
        Theirs::Indirection => UnaryOperator::Dereference,
        Theirs::Plus => UnaryOperator::Plus,
        Theirs::Minus => UnaryOperator::Minus,
        Theirs::Complement => UnaryOperator::BitNot,
        Theirs::Negate => UnaryOperator::Not,
    })
}

fn operator(operator: &ast::BinaryOperator) -> Operator {
    use ast::BinaryOperator as Theirs;
    Operator::Binary(match operator {
        Theirs::Index => return Operator::Index,
        Theirs::Multiply => BinaryOperator::Multiply,
        Theirs::Divide => BinaryOperator::Divide,
        Theirs::Modulo => BinaryOperator::Modulo,
        Theirs::Plus => BinaryOperator::Add,
        Theirs::Minus => BinaryOperator::Subtract,
        Theirs::ShiftLeft => BinaryOperator::ShiftLeft,
        Theirs::ShiftRight => BinaryOperator::ShiftRight,
        Theirs::Less => BinaryOperator::Less,
        Theirs::Greater => BinaryOperator::Greater,
        Theirs::LessOrEqual => BinaryOperator::LessOrEqual,
        Theirs::GreaterOrEqual => BinaryOperator::GreaterOrEqual,
        Theirs::Equals => BinaryOperator::Equal,
        Theirs::NotEquals => BinaryOperator::NotEqual,
        Theirs::BitwiseAnd => BinaryOperator::BitAnd,
        Theirs::BitwiseXor => BinaryOperator::BitXor,
        Theirs::BitwiseOr => BinaryOperator::BitOr,
        Theirs::LogicalAnd => BinaryOperator::LogicalAnd,
        Theirs::LogicalOr => BinaryOperator::LogicalOr,
        assignment => return Operator::Assign(assign_operator(assignment)),
    })
}

fn assign_operator(operator: &ast::BinaryOperator) -> AssignOperator {
    use ast::BinaryOperator as Theirs;
    match operator {
        Theirs::AssignMultiply => AssignOperator::Multiply,
        Theirs::AssignDivide => AssignOperator::Divide,
        Theirs::AssignModulo => AssignOperator::Modulo,
        Theirs::AssignPlus => AssignOperator::Add,
        Theirs::AssignMinus => AssignOperator::Subtract,
        Theirs::AssignShiftLeft => AssignOperator::ShiftLeft,
        Theirs::AssignShiftRight => AssignOperator::ShiftRight,
        Theirs::AssignBitwiseAnd => AssignOperator::BitAnd,
        Theirs::AssignBitwiseXor => AssignOperator::BitXor,
        Theirs::AssignBitwiseOr => AssignOperator::BitOr,
        _ => AssignOperator::Plain,
    }
}
