//! Which files are read, and in which order.

use super::support::{Folder, NEW, OLD, diff_of};

const ONE: &str = "1 file would change: 1 rewrite\n  1  object-type-lvalue\n";

/// The summary of two files with one thing to rewrite each.
fn two(first: &str, second: &str) -> String {
    format!("2 files would change: 2 rewrites\n  2  object-type-lvalue\n\n  1  {first}\n  1  {second}\n")
}

#[test]
fn a_file_is_shown_as_a_diff_and_stays() {
    let folder = Folder::with(&[("x.c", OLD)]);
    folder.run(&["x.c"]).check(0, &diff_of("x.c"), ONE);
    assert_eq!(folder.text("x.c"), OLD);
}

#[test]
fn no_path_means_the_current_folder() {
    let folder = Folder::with(&[("src/deep/x.c", OLD), ("src/x.h", OLD), ("src/x.txt", OLD)]);
    let both = diff_of("src/deep/x.c") + &diff_of("src/x.h");
    folder.run::<&str>(&[]).check(0, &both, &two("src/deep/x.c", "src/x.h"));
}

#[test]
fn a_folder_stands_for_the_files_below_it() {
    let folder = Folder::with(&[("src/deep/x.c", OLD), ("other/y.c", OLD)]);
    folder.run(&["src"]).check(0, &diff_of("src/deep/x.c"), ONE);
}

#[test]
fn a_file_named_in_several_ways_is_read_once_and_files_come_in_order() {
    let folder = Folder::with(&[("src/b.c", OLD), ("src/a.c", OLD)]);
    let both = diff_of("src/a.c") + &diff_of("src/b.c");
    let absolute = folder.path("src/a.c").display().to_string();
    let orders: [&[&str]; 4] = [
        &["src/b.c", "src/a.c"],
        &["src", "src/b.c", ".", "src/../src/a.c"],
        &[&absolute, "./src/b.c", "src/b.c"],
        &["--jobs", "1", "src"],
    ];
    for paths in orders {
        folder.run(paths).check(0, &both, &two("src/a.c", "src/b.c"));
    }
}

#[test]
fn any_number_of_threads_gives_the_same_output() {
    let folder = Folder::with(&[]);
    for number in 0..60 {
        folder.write(format!("{}/{number}.c", number % 7), OLD);
    }
    let one = folder.run(&["--jobs", "1", "."]);
    for jobs in ["2", "3", "16"] {
        let many = folder.run(&["--jobs", jobs, "."]);
        assert_eq!((many.text(), &many.err), (one.text(), &one.err));
    }
    assert!(one.err.starts_with("60 files would change"), "{}", one.err);
}

#[test]
fn gitignore_counts_without_a_repository_too() {
    let folder = Folder::with(&[
        (".gitignore", "/build/\ngenerated*.c\n"),
        ("build/x.c", OLD),
        ("src/generated_1.c", OLD),
        ("src/.gitignore", "!generated_2.c\n"),
        ("src/generated_2.c", OLD),
    ]);
    folder.run(&["."]).check(0, &diff_of("src/generated_2.c"), ONE);
    // What is named is wanted.
    folder.run(&["build"]).check(0, &diff_of("build/x.c"), ONE);
    folder.run(&["src/generated_1.c"]).check(0, &diff_of("src/generated_1.c"), ONE);
}

#[test]
fn other_lists_of_ignored_files_are_not_ours() {
    let folder = Folder::with(&[(".ignore", "*.c\n"), (".hgignore", "x.c\n"), ("x.c", OLD)]);
    folder.run(&["."]).check(0, &diff_of("x.c"), ONE);
}

#[test]
fn hidden_folders_are_skipped_unless_named() {
    let folder = Folder::with(&[(".venv/x.c", OLD), ("y.c", OLD), ("._z.c", "\0\u{5}\u{16}\u{7}")]);
    folder.run(&["."]).check(0, &diff_of("y.c"), ONE);
    folder.run(&[".venv"]).check(0, &diff_of(".venv/x.c"), ONE);
}

#[test]
#[cfg(unix)]
fn a_link_that_is_named_is_followed_and_one_that_is_met_is_not() {
    let folder = Folder::with(&[("real/x.c", OLD)]);
    std::os::unix::fs::symlink("real/x.c", folder.path("link.c")).unwrap();
    std::os::unix::fs::symlink("real", folder.path("folder")).unwrap();
    std::os::unix::fs::symlink("..", folder.path("real/round")).unwrap();
    for paths in [["."].as_slice(), &["link.c"], &["folder"], &["link.c", "real/x.c", "folder/x.c", "."]] {
        folder.run(paths).check(0, &diff_of("real/x.c"), ONE);
    }
    folder.run(&["--apply", "-q", "link.c"]).check(0, "", "");
    assert!(folder.path("link.c").is_symlink());
    assert_eq!(folder.text("real/x.c"), NEW);
}

#[test]
fn a_file_elsewhere_has_its_whole_path() {
    let (here, elsewhere) = (Folder::with(&[]), Folder::with(&[("x.c", OLD)]));
    let path = elsewhere.path("x.c").display().to_string();
    here.run(&[&path]).check(0, &diff_of(path.trim_start_matches('/')), ONE);
}

#[test]
fn cplusplus_is_read_by_its_names() {
    let names = ["a.cc", "a.cpp", "a.cxx", "a.C", "a.hpp", "a.hh", "a.hxx", "a.cu", "a.cuh"];
    let mut files: Vec<_> = names.iter().map(|name| (*name, OLD)).collect();
    files.push(("a.pyx", OLD));
    let folder = Folder::with(&files);
    let ran = folder.run(&["."]);
    assert!(ran.err.contains("9 files would change: 9 rewrites\n"), "{}", ran.err);
    folder.run(&["a.cpp"]).check(0, &diff_of("a.cpp"), ONE);
}

#[test]
fn objective_c_is_counted_and_not_read() {
    let folder = Folder::with(&[("x.c", OLD), ("a.m", OLD), ("a.mm", OLD)]);
    folder.run(&["."]).check(0, &diff_of("x.c"), &format!("note: 2 Objective-C files not read\n{ONE}"));
    folder.run(&["-q", "."]).check(0, &diff_of("x.c"), "");
    let verbose = folder.run(&["-v", "."]);
    assert!(verbose.err.contains("\na.mm: not read: Objective-C\n"), "{}", verbose.err);
    folder.run(&["a.m"]).check(0, "", "note: 1 Objective-C file not read\n");
}

#[test]
fn a_file_named_that_is_not_c_is_an_error() {
    let folder = Folder::with(&[("x.py", OLD), ("Makefile", ""), ("x.c", OLD)]);
    let error = "error: x.py: not a C, C++ or Cython file by its name\n";
    folder.run(&["x.py", "x.c"]).check(2, &diff_of("x.c"), &format!("{error}{ONE}"));
    assert_eq!(folder.run(&["Makefile"]).code, 2);
}

#[test]
fn a_folder_without_c_is_told() {
    let folder = Folder::with(&[("empty/readme.txt", ""), ("src/x.c", OLD)]);
    folder.run(&["empty"]).check(2, "", "error: no C, C++ or Cython files in empty\n");
    folder.run(&["empty", "src"]).check(
        0,
        &diff_of("src/x.c"),
        &format!("note: no C, C++ or Cython files in empty\n{ONE}"),
    );
    Folder::with(&[]).run::<&str>(&[]).check(0, "", "note: no C, C++ or Cython files in .\n");
}

#[test]
fn a_missing_path_is_told_and_the_rest_is_done() {
    let folder = Folder::with(&[("x.c", OLD)]);
    let error = "error: nowhere.c: no such file or folder\n";
    folder.run(&["nowhere.c", "x.c"]).check(2, &diff_of("x.c"), &format!("{error}{ONE}"));
}

#[test]
fn a_folder_called_list_can_be_given() {
    let folder = Folder::with(&[("list/x.c", OLD)]);
    folder.run(&["./list"]).check(0, &diff_of("list/x.c"), ONE);
}

#[test]
fn the_diff_of_a_file_does_not_depend_on_its_companions() {
    // The project's own header says what the type is; it is found though it is not named.
    let source = "#include \"own.h\"\n\nvoid set(Thing *op, PyTypeObject *type)\n{\n    Py_TYPE(op) = type;\n}\n";
    let folder = Folder::with(&[
        ("setup.py", ""),
        ("include/own.h", "#include <Python.h>\ntypedef struct { PyObject_HEAD int x; } Thing;\n"),
        ("src/x.c", source),
    ]);
    let alone = folder.run(&["src/x.c"]);
    assert!(alone.text().contains("+    Py_SET_TYPE(op, type);\n"), "{alone:?}");
    assert_eq!(folder.run(&["."]).text(), alone.text());
}

/// What `object` is decides whether the comparison is C's.
const HEADER: &str = "#include <Python.h>\ninline int test(object op) { return op == Py_None; }\n";
const SELECT: [&str; 2] = ["--select", "Py_IsNone"];

fn text(out: &[u8]) -> String {
    String::from_utf8_lossy(out).into_owned()
}

#[test]
fn a_header_is_in_the_language_of_those_that_include_it() {
    let includes = "#include \"x.h\"\n";
    let is_c = |files: &[(&str, &str)], more: &[&str]| {
        let folder = Folder::with(&[&[("setup.py", ""), ("x.h", HEADER)], files].concat());
        text(&folder.run(&[&SELECT, more, &["x.h"]].concat()).out).contains("Py_IsNone")
    };
    assert!(is_c(&[], &[]));
    assert!(!is_c(&[("a.cpp", includes)], &[]));
    assert!(is_c(&[("a.cpp", includes), ("b.c", includes)], &[]));
    assert!(!is_c(&[("a.cpp", "#include \"y.h\"\n"), ("y.h", includes)], &[]));
    assert!(is_c(&[("a.cpp", includes)], &["--language", "c"]));
    assert!(!is_c(&[("b.c", includes)], &["--language", "c++"]));
}

#[test]
fn a_language_is_for_headers_and_standard_input_alone() {
    let folder = Folder::with(&[("x.c", HEADER)]);
    assert!(text(&folder.run(&[&SELECT[..], &["--language", "c++", "x.c"]].concat()).out).contains("Py_IsNone"));
    let input = |more: &[&str]| text(&folder.run_with_input(&[&SELECT[..], more, &["-"]].concat(), HEADER).out);
    assert!(input(&["--language", "c"]).contains("Py_IsNone"));
    assert!(!input(&["--language", "c++"]).contains("Py_IsNone"));
    assert!(!input(&["--language", "c++", "--stdin-filename", "x.h"]).contains("Py_IsNone"));
    assert!(input(&["--language", "c++", "--stdin-filename", "x.c"]).contains("Py_IsNone"));
}
