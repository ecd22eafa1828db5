//! Removed API that nothing takes the place of: the compat header gives it back where unsafe fixes are allowed.

use super::support::Folder;

/// Calls what 3.15 removed without putting anything in its place.
const RESET: &str = "\
#include <stdio.h>
#include <Python.h>

static void reset(void)
{
    PySys_ResetWarnOptions();
}
";

const RESET_NEW: &str = "\
#include <stdio.h>
#define CAPI_COMPAT_REMOVED_API
#include <Python.h>
#include \"capi_compat.h\"

static void reset(void)
{
    PySys_ResetWarnOptions();
}
";

fn text(folder: &Folder, name: &str) -> String {
    String::from_utf8(folder.read(name)).unwrap()
}

#[test]
fn a_file_asks_for_what_is_left() {
    let folder = Folder::with(&[("a.c", RESET)]);
    let ran = folder.run(&["--apply", "--unsafe", "--vendor", "--min-python", "3.8", "a.c"]);
    assert!(ran.err.contains("`capi_compat.h` is asked to give back PySys_ResetWarnOptions"), "{}", ran.err);
    assert_eq!(text(&folder, "a.c"), RESET_NEW);
    assert!(text(&folder, "capi_compat.h").contains("define PySys_ResetWarnOptions"));
    let again = folder.run(&["--apply", "--unsafe", "--vendor", "--min-python", "3.8", "a.c"]);
    assert_eq!(text(&folder, "a.c"), RESET_NEW, "{}", again.err);
}

#[test]
fn only_unsafe_fixes_ask() {
    for options in [&["--apply"][..], &["--apply", "--unsafe", "--no-header"]] {
        let folder = Folder::with(&[("a.c", RESET)]);
        folder.run(&[options, &["--min-python", "3.8", "a.c"]].concat());
        assert_eq!(text(&folder, "a.c"), RESET, "{options:?}");
    }
}

#[test]
fn nothing_is_asked_for_pythons_that_have_it() {
    let folder = Folder::with(&[("a.c", RESET)]);
    folder.run(&["--apply", "--unsafe", "--min-python", "3.8", "--target", "3.14", "a.c"]);
    assert_eq!(text(&folder, "a.c"), RESET);
}

#[test]
fn who_declines_the_advice_gets_no_header() {
    let declined = RESET.replace("();\n}", "();  /* capi-upgrade: ignore[reset-warn-options] */\n}");
    let folder = Folder::with(&[("a.c", &declined)]);
    folder.run(&["--apply", "--unsafe", "--min-python", "3.8", "a.c"]);
    assert_eq!(text(&folder, "a.c"), declined);
}

#[test]
fn the_project_s_own_functions_come_first() {
    let own = "void _PyArg_NoKeywords(const char *text)\n{\n    puts(\"own\");\n}\n";
    let own_text = format!("{RESET}{own}");
    let folder = Folder::with(&[("a.c", &own_text)]);
    folder.run(&["--apply", "--unsafe", "--min-python", "3.8", "a.c"]);
    assert_eq!(text(&folder, "a.c"), own_text, "the header has a macro of that name");
}

#[test]
fn the_request_stands_above_what_may_bring_the_header() {
    let util = "#include <Python.h>\n#include \"capi_compat.h\"\n";
    let old = RESET.replace("<Python.h>", "\"util.h\"");
    let folder = Folder::with(&[("setup.py", ""), ("a.c", &old), ("util.h", util)]);
    folder.run(&["--apply", "--unsafe", "--min-python", "3.8", "--vendor", "."]);
    let new = RESET_NEW.replace("<Python.h>\n", "\"util.h\"\n");
    assert_eq!(text(&folder, "a.c"), new);
    assert_eq!(text(&folder, "util.h"), util);
}

#[test]
fn who_includes_a_part_asks_for_it() {
    let part = RESET.replace("#include <stdio.h>\n#include <Python.h>\n\n", "");
    let whole = "#include <Python.h>\n#include \"part.h\"\n";
    let folder = Folder::with(&[("setup.py", ""), ("part.h", &part), ("a.c", whole)]);
    folder.run(&["--apply", "--unsafe", "--min-python", "3.8", "."]);
    assert_eq!(text(&folder, "part.h"), part);
    let new = "#define CAPI_COMPAT_REMOVED_API\n#include <Python.h>\n#include \"capi_compat.h\"\n#include \"part.h\"\n";
    assert_eq!(text(&folder, "a.c"), new);
}

#[test]
fn who_sees_internal_headers_asks_for_nothing() {
    let internal = "#define Py_BUILD_CORE\n#include \"internal/pycore_sysmodule.h\"\n";
    let old = RESET.replace("<stdio.h>", "\"own.h\"");
    let folder = Folder::with(&[("setup.py", ""), ("a.c", &old), ("own.h", internal)]);
    folder.run(&["--apply", "--unsafe", "--min-python", "3.8", "."]);
    assert_eq!(text(&folder, "a.c"), old, "it may be declared there");
}
