//! The new code. Branches keep their text and move with their indentation; what is left is touched as little as can be.

use super::attempt::{Attempt, Form};
use super::branches::{Branches, Cleared, Part, Question, Told};
use crate::edit::Edit;
use crate::semantics::SemanticModel;
use crate::source::{TextRange, blanks_before, indentation, newline_at, reindented, removal, words};
use crate::syntax::{BinaryOperator, NodeId, NodeKind};
use crate::transform::{Blocker, Site, Template, render};

pub(super) struct Composer<'c, 'a> {
    site: &'c Site<'a>,
    model: &'c SemanticModel<'a>,
    attempt: &'c Attempt,
    /// How code asks whether there is an exception.
    failed: &'c str,
    /// The new call.
    call: Vec<u8>,
    edits: Vec<Edit>,
    /// What is written elsewhere, comments included.
    copied: Vec<TextRange>,
}

impl<'c, 'a> Composer<'c, 'a> {
    pub fn new(site: &'c Site<'a>, template: &Template, attempt: &'c Attempt, failed: &'c str) -> Self {
        let model = site.model;
        let mut copied = Vec::new();
        let captured = |id: usize| {
            let nodes = &attempt.found.bindings.first(id)?.nodes;
            let (first, last) = (nodes.first()?, nodes.last()?);
            Some(model.tree.range(*first).cover(model.tree.range(*last)))
        };
        copied.extend((0..attempt.found.bindings.occurrences.len()).filter_map(captured));
        let call = render(site, template, |id| {
            captured(id).map_or_else(Vec::new, |range| model.source[range.to_usize()].to_vec())
        });
        Self { site, model, attempt, failed, call, edits: Vec::new(), copied }
    }

    /// The edits for code that has these branches.
    pub fn edits(mut self, branches: &Branches) -> Result<Vec<Edit>, Blocker> {
        match branches {
            Branches::Told(told) => self.told(told)?,
            Branches::Absent { clear, question, part } => self.absent(*clear, *question, *part),
            Branches::Kept { question, clear, part } => self.kept(*question, *clear, *part),
            Branches::Status { clear } => self.status(*clear),
        }
        let ranges = self.edits.iter().map(|edit| edit.range);
        let all = ranges.clone().reduce(TextRange::cover).unwrap_or(self.range(self.attempt.test));
        if self.site.has_directive(all.cover(self.range(self.attempt.test))) {
            return Err(Blocker::Directive);
        }
        let is_lost = |range: TextRange| {
            let mut inside = self.site.comments.iter().filter(|comment| range.contains(**comment));
            inside.any(|comment| !self.copied.iter().any(|copied| copied.contains(*comment)))
        };
        if ranges.clone().any(is_lost) {
            return Err(Blocker::Comment);
        }
        Ok(self.edits)
    }

    /// A failure has a branch of its own, which moves to the call.
    fn told(&mut self, told: &Told) -> Result<(), Blocker> {
        let [condition, then, otherwise] = self.test();
        let has_else = self.model.tree.kind(otherwise) != NodeKind::Missing;
        let is_alike = told.question.is_none() && told.part != Part::Whole;
        let is_asked = self.attempt.target.is_none() || told.part == Part::Then && !has_else && !told.remains;
        if is_alike && is_asked {
            // Both are taken alike: the test asks the new call. What is absent has no exception to take away.
            let asked = match told.part {
                Part::Then if !told.remains && !has_else => " < 0",
                Part::Then => " <= 0",
                _ => " > 0",
            };
            self.drop_call();
            self.ask(condition, asked);
            return Ok(());
        }
        let guard = self.guard(told);
        match (self.attempt.form, self.attempt.target) {
            (Form::Condition(_), _)
                if !told.remains && told.part != Part::Else && !(has_else && told.part == Part::Then) =>
            {
                let test = self.range(self.attempt.test);
                self.edits.push(Edit::replace(test, guard));
                self.drop_behind(told);
                return Ok(());
            }
            (Form::Condition(_), None) => return Err(Blocker::NeedsVariable),
            (Form::Condition(assigned), Some(target)) => {
                let (test, assigned) = (self.range(self.attempt.test), self.range(assigned));
                let lines = [guard, self.newline(told.failed[0]), self.home().to_vec()].concat();
                self.edits.push(Edit::insert(test.start, lines));
                self.edits.push(Edit::replace(assigned, self.text(self.range(target))));
            }
            _ => self.put(guard),
        }
        match told.part {
            Part::Whole => {
                self.remove(self.range(self.attempt.test));
                self.drop_behind(told);
            }
            Part::Then if !told.remains && !has_else => self.remove(self.range(self.attempt.test)),
            Part::Then if !told.remains => return self.turn_round(condition, then, otherwise),
            Part::Else if !told.remains => {
                let gone = TextRange::new(self.range(then).end, self.range(self.attempt.test).end);
                self.edits.push(Edit::replace(gone, ""));
            }
            _ => self.keep_rest(told),
        }
        Ok(())
    }

    /// Only what is absent is treated: the test asks the new call, or nothing is asked at all.
    fn absent(&mut self, clear: Cleared, question: Option<NodeId>, part: Part) {
        let [condition, then, _] = self.test();
        if !clear.rest(self.model).is_empty() {
            self.drop_call();
            self.ask(condition, " == 0");
            match question {
                Some(question) => self.unwrap(question, clear),
                None => self.drop_clear(clear),
            }
            return;
        }
        let statement = [&self.call[..], b";"].concat();
        let test = self.range(self.attempt.test);
        match (self.attempt.form, part) {
            (Form::Condition(assigned), Part::Else) => {
                let lines = [statement, self.newline(self.attempt.test), self.home().to_vec()].concat();
                self.edits.push(Edit::insert(test.start, lines));
                let target = self.attempt.target.map_or(assigned, |target| target);
                self.edits.push(Edit::replace(self.range(assigned), self.text(self.range(target))));
            }
            (Form::Condition(_), _) => self.edits.push(Edit::replace(test, statement)),
            (_, Part::Else) => self.put(statement),
            _ => {
                self.put(statement);
                self.remove(test);
            }
        }
        if part == Part::Else {
            self.edits.push(Edit::replace(TextRange::new(self.range(then).end, test.end), ""));
        }
    }

    /// The test asks the new call, and the question whether there is an exception.
    fn kept(&mut self, question: Question, clear: Cleared, part: Part) {
        let [condition, ..] = self.test();
        self.drop_call();
        self.ask(condition, if part == Part::Then { " <= 0" } else { " > 0" });
        let asked = self.range(self.model.tree.children(question.statement)[0]);
        let not = if question.is_absent { "!" } else { "" };
        self.edits.push(Edit::replace(asked, format!("{not}{}", self.failed)));
        self.drop_clear(clear);
    }

    /// The status is 0 where something is absent: it becomes what it was.
    fn status(&mut self, clear: Cleared) {
        let [condition, then, _] = self.test();
        let Some(status) = self.attempt.status else { return };
        let source = self.model.source;
        let (status, block, call) = (self.text(self.range(status)), self.range(then), self.range(self.attempt.call));
        let own = indentation(source, self.range(self.attempt.test).start);
        let lead = [&self.newline(then)[..], own].concat();
        let inner =
            self.model.tree.children(then).first().map_or(own, |first| indentation(source, self.range(*first).start));
        let inner = [&self.newline(then)[..], inner].concat();
        let brace = blanks_before(source, block.start);
        self.edits.push(Edit::replace(call, self.call.clone()));
        self.edits.push(Edit::replace(self.range(condition), [&status, &b" == 0"[..]].concat()));
        let is_read = words(&source[block.to_usize()]).iter().any(|word| status.starts_with(word));
        if is_read || !self.model.always_leaves(then) {
            self.edits.push(Edit::insert(block.start + 1, [&inner, &status, &b" = -1;"[..]].concat()));
        }
        self.drop_clear(clear);
        let success =
            [&lead, &b"else if ("[..], &status, b" > 0)", brace, b"{", &inner, &status, b" = 0;", &lead, b"}"];
        self.edits.push(Edit::insert(block.end, success.concat()));
    }

    /// `if (call < 0) ...`
    fn guard(&mut self, told: &Told) -> Vec<u8> {
        let (first, last) = (told.failed[0], told.failed[told.failed.len() - 1]);
        let (range, test) = (self.range(first).cover(self.range(last)), self.range(self.attempt.test));
        let source = self.model.source;
        let asked = told.question.map_or(test.start, |question| self.range(question).start);
        let is_alike = told.question.is_none() && told.part != Part::Whole;
        let block = match told.question {
            Some(question) if self.is_rest_of_block(told) => self.model.tree.parent(question),
            None if is_alike => told.clear.block,
            _ => None,
        };
        let mut text = [b"if (", &self.call[..], b" < 0)"].concat();
        match block {
            Some(block) => {
                let opens = self.range(block).start;
                let inner = match told.question {
                    // Comments before the branch go with it.
                    Some(question) => TextRange::new(self.range(question).end, range.end),
                    None => TextRange::new(range.start - blanks_before(source, range.start).len() as u32, range.end),
                };
                self.copied.push(inner);
                let has_lines = source[inner.to_usize()].contains(&b'\n');
                let ends = if has_lines { [self.newline(last), self.home().to_vec()].concat() } else { b" ".to_vec() };
                let body = [blanks_before(source, opens), b"{", &source[inner.to_usize()]].concat();
                text.extend(reindented(&body, indentation(source, test.start), self.home()));
                text.extend([&ends[..], b"}"].concat());
            }
            None => {
                self.copied.push(range);
                let body = [blanks_before(source, range.start), &source[range.to_usize()]].concat();
                text.extend(reindented(&body, indentation(source, asked), self.home()));
            }
        }
        text
    }

    /// Whether a failure is what follows the question in its block.
    fn is_rest_of_block(&self, told: &Told) -> bool {
        told.question.is_some_and(|question| self.range(told.failed[0]).start >= self.range(question).end)
    }

    /// What stays of the part that was for failures of either kind.
    fn keep_rest(&mut self, told: &Told) {
        let Some(question) = told.question else {
            self.drop_clear(told.clear);
            return;
        };
        if !told.unwraps {
            let asked = self.range(question);
            self.remove(told.clear.statement.map_or(asked, |clear| asked.cover(self.range(clear))));
        } else if told.clear.rest(self.model).is_empty() {
            self.remove(self.range(question));
        } else if self.model.tree.parent(question) == Some(self.attempt.test) {
            self.become_else(question, told);
        } else {
            self.unwrap(question, told.clear);
            if self.is_rest_of_block(told) {
                let last = self.range(told.failed[told.failed.len() - 1]);
                self.edits.push(Edit::replace(TextRange::new(self.range(question).end, last.end), ""));
            }
        }
    }

    /// `else if (absent) { clear; ... } else failed;` becomes `else { ... }`.
    fn become_else(&mut self, question: NodeId, told: &Told) {
        let (Some(block), asked) = (told.clear.block, self.range(question)) else { return };
        let source = self.model.source;
        let block = self.range(block);
        let before = blanks_before(source, asked.start).len() as u32;
        let opens = blanks_before(source, block.start);
        self.edits.push(Edit::replace(TextRange::new(asked.start - before, block.start), opens));
        self.drop_clear(told.clear);
        if block.end < asked.end {
            self.edits.push(Edit::replace(TextRange::new(block.end, asked.end), ""));
        }
    }

    /// The statement gives way to what its branch for what is absent does besides taking the exception away.
    fn unwrap(&mut self, question: NodeId, clear: Cleared) {
        let Some(block) = clear.block else { return };
        let source = self.model.source;
        let begins = clear.statement.map_or(self.range(block).start + 1, |clear| self.range(clear).end);
        let inner = TextRange::new(begins, self.range(block).end - 1);
        let inside = &source[inner.to_usize()];
        let begins = inner.start + (inside.len() - inside.trim_ascii_start().len()) as u32;
        let asked = self.range(question);
        let text = reindented(inside.trim_ascii(), indentation(source, begins), indentation(source, asked.start));
        self.copied.push(inner);
        self.edits.push(Edit::replace(asked, text));
    }

    /// The test asks for the other outcome, and only what it did then stays.
    fn turn_round(&mut self, condition: NodeId, then: NodeId, otherwise: NodeId) -> Result<(), Blocker> {
        let tree = self.model.tree;
        let target = self.attempt.target.ok_or(Blocker::NeedsVariable)?;
        if tree.kind(otherwise) == NodeKind::If {
            return Err(Blocker::NeedsVariable);
        }
        let null = match tree.kind(condition) {
            NodeKind::Binary(BinaryOperator::Equal) => {
                let other = tree.children(condition)[1];
                [b" != ", self.model.text(other)].concat()
            }
            _ => Vec::new(),
        };
        let text = [self.text(self.range(target)), null].concat();
        // A target in the condition was written there by itself.
        if let Form::Condition(_) = self.attempt.form {
            self.edits.pop();
        }
        self.edits.push(Edit::replace(self.range(condition), text));
        self.edits.push(Edit::replace(TextRange::new(self.range(then).start, self.range(otherwise).start), ""));
        Ok(())
    }

    /// Takes away what stands behind the test and takes the exception away.
    fn drop_behind(&mut self, told: &Told) {
        let test = self.range(self.attempt.test);
        if told.clear.statement.is_some_and(|clear| self.range(clear).start >= test.end) {
            self.drop_clear(told.clear);
        }
    }

    fn drop_clear(&mut self, clear: Cleared) {
        if let Some(statement) = clear.statement {
            self.remove(self.range(statement));
        }
    }

    /// The condition compares the new call.
    fn ask(&mut self, condition: NodeId, compared: &str) {
        let text = [&self.call[..], compared.as_bytes()].concat();
        self.edits.push(Edit::replace(self.range(condition), text));
    }

    /// The call is no longer made where it stood.
    fn drop_call(&mut self) {
        match self.attempt.form {
            Form::Statement(statement) => self.remove(self.range(statement)),
            Form::Declaration(_) => {
                let gone = TextRange::new(self.end_of_declarator(), self.range(self.attempt.call).end);
                self.edits.push(Edit::replace(gone, ""));
            }
            Form::Condition(_) => {}
        }
    }

    /// A statement takes the place of the call's own.
    fn put(&mut self, statement: Vec<u8>) {
        let own = self.range(self.attempt.statement());
        match self.attempt.form {
            Form::Declaration(_) => {
                let newline = self.newline(self.attempt.statement());
                let lines = [b";".to_vec(), newline, self.home().to_vec(), statement].concat();
                self.edits.push(Edit::replace(TextRange::new(self.end_of_declarator(), own.end), lines));
            }
            _ => self.edits.push(Edit::replace(own, statement)),
        }
    }

    fn end_of_declarator(&self) -> u32 {
        let tree = self.model.tree;
        let target = self.attempt.target.and_then(|target| tree.parent(target));
        target.map_or(self.range(self.attempt.call).start, |declarator| tree.range(declarator).end)
    }

    fn remove(&mut self, range: TextRange) {
        self.edits.push(Edit::replace(removal(self.model.source, range), ""));
    }

    fn test(&self) -> [NodeId; 3] {
        let children = self.model.tree.children(self.attempt.test);
        [children[0], children[1], children[2]]
    }

    fn range(&self, node: NodeId) -> TextRange {
        self.model.tree.range(node)
    }

    fn text(&self, range: TextRange) -> Vec<u8> {
        self.model.source[range.to_usize()].to_vec()
    }

    /// The newline that ends the last line of the node.
    fn newline(&self, node: NodeId) -> Vec<u8> {
        newline_at(self.model.source, self.range(node).end).as_bytes().to_vec()
    }

    /// The indentation of the call's own statement.
    fn home(&self) -> &'a [u8] {
        indentation(self.model.source, self.range(self.attempt.statement()).start)
    }
}
