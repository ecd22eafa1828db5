//! Findings for a person at a terminal: the line, what stands there, why it should not, and what to do.

use annotate_snippets::{AnnotationKind, Element, Group, Level, Patch, Snippet};
use rustc_hash::FxHashSet;

use super::excerpt::Excerpt;
use super::finding::{FileReport, Finding, Positions, Status, one_line};
use super::{Palette, readable};
use crate::edit::Edit;

/// The longest stretch of lines that a rewrite is shown with.
const LONGEST_PATCH: usize = 30;

/// What is left in a file: for the reader of a diff, which shows the rest.
pub fn diagnostics(file: &FileReport, palette: Palette) -> String {
    let left = |found: &Finding<'_>| matches!(found.status, Status::NeedsUnsafe | Status::Left);
    rendered(file, file.findings().into_iter().filter(left), false, palette)
}

/// All that was found in a file but what comments want left alone, with what it becomes.
pub fn text(file: &FileReport, palette: Palette) -> String {
    let told = |found: &Finding<'_>| found.status != Status::Suppressed;
    rendered(file, file.findings().into_iter().filter(told), true, palette)
}

/// What holds for several findings of one kind is said with the first.
fn rendered<'f>(
    file: &FileReport,
    findings: impl Iterator<Item = Finding<'f>>,
    with_patches: bool,
    palette: Palette,
) -> String {
    let path = readable(&file.path);
    let positions = Positions::new(&file.old);
    let renderer = palette.renderer();
    let mut said = FxHashSet::default();
    let mut out = String::new();
    for found in findings {
        let diagnostic = found.diagnostic;
        let excerpt = Excerpt::first_line(&file.old, &positions, diagnostic.range);
        let snippet = Snippet::source(excerpt.text)
            .path(path.as_str())
            .line_start(excerpt.line)
            .annotations(excerpt.spans.into_iter().map(|span| AnnotationKind::Primary.span(span)));
        let mut notes: Vec<Element<'_>> = Vec::new();
        let mut say = |level: Level<'static>, text: &str| {
            if said.insert((diagnostic.transform, text.to_owned())) {
                notes.push(level.message(one_line(text)).into());
            }
        };
        say(Level::NOTE, &found.about.why);
        found.reason().into_iter().for_each(|reason| say(Level::NOTE, reason));
        // The title of a patch says the same.
        let patch = if with_patches { patch(file, &positions, &found) } else { None };
        let advice = found.advice().filter(|_| patch.is_none());
        advice.into_iter().for_each(|advice| say(Level::HELP, advice));
        let title = level(found.status).primary_title(one_line(&diagnostic.message)).id(diagnostic.transform);
        let mut groups = vec![title.element(snippet).elements(notes)];
        groups.extend(patch);
        out.push_str(&renderer.render(&groups));
        out.push_str("\n\n");
    }
    out
}

/// How the lines become others.
fn patch<'f>(file: &FileReport, positions: &Positions<'_>, found: &Finding<'f>) -> Option<Group<'f>> {
    let edits: &[Edit] = found.diagnostic.fix.as_ref()?.edits();
    let excerpt = Excerpt::around(&file.old, positions, edits)?;
    if excerpt.text.lines().count() > LONGEST_PATCH {
        return None;
    }
    let with = |edit: &Edit| String::from_utf8_lossy(&edit.text).into_owned();
    let patches = excerpt.spans.iter().cloned().zip(edits).map(|(span, edit)| Patch::new(span, with(edit)));
    let patches: Vec<Patch<'_>> = patches.collect();
    let title = if found.status == Status::Rewritten { "rewritten" } else { "--unsafe applies it" };
    let snippet = Snippet::source(excerpt.text).line_start(excerpt.line).patches(patches);
    Some(Level::HELP.secondary_title(title).element(snippet))
}

fn level(status: Status) -> Level<'static> {
    match status {
        Status::Rewritten | Status::Suppressed => Level::NOTE,
        Status::NeedsUnsafe | Status::Left => Level::WARNING,
    }
}
