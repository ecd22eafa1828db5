//! `--min-python` and `--target`, and what a project says about them.

use super::support::{Folder, OLD, diff_of};

/// The line of `explain` that names the Pythons says the range that a run in this folder is for.
#[track_caller]
fn check_range(files: &[(&str, &str)], args: &[&str], expected: &str) {
    let ran = Folder::with(files).run(&[&["explain", "object-type-lvalue"], args].concat());
    let group = ran.text().lines().find(|line| line.starts_with("group:")).unwrap_or_else(|| panic!("{ran:?}"));
    assert!(group.ends_with(&format!("(for Python {expected})")), "{group}");
}

#[test]
fn the_default_is_3_9_to_3_15() {
    check_range(&[], &[], "3.9 to 3.15");
    check_range(&[("pyproject.toml", "[build-system]\nrequires = []\n")], &[], "3.9 to 3.15");
}

#[test]
fn the_arguments_come_first() {
    let project = ("pyproject.toml", "[project]\nrequires-python = \">=3.10\"\n");
    check_range(&[project], &["--min-python", "3.8", "--target", "3.12"], "3.8 to 3.12");
    check_range(&[project], &["--min-python", "3.11.2"], "3.11 to 3.15");
}

#[test]
fn what_the_project_requires_is_read() {
    check_range(&[("pyproject.toml", "[project]\nrequires-python = \">=3.10,<4\"\n")], &[], "3.10 to 3.15");
    check_range(&[("setup.cfg", "[options]\npython_requires = ~=3.8\n")], &[], "3.8 to 3.15");
    check_range(&[("setup.py", "setup(\n    python_requires='>=3.7',\n)\n")], &[], "3.7 to 3.15");
    let both = [("pyproject.toml", "[build-system]\n"), ("setup.cfg", "[options]\npython_requires = >=3.11\n")];
    check_range(&both, &[], "3.11 to 3.15");
}

#[test]
fn the_settings_of_the_project_come_between() {
    let table = "[project]\nrequires-python = '>=3.12'\n[tool.capi-upgrade]\nmin-python = '3.10'\ntarget = '3.13'\n";
    let project = ("pyproject.toml", table);
    check_range(&[project], &[], "3.10 to 3.13");
    check_range(&[project], &["--min-python", "3.8"], "3.8 to 3.13");
    check_range(&[project], &["--target", "3.14"], "3.10 to 3.14");
    check_range(&[("pyproject.toml", "[tool.capi-upgrade]\nmin-python = '2.7'\n")], &[], "3.6 to 3.15");
}

#[test]
fn settings_that_leave_no_python_are_an_error() {
    let check = |settings: &str, args: &[&str], error: &str| {
        let pyproject = format!("[tool.capi-upgrade]\n{settings}\n");
        let folder = Folder::with(&[("pyproject.toml", &pyproject), ("x.c", OLD)]);
        let error = format!("error: {error}\n");
        folder.run(&[args, &["x.c"]].concat()).check(2, "", &error);
        folder.run(&[&["list"], args].concat()).check(2, "", &error);
    };
    let min = "min-python = '3.13'";
    let newer = "pyproject.toml: `min-python = \"3.13\"` asks for a newer Python than";
    check(min, &["--target", "3.12"], &format!("{newer} --target 3.12"));
    check(&format!("{min}\ntarget = '3.12'"), &[], &format!("{newer} `target = \"3.12\"` of pyproject.toml"));
    let newer = "--min-python 3.14 asks for a newer Python than `target = \"3.12\"` of pyproject.toml";
    check("target = '3.12'", &["--min-python", "3.14"], newer);
}

#[test]
fn below_3_6_counts_as_3_6_and_is_noted() {
    let folder = Folder::with(&[("pyproject.toml", "[project]\nrequires-python = \">=2.7\"\n"), ("x.c", OLD)]);
    let ran = folder.run(&["--no-header", "x.c"]);
    let note = "note: pyproject.toml: `>=2.7` is taken as 3.6, the oldest Python that the rewrites keep in mind\n";
    assert!(ran.err.starts_with(note), "{}", ran.err);
    assert_eq!(ran.code, 0);
    check_range(&[], &["--min-python", "2.7"], "3.6 to 3.15");
    let quiet = folder.run(&["-q", "x.c"]);
    assert_eq!((quiet.code, quiet.err.as_str()), (0, ""));
}

#[test]
fn each_project_has_its_own() {
    let folder = Folder::with(&[
        ("one/pyproject.toml", "[project]\nrequires-python = \">=2.7\"\n"),
        ("one/x.c", OLD),
        ("two/setup.cfg", "[options]\npython_requires = >=3.9\n"),
        ("two/y.c", OLD),
        ("three/pyproject.toml", "[project]\nrequires-python = \">=three\"\n"),
        ("three/z.c", OLD),
    ]);
    let ran = folder.run(&["--no-header", "."]);
    assert!(ran.err.contains("note: one/pyproject.toml: `>=2.7` is taken as 3.6"), "{}", ran.err);
    let error = "error: three/pyproject.toml: `>=three` is not a version specifier such as `>=3.8`\n";
    assert!(ran.err.contains(error), "{}", ran.err);
    // The default serves where the project's words are not understood.
    assert!(ran.text().contains(&diff_of("three/z.c")) && ran.text().contains(&diff_of("two/y.c")), "{}", ran.text());
    assert_eq!(ran.code, 2);
}

#[test]
fn a_target_below_the_oldest_python_is_an_error() {
    let folder = Folder::with(&[("x.c", OLD)]);
    let ran = folder.run(&["--min-python", "3.12", "--target", "3.10", "x.c"]);
    ran.check(2, "", "error: --min-python 3.12 is newer than --target 3.10\n");
    let ran = folder.run(&["--target", "3.99", "x.c"]);
    ran.check(2, "", "error: --target 3.99: the newest Python known here is 3.15\n");
    let project = Folder::with(&[("pyproject.toml", "[project]\nrequires-python = '>=3.12'\n"), ("x.c", OLD)]);
    let ran = project.run(&["--target", "3.10", "x.c"]);
    ran.check(2, "", "error: pyproject.toml: `>=3.12` asks for a newer Python than --target 3.10\n");
}

#[test]
fn what_is_no_version_is_an_error() {
    let ran = Folder::with(&[]).run(&["--min-python", "three"]);
    assert_eq!(ran.code, 2);
    assert!(ran.err.contains("`three` is not a Python version such as 3.9"), "{}", ran.err);
}
