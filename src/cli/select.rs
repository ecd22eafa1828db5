//! Which transforms run: `--select` and `--ignore`.

use super::suggest::closest;
use crate::capi::PythonRange;
use crate::transform::{Catalogue, Group, Transform};

/// What `--select` and `--ignore` say.
#[derive(Debug, Default)]
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

    /// Whether the user chose anything.
    pub fn is_default(&self) -> bool {
        self.select.is_empty() && self.ignore.is_empty()
    }

    /// Names that mean nothing to `catalogue`.
    pub fn unknown<'s>(&'s self, catalogue: &Catalogue) -> Vec<&'s str> {
        let mut unknown: Vec<&str> = Vec::new();
        for name in self.select.iter().chain(&self.ignore) {
            let known = name == "all"
                || name.parse::<Group>().is_ok()
                || catalogue.transforms().iter().any(|transform| is_called(transform, name));
            if !known && !unknown.contains(&name.as_str()) {
                unknown.push(name);
            }
        }
        unknown
    }

    /// The places in `catalogue` of the transforms that run for `range`, in ascending order.
    pub fn places(&self, catalogue: &Catalogue, range: PythonRange) -> Vec<usize> {
        let chosen = |transform: &Transform| {
            let group = transform.group(range);
            let matches = |name: &String| {
                name == "all" || name.parse::<Group>().is_ok_and(|named| named == group) || is_called(transform, name)
            };
            let selected = if self.select.is_empty() { group.is_default() } else { self.select.iter().any(matches) };
            selected && !self.ignore.iter().any(matches)
        };
        let transforms = catalogue.transforms().iter().enumerate();
        transforms.filter(|(_, transform)| chosen(transform)).map(|(place, _)| place).collect()
    }
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
    fn a_near_miss_gets_a_suggestion() {
        let catalogue = Catalogue::builtin();
        assert_eq!(suggestion(catalogue, "private-long-as-itn", true), Some("private-long-as-int"));
        assert_eq!(suggestion(catalogue, "_pylong_asint", true), Some("_PyLong_AsInt"));
        assert_eq!(suggestion(catalogue, "deprecate", true), Some("deprecated"));
        assert_eq!(suggestion(catalogue, "deprecate", false), None);
        assert_eq!(suggestion(catalogue, "utterly-unlike-anything", true), None);
    }
}
