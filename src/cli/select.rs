//! Which transforms run: `--select` and `--ignore`, and what a project says of them.

use super::settings::Settings;
use super::suggest::{closest, hint};
use crate::capi::PythonRange;
use crate::transform::{Catalogue, Group, Transform};

/// What is selected and what is ignored.
#[derive(Clone, Debug, Default)]
pub struct Selection {
    select: Vec<String>,
    ignore: Vec<String>,
}

impl Selection {
    /// Names as the user gave them.
    pub fn new(select: &[String], ignore: &[String]) -> Selection {
        let clean = |names: &[String]| {
            names.iter().map(|name| name.trim().to_owned()).filter(|name| !name.is_empty()).collect()
        };
        Selection { select: clean(select), ignore: clean(ignore) }
    }

    /// What counts in a project with these settings. Who selects on the command line starts afresh; who only ignores there
    /// goes on from what the project says, as with ruff.
    pub fn within(&self, settings: &Settings) -> Selection {
        if !self.select.is_empty() {
            return self.clone();
        }
        Selection::new(&settings.select, &[&settings.ignore[..], &self.ignore].concat())
    }

    /// Whether the user chose anything.
    pub fn is_default(&self) -> bool {
        self.select.is_empty() && self.ignore.is_empty()
    }

    /// Names that mean nothing to `catalogue`.
    pub fn unknown<'s>(&'s self, catalogue: &Catalogue) -> Vec<&'s str> {
        unknown(self.select.iter().chain(&self.ignore), catalogue)
    }

    /// The places in `catalogue` of the transforms that run for `range`, in ascending order.
    pub fn places(&self, catalogue: &Catalogue, range: PythonRange) -> Vec<usize> {
        places(catalogue, |transform| {
            let group = transform.group(range);
            let selected =
                if self.select.is_empty() { group.is_default() } else { is_named(transform, group, &self.select) };
            selected && !is_named(transform, group, &self.ignore)
        })
    }
}

/// The places in `catalogue` of the transforms that `names` stand for, in ascending order.
pub fn places_of(names: &[String], catalogue: &Catalogue, range: PythonRange) -> Vec<usize> {
    places(catalogue, |transform| is_named(transform, transform.group(range), names))
}

fn places(catalogue: &Catalogue, chosen: impl Fn(&Transform) -> bool) -> Vec<usize> {
    let transforms = catalogue.transforms().iter().enumerate();
    transforms.filter(|(_, transform)| chosen(transform)).map(|(place, _)| place).collect()
}

/// Whether one of `names` stands for `transform`, which is in `group`.
fn is_named(transform: &Transform, group: Group, names: &[String]) -> bool {
    let matches = |name: &String| {
        name == "all" || name.parse::<Group>().is_ok_and(|named| named == group) || is_called(transform, name)
    };
    names.iter().any(matches)
}

/// Those of `names` that mean nothing to `catalogue`, each once.
fn unknown<'n>(names: impl Iterator<Item = &'n String>, catalogue: &Catalogue) -> Vec<&'n str> {
    let mut unknown: Vec<&str> = Vec::new();
    for name in names {
        let known = name == "all"
            || name.parse::<Group>().is_ok()
            || catalogue.transforms().iter().any(|transform| is_called(transform, name));
        if !known && !unknown.contains(&name.as_str()) {
            unknown.push(name);
        }
    }
    unknown
}

/// A message for each name in the settings that means nothing to `catalogue`.
pub fn unknown_in(settings: &Settings, catalogue: &Catalogue) -> Vec<String> {
    let ignored_in_files = settings.per_file_ignores.iter().flat_map(|(_, names)| names);
    let keys: [(&str, Vec<&str>); 3] = [
        ("select", unknown(settings.select.iter(), catalogue)),
        ("ignore", unknown(settings.ignore.iter(), catalogue)),
        ("per-file-ignores", unknown(ignored_in_files, catalogue)),
    ];
    let message = |key: &str, name: &str| {
        let message = unknown_message(catalogue, name);
        format!("{}: `tool.capi-upgrade.{key}`: {message}", settings.file)
    };
    keys.iter().flat_map(|(key, names)| names.iter().map(|name| message(key, name))).collect()
}

/// What is wrong with a name that means nothing to `catalogue`.
pub fn unknown_message(catalogue: &Catalogue, name: &str) -> String {
    format!("no transform is called `{name}` or about it{}", hint(suggestion(catalogue, name, true)))
}

/// Whether `name` is the id of `transform` or an API that it is about. A field may be named without its struct.
pub fn is_called(transform: &Transform, name: &str) -> bool {
    let is_field = |api: &str| api.split_once('.').is_some_and(|(_, field)| field == name);
    transform.id() == name || transform.names().iter().any(|api| api == name || is_field(api))
}

/// What a user who wrote `name` may have meant.
pub fn suggestion<'c>(catalogue: &'c Catalogue, name: &str, with_groups: bool) -> Option<&'c str> {
    let transforms = catalogue.transforms().iter();
    let names = transforms
        .flat_map(|transform| [transform.id()].into_iter().chain(transform.names().iter().map(String::as_str)));
    let groups = ["all"].into_iter().chain(Group::ALL.map(Group::name)).filter(|_| with_groups);
    closest(name, names.chain(groups))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::capi::PythonVersion;

    const RANGE: PythonRange = PythonRange { min: PythonVersion::DEFAULT_MIN, target: PythonVersion::NEWEST };

    fn ids(select: &[&str], ignore: &[&str]) -> Vec<&'static str> {
        let owned = |names: &[&str]| names.iter().map(|name| name.to_string()).collect::<Vec<_>>();
        let catalogue = Catalogue::builtin();
        let places = Selection::new(&owned(select), &owned(ignore)).places(catalogue, RANGE);
        places.into_iter().map(|place| catalogue.transforms()[place].id()).collect()
    }

    #[test]
    fn an_id_a_name_and_a_field_select() {
        assert_eq!(ids(&["private-long-as-int"], &[]), ["private-long-as-int"]);
        assert_eq!(ids(&["_PyLong_AsInt"], &[]), ["private-long-as-int"]);
        assert_eq!(ids(&["PyLong_AsInt"], &[]), ["long-as-int-range", "private-long-as-int"]);
        assert_eq!(ids(&["all"], &["all"]), [""; 0]);
    }

    #[test]
    fn the_default_is_what_breaks_and_ignoring_takes_away() {
        let default = ids(&[], &[]);
        assert!(default.contains(&"private-long-as-int"));
        let rest = ids(&[], &["_PyLong_AsInt"]);
        assert_eq!(rest.len() + 1, default.len());
        assert!(ids(&["all"], &[]).len() >= default.len());
    }

    #[test]
    fn who_selects_on_the_command_line_starts_afresh() {
        let names = |names: &[&str]| names.iter().map(|name| name.to_string()).collect::<Vec<_>>();
        let settings = Settings { select: names(&["all"]), ignore: names(&["removed"]), ..Settings::default() };
        let merged = |select: &[&str], ignore: &[&str]| {
            let merged = Selection::new(&names(select), &names(ignore)).within(&settings);
            (merged.select.join(","), merged.ignore.join(","))
        };
        let pair = |select: &str, ignore: &str| (select.to_owned(), ignore.to_owned());
        assert_eq!(merged(&[], &[]), pair("all", "removed"));
        assert_eq!(merged(&[], &["style"]), pair("all", "removed,style"));
        assert_eq!(merged(&["deprecated"], &["style"]), pair("deprecated", "style"));
    }

    #[test]
    fn a_near_miss_gets_a_suggestion() {
        let catalogue = Catalogue::builtin();
        assert_eq!(suggestion(catalogue, "private-long-as-itn", true), Some("private-long-as-int"));
        assert_eq!(suggestion(catalogue, "_pylong_asint", true), Some("_PyLong_AsInt"));
        assert_eq!(suggestion(catalogue, "deprecate", true), Some("deprecated"));
        assert_eq!(suggestion(catalogue, "deprecate", false), None);
        assert_eq!(suggestion(catalogue, "utterly-unlike-anything", true), None);
    }
}
