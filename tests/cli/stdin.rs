//! `-`: the file comes by standard input.

use super::support::{Folder, NEW, OLD, diff_of};

const ONE: &str = "1 file would change: 1 rewrite\n  1  object-type-lvalue\n";

#[test]
fn the_diff_has_the_name_that_was_given() {
    let folder = Folder::with(&[]);
    folder.run_with_input(&["-", "--stdin-filename", "src/x.c"], OLD).check(0, &diff_of("src/x.c"), ONE);
    folder.run_with_input(&["-"], OLD).check(0, &diff_of("<stdin>"), ONE);
}

#[test]
fn with_apply_the_new_text_goes_to_standard_output() {
    let folder = Folder::with(&[("x.c", "on the disk\n")]);
    let args = ["--apply", "-q", "-", "--stdin-filename", "x.c"];
    folder.run_with_input(&args, OLD).check(0, NEW, "");
    // Also where nothing changes: whoever asked puts it in the place of the old one.
    folder.run_with_input(&args, NEW).check(0, NEW, "");
    assert_eq!(folder.text("x.c"), "on the disk\n");
}

#[test]
fn bytes_go_through_as_they_are() {
    let text = b"\xef\xbb\xbf// \xe4\r\n\x0cint x;\rint y;".as_slice();
    let ran = Folder::with(&[]).run_with_input(&["--apply", "-"], text);
    assert_eq!(ran.out, text);
}

#[test]
fn the_file_belongs_to_the_project_of_its_name() {
    let folder = Folder::with(&[("inner/pyproject.toml", "[project\n"), ("inner/src/x.c", "")]);
    assert_eq!(folder.run_with_input(&["-", "--stdin-filename", "outer.c"], OLD).code, 0);
    let inner = folder.run_with_input(&["-", "--stdin-filename", "inner/src/x.c"], OLD);
    assert!(inner.err.starts_with("error: inner/pyproject.toml: "), "{}", inner.err);
    assert_eq!((inner.code, inner.text()), (2, diff_of("inner/src/x.c").as_str()));
}

#[test]
fn check_looks_at_it() {
    let folder = Folder::with(&[]);
    folder.run_with_input(&["--check", "-q", "-"], OLD).check(1, &diff_of("<stdin>"), "");
    folder.run_with_input(&["--check", "-q", "-"], NEW).check(0, "", "");
}

#[test]
fn what_is_not_c_is_not_rewritten() {
    let folder = Folder::with(&[]);
    let foreign = folder.run_with_input(&["--apply", "-", "--stdin-filename", "x.m"], OLD);
    foreign.check(0, OLD, "note: 1 Objective-C file not read\n");
    let other = folder.run_with_input(&["--apply", "-", "--stdin-filename", "x.py"], OLD);
    other.check(2, "", "error: x.py: not a C, C++ or Cython file by its name\n");
    let binary = folder.run_with_input(&["--apply", "-"], "\0");
    binary.check(2, "", "error: <stdin>: a binary file (byte 0 is NUL), not source\n");
}

#[test]
fn it_stands_alone() {
    let folder = Folder::with(&[("x.c", OLD)]);
    folder.run(&["-", "x.c"]).check(2, "", "error: `-` cannot be given together with other paths\n");
    let named = folder.run(&["--stdin-filename", "x.c", "x.c"]);
    named.check(2, "", "error: --stdin-filename is for standard input: give `-` as the path\n");
}
