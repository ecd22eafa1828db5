//! `header` and `--vendor`: the compat header is printed, trimmed, written and renewed.

use std::fs;

use super::support::{Folder, OLD};

/// A use of `PyDict_Pop`, which the header brings for 3.9, after rewriting.
const POP: &str = "\
#include <Python.h>

int pop(PyObject *d, PyObject *k)
{
    return PyDict_Pop(d, k, NULL);
}
";

/// A file that takes the header for its oldest Python, 3.8, once it is rewritten.
const TYPE: &str = OLD;

/// The same, rewritten.
const TYPE_NEW: &str = "\
#include <Python.h>
#include \"capi_compat.h\"

void set(PyObject *op, PyTypeObject *type)
{
    Py_SET_TYPE(op, type);
}
";

fn stamp(text: &str) -> &str {
    let line = text.lines().nth(1).expect("a second line");
    let line = line.strip_prefix(" * Written by capi-upgrade: ").expect("a stamp");
    line.split_once("; checksum ").expect("a checksum").0
}

fn lines(text: &str) -> usize {
    text.lines().count()
}

#[test]
fn the_whole_header_is_printed() {
    let ran = Folder::with(&[]).run(&["header"]);
    assert_eq!((ran.code, ran.err.as_str()), (0, ""));
    let (first, rest) = ran.text().split_once('\n').unwrap();
    let (stamp_line, rest) = rest.split_once('\n').unwrap();
    assert!(stamp_line.starts_with(" * Written by capi-upgrade: whole; checksum "), "{stamp_line}");
    let original = include_str!("../../compat-header/capi_compat.h");
    assert_eq!(format!("{first}\n{rest}"), original);
}

#[test]
fn a_part_has_what_was_asked_for_and_what_that_is_made_of() {
    let folder = Folder::with(&[]);
    let ran = folder.run(&["header", "--only", "Py_NewRef, PyDict_PopString"]);
    assert_eq!((ran.code, ran.err.as_str()), (0, ""));
    let text = ran.text();
    assert_eq!(stamp(text), "parts");
    for name in ["Py_NewRef", "PyDict_PopString", "PyDict_Pop"] {
        assert!(text.contains(&format!("#  define {name}")), "{name}");
    }
    for name in ["PyMutex_Lock", "PyUnicodeWriter_Create", "define PYTHONCAPI_COMPAT"] {
        assert!(!text.contains(name), "{name}");
    }
}

#[test]
fn what_the_oldest_python_has_is_left_out() {
    let folder = Folder::with(&[]);
    let whole = folder.run(&["header"]);
    let ran = folder.run(&["header", "--min-python", "3.12"]);
    assert_eq!((ran.code, ran.err.as_str()), (0, ""));
    assert_eq!(stamp(ran.text()), "whole for Python 3.12 and newer");
    assert!(lines(ran.text()) < lines(whole.text()));
    assert!(!ran.text().contains("define Py_SET_TYPE") && ran.text().contains("define PyDict_Pop"));
    assert!(!ran.text().contains("#if PY_VERSION_HEX < 0x030B00A7\n"), "older Pythons are not asked for any more");

    let ran = folder.run(&["header", "--min-python", "3.12", "--only", "Py_NewRef,PyDict_Pop"]);
    assert_eq!(ran.code, 0);
    assert_eq!(ran.err, "note: native from Python 3.12 on, so left out: Py_NewRef\n");
}

#[test]
fn a_part_for_a_project_is_short() {
    let folder = Folder::with(&[("src/x.c", POP), ("src/y.cpp", "auto x = Py_NewRef(nullptr); // PyMutex_Lock")]);
    let ran = folder.run(&["header", "--min-python", "3.8", "--used-by", "src"]);
    assert_eq!((ran.code, ran.err.as_str()), (0, ""));
    let text = ran.text();
    assert!(text.contains("#  define PyDict_Pop") && text.contains("#  define Py_NewRef"));
    assert!(!text.contains("PyMutex_Lock") && !text.contains("Py_SET_TYPE"), "comments and other names use nothing");
    assert!(lines(text) < 200, "{} lines", lines(text));
}

#[test]
fn removed_api_is_given_back_to_projects_that_ask() {
    let call = "PyObject *y = PyEval_CallObject(f, NULL);\nPyObject *z = Py_NewRef(y);\n";
    let asking = format!("#define CAPI_COMPAT_REMOVED_API\n{call}");
    let folder = Folder::with(&[("plain/x.c", call), ("asking/x.c", &asking)]);
    let ran = folder.run(&["header", "--used-by", "plain"]);
    assert!(ran.text().contains("define Py_NewRef") && !ran.text().contains("PyEval_CallObject"));
    let ran = folder.run(&["header", "--used-by", "asking"]);
    assert!(ran.text().contains("define PyEval_CallObject(") && !ran.text().contains("PyObject_AsReadBuffer"));
    let ran = folder.run(&["header", "--min-python", "3.13", "--only", "PyEval_CallObject"]);
    assert_eq!((ran.code, ran.err.as_str()), (0, ""));
    assert!(ran.text().contains("\n#if defined(CAPI_COMPAT_REMOVED_API)\nstatic inline"), "3.13 is not asked for");
}

#[test]
fn names_that_are_unknown_are_errors() {
    let folder = Folder::with(&[("x.c", "int x;\n")]);
    let err = "error: the header has no `PyDict_Popp`; did you mean `PyDict_Pop`?\nerror: nothing is written\n";
    folder.run(&["header", "--only", "PyDict_Popp,Py_NewRef"]).check(2, "", err);
    let ran = folder.run(&["header", "--used-by", "x.c"]);
    assert_eq!((ran.code, ran.err.as_str()), (0, "warning: nothing that the header has is used there\n"));
    let ran = folder.run(&["header", "--used-by", "missing"]);
    assert_eq!(ran.code, 2);
    assert!(ran.err.starts_with("error: missing: "), "{}", ran.err);
}

#[test]
fn a_copy_is_written_and_renewed() {
    let folder = Folder::with(&[]);
    let ran = folder.run(&["header", "--only", "Py_NewRef", "--output", "src/inner"]);
    let text = folder.text("src/inner/capi_compat.h");
    ran.check(0, "", &format!("note: src/inner/capi_compat.h: written, {} lines\n", lines(&text)));
    let err = format!("note: src/inner/capi_compat.h: up to date, {} lines\n", lines(&text));
    folder.run(&["header", "--only", "Py_NewRef", "--output", "src/inner"]).check(0, "", &err);

    let ran = folder.run(&["header", "--output", "src/inner"]);
    assert_eq!(ran.code, 0);
    assert!(ran.err.starts_with("note: src/inner/capi_compat.h: renewed, "), "{}", ran.err);
    assert_eq!(stamp(&folder.text("src/inner/capi_compat.h")), "whole");
    assert_eq!(fs::read_dir(folder.path("src/inner")).unwrap().count(), 1, "nothing stays beside it");
}

#[test]
fn what_is_not_ours_to_replace_is_left_alone() {
    let folder = Folder::with(&[("capi_compat.h", "/* mine */\n")]);
    let err = |why: &str| format!("error: capi_compat.h: {why}, so it is left alone; --force replaces it\n");
    let run = || folder.run(&["header", "--output", "."]);
    run().check(2, "", &err("not a copy of the compat header"));
    assert_eq!(folder.text("capi_compat.h"), "/* mine */\n");

    folder.run(&["header", "--output", ".", "--force", "--only", "Py_NewRef"]);
    let text = folder.text("capi_compat.h");
    assert_eq!(stamp(&text), "parts");
    let edited = text.replacen("Py_INCREF(obj);", "Py_INCREF(obj); /* ! */", 1);
    folder.write("capi_compat.h", &edited);
    run().check(2, "", &err("changed since capi-upgrade wrote it"));
    assert_eq!(folder.text("capi_compat.h"), edited);

    let newer = text.replacen("version 0.", "version 99.", 1);
    folder.write("capi_compat.h", newer);
    let ran = run();
    assert_eq!(ran.code, 2, "{}", ran.err);
}

#[test]
fn vendoring_puts_the_header_beside_the_files_that_need_it() {
    let folder = Folder::with(&[("setup.py", ""), ("src/x.c", TYPE), ("src/other.c", "int x;\n")]);
    let ran = folder.run(&["--apply", "--vendor", "--min-python", "3.8", "."]);
    assert_eq!(ran.code, 0, "{}", ran.err);
    assert_eq!(folder.text("src/x.c"), TYPE_NEW);
    let text = folder.text("src/capi_compat.h");
    assert_eq!(stamp(&text), "whole");
    let note = format!("note: src/capi_compat.h: written, {} lines\n", lines(&text));
    assert!(ran.err.contains(&note), "{}", ran.err);

    // A second run finds everything in order.
    let ran = folder.run(&["--apply", "--vendor", "--min-python", "3.8", "."]);
    assert_eq!(ran.code, 0);
    assert!(ran.err.contains("up to date"), "{}", ran.err);
    assert_eq!(folder.text("src/x.c"), TYPE_NEW);
}

#[test]
fn one_copy_serves_files_that_look_into_the_same_folder() {
    let own = TYPE.replacen("\n\n", "\n#include \"own.h\"\n\n", 1);
    let files = [("setup.py", ""), ("a/x.c", &own), ("b/y.c", &own), ("include/own.h", "int own;\n")];
    let folder = Folder::with(&files);
    assert_eq!(folder.run(&["--apply", "--vendor", "--min-python", "3.8", "-q", "."]).code, 0);
    assert!(folder.path("include/capi_compat.h").exists());
    assert!(!folder.path("a/capi_compat.h").exists() && !folder.path("b/capi_compat.h").exists());
}

#[test]
fn vendoring_goes_where_it_is_told() {
    let folder = Folder::with(&[("setup.py", ""), ("src/x.c", TYPE)]);
    assert_eq!(folder.run(&["--apply", "--vendor=third_party", "--min-python", "3.8", "-q", "."]).code, 0);
    assert!(folder.path("third_party/capi_compat.h").exists());
    assert!(!folder.path("src/capi_compat.h").exists());
}

#[test]
fn nothing_is_vendored_where_nothing_needs_it() {
    let folder = Folder::with(&[("setup.py", ""), ("src/x.c", TYPE)]);
    assert_eq!(folder.run(&["--apply", "--vendor", "--min-python", "3.9", "-q", "."]).code, 0);
    assert!(!folder.path("src/capi_compat.h").exists());
}

#[test]
fn a_copy_that_holds_a_part_is_widened() {
    let folder = Folder::with(&[("setup.py", ""), ("src/x.c", TYPE)]);
    folder.run(&["header", "--only", "Py_NewRef", "--output", "src"]);
    let included = TYPE.replacen("\n\n", "\n#include \"capi_compat.h\"\n\n", 1);
    folder.write("src/x.c", &included);

    let ran = folder.run(&["--min-python", "3.8", "."]);
    let lacks = "src/x.c: the project's copy of `capi_compat.h` lacks Py_SET_TYPE; `--apply --vendor` and \
                 `capi-upgrade header` renew it";
    assert!(ran.err.contains(lacks), "{}", ran.err);
    assert!(!ran.text().contains("+#include"), "it is included already: {}", ran.text());

    let ran = folder.run(&["--apply", "--vendor", "--min-python", "3.8", "."]);
    assert_eq!(ran.code, 0, "{}", ran.err);
    assert!(!ran.err.contains("lacks"), "{}", ran.err);
    let text = folder.text("src/capi_compat.h");
    assert_eq!(stamp(&text), "parts");
    assert!(text.contains("define Py_SET_TYPE") && text.contains("define Py_NewRef") && !text.contains("PyDict_Pop"));
}

#[test]
fn a_copy_that_was_changed_is_not_renewed() {
    let folder = Folder::with(&[("setup.py", ""), ("src/x.c", TYPE_NEW)]);
    folder.run(&["header", "--output", "src"]);
    let edited = folder.text("src/capi_compat.h").replacen("static inline", "static  inline", 1);
    folder.write("src/capi_compat.h", &edited);
    let ran = folder.run(&["--apply", "--vendor", "."]);
    assert_eq!(ran.code, 2);
    assert!(ran.err.contains("src/capi_compat.h: changed since capi-upgrade wrote it"), "{}", ran.err);
    assert_eq!(folder.text("src/capi_compat.h"), edited);
    assert_eq!(folder.run(&["--apply", "--vendor", "--force", "."]).code, 0);
    assert_ne!(folder.text("src/capi_compat.h"), edited);
}

#[test]
fn vendoring_is_for_files_that_are_written() {
    let folder = Folder::with(&[("x.c", TYPE)]);
    for args in [&["--vendor", "."][..], &["--apply", "--vendor", "--no-header", "."], &["--apply", "--force", "."]] {
        let ran = folder.run(args);
        assert_eq!(ran.code, 2, "{args:?}");
        assert!(ran.err.starts_with("error: "), "{}", ran.err);
    }
    let ran = folder.run_with_input(&["--apply", "--vendor", "-"], TYPE);
    ran.check(2, "", "error: --vendor is for files, not for standard input\n");
    assert_eq!(folder.text("x.c"), TYPE);
}
