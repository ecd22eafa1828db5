//! How a project wants to be upgraded: the table `[tool.capi-upgrade]` of its pyproject.toml.

use std::path::{Path, PathBuf};

use anyhow::anyhow;

use super::args::header_name;
use super::bounds::{inside, reach};
use super::globs::Globs;
use super::range;
use super::rename::{self, Rename};
use super::suggest::{closest, hint};
use crate::capi::PythonVersion;

/// The settings of a project; what it does not say is empty.
#[derive(Clone, Debug, Default)]
pub struct Settings {
    /// The file that holds the table, as it is shown.
    pub file: String,
    /// The oldest Python the code must build for.
    pub min_python: Option<PythonVersion>,
    /// The newest one.
    pub target: Option<PythonVersion>,
    /// Transforms to run instead of the default ones.
    pub select: Vec<String>,
    /// Transforms not to run.
    pub ignore: Vec<String>,
    /// Files to leave alone.
    pub exclude: Globs,
    /// Files, and transforms not to run on them.
    pub per_file_ignores: Vec<(Globs, Vec<String>)>,
    /// The name by which the compat header is included; none within where it is not to be included.
    pub header: Option<Option<String>>,
    /// The file of the findings to leave out.
    pub baseline: Option<PathBuf>,
    /// Names of the project's own.
    pub renames: Vec<Rename>,
    /// The folders of its own transforms.
    pub transforms: Vec<PathBuf>,
}

/// How many entries a list or table may have: each is compared with each file, or with all that is known.
const MAX_ENTRIES: usize = 1_000;

/// All that is wrong with something.
type Mistakes = Vec<anyhow::Error>;

/// Reads the value of a key into the settings. Paths in it begin at the folder.
type Reader = fn(&Entry<'_>, &Path, &mut Settings) -> Result<(), Mistakes>;

/// Every key of the table.
const KEYS: [(&str, Reader); 10] = [
    ("min-python", |entry, _, settings| entry.version().map(|version| settings.min_python = Some(version))),
    ("target", |entry, _, settings| read_target(entry).map(|version| settings.target = Some(version))),
    ("select", |entry, _, settings| read_select(entry).map(|names| settings.select = names)),
    ("ignore", |entry, _, settings| entry.texts("names").map(|names| settings.ignore = owned(names))),
    ("exclude", read_exclude),
    ("per-file-ignores", read_per_file_ignores),
    ("header", |entry, _, settings| read_header(entry).map(|header| settings.header = Some(header))),
    ("baseline", |entry, folder, settings| {
        settings.baseline = Some(entry.path(entry.text()?, folder)?);
        Ok(())
    }),
    ("rename", |entry, _, settings| read_renames(entry).map(|renames| settings.renames = renames)),
    ("transforms", |entry, folder, settings| {
        let folders = entry.texts("folders")?.into_iter();
        settings.transforms = all(folders.map(|inner| entry.path(inner, folder)))?;
        Ok(())
    }),
];

impl Settings {
    /// Reads them from `pyproject`, the content of the file shown as `file` in `folder`.
    ///
    /// # Errors
    ///
    /// Everything that is wrong with them.
    pub fn read(pyproject: &toml::Table, file: &str, folder: &Path) -> Result<Settings, Mistakes> {
        let mut settings = Settings { file: file.to_owned(), ..Settings::default() };
        let Some(value) = pyproject.get("tool").and_then(|tool| tool.get("capi-upgrade")) else {
            return Ok(settings);
        };
        let table = Entry { key: "tool.capi-upgrade".to_owned(), value };
        let read = table.entries().and_then(|entries| {
            all(entries.iter().map(|(key, entry)| match KEYS.iter().find(|(known, _)| known == key) {
                Some((_, read)) => read(entry, folder, &mut settings),
                None => {
                    let hint = hint(closest(key, KEYS.iter().map(|(known, _)| *known)));
                    Err(entry.mistake(&format!(" is not a setting{hint}")))
                }
            }))
        });
        let with_file = |errors: Mistakes| errors.into_iter().map(|error| error.context(file.to_owned())).collect();
        read.map(|_| settings).map_err(with_file)
    }
}

/// A value, and the key it stands at.
struct Entry<'v> {
    key: String,
    value: &'v toml::Value,
}

impl<'v> Entry<'v> {
    /// What is wrong with it, as a sentence that begins with the key.
    fn mistake(&self, what: &str) -> Mistakes {
        vec![anyhow!("`{}`{what}", self.key)]
    }

    fn text(&self) -> Result<&'v str, Mistakes> {
        self.value.as_str().ok_or_else(|| self.mistake(" is not a string"))
    }

    /// The path `inner` from `folder`, if it stays in the project or the repository that it lies in. A file that came with
    /// somebody's sources has no say in what else is read.
    fn path(&self, inner: &str, folder: &Path) -> Result<PathBuf, Mistakes> {
        let path = folder.join(inner);
        inside(&path, reach(folder)).map_err(|error| self.mistake(&format!(": `{inner}` {error}")))
    }

    /// A list of strings, which are `what`.
    fn texts(&self, what: &str) -> Result<Vec<&'v str>, Mistakes> {
        let list = self.value.as_array();
        self.check_len(list.map_or(0, Vec::len))?;
        let texts = list.and_then(|list| list.iter().map(toml::Value::as_str).collect());
        texts.ok_or_else(|| self.mistake(&format!(" is not a list of {what}")))
    }

    /// The entries of a table.
    fn entries(&self) -> Result<Vec<(&'v String, Entry<'v>)>, Mistakes> {
        let table = self.value.as_table().ok_or_else(|| self.mistake(" is not a table"))?;
        self.check_len(table.len())?;
        let entry = |(key, value): (&'v String, &'v toml::Value)| {
            let inner = Entry { key: format!("{}.{key}", self.key), value };
            (key, inner)
        };
        Ok(table.iter().map(entry).collect())
    }

    fn check_len(&self, entries: usize) -> Result<(), Mistakes> {
        match entries {
            0..=MAX_ENTRIES => Ok(()),
            _ => Err(self.mistake(&format!(" has more than {MAX_ENTRIES} entries"))),
        }
    }

    fn version(&self) -> Result<PythonVersion, Mistakes> {
        if self.value.is_float() || self.value.is_integer() {
            // As a number 3.10 is 3.1.
            return Err(self.mistake(" is a number, which loses zeros at its end; put it in quotes, such as \"3.10\""));
        }
        self.text()?.parse().map_err(|error| self.mistake(&format!(": {error}")))
    }
}

fn read_target(entry: &Entry<'_>) -> Result<PythonVersion, Mistakes> {
    let target = entry.version()?;
    range::check_target(target).map_err(|reason| entry.mistake(&format!(": {reason}")))?;
    Ok(target)
}

fn read_select(entry: &Entry<'_>) -> Result<Vec<String>, Mistakes> {
    match entry.texts("names")? {
        names if names.is_empty() => Err(entry.mistake(" is empty; without it the default transforms run")),
        names => Ok(owned(names)),
    }
}

fn read_exclude(entry: &Entry<'_>, folder: &Path, settings: &mut Settings) -> Result<(), Mistakes> {
    settings.exclude = globs(entry, &entry.texts("patterns")?, folder)?;
    Ok(())
}

fn read_per_file_ignores(entry: &Entry<'_>, folder: &Path, settings: &mut Settings) -> Result<(), Mistakes> {
    let ignores = entry.entries()?.into_iter().map(|(pattern, entry)| {
        if pattern.starts_with('!') {
            return Err(entry.mistake(": nothing stands before it that it could take back"));
        }
        Ok((globs(&entry, &[pattern], folder)?, owned(entry.texts("names")?)))
    });
    settings.per_file_ignores = all(ignores)?;
    Ok(())
}

fn globs(entry: &Entry<'_>, patterns: &[&str], folder: &Path) -> Result<Globs, Mistakes> {
    let mistakes = |errors: Vec<String>| errors.iter().flat_map(|error| entry.mistake(&format!(": {error}"))).collect();
    Globs::new(folder, patterns).map_err(mistakes)
}

fn read_header(entry: &Entry<'_>) -> Result<Option<String>, Mistakes> {
    match entry.value {
        toml::Value::Boolean(false) => Ok(None),
        toml::Value::String(name) => {
            header_name(name).map(Some).map_err(|reason| entry.mistake(&format!(": {reason}")))
        }
        _ => Err(entry.mistake(" is neither a name nor `false`")),
    }
}

fn read_renames(entry: &Entry<'_>) -> Result<Vec<Rename>, Mistakes> {
    all(entry.entries()?.into_iter().map(|(old, entry)| {
        let new = entry.text()?;
        rename::checked(old, new).map_err(|reason| entry.mistake(&format!(": {reason}")))
    }))
}

/// All values, or all mistakes.
fn all<T>(results: impl Iterator<Item = Result<T, Mistakes>>) -> Result<Vec<T>, Mistakes> {
    let (mut values, mut mistakes) = (Vec::new(), Vec::new());
    for result in results {
        match result {
            Ok(value) => values.push(value),
            Err(more) => mistakes.extend(more),
        }
    }
    if mistakes.is_empty() { Ok(values) } else { Err(mistakes) }
}

fn owned(texts: Vec<&str>) -> Vec<String> {
    texts.into_iter().map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<Settings, Vec<String>> {
        let settings = Settings::read(&text.parse().unwrap(), "pyproject.toml", Path::new("/project"));
        settings.map_err(|errors| errors.iter().map(|error| format!("{error:#}")).collect())
    }

    fn table(lines: &str) -> Settings {
        read(&format!("[tool.capi-upgrade]\n{lines}\n")).unwrap()
    }

    #[test]
    fn renames_are_read() {
        let renames = |text| read(text).unwrap().renames;
        assert_eq!(renames("[project]\nname = 'x'\n[tool.other]\nrename = 3\n"), []);
        assert_eq!(renames("[tool.capi-upgrade]\n"), []);
        let own = [("Py_SET_TYPE".to_owned(), "__Pyx_SET_TYPE".to_owned())];
        assert_eq!(renames("[tool.capi-upgrade.rename]\nPy_SET_TYPE = '__Pyx_SET_TYPE'\n"), own);
        assert_eq!(renames("[tool.capi-upgrade]\nrename = { Py_SET_TYPE = '__Pyx_SET_TYPE' }\n"), own);
        assert_eq!(renames("tool.capi-upgrade.rename.Py_SET_TYPE = '__Pyx_SET_TYPE'\n"), own);
    }

    #[test]
    fn paths_begin_beside_the_file() {
        let settings = table("transforms = ['tools/c', 'src/../shared']\nbaseline = 'ci/baseline.toml'");
        assert_eq!(settings.transforms, ["/project/tools/c", "/project/shared"].map(PathBuf::from));
        assert_eq!(settings.baseline, Some(PathBuf::from("/project/ci/baseline.toml")));
    }

    #[test]
    fn pythons_transforms_and_the_header_are_read() {
        let settings = table("min-python = '3.10'\ntarget = '3.14'\nselect = ['all']\nignore = ['x', 'y']");
        let version = |minor| Some(PythonVersion::new(3, minor));
        assert_eq!((settings.min_python, settings.target), (version(10), version(14)));
        assert_eq!((settings.select.len(), settings.ignore.len()), (1, 2));
        assert_eq!(settings.header, None);
        assert_eq!(table("header = 'compat/capi.h'").header, Some(Some("compat/capi.h".to_owned())));
        assert_eq!(table("header = false").header, Some(None));
    }

    #[test]
    fn patterns_are_read() {
        let settings = table("exclude = ['vendor']\nper-file-ignores = { '*.h' = ['style'], 'src/' = ['a', 'b'] }");
        assert!(settings.exclude.match_file(Path::new("/project/vendor/x.c")));
        let ignored = |file: &str| {
            let here = settings.per_file_ignores.iter().filter(|(globs, _)| globs.match_file(Path::new(file)));
            here.flat_map(|(_, names)| names.clone()).collect::<Vec<_>>()
        };
        assert_eq!(ignored("/project/src/x.h"), ["style", "a", "b"]);
        assert_eq!(ignored("/project/x.c"), [""; 0]);
    }

    #[test]
    fn every_mistake_is_told() {
        let check = |text: &str, errors: &[&str]| {
            let expected = errors.iter().map(|error| format!("pyproject.toml: `tool.capi-upgrade{error}")).collect();
            assert_eq!(read(text).err(), Some(expected), "{text}");
        };
        let setting = |line: &str, errors: &[&str]| check(&format!("[tool.capi-upgrade]\n{line}\n"), errors);
        check("tool.capi-upgrade = 3\n", &["` is not a table"]);
        setting("rename = ['Py_SET_TYPE=x']", &[".rename` is not a table"]);
        setting(
            "renames = 3\nzzz = 3",
            &[".renames` is not a setting; did you mean `rename`?", ".zzz` is not a setting"],
        );
        setting("per_file_ignores = {}", &[".per_file_ignores` is not a setting; did you mean `per-file-ignores`?"]);
        setting("transforms = 'x'", &[".transforms` is not a list of folders"]);
        setting("transforms = [3]", &[".transforms` is not a list of folders"]);
        setting("select = 'all'", &[".select` is not a list of names"]);
        setting("select = []", &[".select` is empty; without it the default transforms run"]);
        setting("ignore = [1]", &[".ignore` is not a list of names"]);
        setting("exclude = 'x'", &[".exclude` is not a list of patterns"]);
        setting("header = true", &[".header` is neither a name nor `false`"]);
        setting("header = ''", &[".header`: it should be what stands between the quotes of an #include"]);
        setting("baseline = 3", &[".baseline` is not a string"]);
        let rename = |line: &str| format!("[tool.capi-upgrade.rename]\n{line}\n");
        check(&rename("Py_SET_TYPE = 3"), &[".rename.Py_SET_TYPE` is not a string"]);
        check(&rename("Py_SET_TYPE = 'x-y'"), &[".rename.Py_SET_TYPE`: `x-y` is not a name in C"]);
        check(
            &rename("Py_SET-TYPE = 'x'\nPy_SIZE = 3"),
            &[".rename.Py_SET-TYPE`: `Py_SET-TYPE` is not a name in C", ".rename.Py_SIZE` is not a string"],
        );
    }

    #[test]
    fn versions_are_strings() {
        let error = |line: &str| read(&format!("[tool.capi-upgrade]\n{line}\n")).unwrap_err().join("\n");
        let number = "is a number, which loses zeros at its end; put it in quotes, such as \"3.10\"";
        assert_eq!(error("min-python = 3.10"), format!("pyproject.toml: `tool.capi-upgrade.min-python` {number}"));
        assert_eq!(error("target = 3"), format!("pyproject.toml: `tool.capi-upgrade.target` {number}"));
        let not_one = "`tool.capi-upgrade.min-python`: `three` is not a Python version such as 3.9";
        assert_eq!(error("min-python = 'three'"), format!("pyproject.toml: {not_one}"));
        let newest = "`tool.capi-upgrade.target`: the newest Python known here is 3.15";
        assert_eq!(error("target = '3.99'"), format!("pyproject.toml: {newest}"));
    }

    #[test]
    fn patterns_that_are_none_are_told_with_their_key() {
        let errors = |line: &str| read(&format!("[tool.capi-upgrade]\n{line}\n")).unwrap_err();
        let exclude = errors("exclude = ['{a', 'b', '{c']");
        assert_eq!(exclude.len(), 2, "{exclude:?}");
        assert!(exclude[0].starts_with("pyproject.toml: `tool.capi-upgrade.exclude`: `{a` is not a pattern: "));
        let ignores = errors("per-file-ignores = { '{a' = ['x'], '!b' = ['x'], 'c' = 'x' }");
        let keys = ignores.iter().map(|error| error.split('`').nth(1).unwrap_or_default()).collect::<Vec<_>>();
        let expected = ["!b", "c", "{a"].map(|key| format!("tool.capi-upgrade.per-file-ignores.{key}"));
        assert_eq!(keys, expected);
    }

    const GUIDE: &str = include_str!("../../docs/configuration.md");

    #[test]
    fn every_key_has_a_section_in_the_guide() {
        let sections = GUIDE.lines().filter_map(|line| line.strip_prefix("### `")?.strip_suffix('`'));
        assert_eq!(sections.collect::<Vec<_>>(), KEYS.map(|(key, _)| key));
    }

    #[test]
    fn every_example_of_the_guide_is_understood() {
        let examples: Vec<&str> =
            GUIDE.split("```toml\n").skip(1).filter_map(|rest| rest.split("```").next()).collect();
        assert!(examples.len() > KEYS.len(), "{examples:?}");
        for example in examples {
            assert_eq!(read(example).err(), None, "{example}");
        }
    }
}
