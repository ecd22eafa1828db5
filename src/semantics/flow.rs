//! Where control goes, as far as statements tell by themselves.

use super::model::SemanticModel;
use crate::capi;
use crate::source::Language;
use crate::syntax::{CType, NodeId, NodeKind, UnaryOperator};

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

    /// Whether evaluating the expression may leave the function by an exception of C++: it calls what is not the C API's,
    /// or may call an operator of a class.
    pub fn may_throw(&self, node: NodeId) -> bool {
        if self.language == Language::C {
            return false;
        }
        let children = self.tree.children(node);
        let is_pointer = |node: NodeId| {
            let is_of_c_api = || capi::symbol(std::str::from_utf8(self.text(node)).unwrap_or("")).is_some();
            let is_declared_so = matches!(self.type_of(node), CType::Pointer(_) | CType::Array(_));
            is_declared_so || self.text(node) == b"this" || is_of_c_api()
        };
        let throws = match self.tree.kind(node) {
            NodeKind::Call => !self.is_call_of_c_api(children[0]),
            NodeKind::Index | NodeKind::Unary(UnaryOperator::Dereference) => !is_pointer(children[0]),
            NodeKind::Member { arrow } => arrow && !is_pointer(children[0]),
            NodeKind::Lambda | NodeKind::Other => true,
            _ => false,
        };
        throws || children.iter().any(|child| self.may_throw(*child))
    }

    fn is_call_of_c_api(&self, callee: NodeId) -> bool {
        let name = std::str::from_utf8(self.text(callee)).unwrap_or("");
        self.tree.kind(callee) == NodeKind::Identifier && capi::symbol(name).is_some() && !self.is_taken(name)
    }
}
