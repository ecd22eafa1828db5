//! SARIF 2.1.0, the format in which tools tell code scanning what they found.

use std::path::Path;

use super::finding::{FileReport, Finding, Position, Positions, RunReport, Status};
use super::fingerprint::Fingerprints;
use super::{Json, readable};
use crate::edit::Applicability;
use crate::source::TextRange;
use crate::transform::Transform;

const SCHEMA: &str = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";

/// The log of a run.
pub fn sarif(run: &RunReport<'_>) -> String {
    let rules = run.transforms().values().map(|transform| rule(transform)).collect();
    let driver = Json::Object(vec![
        ("name", Json::text(env!("CARGO_PKG_NAME"))),
        ("semanticVersion", Json::text(env!("CARGO_PKG_VERSION"))),
        ("rules", Json::List(rules)),
    ]);
    let run = Json::Object(vec![
        ("tool", Json::Object(vec![("driver", driver)])),
        ("invocations", Json::List(vec![invocation(run)])),
        ("columnKind", Json::text("unicodeCodePoints")),
        ("results", Json::List(run.files.iter().flat_map(results).collect())),
    ]);
    let log = Json::Object(vec![
        ("$schema", Json::text(SCHEMA)),
        ("version", Json::text("2.1.0")),
        ("runs", Json::List(vec![run])),
    ]);
    format!("{log}\n")
}

fn message(text: &str) -> Json {
    Json::Object(vec![("text", Json::text(text))])
}

fn rule(transform: &Transform) -> Json {
    let file = transform.file();
    let help = file.instead.as_ref().map_or(file.why.clone(), |instead| format!("{}\n{instead}", file.why));
    let mut fields = vec![
        ("id", Json::text(transform.id())),
        ("shortDescription", message(&file.summary)),
        ("fullDescription", message(&file.why)),
        ("help", message(&help)),
    ];
    fields.extend(file.docs.as_ref().map(|docs| ("helpUri", Json::text(docs.as_str()))));
    let level = Json::text(level(transform.applicability()));
    fields.push(("defaultConfiguration", Json::Object(vec![("level", level)])));
    Json::Object(fields)
}

/// What the tool does by itself is a note. None is an error: where it does not know, it may be wrong.
fn level(applicability: Applicability) -> &'static str {
    match applicability {
        Applicability::Safe => "note",
        Applicability::Unsafe | Applicability::DisplayOnly => "warning",
    }
}

fn invocation(run: &RunReport<'_>) -> Json {
    let notification = |level: &'static str, text: &str, location: Option<Json>| {
        let mut fields = vec![("level", Json::text(level)), ("message", message(text))];
        fields.extend(location.map(|location| ("locations", Json::List(vec![location]))));
        Json::Object(fields)
    };
    let errors = run.errors.iter().map(|error| notification("error", error, None));
    let warnings = run.files.iter().flat_map(|file| {
        let whole = || physical(vec![("artifactLocation", artifact(&file.path))]);
        file.outcome.warnings.iter().map(move |warning| notification("warning", warning, Some(whole())))
    });
    Json::Object(vec![
        ("executionSuccessful", Json::Bool(run.errors.is_empty())),
        ("toolExecutionNotifications", Json::List(errors.chain(warnings).collect())),
    ])
}

fn results(file: &FileReport) -> Vec<Json> {
    let positions = Positions::new(&file.old);
    let mut fingerprints = Fingerprints::default();
    file.findings().iter().map(|found| result(file, &positions, &mut fingerprints, found)).collect()
}

fn result(file: &FileReport, positions: &Positions<'_>, fingerprints: &mut Fingerprints, found: &Finding<'_>) -> Json {
    let diagnostic = found.diagnostic;
    let text = [Some(diagnostic.message.as_str()), found.reason(), found.advice()];
    let text: Vec<&str> = text.into_iter().flatten().collect();
    let place = vec![("artifactLocation", artifact(&file.path)), ("region", region(positions, diagnostic.range))];
    let fingerprint = Json::Object(vec![("capiUpgrade/v1", Json::text(fingerprints.of(found)))]);
    let mut fields = vec![
        ("ruleId", Json::text(diagnostic.transform)),
        ("level", Json::text(level(diagnostic.applicability))),
        ("message", message(&text.join("; "))),
        ("locations", Json::List(vec![physical(place)])),
        ("partialFingerprints", fingerprint),
    ];
    let edits = file.fix(diagnostic);
    if !edits.is_empty() {
        fields.push(("fixes", Json::List(vec![fix(file, positions, &edits)])));
    }
    if found.status == Status::Suppressed {
        let suppression = Json::Object(vec![("kind", Json::text("inSource"))]);
        fields.push(("suppressions", Json::List(vec![suppression])));
    }
    let applicability = Json::text(diagnostic.applicability.name());
    let properties = vec![("status", Json::text(found.status.name())), ("applicability", applicability)];
    fields.push(("properties", Json::Object(properties)));
    Json::Object(fields)
}

fn fix(file: &FileReport, positions: &Positions<'_>, edits: &[(TextRange, &str)]) -> Json {
    let replacements = edits.iter().map(|(range, text)| {
        Json::Object(vec![("deletedRegion", region(positions, *range)), ("insertedContent", message(text))])
    });
    let change = Json::Object(vec![
        ("artifactLocation", artifact(&file.path)),
        ("replacements", Json::List(replacements.collect())),
    ]);
    Json::Object(vec![("artifactChanges", Json::List(vec![change]))])
}

fn physical(place: Vec<(&'static str, Json)>) -> Json {
    Json::Object(vec![("physicalLocation", Json::Object(place))])
}

fn region(positions: &Positions<'_>, range: TextRange) -> Json {
    let (start, end): (Position, Position) = (positions.at(range.start), positions.at(range.end));
    Json::Object(vec![
        ("startLine", Json::Number(start.line)),
        ("startColumn", Json::Number(start.column)),
        ("endLine", Json::Number(end.line)),
        ("endColumn", Json::Number(end.column)),
    ])
}

fn artifact(path: &Path) -> Json {
    let scheme = if path.is_absolute() { "file://" } else { "" };
    Json::Object(vec![("uri", Json::text(format!("{scheme}{}", percent_encoded(&readable(path)))))])
}

/// A path as a reference of RFC 3986.
fn percent_encoded(path: &str) -> String {
    let path = if cfg!(windows) { path.replace('\\', "/") } else { path.to_owned() };
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~/".contains(&byte);
    let encoded = |byte: u8| if is_plain(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") };
    path.bytes().map(encoded).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_becomes_a_reference() {
        assert_eq!(percent_encoded("src/a b\u{e4}#%.c"), "src/a%20b%C3%A4%23%25.c");
        assert_eq!(percent_encoded("a:b.c"), "a%3Ab.c");
    }
}
