//! `--write-baseline`, `--baseline` and the key `baseline` of a project.

use super::support::{Folder, NEW, OLD, USED_VALUE, diff_of};

/// A function that could stand in a file with [`OLD`], with another thing to rewrite.
const MORE: &str = "\nint get(PyObject *op)\n{\n    return _PyLong_AsInt(op);\n}\n";

const BASELINE: &str = "baseline.toml";

/// A folder with these files, and a baseline of what is found in them.
fn known(files: &[(&str, &str)]) -> Folder {
    let folder = Folder::with(files);
    let ran = folder.run(&["-q", "--write-baseline", BASELINE, "."]);
    ran.check(0, "", "");
    folder
}

#[track_caller]
fn has(text: &str, part: &str) {
    assert!(text.contains(part), "{part} is not in:\n{text}");
}

#[test]
fn a_baseline_is_written_line_by_line() {
    let folder = Folder::with(&[("src/x.c", OLD), ("src/y.c", USED_VALUE), ("z.c", NEW)]);
    let ran = folder.run(&["--write-baseline", BASELINE, "."]);
    assert_eq!((ran.code, ran.text()), (0, ""));
    assert!(ran.err.ends_with("note: baseline.toml: written, 2 findings\n"), "{}", ran.err);
    let text = folder.text(BASELINE);
    let lines: Vec<&str> = text.lines().collect();
    assert_eq!(lines.len(), 6, "{text}");
    assert!(lines[3].starts_with("    { path = \"src/x.c\", transform = \"object-type-lvalue\", fingerprint = \""));
    assert!(lines[4].starts_with("    { path = \"src/y.c\", transform = \"object-type-lvalue\", fingerprint = \""));
    assert!(lines[3].ends_with(", count = 1 },"), "{text}");
    assert_eq!([folder.text("src/x.c"), folder.text("src/y.c")], [OLD, USED_VALUE], "nothing is changed");
    folder.run(&["-q", "--write-baseline", BASELINE, "."]).check(0, "", "");
    assert_eq!(folder.text(BASELINE), text, "the same again");
}

#[test]
fn what_is_known_is_neither_rewritten_nor_reported_nor_counted() {
    let folder = known(&[("x.c", OLD), ("y.c", USED_VALUE)]);
    let ran = folder.run(&["--check", "--baseline", BASELINE, "."]);
    let summary = "nothing to rewrite in 2 files\n2 findings left out, known from the baseline\n";
    ran.check(0, "", summary);
    folder.run(&["-q", "--apply", "--unsafe", "--baseline", BASELINE, "."]).check(0, "", "");
    assert_eq!([folder.text("x.c"), folder.text("y.c")], [OLD, USED_VALUE]);
    for format in ["text", "github"] {
        folder.run(&["-q", "--baseline", BASELINE, "--format", format, "."]).check(0, "", "");
    }
    for format in ["json", "sarif", "html"] {
        let ran = folder.run(&["-q", "--baseline", BASELINE, "--format", format, "."]);
        assert!(!ran.text().contains("object-type-lvalue"), "{}", ran.text());
    }
    assert_eq!(folder.run(&["-q", "--check", "."]).code, 1, "without the baseline all is as before");
}

#[test]
fn lines_move_and_new_findings_count() {
    let folder = known(&[("x.c", OLD)]);
    let moved = OLD.replace("\nvoid", "\n/* longer */\n\nvoid").replace("    Py_TYPE(op)", "\tPy_TYPE( op )");
    folder.write("x.c", format!("{moved}{MORE}"));
    let ran = folder.run(&["-q", "--no-header", "--check", "--apply", "--baseline", BASELINE, "x.c"]);
    ran.check(1, "", "");
    assert_eq!(folder.text("x.c"), format!("{moved}{}", MORE.replace("_PyLong_AsInt", "PyLong_AsInt")));
}

#[test]
fn equal_code_that_is_found_more_often_is_all_new() {
    let twice = OLD.replace("= type;", "= type;\n    Py_TYPE(op) = type;");
    let folder = known(&[("x.c", &twice)]);
    folder.run(&["-q", "--check", "--baseline", BASELINE, "."]).check(0, "", "");
    folder.write("x.c", OLD.replace("= type;", "= type;\n    Py_TYPE(op) = type;\n    Py_TYPE(op) = type;"));
    let ran = folder.run(&["-q", "--check", "--baseline", BASELINE, "."]);
    assert_eq!((ran.code, ran.text().matches("+    Py_SET_TYPE(op, type);").count()), (1, 3), "{}", ran.text());
}

#[test]
fn what_is_gone_is_told_and_no_failure() {
    let both = format!("{OLD}{MORE}");
    let folder = known(&[("x.c", &both), ("y.c", OLD), ("z.c", OLD)]);
    let err = |args: &[&str]| {
        let ran = folder.run(&[args, &["--check", "--baseline", BASELINE]].concat());
        assert_eq!((ran.code, ran.text()), (0, ""), "{}", ran.err);
        ran.err
    };
    folder.write("x.c", NEW);
    folder.write("y.c", NEW);
    let gone = |findings: &str| format!("note: baseline.toml: {findings} gone; --write-baseline writes it anew\n");
    has(&err(&["."]), &gone("3 findings are"));
    // What is not looked for, or not looked at, is not known to be gone.
    has(&err(&["y.c"]), &gone("1 finding is"));
    has(&err(&["--select", "private-long-as-int", "."]), &gone("1 finding is"));
    assert!(!err(&["z.c"]).contains("gone"));
    // But what has been removed is.
    std::fs::remove_file(folder.path("y.c")).unwrap();
    has(&err(&["z.c"]), &gone("1 finding is"));
}

#[test]
fn what_comes_up_only_without_a_known_rewrite_is_not_new() {
    // Two transforms want the same call, and the first gets it: the other never finds anything.
    let transform = |new: &str| {
        format!(
            "summary = \"`own_old` ends\"\nwhy = \"It does.\"\n[old]\napi = [\"own_old\"]\n\
             [[rewrite]]\nfind = \"own_old($x)\"\nreplace = \"{new}($x)\"\n"
        )
    };
    let (first, second) = (transform("own_first"), transform("own_second"));
    let source = "#include <Python.h>\n\nint own_old(int x);\n\nint get(int x)\n{\n    return own_old(x);\n}\n";
    let folder = Folder::with(&[
        ("pyproject.toml", "[tool.capi-upgrade]\ntransforms = ['own']\n"),
        ("own/a-first.toml", &first),
        ("own/b-second.toml", &second),
        ("x.c", source),
    ]);
    folder.run(&["-q", "--write-baseline", BASELINE, "x.c"]).check(0, "", "");
    let text = folder.text(BASELINE);
    assert!(text.contains("a-first") && !text.contains("b-second"), "{text}");
    folder.run(&["-q", "--check", "--baseline", BASELINE, "x.c"]).check(0, "", "");
}

#[test]
fn what_is_found_does_not_depend_on_what_is_allowed() {
    // What is rewritten safely and what is not want the same lines.
    let source = "\
#include <Python.h>

typedef struct { PyObject_HEAD PyObject *context; } Tracer;

void end(Tracer *self)
{
    Py_DECREF(self->context);
    self->context = Py_None;
    Py_INCREF(self->context);
}
";
    let folder = Folder::with(&[("x.c", source)]);
    folder.run(&["-q", "--select", "all", "--write-baseline", BASELINE, "x.c"]).check(0, "", "");
    for allowed in [&[][..], &["--unsafe"]] {
        let ran = folder.run(&[&["--select", "all", "--check", "--baseline", BASELINE, "x.c"], allowed].concat());
        assert_eq!((ran.code, ran.text()), (0, ""), "{}", ran.err);
        assert!(!ran.err.contains("gone"), "{}", ran.err);
    }
}

#[test]
fn a_series_of_patches_leaves_out_what_is_known() {
    let folder = known(&[("x.c", OLD)]);
    folder.write("x.c", format!("{OLD}{MORE}"));
    let args = ["-q", "--no-header", "--baseline", BASELINE, "--split-by", "transform", "--output", "patches", "."];
    folder.run(&args).check(0, "patches/0001-private-long-as-int.patch\n", "");
}

#[test]
fn a_header_that_includes_nothing_needs_nothing_for_what_is_known() {
    let header = "static inline int get(PyObject *op) { return _PyLong_AsInt(op); }\n";
    let folder = known(&[("part.h", header), ("x.c", "#include <Python.h>\n#include \"part.h\"\n")]);
    folder.run(&["-q", "--check", "--baseline", BASELINE, "."]).check(0, "", "");
}

#[test]
fn cython_files_have_findings_too() {
    let file = "cdef extern from \"Python.h\":\n    int _PyLong_AsInt(object)\n";
    let folder = known(&[("x.pyx", file)]);
    has(&folder.text(BASELINE), "path = \"x.pyx\"");
    assert_eq!(folder.run(&["-q", "--check", "."]).code, 1);
    folder.run(&["-q", "--check", "--baseline", BASELINE, "."]).check(0, "", "");
}

#[test]
fn paths_begin_beside_the_baseline() {
    let folder = Folder::with(&[("src/x.c", OLD), ("ci/note", "")]);
    folder.run(&["-q", "--write-baseline", "ci/b.toml", "src"]).check(0, "", "");
    has(&folder.text("ci/b.toml"), "path = \"../src/x.c\"");
    folder.run(&["-q", "--check", "--baseline", "ci/b.toml", "src/x.c"]).check(0, "", "");
}

#[test]
fn a_project_names_its_baseline() {
    let pyproject = "[tool.capi-upgrade]\nbaseline = 'ci/b.toml'\n";
    let folder = Folder::with(&[("in/pyproject.toml", pyproject), ("in/x.c", OLD), ("y.c", OLD)]);
    let missing =
        "error: in/pyproject.toml: `tool.capi-upgrade.baseline`: the baseline in/ci/b.toml: no such file or folder\n";
    folder.run(&["-q", "."]).check(2, &diff_of("y.c"), missing);
    folder.run(&["-q", "--write-baseline", "in/ci/b.toml", "in"]).check(0, "", "");
    folder.run(&["-q", "--check", "in"]).check(0, "", "");
    folder.run(&["-q", "--check", "--no-baseline", "in"]).check(1, &diff_of("in/x.c"), "");
    // The command line has its way.
    folder.run(&["-q", "--write-baseline", "empty.toml", "y.c"]).check(0, "", "");
    folder.run(&["-q", "--check", "--baseline", "empty.toml", "in"]).check(1, &diff_of("in/x.c"), "");
    // What is written does not depend on what was.
    folder.run(&["-q", "--write-baseline", "again/b.toml", "in"]).check(0, "", "");
    has(&folder.text("again/b.toml"), "path = \"../in/x.c\"");
}

#[test]
fn what_is_no_baseline_is_an_error() {
    let folder = Folder::with(&[("x.c", OLD), ("bad.toml", "version = 7\n"), ("cut.toml", "version = \n")]);
    let check = |file: &str, error: &str| {
        folder.run(&["--baseline", file, "."]).check(2, "", &format!("error: the baseline {file}: {error}\n"));
    };
    check("none.toml", "no such file or folder");
    check("bad.toml", "of version 7, and this program knows 1 only");
    let ran = folder.run(&["--baseline", "cut.toml", "."]);
    assert!(ran.err.starts_with("error: the baseline cut.toml: line 1: "), "{}", ran.err);
    assert_eq!(ran.code, 2);
    let ran = folder.run(&["--write-baseline", "x.c", "."]);
    ran.check(2, "", "error: x.c: not a baseline, so it is left alone\n");
    assert_eq!(folder.text("x.c"), OLD);
}

#[test]
fn options_that_make_no_sense_together_are_refused() {
    let folder = Folder::with(&[("x.c", OLD)]);
    for other in [
        ["--apply"].as_slice(),
        &["--check"],
        &["--unsafe"],
        &["--no-baseline"],
        &["--baseline", "b"],
        &["--format", "json"],
    ] {
        let ran = folder.run(&[&["--write-baseline", BASELINE], other].concat());
        assert_eq!((ran.code, ran.text()), (2, ""), "{other:?}");
        has(&ran.err, "cannot be used with");
    }
    let ran = folder.run_with_input(&["--write-baseline", BASELINE, "-"], OLD);
    ran.check(2, "", "error: --write-baseline is for files, not for standard input\n");
}
