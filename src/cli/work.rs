//! Many files at once, told in order.

use std::any::Any;
use std::collections::{BTreeMap, BTreeSet};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::mpsc::{self, RecvTimeoutError};

use anyhow::{Context, anyhow};
use rayon::prelude::*;
use rustc_hash::FxHashMap;

use super::beside;
use super::console::Console;
use super::files::Input;
use super::progress::{Progress, TICK};
use super::project::Project;
use super::read::read;
use super::stop;
use super::write;
use crate::report::{FileReport, Palette, readable, unified_diff};
use crate::source::SourceText;
use crate::upgrade::{self, Options, Outcome, UpgradeError};

/// The stack of a thread: C nests deep, and parsers go as deep as it does.
pub const STACK_BYTES: usize = 64 << 20;

/// One file to upgrade.
pub struct Job<'r> {
    /// The file.
    pub input: &'r Input,
    /// The project it is judged in.
    pub project: &'r Project,
    /// How it is upgraded.
    pub options: &'r Options,
    /// The colours of a diff, if one is to be made.
    pub diff: Option<Palette>,
}

/// A file that was read and judged.
pub struct Done {
    /// What was found; with the old text, where it is still needed.
    pub report: FileReport,
    /// The diff, where one is asked for.
    pub diff: Vec<u8>,
    /// Why the file could not be replaced, where it was to be.
    pub not_written: Option<anyhow::Error>,
}

/// What becomes of the indexes of projects all of whose files were judged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Indexes {
    /// They stay as they were before something is written.
    Kept,
    /// They go: nobody asks for them again, and those of many projects are large.
    Released,
}

/// Does `jobs` in the threads of `pool` and gives each result to `tell` in the order of the jobs, but for files that hold
/// nothing of interest. `tell` says whether it wants more. Nothing is written.
pub fn work<'r>(
    pool: &rayon::ThreadPool,
    jobs: &[Job<'r>],
    indexes: Indexes,
    progress: &Progress,
    mut tell: impl FnMut(&Job<'r>, anyhow::Result<Done>) -> bool,
) {
    // What a file that holds nothing of interest includes may come to need the compat header, which is known only
    // when all others of its project have been judged. Most have nothing to tell, so that waiting delays nothing.
    let mut projects: FxHashMap<*const Project, Awaited> = FxHashMap::default();
    for job in jobs {
        projects.entry(job.project).or_default().jobs += 1;
    }
    let mut goes_on = true;
    let (sender, receiver) = mpsc::channel();
    each_in_order(pool, jobs, progress, |scope, place, result| {
        let Some(own) = projects.get_mut(&std::ptr::from_ref(jobs[place].project)) else { return false };
        own.jobs -= 1;
        if result.as_ref().is_ok_and(|done| done.report.outcome.is_idle) {
            own.idle.push((place, result));
        } else {
            goes_on = tell(&jobs[place], result);
        }
        if own.jobs == 0 {
            let (idle, sender) = (std::mem::take(&mut own.idle), sender.clone());
            scope.spawn(move |_| {
                let again = idle.into_iter().map(|(place, result)| (place, judge_idle(&jobs[place], result)));
                // Nobody listens any more once no more is wanted.
                let _ = sender.send(again.collect::<Vec<_>>());
                if indexes == Indexes::Released {
                    jobs[place].project.release();
                }
            });
        }
        goes_on
    });
    drop(sender);
    if goes_on {
        let mut idle: Vec<_> = receiver.into_iter().flatten().collect();
        idle.sort_by_key(|(place, _)| *place);
        idle.into_iter().all(|(place, result)| tell(&jobs[place], result));
    }
}

/// What is still to come of a project.
#[derive(Default)]
struct Awaited {
    /// How many of its files are not told of yet.
    jobs: usize,
    /// Those that are idle, to be looked at again at the end.
    idle: Vec<(usize, anyhow::Result<Done>)>,
}

/// Judges all `jobs`, in their order. Nothing is written.
pub fn judge_all(pool: &rayon::ThreadPool, jobs: &[Job<'_>], console: &mut Console) -> Vec<anyhow::Result<Done>> {
    let progress = console.begin(jobs.len(), false);
    let mut results: Vec<(*const Job<'_>, _)> = Vec::with_capacity(jobs.len());
    work(pool, jobs, Indexes::Kept, &progress, |job, result| {
        results.push((job, result));
        true
    });
    progress.end();
    // Files with nothing of interest were told of last. In one slice, places in memory are in the order of the jobs.
    results.sort_by_key(|(job, _)| *job);
    results.into_iter().map(|(_, result)| result).collect()
}

/// Looks at an idle file once more, if something in its project is rewritten that it may have to include the header for.
fn judge_idle(job: &Job<'_>, result: anyhow::Result<Done>) -> anyhow::Result<Done> {
    if job.project.is_touched() && upgrade::needs_include(&job.input.shown, job.project, job.options) {
        return judge_by(job, |source| Ok(upgrade::upgrade_includes(source, job.project, job.options)));
    }
    result
}

fn each_in_order<'s>(
    pool: &rayon::ThreadPool,
    jobs: &'s [Job<'_>],
    progress: &Progress,
    mut tell: impl FnMut(&rayon::Scope<'s>, usize, anyhow::Result<Done>) -> bool,
) {
    let (sender, receiver) = mpsc::channel();
    let stop = Arc::new(AtomicBool::new(false));
    let begun = Arc::new(AtomicUsize::new(0));
    // To be told of many files one by one costs more than to look at those that hold nothing of interest.
    let count = (jobs.len() / pool.current_num_threads() / 64).clamp(1, 16);
    pool.in_place_scope(|scope| {
        for _ in 0..pool.current_num_threads() {
            let (sender, stopped, begun) = (sender.clone(), Arc::clone(&stop), Arc::clone(&begun));
            // In their order, so that few of them wait to be told.
            scope.spawn(move |_| {
                while let Some((place, some)) = next_of(jobs, count, &begun) {
                    if stopped.load(Ordering::Relaxed) {
                        break;
                    }
                    // Nobody listens any more once no more is wanted.
                    let _ = sender.send((place, some.iter().map(judge).collect::<Vec<_>>()));
                    // What else is to be done in the scope is not to wait for all jobs.
                    rayon::yield_now();
                }
            });
        }
        drop(sender);
        let mut early = BTreeMap::new();
        let mut next = 0;
        loop {
            match receiver.recv_timeout(TICK) {
                Ok((place, results)) => {
                    results.iter().for_each(|_| progress.advance());
                    early.extend((place..).zip(results));
                }
                Err(RecvTimeoutError::Timeout) => {
                    progress.look();
                    continue;
                }
                Err(RecvTimeoutError::Disconnected) => break,
            }
            while let Some(result) = early.remove(&next) {
                if !stop.load(Ordering::Relaxed) && !tell(scope, next, result) {
                    stop.store(true, Ordering::Relaxed);
                }
                next += 1;
            }
        }
    });
}

/// The next jobs that nobody has begun, `count` of them or the rest, and the place of the first.
fn next_of<'s, 'r>(jobs: &'s [Job<'r>], count: usize, begun: &AtomicUsize) -> Option<(usize, &'s [Job<'r>])> {
    let place = begun.fetch_add(count, Ordering::Relaxed);
    let rest = jobs.get(place..).filter(|rest| !rest.is_empty())?;
    Some((place, &rest[..count.min(rest.len())]))
}

/// Reads and judges one file.
fn judge(job: &Job<'_>) -> anyhow::Result<Done> {
    judge_by(job, |source| upgrade::upgrade(source, job.project, job.options))
}

fn judge_by(job: &Job<'_>, judge: impl Fn(&SourceText) -> Result<Outcome, UpgradeError>) -> anyhow::Result<Done> {
    let shown = &job.input.shown;
    let source = SourceText::new(shown, read(job.input)?);
    let outcome = guarded(job.input, || judge(&source))?;
    let diff = match (job.diff, &outcome.text) {
        (Some(palette), Some(new)) => unified_diff(shown, &source.bytes, new, palette),
        _ => Vec::new(),
    };
    let Options { range, catalogue, .. } = *job.options;
    let mut report = FileReport { path: shown.clone(), old: source.bytes, outcome, range, catalogue };
    if job.input.text.is_none() && !report.has_something() {
        report.old = Vec::new();
    }
    Ok(Done { report, diff, not_written: None })
}

/// What `judge` says of a file. A mistake of ours in one file must not keep the others from being done.
///
/// # Errors
///
/// The path, and why nothing can be said.
pub fn guarded(input: &Input, judge: impl FnOnce() -> Result<Outcome, UpgradeError>) -> anyhow::Result<Outcome> {
    catch_unwind(AssertUnwindSafe(judge))
        .map_err(|panic| anyhow!("a mistake in capi-upgrade, please report it: {}", panic_message(&*panic)))
        .and_then(|outcome| outcome.map_err(anyhow::Error::from))
        .with_context(|| readable(&input.shown))
}

/// Removes what runs that were killed have left beside the files.
pub fn clear_leftovers(jobs: &[Job<'_>]) {
    let files = jobs.iter().filter(|job| job.input.text.is_none());
    let folders: BTreeSet<&Path> = files.filter_map(|job| job.input.real.parent()).collect();
    folders.into_iter().for_each(beside::clear);
}

/// Replaces the files that have new texts. That is done when all have been judged: their projects' indexes are of the
/// texts as they were.
pub fn save_all(pool: &rayon::ThreadPool, jobs: &[Job<'_>], results: &mut [anyhow::Result<Done>]) {
    // A part of other files needs what these come to include, and only while it is old does a run know of that. So it
    // comes last, and not at all where one of them may lack the include.
    let save_some = |are_parts: bool, results: &mut [anyhow::Result<Done>]| {
        let is_meant = |result: &anyhow::Result<Done>| {
            result.as_ref().is_ok_and(|done| done.report.outcome.left_to_includers.is_empty() != are_parts)
        };
        let some = jobs.par_iter().zip(results).filter(|(_, result)| is_meant(result));
        pool.install(|| some.for_each(|(job, result)| save(job, result)));
    };
    save_some(false, results);
    let failed: BTreeSet<*const Project> = jobs
        .iter()
        .zip(&*results)
        .filter(|(_, result)| result.as_ref().is_ok_and(|done| done.not_written.is_some()))
        .map(|(job, _)| std::ptr::from_ref(job.project))
        .collect();
    for (job, result) in jobs.iter().zip(&mut *results) {
        let Ok(done) = result else { continue };
        let is_part = !done.report.outcome.left_to_includers.is_empty();
        if is_part && !stop::is_asked() && failed.contains(&std::ptr::from_ref(job.project)) {
            let error = anyhow!("a file that may include it could not be written, so it is left alone");
            done.not_written = Some(error.context(readable(&job.input.shown)));
        }
    }
    save_some(true, results);
}

/// Replaces the file, unless it came by standard input: then whoever sent it gets the new text.
pub fn save(job: &Job<'_>, result: &mut anyhow::Result<Done>) {
    let Ok(done) = result else { return };
    if let (None, Some(new), None) = (&job.input.text, &done.report.outcome.text, &done.not_written) {
        let stopped = stop::check().map_err(anyhow::Error::from);
        done.not_written = stopped.and_then(|()| write::replace(job.input, &done.report.old, new)).err();
    }
}

fn panic_message(panic: &(dyn Any + Send)) -> &str {
    let text = panic.downcast_ref::<&str>().copied();
    text.or_else(|| panic.downcast_ref::<String>().map(String::as_str)).unwrap_or("no message")
}
