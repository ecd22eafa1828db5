//! A project's own copies of what newer Pythons brought, where the compat header has them, too: the header takes their
//! place.

use std::collections::BTreeSet;

use super::{Conditionals, Finding};
use crate::capi::{self, BuildSet};
use crate::edit::{Applicability, Edit};
use crate::guards::closed;
use crate::header;
use crate::source::{
    Condition, ConditionalGroup, Directive, DirectiveKind, Language, Region, RegionKind, TextRange, Token, TokenKind,
    VersionPart, directive, first_name, lex_range, split, whole_lines,
};
use crate::transform::{GuardWords, Rule};

/// Adds what is found in the conditionals of a file: each group that a missing name is the reason for, from the outside
/// in until one can go whole.
pub fn diagnose(
    conditionals: &Conditionals<'_>,
    index: usize,
    rule: &Rule,
    guards: &GuardWords,
    out: &mut Vec<Finding>,
) {
    if !conditionals.may_include_header || guards.versions.iter().any(|name| conditionals.is_own_macro(name)) {
        return;
    }
    let mut found = Vec::new();
    for group in conditionals.tree.groups() {
        seek(conditionals, group, &mut found);
    }
    let goes: BTreeSet<&String> =
        found.iter().filter(|polyfill| polyfill.is_replaceable()).flat_map(|polyfill| &polyfill.offered).collect();
    // The header's macros would get in the way of a function of the same name that stays.
    let stays = |name: &&str| !goes.iter().any(|gone| gone == name);
    let is_macro_of_header = |name: &&str| header::index().macro_definition(name).is_some();
    let mut own = conditionals.file.defined_functions().filter(is_macro_of_header).chain(conditionals.clash);
    let clash = own.find(stays);
    for polyfill in &found {
        out.push(polyfill.finding(conditionals, index, rule, clash));
    }
}

/// Adds the polyfills in a group. Returns whether there are any.
fn seek(conditionals: &Conditionals<'_>, group: ConditionalGroup<'_>, found: &mut Vec<Polyfill>) -> bool {
    let polyfill = Polyfill::read(conditionals, group);
    if let Some(polyfill) = polyfill.as_ref().filter(|polyfill| polyfill.is_replaceable()) {
        found.push(polyfill.clone());
        return true;
    }
    let mut has_inner = false;
    for inner in group.branches().flat_map(|branch| branch.groups()) {
        has_inner |= seek(conditionals, inner, found);
    }
    if !has_inner && let Some(polyfill) = polyfill {
        found.push(polyfill);
        return true;
    }
    has_inner
}

/// A group that defines something the header offers, where Python or the project lacks it.
#[derive(Clone)]
struct Polyfill {
    range: TextRange,
    /// What it defines that the header offers.
    offered: BTreeSet<String>,
    /// What else it does, if it does anything, or does what the header cannot do.
    also: Option<String>,
}

impl Polyfill {
    fn read(conditionals: &Conditionals<'_>, group: ConditionalGroup<'_>) -> Option<Polyfill> {
        let Conditionals { source, tokens, .. } = *conditionals;
        group.endif()?;
        let range = group.range();
        let first = tokens.partition_point(|token| token.range.start < range.start);
        let inside: Vec<Token> =
            tokens[first..].iter().take_while(|token| range.contains(token.range)).copied().collect();
        let content = Content::read(source, &inside);
        let is_offered = |name: &&String| header::offers(name);
        let offered: BTreeSet<String> = content.defines.iter().filter(is_offered).cloned().collect();
        if offered.is_empty() || !is_guard(group, &content.defines) {
            return None;
        }
        let helpers = content.defines.difference(&offered);
        let used = helpers.into_iter().find(|name| !is_private(conditionals, range, name, &offered));
        let absent = offered.iter().find(|name| !is_brought(name, conditionals.builds));
        let also = content.other.or_else(|| used.map(|name| format!("it also defines `{name}`"))).or_else(|| {
            absent.map(|name| format!("the compat header does not bring `{name}` to every Python that lacks it"))
        });
        Some(Polyfill { range, offered, also })
    }

    fn is_replaceable(&self) -> bool {
        self.also.is_none()
    }

    fn finding(&self, conditionals: &Conditionals<'_>, index: usize, rule: &Rule, clash: Option<&str>) -> Finding {
        let collides =
            |name: &str| format!("the compat header has `{name}`, too, which the project defines in another place");
        let obstacle = self.also.clone().or_else(|| clash.map(collides));
        let lines = whole_lines(conditionals.source, self.range);
        Finding {
            rule: index,
            range: self.range,
            edits: obstacle.is_none().then(|| closed(conditionals.source, vec![Edit::replace(lines, "")])),
            applicability: if obstacle.is_none() { rule.applicability } else { Applicability::DisplayOnly },
            note: obstacle.or_else(|| rule.because.clone()),
            introduces: self.wanted(conditionals),
        }
    }

    /// What the header must bring in its place: what nobody uses it need not.
    fn wanted(&self, conditionals: &Conditionals<'_>) -> Vec<String> {
        let is_used = |name: &&String| mentions(conditionals, self.range, name).1 > 0 || is_shared(conditionals);
        self.offered.iter().filter(is_used).cloned().collect()
    }
}

/// Whether the header has `name` for all of `builds` that do not have it themselves. With the Limited API it may be that
/// nobody can.
fn is_brought(name: &str, builds: BuildSet) -> bool {
    let brought = header::index().macro_definition(name).map_or(BuildSet::NONE, |found| found.builds);
    let lacking = capi::symbol(name).map_or(brought, |symbol| BuildSet::before(symbol.since));
    lacking.intersect(builds).intersect(BuildSet::matching(|build| !build.limited)).is_subset(brought)
}

/// What stands in a group.
struct Content {
    /// The functions and macros that it defines.
    defines: BTreeSet<String>,
    /// Something that is no such definition.
    other: Option<String>,
}

impl Content {
    fn read(source: &[u8], tokens: &[Token]) -> Content {
        let mut content = Content { defines: BTreeSet::new(), other: None };
        let text = |range: TextRange| String::from_utf8_lossy(&source[range.to_usize()]).into_owned();
        let (directives, code): (Vec<Token>, Vec<Token>) =
            tokens.iter().partition(|token| token.kind == TokenKind::Directive);
        let mut taken_away = Vec::new();
        for line in directives.iter().map(|token| directive(source, token)) {
            let name = first_name(source, &line).map(text);
            match line.kind {
                DirectiveKind::Define => content.defines.extend(name),
                DirectiveKind::Undef => taken_away.extend(name),
                DirectiveKind::Include => content.other = Some("it also includes a header".to_owned()),
                DirectiveKind::Other => content.other = Some(format!("it also has `{}`", first_line(source, &line))),
                _ => {}
            }
        }
        let regions = split(source, &code, Language::C);
        let (functions, others): (Vec<&Region>, Vec<&Region>) =
            regions.iter().partition(|region| matches!(region.kind, RegionKind::Function { .. }));
        for region in functions {
            let name = name_before_parenthesis(source, region);
            if let Some(name) = name.as_ref().filter(|_| !is_of_the_file_alone(source, region)) {
                content.other = Some(format!("`{name}` is not static, so other files may call it"));
            }
            content.defines.extend(name);
        }
        // What is only declared may be one of them.
        let is_one = |region: &&Region| {
            name_before_parenthesis(source, region).is_some_and(|name| content.defines.contains(&name))
        };
        if !others.iter().all(is_one) {
            content.other = Some("it also has code that is no function".to_owned());
        }
        if let Some(name) = taken_away.iter().find(|name| !content.defines.contains(*name)) {
            content.other = Some(format!("it also undefines `{name}`"));
        }
        content
    }
}

/// The name of the function that a region defines or declares.
fn name_before_parenthesis(source: &[u8], region: &Region) -> Option<String> {
    let open = region.tokens.iter().position(|token| token.is(source, "("))?;
    let name = region.tokens.get(open.checked_sub(1)?).filter(|token| token.kind == TokenKind::Identifier)?;
    Some(String::from_utf8_lossy(name.text(source)).into_owned())
}

/// Whether a function is static or inline, be it by a macro that says so.
fn is_of_the_file_alone(source: &[u8], region: &Region) -> bool {
    let head = region.tokens.iter().take_while(|token| !token.is(source, "{"));
    let says_so = |token: &Token| {
        let text = String::from_utf8_lossy(token.text(source)).to_ascii_lowercase();
        text.contains("static") || text.contains("inline")
    };
    head.into_iter().any(says_so)
}

fn first_line(source: &[u8], line: &Directive) -> String {
    let text = String::from_utf8_lossy(&source[line.range.to_usize()]).into_owned();
    text.lines().next().unwrap_or_default().trim_end_matches('\\').trim_end().to_owned()
}

/// Whether all that a group asks for is the build, and whether there are names that it defines.
fn is_guard(group: ConditionalGroup<'_>, defines: &BTreeSet<String>) -> bool {
    let mut asks = false;
    let mut asks_for_others = false;
    for condition in group.branches().filter_map(|branch| branch.condition()) {
        asks |= condition.asks_for_version(VersionPart::Any);
        condition.for_each_name(&mut |name| {
            let is_own = defines.contains(name);
            asks |= is_own;
            asks_for_others |= !is_own && !Condition::defined(name.as_bytes()).depends_on_build();
        });
    }
    asks && !asks_for_others
}

/// How often `name` stands in the group at `range`, and how often in the rest of the file.
fn mentions(conditionals: &Conditionals<'_>, range: TextRange, name: &str) -> (usize, usize) {
    let Conditionals { source, tokens, .. } = *conditionals;
    let is_name = |token: &Token| token.kind == TokenKind::Identifier && token.text(source) == name.as_bytes();
    let count = |token: &Token| match token.kind {
        TokenKind::Directive => lex_range(source, token.range).tokens.iter().filter(|token| is_name(token)).count(),
        _ => usize::from(is_name(token)),
    };
    let (inside, outside): (Vec<&Token>, Vec<&Token>) = tokens.iter().partition(|token| range.contains(token.range));
    let sum = |tokens: Vec<&Token>| tokens.into_iter().map(count).sum();
    (sum(inside), sum(outside))
}

/// Whether `name`, which the group at `range` defines, is there for the group alone: it is used in it, the rest of the
/// file does not hold it and, as those that include the file may, it is called after what it helps to define.
fn is_private(conditionals: &Conditionals<'_>, range: TextRange, name: &str, offered: &BTreeSet<String>) -> bool {
    let (inside, outside) = mentions(conditionals, range, name);
    let stem = name.trim_start_matches('_');
    let is_named_after = || offered.iter().any(|offered| offered.trim_start_matches('_') == stem);
    inside > 1 && outside == 0 && (is_named_after() || !is_shared(conditionals))
}

/// Whether other files see what the file defines: it is a header, or is included all the same.
fn is_shared(conditionals: &Conditionals<'_>) -> bool {
    let Conditionals { project, path, .. } = *conditionals;
    let extension = path.extension().map(|extension| extension.to_string_lossy());
    extension.is_none_or(|extension| extension.starts_with(['h', 'H'])) || project.includers(path).next().is_some()
}
