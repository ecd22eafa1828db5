//! `--vendor` and build files.

use super::support::{Folder, OLD};

const SETUP: &str = "\
from setuptools import Extension, setup

setup(name='x', ext_modules=[Extension('x', ['src/x.c'], depends=['src/own.h'])])
";

fn vendor(folder: &Folder) -> String {
    let ran = folder.run(&["--apply", "--vendor", "--min-python", "3.8", "."]);
    assert_eq!(ran.code, 0, "{}", ran.err);
    ran.err
}

#[test]
fn the_header_gets_into_source_distributions() {
    let files = [("setup.py", SETUP), ("MANIFEST.in", "include src/own.h\n"), ("src/x.c", OLD), ("src/own.h", "")];
    let folder = Folder::with(&files);
    let err = vendor(&folder);
    assert!(err.contains("note: MANIFEST.in: names the header now\n"), "{err}");
    assert_eq!(folder.text("MANIFEST.in"), "include src/own.h\ninclude src/capi_compat.h\n");
    let depends = "depends=['src/capi_compat.h', 'src/own.h']";
    assert_eq!(folder.text("setup.py"), SETUP.replace("depends=['src/own.h']", depends));
    // A second run finds everything in order.
    let before = (folder.text("MANIFEST.in"), folder.text("setup.py"));
    let err = vendor(&folder);
    assert!(!err.contains("names the header"), "{err}");
    assert_eq!((folder.text("MANIFEST.in"), folder.text("setup.py")), before);
}

#[test]
fn rules_are_begun_where_there_are_none() {
    let folder = Folder::with(&[("setup.py", ""), ("src/x.c", OLD)]);
    vendor(&folder);
    assert_eq!(folder.text("MANIFEST.in"), "include src/capi_compat.h\n");
    let folder = Folder::with(&[("setup.py", ""), ("a/x.c", OLD), ("b/x.c", OLD)]);
    vendor(&folder);
    assert_eq!(folder.text("MANIFEST.in"), "include a/capi_compat.h\ninclude b/capi_compat.h\n");
}

#[test]
fn other_backends_have_other_files() {
    let backend = |name: &str| format!("[build-system]\nrequires = []\nbuild-backend = '{name}'\n");
    let meson = "project('x', 'c')\npy.extension_module('x',\n  'x.c',\n  'own.h',\n)\n";
    let folder = Folder::with(&[
        ("pyproject.toml", &backend("mesonpy")),
        ("meson.build", meson),
        ("x.c", OLD),
        ("own.h", "int own;\n"),
    ]);
    let err = vendor(&folder);
    assert!(err.contains("note: commit capi_compat.h: source distributions hold what the repository does\n"), "{err}");
    assert_eq!(folder.text("meson.build"), meson.replace("  'own.h',\n", "  'capi_compat.h',\n  'own.h',\n"));
    assert!(!folder.path("MANIFEST.in").exists());

    let cmake = "add_library(x MODULE x.c own.h)\n";
    let files = [("CMakeLists.txt", cmake), ("x.c", OLD), ("own.h", "int own;\n")];
    let folder = Folder::with(&files);
    folder.write("pyproject.toml", backend("scikit_build_core.build"));
    vendor(&folder);
    assert_eq!(folder.text("CMakeLists.txt"), "add_library(x MODULE x.c capi_compat.h own.h)\n");
    assert!(!folder.path("MANIFEST.in").exists());
}

#[test]
fn build_files_are_left_alone_without_vendor_or_need() {
    let files = [("setup.py", SETUP), ("MANIFEST.in", "include x\n"), ("src/x.c", OLD), ("src/own.h", "")];
    for args in
        [&["--min-python", "3.8", "."][..], &["--apply", "."], &["--apply", "--vendor", "--min-python", "3.9", "."]]
    {
        let folder = Folder::with(&files);
        folder.run(args);
        assert_eq!((folder.text("MANIFEST.in"), folder.text("setup.py")), ("include x\n".into(), SETUP.into()));
    }
}

#[test]
fn a_build_file_that_is_no_text_is_told() {
    let folder = Folder::with(&[("setup.py", ""), ("src/x.c", OLD)]);
    folder.write("MANIFEST.in", b"include \xff\n");
    let err = vendor(&folder);
    assert!(err.contains("note: MANIFEST.in cannot be read; it should say `include src/capi_compat.h`\n"), "{err}");
    assert_eq!(folder.read("MANIFEST.in"), b"include \xff\n");
}
