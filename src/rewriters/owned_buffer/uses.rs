//! What is done with the pointer to a buffer, and with others that may point into it: none of them outlives the block that
//! declares it, where it is released.

use super::super::local::{Local, declaration_of, is_tested, leaves, text};
use super::Obstacle;
use super::buffer::Buffer;
use crate::capi;
use crate::semantics::{Answer, Use, use_of};
use crate::source::TextRange;
use crate::syntax::{AssignOperator, BinaryOperator, CType, NodeId, NodeKind, UnaryOperator};
use crate::transform::{OwnedBuffer, Site};

/// How a value comes from the buffer.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Origin {
    /// It is the pointer that is released: it is set once.
    Own,
    /// It points to the same characters.
    Inside,
    /// A function returned it that was passed the pointer: it may point to the same characters, or to a copy.
    Returned,
}

/// Follows the value of a pointer.
pub(super) struct Uses<'u, 'a> {
    site: &'u Site<'a>,
    names: &'u OwnedBuffer,
    /// The type that the function returns.
    returns: CType,
    /// Whether the object may have been kept, and with it the buffer.
    is_object_kept: bool,
    /// The block at whose end the buffer is released.
    lives_in: TextRange,
    /// The variables that may point into a buffer.
    pub pointers: Vec<&'a str>,
}

impl<'u, 'a> Uses<'u, 'a> {
    pub fn new(site: &'u Site<'a>, names: &'u OwnedBuffer, returns: CType, is_object_kept: bool) -> Uses<'u, 'a> {
        Uses { site, names, returns, is_object_kept, lives_in: TextRange::new(0, 0), pointers: Vec::new() }
    }

    /// Looks at all that is done with the pointer but for `set`, where it is set.
    pub fn check(&mut self, buffer: &Buffer<'a>, set: Option<NodeId>) -> Result<(), Obstacle> {
        self.lives_in = self.site.model.tree.range(buffer.block);
        self.follow(buffer.block, &buffer.local, Origin::Own, set)
    }

    fn follow(
        &mut self,
        block: NodeId,
        local: &Local<'a>,
        origin: Origin,
        set: Option<NodeId>,
    ) -> Result<(), Obstacle> {
        if self.pointers.contains(&local.name) {
            return Ok(());
        }
        self.pointers.push(local.name);
        let variants = || Obstacle::Variants(local.name.to_owned());
        for leaf in leaves(self.site, block, local).ok_or_else(variants)? {
            // A variable of an outer block must not be read when the buffer is gone.
            let is_alive = self.lives_in.contains(self.site.model.tree.range(leaf)) || self.is_overwritten(leaf);
            if Some(leaf) != set && !(is_alive && self.is_kept_here(leaf, origin)?) {
                return Err(Obstacle::Escapes(local.name.to_owned()));
            }
        }
        Ok(())
    }

    /// Whether the variable is only given another value.
    fn is_overwritten(&self, leaf: NodeId) -> bool {
        let tree = self.site.model.tree;
        let is_target = |up| tree.kind(up) == NodeKind::Assign(AssignOperator::Plain) && tree.children(up)[0] == leaf;
        tree.parent(leaf).is_some_and(|up| {
            let is_statement = tree.parent(up).is_some_and(|up| tree.kind(up) == NodeKind::ExpressionStatement);
            is_statement && is_target(up)
        })
    }

    /// Whether what is done with the value of `node` keeps it in the function.
    fn is_kept_here(&mut self, node: NodeId, origin: Origin) -> Result<bool, Obstacle> {
        use BinaryOperator::{Add, Equal, Greater, GreaterOrEqual, Less, LessOrEqual, NotEqual, Subtract};
        let (model, tree) = (self.site.model, self.site.model.tree);
        if is_tested(model, node) {
            return Ok(true);
        }
        let Some(parent) = tree.parent(node) else { return Ok(false) };
        let children = tree.children(parent);
        let is_first = children.first() == Some(&node);
        // What only points to the same characters may move, and be given another value.
        let moves = origin != Origin::Own;
        match tree.kind(parent) {
            NodeKind::ExpressionStatement | NodeKind::Unary(UnaryOperator::Sizeof) => Ok(true),
            NodeKind::Binary(Equal | NotEqual | Less | LessOrEqual | Greater | GreaterOrEqual) => Ok(true),
            NodeKind::Binary(Subtract) if !is_first || self.is_pointer(children[1]) => Ok(true),
            NodeKind::Binary(Add | Subtract) | NodeKind::Cast => self.is_kept_here(parent, origin.inside()),
            NodeKind::Conditional if !is_first => self.is_kept_here(parent, origin.inside()),
            NodeKind::Index | NodeKind::Unary(UnaryOperator::Dereference) if is_first => {
                Ok(origin == Origin::Returned || self.is_read(parent))
            }
            NodeKind::Call if !is_first => {
                if model.is_place_of_macro(node) != Answer::No || self.may_keep(parent, node)? {
                    return Ok(false);
                }
                if self.holds_no_pointer(parent) { Ok(true) } else { self.is_kept_here(parent, Origin::Returned) }
            }
            NodeKind::Assign(AssignOperator::Plain) if !is_first => {
                Ok(self.is_given(children[0], origin)? && self.is_kept_here(parent, origin.inside())?)
            }
            NodeKind::InitDeclarator if !is_first => {
                let name = tree.children(children[0]).first().copied();
                name.map_or(Ok(false), |name| self.is_given(name, origin))
            }
            NodeKind::Assign(AssignOperator::Plain) if moves => Ok(true),
            NodeKind::Assign(AssignOperator::Add | AssignOperator::Subtract)
            | NodeKind::PostIncrement
            | NodeKind::PostDecrement
            | NodeKind::Unary(UnaryOperator::PreIncrement | UnaryOperator::PreDecrement)
                if moves =>
            {
                self.is_kept_here(parent, origin)
            }
            // A function that is passed the buffer, too, may let it point there.
            NodeKind::Unary(UnaryOperator::AddressOf) if moves => {
                Ok(tree.parent(parent).is_some_and(|up| tree.kind(up) == NodeKind::Call))
            }
            // What a function made of the buffer is no pointer if the function cannot return one.
            NodeKind::Return => Ok(origin == Origin::Returned && self.is_plain(&self.returns)),
            NodeKind::For => Ok(children.get(2) == Some(&node) || is_first),
            _ => Ok(false),
        }
    }

    /// Whether a function may keep what it is passed: it is known for that, or has where to put it.
    fn may_keep(&mut self, call: NodeId, passed: NodeId) -> Result<bool, Obstacle> {
        let (model, tree) = (self.site.model, self.site.model.tree);
        let [callee, arguments @ ..] = tree.children(call) else { return Ok(true) };
        let name = text(model, *callee);
        let is_of_c_api = capi::symbol(name).is_some() && !model.is_taken(name);
        if is_of_c_api && self.names.keep.iter().any(|own| own == name) {
            return Ok(true);
        }
        for argument in arguments.iter().filter(|argument| **argument != passed) {
            if tree.kind(*argument) == NodeKind::Unary(UnaryOperator::AddressOf) {
                // What it writes there may point into the buffer.
                if !self.is_given(tree.children(*argument)[0], Origin::Returned)? {
                    return Ok(true);
                }
                continue;
            }
            let CType::Pointer(inner) = model.type_of(*argument) else { continue };
            let has_room = self.is_object_kept && !is_of_c_api && !self.is_plain(&inner);
            if has_room || matches!(*inner, CType::Pointer(_)) {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Whether a variable that is given the value is no pointer, or a local one with which nothing else is done, either.
    fn is_given(&mut self, target: NodeId, origin: Origin) -> Result<bool, Obstacle> {
        let model = self.site.model;
        if self.holds_no_pointer(target) {
            return Ok(true);
        }
        if model.tree.kind(target) != NodeKind::Identifier {
            return Ok(false);
        }
        let Some((block, local)) = declaration_of(model, target, text(model, target)) else { return Ok(false) };
        let declaration = model.tree.range(local.declaration);
        let is_static = self.site.tokens_in(declaration).iter().any(|token| token.is(model.source, "static"));
        if is_static || !self.is_pointer(target) {
            return Ok(false);
        }
        self.follow(block, &local, origin.inside(), None).map(|()| true)
    }

    /// Whether the value of a character is read, and nothing else is done with its place.
    fn is_read(&self, character: NodeId) -> bool {
        let (model, tree) = (self.site.model, self.site.model.tree);
        use_of(tree, character) == Use::Read && model.is_place_of_macro(character) == Answer::No
    }

    fn is_pointer(&self, node: NodeId) -> bool {
        matches!(self.site.model.type_of(node), CType::Pointer(_))
    }

    /// Whether the value is a number or an object, and so no pointer into the buffer.
    fn holds_no_pointer(&self, node: NodeId) -> bool {
        let (model, tree) = (self.site.model, self.site.model.tree);
        let object = CType::Named("PyObject".to_owned()).pointer();
        let ctype = model.type_of(node);
        if self.is_plain(&ctype) || model.has_type(node, &object) == Answer::Yes {
            return true;
        }
        // The pointers that functions of the C API return are known.
        let children = tree.children(node);
        tree.kind(node) == NodeKind::Call && {
            let name = text(model, children[0]);
            ctype == CType::Unknown && capi::symbol(name).is_some() && !model.is_taken(name)
        }
    }

    /// Whether the type is that of numbers, or of nothing.
    fn is_plain(&self, ctype: &CType) -> bool {
        const OF_C: [&str; 10] =
            ["void", "char", "short", "int", "long", "float", "double", "signed", "unsigned", "bool"];
        let CType::Named(name) = ctype else { return false };
        name.split(' ').all(|word| OF_C.contains(&word))
            || capi::is_builtin_type(name) && name.ends_with("_t")
            || self.names.types.contains(name)
    }
}

impl Origin {
    fn inside(self) -> Origin {
        if self == Origin::Own { Origin::Inside } else { self }
    }
}
