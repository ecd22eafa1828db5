//! Python versions and ranges of them.

use std::fmt;
use std::str::FromStr;

/// A Python version by its major and minor number, such as 3.13.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PythonVersion {
    /// 2 or 3.
    pub major: u8,
    /// 0 to 99.
    pub minor: u8,
}

impl PythonVersion {
    /// The oldest version that `--min-python` takes; an older one counts as this.
    pub const OLDEST: PythonVersion = PythonVersion::new(3, 6);
    /// What `--min-python` is where neither the user nor the project says.
    pub const DEFAULT_MIN: PythonVersion = PythonVersion::new(3, 9);
    /// The newest version the transforms know of, and the default of `--target`.
    pub const NEWEST: PythonVersion = PythonVersion::new(3, 15);

    /// The version `major.minor`.
    pub const fn new(major: u8, minor: u8) -> Self {
        Self { major, minor }
    }
}

impl fmt::Display for PythonVersion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.major, self.minor)
    }
}

/// Why a text is no Python version.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error("`{0}` is not a Python version such as 3.9")]
pub struct ParseVersionError(String);

impl FromStr for PythonVersion {
    type Err = ParseVersionError;

    /// Reads `3.9`; further parts, as in `3.9.1`, are dropped.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let bad = || ParseVersionError(text.to_owned());
        let mut parts = text.trim().split('.');
        let major: u8 = parts.next().and_then(|part| part.parse().ok()).ok_or_else(bad)?;
        let minor: u8 = parts.next().and_then(|part| part.parse().ok()).ok_or_else(bad)?;
        if !(2..=3).contains(&major) || minor > 99 {
            return Err(bad());
        }
        Ok(PythonVersion { major, minor })
    }
}

impl serde::Serialize for PythonVersion {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> serde::Deserialize<'de> for PythonVersion {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_read_and_ordered() {
        assert_eq!("3.9".parse(), Ok(PythonVersion::new(3, 9)));
        assert_eq!("3.10.2".parse(), Ok(PythonVersion::new(3, 10)));
        assert!(PythonVersion::new(3, 9) < PythonVersion::new(3, 10));
        for bad in ["", "3", "4.0", "3.x", "three"] {
            assert!(bad.parse::<PythonVersion>().is_err(), "{bad}");
        }
    }
}
