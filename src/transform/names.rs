//! The names in a pattern. The build script uses this file too, so it imports nothing of ours.

use std::collections::BTreeSet;

/// Words of C that are no names.
const KEYWORDS: [&str; 41] = [
    "auto", "break", "case", "char", "const", "continue", "default", "do", "double", "else", "enum", "extern", "float",
    "for", "goto", "if", "inline", "int", "long", "register", "restrict", "return", "short", "signed", "sizeof",
    "static", "struct", "switch", "typedef", "union", "unsigned", "void", "volatile", "while", "NULL", "nullptr",
    "size_t", "bool", "true", "false", "typeof",
];

/// The names in `pattern` that are neither captures nor keywords nor inside literals, in order, each once.
pub fn identifiers(pattern: &str) -> Vec<&str> {
    let bytes = pattern.as_bytes();
    let mut found: Vec<&str> = Vec::new();
    let mut at = 0;
    while at < bytes.len() {
        let start = at;
        let is_word = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
        match bytes[at] {
            b'$' => {
                at += if bytes[at..].starts_with(b"$...") { 4 } else { 1 };
                at += bytes[at..].iter().take_while(|byte| is_word(**byte)).count();
            }
            quote @ (b'"' | b'\'') => {
                at += 1;
                while at < bytes.len() && bytes[at] != quote {
                    at += 1 + usize::from(bytes[at] == b'\\');
                }
                at = (at + 1).min(bytes.len());
            }
            byte if is_word(byte) => {
                at += bytes[at..].iter().take_while(|byte| is_word(**byte)).count();
                let word = &pattern[start..at];
                if !byte.is_ascii_digit() && !KEYWORDS.contains(&word) && !found.contains(&word) {
                    found.push(word);
                }
            }
            _ => at += 1,
        }
    }
    found
}

/// The one text that a file must hold for `pattern` to be found in it: the longest name, which is the most telling
/// one; for an `#include` the header, for an initializer the structure, as its members may be known by their places.
pub fn trigger(pattern: &str) -> Option<&str> {
    if let Some(rest) = pattern.strip_prefix("#include") {
        return Some(rest.trim().trim_matches(['<', '>', '"']));
    }
    if let Some(name) = asked(pattern) {
        return Some(name);
    }
    if let Some((structure, _)) = initializer(pattern) {
        return Some(structure);
    }
    let names: Vec<&str> = identifiers(pattern).into_iter().filter(|name| !is_type(pattern, name)).collect();
    names.into_iter().reduce(|longest, name| if name.len() > longest.len() { name } else { longest })
}

/// The name of a pattern like `#if NAME`.
pub fn asked(pattern: &str) -> Option<&str> {
    let name = pattern.trim().strip_prefix("#if ")?.trim();
    (identifiers(name) == [name]).then_some(name)
}

/// The structure and the members of a pattern like `PyTypeObject { .tp_print = $value }`.
pub fn initializer(pattern: &str) -> Option<(&str, &str)> {
    let (structure, members) = pattern.trim().strip_suffix('}')?.split_once('{')?;
    let structure = structure.trim_end();
    (identifiers(structure) == [structure]).then_some((structure, members))
}

/// Whether `name` stands in `pattern` as a tag or as the type of a cast: such a name is no node of a tree.
fn is_type(pattern: &str, name: &str) -> bool {
    pattern.match_indices(name).any(|(at, _)| {
        let before = pattern[..at].trim_end();
        let is_tag = ["struct", "union", "enum"].iter().any(|keyword| before.ends_with(keyword));
        let rest = pattern[at + name.len()..].trim_start();
        is_tag || rest.starts_with('*') && rest.trim_start_matches(['*', ' ']).starts_with(')')
    })
}

/// What the text of a transform tells without being decoded.
pub struct Outline {
    /// Every name that it finds, introduces or names as the replacement, sorted.
    pub names: Vec<String>,
    /// Texts of which a file must hold one for it to find anything, sorted.
    pub triggers: Vec<String>,
    /// A text that the file must hold, too.
    pub beside: Option<String>,
}

/// The outline of a transform; the error is a pattern that holds no name to look for.
pub fn outline(table: &toml::Table) -> Result<Outline, String> {
    let strings = |section: &str, key: &str| {
        let array = table.get(section).and_then(|table| table.get(key)).and_then(toml::Value::as_array);
        array.into_iter().flatten().filter_map(toml::Value::as_str).map(str::to_owned).collect::<Vec<_>>()
    };
    let patterns = |section: &str, key: &str| {
        let entries = table.get(section).and_then(toml::Value::as_array).into_iter().flatten();
        let texts = entries.filter_map(|entry| entry.get(key).and_then(toml::Value::as_str));
        texts.map(str::to_owned).collect::<Vec<_>>()
    };
    let old = strings("old", "api");
    let mut names: BTreeSet<String> = old.iter().cloned().collect();
    names.extend(old.iter().filter_map(|name| name.split_once('.').map(|(_, field)| field.to_owned())));
    names.extend(strings("new", "api"));
    for replace in [patterns("rewrite", "replace"), patterns("return-convention", "replace")].concat() {
        names.extend(identifiers(&replace).into_iter().map(str::to_owned));
    }
    let halves = |key: &str| {
        let entries = table.get("macro-pair").and_then(toml::Value::as_array).into_iter().flatten();
        let halves = entries.flat_map(|entry| ["opening", "closing"].map(|half| entry.get(half)));
        let texts = halves.filter_map(|half| half?.get(key)?.as_str());
        texts.map(str::to_owned).collect::<Vec<_>>()
    };
    names.extend(halves("replace").iter().flat_map(|text| identifiers(text)).map(str::to_owned));
    for key in ["get", "set"] {
        names.extend(patterns("exception-triple", key));
    }
    for key in ["kind", "data", "read"] {
        names.extend(patterns("character-buffer", key));
    }
    for key in ["new", "element", "data", "finish"] {
        let found = patterns("filled-text", key);
        names.extend(found.iter().flat_map(|text| identifiers(text)).map(str::to_owned));
    }
    for key in ["make", "release"] {
        names.extend(patterns("owned-buffer", key));
    }
    let lists = |section: &str, key: &str| {
        let entries = table.get(section).and_then(toml::Value::as_array).into_iter().flatten();
        let texts = entries.filter_map(|entry| entry.get(key).and_then(toml::Value::as_array)).flatten();
        texts.filter_map(toml::Value::as_str).map(str::to_owned).collect::<Vec<_>>()
    };
    let mut triggers = BTreeSet::new();
    for section in ["dead-guards", "local-polyfills"] {
        triggers.extend(lists(section, "versions"));
        triggers.extend(lists(section, "presence"));
        triggers.extend(lists(section, "assumed"));
    }
    triggers.extend(lists("bare-condition", "macros"));
    let used = lists("system-include", "names");
    triggers.extend(used.iter().flat_map(|name| identifiers(name)).map(str::to_owned));
    for key in ["fetch", "normalize", "restore"] {
        triggers.extend(patterns("exception-triple", key));
    }
    for (section, key) in [("ssize-clean", "parse"), ("ssize-clean", "build"), ("owned-buffer", "parse")] {
        let entries = table.get(section).and_then(toml::Value::as_array).into_iter().flatten();
        let functions = entries.filter_map(|entry| entry.get(key).and_then(toml::Value::as_table)).flatten();
        triggers.extend(functions.map(|(name, _)| name.clone()));
    }
    triggers.extend(patterns("character-buffer", "buffer"));
    triggers.extend(patterns("filled-text", "make"));
    triggers.extend(lists("owned-buffer", "lend"));
    let found = ["rewrite", "return-convention", "report"].map(|section| patterns(section, "find"));
    for find in [found.concat(), halves("find")].concat() {
        match trigger(&find) {
            Some(name) => triggers.insert(name.to_owned()),
            None => return Err(find),
        };
    }
    let beside = table.get("old").and_then(|old| old.get("beside")).and_then(toml::Value::as_str).map(str::to_owned);
    Ok(Outline { names: names.into_iter().collect(), triggers: triggers.into_iter().collect(), beside })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn captures_keywords_and_literals_are_no_names() {
        assert_eq!(identifiers("Py_SET_SIZE($op, Py_SIZE($op) + 0x1f);"), ["Py_SET_SIZE", "Py_SIZE"]);
        assert_eq!(identifiers("return f($...rest, \"Py_None\", 'a');"), ["f"]);
    }

    #[test]
    fn the_most_telling_name_is_looked_for() {
        assert_eq!(trigger("Py_XDECREF(_PyDict_Pop($d, $k, Py_None));"), Some("_PyDict_Pop"));
        assert_eq!(trigger("$op->ob_type = $type;"), Some("ob_type"));
        assert_eq!(trigger("#include <structmember.h>"), Some("structmember.h"));
        assert_eq!(trigger("$a.ob_type = $b;"), Some("ob_type"));
        assert_eq!(trigger("((PyTupleObject *)$op)->ob_item[$index]"), Some("ob_item"));
        assert_eq!(trigger("enum PyUnicode_Kind $v = PyUnicode_KIND($t);"), Some("PyUnicode_KIND"));
        assert_eq!(trigger("#if Py_UNICODE_WIDE"), Some("Py_UNICODE_WIDE"));
        assert_eq!(trigger("$a == $b"), None);
        assert_eq!(trigger("PyTypeObject { .tp_vectorcall_offset = $value }"), Some("PyTypeObject"));
    }

    #[test]
    fn an_initializer_is_a_structure_with_braces() {
        assert_eq!(initializer("PyTypeObject { }"), Some(("PyTypeObject", " ")));
        assert_eq!(initializer("PyModuleDef { .m_size = -1 }"), Some(("PyModuleDef", " .m_size = -1 ")));
        for other in ["if ($a) { $b; }", "do { f($a); } while (0);", "f($a)", "{ f($a); }", "else { f($a); }"] {
            assert_eq!(initializer(other), None, "{other}");
        }
    }
}
