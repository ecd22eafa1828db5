//! The include of the compat header: whether it is added, and where.

mod common;

use capi_upgrade::upgrade::Options;
use common::{options, transform, upgrade_file};

/// Options that set the type of an object, which Python 3.9 and later can: for 3.8 the header is needed.
fn options_for(min: &str) -> Options {
    let (index, _) = transform("object-type-lvalue");
    let mut options = options(vec![index], true);
    options.range.min = min.parse().unwrap();
    options.header = Some("capi_compat.h".to_owned());
    options
}

const BODY: &str = "void set(PyObject *op, PyTypeObject *type)\n{\n    Py_TYPE(op) = type;\n}\n";

/// Upgrades `head` with a body that needs the header, among other files, and compares what becomes of the head.
#[track_caller]
fn check_among(others: &[(&str, &str)], head: &str, expected: &str) {
    let others: Vec<_> = others.iter().map(|(name, text)| (*name, text.as_bytes())).collect();
    let outcome = upgrade_file("src/module.c", format!("{head}{BODY}").as_bytes(), &others, &options_for("3.8"));
    let text = String::from_utf8(outcome.text.expect("the body is rewritten")).unwrap();
    let body = BODY.replace("Py_TYPE(op) = type", "Py_SET_TYPE(op, type)");
    assert_eq!(text, format!("{expected}{body}"), "{:?}", outcome.warnings);
}

#[track_caller]
fn check(head: &str, expected: &str) {
    check_among(&[], head, expected);
}

#[test]
fn behind_python_h_and_below_its_macros() {
    check(
        "/* licence */\n#define PY_SSIZE_T_CLEAN\n#include <Python.h> /* the\n API */\n#include <math.h>\n",
        "/* licence */\n#define PY_SSIZE_T_CLEAN\n#include <Python.h> /* the\n API */\n#include \"capi_compat.h\"\n#include <math.h>\n",
    );
}

#[test]
fn behind_a_choice_between_ways_to_include() {
    check(
        "#ifdef _DEBUG\n#  undef _DEBUG\n#  include <Python.h>\n#  define _DEBUG\n#else\n#  include <Python.h>\n#endif\n",
        "#ifdef _DEBUG\n#  undef _DEBUG\n#  include <Python.h>\n#  define _DEBUG\n#else\n#  include <Python.h>\n#endif\n#include \"capi_compat.h\"\n",
    );
}

#[test]
fn inside_a_condition_that_may_leave_python_out() {
    check(
        "#ifdef WITH_PYTHON\n#  include <Python.h>\n#endif\n",
        "#ifdef WITH_PYTHON\n#  include <Python.h>\n#  include \"capi_compat.h\"\n#endif\n",
    );
}

#[test]
fn inside_extern_c() {
    check(
        "extern \"C\" {\n#include \"Python.h\"\n}\n",
        "extern \"C\" {\n#include \"Python.h\"\n#include \"capi_compat.h\"\n}\n",
    );
}

#[test]
fn behind_a_header_of_the_project_that_brings_python_h() {
    let common = ("src/common.h", "#pragma once\n#include <Python.h>\n");
    check_among(
        &[common],
        "#include <stdio.h>\n#include \"common.h\"\n#include <math.h>\n",
        "#include <stdio.h>\n#include \"common.h\"\n#include \"capi_compat.h\"\n#include <math.h>\n",
    );
}

#[test]
fn behind_the_last_include_where_another_library_brings_python_h() {
    check(
        "#include <pybind.h>\n#include <math.h>\n",
        "#include <pybind.h>\n#include <math.h>\n#include \"capi_compat.h\"\n",
    );
}

#[test]
fn newlines_and_a_missing_last_one_are_kept() {
    let text = "#include <Python.h>\r\nvoid set(PyObject *op, PyTypeObject *type) { Py_TYPE(op) = type; }";
    let outcome = upgrade_file("module.c", text.as_bytes(), &[], &options_for("3.8"));
    let expected = "#include <Python.h>\r\n#include \"capi_compat.h\"\r\nvoid set(PyObject *op, PyTypeObject *type) { Py_SET_TYPE(op, type); }";
    assert_eq!(String::from_utf8(outcome.text.unwrap()).unwrap(), expected);
}

#[test]
fn not_where_every_python_has_the_names() {
    let outcome = upgrade_file("module.c", format!("#include <Python.h>\n{BODY}").as_bytes(), &[], &options_for("3.9"));
    assert!(!String::from_utf8(outcome.text.unwrap()).unwrap().contains("capi_compat"));
}

#[test]
fn not_where_only_newer_pythons_compile_the_place() {
    let text = format!("#include <Python.h>\n#if PY_VERSION_HEX >= 0x03090000\n{BODY}#endif\n");
    let outcome = upgrade_file("module.c", text.as_bytes(), &[], &options_for("3.8"));
    let text = String::from_utf8(outcome.text.unwrap()).unwrap();
    assert!(text.contains("Py_SET_TYPE") && !text.contains("capi_compat"), "{text}");
}

#[test]
fn not_where_a_backport_is_included_that_is_not_at_hand() {
    let head = "#include <Python.h>\n#include <pythoncapi_compat.h>\n";
    check(head, head);
}

#[test]
fn not_where_the_project_has_a_stand_in_of_its_own() {
    let shim =
        "#if PY_VERSION_HEX < 0x03090000\n#define Py_SET_TYPE(op, type) ((void)(Py_TYPE(op) = (type)))\n#endif\n";
    let head = format!("#include <Python.h>\n{shim}");
    check(&head, &head);
    let head = "#include <Python.h>\n#include \"shims.h\"\n";
    check_among(&[("src/shims.h", shim)], head, head);
}

#[test]
fn beside_a_vendored_backport_that_is_too_old() {
    let old = ("src/pythoncapi_compat.h", "#define Py_NewRef(op) (Py_INCREF(op), (op))\n");
    check_among(
        &[old],
        "#include <Python.h>\n#include \"pythoncapi_compat.h\"\n",
        "#include <Python.h>\n#include \"capi_compat.h\"\n#include \"pythoncapi_compat.h\"\n",
    );
}

#[test]
fn behind_functions_of_the_project_that_the_header_has_as_macros() {
    let shims = (
        "src/shims.h",
        "static inline PyObject *PyWeakref_GetRefX(void);\nstatic inline int PyDict_GetItemRef(PyObject *d, PyObject *k, PyObject **v) { return 0; }\n",
    );
    check_among(
        &[shims],
        "#include <Python.h>\n#include \"shims.h\"\n",
        "#include <Python.h>\n#include \"shims.h\"\n#include \"capi_compat.h\"\n",
    );
}

#[test]
fn behind_enumerators_that_the_header_has_as_macros() {
    let sending = "typedef enum { PYGEN_RETURN = 0, PYGEN_ERROR = -1, PYGEN_NEXT = 1 } PySendResult;\n";
    check_among(
        &[("src/sending.h", sending)],
        "#include <Python.h>\n#include \"sending.h\"\n",
        "#include <Python.h>\n#include \"sending.h\"\n#include \"capi_compat.h\"\n",
    );
}

#[test]
fn behind_what_an_earlier_header_brings_only_through_the_file_itself() {
    let shims = "static inline int PyDict_GetItemRef(PyObject *d, PyObject *k, PyObject **v) { return 0; }\n";
    check_among(
        &[("src/shims.h", shims), ("src/first.h", "#ifdef EDITOR\n#include \"module.c\"\n#endif\nint first;\n")],
        "#include <Python.h>\n#include \"first.h\"\n#include \"shims.h\"\n",
        "#include <Python.h>\n#include \"first.h\"\n#include \"shims.h\"\n#include \"capi_compat.h\"\n",
    );
}

#[test]
fn not_behind_a_part_that_brings_them_once_more() {
    let shims = "static inline int PyDict_GetItemRef(PyObject *d, PyObject *k, PyObject **v) { return 0; }\n";
    check_among(
        &[("src/shims.h", shims), ("src/part.c", "#include \"shims.h\"\nint part;\n")],
        "#include <Python.h>\n#include \"shims.h\"\n#include \"part.c\"\n",
        "#include <Python.h>\n#include \"shims.h\"\n#include \"capi_compat.h\"\n#include \"part.c\"\n",
    );
}

#[test]
fn a_header_that_comes_along_and_collides_stops_the_rewrite() {
    let shims = "static inline int PyDict_GetItemRef(PyObject *d, PyObject *k, PyObject **v) { return 0; }\n";
    let inner = format!("#include <Python.h>\n{BODY}");
    let outer = "#include \"inner.h\"\n#include \"shims.h\"\n";
    let files = [("src/shims.h", shims.as_bytes()), ("src/outer.c", outer.as_bytes())];
    let outcome = upgrade_file("src/inner.h", inner.as_bytes(), &files, &options_for("3.8"));
    assert_eq!(outcome.text, None);
    assert!(outcome.diagnostics[0].note.as_ref().unwrap().contains("`PyDict_GetItemRef` collides"));
}

#[test]
fn an_own_stand_in_that_stands_further_down_is_of_no_use() {
    let shim = "static inline void Py_SET_TYPE(PyObject *op, PyTypeObject *type) { op->ob_type = type; }\n";
    let run = |text: String| upgrade_file("module.c", text.as_bytes(), &[], &options_for("3.8"));
    let outcome = run(format!("#include <Python.h>\n{BODY}{shim}"));
    assert_eq!(outcome.text, None);
    assert_eq!(outcome.diagnostics[0].note.as_deref(), Some("the file's own `Py_SET_TYPE` stands further down"));
    assert!(run(format!("#include <Python.h>\n{shim}{BODY}")).text.is_some());
}

#[test]
fn a_function_of_the_file_itself_that_collides_stops_the_rewrite() {
    let text = format!(
        "#include <Python.h>\nstatic int PyDict_GetItemRef(PyObject *d, PyObject *k, PyObject **v) {{ return 0; }}\n{BODY}"
    );
    let outcome = upgrade_file("module.c", text.as_bytes(), &[], &options_for("3.8"));
    assert_eq!(outcome.text, None);
    assert!(outcome.diagnostics[0].note.as_ref().unwrap().contains("`PyDict_GetItemRef` collides"));
}

#[test]
fn removed_api_collides_only_where_the_project_asks_for_it() {
    let own = "static int _PyLong_AsInt(PyObject *op) { return (int)PyLong_AsLong(op); }\n";
    let run = |before: &str| {
        let text = format!("{before}#include <Python.h>\n{own}{BODY}");
        upgrade_file("module.c", text.as_bytes(), &[], &options_for("3.8"))
    };
    assert!(run("").text.is_some());
    let outcome = run("#define CAPI_COMPAT_REMOVED_API\n");
    assert_eq!(outcome.text, None);
    assert!(outcome.diagnostics[0].note.as_ref().unwrap().contains("`_PyLong_AsInt` collides"));
}

#[test]
fn a_file_that_includes_nothing_leaves_it_to_its_includers() {
    let inner = format!("/* no includes */\n{BODY}");
    let outer = "#include <Python.h>\n#include \"inner.h\"\nint x;\n";
    let options = options_for("3.8");
    let files = [("src/inner.h", inner.as_bytes()), ("src/outer.c", outer.as_bytes())];
    let outcome = upgrade_file("src/inner.h", inner.as_bytes(), &files, &options);
    assert!(outcome.warnings.is_empty() && !String::from_utf8(outcome.text.unwrap()).unwrap().contains("capi_compat"));
    let outcome = upgrade_file("src/outer.c", outer.as_bytes(), &files, &options);
    let expected = "#include <Python.h>\n#include \"capi_compat.h\"\n#include \"inner.h\"\nint x;\n";
    assert_eq!(String::from_utf8(outcome.text.unwrap()).unwrap(), expected);
}

#[test]
fn a_part_that_includes_for_editors_only_leaves_it_to_its_includers() {
    let inner = format!("#ifdef __IDE_ONLY__\n#include <Python.h>\n#endif\n{BODY}");
    let outer = "#include <Python.h>\n#include \"part.c\"\nint x;\n";
    let files = [("src/part.c", inner.as_bytes()), ("src/outer.c", outer.as_bytes())];
    let outcome = upgrade_file("src/part.c", inner.as_bytes(), &files, &options_for("3.8"));
    assert!(!String::from_utf8(outcome.text.unwrap()).unwrap().contains("capi_compat"));
    let outcome = upgrade_file("src/outer.c", outer.as_bytes(), &files, &options_for("3.8"));
    let expected = "#include <Python.h>\n#include \"capi_compat.h\"\n#include \"part.c\"\nint x;\n";
    assert_eq!(String::from_utf8(outcome.text.unwrap()).unwrap(), expected);
}

#[test]
fn names_that_the_project_spells_otherwise_need_no_header() {
    let mut options = options_for("3.8");
    options.renames = vec![("Py_SET_TYPE".to_owned(), "__Pyx_SET_TYPE".to_owned())];
    let outcome = upgrade_file("module.c", format!("#include <Python.h>\n{BODY}").as_bytes(), &[], &options);
    let text = String::from_utf8(outcome.text.unwrap()).unwrap();
    assert!(text.contains("__Pyx_SET_TYPE(op, type);") && !text.contains("capi_compat"), "{text}");
}

#[test]
fn stand_ins_of_the_project_do_not_come_to_call_themselves() {
    for shim in [
        "#ifndef Py_SET_TYPE\n#define Py_SET_TYPE(op, type) do { Py_TYPE(op) = (type); } while (0)\n#endif\n",
        "static inline void _Py_SET_TYPE(PyObject *op, PyTypeObject *type) { op->ob_type = type; }\n",
        "static void __Pyx_SET_TYPE(PyObject *op, PyTypeObject *type) { Py_TYPE(op) = type; }\n",
        "#ifdef Py_SET_TYPE\n#else\nvoid f(PyObject *op, PyTypeObject *type) { Py_TYPE(op) = type; }\n#endif\n",
    ] {
        let text = format!("#include <Python.h>\n{shim}");
        let outcome = upgrade_file("module.c", text.as_bytes(), &[], &options_for("3.8"));
        assert_eq!(outcome.text.map(|text| String::from_utf8(text).unwrap()), None, "{shim}");
    }
}

/// Upgrades `head` with a body that needs two headers of the system, and compares what becomes of the head.
#[track_caller]
fn check_system(head: &str, expected: &str) {
    let indices = ["header-sys-time", "header-time"].map(|id| transform(id).0);
    let options = options(indices.to_vec(), false);
    let body = "double now(struct timeval *t)\n{\n    return gettimeofday(t, NULL) + time(NULL);\n}\n";
    let outcome = upgrade_file("src/module.c", format!("{head}{body}").as_bytes(), &[], &options);
    let text = String::from_utf8(outcome.text.expect("it is rewritten")).unwrap();
    assert_eq!(text, format!("{expected}{body}"), "{:?}", outcome.diagnostics);
    let again = upgrade_file("src/module.c", text.as_bytes(), &[], &options);
    assert_eq!(again.text, None, "a second run changes nothing");
}

#[test]
fn headers_of_the_system_stand_together() {
    check_system(
        "#include <unistd.h>\n#include <Python.h>\n\n#include <math.h> /* for\n sin */\n\n#include \"own.h\"\n",
        "#include <unistd.h>\n#include <Python.h>\n\n#include <math.h> /* for\n sin */\n#include <sys/time.h>\n#include <time.h>\n\n\
         #include \"own.h\"\n",
    );
}

#[test]
fn headers_of_the_system_keep_the_newlines_and_blanks_of_the_file() {
    check_system(
        "#ifdef _DEBUG\r\n#  include <Python.h>\r\n#endif\r\n#  include <unistd.h>\r\n",
        "#ifdef _DEBUG\r\n#  include <Python.h>\r\n#endif\r\n#  include <unistd.h>\r\n#  include <sys/time.h>\r\n\
         #  include <time.h>\r\n",
    );
}

#[test]
fn headers_of_the_system_stand_behind_a_choice() {
    check_system(
        "#ifdef _DEBUG\n#include <Python.h>\n#else\n#include \"Python.h\"\n#endif\n",
        "#ifdef _DEBUG\n#include <Python.h>\n#else\n#include \"Python.h\"\n#endif\n\
         #include <time.h>\n#ifndef _WIN32\n#include <sys/time.h>\n#endif\n",
    );
}

#[test]
fn a_header_of_the_system_without_a_place_is_reported() {
    let options = options(vec![transform("header-sys-time").0], false);
    let source = "#define NOW(t) gettimeofday(t, 0)\n#include <Python.h>\nint now(void *t) { return NOW(t); }\n";
    let outcome = upgrade_file("src/module.c", source.as_bytes(), &[], &options);
    assert_eq!(outcome.text, None);
    let notes: Vec<_> = outcome.diagnostics.iter().map(|found| (found.line, found.note.as_deref())).collect();
    assert_eq!(notes, [(1, Some("include `<sys/time.h>` in this file"))]);
}
