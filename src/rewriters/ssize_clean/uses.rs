//! The variables that hold lengths, and what else is done with them.

use std::collections::{BTreeMap, BTreeSet};

use rustc_hash::FxHashSet;

use super::fate::{Place, cast};
use super::text::{Parsed, Text};
use super::{Obstacle, Stop, declarations, type_name};
use crate::edit::Edit;
use crate::semantics::SemanticModel;
use crate::source::{TextRange, TokenKind};
use crate::syntax::{BinaryOperator, CType, NodeId, NodeKind, UnaryOperator};
use crate::transform::SsizeClean;

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
        let spelled = String::from_utf8_lossy(model.text(length)).into_owned();
        let is_cast = tree.kind(length) == NodeKind::Cast;
        match model.type_of(length) {
            CType::Pointer(inner) if !is_cast && type_name(&inner).is_some_and(|name| is_like(words, name)) => {
                return Ok(());
            }
            _ => {}
        }
        // A cast does not make the variable another one; what has the cast is not looked at.
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
    pub fn holds(&self, text: &Text<'_>, parsed: &Parsed, model: &SemanticModel<'_>, leaf: NodeId) -> bool {
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
            // What looks like another declaration may be a macro with the variable: `NAME(variable);`.
            if declared.is_some_and(|declarator| text.source[tree.range(declarator).start as usize] == b'(') {
                stops.push((tree.core(leaf), Obstacle::Use(spelled.into_owned())));
                continue;
            }
            if !is_one {
                continue;
            }
            let outcome = if let Some(declarator) = declared {
                declarations::retyped(text, parsed, words, declarator, self)
            } else {
                Place { text, parsed, words, model: &model, variables: self, name: &spelled, depth: 0 }.edits(leaf)
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
