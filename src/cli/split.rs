//! `--split-by transform`: a run as a series of patches, one for each transform, that a maintainer can commit one by one.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use anyhow::{Context, anyhow};
use rayon::prelude::*;

use super::args::UpgradeArgs;
use super::beside;
use super::console::{Console, Verbosity};
use super::files::Here;
use super::overlay::{Overlay, Texts};
use super::project::Project;
use super::read::{read, reason};
use super::vendor::{self, Change};
use super::work::{Done, Job, guarded, judge_all};
use super::write;
use crate::edit::Applicability;
use crate::report::{CommitMessage, Palette, diff_of_new, mail, readable, unified_diff};
use crate::source::SourceText;
use crate::upgrade::{self, Options, Outcome, Project as _, Shared};

/// How often all transforms have their turn. What one writes, an earlier one may have to say something about; real
/// code needs one or two rounds.
const MAX_ROUNDS: usize = 5;

/// One patch of the series.
struct Patch {
    name: String,
    message: CommitMessage,
    diff: Vec<u8>,
}

/// The folder that the patches go to.
///
/// # Errors
///
/// It cannot be made, or holds patches already: those of two runs are no series.
pub fn folder(path: &Path, here: &Here) -> anyhow::Result<PathBuf> {
    let folder = here.folder().join(path);
    let said = |error: std::io::Error| anyhow!("{}", reason(&error)).context(readable(path));
    std::fs::create_dir_all(&folder).map_err(said)?;
    for entry in std::fs::read_dir(&folder).map_err(said)? {
        if entry.map_err(said)?.path().extension().is_some_and(|extension| extension == "patch") {
            return Err(anyhow!("there are patches in it already").context(readable(path)));
        }
    }
    let folder = folder.canonicalize().map_err(said)?;
    beside::clear(&folder);
    Ok(folder)
}

/// Makes the series and writes it into the folder `to`. The results are those of a run that shows what it would do.
///
/// # Errors
///
/// What keeps the patches from being written.
pub fn run(
    pool: &rayon::ThreadPool,
    jobs: &[Job<'_>],
    to: &Path,
    args: &UpgradeArgs,
    here: &Here,
    console: &mut Console,
) -> anyhow::Result<Vec<anyhow::Result<Done>>> {
    let results = judge_all(pool, jobs, console);
    // What cannot be read is told with the results.
    let judged =
        jobs.iter().zip(&results).filter_map(|(job, result)| Some((job, &result.as_ref().ok()?.report.outcome)));
    let (jobs, outcomes): (Vec<&Job<'_>>, Vec<&Outcome>) = judged.unzip();
    let mut series = Series { pool, jobs, texts: Texts::new(), patches: Vec::new() };
    series.make(Found::of(outcomes.iter().copied().enumerate()), console);
    series.tell_differences(&outcomes, console);
    if args.vendor.is_some() {
        series.vendor(args, here, console);
    }
    series.write(to, here, console)?;
    Ok(results)
}

/// Which transforms rewrite which files, by the places of their jobs.
#[derive(Default)]
struct Found {
    pairs: BTreeSet<(&'static str, usize)>,
    /// For each transform, the sum of the passes in which it rewrote something, and how often it did.
    turns: BTreeMap<&'static str, (usize, usize)>,
}

impl Found {
    fn of<'o>(outcomes: impl Iterator<Item = (usize, &'o Outcome)>) -> Found {
        let mut found = Found::default();
        for (at, outcome) in outcomes {
            for (id, pass) in &outcome.turns {
                found.pairs.insert((id, at));
                let (sum, number) = found.turns.entry(id).or_default();
                *sum += pass;
                *number += 1;
            }
        }
        found
    }

    /// The ids of the transforms. Those that in a common run come later, because they build on others or stand back
    /// for them, come later here.
    fn in_order(&self) -> Vec<&'static str> {
        let mut ids: Vec<_> = self.turns.iter().collect();
        ids.sort_by(|(_, (sum, number)), (_, (other_sum, other_number))| {
            (sum * other_number).cmp(&(other_sum * number))
        });
        ids.into_iter().map(|(id, _)| *id).collect()
    }
}

struct Series<'r> {
    pool: &'r rayon::ThreadPool,
    jobs: Vec<&'r Job<'r>>,
    /// The texts so far, of files that differ from the disk.
    texts: Texts,
    patches: Vec<Patch>,
}

impl<'r> Series<'r> {
    /// Gives each transform its turn until none has more to do.
    fn make(&mut self, mut found: Found, console: &mut Console) {
        for _ in 0..MAX_ROUNDS {
            for id in found.in_order() {
                let new = self.step(Some(id), |at| found.pairs.contains(&(id, at)), console);
                self.add(id, new);
            }
            let files: BTreeSet<usize> = found.pairs.iter().map(|(_, at)| *at).collect();
            let left = self.step(None, |at| files.contains(&at), console);
            found = Found::of(left.iter().map(|(at, outcome)| (*at, outcome)));
            if found.pairs.is_empty() {
                return;
            }
        }
        console.warning("the transforms did not come to an end one after the other; please report this");
    }

    /// What becomes of the files that `rewrites` says, if one transform, or each, has its way. Other files of their
    /// projects get the includes that they need then for the sake of these.
    fn step(
        &self,
        only: Option<&str>,
        rewrites: impl Fn(usize) -> bool + Sync,
        console: &mut Console,
    ) -> Vec<(usize, Outcome)> {
        let mut projects: BTreeMap<*const Project, (Overlay<'_>, Option<Options>)> = BTreeMap::new();
        for (_, job) in self.jobs.iter().enumerate().filter(|(at, _)| rewrites(*at)) {
            projects.entry(job.project).or_insert_with(|| {
                let overlay = Overlay::new(job.project, &self.texts, Shared::default());
                (overlay, options_of(job.options, only))
            });
        }
        let concerned = |(at, job): (usize, &&'r Job<'r>)| {
            let (project, options) = projects.get(&std::ptr::from_ref(job.project))?;
            Some((at, *job, project, options.as_ref()?))
        };
        let concerned: Vec<_> = self.jobs.iter().enumerate().filter_map(concerned).collect();
        let upgraded = |(at, job, project, options): (usize, &Job<'r>, &Overlay<'_>, &Options)| {
            let source = SourceText::new(&job.input.shown, self.text_of(job)?);
            let outcome = guarded(job.input, || match rewrites(at) {
                true => upgrade::upgrade(&source, project, options),
                false => Ok(upgrade::upgrade_includes(&source, project, options)),
            });
            outcome.map(|outcome| (at, outcome))
        };
        let outcomes: Vec<_> = self.pool.install(|| concerned.into_par_iter().map(upgraded).collect());
        let told = |outcome: anyhow::Result<_>| outcome.map_err(|error| console.error(&error)).ok();
        outcomes.into_iter().filter_map(told).collect()
    }

    fn text_of(&self, job: &Job<'_>) -> anyhow::Result<Vec<u8>> {
        self.texts.get(&job.input.real).map_or_else(|| read(job.input), |text| Ok(text.clone()))
    }

    /// Adds the patch that makes what was rewritten.
    fn add(&mut self, id: &'static str, outcomes: Vec<(usize, Outcome)>) {
        let (mut diff, mut differs) = (Vec::new(), false);
        for (at, outcome) in outcomes {
            let Some(text) = outcome.text else { continue };
            differs |= outcome.applied.iter().any(|found| found.applicability > Applicability::Safe);
            let job = &self.jobs[at];
            // It was read a moment ago.
            let Ok(old) = self.text_of(job) else { continue };
            diff.extend(unified_diff(&job.input.shown, &old, &text, Palette::default()));
            self.texts.insert(job.input.real.clone(), text);
        }
        let known = self.jobs.iter().find_map(|job| job.options.catalogue.find(id));
        if let Some(transform) = known.filter(|_| !diff.is_empty()) {
            let message = CommitMessage::of_transform(id, transform.file(), differs);
            self.patches.push(Patch { name: id.to_owned(), message, diff });
        }
    }

    /// Says where the sum is not what `--apply` would write: where rewrites meet, one of two may come first.
    fn tell_differences(&self, outcomes: &[&Outcome], console: &Console) {
        for (job, outcome) in self.jobs.iter().zip(outcomes) {
            if outcome.text.as_ref() != self.texts.get(&job.input.real) {
                let shown = readable(&job.input.shown);
                console.note(&format!("{shown}: transform by transform it comes to another text than by --apply"));
            }
        }
    }

    /// Puts the patch that brings the header in front.
    fn vendor(&mut self, args: &UpgradeArgs, here: &Here, console: &mut Console) {
        let mut changes: Vec<Change> = Vec::new();
        let mut seen: Vec<&Project> = Vec::new();
        let mut names: BTreeSet<&str> = BTreeSet::new();
        for job in &self.jobs {
            if seen.iter().any(|project| std::ptr::eq(*project, job.project)) {
                continue;
            }
            seen.push(job.project);
            let Some(name) = job.options.header.as_deref() else {
                vendor::tell_unwanted(console);
                continue;
            };
            names.insert(name);
            let own = self.jobs.iter().filter(|other| std::ptr::eq(other.project, job.project));
            let new = own.filter_map(|job| Some((job, self.texts.get(&job.input.real)?)));
            let includers = new.filter(|(_, text)| vendor::includes(text, name));
            let includers = includers.map(|(job, _)| job.project.relative(&job.input.real)).collect();
            changes.extend(vendor::plan(job.project, name, &includers, &self.texts, args, here, console));
        }
        let diffs = changes.iter().map(|change| match &change.old {
            Some(old) => unified_diff(&change.shown, old, &change.new, Palette::default()),
            None => diff_of_new(&change.shown, &change.new),
        });
        let diff = diffs.collect::<Vec<_>>().concat();
        if !diff.is_empty() {
            let message = CommitMessage {
                subject: format!("Add {} for the sake of older Pythons", Vec::from_iter(names).join(" and ")),
                body: vec![
                    "It gives them the newer functions of the C API that the code comes to use.".to_owned(),
                    "Written by capi-upgrade.".to_owned(),
                ],
            };
            self.patches.insert(0, Patch { name: "compat-header".to_owned(), message, diff });
        }
    }

    fn write(&self, to: &Path, here: &Here, console: &mut Console) -> anyhow::Result<()> {
        let mut has_returns = false;
        for (at, patch) in self.patches.iter().enumerate() {
            let path = to.join(format!("{:04}-{}.patch", at + 1, patch.name));
            let shown = readable(&here.shown(&path));
            write::create(&path, &mail(&patch.message, &patch.diff)).with_context(|| shown.clone())?;
            console.print(format!("{shown}\n").as_bytes());
            has_returns |= memchr::memmem::find(&patch.diff, b"\r\n").is_some();
        }
        if has_returns {
            console.note("lines end in CR LF: `git am --keep-cr` keeps them");
        }
        let written = match self.patches.len() {
            1 => "1 patch written\n".to_owned(),
            number => format!("{number} patches written\n"),
        };
        console.message(Verbosity::Normal, &written);
        Ok(())
    }
}

/// `options` for one transform alone; none if they do not select it.
fn options_of(options: &Options, only: Option<&str>) -> Option<Options> {
    let Some(id) = only else { return Some(options.clone()) };
    let is_it = |at: &&usize| options.catalogue.transforms()[**at].id() == id;
    let place = options.transforms.iter().find(is_it)?;
    Some(Options { only: Some(*place), ..options.clone() })
}
