//! Matching a pattern against a syntax tree.
//!
//! Redundant parentheses are looked through anywhere, and a cast to `PyObject *` where the pattern is literal.

use super::file::Initialized;
use super::pattern::{CaptureId, TreePattern};
use crate::edit::Applicability;
use crate::semantics::{Answer, SemanticModel, Use, use_of};
use crate::source::{TextRange, Token, TokenKind, lex_range};
use crate::syntax::{CType, NodeId, NodeKind, UnaryOperator};

/// What one use of a capture in the pattern stands for in the code, in the order of the code.
#[derive(Clone, Debug)]
pub struct Occurrence {
    /// Which capture.
    pub capture: CaptureId,
    /// The expressions: one, or those that a `$...rest` took.
    pub nodes: Vec<NodeId>,
    /// Whether the pattern has the capture as an argument of a call.
    pub argument: bool,
    /// Whether the pattern has the capture as an operand.
    pub operand: bool,
}

/// All uses of the captures.
#[derive(Clone, Debug, Default)]
pub struct Bindings {
    /// In the order of the code.
    pub occurrences: Vec<Occurrence>,
    /// Casts that were looked through: the ranges of `(PyObject *)`, parentheses included.
    pub casts: Vec<TextRange>,
    /// What `typeof($name)` stands for in the code, with the capture.
    pub types: Vec<(CaptureId, TypeUse)>,
}

/// A type that is that of a capture.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TypeUse {
    /// In a declaration of the variable that is captured: from the start of the declaration to the variable.
    Declared(TextRange),
    /// The `TypeName` of a cast.
    Cast(NodeId),
}

impl Bindings {
    /// The use of a capture that says of which type it is: the last one, but for arguments, which are cast at will.
    pub fn typed(&self, capture: CaptureId) -> Option<&Occurrence> {
        let mut uses = self.occurrences.iter().rev().filter(|occurrence| occurrence.capture == capture);
        uses.clone().find(|occurrence| !occurrence.argument).or_else(|| uses.next())
    }

    /// The first use of a capture.
    pub fn first(&self, capture: CaptureId) -> Option<&Occurrence> {
        self.occurrences.iter().find(|occurrence| occurrence.capture == capture)
    }
}

/// A place in the code that a pattern describes.
#[derive(Clone, Debug)]
pub struct Match {
    /// The expression, or the statements.
    pub nodes: Vec<NodeId>,
    /// What was captured.
    pub bindings: Bindings,
    /// Safe if every type that the pattern asks for is known to be right, unsafe if one is not known.
    pub certainty: Applicability,
    /// How the value is used; `Dropped` for statements.
    pub usage: Use,
}

/// Whether the expression pattern describes the expression `node`.
pub fn match_expression(pattern: &TreePattern, model: &SemanticModel<'_>, node: NodeId) -> Option<Match> {
    let mut matcher = Matcher { pattern, model, bindings: Bindings::default() };
    if !matcher.node(pattern.roots[0], node) {
        return None;
    }
    let certainty = matcher.certainty()?;
    Some(Match { nodes: vec![node], bindings: matcher.bindings, certainty, usage: use_of(model.tree, node) })
}

/// Whether the pattern, an assignment, describes the declaration of a variable with an initializer: the name
/// `target`, and `value`.
pub fn match_declared(
    pattern: &TreePattern,
    model: &SemanticModel<'_>,
    target: NodeId,
    value: NodeId,
) -> Option<Match> {
    let [wanted_target, wanted_value] = pattern.tree.children(pattern.roots[0]) else { return None };
    let mut matcher = Matcher { pattern, model, bindings: Bindings::default() };
    if !matcher.node(*wanted_target, target) || !matcher.node(*wanted_value, value) {
        return None;
    }
    let certainty = matcher.certainty()?;
    Some(Match { nodes: vec![target, value], bindings: matcher.bindings, certainty, usage: Use::Dropped })
}

/// Whether the statements of the pattern describe code at `node`: for one statement that is an expression, the
/// expression `node` itself, however its value is used; else the statement `node` and those that follow it.
pub fn match_statements(pattern: &TreePattern, model: &SemanticModel<'_>, node: NodeId) -> Option<Match> {
    let tree = &pattern.tree;
    if let [only] = pattern.roots[..]
        && tree.kind(only) == NodeKind::ExpressionStatement
    {
        let mut matcher = Matcher { pattern, model, bindings: Bindings::default() };
        if !matcher.node(tree.children(only)[0], node) {
            return None;
        }
        let certainty = matcher.certainty()?;
        return Some(Match {
            nodes: vec![node],
            bindings: matcher.bindings,
            certainty,
            usage: use_of(model.tree, node),
        });
    }
    let window = following(model, node, pattern.roots.len())?;
    let mut matcher = Matcher { pattern, model, bindings: Bindings::default() };
    if !pattern.roots.iter().zip(&window).all(|(wanted, found)| matcher.node(*wanted, *found)) {
        return None;
    }
    if window.len() > 1 && matcher.moves_over_exception(window[0]) {
        return None;
    }
    let certainty = matcher.certainty()?;
    Some(Match { nodes: window, bindings: matcher.bindings, certainty, usage: Use::Dropped })
}

/// What expressions are captured where each must be what its pattern says, and how sure that is. The patterns share
/// their captures. A pattern that is zero describes every spelling of it, and a capture none.
pub fn match_values(values: &[(&TreePattern, NodeId)], model: &SemanticModel<'_>) -> Option<(Bindings, Applicability)> {
    let mut bindings = Bindings::default();
    let mut certainty = Applicability::Safe;
    for (pattern, node) in values {
        let root = pattern.roots[0];
        if is_zero_literal(&pattern.source[pattern.tree.core(root).to_usize()]) {
            is_zero(model, *node).then_some(())?;
            continue;
        }
        let mut matcher = Matcher { pattern, model, bindings };
        if !matcher.node(root, *node) || pattern.capture_at(root).is_some() && is_zero(model, *node) {
            return None;
        }
        certainty = certainty.lowered_to(matcher.certainty()?);
        bindings = matcher.bindings;
    }
    Some((bindings, certainty))
}

/// Whether the expression is zero or a null pointer by its spelling, casts aside.
pub fn is_zero(model: &SemanticModel<'_>, node: NodeId) -> bool {
    match model.tree.children(node) {
        [_, operand] if model.tree.kind(node) == NodeKind::Cast => is_zero(model, *operand),
        _ => is_zero_literal(model.text(node)),
    }
}

fn is_zero_literal(text: &[u8]) -> bool {
    matches!(text, b"NULL" | b"nullptr" | b"0" | b"0L" | b"0l" | b"0U" | b"0u" | b"0UL" | b"0ul")
}

/// `node` and the statements right after it in its block, `count` in all.
fn following(model: &SemanticModel<'_>, node: NodeId, count: usize) -> Option<Vec<NodeId>> {
    if count == 1 {
        return Some(vec![node]);
    }
    let parent = model.tree.parent(node)?;
    if !matches!(model.tree.kind(parent), NodeKind::Compound | NodeKind::Root) {
        return None;
    }
    let siblings = model.tree.children(parent);
    let at = siblings.iter().position(|sibling| *sibling == node)?;
    siblings.get(at..at + count).map(<[NodeId]>::to_vec)
}

struct Matcher<'m, 'a> {
    pattern: &'m TreePattern,
    model: &'m SemanticModel<'a>,
    bindings: Bindings,
}

impl Matcher<'_, '_> {
    fn node(&mut self, wanted: NodeId, found: NodeId) -> bool {
        let (pattern, code) = (&self.pattern.tree, self.model.tree);
        if let Some(capture) = self.pattern.capture_at(wanted) {
            return self.capture(capture, wanted, found);
        }
        let kind = pattern.kind(wanted);
        if code.kind(found) == NodeKind::Cast && kind != NodeKind::Cast {
            return self.look_through_cast(wanted, found);
        }
        // In C++ the name of a type is not known to be one: `sizeof(T)` looks like that of an expression.
        if kind == NodeKind::SizeofType && code.kind(found) == NodeKind::Unary(UnaryOperator::Sizeof) {
            let (wanted, found) = (pattern.children(wanted), code.children(found));
            let is_type = |name: NodeId| code.kind(name) == NodeKind::Identifier && self.model.is_sought_name(name);
            return is_type(found[0]) && self.same_text(wanted[0], found[0]);
        }
        if kind != code.kind(found) {
            return false;
        }
        match kind {
            NodeKind::Identifier if self.is_null_pointer(wanted, found) => true,
            NodeKind::Identifier => self.same_text(wanted, found) && self.model.is_sought_name(found),
            NodeKind::FieldName | NodeKind::Number | NodeKind::Char | NodeKind::String => self.same_text(wanted, found),
            NodeKind::TypeName | NodeKind::Declarator if self.pattern.type_at(wanted).is_some() => {
                self.type_of_capture(wanted, found)
            }
            NodeKind::TypeName | NodeKind::Declarator if pattern.ctype(wanted) != code.ctype(found) => false,
            NodeKind::Other => false,
            _ => self.children(wanted, found),
        }
    }

    /// A cast to the type of a capture, which is compared when all captures are known, or its declaration.
    fn type_of_capture(&mut self, wanted: NodeId, found: NodeId) -> bool {
        let Some(capture) = self.pattern.type_at(wanted) else { return false };
        let code = self.model.tree;
        if code.kind(found) == NodeKind::TypeName {
            self.bindings.types.push((capture, TypeUse::Cast(found)));
            return true;
        }
        let is_only_name = |node: &NodeId| code.children(*node).len() == 1;
        let declaration = code.parent(found).and_then(|item| code.parent(item));
        let declaration =
            declaration.filter(|node| matches!(code.kind(*node), NodeKind::Declaration { typedef: false }));
        let Some(declaration) = declaration.filter(|_| is_only_name(&found)) else { return false };
        let before = TextRange::new(code.range(declaration).start, code.range(code.children(found)[0]).start);
        self.bindings.types.push((capture, TypeUse::Declared(before)));
        self.children(wanted, found)
    }

    fn look_through_cast(&mut self, wanted: NodeId, found: NodeId) -> bool {
        let code = self.model.tree;
        let [type_name, operand] = code.children(found) else { return false };
        if *code.ctype(*type_name) != CType::Named("PyObject".to_owned()).pointer() {
            return false;
        }
        let cast = TextRange::new(code.core(found).start, code.range(*operand).start);
        self.bindings.casts.push(cast);
        self.node(wanted, *operand)
    }

    fn children(&mut self, wanted: NodeId, found: NodeId) -> bool {
        let (pattern, code) = (&self.pattern.tree, self.model.tree);
        let (wanted, found) = (pattern.children(wanted), code.children(found));
        if let Some((last, fixed)) = wanted.split_last()
            && let Some(rest) = self.pattern.rest_at(*last)
        {
            if found.len() < fixed.len() {
                return false;
            }
            let (first, remaining) = found.split_at(fixed.len());
            if !fixed.iter().zip(first).all(|(wanted, found)| self.node(*wanted, *found)) {
                return false;
            }
            self.bindings.occurrences.push(Occurrence {
                capture: rest,
                nodes: remaining.to_vec(),
                argument: !self.pattern.is_rest_of_statements(rest),
                operand: false,
            });
            return true;
        }
        wanted.len() == found.len() && wanted.iter().zip(found).all(|(wanted, found)| self.node(*wanted, *found))
    }

    fn capture(&mut self, capture: CaptureId, wanted: NodeId, found: NodeId) -> bool {
        if !is_expression(self.model.tree.kind(found)) {
            return false;
        }
        // The same capture twice: the same tokens.
        if let Some(first) = self.bindings.first(capture)
            && !self.same_code(first.nodes[0], found)
        {
            return false;
        }
        let argument = super::precedence::is_argument(&self.pattern.tree, wanted);
        let tree = &self.pattern.tree;
        let operand = tree.parent(wanted).is_some_and(|up| match tree.kind(up) {
            NodeKind::Unary(operator) => operator != UnaryOperator::AddressOf,
            NodeKind::Binary(_) => true,
            NodeKind::Member { arrow: true } | NodeKind::Index => tree.children(up)[0] == wanted,
            _ => false,
        });
        self.bindings.occurrences.push(Occurrence { capture, nodes: vec![found], argument, operand });
        true
    }

    /// `nullptr` is C++ for `NULL`.
    fn is_null_pointer(&self, wanted: NodeId, found: NodeId) -> bool {
        self.model.text(found) == b"nullptr"
            && self.pattern.source[self.pattern.tree.core(wanted).to_usize()] == *b"NULL"
    }

    fn same_text(&self, wanted: NodeId, found: NodeId) -> bool {
        self.pattern.source[self.pattern.tree.core(wanted).to_usize()] == *self.model.text(found)
    }

    fn same_code(&self, a: NodeId, b: NodeId) -> bool {
        let (a, b) = (without_casts(self.model, a), without_casts(self.model, b));
        let words = |node| crate::source::lex(self.model.text(node)).tokens;
        let (a_text, b_text) = (self.model.text(a), self.model.text(b));
        let (a, b) = (words(a), words(b));
        a.len() == b.len() && a.iter().zip(&b).all(|(a, b)| a.text(a_text) == b.text(b_text))
    }

    /// Whether what was captured mentions every name that stands in the capture `$name`.
    fn mentions_capture(&self, occurrence: &Occurrence, name: &str) -> bool {
        let Some(name) = name.strip_prefix('$') else { return false };
        let other = self.pattern.captures.iter().position(|capture| capture.name == name);
        let Some(other) = other.and_then(|id| self.bindings.first(id)) else { return false };
        let words = |nodes: &[NodeId]| -> Vec<&[u8]> {
            nodes.iter().flat_map(|node| crate::source::words(self.model.text(*node))).collect()
        };
        let own = words(&occurrence.nodes);
        words(&other.nodes).iter().all(|word| own.contains(word))
    }

    /// Whether the variable is initialized with the string that another capture is, or one that ends in it behind a dot.
    fn is_initialized(&self, occurrence: &Occurrence, wanted: &Initialized) -> bool {
        let named = self.pattern.captures.iter().position(|capture| capture.name == wanted.names);
        let Some(named) = named.and_then(|id| self.bindings.first(id)) else { return false };
        let (source, text) = (self.model.source, |node: NodeId| self.model.text(node));
        let found = initial_string(source, text(occurrence.nodes[0]), wanted.field.as_bytes());
        let plain = |literal: &[u8]| Some(literal.strip_prefix(b"\"")?.strip_suffix(b"\"")?.to_vec());
        match (found.and_then(plain), plain(text(named.nodes[0]))) {
            (Some(full), Some(last)) => full.rsplit(|byte| *byte == b'.').next() == Some(&last[..]),
            _ => false,
        }
    }

    /// Whether the variable that is captured is local and mentioned nowhere but where the pattern has it.
    fn is_only_here(&self, occurrence: &Occurrence) -> bool {
        let (tree, name) = (self.model.tree, self.model.text(occurrence.nodes[0]));
        let is_mention = |node: &NodeId| tree.kind(*node) == NodeKind::Identifier && self.model.text(*node) == name;
        let is_bound = |node: NodeId| {
            let mut bound = self.bindings.occurrences.iter().filter(|other| other.capture == occurrence.capture);
            bound.any(|other| other.nodes.iter().any(|place| without_casts(self.model, *place) == node))
        };
        let is_local = self
            .bindings
            .types
            .iter()
            .any(|(capture, type_use)| *capture == occurrence.capture && matches!(type_use, TypeUse::Declared(_)));
        is_local && tree.nodes().filter(is_mention).all(is_bound)
    }

    /// Whether statements that are folded would come to stand before something that may throw and stood before them. What
    /// the first one evaluates first may throw: that stays first.
    fn moves_over_exception(&self, first: NodeId) -> bool {
        let tree = self.model.tree;
        let is_first_value = |node: NodeId| {
            let assignment = tree.parent(node).filter(|up| {
                matches!(tree.kind(*up), NodeKind::Assign(_) | NodeKind::InitDeclarator)
                    && tree.children(*up)[1..] == [node]
            });
            assignment.and_then(|up| tree.parent(up)) == Some(first)
        };
        let nodes = self.bindings.occurrences.iter().flat_map(|occurrence| &occurrence.nodes);
        nodes.into_iter().any(|node| !is_first_value(*node) && self.model.may_throw(*node))
    }

    /// How sure the types are; none where one is wrong.
    fn certainty(&self) -> Option<Applicability> {
        let mut certainty = Applicability::Safe;
        for (capture, type_use) in &self.bindings.types {
            let TypeUse::Cast(type_name) = type_use else { continue };
            let node = *self.bindings.typed(*capture)?.nodes.first()?;
            if self.model.has_exact_type(node, self.model.tree.ctype(*type_name)) != Answer::Yes {
                return None;
            }
        }
        for occurrence in &self.bindings.occurrences {
            if occurrence.operand {
                match self.model.is_plain_value(occurrence.nodes[0]) {
                    Answer::Yes => {}
                    Answer::Unknown => certainty = certainty.lowered_to(Applicability::Unsafe),
                    Answer::No => return None,
                }
            }
            let Some(wanted) = &self.pattern.captures[occurrence.capture].wanted else { continue };
            if wanted.only_here && !self.is_only_here(occurrence) {
                return None;
            }
            if wanted.initialized.as_ref().is_some_and(|wanted| !self.is_initialized(occurrence, wanted)) {
                return None;
            }
            if wanted.lacks.iter().any(|name| self.mentions_capture(occurrence, name)) {
                return None;
            }
            for node in &occurrence.nodes {
                match wanted.describes(self.model, *node) {
                    Answer::Yes => {}
                    // What is compared with something that is cast to an object is more likely one than something else.
                    Answer::Unknown if !self.bindings.casts.is_empty() && !wanted.is_object() => return None,
                    Answer::Unknown => certainty = certainty.lowered_to(Applicability::Unsafe),
                    Answer::No => return None,
                }
            }
        }
        Some(certainty)
    }
}

/// How far into an initializer a string is looked for, in bytes.
const MAX_INITIALIZER: usize = 2048;

/// The string that the definition of `variable` in `source` gives its member `field`: the member's own, or where members
/// go by their places, the first one.
fn initial_string<'s>(source: &'s [u8], variable: &[u8], field: &[u8]) -> Option<&'s [u8]> {
    memchr::memmem::find_iter(source, variable).find_map(|at| {
        let end = (at + MAX_INITIALIZER).min(source.len());
        let tokens = lex_range(source, TextRange::new(at as u32, end as u32)).tokens;
        let mut words = tokens.iter().map(|token| token.text(source));
        let is_definition = words.next() == Some(variable) && words.next() == Some(b"=") && words.next() == Some(b"{");
        let mut depth = 1;
        let is_inner = |token: &&Token| {
            depth += i32::from(token.is(source, "{")) - i32::from(token.is(source, "}"));
            depth > 0
        };
        let inner: Vec<&Token> = tokens.iter().skip(3).take_while(is_inner).filter(|_| is_definition).collect();
        let is_string = |token: &&&Token| token.kind == TokenKind::String;
        let first = inner.iter().find(is_string)?;
        let own = inner.windows(3).find(|run| run[0].text(source) == field && run[1].is(source, "="));
        match own {
            Some([.., value]) => Some(value).filter(is_string).map(|value| value.text(source)),
            _ => Some(first.text(source)),
        }
    })
}

/// What stands under the casts of a pointer to another: the same object.
pub fn without_casts(model: &SemanticModel<'_>, node: NodeId) -> NodeId {
    match model.tree.children(node) {
        [type_name, operand]
            if model.tree.kind(node) == NodeKind::Cast && matches!(model.tree.ctype(*type_name), CType::Pointer(_)) =>
        {
            without_casts(model, *operand)
        }
        _ => node,
    }
}

fn is_expression(kind: NodeKind) -> bool {
    matches!(
        kind,
        NodeKind::Identifier
            | NodeKind::Number
            | NodeKind::Char
            | NodeKind::String
            | NodeKind::Call
            | NodeKind::Member { .. }
            | NodeKind::Index
            | NodeKind::Unary(_)
            | NodeKind::PostIncrement
            | NodeKind::PostDecrement
            | NodeKind::Binary(_)
            | NodeKind::Assign(_)
            | NodeKind::Conditional
            | NodeKind::Comma
            | NodeKind::Cast
            | NodeKind::SizeofType
            | NodeKind::AlignofType
            | NodeKind::CompoundLiteral
            | NodeKind::StatementExpression
            | NodeKind::Other
    )
}

/// Whether evaluating the expression twice, or not at all, makes no difference: it calls nothing and changes nothing.
pub fn is_pure(model: &SemanticModel<'_>, node: NodeId) -> bool {
    use crate::syntax::UnaryOperator::{PreDecrement, PreIncrement};
    let pure = match model.tree.kind(node) {
        NodeKind::Identifier
        | NodeKind::FieldName
        | NodeKind::Number
        | NodeKind::Char
        | NodeKind::String
        | NodeKind::TypeName
        | NodeKind::SizeofType
        | NodeKind::AlignofType => return true,
        NodeKind::Unary(operator) => !matches!(operator, PreIncrement | PreDecrement),
        NodeKind::Member { .. } | NodeKind::Index | NodeKind::Binary(_) | NodeKind::Conditional | NodeKind::Cast => {
            true
        }
        _ => false,
    };
    pure && model.tree.children(node).iter().all(|child| is_pure(model, *child))
}
