//! Conditionals that a set of builds decides: which branches none of them compiles, and the edits that take those out.

use crate::capi::BuildSet;
use crate::edit::Edit;
use crate::source::{ConditionalBranch, ConditionalGroup, TextRange, whole_lines};

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

/// Takes out of `group` what no build of `builds` compiles, and the directives of branches that all of them do. A
/// condition that is not about builds stays, for it may be met or not; so does a group without an `#endif`.
pub fn prune(source: &[u8], group: ConditionalGroup<'_>, builds: BuildSet) -> Pruned {
    let Some(endif) = group.endif() else { return Pruned::Kept(Vec::new()) };
    let endif = whole_lines(source, endif);
    let mut left = builds;
    let mut live: Vec<Live<'_>> = Vec::new();
    let mut dead = Vec::new();
    let mut ends = group.branches().skip(1).map(|branch| whole_lines(source, branch.directive()).start);
    let mut begin = endif.start;
    for (at, branch) in group.branches().enumerate() {
        let lines = TextRange::new(whole_lines(source, branch.directive()).start, ends.next().unwrap_or(endif.start));
        begin = if at == 0 { lines.start } else { begin };
        let extent = branch.extent();
        let compiled = left.intersect(extent.possibly);
        if compiled.is_empty() {
            dead.push(lines);
        } else {
            live.push(Live { branch, compiled, takes_all: left.is_subset(extent.surely) });
        }
        left = left.intersect(extent.surely.complement());
    }
    let Some((first, last)) = live.first().zip(live.last()) else {
        return Pruned::Gone(TextRange::new(begin, endif.end));
    };
    let mut edits: Vec<Edit> = dead.into_iter().map(|lines| Edit::replace(lines, "")).collect();
    if live.len() == 1 && first.takes_all {
        edits.push(Edit::replace(whole_lines(source, first.branch.directive()), ""));
        edits.push(Edit::replace(endif, ""));
    } else {
        edits.extend(first.as_if(source));
        edits.extend(last.takes_all.then(|| last.as_else(source)).flatten());
    }
    for branch in &live {
        edits.extend(branch.branch.groups().flat_map(|inner| prune(source, inner, branch.compiled).into_edits()));
    }
    edits.sort();
    Pruned::Kept(edits)
}

/// A branch that some build compiles.
struct Live<'t> {
    branch: ConditionalBranch<'t>,
    /// The builds that may compile it.
    compiled: BuildSet,
    /// Whether every build that comes to its condition compiles it.
    takes_all: bool,
}

impl Live<'_> {
    /// The `#elif` that has become the first of its group begins with `#if`.
    fn as_if(&self, source: &[u8]) -> Option<Edit> {
        let directive = self.branch.directive();
        let text = &source[directive.to_usize()];
        let at = memchr::memmem::find(text, b"el").filter(|at| text[at + 2..].starts_with(b"if"))?;
        let start = directive.start + at as u32;
        Some(Edit::replace(TextRange::new(start, start + 2), ""))
    }

    /// The last branch, if its condition says nothing any more, becomes `#else`.
    fn as_else(&self, source: &[u8]) -> Option<Edit> {
        if self.branch.is_else() {
            return None;
        }
        let directive = self.branch.directive();
        let text = &source[directive.to_usize()];
        let at = memchr::memmem::find(text, b"el")?;
        let range = TextRange::new(directive.start + at as u32, directive.end);
        Some(Edit::replace(range, "else"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::capi::PythonVersion;
    use crate::edit::apply;
    use crate::source::{ConditionalTree, lex};

    fn pruned(source: &str) -> String {
        let tree = ConditionalTree::new(source.as_bytes(), &lex(source.as_bytes()).tokens).unwrap();
        let builds = BuildSet::since(PythonVersion::new(3, 10));
        let edits: Vec<Edit> =
            tree.groups().flat_map(|group| prune(source.as_bytes(), group, builds).into_edits()).collect();
        String::from_utf8(apply(source.as_bytes(), &edits)).unwrap()
    }

    #[test]
    fn a_group_that_no_build_compiles_goes() {
        assert_eq!(pruned("a\n#if PY_VERSION_HEX < 0x03090000\nb\n#endif\nc\n"), "a\nc\n");
        assert_eq!(pruned("#if PY_MAJOR_VERSION < 3\n#ifdef X\nb\n#endif\n#endif // old\nc"), "c");
    }

    #[test]
    fn a_branch_that_every_build_compiles_stands_alone() {
        let source = "#if PY_VERSION_HEX >= 0x03090000\nnew\n#else\nold\n#endif\n";
        assert_eq!(pruned(source), "new\n");
        let source = "#if PY_MAJOR_VERSION == 2\nold\n#elif PY_MAJOR_VERSION == 3\nnew\n#else\nfuture\n#endif\n";
        assert_eq!(pruned(source), "new\n");
    }

    #[test]
    fn what_builds_do_not_decide_stays() {
        let source = "#if PY_VERSION_HEX < 0x03090000\nold\n#elif defined(X)\nx\n#elif PY_MAJOR_VERSION >= 3\nnew\n#else\nnever\n#endif\n";
        assert_eq!(pruned(source), "#if defined(X)\nx\n#else\nnew\n#endif\n");
        let source = "#ifdef X\na\n#elifdef PYPY_VERSION\nb\n#endif\n";
        assert_eq!(pruned(source), source);
    }

    #[test]
    fn inner_groups_know_what_stands_around_them() {
        let source = "#if PY_VERSION_HEX < 0x030C0000\n#if PY_VERSION_HEX < 0x030D0000\na\n#endif\n#if PY_VERSION_HEX < 0x030A0000\nb\n#else\nc\n#endif\n#endif\n";
        assert_eq!(pruned(source), "#if PY_VERSION_HEX < 0x030C0000\na\nc\n#endif\n");
    }

    #[test]
    fn a_group_that_never_ends_stays() {
        let source = "#if PY_MAJOR_VERSION < 3\na\n";
        assert_eq!(pruned(source), source);
    }
}
