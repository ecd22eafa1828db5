//! The `#if` tree of a file: which conditions stand around a line, and for which builds they hold.

use std::cell::RefCell;

use super::condition::{Condition, Extent, NoAssumptions};
use super::directive::{DirectiveKind, directive, first_name};
use super::lexer::{Token, TokenKind};
use super::text::TextRange;
use crate::capi::BuildSet;
use rustc_hash::FxHashMap;

/// How deep `#if`s may be nested. Real code stays below 20.
pub const MAX_CONDITIONAL_DEPTH: usize = 200;

/// `#if`s are nested deeper than [`MAX_CONDITIONAL_DEPTH`].
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error("`#if`s are nested deeper than {MAX_CONDITIONAL_DEPTH}")]
pub struct TooDeep;

pub(super) type GroupId = u32;
pub(super) type BranchId = u32;

/// A stretch of a branch.
#[derive(Clone, Copy, Debug)]
pub(super) enum Item {
    /// Tokens by their indices, no directive among them.
    Tokens(u32, u32),
    /// `#define` (true) or `#undef` of a name.
    Define(u32, bool),
    Group(GroupId),
}

/// A condition, evaluated once.
#[derive(Clone, Debug)]
pub(super) struct Test {
    pub(super) condition: Condition,
    /// For which builds it holds when nothing is assumed. Where that is exact, no assumption changes it.
    pub(super) extent: Extent,
}

impl Test {
    pub(super) fn is_exact(&self) -> bool {
        self.extent.surely == self.extent.possibly
    }
}

#[derive(Debug)]
pub(super) struct Branch {
    /// None for `#else`.
    pub(super) condition: Option<Test>,
    /// The directive that begins it.
    directive: TextRange,
    /// From the end of the branch's directive to the start of the next one's.
    pub(super) range: TextRange,
    group: GroupId,
    pub(super) parent: Option<BranchId>,
    /// All conditions that lead here, those of enclosing groups among them.
    pub(super) extent: Extent,
    pub(super) items: Vec<Item>,
    /// One past the last branch nested in this one; ids are in order of the directives.
    pub(super) end: BranchId,
}

#[derive(Debug, Default)]
pub(super) struct Group {
    pub(super) branches: Vec<BranchId>,
    /// The `#endif`; none where the file ends first.
    endif: Option<TextRange>,
}

/// The conditionals of one file.
#[derive(Debug, Default)]
pub struct ConditionalTree {
    pub(super) branches: Vec<Branch>,
    pub(super) groups: Vec<Group>,
    pub(super) top: Vec<Item>,
}

impl ConditionalTree {
    /// Builds the tree from the tokens of a file. An `#else` or `#endif` without an `#if` is skipped; a group that
    /// is never closed ends with the file.
    pub fn new(source: &[u8], tokens: &[Token]) -> Result<Self, TooDeep> {
        let tree = ConditionalTree::default();
        let mut builder = Builder { source, tree, open: Vec::new() };
        let mut run_start = 0;
        for (index, token) in tokens.iter().enumerate() {
            if token.kind == TokenKind::Directive {
                builder.push_run(run_start, index);
                builder.directive(token, index)?;
                run_start = index + 1;
            }
        }
        builder.push_run(run_start, tokens.len());
        while !builder.open.is_empty() {
            builder.close(source.len() as u32);
        }
        Ok(builder.tree)
    }

    /// The builds that may compile the byte at `offset`, by the conditions around it.
    pub fn builds_at(&self, offset: u32) -> BuildSet {
        self.innermost(offset).map_or(BuildSet::all(), |branch| self.branches[branch as usize].extent.possibly)
    }

    /// The builds that compile the byte at `offset` whatever else is defined, by the conditions around it.
    pub fn builds_surely_at(&self, offset: u32) -> BuildSet {
        self.innermost(offset).map_or(BuildSet::all(), |branch| self.branches[branch as usize].extent.surely)
    }

    /// Whether a condition around `offset` asks for a macro, be it for its presence or its value.
    pub fn is_asked_around(&self, offset: u32, mut is_wanted: impl FnMut(&str) -> bool) -> bool {
        let mut found = false;
        self.for_each_around(offset, |condition, _| condition.for_each_name(&mut |name| found |= is_wanted(name)));
        found
    }

    /// What must hold for the byte at `offset` to be compiled: the conditions around it, and the opposites of those that
    /// come before it in their groups. From the inside out.
    pub fn conditions_at(&self, offset: u32) -> Vec<Condition> {
        let mut found = Vec::new();
        self.for_each_around(offset, |condition, is_own| {
            let condition = condition.clone();
            found.push(if is_own { condition } else { condition.negated() });
        });
        found
    }

    /// Tells `visit` the macros that code at `offset` asks for the lack of: in `#ifndef`, or in the `#else` of `#ifdef`.
    pub fn for_each_lacked_around(&self, offset: u32, mut visit: impl FnMut(&str)) {
        self.for_each_around(offset, |condition, is_own| match condition {
            Condition::Defined(name) if !is_own => visit(name),
            Condition::Not(inner) if is_own => {
                if let Condition::Defined(name) = &**inner {
                    visit(name);
                }
            }
            _ => {}
        });
    }

    /// Tells `visit` the conditions around `offset`, from the inside out, and whether it stands in the branch of each. The
    /// earlier conditions of a group lead here too: the branch is the `#else` of them.
    fn for_each_around(&self, offset: u32, mut visit: impl FnMut(&Condition, bool)) {
        let mut next = self.innermost(offset);
        while let Some(id) = next {
            let branch = &self.branches[id as usize];
            let siblings = &self.groups[branch.group as usize].branches;
            for sibling in siblings.iter().take_while(|sibling| **sibling <= id) {
                if let Some(test) = &self.branches[*sibling as usize].condition {
                    visit(&test.condition, *sibling == id);
                }
            }
            next = branch.parent;
        }
    }

    /// Whether every condition around `offset` stands around `other`, too: one is compiled where the other is.
    pub fn is_around_both(&self, offset: u32, other: u32) -> bool {
        self.innermost(offset).is_none_or(|branch| self.branches[branch as usize].range.contains_offset(other))
    }

    /// Whether the byte at `offset` stands inside a conditional.
    pub fn is_conditional(&self, offset: u32) -> bool {
        self.innermost(offset).is_some()
    }

    /// The groups that stand in no other, in order.
    pub fn groups(&self) -> impl Iterator<Item = ConditionalGroup<'_>> {
        groups_of(self, &self.top)
    }

    /// Whether there is no conditional in the file.
    pub fn is_empty(&self) -> bool {
        self.branches.is_empty()
    }

    fn innermost(&self, offset: u32) -> Option<BranchId> {
        // Branches are in order of their starts, so the innermost is the last that holds the offset, or an
        // ancestor of the last that begins before it.
        let after = self.branches.partition_point(|branch| branch.range.start <= offset);
        let mut candidate = after.checked_sub(1).map(|index| index as BranchId);
        while let Some(id) = candidate {
            if self.branches[id as usize].range.contains_offset(offset) {
                return Some(id);
            }
            candidate = self.branches[id as usize].parent;
        }
        None
    }
}

fn groups_of<'t>(tree: &'t ConditionalTree, items: &'t [Item]) -> impl Iterator<Item = ConditionalGroup<'t>> {
    items.iter().filter_map(move |item| match item {
        Item::Group(id) => Some(ConditionalGroup { tree, group: &tree.groups[*id as usize] }),
        Item::Tokens(..) | Item::Define(..) => None,
    })
}

/// A group from its `#if` to its `#endif`.
#[derive(Clone, Copy, Debug)]
pub struct ConditionalGroup<'t> {
    tree: &'t ConditionalTree,
    group: &'t Group,
}

impl<'t> ConditionalGroup<'t> {
    /// Its branches, in order.
    pub fn branches(self) -> impl Iterator<Item = ConditionalBranch<'t>> {
        self.group
            .branches
            .iter()
            .map(move |id| ConditionalBranch { tree: self.tree, branch: &self.tree.branches[*id as usize] })
    }

    /// From its `#if` to the end of its `#endif`; to the end of the last branch where there is none.
    pub fn range(self) -> TextRange {
        let mut branches = self.branches();
        let first =
            branches.next().map_or(TextRange::default(), |branch| branch.branch.directive.cover(branch.branch.range));
        branches.map(|branch| branch.branch.range).chain(self.group.endif).fold(first, TextRange::cover)
    }

    /// The `#endif`; none where the file ends first.
    pub fn endif(self) -> Option<TextRange> {
        self.group.endif
    }
}

/// One branch of a group.
#[derive(Clone, Copy, Debug)]
pub struct ConditionalBranch<'t> {
    tree: &'t ConditionalTree,
    branch: &'t Branch,
}

impl<'t> ConditionalBranch<'t> {
    /// The directive that begins it: `#if`, `#elif`, `#else` and their like.
    pub fn directive(self) -> TextRange {
        self.branch.directive
    }

    /// What stands between that directive and the next one of the group.
    pub fn body(self) -> TextRange {
        self.branch.range
    }

    /// The builds for which its own condition holds, those before it and around it left out of account.
    pub fn extent(self) -> Extent {
        self.branch.condition.as_ref().map_or(Extent::always(), |test| test.extent)
    }

    /// Its own condition; none of an `#else`.
    pub fn condition(self) -> Option<&'t Condition> {
        self.branch.condition.as_ref().map(|test| &test.condition)
    }

    /// Whether it is an `#else`.
    pub fn is_else(self) -> bool {
        self.branch.condition.is_none()
    }

    /// The groups in it that stand in no other, in order.
    pub fn groups(self) -> impl Iterator<Item = ConditionalGroup<'t>> {
        groups_of(self.tree, &self.branch.items)
    }
}

/// A group that is open.
struct Open {
    group: GroupId,
    /// Its current branch.
    branch: BranchId,
    /// What the conditions of its branches so far leave.
    left: Extent,
}

struct Builder<'s> {
    source: &'s [u8],
    tree: ConditionalTree,
    /// The groups that are open, from the outermost in.
    open: Vec<Open>,
}

/// How many conditions are remembered with their extents.
const MAX_KNOWN_EXTENTS: usize = 4096;

thread_local! {
    /// The extents of parts of conditions met so far: the files of a project ask the same few things over and over.
    static EXTENTS: RefCell<FxHashMap<Condition, Extent>> = RefCell::default();
}

fn evaluated(condition: Condition) -> Test {
    let extent = EXTENTS.with_borrow_mut(|known| {
        condition.extent_by(&mut |part| {
            if let Some(extent) = known.get(part) {
                return *extent;
            }
            let extent = part.extent_of_part(&NoAssumptions);
            if known.len() < MAX_KNOWN_EXTENTS {
                known.insert(part.clone(), extent);
            }
            extent
        })
    });
    Test { condition, extent }
}

impl Builder<'_> {
    fn items(&mut self) -> &mut Vec<Item> {
        match self.open.last() {
            Some(open) => &mut self.tree.branches[open.branch as usize].items,
            None => &mut self.tree.top,
        }
    }

    fn push_run(&mut self, start: usize, end: usize) {
        if start < end {
            self.items().push(Item::Tokens(start as u32, end as u32));
        }
    }

    fn directive(&mut self, token: &Token, index: usize) -> Result<(), TooDeep> {
        let directive = directive(self.source, token);
        let name = || first_name(self.source, &directive).map_or(&b""[..], |name| &self.source[name.to_usize()]);
        let condition = match directive.kind {
            DirectiveKind::If | DirectiveKind::Elif => Some(Condition::parse(self.source, directive.rest)),
            DirectiveKind::Ifdef | DirectiveKind::Elifdef => Some(Condition::defined(name())),
            DirectiveKind::Ifndef | DirectiveKind::Elifndef => Some(Condition::defined(name()).negated()),
            _ => None,
        };
        match directive.kind {
            DirectiveKind::If | DirectiveKind::Ifdef | DirectiveKind::Ifndef => {
                if self.open.len() == MAX_CONDITIONAL_DEPTH {
                    return Err(TooDeep);
                }
                let group = self.tree.groups.len() as GroupId;
                self.items().push(Item::Group(group));
                self.tree.groups.push(Group::default());
                let around = self.open.last().map(|open| self.tree.branches[open.branch as usize].extent);
                self.branch(group, around.unwrap_or(Extent::always()), condition, directive.range);
            }
            DirectiveKind::Elif | DirectiveKind::Elifdef | DirectiveKind::Elifndef | DirectiveKind::Else => {
                if let Some(Open { group, left, .. }) = self.close(directive.range.start) {
                    self.branch(group, left, condition, directive.range);
                }
            }
            DirectiveKind::Endif => {
                if let Some(Open { group, .. }) = self.close(directive.range.start) {
                    self.tree.groups[group as usize].endif = Some(directive.range);
                }
            }
            DirectiveKind::Define => self.items().push(Item::Define(index as u32, true)),
            DirectiveKind::Undef => self.items().push(Item::Define(index as u32, false)),
            DirectiveKind::Include | DirectiveKind::Other => {}
        }
        Ok(())
    }

    /// Opens a branch of `group`, which the branches before it leave `left` of what is around the group.
    fn branch(&mut self, group: GroupId, left: Extent, condition: Option<Condition>, directive: TextRange) {
        let parent = self.open.last().map(|open| open.branch);
        let condition = condition.map(evaluated);
        let (extent, left) = match &condition {
            Some(test) => (left.and(test.extent), left.and(test.extent.not())),
            None => (left, left),
        };
        let id = self.tree.branches.len() as BranchId;
        let range = TextRange::empty(directive.end);
        self.tree.branches.push(Branch {
            condition,
            directive,
            range,
            group,
            parent,
            extent,
            items: Vec::new(),
            end: id + 1,
        });
        self.tree.groups[group as usize].branches.push(id);
        self.open.push(Open { group, branch: id, left });
    }

    /// Ends the current branch before the directive at `end`.
    fn close(&mut self, end: u32) -> Option<Open> {
        let open = self.open.pop()?;
        let last = self.tree.branches.len() as BranchId;
        let branch = &mut self.tree.branches[open.branch as usize];
        branch.range.end = end.max(branch.range.start);
        branch.end = last;
        Some(open)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::capi::PythonVersion;
    use crate::source::lexer::lex;

    #[test]
    fn builds_follow_from_all_conditions_around() {
        let source = "#if PY_VERSION_HEX >= 0x03090000\n#if X\na\n#endif\n#else\nb\n#endif\nc";
        let tokens = lex(source.as_bytes()).tokens;
        let tree = ConditionalTree::new(source.as_bytes(), &tokens).unwrap();
        let at = |text: &str| tree.builds_at(source.rfind(text).unwrap() as u32);
        let new = BuildSet::since(PythonVersion::new(3, 9));
        assert_eq!(at("a\n"), new);
        assert_eq!(at("b\n"), new.complement());
        assert_eq!(at("c"), BuildSet::all());
        assert!(tree.is_asked_around(source.rfind("a\n").unwrap() as u32, |name| name == "X"));
        assert!(!tree.is_asked_around(source.rfind("b\n").unwrap() as u32, |name| name == "X"));
        assert!(tree.is_asked_around(source.rfind("b\n").unwrap() as u32, |name| name == "PY_VERSION_HEX"));
    }

    #[test]
    fn depth_is_bounded() {
        let deep = "#if A\n".repeat(100_000);
        let tokens = lex(deep.as_bytes()).tokens;
        assert_eq!(ConditionalTree::new(deep.as_bytes(), &tokens).err(), Some(TooDeep));
    }
}
