//! A local pointer to the characters of a str that is only read by indices becomes one to its data, with a variable for
//! how wide the characters are; each read says both.
//!
//! All that is done with the pointer in its block is looked at, and is rewritten together or not at all. The str is
//! asked where it was asked before, so it makes no difference what becomes of the variable that holds it.

use super::local::{Local, assigned, mentions, text};
use super::{Finding, Place};
use crate::capi;
use crate::edit::{Applicability, Edit};
use crate::semantics::{Answer, SemanticModel, Use, use_of};
use crate::source::{Language, TextRange, indentation, newline_at};
use crate::syntax::{AssignOperator, BinaryOperator, CType, NodeId, NodeKind, UnaryOperator};
use crate::transform::{CharacterBuffer, Rule, Site, is_pure, is_zero};

/// Why a pointer stays.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
enum Obstacle {
    #[error("`{0}` is not declared alone, as a plain pointer, without a value or with the buffer of a str")]
    Declaration(String),
    #[error("`{0}` does more than be read by an index")]
    Used(String),
    #[error("what the str is would be evaluated twice")]
    Impure,
    #[error("`{0}` is set in the body of an unbraced `if` or loop, or behind a label")]
    NotInBlock(String),
    #[error("`{0}` is used in more than one branch of an `#if`, or in a macro")]
    Variants(String),
    #[error("`{0}` and names that end in it are taken")]
    Taken(String),
    #[error("a comment stands inside the text that would be replaced")]
    Comment,
    #[error("a macro that is not understood stands inside the text that would be replaced")]
    Macro,
}

/// What is found at the function that returns the pointer.
pub fn diagnose(place: &Place<'_>, index: usize, rule: &Rule, names: &CharacterBuffer) -> Option<Finding> {
    let (site, model) = (place.site, place.site.model);
    if model.in_macro || place.name != names.buffer {
        return None;
    }
    let callee = place.leaves.at(place.offset).filter(|leaf| model.is_sought_name(*leaf))?;
    let call = model.tree.parent(callee).filter(|up| model.tree.kind(*up) == NodeKind::Call)?;
    let (block, pointer) = assigned(model, call)?;
    let mut finding = Finding::of(index, rule, model.tree.core(call));
    match Composer::compose(site, names, block, &pointer) {
        Ok(edits) => {
            finding.edits = Some(edits);
            finding.introduces = site.introduced(&[names.kind.clone(), names.data.clone(), names.read.clone()]);
        }
        Err(obstacle) => {
            finding.applicability = Applicability::DisplayOnly;
            finding.note = Some(obstacle.to_string());
        }
    }
    Some(finding)
}

struct Composer<'c, 'a> {
    site: &'c Site<'a>,
    names: &'c CharacterBuffer,
    pointer: &'c Local<'a>,
    /// The variable for how wide the characters are.
    kind: String,
    edits: Vec<Edit>,
}

impl<'c, 'a> Composer<'c, 'a> {
    fn compose(
        site: &'c Site<'a>,
        names: &'c CharacterBuffer,
        block: NodeId,
        pointer: &'c Local<'a>,
    ) -> Result<Vec<Edit>, Obstacle> {
        let tree = site.model.tree;
        let is_pointer = |node: &NodeId| {
            tree.kind(*node) == NodeKind::Identifier
                && tree.range(block).contains(tree.core(*node))
                && text(site.model, *node) == pointer.name
        };
        let mut leaves: Vec<NodeId> = tree.nodes().filter(is_pointer).collect();
        leaves.sort_by_key(|leaf| tree.core(*leaf).start);
        let is_seen = |offset: &u32| leaves.binary_search_by_key(offset, |leaf| tree.core(*leaf).start).is_ok();
        let all = mentions(site, tree.range(block), |word| word == pointer.name.as_bytes());
        if !all.iter().all(is_seen) {
            return Err(Obstacle::Variants(pointer.name.to_owned()));
        }
        let kind = free_name(site, names, pointer).ok_or_else(|| Obstacle::Taken(names.variable.clone()))?;
        let mut composer = Composer { site, names, pointer, kind, edits: Vec::new() };
        composer.declaration()?;
        let own = tree.children(tree.children(pointer.declarator)[0])[0];
        for leaf in leaves.into_iter().filter(|leaf| *leaf != own) {
            composer.rewrite(block, leaf)?;
        }
        composer.edits.sort();
        Ok(composer.edits)
    }

    /// The pointer may point to anything, and the other variable stands before it.
    fn declaration(&mut self) -> Result<(), Obstacle> {
        let (model, tree) = (self.site.model, self.site.model.tree);
        let obstacle = || Obstacle::Declaration(self.pointer.name.to_owned());
        let ([declarator, value], [_]) =
            (tree.children(self.pointer.declarator), tree.children(self.pointer.declaration))
        else {
            return Err(obstacle());
        };
        let whole = tree.range(self.pointer.declaration);
        let mut before =
            self.site.tokens_in(whole).iter().take_while(|token| token.text(model.source) != b"*").peekable();
        let start = before.peek().map_or(whole.end, |first| first.range.start);
        let (mut end, mut types) = (start, 0);
        for token in before {
            let is_type = self.names.types.iter().any(|name| token.is(model.source, name));
            if !is_type && !token.is(model.source, "const") {
                return Err(obstacle());
            }
            types += usize::from(is_type);
            end = token.range.end;
        }
        let is_pointer = matches!(tree.ctype(*declarator), CType::Pointer(inner) if matches!(**inner, CType::Named(_)));
        if types != 1 || !is_pointer || start != whole.start {
            return Err(obstacle());
        }
        let asked = match tree.kind(*value) {
            NodeKind::Missing => String::new(),
            _ if is_zero(model, *value) => " = 0".to_owned(),
            _ => format!(" = {}", self.ask(*value).ok_or_else(obstacle)??),
        };
        let text = format!("int {}{asked};{}const void", self.kind, self.line_end(whole.start));
        self.replace(TextRange::new(start, end), text)
    }

    /// Calls the function for the data where `call` calls the one for the pointer, and returns a call that asks the str
    /// for how wide it is. None where it is another call, or none.
    fn ask(&mut self, call: NodeId) -> Option<Result<String, Obstacle>> {
        let (model, tree) = (self.site.model, self.site.model.tree);
        let [callee, object] = tree.children(call) else { return None };
        let is_wanted = tree.kind(call) == NodeKind::Call
            && text(model, *callee) == self.names.buffer
            && model.is_sought_name(*callee);
        if !is_wanted {
            return None;
        }
        if !is_pure(model, *object) {
            return Some(Err(Obstacle::Impure));
        }
        let data = self.site.renamed(&self.names.data).to_owned();
        let kind = format!("{}({})", self.site.renamed(&self.names.kind), text(model, *object));
        let inside = self.check(tree.range(*object));
        Some(inside.and_then(|()| self.replace(tree.core(*callee), data)).map(|()| kind))
    }

    fn rewrite(&mut self, block: NodeId, leaf: NodeId) -> Result<(), Obstacle> {
        let (model, tree) = (self.site.model, self.site.model.tree);
        let used = || Obstacle::Used(self.pointer.name.to_owned());
        if is_in_lambda(model, block, leaf) {
            return Err(used());
        }
        let parent = tree.parent(leaf).unwrap_or(leaf);
        let is_first = tree.children(parent).first() == Some(&leaf);
        match tree.kind(parent) {
            NodeKind::Assign(AssignOperator::Plain) if is_first => self.assigned(parent),
            NodeKind::Index if is_first && self.is_read(parent) => {
                let index = tree.children(parent)[1];
                if tree.kind(index) == NodeKind::Comma {
                    return Err(used());
                }
                let (whole, index) = (tree.core(parent), tree.range(index));
                let read = self.read(parent).ok_or_else(used)?;
                self.replace(TextRange::new(whole.start, index.start), read)?;
                self.replace(TextRange::new(index.end, whole.end), ")".to_owned())
            }
            NodeKind::Unary(UnaryOperator::Dereference) if self.is_read(parent) => {
                let read = self.read(parent).ok_or_else(used)?;
                self.replace(tree.core(parent), format!("{read}0)"))
            }
            NodeKind::Binary(BinaryOperator::Equal | BinaryOperator::NotEqual)
                if tree.children(parent).iter().any(|child| is_zero(model, *child)) =>
            {
                Ok(())
            }
            NodeKind::Unary(UnaryOperator::Not) => Ok(()),
            _ => Err(used()),
        }
    }

    /// The other variable is set before the pointer is.
    fn assigned(&mut self, assignment: NodeId) -> Result<(), Obstacle> {
        let (model, tree) = (self.site.model, self.site.model.tree);
        let value = tree.children(assignment)[1];
        let kind_of = |node: Option<NodeId>| node.map(|node| tree.kind(node));
        let statement = tree.parent(assignment).unwrap_or(assignment);
        if is_zero(model, value) && tree.kind(statement) == NodeKind::ExpressionStatement {
            return Ok(());
        }
        let asked = self.ask(value).ok_or_else(|| Obstacle::Used(self.pointer.name.to_owned()))??;
        let in_block = tree.kind(statement) == NodeKind::ExpressionStatement
            && kind_of(tree.parent(statement)) == Some(NodeKind::Compound);
        if !in_block {
            return Err(Obstacle::NotInBlock(self.pointer.name.to_owned()));
        }
        let start = tree.range(statement).start;
        self.edits.push(Edit::insert(start, format!("{} = {asked};{}", self.kind, self.line_end(start))));
        Ok(())
    }

    /// Whether the value of a character is read, and nothing else is done with its place.
    fn is_read(&self, character: NodeId) -> bool {
        let (model, tree) = (self.site.model, self.site.model.tree);
        let parent = tree.parent(character).map_or(NodeKind::Missing, |parent| tree.kind(parent));
        use_of(tree, character) == Use::Read
            && !matches!(parent, NodeKind::Unary(UnaryOperator::Sizeof | UnaryOperator::Alignof))
            && model.is_place_of_macro(character) == Answer::No
    }

    /// The call that reads a character, up to its index. The character is unsigned now: where that could matter it is
    /// made a signed number. In C++ that could choose another function.
    fn read(&self, character: NodeId) -> Option<String> {
        use BinaryOperator::{ShiftLeft, ShiftRight};
        let (model, tree) = (self.site.model, self.site.model.tree);
        let parent = tree.parent(character).map_or(NodeKind::Missing, |parent| tree.kind(parent));
        let is_number = match parent {
            NodeKind::Binary(operator) => !matches!(operator, ShiftLeft | ShiftRight),
            _ => false,
        };
        let cast = match self.takes_unsigned(character) {
            true => "",
            false if is_number || model.language == Language::C => "(int)",
            false => return None,
        };
        Some(format!("{cast}{}({}, {}, ", self.site.renamed(&self.names.read), self.kind, self.pointer.name))
    }

    /// Whether it makes no difference where the character stands if it is signed. It is never negative.
    fn takes_unsigned(&self, character: NodeId) -> bool {
        use BinaryOperator::{Equal, Greater, GreaterOrEqual, Less, LessOrEqual, LogicalAnd, LogicalOr, NotEqual};
        let (model, tree) = (self.site.model, self.site.model.tree);
        let Some(parent) = tree.parent(character) else { return false };
        let children = tree.children(parent);
        match tree.kind(parent) {
            NodeKind::Binary(LogicalAnd | LogicalOr | Equal | NotEqual) | NodeKind::Unary(UnaryOperator::Not) => true,
            NodeKind::Binary(Less | Greater | LessOrEqual | GreaterOrEqual) => {
                children.iter().all(|child| *child == character || is_plain_constant(model, *child))
            }
            NodeKind::InitDeclarator
            | NodeKind::Assign(AssignOperator::Plain)
            | NodeKind::Return
            | NodeKind::Cast
            | NodeKind::Index
            | NodeKind::If
            | NodeKind::While
            | NodeKind::For
            | NodeKind::DoWhile
            | NodeKind::Switch => true,
            NodeKind::Conditional => children.first() == Some(&character),
            NodeKind::Call => model.language == Language::C || capi::symbol(text(model, children[0])).is_some(),
            _ => false,
        }
    }

    /// What ends a line that is written above the one of `offset`.
    fn line_end(&self, offset: u32) -> String {
        let source = self.site.model.source;
        let own = String::from_utf8_lossy(indentation(source, offset));
        format!("{}{own}", newline_at(source, offset))
    }

    fn replace(&mut self, range: TextRange, text: String) -> Result<(), Obstacle> {
        self.check(range)?;
        self.edits.push(Edit::replace(range, text));
        Ok(())
    }

    /// Whether the text is what the tree says, and nothing in it would get lost.
    fn check(&self, range: TextRange) -> Result<(), Obstacle> {
        if self.site.has_directive(range) {
            return Err(Obstacle::Variants(self.pointer.name.to_owned()));
        }
        if self.site.comments.iter().any(|comment| range.contains(*comment)) {
            return Err(Obstacle::Comment);
        }
        if self.site.model.tree.has_stand_in(range) { Err(Obstacle::Macro) } else { Ok(()) }
    }
}

/// A name for the other variable that nothing in the function has. Another pointer of the function may get one, too.
fn free_name(site: &Site<'_>, names: &CharacterBuffer, pointer: &Local<'_>) -> Option<String> {
    let model = site.model;
    let region = model.tree.range(model.tree.root());
    let is_alone = mentions(site, region, |word| word == names.buffer.as_bytes()).len() == 1;
    let own = format!("{}_{}", pointer.name, names.variable);
    let is_free = |name: &String| {
        mentions(site, region, |word| word == name.as_bytes()).is_empty() && model.file.macro_definition(name).is_none()
    };
    let candidates = [names.variable.clone(), own].into_iter().skip(usize::from(!is_alone));
    candidates.into_iter().find(is_free)
}

/// Whether a function of its own stands between the block and the name: it may not know of other variables.
fn is_in_lambda(model: &SemanticModel<'_>, block: NodeId, leaf: NodeId) -> bool {
    let mut node = leaf;
    while let Some(up) = model.tree.parent(node).filter(|up| *up != block) {
        if model.tree.kind(up) == NodeKind::Lambda {
            return true;
        }
        node = up;
    }
    false
}

/// Whether it is a number, or a character that is no negative number.
fn is_plain_constant(model: &SemanticModel<'_>, node: NodeId) -> bool {
    match model.tree.kind(node) {
        NodeKind::Number => true,
        NodeKind::Char => model.text(node).is_ascii() && !model.text(node).starts_with(b"'\\x"),
        _ => false,
    }
}
