//! Types of the C API: what functions return, what fields hold, and which structs are Python objects.
//!
//! `scan_headers.py` derives `returns.tsv`, `fields.tsv`, `layout.tsv` and `objects.txt` from the headers of each Python; the
//! script holds short lists of its own of macros whose type no declaration tells, of object types that are only
//! declared, and of numpy's.
//!
//! Types are spelled without qualifiers, as `Name`, `Name *` or `Name **`. A struct goes by its typedef
//! (`PyThreadState *`, never `struct _ts *`), or by its tag alone if it has none; an array counts as a pointer.

use std::sync::LazyLock;

use rustc_hash::{FxHashMap, FxHashSet};

use super::version::PythonVersion;

static RETURNS: LazyLock<FxHashMap<&str, &str>> =
    LazyLock::new(|| lines(include_str!("returns.tsv")).filter_map(|line| line.split_once('\t')).collect());

/// The rows of a field are sorted by version, so that the newest type stays.
static FIELDS: LazyLock<FxHashMap<(&str, &str), &str>> =
    LazyLock::new(|| lines(include_str!("fields.tsv")).filter_map(parse_field).collect());

static OBJECTS: LazyLock<FxHashSet<&str>> = LazyLock::new(|| lines(include_str!("objects.txt")).collect());

static TAGS: LazyLock<FxHashMap<&str, &str>> =
    LazyLock::new(|| lines(include_str!("tags.tsv")).filter_map(|line| line.split_once('\t')).collect());

fn lines(text: &'static str) -> impl Iterator<Item = &'static str> {
    text.lines().filter(|line| !line.is_empty() && !line.starts_with('#'))
}

fn parse_field(line: &'static str) -> Option<((&'static str, &'static str), &'static str)> {
    let mut columns = line.split('\t');
    let key = (columns.next()?, columns.next()?);
    let kind = columns.next().filter(|&kind| kind != "?")?;
    Some((key, kind))
}

/// The type of what the function `name` of the C API returns, or a macro used like one, if that is a pointer.
/// Where versions differ, the newest one's.
pub fn return_type(name: &str) -> Option<&'static str> {
    RETURNS.get(name).copied()
}

/// The type of a field of a struct that some version's public headers show. Where versions differ, the newest one's.
///
/// None, too, for a field whose type has no name. The head of an object belongs to `PyObject` and `PyVarObject` only.
pub fn field_type(structure: &str, field: &str) -> Option<&'static str> {
    FIELDS.get(&(structure, field)).copied()
}

/// Whether `name` is a struct of the C API or of numpy that begins as `PyObject` does, so that a pointer to it may
/// be cast to `PyObject *`.
pub fn is_object_type(name: &str) -> bool {
    OBJECTS.contains(name)
}

static GLOBALS: LazyLock<FxHashMap<&str, &str>> =
    LazyLock::new(|| lines(include_str!("globals.tsv")).filter_map(|line| line.split_once('\t')).collect());

/// The type of a global object of the C API, such as `Py_None`, or of a macro that stands for one.
pub fn global_type(name: &str) -> Option<&'static str> {
    GLOBALS.get(name).copied()
}

/// A member at a place that it has in some versions.
struct Member {
    place: usize,
    field: &'static str,
    first: PythonVersion,
    last: PythonVersion,
    /// The macro that initializes it, where it is a structure itself.
    head: &'static str,
}

static LAYOUTS: LazyLock<FxHashMap<&str, Vec<Member>>> = LazyLock::new(|| {
    let mut layouts: FxHashMap<&str, Vec<Member>> = FxHashMap::default();
    for (structure, member) in lines(include_str!("layout.tsv")).filter_map(parse_member) {
        layouts.entry(structure).or_default().push(member);
    }
    layouts
});

fn parse_member(line: &'static str) -> Option<(&'static str, Member)> {
    let [structure, place, field, first, last, head] = line.split('\t').collect::<Vec<_>>()[..] else { return None };
    let (place, first, last) = (place.parse().ok()?, first.parse().ok()?, last.parse().ok()?);
    Some((structure, Member { place, field, first, last, head }))
}

/// Which value of an initializer without designators is that of `field`, counted from 0: the place that it had in the
/// first Python 3 with such a member, else in Python 2. Another member may stand there by now, but none where the
/// places up to it do not mean the same in all of these Pythons.
pub fn place_of_field(structure: &str, field: &str) -> Option<usize> {
    let members = LAYOUTS.get(structure)?;
    let is_three = |member: &&Member| member.last.major == 3;
    let in_three = members.iter().any(|member| member.field == field && is_three(&member));
    let members = || members.iter().filter(|member| !in_three || is_three(member));
    let place = members().filter(|member| member.field == field).min_by_key(|member| member.first)?.place;
    // A member that came to its place from another one has left that to others.
    let has_moved = |one: &Member| members().any(|other| other.field == one.field && other.first < one.first);
    let mut before = members().filter(|member| member.place <= place);
    (!before.any(has_moved)).then_some(place)
}

/// Whether the place of `field` in an initializer is that of another member in some later Python.
pub fn is_place_handed_on(structure: &str, field: &str) -> bool {
    let place = place_of_field(structure, field);
    let members = LAYOUTS.get(structure).into_iter().flatten().filter(|member| Some(member.place) == place);
    let own = members.clone().filter(|member| member.field == field).map(|member| member.last).max();
    members.map(|member| member.last).max() > own
}

/// The macro that initializes the first member of a structure, if that is a structure itself.
pub fn head_macro(structure: &str) -> Option<&'static str> {
    let head = LAYOUTS.get(structure)?.first()?.head;
    (!head.is_empty()).then_some(head)
}

static PLACES: LazyLock<FxHashSet<(&str, usize)>> =
    LazyLock::new(|| lines(include_str!("places.tsv")).filter_map(parse_place).collect());

fn parse_place(line: &'static str) -> Option<(&'static str, usize)> {
    let (name, argument) = line.split_once('\t')?;
    Some((name, argument.parse().ok()?))
}

/// Whether the macro `name` of the C API assigns to its argument (counted from 0) or takes its address.
pub fn assigns_to(name: &str, argument: usize) -> bool {
    PLACES.contains(&(name, argument))
}

static LEAVING: LazyLock<FxHashSet<&str>> = LazyLock::new(|| lines(include_str!("leaving.txt")).collect());

/// Whether nothing behind the macro `name` of the C API is reached: it returns from the function.
pub fn leaves_function(name: &str) -> bool {
    LEAVING.contains(name)
}

/// The name by which a type of the C API is used: `PyThreadState` for the tag `_ts`. Other names stay.
pub fn canonical_type(name: &str) -> &str {
    TAGS.get(name).copied().unwrap_or(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn some_macros_return_from_the_function() {
        assert!(leaves_function("Py_RETURN_NONE") && !leaves_function("Py_CLEAR"));
    }

    #[test]
    fn functions_and_macros_return() {
        assert_eq!(return_type("PyThreadState_Get"), Some("PyThreadState *"));
        assert_eq!(return_type("PyThreadState_GET"), Some("PyThreadState *"));
        assert_eq!(return_type("PyEval_GetFrame"), Some("PyFrameObject *"));
        assert_eq!(return_type("PyFrame_GetCode"), Some("PyCodeObject *"));
        assert_eq!(return_type("PyTuple_GET_ITEM"), Some("PyObject *"));
        assert_eq!(return_type("PyWeakref_GET_OBJECT"), Some("PyObject *"));
        assert_eq!(return_type("PyMethod_GET_SELF"), Some("PyObject *"));
        assert_eq!(return_type("PySequence_Fast_ITEMS"), Some("PyObject **"));
        assert_eq!(return_type("Py_TYPE"), Some("PyTypeObject *"));
        assert_eq!(return_type("PyUnicode_AsUTF8"), Some("char *"));
        assert_eq!(return_type("PyMem_Malloc"), Some("void *"));
    }

    #[test]
    fn other_results_are_no_pointers() {
        assert_eq!(return_type("PyLong_AsLong"), None);
        assert_eq!(return_type("PyObject_New"), None);
        assert_eq!(return_type("PyTuple_SET_ITEM"), None);
        assert_eq!(return_type("no_such_name"), None);
    }

    #[test]
    fn fields_have_types() {
        assert_eq!(field_type("PyObject", "ob_type"), Some("PyTypeObject *"));
        assert_eq!(field_type("PyVarObject", "ob_size"), Some("Py_ssize_t"));
        assert_eq!(field_type("PyThreadState", "frame"), Some("PyFrameObject *"));
        assert_eq!(field_type("PyThreadState", "interp"), Some("PyInterpreterState *"));
        assert_eq!(field_type("PyFrameObject", "f_back"), Some("PyFrameObject *"));
        assert_eq!(field_type("PyTypeObject", "tp_dealloc"), Some("destructor"));
        assert_eq!(field_type("PyTupleObject", "ob_item"), Some("PyObject **"));
        assert_eq!(field_type("PyHeapTypeObject", "ht_type"), Some("PyTypeObject"));
    }

    #[test]
    fn the_newest_type_with_a_name_counts() {
        assert_eq!(field_type("PyGenObject", "gi_code"), Some("PyCodeObject *"));
        assert_eq!(field_type("PyTypeObject", "tp_print"), Some("printfunc"));
    }

    #[test]
    fn heads_belong_to_the_base_types() {
        assert_eq!(field_type("PyListObject", "ob_type"), None);
        assert_eq!(field_type("PyListObject", "ob_base"), None);
        assert_eq!(field_type("PyObject", "no_such_field"), None);
    }

    #[test]
    fn members_have_places() {
        assert_eq!(place_of_field("PyTypeObject", "tp_name"), Some(1));
        assert_eq!(place_of_field("PyTypeObject", "tp_print"), Some(5));
        assert_eq!(place_of_field("PyTypeObject", "tp_vectorcall_offset"), Some(5));
        assert_eq!(place_of_field("PyTypeObject", "tp_compare"), Some(8));
        assert_eq!(place_of_field("PyTypeObject", "tp_reserved"), Some(8));
        assert_eq!(place_of_field("PyModuleDef", "m_size"), Some(3));
        assert_eq!(place_of_field("PyNumberMethods", "nb_bool"), Some(9));
        assert_eq!(place_of_field("PySequenceMethods", "sq_slice"), Some(4));
        assert!(is_place_handed_on("PyTypeObject", "tp_print"));
        assert!(!is_place_handed_on("PyTypeObject", "tp_vectorcall_offset"));
        assert_eq!(head_macro("PyTypeObject"), Some("PyVarObject_HEAD_INIT"));
        assert_eq!(head_macro("PyMethodDef"), None);
    }

    #[test]
    fn a_place_that_means_other_members_elsewhere_is_none() {
        for field in ["nb_divide", "nb_nonzero", "nb_coerce", "nb_long"] {
            assert_eq!(place_of_field("PyNumberMethods", field), None, "{field}");
        }
        assert_eq!(place_of_field("PyBufferProcs", "bf_getreadbuffer"), None);
        assert_eq!(place_of_field("PyTypeObject", "no_such_field"), None);
        assert_eq!(place_of_field("PyListObject", "ob_item"), None);
    }

    #[test]
    fn objects_begin_with_a_head() {
        for name in
            ["PyObject", "PyTypeObject", "PyHeapTypeObject", "PyContext", "PyArrayObject", "PyDoubleScalarObject"]
        {
            assert!(is_object_type(name), "{name}");
        }
        for name in ["PyThreadState", "Py_buffer", "PyMethodDef", "PyInterpreterState", "PyArray_Dims"] {
            assert!(!is_object_type(name), "{name}");
        }
    }

    #[test]
    fn every_line_is_read() {
        assert_eq!(lines(include_str!("returns.tsv")).count(), RETURNS.len());
        assert_eq!(lines(include_str!("objects.txt")).count(), OBJECTS.len());
        assert!(lines(include_str!("fields.tsv")).all(|line| line.split('\t').count() == 5));
        assert_eq!(lines(include_str!("layout.tsv")).count(), LAYOUTS.values().map(Vec::len).sum::<usize>());
    }
}
