//! Declarations, declarators and types.

use super::{Lowering, fields, named};
use crate::syntax::{CType, NodeId, NodeKind};
use tree_sitter::Node;

impl Lowering<'_> {
    pub(super) fn declaration(&mut self, node: Node<'_>) -> NodeId {
        let range = self.range(node);
        let typedef = node.kind() == "type_definition";
        let base = self.type_of(node.child_by_field_name("type"));
        let mut children = Vec::new();
        let declarators = fields(node, "declarator");
        let values = fields(node, "default_value");
        for declarator in declarators {
            let lowered = match declarator.kind() {
                "init_declarator" => self.init_declarator(declarator, &base),
                _ => {
                    let child = self.declarator(declarator, base.clone());
                    let end = self.tree.range(child).end;
                    let value = match values.first() {
                        Some(value) => self.expression(*value),
                        None => self.missing(end),
                    };
                    let whole = self.tree.range(child).cover(self.tree.range(value));
                    self.add(NodeKind::InitDeclarator, whole, &[child, value])
                }
            };
            children.push(lowered);
        }
        // `if (T x = value)` has its value beside the declarator.
        if let (Some(value), [declared]) = (node.child_by_field_name("value"), &children[..]) {
            let declared = *declared;
            let value = self.expression(value);
            return self.add(NodeKind::Other, range, &[declared, value]);
        }
        self.add(NodeKind::Declaration { typedef }, range, &children)
    }

    fn init_declarator(&mut self, node: Node<'_>, base: &CType) -> NodeId {
        let range = self.range(node);
        let child = match node.child_by_field_name("declarator") {
            Some(declarator) => self.declarator(declarator, base.clone()),
            None => self.unnamed(range.start, base.clone()),
        };
        let value = match node.child_by_field_name("value") {
            Some(value) => self.expression(value),
            None => self.missing(range.end),
        };
        self.add(NodeKind::InitDeclarator, range, &[child, value])
    }

    /// `T x` of a loop over a range.
    pub(super) fn loop_variable(&mut self, node: Node<'_>) -> NodeId {
        let base = self.type_of(node.child_by_field_name("type"));
        match node.child_by_field_name("declarator") {
            Some(declarator) => {
                let child = self.declarator(declarator, base);
                let range = self.tree.range(child);
                let value = self.missing(range.end);
                let own = self.add(NodeKind::InitDeclarator, range, &[child, value]);
                self.add(NodeKind::Declaration { typedef: false }, range, &[own])
            }
            None => {
                let start = self.range(node).start;
                self.missing(start)
            }
        }
    }

    pub(super) fn function_definition(&mut self, node: Node<'_>) -> NodeId {
        let range = self.range(node);
        let base = self.type_of(node.child_by_field_name("type"));
        let mut children = Vec::new();
        children.push(match node.child_by_field_name("declarator") {
            Some(declarator) => self.declarator(declarator, base),
            None => self.unnamed(range.start, base),
        });
        // `: member(value)`
        let lists = named(node).into_iter().chain(node.child_by_field_name("body"));
        for list in lists.filter(|child| child.kind() == "field_initializer_list") {
            let inner = self.expressions_in(list);
            let own = self.range(list);
            let list = self.add(NodeKind::Other, own, &inner);
            children.push(list);
        }
        let body = node.child_by_field_name("body").or_else(|| {
            named(node).into_iter().find(|child| matches!(child.kind(), "compound_statement" | "try_statement"))
        });
        children.push(match body {
            Some(body) => self.statement(body),
            None => self.missing(range.end),
        });
        self.add(NodeKind::FunctionDefinition, range, &children)
    }

    /// A declarator without a name.
    pub(super) fn unnamed(&mut self, offset: u32, ctype: CType) -> NodeId {
        let name = self.missing(offset);
        self.typed(NodeKind::Declarator, crate::source::TextRange::empty(offset), &[name], ctype)
    }

    pub(super) fn declarator(&mut self, node: Node<'_>, base: CType) -> NodeId {
        let range = self.range(node);
        let mut ctype = base;
        let mut level = node;
        let mut sizes = Vec::new();
        // The innermost list of parameters belongs to what is declared, if no pointer lies between.
        let mut parameters: Option<Node<'_>> = None;
        let name = loop {
            let inner = level.child_by_field_name("declarator");
            match level.kind() {
                "pointer_declarator" | "pointer_type_declarator" | "abstract_pointer_declarator" => {
                    ctype = ctype.pointer();
                    parameters = None;
                }
                "reference_declarator"
                | "abstract_reference_declarator"
                | "parenthesized_declarator"
                | "abstract_parenthesized_declarator"
                | "attributed_declarator"
                | "variadic_declarator" => match named(level).into_iter().find(|child| is_declarator(child.kind())) {
                    Some(inner) => {
                        level = inner;
                        continue;
                    }
                    None => break None,
                },
                "array_declarator" | "abstract_array_declarator" => {
                    ctype = CType::Array(Box::new(ctype));
                    sizes.extend(level.child_by_field_name("size"));
                }
                "function_declarator" | "abstract_function_declarator" => {
                    ctype = CType::Function(Box::new(ctype));
                    parameters = level.child_by_field_name("parameters");
                }
                "identifier" | "field_identifier" | "type_identifier" => break Some(level),
                _ => break None,
            }
            match inner {
                Some(inner) => level = inner,
                None => break None,
            }
        };
        let mut children = vec![match name {
            Some(name) => {
                let own = self.range(name);
                self.leaf(NodeKind::Identifier, own, own)
            }
            None => self.missing(range.start),
        }];
        if let Some(parameters) = parameters {
            self.parameters(parameters, &mut children);
        }
        for size in sizes {
            let size = self.expression(size);
            children.push(size);
        }
        self.typed(NodeKind::Declarator, range, &children, ctype)
    }

    pub(super) fn parameters(&mut self, list: Node<'_>, children: &mut Vec<NodeId>) {
        for parameter in named(list) {
            let is_parameter = matches!(
                parameter.kind(),
                "parameter_declaration" | "optional_parameter_declaration" | "variadic_parameter_declaration"
            );
            if !is_parameter {
                continue;
            }
            let range = self.range(parameter);
            let base = self.type_of(parameter.child_by_field_name("type"));
            // `void` alone says that there are none.
            let declarator = parameter.child_by_field_name("declarator");
            let own = match declarator {
                Some(declarator) => self.declarator(declarator, base),
                None => self.unnamed(range.end, base),
            };
            let parameter = self.add(NodeKind::Parameter, range, &[own]);
            children.push(parameter);
        }
    }

    /// A type as it stands in a cast.
    pub(super) fn type_name(&mut self, node: Node<'_>) -> NodeId {
        let range = self.range(node);
        let mut ctype = match node.kind() {
            "type_descriptor" => self.type_of(node.child_by_field_name("type")),
            _ => self.type_of(Some(node)),
        };
        let mut level = node.child_by_field_name("declarator");
        while let Some(declarator) = level {
            match declarator.kind() {
                "abstract_pointer_declarator" => ctype = ctype.pointer(),
                "abstract_reference_declarator" => {}
                "abstract_array_declarator" => ctype = CType::Array(Box::new(ctype)),
                "abstract_function_declarator" => ctype = CType::Function(Box::new(ctype)),
                _ => {}
            }
            level = declarator
                .child_by_field_name("declarator")
                .or_else(|| named(declarator).into_iter().find(|child| is_declarator(child.kind())));
        }
        self.typed(NodeKind::TypeName, range, &[], ctype)
    }

    /// The type that a specifier names.
    pub(super) fn type_of(&mut self, node: Option<Node<'_>>) -> CType {
        let Some(node) = node else { return CType::Unknown };
        let range = self.range(node);
        let text = String::from_utf8_lossy(self.text(node)).into_owned();
        let words: Vec<&str> = text.split_whitespace().collect();
        match node.kind() {
            "type_identifier" => CType::Named(text),
            // What they name is not followed, but it is no pointer that a star here would show.
            "qualified_identifier" | "template_type" => CType::Named(words.concat()),
            "placeholder_type_specifier" => CType::Named(CType::DEDUCED.to_owned()),
            "primitive_type" if !self.is_replaced(range) => {
                CType::Named(if text == "bool" { "_Bool".to_owned() } else { text })
            }
            "primitive_type" => CType::Named(text),
            "sized_type_specifier" => crate::syntax::c::specifiers::shortest_type(&words),
            "struct_specifier" | "union_specifier" | "enum_specifier" | "class_specifier" => {
                match node.child_by_field_name("name").filter(|name| name.kind() == "type_identifier") {
                    Some(name) => CType::Tagged(String::from_utf8_lossy(self.text(name)).into_owned()),
                    None => CType::Unknown,
                }
            }
            _ => CType::Unknown,
        }
    }
}

fn is_declarator(kind: &str) -> bool {
    kind.ends_with("declarator") || matches!(kind, "identifier" | "field_identifier" | "type_identifier")
}
