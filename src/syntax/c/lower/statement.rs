//! Statements.

use super::Lowering;
use crate::syntax::{NodeId, NodeKind};
use lang_c::ast::{BlockItem, Expression, ForInitializer, Label, LabeledStatement, Statement};
use lang_c::span::{Node, Span};

impl Lowering<'_> {
    pub(super) fn block_item(&mut self, item: &Node<BlockItem>) -> NodeId {
        match &item.node {
            BlockItem::Declaration(declaration) => self.declaration(declaration),
            BlockItem::StaticAssert(assert) => self.static_assert(assert),
            BlockItem::Statement(statement) => self.statement(statement),
        }
    }

    pub(super) fn statement(&mut self, statement: &Node<Statement>) -> NodeId {
        match &statement.node {
            Statement::Labeled(labeled) => self.labeled(labeled),
            Statement::Compound(items) => {
                let mut children = Vec::with_capacity(items.len());
                for item in items {
                    // An empty statement behind a label may have been put in: it is not in the source.
                    if self.is_inside(item.span) {
                        children.push(self.block_item(item));
                    }
                }
                self.spanned(NodeKind::Compound, statement.span, &children)
            }
            Statement::Expression(expression) => {
                let child = self.expression_or_missing(expression.as_deref(), statement.span);
                self.spanned(NodeKind::ExpressionStatement, statement.span, &[child])
            }
            Statement::If(node) => {
                let condition = self.expression(&node.node.condition);
                let then = self.statement(&node.node.then_statement);
                let otherwise = match &node.node.else_statement {
                    Some(otherwise) => self.statement(otherwise),
                    None => self.missing_behind(then),
                };
                self.spanned(NodeKind::If, node.span, &[condition, then, otherwise])
            }
            Statement::Switch(node) => {
                let condition = self.expression(&node.node.expression);
                let body = self.statement(&node.node.statement);
                self.spanned(NodeKind::Switch, node.span, &[condition, body])
            }
            Statement::While(node) => {
                let condition = self.expression(&node.node.expression);
                let body = self.statement(&node.node.statement);
                self.spanned(NodeKind::While, node.span, &[condition, body])
            }
            Statement::DoWhile(node) => {
                let body = self.statement(&node.node.statement);
                let condition = self.expression(&node.node.expression);
                self.spanned(NodeKind::DoWhile, node.span, &[body, condition])
            }
            Statement::For(node) => {
                let init = self.for_init(&node.node.initializer);
                let init_end = self.end_of(init);
                let condition = self.expression_or_missing_at(node.node.condition.as_deref(), init_end);
                let condition_end = self.end_of(condition);
                let step = self.expression_or_missing_at(node.node.step.as_deref(), condition_end);
                let body = self.statement(&node.node.statement);
                self.spanned(NodeKind::For, node.span, &[init, condition, step, body])
            }
            Statement::Goto(label) => {
                let range = self.range(label.span);
                let name = self.leaf(NodeKind::Identifier, range, range);
                self.spanned(NodeKind::Goto, statement.span, &[name])
            }
            Statement::Continue => self.spanned(NodeKind::Continue, statement.span, &[]),
            Statement::Break => self.spanned(NodeKind::Break, statement.span, &[]),
            Statement::Return(value) => {
                let child = self.expression_or_missing(value.as_deref(), statement.span);
                self.spanned(NodeKind::Return, statement.span, &[child])
            }
            Statement::Asm(_) => self.spanned(NodeKind::Asm, statement.span, &[]),
        }
    }

    pub(super) fn spanned(&mut self, kind: NodeKind, span: Span, children: &[NodeId]) -> NodeId {
        let range = self.range(span);
        self.add(kind, range, children)
    }

    fn missing_behind(&mut self, node: NodeId) -> NodeId {
        let end = self.end_of(node);
        self.missing(end)
    }

    /// A child of a statement; one that is absent stands behind the statement's first token (`return`) or, if the
    /// statement is but a `;`, before it.
    fn expression_or_missing(&mut self, expression: Option<&Node<Expression>>, parent: Span) -> NodeId {
        match expression {
            Some(expression) => self.expression(expression),
            None => {
                let (first, last) = self.token_indices(parent);
                let before_semicolon = self.range_of_tokens(first, last.saturating_sub(1).max(first));
                let parent = self.range(parent);
                let offset = if before_semicolon.is_empty() { parent.start } else { before_semicolon.end };
                self.missing(offset)
            }
        }
    }

    fn expression_or_missing_at(&mut self, expression: Option<&Node<Expression>>, offset: u32) -> NodeId {
        match expression {
            Some(expression) => self.expression(expression),
            None => self.missing(offset),
        }
    }

    fn labeled(&mut self, labeled: &Node<LabeledStatement>) -> NodeId {
        let label = &labeled.node.label;
        let mut children = Vec::with_capacity(3);
        let kind = match &label.node {
            Label::Identifier(name) => {
                let range = self.range(name.span);
                children.push(self.leaf(NodeKind::Identifier, range, range));
                NodeKind::Label
            }
            Label::Case(value) => {
                children.push(self.expression(value));
                NodeKind::Case
            }
            Label::CaseRange(values) => {
                children.push(self.expression(&values.node.low));
                children.push(self.expression(&values.node.high));
                NodeKind::Case
            }
            Label::Default => NodeKind::Default,
        };
        children.push(self.statement(&labeled.node.statement));
        self.spanned(kind, labeled.span, &children)
    }

    fn for_init(&mut self, init: &Node<ForInitializer>) -> NodeId {
        match &init.node {
            ForInitializer::Empty => {
                let start = self.range(init.span).start;
                self.missing(start)
            }
            ForInitializer::Expression(expression) => self.expression(expression),
            ForInitializer::Declaration(declaration) => self.declaration(declaration),
            ForInitializer::StaticAssert(assert) => self.static_assert(assert),
        }
    }
}
