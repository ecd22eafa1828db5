//! From lang-c's tree to ours, with exact ranges in the file.
//!
//! lang-c's spans may end in white space and begin or end in the text around the region. So every range is snapped
//! to the tokens that are left in the masked text. There are no nodes for parentheses, but an expression's outer
//! span has them and the span inside it does not: these are a node's range and core.

mod declaration;
mod expression;
mod statement;

use crate::source::mask::Masked;
use crate::source::{Region, TextRange};
use crate::syntax::{CType, NodeId, NodeKind, SyntaxTree};
use lang_c::ast::{self, BlockItem, Expression, ExternalDeclaration, Initializer, Statement};
use lang_c::span::{Node, Span};

/// What the text around a region leaves for its root.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Content {
    /// Declarations and definitions.
    Unit,
    /// The items of the only function's body.
    Statements,
    /// The only expression of the only function.
    Expression,
    /// The items of the only declaration's initializer.
    Initializer,
}

pub(super) struct Lowering<'s> {
    source: &'s [u8],
    region: &'s Region,
    masked: &'s Masked,
    /// Length of what stands in front of the region in the parsed text.
    base: usize,
    tree: SyntaxTree,
}

impl<'s> Lowering<'s> {
    pub(super) fn new(source: &'s [u8], region: &'s Region, masked: &'s Masked, base: usize) -> Self {
        Self { source, region, masked, base, tree: SyntaxTree::default() }
    }

    pub(super) fn unit(&mut self, unit: &ast::TranslationUnit, content: Content) {
        let mut children = Vec::new();
        // The typedefs in front of the region end before it.
        let base = self.base;
        for item in unit.0.iter().filter(|item| item.span.end > base) {
            match content {
                Content::Unit => children.push(self.external(item)),
                _ => self.unwrap(&item.node, content, &mut children),
            }
        }
        let root = self.tree.add(NodeKind::Root, self.region.range, self.region.range, &children);
        self.tree.finish(root);
    }

    pub(super) fn finish(mut self) -> SyntaxTree {
        let start = self.region.range.start;
        let shift = |range: &TextRange| TextRange::new(range.start + start, range.end + start);
        self.tree.set_stand_ins(self.masked.stand_ins.iter().map(shift).collect());
        self.tree
    }

    fn external(&mut self, item: &Node<ExternalDeclaration>) -> NodeId {
        match &item.node {
            ExternalDeclaration::Declaration(declaration) => self.declaration(declaration),
            ExternalDeclaration::StaticAssert(assert) => self.static_assert(assert),
            ExternalDeclaration::FunctionDefinition(function) => self.function_definition(function),
        }
    }

    /// Lowers what the wrapping was put around.
    fn unwrap(&mut self, item: &ExternalDeclaration, content: Content, children: &mut Vec<NodeId>) {
        match item {
            ExternalDeclaration::FunctionDefinition(function) => {
                let Statement::Compound(items) = &function.node.statement.node else { return };
                for item in items {
                    if !self.is_inside(item.span) {
                        continue;
                    }
                    match (&item.node, content) {
                        (BlockItem::Statement(statement), Content::Expression) => {
                            if let Statement::Expression(Some(expression)) = &statement.node {
                                children.push(self.wrapped_expression(expression));
                            }
                        }
                        _ => children.push(self.block_item(item)),
                    }
                }
            }
            ExternalDeclaration::Declaration(declaration) => {
                let initializers = declaration.node.declarators.iter().filter_map(|d| d.node.initializer.as_ref());
                for initializer in initializers {
                    if let Initializer::List(items) = &initializer.node {
                        children.extend(items.iter().map(|item| self.initializer_item(item)));
                    }
                }
            }
            ExternalDeclaration::StaticAssert(_) => {}
        }
    }

    /// The expression of a macro's body, or the type for which a `sizeof` was put in front.
    fn wrapped_expression(&mut self, expression: &Node<Expression>) -> NodeId {
        match &expression.node {
            Expression::SizeOfTy(operand) if operand.span.start < self.base => self.type_name(&operand.node.0),
            _ => self.expression(expression),
        }
    }

    /// Whether a span holds a token of the region; an empty statement may stand behind it.
    fn is_inside(&self, span: Span) -> bool {
        !self.range(span).is_empty()
    }

    /// The tokens of the masked text that overlap a span, as indices.
    fn token_indices(&self, span: Span) -> (usize, usize) {
        let start = span.start.saturating_sub(self.base) as u32;
        let end = span.end.saturating_sub(self.base) as u32;
        let first = self.masked.tokens.partition_point(|token| token.end <= start);
        let last = self.masked.tokens.partition_point(|token| token.start < end);
        (first, last.max(first))
    }

    /// A span's range in the file: from its first token to its last. Without tokens it is empty.
    fn range(&self, span: Span) -> TextRange {
        let (first, last) = self.token_indices(span);
        self.range_of_tokens(first, last)
    }

    /// The range in the file of tokens by their indices.
    fn range_of_tokens(&self, first: usize, last: usize) -> TextRange {
        let tokens = &self.masked.tokens;
        let base = self.region.range.start;
        if first < last {
            TextRange::new(base + tokens[first].start, base + tokens[last - 1].end)
        } else {
            let before = first.checked_sub(1).map_or(0, |index| tokens[index].end);
            TextRange::empty(base + before)
        }
    }

    /// Whether a token of the masked text at a range in the file is not the source's.
    fn is_replaced(&self, range: TextRange) -> bool {
        let start = range.start - self.region.range.start;
        let next = self.masked.replaced.partition_point(|token| token.end <= start);
        self.masked.replaced.get(next).is_some_and(|token| token.start < range.end - self.region.range.start)
    }

    /// The text of a range in the file.
    fn text(&self, range: TextRange) -> &'s [u8] {
        &self.source[range.to_usize()]
    }

    fn add(&mut self, kind: NodeKind, range: TextRange, children: &[NodeId]) -> NodeId {
        self.tree.add(kind, range, range, children)
    }

    /// A node of one token. One that was put in says nothing of the source.
    fn leaf(&mut self, kind: NodeKind, range: TextRange, core: TextRange) -> NodeId {
        let kind = if self.is_replaced(core) { NodeKind::Other } else { kind };
        self.tree.add(kind, range, core, &[])
    }

    fn missing(&mut self, offset: u32) -> NodeId {
        self.add(NodeKind::Missing, TextRange::empty(offset), &[])
    }

    fn typed(&mut self, kind: NodeKind, range: TextRange, children: &[NodeId], ctype: CType) -> NodeId {
        let node = self.add(kind, range, children);
        self.tree.set_type(node, ctype);
        node
    }

    fn end_of(&self, node: NodeId) -> u32 {
        self.tree.range(node).end
    }
}
