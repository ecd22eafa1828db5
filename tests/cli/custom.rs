//! `--transforms`, and the setting of that name: transforms of the user's own.

use super::guide::Guide;
use super::support::{Folder, OLD, Ran, diff_of};

const GUIDE: &str = include_str!("../../docs/writing-transforms.md");

/// A folder with the files of the guide.
fn guide() -> Folder {
    Guide(GUIDE).folder()
}

#[test]
fn the_guide_shows_what_happens() {
    Guide(GUIDE).check(2);
}

#[test]
fn the_option_does_what_the_setting_does() {
    let folder = guide();
    let by_setting = folder.run(&["src"]);
    let both = folder.run(&["--transforms", "tools/capi", "src"]);
    assert_eq!((both.text(), &both.err), (by_setting.text(), &by_setting.err), "a folder may be named twice");
    folder.write("pyproject.toml", "[project]\nrequires-python = '>=3.10'\n");
    let by_option = folder.run(&["--transforms", "tools/capi", "src"]);
    assert_eq!((by_option.text(), &by_option.err), (by_setting.text(), &by_setting.err));
    assert_eq!(folder.run(&["-q", "src"]).text(), "");
    assert!(folder.run(&["explain", "demo-log"]).code == 2);
    assert!(folder.run(&["explain", "--transforms=tools/capi", "demo_log"]).text().starts_with("demo-log: "));
    assert!(folder.run(&["list", "--transforms=tools/capi"]).text().contains("\ndemo-log "));
}

#[test]
fn own_transforms_are_selected_as_others_are() {
    let folder = guide();
    folder.write("src/old.c", OLD);
    let ids = |args: &[&str]| {
        let ran = folder.run(&[args, &["--format=json", "src"]].concat());
        assert_eq!(ran.code, 0, "{ran:?}");
        let report: serde_json::Value = serde_json::from_slice(&ran.out).expect("JSON");
        let files = report["files"].as_array().expect("files").iter();
        let found = files.flat_map(|file| file["findings"].as_array().expect("findings"));
        let rewritten = found.filter(|found| found["status"] == "rewritten");
        let mut ids: Vec<String> =
            rewritten.map(|found| found["transform"].as_str().expect("an id").to_owned()).collect();
        ids.sort();
        ids
    };
    let own = ["demo-hooks", "demo-keep", "demo-log"];
    assert_eq!(ids(&[]), [&own[..], &["object-type-lvalue"]].concat());
    assert_eq!(ids(&["--select", "custom"]), own);
    assert_eq!(ids(&["--select", "removed"]), ["object-type-lvalue"]);
    assert_eq!(ids(&["--select", "demo_log"]), ["demo-log"]);
    assert_eq!(ids(&["--ignore", "custom"]), ["object-type-lvalue"]);
    assert_eq!(ids(&["--ignore", "demo-log,on_close,removed"]), ["demo-keep"]);
    let unknown = folder.run(&["--select", "demo-lgo", "--transforms", "tools/capi", "src"]);
    let warning = "warning: no transform is called `demo-lgo` or about it; did you mean `demo-log`?\n";
    assert!(unknown.err.starts_with(warning), "{}", unknown.err);
}

#[test]
fn each_project_has_its_own() {
    let own = |to: &str| {
        format!(
            "summary = 'x'\nwhy = 'y'\n[old]\napi = ['own_f']\n[[rewrite]]\nfind = 'own_f($x)'\nreplace = '{to}($x)'\n"
        )
    };
    let setting = "[tool.capi-upgrade]\ntransforms = ['t']\n";
    let text = "int own_f(int x);\nint g(int x)\n{\n    return own_f(x);\n}\n";
    let folder = Folder::with(&[
        ("one/pyproject.toml", setting),
        ("one/t/own-f.toml", &own("one")),
        ("one/x.c", text),
        ("two/pyproject.toml", setting),
        ("two/t/deep/own-f.toml", &own("two")),
        ("two/t/deep/deeper/broken.toml", "too deep to be read"),
        ("two/x.c", text),
        ("three/setup.py", ""),
        ("three/x.c", text),
    ]);
    folder.run(&["-q", "--apply", "--select", "own-f", "."]).check(0, "", "");
    let texts = ["one/x.c", "two/x.c", "three/x.c"].map(|name| folder.text(name));
    assert_eq!(texts, ["one(x);", "two(x);", "own_f(x);"].map(|call| text.replace("own_f(x);", call)));
}

/// Runs with one transform over a file, and returns what becomes of the file.
fn rewritten(find: &str, replace: &str, text: &str) -> String {
    rewritten_with(&[], find, replace, text)
}

/// The same, with more arguments.
fn rewritten_with(args: &[&str], find: &str, replace: &str, text: &str) -> String {
    let toml = format!("summary = 'x'\nwhy = 'y'\n[[rewrite]]\nfind = '{find}'\nreplace = '{replace}'\n");
    let folder = Folder::with(&[("t/own.toml", &toml), ("x.c", text)]);
    folder.run(&[&["-q", "--apply", "--transforms", "t", "x.c"], args].concat()).check(0, "", "");
    folder.text("x.c")
}

#[test]
fn calls_are_rewritten_and_definitions_are_not() {
    let text = "\
#define own_keep(x) (own_ref(x), x)
static void own_ref(PyObject *x);
static void own_ref(PyObject *x) { Py_INCREF(x); }
static void (*hook)(PyObject *) = own_ref;
static void new_ref(PyObject *x) { own_ref(x); }
void use(PyObject *x, void (*other)(PyObject *)) { own_ref(x); other(x); }
void local(void (*own_ref)(PyObject *), PyObject *x) { own_ref(x); }
#ifdef own_ref
#undef own_ref
#endif
";
    let called = text.replace(
        "use(PyObject *x, void (*other)(PyObject *)) { own_ref",
        "use(PyObject *x, void (*other)(PyObject *)) { new_ref",
    );
    assert_eq!(rewritten("own_ref($x)", "new_ref($x)", text), called, "the body of a macro needs --unsafe");
    let named = called.replace("(own_ref(x), x)", "(new_ref(x), x)").replace("= own_ref;", "= new_ref;");
    assert_eq!(rewritten("own_ref", "new_ref", text), named);
}

#[test]
fn a_capture_alone_holds_together_as_it_did() {
    let body = |value: &str| format!("int g(int x)\n{{\n    return {value};\n}}\n");
    let new = |old: &str| rewritten("seconds($t)", "$t", &body(old));
    assert_eq!(new("2 * seconds(x + 1)"), body("2 * (x + 1)"));
    assert_eq!(new("2 + seconds(x)"), body("2 + x"));
    assert_eq!(new("-seconds((x, 1))"), body("-(x, 1)"));
}

#[test]
fn a_parameter_of_a_macro_gets_parentheses_where_its_argument_may_need_them() {
    let text = "#define DONE(o) old_f(o)\n#define KEEP(o) old_g(o)\n";
    let rewritten = |find, replace| rewritten_with(&["--unsafe"], find, replace, text);
    let new = rewritten("old_f($x)", "new_f((long)$x)");
    assert_eq!(new, text.replace("old_f(o)", "new_f((long)(o))"));
    assert_eq!(rewritten("old_g($x)", "new_g($x)"), text.replace("old_g", "new_g"));
}

#[test]
fn declarations_in_macros_are_no_calls() {
    let text = "\
OWN_API(int) own_f(int x);
OWN_EXPORT int own_f(int x);
extern OWN_LOCAL(int) own_f(int);
own_f(int x);
OWN_API(int)
own_f(int x)
{
    return x;
}
PyObject *(own_f)(PyObject *x);
struct own_f { int own_f; };
int f(int x) { return own_f(x); }
";
    let called = text.replace("{ return own_f(x)", "{ return new_f(x)");
    assert_eq!(rewritten("own_f($x)", "new_f($x)", text), called);
    assert_eq!(rewritten("own_f", "new_f", text), called);
    let table = "#define OWN_ROW(x) int x;\nOWN_ROW(one)\nOWN_ROW(two);\n";
    assert_eq!(rewritten("OWN_ROW($x)", "NEW_ROW($x)", table), table.replace("\nOWN", "\nNEW"));
}

#[test]
fn a_macro_of_the_project_is_found_where_it_is_used() {
    let text = "\
#define OWN_NONE Py_None
PyObject *none(void) { return OWN_NONE; }
";
    assert_eq!(rewritten("OWN_NONE", "Py_None", text), text.replace("return OWN_NONE", "return Py_None"));
}

#[test]
fn every_file_that_is_not_understood_is_told_before_anything_is_done() {
    let good = "summary = 'x'\nwhy = 'y'\n[[report]]\nfind = 'f($x)'\n";
    let folder = Folder::with(&[
        ("x.c", OLD),
        ("t/Bad_Name.toml", good),
        ("t/deep/twice.toml", good),
        ("t/key.toml", &format!("{good}instaed = 'z'\n")),
        ("t/none-comparison.toml", good),
        ("t/pattern.toml", "summary = 'x'\nwhy = 'y'\n\n[[report]]\nfind = 'f('\n"),
        ("t/syntax.toml", "summary = 'x'\nwhy = \n"),
        ("t/twice.toml", good),
        ("t/where.toml", &format!("{good}[where]\ny = 'int'\n")),
        ("empty/x.txt", ""),
    ]);
    let ran = folder.run(&["--apply", "--transforms", "t", "--transforms=empty", "--transforms", "nowhere", "x.c"]);
    let errors = "\
error: no transforms (*.toml) in empty
error: nowhere: no such file or folder
error: t/Bad_Name.toml: the name of the file is the id of the transform, which is in kebab-case
error: t/key.toml: line 5: unknown field `instaed`, expected `find` or `instead`
error: t/none-comparison.toml: a transform called `none-comparison` is built in
error: t/pattern.toml: line 5: `f(`: does not parse: unexpected end
error: t/syntax.toml: line 2: string values must be quoted, expected literal string
error: t/twice.toml: a transform called `twice` is in t/deep/twice.toml
error: t/where.toml: line 6: `$y` is no capture of the pattern
";
    check_but_for_toml(&ran, errors);
    assert_eq!(folder.text("x.c"), OLD);
    for args in [["list"].as_slice(), &["explain", "arena"]] {
        assert_eq!(folder.run(&[args, &["--transforms", "t"]].concat()).code, 2);
    }
}

/// How the parser of TOML words its errors is its own business.
#[track_caller]
fn check_but_for_toml(ran: &Ran, errors: &str) {
    let place = |line: &str| line.split(": ").take(3).collect::<Vec<_>>().join(": ");
    let places = |text: &str| text.lines().map(place).collect::<Vec<_>>();
    assert_eq!(places(&ran.err), places(errors));
    assert_eq!((ran.code, ran.text()), (2, ""));
}

#[test]
fn a_project_whose_transforms_are_not_understood_is_left_alone() {
    let folder = Folder::with(&[
        ("one/pyproject.toml", "[tool.capi-upgrade]\ntransforms = ['t']\n"),
        ("one/t/own.toml", "summary = 'x'\nwhy = 'y'\n"),
        ("one/x.c", OLD),
        ("x.c", OLD),
    ]);
    let error = "error: one/t/own.toml: line 1: neither [[rewrite]] nor [[report]] says what is found\n";
    folder.run(&["-q", "."]).check(2, &diff_of("x.c"), error);
}
