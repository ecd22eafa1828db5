//! Pages for readers, in Markdown: what the compat header gives, each transform, and where they stand in the book.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use crate::capi::{Implementation, PythonRange, PythonVersion};
use crate::edit::Applicability;
use crate::header::{Backport, REMOVED_API, backports, gives_back};
use crate::source::Language;
use crate::transform::{Example, Transform, TransformFile};

/// The first line of each page.
const MADE: &str = "<!-- Made from the sources by tests/docs.rs. Do not edit. -->\n\n";

/// What the compat header gives to whom.
pub fn header_page() -> String {
    let all = backports();
    let (given_back, all): (Vec<&Backport>, Vec<&Backport>) = all.iter().partition(|found| gives_back(&found.name));
    let (native, own): (Vec<&Backport>, Vec<&Backport>) = all.into_iter().partition(|found| found.since.is_some());
    let mut out = format!(
        "{MADE}# What the compat header gives\n\n\
         {} names. The second column is the first Python that has the name by itself; the others say who gets it from \
         `capi_compat.h`: which versions of CPython with the full API, whether extensions with `Py_LIMITED_API`, which \
         versions of PyPy. A newer Python always uses its own.\n\n\
         | name | native since | CPython | Limited API | PyPy | differs |\n|---|---|---|---|---|---|\n",
        native.len()
    );
    for found in native {
        row(&mut out, found, found.since);
    }
    let _ = writeln!(
        out,
        "\nAnd {} names that only the header has, or that older Pythons know under another name:\n\n\
         | name | CPython | Limited API | PyPy |\n|---|---|---|---|",
        own.len()
    );
    for found in own {
        let [cpython, limited, pypy] = served(found);
        let _ = writeln!(out, "| `{}` | {cpython} | {limited} | {pypy} |", found.name);
    }
    removed_section(&mut out, &given_back);
    out
}

/// What the header gives back to those who ask for it.
fn removed_section(out: &mut String, given_back: &[&Backport]) {
    let _ = writeln!(
        out,
        "\n## Removed API\n\n\
         For code that nobody can change the header gives {} names back that newer Pythons removed: define \
         `{REMOVED_API}` before it is included. Only what has a small and exact form in API that is still there is \
         among them. Without the macro none of them is there.\n\n\
         | name | removed in | CPython | Limited API | PyPy | differs |\n|---|---|---|---|---|---|",
        given_back.len()
    );
    for found in given_back {
        row(out, found, found.removed);
    }
}

fn row(out: &mut String, found: &Backport, version: Option<PythonVersion>) {
    let version = version.map_or(String::new(), |version| version.to_string());
    let [cpython, limited, pypy] = served(found);
    let differs = found.differs.as_deref().unwrap_or("");
    // A write to a string cannot fail, here and below.
    let _ = writeln!(out, "| `{}` | {version} | {cpython} | {limited} | {pypy} | {differs} |", found.name);
}

/// Who gets a name: versions of CPython, whether the Limited API, versions of PyPy.
fn served(found: &Backport) -> [String; 3] {
    let versions = |implementation| spans(&found.versions(implementation, false));
    let limited = [Implementation::CPython, Implementation::PyPy];
    let limited = limited.into_iter().any(|implementation| !found.versions(implementation, true).is_empty());
    let limited = if limited { "yes" } else { "-" }.to_owned();
    [versions(Implementation::CPython), limited, versions(Implementation::PyPy)]
}

/// The oldest Python 3 that is told apart in pages.
const OLDEST: PythonVersion = PythonVersion::new(3, 6);

/// `2.7, 3.6 to 3.9`
fn spans(versions: &[PythonVersion]) -> String {
    let told: Vec<PythonVersion> = versions
        .iter()
        .copied()
        .filter(|version| version.major == 2 || (OLDEST..=PythonVersion::NEWEST).contains(version))
        .collect();
    let mut spans: Vec<(PythonVersion, PythonVersion)> = Vec::new();
    for version in told {
        match spans.last_mut() {
            Some((_, last)) if last.major == version.major && last.minor + 1 == version.minor => *last = version,
            _ => spans.push((version, version)),
        }
    }
    let span = |(first, last): &(PythonVersion, PythonVersion)| match () {
        () if first == last => first.to_string(),
        () if *last == PythonVersion::NEWEST => format!("{first} and newer"),
        () => format!("{first} to {last}"),
    };
    if spans.is_empty() { "-".to_owned() } else { spans.iter().map(span).collect::<Vec<_>>().join(", ") }
}

/// The page of one transform.
pub fn transform_page(transform: &Transform, range: PythonRange) -> String {
    let file = transform.file();
    let mut out = format!("{MADE}# {}\n\n{}.\n\n{}\n\n", transform.id(), capitalized(&file.summary), file.why);
    if let Some(instead) = &file.instead {
        let _ = writeln!(out, "What to do: {instead}.\n");
    }
    facts(&mut out, transform, file, range);
    patterns(&mut out, file);
    for example in &file.examples {
        page_example(&mut out, example);
    }
    out
}

fn facts(out: &mut String, transform: &Transform, file: &TransformFile, range: PythonRange) {
    out.push_str("| | |\n|---|---|\n");
    let mut fact = |name: &str, value: &str| {
        if !value.is_empty() {
            let _ = writeln!(out, "| {name} | {} |", value.replace('|', "\\|"));
        }
    };
    let code = |names: &[&str]| names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ");
    let old: Vec<&str> = file.old.api.iter().map(String::as_str).collect();
    let new: Vec<&str> = transform
        .names()
        .iter()
        .map(String::as_str)
        .filter(|name| !old.contains(name) && !is_field_of(name, &old))
        .collect();
    fact("group", transform.group(range).name());
    fact("old", &code(&old));
    fact("new", &code(&new));
    for (name, version) in [
        ("advised against since", file.old.soft_deprecated),
        ("deprecated since", file.old.deprecated),
        ("removed in", file.old.removed),
        ("changed in", file.old.changed),
    ] {
        fact(name, &version.map_or(String::new(), |version| format!("Python {version}")));
    }
    fact("rewrites", applicability(transform));
    fact("may differ", file.because.as_deref().unwrap_or(""));
    // Not every reader of Markdown makes a link of a bare address.
    fact("documentation", &file.docs.as_ref().map_or(String::new(), |address| format!("<{address}>")));
    out.push('\n');
}

/// Whether `name` is the part behind the dot of one of the names: it is listed with its struct.
fn is_field_of(name: &str, names: &[&str]) -> bool {
    names.iter().any(|full| full.split_once('.').is_some_and(|(_, field)| field == name))
}

fn applicability(transform: &Transform) -> &'static str {
    match transform.applicability() {
        Applicability::Safe => "safe",
        Applicability::Unsafe => "only with `--unsafe`, all or some",
        Applicability::DisplayOnly => "none: it is only reported",
    }
}

fn patterns(out: &mut String, file: &TransformFile) {
    if !file.rewrites.is_empty() {
        out.push_str("## Rewrites\n\n```diff\n");
        for rewrite in &file.rewrites {
            prefixed(out, "- ", &rewrite.find);
            prefixed(out, "+ ", &rewrite.replace);
        }
        out.push_str("```\n\n");
    }
    let conventions = file.return_conventions.iter();
    old_and_new(out, "Return conventions", conventions.map(|found| (found.find.clone(), found.replace.clone())));
    old_and_new(out, "Exceptions in three variables", file.exception_triples.iter().flat_map(|triple| triple.lines()));
    old_and_new(out, "Pointers to characters", file.character_buffers.iter().flat_map(|buffer| buffer.lines()));
    old_and_new(out, "Strs that are filled later", file.filled_texts.iter().flat_map(|filled| filled.lines()));
    old_and_new(out, "Buffers that are lent", file.owned_buffers.iter().flat_map(|buffer| buffer.lines()));
    if !file.conditions.is_empty() {
        let conditions: Vec<_> = file.conditions.iter().map(|(name, of)| format!("`${name}` {of}")).collect();
        let _ = writeln!(out, "Where {}.\n", conditions.join(", "));
    }
    if !file.reports.is_empty() {
        out.push_str("## Reported, not rewritten\n\n");
        for report in &file.reports {
            let advice = report.instead.as_ref().map_or(String::new(), |instead| format!(": {instead}"));
            let _ = writeln!(out, "- `{}`{advice}", report.find.trim().replace('\n', " "));
        }
        out.push('\n');
    }
}

fn page_example(out: &mut String, example: &Example) {
    let note = example.note.as_deref().map_or(String::new(), |note| format!(": {note}"));
    let fence = match example.language {
        Language::C => "```c",
        Language::Cpp => "```cpp",
    };
    let allowed = if example.needs_unsafe { " with `--unsafe`" } else { "" };
    match (&example.before, &example.after, &example.unchanged) {
        (Some(before), Some(after), _) => {
            let _ = writeln!(out, "## Example{allowed}{note}\n\n{fence}\n{}\n```\n", before.trim_matches('\n'));
            let _ = writeln!(out, "becomes\n\n{fence}\n{}\n```\n", after.trim_matches('\n'));
        }
        (.., Some(unchanged)) => {
            let _ = writeln!(out, "## Left as it is{note}\n\n{fence}\n{}\n```\n", unchanged.trim_matches('\n'));
        }
        _ => {}
    }
}

/// The index of all transforms: by the Python that ends or changes what they find, then by API.
pub fn transforms_index(transforms: &[Transform], range: PythonRange) -> String {
    let mut by_name: BTreeMap<String, BTreeSet<&str>> = BTreeMap::new();
    for transform in transforms {
        for name in &transform.file().old.api {
            by_name.entry(name.clone()).or_default().insert(transform.id());
        }
    }
    let mut out = format!("{MADE}# Transforms\n\n{} changes of the C API, by Python and by name.\n", transforms.len());
    for (version, transforms) in by_folder(transforms).iter().rev() {
        let _ = writeln!(
            out,
            "\n## Python {version}\n\n| transform | group | rewrites | what is found |\n|---|---|---|---|"
        );
        for transform in transforms {
            let (id, group) = (transform.id(), transform.group(range));
            let rewrites = match transform.applicability() {
                Applicability::Safe => "safe",
                Applicability::Unsafe => "unsafe",
                Applicability::DisplayOnly => "-",
            };
            let summary = transform.file().summary.replace('|', "\\|");
            let _ = writeln!(out, "| [{id}]({id}.md) | {group} | {rewrites} | {summary} |");
        }
    }
    out.push_str("\n## By API\n\n| name | transforms |\n|---|---|\n");
    for (name, ids) in by_name {
        let links: Vec<String> = ids.iter().map(|id| format!("[{id}]({id}.md)")).collect();
        let _ = writeln!(out, "| `{name}` | {} |", links.join(", "));
    }
    out
}

/// The transforms' part of the book's table of contents, below the entry of their index and in its order.
pub fn transforms_contents(transforms: &[Transform]) -> String {
    let mut out = String::new();
    for (version, transforms) in by_folder(transforms).iter().rev() {
        let _ = writeln!(out, "  - [Python {version}]()");
        for transform in transforms {
            let id = transform.id();
            let _ = writeln!(out, "    - [{id}](transforms/{id}.md)");
        }
    }
    out
}

fn by_folder(transforms: &[Transform]) -> BTreeMap<PythonVersion, Vec<&Transform>> {
    let mut by_folder: BTreeMap<PythonVersion, Vec<&Transform>> = BTreeMap::new();
    for transform in transforms {
        if let Ok(version) = transform.folder().parse() {
            by_folder.entry(version).or_default().push(transform);
        }
    }
    by_folder
}

/// The page of the keys of a transform file: the commented file that new ones begin as, which lies outside the book.
pub fn template_page(template: &str) -> String {
    format!(
        "{MADE}# The keys of a transform file\n\n\
         This is `transforms/_template.toml`: every key, with what it means. A file has few of them; \
         [Writing transforms](writing-transforms.md) begins with the least.\n\n\
         ```toml\n{}\n```\n",
        template.trim_matches('\n')
    )
}

/// A heading that leads to what docs/shapes.md says of a shape, and its old code with the new; nothing where there is none.
fn old_and_new(out: &mut String, title: &str, pairs: impl Iterator<Item = (String, String)>) {
    let mut pairs = pairs.peekable();
    if pairs.peek().is_none() {
        return;
    }
    let anchor = title.to_lowercase().replace(' ', "-");
    let _ = write!(out, "## [{title}](../shapes.md#{anchor})\n\n```diff\n");
    for (old, new) in pairs {
        prefixed(out, "- ", &old);
        prefixed(out, "+ ", &new);
    }
    out.push_str("```\n\n");
}

fn prefixed(out: &mut String, mark: &str, code: &str) {
    for line in code.trim_matches('\n').lines() {
        let _ = writeln!(out, "{}", format!("{mark}{line}").trim_end());
    }
}

fn capitalized(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or(String::new(), |first| first.to_uppercase().chain(chars).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_told_in_spans() {
        let versions = |minors: &[u8]| minors.iter().map(|minor| PythonVersion::new(3, *minor)).collect::<Vec<_>>();
        assert_eq!(spans(&[]), "-");
        assert_eq!(spans(&[PythonVersion::new(2, 7)]), "2.7");
        let mut all = vec![PythonVersion::new(2, 7)];
        all.extend(versions(&[0, 1, 2, 3, 4, 5, 6, 7, 8, 9]));
        assert_eq!(spans(&all), "2.7, 3.6 to 3.9");
        assert_eq!(spans(&versions(&[8, 13, 14, 15, 16])), "3.8, 3.13 and newer");
    }
}
