//! A str that is made without its characters, filled through a local pointer and returned is made as wide as can be,
//! filled as before, and made anew, no wider than its characters need, before it is returned.
//!
//! All that is done with the str and the pointer is looked at. References stay in balance by construction: the variable
//! holds one as before, on every path.

use super::local::{Local, assigned, is_tested, leaves, text};
use super::{Finding, Place};
use crate::edit::Edit;
use crate::semantics::{Use, use_of};
use crate::source::{TextRange, Token, indentation, newline_at, words};
use crate::syntax::{AssignOperator, CType, NodeId, NodeKind, UnaryOperator};
use crate::transform::{FilledText, Rule, Site, is_zero};

/// What is found at the function that makes the str.
pub fn diagnose(place: &Place<'_>, index: usize, rule: &Rule, names: &FilledText) -> Option<Finding> {
    let (site, model) = (place.site, place.site.model);
    if model.in_macro || place.name != names.make {
        return None;
    }
    let callee = place.leaves.at(place.offset).filter(|leaf| model.is_sought_name(*leaf))?;
    let call = model.tree.parent(callee).filter(|up| model.tree.kind(*up) == NodeKind::Call)?;
    let (block, text) = assigned(model, call)?;
    let edits = Composer { site, names, text: &text, edits: Vec::new() }.compose(block, call)?;
    let written = words(names.finish.as_bytes()).into_iter().filter_map(|word| std::str::from_utf8(word).ok());
    let written = written.filter(|word| *word != "text").chain([names.new.as_str(), &names.element, &names.data]);
    Some(Finding {
        edits: Some(edits),
        introduces: site.introduced(&written.map(str::to_owned).collect::<Vec<_>>()),
        ..Finding::of(index, rule, model.tree.core(call))
    })
}

/// Where the pointer is set.
struct Opening<'a> {
    /// The statement or declaration.
    statement: NodeId,
    /// The block in which it stands.
    block: NodeId,
    /// The function that returns the pointer.
    callee: NodeId,
    pointer: Local<'a>,
    /// Where the pointer is declared.
    declared_in: NodeId,
}

struct Composer<'c, 'a> {
    site: &'c Site<'a>,
    names: &'c FilledText,
    text: &'c Local<'a>,
    edits: Vec<Edit>,
}

impl<'a> Composer<'_, 'a> {
    fn compose(mut self, block: NodeId, call: NodeId) -> Option<Vec<Edit>> {
        let (model, tree) = (self.site.model, self.site.model.tree);
        let object = CType::Named("PyObject".to_owned()).pointer();
        let [declarator, value] = tree.children(self.text.declarator) else { return None };
        let is_plain = *value == call || tree.kind(*value) == NodeKind::Missing || is_zero(model, *value);
        let is_static =
            self.site.tokens_in(tree.range(self.text.declaration)).iter().any(|token| self.is(token, "static"));
        if !is_plain || is_static || *tree.ctype(*declarator) != object {
            return None;
        }
        self.make(call)?;
        let leaves = leaves(self.site, block, self.text)?;
        let opening = leaves.iter().find_map(|leaf| self.opening(*leaf))?;
        let mut returned = false;
        for leaf in leaves {
            let parent = tree.parent(leaf)?;
            let is_made =
                tree.kind(parent) == NodeKind::Assign(AssignOperator::Plain) && tree.children(parent) == [leaf, call];
            if is_made || tree.children(parent).first() == Some(&opening.callee) || is_tested(model, leaf) {
                continue;
            }
            match tree.kind(parent) {
                NodeKind::Call if self.counts(parent) => {}
                // Before that it is not filled, and most likely a null pointer.
                NodeKind::Return if tree.range(parent).end <= tree.range(opening.statement).start => {}
                NodeKind::Return => {
                    self.finish(&opening, parent)?;
                    returned = true;
                }
                _ => return None,
            }
        }
        self.open(&opening)?;
        self.edits.sort();
        returned.then_some(self.edits)
    }

    /// The str is made by another function, which is told how wide it must be and not that there is no text.
    fn make(&mut self, call: NodeId) -> Option<()> {
        let tree = self.site.model.tree;
        let [callee, nothing, size] = tree.children(call) else { return None };
        if !is_zero(self.site.model, *nothing) || is_zero(self.site.model, *size) {
            return None;
        }
        let size = tree.range(*size);
        self.replace(tree.core(*callee), self.site.renamed(&self.names.new).to_owned())?;
        self.replace(TextRange::new(tree.range(*nothing).start, size.start), String::new())?;
        self.edits.push(Edit::insert(size.end, format!(", {}", self.names.widest)));
        Some(())
    }

    /// The statement that sets a pointer, if the mention is what the pointer is asked for from.
    fn opening(&self, leaf: NodeId) -> Option<Opening<'a>> {
        let (model, tree) = (self.site.model, self.site.model.tree);
        let call = tree.parent(leaf)?;
        let [callee, _] = tree.children(call) else { return None };
        let is_wanted = tree.kind(call) == NodeKind::Call
            && text(model, *callee) == self.names.buffer
            && model.is_sought_name(*callee);
        let (declared_in, pointer) = assigned(model, call).filter(|_| is_wanted)?;
        let up = tree.parent(call)?;
        let statement = tree.parent(up)?;
        let is_statement = matches!(tree.kind(statement), NodeKind::ExpressionStatement | NodeKind::Declaration { .. });
        let block = tree.parent(statement).filter(|up| tree.kind(*up) == NodeKind::Compound && is_statement)?;
        Some(Opening { statement, block, callee: *callee, pointer, declared_in })
    }

    /// The pointer points to wider characters, and nothing asks it for more than to be there and to write one.
    fn open(&mut self, opening: &Opening<'_>) -> Option<()> {
        let (model, tree) = (self.site.model, self.site.model.tree);
        let pointer = &opening.pointer;
        let ([_, value], [_]) = (tree.children(pointer.declarator), tree.children(pointer.declaration)) else {
            return None;
        };
        let call = tree.parent(opening.callee)?;
        if *value != call && tree.kind(*value) != NodeKind::Missing {
            return None;
        }
        let mut words = self.site.tokens_in(tree.range(pointer.declaration)).iter();
        let declared = words.next().filter(|first| self.names.types.iter().any(|name| self.is(first, name)))?;
        words.next().filter(|star| self.is(star, "*"))?;
        words.next().filter(|name| self.is(name, pointer.name))?;
        for leaf in leaves(self.site, opening.declared_in, pointer)? {
            let parent = tree.parent(leaf)?;
            let is_first = tree.children(parent).first() == Some(&leaf);
            let is_opened =
                tree.kind(parent) == NodeKind::Assign(AssignOperator::Plain) && tree.children(parent) == [leaf, call];
            let is_known = is_opened || is_tested(model, leaf) || is_first && self.is_harmless(parent);
            if !is_known {
                return None;
            }
        }
        self.replace(declared.range, self.names.element.clone())?;
        let data = self.site.renamed(&self.names.data).to_owned();
        self.replace(model.tree.core(opening.callee), data)
    }

    /// Whether what stands around the pointer moves it, or writes to where it points.
    fn is_harmless(&self, node: NodeId) -> bool {
        let tree = self.site.model.tree;
        let up = tree.parent(node).map_or(NodeKind::Missing, |up| tree.kind(up));
        match tree.kind(node) {
            NodeKind::Index | NodeKind::Unary(UnaryOperator::Dereference) => self.is_written(node),
            NodeKind::Assign(AssignOperator::Add | AssignOperator::Subtract) => up == NodeKind::ExpressionStatement,
            NodeKind::PostIncrement
            | NodeKind::PostDecrement
            | NodeKind::Unary(UnaryOperator::PreIncrement | UnaryOperator::PreDecrement) => {
                let is_place = up == NodeKind::Unary(UnaryOperator::Dereference);
                is_place && tree.parent(node).is_some_and(|place| self.is_written(place))
                    || use_of(tree, node) == Use::Dropped
            }
            _ => false,
        }
    }

    /// Whether a character is given to the place. That is no null character, which may be meant to end the text: an
    /// empty str has no room for one.
    fn is_written(&self, place: NodeId) -> bool {
        let (model, tree) = (self.site.model, self.site.model.tree);
        let Some(up) = tree.parent(place) else { return false };
        let value = match (tree.kind(up), tree.children(up)) {
            (NodeKind::Assign(AssignOperator::Plain), [target, value]) if *target == place => *value,
            _ => return false,
        };
        !is_zero(model, value) && !model.text(value).ends_with(b"'\\0'")
    }

    /// The str is made anew before it is returned. Nothing jumps there from where it may not be there.
    fn finish(&mut self, opening: &Opening<'_>, returned: NodeId) -> Option<()> {
        let tree = self.site.model.tree;
        let start = tree.range(returned).start;
        let since = TextRange::new(tree.range(opening.statement).end, start.max(tree.range(opening.statement).end));
        let is_label = |node: &NodeId| matches!(tree.kind(*node), NodeKind::Label | NodeKind::Case | NodeKind::Default);
        let is_entered = tree.nodes().filter(is_label).any(|node| since.contains_offset(tree.range(node).start));
        let in_block = tree.parent(returned).is_some_and(|up| tree.kind(up) == NodeKind::Compound);
        if is_entered || !in_block || !tree.range(opening.block).contains(tree.range(returned)) {
            return None;
        }
        let source = self.site.model.source;
        let own = String::from_utf8_lossy(indentation(source, start));
        let finish = self.names.finish.replace("$text", self.text.name);
        self.edits.push(Edit::insert(start, format!("{finish}{}{own}", newline_at(source, start))));
        Some(())
    }

    /// Whether it is a call of a function that only counts references, and a statement of its own.
    fn counts(&self, call: NodeId) -> bool {
        let (model, tree) = (self.site.model, self.site.model.tree);
        let is_statement = tree.parent(call).is_some_and(|up| tree.kind(up) == NodeKind::ExpressionStatement);
        let name = text(model, tree.children(call)[0]);
        is_statement && tree.children(call).len() == 2 && self.names.counts.iter().any(|own| own == name)
    }

    fn is(&self, token: &Token, word: &str) -> bool {
        token.is(self.site.model.source, word)
    }

    fn replace(&mut self, range: TextRange, text: String) -> Option<()> {
        let site = self.site;
        let is_lost = site.has_directive(range)
            || site.comments.iter().any(|comment| range.contains(*comment))
            || site.model.tree.has_stand_in(range);
        self.edits.push(Edit::replace(range, text));
        (!is_lost).then_some(())
    }
}
