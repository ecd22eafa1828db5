//! Diagnostics of Cython files: names that they take over from Python's headers, or from the modules that come with
//! Cython, and that end in the selected transforms. Nothing is rewritten.

use super::generated::generator;
use super::search::Search;
use super::suppress::Suppressions;
use super::{Diagnostic, FileOptions, Fingerprint, Options, Outcome, Project};
use crate::capi::{PythonRange, PythonVersion, canonical_type, is_header, symbol};
use crate::cython::{Mention, MentionKind, Origin, lex, mentions};
use crate::edit::Applicability;
use crate::source::{LineIndex, TextRange};
use crate::syntax::{NodeId, NodeKind};
use crate::transform::{Capture, Pattern, Rule, Transform, TreePattern, Wanted};

/// What is found in a Cython file and not known yet.
pub fn diagnose(
    source: &[u8],
    project: &dyn Project,
    search: &Search,
    options: &Options,
    own: &FileOptions,
) -> Outcome {
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
            let is_suppressed = suppressions.are_asked_for(transform.id(), mention.range, &lines);
            let found = if is_suppressed { &mut outcome.suppressed } else { &mut outcome.diagnostics };
            found.extend(file.end(transform, &mention, name, options.range).map(|note| Diagnostic {
                transform: transform.id(),
                range: mention.range,
                line: lines.line(mention.range.start),
                column: mention.range.start - lines.line_start(mention.range.start) + 1,
                message: transform.file().summary.clone(),
                note,
                applicability: Applicability::DisplayOnly,
                fix: None,
                needs: Vec::new(),
                fingerprint: Fingerprint::new(
                    transform.id(),
                    &source[lines.lines_of(source, mention.range).to_usize()],
                ),
            }));
        }
    }
    if let Some(news) = own.news(outcome.diagnostics.iter()) {
        let is_new = |found: &Diagnostic| news.contains(&found.fingerprint);
        (outcome.diagnostics, outcome.known) = outcome.diagnostics.into_iter().partition(is_new);
    }
    outcome
}

/// What to do about it, as far as the transform knows.
fn advice(transform: &Transform, rule: &Rule, oldest: PythonVersion) -> Option<String> {
    let written = || {
        let names = &rule.template.as_ref()?.introduces;
        let shown = names.iter().map(|name| {
            let since = symbol(name)?.since;
            Some(if since > oldest { format!("`{name}` (Python {since})") } else { format!("`{name}`") })
        });
        let shown: Vec<String> = shown.collect::<Option<_>>()?;
        (!shown.is_empty()).then(|| format!("write it with {}", shown.join(", ")))
    };
    let is_rename = matches!(rule.pattern, Pattern::Name(_));
    let exact = rule.instead.clone().or_else(|| written().filter(|_| is_rename));
    exact.or_else(|| transform.file().instead.clone()).or_else(written)
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
        let index = index();
        let mut definers = index.files().filter(|(_, file)| {
            file.macro_definition(name).is_some() || file.function(name).is_some_and(|function| function.defined)
        });
        let is_hand_written = |path| self.project.read(path).is_none_or(|text| generator(&text).is_none());
        !(is_name && definers.any(|(path, _)| is_hand_written(path)))
    }

    /// If what is mentioned ends for `transform` in all its uses: what to do about it, as far as that is known.
    fn end(&self, transform: &Transform, mention: &Mention, name: &str, range: PythonRange) -> Option<Option<String>> {
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
        let is_old = |name: &str| old.api.iter().any(|old| old == name);
        // Without the name, every use of it ends. Where it goes on although something of it is removed, the number of
        // arguments may tell.
        let until = symbol(name).and_then(|symbol| symbol.until);
        let is_gone = is_old(name) && until.is_some_and(|until| until < range.target);
        let goes_on = old.removed.is_some() && !is_gone;
        let calls = |pattern: &Pattern, parameters| match pattern {
            Pattern::Name(wanted) => wanted == name,
            Pattern::Expression(tree) | Pattern::Statements(tree) => {
                call(tree, name).is_some_and(|arity| arity.fits(parameters, goes_on))
            }
            _ => false,
        };
        let rule = transform.rules().iter().find(|rule| match mention.kind {
            MentionKind::Header => matches!(&rule.pattern, Pattern::Include(wanted) if wanted.name == name),
            MentionKind::Field { structure } => {
                let structure = canonical_type(self.string(structure));
                is_old(&format!("{structure}.{name}")) && is_field(&rule.pattern, name)
            }
            MentionKind::Function { parameters } => calls(&rule.pattern, parameters),
            MentionKind::Name => calls(&rule.pattern, None),
        });
        match rule {
            Some(rule) => Some(advice(transform, rule, range.min)),
            None => {
                let is_name = matches!(mention.kind, MentionKind::Function { .. } | MentionKind::Name);
                (is_gone && is_name).then(|| transform.file().instead.clone())
            }
        }
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
    let is_special = *call || *pure || *only_here || !mentions.is_empty() || !lacks.is_empty() || initialized.is_some();
    !is_special && except.is_empty() && units.is_empty()
}
