//! The three variables become one.

use super::super::local::{Local, mentions, text};
use super::flow::{Flow, following, is_same_branch, labelled, run_of};
use super::uses::{Use, UseKind, collect, is_pure_test, name_in};
use super::{Obstacle, Passing, ROLES, Role, Triple, is_plain, passed_to};
use crate::edit::Edit;
use crate::source::{TextRange, TokenKind, removals};
use crate::syntax::{NodeId, NodeKind};
use crate::transform::{ExceptionTriple, Site};

/// The new code.
pub(super) struct Rewritten {
    pub edits: Vec<Edit>,
    /// Names of functions that it calls.
    pub introduces: Vec<String>,
}

impl Triple<'_> {
    /// Makes the three one, or says what stands in the way.
    pub(super) fn rewrite(&self, site: &Site<'_>, names: &ExceptionTriple) -> Result<Rewritten, Obstacle> {
        if !self.variables.iter().all(|variable| is_plain(variable, site)) {
            return Err(Obstacle::Declaration);
        }
        let uses = collect(site, names, self)?;
        Flow::new(site.model, self, &uses).check()?;
        let mut composer = Composer::new(site, names, self, &uses)?;
        composer.declarations()?;
        composer.removals()?;
        for found in &uses {
            composer.rewrite(found)?;
        }
        composer.finish()
    }
}

struct Composer<'c, 'a, 'n> {
    site: &'c Site<'a>,
    names: &'n ExceptionTriple,
    triple: &'c Triple<'a>,
    uses: &'c [Use<'n>],
    /// What the one variable is called.
    name: &'c str,
    /// The statement that declares it along with taking the exception out.
    declares: Option<NodeId>,
    edits: Vec<Edit>,
    /// What is taken out.
    gone: Vec<TextRange>,
    introduces: Vec<String>,
}

impl<'c, 'a, 'n: 'c> Composer<'c, 'a, 'n> {
    fn new(
        site: &'c Site<'a>,
        names: &'n ExceptionTriple,
        triple: &'c Triple<'a>,
        uses: &'c [Use<'n>],
    ) -> Result<Self, Obstacle> {
        let tree = site.model.tree;
        let fetched = uses.iter().find(|found| found.kind == UseKind::Fetched).ok_or(Obstacle::Declaration)?;
        // Whether the variables are there, and hold an object, must not depend on the build.
        let decisive = uses.iter().filter(|found| matches!(found.kind, UseKind::Fetched | UseKind::Normalized));
        let declared = triple.variables.iter().map(|variable| variable.declaration);
        let start = tree.range(fetched.node).start;
        let mut decisive = decisive.map(|found| found.node).chain(declared);
        if !decisive.all(|node| is_same_branch(site, start, tree.range(node).start)) {
            return Err(Obstacle::Variants);
        }
        let mut composer = Composer {
            site,
            names,
            triple,
            uses,
            name: triple.name(Role::Value),
            declares: None,
            edits: Vec::new(),
            gone: Vec::new(),
            introduces: Vec::new(),
        };
        composer.declares = Some(fetched.node).filter(|node| composer.can_declare(*node));
        // Code that reads the value keeps its name, unless all is written anew.
        let takes_value = |found: &Use<'_>| matches!(found.kind, UseKind::Read | UseKind::Matched);
        let is_read = uses.iter().any(|found| found.role == Role::Value && takes_value(found));
        let is_new = composer.declares.is_some() || !is_read;
        let is_own = triple.role_of(&names.variable).is_some();
        if is_own || is_new && composer.is_free(&names.variable) {
            composer.name = &names.variable;
        }
        Ok(composer)
    }

    /// Whether the declaration can move to the statement: it declares nothing else, and between the two there are only
    /// other declarations.
    fn can_declare(&self, fetched: NodeId) -> bool {
        let tree = self.site.model.tree;
        let declaration = self.triple.variables[0].declaration;
        let is_alone = self.triple.variables.iter().all(|variable| variable.declaration == declaration)
            && tree.children(declaration).len() == self.triple.variables.len();
        let is_declaration = |node: &NodeId| matches!(tree.kind(*node), NodeKind::Declaration { .. });
        let next = following(self.site.model, declaration).find(|node| !is_declaration(node));
        let between =
            TextRange::new(tree.range(declaration).end, tree.range(fetched).start.max(tree.range(declaration).end));
        is_alone && next == Some(fetched) && !self.site.has_directive(between)
    }

    /// Whether nothing in the function is called so, and nothing else will be.
    fn is_free(&self, name: &str) -> bool {
        let (model, names) = (self.site.model, self.names);
        let region = model.tree.range(model.tree.root());
        if !mentions(self.site, region, |word| word == name.as_bytes()).is_empty() {
            return false;
        }
        let fetches = mentions(self.site, region, |word| word == names.fetch.as_bytes()).len();
        // An exception that is taken out into other variables may come to be called so in the same pass.
        let own = ROLES.map(|role| self.triple.name(role));
        let is_alike = |node: &NodeId| {
            let children = model.tree.children(*node);
            model.tree.kind(*node) == NodeKind::Call
                && children.first().is_some_and(|callee| text(model, *callee) == names.fetch)
                && passed_to(model, *node) == Some((own, Passing::Address))
        };
        model.file.macro_definition(name).is_none() && model.tree.nodes().filter(is_alike).count() == fetches
    }

    /// Takes two of the variables out of their declarations, or all three.
    fn declarations(&mut self) -> Result<(), Obstacle> {
        let (tree, triple) = (self.site.model.tree, self.triple);
        let kept = triple.role_of(self.name).unwrap_or(Role::Value);
        let kept = Some(triple.variable(kept)).filter(|_| self.declares.is_none());
        let mut seen: Vec<NodeId> = Vec::new();
        for declaration in triple.variables.iter().map(|variable| variable.declaration) {
            if seen.contains(&declaration) {
                continue;
            }
            seen.push(declaration);
            let goes = |declarator: &NodeId| {
                let own = triple.variables.iter().find(|variable| variable.declarator == *declarator);
                own.is_some_and(|own| kept.is_none_or(|kept| kept.declarator != own.declarator))
            };
            let declarators = tree.children(declaration);
            if declarators.iter().all(goes) {
                self.take_out(tree.range(declaration))?;
            } else {
                let goes: Vec<bool> = declarators.iter().map(goes).collect();
                self.take_declarators(declaration, declarators, &goes)?;
            }
        }
        match kept {
            Some(kept) => self.declare(kept),
            None => Ok(()),
        }
    }

    /// Takes those of `declarators` out that go; one stays.
    fn take_declarators(&mut self, declaration: NodeId, declarators: &[NodeId], goes: &[bool]) -> Result<(), Obstacle> {
        let (site, tree) = (self.site, self.site.model.tree);
        let whole = tree.range(declaration);
        let token_from = |offset: u32| site.tokens_in(TextRange::new(offset, whole.end)).first();
        let mut after_comma =
            token_from(whole.start).and_then(|word| token_from(word.range.end)).map(|star| star.range.start);
        let mut comma = None;
        let mut is_first = true;
        let mut from = after_comma;
        for (declarator, goes) in declarators.iter().zip(goes) {
            let start = after_comma.ok_or(Obstacle::Macro)?;
            let next = token_from(tree.range(*declarator).end).ok_or(Obstacle::Macro)?;
            match (goes, comma) {
                (true, Some(comma)) if !is_first => self.replace(TextRange::new(comma, next.range.start), "")?,
                (true, _) => {}
                // Those before the first that stays go up to it.
                (false, _) if is_first => {
                    let from = from.take().unwrap_or(start);
                    if from < start {
                        self.replace(TextRange::new(from, start), "")?;
                    }
                    is_first = false;
                }
                (false, _) => {}
            }
            comma = Some(next.range.start);
            after_comma = token_from(next.range.end).map(|token| token.range.start);
        }
        Ok(())
    }

    /// Names the variable that stays. It is a null pointer at first where the type or the value was one.
    fn declare(&mut self, kept: &Local<'_>) -> Result<(), Obstacle> {
        let model = self.site.model;
        let name = model.tree.children(model.tree.children(kept.declarator)[0])[0];
        self.rename(name)?;
        let values = [Role::Type, Role::Value].map(|role| self.triple.variable(role).value(model));
        if kept.value(model).is_none()
            && let Some(value) = values.into_iter().flatten().next()
        {
            self.edits.push(Edit::insert(model.tree.range(name).end, format!(" = {value}")));
        }
        Ok(())
    }

    /// Takes out the statements that are about the other two alone, with conditions that have nothing else to decide.
    fn removals(&mut self) -> Result<(), Obstacle> {
        let (model, tree) = (self.site.model, self.site.model.tree);
        let mut removed: Vec<NodeId> = Vec::new();
        for found in self.uses.iter().filter(|found| goes(found)) {
            let node = self.outermost_removable(found.node);
            if !removed.contains(&node) {
                removed.push(node);
            }
        }
        for node in &removed {
            let range = tree.range(*node);
            let place = labelled(model, *node);
            let in_block = tree.parent(place).is_some_and(|up| tree.kind(up) == NodeKind::Compound);
            if !in_block {
                return Err(self.not_in_block(range));
            }
            if place == *node {
                self.take_out(range)?;
                continue;
            }
            // A label needs a statement behind it: the value's own, if that stands near.
            let run = run_of(model, *node, self.uses);
            let own = run.iter().find(|found| found.role == Role::Value);
            if let Some(own) = own {
                let text = self.bookkeeping(own);
                self.replace(range, &text)?;
                self.take_out(tree.range(own.node))?;
                continue;
            }
            let next = following(model, place).find(|next| !removed.contains(next));
            if next.is_none_or(|next| matches!(tree.kind(next), NodeKind::Declaration { .. })) {
                return Err(self.not_in_block(range));
            }
            self.take_out(range)?;
        }
        Ok(())
    }

    fn not_in_block(&self, range: TextRange) -> Obstacle {
        Obstacle::NotInBlock(name_in(self.site, self.triple, range))
    }

    /// The statement, or the condition around it that would have nothing left to do.
    fn outermost_removable(&self, statement: NodeId) -> NodeId {
        let tree = self.site.model.tree;
        let mut node = statement;
        while let Some(up) = tree.parent(node) {
            let condition = if tree.kind(up) == NodeKind::Compound { tree.parent(up) } else { Some(up) };
            match condition.filter(|node| tree.kind(*node) == NodeKind::If && self.is_removable(*node)) {
                Some(condition) => node = condition,
                None => break,
            }
        }
        node
    }

    fn is_removable(&self, node: NodeId) -> bool {
        let tree = self.site.model.tree;
        let children = tree.children(node);
        match tree.kind(node) {
            NodeKind::ExpressionStatement => self.uses.iter().any(|found| found.node == node && goes(found)),
            NodeKind::Compound => !children.is_empty() && children.iter().all(|child| self.is_removable(*child)),
            NodeKind::If => {
                is_pure_test(self.site.model, self.triple, children[0])
                    && children[1..]
                        .iter()
                        .all(|branch| tree.kind(*branch) == NodeKind::Missing || self.is_removable(*branch))
            }
            _ => false,
        }
    }

    /// Rewrites one use, if it does not go.
    fn rewrite(&mut self, found: &Use<'n>) -> Result<(), Obstacle> {
        let tree = self.site.model.tree;
        let range = tree.range(found.node);
        if self.gone.iter().any(|gone| gone.contains(range)) || goes(found) {
            return Ok(());
        }
        let inner = tree.children(found.node).first().map_or(range, |inner| tree.core(*inner));
        match found.kind {
            UseKind::Fetched => {
                let get = self.site.renamed(&self.names.get).to_owned();
                let mut text = format!("{} = {get}()", self.name);
                if self.declares == Some(found.node) {
                    text.insert_str(0, self.declared_type());
                }
                self.introduces.push(self.names.get.clone());
                self.replace(inner, &text)
            }
            UseKind::Passed { instead } => {
                let text = format!("{}({})", self.site.renamed(instead), self.name);
                self.introduces.push(instead.to_owned());
                self.replace(inner, &text)
            }
            UseKind::Forgotten => {
                let text = self.bookkeeping(found);
                self.replace(range, &text)
            }
            UseKind::Counted | UseKind::Cleared => {
                let call = tree.children(found.node)[0];
                self.rename(tree.children(call)[1])
            }
            UseKind::Tested if found.role == Role::Traceback => {
                Err(Obstacle::Read(self.triple.name(Role::Traceback).to_owned()))
            }
            UseKind::AnyTested => self.replace(tree.core(found.node), self.name),
            UseKind::Tested | UseKind::Matched | UseKind::Read => self.rename(found.node),
            UseKind::Normalized | UseKind::TracebackSet => Ok(()),
        }
    }

    /// What the declaration has before the first name.
    fn declared_type(&self) -> &'a str {
        let model = self.site.model;
        let declaration = model.tree.range(self.triple.variables[0].declaration);
        let mut names =
            self.site.tokens_in(declaration).iter().filter(|token| token.kind == TokenKind::Identifier).skip(1);
        let end = names.next().map_or(declaration.start, |name| name.range.start);
        std::str::from_utf8(&model.source[declaration.start as usize..end as usize]).unwrap_or("")
    }

    /// A statement that counts references of the value, or forgets it, about the one object.
    fn bookkeeping(&self, found: &Use<'_>) -> String {
        let (model, tree) = (self.site.model, self.site.model.tree);
        let mut inner = tree.children(found.node)[0];
        if tree.kind(inner) == NodeKind::Call {
            return format!("{}({});", text(model, tree.children(inner)[0]), self.name);
        }
        while let (NodeKind::Assign(_), [_, value]) = (tree.kind(inner), tree.children(inner)) {
            inner = *value;
        }
        format!("{} = {};", self.name, text(model, inner))
    }

    fn rename(&mut self, leaf: NodeId) -> Result<(), Obstacle> {
        let model = self.site.model;
        if model.text(leaf) == self.name.as_bytes() { Ok(()) } else { self.replace(model.tree.core(leaf), self.name) }
    }

    fn replace(&mut self, range: TextRange, text: &str) -> Result<(), Obstacle> {
        self.check(range)?;
        if &self.site.model.source[range.to_usize()] != text.as_bytes() {
            self.edits.push(Edit::replace(range, text));
        }
        Ok(())
    }

    fn take_out(&mut self, range: TextRange) -> Result<(), Obstacle> {
        self.check(range)?;
        self.gone.push(range);
        Ok(())
    }

    /// Whether the text is what the tree says, and nothing in it would get lost.
    fn check(&self, range: TextRange) -> Result<(), Obstacle> {
        if self.site.has_directive(range) {
            return Err(Obstacle::Variants);
        }
        if self.site.comments.iter().any(|comment| range.contains(*comment)) {
            return Err(Obstacle::Comment);
        }
        if self.site.model.tree.has_stand_in(range) { Err(Obstacle::Macro) } else { Ok(()) }
    }

    fn finish(mut self) -> Result<Rewritten, Obstacle> {
        let gone = removals(self.site.model.source, self.gone);
        if gone.iter().any(|range| self.site.has_directive(*range)) {
            return Err(Obstacle::Variants);
        }
        self.edits.extend(gone.into_iter().map(|range| Edit::replace(range, "")));
        self.edits.sort();
        self.introduces.sort();
        self.introduces.dedup();
        Ok(Rewritten { edits: self.edits, introduces: self.introduces })
    }
}

/// Whether the statement has nothing to do with one object.
fn goes(found: &Use<'_>) -> bool {
    match found.kind {
        UseKind::Normalized | UseKind::TracebackSet => true,
        kind => kind.is_bookkeeping() && found.role != Role::Value,
    }
}
