//! What becomes of the value of a variable whose type changes, where it is used.

use super::Obstacle;
use super::calls::{Callee, format_use};
use super::text::{Parsed, Text};
use super::uses::Variables;
use crate::capi;
use crate::edit::Edit;
use crate::semantics::{Answer, Macro, SemanticModel, Use, use_of};
use crate::source::Language;
use crate::syntax::{AssignOperator, BinaryOperator, CType, NodeId, NodeKind, UnaryOperator};
use crate::transform::{FormatKind, SsizeClean, without_casts};

/// The edits that put a cast before an expression.
pub(super) fn cast(model: &SemanticModel<'_>, ctype: &str, node: NodeId) -> Vec<Edit> {
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
pub(super) struct Place<'u, 'a> {
    pub text: &'u Text<'a>,
    pub parsed: &'u Parsed,
    pub words: &'u SsizeClean,
    pub model: &'u SemanticModel<'u>,
    pub variables: &'u Variables,
    pub name: &'u str,
    /// How many macros are around it.
    pub depth: usize,
}

/// How many macros are followed into others; circles end here.
const MAX_DEPTH: usize = 4;

/// What becomes of a value.
enum Fate {
    /// What has it from here on does not depend on its type, once these edits are made.
    Settled(Vec<Edit>),
    /// It is the value of what stands around it, or in doubt of a sum with a pointer.
    PassedOn { is_doubtful: bool },
}

use Fate::{PassedOn, Settled};

impl Place<'_, '_> {
    /// The edits that keep what becomes of the value as it was.
    pub fn edits(&self, leaf: NodeId) -> Result<Vec<Edit>, Obstacle> {
        match self.fate(leaf)? {
            Settled(edits) => Ok(edits),
            PassedOn { .. } => Err(self.unclear()),
        }
    }

    fn fate(&self, leaf: NodeId) -> Result<Fate, Obstacle> {
        let tree = &self.parsed.tree;
        let is_cpp = self.parsed.region.language == Language::Cpp;
        let (mut node, mut is_doubtful) = (leaf, false);
        // Each step goes up where the type of the parent follows from that of its operand.
        while let Some(parent) = tree.parent(node) {
            let children = tree.children(parent);
            let position = children.iter().position(|child| *child == node).unwrap_or(0);
            match tree.kind(parent) {
                NodeKind::Unary(UnaryOperator::AddressOf) if node == leaf => {
                    return self.addressed(parent).map(Settled);
                }
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
                    | BinaryOperator::LogicalOr => return Ok(Settled(Vec::new())),
                    BinaryOperator::ShiftLeft | BinaryOperator::ShiftRight if position == 1 => {
                        return Ok(Settled(Vec::new()));
                    }
                    BinaryOperator::Add | BinaryOperator::Subtract => {
                        let other = children[1 - position.min(1)];
                        match self.points(other) {
                            // The sum is a pointer, whatever is added to it.
                            Answer::Yes => return Ok(Settled(Vec::new())),
                            Answer::Unknown => is_doubtful = true,
                            Answer::No => {}
                        }
                    }
                    _ => {}
                },
                NodeKind::Assign(_) if position == 1 => return Ok(Settled(Vec::new())),
                NodeKind::Assign(AssignOperator::Plain | _) => {}
                NodeKind::Conditional if position == 0 => return Ok(Settled(Vec::new())),
                NodeKind::Conditional => {}
                NodeKind::Comma if position + 1 != children.len() => return Ok(Settled(Vec::new())),
                NodeKind::Comma => {}
                NodeKind::Call if position > 0 => match self.passed(parent, position - 1, node, is_doubtful)? {
                    Settled(edits) => return Ok(Settled(edits)),
                    PassedOn { is_doubtful: of_macro } => is_doubtful |= of_macro,
                },
                NodeKind::Root if self.parsed.in_macro() => return Ok(PassedOn { is_doubtful }),
                NodeKind::InitDeclarator => {
                    let is_known = *tree.ctype(children[0]) != CType::Unknown;
                    return if is_known { Ok(Settled(Vec::new())) } else { Err(self.unclear()) };
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
                | NodeKind::Declarator => return Ok(Settled(Vec::new())),
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
    fn passed(&self, call: NodeId, place: usize, argument: NodeId, is_doubtful: bool) -> Result<Fate, Obstacle> {
        let tree = &self.parsed.tree;
        let callee = tree.children(call)[0];
        let name = String::from_utf8_lossy(self.model.text(callee));
        let arguments = &tree.children(call)[1..];
        if Callee::named(self.words, &name).is_some() {
            let found = format_use(self.text, self.parsed, self.words, callee)?;
            if found.lengths.contains(&argument) {
                return Ok(Settled(Vec::new()));
            }
        }
        let is_string = |node: &NodeId| {
            let node = without_casts(self.model, *node);
            tree.kind(node) == NodeKind::String || self.text.is_string(self.model.text(node))
        };
        // Another name for a function, or a macro with a body of its own.
        let own: Vec<&Macro> = self.text.macros_named(&name).collect();
        let is_own_macro = own.iter().any(|found| found.function_like);
        let takes_anything = |name: &str| {
            self.text.variadic.contains(name.as_bytes()) || self.words.variadic.iter().any(|variadic| variadic == name)
        };
        let is_variadic = takes_anything(&name)
            || own.iter().flat_map(|found| found.heads()).any(takes_anything)
            || Callee::named(self.words, &name).is_some()
            || arguments[..place].iter().any(is_string);
        // In C++ the type may choose one of several functions, or what a template is made for.
        let is_plain = tree.kind(callee) == NodeKind::Identifier
            && !name.contains("::")
            && !self.model.is_defined_by_project(&name)
            && self.model.project.function_for(self.text.path, &name).is_none();
        let is_chosen = self.parsed.region.language == Language::Cpp && !is_plain && !is_own_macro;
        match () {
            () if is_variadic || is_chosen => {
                if is_doubtful {
                    return Err(self.unclear());
                }
                Ok(Settled(cast(self.model, &self.words.narrow, argument)))
            }
            () if is_own_macro => self.passed_to_macro(&own, &name, place, argument),
            () => Ok(Settled(Vec::new())),
        }
    }

    /// It is the argument at `place` of a macro of the project, whose definitions are `own`.
    fn passed_to_macro(&self, own: &[&Macro], name: &str, place: usize, argument: NodeId) -> Result<Fate, Obstacle> {
        let obstacle = || Obstacle::MacroArgument(self.name.to_owned(), name.to_owned());
        let bodies = self.text.bodies(name);
        if self.depth == MAX_DEPTH
            || bodies.is_empty()
            || bodies.len() != own.iter().map(|found| found.offsets.len()).sum::<usize>()
        {
            return Err(obstacle());
        }
        let (mut is_cast, mut is_passed_on, mut is_doubtful) = (false, false, false);
        for (parameters, parsed) in &bodies {
            let parameter = parameters.get(place).ok_or_else(obstacle)?;
            let (tree, model) = (&parsed.tree, self.text.model(parsed));
            let is_use = |node: &NodeId| tree.kind(*node) == NodeKind::Identifier && model.text(*node) == *parameter;
            let uses: Vec<NodeId> = tree.nodes().filter(is_use).collect();
            let written = parsed.region.tokens.iter().filter(|token| token.text(self.text.source) == *parameter);
            // What is pasted or spelled out is in no tree.
            if written.count() != uses.len() || parsed.region.tokens.iter().any(|token| token.is(self.text.source, "#"))
            {
                return Err(obstacle());
            }
            let inner = Place { parsed, model: &model, depth: self.depth + 1, ..*self };
            for node in uses {
                match inner.fate(node).map_err(|_| obstacle())? {
                    PassedOn { is_doubtful: of_use } => {
                        is_passed_on = true;
                        is_doubtful |= of_use;
                    }
                    Settled(edits) if edits.is_empty() => {}
                    // A cast is no place.
                    Settled(_) if use_of(tree, node) == Use::Place => return Err(obstacle()),
                    Settled(_) => is_cast = true,
                }
            }
        }
        match (is_cast, is_passed_on) {
            (true, _) => Ok(Settled(cast(self.model, &self.words.narrow, argument))),
            (false, true) => Ok(PassedOn { is_doubtful }),
            (false, false) => Ok(Settled(Vec::new())),
        }
    }

    /// Whether an operand is a pointer: then so is the sum.
    fn points(&self, node: NodeId) -> Answer {
        let tree = &self.parsed.tree;
        match tree.kind(node) {
            NodeKind::Number | NodeKind::Char | NodeKind::SizeofType | NodeKind::Unary(UnaryOperator::Sizeof) => {
                return Answer::No;
            }
            NodeKind::Identifier if self.variables.holds(self.text, self.parsed, self.model, node) => {
                return Answer::No;
            }
            _ => {}
        }
        match self.model.type_of(node) {
            CType::Pointer(_) | CType::Array(_) => Answer::Yes,
            CType::Named(name) if capi::is_builtin_type(&name) || name == self.words.narrow => Answer::No,
            _ => Answer::Unknown,
        }
    }
}
