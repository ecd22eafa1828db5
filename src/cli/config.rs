//! What a project says about itself: the oldest Python it supports, and how it wants to be upgraded.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use anyhow::{Context, anyhow};
use regex::Regex;

use super::bounds::{inside, reach};
use super::files::Here;
use super::read::read_settings_text;
use super::requires::lower_bound;
use super::settings::Settings;
use crate::capi::PythonVersion;
use crate::report::readable;

/// The oldest Python of a project, and where that is said.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Requirement {
    /// The lower bound.
    pub min: PythonVersion,
    /// The file that says so, as it is shown.
    pub file: String,
    /// What it says, such as `>=3.8`.
    pub specifier: String,
}

/// What the files of a project say about it.
#[derive(Debug)]
pub struct Config {
    /// The oldest Python; or the file that should say it, and why that is not understood.
    pub requirement: anyhow::Result<Option<Requirement>>,
    /// The settings; or everything that is wrong with them.
    pub settings: Result<Settings, Vec<anyhow::Error>>,
}

impl Config {
    /// Reads what the project in `root` says; a file without a project says nothing.
    pub fn of(root: Option<&Path>, here: &Here) -> Config {
        let Some(root) = root else { return Config { requirement: Ok(None), settings: Ok(Settings::default()) } };
        match Pyproject::read(root, here) {
            Ok(pyproject) => Config {
                requirement: requirement(pyproject.as_ref(), root, here),
                settings: match &pyproject {
                    Some(Pyproject { file, folder, table }) => Settings::read(table, file, folder),
                    None => Ok(Settings::default()),
                },
            },
            // This is to be told once.
            Err(error) => Config { requirement: Err(error), settings: Ok(Settings::default()) },
        }
    }
}

/// pyproject.toml, read.
struct Pyproject {
    file: String,
    /// Where it lies.
    folder: PathBuf,
    table: toml::Table,
}

impl Pyproject {
    fn read(root: &Path, here: &Here) -> anyhow::Result<Option<Pyproject>> {
        let Some((file, text)) = read_text(root, "pyproject.toml", here)? else { return Ok(None) };
        let table = parse_toml(&text).with_context(|| file.clone())?;
        Ok(Some(Pyproject { file, folder: root.to_owned(), table }))
    }
}

/// How the file `name` of the project is shown, and its text; none if there is no such file.
fn read_text(root: &Path, name: &str, here: &Here) -> anyhow::Result<Option<(String, String)>> {
    let path = root.join(name);
    let file = readable(&here.shown(&path));
    if path.symlink_metadata().is_err_and(|error| error.kind() == io::ErrorKind::NotFound) {
        return Ok(None);
    }
    let text = inside(&path, reach(root)).and_then(|real| read_settings_text(&real));
    let text = text.map_err(|error| anyhow!("{error}")).with_context(|| file.clone())?;
    Ok(Some((file, text)))
}

/// The content of a file in TOML.
///
/// # Errors
///
/// The line, and what is wrong there.
pub fn parse_toml(text: &str) -> anyhow::Result<toml::Table> {
    text.parse().map_err(|error: toml::de::Error| {
        let before = error.span().map_or("", |span| text.get(..span.start).unwrap_or(""));
        anyhow!("line {}: {}", before.matches('\n').count() + 1, error.message().replace('\n', ", "))
    })
}

/// Finds a version specifier in a text.
type Finder = fn(&str) -> Option<String>;

/// What a project requires: pyproject.toml speaks first, then setup.cfg, then setup.py.
fn requirement(pyproject: Option<&Pyproject>, root: &Path, here: &Here) -> anyhow::Result<Option<Requirement>> {
    let mut said = None;
    if let Some(Pyproject { file, table, .. }) = pyproject {
        let specifier = pyproject_requires(table).with_context(|| file.clone())?;
        said = specifier.map(|specifier| (file.clone(), specifier));
    }
    let others: [(&str, Finder); 2] = [("setup.cfg", setup_cfg_requires), ("setup.py", setup_py_requires)];
    for (name, find) in others {
        if said.is_none()
            && let Some((file, text)) = read_text(root, name, here)?
        {
            said = find(&text).map(|specifier| (file, specifier));
        }
    }
    let Some((file, specifier)) = said else { return Ok(None) };
    let bound = lower_bound(&specifier)
        .map_err(|clause| anyhow!("`{clause}` is not a version specifier such as `>=3.8`"))
        .with_context(|| file.clone())?;
    Ok(bound.map(|min| Requirement { min, file, specifier }))
}

fn pyproject_requires(table: &toml::Table) -> anyhow::Result<Option<String>> {
    match table.get("project").and_then(|project| project.get("requires-python")) {
        Some(toml::Value::String(specifier)) => Ok(Some(specifier.clone())),
        Some(_) => Err(anyhow!("`project.requires-python` is not a string")),
        None => Ok(None),
    }
}

/// `python_requires` of the section `[options]`; its value may go on in indented lines.
fn setup_cfg_requires(text: &str) -> Option<String> {
    let mut in_options = false;
    let mut value: Option<String> = None;
    for line in text.lines() {
        let content = line.trim();
        if content.is_empty() || content.starts_with(['#', ';']) {
            continue;
        }
        if let (Some(value), true) = (&mut value, line.starts_with([' ', '\t'])) {
            value.push_str(content);
            continue;
        }
        if value.is_some() {
            break;
        }
        if content.starts_with('[') {
            in_options = content == "[options]";
        } else if let (true, Some((key, first))) = (in_options, content.split_once(['=', ':']))
            && matches!(key.trim(), "python_requires" | "python-requires")
        {
            value = Some(first.trim().to_owned());
        }
    }
    value
}

/// `python_requires="..."` where it is a plain string; anything else would take a Python to know.
fn setup_py_requires(text: &str) -> Option<String> {
    static ARGUMENT: LazyLock<Regex> = LazyLock::new(|| {
        let argument = r#"(?m)^[^#\n]*\bpython_requires["']?\s*[=:]\s*(?:"([^"\\\n]*)"|'([^'\\\n]*)')\s*(?:[,)}#]|$)"#;
        Regex::new(argument).expect("a valid pattern")
    });
    let parts = ARGUMENT.captures(text)?;
    Some(parts.get(1).or(parts.get(2))?.as_str().to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pyproject_is_read() {
        let requires =
            |text| parse_toml(text).and_then(|table| pyproject_requires(&table)).map_err(|error| error.to_string());
        assert_eq!(requires("[project]\nrequires-python = '>=3.8'\n"), Ok(Some(">=3.8".to_owned())));
        assert_eq!(requires("[build-system]\nrequires = []\n"), Ok(None));
        assert_eq!(
            requires("[project]\nrequires-python = 3.8\n").unwrap_err(),
            "`project.requires-python` is not a string"
        );
        assert!(requires("[project]\nname = \n").unwrap_err().starts_with("line 2: "));
    }

    #[test]
    fn setup_cfg_is_read() {
        let check = |text, expected: Option<&str>| assert_eq!(setup_cfg_requires(text).as_deref(), expected, "{text}");
        check("[metadata]\nname = x\n[options]\npython_requires = >=3.7\npackages = x\n", Some(">=3.7"));
        check("[options]\npython_requires =\n    >=3.7,\n    <4\nzip_safe = no\n", Some(">=3.7,<4"));
        check("[metadata]\npython_requires = >=3.7\n", None);
        check("[options]\n# python_requires = >=3.7\n", None);
    }

    #[test]
    fn setup_py_is_read_where_the_string_is_plain() {
        let check = |text, expected: Option<&str>| assert_eq!(setup_py_requires(text).as_deref(), expected, "{text}");
        check("setup(\n    python_requires=\">=3.7\",\n)\n", Some(">=3.7"));
        check("setup(name='x', python_requires = '>=3.8', version='1')\n", Some(">=3.8"));
        check("kwargs = {'python_requires': '>=3.8'}\n", Some(">=3.8"));
        check("setup(python_requires='>=3.8')\n", Some(">=3.8"));
        check("setup(python_requires='>=3.%d' % minor)\n", None);
        check("setup(python_requires=f'>=3.{minor}')\n", None);
        check("setup(python_requires=MIN)\n", None);
        check("    # python_requires='>=3.8',\n", None);
    }
}
