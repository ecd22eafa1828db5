//! Diagnostics of Cython files: names that they take over from Python's headers, or from the modules that come with
//! Cython, and that end in the selected transforms. Nothing is rewritten.

use super::generated::generator;
use super::search::Search;
use super::suppress::Suppressions;
use super::{Diagnostic, Options, Outcome, Project};
use crate::capi::{PythonVersion, is_header, symbol};
use crate::cython::{Mention, MentionKind, Origin, lex, mentions};
use crate::edit::Applicability;
use crate::source::{LineIndex, TextRange};
use crate::syntax::{NodeId, NodeKind};
use crate::transform::{Capture, Pattern, Rule, Transform, TreePattern, Wanted};

/// What is found in a Cython file.
pub fn diagnose(source: &[u8], project: &dyn Project, search: &Search, options: &Options) -> Outcome {
    let mut outcome = Outcome::default();
    let hits: Vec<_> = search.hits(source).collect();
    if hits.is_empty() {
        return outcome;
    }
    let lexed = lex(source);
    let lines = LineIndex::new(source);
    let suppressions = Suppressions::of_comments(source, &lexed.comments, &lines);
    for mention in mentions(source, &lexed) {
        let Ok(at) = hits.binary_search_by_key(&mention.range.start, |hit| hit.offset) else { continue };
        let name = search.name(hits[at]);
        let file = File { source, project };
        if file.text(mention.range) != name.as_bytes() || !file.is_of_python(&mention, name) {
            continue;
        }
        for index in search.transforms(hits[at]) {
            let transform = &options.catalogue.transforms()[*index];
            let is_wanted = !suppressions.covers(transform.id(), mention.range, &lines);
            let rule = file.rule(transform, &mention, name, options.range.target).filter(|_| is_wanted);
            outcome.diagnostics.extend(rule.map(|rule| Diagnostic {
                transform: transform.id(),
                range: mention.range,
                line: lines.line(mention.range.start),
                column: mention.range.start - lines.line_start(mention.range.start) + 1,
                message: transform.file().summary.clone(),
                note: note(transform, rule),
                applicability: Applicability::DisplayOnly,
            }));
        }
    }
    outcome
}

/// What to do about it, as far as the transform knows.
fn note(transform: &Transform, rule: &Rule) -> Option<String> {
    let advice = rule.instead.clone().or_else(|| transform.file().instead.clone());
    advice.or_else(|| {
        let written = rule.template.iter().flat_map(|template| &template.introduces);
        let names: Vec<String> =
            written.filter(|name| symbol(name).is_some()).map(|name| format!("`{name}`")).collect();
        (!names.is_empty()).then(|| format!("in C it is written with {} now", names.join(", ")))
    })
}

struct File<'a> {
    source: &'a [u8],
    project: &'a dyn Project,
}

impl File<'_> {
    fn text(&self, range: TextRange) -> &[u8] {
        &self.source[range.to_usize()]
    }

    fn string(&self, range: TextRange) -> &str {
        std::str::from_utf8(self.text(range)).unwrap_or_default()
    }

    /// Whether the name is Python's: it comes from one of its headers, and the project does not define it.
    fn is_of_python(&self, mention: &Mention, name: &str) -> bool {
        let index = || self.project.index();
        if let Origin::Header(header) = mention.origin {
            let header = self.string(header);
            if !is_header(header) || index().files().any(|(path, _)| path.ends_with(header)) {
                return false;
            }
        }
        let is_name = !matches!(mention.kind, MentionKind::Header | MentionKind::Field { .. });
        // What a generator writes into the files that it makes is for itself.
        let mut definers = index().files().filter(|(_, file)| {
            file.macro_definition(name).is_some() || file.function(name).is_some_and(|function| function.defined)
        });
        let is_hand_written = |path| self.project.read(path).is_none_or(|text| generator(&text).is_none());
        !(is_name && definers.any(|(path, _)| is_hand_written(path)))
    }

    /// The first rule of `transform` that ends what is mentioned, in all its uses.
    fn rule<'t>(
        &self,
        transform: &'t Transform,
        mention: &Mention,
        name: &str,
        target: PythonVersion,
    ) -> Option<&'t Rule> {
        let old = &transform.file().old;
        let is_from = |wanted: &String| matches!(mention.origin, Origin::Header(name) if self.string(name) == wanted);
        // What ends for some files only cannot be told here.
        let is_conditional = old.unless_defined.is_some() || old.unless_named.is_some();
        if transform.ends().is_none() && !transform.is_custom()
            || is_conditional
            || old.header.as_ref().is_some_and(|header| !is_from(header))
        {
            return None;
        }
        let full_name = match mention.kind {
            MentionKind::Field { structure } => format!("{}.{name}", self.string(structure)),
            _ => name.to_owned(),
        };
        let is_old = old.api.contains(&full_name);
        let mut rules = transform.rules().iter();
        if let MentionKind::Field { .. } = mention.kind {
            return rules.find(|rule| is_old && is_field(&rule.pattern, name));
        }
        // Without the name, every use of it ends.
        let is_gone = is_old && symbol(name).and_then(|symbol| symbol.until).is_some_and(|until| until < target);
        if is_gone && mention.kind != MentionKind::Header {
            return rules.next();
        }
        // Where the name goes on, its parameters say whether what ends is this function.
        let goes_on = old.removed.is_some() && symbol(name).is_some();
        rules.find(|rule| match (&rule.pattern, mention.kind) {
            (Pattern::Include(wanted), MentionKind::Header) => wanted.name == name,
            (_, MentionKind::Header) => false,
            (Pattern::Name(wanted), _) => wanted == name,
            (Pattern::Expression(tree) | Pattern::Statements(tree), MentionKind::Function { parameters }) => {
                call(tree, name).is_some_and(|arity| arity.fits(parameters, goes_on))
            }
            (Pattern::Expression(tree) | Pattern::Statements(tree), _) => {
                call(tree, name).is_some_and(|arity| arity.fits(None, goes_on))
            }
            _ => false,
        })
    }
}

/// How many arguments the calls have that a pattern finds.
enum Arity {
    Exactly(usize),
    Any,
}

impl Arity {
    /// Whether the calls of a function with so many parameters are found, if that is known. Where it is not, only
    /// what `goes_on` with others is not.
    fn fits(&self, parameters: Option<usize>, goes_on: bool) -> bool {
        match (self, parameters) {
            (Arity::Any, _) => true,
            (Arity::Exactly(wanted), Some(found)) => *wanted == found,
            (Arity::Exactly(_), None) => !goes_on,
        }
    }
}

/// The arguments of a pattern that finds every call of `name` with so many.
fn call(pattern: &TreePattern, name: &str) -> Option<Arity> {
    let tree = &pattern.tree;
    let root = only_root(pattern)?;
    let (callee, arguments) = tree.children(root).split_first()?;
    let is_name =
        tree.kind(*callee) == NodeKind::Identifier && pattern.source[tree.core(*callee).to_usize()] == *name.as_bytes();
    if tree.kind(root) != NodeKind::Call || !is_name {
        return None;
    }
    let captures: Option<Vec<usize>> = arguments.iter().map(|node| pattern.capture_at(*node)).collect();
    let mut captures = captures?;
    let all = captures.len();
    captures.sort_unstable();
    captures.dedup();
    let captured = |id: &usize| &pattern.captures[*id];
    if captures.len() < all || !captures.iter().all(|id| takes_all(captured(id))) {
        return None;
    }
    Some(if captures.iter().any(|id| captured(id).rest) { Arity::Any } else { Arity::Exactly(all) })
}

/// Whether the pattern finds every reading of the field `name`.
fn is_field(pattern: &Pattern, name: &str) -> bool {
    let Pattern::Expression(pattern) = pattern else { return false };
    let tree = &pattern.tree;
    let Some(root) = only_root(pattern) else { return false };
    let [base, field] = tree.children(root) else { return false };
    matches!(tree.kind(root), NodeKind::Member { .. })
        && pattern.source[tree.core(*field).to_usize()] == *name.as_bytes()
        && pattern.capture_at(*base).is_some_and(|id| takes_all(&pattern.captures[id]))
}

/// The expression that a pattern is, be it a statement.
fn only_root(pattern: &TreePattern) -> Option<NodeId> {
    let [root] = pattern.roots[..] else { return None };
    match (pattern.tree.kind(root), pattern.tree.children(root)) {
        (NodeKind::ExpressionStatement, [only]) => Some(*only),
        (NodeKind::ExpressionStatement, _) => None,
        _ => Some(root),
    }
}

/// Whether a capture takes whatever has the right type.
fn takes_all(capture: &Capture) -> bool {
    let Some(wanted) = &capture.wanted else { return true };
    let Wanted { ctype: _, exact: _, uncast: _, except, mentions, lacks, call, pure, only_here, initialized, units } =
        wanted;
    let is_special = *call || *pure || *only_here || mentions.is_some() || lacks.is_some() || initialized.is_some();
    !is_special && except.is_empty() && units.is_empty()
}
