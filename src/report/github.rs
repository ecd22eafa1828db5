//! Workflow commands of GitHub Actions: each finding becomes an annotation of its line.

use super::finding::{FileReport, Finding, Positions, Status, one_line};
use super::readable;

/// One command for each finding in a file, but for those that comments want left alone.
pub fn github(file: &FileReport) -> String {
    let positions = Positions::new(&file.old);
    let told = file.findings().into_iter().filter(|found| found.status != Status::Suppressed);
    told.map(|found| command(file, &positions, &found)).collect()
}

fn command(file: &FileReport, positions: &Positions<'_>, found: &Finding<'_>) -> String {
    let diagnostic = found.diagnostic;
    let (start, end) = (positions.at(diagnostic.range.start), positions.at(diagnostic.range.end));
    let mut place = format!("file={},line={},endLine={}", property(&readable(&file.path)), start.line, end.line);
    // Columns are for annotations of one line; with others GitHub refuses them.
    if start.line == end.line {
        place += &format!(",col={},endColumn={}", start.column, end.column);
    }
    let level = match found.status {
        Status::Rewritten | Status::Suppressed => "notice",
        Status::NeedsUnsafe | Status::Left => "warning",
    };
    let advice = match found.status {
        Status::Rewritten => Some("capi-upgrade --apply rewrites it"),
        _ => found.advice(),
    };
    let lines = [Some(diagnostic.message.as_str()), Some(&found.about.why), found.reason(), advice];
    let text: Vec<String> = lines.into_iter().flatten().map(one_line).collect();
    format!("::{level} {place},title={}::{}\n", property(diagnostic.transform), data(&text.join("\n")))
}

/// What stands behind the second `::`.
fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// The value of a property, which `:` and `,` would end.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_would_end_a_value_is_escaped() {
        assert_eq!(property("a,b:c%\n"), "a%2Cb%3Ac%25%0A");
        assert_eq!(data("100 %: a, b\r\n"), "100 %25: a, b%0D%0A");
    }
}
