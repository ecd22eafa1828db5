//! Facts about the names of the C API, derived from the headers of each Python by `scan_headers.py`.

use std::sync::LazyLock;

use rustc_hash::FxHashSet;

use super::version::PythonVersion;

/// What the headers of all Pythons say of one name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Symbol {
    /// The name.
    pub name: &'static str,
    /// Whether it is a function, be it that some version has a macro in its place.
    pub is_function: bool,
    /// The first version whose headers show it. 3.6 may mean an older 3.x, too.
    pub since: PythonVersion,
    /// The last version whose headers show it; none where the newest still does.
    pub until: Option<PythonVersion>,
    /// The version of the Limited API it belongs to.
    pub limited: Option<PythonVersion>,
}

static SYMBOLS: LazyLock<Vec<Symbol>> = LazyLock::new(|| {
    let lines = include_str!("symbols.tsv").lines().filter(|line| !line.starts_with('#') && !line.is_empty());
    let mut symbols: Vec<Symbol> = lines.filter_map(parse_line).collect();
    symbols.sort_by_key(|symbol| symbol.name);
    symbols
});

fn parse_line(line: &'static str) -> Option<Symbol> {
    let mut columns = line.split('\t');
    let name = columns.next()?;
    let is_function = columns.next()? == "function";
    let since = columns.next()?.parse().ok()?;
    let mut version = || columns.next().and_then(|text| text.parse().ok());
    Some(Symbol { name, is_function, since, until: version(), limited: version() })
}

/// All names, sorted.
pub fn symbols() -> &'static [Symbol] {
    &SYMBOLS
}

/// The facts about `name`, if it is one of the C API's.
pub fn symbol(name: &str) -> Option<&'static Symbol> {
    let found = SYMBOLS.binary_search_by_key(&name, |symbol| symbol.name).ok()?;
    Some(&SYMBOLS[found])
}

/// The type names of the C API, the C library, common systems and numpy.
pub fn builtin_type_names() -> impl Iterator<Item = &'static str> {
    include_str!("types.txt").lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'))
}

/// Whether a header of C or of Python's defines the type `name`, or C itself does.
pub fn is_builtin_type(name: &str) -> bool {
    static NAMES: LazyLock<FxHashSet<&str>> = LazyLock::new(|| builtin_type_names().collect());
    const OF_C: [&str; 11] =
        ["void", "char", "short", "int", "long", "float", "double", "signed", "unsigned", "_Bool", "bool"];
    name.split(' ').all(|word| OF_C.contains(&word)) || NAMES.contains(name)
}

/// Whether some version of Python has a header that is included by `name`.
pub fn is_header(name: &str) -> bool {
    static NAMES: LazyLock<FxHashSet<&str>> = LazyLock::new(|| include_str!("headers.txt").lines().collect());
    NAMES.contains(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn facts_are_read() {
        let new = symbol("PyLong_AsInt").expect("a public function of 3.13");
        assert_eq!((new.since, new.until), (PythonVersion::new(3, 13), None));
        assert_eq!(symbol("PyObject_Malloc").map(|found| found.since), Some(PythonVersion::new(2, 7)));
        assert_eq!(symbol("no_such_name"), None);
        assert!(builtin_type_names().any(|name| name == "PyObject"));
        assert!(is_header("Python.h") && is_header("longintrepr.h") && is_header("cpython/longintrepr.h"));
        assert!(!is_header("stdio.h") && !is_header("python.h"));
    }

    #[test]
    fn every_line_is_read() {
        let text = include_str!("symbols.tsv");
        let lines = text.lines().filter(|line| !line.starts_with('#') && !line.is_empty()).count();
        assert_eq!(symbols().len(), lines);
    }
}
