//! `header`: prints the compat header or a part of it, or puts it into a folder.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use anyhow::{anyhow, bail};

use super::args::HeaderArgs;
use super::console::Console;
use super::copies::{Target, Written};
use super::files::{Here, Input};
use super::read::read;
use super::suggest::{closest, hint};
use super::walk;
use crate::header::{self, Copy, Part, stamped};
use crate::report::{count, readable};
use crate::source::words;

/// Prints or writes what the arguments ask for.
///
/// # Errors
///
/// A name that the header does not have, or a copy that cannot or may not be written.
pub fn run(args: &HeaderArgs, console: &mut Console) -> anyhow::Result<()> {
    let here = Here::new()?;
    let part = Part { oldest: args.min_python, only: wanted(args, &here, console)? };
    tell_native(&part, console);
    let text = stamped(&part);
    let Some(folder) = &args.output else {
        console.print(text.as_bytes());
        return Ok(());
    };
    let target = Target::at(&here.folder().join(folder).join(header::NAME), &here)?;
    if !args.force {
        target.replaceable()?;
    }
    let written = target.write(&text)?;
    tell_written(target.shown(), &text, written, console);
    Ok(())
}

/// Says what became of a copy.
pub fn tell_written(shown: &Path, text: &str, written: Written, console: &Console) {
    let done = match written {
        Written::New => "written",
        Written::Renewed => "renewed",
        Written::Same => "up to date",
    };
    console.note(&format!("{}: {done}, {}", readable(shown), count(text.lines().count(), "line")));
}

/// The names to keep; none where the whole header is wanted.
fn wanted(args: &HeaderArgs, here: &Here, console: &mut Console) -> anyhow::Result<Option<BTreeSet<String>>> {
    if args.only.is_empty() && args.used_by.is_empty() {
        return Ok(None);
    }
    let only: BTreeSet<String> =
        args.only.iter().map(|name| name.trim().to_owned()).filter(|name| !name.is_empty()).collect();
    let mut unknown = only.iter().filter(|name| !header::has(name)).peekable();
    if unknown.peek().is_some() {
        for name in unknown {
            let hint = hint(closest(name, header::offered()));
            console.error(&anyhow!("the header has no `{name}`{hint}"));
        }
        bail!("nothing is written");
    }
    let used = used_by(&args.used_by, here, console);
    if only.is_empty() && used.is_empty() {
        console.warning("nothing that the header has is used there");
    }
    Ok(Some(only.into_iter().chain(used).collect()))
}

/// What the header has of the words in the files that `paths` name or hold.
fn used_by(paths: &[PathBuf], here: &Here, console: &mut Console) -> BTreeSet<String> {
    if paths.is_empty() {
        return BTreeSet::new();
    }
    let found = walk::find(paths, here);
    found.errors.iter().for_each(|error| console.error(error));
    let others = found.not_read.into_iter().map(|shown| Input { real: here.folder().join(&shown), shown, text: None });
    let mut used = BTreeSet::new();
    for input in found.files.into_iter().chain(others) {
        match read(&input) {
            Ok(text) => used.extend(names_in(&text)),
            Err(error) => console.error(&error),
        }
    }
    header::used(used)
}

/// What the header knows of the words in a text. A copy of the header uses nothing.
pub fn names_in(text: &[u8]) -> BTreeSet<String> {
    if Copy::read(text).is_some() {
        return BTreeSet::new();
    }
    let words = words(text).into_iter().filter_map(|word| std::str::from_utf8(word).ok());
    words.filter(|word| header::has(word) || *word == header::REMOVED_API).map(str::to_owned).collect()
}

/// Says which of the names that were asked for one by one no Python in range needs.
fn tell_native(part: &Part, console: &Console) {
    let names = part.only.iter().flatten();
    let native: Vec<&str> = names.filter(|name| !header::is_needed(name, part.builds())).map(String::as_str).collect();
    if let Some(oldest) = part.oldest
        && !native.is_empty()
    {
        console.note(&format!("native from Python {oldest} on, so left out: {}", native.join(", ")));
    }
}
