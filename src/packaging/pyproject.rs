//! pyproject.toml: lists of what goes into a source distribution.

use std::path::Path;

use toml::{Table, Value};

use super::backend::{Default, Lists};
use super::lists::{Syntax, lists, with_item};
use super::patterns::matches_as_ignored;
use super::{Draft, Header};

const FILE: &str = "pyproject.toml";

/// Sees to it that a source distribution with these lists holds `header`.
pub fn include(draft: &mut Draft<'_>, header: &Header, keys: Lists) {
    let Some(text) = draft.text(Path::new(FILE)) else { return };
    let Ok(document) = text.parse::<Table>() else { return };
    let list = |table: &str, key: &str| strings(at(&document, table)?.get(key)?);
    let has_any = |table: &&&str| [keys.include, keys.exclude].iter().any(|key| list(table, key).is_some());
    let table = keys.tables.iter().find(has_any).unwrap_or(&keys.tables[0]);
    let included = list(table, keys.include);
    let matches = |patterns: &[String]| matches_as_ignored(patterns.iter().map(String::as_str), &header.path);
    let is_included = match &included {
        Some(patterns) => matches(patterns) || keys.default == Default::Everything,
        None => keys.default != Default::Modules,
    };
    let is_excluded = list(table, keys.exclude).is_some_and(|patterns| matches(&patterns));
    // Where everything is there, the list to include has the last word; elsewhere the other one.
    let is_there = match keys.default {
        Default::Everything => !is_excluded || included.as_deref().is_some_and(matches),
        _ => is_included && !is_excluded,
    };
    if is_there {
        return;
    }
    let entry = format!("{}{}", keys.anchor, header.path);
    let may_help = keys.default == Default::Everything || !is_excluded;
    match extended(&text, &document, table, keys.include, &entry).filter(|_| may_help) {
        Some(new) => draft.put(Path::new(FILE), new),
        None if is_excluded && !may_help => {
            draft.note(format!("{FILE}: `{}` of [{table}] leaves {} out", keys.exclude, header.path));
        }
        None if header.is_new || included.is_some() => {
            draft.note(format!("{FILE}: see that `{}` of [{table}] has \"{entry}\"", keys.include));
        }
        None => {}
    }
}

/// The table with a dotted name.
fn at<'d>(document: &'d Table, name: &str) -> Option<&'d Table> {
    name.split('.').try_fold(document, |table, key| table.get(key)?.as_table())
}

/// A list that holds strings only.
fn strings(value: &Value) -> Option<Vec<String>> {
    value.as_array()?.iter().map(|item| item.as_str().map(str::to_owned)).collect()
}

/// The text with `entry` in a list that is written out under the header of its table. The new text must say what the
/// old one did, and the entry.
fn extended(text: &str, document: &Table, table: &str, key: &str, entry: &str) -> Option<String> {
    let header = format!("[{table}]");
    let mut offset = 0;
    let mut start = None;
    for line in text.split_inclusive('\n') {
        offset += line.len();
        if line.split('#').next().is_some_and(|line| line.trim() == header) {
            start = Some(offset);
            break;
        }
    }
    let start = start?;
    let lists = lists(text, Syntax::Commas);
    let list = lists.iter().find(|list| list.bracket == b'[' && list.word == key && list.start > start)?;
    let new = with_item(text, list.items.first()?, entry, Syntax::Commas);
    let mut expected = document.clone();
    let mut inner = &mut expected;
    for part in table.split('.') {
        inner = inner.get_mut(part)?.as_table_mut()?;
    }
    inner.get_mut(key)?.as_array_mut()?.insert(0, Value::String(entry.to_owned()));
    (new.parse::<Table>().ok()? == expected).then_some(new)
}

#[cfg(test)]
mod tests {
    use super::super::tests::planned;
    use super::*;

    fn after(backend: &str, rest: &str) -> (Option<String>, Vec<String>) {
        let text = format!("[build-system]\nbuild-backend = '{backend}'\n{rest}");
        let (mut changes, notes) = planned(&[(FILE, &text)]);
        let rest = |new: String| new.lines().skip(2).collect::<Vec<_>>().join("\n");
        (changes.remove(FILE).map(rest), notes)
    }

    const NOTHING: (Option<String>, Vec<String>) = (None, Vec::new());

    #[test]
    fn lists_that_lack_the_header_get_it() {
        let text = "[tool.hatch.build.targets.sdist]\ninclude = [\n  \"/lib\",\n]\n";
        let expected = "[tool.hatch.build.targets.sdist]\ninclude = [\n  \"/src/capi_compat.h\",\n  \"/lib\",\n]";
        assert_eq!(after("hatchling.build", text), (Some(expected.to_owned()), Vec::new()));
        let text = "[tool.flit.sdist]\ninclude = ['doc/']";
        let expected = "[tool.flit.sdist]\ninclude = ['src/capi_compat.h', 'doc/']";
        assert_eq!(after("flit_core.buildapi", text), (Some(expected.to_owned()), Vec::new()));
        let text = "[tool.scikit-build.sdist]\nexclude = ['src/*']\ninclude = ['src/x.c']";
        let expected = "[tool.scikit-build.sdist]\nexclude = ['src/*']\ninclude = ['src/capi_compat.h', 'src/x.c']";
        assert_eq!(after("scikit_build_core.build", text), (Some(expected.to_owned()), Vec::new()));
    }

    #[test]
    fn lists_that_have_it_stay() {
        assert_eq!(after("hatchling.build", ""), NOTHING);
        assert_eq!(after("hatchling.build", "[tool.hatch.build]\ninclude = ['*.h']\n"), NOTHING);
        assert_eq!(after("scikit_build_core.build", "[tool.scikit-build.sdist]\ninclude = ['lib']\n"), NOTHING);
        assert_eq!(after("flit_core.buildapi", "[tool.flit.sdist]\ninclude = ['src/']\n"), NOTHING);
    }

    #[test]
    fn where_no_list_is_plain_a_note_tells() {
        let note = |note: &str| (None, vec![note.to_owned()]);
        let table = "pyproject.toml: see that `include` of [tool.flit.sdist] has \"src/capi_compat.h\"";
        assert_eq!(after("flit_core.buildapi", ""), note(table));
        assert_eq!(after("flit_core.buildapi", "tool.flit.sdist.include = ['doc']\n"), note(table));
        let excluded = "[tool.hatch.build]\nexclude = ['*.h']\n";
        let told = "pyproject.toml: `exclude` of [tool.hatch.build] leaves src/capi_compat.h out";
        assert_eq!(after("hatchling.build", excluded), note(told));
    }
}
