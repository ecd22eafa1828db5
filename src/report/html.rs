//! One page for reviewers: every change beside what it was, why it is made, and what is left for a person.
//!
//! The page needs nothing from elsewhere, is complete without its script, which only filters, and holds no text of
//! the user's that is not escaped.

mod escape;
mod sides;

use std::collections::BTreeMap;

use super::finding::{FileReport, Finding, Positions, RunReport, Status};
use super::readable;
use super::summary::count;
use crate::edit::{Applicability, Edit, apply};
use crate::source::TextRange;
use crate::transform::Transform;
use escape::{coded, escaped};
use sides::{Hunk, hunks};

const STYLE: &str = include_str!("html/page.css");
const SCRIPT: &str = include_str!("html/page.js");

/// Lines around a place that is left that are shown with it.
const AROUND: usize = 2;

/// As many files are listed without being asked for.
const SHORT_CONTENTS: usize = 12;

/// The page of a run.
pub fn html(run: &RunReport<'_>) -> String {
    let mut files = String::new();
    for (number, file) in run.files.iter().enumerate() {
        files += &section(file, number);
    }
    let transforms: String = run.transforms().values().map(|transform| about(transform)).collect();
    format!(
        "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <meta name=\"color-scheme\" content=\"light dark\">\n<title>capi-upgrade report</title>\n\
         <style>\n{STYLE}</style>\n</head>\n<body>\n<header>\n<h1>capi-upgrade</h1>\n{}{}</header>\n\
         {}<main>\n{files}</main>\n<footer>\n<h2>Transforms</h2>\n{transforms}</footer>\n\
         <script>\n{SCRIPT}</script>\n</body>\n</html>\n",
        overview(run),
        errors(run),
        filter(run),
    )
}

fn overview(run: &RunReport<'_>) -> String {
    let numbers: BTreeMap<&str, usize> = run.summary.numbers().into_iter().collect();
    let number = |name: &str| numbers.get(name).copied().unwrap_or_default();
    let facts = [
        (number("rewrites"), if run.applied { "rewritten" } else { "to rewrite" }, "rewritten"),
        (number("need_unsafe"), "need --unsafe", "needs-unsafe"),
        (number("left"), "left for a person", "left"),
        (number("suppressed"), "suppressed", "suppressed"),
    ];
    let facts: String = facts
        .iter()
        .filter(|(number, _, class)| *number > 0 || *class != "suppressed")
        .map(|(number, what, class)| format!("<li class=\"{class}\"><b>{number}</b> {what}</li>\n"))
        .collect();
    let read = count(number("files"), "file");
    let changed = number("changed");
    let verb = if run.applied { "changed" } else { "would change" };
    format!("<p>{read} read, {changed} {verb}.</p>\n<ul class=\"facts\">\n{facts}</ul>\n{}", contents(run))
}

/// The files, each with how many findings of each status it has.
fn contents(run: &RunReport<'_>) -> String {
    if run.files.len() < 2 {
        return String::new();
    }
    let of_file = |file: &FileReport| -> Vec<Status> { file.findings().iter().map(|found| found.status).collect() };
    let statuses: Vec<Vec<Status>> = run.files.iter().map(of_file).collect();
    let mut met = Status::ALL.to_vec();
    met.retain(|status| statuses.iter().flatten().any(|of_file| of_file == status));
    let mut rows = String::new();
    for (number, (file, statuses)) in run.files.iter().zip(&statuses).enumerate() {
        let cell = |status: &Status| match statuses.iter().filter(|of_file| *of_file == status).count() {
            0 => "<td class=\"none\">\u{b7}</td>".to_owned(),
            count => format!("<td>{count}</td>"),
        };
        let cells: String = met.iter().map(cell).collect();
        let name = escaped(&readable(&file.path));
        rows += &format!("<tr>{cells}<th><a href=\"#file-{number}\">{name}</a></th></tr>\n");
    }
    let head: String = met.iter().map(|status| format!("<th>{}</th>", status.name())).collect();
    format!(
        "<details{}>\n<summary>{}</summary>\n<table class=\"contents\">\n<thead><tr>{head}<th>file</th></tr></thead>\n\
         <tbody>\n{rows}</tbody>\n</table>\n</details>\n",
        if run.files.len() <= SHORT_CONTENTS { " open" } else { "" },
        count(run.files.len(), "file"),
    )
}

fn errors(run: &RunReport<'_>) -> String {
    let items: String = run.errors.iter().map(|error| format!("<li>{}</li>\n", escaped(error))).collect();
    if items.is_empty() { items } else { format!("<ul class=\"errors\">\n{items}</ul>\n") }
}

/// The form, which the script shows.
fn filter(run: &RunReport<'_>) -> String {
    let option = |value: &str| format!("<option value=\"{0}\">{0}</option>", escaped(value));
    let ids: String = run.transforms().keys().map(|id| option(id)).collect();
    let all = [Applicability::Safe, Applicability::Unsafe, Applicability::DisplayOnly];
    let applicabilities: String = all.iter().map(|applicability| option(applicability.name())).collect();
    let statuses: String = Status::ALL.iter().map(|status| option(status.name())).collect();
    let select = |name: &str, label: &str, options: &str| {
        format!("<label>{label} <select name=\"{name}\"><option value=\"\">all</option>{options}</select></label>\n")
    };
    format!(
        "<form id=\"filter\" hidden>\n{}{}{}<output></output>\n</form>\n",
        select("transform", "Transform", &ids),
        select("applicability", "Applicability", &applicabilities),
        select("status", "Status", &statuses),
    )
}

fn section(file: &FileReport, number: usize) -> String {
    let outcome = &file.outcome;
    let findings = file.findings();
    let mut out = format!("<section id=\"file-{number}\">\n<h2>{}</h2>\n", escaped(&readable(&file.path)));
    if let Some(generator) = outcome.generated {
        out += &format!("<p>Left alone: it is generated by {generator}, to be run again.</p>\n");
    }
    for warning in &outcome.warnings {
        out += &format!("<p class=\"warning\">{}</p>\n", escaped(warning));
    }
    if !outcome.header_lacks.is_empty() {
        let names = outcome.header_lacks.join(", ");
        out += &format!("<p class=\"warning\">The project's copy of the header lacks {}.</p>\n", escaped(&names));
    }
    if let Some(new) = &outcome.text {
        out += &changes(&file.old, new, &findings);
    }
    let positions = Positions::new(&file.old);
    for found in findings.iter().filter(|found| found.status != Status::Rewritten) {
        out += &left(&file.old, &positions, found);
    }
    if !outcome.unparsed.is_empty() {
        let lines: Vec<String> = outcome.unparsed.iter().map(|region| region.line.to_string()).collect();
        out += &format!(
            "<p class=\"aside\">Not parsed, so that only names are rewritten there: line {}.</p>\n",
            lines.join(", ")
        );
    }
    out + "</section>\n"
}

/// What is rewritten, hunk by hunk, each with what was found there.
fn changes(old: &[u8], new: &[u8], findings: &[Finding<'_>]) -> String {
    let hunks = hunks(old, new, 1);
    let mut of_hunk: Vec<Vec<&Finding<'_>>> = hunks.iter().map(|_| Vec::new()).collect();
    for found in findings.iter().filter(|found| found.status == Status::Rewritten) {
        let at = hunks.partition_point(|hunk| hunk.end <= found.diagnostic.line as usize);
        let last = of_hunk.len().saturating_sub(1);
        if let Some(of_hunk) = of_hunk.get_mut(at.min(last)) {
            of_hunk.push(found);
        }
    }
    hunks.iter().zip(of_hunk).map(|(hunk, found)| change(hunk, &found)).collect()
}

fn change(hunk: &Hunk, found: &[&Finding<'_>]) -> String {
    let mut kinds: BTreeMap<(&str, Applicability), Vec<&Finding<'_>>> = BTreeMap::new();
    for found in found {
        kinds.entry((found.diagnostic.transform, found.diagnostic.applicability)).or_default().push(found);
    }
    let mut kinds: Vec<Vec<&Finding<'_>>> = kinds.into_values().collect();
    kinds.sort_by_key(|kind| kind.first().map(|found| found.diagnostic.line));
    let said: String = kinds.iter().map(|kind| explanation(kind)).collect();
    let said = if said.is_empty() { "<p>A line that includes the compat header.</p>\n".to_owned() } else { said };
    format!("<article{}>\n<div class=\"said\">\n{said}</div>\n{}</article>\n", marks(found), hunk.table)
}

/// What the filter goes by.
fn marks(found: &[&Finding<'_>]) -> String {
    let kinds = found.iter().map(|found| {
        let diagnostic = found.diagnostic;
        format!("{}/{}/{}", diagnostic.transform, diagnostic.applicability.name(), found.status.name())
    });
    let kinds: std::collections::BTreeSet<String> = kinds.collect();
    let status = found.first().map_or(Status::Rewritten, |found| found.status).name();
    let kinds: Vec<String> = kinds.into_iter().collect();
    format!(" class=\"{status}\" data-found=\"{}\"", escaped(&kinds.join(" ")))
}

/// What is to be said of findings of one transform, as far as they can be trusted alike.
fn explanation(kind: &[&Finding<'_>]) -> String {
    let Some(first) = kind.first() else { return String::new() };
    let diagnostic = first.diagnostic;
    let mut lines: Vec<String> = kind.iter().map(|found| found.diagnostic.line.to_string()).collect();
    lines.dedup();
    let plural = if lines.len() == 1 { "line" } else { "lines" };
    let id = escaped(diagnostic.transform);
    let mut out = format!(
        "<h3><a href=\"#about-{id}\">{id}</a> <span class=\"badge {0}\">{0}</span> <span class=\"lines\">{plural} {1}{5}</span></h3>\n\
         <p>{2}. {3}{4}</p>\n",
        diagnostic.applicability.name(),
        lines.join(", "),
        coded(&capitalized(&diagnostic.message)),
        coded(&first.about.why),
        link(first.about.docs.as_deref()),
        fate(first.status),
    );
    let mut reasons: Vec<&str> = kind.iter().filter_map(|found| found.reason()).collect();
    reasons.dedup();
    let reasons = reasons.into_iter().map(|reason| ("reason", reason));
    // What else there is to do is said beside the line.
    let advice = first.advice().filter(|_| first.status == Status::Left);
    for (class, text) in reasons.chain(advice.map(|advice| ("advice", advice))) {
        out += &format!("<p class=\"{class}\">{}.</p>\n", coded(&capitalized(text)));
    }
    out
}

/// What is said of those that are not rewritten.
fn fate(status: Status) -> &'static str {
    match status {
        Status::Rewritten => "",
        Status::NeedsUnsafe => ", not rewritten without --unsafe",
        Status::Left => ", left for a person",
        Status::Suppressed => ", left as a comment says",
    }
}

/// One place that is left as it is, with what it would become where that is known.
fn left(old: &[u8], positions: &Positions<'_>, found: &Finding<'_>) -> String {
    let range = found.diagnostic.range;
    let fix = found.diagnostic.fix.as_ref().map_or(&[][..], |fix| fix.edits());
    let whole = fix.iter().fold(range, |whole, edit| whole.cover(edit.range));
    // The newline at the end of the text is in no line, and may be taken out all the same.
    let lines = positions.lines_around(whole, AROUND).cover(whole);
    let code = &old[lines.to_usize()];
    let inside = |range: TextRange| TextRange::new(range.start - lines.start, range.end - lines.start);
    let edits: Vec<Edit> = fix.iter().map(|edit| Edit::replace(inside(edit.range), edit.text.clone())).collect();
    let first = positions.at(lines.start).line;
    let table = if edits.is_empty() {
        sides::excerpt(code, inside(range), first)
    } else {
        hunks(code, &apply(code, &edits), first).iter().map(|hunk| hunk.table.as_str()).collect()
    };
    format!("<article{}>\n<div class=\"said\">\n{}</div>\n{table}</article>\n", marks(&[found]), explanation(&[found]))
}

fn about(transform: &Transform) -> String {
    let file = transform.file();
    let mut out = format!(
        "<h3 id=\"about-{0}\">{0}</h3>\n<p>{1}. {2}",
        escaped(transform.id()),
        coded(&capitalized(&file.summary)),
        coded(&file.why)
    );
    if let Some(instead) = &file.instead {
        out += &format!(" By hand: {}.", coded(instead));
    }
    if let Some(because) = &file.because {
        out += &format!(" Not safe: {}.", coded(because));
    }
    out + &link(file.docs.as_deref()) + "</p>\n"
}

/// A link, if it is one of the web: another would run what a transform file of somebody says.
fn link(target: Option<&str>) -> String {
    let target = target.filter(|target| target.starts_with("https://") || target.starts_with("http://"));
    target.map_or_else(String::new, |target| {
        format!(" <a href=\"{}\" rel=\"noreferrer\">Documentation</a>", escaped(target))
    })
}

fn capitalized(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or_else(String::new, |first| first.to_uppercase().chain(chars).collect())
}
