//! One run of the upgrade, from the arguments to the summary.

use std::path::{Component, Path, PathBuf};
use std::sync::Arc;

use anyhow::{anyhow, bail};

use super::args::{Format, UpgradeArgs};
use super::baseline::{Baseline, Draft, Watch};
use super::console::{Console, Verbosity};
use super::custom;
use super::exit::Exit;
use super::files::{Here, Input, Kind};
use super::globs::Globs;
use super::interactive;
use super::open::{Open, Shared};
use super::output::Output;
use super::overlay::Texts;
use super::range;
use super::read::read_stdin;
use super::rename;
use super::select::{Selection, unknown_message};
use super::split;
use super::stop::{self, Stopped};
use super::vendor;
use super::walk::{self, Found};
use super::work::{Done, Indexes, Job, STACK_BYTES, clear_leftovers, judge_all, save_all, work};
use crate::report::{Summary, count, diagnostics, readable};
use crate::transform::Catalogue;
use crate::upgrade::{Options, Project as _};

/// Upgrades what the arguments name.
///
/// # Errors
///
/// What keeps the run from starting. What is wrong with single files is told on the way.
pub fn run(args: &UpgradeArgs, console: &mut Console) -> anyhow::Result<()> {
    range::check(args.range, console)?;
    if args.apply && matches!(args.format, Some(Format::Sarif | Format::Github)) {
        bail!("with --apply the places in this format would be those of files that are no longer there");
    }
    if args.interactive {
        interactive::check()?;
        if args.format.is_some_and(|format| format != Format::Diff) {
            bail!("with --interactive there are questions on standard output, and no report");
        }
    }
    let here = Here::new()?;
    let selection = Selection::new(&args.select, &args.ignore);
    let catalogue =
        custom::catalogue(&args.custom.folders, &[], &here).map_err(|errors| custom::last(errors, console))?;

    let exclude = excluded(args, &here)?;
    let draft = args.baseline.write.as_ref().map(|path| Draft::new(path, &here)).transpose()?;
    let baseline = args.baseline.file.as_ref().map(|path| Baseline::read(&here.folder().join(path), &here));
    let baseline = baseline.transpose()?.map(Arc::new);
    let inputs = gather(args, &here, console)?;
    let shared = Shared { args, catalogue, selection: &selection, exclude: exclude.as_ref(), baseline, here: &here };
    let projects = shared.open(&inputs, console);
    let mut catalogues = vec![catalogue];
    catalogues.extend(projects.iter().map(|open| open.options.catalogue));
    catalogues.dedup_by(|one, other| std::ptr::eq(*one, *other));
    warn_of_unknown(&selection, args, &catalogues, console);
    let is_idle = |open: &Open| open.is_selected && open.options.transforms.is_empty();
    if !projects.is_empty() && projects.iter().all(is_idle) {
        bail!("nothing is selected: no transform is left for these Pythons");
    }
    upgrade_all(&inputs, &projects, args, draft, &here, console)
}

/// What the command line excludes, below the current folder; none if it says nothing.
fn excluded(args: &UpgradeArgs, here: &Here) -> anyhow::Result<Option<Globs>> {
    if args.exclude.is_empty() {
        return Ok(None);
    }
    let patterns: Vec<&str> = args.exclude.iter().map(String::as_str).collect();
    let globs = Globs::new(here.folder(), &patterns);
    globs.map(Some).map_err(|errors| anyhow!("--exclude: {}", errors.join("; ")))
}

/// Warns of names on the command line that mean nothing to any of the catalogues.
fn warn_of_unknown(selection: &Selection, args: &UpgradeArgs, catalogues: &[&Catalogue], console: &Console) {
    let Some((first, others)) = catalogues.split_first() else { return };
    for name in selection.unknown(first) {
        if others.iter().all(|other| selection.unknown(other).contains(&name)) {
            console.warning(&unknown_message(first, name));
        }
    }
    for rename in &args.rename {
        let idle = |catalogue: &Catalogue| rename::idle(std::slice::from_ref(rename), catalogue).pop();
        if let Some(message) = idle(first).filter(|_| others.iter().all(|other| idle(other).is_some())) {
            console.warning(&format!("--rename: {message}"));
        }
    }
}

/// The files to upgrade; on the way, tells what there is besides.
fn gather(args: &UpgradeArgs, here: &Here, console: &mut Console) -> anyhow::Result<Vec<Input>> {
    let is_stdin = |path: &PathBuf| path.as_os_str() == "-";
    if args.paths.iter().any(is_stdin) {
        if args.vendor.is_some() {
            bail!("--vendor is for files, not for standard input");
        }
        if args.baseline.write.is_some() {
            bail!("--write-baseline is for files, not for standard input");
        }
        if args.interactive || args.split_by.is_some() {
            bail!("--interactive and --split-by are for files, not for standard input");
        }
        if args.apply && args.format.is_some() {
            bail!("with --apply standard output gets the new text of standard input, and no report");
        }
        if !args.paths.iter().all(is_stdin) {
            bail!("`-` cannot be given together with other paths");
        }
        return stdin_input(args, here, console);
    }
    if args.stdin_filename.is_some() {
        bail!("--stdin-filename is for standard input: give `-` as the path");
    }
    let named = !args.paths.is_empty();
    let found = if named { walk::find(&args.paths, here) } else { walk::find(&[PathBuf::from(".")], here) };
    tell_besides(&found, named, console);
    Ok(found.files)
}

fn tell_besides(found: &Found, named: bool, console: &mut Console) {
    found.errors.iter().for_each(|error| console.error(error));
    let nothing = found.files.is_empty() && found.not_read.is_empty();
    for folder in &found.empty {
        let message = format!("no C, C++ or Cython files in {}", readable(folder));
        if nothing && named { console.error(&anyhow!(message)) } else { console.note(&message) }
    }
    tell_not_read(&found.not_read, console);
}

fn tell_not_read(files: &[PathBuf], console: &Console) {
    if !files.is_empty() {
        console.note(&format!("{} not read", count(files.len(), "Objective-C file")));
    }
    for file in files {
        console.message(Verbosity::Verbose, &format!("{}: not read: Objective-C\n", readable(file)));
    }
}

/// Standard input as a file. Its name says what it holds and which project it belongs to.
fn stdin_input(args: &UpgradeArgs, here: &Here, console: &mut Console) -> anyhow::Result<Vec<Input>> {
    let text = read_stdin()?;
    let Some(name) = args.stdin_filename.as_deref() else {
        let shown = PathBuf::from("<stdin>");
        return Ok(vec![Input { real: here.folder().join(&shown), shown, text: Some(text) }]);
    };
    match Kind::of(name) {
        Kind::Source | Kind::Cython => {}
        Kind::ObjectiveC => {
            tell_not_read(&[name.to_owned()], console);
            if args.apply {
                console.print(&text);
            }
            return Ok(Vec::new());
        }
        Kind::Other => return Err(walk::not_c().context(readable(name))),
    }
    // The file need not exist yet, but its folder may be reached by a link.
    let path = here.folder().join(name);
    let real = path.canonicalize().unwrap_or_else(|_| match (path.parent(), path.file_name()) {
        (Some(folder), Some(file)) => folder.canonicalize().unwrap_or_else(|_| without_dots(folder)).join(file),
        _ => path.clone(),
    });
    Ok(vec![Input { shown: here.shown(&real), real, text: Some(text) }])
}

/// `path` with `.` and `..` taken out by name alone.
fn without_dots(path: &Path) -> PathBuf {
    let mut out = PathBuf::new();
    for part in path.components() {
        match part {
            Component::CurDir => {}
            Component::ParentDir => drop(out.pop()),
            part => out.push(part),
        }
    }
    out
}

/// Does the jobs, tells what came of each, and sums up.
fn upgrade_all(
    inputs: &[Input],
    projects: &[Open],
    args: &UpgradeArgs,
    mut draft: Option<Draft>,
    here: &Here,
    console: &mut Console,
) -> anyhow::Result<()> {
    let written = args.apply || args.interactive;
    let to = match &args.output {
        Some(folder) => Some(split::folder(folder, here)?),
        None => None,
    };
    let mut output = Output::new(args);
    let prints_meanwhile = output.prints_meanwhile();
    let diff = (args.format() == Some(Format::Diff)).then_some(console.diff_palette());
    let mut jobs: Vec<Job<'_>> = projects
        .iter()
        .flat_map(|open| open.inputs.iter().map(move |&at| (at, open)))
        .map(|(at, open)| Job { input: &inputs[at], project: &open.project, options: &open.options, diff })
        .collect();
    let mut summary = Summary::default();
    if jobs.is_empty() {
        output.finish(written, &summary, console);
        return draft.map_or(Ok(()), |draft| draft.write(console));
    }
    jobs.sort_by(|one, other| one.input.shown.cmp(&other.input.shown));
    let pool = rayon::ThreadPoolBuilder::new()
        .num_threads(args.jobs())
        .stack_size(STACK_BYTES)
        .build()
        .map_err(|error| anyhow!("threads cannot be started: {error}"))?;
    let vendor = |results: &[anyhow::Result<Done>], console: &mut Console| {
        if args.vendor.is_some() {
            let texts = new_texts(&jobs, results);
            projects.iter().for_each(|open| vendor_into(open, inputs, &texts, args, here, console));
        }
    };
    let mut watch = Watch::default();
    let mut receive = |job: &Job<'_>, result: anyhow::Result<Done>, console: &mut Console| match result {
        Ok(done) => {
            let outcome = &done.report.outcome;
            draft.iter_mut().for_each(|draft| draft.add(&job.input.real, outcome));
            // Nothing is known of what nobody wanted to be asked about.
            if let Some(baseline) = job.project.baseline().filter(|_| !args.interactive) {
                watch.look(baseline, &job.input.real, outcome, |id| could_run(id, job));
            }
            tell(job, done, args, &mut output, &mut summary, console);
        }
        Err(error) => console.error(&error),
    };
    if written {
        clear_leftovers(&jobs);
    }
    if written || to.is_some() {
        let results = if let Some(to) = &to {
            split::run(&pool, &jobs, to, args, here, console)?
        } else if args.interactive {
            let results = interactive::run(&pool, &jobs, console);
            vendor(&results, console);
            results
        } else {
            let mut results = judge_all(&pool, &jobs, console);
            let _writing = stop::Writing::begin();
            // Whenever the run ends, no file includes a header that is not there.
            vendor(&results, console);
            save_all(&pool, &jobs, &mut results);
            results
        };
        jobs.iter().zip(results).for_each(|(job, result)| receive(job, result, console));
    } else {
        let progress = console.begin(jobs.len(), prints_meanwhile);
        work(&pool, &jobs, Indexes::Released, &progress, |job, result| {
            receive(job, result, console);
            // With nobody to read the diff, only --check has a reason to look at the rest.
            args.check || !console.closed()
        });
        progress.end();
    }
    watch.tell(console);
    if stop::is_asked() {
        let done = "what was written is whole, all else is as it was, and the same run again does the rest";
        console.error(&anyhow!("stopped by a signal: {done}"));
    }
    if args.check && summary.found_something() {
        console.finish(Exit::Found);
    }
    output.finish(written, &summary, console);
    if !console.closed() {
        console.message(Verbosity::Normal, &summary.render(written, console.err_palette()));
    }
    match draft {
        Some(draft) if !stop::is_asked() => draft.write(console),
        _ => Ok(()),
    }
}

/// The new texts of files, but for those that could not be written.
fn new_texts(jobs: &[Job<'_>], results: &[anyhow::Result<Done>]) -> Texts {
    let done = jobs.iter().zip(results).filter_map(|(job, result)| Some((job, result.as_ref().ok()?)));
    let new = done.filter(|(job, done)| done.not_written.is_none() && job.input.text.is_none());
    new.filter_map(|(job, done)| Some((job.input.real.clone(), done.report.outcome.text.clone()?))).collect()
}

/// Puts the header where those files of a project find it that come to include it, or did.
fn vendor_into(open: &Open, inputs: &[Input], texts: &Texts, args: &UpgradeArgs, here: &Here, console: &mut Console) {
    let Some(header) = &open.options.header else { return vendor::tell_unwanted(console) };
    let own = open.inputs.iter().map(|&at| &inputs[at].real);
    let rewritten = own.filter(|file| texts.get(*file).is_some_and(|text| vendor::includes(text, header)));
    let rewritten = rewritten.map(|file| open.project.relative(file)).collect();
    vendor::vendor(&open.project, header, &rewritten, texts, args, here, console);
}

/// Whether the transform was looked for in the file, or is no longer known to anybody.
fn could_run(id: &str, job: &Job<'_>) -> bool {
    let Options { catalogue, .. } = *job.options;
    let place = catalogue.transforms().iter().position(|transform| transform.id() == id);
    let own = job.project.file_options(&job.project.relative(&job.input.real));
    place.is_none_or(|place| own.transforms(job.options).contains(&place))
}

fn tell(
    job: &Job<'_>,
    done: Done,
    args: &UpgradeArgs,
    output: &mut Output,
    summary: &mut Summary,
    console: &mut Console,
) {
    let input = job.input;
    output.print(&done, console);
    let outcome = &done.report.outcome;
    if args.apply && input.text.is_some() {
        console.print(outcome.text.as_ref().unwrap_or(&done.report.old));
    }
    if let Some(error) = &done.not_written {
        // That the run was stopped is told once for all.
        if !error.is::<Stopped>() {
            console.error(error);
        }
    }
    summary.add(&done.report, done.not_written.is_none());
    let shown = readable(&input.shown);
    if output.is_diff() && args.baseline.write.is_none() && console.tells(Verbosity::Normal) {
        console.message(Verbosity::Normal, &diagnostics(&done.report, console.err_palette()));
    }
    for warning in &outcome.warnings {
        console.warning(&format!("{shown}: {warning}"));
    }
    if let (false, None, Some(header)) = (outcome.header_lacks.is_empty(), &args.vendor, &job.options.header) {
        let names = outcome.header_lacks.join(", ");
        let advice = "`--apply --vendor` and `capi-upgrade header` renew it";
        console.warning(&format!("{shown}: the project's copy of `{header}` lacks {names}; {advice}"));
    }
    if let Some(generator) = outcome.generated {
        console.message(Verbosity::Verbose, &format!("{shown}: generated by {generator}, so it is left alone\n"));
    }
    for region in &outcome.unparsed {
        let line = format!("{shown}:{}: not parsed: {}\n", region.line, region.reason.replace('\n', " "));
        console.message(Verbosity::Verbose, &line);
    }
    output.keep(done.report);
}
