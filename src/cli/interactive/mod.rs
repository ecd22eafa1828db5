//! `--interactive`: each rewrite is made if the user wants it.
//!
//! A question is about one fix, which is made whole or not at all, with the include that it needs. What is declined stays
//! as it is, and what is found later is found in the text that the user chose.

mod answer;

use std::collections::BTreeMap;
use std::io::{self, BufRead, IsTerminal};
use std::path::{Path, PathBuf};

use anyhow::{anyhow, bail};

use super::console::{Console, Verbosity};
use super::explain::explanation;
use super::overlay::{Overlay, Texts};
use super::project::Project;
use super::read::read;
use super::stop;
use super::work::{Done, Job, guarded, judge_all, save};
use super::write;
use crate::edit::Applicability;
use crate::report::{count, diff_hunks, readable};
use crate::source::SourceText;
use crate::upgrade::{self, Options, Outcome, Project as _, Proposal, Shared};
use answer::{Answer, End, Standing};

/// Makes sure that somebody can be asked.
///
/// # Errors
///
/// Nobody can.
pub fn check() -> anyhow::Result<()> {
    if !io::stdin().is_terminal() || !io::stdout().is_terminal() {
        bail!("--interactive asks questions, so standard input and standard output must be a terminal");
    }
    Ok(())
}

/// Asks about all rewrites, and writes the files.
pub fn run(pool: &rayon::ThreadPool, jobs: &[Job<'_>], console: &mut Console) -> Vec<anyhow::Result<Done>> {
    let mut results = judge_all(pool, jobs, console);
    // A thread of the pool has the stack that parsers need.
    pool.install(|| review(jobs, &mut results, console));
    results
}

fn review(jobs: &[Job<'_>], results: &mut [anyhow::Result<Done>], console: &mut Console) {
    let mut session = Session { jobs, standing: Standing::default(), declined: 0, old: Texts::new(), kept: Vec::new() };
    for (at, result) in results.iter_mut().enumerate() {
        let Ok(done) = result else { continue };
        if session.standing.end().is_some() {
            done.report.outcome = Outcome::default();
        } else if done.report.outcome.applied.is_empty() {
            // An include for the sake of other files: which is known at the end.
            done.report.outcome.text = None;
        } else if let Err(error) = session.ask_about(at, result, console) {
            *result = Err(error);
        }
    }
    session.finish(results, console);
    if session.declined > 0 {
        console.message(Verbosity::Normal, &format!("{} declined\n", count(session.declined, "rewrite")));
    }
    if session.standing.end() == Some(End::Hangup) {
        console.error(&anyhow!("nobody answers any more, so the file that was asked about is left as it was"));
    }
}

struct Session<'r> {
    jobs: &'r [Job<'r>],
    standing: Standing,
    declined: usize,
    /// The texts that files had which have been written.
    old: Texts,
    /// Files whose includers must bring something, by their places: all are written together.
    kept: Vec<usize>,
}

impl Session<'_> {
    /// Asks about the rewrites of one file, and writes it.
    fn ask_about(&mut self, at: usize, result: &mut anyhow::Result<Done>, console: &mut Console) -> anyhow::Result<()> {
        let Ok(done) = result else { return Ok(()) };
        let job = &self.jobs[at];
        self.standing.next_file();
        let source = SourceText::new(&job.input.shown, done.report.old.clone());
        let project = Overlay::new(job.project, &self.old, Shared::of_parts(BTreeMap::new(), &job.project.index()));
        let (standing, declined) = (&mut self.standing, &mut self.declined);
        let mut asked = Asker { path: &job.input.shown, options: job.options, standing, console };
        let outcome = guarded(job.input, || {
            upgrade::upgrade_with(&source, &project, job.options, &mut |proposal| {
                let made = asked.is_wanted(proposal);
                *declined += usize::from(!made);
                made
            })
        })?;
        if self.standing.end() == Some(End::Hangup) {
            done.report.outcome = Outcome::default();
            return Ok(());
        }
        let is_part = !outcome.left_to_includers.is_empty();
        done.report.outcome = outcome;
        if is_part {
            self.kept.push(at);
        } else if done.report.outcome.text.is_some() {
            self.old.insert(job.input.real.clone(), done.report.old.clone());
            save(job, result);
            // Nothing is in hand between two questions.
            stop::obey();
        }
        Ok(())
    }

    /// Writes the files that leave something to those that include them, and gives these what they need.
    fn finish(&mut self, results: &mut [anyhow::Result<Done>], console: &mut Console) {
        let mut needs: BTreeMap<*const Project, BTreeMap<PathBuf, _>> = BTreeMap::new();
        for &at in &self.kept {
            let (job, Ok(done)) = (&self.jobs[at], &results[at]) else { continue };
            let names = done.report.outcome.left_to_includers.clone();
            needs.entry(job.project).or_default().insert(job.project.relative(&job.input.real), names);
        }
        for (project, needs) in needs {
            let own: Vec<usize> =
                (0..self.jobs.len()).filter(|at| std::ptr::eq(self.jobs[*at].project, project)).collect();
            let Some(project) = own.first().map(|at| self.jobs[*at].project) else { continue };
            let overlay = Overlay::new(project, &self.old, Shared::of_parts(needs, &project.index()));
            for at in own {
                if let Err(error) = include(&self.jobs[at], &overlay, &mut results[at]) {
                    console.error(&error);
                }
            }
        }
        for &at in &self.kept {
            save(&self.jobs[at], &mut results[at]);
        }
    }
}

/// Adds the include that the parts of a file need, and writes it if nobody else will.
fn include(job: &Job<'_>, project: &Overlay<'_>, result: &mut anyhow::Result<Done>) -> anyhow::Result<()> {
    let Ok(done) = result else { return Ok(()) };
    let outcome = &mut done.report.outcome;
    let text = match &outcome.text {
        Some(text) => text.clone(),
        None => read(job.input)?,
    };
    let source = SourceText::new(&job.input.shown, text);
    let included = guarded(job.input, || Ok(upgrade::upgrade_includes(&source, project, job.options)))?;
    let Some(new) = included.text else { return Ok(()) };
    if outcome.left_to_includers.is_empty() {
        write::replace(job.input, &source.bytes, &new)?;
    }
    outcome.text = Some(new);
    Ok(())
}

/// Asks about the rewrites of a file.
struct Asker<'a> {
    path: &'a Path,
    options: &'a Options,
    standing: &'a mut Standing,
    console: &'a mut Console,
}

impl Asker<'_> {
    fn is_wanted(&mut self, proposal: &Proposal<'_>) -> bool {
        let transform = proposal.found.transform;
        if let Some(known) = self.standing.known(transform) {
            return known;
        }
        self.show(proposal);
        loop {
            let palette = self.console.out_palette();
            let question = format!("Make this rewrite [{}]?", Answer::letters());
            self.console.prompt(&format!("{} ", palette.paint(palette.strong(), question)));
            let Some(line) = next_line() else {
                self.console.print(b"\n");
                self.standing.hang_up();
                return false;
            };
            let answer = Answer::parse(&line);
            match answer {
                Some(Answer::Explain) => self.explain(transform),
                Some(Answer::Help) | None => self.console.print(Answer::help().as_bytes()),
                Some(_) => {}
            }
            if let Some(made) = answer.and_then(|answer| self.standing.decide(answer, transform)) {
                return made;
            }
        }
    }

    /// What was found, and what would become of it.
    fn show(&mut self, proposal: &Proposal<'_>) {
        let (found, palette) = (proposal.found, self.console.out_palette());
        let place = format!("{}:{}:", readable(self.path), found.line);
        let mut head = format!(
            "\n{} {}: {}\n",
            palette.paint(palette.strong(), place),
            palette.paint(palette.id(), found.transform),
            found.message
        );
        if found.applicability > Applicability::Safe {
            let because = self.options.catalogue.find(found.transform).and_then(|found| found.file().because.as_ref());
            let reason = found.note.as_ref().or(because).map_or(String::new(), |reason| format!(" {reason}"));
            head.push_str(&format!("{}{reason}\n", palette.paint(palette.warning(), "unsafe:")));
        }
        let (old, new) = proposal.texts();
        self.console.print(head.as_bytes());
        self.console.print(&diff_hunks(&old, &new, palette));
    }

    fn explain(&mut self, transform: &str) {
        let palette = self.console.out_palette();
        let found = self.options.catalogue.find(transform);
        let text = found.map_or(String::new(), |found| explanation(found, self.options.range, palette));
        self.console.print(format!("\n{text}\n").as_bytes());
    }
}

/// The next line of standard input; none once it has ended.
fn next_line() -> Option<String> {
    let mut line = Vec::new();
    let read = io::stdin().lock().read_until(b'\n', &mut line);
    let is_there = read.is_ok_and(|len| len > 0);
    is_there.then(|| String::from_utf8_lossy(&line).into_owned())
}
