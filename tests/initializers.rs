//! Patterns of initializers: which members are found, by name and by place, and what keeps one from being found.

mod common;

use common::{options, transform, upgrade_file, upgraded};

/// The lines on which the transform finds something, rewritten or not.
fn lines(id: &str, text: &str) -> Vec<u32> {
    let (index, _) = transform(id);
    let outcome = upgrade_file("example.c", text.as_bytes(), &[], &options(vec![index], true));
    let applied = outcome.applied.iter().map(|applied| applied.line);
    let mut lines: Vec<u32> = applied.chain(outcome.diagnostics.iter().map(|diagnostic| diagnostic.line)).collect();
    lines.sort_unstable();
    lines
}

fn rewritten(id: &str, text: &str) -> String {
    let (index, _) = transform(id);
    upgraded(text, &options(vec![index], true))
}

/// The initializer of a type whose `tp_flags` ask for collection, with `items` in front and behind.
fn collected(items: &str) -> String {
    format!("static PyTypeObject T = {{ {items} }};\n")
}

#[test]
fn a_place_is_counted_from_the_head_or_a_designator() {
    let found = |items: &str| lines("gc-flag-without-traverse", &collected(items)).len();
    let zeros = "0, ".repeat(18);
    let flags = "Py_TPFLAGS_HAVE_GC";
    assert_eq!(found(&format!("PyVarObject_HEAD_INIT(NULL, 0) {zeros}{flags}, 0, 0, 0")), 1);
    assert_eq!(found(&format!("PyVarObject_HEAD_INIT(NULL, 0), {zeros}{flags}, 0, (traverseproc)0, 0")), 1);
    assert_eq!(found(&format!("PyVarObject_HEAD_INIT(NULL, 0) {zeros}{flags}, 0, traverse, 0")), 0);
    assert_eq!(found(&format!("PyVarObject_HEAD_INIT(NULL, 0) {zeros}{flags}, 0, .tp_traverse = traverse")), 0);
    assert_eq!(found(&format!("PyVarObject_HEAD_INIT(NULL, 0) .tp_flags = {flags}, 0, traverse")), 0);
    assert_eq!(found(&format!("PyVarObject_HEAD_INIT(NULL, 0) .tp_flags = {flags}, 0, 0, clear")), 1);
    assert_eq!(found(&format!("{{ {{ 1, 0 }}, 0 }}, {zeros}{flags}")), 1);
}

#[test]
fn what_may_be_several_values_hides_what_is_behind_it() {
    let define = "#define TAIL 0, 0\n#define ONE (0, 0)\n#define NAME(n) n\n";
    let found = |items: &str| lines("gc-flag-without-traverse", &format!("{define}{}", collected(items))).len();
    let zeros = "0, ".repeat(17);
    let flags = "Py_TPFLAGS_HAVE_GC, 0";
    assert_eq!(found(&format!("PyVarObject_HEAD_INIT(NULL, 0) ONE, {zeros}{flags}")), 1);
    assert_eq!(found(&format!("PyVarObject_HEAD_INIT(NULL, 0) NAME(\"x\"), {zeros}{flags}")), 1);
    assert_eq!(found(&format!("PyVarObject_HEAD_INIT(NULL, 0) TAIL, {zeros}{flags}")), 0);
    // A macro without a comma behind it, and a head that is not this structure's, or is spelled out.
    assert_eq!(found(&format!("PyVarObject_HEAD_INIT(NULL, 0) UNKNOWN 0, {zeros}{flags}")), 0);
    assert_eq!(found(&format!("PyObject_HEAD_INIT(NULL) 0, {zeros}{flags}")), 0);
    assert_eq!(found(&format!("1, NULL, 0, 0, {zeros}{flags}")), 0);
    assert_eq!(found(&format!("OWN_HEAD, 0, {zeros}{flags}")), 0);
    // What is absent must be seen to be so.
    assert_eq!(found("PyVarObject_HEAD_INIT(NULL, 0) .tp_flags = Py_TPFLAGS_HAVE_GC, .tp_doc = 0, TAIL"), 0);
}

#[test]
fn the_newest_of_two_values_counts() {
    let found = |items: &str| lines("gc-flag-without-traverse", &collected(items)).len();
    assert_eq!(found(".tp_traverse = f, .tp_flags = Py_TPFLAGS_HAVE_GC, .tp_traverse = 0"), 1);
    assert_eq!(found(".tp_flags = Py_TPFLAGS_HAVE_GC, .tp_traverse = 0, .tp_traverse = f"), 0);
}

#[test]
fn variables_arrays_and_literals_are_initialized() {
    let text = "\
static PyType_Slot a[] = { { Py_tp_dealloc, f }, { .pfunc = f, .slot = Py_tp_dealloc } },
    b[2] = { [1] = { Py_tp_dealloc, f } }, c = { Py_tp_dealloc, f };
void g(void)
{
    PyType_Slot d = { Py_tp_dealloc, f };
    use((PyType_Slot){ Py_tp_dealloc, f }, (PyType_Slot[]){ { Py_tp_dealloc, f }, { 0, NULL } });
    PyType_Slot other = { Py_tp_free, f }, *pointer = (PyType_Slot *)0;
}
static struct other e = { Py_tp_dealloc, f };
";
    assert_eq!(lines("heap-type-dealloc", text), [1, 1, 2, 2, 5, 6, 6]);
}

#[test]
fn the_old_notation_of_gnu_is_a_designator() {
    let old = "static PyNumberMethods n = { nb_add: f, nb_nonzero: g };\n";
    assert_eq!(rewritten("number-nonzero-slot", old), old.replace("nonzero", "bool"));
}

#[test]
fn a_member_is_taken_out_with_a_comma_and_its_line() {
    let check = |before: &str, after: &str| assert_eq!(rewritten("type-print-slot", before), after);
    let unchanged = |text: &str| check(text, text);
    check(
        "static PyTypeObject T = {\n  .tp_name = a,\n  .tp_print = f\n};\n",
        "static PyTypeObject T = {\n  .tp_name = a\n};\n",
    );
    check(
        "static PyTypeObject T = { .tp_print = f, /* kept */ .tp_name = a };\n",
        "static PyTypeObject T = { /* kept */ .tp_name = a };\n",
    );
    check(
        "static PyTypeObject T = {\n  .tp_name = a, /* kept */\n  .tp_print = f\n};\n",
        "static PyTypeObject T = {\n  .tp_name = a, /* kept */\n};\n",
    );
    unchanged("static PyTypeObject T = { .tp_print = f /* why */ , .tp_name = a };\n");
    unchanged("static PyTypeObject T = { .tp_print = f };\n");
    unchanged("static PyTypeObject T = { .tp_print = f, getattr };\n");
    unchanged("static PyTypeObject T = {\n.tp_name = a,\n.tp_print =\n#if X\nf,\n#else\ng,\n#endif\n};\n");
}

#[test]
fn a_place_that_is_another_members_by_now_must_have_the_right_type() {
    let (index, _) = transform("type-print-slot");
    let text =
        |value: &str| format!("static PyTypeObject T = {{ PyVarObject_HEAD_INIT(NULL, 0) 0, 0, 0, 0, {value}, 0 }};\n");
    let zero = text("0");
    assert_eq!(upgraded(&text("(printfunc)f"), &options(vec![index], false)), zero);
    for unknown in ["f", "VECTORCALL_OFFSET"] {
        assert_eq!(upgraded(&text(unknown), &options(vec![index], false)), text(unknown));
        assert_eq!(upgraded(&text(unknown), &options(vec![index], true)), zero);
    }
    let offset = text("offsetof(Box, vectorcall)");
    assert_eq!(upgraded(&offset, &options(vec![index], true)), offset);
}

#[test]
fn a_branch_that_takes_part_is_judged_by_itself() {
    let text = "\
static PyTypeObject T = {
    PyVarObject_HEAD_INIT(NULL, 0)
    .tp_name = a,
#if OLD
    .tp_print = f,
#else
    .tp_repr = r,
#endif
};
";
    let after = text.replace("    .tp_print = f,\n", "");
    assert_eq!(rewritten("type-print-slot", text), after);
}

#[test]
fn macro_bodies_hold_initializers_too() {
    let text = "#define TYPE(n) static PyTypeObject n = { .tp_name = #n, .tp_print = f }\n";
    assert_eq!(rewritten("type-print-slot", text), text.replace(", .tp_print = f", ""));
    let (index, _) = transform("type-print-slot");
    assert_eq!(upgraded(text, &options(vec![index], false)), text, "not without being asked");
}
