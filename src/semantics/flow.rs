//! Where control goes, as far as statements tell by themselves.

use super::model::SemanticModel;
use crate::capi;
use crate::syntax::{NodeId, NodeKind};

impl SemanticModel<'_> {
    /// Whether nothing behind the statement `node` is reached from it: it returns, jumps, or calls a macro that does.
    /// No label stands in it by which it could be entered.
    pub fn always_leaves(&self, node: NodeId) -> bool {
        let children = self.tree.children(node);
        match self.tree.kind(node) {
            NodeKind::Return | NodeKind::Goto | NodeKind::Break | NodeKind::Continue => true,
            NodeKind::Compound => {
                let is_label = |child: &NodeId| {
                    matches!(self.tree.kind(*child), NodeKind::Label | NodeKind::Case | NodeKind::Default)
                };
                !children.iter().any(is_label) && children.last().is_some_and(|last| self.always_leaves(*last))
            }
            NodeKind::If => self.always_leaves(children[1]) && self.always_leaves(children[2]),
            NodeKind::ExpressionStatement => self.is_leaving_macro(children[0]),
            _ => false,
        }
    }

    fn is_leaving_macro(&self, node: NodeId) -> bool {
        let name = match self.tree.kind(node) {
            NodeKind::Call => self.tree.children(node)[0],
            _ => node,
        };
        let text = std::str::from_utf8(self.text(name)).unwrap_or("");
        self.tree.kind(name) == NodeKind::Identifier && capi::leaves_function(text)
    }
}
