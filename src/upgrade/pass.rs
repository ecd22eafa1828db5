//! One pass over one text: what do the transforms find in it?

mod judge;
mod once;

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::rc::Rc;

use rustc_hash::{FxHashMap, FxHashSet};

use super::findings::{Findings, is_in_part};
use super::generated::clinic_blocks;
use super::macros::is_place;
use super::search::{Hit, Search};
use super::sieve::{Fit, fit};
use super::suppress::Suppressions;
use super::{Options, Project};
use crate::capi::BuildSet;
use crate::rewriters::{self, Conditionals, Finding, Leaves, Place, WholeFile};
use crate::semantics::{FileIndex, ProjectIndex, SemanticModel, Spelling};
use crate::source::{
    ConditionalTree, DirectiveKind, Language, Lexed, LineIndex, MacroDefinition, Region, RegionKind, TextRange, Token,
    TokenKind, TooDeep, directive, include, is_name_byte, lex, lex_range, macro_definition, split,
};
use crate::syntax::{SyntaxTree, parse};
use crate::transform::{Catalogue, Pattern, Rule, Shape, Site, Transform};
use once::Once;

/// What a pass knows beside the text.
pub struct PassContext<'a> {
    pub catalogue: &'a Catalogue,
    pub search: &'a Search,
    pub options: &'a Options,
    pub project: &'a ProjectIndex,
    /// The files of the project.
    pub files: &'a dyn Project,
    pub path: &'a Path,
    /// The language of the file.
    pub language: Language,
    /// The compat header, if a file may include it.
    pub header: Option<&'a FileIndex>,
    /// A function that the file defines although the compat header brings it: the header's macro of that name would
    /// get in its way.
    pub clash: Option<&'a str>,
}

impl PassContext<'_> {
    /// Whether the transform concerns the file: names that only one header declares are the API's only where that
    /// header is included, and a macro may spare the files that see it.
    fn concerns(&self, transform: &Transform, file: &FileIndex, source: &[u8]) -> bool {
        let old = &transform.file().old;
        // A rewrite may have defined it.
        let is_spared = |name: &String| {
            file.macro_definition(name).is_some()
                || self.project.is_macro_around(self.path, name)
                || memchr::memmem::find(source, name.as_bytes()).is_some()
                    && FileIndex::of_directives(source).macro_definition(name).is_some()
        };
        let is_named = |name: &String| {
            let is_whole = |at: usize| {
                let end = source.get(at + name.len());
                !at.checked_sub(1).is_some_and(|before| is_name_byte(source[before]))
                    && !end.is_some_and(|byte| is_name_byte(*byte))
            };
            memchr::memmem::find_iter(source, name.as_bytes()).any(is_whole)
        };
        if old.unless_defined.as_ref().is_some_and(is_spared) || old.unless_named.as_ref().is_some_and(is_named) {
            return false;
        }
        let Some(header) = &old.header else { return true };
        let includes = |file: &FileIndex| file.includes().any(|found| *found.name == **header);
        let own = self.project.file(self.path);
        own.is_none_or(|own| {
            let mut reached = self.project.reachable(self.path).filter_map(|path| self.project.file(path));
            includes(own) || reached.any(includes)
        })
    }
}

/// A text in tokens, with its conditionals.
pub struct Read {
    lexed: Lexed,
    conditionals: ConditionalTree,
}

impl Read {
    /// Reads `source`.
    pub fn new(source: &[u8]) -> Result<Read, TooDeep> {
        let lexed = lex(source);
        let conditionals = ConditionalTree::new(source, &lexed.tokens)?;
        Ok(Read { lexed, conditionals })
    }

    /// Whether a pass over `source`, which this is read from, may find something. Nothing of the project is asked for.
    pub fn may_hold(&self, source: &[u8], search: &Search, catalogue: &Catalogue) -> bool {
        let tokens = &self.lexed.tokens;
        search.hits(source).any(|hit| {
            let transforms = || search.transforms(hit).iter().map(|index| &catalogue.transforms()[*index]);
            if transforms().any(|transform| transform.rules().iter().any(is_of_whole_file)) {
                return true;
            }
            token_at(tokens, hit).is_some_and(|at| match tokens[at].kind {
                TokenKind::Directive => true,
                TokenKind::Identifier if tokens[at].is(source, search.name(hit)) => transforms().any(|transform| {
                    let is_of_file = transform.rules().iter().any(is_of_files);
                    let enough = if is_of_file { Fit::Near } else { Fit::Whole };
                    fit(transform, search.name(hit), source, tokens, at) >= enough
                }),
                _ => false,
            })
        })
    }
}

/// The index of the token that holds a hit. A name inside a comment is in none.
fn token_at(tokens: &[Token], hit: Hit) -> Option<usize> {
    let at = tokens.partition_point(|token| token.range.end <= hit.offset);
    tokens.get(at).is_some_and(|token| token.range.start <= hit.offset).then_some(at)
}

/// Looks at `source`: at all of it, or at what lies in the parts `only`. `read` is what was read from it, where it was.
pub fn run(
    context: &PassContext<'_>,
    source: &[u8],
    read: Option<&Read>,
    only: Option<&[TextRange]>,
) -> Result<Findings, TooDeep> {
    let is_wanted = |hit: &Hit| only.is_none_or(|parts| is_in_part(parts, hit.offset));
    let (hits, elsewhere): (Vec<Hit>, Vec<Hit>) = context.search.hits(source).partition(is_wanted);
    let about_the_file = |hit: &Hit| {
        let mut transforms =
            context.search.transforms(*hit).iter().map(|index| &context.catalogue.transforms()[*index]);
        transforms.any(|transform| transform.rules().iter().any(is_of_whole_file))
    };
    let of_file: Vec<Hit> = hits.iter().chain(&elsewhere).filter(|hit| about_the_file(hit)).copied().collect();
    if hits.is_empty() && of_file.is_empty() {
        return Ok(Findings::default());
    }
    let own;
    let Read { lexed, conditionals } = match read {
        Some(read) => read,
        None => {
            own = Read::new(source)?;
            &own
        }
    };
    let lines = LineIndex::new(source);
    let mut suppressions = Suppressions::new(source, lexed, &lines);
    suppressions.add_generated(clinic_blocks(source));
    // What a file declares stays what it was on disk; rewriting changes no declaration.
    let scanned;
    let file = match context.project.file(context.path) {
        Some(file) => file,
        None => {
            scanned = FileIndex::scan(source);
            &scanned
        }
    };
    let mut pass = Pass {
        context,
        source,
        tokens: &lexed.tokens,
        comments: &lexed.comments,
        conditionals,
        lines: &lines,
        suppressions: &suppressions,
        file,
        spelling: match context.language {
            Language::C => Spelling::default(),
            Language::Cpp => Spelling::of(source, &lexed.tokens),
        },
        once: Once::default(),
        concerned: Rc::default(),
        sightings: BTreeMap::new(),
        regions: Vec::new(),
        by_place: Vec::new(),
        unparsed: Vec::new(),
        parts: Vec::new(),
        of_conditionals: BTreeSet::new(),
        of_files: BTreeSet::new(),
    };
    let (code_hits, near) = pass.sort_hits(&hits);
    for hit in of_file {
        let transforms = pass.transforms(hit).filter(|(_, transform)| transform.rules().iter().any(is_of_whole_file));
        pass.of_conditionals.extend(transforms.map(|(index, _)| index));
    }
    pass.conditionals(only);
    pass.views(&code_hits, &near);
    pass.whole_file();
    Ok(pass.finish())
}

/// What identifies a finding across views.
type Key = (usize, usize, TextRange);

struct Pass<'a> {
    context: &'a PassContext<'a>,
    source: &'a [u8],
    tokens: &'a [Token],
    comments: &'a [TextRange],
    conditionals: &'a ConditionalTree,
    lines: &'a LineIndex,
    suppressions: &'a Suppressions,
    file: &'a FileIndex,
    spelling: Spelling,
    once: Once,
    /// By transform, once it is known: whether it concerns the file.
    concerned: Rc<RefCell<FxHashMap<usize, bool>>>,
    /// By place: what was found there, with the regions it was found in.
    sightings: BTreeMap<Key, Vec<(usize, Finding)>>,
    /// By number: the regions that parsed, with the places where their tokens begin; none of one that did not parse.
    regions: Vec<(TextRange, Vec<u32>)>,
    /// The same, by place: where each begins, the furthest end so far, and its number.
    by_place: Vec<(u32, u32, usize)>,
    unparsed: Vec<(u32, String)>,
    /// The regions and directives that were looked at.
    parts: Vec<TextRange>,
    /// The transforms that are about conditionals and found a name in one.
    of_conditionals: BTreeSet<usize>,
    /// The transforms that are about files as a whole and found a name in this one.
    of_files: BTreeSet<usize>,
}

impl<'a> Pass<'a> {
    /// The transforms that look for the name of a hit and concern this file.
    fn transforms(&self, hit: Hit) -> impl Iterator<Item = (usize, &'a Transform)> + use<'a> {
        let all = self.context.catalogue.transforms();
        let (context, file, source) = (self.context, self.file, self.source);
        let concerned = Rc::clone(&self.concerned);
        let concerns = move |index: usize| {
            *concerned.borrow_mut().entry(index).or_insert_with(|| context.concerns(&all[index], file, source))
        };
        let indices = context.search.transforms(hit).iter().filter(move |index| concerns(**index));
        indices.map(move |index| (*index, &all[*index]))
    }

    /// Handles the hits in directives. Returns those in running text that a transform may be about, and the offsets of these
    /// and of others whose neighbours fit: what stands around them is looked at as well.
    fn sort_hits(&mut self, hits: &[Hit]) -> (Vec<Hit>, Vec<u32>) {
        let (mut code, mut near) = (Vec::new(), Vec::new());
        let mut defines: BTreeMap<usize, Vec<Hit>> = BTreeMap::new();
        for hit in hits {
            let Some(at) = token_at(self.tokens, *hit) else { continue };
            let token = &self.tokens[at];
            match token.kind {
                // A string may hold a name.
                TokenKind::Identifier if token.is(self.source, self.context.search.name(*hit)) => {
                    let name = self.context.search.name(*hit);
                    let fit = |transform| fit(transform, name, self.source, self.tokens, at);
                    let fitting = self.transforms(*hit).map(|(index, transform)| (index, transform, fit(transform)));
                    let fitting: Vec<_> = fitting.filter(|(.., fit)| *fit > Fit::None).collect();
                    if !fitting.is_empty() {
                        near.push(hit.offset);
                    }
                    if fitting.iter().any(|(.., fit)| *fit == Fit::Whole) {
                        code.push(*hit);
                    }
                    let of_files = fitting.iter().filter(|(_, transform, _)| transform.rules().iter().any(is_of_files));
                    self.of_files.extend(of_files.map(|(index, ..)| *index));
                }
                TokenKind::Directive => match directive(self.source, token).kind {
                    DirectiveKind::Include => self.include(token, *hit),
                    DirectiveKind::If
                    | DirectiveKind::Ifdef
                    | DirectiveKind::Ifndef
                    | DirectiveKind::Elif
                    | DirectiveKind::Elifdef
                    | DirectiveKind::Elifndef => self.condition(token, *hit),
                    DirectiveKind::Define => defines.entry(at).or_default().push(*hit),
                    _ => {}
                },
                _ => {}
            }
        }
        for (at, hits) in defines {
            self.macro_body(&self.tokens[at], &hits);
        }
        (code, near)
    }

    fn condition(&mut self, token: &Token, hit: Hit) {
        let line = directive(self.source, token);
        self.parts.push(token.range);
        let name = self.context.search.name(hit);
        for (index, transform) in self.transforms(hit) {
            let mut found = Vec::new();
            rewriters::diagnose_condition(self.source, &line, hit.offset, name, transform, &mut found);
            self.sight(index, found, usize::MAX);
            if transform.rules().iter().any(is_of_conditionals) {
                self.of_conditionals.insert(index);
            }
        }
    }

    /// Looks at the conditionals as a whole, for the transforms that are about them.
    fn conditionals(&mut self, only: Option<&[TextRange]>) {
        let context = self.context;
        let conditionals = self.around_conditionals();
        for index in std::mem::take(&mut self.of_conditionals) {
            let mut found = Vec::new();
            rewriters::diagnose_conditionals(&conditionals, &context.catalogue.transforms()[index], &mut found);
            // What lies elsewhere is known from the pass before.
            found.retain(|finding| only.is_none_or(|parts| is_in_part(parts, finding.range.start)));
            self.parts.extend(found.iter().map(|finding| finding.range));
            self.sight(index, found, usize::MAX);
        }
    }

    fn around_conditionals(&self) -> Conditionals<'a> {
        let context = self.context;
        Conditionals {
            source: self.source,
            tokens: self.tokens,
            tree: self.conditionals,
            builds: BuildSet::since(context.options.range.min),
            file: self.file,
            project: context.project,
            path: context.path,
            may_include_header: context.header.is_some(),
            clash: context.clash,
        }
    }

    /// Looks at the file as a whole, for the transforms that are about that.
    fn whole_file(&mut self) {
        let context = self.context;
        let read = |path: &Path| context.files.read(path);
        let (comments, language) = (self.comments, context.language);
        let whole = WholeFile { conditionals: self.around_conditionals(), comments, language, read: &read };
        for index in std::mem::take(&mut self.of_files) {
            let mut found = Vec::new();
            rewriters::diagnose_file(&whole, &context.catalogue.transforms()[index], &mut found);
            // It depends on all of the text.
            self.parts.push(TextRange::new(0, self.source.len() as u32));
            self.sight(index, found, usize::MAX);
        }
    }

    fn include(&mut self, token: &Token, hit: Hit) {
        let line = directive(self.source, token);
        self.parts.push(token.range);
        // A header of the project's own that happens to be called like one of Python's.
        let own = |name: &str| !self.context.project.reached_by(self.context.path, name).is_empty();
        if include(self.source, &line).is_some_and(|found| !found.angled && own(found.name)) {
            return;
        }
        for (index, transform) in self.transforms(hit) {
            let mut found = Vec::new();
            rewriters::diagnose_include(self.source, &line, transform, &mut found);
            self.sight(index, found, usize::MAX);
        }
    }

    fn sight(&mut self, transform: usize, found: Vec<Finding>, region: usize) {
        for finding in found {
            let sightings = self.sightings.entry((transform, finding.rule, finding.range)).or_default();
            if !sightings.iter().any(|(seen, _)| *seen == region) {
                sightings.push((region, finding));
            }
        }
    }

    fn macro_body(&mut self, token: &Token, hits: &[Hit]) {
        let Some(MacroDefinition { name, parameters, body: Some(region) }) = macro_definition(self.source, token)
        else {
            return;
        };
        let inside: Vec<Hit> = hits.iter().filter(|hit| region.range.contains_offset(hit.offset)).copied().collect();
        let name = &self.source[name.to_usize()];
        let parameters: Vec<&[u8]> =
            parameters.iter().flatten().map(|parameter| &self.source[parameter.to_usize()]).collect();
        let comments = lex_range(self.source, region.range).comments;
        let is_place = is_place(self.source, self.tokens, name);
        let region =
            RegionView { region: &region, file_tokens: &[], comments: &comments, parameters: &parameters, is_place };
        self.region(&region, Some(name), &inside);
    }

    /// Looks at the `hits` in views that show each of the `wanted` offsets.
    fn views(&mut self, hits: &[Hit], wanted: &[u32]) {
        if hits.is_empty() {
            return;
        }
        let mut seen: FxHashSet<Vec<u32>> = FxHashSet::default();
        for view in self.conditionals.views(self.source, self.tokens, wanted) {
            for region in split(self.source, &view, self.context.language) {
                let first = hits.partition_point(|hit| hit.offset < region.range.start);
                let inside = hits[first..].iter().take_while(|hit| hit.offset < region.range.end);
                let is_active =
                    |hit: &&Hit| region.tokens.binary_search_by_key(&hit.offset, |token| token.range.start).is_ok();
                let inside: Vec<Hit> = inside.filter(is_active).copied().collect();
                // A region without conditionals inside is the same in all views.
                if inside.is_empty() || !seen.insert(region.tokens.iter().map(|token| token.range.start).collect()) {
                    continue;
                }
                let name = function_name(self.source, &region);
                let view = RegionView {
                    region: &region,
                    file_tokens: self.tokens,
                    comments: self.comments,
                    parameters: &[],
                    is_place: false,
                };
                self.region(&view, name, &inside);
            }
        }
    }

    fn region(&mut self, view: &RegionView<'_>, defines: Option<&[u8]>, hits: &[Hit]) {
        if hits.is_empty() {
            return;
        }
        let (parsed, error) = match parse(self.source, view.region, self.context.project.type_names()) {
            Ok(tree) => (Some(tree), None),
            Err(error) => (None, Some(error)),
        };
        let empty = SyntaxTree::default();
        let model = SemanticModel {
            source: self.source,
            tree: parsed.as_ref().unwrap_or(&empty),
            file: self.file,
            project: self.context.project,
            path: self.context.path,
            macro_parameters: view.parameters,
            in_macro: view.region.kind == RegionKind::MacroBody,
            macro_is_place: view.is_place,
            seeks_own_names: false,
            language: view.region.language,
            spelling: self.spelling,
            in_class: view.region.in_class || is_method(self.source, view.region),
        };
        let site = Site {
            model: &model,
            tokens: &view.region.tokens,
            file_tokens: view.file_tokens,
            comments: view.comments,
            conditionals: (view.region.kind != RegionKind::MacroBody).then_some(self.conditionals),
            builds: BuildSet::since(self.context.options.range.min),
            renames: &self.context.options.renames,
        };
        let number = self.regions.len();
        self.parts.push(view.region.range);
        let leaves = parsed.as_ref().map(Leaves::new);
        for hit in hits {
            let name = self.context.search.name(*hit);
            for (index, transform) in self.transforms(*hit) {
                let mut found = Vec::new();
                match &leaves {
                    Some(leaves) => {
                        let place = Place { site: &site, leaves, offset: hit.offset, name };
                        rewriters::diagnose(&place, transform, &mut found);
                    }
                    None => rewriters::diagnose_unparsed(&site, hit.offset, name, transform, &mut found),
                }
                found.retain(|finding| !is_own_shim(defines, finding));
                self.sight(index, found, number);
            }
        }
        let starts = view.region.tokens.iter().map(|token| token.range.start);
        let starts = if parsed.is_some() { starts.collect() } else { Vec::new() };
        self.regions.push((view.region.range, starts));
        self.unparsed.extend(error.map(|error| (error.offset, error.reason)));
    }
}

/// Whether a name anywhere in the file is what the rule is about, wherever its edits go.
fn is_of_whole_file(rule: &Rule) -> bool {
    matches!(&rule.pattern, Pattern::Shape(Shape::SystemInclude(_)))
}

/// Whether a finding of the rule is about the file as a whole, wherever it stands.
pub fn is_about_file(rule: &Rule) -> bool {
    is_of_whole_file(rule) || is_of_files(rule)
}

fn is_of_conditionals(rule: &Rule) -> bool {
    matches!(&rule.pattern, Pattern::Shape(Shape::DeadGuards(_) | Shape::LocalPolyfills(_)))
}

fn is_of_files(rule: &Rule) -> bool {
    matches!(&rule.pattern, Pattern::Shape(Shape::SsizeClean(_)))
}

/// A region and what belongs to its view.
struct RegionView<'r> {
    region: &'r Region,
    file_tokens: &'r [Token],
    comments: &'r [TextRange],
    parameters: &'r [&'r [u8]],
    /// Whether the file assigns to a use of the macro whose body it is.
    is_place: bool,
}

/// Whether a region of C++ defines a member outside of its class: `A::f(...)`.
fn is_method(source: &[u8], region: &Region) -> bool {
    let is_qualified = |head: &[Token]| head.iter().any(|token| token.is(source, "::"));
    region.language == Language::Cpp && region.head().is_some_and(is_qualified)
}

/// The name of the function that a region defines: what stands before the first parenthesis.
fn function_name<'s>(source: &'s [u8], region: &Region) -> Option<&'s [u8]> {
    let head = region.head()?;
    let open = head.iter().position(|token| token.is(source, "("))?;
    Some(head.get(open.checked_sub(1)?)?.text(source))
}

/// Whether the finding lies inside the definition of a name it would write there: a project's own stand-in
/// (`Py_SET_TYPE`, `_Py_SET_TYPE`, `__Pyx_SET_TYPE`) must not come to call itself.
fn is_own_shim(defines: Option<&[u8]>, finding: &Finding) -> bool {
    let Some(defines) = defines.and_then(|name| std::str::from_utf8(name).ok()) else { return false };
    let bare = |name: &str| name.trim_start_matches('_').to_owned();
    let (own, stem) =
        (bare(defines), |name: &str| bare(name).trim_start_matches("Py").trim_start_matches('_').to_owned());
    finding.introduces.iter().any(|name| own == bare(name) || (stem(name).len() > 5 && own.ends_with(&stem(name))))
}
