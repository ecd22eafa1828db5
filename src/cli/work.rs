//! Many files at once, told in order.

use std::any::Any;
use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{self, RecvTimeoutError};

use anyhow::{Context, anyhow};
use rayon::prelude::*;
use rustc_hash::FxHashMap;

use super::console::Console;
use super::files::Input;
use super::progress::{Progress, TICK};
use super::project::Project;
use super::read::read;
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

/// What becomes of the new text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// It is shown. A project's index goes when all of its files were judged.
    Show,
    /// It is kept, and its project's index too.
    Keep,
    /// It replaces the old one.
    Apply,
}

/// A file that was read and judged.
pub struct Done {
    /// What was found; with the old text, where it is still needed.
    pub report: FileReport,
    /// The diff, where one is asked for.
    pub diff: Vec<u8>,
    /// Why the file could not be replaced, in [`Mode::Apply`].
    pub not_written: Option<anyhow::Error>,
}

/// Does `jobs` in the threads of `pool` and gives each result to `tell` in the order of the jobs. `tell` says whether
/// it wants more.
pub fn work<'r>(
    pool: &rayon::ThreadPool,
    jobs: &[Job<'r>],
    mode: Mode,
    progress: &Progress,
    mut tell: impl FnMut(&Job<'r>, anyhow::Result<Done>) -> bool,
) {
    // What a file that holds nothing of interest includes may come to need the compat header, which is known only
    // when all others have been judged. Most have nothing to tell, so that waiting delays nothing.
    if mode == Mode::Apply {
        // No file is written before all have been judged: their projects' indexes are of the text as it was.
        let mut results = Vec::with_capacity(jobs.len());
        each_in_order(pool, jobs, progress, |_, _, result| {
            results.push(result);
            true
        });
        pool.install(|| {
            let again = jobs.par_iter().zip(&mut results).filter(|(_, result)| is_idle(result));
            again.for_each(|(job, result)| {
                if let Some(new) = judged_again(job) {
                    *result = new;
                }
            });
            jobs.par_iter().zip(&mut results).for_each(|(job, result)| save(job, result));
        });
        jobs.iter().zip(results).all(|(job, result)| tell(job, result));
        return;
    }
    let mut projects: FxHashMap<*const Project, Awaited> = FxHashMap::default();
    for job in jobs {
        projects.entry(job.project).or_default().jobs += 1;
    }
    let mut goes_on = true;
    let (sender, receiver) = mpsc::channel();
    each_in_order(pool, jobs, progress, |scope, place, result| {
        let Some(own) = projects.get_mut(&std::ptr::from_ref(jobs[place].project)) else { return false };
        own.jobs -= 1;
        if is_idle(&result) {
            own.idle.push((place, result));
        } else {
            goes_on = tell(&jobs[place], result);
        }
        if own.jobs == 0 {
            let (idle, sender) = (std::mem::take(&mut own.idle), sender.clone());
            scope.spawn(move |_| {
                let again =
                    idle.into_par_iter().map(|(place, result)| (place, judged_again(&jobs[place]).unwrap_or(result)));
                // Nobody listens any more once no more is wanted.
                let _ = sender.send(again.collect::<Vec<_>>());
                if mode == Mode::Show {
                    jobs[place].project.release_index();
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

fn is_idle(result: &anyhow::Result<Done>) -> bool {
    result.as_ref().is_ok_and(|done| done.report.outcome.is_idle)
}

/// Judges all `jobs`, in their order. Nothing is written.
pub fn judge_all(pool: &rayon::ThreadPool, jobs: &[Job<'_>], console: &mut Console) -> Vec<anyhow::Result<Done>> {
    let progress = console.begin(jobs.len(), false);
    let mut results: Vec<(*const Job<'_>, _)> = Vec::with_capacity(jobs.len());
    work(pool, jobs, Mode::Keep, &progress, |job, result| {
        results.push((job, result));
        true
    });
    progress.end();
    // Files with nothing of interest were told of last. In one slice, places in memory are in the order of the jobs.
    results.sort_by_key(|(job, _)| *job);
    results.into_iter().map(|(_, result)| result).collect()
}

/// Looks at an idle file once more, if something in its project is rewritten that it may have to include the header for.
fn judged_again(job: &Job<'_>) -> Option<anyhow::Result<Done>> {
    let is_concerned = job.project.is_touched() && upgrade::needs_include(&job.input.shown, job.project, job.options);
    let include = |source: &SourceText| Ok(upgrade::upgrade_includes(source, job.project, job.options));
    is_concerned.then(|| judge_by(job, include))
}

fn each_in_order<'s>(
    pool: &rayon::ThreadPool,
    jobs: &'s [Job<'_>],
    progress: &Progress,
    mut tell: impl FnMut(&rayon::Scope<'s>, usize, anyhow::Result<Done>) -> bool,
) {
    let (sender, receiver) = mpsc::channel();
    let stop = Arc::new(AtomicBool::new(false));
    pool.in_place_scope(|scope| {
        let stopped = Arc::clone(&stop);
        scope.spawn(move |_| {
            jobs.par_iter().enumerate().for_each_with(sender, |sender, (place, job)| {
                if !stopped.load(Ordering::Relaxed) {
                    // Nobody listens any more once no more is wanted.
                    let _ = sender.send((place, judge(job)));
                }
            });
        });
        let mut early = BTreeMap::new();
        let mut next = 0;
        loop {
            match receiver.recv_timeout(TICK) {
                Ok((place, result)) => early.insert(place, result),
                Err(RecvTimeoutError::Timeout) => {
                    progress.look();
                    continue;
                }
                Err(RecvTimeoutError::Disconnected) => break,
            };
            progress.advance();
            while let Some(result) = early.remove(&next) {
                if !stop.load(Ordering::Relaxed) && !tell(scope, next, result) {
                    stop.store(true, Ordering::Relaxed);
                }
                next += 1;
            }
        }
    });
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

/// Replaces the file, unless it came by standard input: then whoever sent it gets the new text.
pub fn save(job: &Job<'_>, result: &mut anyhow::Result<Done>) {
    let Ok(done) = result else { return };
    if let (None, Some(new)) = (&job.input.text, &done.report.outcome.text) {
        done.not_written = write::replace(job.input, &done.report.old, new).err();
    }
}

fn panic_message(panic: &(dyn Any + Send)) -> &str {
    let text = panic.downcast_ref::<&str>().copied();
    text.or_else(|| panic.downcast_ref::<String>().map(String::as_str)).unwrap_or("no message")
}
