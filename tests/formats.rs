//! Units of formats, and macros that spare a file.

mod common;

use capi_upgrade::upgrade::Outcome;
use common::{options, transform, upgrade_file};

fn run(id: &str, name: &str, text: &str, others: &[(&str, &[u8])]) -> Outcome {
    let (index, _) = transform(id);
    upgrade_file(name, text.as_bytes(), others, &options(vec![index], true))
}

/// Whether the call is found in a function.
fn finds(id: &str, call: &str) -> bool {
    let text = format!("int f(PyObject *a, PyObject *k)\n{{\n    return {call};\n}}\n");
    !run(id, "example.c", &text, &[]).diagnostics.is_empty()
}

#[test]
fn the_unit_must_be_one_of_the_format() {
    let wide = |call: &str| finds("argument-format-wide", call);
    assert!(wide(r#"PyArg_ParseTuple(a, "Ou", &x, &y)"#));
    assert!(wide(r##"PyArg_ParseTuple(a, "O(" "u" "#)", &x, &y, &z)"##));
    assert!(wide(r#"PyArg_ParseTuple(a, (char *)"u", &x)"#));
    assert!(wide(r#"PyArg_ParseTuple(a, "i" REST "u", &x)"#));
    assert!(wide(r#"PyArg_ParseTupleAndKeywords(a, k, "O|Z:name", names, &x, &y)"#));
    for other in [
        r#"PyArg_ParseTuple(a, "O:Zu", &x)"#,
        r#"PyArg_ParseTuple(a, "O;u", &x)"#,
        r#"PyArg_ParseTuple(a, "esO", "u", &x)"#,
        r#"PyArg_ParseTuple(a, format, "u")"#,
        r#"PyArg_ParseTupleAndKeywords(a, k, "s", names, "u")"#,
        r#"own.PyArg_ParseTuple(a, "u", &x)"#,
    ] {
        assert!(!wide(other), "{other}");
    }
}

#[test]
fn formats_of_values_go_on_behind_a_colon() {
    let length = |call: &str| finds("format-length-not-clean", call);
    assert!(length(r##"Py_BuildValue("{s:s#}", key, value, n)"##));
    assert!(length(r##"PyObject_CallMethod(a, "name", "s#", value, n)"##));
    assert!(!length(r##"PyObject_CallMethod(a, "s#", "s", value)"##));
    assert!(!length(r##"PyArg_ParseTuple(a, "s:s#", &x)"##));
}

#[test]
fn a_macro_that_is_defined_around_the_file_spares_it() {
    let id = "format-length-not-clean";
    let text = "int f(PyObject *a) { return PyArg_ParseTuple(a, \"s#\", &x, &n); }\n";
    let own = "#define PY_SSIZE_T_CLEAN\n";
    let finds = |name: &str, text: &str, others: &[(&str, &[u8])]| !run(id, name, text, others).diagnostics.is_empty();
    assert!(finds("example.c", text, &[]));
    assert!(!finds("example.c", &format!("{own}{text}"), &[]));
    let header = ("own.h", own.as_bytes());
    assert!(finds("example.c", text, &[header]), "nobody includes it");
    let includes = "#include \"between.h\"\n";
    let between: (&str, &[u8]) = ("between.h", b"#include \"own.h\"\n");
    assert!(!finds("example.c", &format!("{includes}{text}"), &[header, between]), "the file includes it");
    let main: (&str, &[u8]) = ("main.c", b"#include \"own.h\"\n#include \"part.h\"\n");
    assert!(!finds("part.h", text, &[header, main]), "who includes the file includes it");
}
