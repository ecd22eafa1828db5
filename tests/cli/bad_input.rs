//! What cannot be read or understood is told with its path, and the run goes on.

use std::fs::File;

use super::support::{Folder, OLD, Ran, diff_of};

const ONE: &str = "1 file would change: 1 rewrite\n  1  object-type-lvalue\n";

/// The one good file was done all the same.
#[track_caller]
fn check_rest(ran: &Ran, errors: &str) {
    ran.check(2, &diff_of("good.c"), &format!("{errors}{ONE}"));
}

#[test]
fn a_binary_file() {
    let folder = Folder::with(&[("good.c", OLD), ("data.c", "ELF\0\u{1}")]);
    check_rest(&folder.run(&["."]), "error: data.c: a binary file (byte 3 is NUL), not source\n");
}

#[test]
fn text_in_utf_16() {
    let folder = Folder::with(&[("good.c", OLD)]);
    let wide: Vec<u8> = [0xfeff].into_iter().chain(OLD.encode_utf16()).flat_map(u16::to_le_bytes).collect();
    folder.write("wide.h", wide);
    check_rest(&folder.run(&["."]), "error: wide.h: text in UTF-16, which is not read; save it in UTF-8\n");
}

#[test]
fn a_huge_file() {
    let folder = Folder::with(&[("good.c", OLD)]);
    File::create(folder.path("huge.c")).unwrap().set_len(200 << 20).unwrap();
    check_rest(&folder.run(&["."]), "error: huge.c: larger than 64 MB, so it is left alone\n");
}

#[test]
#[cfg(unix)]
fn a_file_and_a_folder_that_may_not_be_read() {
    let folder = Folder::with(&[("good.c", OLD), ("secret.c", OLD), ("locked/x.c", OLD)]);
    for (name, mode) in [(".", 0o755), ("secret.c", 0), ("locked", 0)] {
        super::support::set_mode(&folder.path(name), mode);
    }
    let Some(ran) = folder.run_bound_by_permissions(&["."]) else { return };
    super::support::set_mode(&folder.path("locked"), 0o755);
    check_rest(&ran, "error: locked: permission denied\nerror: secret.c: permission denied\n");
}

#[test]
#[cfg(unix)]
fn a_pipe_is_not_waited_for() {
    let folder = Folder::with(&[("good.c", OLD)]);
    folder.tool("mkfifo", &["pipe.c"]);
    check_rest(&folder.run(&["pipe.c", "good.c"]), "error: pipe.c: not a regular file\n");
    folder.run(&["."]).check(0, &diff_of("good.c"), ONE);
}

#[test]
#[cfg(unix)]
fn a_link_to_nowhere() {
    let folder = Folder::with(&[("good.c", OLD)]);
    std::os::unix::fs::symlink("gone.c", folder.path("link.c")).unwrap();
    check_rest(&folder.run(&["link.c", "."]), "error: link.c: no such file or folder\n");
}

#[test]
fn a_broken_pyproject() {
    let folder = Folder::with(&[("good.c", OLD), ("pyproject.toml", "[project]\nname = \"x\"\nrequires-python = \n")]);
    let ran = folder.run(&["."]);
    assert_eq!((ran.code, ran.text()), (2, diff_of("good.c").as_str()));
    assert!(ran.err.starts_with("error: pyproject.toml: line 3: "), "{}", ran.err);
}

#[test]
fn nesting_without_end_is_a_message() {
    let deep = |open: &str, close: &str| {
        let (open, close) = (open.repeat(100_000), close.repeat(100_000));
        format!("void f(PyObject *op, PyTypeObject *t)\n{{\n    Py_TYPE(op) = t;\n{open}{close}\n}}\n")
    };
    let folder = Folder::with(&[
        ("braces.c", &deep("{", "}")),
        ("parentheses.c", &deep("(", ")")),
        ("brackets.c", &deep("a[", "]")),
        ("stars.c", &deep("*", "")),
        ("open.c", &deep("(", "")),
        ("conditionals.c", &deep("#if X\n", "#endif\n")),
    ]);
    let ran = folder.run(&["-v", "."]);
    assert!(matches!(ran.code, 0 | 2), "{ran:?}");
    assert!(!ran.err.contains("panicked") && !ran.err.contains("mistake"), "{}", ran.err);
    for name in ["braces.c", "parentheses.c", "conditionals.c"] {
        assert!(ran.err.contains(name), "nothing is said about {name}: {}", ran.err);
    }
}
