//! The views of a file: one choice of branches each.
//!
//! A choice is made so that its conditions do not contradict each other; views are made until every branch that is
//! asked for stands in one of them.

use rustc_hash::{FxHashMap, FxHashSet};

use super::condition::{Assumptions, Condition, Extent, Operator, Truth};
use super::conditional::{BranchId, ConditionalTree, GroupId, Item, Test};
use super::directive::{directive, first_name};
use super::lexer::{Token, TokenKind};
use crate::capi::BuildSet;

/// How many views of one file are made at most; branches in none of them are not looked at.
const MAX_VIEWS: usize = 48;

impl ConditionalTree {
    /// Makes the views of a file. Only branches that hold one of the `wanted` offsets (sorted) need to stand in a
    /// view; the first view is made in any case.
    pub fn views<'t>(&'t self, source: &'t [u8], tokens: &'t [Token], wanted: &[u32]) -> Views<'t> {
        let never = Extent::always().not();
        let covered = self.branches.iter().map(|branch| {
            let first = wanted.partition_point(|offset| *offset < branch.range.start);
            let is_wanted = wanted.get(first).is_some_and(|offset| *offset < branch.range.end);
            !is_wanted || branch.extent == never
        });
        let covered = covered.collect();
        Views { tree: self, source, tokens, covered, made: 0, defines: FxHashMap::default() }
    }
}

/// The views of a file, made one by one.
pub struct Views<'t> {
    tree: &'t ConditionalTree,
    source: &'t [u8],
    tokens: &'t [Token],
    /// By branch: stands in a view already, or is not asked for.
    covered: Vec<bool>,
    made: usize,
    defines: FxHashMap<u32, Condition>,
}

impl Iterator for Views<'_> {
    type Item = Vec<Token>;

    /// The tokens of the next view, in order and without directives.
    fn next(&mut self) -> Option<Vec<Token>> {
        if self.made > 0 && self.covered.iter().all(|covered| *covered) || self.made == MAX_VIEWS {
            return None;
        }
        let mut forced = FxHashSet::default();
        if self.made > 0 {
            // A branch that the free choice never reaches, for its conditions contradict what was assumed before
            // it, is reached by force: the branches around it are taken whatever they say.
            let open = self.covered.iter().position(|covered| !covered)?;
            let mut next = Some(open as BranchId);
            while let Some(branch) = next {
                forced.insert(branch);
                next = self.tree.branches[branch as usize].parent;
            }
        }
        // Most tokens stand in most views.
        let out = Vec::with_capacity(self.tokens.len());
        let mut walk =
            Walk { views: self, forced, base: State::new().now(), state: State::new(), depth: 0, boundary: true, out };
        let tree = walk.views.tree;
        walk.items(&tree.top);
        let tokens = walk.out;
        self.made += 1;
        Some(tokens)
    }
}

/// What a view has assumed so far.
struct State {
    builds: BuildSet,
    names: FxHashMap<Condition, bool>,
    /// What was assumed one after the other, each with what was assumed of it before.
    trail: Vec<(Condition, Option<bool>)>,
}

/// A moment to which a state can go back.
#[derive(Clone, Copy)]
struct Moment {
    builds: BuildSet,
    /// How long the trail was.
    assumed: usize,
}

impl Assumptions for State {
    fn truth(&self, condition: &Condition) -> Truth {
        match condition {
            // The text of a view is read as C.
            Condition::Defined(name) if name == "__cplusplus" => Truth::No,
            _ => self.names.get(condition).map_or(Truth::Maybe, |holds| Truth::from_bool(*holds)),
        }
    }
}

impl State {
    fn new() -> State {
        State { builds: BuildSet::all(), names: FxHashMap::default(), trail: Vec::new() }
    }

    fn now(&self) -> Moment {
        Moment { builds: self.builds, assumed: self.trail.len() }
    }

    /// Forgets what was assumed since.
    fn back_to(&mut self, moment: Moment) {
        self.builds = moment.builds;
        for (condition, before) in self.trail.drain(moment.assumed..).rev() {
            match before {
                Some(holds) => self.names.insert(condition, holds),
                None => self.names.remove(&condition),
            };
        }
    }

    fn assume_one(&mut self, condition: &Condition, holds: bool) {
        let before = self.names.insert(condition.clone(), holds);
        self.trail.push((condition.clone(), before));
    }

    fn truth_of(&self, test: &Test) -> Truth {
        let extent = if test.is_exact() { test.extent } else { test.condition.extent(self) };
        if extent.possibly.intersect(self.builds).is_empty() {
            Truth::No
        } else if self.builds.is_subset(extent.surely) {
            Truth::Yes
        } else {
            Truth::Maybe
        }
    }

    fn assume(&mut self, test: &Test, holds: bool) {
        let extent = if test.is_exact() { test.extent } else { test.condition.extent(self) };
        let extent = if holds { extent } else { extent.not() };
        let builds = self.builds.intersect(extent.possibly);
        // Force may go against what was assumed; the newest word counts.
        self.builds = if !builds.is_empty() {
            builds
        } else if extent.possibly.is_empty() {
            BuildSet::all()
        } else {
            extent.possibly
        };
        if !test.is_exact() {
            self.assume_names(&test.condition, holds);
        }
    }

    fn assume_names(&mut self, condition: &Condition, holds: bool) {
        match (condition, holds) {
            (Condition::Not(inner), _) => self.assume_names(inner, !holds),
            (Condition::Binary(Operator::And, left, right), true)
            | (Condition::Binary(Operator::Or, left, right), false) => {
                self.assume_names(left, holds);
                self.assume_names(right, holds);
            }
            _ => self.assume_one(condition, holds),
        }
    }
}

struct Walk<'w, 't> {
    views: &'w mut Views<'t>,
    forced: FxHashSet<BranchId>,
    /// Before anything was assumed but by the enclosing groups, for which it holds to their end.
    base: Moment,
    /// What they assume, and what was assumed inside the current top-level declaration, so that its parts fit together.
    state: State,
    /// Of braces.
    depth: usize,
    /// Whether a top-level declaration has just ended.
    boundary: bool,
    out: Vec<Token>,
}

impl<'t> Walk<'_, 't> {
    fn items(&mut self, items: &'t [Item]) {
        for item in items {
            match *item {
                Item::Tokens(start, end) => self.tokens(start as usize, end as usize),
                Item::Define(index, defines) => self.define(index, defines),
                Item::Group(group) => self.group(group),
            }
        }
    }

    fn tokens(&mut self, start: usize, end: usize) {
        let tokens = &self.views.tokens[start..end];
        for token in tokens {
            if token.kind == TokenKind::Punctuator {
                match self.views.source[token.range.start as usize] {
                    b'{' => self.depth += 1,
                    b'}' => self.depth = self.depth.saturating_sub(1),
                    _ => {}
                }
            }
        }
        if let Some(last) = tokens.last() {
            self.boundary = self.depth == 0 && matches!(last.text(self.views.source), b";" | b"}");
        }
        self.out.extend_from_slice(tokens);
    }

    fn define(&mut self, index: u32, defines: bool) {
        let (source, tokens) = (self.views.source, self.views.tokens);
        let condition = self.views.defines.entry(index).or_insert_with(|| {
            let directive = directive(source, &tokens[index as usize]);
            let name = first_name(source, &directive).map_or(&b""[..], |name| &source[name.to_usize()]);
            Condition::defined(name)
        });
        self.state.assume_one(condition, defines);
    }

    fn group(&mut self, group: GroupId) {
        let top_level = self.boundary;
        if top_level {
            self.state.back_to(self.base);
        }
        let tree = self.views.tree;
        let branches = &tree.groups[group as usize].branches;
        let Some(chosen) = self.choose(branches) else {
            for branch in branches {
                if let Some(test) = &tree.branches[*branch as usize].condition {
                    self.state.assume(test, false);
                }
            }
            return;
        };
        for earlier in branches.iter().take_while(|branch| **branch != chosen) {
            if let Some(test) = &tree.branches[*earlier as usize].condition {
                self.state.assume(test, false);
            }
        }
        let branch = &tree.branches[chosen as usize];
        if let Some(test) = &branch.condition {
            self.state.assume(test, true);
        }
        self.views.covered[chosen as usize] = true;
        if top_level {
            let outer = std::mem::replace(&mut self.base, self.state.now());
            self.items(&branch.items);
            self.base = outer;
        } else {
            self.items(&branch.items);
        }
    }

    /// The branch to take: a forced one; else the first possible one in which something is still to be covered;
    /// else the first possible one.
    fn choose(&self, branches: &[BranchId]) -> Option<BranchId> {
        if let Some(forced) = branches.iter().find(|branch| self.forced.contains(branch)) {
            return Some(*forced);
        }
        let mut possible = None;
        for id in branches {
            let truth = match &self.views.tree.branches[*id as usize].condition {
                Some(test) => self.state.truth_of(test),
                None => Truth::Yes,
            };
            if truth == Truth::No {
                continue;
            }
            if self.is_open(*id) {
                return Some(*id);
            }
            possible = possible.or(Some(*id));
            if truth == Truth::Yes {
                break;
            }
        }
        possible
    }

    /// Whether the branch or one nested in it is still to be covered.
    fn is_open(&self, branch: BranchId) -> bool {
        let end = self.views.tree.branches[branch as usize].end;
        self.views.covered[branch as usize..end as usize].iter().any(|covered| !covered)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::lexer::lex;

    fn views(source: &str) -> Vec<String> {
        let tokens = lex(source.as_bytes()).tokens;
        let tree = ConditionalTree::new(source.as_bytes(), &tokens).unwrap();
        let wanted: Vec<u32> = tokens.iter().map(|token| token.range.start).collect();
        let text = |view: Vec<Token>| {
            let words: Vec<_> = view.iter().map(|token| &source[token.range.to_usize()]).collect();
            words.join(" ")
        };
        tree.views(source.as_bytes(), &tokens, &wanted).map(text).collect()
    }

    #[test]
    fn one_view_where_there_is_no_choice() {
        assert_eq!(views("int a;\n#define X 1\nint b;"), ["int a ; int b ;"]);
        assert_eq!(views("#if 0\nold\n#endif\nint b;"), ["int b ;"]);
    }

    #[test]
    fn every_branch_stands_in_a_view() {
        assert_eq!(views("#ifdef A\na\n#elif B\nb\n#else\nc\n#endif\n"), ["a", "b", "c"]);
    }

    #[test]
    fn conditions_agree_within_a_declaration() {
        let source = "f(\n#ifdef A\na\n#else\nb\n#endif\n) {\n#ifndef A\nb\n#else\na\n#endif\n}";
        assert_eq!(views(source), ["f ( a ) { a }", "f ( b ) { b }"]);
    }

    #[test]
    fn versions_agree_within_a_declaration() {
        let source =
            "f(\n#if PY_VERSION_HEX < 0x03090000\na\n#else\nb\n#endif\n) {\n#if PY_MAJOR_VERSION < 3\nc\n#endif\n}";
        assert_eq!(views(source), ["f ( a ) { c }", "f ( b ) { }"]);
    }

    #[test]
    fn a_contradiction_hides_nothing() {
        let source = "f() {\n#ifdef A\na\n#undef A\n#ifdef A\nb\n#endif\n#endif\n}";
        assert!(views(source).iter().any(|view| view.contains('b')));
        let guard = "#ifndef H\n#define H\n#ifdef H\ng();\n#endif\n#endif";
        assert!(views(guard).iter().any(|view| view.contains('g')));
    }

    #[test]
    fn only_wanted_branches_are_covered() {
        let source = b"#ifdef A\na\n#else\nb\n#endif\n";
        let tokens = lex(source).tokens;
        let tree = ConditionalTree::new(source, &tokens).unwrap();
        assert_eq!(tree.views(source, &tokens, &[]).count(), 1);
        assert_eq!(tree.views(source, &tokens, &[17]).count(), 1, "the branch asked for comes first");
    }

    #[test]
    fn stray_and_missing_directives_are_survived() {
        assert_eq!(views("#endif\na\n#else\nb"), ["a b"]);
        assert_eq!(views("#if A\na"), ["a"]);
    }
}
