//! Expressions and initializers.

use super::{Lowering, named};
use crate::source::TextRange;
use crate::syntax::{AssignOperator, BinaryOperator, NodeId, NodeKind, UnaryOperator};
use tree_sitter::Node;

impl Lowering<'_> {
    pub(super) fn expression(&mut self, node: Node<'_>) -> NodeId {
        let range = self.range(node);
        self.parenthesized(node, range)
    }

    /// An expression whose redundant parentheses reach as far as `outer`.
    fn parenthesized(&mut self, node: Node<'_>, outer: TextRange) -> NodeId {
        let core = self.range(node);
        let field = |name: &str| node.child_by_field_name(name);
        match node.kind() {
            "parenthesized_expression" => match named(node)[..] {
                [inner] if inner.kind() == "compound_statement" => {
                    let block = self.block(inner);
                    self.tree.add(NodeKind::StatementExpression, outer, core, &[block])
                }
                [inner] => self.parenthesized(inner, outer),
                _ => self.other(node, outer),
            },
            "identifier" | "true" | "false" | "null" => self.leaf(NodeKind::Identifier, outer, core),
            "number_literal" => match self.text(node).first() {
                // The parser takes a sign along.
                Some(sign @ (b'-' | b'+')) => {
                    let kind = if *sign == b'-' { UnaryOperator::Minus } else { UnaryOperator::Plus };
                    let digits = TextRange::new(core.start + 1, core.end);
                    let blanks =
                        self.source[digits.to_usize()].iter().take_while(|byte| byte.is_ascii_whitespace()).count();
                    let digits = TextRange::new(digits.start + blanks as u32, digits.end);
                    let number = self.leaf(NodeKind::Number, digits, digits);
                    self.tree.add(NodeKind::Unary(kind), outer, core, &[number])
                }
                _ => self.leaf(NodeKind::Number, outer, core),
            },
            "char_literal" => self.leaf(NodeKind::Char, outer, core),
            "string_literal" | "raw_string_literal" | "concatenated_string" => self.leaf(NodeKind::String, outer, core),
            "call_expression" => match (field("function"), field("arguments")) {
                (Some(function), Some(arguments))
                    if is_expression(function.kind()) && arguments.kind() == "argument_list" =>
                {
                    let mut children = vec![self.expression(function)];
                    for argument in named(arguments) {
                        let argument = self.expression(argument);
                        children.push(argument);
                    }
                    self.tree.add(NodeKind::Call, outer, core, &children)
                }
                _ => self.other(node, outer),
            },
            "field_expression" => match (field("argument"), field("field")) {
                (Some(argument), Some(name)) if name.kind() == "field_identifier" => {
                    let base = self.expression(argument);
                    let own = self.range(name);
                    let name = self.leaf(NodeKind::FieldName, own, own);
                    let arrow = field("operator").is_some_and(|operator| operator.kind() == "->");
                    let dot = field("operator").is_some_and(|operator| operator.kind() == ".");
                    let kind = if arrow || dot { NodeKind::Member { arrow } } else { NodeKind::Other };
                    self.tree.add(kind, outer, core, &[base, name])
                }
                _ => self.other(node, outer),
            },
            "subscript_expression" => match (field("argument"), field("indices").map(named)) {
                (Some(argument), Some(indices)) if indices.len() == 1 => {
                    let children = [self.expression(argument), self.expression(indices[0])];
                    self.tree.add(NodeKind::Index, outer, core, &children)
                }
                _ => self.other(node, outer),
            },
            "unary_expression" | "pointer_expression" => {
                let operator = field("operator").map_or("", |operator| operator.kind());
                let kind = match operator {
                    "!" | "not" => UnaryOperator::Not,
                    "~" | "compl" => UnaryOperator::BitNot,
                    "-" => UnaryOperator::Minus,
                    "+" => UnaryOperator::Plus,
                    "*" => UnaryOperator::Dereference,
                    "&" => UnaryOperator::AddressOf,
                    _ => return self.other(node, outer),
                };
                match field("argument") {
                    Some(argument) => {
                        let operand = self.expression(argument);
                        self.tree.add(NodeKind::Unary(kind), outer, core, &[operand])
                    }
                    None => self.other(node, outer),
                }
            }
            "update_expression" => match (field("argument"), field("operator")) {
                (Some(argument), Some(operator)) => {
                    let is_prefix = operator.start_byte() < argument.start_byte();
                    let kind = match (operator.kind(), is_prefix) {
                        ("++", true) => NodeKind::Unary(UnaryOperator::PreIncrement),
                        (_, true) => NodeKind::Unary(UnaryOperator::PreDecrement),
                        ("++", false) => NodeKind::PostIncrement,
                        (_, false) => NodeKind::PostDecrement,
                    };
                    let operand = self.expression(argument);
                    self.tree.add(kind, outer, core, &[operand])
                }
                _ => self.other(node, outer),
            },
            "sizeof_expression" => match (field("type"), field("value")) {
                (Some(ctype), _) => {
                    let ctype = self.type_name(ctype);
                    self.tree.add(NodeKind::SizeofType, outer, core, &[ctype])
                }
                (None, Some(value)) => {
                    let operand = self.expression(value);
                    self.tree.add(NodeKind::Unary(UnaryOperator::Sizeof), outer, core, &[operand])
                }
                _ => self.other(node, outer),
            },
            "binary_expression" => match (field("left"), field("operator").and_then(binary), field("right")) {
                (Some(left), Some(operator), Some(right)) => {
                    let children = [self.expression(left), self.expression(right)];
                    self.tree.add(NodeKind::Binary(operator), outer, core, &children)
                }
                _ => self.other(node, outer),
            },
            "assignment_expression" => match (field("left"), field("operator").and_then(assign), field("right")) {
                (Some(left), Some(operator), Some(right)) => {
                    let children = [self.expression(left), self.expression(right)];
                    self.tree.add(NodeKind::Assign(operator), outer, core, &children)
                }
                _ => self.other(node, outer),
            },
            "conditional_expression" => match (field("condition"), field("consequence"), field("alternative")) {
                (Some(condition), Some(then), Some(otherwise)) => {
                    let children = [self.expression(condition), self.expression(then), self.expression(otherwise)];
                    self.tree.add(NodeKind::Conditional, outer, core, &children)
                }
                _ => self.other(node, outer),
            },
            "comma_expression" => {
                let mut operands = Vec::new();
                let mut rest = node;
                while rest.kind() == "comma_expression" {
                    operands.extend(rest.child_by_field_name("left"));
                    let Some(right) = rest.child_by_field_name("right") else { break };
                    rest = right;
                }
                operands.push(rest);
                let children: Vec<NodeId> = operands.into_iter().map(|operand| self.expression(operand)).collect();
                self.tree.add(NodeKind::Comma, outer, core, &children)
            }
            "cast_expression" => match (field("type"), field("value")) {
                (Some(ctype), Some(value)) => {
                    let children = [self.type_name(ctype), self.expression(value)];
                    self.tree.add(NodeKind::Cast, outer, core, &children)
                }
                _ => self.other(node, outer),
            },
            "compound_literal_expression" => match (field("type"), field("value")) {
                // `T{...}` is none of C's.
                (Some(ctype), Some(value)) if ctype.kind() == "type_descriptor" => {
                    let children = [self.type_name(ctype), self.expression(value)];
                    self.tree.add(NodeKind::CompoundLiteral, outer, core, &children)
                }
                _ => self.other(node, outer),
            },
            "initializer_list" => {
                let items: Vec<NodeId> = named(node).into_iter().map(|item| self.initializer_item(item)).collect();
                self.tree.add(NodeKind::InitializerList, outer, core, &items)
            }
            "lambda_expression" => {
                let mut children = Vec::new();
                if let Some(parameters) =
                    field("declarator").and_then(|declarator| declarator.child_by_field_name("parameters"))
                {
                    self.parameters(parameters, &mut children);
                }
                children.push(match field("body") {
                    Some(body) => self.statement(body),
                    None => self.missing(core.end),
                });
                self.tree.add(NodeKind::Lambda, outer, core, &children)
            }
            _ => self.other(node, outer),
        }
    }

    fn initializer_item(&mut self, node: Node<'_>) -> NodeId {
        let range = self.range(node);
        if node.kind() != "initializer_pair" {
            let value = self.expression(node);
            return self.add(NodeKind::InitializerItem { designated: false }, range, &[value]);
        }
        let value = node.child_by_field_name("value");
        let mut children = Vec::new();
        for part in named(node).into_iter().filter(|part| Some(*part) != value) {
            match part.kind() {
                "field_designator" => {
                    if let Some(name) = named(part).first() {
                        let own = self.range(*name);
                        let name = self.leaf(NodeKind::FieldName, own, own);
                        children.push(name);
                    }
                }
                "field_identifier" => {
                    let own = self.range(part);
                    let name = self.leaf(NodeKind::FieldName, own, own);
                    children.push(name);
                }
                _ => children.extend(self.expressions_in(part)),
            }
        }
        children.push(match value {
            Some(value) => self.expression(value),
            None => self.missing(range.end),
        });
        self.add(NodeKind::InitializerItem { designated: children.len() > 1 }, range, &children)
    }

    /// A node that the tree does not describe further, with the expressions inside.
    fn other(&mut self, node: Node<'_>, outer: TextRange) -> NodeId {
        let core = self.range(node);
        let children = self.expressions_in(node);
        self.tree.add(NodeKind::Other, outer, core, &children)
    }

    /// The outermost expressions below a node, and the blocks of functions among them.
    pub(super) fn expressions_in(&mut self, node: Node<'_>) -> Vec<NodeId> {
        let mut found = Vec::new();
        let mut rest: Vec<Node<'_>> = named(node).into_iter().rev().collect();
        while let Some(child) = rest.pop() {
            match child.kind() {
                // Names in them are no expressions.
                "qualified_identifier" | "template_argument_list" | "parameter_list" | "template_parameter_list" => {}
                "declaration" => {
                    let declaration = self.declaration(child);
                    found.push(declaration);
                }
                "compound_statement" => {
                    let block = self.block(child);
                    found.push(block);
                }
                kind if is_expression(kind) && kind != "identifier" || kind == "identifier" && !is_name_part(node) => {
                    let expression = self.expression(child);
                    found.push(expression);
                }
                _ => rest.extend(named(child).into_iter().rev()),
            }
        }
        found
    }
}

/// Whether a name directly below the node is a part of a longer name, or declares something.
fn is_name_part(node: Node<'_>) -> bool {
    matches!(
        node.kind(),
        "qualified_identifier"
            | "destructor_name"
            | "operator_name"
            | "template_function"
            | "template_method"
            | "dependent_name"
            | "using_declaration"
            | "structured_binding_declarator"
            | "namespace_alias_definition"
            | "enumerator"
            | "lambda_capture_specifier"
    )
}

/// Whether a node of that kind is an expression, or the value of an initializer.
pub(super) fn is_expression(kind: &str) -> bool {
    kind.ends_with("_expression") && kind != "gnu_asm_expression"
        || matches!(
            kind,
            "identifier"
                | "true"
                | "false"
                | "null"
                | "this"
                | "number_literal"
                | "char_literal"
                | "string_literal"
                | "raw_string_literal"
                | "concatenated_string"
                | "user_defined_literal"
                | "initializer_list"
                | "qualified_identifier"
                | "template_function"
                | "argument_list"
        )
}

fn binary(operator: Node<'_>) -> Option<BinaryOperator> {
    Some(match operator.kind() {
        "*" => BinaryOperator::Multiply,
        "/" => BinaryOperator::Divide,
        "%" => BinaryOperator::Modulo,
        "+" => BinaryOperator::Add,
        "-" => BinaryOperator::Subtract,
        "<<" => BinaryOperator::ShiftLeft,
        ">>" => BinaryOperator::ShiftRight,
        "<" => BinaryOperator::Less,
        ">" => BinaryOperator::Greater,
        "<=" => BinaryOperator::LessOrEqual,
        ">=" => BinaryOperator::GreaterOrEqual,
        "==" => BinaryOperator::Equal,
        "!=" | "not_eq" => BinaryOperator::NotEqual,
        "&" | "bitand" => BinaryOperator::BitAnd,
        "^" | "xor" => BinaryOperator::BitXor,
        "|" | "bitor" => BinaryOperator::BitOr,
        "&&" | "and" => BinaryOperator::LogicalAnd,
        "||" | "or" => BinaryOperator::LogicalOr,
        _ => return None,
    })
}

fn assign(operator: Node<'_>) -> Option<AssignOperator> {
    Some(match operator.kind() {
        "=" => AssignOperator::Plain,
        "*=" => AssignOperator::Multiply,
        "/=" => AssignOperator::Divide,
        "%=" => AssignOperator::Modulo,
        "+=" => AssignOperator::Add,
        "-=" => AssignOperator::Subtract,
        "<<=" => AssignOperator::ShiftLeft,
        ">>=" => AssignOperator::ShiftRight,
        "&=" => AssignOperator::BitAnd,
        "^=" => AssignOperator::BitXor,
        "|=" => AssignOperator::BitOr,
        _ => return None,
    })
}
