//! Copies of the header in projects: which version and part they are, and whether somebody changed them.

use std::fmt;

use super::part::Part;
use super::piece::{self, Pieces};
use crate::capi::{BuildSet, PythonVersion};
use crate::source::newline_style;

/// What a copy says of itself in its second line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stamp {
    /// The oldest Python that it serves, where older ones were left out.
    oldest: Option<PythonVersion>,
    /// Whether it has only what was asked for.
    is_part: bool,
}

/// Begins the line of the stamp.
const MARK: &str = " * Written by capi-upgrade: ";

/// Begins the checksum of all other lines, at the end of the stamp.
const SUM: &str = "; checksum ";

impl fmt::Display for Stamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.is_part { "parts" } else { "whole" })?;
        self.oldest.map_or(Ok(()), |oldest| write!(f, " for Python {oldest} and newer"))
    }
}

impl Stamp {
    fn parse(text: &str) -> Option<Stamp> {
        let (what, pythons) = text.split_once(' ').map_or((text, None), |(what, pythons)| (what, Some(pythons)));
        let is_part = match what {
            "parts" => true,
            "whole" => false,
            _ => return None,
        };
        let oldest = match pythons {
            None => None,
            Some(text) => Some(text.strip_prefix("for Python ")?.strip_suffix(" and newer")?.parse().ok()?),
        };
        Some(Stamp { oldest, is_part })
    }
}

/// The text of a part of the header as it is put into a project: with a line that says what it is.
pub fn stamped(part: &Part) -> String {
    let text = super::part(part);
    let stamp = Stamp { oldest: part.oldest, is_part: part.only.is_some() };
    let (first, rest) = text.split_once('\n').unwrap_or((&text, ""));
    format!("{first}\n{MARK}{stamp}{SUM}{:08x}\n{rest}", crc32fast::hash(text.as_bytes()))
}

/// A copy of the header in a project.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Copy {
    /// The version in its first line, as numbers.
    pub version: Vec<u32>,
    /// Whether its text is not the one that was written.
    pub is_edited: bool,
    /// What it is, where it says so.
    pub stamp: Option<Stamp>,
    /// The names that it offers.
    names: Vec<String>,
    /// The newlines that its lines end with.
    newline: &'static str,
}

impl Copy {
    /// Reads `bytes` as a copy of the header; nothing if they are something else.
    pub fn read(bytes: &[u8]) -> Option<Copy> {
        let newline = newline_style(bytes);
        let text = std::str::from_utf8(bytes).ok()?.replace("\r\n", "\n");
        let version = version(&text)?;
        let stamped = text.lines().nth(1).and_then(|line| line.strip_prefix(MARK)?.split_once(SUM));
        let stamp = stamped.and_then(|(stamp, _)| Stamp::parse(stamp));
        let is_edited = match stamped {
            // A copy of the file itself, made without the program.
            None => text != super::TEXT,
            Some((_, sum)) => {
                let rest: String =
                    text.split_inclusive('\n').enumerate().filter(|(at, _)| *at != 1).map(|(_, line)| line).collect();
                sum != format!("{:08x}", crc32fast::hash(rest.as_bytes()))
            }
        };
        let names = if is_edited { Vec::new() } else { names(piece::split(&text, BuildSet::all())) };
        Some(Copy { version, is_edited, stamp, names, newline })
    }

    /// Whether it is of a later version than the header that comes with the program.
    pub fn is_newer(&self) -> bool {
        Some(&self.version) > version(super::TEXT).as_ref()
    }

    /// What takes its place in a project that uses `names`: the same part, widened to them.
    pub fn renewed(&self, names: impl IntoIterator<Item = String>) -> String {
        let stamp = self.stamp.unwrap_or(Stamp { oldest: None, is_part: false });
        let known = self.names.iter().filter(|name| super::has(name)).cloned();
        let only = stamp.is_part.then(|| known.chain(names).collect());
        stamped(&Part { oldest: stamp.oldest, only }).replace('\n', self.newline)
    }
}

/// What a copy has for its users.
fn names(pieces: Pieces) -> Vec<String> {
    pieces.offers.into_iter().chain(pieces.gives_back).collect()
}

/// The version in the first line of a copy.
fn version(text: &str) -> Option<Vec<u32>> {
    let line = text.lines().next()?.strip_prefix("/* ")?.strip_prefix(super::NAME)?.strip_prefix(" version ")?;
    let digits = line.split_whitespace().next()?;
    digits.split('.').map(|part| part.parse().ok()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_copy_is_known_again() {
        let part = Part { oldest: Some(PythonVersion::new(3, 10)), only: Some(["Py_NewRef".to_owned()].into()) };
        let text = stamped(&part);
        let copy = Copy::read(text.as_bytes()).unwrap();
        assert!(!copy.is_edited && !copy.is_newer());
        assert_eq!(copy.stamp, Some(Stamp { oldest: part.oldest, is_part: true }));
        assert_eq!(copy.renewed([]), text);
        let crlf = text.replace('\n', "\r\n");
        let copy = Copy::read(crlf.as_bytes()).unwrap();
        assert!(!copy.is_edited, "other newlines are no change");
        assert_eq!(copy.renewed([]), crlf);
    }

    #[test]
    fn a_change_is_seen() {
        let text = stamped(&Part::default());
        let edited = text.replacen("static inline", "static  inline", 1);
        assert!(Copy::read(edited.as_bytes()).unwrap().is_edited);
        let whole = Copy::read(super::super::TEXT.as_bytes()).unwrap();
        assert!(!whole.is_edited && whole.stamp.is_none());
        let edited = super::super::TEXT.replacen("static inline", "static  inline", 1);
        assert!(Copy::read(edited.as_bytes()).unwrap().is_edited);
    }

    #[test]
    fn versions_are_compared_as_numbers() {
        let text = super::super::TEXT;
        let first = text.lines().next().unwrap();
        let of = |version: &str| {
            let line = format!("/* {} version {version} - x", super::super::NAME);
            Copy::read(text.replacen(first, &line, 1).as_bytes()).unwrap()
        };
        assert!(of("10.0.0").is_newer() && !of("0.0.9").is_newer());
        assert_eq!(Copy::read(b"/* something else */\n"), None);
    }

    #[test]
    fn a_renewed_part_has_what_is_used_now() {
        let only =
            |names: &[&str]| Part { oldest: None, only: Some(names.iter().map(|name| (*name).to_owned()).collect()) };
        let copy = Copy::read(stamped(&only(&["Py_NewRef"])).as_bytes()).unwrap();
        let renewed = copy.renewed(["Py_SET_TYPE".to_owned()]);
        let again = Copy::read(renewed.as_bytes()).unwrap();
        let has = |name: &str| again.names.iter().any(|known| known == name);
        assert!(has("Py_NewRef") && has("Py_SET_TYPE") && !has("PyDict_Pop"));
    }
}
