//! `list`: every transform in a line.

use std::fmt::Write as _;

use super::args::{ListArgs, ListFormat};
use super::console::Console;
use super::custom;
use crate::capi::{PythonRange, PythonVersion};
use crate::report::{Json, Palette};
use crate::transform::Transform;

/// Lists the transforms by group, then by id.
///
/// # Errors
///
/// Versions that nothing is known of, and transforms of the user's that are none.
pub fn run(args: &ListArgs, console: &mut Console) -> anyhow::Result<()> {
    let (range, catalogue) = custom::of_current_folder(args.range, &args.custom, console)?;
    let mut transforms: Vec<&Transform> = catalogue.transforms().iter().collect();
    transforms.sort_by_key(|transform| (transform.group(range), transform.id()));
    let list = match args.format {
        ListFormat::Text => table(&transforms, range, console.out_palette()),
        ListFormat::Json => json(&transforms, range),
    };
    console.print(list.as_bytes());
    Ok(())
}

/// Names of the API that a row shows at most.
const NAMES_SHOWN: usize = 2;

fn table(transforms: &[&Transform], range: PythonRange, palette: Palette) -> String {
    let version = |version: Option<PythonVersion>| version.map_or("-".to_owned(), |version| version.to_string());
    let head = ["ID", "GROUP", "DEPRECATED", "REMOVED", "NAMES", "WHAT IS FOUND"].map(str::to_owned);
    let rows = transforms.iter().map(|transform| {
        let file = transform.file();
        [
            transform.id().to_owned(),
            transform.group(range).to_string(),
            version(file.old.deprecated),
            version(file.old.removed),
            some_of(&file.old.api),
            file.summary.clone(),
        ]
    });
    let rows: Vec<_> = [head].into_iter().chain(rows).collect();
    let mut widths = [0; 6];
    for row in &rows {
        for (width, cell) in widths.iter_mut().zip(row) {
            *width = (*width).max(cell.chars().count());
        }
    }
    let mut out = String::new();
    for (place, row) in rows.iter().enumerate() {
        let mut line = String::new();
        for (column, (cell, width)) in row.iter().zip(widths).enumerate() {
            let style = if place == 0 { palette.strong() } else { palette.id() };
            let padded = format!("{cell:width$}");
            // A write to a string cannot fail.
            let _ = match (place, column) {
                (0, _) | (_, 0) => write!(line, "{}  ", palette.paint(style, padded)),
                _ => write!(line, "{padded}  "),
            };
        }
        out.push_str(line.trim_end());
        out.push('\n');
    }
    out
}

/// `A, B and 3 more`
fn some_of(names: &[String]) -> String {
    match names.len().saturating_sub(NAMES_SHOWN) {
        0 if names.is_empty() => "-".to_owned(),
        0 => names.join(", "),
        more => format!("{} and {more} more", names[..NAMES_SHOWN].join(", ")),
    }
}

fn json(transforms: &[&Transform], range: PythonRange) -> String {
    let object = |transform: &&Transform| {
        let file = transform.file();
        let new = transform.names().iter().filter(|name| !file.old.api.contains(name)).cloned();
        Json::Object(vec![
            ("id", Json::Text(transform.id().to_owned())),
            ("group", Json::Text(transform.group(range).to_string())),
            ("applicability", Json::Text(transform.applicability().name().to_owned())),
            ("summary", Json::Text(file.summary.clone())),
            ("why", Json::Text(file.why.clone())),
            ("docs", Json::optional(file.docs.as_ref())),
            ("soft_deprecated", Json::optional(file.old.soft_deprecated)),
            ("deprecated", Json::optional(file.old.deprecated)),
            ("removed", Json::optional(file.old.removed)),
            ("changed", Json::optional(file.old.changed)),
            ("old", Json::texts(file.old.api.iter().cloned())),
            ("new", Json::texts(new)),
        ])
    };
    Json::List(transforms.iter().map(object).collect()).to_string() + "\n"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_list_of_names_is_cut() {
        let names = |names: &[&str]| some_of(&names.iter().map(|name| name.to_string()).collect::<Vec<_>>());
        assert_eq!(names(&[]), "-");
        assert_eq!(names(&["A", "B"]), "A, B");
        assert_eq!(names(&["A", "B", "C"]), "A, B and 1 more");
    }
}
