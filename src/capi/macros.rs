//! Which names of the C API are macros, so that `#ifdef` finds them: facts that `scan_macros.py` derives from the headers.

use std::sync::LazyLock;

use rustc_hash::FxHashMap;

use super::builds::{Build, BuildSet, Implementation};
use super::symbols::symbol;
use super::version::PythonVersion;

/// The builds whose `Python.h` makes a name a macro.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Presence {
    /// It surely does in these.
    pub surely: BuildSet,
    /// It may in these, and in no other.
    pub possibly: BuildSet,
}

/// What is known of a name that is a macro somewhere; nothing where that depends on more than the build.
struct Fact {
    /// The first and the last CPython.
    cpython: Option<(PythonVersion, Option<PythonVersion>)>,
    pypy: OnPyPy,
    /// Whether those CPythons have it with `Py_LIMITED_API`, too.
    limited: bool,
}

#[derive(Clone, Copy)]
enum OnPyPy {
    Never,
    Since(PythonVersion),
    Unknown,
}

static FACTS: LazyLock<FxHashMap<&str, Fact>> = LazyLock::new(|| {
    let lines = include_str!("macros.tsv").lines().filter(|line| !line.starts_with('#') && !line.is_empty());
    lines.filter_map(parse_line).collect()
});

fn parse_line(line: &'static str) -> Option<(&'static str, Fact)> {
    let [name, since, until, pypy, limited] = line.split('\t').collect::<Vec<_>>()[..] else { return None };
    let pypy = match pypy {
        "never" => OnPyPy::Never,
        text => text.parse().map_or(OnPyPy::Unknown, OnPyPy::Since),
    };
    let cpython = since.parse().ok().map(|since| (since, until.parse().ok()));
    Some((name, Fact { cpython, pypy, limited: limited == "yes" }))
}

/// The builds in which `name` is a macro once `Python.h` is included. None for what is no name of the C API, and where
/// it depends on the machine.
pub fn macro_presence(name: &str) -> Option<Presence> {
    let Some(fact) = FACTS.get(name) else {
        // PyPy makes macros of functions, and gives them names of its own.
        let pypy = BuildSet::matching(|build| build.implementation == Implementation::PyPy);
        let is_function = symbol(name).is_some_and(|symbol| symbol.is_function);
        return is_function.then_some(Presence { surely: BuildSet::NONE, possibly: pypy });
    };
    let (since, until) = fact.cpython?;
    let in_range = |build: Build| since <= build.version && until.is_none_or(|until| build.version <= until);
    let surely = |build: Build| match build.implementation {
        Implementation::CPython => in_range(build) && (fact.limited || !build.limited),
        // The headers of PyPy do not know the Limited API.
        Implementation::PyPy => matches!(fact.pypy, OnPyPy::Since(since) if since <= build.version),
    };
    let possibly = |build: Build| match build.implementation {
        Implementation::CPython => in_range(build),
        Implementation::PyPy => !matches!(fact.pypy, OnPyPy::Never),
    };
    Some(Presence { surely: BuildSet::matching(surely), possibly: BuildSet::matching(possibly) })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn since(minor: u8) -> BuildSet {
        BuildSet::since(PythonVersion::new(3, minor))
    }

    #[test]
    fn every_line_is_read() {
        let text = include_str!("macros.tsv");
        assert_eq!(text.lines().filter(|line| !line.starts_with('#')).count(), FACTS.len());
    }

    #[test]
    fn macros_are_known_by_build() {
        let minimum = macro_presence("Py_MIN").unwrap();
        assert!(since(9).is_subset(minimum.surely));
        let gone = macro_presence("PyInt_Check").unwrap();
        assert!(gone.possibly.intersect(since(6)).is_empty());
        let newer = macro_presence("Py_TPFLAGS_METHOD_DESCRIPTOR").unwrap();
        assert!(!since(7).is_subset(newer.possibly) && since(9).is_subset(newer.surely));
    }

    #[test]
    fn what_depends_on_more_is_open() {
        assert_eq!(macro_presence("Py_DEBUG"), None);
        assert_eq!(macro_presence("PyDateTime_DATE_GET_HOUR"), None, "another header brings it");
        assert_eq!(macro_presence("no_such_name"), None);
        let full_only = macro_presence("Py_SET_TYPE").unwrap();
        assert!(!since(9).is_subset(full_only.surely) && since(9).is_subset(full_only.possibly));
    }

    #[test]
    fn functions_are_macros_on_pypy_alone() {
        let function = macro_presence("PyDict_GetItemRef").unwrap();
        assert!(function.surely.is_empty());
        assert!(function.possibly.iter().all(|build| build.implementation == Implementation::PyPy));
    }
}
