//! The variables that hold lengths, and what else is done with them.

use std::collections::{BTreeMap, BTreeSet};

use rustc_hash::FxHashSet;

use super::calls::{Callee, format_use};
use super::text::{Parsed, Text};
use super::{Obstacle, Stop, declarations, type_name};
use crate::capi;
use crate::edit::Edit;
use crate::semantics::{Macro, SemanticModel};
use crate::source::{Language, TextRange, TokenKind};
use crate::syntax::{AssignOperator, BinaryOperator, CType, NodeId, NodeKind, UnaryOperator};
use crate::transform::{FormatKind, SsizeClean, without_casts};

/// The variables whose type changes.
#[derive(Default)]
pub(super) struct Variables {
    /// Those of functions, by the places where their names are declared.
    declared: BTreeMap<u32, Vec<u8>>,
    /// Those of the file.
    shared: BTreeSet<Vec<u8>>,
}

impl Variables {
    /// Takes the variable up whose address is the argument `length` of a call that parses, unless its type will do.
    pub fn take(
        &mut self,
        text: &Text<'_>,
        parsed: &Parsed,
        words: &SsizeClean,
        length: NodeId,
    ) -> Result<(), Obstacle> {
        let (tree, model) = (&parsed.tree, text.model(parsed));
        let ctype = model.type_of(length);
        let spelled = String::from_utf8_lossy(model.text(length)).into_owned();
        if matches!(&ctype, CType::Pointer(inner) if type_name(inner).is_some_and(|name| is_like(words, name))) {
            return Ok(());
        }
        let variable = match tree.kind(length) {
            NodeKind::Unary(UnaryOperator::AddressOf) => tree.children(length)[0],
            _ => return Err(Obstacle::NotLocal(spelled)),
        };
        let spelled = String::from_utf8_lossy(model.text(variable)).into_owned();
        let local = (tree.kind(variable) == NodeKind::Identifier).then(|| model.declarator_of(variable, &spelled));
        let Some(declarator) = local.flatten() else {
            let is_shared = text.file.variable(&spelled).and_then(type_name) == Some(&words.narrow);
            if !is_shared || model.in_class || tree.kind(variable) != NodeKind::Identifier {
                return Err(Obstacle::NotLocal(spelled));
            }
            self.shared.insert(spelled.into_bytes());
            return Ok(());
        };
        let declared = tree.ctype(declarator);
        if type_name(declared) != Some(&words.narrow) {
            return Err(Obstacle::Declared(spelled, declared.to_string()));
        }
        self.declared.insert(place_of(parsed, declarator), spelled.into_bytes());
        Ok(())
    }

    /// The variables of the file.
    pub fn shared(&self) -> impl Iterator<Item = &[u8]> {
        self.shared.iter().map(Vec::as_slice)
    }

    /// Whether the type of what `declarator` declares changes.
    pub fn changes(&self, text: &Text<'_>, parsed: &Parsed, declarator: NodeId) -> bool {
        let tree = &parsed.tree;
        // Up from the declarator: the item of the declaration, the declaration, and what it stands in.
        let around = |node: Option<NodeId>| node.and_then(|node| tree.parent(node));
        let outermost = around(around(around(Some(declarator))));
        let is_of_file = outermost.is_some_and(|node| tree.kind(node) == NodeKind::Root) && !parsed.in_macro();
        let name = tree.children(declarator).first().map(|name| &text.source[tree.core(*name).to_usize()]);
        self.declared.contains_key(&place_of(parsed, declarator))
            || is_of_file && name.is_some_and(|name| self.shared.contains(name))
    }

    /// Whether a name stands for one of them.
    fn holds(&self, text: &Text<'_>, parsed: &Parsed, model: &SemanticModel<'_>, leaf: NodeId) -> bool {
        let name = model.text(leaf);
        match model.declarator_of(leaf, &String::from_utf8_lossy(name)) {
            Some(declarator) => self.changes(text, parsed, declarator),
            None => self.shared.contains(name),
        }
    }

    fn is_name(&self, word: &[u8]) -> bool {
        self.shared.contains(word) || self.declared.values().any(|name| name == word)
    }

    /// Adds the edits of all declarations and uses; `stops` gets what cannot follow.
    pub fn follow(&self, text: &Text<'_>, words: &SsizeClean, edits: &mut BTreeSet<Edit>, stops: &mut Vec<Stop>) {
        let names: FxHashSet<&[u8]> = self.declared.values().chain(&self.shared).map(Vec::as_slice).collect();
        let regions = text.regions(&names);
        let is_shared = !self.shared.is_empty();
        let holds_variable =
            |range: &TextRange| is_shared || self.declared.keys().any(|place| range.contains_offset(*place));
        let functions: Vec<TextRange> =
            regions.parsed.iter().map(|parsed| parsed.region.range).filter(holds_variable).collect();
        let unseen = regions.unseen.iter().filter(|name| functions.iter().any(|function| function.contains(**name)));
        let unparsed = regions.unparsed.iter().filter(|range| holds_variable(range));
        stops.extend(unparsed.chain(unseen).map(|range| (*range, Obstacle::Unparsed)));
        for parsed in &regions.parsed {
            if parsed.in_macro() {
                self.check_macro(text, parsed, &names, stops);
            } else if holds_variable(&parsed.region.range) {
                self.follow_in(text, parsed, words, edits, stops);
            }
        }
    }

    /// A name in a macro's body that is no parameter may be that of a variable where the macro is used.
    fn check_macro(&self, text: &Text<'_>, parsed: &Parsed, names: &FxHashSet<&[u8]>, stops: &mut Vec<Stop>) {
        let own =
            text.macros.iter().find(|found| found.body.as_ref().is_some_and(|body| body.range == parsed.region.range));
        let parameters: Vec<&[u8]> = own
            .and_then(|found| found.parameters.as_ref())
            .into_iter()
            .flatten()
            .map(|range| &text.source[range.to_usize()])
            .collect();
        let tree = &parsed.tree;
        for node in tree.nodes().filter(|node| tree.kind(*node) == NodeKind::Identifier) {
            let name = &text.source[tree.core(node).to_usize()];
            if names.contains(name) && !parameters.contains(&name) {
                stops.push((tree.core(node), Obstacle::MacroBody(String::from_utf8_lossy(name).into_owned())));
            }
        }
    }

    fn follow_in(
        &self,
        text: &Text<'_>,
        parsed: &Parsed,
        words: &SsizeClean,
        edits: &mut BTreeSet<Edit>,
        stops: &mut Vec<Stop>,
    ) {
        let (tree, model) = (&parsed.tree, text.model(parsed));
        let mut seen = BTreeSet::new();
        for leaf in tree.nodes().filter(|node| tree.kind(*node) == NodeKind::Identifier) {
            let name = model.text(leaf);
            if !self.is_name(name) {
                continue;
            }
            seen.insert(tree.core(leaf).start);
            let spelled = String::from_utf8_lossy(name);
            let up = tree.parent(leaf).filter(|up| tree.kind(*up) == NodeKind::Declarator);
            let is_declared = up.is_some_and(|up| tree.children(up).first() == Some(&leaf));
            let declared = up.filter(|_| is_declared);
            let is_one = match declared {
                Some(declarator) => self.changes(text, parsed, declarator),
                None => self.holds(text, parsed, &model, leaf),
            };
            if !is_one {
                continue;
            }
            let outcome = if let Some(declarator) = declared {
                declarations::retyped(text, parsed, words, declarator, self)
            } else {
                Use { text, parsed, words, model: &model, variables: self, name: &spelled }.edits(leaf)
            };
            match outcome {
                Ok(found) => edits.extend(found),
                Err(obstacle) => stops.push((tree.core(leaf), obstacle)),
            }
        }
        // What masking took out of the tree is not understood.
        let mut before: &[u8] = b"";
        for token in &parsed.region.tokens {
            let word = token.text(text.source);
            let is_field = matches!(before, b"." | b"->");
            if token.kind == TokenKind::Identifier
                && self.is_name(word)
                && !is_field
                && !seen.contains(&token.range.start)
            {
                let is_label = tree
                    .nodes()
                    .any(|node| tree.kind(node) == NodeKind::FieldName && tree.core(node).start == token.range.start);
                if !is_label {
                    stops.push((token.range, Obstacle::Use(String::from_utf8_lossy(word).into_owned())));
                }
            }
            before = word;
        }
    }

    /// The edits that give the argument `node` of a call that builds the wide type.
    pub fn widened(&self, text: &Text<'_>, parsed: &Parsed, words: &SsizeClean, node: NodeId) -> Vec<Edit> {
        let (tree, model) = (&parsed.tree, text.model(parsed));
        if self.is_wide(text, parsed, &model, words, node) {
            return Vec::new();
        }
        // A cast to the narrow type is what the wide one takes the place of.
        if let [type_name_node, _] = tree.children(node)
            && tree.kind(node) == NodeKind::Cast
            && type_name(tree.ctype(*type_name_node)) == Some(&words.narrow)
        {
            return vec![Edit::replace(tree.core(*type_name_node), words.length.as_str())];
        }
        cast(&model, &words.length, node)
    }

    /// Whether an expression has the wide type, or one that serves as well.
    fn is_wide(
        &self,
        text: &Text<'_>,
        parsed: &Parsed,
        model: &SemanticModel<'_>,
        words: &SsizeClean,
        node: NodeId,
    ) -> bool {
        let tree = &parsed.tree;
        let children = tree.children(node);
        let is_wide = |node: NodeId| self.is_wide(text, parsed, model, words, node);
        match tree.kind(node) {
            NodeKind::Identifier => {
                self.holds(text, parsed, model, node)
                    || type_name(&model.type_of(node)).is_some_and(|name| is_like(words, name))
            }
            NodeKind::Binary(
                BinaryOperator::Add
                | BinaryOperator::Subtract
                | BinaryOperator::Multiply
                | BinaryOperator::Divide
                | BinaryOperator::Modulo,
            ) => is_wide(children[0]) || is_wide(children[1]),
            NodeKind::Conditional => is_wide(children[1]) || is_wide(children[2]),
            NodeKind::PostIncrement
            | NodeKind::PostDecrement
            | NodeKind::Unary(UnaryOperator::PreIncrement | UnaryOperator::PreDecrement) => is_wide(children[0]),
            NodeKind::SizeofType | NodeKind::Unary(UnaryOperator::Sizeof) => true,
            _ => type_name(&model.type_of(node)).is_some_and(|name| is_like(words, name)),
        }
    }
}

fn is_like(words: &SsizeClean, name: &str) -> bool {
    name == words.length || words.like.iter().any(|like| like == name)
}

/// Where the name stands that a declarator declares.
fn place_of(parsed: &Parsed, declarator: NodeId) -> u32 {
    let tree = &parsed.tree;
    let name = tree.children(declarator).first().copied().unwrap_or(declarator);
    tree.core(name).start
}

/// The edits that put a cast before an expression.
fn cast(model: &SemanticModel<'_>, ctype: &str, node: NodeId) -> Vec<Edit> {
    let tree = model.tree;
    let range = tree.range(node);
    let holds = match tree.kind(node) {
        // A macro's body may hold less together.
        NodeKind::Identifier => !matches!(model.type_of(node), CType::Unknown),
        NodeKind::Call => {
            let callee = tree.children(node)[0];
            let name = std::str::from_utf8(model.text(callee)).unwrap_or("");
            let is_macro = model.file.macro_definition(name).is_some() || model.project.is_macro_for(model.path, name);
            !is_macro
        }
        NodeKind::Number
        | NodeKind::Char
        | NodeKind::Member { .. }
        | NodeKind::Index
        | NodeKind::PostIncrement
        | NodeKind::PostDecrement
        | NodeKind::Unary(_)
        | NodeKind::SizeofType
        | NodeKind::Cast => true,
        _ => false,
    };
    if holds || range != tree.core(node) {
        vec![Edit::insert(range.start, format!("({ctype})"))]
    } else {
        vec![Edit::insert(range.start, format!("({ctype})(")), Edit::insert(range.end, ")")]
    }
}

/// A place where a variable is used.
struct Use<'u, 'a> {
    text: &'u Text<'a>,
    parsed: &'u Parsed,
    words: &'u SsizeClean,
    model: &'u SemanticModel<'u>,
    variables: &'u Variables,
    name: &'u str,
}

impl Use<'_, '_> {
    /// The edits that keep what becomes of the value as it was.
    fn edits(&self, leaf: NodeId) -> Result<Vec<Edit>, Obstacle> {
        let tree = &self.parsed.tree;
        let is_cpp = self.parsed.region.language == Language::Cpp;
        let (mut node, mut is_pointer) = (leaf, false);
        // Each step goes up where the type of the parent follows from that of its operand.
        while let Some(parent) = tree.parent(node) {
            let children = tree.children(parent);
            let position = children.iter().position(|child| *child == node).unwrap_or(0);
            match tree.kind(parent) {
                NodeKind::Unary(UnaryOperator::AddressOf) if node == leaf => return self.addressed(parent),
                NodeKind::Unary(UnaryOperator::AddressOf | UnaryOperator::Dereference | UnaryOperator::Sizeof) => {
                    return Err(self.unclear());
                }
                NodeKind::Unary(
                    UnaryOperator::Plus
                    | UnaryOperator::Minus
                    | UnaryOperator::BitNot
                    | UnaryOperator::PreIncrement
                    | UnaryOperator::PreDecrement,
                )
                | NodeKind::PostIncrement
                | NodeKind::PostDecrement => {}
                NodeKind::Binary(operator) => match operator {
                    BinaryOperator::Less
                    | BinaryOperator::Greater
                    | BinaryOperator::LessOrEqual
                    | BinaryOperator::GreaterOrEqual
                    | BinaryOperator::Equal
                    | BinaryOperator::NotEqual
                    | BinaryOperator::LogicalAnd
                    | BinaryOperator::LogicalOr => return Ok(Vec::new()),
                    BinaryOperator::ShiftLeft | BinaryOperator::ShiftRight if position == 1 => return Ok(Vec::new()),
                    BinaryOperator::Add | BinaryOperator::Subtract => {
                        let other = children[1 - position.min(1)];
                        is_pointer |= self.may_be_pointer(other);
                    }
                    _ => {}
                },
                NodeKind::Assign(_) if position == 1 => return Ok(Vec::new()),
                NodeKind::Assign(AssignOperator::Plain | _) => {}
                NodeKind::Conditional if position == 0 => return Ok(Vec::new()),
                NodeKind::Conditional => {}
                NodeKind::Comma if position + 1 != children.len() => return Ok(Vec::new()),
                NodeKind::Comma => {}
                NodeKind::Call if position > 0 => return self.passed(parent, position - 1, node, is_pointer),
                NodeKind::InitDeclarator => {
                    let is_known = *tree.ctype(children[0]) != CType::Unknown;
                    return if is_known { Ok(Vec::new()) } else { Err(self.unclear()) };
                }
                NodeKind::InitializerItem { .. } if is_cpp => return Err(self.unclear()),
                NodeKind::Unary(UnaryOperator::Not)
                | NodeKind::InitializerItem { .. }
                | NodeKind::Cast
                | NodeKind::Index
                | NodeKind::Return
                | NodeKind::ExpressionStatement
                | NodeKind::If
                | NodeKind::While
                | NodeKind::DoWhile
                | NodeKind::For
                | NodeKind::Switch
                | NodeKind::Declarator => return Ok(Vec::new()),
                _ => return Err(self.unclear()),
            }
            node = parent;
        }
        Err(self.unclear())
    }

    fn unclear(&self) -> Obstacle {
        Obstacle::Use(self.name.to_owned())
    }

    /// Its address goes to a call that parses, as that of a length.
    fn addressed(&self, address: NodeId) -> Result<Vec<Edit>, Obstacle> {
        let tree = &self.parsed.tree;
        let elsewhere = || Obstacle::Address(self.name.to_owned());
        let call = tree.parent(address).filter(|up| tree.kind(*up) == NodeKind::Call).ok_or_else(elsewhere)?;
        let callee = tree.children(call)[0];
        let name = String::from_utf8_lossy(self.model.text(callee));
        Callee::named(self.words, &name).ok_or_else(elsewhere)?;
        let found = format_use(self.text, self.parsed, self.words, callee)?;
        let is_length = found.kind == FormatKind::Parse && found.lengths.contains(&address);
        if is_length { Ok(Vec::new()) } else { Err(elsewhere()) }
    }

    /// It is the argument at `place` of a call, or what `argument` has its type from.
    fn passed(&self, call: NodeId, place: usize, argument: NodeId, is_pointer: bool) -> Result<Vec<Edit>, Obstacle> {
        let tree = &self.parsed.tree;
        let callee = tree.children(call)[0];
        let name = String::from_utf8_lossy(self.model.text(callee));
        let arguments = &tree.children(call)[1..];
        if Callee::named(self.words, &name).is_some() {
            let found = format_use(self.text, self.parsed, self.words, callee)?;
            if found.lengths.contains(&argument) {
                return Ok(Vec::new());
            }
        }
        let is_string = |node: &NodeId| tree.kind(without_casts(self.model, *node)) == NodeKind::String;
        // Another name for a function, or a macro with a body of its own.
        let own: Vec<&Macro> = self.text.macros_named(&name).collect();
        let is_own_macro = own.iter().any(|found| found.function_like);
        let takes_anything = |name: &str| self.words.variadic.iter().any(|variadic| variadic == name);
        let is_variadic = takes_anything(&name)
            || own.iter().flat_map(|found| found.heads()).any(takes_anything)
            || Callee::named(self.words, &name).is_some()
            || arguments[..place].iter().any(is_string);
        // In C++ the type may choose one of several functions, or what a template is made for.
        let is_plain = tree.kind(callee) == NodeKind::Identifier
            && !name.contains("::")
            && !self.model.is_defined_by_project(&name)
            && self.model.project.function_for(self.text.path, &name).is_none();
        let is_chosen = self.parsed.region.language == Language::Cpp && !is_plain;
        match () {
            () if is_variadic || is_chosen => {
                if is_pointer {
                    return Err(self.unclear());
                }
                Ok(cast(self.model, &self.words.narrow, argument))
            }
            () if is_own_macro => Err(Obstacle::MacroArgument(self.name.to_owned(), name.into_owned())),
            () => Ok(Vec::new()),
        }
    }

    /// Whether an operand may be a pointer: then so is the sum.
    fn may_be_pointer(&self, node: NodeId) -> bool {
        let tree = &self.parsed.tree;
        match tree.kind(node) {
            NodeKind::Number | NodeKind::Char | NodeKind::SizeofType | NodeKind::Unary(UnaryOperator::Sizeof) => false,
            NodeKind::Identifier if self.variables.holds(self.text, self.parsed, self.model, node) => false,
            _ => {
                !matches!(self.model.type_of(node), CType::Named(name) if capi::is_builtin_type(&name) || name == self.words.narrow)
            }
        }
    }
}
