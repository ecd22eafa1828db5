//! Everything a run found, as JSON. `docs/report.schema.json` describes it, and must be changed together with it.

use super::finding::{FileReport, Finding, Position, Positions, RunReport};
use super::fingerprint::Fingerprints;
use super::{Json, readable};
use crate::source::TextRange;
use crate::transform::Transform;

/// Counts up when a reader of older reports would not understand newer ones.
const VERSION: usize = 1;

/// The report of a run.
pub fn json(run: &RunReport<'_>) -> String {
    let tool = vec![("name", Json::text(env!("CARGO_PKG_NAME"))), ("version", Json::text(env!("CARGO_PKG_VERSION")))];
    let report = Json::Object(vec![
        ("version", Json::Number(VERSION)),
        ("tool", Json::Object(tool)),
        ("applied", Json::Bool(run.applied)),
        ("files", Json::List(run.files.iter().map(file).collect())),
        ("transforms", Json::List(run.transforms().values().map(|transform| about(transform)).collect())),
        ("errors", Json::texts(run.errors.iter().cloned())),
        ("summary", Json::Object(run.summary.numbers().map(|(name, number)| (name, Json::Number(number))).into())),
    ]);
    format!("{report}\n")
}

fn file(file: &FileReport) -> Json {
    let outcome = &file.outcome;
    let positions = Positions::new(&file.old);
    let mut fingerprints = Fingerprints::default();
    let findings = file.findings().iter().map(|found| finding(file, &positions, &mut fingerprints, found)).collect();
    let unparsed = outcome.unparsed.iter().map(|region| {
        let line = Json::Number(region.line as usize);
        Json::Object(vec![("line", line), ("reason", Json::text(region.reason.as_str()))])
    });
    Json::Object(vec![
        ("path", Json::text(readable(&file.path))),
        ("changed", Json::Bool(outcome.text.is_some())),
        ("generator", Json::optional(outcome.generated)),
        ("findings", Json::List(findings)),
        ("unparsed", Json::List(unparsed.collect())),
        ("header_lacks", Json::texts(outcome.header_lacks.iter().cloned())),
        ("warnings", Json::texts(outcome.warnings.iter().cloned())),
    ])
}

fn finding(file: &FileReport, positions: &Positions<'_>, fingerprints: &mut Fingerprints, found: &Finding<'_>) -> Json {
    let diagnostic = found.diagnostic;
    let group = file.transform(diagnostic.transform).map(|transform| transform.group(file.range));
    let edits = file.fix(diagnostic).into_iter().map(|(range, text)| {
        let mut fields = ends(positions, range);
        fields.push(("text", Json::text(text)));
        Json::Object(fields)
    });
    let mut fields = vec![
        ("transform", Json::text(diagnostic.transform)),
        ("group", Json::optional(group)),
        ("status", Json::text(found.status.name())),
        ("applicability", Json::text(diagnostic.applicability.name())),
    ];
    fields.extend(ends(positions, diagnostic.range));
    fields.extend([
        ("message", Json::text(diagnostic.message.as_str())),
        ("reason", Json::optional(found.reason())),
        ("advice", Json::optional(found.advice())),
        ("needs", Json::texts(diagnostic.needs.iter().cloned())),
        ("fix", Json::List(edits.collect())),
        ("fingerprint", Json::text(fingerprints.of(found))),
    ]);
    Json::Object(fields)
}

fn ends(positions: &Positions<'_>, range: TextRange) -> Vec<(&'static str, Json)> {
    let end = |offset: u32| {
        let Position { line, column } = positions.at(offset);
        let offset = Json::Number(offset as usize);
        Json::Object(vec![("line", Json::Number(line)), ("column", Json::Number(column)), ("offset", offset)])
    };
    vec![("start", end(range.start)), ("end", end(range.end))]
}

fn about(transform: &Transform) -> Json {
    let file = transform.file();
    Json::Object(vec![
        ("id", Json::text(transform.id())),
        ("summary", Json::text(file.summary.as_str())),
        ("why", Json::text(file.why.as_str())),
        ("instead", Json::optional(file.instead.as_ref())),
        ("because", Json::optional(file.because.as_ref())),
        ("docs", Json::optional(file.docs.as_ref())),
    ])
}
