//! `--select` and `--ignore`.

use super::support::{Folder, NEW, OLD};

const BOTH: &str = "\
#include <Python.h>

int set(PyObject *op, PyTypeObject *type)
{
    Py_TYPE(op) = type;
    return _PyLong_AsInt(op);
}
";

/// Which of the two old names of [`BOTH`] are rewritten.
#[track_caller]
fn check(args: &[&str], type_set: bool, as_int: bool) {
    let ran = Folder::with(&[("x.c", BOTH)]).run(&[args, &["-q", "--no-header", "x.c"]].concat());
    assert_eq!((ran.code, ran.err.as_str()), (0, ""));
    assert_eq!(ran.text().contains("+    Py_SET_TYPE(op, type);"), type_set, "{args:?}: {}", ran.text());
    assert_eq!(ran.text().contains("+    return PyLong_AsInt(op);"), as_int, "{args:?}: {}", ran.text());
}

#[test]
fn by_default_what_is_removed_or_deprecated_is_rewritten() {
    check(&[], true, true);
    check(&["--select", "all"], true, true);
}

#[test]
fn ids_select_and_ignore() {
    check(&["--select", "object-type-lvalue"], true, false);
    check(&["--ignore", "object-type-lvalue"], false, true);
    check(&["--select", "object-type-lvalue,private-long-as-int"], true, true);
    check(&["--select", "object-type-lvalue", "--select", "private-long-as-int"], true, true);
    check(&["--select=all", "--ignore=private-long-as-int"], true, false);
}

#[test]
fn names_of_the_api_select_and_ignore_old_or_new() {
    check(&["--select", "_PyLong_AsInt"], false, true);
    check(&["--select", "PyLong_AsInt"], false, true);
    check(&["--select", "Py_SET_TYPE"], true, false);
    check(&["--ignore", "PyLong_AsInt"], true, false);
}

#[test]
fn groups_select_for_the_pythons_in_range() {
    check(&["--select", "removed", "--target", "3.12"], true, false);
    check(&["--select", "removed"], true, true);
    check(&["--ignore", "removed,deprecated", "--select", "all"], false, false);
    // Before 3.9 nobody called it deprecated.
    check(&["--select", "later", "--min-python", "3.7", "--target", "3.8"], true, true);
    check(&["--min-python", "3.7", "--target", "3.8"], false, false);
}

#[test]
fn a_name_that_nothing_knows_is_a_warning_with_a_suggestion() {
    let folder = Folder::with(&[("x.c", OLD)]);
    let ran = folder.run(&["--ignore", "Py_SET_TYPO,zzzzzzzzzzzz", "x.c"]);
    let warnings = "\
warning: no transform is called `Py_SET_TYPO` or about it; did you mean `Py_SET_TYPE`?
warning: no transform is called `zzzzzzzzzzzz` or about it
";
    assert!(ran.err.starts_with(warnings), "{}", ran.err);
    assert_eq!(ran.code, 0);
    let rename = folder.run(&["--rename", "Py_SET_TYPO=Own", "x.c"]);
    let warning = "warning: --rename: no transform introduces `Py_SET_TYPO`; did you mean `Py_SET_TYPE`?\n";
    assert!(rename.err.starts_with(warning), "{}", rename.err);
}

#[test]
fn nothing_selected_is_an_error() {
    let folder = Folder::with(&[("x.c", OLD)]);
    for args in [["--ignore", "all"], ["--select", "zzzzzzzzzzzz"]] {
        let ran = folder.run(&[args.as_slice(), &["x.c"]].concat());
        assert!(
            ran.err.ends_with("error: nothing is selected: no transform is left for these Pythons\n"),
            "{}",
            ran.err
        );
        assert_eq!((ran.code, ran.text()), (2, ""));
    }
}

#[test]
fn a_second_name_for_the_new_code_is_written() {
    let folder = Folder::with(&[("x.c", OLD)]);
    folder.run(&["-q", "--apply", "--rename", "Py_SET_TYPE=__Pyx_SET_TYPE", "x.c"]).check(0, "", "");
    assert_eq!(folder.text("x.c"), NEW.replace("Py_SET_TYPE", "__Pyx_SET_TYPE"));
    assert_eq!(folder.run(&["--rename", "Py_SET_TYPE", "x.c"]).code, 2);
}
