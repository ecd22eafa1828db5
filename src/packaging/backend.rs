//! Which program builds source distributions, by what the project says of itself.

use std::path::Path;

use toml::Table;

use super::Files;

/// How a project's source distributions come to hold a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Backend {
    /// By the rules of MANIFEST.in.
    Setuptools {
        /// An extension of it adds what the repository tracks.
        tracked: bool,
    },
    /// It is tracked in the repository.
    Tracked,
    /// By lists in pyproject.toml.
    Listed(Lists),
    /// In a way that is not known.
    Unknown,
}

/// The lists of pyproject.toml that say what goes into a source distribution.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Lists {
    /// The tables that may hold them; the first one that holds any counts.
    pub tables: &'static [&'static str],
    /// The key of the list of patterns to include.
    pub include: &'static str,
    /// The key of the list of patterns that are left out again.
    pub exclude: &'static str,
    /// Whether everything is included without a list to include, or although there is one.
    pub default: Default,
    /// What stands in front of a path that is meant from the root on.
    pub anchor: &'static str,
}

/// What a source distribution holds besides what is listed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Default {
    /// Everything, and the list brings back what is left out.
    Everything,
    /// Everything, if there is no list.
    EverythingUnlisted,
    /// Only modules and metadata.
    Modules,
}

/// Backends by the first part of their names.
const BACKENDS: [(&str, Backend); 8] = [
    ("setuptools", Backend::Setuptools { tracked: false }),
    ("mesonpy", Backend::Tracked),
    ("pbr", Backend::Tracked),
    (
        "hatchling",
        Backend::Listed(Lists {
            tables: &["tool.hatch.build.targets.sdist", "tool.hatch.build"],
            include: "include",
            exclude: "exclude",
            default: Default::EverythingUnlisted,
            anchor: "/",
        }),
    ),
    (
        "scikit_build_core",
        Backend::Listed(Lists {
            tables: &["tool.scikit-build.sdist"],
            include: "include",
            exclude: "exclude",
            default: Default::Everything,
            anchor: "",
        }),
    ),
    (
        "flit_core",
        Backend::Listed(Lists {
            tables: &["tool.flit.sdist"],
            include: "include",
            exclude: "exclude",
            default: Default::Modules,
            anchor: "",
        }),
    ),
    (
        "pdm",
        Backend::Listed(Lists {
            tables: &["tool.pdm.build"],
            include: "source-includes",
            exclude: "excludes",
            default: Default::Modules,
            anchor: "",
        }),
    ),
    (
        "poetry",
        Backend::Listed(Lists {
            tables: &["tool.poetry"],
            include: "include",
            exclude: "exclude",
            default: Default::Modules,
            anchor: "",
        }),
    ),
];

/// Extensions of setuptools that add what the repository tracks, as they are required.
const TRACKING: [&str; 4] = ["setuptools_scm", "setuptools-scm", "setuptools-git", "pbr"];

impl Backend {
    /// The backend of a project, if it has one. One that is not known and comes with MANIFEST.in wraps setuptools.
    pub fn of(files: &dyn Files) -> Option<Backend> {
        let pyproject = files.read(Path::new("pyproject.toml"));
        let pyproject: Option<Table> = pyproject.map(|text| text.parse().ok()).unwrap_or(Some(Table::new()));
        let system = pyproject?.remove("build-system").and_then(|system| match system {
            toml::Value::Table(table) => Some(table),
            _ => None,
        });
        let named = system.as_ref().and_then(|system| system.get("build-backend")?.as_str());
        let found = match named {
            Some(named) => {
                let first = named.split(['.', ':']).next().unwrap_or_default();
                let known = BACKENDS.iter().find(|(name, _)| *name == first).map(|(_, backend)| *backend);
                let wraps = files.has(Path::new("MANIFEST.in")).then_some(Backend::Setuptools { tracked: false });
                known.or(wraps).unwrap_or(Backend::Unknown)
            }
            None => {
                let has_setup = ["setup.py", "setup.cfg"].iter().any(|name| files.has(Path::new(name)));
                (has_setup || system.is_some()).then_some(Backend::Setuptools { tracked: false })?
            }
        };
        let Backend::Setuptools { .. } = found else { return Some(found) };
        let required = system.as_ref().and_then(|system| system.get("requires")?.as_array());
        let required = required.into_iter().flatten().filter_map(|required| required.as_str());
        let setup = files.read(Path::new("setup.py")).unwrap_or_default();
        let tracked = required.into_iter().any(|name| TRACKING.iter().any(|plugin| name.starts_with(plugin)))
            || ["use_scm_version", "setuptools_git", "pbr="].iter().any(|word| setup.contains(word));
        Some(Backend::Setuptools { tracked })
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::Memory;
    use super::*;

    fn of(files: &[(&str, &str)]) -> Option<Backend> {
        Backend::of(&Memory::with(files))
    }

    fn system(name: &str) -> Option<Backend> {
        of(&[("setup.py", ""), ("pyproject.toml", &format!("[build-system]\nbuild-backend = '{name}'\n"))])
    }

    #[test]
    fn the_backend_is_named_or_the_old_one() {
        let setuptools = Some(Backend::Setuptools { tracked: false });
        assert_eq!(of(&[]), None);
        assert_eq!(of(&[("setup.py", "")]), setuptools);
        assert_eq!(of(&[("setup.py", ""), ("pyproject.toml", "[tool.black]\n")]), setuptools);
        assert_eq!(of(&[("pyproject.toml", "[build-system]\nrequires = ['setuptools']\n")]), setuptools);
        assert_eq!(system("setuptools.build_meta:__legacy__"), setuptools);
        assert_eq!(system("mesonpy"), Some(Backend::Tracked));
        assert_eq!(system("own_backend"), Some(Backend::Unknown));
        let text = "[build-system]\nbuild-backend = 'own'\n";
        assert_eq!(of(&[("MANIFEST.in", ""), ("pyproject.toml", text)]), setuptools, "it wraps the other");
        assert_eq!(of(&[("setup.py", ""), ("pyproject.toml", "[[[")]), None);
    }

    #[test]
    fn extensions_of_setuptools_ask_the_repository() {
        let tracked = Some(Backend::Setuptools { tracked: true });
        let required = "[build-system]\nrequires = ['setuptools', 'setuptools_scm[toml]>=6']\n";
        assert_eq!(of(&[("pyproject.toml", required)]), tracked);
        assert_eq!(of(&[("setup.py", "setup(use_scm_version=True)")]), tracked);
    }
}
