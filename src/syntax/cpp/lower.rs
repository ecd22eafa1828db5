//! From the tree of tree-sitter-cpp to ours. Its nodes have no blanks at their ends; parentheses are nodes there, and here
//! they are only in the range of what they enclose.

mod declaration;
mod expression;
mod statement;

use crate::source::mask::Masked;
use crate::source::{Region, TextRange};
use crate::syntax::{CType, NodeId, NodeKind, SyntaxTree};
use tree_sitter::Node;

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

    pub(super) fn unit(&mut self, root: Node<'_>) {
        let mut children = Vec::new();
        let items = match root.named_child(0).filter(|_| self.region.in_class) {
            // The class around a member.
            Some(class) => match class.child_by_field_name("body") {
                Some(body) => named(body),
                None => named(class)
                    .into_iter()
                    .find_map(|child| child.child_by_field_name("body"))
                    .map_or(Vec::new(), named),
            },
            None => named(root),
        };
        for item in items {
            children.push(self.statement(item));
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

    /// Where the node stands in the file.
    fn range(&self, node: Node<'_>) -> TextRange {
        let place = |offset: usize| {
            let offset = self.region.range.start + offset.saturating_sub(self.base) as u32;
            offset.min(self.region.range.end)
        };
        let range = TextRange::new(place(node.start_byte()), place(node.end_byte()));
        // A stand-in may be shorter than what it stands for.
        let start = self.replaced_around(range.start).map_or(range.start, |token| token.start);
        let end = range.end.checked_sub(1).and_then(|last| self.replaced_around(last));
        TextRange::new(start, end.filter(|_| !range.is_empty()).map_or(range.end, |token| token.end.max(range.end)))
    }

    /// The token, in the file, for which a stand-in stands around an offset.
    fn replaced_around(&self, offset: u32) -> Option<TextRange> {
        let base = self.region.range.start;
        let relative = offset.checked_sub(base)?;
        let next = self.masked.replaced.partition_point(|token| token.end <= relative);
        let token = self.masked.replaced.get(next).filter(|token| token.start <= relative)?;
        Some(TextRange::new(token.start + base, token.end + base))
    }

    /// The text of a node in the file.
    fn text(&self, node: Node<'_>) -> &'s [u8] {
        &self.source[self.range(node).to_usize()]
    }

    /// Whether a token at a range in the file is not the source's.
    fn is_replaced(&self, range: TextRange) -> bool {
        let start = range.start - self.region.range.start;
        let next = self.masked.replaced.partition_point(|token| token.end <= start);
        self.masked.replaced.get(next).is_some_and(|token| token.start < range.end - self.region.range.start)
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
}

/// The named children, comments apart.
fn named(node: Node<'_>) -> Vec<Node<'_>> {
    let mut cursor = node.walk();
    let children: Vec<Node<'_>> = node.named_children(&mut cursor).filter(|child| child.kind() != "comment").collect();
    children
}

/// The children of a field that may have several.
fn fields<'t>(node: Node<'t>, name: &str) -> Vec<Node<'t>> {
    let mut cursor = node.walk();
    let children: Vec<Node<'t>> = node.children_by_field_name(name, &mut cursor).filter(Node::is_named).collect();
    children
}
