//! One file from old to new: passes of matching and applying until nothing changes, then the include.
//!
//! No input or output happens here: text comes in, text and diagnostics go out.

mod clash;
mod consent;
mod cython;
mod file_options;
mod findings;
mod fingerprint;
mod generated;
mod include;
mod macros;
mod parts;
mod pass;
mod removed;
mod search;
mod sieve;
mod step;
mod suppress;

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};

use rustc_hash::FxHashMap;

use crate::capi::PythonRange;
use crate::cython::is_cython;
use crate::edit::{Applicability, Edit, Fix, apply, select};
use crate::header;
use crate::semantics::ProjectIndex;
use crate::source::{Language, LineIndex, MAX_FILE_BYTES, SourceText, TextRange, TooDeep};
use crate::transform::Catalogue;
use clash::Clashes;
pub use consent::{Consent, Proposal};
pub use file_options::FileOptions;
use findings::{Findings, Verdict};
pub use fingerprint::Fingerprint;
use include::Placement;
use pass::{PassContext, Read};
use search::Search;
use step::{Step, lead_back, led_back};

/// What the user asks for.
#[derive(Clone, Debug)]
pub struct Options {
    /// The Pythons the code is built for.
    pub range: PythonRange,
    /// All transforms there are.
    pub catalogue: &'static Catalogue,
    /// The transforms that run, by their place in [`Catalogue::transforms`], in ascending order.
    pub transforms: Vec<usize>,
    /// Whether fixes that may change behaviour are applied.
    pub allow_unsafe: bool,
    /// The only transform whose fixes are applied, by its place in the catalogue, where one is to go before the others.
    pub only: Option<usize>,
    /// The header that a file may include for names that its oldest Python lacks; none if it may not.
    pub header: Option<String>,
    /// The language of headers whose names do not tell it; none where their text and those that include them decide.
    pub language: Option<Language>,
    /// New names that the project spells otherwise: `Py_SET_TYPE` to `__Pyx_SET_TYPE`.
    pub renames: Vec<(String, String)>,
}

/// Something found in a file, whatever became of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostic {
    /// The id of the transform.
    pub transform: &'static str,
    /// The place in the text that was passed in.
    pub range: TextRange,
    /// Its line in the text that was passed in, from 1.
    pub line: u32,
    /// Its column in bytes, from 1.
    pub column: u32,
    /// What was found, in one line without a full stop.
    pub message: String,
    /// What holds for this site: why there is no rewrite, why it is not safe, or what to do.
    pub note: Option<String>,
    /// How far the fix can be trusted. Display-only: there is none.
    pub applicability: Applicability,
    /// The fix, in the text that was passed in. None where there is none, where it builds on what others wrote, and where
    /// a comment wants nothing changed.
    pub fix: Option<Fix>,
    /// Names that the fix writes and that the compat header must bring.
    pub needs: Vec<String>,
    /// What it is known by in later versions of the text.
    pub fingerprint: Fingerprint,
}

/// A region that did not parse in some view; only names are rewritten in it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Unparsed {
    /// The line at which the parser gave up, from 1.
    pub line: u32,
    /// Why.
    pub reason: String,
}

/// What became of a file.
#[derive(Clone, Debug, Default)]
pub struct Outcome {
    /// The new text, if it differs.
    pub text: Option<Vec<u8>>,
    /// What was rewritten, in order of lines.
    pub applied: Vec<Diagnostic>,
    /// The transforms of these, in the order in which they were made, each with the number of the pass.
    pub turns: Vec<(&'static str, usize)>,
    /// What is left, in order of places: what needs to be allowed, and what has no fix.
    pub diagnostics: Vec<Diagnostic>,
    /// What comments in the file want left as it is, in order of places.
    pub suppressed: Vec<Diagnostic>,
    /// What was known before and is left out, in order of places.
    pub known: Vec<Diagnostic>,
    /// The line that includes the compat header, in the text that was passed in: it goes with fixes that need names.
    pub include: Option<Edit>,
    /// Regions that hold a name looked for and did not parse.
    pub unparsed: Vec<Unparsed>,
    /// The generator of a file that is left alone because it is generated, such as `Cython`.
    pub generated: Option<&'static str>,
    /// Whether the file surely holds nothing that is looked for. It may still have to include the compat header for the
    /// sake of a file that it includes: [`upgrade_includes`] tells.
    pub is_idle: bool,
    /// Names that the new text needs of the compat header, and that the files which include this one must bring.
    pub left_to_includers: BTreeSet<String>,
    /// Names that the new text needs, where the copy of the compat header that the file includes may lack some of them.
    pub header_lacks: Vec<String>,
    /// Notes for the user on the whole file, such as that passes did not settle.
    pub warnings: Vec<String>,
}

/// Why a file could not be looked at.
#[derive(Debug, thiserror::Error)]
pub enum UpgradeError {
    /// It is data, not source.
    #[error("not a text file")]
    Binary,
    /// It is larger than [`MAX_FILE_BYTES`].
    #[error("larger than {} MB, so it is left alone", MAX_FILE_BYTES >> 20)]
    TooLarge,
    /// What its rewrites come to would be.
    #[error("would become larger than {} MB, so it is left alone", MAX_FILE_BYTES >> 20)]
    Grows,
    /// Conditionals nested too deep.
    #[error(transparent)]
    TooDeep(#[from] TooDeep),
}

/// The project that a file belongs to.
pub trait Project: Sync {
    /// What its files declare. It is asked for only when a file holds something of interest.
    fn index(&self) -> Arc<ProjectIndex>;

    /// The file's path below the project's root.
    fn relative(&self, path: &Path) -> PathBuf;

    /// The bytes of a file of the index, by its path below the project's root.
    fn read(&self, relative: &Path) -> Option<Vec<u8>>;

    /// What is asked for of a file, by its path below the project's root.
    fn file_options(&self, _relative: &Path) -> FileOptions {
        FileOptions::default()
    }

    /// Where what is worked out for all files of the project is kept.
    fn shared(&self) -> &Shared;
}

/// What is worked out once for all files of a project.
#[derive(Debug, Default)]
pub struct Shared {
    /// The files that include nothing, and what their new text needs of the compat header: their includers must
    /// bring it.
    bare: OnceLock<BTreeMap<PathBuf, BTreeSet<String>>>,
    /// The functions of the project that collide with the compat header.
    clashes: OnceLock<Clashes>,
    /// Those that collide with it where it gives removed API back.
    clashes_of_all: OnceLock<Clashes>,
    /// Files that were rewritten to know what their includers need, until it is their own turn.
    rewritten: Mutex<BTreeMap<PathBuf, (Vec<u8>, Fixpoint)>>,
}

/// What became of a file, its new text, and the names that the compat header must bring.
type Fixpoint = (Outcome, Vec<u8>, BTreeSet<String>);

impl Shared {
    /// Forgets the texts that are kept until it is their files' turn.
    pub fn forget_texts(&self) {
        self.rewritten().clear();
    }

    fn rewritten(&self) -> MutexGuard<'_, BTreeMap<PathBuf, (Vec<u8>, Fixpoint)>> {
        self.rewritten.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn take_rewritten(&self, path: &Path, original: &[u8]) -> Option<Fixpoint> {
        let (_, fixpoint) = self.rewritten().remove(path).filter(|(text, _)| text == original)?;
        Some(fixpoint)
    }

    fn keep_rewritten(&self, path: &Path, original: Vec<u8>, fixpoint: Fixpoint) {
        self.rewritten().insert(path.to_owned(), (original, fixpoint));
    }
}

/// A transform, and the place in the original text that it found something at; none where that is the file as a whole.
type Subject = (usize, Option<u32>);

/// How many passes are made before a file counts as one that does not settle. Nested fixes that collide take a pass
/// per level; real code needs two or three.
const MAX_PASSES: usize = 10;

/// How much of a file is looked at for bytes that no text holds.
const BINARY_PROBE: usize = 8192;

/// Brings one file up to date. One of Cython is only reported on.
pub fn upgrade(source: &SourceText, project: &dyn Project, options: &Options) -> Result<Outcome, UpgradeError> {
    rewritten_by(source, project, options, |run| {
        let known = project.shared().take_rewritten(run.context.path, run.original);
        known.map_or_else(|| run.to_fixpoint(&mut |_| true), Ok)
    })
}

/// Brings one file up to date as far as `consent` agrees. What it declines is not told of.
pub fn upgrade_with(
    source: &SourceText,
    project: &dyn Project,
    options: &Options,
    consent: &mut Consent<'_>,
) -> Result<Outcome, UpgradeError> {
    rewritten_by(source, project, options, |run| run.to_fixpoint(consent))
}

fn rewritten_by(
    source: &SourceText,
    project: &dyn Project,
    options: &Options,
    rewrite: impl FnOnce(&Run<'_>) -> Result<Fixpoint, UpgradeError>,
) -> Result<Outcome, UpgradeError> {
    let path = project.relative(&source.path);
    let own = project.file_options(&path);
    let search = search_for(options.catalogue, &own.transforms(options));
    if let Some(outcome) = left_alone(source, project, &search, options, &own)? {
        return Ok(outcome);
    }
    let read = Read::new(&source.bytes)?;
    if !read.may_hold(&source.bytes, &search, options.catalogue) {
        return Ok(Outcome { is_idle: true, ..Outcome::default() });
    }
    let index = project.index();
    let run = Run { read: Some(read), ..Run::new(&source.bytes, &path, project, &index, &search, options) };
    let (mut outcome, text, needs) = rewrite(&run)?;
    run.finish(project, text, needs, &mut outcome);
    Ok(outcome)
}

/// What becomes of a file that is not rewritten, if it is one.
fn left_alone(
    source: &SourceText,
    project: &dyn Project,
    search: &Search,
    options: &Options,
    own: &FileOptions,
) -> Result<Option<Outcome>, UpgradeError> {
    let bytes = &source.bytes;
    if bytes.len() as u64 > MAX_FILE_BYTES {
        return Err(UpgradeError::TooLarge);
    }
    if bytes[..bytes.len().min(BINARY_PROBE)].contains(&0) {
        return Err(UpgradeError::Binary);
    }
    if is_cython(&source.path) {
        return Ok(Some(cython::diagnose(bytes, project, search, options, own)));
    }
    if !search.is_candidate(bytes) {
        return Ok(Some(Outcome { is_idle: true, ..Outcome::default() }));
    }
    if let Some(generator) = generated::generator(bytes) {
        return Ok(Some(Outcome { generated: Some(generator), ..Outcome::default() }));
    }
    Ok(generated::is_compat_header(bytes).then(Outcome::default))
}

/// Whether files that the one at `path` includes have come to need the compat header, and leave that to it. It asks for the
/// index.
pub fn needs_include(path: &Path, project: &dyn Project, options: &Options) -> bool {
    options.header.is_some() && !parts::needs_of_parts(project, options, &project.relative(path)).is_empty()
}

/// Brings an idle file the include that files it includes have come to need, where they include nothing themselves.
/// It asks for the index, so it is for projects in which something else is rewritten.
pub fn upgrade_includes(source: &SourceText, project: &dyn Project, options: &Options) -> Outcome {
    let mut outcome = Outcome { is_idle: true, ..Outcome::default() };
    if generated::generator(&source.bytes).is_some() || generated::is_compat_header(&source.bytes) {
        return outcome;
    }
    let path = project.relative(&source.path);
    let search = search_for(options.catalogue, &project.file_options(&path).transforms(options));
    let index = project.index();
    let run = Run::new(&source.bytes, &path, project, &index, &search, options);
    run.finish(project, source.bytes.clone(), BTreeSet::new(), &mut outcome);
    outcome
}

/// The search for a selection of transforms. One run has one selection or, where projects differ, a few.
fn search_for(catalogue: &'static Catalogue, transforms: &[usize]) -> Arc<Search> {
    type Known = (&'static Catalogue, Vec<usize>, Arc<Search>);
    static CACHE: Mutex<Vec<Known>> = Mutex::new(Vec::new());
    let mut cache = CACHE.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some((.., search)) = cache.iter().find(|(of, key, _)| std::ptr::eq(*of, catalogue) && key == transforms) {
        return Arc::clone(search);
    }
    let search = Arc::new(Search::new(catalogue, transforms));
    cache.push((catalogue, transforms.to_vec(), Arc::clone(&search)));
    search
}

/// The language of a file: that of its name, or the one that is asked for. A header that could be C is C++ where only C++
/// includes it.
fn language_of(path: &Path, source: &[u8], project: &ProjectIndex, options: &Options) -> Language {
    let told = Language::of_name(path).or(options.language);
    told.unwrap_or_else(|| match Language::of(path, source) {
        Language::C if project.is_for_cpp_alone(path) => Language::Cpp,
        own => own,
    })
}

/// Which fixes may be made: by default all that are safe.
#[derive(Clone, Copy)]
struct Allowed<'f> {
    /// How far they must be trusted.
    most: Applicability,
    /// The only transform whose fixes they are.
    transform: Option<usize>,
    /// The only findings there are.
    findings: Option<&'f BTreeSet<Fingerprint>>,
}

impl Default for Allowed<'_> {
    fn default() -> Self {
        Allowed { most: Applicability::Safe, transform: None, findings: None }
    }
}

struct Run<'a> {
    context: PassContext<'a>,
    original: &'a [u8],
    /// What was read from the original, where it was.
    read: Option<Read>,
    /// Of the original.
    lines: LineIndex,
    /// By transform and lines: one line may be all of a file, with thousands of findings.
    fingerprints: RefCell<FxHashMap<(usize, TextRange), Fingerprint>>,
}

impl<'a> Run<'a> {
    fn new(
        original: &'a [u8],
        path: &'a Path,
        project: &'a dyn Project,
        index: &'a ProjectIndex,
        search: &'a Search,
        options: &'a Options,
    ) -> Self {
        let header = options.header.as_ref().map(|_| header::index_for(index));
        let clash = header.and_then(|header| {
            project.shared().clashes.get_or_init(|| Clashes::new(index, header)).around(index, path)
        });
        let language = language_of(path, original, index, options);
        let catalogue = options.catalogue;
        let context =
            PassContext { catalogue, search, options, project: index, files: project, path, language, header, clash };
        let fingerprints = RefCell::default();
        Run { context, original, read: None, lines: LineIndex::new(original), fingerprints }
    }

    /// Rewrites what is allowed and not known yet until nothing that `consent` agrees to changes. Returns what became of the
    /// file, its new text, and the names that the compat header must bring.
    fn to_fixpoint(&self, consent: &mut Consent<'_>) -> Result<Fixpoint, UpgradeError> {
        let Options { allow_unsafe, only: transform, .. } = *self.context.options;
        let most = if allow_unsafe { Applicability::Unsafe } else { Applicability::Safe };
        let own = self.context.files.file_options(self.context.path);
        if own.known.is_empty() {
            return self.rewrite(Allowed { most, transform, findings: None }, consent);
        }
        // What is found depends on what is rewritten: one rewrite may take the place of another. So that is decided once for
        // all, without what is known and whatever is allowed.
        let (all, ..) = self.rewrite(Allowed::default(), &mut |_| true)?;
        let found = || all.applied.iter().chain(&all.diagnostics);
        let news = own.news(found());
        let mut fixpoint = self.rewrite(Allowed { most, transform, findings: news.as_ref() }, consent)?;
        if let Some(news) = &news {
            let known = &mut fixpoint.0.known;
            known.extend(found().filter(|found| !news.contains(&found.fingerprint)).cloned());
            known.sort_by_key(|found| (found.range, found.transform));
        }
        Ok(fixpoint)
    }

    fn rewrite(&self, allowed: Allowed<'_>, consent: &mut Consent<'_>) -> Result<Fixpoint, UpgradeError> {
        let mut outcome = Outcome::default();
        let mut text = self.original.to_vec();
        // The edits of each pass, so that a place in a later text can be led back to the original.
        let mut history: Vec<Step> = Vec::new();
        let mut needs: BTreeSet<String> = BTreeSet::new();
        let mut declined: BTreeSet<Subject> = BTreeSet::new();
        let mut findings = pass::run(&self.context, &text, self.read.as_ref(), None)?;
        loop {
            if let Some(only) = allowed.findings {
                findings.verdicts.retain(|verdict| only.contains(&self.fingerprint(verdict, &history)));
            }
            let chosen = self.choose(&findings, allowed, &declined, &history);
            if chosen.is_empty() {
                break;
            }
            if history.len() == MAX_PASSES {
                outcome.warnings.push(format!("rewriting did not settle in {MAX_PASSES} passes; please report this"));
                break;
            }
            let mut edits = Vec::new();
            for (verdict, fix) in chosen {
                let found = self.diagnostic(verdict, &history);
                let (made, context) = (&edits[..], &self.context);
                if consent(&Proposal { found: &found, fix, text: &text, made, needs: &needs, context }) {
                    needs.extend(verdict.needs.iter().cloned());
                    edits.extend(fix.edits().iter().cloned());
                    outcome.turns.push((found.transform, history.len()));
                    outcome.applied.push(found);
                } else {
                    declined.insert(self.subject(verdict, &history));
                }
            }
            if edits.is_empty() {
                continue;
            }
            let grown = edits.iter().map(|edit| edit.text.len() as u64).sum::<u64>() + text.len() as u64;
            if grown > MAX_FILE_BYTES {
                return Err(UpgradeError::Grows);
            }
            text = apply(&text, &edits);
            edits.sort();
            history.push(Step::new(&edits));
            // What the edits did not come near is as it was.
            let (kept, touched) = findings.carried(&edits);
            findings = kept;
            findings.add(pass::run(&self.context, &text, None, Some(&touched))?);
        }
        findings.verdicts.retain(|verdict| !declined.contains(&self.subject(verdict, &history)));
        needs.extend(removed::given_back(&text, &findings.verdicts, &self.context));
        outcome.diagnostics = self.diagnostics(&findings.verdicts, &history);
        outcome.suppressed = self.diagnostics(&findings.suppressed, &history);
        // Nobody is offered what was declined.
        outcome.suppressed.iter_mut().for_each(|found| found.fix = None);
        let unparsed = |(offset, reason)| Unparsed { line: self.lines.line(lead_back(&history, offset)), reason };
        outcome.unparsed = findings.unparsed.into_iter().map(unparsed).collect();
        outcome.unparsed.sort();
        outcome.unparsed.dedup();
        outcome.applied.sort_by_key(|applied| (applied.line, applied.transform));
        Ok((outcome, text, needs))
    }

    /// Adds the include, where the file or one that it includes needs it.
    fn finish(&self, project: &dyn Project, mut text: Vec<u8>, mut needs: BTreeSet<String>, outcome: &mut Outcome) {
        let (path, options) = (self.context.path, self.context.options);
        if let Some(header) = &options.header {
            needs.extend(parts::needs_of_parts(project, options, path));
            outcome.include = self.include_for(outcome, header);
            match include::placement(&text, header, &needs, &self.context) {
                Placement::NotNeeded => {}
                Placement::Outdated => {
                    let lacks = needs.iter().filter(|name| !removed::is_asked_for(name));
                    outcome.header_lacks = lacks.cloned().collect();
                }
                Placement::At(edit) => {
                    text = apply(&text, [&edit]);
                    // For the sake of others only: the text is as it was passed in.
                    outcome.include = outcome.include.take().or_else(|| outcome.applied.is_empty().then_some(edit));
                }
                Placement::ByIncluders => outcome.left_to_includers = needs.clone(),
                Placement::Nowhere => {
                    let names: Vec<&str> = needs.iter().map(String::as_str).collect();
                    let names = names.join(", ");
                    let why = "no include in it is known to bring Python.h";
                    outcome.warnings.push(format!("`{header}` is needed for {names}, but {why}"));
                }
            }
            let asked: Vec<&str> =
                needs.iter().map(String::as_str).filter(|name| removed::is_asked_for(name)).collect();
            let request = || removed::request(&text, header, &self.context);
            if let Some(edit) = (!asked.is_empty()).then(request).flatten() {
                text = apply(&text, [&edit]);
                outcome.warnings.push(format!("`{header}` is asked to give back {}", asked.join(", ")));
            }
        }
        if text != self.original {
            outcome.text = Some(text);
        }
    }

    /// The findings whose fixes the user allows and that go together, with these.
    fn choose<'f>(
        &self,
        findings: &'f Findings,
        allowed: Allowed<'_>,
        declined: &BTreeSet<Subject>,
        history: &[Step],
    ) -> Vec<(&'f Verdict, &'f Fix)> {
        let is_allowed = |verdict: &Verdict| {
            verdict.applicability <= allowed.most
                && allowed.transform.is_none_or(|only| only == verdict.transform)
                && (declined.is_empty() || !declined.contains(&self.subject(verdict, history)))
        };
        let fixes = findings.verdicts.iter().filter_map(|verdict| Some((verdict, verdict.fix.as_ref()?)));
        let allowed: Vec<(&Verdict, &Fix)> = fixes.filter(|(verdict, _)| is_allowed(verdict)).collect();
        let named =
            |(verdict, fix): &(&Verdict, &'f Fix)| (self.context.catalogue.transforms()[verdict.transform].id(), *fix);
        let fixes: Vec<_> = allowed.iter().map(named).collect();
        select(&fixes).into_iter().map(|index| allowed[index]).collect()
    }

    /// What a verdict is about, whichever pass it is of.
    fn subject(&self, verdict: &Verdict, history: &[Step]) -> Subject {
        let rule = &self.context.catalogue.transforms()[verdict.transform].rules()[verdict.rule];
        let place = (!pass::is_about_file(rule)).then(|| lead_back(history, verdict.range.start));
        (verdict.transform, place)
    }

    /// The include that fixes need which stand in a report, each for itself.
    fn include_for(&self, outcome: &Outcome, header: &str) -> Option<Edit> {
        let found = outcome.applied.iter().chain(&outcome.diagnostics);
        let needs: BTreeSet<String> =
            found.filter(|found| found.fix.is_some()).flat_map(|found| found.needs.iter().cloned()).collect();
        if needs.is_empty() {
            return None;
        }
        match include::placement(self.original, header, &needs, &self.context) {
            Placement::At(edit) => Some(edit),
            _ => None,
        }
    }

    fn diagnostics(&self, verdicts: &[Verdict], history: &[Step]) -> Vec<Diagnostic> {
        let mut diagnostics: Vec<Diagnostic> =
            verdicts.iter().map(|verdict| self.diagnostic(verdict, history)).collect();
        // Views may see the same thing end at different places.
        diagnostics.dedup_by(|later, earlier| {
            (later.transform, later.line, later.column) == (earlier.transform, earlier.line, earlier.column)
                && later.note == earlier.note
        });
        diagnostics
    }

    fn diagnostic(&self, verdict: &Verdict, history: &[Step]) -> Diagnostic {
        let transform = &self.context.catalogue.transforms()[verdict.transform];
        let rule = &transform.rules()[verdict.rule];
        let range = original_range(verdict, history);
        let start = range.start;
        let advice = if rule.is_report() { rule.instead.clone() } else { None };
        Diagnostic {
            transform: transform.id(),
            range,
            line: self.lines.line(start),
            column: start - self.lines.line_start(start) + 1,
            message: transform.file().summary.clone(),
            note: advice.or_else(|| verdict.note.clone()),
            applicability: if verdict.fix.is_some() { verdict.applicability } else { Applicability::DisplayOnly },
            fix: verdict.fix.as_ref().and_then(|fix| led_back(history, fix)),
            needs: verdict.needs.clone(),
            fingerprint: self.fingerprint(verdict, history),
        }
    }

    fn fingerprint(&self, verdict: &Verdict, history: &[Step]) -> Fingerprint {
        let transform = &self.context.catalogue.transforms()[verdict.transform];
        let lines = self.lines.lines_of(self.original, original_range(verdict, history));
        let mut known = self.fingerprints.borrow_mut();
        let made = || Fingerprint::new(transform.id(), &self.original[lines.to_usize()]);
        *known.entry((verdict.transform, lines)).or_insert_with(made)
    }
}

/// The place of a verdict in the original text.
fn original_range(verdict: &Verdict, history: &[Step]) -> TextRange {
    let start = lead_back(history, verdict.range.start);
    TextRange::new(start, lead_back(history, verdict.range.end).max(start))
}
