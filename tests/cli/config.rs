//! The table `[tool.capi-upgrade]` of a project's pyproject.toml.

use super::support::{Folder, NEW, OLD, diff_of};

const RENAME: &str = "[tool.capi-upgrade.rename]\nPy_SET_TYPE = \"__Pyx_SET_TYPE\"\n";

/// [`NEW`], with a name of the project's own.
fn renamed(name: &str) -> String {
    NEW.replace("Py_SET_TYPE", name)
}

#[test]
fn the_table_renames_what_is_introduced() {
    let folder = Folder::with(&[("pyproject.toml", RENAME), ("src/x.c", OLD)]);
    folder.run(&["-q", "--apply", "."]).check(0, "", "");
    // The name is the project's business, so no header is asked for it, even where the oldest Python lacks the new one.
    assert_eq!(folder.text("src/x.c"), renamed("__Pyx_SET_TYPE"));
    folder.write("src/x.c", OLD);
    folder.run(&["-q", "--apply", "--min-python", "3.7", "src/x.c"]).check(0, "", "");
    assert_eq!(folder.text("src/x.c"), renamed("__Pyx_SET_TYPE"));
}

#[test]
fn standard_input_belongs_to_the_project_of_its_name() {
    let folder = Folder::with(&[("pyproject.toml", RENAME)]);
    let ran = folder.run_with_input(&["-q", "--apply", "-", "--stdin-filename", "src/x.c"], OLD);
    ran.check(0, &renamed("__Pyx_SET_TYPE"), "");
}

#[test]
fn the_command_line_has_its_way() {
    let table = format!("{RENAME}PyLong_AsInt = \"my_AsInt\"\n");
    let old = OLD.replace("= type;", "= type;\n    _PyLong_AsInt(op);");
    let folder = Folder::with(&[("pyproject.toml", &table), ("x.c", &old)]);
    folder.run(&["-q", "--apply", "--rename", "Py_SET_TYPE=my_SET_TYPE", "x.c"]).check(0, "", "");
    let both = renamed("my_SET_TYPE").replace("type);\n}", "type);\n    my_AsInt(op);\n}");
    assert_eq!(folder.text("x.c"), both);
}

#[test]
fn each_project_has_its_own() {
    let folder = Folder::with(&[
        ("one/pyproject.toml", RENAME),
        ("one/x.c", OLD),
        ("two/pyproject.toml", "[tool.capi-upgrade.rename]\nPy_SET_TYPE = 'two_SET_TYPE'\n"),
        ("two/x.c", OLD),
        ("three/setup.py", ""),
        ("three/x.c", OLD),
        ("x.c", OLD),
    ]);
    folder.run(&["-q", "--apply", "."]).check(0, "", "");
    let texts = ["one/x.c", "two/x.c", "three/x.c", "x.c"].map(|name| folder.text(name));
    assert_eq!(texts, ["__Pyx_SET_TYPE", "two_SET_TYPE", "Py_SET_TYPE", "Py_SET_TYPE"].map(renamed));
}

#[test]
fn a_project_whose_settings_are_not_understood_is_left_alone() {
    let folder = Folder::with(&[
        ("one/pyproject.toml", "[tool.capi-upgrade]\nrenam = 3\nzzz = 3\n"),
        ("one/x.c", OLD),
        ("two/pyproject.toml", "[tool.capi-upgrade.rename]\nPy_SET_TYPE = 3\n"),
        ("two/x.c", OLD),
        ("x.c", OLD),
    ]);
    let errors = "\
error: one/pyproject.toml: `tool.capi-upgrade.renam` is not a setting; did you mean `rename`?
error: one/pyproject.toml: `tool.capi-upgrade.zzz` is not a setting
error: two/pyproject.toml: `tool.capi-upgrade.rename.Py_SET_TYPE` is not a string
";
    folder.run(&["-q", "."]).check(2, &diff_of("x.c"), errors);
    folder.run(&["-q", "--apply", "."]).check(2, "", errors);
    assert_eq!(["one/x.c", "two/x.c", "x.c"].map(|name| folder.text(name)), [OLD, OLD, NEW]);
    // What the command line renames does not make up for what the project may have meant.
    let first = &errors[..errors.find("error: two").expect("it is among them")];
    folder.run(&["-q", "--rename", "Py_SET_TYPE=own", "one"]).check(2, "", first);
}

#[test]
fn a_rename_of_what_nothing_introduces_is_a_warning() {
    let folder = Folder::with(&[
        ("one/pyproject.toml", "[tool.capi-upgrade.rename]\nPy_SET_TYPO = \"own\"\n_PyLong_AsInt = \"own\"\n"),
        ("one/x.c", OLD),
    ]);
    let ran = folder.run(&["."]);
    let warnings = "\
warning: one/pyproject.toml: no transform introduces `Py_SET_TYPO`; did you mean `Py_SET_TYPE`?
warning: one/pyproject.toml: no transform introduces `_PyLong_AsInt`; did you mean `PyLong_AsInt`?
";
    assert!(ran.err.starts_with(warnings), "{}", ran.err);
    assert_eq!((ran.code, ran.text()), (0, diff_of("one/x.c").as_str()));
    let ran = folder.run(&["--rename", "_PyLong_AsInt=own", "."]);
    let warning = "warning: --rename: no transform introduces `_PyLong_AsInt`; did you mean `PyLong_AsInt`?\n";
    assert!(ran.err.contains(warning), "{}", ran.err);
}

/// A file with something to rewrite by two transforms, `object-type-lvalue` and `private-long-as-int`.
const BOTH: &str = "\
#include <Python.h>

int set(PyObject *op, PyTypeObject *type)
{
    Py_TYPE(op) = type;
    return _PyLong_AsInt(op);
}
";

/// Which of the two transforms rewrite [`BOTH`] as `x.c` in a project with these settings.
#[track_caller]
fn check_selection(settings: &str, args: &[&str], type_set: bool, as_int: bool) {
    let pyproject = format!("[tool.capi-upgrade]\nheader = false\n{settings}\n");
    let ran = Folder::with(&[("pyproject.toml", &pyproject), ("x.c", BOTH)]).run(&[args, &["-q", "."]].concat());
    assert_eq!((ran.code, ran.err.as_str()), (0, ""), "{settings}");
    assert_eq!(ran.text().contains("+    Py_SET_TYPE(op, type);"), type_set, "{settings} {args:?}: {}", ran.text());
    assert_eq!(ran.text().contains("+    return PyLong_AsInt(op);"), as_int, "{settings} {args:?}: {}", ran.text());
}

#[test]
fn a_project_selects_and_ignores() {
    check_selection("", &[], true, true);
    check_selection("select = ['object-type-lvalue']", &[], true, false);
    check_selection("ignore = ['object-type-lvalue']", &[], false, true);
    check_selection("select = ['all']\nignore = ['PyLong_AsInt']", &[], true, false);
}

#[test]
fn who_selects_on_the_command_line_starts_afresh() {
    let settings = "select = ['all']\nignore = ['private-long-as-int']";
    check_selection(settings, &[], true, false);
    check_selection(settings, &["--select", "private-long-as-int"], false, true);
    check_selection(settings, &["--ignore", "object-type-lvalue"], false, false);
}

#[test]
fn what_is_ignored_in_single_files() {
    check_selection("per-file-ignores = { '*.c' = ['object-type-lvalue'] }", &[], false, true);
    check_selection("per-file-ignores = { '*.h' = ['object-type-lvalue'] }", &[], true, true);
    check_selection("per-file-ignores = { '/x.*' = ['PyLong_AsInt'], '*.c' = ['Py_SET_TYPE'] }", &[], false, false);
    // It is about the file, whatever is selected.
    let settings = "per-file-ignores = { 'x.c' = ['object-type-lvalue'] }";
    check_selection(settings, &["--select", "object-type-lvalue"], false, false);
}

#[test]
fn a_header_that_includes_nothing_asks_nobody_for_what_is_ignored_in_it() {
    let header = "static inline int get(PyObject *op) { return _PyLong_AsInt(op); }\n";
    let source = "#include <Python.h>\n#include \"part.h\"\n";
    let with = |settings: &str| {
        let pyproject = format!("[tool.capi-upgrade]\n{settings}\n");
        let folder = Folder::with(&[("pyproject.toml", &pyproject), ("part.h", header), ("x.c", source)]);
        folder.run(&["-q", "."])
    };
    assert!(with("").text().contains("+#include \"capi_compat.h\""));
    with("exclude = ['part.h']").check(0, "", "");
    with("per-file-ignores = { 'part.h' = ['all'] }").check(0, "", "");
}

#[test]
fn unknown_names_are_told_with_their_file_and_key() {
    let settings = "[tool.capi-upgrade]\nselect = ['all', 'Py_SET_TYPO']\nignore = ['zzzzzzzzzzzz']\n\
                    per-file-ignores = { 'a.c' = ['object-type-lvalu'] }\n";
    let ran = Folder::with(&[("pyproject.toml", settings), ("x.c", OLD)]).run(&["--no-header", "."]);
    let warnings = "\
warning: pyproject.toml: `tool.capi-upgrade.select`: no transform is called `Py_SET_TYPO` or about it; did you mean `Py_SET_TYPE`?
warning: pyproject.toml: `tool.capi-upgrade.ignore`: no transform is called `zzzzzzzzzzzz` or about it
warning: pyproject.toml: `tool.capi-upgrade.per-file-ignores`: no transform is called `object-type-lvalu` or about it; did you mean `object-type-lvalue`?
";
    assert!(ran.err.starts_with(warnings), "{}", ran.err);
    assert_eq!(ran.code, 0);
}

#[test]
fn nothing_selected_is_an_error() {
    let folder = Folder::with(&[("pyproject.toml", "[tool.capi-upgrade]\nignore = ['all']\n"), ("x.c", OLD)]);
    folder.run(&["."]).check(2, "", "error: nothing is selected: no transform is left for these Pythons\n");
}

#[test]
fn excluded_files_are_left_alone() {
    let folder = Folder::with(&[
        ("pyproject.toml", "[tool.capi-upgrade]\nexclude = ['vendor', '*.gen.c', '/top.c']\n"),
        ("vendor/x.c", OLD),
        ("src/y.gen.c", OLD),
        ("top.c", OLD),
        ("src/top.c", OLD),
    ]);
    folder.run(&["-q", "."]).check(0, &diff_of("src/top.c"), "");
    let ran = folder.run(&["-v", "vendor"]);
    assert!(ran.err.contains("vendor/x.c: excluded\n"), "{}", ran.err);
    assert!(ran.err.contains("note: nothing is read: 1 file excluded\n"), "{}", ran.err);
    assert_eq!((ran.code, ran.text()), (0, ""));
    // The patterns are about the project, wherever the program runs.
    let inner = folder.run(&["-q", "src"]);
    inner.check(0, &diff_of("src/top.c"), "");
}

#[test]
fn a_file_that_is_named_is_read_unless_that_is_forced() {
    let folder =
        Folder::with(&[("pyproject.toml", "[tool.capi-upgrade]\nexclude = ['vendor']\n"), ("vendor/x.c", OLD)]);
    folder.run(&["-q", "vendor/x.c"]).check(0, &diff_of("vendor/x.c"), "");
    folder.run(&["-q", "--force-exclude", "vendor/x.c"]).check(0, "", "");
    let stdin = |args: &[&str]| {
        let args = [&["-q", "--apply", "-", "--stdin-filename", "vendor/x.c"], args].concat();
        folder.run_with_input(&args, OLD)
    };
    stdin(&[]).check(0, NEW, "");
    stdin(&["--force-exclude"]).check(0, OLD, "");
}

#[test]
fn the_command_line_excludes_instead_of_the_project() {
    let folder = Folder::with(&[
        ("in/pyproject.toml", "[tool.capi-upgrade]\nexclude = ['x.c']\n"),
        ("in/x.c", OLD),
        ("in/y.c", OLD),
        ("z.c", OLD),
    ]);
    folder.run(&["-q", "--exclude", "in/y.c,z.c", "."]).check(0, &diff_of("in/x.c"), "");
    let ran = folder.run(&["--exclude", "{y,{z", "."]);
    assert!(ran.err.starts_with("error: --exclude: `{y` is not a pattern: "), "{}", ran.err);
    assert_eq!(ran.code, 2);
}

#[test]
fn a_project_names_its_header() {
    let old = OLD.replace("Py_TYPE(op) = type", "_PyLong_AsInt(op)");
    let included = |settings: &str, args: &[&str]| {
        let pyproject = format!("[tool.capi-upgrade]\n{settings}\n");
        let ran = Folder::with(&[("pyproject.toml", &pyproject), ("x.c", &old)]).run(&[args, &["-q", "."]].concat());
        let added = |line: &str| Some(line.strip_prefix("+#include \"")?.strip_suffix('"')?.to_owned());
        ran.text().lines().find_map(added)
    };
    let named = |name: &str| Some(name.to_owned());
    assert_eq!(included("", &[]), named("capi_compat.h"));
    assert_eq!(included("header = 'compat/own.h'", &[]), named("compat/own.h"));
    assert_eq!(included("header = 'compat/own.h'", &["--header", "other.h"]), named("other.h"));
    assert_eq!(included("header = 'compat/own.h'", &["--no-header"]), None);
    assert_eq!(included("header = false", &[]), None);
    assert_eq!(included("header = false", &["--header", "other.h"]), named("other.h"));
}

#[test]
fn the_header_is_vendored_by_the_name_of_the_project() {
    let old = OLD.replace("Py_TYPE(op) = type", "_PyLong_AsInt(op)");
    let with = |settings: &str| {
        let pyproject = format!("[tool.capi-upgrade]\n{settings}\n");
        Folder::with(&[("pyproject.toml", &pyproject), ("x.c", &old)])
    };
    let folder = with("header = 'own.h'");
    assert_eq!(folder.run(&["-q", "--apply", "--vendor", "."]).code, 0);
    assert!(folder.text("x.c").contains("#include \"own.h\"\n"));
    assert!(folder.text("own.h").contains("PyLong_AsInt"));
    let none = with("header = false");
    let ran = none.run(&["--apply", "--vendor", "."]);
    assert!(ran.err.contains("note: --vendor: no header is put into a project that wants none\n"), "{}", ran.err);
    assert!(!none.path("capi_compat.h").exists());
}

#[test]
fn every_mistake_is_told_and_those_of_its_pythons() {
    let settings = "[project]\nrequires-python = '>=three'\n[tool.capi-upgrade]\nmin-python = 3.10\nexclude = ['{a']\n\
                    header = true\n";
    let ran = Folder::with(&[("pyproject.toml", settings), ("x.c", OLD)]).run(&["."]);
    let mut errors = ran.err.lines();
    let mut next = |expected: &str| {
        let error = errors.next().unwrap_or_default();
        assert!(error.starts_with(&format!("error: pyproject.toml: {expected}")), "{error}");
    };
    next("`tool.capi-upgrade.exclude`: `{a` is not a pattern: ");
    next("`tool.capi-upgrade.header` is neither a name nor `false`");
    next(
        "`tool.capi-upgrade.min-python` is a number, which loses zeros at its end; put it in quotes, such as \"3.10\"",
    );
    next("`>=three` is not a version specifier");
    assert_eq!((errors.next(), ran.code, ran.text()), (None, 2, ""));
}
