//! A source tree from somebody else leads nowhere, and neither hangs the program nor eats its memory.

use std::fs::File;
#[cfg(unix)]
use std::os::unix::fs::symlink;

use super::support::{Folder, OLD, diff_of};

const ONE: &str = "1 file would change: 1 rewrite\n  1  object-type-lvalue\n";

/// The files of a project that it is told by.
const TELLING: [&str; 3] = ["pyproject.toml", "setup.cfg", "setup.py"];

#[test]
fn settings_that_are_too_large_are_not_read() {
    for name in TELLING {
        let folder = Folder::with(&[("x.c", OLD)]);
        File::create(folder.path(name)).unwrap().set_len(2 << 20).unwrap();
        let error = format!("error: {name}: larger than 1 MB, so it is not read\n");
        folder.run(&["."]).check(2, &diff_of("x.c"), &format!("{error}{ONE}"));
    }
}

#[test]
#[cfg(unix)]
fn pipes_and_devices_are_no_settings() {
    for name in TELLING {
        let folder = Folder::with(&[("x.c", OLD)]);
        let error = format!("error: {name}: not a regular file\n");
        folder.tool("mkfifo", &[name]);
        folder.run(&["."]).check(2, &diff_of("x.c"), &format!("{error}{ONE}"));
        std::fs::remove_file(folder.path(name)).unwrap();
        symlink("/dev/zero", folder.path(name)).unwrap();
        let error = format!("error: {name}: leads out of the project\n");
        folder.run(&["."]).check(2, &diff_of("x.c"), &format!("{error}{ONE}"));
    }
    let folder = Folder::with(&[("setup.py", ""), ("x.c", OLD), ("src/y.txt", "")]);
    folder.tool("mkfifo", &["meson.build", "src/meson.build"]);
    folder.run(&["."]).check(0, &diff_of("x.c"), ONE);
}

#[test]
fn a_folder_whose_gitignore_is_too_large_is_left_out() {
    let folder = Folder::with(&[("x.c", OLD), ("sub/y.c", OLD), ("sub/deep/z.c", OLD)]);
    File::create(folder.path("sub/.gitignore")).unwrap().set_len(2 << 20).unwrap();
    let error = "error: sub/.gitignore: larger than 64 KB, so it is not read\n";
    folder.run(&["."]).check(2, &diff_of("x.c"), &format!("{error}{ONE}"));
    // What stands above a folder is about it too.
    let nothing = "error: no C, C++ or Cython files in sub/deep\n";
    folder.run(&["sub/deep"]).check(2, "", &format!("{error}{nothing}"));
    folder.run(&["sub/y.c"]).check(0, &diff_of("sub/y.c"), ONE);
}

#[test]
#[cfg(unix)]
fn a_gitignore_that_is_a_pipe_is_not_waited_for() {
    let folder = Folder::with(&[("x.c", OLD), ("sub/y.c", OLD)]);
    folder.tool("mkfifo", &["sub/.gitignore"]);
    let error = "error: sub/.gitignore: not a regular file\n";
    folder.run(&["."]).check(2, &diff_of("x.c"), &format!("{error}{ONE}"));
}

#[test]
fn lists_of_settings_are_bounded() {
    let names = (0..1_001).map(|number| format!("'a{number}', ")).collect::<String>();
    let folder = Folder::with(&[("x.c", OLD)]);
    folder.write("pyproject.toml", format!("[tool.capi-upgrade]\nignore = [{names}]\n"));
    let error = "error: pyproject.toml: `tool.capi-upgrade.ignore` has more than 1000 entries\n";
    folder.run(&["."]).check(2, "", error);
    let renames = (0..1_001).map(|number| format!("a{number} = 'b'\n")).collect::<String>();
    folder.write("pyproject.toml", format!("[tool.capi-upgrade.rename]\n{renames}"));
    folder.run(&["."]).check(2, "", &error.replace("ignore", "rename"));
}

#[test]
fn a_transform_that_is_too_large_is_not_read() {
    let folder = Folder::with(&[("x.c", OLD), ("tf/readme.txt", "")]);
    File::create(folder.path("tf/own.toml")).unwrap().set_len(2 << 20).unwrap();
    let error = "error: tf/own.toml: larger than 1 MB, so it is not read\n";
    folder.run(&["--transforms=tf", "."]).check(2, "", error);
}

/// A transform that rewrites a call.
fn own(find: &str, replace: &str) -> String {
    let head =
        "summary = 'x'\nwhy = 'x'\ndocs = 'https://example.org'\n[old]\napi = ['old_call']\ndeprecated = '3.8'\n";
    format!("{head}[[rewrite]]\nfind = '{find}'\nreplace = '{replace}'\n")
}

#[test]
fn patterns_and_what_is_written_are_bounded() {
    let folder = Folder::with(&[("x.c", "int f(int y) { return old_call(y); }\n")]);
    folder.write("tf/own.toml", own("old_call($x)", &format!("g($x{})", ", 1".repeat(2_000))));
    let ran = folder.run(&["--transforms=tf", "."]);
    assert!(ran.err.ends_with("...`: longer than 4096 bytes\n") && ran.err.len() < 400, "{}", ran.err);
    assert_eq!(ran.code, 2);
}

#[test]
fn a_file_that_would_grow_without_end_is_left_alone() {
    let folder = Folder::with(&[]);
    folder.write("x.c", format!("void f(int y)\n{{\n{}}}\n", "    old_call(y);\n".repeat(20_000)));
    folder.write("tf/own.toml", own("old_call($x)", &format!("g($x{})", ", \"0123456789\"".repeat(280))));
    let error = "error: x.c: would become larger than 64 MB, so it is left alone\n";
    let ran = folder.run(&["--transforms=tf", "-q", "."]);
    ran.check(2, "", error);
}
