//! The ways out of the block that declares a buffer, behind the place where it is set. At each of them it is released, be
//! it set or not.

use super::super::local::{definitions, mentions, unlabelled};
use super::Obstacle;
use super::buffer::lead;
use crate::capi;
use crate::edit::Edit;
use crate::semantics::SemanticModel;
use crate::source::{TextRange, Token, TokenKind, indentation, lex_range, newline_at};
use crate::syntax::{CType, NodeId, NodeKind};
use crate::transform::Site;

/// Where buffers are set, and what releases them.
pub(super) struct Exits<'e, 'a> {
    pub site: &'e Site<'a>,
    /// The block that declares the buffers, and the function around it.
    pub block: NodeId,
    pub function: NodeId,
    /// What sets them.
    pub set: NodeId,
    /// The statements that release all of them.
    pub release: Vec<String>,
    /// The statement that is reached when the last of them could not be made.
    pub failed: Option<NodeId>,
    /// The variables that may point into them.
    pub pointers: &'e [&'a str],
    /// The variable that keeps what the function returns until they are released.
    pub result: &'e str,
    /// Whether an exception of C++ may pass the function.
    pub passes_exceptions: bool,
}

/// The function around a node, with its body and the type that it returns.
pub(super) fn function_of(model: &SemanticModel<'_>, node: NodeId) -> Option<(NodeId, NodeId, CType)> {
    let tree = model.tree;
    let mut function = node;
    while tree.kind(function) != NodeKind::FunctionDefinition {
        function = tree.parent(function).filter(|up| tree.kind(*up) != NodeKind::Lambda)?;
    }
    let children = tree.children(function);
    let body = *children.last().filter(|body| tree.kind(**body) == NodeKind::Compound)?;
    let declarator = children.iter().find(|child| tree.kind(**child) == NodeKind::Declarator)?;
    match tree.ctype(*declarator) {
        CType::Function(returns) => Some((function, body, (**returns).clone())),
        _ => None,
    }
}

impl Exits<'_, '_> {
    /// The edits that release the buffers, and whether they need the variable for the result.
    pub fn edits(&self) -> Result<(Vec<Edit>, bool), Obstacle> {
        self.check_all_seen()?;
        self.check_macros()?;
        self.check_jumps()?;
        let tree = self.site.model.tree;
        let (mut edits, mut needs_result) = (Vec::new(), false);
        // With a label in it, it is reached from elsewhere, too.
        let is_label = |node: &NodeId| tree.kind(*node) == NodeKind::Label;
        let labels: Vec<NodeId> = tree.nodes().filter(is_label).collect();
        let failed =
            self.failed.filter(|failed| !labels.iter().any(|label| tree.range(*failed).contains(tree.range(*label))));
        for exit in self.nodes_behind().filter(|node| self.is_exit(*node)) {
            let failed = failed.is_some_and(|failed| tree.range(failed).contains(tree.range(exit)));
            let release = match self.release.split_last() {
                Some((_, others)) if failed => others,
                _ => &self.release,
            };
            if release.is_empty() {
                continue;
            }
            let mut lines = release.to_vec();
            if self.mentions_pointer(exit) {
                let value = tree.children(exit).first().filter(|_| tree.kind(exit) == NodeKind::Return);
                let value = tree.range(*value.ok_or(Obstacle::Result)?);
                let (whole, keyword) = (tree.range(exit), format!("{} = ", self.result));
                edits.push(super::replace(self.site, TextRange::new(whole.start, value.start), keyword)?);
                lines.push(format!("return {};", self.result));
                self.put(exit, &[], &lines, &mut edits)?;
                needs_result = true;
            } else {
                self.put(exit, &lines, &[], &mut edits)?;
            }
        }
        edits.extend(self.end()?);
        Ok((edits, needs_result))
    }

    /// The nodes of the block behind the place where the buffers are set.
    fn nodes_behind(&self) -> impl Iterator<Item = NodeId> {
        let tree = self.site.model.tree;
        let behind = TextRange::new(tree.range(self.set).end, tree.range(self.block).end);
        tree.nodes().filter(move |node| behind.contains(tree.range(*node)))
    }

    /// Whether the statement leaves the block.
    fn is_exit(&self, node: NodeId) -> bool {
        let tree = self.site.model.tree;
        match tree.kind(node) {
            NodeKind::Return => true,
            NodeKind::ExpressionStatement => self.site.model.always_leaves(node),
            NodeKind::Break | NodeKind::Continue => {
                use NodeKind::{DoWhile, For, ForRange, Switch, While};
                let is_break = tree.kind(node) == NodeKind::Break;
                let is_target = |up: NodeId| {
                    let kind = tree.kind(up);
                    matches!(kind, While | DoWhile | For | ForRange) || is_break && kind == Switch
                };
                let mut up = node;
                while up != self.block {
                    let Some(outer) = tree.parent(up).filter(|_| !is_target(up)) else { return false };
                    up = outer;
                }
                true
            }
            _ => false,
        }
    }

    /// Every word that may lead out of the block is one that the tree has.
    fn check_all_seen(&self) -> Result<(), Obstacle> {
        let tree = self.site.model.tree;
        let leaves = |word: &[u8]| {
            let name = std::str::from_utf8(word).unwrap_or("");
            matches!(name, "return" | "goto" | "break" | "continue" | "throw" | "try" | "co_return" | "co_await")
                || name.ends_with("longjmp")
                || name.ends_with("setjmp")
                || capi::leaves_function(name)
        };
        let is_seen = |offset: &u32| {
            tree.nodes().any(|node| {
                let is_jump =
                    matches!(tree.kind(node), NodeKind::Return | NodeKind::Goto | NodeKind::Break | NodeKind::Continue)
                        || tree.kind(node) == NodeKind::ExpressionStatement && self.site.model.always_leaves(node);
                is_jump && tree.core(node).start == *offset
            })
        };
        let unseen = mentions(self.site, tree.range(self.block), leaves).into_iter().find(|offset| !is_seen(offset));
        if let Some(offset) = unseen {
            let word = lex_range(self.site.model.source, TextRange::new(offset, tree.range(self.block).end));
            let word = word.tokens.first().map_or(&b""[..], |token| token.text(self.site.model.source));
            return Err(Obstacle::Variants(String::from_utf8_lossy(word).into_owned()));
        }
        // What is returned in them leaves them alone.
        let is_lambda = |node| matches!(tree.kind(node), NodeKind::Lambda | NodeKind::FunctionDefinition);
        let may_throw = |node| self.passes_exceptions && self.site.model.may_throw(node);
        if self.nodes_behind().any(|node| is_lambda(node) || may_throw(node)) {
            return Err(Obstacle::Throws);
        }
        Ok(())
    }

    /// No macro of which it is not known that it goes on behind it stands for statements.
    fn check_macros(&self) -> Result<(), Obstacle> {
        let (model, tree) = (self.site.model, self.site.model.tree);
        let stand_ins = tree.stand_ins().iter().filter(|range| tree.range(self.block).contains(**range));
        let mut offsets: Vec<u32> = stand_ins.map(|range| range.start).collect();
        for node in self.nodes_behind().filter(|node| tree.kind(*node) == NodeKind::ExpressionStatement) {
            offsets.push(tree.range(node).start);
        }
        for offset in offsets {
            let token = self.site.file_tokens.partition_point(|token| token.range.start < offset);
            let Some(token) = self.site.file_tokens.get(token).filter(|token| token.kind == TokenKind::Identifier)
            else {
                continue;
            };
            let name = std::str::from_utf8(token.text(model.source)).unwrap_or("");
            let is_shouted = name.len() > 2 && !name.bytes().any(|byte| byte.is_ascii_lowercase());
            let defined = model.file.macro_definition(name);
            let is_local = model.declarator_of(self.block, name).is_some();
            let is_unknown = match defined {
                Some(_) => {
                    let definitions = definitions(self.site, name);
                    definitions.is_empty() || definitions.iter().any(|tokens| self.is_leaving_definition(tokens))
                }
                None if capi::symbol(name).is_some() && !model.is_taken(name) => false,
                None => {
                    let is_function = model.project.function_for(model.path, name).is_some();
                    model.project.is_macro_for(model.path, name) || is_shouted && !is_function && !is_local
                }
            };
            if is_unknown {
                return Err(Obstacle::LeavingMacro(name.to_owned()));
            }
        }
        Ok(())
    }

    /// Whether the definition of a macro may lead out of where it is used, by itself or by another macro.
    fn is_leaving_definition(&self, tokens: &[Token]) -> bool {
        let source = self.site.model.source;
        // The name itself is one of the words.
        let mut words = tokens.iter().filter(|token| token.kind == TokenKind::Identifier).skip(2);
        words.any(|token| {
            let name = std::str::from_utf8(token.text(source)).unwrap_or("");
            matches!(name, "return" | "goto" | "break" | "continue" | "throw")
                || name.ends_with("longjmp")
                || capi::leaves_function(name)
                || self.site.model.file.macro_definition(name).is_some()
                || self.site.model.project.is_macro_for(self.site.model.path, name)
        })
    }

    /// The buffers are declared on all ways to where they are released, and set at most once.
    fn check_jumps(&self) -> Result<(), Obstacle> {
        use NodeKind::{Case, Default, DoWhile, For, ForRange, Goto, Label, Switch, While};
        let tree = self.site.model.tree;
        let (block, set) = (tree.range(self.block), tree.range(self.set).start);
        let name = || self.pointers.first().copied().unwrap_or_default().to_owned();
        let is_body = tree.parent(self.block) == Some(self.function);
        if tree.parent(self.block).is_some_and(|up| tree.kind(up) == Switch) {
            return Err(Obstacle::Jump(name()));
        }
        for node in tree.nodes().filter(|node| block.contains(tree.range(*node))) {
            let start = tree.range(node).start;
            match tree.kind(node) {
                Label if start < set => return Err(Obstacle::Repeated(name())),
                Label | Goto if !is_body => return Err(Obstacle::Jump(name())),
                // It could pass the declaration, which is somewhere before.
                Goto if start < set => return Err(Obstacle::Jump(name())),
                _ => {}
            }
        }
        let mut up = self.set;
        while up != self.block {
            if matches!(tree.kind(up), While | DoWhile | For | ForRange | Case | Default) {
                return Err(Obstacle::Repeated(name()));
            }
            up = tree.parent(up).ok_or_else(|| Obstacle::Jump(name()))?;
        }
        Ok(())
    }

    fn mentions_pointer(&self, exit: NodeId) -> bool {
        let is_ours = |word: &[u8]| self.pointers.iter().any(|name| name.as_bytes() == word);
        !mentions(self.site, self.site.model.tree.range(exit), is_ours).is_empty()
    }

    /// Writes lines before and behind a statement. They get brackets where it is the body of an `if` or loop.
    fn put(
        &self,
        statement: NodeId,
        before: &[String],
        behind: &[String],
        edits: &mut Vec<Edit>,
    ) -> Result<(), Obstacle> {
        let (model, tree) = (self.site.model, self.site.model.tree);
        let (source, range) = (model.source, tree.range(statement));
        let mut outer = tree.parent(statement).ok_or(Obstacle::Macro)?;
        while matches!(tree.kind(outer), NodeKind::Label | NodeKind::Case | NodeKind::Default) {
            outer = tree.parent(outer).ok_or(Obstacle::Macro)?;
        }
        let is_bare = tree.kind(outer) != NodeKind::Compound;
        let token = self.site.file_tokens.partition_point(|token| token.range.end <= range.start);
        let previous = token.checked_sub(1).and_then(|at| self.site.file_tokens.get(at)).ok_or(Obstacle::Macro)?;
        // One line stays one line.
        let is_one_line = is_bare && !source[previous.range.end as usize..range.start as usize].contains(&b'\n');
        let line = if is_one_line { " ".to_owned() } else { lead(self.site, range.start) };
        let mut front: String = before.iter().map(|text| format!("{text}{line}")).collect();
        let mut back: String = behind.iter().map(|text| format!("{line}{text}")).collect();
        if is_bare {
            if previous.kind == TokenKind::Directive || self.site.has_directive(tree.range(outer)) {
                return Err(Obstacle::Macro);
            }
            if is_one_line {
                front.insert_str(0, "{ ");
                back.push_str(" }");
            } else {
                edits.push(Edit::insert(previous.range.end, " {"));
                back.push_str(&format!("{}}}", lead(self.site, tree.range(outer).start)));
            }
        }
        if !front.is_empty() {
            edits.push(Edit::insert(range.start, front));
        }
        if !back.is_empty() {
            edits.push(Edit::insert(range.end, back));
        }
        Ok(())
    }

    /// The buffers are released where the block ends, if that is reached.
    fn end(&self) -> Result<Option<Edit>, Obstacle> {
        let (model, tree) = (self.site.model, self.site.model.tree);
        let last = tree.children(self.block).last().copied();
        let is_body = tree.parent(self.block) == Some(self.function);
        if last.is_some_and(|last| model.always_leaves(unlabelled(model, last))) {
            return Ok(None);
        }
        if is_body {
            match function_of(model, self.block) {
                Some((.., CType::Named(name))) if name == "void" => {}
                // The end of any other function is not reached.
                Some(_) => return Ok(None),
                None => return Err(Obstacle::Result),
            }
        }
        let (source, brace) = (model.source, tree.range(self.block).end.saturating_sub(1));
        let own = indentation(source, brace);
        let is_first = source[..brace as usize].ends_with(own)
            && source[..brace as usize - own.len()].last().is_none_or(|byte| *byte == b'\n');
        let inner = last.map_or(own, |last| indentation(source, tree.range(last).start));
        let text = if is_first {
            let step = String::from_utf8_lossy(inner.strip_prefix(own).unwrap_or(b""));
            let own = String::from_utf8_lossy(own);
            let newline = newline_at(source, brace);
            let lines: Vec<String> = self.release.iter().map(|text| format!("{step}{text}{newline}{own}")).collect();
            lines.concat()
        } else {
            self.release.iter().map(|text| format!("{text} ")).collect()
        };
        Ok(Some(Edit::insert(brace, text)))
    }
}
