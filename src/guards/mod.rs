//! Conditionals that a set of builds decides: which branches none of them compiles, what of conditions says nothing
//! more, and the edits that take those out.

mod expression;
mod gaps;

use crate::capi::{BuildSet, PythonVersion};
use crate::edit::Edit;
use crate::source::{
    ConditionalBranch, ConditionalGroup, Directive, DirectiveKind, Extent, TextRange, Token, TokenKind, directive,
    whole_lines,
};
use expression::Expression;

pub use gaps::closed;

/// What is known of names that conditions ask for with `defined`.
pub trait Known {
    /// The builds in which the macro `name` is defined at `offset`; none where that cannot be told.
    fn defined(&self, name: &str, offset: u32) -> Option<Extent>;
}

/// Nothing is known but what versions tell.
pub struct NothingKnown;

impl Known for NothingKnown {
    fn defined(&self, _: &str, _: u32) -> Option<Extent> {
        None
    }
}

/// How conditions are judged.
struct Judge<'k> {
    /// The oldest Python: its alphas and betas are forgotten, those of later ones are somebody's today.
    oldest: Option<PythonVersion>,
    known: &'k dyn Known,
}

impl<'k> Judge<'k> {
    fn new(builds: BuildSet, known: &'k dyn Known) -> Self {
        Judge { oldest: builds.iter().map(|build| build.version).min(), known }
    }
}

/// What is left of a group of conditionals.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Pruned {
    /// No build compiles any of it: the lines of the whole group.
    Gone(TextRange),
    /// What these edits leave; none where every branch may be compiled.
    Kept(Vec<Edit>),
}

impl Pruned {
    /// The edits that bring it about.
    pub fn into_edits(self) -> Vec<Edit> {
        match self {
            Pruned::Gone(lines) => vec![Edit::replace(lines, "")],
            Pruned::Kept(edits) => edits,
        }
    }
}

/// Takes out of `group` what no build of `builds` compiles, the directives of branches that all of them do, and what of
/// the conditions in between holds for all or none. A condition that is not about versions stays, for it may be met or
/// not; so does a group without an `#endif`, and one that goes on behind
/// its `#else` or has a branch without a condition.
pub fn prune(source: &[u8], group: ConditionalGroup<'_>, builds: BuildSet, known: &dyn Known) -> Pruned {
    pruned(source, group, builds, &Judge::new(builds, known))
}

/// What pruning is in pieces that go or stay whole: each outermost group of which a directive is touched, with all that
/// happens inside it.
pub fn prunings<'t>(
    source: &[u8],
    groups: impl Iterator<Item = ConditionalGroup<'t>>,
    builds: BuildSet,
    known: &dyn Known,
) -> Vec<(ConditionalGroup<'t>, Vec<Edit>)> {
    let judge = Judge::new(builds, known);
    let mut found = Vec::new();
    // The last one is the next in the text.
    let mut open: Vec<(ConditionalGroup<'t>, BuildSet)> = groups.map(|group| (group, builds)).collect();
    open.reverse();
    while let Some((group, builds)) = open.pop() {
        match pruned_outside(source, group, builds, &judge) {
            Outside::Kept { edits, inner } if edits.is_empty() => open.extend(inner.into_iter().rev()),
            _ => found.push((group, pruned(source, group, builds, &judge).into_edits())),
        }
    }
    found
}

fn pruned(source: &[u8], group: ConditionalGroup<'_>, builds: BuildSet, judge: &Judge<'_>) -> Pruned {
    let (mut edits, inner) = match pruned_outside(source, group, builds, judge) {
        Outside::Gone(lines) => return Pruned::Gone(lines),
        Outside::Kept { edits, inner } => (edits, inner),
    };
    edits.extend(inner.into_iter().flat_map(|(group, builds)| pruned(source, group, builds, judge).into_edits()));
    edits.sort();
    Pruned::Kept(edits)
}

/// What is left of a group, those inside it left aside.
enum Outside<'t> {
    Gone(TextRange),
    Kept {
        edits: Vec<Edit>,
        /// The groups in branches that stay, each with the builds that come to it.
        inner: Vec<(ConditionalGroup<'t>, BuildSet)>,
    },
}

fn pruned_outside<'t>(source: &[u8], group: ConditionalGroup<'t>, builds: BuildSet, judge: &Judge<'_>) -> Outside<'t> {
    let Some(endif) = group.endif().filter(|_| is_understood(source, group)) else {
        return Outside::Kept { edits: Vec::new(), inner: Vec::new() };
    };
    let endif = whole_lines(source, endif);
    let mut left = builds;
    let mut live: Vec<Live<'_>> = Vec::new();
    let mut dead = Vec::new();
    let mut ends = group.branches().skip(1).map(|branch| whole_lines(source, branch.directive()).start);
    let mut begin = endif.start;
    for (at, branch) in group.branches().enumerate() {
        let lines = TextRange::new(whole_lines(source, branch.directive()).start, ends.next().unwrap_or(endif.start));
        begin = if at == 0 { lines.start } else { begin };
        let expression = condition(source, branch);
        let extent = expression.as_ref().map_or(Extent::always(), |expression| expression.extent(judge));
        let compiled = left.intersect(extent.possibly);
        if compiled.is_empty() {
            dead.push(lines);
        } else {
            let takes_all = left.is_subset(extent.surely);
            live.push(Live { branch, expression, reached: left, compiled, takes_all });
        }
        left = left.intersect(extent.surely.complement());
    }
    let Some((first, last)) = live.first().zip(live.last()) else {
        return Outside::Gone(TextRange::new(begin, endif.end));
    };
    let mut edits: Vec<Edit> = dead.into_iter().map(|lines| Edit::replace(lines, "")).collect();
    if live.len() == 1 && first.takes_all {
        edits.push(Edit::replace(whole_lines(source, first.branch.directive()), ""));
        edits.push(Edit::replace(endif, ""));
    } else {
        edits.extend(first.as_if(source));
        let as_else = last.takes_all.then(|| last.as_else(source, judge)).flatten();
        let conditions = if as_else.is_some() { &live[..live.len() - 1] } else { &live };
        edits.extend(conditions.iter().filter_map(|branch| branch.simplified(source, judge)));
        edits.extend(as_else);
    }
    edits.sort();
    let inner = live.iter().flat_map(|branch| branch.branch.groups().map(|group| (group, branch.compiled))).collect();
    Outside::Kept { edits, inner }
}

/// Whether each branch but a last `#else` has a condition. Compilers refuse what has not.
fn is_understood(source: &[u8], group: ConditionalGroup<'_>) -> bool {
    let mut branches = group.branches().skip_while(|branch| condition(source, *branch).is_some());
    branches.next().is_none_or(ConditionalBranch::is_else) && branches.next().is_none()
}

/// The condition of a branch; none of an `#else`, and of one that is not there.
fn condition(source: &[u8], branch: ConditionalBranch<'_>) -> Option<Expression> {
    Expression::of(source, &line_of(source, branch))
}

/// The directive that a branch begins with.
fn line_of(source: &[u8], branch: ConditionalBranch<'_>) -> Directive {
    directive(source, &Token { kind: TokenKind::Directive, range: branch.directive() })
}

/// A branch that some build compiles.
struct Live<'t> {
    branch: ConditionalBranch<'t>,
    expression: Option<Expression>,
    /// The builds that may come to its condition.
    reached: BuildSet,
    /// Those of them that may compile it.
    compiled: BuildSet,
    /// Whether all of them do.
    takes_all: bool,
}

impl Live<'_> {
    /// The `#elif` that has become the first of its group begins with `#if`.
    fn as_if(&self, source: &[u8]) -> Option<Edit> {
        let keyword = self.elif(source)?;
        Some(Edit::replace(TextRange::new(keyword.start, keyword.start + 2), ""))
    }

    /// The last branch, if its condition says nothing any more, becomes `#else`.
    fn as_else(&self, source: &[u8], judge: &Judge<'_>) -> Option<Edit> {
        self.expression.as_ref().filter(|expression| expression.is_about_versions(judge))?;
        let keyword = self.elif(source)?;
        Some(Edit::replace(TextRange::new(keyword.start, self.branch.directive().end), "else"))
    }

    /// The word `elif`, or one that begins with it, if the branch begins with such a one.
    fn elif(&self, source: &[u8]) -> Option<TextRange> {
        let line = line_of(source, self.branch);
        let length = match line.kind {
            DirectiveKind::Elif => 4,
            DirectiveKind::Elifdef => 7,
            DirectiveKind::Elifndef => 8,
            _ => return None,
        };
        Some(TextRange::new(line.rest.start - length, line.rest.start))
    }

    /// Its condition without what says nothing any more. That of an `#ifdef` is too short to have such parts.
    fn simplified(&self, source: &[u8], judge: &Judge<'_>) -> Option<Edit> {
        let expression = self.expression.as_ref()?;
        let text = expression.simplified(source, self.reached, judge)?;
        Some(Edit::replace(expression.range(), text))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::capi::PythonVersion;
    use crate::edit::apply;
    use crate::source::{ConditionalTree, lex};

    fn kept(source: &str) -> String {
        let tree = ConditionalTree::new(source.as_bytes(), &lex(source.as_bytes()).tokens).unwrap();
        let builds = BuildSet::since(PythonVersion::new(3, 10));
        let edits: Vec<Edit> = tree
            .groups()
            .flat_map(|group| prune(source.as_bytes(), group, builds, &NothingKnown).into_edits())
            .collect();
        String::from_utf8(apply(source.as_bytes(), &edits)).unwrap()
    }

    #[test]
    fn a_group_that_no_build_compiles_goes() {
        assert_eq!(kept("a\n#if PY_VERSION_HEX < 0x03090000\nb\n#endif\nc\n"), "a\nc\n");
        assert_eq!(kept("#if PY_MAJOR_VERSION < 3\n#ifdef X\nb\n#endif\n#endif // old\nc"), "c");
    }

    #[test]
    fn a_branch_that_every_build_compiles_stands_alone() {
        let source = "#if PY_VERSION_HEX >= 0x03090000\nnew\n#else\nold\n#endif\n";
        assert_eq!(kept(source), "new\n");
        let source = "#if PY_MAJOR_VERSION == 2\nold\n#elif PY_MAJOR_VERSION == 3\nnew\n#else\nfuture\n#endif\n";
        assert_eq!(kept(source), "new\n");
    }

    #[test]
    fn what_builds_do_not_decide_stays() {
        let source = "#if PY_VERSION_HEX < 0x03090000\nold\n#elif defined(X)\nx\n#elif PY_MAJOR_VERSION >= 3\nnew\n#else\nnever\n#endif\n";
        assert_eq!(kept(source), "#if defined(X)\nx\n#else\nnew\n#endif\n");
        let sources = [
            "#ifdef X\na\n#elifdef PYPY_VERSION\nb\n#endif\n",
            "#if X // no elif, and else nothing\na\n#endif\n",
            "#ifdef PYPY_VERSION\na\n#elif !defined(PYPY_VERSION)\nb\n#endif\n",
            "#if 0\na\n#endif\n",
        ];
        for source in sources {
            assert_eq!(kept(source), source);
        }
    }

    #[test]
    fn conditions_lose_what_says_nothing_more() {
        let source =
            "#if defined(X) && PY_MAJOR_VERSION > 2 // why\na\n#elif PY_VERSION_HEX < 0x03000000 || Y\nb\n#endif\n";
        assert_eq!(kept(source), "#if defined(X) // why\na\n#elif Y\nb\n#endif\n");
    }

    #[test]
    fn groups_that_do_not_change_are_no_piece() {
        let source =
            b"#ifndef H\n#if X\n#endif\n#if PY_MAJOR_VERSION < 3\n#if PY_MAJOR_VERSION > 2\n#endif\n#endif\n#endif\n";
        let tree = ConditionalTree::new(source, &lex(source).tokens).unwrap();
        let found = prunings(source, tree.groups(), BuildSet::since(PythonVersion::new(3, 10)), &NothingKnown);
        let places: Vec<TextRange> = found.iter().map(|(group, _)| group.range()).collect();
        assert_eq!(places, [TextRange::new(23, 86)]);
    }

    #[test]
    fn inner_groups_know_what_stands_around_them() {
        let source = "#if PY_VERSION_HEX < 0x030C0000\n#if PY_VERSION_HEX < 0x030D0000\na\n#endif\n#if PY_VERSION_HEX < 0x030A0000\nb\n#else\nc\n#endif\n#endif\n";
        assert_eq!(kept(source), "#if PY_VERSION_HEX < 0x030C0000\na\nc\n#endif\n");
    }

    #[test]
    fn a_group_that_never_ends_stays() {
        let source = "#if PY_MAJOR_VERSION < 3\na\n";
        assert_eq!(kept(source), source);
    }

    #[test]
    fn a_group_that_compilers_refuse_stays() {
        for source in
            ["#ifdef X\na\n#else\nb\n#else\nc\n#endif\n", "#ifndef ./ X\na\n#endif\n", "#if\na\n#else\nb\n#endif\n"]
        {
            assert_eq!(kept(source), source);
        }
    }
}
