//! Baselines: files of findings that are left out, so that only new ones count.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::{Component, Path, PathBuf};
use std::sync::Arc;

use anyhow::{Context, anyhow, bail};
use serde::Deserialize;

use super::config::parse_toml;
use super::console::Console;
use super::copies::Target;
use super::files::Here;
use super::read::read_baseline;
use crate::report::{Json, count, readable};
use crate::upgrade::{Fingerprint, Outcome};

/// The first line of every baseline.
const HEAD: &str = "# Findings of capi-upgrade that are left out. --write-baseline writes this file.";

/// The form that is written, and read.
const VERSION: i64 = 1;

/// What is known of a project's files.
#[derive(Debug)]
pub struct Baseline {
    /// Its own file, as it is shown.
    shown: String,
    /// Where that lies: its paths begin there.
    folder: PathBuf,
    entries: Entries,
}

/// By file, transform and fingerprint: how often it is found.
#[derive(Debug, Default, PartialEq, Eq)]
struct Entries(BTreeMap<String, BTreeMap<(String, Fingerprint), usize>>);

impl Baseline {
    /// Reads the file at the absolute path `file`.
    ///
    /// # Errors
    ///
    /// The path, and why it cannot be read or understood.
    pub fn read(file: &Path, here: &Here) -> anyhow::Result<Baseline> {
        let shown = readable(&here.shown(file));
        let read = || -> anyhow::Result<Entries> { Entries::parse(&read_baseline(file)?) };
        let entries = read().with_context(|| format!("the baseline {shown}"))?;
        Ok(Baseline { shown, folder: folder_of(file), entries })
    }

    /// What is known of the file at the absolute path `file`, and how often it is found.
    pub fn known(&self, file: &Path) -> BTreeMap<Fingerprint, usize> {
        let Some(entries) = self.entries.0.get(&inner(&self.folder, file)) else { return BTreeMap::new() };
        entries.iter().map(|((_, fingerprint), count)| (*fingerprint, *count)).collect()
    }
}

/// The folder of the file at an absolute path. It may not be there yet, and paths to files have no links in them.
fn folder_of(file: &Path) -> PathBuf {
    let folder = file.parent().unwrap_or(file);
    folder.canonicalize().unwrap_or_else(|_| folder.to_owned())
}

/// The path of `file` from `folder`, with `/` between its parts on all systems. Both are absolute.
fn inner(folder: &Path, file: &Path) -> String {
    let (folder, file): (Vec<Component<'_>>, Vec<Component<'_>>) =
        (folder.components().collect(), file.components().collect());
    let shared = folder.iter().zip(&file).take_while(|(one, other)| one == other).count();
    let up = folder[shared..].iter().map(|_| "..".into());
    let down = file[shared..].iter().map(|part| part.as_os_str().to_string_lossy());
    up.chain(down).collect::<Vec<_>>().join("/")
}

/// A string of TOML, on one line: one of JSON, but that DEL may not stand in it as it is.
fn string(text: &str) -> String {
    Json::text(text).to_string().replace('\u{7f}', "\\u007f")
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    path: String,
    transform: String,
    fingerprint: String,
    count: usize,
}

impl Entries {
    fn parse(text: &str) -> anyhow::Result<Entries> {
        let table = parse_toml(text)?;
        match table.get("version").and_then(toml::Value::as_integer) {
            Some(VERSION) => {}
            Some(other) => bail!("of version {other}, and this program knows {VERSION} only"),
            None => bail!("not a baseline: it has no `version`"),
        }
        let findings = table.get("findings").and_then(toml::Value::as_array);
        let findings = findings.ok_or_else(|| anyhow!("not a baseline: it has no list `findings`"))?;
        let mut entries = Entries::default();
        for (at, finding) in findings.iter().enumerate() {
            let said = |error: String| anyhow!("finding {}: {}", at + 1, error.trim_end().replace('\n', ", "));
            let Entry { path, transform, fingerprint, count } =
                finding.clone().try_into().map_err(|error: toml::de::Error| said(error.message().to_owned()))?;
            let fingerprint = fingerprint.parse::<Fingerprint>().map_err(|error| said(error.to_string()))?;
            // Who merges two baselines may have an entry twice.
            let known = entries.0.entry(path).or_default().entry((transform, fingerprint)).or_default();
            *known = count.max(*known);
        }
        Ok(entries)
    }

    /// A line for each, in order, so that those of two branches can be merged.
    fn render(&self) -> String {
        let mut out = format!("{HEAD}\nversion = {VERSION}\nfindings = [\n");
        for (path, found) in &self.0 {
            for ((transform, fingerprint), count) in found {
                let (path, transform) = (string(path), string(transform));
                // A write to a string cannot fail.
                let _ = writeln!(
                    out,
                    "    {{ path = {path}, transform = {transform}, fingerprint = \"{fingerprint}\", count = {count} }},"
                );
            }
        }
        out + "]\n"
    }

    fn count(&self) -> usize {
        self.0.values().flat_map(BTreeMap::values).sum()
    }
}

/// A baseline that is being made.
pub struct Draft {
    target: Target,
    folder: PathBuf,
    entries: Entries,
}

impl Draft {
    /// One that is to become the file at `path`, which begins in the current folder.
    ///
    /// # Errors
    ///
    /// The path, and why there can be no baseline.
    pub fn new(path: &Path, here: &Here) -> anyhow::Result<Draft> {
        let path = here.folder().join(path);
        let folder = folder_of(&path);
        let target = Target::at(&path, here)?;
        if target.old().is_some_and(|old| !old.is_empty() && !old.starts_with(HEAD.as_bytes())) {
            bail!(anyhow!("not a baseline, so it is left alone").context(readable(target.shown())));
        }
        Ok(Draft { target, folder, entries: Entries::default() })
    }

    /// Adds what was found in the file at the absolute path `file`.
    pub fn add(&mut self, file: &Path, outcome: &Outcome) {
        let mut found = outcome.applied.iter().chain(&outcome.diagnostics).peekable();
        if found.peek().is_some() {
            let entries = self.entries.0.entry(inner(&self.folder, file)).or_default();
            found.for_each(|found| *entries.entry((found.transform.to_owned(), found.fingerprint)).or_default() += 1);
        }
    }

    /// Writes the file.
    ///
    /// # Errors
    ///
    /// The path, and what the system says.
    pub fn write(self, console: &Console) -> anyhow::Result<()> {
        self.target.write(&self.entries.render())?;
        let found = count(self.entries.count(), "finding");
        console.note(&format!("{}: written, {found}", readable(self.target.shown())));
        Ok(())
    }
}

/// What a run sees of baselines, to tell what they have too much.
#[derive(Default)]
pub struct Watch(BTreeMap<String, Seen>);

struct Seen {
    baseline: Arc<Baseline>,
    files: BTreeSet<String>,
    /// How many findings are no longer there.
    gone: usize,
}

impl Watch {
    /// Compares `baseline` with what was found in the file at the absolute path `file`. `could_run` says whether a transform
    /// was looked for there, or never is.
    pub fn look(&mut self, baseline: &Arc<Baseline>, file: &Path, outcome: &Outcome, could_run: impl Fn(&str) -> bool) {
        let seen = self.0.entry(baseline.shown.clone()).or_insert_with(|| Seen {
            baseline: Arc::clone(baseline),
            files: BTreeSet::new(),
            gone: 0,
        });
        let path = inner(&baseline.folder, file);
        let mut found: BTreeMap<(&str, Fingerprint), usize> = BTreeMap::new();
        for one in outcome.applied.iter().chain(&outcome.diagnostics).chain(&outcome.known) {
            *found.entry((one.transform, one.fingerprint)).or_default() += 1;
        }
        let mut could: BTreeMap<&str, bool> = BTreeMap::new();
        for ((transform, fingerprint), count) in baseline.entries.0.get(&path).into_iter().flatten() {
            if *could.entry(transform).or_insert_with(|| could_run(transform)) {
                let found = found.get(&(transform.as_str(), *fingerprint)).copied().unwrap_or_default();
                seen.gone += count.saturating_sub(found);
            }
        }
        seen.files.insert(path);
    }

    /// Tells what of the baselines is no longer found.
    pub fn tell(self, console: &Console) {
        for Seen { baseline, files, gone } in self.0.into_values() {
            let unseen = baseline.entries.0.iter().filter(|(path, _)| !files.contains(*path));
            // Nobody asked for the others this time.
            let removed = unseen.filter(|(path, _)| !baseline.folder.join(path).exists());
            let gone = gone + removed.flat_map(|(_, found)| found.values()).sum::<usize>();
            if gone > 0 {
                let verb = if gone == 1 { "is" } else { "are" };
                let gone = count(gone, "finding");
                console.note(&format!("{}: {gone} {verb} gone; --write-baseline writes it anew", baseline.shown));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entries(list: &[(&str, &str, &str, usize)]) -> Entries {
        let mut entries = Entries::default();
        for (path, transform, code, count) in list {
            let key = (transform.to_string(), Fingerprint::new(transform, code.as_bytes()));
            entries.0.entry(path.to_string()).or_default().insert(key, *count);
        }
        entries
    }

    #[test]
    fn paths_lead_from_the_baseline_to_the_file() {
        let path = |folder: &str, file: &str| inner(Path::new(folder), Path::new(file));
        assert_eq!(path("/project", "/project/src/x.c"), "src/x.c");
        assert_eq!(path("/project/ci/c", "/project/src/x.c"), "../../src/x.c");
        assert_eq!(path("/project", "/other/x.c"), "../other/x.c");
    }

    #[test]
    fn what_is_written_is_read_again() {
        let some = entries(&[
            ("src/x.c", "two", "b", 1),
            ("src/x.c", "one", "a", 12),
            ("src/\"odd\\\n\u{7f}\u{e4}.c", "one", "a", 1),
        ]);
        let text = some.render();
        assert_eq!(Entries::parse(&text).unwrap(), some, "{text}");
        assert_eq!(text.lines().count(), 7, "{text}");
        let lines: Vec<&str> = text.lines().filter(|line| line.contains("path")).collect();
        assert!(lines.is_sorted(), "{text}");
        assert_eq!(Entries::parse(&Entries::default().render()).unwrap(), Entries::default());
    }

    #[test]
    fn merged_entries_count_once() {
        let one = entries(&[("x.c", "one", "a", 1)]).render();
        let more = entries(&[("x.c", "one", "a", 3)]).render();
        let line = more.lines().find(|line| line.contains("path")).unwrap();
        let merged = one.replace("]\n", &format!("{line}\n]\n"));
        assert_eq!(Entries::parse(&merged).unwrap(), entries(&[("x.c", "one", "a", 3)]));
    }

    #[test]
    fn what_is_no_baseline_is_told() {
        let error = |text: &str| format!("{:#}", Entries::parse(text).unwrap_err());
        assert_eq!(error(""), "not a baseline: it has no `version`");
        assert_eq!(error("version = 2\n"), "of version 2, and this program knows 1 only");
        assert_eq!(error("version = 1\n"), "not a baseline: it has no list `findings`");
        assert!(error("version = 1\nfindings = [\n<<<<<<< HEAD\n]\n").starts_with("line 3: "));
        let finding = |entry: &str| error(&format!("version = 1\nfindings = [{{ {entry} }}]\n"));
        assert_eq!(finding("path = 'x.c'"), "finding 1: missing field `transform`");
        let bad = "path = 'x.c', transform = 'one', fingerprint = 'x', count = 1";
        assert_eq!(finding(bad), "finding 1: `x` is not a fingerprint: 16 hexadecimal digits");
        assert!(finding("path = 'x.c', line = 3").starts_with("finding 1: unknown field `line`"));
        assert!(finding("path = 3").starts_with("finding 1: invalid type"));
    }
}
