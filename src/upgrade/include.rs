//! The include of the compat header: whether a file needs it, and where it goes.

use std::collections::BTreeSet;
use std::path::Path;

use super::clash::clash;
use super::pass::PassContext;
use crate::edit::Edit;
use crate::semantics::{FileIndex, ProjectIndex};
use crate::source::{
    ConditionalTree, Directive, DirectiveKind, Include, Token, TokenKind, directive, include, is_python_h, lex,
    newline_style,
};

/// The header that projects have vendored before there was ours; it brings the same names.
const OTHER_HEADER: &str = "pythoncapi_compat.h";

/// What an include was decided on.
pub enum Placement {
    /// The file has what it needs.
    NotNeeded,
    /// It includes the header, in a copy that lacks some of the names.
    Outdated,
    /// The line to add.
    At(Edit),
    /// The file includes nothing, or is a part of another file and includes only under conditions that do not stand
    /// around its code: those that include it bring the header.
    ByIncluders,
    /// Nothing in it is known to bring `Python.h`.
    Nowhere,
}

/// Where `header` is to be included in `source` so that `names` are declared.
pub fn placement(source: &[u8], header: &str, names: &BTreeSet<String>, context: &PassContext<'_>) -> Placement {
    if names.is_empty() {
        return Placement::NotNeeded;
    }
    let (project, path) = (context.project, context.path);
    let lexed = lex(source);
    let lines = Lines::new(source, &lexed.tokens);
    if lines.includes().any(|(_, found)| is_unseen_backport(found.name, header, project, path)) {
        return Placement::NotNeeded;
    }
    if lines.includes().any(|(_, found)| found.name == header) {
        return Placement::Outdated;
    }
    if lines.includes().next().is_none() {
        return Placement::ByIncluders;
    }
    let Some(anchor) = lines.anchor(names, project, path) else { return Placement::Nowhere };
    let anchor = context.header.map_or(anchor, |brought| lines.behind_shims(anchor, names, brought, project, path));
    let is_part = || project.includers(path).next().is_some();
    if !lines.serves(anchor, names) && is_part() {
        return Placement::ByIncluders;
    }
    Placement::At(lines.insertion(anchor, header))
}

/// Where the line that includes `header` begins, or would, so that `names` are declared; none where the file has none.
pub fn place(source: &[u8], header: &str, names: &BTreeSet<String>, context: &PassContext<'_>) -> Option<u32> {
    let lexed = lex(source);
    let lines = Lines::new(source, &lexed.tokens);
    let there =
        lines.includes().find(|(_, found)| base(found.name) == base(header) || base(found.name) == OTHER_HEADER);
    match (there, placement(source, header, names, context)) {
        (Some((index, _)), _) => Some(lines.directives[index].1.range.start),
        (None, Placement::At(edit)) => Some(edit.range.start),
        (None, _) => None,
    }
}

/// Whether `name` is a header of backfills that does not lie in the project, so that what it brings is not known: it
/// is trusted. Of one that is at hand it was seen that it lacks the names.
fn is_unseen_backport(name: &str, header: &str, project: &ProjectIndex, path: &Path) -> bool {
    (base(name) == base(header) || base(name) == OTHER_HEADER) && project.reached_by(path, name).is_empty()
}

/// Where the last include stands that the compat header `brought` must stand behind: one of Python's internal headers, or
/// of functions and constants of the project's own that it brings as macros.
pub fn last_before(
    source: &[u8],
    tokens: &[Token],
    brought: &FileIndex,
    project: &ProjectIndex,
    path: &Path,
) -> Option<u32> {
    let lines = Lines::new(source, tokens);
    let last = lines.internal(project, path).max(lines.shims(brought, project, path).last())?;
    Some(lines.directives[last].1.range.start)
}

/// The directives of a file, and which tokens stand between them.
struct Lines<'s> {
    source: &'s [u8],
    tokens: &'s [Token],
    /// Each directive with the index of its token.
    directives: Vec<(usize, Directive)>,
}

impl<'s> Lines<'s> {
    fn new(source: &'s [u8], tokens: &'s [Token]) -> Self {
        let is_directive = |(_, token): &(usize, &Token)| token.kind == TokenKind::Directive;
        let directives = tokens.iter().enumerate().filter(is_directive);
        Lines { source, tokens, directives: directives.map(|(at, token)| (at, directive(source, token))).collect() }
    }

    fn includes(&self) -> impl Iterator<Item = (usize, Include<'s>)> {
        self.directives
            .iter()
            .enumerate()
            .filter_map(|(index, (_, line))| include(self.source, line).map(|found| (index, found)))
    }

    /// The directive behind which the include goes, by its index: the first that brings `Python.h`.
    fn anchor(&self, names: &BTreeSet<String>, project: &ProjectIndex, path: &Path) -> Option<usize> {
        let direct = self.includes().find(|(_, found)| is_python_h(found.name)).map(|(index, _)| index);
        if let Some(index) = direct {
            let internal = self.internal(project, path).filter(|index| self.is_before_uses(*index, names));
            let last = internal.and_then(|last| self.out_of_directives(last));
            return Some(last.unwrap_or(0).max(self.out_of_choice(index)));
        }
        let brings_python = |found: &Include<'_>| {
            let reached = project.reached_by(path, found.name);
            reached
                .iter()
                .filter_map(|file| project.file(file))
                .any(|file| file.includes().any(|inner| is_python_h(&inner.name)))
        };
        if let Some((index, _)) = self.includes().find(|(_, found)| brings_python(found)) {
            return Some(index);
        }
        // Headers of other libraries bring Python.h too. Behind the last include at the head of the file, whichever
        // did it has done it.
        let first_code = self.tokens.iter().position(|token| token.kind != TokenKind::Directive).unwrap_or(usize::MAX);
        let leading = self.includes().filter(|(index, _)| self.directives[*index].0 < first_code);
        leading.last().map(|(index, _)| self.out_of_choice(index))
    }

    /// The last include that brings Python's internal headers: they define functions that the compat header brings as
    /// macros.
    fn internal(&self, project: &ProjectIndex, path: &Path) -> Option<usize> {
        let includes_one = |file: &FileIndex| file.includes().any(|inner| is_internal(&inner.name));
        // Files that bring none. What they include was seen with them.
        let mut seen: BTreeSet<&Path> = BTreeSet::new();
        let mut brings = |found: &Include<'_>| {
            is_internal(found.name)
                || project.included(path, found.name).is_some_and(|direct| !seen.contains(direct))
                    && project
                        .reached_by(path, found.name)
                        .into_iter()
                        .any(|file| seen.insert(file) && project.file(file).is_some_and(includes_one))
        };
        let includes: Vec<_> = self.includes().collect();
        includes.iter().rev().find(|(_, found)| brings(found)).map(|(index, _)| *index)
    }

    /// Whether what is included at `anchor` is there where the names are used: no condition stands around the one that
    /// does not stand around the others.
    fn serves(&self, anchor: usize, names: &BTreeSet<String>) -> bool {
        let Ok(conditionals) = ConditionalTree::new(self.source, self.tokens) else { return true };
        let place = self.directives[anchor].1.range.start;
        if !conditionals.is_conditional(place) {
            return true;
        }
        let mut asked = BTreeSet::new();
        conditionals.is_asked_around(place, |name| {
            asked.insert(name.to_owned());
            false
        });
        let mut uses = self.uses(names).map(|token| token.range.start);
        asked.is_empty() || uses.all(|offset| conditionals.is_asked_around(offset, |name| asked.contains(name)))
    }

    /// The end of the outermost group around a directive, if no group around it holds anything but directives.
    fn out_of_directives(&self, index: usize) -> Option<usize> {
        let mut anchor = index;
        while let Some((start, end)) = self.group_around(anchor) {
            let (first, last) = (self.directives[start].0, self.directives[end].0);
            if self.tokens[first..=last].iter().any(|token| token.kind != TokenKind::Directive) {
                return None;
            }
            anchor = end;
        }
        Some(anchor)
    }

    /// The directive at `anchor`, or a later include that brings functions of the project's own which the header
    /// `brought` brings as macros: behind their definitions the macros do no harm.
    fn behind_shims(
        &self,
        anchor: usize,
        names: &BTreeSet<String>,
        brought: &FileIndex,
        project: &ProjectIndex,
        path: &Path,
    ) -> usize {
        let shims = self.shims(brought, project, path).filter(|index| self.is_before_uses(*index, names)).last();
        shims.map_or(anchor, |index| index.max(anchor))
    }

    /// The includes that bring functions or constants of the project's own which the header brings as macros.
    fn shims<'l>(
        &'l self,
        brought: &'l FileIndex,
        project: &'l ProjectIndex,
        path: &'l Path,
    ) -> impl Iterator<Item = usize> + 'l {
        // A file that was included before brings nothing once more.
        let mut seen: BTreeSet<&Path> = BTreeSet::new();
        let mut brings_shims = move |found: &Include<'_>| {
            // The header that ours takes the place of stands beside it in either order.
            let is_shim = |file: &&&Path| file.file_name().is_none_or(|name| name != OTHER_HEADER);
            if project.included(path, found.name).is_none_or(|direct| seen.contains(direct)) {
                return false;
            }
            let mut reached = project.reached_by(path, found.name);
            if reached.contains(&path) {
                // What it brings through this very file, this file brings by other includes.
                reached.truncate(1);
            }
            let fresh: Vec<&Path> = reached.into_iter().filter(|file| seen.insert(file)).collect();
            let mut shims = fresh.iter().filter(is_shim).filter_map(|file| project.file(file));
            shims.any(|file| clash(file, brought).is_some())
        };
        self.includes().filter(move |(_, found)| brings_shims(found)).map(|(index, _)| index)
    }

    /// Whether a directive stands before the first use of the names: parts of the program that are included behind it
    /// come too late.
    fn is_before_uses(&self, index: usize, names: &BTreeSet<String>) -> bool {
        let first = self.uses(names).next();
        first.is_none_or(|first| self.directives[index].1.range.start < first.range.start)
    }

    /// The tokens by which the file uses one of the names.
    fn uses(&self, names: &BTreeSet<String>) -> impl Iterator<Item = &'s Token> {
        self.tokens.iter().filter(|token| {
            token.kind == TokenKind::Identifier
                && std::str::from_utf8(token.text(self.source)).is_ok_and(|text| names.contains(text))
        })
    }

    /// Where the include stands in a group whose branches all include and do nothing else (a choice between ways to
    /// include it), the group's `#endif` is what counts.
    fn out_of_choice(&self, index: usize) -> usize {
        let mut anchor = index;
        while let Some((start, end)) = self.group_around(anchor) {
            let (first, last) = (self.directives[start].0, self.directives[end].0);
            let only_directives = self.tokens[first..=last].iter().all(|token| token.kind == TokenKind::Directive);
            if !only_directives || !self.every_branch_includes_python(start, end) {
                break;
            }
            anchor = end;
        }
        anchor
    }

    /// The `#if` and `#endif` around a directive, by their indices.
    fn group_around(&self, index: usize) -> Option<(usize, usize)> {
        let mut depth = 0;
        let start = (0..index).rev().find(|&at| match self.directives[at].1.kind {
            DirectiveKind::Endif => {
                depth += 1;
                false
            }
            DirectiveKind::If | DirectiveKind::Ifdef | DirectiveKind::Ifndef if depth == 0 => true,
            DirectiveKind::If | DirectiveKind::Ifdef | DirectiveKind::Ifndef => {
                depth -= 1;
                false
            }
            _ => false,
        })?;
        let mut depth = 0;
        let end = (start..self.directives.len()).find(|&at| {
            match self.directives[at].1.kind {
                DirectiveKind::If | DirectiveKind::Ifdef | DirectiveKind::Ifndef => depth += 1,
                DirectiveKind::Endif => depth -= 1,
                _ => {}
            }
            depth == 0
        })?;
        (end > index).then_some((start, end))
    }

    fn every_branch_includes_python(&self, start: usize, end: usize) -> bool {
        let mut depth = 0;
        let (mut has_else, mut included) = (false, false);
        for (_, line) in &self.directives[start..=end] {
            match line.kind {
                DirectiveKind::If | DirectiveKind::Ifdef | DirectiveKind::Ifndef => depth += 1,
                DirectiveKind::Elif | DirectiveKind::Elifdef | DirectiveKind::Elifndef | DirectiveKind::Else
                    if depth == 1 =>
                {
                    if !std::mem::take(&mut included) {
                        return false;
                    }
                    has_else |= line.kind == DirectiveKind::Else;
                }
                DirectiveKind::Endif => depth -= 1,
                DirectiveKind::Include => {
                    included |= include(self.source, line).is_some_and(|found| is_python_h(found.name));
                }
                _ => {}
            }
        }
        included && has_else
    }

    /// The new line behind a directive, indented as it is.
    fn insertion(&self, index: usize, header: &str) -> Edit {
        let line = self.directives[index].1;
        let newline = newline_style(self.source);
        let (start, end) = (line.range.start as usize, line.range.end as usize);
        let line_start = memchr::memrchr(b'\n', &self.source[..start]).map_or(0, |at| at + 1);
        let hash = if line.kind == DirectiveKind::Include {
            let text = String::from_utf8_lossy(&self.source[line_start..line.rest.start as usize]).into_owned();
            let plain =
                text.trim_start_matches('\u{feff}').trim_end_matches(|c: char| c.is_ascii_alphabetic() || c == '_');
            if plain.trim_matches([' ', '\t']).starts_with('#') { plain.to_owned() } else { "#".to_owned() }
        } else {
            "#".to_owned()
        };
        let text = format!("{hash}include \"{header}\"");
        match memchr::memchr(b'\n', &self.source[end..]) {
            Some(at) => Edit::insert((end + at + 1) as u32, format!("{text}{newline}")),
            None => Edit::insert(self.source.len() as u32, format!("{newline}{text}")),
        }
    }
}

/// Whether an include of `name` is one of Python's internal headers.
pub fn is_internal(name: &str) -> bool {
    name.contains("internal/pycore_")
}

/// The name of a file without its folders.
pub fn base(name: &str) -> &str {
    name.rsplit('/').next().unwrap_or(name)
}
