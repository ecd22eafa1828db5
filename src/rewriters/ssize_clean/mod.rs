//! A file with formats whose lengths are of one type with a macro, and of another without it, gets the macro, and its
//! lengths that type.
//!
//! Once the macro is defined, every call in the file goes by it. So all of them can follow, or the file stays as it is
//! and what stands in the way is told. The definition goes into the file itself, never into a header of the project: a
//! fix is whole wherever it is made, and other files keep what they have.

mod calls;
mod declarations;
mod fate;
mod place;
mod text;
mod uses;

use std::collections::BTreeSet;
use std::path::Path;

use rustc_hash::FxHashSet;

use super::{Finding, WholeFile};
use crate::capi::BuildSet;
use crate::edit::{Applicability, Edit};
use crate::source::{TextRange, TokenKind};
use crate::syntax::{CType, NodeId, NodeKind};
use crate::transform::{FormatKind, Rule, SsizeClean};
use calls::{FormatUse, format_use};
use text::{Parsed, Text, lexed};
use uses::Variables;

/// Why a file stays as it is.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
enum Obstacle {
    #[error("the format of `{0}` is not known here, so its lengths cannot follow the macro")]
    Format(String),
    #[error("`{0}` is used without being called, so what formats it gets is not known")]
    NotCalled(String),
    #[error("`{0}` does not go by the macro")]
    Unaware(String),
    #[error("the body of a macro has a length, whose variable is not known there")]
    InMacro,
    #[error("`{0}` gets its lengths in a `va_list`")]
    ArgumentList(String),
    #[error("the arguments are not those of the format")]
    Arguments,
    #[error("the code around it is not understood")]
    Unparsed,
    #[error("`{0}` is no variable of the function or of this file alone, so its type cannot follow")]
    NotLocal(String),
    #[error("`{0}` is declared as `{1}`")]
    Declared(String, String),
    #[error("the declaration of `{0}` cannot be taken apart")]
    Declaration(String),
    #[error("the address of `{0}` goes elsewhere, too, where its type cannot follow")]
    Address(String),
    #[error("what becomes of `{0}` depends on its type")]
    Use(String),
    #[error("`{0}` is an argument of the macro `{1}`, which may depend on its type")]
    MacroArgument(String, String),
    #[error("`{0}` may be meant in the body of a macro")]
    MacroBody(String),
    #[error("a condition asks for `{0}`")]
    Asked(String),
    #[error("nothing is included above which the macro could be defined")]
    NoInclude,
    #[error("other files include this one, such as `{0}`, and they would have to define the macro")]
    Included(String),
    #[error("who includes this header would have to define the macro")]
    IsHeader,
    #[error("`{0}`, which is compiled with it, has a format with a length, or one that is not known")]
    Other(String),
}

/// What stands in the way, and where.
type Stop = (TextRange, Obstacle);

/// Adds what is found in a file; `spared` are the builds that go by the macro only for the type.
pub fn diagnose(
    whole: &WholeFile<'_>,
    index: usize,
    rule: &Rule,
    words: &SsizeClean,
    spared: BuildSet,
    out: &mut Vec<Finding>,
) {
    let text = Text::of(whole);
    let mut stops = Vec::new();
    let calls = Calls::read(&text, words, &mut stops);
    let Some(all) = calls.range() else { return };
    let is_needed = |range: &TextRange| !text.conditionals.builds_at(range.start).is_subset(spared);
    let Some(first) = calls.with_lengths().find(is_needed) else { return };
    let mut finding = Finding::of(index, rule, all);
    match calls.rewrite(whole, &text, words, &mut stops) {
        Some((anchor, edits)) if stops.is_empty() => {
            finding.range = anchor.cover(all);
            finding.edits = Some(edits);
            out.push(finding);
        }
        _ => {
            // What other builds compile is told where these see it.
            for (range, _) in &mut stops {
                if text.conditionals.builds_at(range.start).is_subset(spared) {
                    *range = first;
                }
            }
            let mut seen = BTreeSet::new();
            stops.retain(|(range, _)| seen.insert(*range));
            out.extend(stops.into_iter().map(|(range, obstacle)| Finding {
                range,
                applicability: Applicability::DisplayOnly,
                note: Some(obstacle.to_string()),
                ..finding.clone()
            }));
        }
    }
}

/// The calls of a file that have lengths, by the regions of its views.
struct Calls {
    regions: Vec<(Parsed, Vec<FormatUse>)>,
}

impl Calls {
    /// Reads the calls; `stops` gets those that are not understood.
    fn read(text: &Text<'_>, words: &SsizeClean, stops: &mut Vec<Stop>) -> Calls {
        let names: FxHashSet<&[u8]> = functions(words).map(|name| name.as_bytes()).collect();
        let found = text.regions(&names);
        stops.extend(found.unparsed.into_iter().chain(found.unseen).map(|range| (range, Obstacle::Unparsed)));
        let mut regions = Vec::new();
        for parsed in found.parsed {
            let tree = &parsed.tree;
            let is_name = |node: &NodeId| {
                tree.kind(*node) == NodeKind::Identifier && names.contains(&text.source[tree.core(*node).to_usize()])
            };
            let mut uses = Vec::new();
            let mut seen = 0;
            for name in tree.nodes().filter(is_name) {
                seen += 1;
                match format_use(text, &parsed, words, name) {
                    Ok(found) => uses.push(found),
                    Err(obstacle) => {
                        let place = tree.parent(name).map_or(tree.core(name), |call| tree.core(call));
                        stops.push((place, obstacle));
                    }
                }
            }
            // What masking took out of the tree is not understood either.
            let tokens = &parsed.region.tokens;
            let written = tokens
                .iter()
                .filter(|token| token.kind == TokenKind::Identifier && names.contains(token.text(text.source)));
            if written.count() != seen {
                stops.push((parsed.region.range, Obstacle::Unparsed));
            }
            regions.push((parsed, uses));
        }
        Calls { regions }
    }

    /// The calls that have lengths.
    fn with_lengths(&self) -> impl Iterator<Item = TextRange> {
        self.regions.iter().flat_map(|(parsed, uses)| {
            let found = uses.iter().filter(|found| !found.lengths.is_empty());
            found.map(|found| parsed.tree.core(found.call))
        })
    }

    /// From the first call with a length to the last.
    fn range(&self) -> Option<TextRange> {
        self.with_lengths().reduce(TextRange::cover)
    }

    /// The edits, and the directive above which the macro is defined.
    fn rewrite(
        &self,
        whole: &WholeFile<'_>,
        text: &Text<'_>,
        words: &SsizeClean,
        stops: &mut Vec<Stop>,
    ) -> Option<(TextRange, Vec<Edit>)> {
        let first = self.range()?;
        let start = TextRange::new(first.start, first.start);
        let mut variables = Variables::default();
        for (parsed, uses) in &self.regions {
            for found in uses.iter().filter(|found| found.kind == FormatKind::Parse) {
                for length in &found.lengths {
                    if let Err(obstacle) = variables.take(text, parsed, words, *length) {
                        stops.push((parsed.tree.core(*length), obstacle));
                    }
                }
            }
        }
        stops.extend(beyond(whole, text, words, &variables).map(|obstacle| (start, obstacle)));
        let mut edits = BTreeSet::new();
        variables.follow(text, words, &mut edits, stops);
        for (parsed, uses) in &self.regions {
            for found in uses.iter().filter(|found| found.kind == FormatKind::Build) {
                for length in &found.lengths {
                    edits.extend(variables.widened(text, parsed, words, *length));
                }
            }
        }
        match place::definition(text, words) {
            Ok((anchor, definition)) => {
                edits.insert(definition);
                Some((anchor, edits.into_iter().collect()))
            }
            Err(obstacle) => {
                stops.push((start, obstacle));
                None
            }
        }
    }

    /// Whether a length is among the calls, or what may be one.
    fn is_concerned(&self, stops: &[Stop]) -> bool {
        self.range().is_some() || !stops.is_empty()
    }
}

/// What stands in the way in other files: all that is compiled together goes by the macro.
fn beyond(whole: &WholeFile<'_>, text: &Text<'_>, words: &SsizeClean, variables: &Variables) -> Option<Obstacle> {
    let spelled = |path: &Path| path.to_string_lossy().replace('\\', "/");
    let project = text.project;
    if place::asks_for_macro(text, words).is_some() {
        return Some(Obstacle::Asked(words.macro_name.clone()));
    }
    // Who includes a header is not known to the last.
    if text.path.extension().is_none_or(|extension| extension.to_string_lossy().starts_with(['h', 'H'])) {
        return Some(Obstacle::IsHeader);
    }
    let mut others: BTreeSet<&Path> = project.reachable(text.path).collect();
    for includer in project.includers(text.path) {
        if !place::is_first_in(text, words, includer) {
            return Some(Obstacle::Included(spelled(includer)));
        }
        others.insert(includer);
        others.extend(project.reachable(includer));
    }
    others.remove(text.path);
    others.into_iter().find_map(|path| {
        let source = (whole.read)(path)?;
        let mentioned: FxHashSet<&[u8]> = crate::source::words(&source).into_iter().collect();
        if mentioned.contains(words.macro_name.as_bytes()) {
            return Some(Obstacle::Asked(words.macro_name.clone()));
        }
        if let Some(name) = variables.shared().find(|name| mentioned.contains(name)) {
            return Some(Obstacle::NotLocal(String::from_utf8_lossy(name).into_owned()));
        }
        // Most files call none of the functions, and need not be looked at closer.
        functions(words).any(|name| mentioned.contains(name.as_bytes())).then_some(())?;
        let (lexed, conditionals) = lexed(&source)?;
        let text = Text::other(whole, path, &source, &lexed, &conditionals, project.file(path)?, project);
        let mut stops = Vec::new();
        let calls = Calls::read(&text, words, &mut stops);
        calls.is_concerned(&stops).then(|| Obstacle::Other(spelled(path)))
    })
}

/// The functions that take a format.
fn functions(words: &SsizeClean) -> impl Iterator<Item = &String> {
    [&words.parse, &words.build, &words.unaware].into_iter().flat_map(|functions| functions.keys())
}

/// The name of a type, where it has one.
fn type_name(ctype: &CType) -> Option<&str> {
    match ctype {
        CType::Named(name) => Some(name),
        _ => None,
    }
}
