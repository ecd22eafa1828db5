//! A file uses names of a header of the system that it had by `Python.h` alone: it gets the include.

mod place;
mod uses;

use std::path::Path;

use super::{Conditionals, Finding};
use crate::edit::Applicability;
use crate::semantics::IncludeEntry;
use crate::source::{
    Assumptions, Condition, Directive, DirectiveKind, Extent, Include, TextRange, Token, TokenKind, Truth, directive,
    first_name, include, is_python_h, lex_range,
};
use crate::transform::{DefinedValue, Rule, SystemInclude};

/// The finding, if the file needs the include. Its place is where the include goes, so that a second one for the same
/// place finds its way there in the next pass.
pub fn diagnose(conditionals: &Conditionals<'_>, index: usize, rule: &Rule, wanted: &SystemInclude) -> Option<Finding> {
    let file = Lines::new(conditionals, wanted);
    let python = file.python()?;
    if wanted.only_with.as_ref().is_some_and(|value| !file.defines(value)) || file.is_brought() {
        return None;
    }
    let uses = uses::uses(&file);
    let first = *uses.first()?;
    let mut finding = Finding::of(index, rule, first);
    match place::place(&file, python, &uses) {
        Some((range, edit)) => {
            finding.range = range;
            finding.edits = Some(vec![edit]);
        }
        None => {
            finding.applicability = Applicability::DisplayOnly;
            finding.note = Some(format!("include `<{}>` in this file", wanted.header));
        }
    }
    Some(finding)
}

/// A file and its directives.
struct Lines<'a> {
    conditionals: &'a Conditionals<'a>,
    wanted: &'a SystemInclude,
    directives: Vec<Directive>,
}

impl<'a> Lines<'a> {
    fn new(conditionals: &'a Conditionals<'a>, wanted: &'a SystemInclude) -> Self {
        let is_directive = |token: &&Token| token.kind == TokenKind::Directive;
        let tokens = conditionals.tokens.iter().filter(is_directive);
        Lines { conditionals, wanted, directives: tokens.map(|token| directive(conditionals.source, token)).collect() }
    }

    fn includes(&self) -> impl Iterator<Item = (&Directive, Include<'a>)> {
        let source = self.conditionals.source;
        self.directives.iter().filter_map(move |line| include(source, line).map(|found| (line, found)))
    }

    /// The include that brings `Python.h`, be it by headers of the project.
    fn python(&self) -> Option<Directive> {
        let Conditionals { project, path, .. } = *self.conditionals;
        let includes_it = |file: &Path| {
            let mut includes = project.file(file).into_iter().flat_map(|file| file.includes());
            includes.any(|entry| is_python_h(&entry.name))
        };
        let direct = self.includes().find(|(_, found)| is_python_h(found.name));
        let brings = |name: &str| project.reached_by(path, name).into_iter().any(includes_it);
        direct.or_else(|| self.includes().find(|(_, found)| brings(found.name))).map(|(line, _)| *line)
    }

    /// Whether the code is compiled on a platform that the header is for, and for a Python that does not bring it.
    fn is_compiled(&self, offset: u32) -> bool {
        self.may_hold(&self.conditionals.tree.conditions_at(offset))
    }

    fn may_hold(&self, conditions: &[Condition]) -> bool {
        let here = Here(self.wanted);
        let all = conditions.iter().map(|condition| condition.extent(&here)).fold(Extent::always(), Extent::and);
        !all.possibly.intersect(self.conditionals.builds).is_empty()
    }

    /// Whether the file includes the header, or one that brings it, itself or by headers of the project; or a file does so
    /// that this one is a part of.
    fn is_brought(&self) -> bool {
        let Conditionals { project, path, .. } = *self.conditionals;
        if self.includes().any(|(line, found)| self.brings(found.name) && self.is_compiled(line.range.start)) {
            return true;
        }
        let brings = |entry: &IncludeEntry| self.brings(&entry.name) && self.may_hold(&entry.conditions);
        let includes_it = |file: &Path| {
            let mut includes = project.file(file).into_iter().flat_map(|file| file.includes());
            includes.any(brings)
        };
        project.reachable(path).chain(project.includers(path)).any(includes_it)
    }

    fn brings(&self, name: &str) -> bool {
        name == self.wanted.header || self.wanted.brought_by.iter().any(|other| other == name)
    }

    /// Whether the file defines a macro as a number that is large enough.
    fn defines(&self, wanted: &DefinedValue) -> bool {
        let source = self.conditionals.source;
        self.directives.iter().filter(|line| line.kind == DirectiveKind::Define).any(|line| {
            let name = first_name(source, line).filter(|name| source[name.to_usize()] == *wanted.name.as_bytes());
            let Some(name) = name else { return false };
            let value = lex_range(source, TextRange::new(name.end, line.range.end)).tokens;
            let value = value.first().and_then(|token| number(token.text(source)));
            value.is_some_and(|value| value >= wanted.from)
        })
    }
}

/// The value of a number as it is written, where it is a plain one.
fn number(text: &[u8]) -> Option<u32> {
    let text = std::str::from_utf8(text).ok()?.trim_end_matches(['u', 'U', 'l', 'L']);
    match text.strip_prefix("0x").or_else(|| text.strip_prefix("0X")) {
        Some(digits) => u32::from_str_radix(digits, 16).ok(),
        None => text.parse().ok(),
    }
}

/// What is assumed of macros: those of other platforms are not there.
struct Here<'a>(&'a SystemInclude);

impl Assumptions for Here<'_> {
    fn truth(&self, condition: &Condition) -> Truth {
        let mut is_elsewhere = false;
        condition.for_each_name(&mut |name| is_elsewhere |= self.0.elsewhere.iter().any(|other| other == name));
        if is_elsewhere { Truth::No } else { Truth::Maybe }
    }
}
