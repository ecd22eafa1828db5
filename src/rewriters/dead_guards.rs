//! Branches of `#if`s that no supported Python compiles go, and so does what of a condition holds for all of them.

use super::{Conditionals, Finding};
use crate::capi::{BuildSet, macro_presence};
use crate::guards::{Known, closed, prunings};
use crate::header;
use crate::source::{Directive, DirectiveKind, Extent, Token, TokenKind, directive, first_name, include, is_python_h};
use crate::transform::{GuardWords, Rule};

/// Adds what is found in the conditionals of a file: one finding for each outermost group that changes.
pub fn diagnose(
    conditionals: &Conditionals<'_>,
    index: usize,
    rule: &Rule,
    guards: &GuardWords,
    out: &mut Vec<Finding>,
) {
    if guards.versions.iter().any(|name| conditionals.is_own_macro(name)) {
        return;
    }
    let Conditionals { source, tree, builds, .. } = *conditionals;
    let prunings = if guards.assumed.is_empty() {
        prunings(source, tree.groups(), builds, &MacrosOfPython::new(conditionals))
    } else {
        prunings(source, tree.groups(), BuildSet::all(), &Assumed { conditionals, names: &guards.assumed })
    };
    for (group, edits) in prunings {
        out.push(Finding { edits: Some(closed(source, edits)), ..Finding::of(index, rule, group.range()) });
    }
}

/// Macros that are taken for defined, unless the project has its own. Nothing else is known.
struct Assumed<'a> {
    conditionals: &'a Conditionals<'a>,
    names: &'a [String],
}

impl Known for Assumed<'_> {
    fn defined(&self, name: &str, _: u32) -> Option<Extent> {
        let is_assumed = self.names.iter().any(|assumed| assumed == name) && !self.conditionals.is_own_macro(name);
        is_assumed.then(|| Extent { surely: BuildSet::all(), possibly: BuildSet::all() })
    }
}

/// What `Python.h` tells of the names that conditions ask for, as far as nobody else has a say in them.
struct MacrosOfPython<'a> {
    conditionals: &'a Conditionals<'a>,
    directives: Vec<Directive>,
    /// Whether a header is included that is not at hand and may well define names of the C API.
    has_unseen_headers: bool,
}

impl<'a> MacrosOfPython<'a> {
    fn new(conditionals: &'a Conditionals<'a>) -> Self {
        let Conditionals { source, tokens, project, path, .. } = *conditionals;
        let is_directive = |token: &&Token| token.kind == TokenKind::Directive;
        let directives = tokens.iter().filter(is_directive).map(|token| directive(source, token)).collect();
        // Headers that speak of Python in their names, such as those of numpy.
        let is_unseen = |name: &str| {
            !is_python_h(name) && name.to_ascii_lowercase().contains("py") && project.reached_by(path, name).is_empty()
        };
        let reached = project.reachable(path).filter_map(|path| project.file(path));
        let mut files = reached.chain([conditionals.file]);
        let has_unseen_headers = files.any(|file| file.includes().any(|entry| is_unseen(&entry.name)));
        MacrosOfPython { conditionals, directives, has_unseen_headers }
    }

    /// Whether `Python.h` has been included wherever the byte at `offset` is compiled.
    fn is_behind_python_h(&self, offset: u32) -> bool {
        let Conditionals { source, tree, builds, .. } = *self.conditionals;
        let compiled = tree.builds_at(offset).intersect(builds);
        // A condition around the include that holds for all builds goes, and must not matter before it is gone.
        let is_compiled_along =
            |include: u32| tree.is_around_both(include, offset) || compiled.is_subset(tree.builds_surely_at(include));
        self.directives.iter().take_while(|line| line.range.end <= offset).any(|line| {
            include(source, line).is_some_and(|found| is_python_h(found.name)) && is_compiled_along(line.range.start)
        })
    }

    /// Whether the file takes a macro of that name away.
    fn is_undefined_here(&self, name: &str) -> bool {
        let source = self.conditionals.source;
        let is_name =
            |line: &Directive| first_name(source, line).is_some_and(|at| &source[at.to_usize()] == name.as_bytes());
        self.directives.iter().any(|line| line.kind == DirectiveKind::Undef && is_name(line))
    }

    /// Whether the project, or a header that is not at hand, may define a macro of that name.
    fn may_be_of_others(&self, name: &str) -> bool {
        let is_of_header = header::may_bring(name, self.conditionals.project);
        self.has_unseen_headers || is_of_header || self.conditionals.is_own_macro(name)
    }
}

impl Known for MacrosOfPython<'_> {
    fn defined(&self, name: &str, offset: u32) -> Option<Extent> {
        let presence = macro_presence(name).filter(|_| self.is_behind_python_h(offset))?;
        let surely = if self.is_undefined_here(name) { BuildSet::NONE } else { presence.surely };
        let possibly = if self.may_be_of_others(name) { BuildSet::all() } else { presence.possibly };
        Some(Extent { surely, possibly })
    }
}
