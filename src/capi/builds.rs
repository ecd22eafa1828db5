//! Sets of builds: which Pythons, in which configuration, a line of code is compiled for.

use super::version::PythonVersion;
use std::fmt;
use std::sync::LazyLock;

/// Who makes the interpreter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Implementation {
    /// CPython.
    CPython,
    /// PyPy, through its `cpyext`.
    PyPy,
}

/// One configuration an extension can be compiled in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Build {
    /// Which Python; all its micro releases.
    pub version: PythonVersion,
    /// Its alphas, betas and candidates instead. No set tells them apart.
    pub preview: bool,
    /// Whose.
    pub implementation: Implementation,
    /// Without a global interpreter lock (`Py_GIL_DISABLED`).
    pub free_threaded: bool,
    /// With `Py_LIMITED_API` defined, to whatever version.
    pub limited: bool,
}

impl Build {
    /// Plain CPython of the newest version that sets of builds tell apart.
    pub const NEWEST: Build = Build::plain(PythonVersion::new(3, NEWEST_MINOR));

    /// In no set: it stands for every Python that is still to come, whatever it will be called.
    pub const LATER: Build = Build::plain(PythonVersion::new(4, u8::MAX));

    /// Whether it is CPython without the Limited API, of a version that code can be upgraded for.
    pub fn is_native(self) -> bool {
        let is_known = (PythonVersion::OLDEST..=PythonVersion::NEWEST).contains(&self.version);
        is_known && self.implementation == Implementation::CPython && !self.limited
    }

    const fn plain(version: PythonVersion) -> Build {
        let implementation = Implementation::CPython;
        Build { version, preview: false, implementation, free_threaded: false, limited: false }
    }
}

/// The newest minor version that sets of builds tell apart: one past the newest release known, for code that is
/// guarded against a future one.
const NEWEST_MINOR: u8 = PythonVersion::NEWEST.minor + 1;

/// Every build there is. Python 2.7 stands for all of 2.x.
static BUILDS: LazyLock<Vec<Build>> = LazyLock::new(|| {
    let two = [PythonVersion::new(2, 7)];
    let versions = two.into_iter().chain((0..=NEWEST_MINOR).map(|minor| PythonVersion::new(3, minor)));
    let mut builds = Vec::new();
    for version in versions {
        for implementation in [Implementation::CPython, Implementation::PyPy] {
            for (free_threaded, limited) in [(false, false), (false, true), (true, false), (true, true)] {
                let build = Build { version, preview: false, implementation, free_threaded, limited };
                if exists(build) {
                    builds.push(build);
                }
            }
        }
    }
    assert!(builds.len() <= 128, "a BuildSet holds 128 builds");
    builds
});

fn exists(build: Build) -> bool {
    let limited_exists = !build.limited || build.version >= PythonVersion::new(3, 2);
    let free_threading_exists = !build.free_threaded
        || (build.version >= PythonVersion::new(3, 13) && build.implementation == Implementation::CPython);
    limited_exists && free_threading_exists
}

/// A set of [`Build`]s.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct BuildSet(u128);

impl BuildSet {
    /// No build.
    pub const NONE: BuildSet = BuildSet(0);

    /// Every build there is.
    pub fn all() -> BuildSet {
        BuildSet(u128::MAX >> (128 - BUILDS.len()))
    }

    /// The builds that `keep` says yes to.
    pub fn matching(keep: impl Fn(Build) -> bool) -> BuildSet {
        let bits = BUILDS.iter().enumerate().filter(|(_, build)| keep(**build));
        BuildSet(bits.fold(0, |set, (bit, _)| set | 1 << bit))
    }

    /// All builds of versions before `version`.
    pub fn before(version: PythonVersion) -> BuildSet {
        Self::matching(|build| build.version < version)
    }

    /// All builds of `version` and later ones.
    pub fn since(version: PythonVersion) -> BuildSet {
        Self::before(version).complement()
    }

    /// What is in both.
    pub fn intersect(self, other: BuildSet) -> BuildSet {
        BuildSet(self.0 & other.0)
    }

    /// What is in either.
    pub fn union(self, other: BuildSet) -> BuildSet {
        BuildSet(self.0 | other.0)
    }

    /// Every build that is not in the set.
    pub fn complement(self) -> BuildSet {
        BuildSet(Self::all().0 & !self.0)
    }

    /// Whether all of the set lies in `other`.
    pub fn is_subset(self, other: BuildSet) -> bool {
        self.0 & !other.0 == 0
    }

    /// Whether there is no build in it.
    pub fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// The builds in it.
    pub fn iter(self) -> impl Iterator<Item = Build> {
        BUILDS.iter().enumerate().filter(move |(bit, _)| self.0 >> bit & 1 == 1).map(|(_, build)| *build)
    }
}

impl fmt::Debug for BuildSet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = |build: Build| {
            let pypy = if build.implementation == Implementation::PyPy { "pypy" } else { "" };
            let threads = if build.free_threaded { "t" } else { "" };
            let api = if build.limited { "-limited" } else { "" };
            format!("{pypy}{}{threads}{api}", build.version)
        };
        f.debug_set().entries(self.iter().map(name)).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sets_behave_like_sets() {
        let old = BuildSet::before(PythonVersion::new(3, 9));
        let new = BuildSet::since(PythonVersion::new(3, 9));
        assert_eq!(old.union(new), BuildSet::all());
        assert!(old.intersect(new).is_empty());
        assert!(old.is_subset(BuildSet::before(PythonVersion::new(3, 10))));
        assert!(!old.is_subset(new));
    }

    #[test]
    fn only_real_builds_are_in_it() {
        let free_threaded = BuildSet::matching(|build| build.free_threaded);
        assert!(free_threaded.is_subset(BuildSet::since(PythonVersion::new(3, 13))));
        assert!(
            BuildSet::all().iter().all(|build| !(build.free_threaded && build.implementation == Implementation::PyPy))
        );
    }
}
