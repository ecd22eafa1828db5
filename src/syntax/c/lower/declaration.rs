//! Declarations, declarators and types.

use super::super::specifiers::BaseType;
use super::Lowering;
use crate::source::TextRange;
use crate::syntax::{CType, NodeId, NodeKind};
use lang_c::ast::{
    self, ArraySize, DeclarationSpecifier, DeclaratorKind, DerivedDeclarator, SpecifierQualifier,
    StorageClassSpecifier, StructDeclaration, StructKind, TypeSpecifier,
};
use lang_c::span::Node;

impl Lowering<'_> {
    pub(super) fn declaration(&mut self, declaration: &Node<ast::Declaration>) -> NodeId {
        let mut children = Vec::new();
        let base = self.declaration_type(&declaration.node.specifiers, &mut children);
        for declarator in &declaration.node.declarators {
            children.push(self.init_declarator(declarator, &base));
        }
        let typedef = declaration.node.specifiers.iter().any(|specifier| {
            matches!(&specifier.node, DeclarationSpecifier::StorageClass(class) if class.node == StorageClassSpecifier::Typedef)
        });
        self.spanned(NodeKind::Declaration { typedef }, declaration.span, &children)
    }

    fn init_declarator(&mut self, declarator: &Node<ast::InitDeclarator>, base: &CType) -> NodeId {
        let child = self.declarator(&declarator.node.declarator, base.clone());
        let value = match &declarator.node.initializer {
            Some(initializer) => self.initializer(initializer),
            None => {
                let end = self.end_of(child);
                self.missing(end)
            }
        };
        self.spanned(NodeKind::InitDeclarator, declarator.span, &[child, value])
    }

    pub(super) fn function_definition(&mut self, function: &Node<ast::FunctionDefinition>) -> NodeId {
        let mut children = Vec::new();
        let base = self.declaration_type(&function.node.specifiers, &mut children);
        children.push(self.declarator(&function.node.declarator, base));
        for declaration in &function.node.declarations {
            children.push(self.declaration(declaration));
        }
        children.push(self.statement(&function.node.statement));
        self.spanned(NodeKind::FunctionDefinition, function.span, &children)
    }

    /// The type that specifiers name. Definitions of structs and enums among them become nodes.
    fn declaration_type(&mut self, specifiers: &[Node<DeclarationSpecifier>], nodes: &mut Vec<NodeId>) -> CType {
        let mut base = BaseType::default();
        for specifier in specifiers {
            if let DeclarationSpecifier::TypeSpecifier(ty) = &specifier.node {
                self.type_specifier(ty, &mut base, nodes);
            }
        }
        base.finish()
    }

    fn qualified_type(&mut self, specifiers: &[Node<SpecifierQualifier>], nodes: &mut Vec<NodeId>) -> CType {
        let mut base = BaseType::default();
        for specifier in specifiers {
            if let SpecifierQualifier::TypeSpecifier(ty) = &specifier.node {
                self.type_specifier(ty, &mut base, nodes);
            }
        }
        base.finish()
    }

    fn type_specifier(&mut self, ty: &Node<TypeSpecifier>, base: &mut BaseType, nodes: &mut Vec<NodeId>) {
        let range = self.range(ty.span);
        let is_word = !matches!(ty.node, TypeSpecifier::Struct(_) | TypeSpecifier::Enum(_) | TypeSpecifier::Atomic(_));
        if is_word && self.is_replaced(range) {
            base.named = Some(self.replaced_type(range));
            return;
        }
        match &ty.node {
            TypeSpecifier::Void => base.core = Some("void"),
            TypeSpecifier::Char => base.core = Some("char"),
            TypeSpecifier::Int => base.core = Some("int"),
            TypeSpecifier::Float => base.core = Some("float"),
            TypeSpecifier::Double => base.core = Some("double"),
            TypeSpecifier::Bool => base.core = Some("_Bool"),
            TypeSpecifier::Short => base.short = true,
            TypeSpecifier::Long => base.long += 1,
            TypeSpecifier::Signed => base.signed = true,
            TypeSpecifier::Unsigned => base.unsigned = true,
            TypeSpecifier::Complex => base.complex = true,
            TypeSpecifier::Atomic(inner) => {
                let ty = self.type_name(inner);
                base.named = Some(self.tree.ctype(ty).clone());
            }
            TypeSpecifier::Struct(definition) => base.named = Some(self.struct_type(definition, nodes)),
            TypeSpecifier::Enum(definition) => base.named = Some(self.enum_type(definition, nodes)),
            TypeSpecifier::TypedefName(_) | TypeSpecifier::TS18661Float(_) => {
                base.named = Some(CType::Named(self.string(range)));
            }
            TypeSpecifier::TypeOf(_) => base.named = Some(CType::Unknown),
        }
    }

    /// The type for which a stand-in stands: the source's word, if it is one.
    fn replaced_type(&self, range: TextRange) -> CType {
        let is_word = self.text(range).iter().all(|&byte| crate::source::is_name_byte(byte));
        if is_word { CType::Named(self.string(range)) } else { CType::Unknown }
    }

    fn string(&self, range: TextRange) -> String {
        String::from_utf8_lossy(self.text(range)).into_owned()
    }

    fn tag(&mut self, tag: Option<&Node<ast::Identifier>>, offset: u32) -> (NodeId, CType) {
        match tag {
            Some(name) => {
                let range = self.range(name.span);
                (self.leaf(NodeKind::Identifier, range, range), CType::Tagged(self.string(range)))
            }
            None => (self.missing(offset), CType::Tagged(String::new())),
        }
    }

    fn tag_type(&self, tag: Option<&Node<ast::Identifier>>) -> CType {
        CType::Tagged(tag.map(|name| self.string(self.range(name.span))).unwrap_or_default())
    }

    fn struct_type(&mut self, definition: &Node<ast::StructType>, nodes: &mut Vec<NodeId>) -> CType {
        let Some(members) = &definition.node.declarations else {
            return self.tag_type(definition.node.identifier.as_ref());
        };
        let keyword_end = self.range(definition.node.kind.span).end;
        let (tag, ctype) = self.tag(definition.node.identifier.as_ref(), keyword_end);
        let mut children = vec![tag];
        for member in members {
            children.push(match &member.node {
                StructDeclaration::Field(field) => self.field(field),
                StructDeclaration::StaticAssert(assert) => self.static_assert(assert),
            });
        }
        let union = definition.node.kind.node == StructKind::Union;
        nodes.push(self.spanned(NodeKind::Struct { union }, definition.span, &children));
        ctype
    }

    fn field(&mut self, field: &Node<ast::StructField>) -> NodeId {
        let mut children = Vec::new();
        let base = self.qualified_type(&field.node.specifiers, &mut children);
        for declarator in &field.node.declarators {
            children.push(match &declarator.node.declarator {
                Some(named) => self.declarator(named, base.clone()),
                None => self.unnamed(self.range(declarator.span).start, base.clone()),
            });
            if let Some(width) = &declarator.node.bit_width {
                children.push(self.expression(width));
            }
        }
        self.spanned(NodeKind::FieldDeclaration, field.span, &children)
    }

    fn enum_type(&mut self, definition: &Node<ast::EnumType>, nodes: &mut Vec<NodeId>) -> CType {
        if definition.node.enumerators.is_empty() {
            return self.tag_type(definition.node.identifier.as_ref());
        }
        let (first, _) = self.token_indices(definition.span);
        let keyword_end = self.range_of_tokens(first, first + 1).end;
        let (tag, ctype) = self.tag(definition.node.identifier.as_ref(), keyword_end);
        let mut children = vec![tag];
        for enumerator in &definition.node.enumerators {
            let range = self.range(enumerator.node.identifier.span);
            let name = self.leaf(NodeKind::Identifier, range, range);
            let value = match &enumerator.node.expression {
                Some(value) => self.expression(value),
                None => self.missing(range.end),
            };
            children.push(self.spanned(NodeKind::Enumerator, enumerator.span, &[name, value]));
        }
        nodes.push(self.spanned(NodeKind::Enum, definition.span, &children));
        ctype
    }

    /// A declarator without a name.
    fn unnamed(&mut self, offset: u32, ctype: CType) -> NodeId {
        let name = self.missing(offset);
        self.typed(NodeKind::Declarator, TextRange::empty(offset), &[name], ctype)
    }

    pub(super) fn declarator(&mut self, declarator: &Node<ast::Declarator>, base: CType) -> NodeId {
        let mut ctype = derive(&declarator.node, base);
        let mut levels = vec![&declarator.node];
        let mut innermost = declarator;
        while let DeclaratorKind::Declarator(inner) = &innermost.node.kind.node {
            ctype = derive(&inner.node, ctype);
            levels.push(&inner.node);
            innermost = inner;
        }
        let mut children = vec![match &innermost.node.kind.node {
            DeclaratorKind::Identifier(name) => {
                let range = self.range(name.span);
                self.leaf(NodeKind::Identifier, range, range)
            }
            _ => {
                let end = self.range(declarator.span).end;
                self.missing(end)
            }
        }];
        // What is nearest to the name says what is declared: parentheses there are a function's.
        let nearest =
            levels.iter().rev().find_map(|level| level.derived.iter().find(|derived| is_suffix(&derived.node)));
        let has_pointer_between = innermost.node.derived.iter().any(|derived| !is_suffix(&derived.node));
        if let Some(nearest) = nearest
            && (innermost.node.derived.iter().any(|derived| is_suffix(&derived.node)) || !has_pointer_between)
        {
            self.parameters(nearest, &mut children);
        }
        for level in levels.iter().rev() {
            for derived in &level.derived {
                if let DerivedDeclarator::Array(array) = &derived.node
                    && let ArraySize::VariableExpression(size) | ArraySize::StaticExpression(size) = &array.node.size
                {
                    children.push(self.expression(size));
                }
            }
        }
        let range = self.range(declarator.span);
        // In a type name the abstract declarator may be empty; its children then mark the place.
        let range = if range.is_empty() { self.tree.range(children[0]) } else { range };
        self.typed(NodeKind::Declarator, range, &children, ctype)
    }

    fn parameters(&mut self, derived: &Node<DerivedDeclarator>, children: &mut Vec<NodeId>) {
        match &derived.node {
            DerivedDeclarator::Function(function) => {
                for parameter in &function.node.parameters {
                    children.push(self.parameter(parameter));
                }
            }
            DerivedDeclarator::KRFunction(names) => {
                for name in names {
                    let range = self.range(name.span);
                    let name = self.leaf(NodeKind::Identifier, range, range);
                    children.push(self.add(NodeKind::Parameter, range, &[name]));
                }
            }
            _ => {}
        }
    }

    fn parameter(&mut self, parameter: &Node<ast::ParameterDeclaration>) -> NodeId {
        let mut children = Vec::new();
        let base = self.declaration_type(&parameter.node.specifiers, &mut children);
        let range = self.range(parameter.span);
        children.push(match &parameter.node.declarator {
            Some(declarator) => self.declarator(declarator, base),
            None => self.unnamed(range.end, base),
        });
        self.add(NodeKind::Parameter, range, &children)
    }

    pub(super) fn type_name(&mut self, name: &Node<ast::TypeName>) -> NodeId {
        let mut children = Vec::new();
        let mut ctype = self.qualified_type(&name.node.specifiers, &mut children);
        let mut level = name.node.declarator.as_ref();
        while let Some(declarator) = level {
            ctype = derive(&declarator.node, ctype);
            level = match &declarator.node.kind.node {
                DeclaratorKind::Declarator(inner) => Some(inner),
                _ => None,
            };
        }
        let range = self.range(name.span);
        self.typed(NodeKind::TypeName, range, &children, ctype)
    }
}

fn is_suffix(derived: &DerivedDeclarator) -> bool {
    !matches!(derived, DerivedDeclarator::Pointer(_) | DerivedDeclarator::Block(_))
}

/// Applies one level of a declarator to the type in front of it: pointers first, then what stands behind the name,
/// from right to left.
fn derive(declarator: &ast::Declarator, base: CType) -> CType {
    let (suffixes, pointers): (Vec<_>, Vec<_>) =
        declarator.derived.iter().map(|derived| &derived.node).partition(|derived| is_suffix(derived));
    let pointed = pointers.iter().fold(base, |ty, _| ty.pointer());
    suffixes.iter().rev().fold(pointed, |ty, suffix| match suffix {
        DerivedDeclarator::Array(_) => CType::Array(Box::new(ty)),
        _ => CType::Function(Box::new(ty)),
    })
}
