//! Names of a project's own that are written where new names would be introduced.

use super::suggest::{closest, hint};
use crate::transform::Catalogue;

/// A new name, and what is written instead.
pub type Rename = (String, String);

/// What `OLD=NEW` says.
///
/// # Errors
///
/// What is wrong with it.
pub fn parse(text: &str) -> Result<Rename, String> {
    let (old, new) = text.split_once('=').ok_or("it should read OLD=NEW")?;
    checked(old, new)
}

/// Both names, if they can be names.
///
/// # Errors
///
/// The one that cannot.
pub fn checked(old: &str, new: &str) -> Result<Rename, String> {
    match [old, new].into_iter().find(|name| !is_identifier(name)) {
        Some(name) => Err(format!("`{name}` is not a name in C")),
        None => Ok((old.to_owned(), new.to_owned())),
    }
}

fn is_identifier(name: &str) -> bool {
    !name.starts_with(|char: char| char.is_ascii_digit())
        && !name.is_empty()
        && name.chars().all(|char| char.is_ascii_alphanumeric() || char == '_')
}

/// The renames of both; where both rename a name, `first` has its way.
pub fn merged(first: &[Rename], second: &[Rename]) -> Vec<Rename> {
    let more = second.iter().filter(|(old, _)| !first.iter().any(|(taken, _)| taken == old));
    first.iter().chain(more).cloned().collect()
}

/// A message for each of `renames` that can never apply, for no rewrite writes the old name.
pub fn idle(renames: &[Rename], catalogue: &Catalogue) -> Vec<String> {
    // A transform is decoded only where it matters: the names that it introduces are among all that it is about.
    let is_introduced = |name: &String| {
        let about = catalogue.transforms().iter().filter(|transform| transform.names().contains(name));
        about.flat_map(|transform| transform.introduces()).any(|introduced| introduced == name)
    };
    let message = |(old, _): &Rename| {
        let introduced = catalogue.transforms().iter().flat_map(|transform| transform.introduces());
        format!("no transform introduces `{old}`{}", hint(closest(old, introduced)))
    };
    renames.iter().filter(|(old, _)| !is_introduced(old)).map(message).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rename(old: &str, new: &str) -> Rename {
        (old.to_owned(), new.to_owned())
    }

    #[test]
    fn a_rename_takes_names_only() {
        assert_eq!(parse("Py_SET_TYPE=__Pyx_SET_TYPE"), Ok(rename("Py_SET_TYPE", "__Pyx_SET_TYPE")));
        for bad in ["Py_SET_TYPE", "=x", "x=", "x=f(y)", "x=1y"] {
            assert!(parse(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn the_first_has_its_way() {
        let (first, second) = ([rename("a", "x")], [rename("a", "y"), rename("b", "z")]);
        assert_eq!(merged(&first, &second), [rename("a", "x"), rename("b", "z")]);
        assert_eq!(merged(&[], &second), second);
    }

    #[test]
    fn a_name_that_nothing_introduces_is_told() {
        let told = |old: &str| idle(&[rename(old, "own")], Catalogue::builtin());
        assert_eq!(told("Py_SET_TYPE"), [""; 0]);
        assert_eq!(told("Py_SET_TYPO"), ["no transform introduces `Py_SET_TYPO`; did you mean `Py_SET_TYPE`?"]);
        // An old name is found, not introduced.
        assert_eq!(told("_PyLong_AsInt"), ["no transform introduces `_PyLong_AsInt`; did you mean `PyLong_AsInt`?"]);
        assert_eq!(told("utterly_unlike_anything"), ["no transform introduces `utterly_unlike_anything`"]);
    }
}
