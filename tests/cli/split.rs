//! `--split-by transform`: the patches, and what git and patch make of them.

use capi_upgrade::source::Language;
use capi_upgrade::transform::Catalogue;

use super::support::{Folder, OLD};

/// Rewrites of two transforms, one of which needs the compat header.
const TWO: &str = "\
#include <Python.h>

int set(PyObject *op, PyTypeObject *type, PyObject *value)
{
    Py_TYPE(op) = type;
    return _PyLong_AsInt(value);
}
";

fn files(folder: &Folder) -> Vec<String> {
    let entries = std::fs::read_dir(folder.path("patches")).expect("the folder of the patches").flatten();
    let mut names: Vec<String> = entries.map(|entry| entry.file_name().into_string().expect("a plain name")).collect();
    names.sort();
    names
}

fn split(folder: &Folder, args: &[&str]) -> Vec<String> {
    let ran = folder.run(&[&["--split-by", "transform", "--output", "patches"], args].concat());
    assert_eq!(ran.code, 0, "{}", ran.err);
    let files = files(folder);
    let listed: Vec<&str> = ran.text().lines().collect();
    assert_eq!(listed, files.iter().map(|name| format!("patches/{name}")).collect::<Vec<_>>());
    files
}

#[test]
fn a_patch_for_each_transform_and_one_for_the_header() {
    let folder = Folder::with(&[("setup.py", ""), ("a.c", TWO), ("b.c", OLD)]);
    let names = split(&folder, &["--vendor", "a.c", "b.c"]);
    assert_eq!(names, ["0001-compat-header.patch", "0002-object-type-lvalue.patch", "0003-private-long-as-int.patch"]);
    assert_eq!([folder.text("a.c"), folder.text("b.c")], [TWO, OLD], "the files stay as they are");
    assert!(!folder.path("capi_compat.h").exists());
    let patch = folder.text("patches/0002-object-type-lvalue.patch");
    assert!(patch.contains("--- a/a.c\n") && patch.contains("--- a/b.c\n") && !patch.contains("capi_compat.h"));
    assert!(folder.text("patches/0003-private-long-as-int.patch").contains("\n+#include \"capi_compat.h\"\n"));

    // Each applies on the one before.
    for name in &names {
        folder.tool("patch", &["-p1", "--fuzz=0", "-i", &format!("patches/{name}")]);
    }
    let applied = Folder::with(&[("setup.py", ""), ("a.c", TWO), ("b.c", OLD)]);
    applied.run(&["--apply", "--vendor", "a.c", "b.c"]);
    for name in ["a.c", "b.c", "capi_compat.h"] {
        assert_eq!(folder.text(name), applied.text(name));
    }
}

#[test]
fn git_makes_a_commit_of_each() {
    let folder = Folder::with(&[("a.c", TWO)]);
    let git = |args: &[&str]| {
        let user = ["-c", "user.name=Somebody", "-c", "user.email=somebody@localhost", "-c", "commit.gpgsign=false"];
        folder.tool("git", &[&user, args].concat());
    };
    git(&["init", "-q"]);
    git(&["add", "a.c"]);
    git(&["commit", "-q", "-m", "Begin"]);
    for name in split(&folder, &["a.c"]) {
        git(&["am", "-q", &format!("patches/{name}")]);
    }
    git(&["log", "-2", "--reverse", "--format=%s%n%n%b", "--output=log"]);
    let log = folder.text("log");
    assert!(log.starts_with("Upgrade the C API where the type of an object is assigned to\n\n`Py_TYPE("), "{log}");
    assert!(log.contains("\n\nhttps://docs.python.org/3/c-api/"), "{log}");
    assert!(log.contains("\n\nRewritten by capi-upgrade (object-type-lvalue).\n"), "{log}");
    assert!(log.contains("Upgrade the C API where `_PyLong_AsInt` is private\n"), "{log}");
    folder.run(&["--check", "a.c"]).check(0, "", "nothing to rewrite in 1 file\n");
}

#[test]
fn what_may_differ_is_in_the_message() {
    let text = OLD.replace("PyObject *op, ", "").replace("Py_TYPE(op)", "thing->ob_type");
    let folder = Folder::with(&[("x.c", &text)]);
    let ran = folder.run(&["--split-by", "transform", "--output", "patches", "x.c"]);
    assert!(ran.code == 0 && ran.text().is_empty() && ran.err.contains("0 patches written"), "{}", ran.err);
    assert_eq!(split(&folder, &["--unsafe", "x.c"]), ["0001-object-type-lvalue.patch"]);
}

#[test]
fn a_file_that_includes_nothing_and_those_that_include_it_are_in_one_patch() {
    let part = "int get(PyObject *value)\n{\n    return _PyLong_AsInt(value);\n}\n";
    let module = "#include <Python.h>\n#include \"part.h\"\n";
    let folder = Folder::with(&[("setup.py", ""), ("module.c", module), ("part.h", part)]);
    assert_eq!(split(&folder, &["."]), ["0001-private-long-as-int.patch"]);
    let patch = folder.text("patches/0001-private-long-as-int.patch");
    assert!(patch.contains("+++ b/module.c\n") && patch.contains("+++ b/part.h\n"), "{patch}");
}

#[test]
fn bytes_that_are_no_text_stay_as_they_are() {
    let folder = Folder::with(&[]);
    let text = [b"/* \xe4 */\r\n".as_slice(), OLD.replace('\n', "\r\n").as_bytes()].concat();
    folder.write("x.c", &text);
    let ran = folder.run(&["--split-by", "transform", "--output", "patches", "x.c"]);
    assert!(ran.err.contains("note: lines end in CR LF: `git am --keep-cr` keeps them\n"), "{}", ran.err);
    folder.tool("git", &["apply", "patches/0001-object-type-lvalue.patch"]);
    let expected = [b"/* \xe4 */\r\n".as_slice(), super::support::NEW.replace('\n', "\r\n").as_bytes()].concat();
    assert_eq!(folder.read("x.c"), expected);
}

#[test]
fn a_folder_with_patches_is_refused() {
    let folder = Folder::with(&[("x.c", OLD), ("patches/0001-other.patch", "")]);
    let ran = folder.run(&["--split-by", "transform", "--output", "patches", "x.c"]);
    ran.check(2, "", "error: patches: there are patches in it already\n");
    let ran = folder.run(&["--split-by", "transform", "x.c"]);
    assert!(ran.code == 2 && ran.err.contains("--output <DIR>"), "{}", ran.err);
    let ran = folder.run(&["--split-by", "transform", "--output", "new", "-"]);
    assert!(ran.code == 2 && ran.err.contains("not for standard input"), "{}", ran.err);
}

/// The examples that come to something else, and why.
const OTHERWISE: [(&str, &str); 1] =
    [("private-object-cast-const-0/x.c", "a cast that becomes an argument before it is spelled out needs no brackets")];

/// Each example is a project of its own.
#[test]
fn the_patches_of_all_examples_come_to_what_apply_writes() {
    let (split, applied) = (Folder::with(&[]), Folder::with(&[]));
    let mut names = Vec::new();
    for transform in Catalogue::builtin().transforms() {
        for (at, example) in transform.file().examples.iter().enumerate() {
            let Some(before) = &example.before else { continue };
            let extension = if example.language == Language::Cpp { "cpp" } else { "c" };
            let name = format!("{}-{at}/x.{extension}", transform.id());
            for folder in [&split, &applied] {
                folder.write(&name, before);
                example.files.iter().for_each(|(other, text)| {
                    folder.write(format!("{}-{at}/{other}", transform.id()), text);
                });
            }
            names.push(name);
        }
    }
    let args = ["--select", "all", "--unsafe", "-q"];
    let ran = split.run(&[&["--split-by", "transform", "--output", "patches"], &args[..], &["."]].concat());
    assert_eq!((ran.code, ran.err.as_str()), (0, ""), "{}", ran.text());
    for name in files(&split) {
        split.tool("git", &["apply", &format!("patches/{name}")]);
    }
    assert_eq!(applied.run(&[&["--apply"], &args[..], &["."]].concat()).code, 0);
    names.retain(|name| split.read(name) != applied.read(name));
    assert_eq!(names, OTHERWISE.map(|(name, _)| name), "these come to another text than by --apply");
    let again = split.run(&[&args[..], &["."]].concat());
    assert_eq!(again.text(), applied.run(&[&args[..], &["."]].concat()).text(), "nothing more is to be rewritten");
}
