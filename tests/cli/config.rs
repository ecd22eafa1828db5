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
