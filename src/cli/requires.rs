//! The oldest Python that a version specifier such as `>=3.8, <4` lets in.

use std::sync::LazyLock;

use regex::Regex;

use crate::capi::PythonVersion;

static CLAUSE: LazyLock<Regex> = LazyLock::new(|| {
    let clause =
        r"^(?<operator>===|==|~=|>=|<=|!=|>|<)\s*v?(?<major>[0-9]+)(?:\.(?:(?<minor>[0-9]+)|\*))?(?:[.0-9a-z*+-]*)$";
    Regex::new(clause).expect("a valid pattern")
});

/// The oldest version that every clause of `specifier` allows; none if it sets no lower bound.
///
/// # Errors
///
/// The first clause that is not one.
pub fn lower_bound(specifier: &str) -> Result<Option<PythonVersion>, String> {
    let mut bound = None;
    for clause in specifier.split(',').map(str::trim).filter(|clause| !clause.is_empty()) {
        let parts = CLAUSE.captures(clause).ok_or_else(|| clause.to_owned())?;
        // `>3.8` lets 3.8.1 in, so it counts as 3.8.
        if matches!(&parts["operator"], ">=" | ">" | "~=" | "==" | "===") {
            let number = |name| parts.name(name).map_or(Ok(0), |digits| digits.as_str().parse::<u8>());
            let (Ok(major), Ok(minor)) = (number("major"), number("minor")) else { return Err(clause.to_owned()) };
            bound = bound.max(Some(PythonVersion::new(major, minor)));
        }
    }
    Ok(bound)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(specifier: &str, expected: Option<(u8, u8)>) {
        let expected = expected.map(|(major, minor)| PythonVersion::new(major, minor));
        assert_eq!(lower_bound(specifier), Ok(expected), "{specifier}");
    }

    #[test]
    fn the_lower_bound_of_every_operator() {
        check(">=3.8", Some((3, 8)));
        check(">= 3.8.1", Some((3, 8)));
        check(">3.7", Some((3, 7)));
        check("~=3.8", Some((3, 8)));
        check("~=3.10.2", Some((3, 10)));
        check("==3.9.*", Some((3, 9)));
        check("==3.*", Some((3, 0)));
        check(">=3", Some((3, 0)));
        check(">=3.9.0rc1", Some((3, 9)));
        check(">=3.6.*", Some((3, 6)));
    }

    #[test]
    fn of_several_clauses_the_strictest_counts() {
        check(">=2.7, !=3.0.*, !=3.1.*", Some((2, 7)));
        check(">=3.7,<4", Some((3, 7)));
        check("<3.13,>=3.9,", Some((3, 9)));
        check(">=3.7,>=3.10", Some((3, 10)));
    }

    #[test]
    fn no_lower_bound() {
        check("", None);
        check("<4", None);
        check("!=3.0.*", None);
    }

    #[test]
    fn what_is_no_specifier_is_named() {
        for bad in ["3.8", "^3.8", ">=three", ">=3.%d", ">=3.999", ">=3.8 || >=3.10"] {
            assert_eq!(lower_bound(&format!("<4, {bad}")), Err(bad.to_owned()));
        }
    }
}
