//! One file from old to new: passes of matching and applying until nothing changes, then the include.
//!
//! No input or output happens here: text comes in, text and diagnostics go out.

mod clash;
mod cython;
mod findings;
mod generated;
mod include;
mod macros;
mod pass;
mod removed;
mod search;
mod step;
mod suppress;

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, OnceLock};

use crate::capi::PythonRange;
use crate::cython::is_cython;
use crate::edit::{Applicability, Edit, Fix, apply, select};
use crate::header;
use crate::semantics::{FileIndex, ProjectIndex};
use crate::source::{Language, LineIndex, MAX_FILE_BYTES, SourceText, TextRange, TooDeep};
use crate::transform::Catalogue;
use clash::Clashes;
use findings::{Findings, Verdict};
use include::Placement;
use pass::PassContext;
use search::Search;
use step::Step;

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
    /// What is left, in order of places: what needs to be allowed, and what has no fix.
    pub diagnostics: Vec<Diagnostic>,
    /// What comments in the file want left as it is, in order of places.
    pub suppressed: Vec<Diagnostic>,
    /// The line that includes the compat header, in the text that was passed in: it goes with fixes that need names.
    pub include: Option<Edit>,
    /// Regions that hold a name looked for and did not parse.
    pub unparsed: Vec<Unparsed>,
    /// The generator of a file that is left alone because it is generated, such as `Cython`.
    pub generated: Option<&'static str>,
    /// Whether the file holds no name that is looked for. It may still have to include the compat header for the
    /// sake of a file that it includes: [`upgrade_includes`] tells.
    pub is_idle: bool,
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
    /// Conditionals nested too deep.
    #[error(transparent)]
    TooDeep(#[from] TooDeep),
}

/// The project that a file belongs to.
pub trait Project: Sync {
    /// What its files declare. It is asked for only when a file holds something of interest.
    fn index(&self) -> &ProjectIndex;

    /// The file's path below the project's root.
    fn relative(&self, path: &Path) -> PathBuf;

    /// The bytes of a file of the index, by its path below the project's root.
    fn read(&self, relative: &Path) -> Option<Vec<u8>>;

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
    fn take_rewritten(&self, path: &Path, original: &[u8]) -> Option<Fixpoint> {
        let mut rewritten = self.rewritten.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        let (_, fixpoint) = rewritten.remove(path).filter(|(text, _)| text == original)?;
        Some(fixpoint)
    }

    fn keep_rewritten(&self, path: &Path, original: Vec<u8>, fixpoint: Fixpoint) {
        let mut rewritten = self.rewritten.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        rewritten.insert(path.to_owned(), (original, fixpoint));
    }
}

/// How many passes are made before a file counts as one that does not settle. Nested fixes that collide take a pass
/// per level; real code needs two or three.
const MAX_PASSES: usize = 10;

/// How much of a file is looked at for bytes that no text holds.
const BINARY_PROBE: usize = 8192;

/// Brings one file up to date. One of Cython is only reported on.
pub fn upgrade(source: &SourceText, project: &dyn Project, options: &Options) -> Result<Outcome, UpgradeError> {
    let bytes = &source.bytes;
    if bytes.len() as u64 > MAX_FILE_BYTES {
        return Err(UpgradeError::TooLarge);
    }
    if bytes[..bytes.len().min(BINARY_PROBE)].contains(&0) {
        return Err(UpgradeError::Binary);
    }
    let search = search_for(options.catalogue, &options.transforms);
    if is_cython(&source.path) {
        return Ok(cython::diagnose(bytes, project, &search, options));
    }
    if !search.is_candidate(bytes) {
        return Ok(Outcome { is_idle: true, ..Outcome::default() });
    }
    if let Some(generator) = generated::generator(bytes) {
        return Ok(Outcome { generated: Some(generator), ..Outcome::default() });
    }
    if generated::is_compat_header(bytes) {
        return Ok(Outcome::default());
    }
    let path = project.relative(&source.path);
    let run = Run::new(bytes, &path, project, &search, options);
    let (mut outcome, text, needs) = match project.shared().take_rewritten(&path, bytes) {
        Some(fixpoint) => fixpoint,
        None => run.to_fixpoint(project)?,
    };
    run.finish(project, text, needs, &mut outcome);
    Ok(outcome)
}

/// Brings an idle file the include that files it includes have come to need, where they include nothing themselves.
/// It asks for the index, so it is for projects in which something else is rewritten.
pub fn upgrade_includes(source: &SourceText, project: &dyn Project, options: &Options) -> Outcome {
    let mut outcome = Outcome { is_idle: true, ..Outcome::default() };
    if generated::generator(&source.bytes).is_some() || generated::is_compat_header(&source.bytes) {
        return outcome;
    }
    let search = search_for(options.catalogue, &options.transforms);
    let path = project.relative(&source.path);
    let run = Run::new(&source.bytes, &path, project, &search, options);
    run.finish(project, source.bytes.clone(), BTreeSet::new(), &mut outcome);
    outcome
}

/// The search for a selection of transforms. One run has one selection or, where projects differ, a few.
fn search_for(catalogue: &'static Catalogue, transforms: &[usize]) -> Arc<Search> {
    type Known = (&'static Catalogue, Vec<usize>, Arc<Search>);
    static CACHE: Mutex<Vec<Known>> = Mutex::new(Vec::new());
    let mut cache = CACHE.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
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

struct Run<'a> {
    context: PassContext<'a>,
    original: &'a [u8],
    /// Of the original.
    lines: LineIndex,
}

impl<'a> Run<'a> {
    fn new(
        original: &'a [u8],
        path: &'a Path,
        project: &'a dyn Project,
        search: &'a Search,
        options: &'a Options,
    ) -> Self {
        let index = project.index();
        let header = options.header.as_ref().map(|_| header::index_for(index));
        let clash = header.and_then(|header| {
            project.shared().clashes.get_or_init(|| Clashes::new(index, header)).around(index, path)
        });
        let language = language_of(path, original, index, options);
        let catalogue = options.catalogue;
        let context =
            PassContext { catalogue, search, options, project: index, files: project, path, language, header, clash };
        Run { context, original, lines: LineIndex::new(original) }
    }

    /// Rewrites until nothing changes. Returns what became of the file, its new text, and the names that the compat
    /// header must bring.
    fn to_fixpoint(&self, project: &dyn Project) -> Result<Fixpoint, UpgradeError> {
        let mut outcome = Outcome::default();
        let mut text = self.original.to_vec();
        // The edits of each pass, so that a place in a later text can be led back to the original.
        let mut history: Vec<Step> = Vec::new();
        let mut needs: BTreeSet<String> = BTreeSet::new();
        let mut findings = pass::run(&self.context, &text, None)?;
        loop {
            let chosen = self.choose(&findings);
            if chosen.is_empty() {
                break;
            }
            if history.len() == MAX_PASSES {
                outcome.warnings.push(format!("rewriting did not settle in {MAX_PASSES} passes; please report this"));
                break;
            }
            let mut edits = Vec::new();
            for verdict in chosen {
                outcome.applied.push(self.diagnostic(verdict, &history));
                needs.extend(verdict.needs.iter().cloned());
                edits.extend(verdict.fix.iter().flat_map(|fix| fix.edits().to_vec()));
            }
            text = apply(&text, &edits);
            edits.sort();
            history.push(Step::new(&edits));
            // What the edits did not come near is as it was.
            let (kept, touched) = findings.carried(&edits);
            findings = kept;
            findings.add(pass::run(&self.context, &text, Some(&touched))?);
        }
        needs.extend(removed::given_back(&text, &findings.verdicts, &self.context, project));
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
        let (index, path, options) = (self.context.project, self.context.path, self.context.options);
        if let Some(header) = &options.header {
            let bare = project.shared().bare.get_or_init(|| bare_needs(project, options));
            needs.extend(needs_of_included(bare, index, path));
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
                Placement::ByIncluders => {}
                Placement::Nowhere => {
                    let names: Vec<&str> = needs.iter().map(String::as_str).collect();
                    let names = names.join(", ");
                    let why = "no include in it is known to bring Python.h";
                    outcome.warnings.push(format!("`{header}` is needed for {names}, but {why}"));
                }
            }
            let asked: Vec<&str> =
                needs.iter().map(String::as_str).filter(|name| removed::is_asked_for(name)).collect();
            if let Some(edit) = removed::request(&text, header, &self.context).filter(|_| !asked.is_empty()) {
                text = apply(&text, [&edit]);
                outcome.warnings.push(format!("`{header}` is asked to give back {}", asked.join(", ")));
            }
        }
        if text != self.original {
            outcome.text = Some(text);
        }
    }

    /// The findings whose fixes the user allows and that go together.
    fn choose<'f>(&self, findings: &'f Findings) -> Vec<&'f Verdict> {
        let most = if self.context.options.allow_unsafe { Applicability::Unsafe } else { Applicability::Safe };
        let allowed: Vec<&Verdict> =
            findings.verdicts.iter().filter(|verdict| verdict.fix.is_some() && verdict.applicability <= most).collect();
        let fixes: Vec<_> = allowed
            .iter()
            .filter_map(|verdict| {
                let id = self.context.catalogue.transforms()[verdict.transform].id();
                verdict.fix.as_ref().map(|fix| (id, fix))
            })
            .collect();
        select(&fixes).into_iter().map(|index| allowed[index]).collect()
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
        let start = lead_back(history, verdict.range.start);
        let end = lead_back(history, verdict.range.end).max(start);
        let advice = if rule.is_report() { rule.instead.clone() } else { None };
        Diagnostic {
            transform: transform.id(),
            range: TextRange::new(start, end),
            line: self.lines.line(start),
            column: start - self.lines.line_start(start) + 1,
            message: transform.file().summary.clone(),
            note: advice.or_else(|| verdict.note.clone()),
            applicability: if verdict.fix.is_some() { verdict.applicability } else { Applicability::DisplayOnly },
            fix: verdict.fix.as_ref().and_then(|fix| led_back(history, fix)),
            needs: verdict.needs.clone(),
        }
    }
}

/// What the file at `path` must bring for the sake of the files that it includes and that include nothing, as far as
/// nothing it includes before them has brought it.
fn needs_of_included(
    bare: &BTreeMap<PathBuf, BTreeSet<String>>,
    index: &ProjectIndex,
    path: &Path,
) -> BTreeSet<String> {
    let mut needs = BTreeSet::new();
    let Some(file) = index.file(path).filter(|_| !bare.is_empty()) else { return needs };
    let mut seen: Vec<&FileIndex> = Vec::new();
    for entry in file.includes() {
        let reached = index.reached_by(path, &entry.name);
        if let Some(wanted) = reached.first().and_then(|direct| bare.get(*direct)) {
            let brought = |name: &str| {
                seen.iter().any(|file| {
                    file.macro_definition(name).is_some()
                        || file.function(name).is_some_and(|function| function.defined)
                })
            };
            needs.extend(wanted.iter().filter(|name| !brought(name)).cloned());
        }
        seen.extend(reached.iter().filter_map(|file| index.file(file)));
    }
    needs
}

/// What the files that include nothing will need of the compat header.
fn bare_needs(project: &dyn Project, options: &Options) -> BTreeMap<PathBuf, BTreeSet<String>> {
    let search = search_for(options.catalogue, &options.transforms);
    let index = project.index();
    // Parts of other files may include headers for editors to see, under a condition that no build meets.
    let is_header = |name: &str| name.ends_with(".h");
    let parts: Vec<&Path> = index
        .files()
        .filter(|(path, file)| {
            let mut headers = file.includes().filter(|entry| is_header(&entry.name));
            file.includes().next().is_none()
                || !is_header(&path.to_string_lossy()) && headers.all(|entry| entry.conditional)
        })
        .map(|(path, _)| path)
        .collect();
    let own = parts.iter().filter_map(|path| {
        let text = project.read(path).filter(|text| search.is_candidate(text))?;
        if generated::generator(&text).is_some() || generated::is_compat_header(&text) {
            return None;
        }
        let run = Run::new(&text, path, project, &search, options);
        let (outcome, rewritten, needs) = run.to_fixpoint(project).ok()?;
        let placement = include::placement(&rewritten, options.header.as_deref()?, &needs, &run.context);
        let found = matches!(placement, Placement::ByIncluders).then(|| (path.to_path_buf(), needs.clone()));
        project.shared().keep_rewritten(path, text, (outcome, rewritten, needs));
        found
    });
    let mut needs: BTreeMap<PathBuf, BTreeSet<String>> = own.collect();
    // A part of a part passes on what it needs.
    for _ in 0..MAX_PART_DEPTH {
        let passed: Vec<_> = parts.iter().map(|path| (*path, needs_of_included(&needs, index, path))).collect();
        for (path, names) in passed.into_iter().filter(|(_, names)| !names.is_empty()) {
            needs.entry(path.to_owned()).or_default().extend(names);
        }
    }
    needs
}

/// How deep parts of files that are parts themselves are followed.
const MAX_PART_DEPTH: usize = 3;

/// The place in the original text from which the byte at `offset` of the newest text came.
fn lead_back(history: &[Step], offset: u32) -> u32 {
    history.iter().rev().fold(offset, |offset, step| step.back(offset))
}

/// A fix of the newest text as one of the original; none where it touches what others wrote.
fn led_back(history: &[Step], fix: &Fix) -> Option<Fix> {
    let mut edits = fix.edits().to_vec();
    for step in history.iter().rev() {
        for edit in &mut edits {
            edit.range = step.back_range(edit.range)?;
        }
    }
    Fix::new(edits, fix.applicability)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_led_back_through_passes() {
        // abcdef -> aXYZdef -> aXYZdf
        let first = vec![Edit::replace(TextRange::new(1, 3), "XYZ")];
        let second = vec![Edit::replace(TextRange::new(5, 6), "")];
        let history = [Step::new(&first), Step::new(&second)];
        assert_eq!(lead_back(&history, 0), 0);
        assert_eq!(lead_back(&history, 2), 1, "inside new text: where it was put");
        assert_eq!(lead_back(&history, 4), 3);
        assert_eq!(lead_back(&history, 5), 5);
        let fix = |start, end| Fix::new(vec![Edit::replace(TextRange::new(start, end), "new")], Applicability::Safe);
        let original = |start, end| led_back(&history, &fix(start, end)?);
        assert_eq!(original(0, 1), None, "it touches new text");
        assert_eq!(original(5, 6), None, "something was taken out there");
        assert_eq!(led_back(&history[..1], &fix(5, 6).unwrap()), fix(4, 5));
    }
}
