//! Statements.

use super::{Lowering, named};
use crate::syntax::{NodeId, NodeKind};
use tree_sitter::Node;

/// What stands in a block: a statement, or the head of a `case`, which in the parser's tree has the statements behind it
/// for children.
enum Item<'t> {
    Statement(Node<'t>),
    Case(Node<'t>),
}

impl Lowering<'_> {
    pub(super) fn statement(&mut self, node: Node<'_>) -> NodeId {
        let range = self.range(node);
        match node.kind() {
            "compound_statement" => self.block(node),
            "expression_statement" => {
                let value = self.child_or_missing(named(node).first().copied(), range.start);
                self.add(NodeKind::ExpressionStatement, range, &[value])
            }
            "declaration" | "field_declaration" | "type_definition" => self.declaration(node),
            "function_definition" => self.function_definition(node),
            "template_declaration" => match named(node).last() {
                Some(last) if matches!(last.kind(), "function_definition" | "declaration" | "template_declaration") => {
                    self.statement(*last)
                }
                _ => self.add(NodeKind::Other, range, &[]),
            },
            "if_statement" => self.if_statement(node),
            "while_statement" => {
                let condition = self.condition(node.child_by_field_name("condition"), range.start);
                let body = self.body(node, range.end);
                self.add(NodeKind::While, range, &[condition, body])
            }
            "do_statement" => {
                let body = self.body(node, range.start);
                let condition = self.condition(node.child_by_field_name("condition"), range.end);
                self.add(NodeKind::DoWhile, range, &[body, condition])
            }
            "for_statement" => self.for_statement(node),
            "for_range_loop" => self.for_range(node),
            "switch_statement" => {
                let condition = self.condition(node.child_by_field_name("condition"), range.start);
                let body = self.body(node, range.end);
                self.add(NodeKind::Switch, range, &[condition, body])
            }
            "labeled_statement" => {
                let label = node.child_by_field_name("label");
                let name = match label {
                    Some(label) => {
                        let range = self.range(label);
                        self.leaf(NodeKind::Identifier, range, range)
                    }
                    None => self.missing(range.start),
                };
                let inner = named(node).into_iter().find(|child| Some(*child) != label);
                let inner = match inner {
                    Some(inner) => self.statement(inner),
                    None => self.missing(range.end),
                };
                self.add(NodeKind::Label, range, &[name, inner])
            }
            "goto_statement" => {
                let name = match node.child_by_field_name("label") {
                    Some(label) => {
                        let range = self.range(label);
                        self.leaf(NodeKind::Identifier, range, range)
                    }
                    None => self.missing(range.end),
                };
                self.add(NodeKind::Goto, range, &[name])
            }
            "break_statement" => self.add(NodeKind::Break, range, &[]),
            "continue_statement" => self.add(NodeKind::Continue, range, &[]),
            "return_statement" => {
                let value = named(node).first().copied();
                let behind = range.start + "return".len() as u32;
                let value = self.child_or_missing(value, behind.min(range.end));
                self.add(NodeKind::Return, range, &[value])
            }
            "case_statement" => {
                let mut out = Vec::new();
                self.items(vec![node], &mut out);
                match out[..] {
                    [only] => only,
                    _ => self.add(NodeKind::Other, range, &out),
                }
            }
            "try_statement" => self.try_statement(node),
            "attributed_statement" => match named(node).last() {
                Some(last) => self.statement(*last),
                None => self.add(NodeKind::Other, range, &[]),
            },
            "gnu_asm_expression" => self.add(NodeKind::Asm, range, &[]),
            _ if super::expression::is_expression(node.kind()) => self.expression(node),
            _ => {
                let children = self.expressions_in(node);
                self.add(NodeKind::Other, range, &children)
            }
        }
    }

    pub(super) fn block(&mut self, node: Node<'_>) -> NodeId {
        let mut children = Vec::new();
        self.items(named(node), &mut children);
        let range = self.range(node);
        self.add(NodeKind::Compound, range, &children)
    }

    /// The statements of a block. A `case` gets the one statement behind it, as in C.
    fn items(&mut self, nodes: Vec<Node<'_>>, out: &mut Vec<NodeId>) {
        let mut flat = Vec::new();
        let mut rest: Vec<Node<'_>> = nodes.into_iter().rev().collect();
        while let Some(node) = rest.pop() {
            if node.kind() != "case_statement" {
                flat.push(Item::Statement(node));
                continue;
            }
            let value = node.child_by_field_name("value");
            flat.push(Item::Case(node));
            rest.extend(named(node).into_iter().rev().filter(|child| Some(*child) != value));
        }
        // From the end, so that what a `case` labels is there already.
        let mut behind: Vec<NodeId> = Vec::new();
        let mut lowered: Vec<(usize, NodeId)> = Vec::new();
        for (index, item) in flat.iter().enumerate() {
            if let Item::Statement(node) = item {
                let node = self.statement(*node);
                lowered.push((index, node));
            }
        }
        for (index, item) in flat.iter().enumerate().rev() {
            match item {
                Item::Statement(_) => {
                    if let Some((_, node)) = lowered.pop().filter(|(at, _)| *at == index) {
                        behind.push(node);
                    }
                }
                Item::Case(node) => {
                    let value = node.child_by_field_name("value");
                    let start = self.range(*node).start;
                    let (kind, mut children) = match value {
                        Some(value) => (NodeKind::Case, vec![self.expression(value)]),
                        None => (NodeKind::Default, Vec::new()),
                    };
                    let labelled = behind.pop();
                    let end = match (labelled, value) {
                        (Some(labelled), _) => self.tree.range(labelled).end,
                        (None, Some(value)) => self.range(value).end,
                        (None, None) => start + "default".len() as u32,
                    };
                    children.push(match labelled {
                        Some(labelled) => labelled,
                        None => self.missing(end),
                    });
                    let case = self.add(kind, crate::source::TextRange::new(start, end), &children);
                    behind.push(case);
                }
            }
        }
        out.extend(behind.into_iter().rev());
    }

    fn body(&mut self, node: Node<'_>, offset: u32) -> NodeId {
        match node.child_by_field_name("body") {
            Some(body) => self.statement(body),
            None => self.missing(offset),
        }
    }

    fn child_or_missing(&mut self, child: Option<Node<'_>>, offset: u32) -> NodeId {
        match child {
            Some(child) => self.expression(child),
            None => self.missing(offset),
        }
    }

    /// What stands between the parentheses of a statement's head: an expression, or a declaration.
    fn condition(&mut self, clause: Option<Node<'_>>, offset: u32) -> NodeId {
        let Some(clause) = clause else { return self.missing(offset) };
        let inner = match clause.kind() {
            "condition_clause" => clause.child_by_field_name("value"),
            "parenthesized_expression" => named(clause).first().copied(),
            _ => Some(clause),
        };
        let initializer = clause.child_by_field_name("initializer");
        match (inner, initializer) {
            (Some(inner), None) if inner.kind() == "declaration" => self.declaration(inner),
            (Some(inner), None) => self.expression(inner),
            _ => {
                let children = self.expressions_in(clause);
                let range = self.range(clause);
                self.add(NodeKind::Other, range, &children)
            }
        }
    }

    fn if_statement(&mut self, node: Node<'_>) -> NodeId {
        let range = self.range(node);
        let condition = self.condition(node.child_by_field_name("condition"), range.start);
        let then = match node.child_by_field_name("consequence") {
            Some(then) => self.statement(then),
            None => self.missing(range.end),
        };
        let otherwise = node.child_by_field_name("alternative");
        let otherwise = otherwise.and_then(|clause| {
            if clause.kind() == "else_clause" { named(clause).first().copied() } else { Some(clause) }
        });
        let otherwise = match otherwise {
            Some(otherwise) => self.statement(otherwise),
            None => {
                let end = self.tree.range(then).end;
                self.missing(end)
            }
        };
        self.add(NodeKind::If, range, &[condition, then, otherwise])
    }

    fn for_statement(&mut self, node: Node<'_>) -> NodeId {
        let range = self.range(node);
        let init = node.child_by_field_name("initializer").map(|init| {
            if init.kind() == "init_statement" { named(init).first().copied().unwrap_or(init) } else { init }
        });
        let init = match init {
            Some(init) if init.kind() == "declaration" => self.declaration(init),
            Some(init) if init.kind() == "expression_statement" => {
                let start = self.range(init).start;
                self.child_or_missing(named(init).first().copied(), start)
            }
            Some(init) => self.expression(init),
            None => self.missing(range.start + "for".len() as u32),
        };
        let init_end = self.tree.range(init).end;
        let condition = self.child_or_missing(node.child_by_field_name("condition"), init_end);
        let condition_end = self.tree.range(condition).end;
        let step = self.child_or_missing(node.child_by_field_name("update"), condition_end);
        let body = self.body(node, range.end);
        self.add(NodeKind::For, range, &[init, condition, step, body])
    }

    fn for_range(&mut self, node: Node<'_>) -> NodeId {
        let range = self.range(node);
        let variable = self.loop_variable(node);
        let over = self.child_or_missing(node.child_by_field_name("right"), range.end);
        let body = self.body(node, range.end);
        self.add(NodeKind::ForRange, range, &[variable, over, body])
    }

    fn try_statement(&mut self, node: Node<'_>) -> NodeId {
        let range = self.range(node);
        let mut children = Vec::new();
        for child in named(node) {
            match child.kind() {
                "compound_statement" => children.push(self.block(child)),
                "catch_clause" => {
                    let own = self.range(child);
                    let mut inner = Vec::new();
                    if let Some(parameters) = child.child_by_field_name("parameters") {
                        self.parameters(parameters, &mut inner);
                    }
                    let body = self.body(child, own.end);
                    inner.push(body);
                    let clause = self.add(NodeKind::Catch, own, &inner);
                    children.push(clause);
                }
                _ => {}
            }
        }
        self.add(NodeKind::Try, range, &children)
    }
}
