//! `--format`: every report of the same findings, and what must hold of each.

use serde_json::Value;

use super::support::{Folder, NEW, OLD, Ran, UNKNOWN_TYPE, USED_VALUE, diff_of, snapshot};

/// Markup, a workflow command, an escape sequence and a byte that is no UTF-8, all in code.
const NASTY: &[u8] = b"#include <Python.h>\n\nvoid set(PyObject *op, PyTypeObject *type)\n{\n    \
    Py_TYPE(op) = type; /* <script>alert(1)</script> & \"::error::%0A\" \x1b[31m \xe4 */\n    \
    return Py_TYPE(op) = type;\n}\n";

/// A file with something of every status, and one that needs the header.
fn folder() -> Folder {
    let hushed = OLD.replace("type;\n", "type; // capi-upgrade: ignore[object-type-lvalue]\n");
    let header = "#include <Python.h>\n\nint f(PyObject *op)\n{\n    return _PyLong_AsInt(op);\n}\n";
    let folder = Folder::with(&[
        ("src/header.c", header),
        ("src/hushed.c", &hushed),
        ("src/old.c", OLD),
        ("src/unknown.c", UNKNOWN_TYPE),
        ("src/used.c", USED_VALUE),
    ]);
    folder.write("src/na<s>ty, \u{e4}:100%.c", NASTY);
    folder
}

fn report(format: &str) -> (Folder, Ran) {
    let folder = folder();
    let ran = folder.run(&["--format", format, "src", "nowhere.c"]);
    assert_eq!(ran.code, 2, "{}", ran.err);
    (folder, ran)
}

/// The object or element behind each part of `path`.
fn at<'v>(value: &'v Value, path: &str) -> &'v Value {
    value.pointer(path).unwrap_or_else(|| panic!("no {path} in {value:#}"))
}

fn list<'v>(value: &'v Value, path: &str) -> &'v [Value] {
    at(value, path).as_array().unwrap_or_else(|| panic!("{path} is no list"))
}

#[test]
fn every_format_looks_as_it_did() {
    for format in ["text", "json", "sarif", "github", "html"] {
        let (_, ran) = report(format);
        // Its style and script are files of their own.
        let text = String::from_utf8_lossy(&ran.out).into_owned();
        let text = match (text.find("<style>"), text.find("</style>"), text.find("<script>\n\"use")) {
            (Some(start), Some(end), Some(script)) => format!("{}{}", &text[..start], &text[end..script]),
            _ => text,
        };
        snapshot(&format!("format-{format}"), &text);
    }
}

#[test]
fn what_is_left_is_told_once() {
    for format in ["text", "json", "sarif", "github", "html"] {
        let (_, ran) = report(format);
        assert!(ran.err.starts_with("error: nowhere.c: no such file or folder\n3 files would change"), "{}", ran.err);
    }
    let folder = Folder::with(&[("x.c", OLD)]);
    let plain = folder.run(&["x.c"]);
    folder.run(&["--format=diff", "x.c"]).check(0, &diff_of("x.c"), &plain.err);
    assert_eq!(plain.text(), diff_of("x.c"));
}

#[test]
fn json_is_as_its_schema_says() {
    let mut schemas = boon::Schemas::new();
    let mut compiler = boon::Compiler::new();
    let schema = include_str!("../../docs/report.schema.json");
    compiler.add_resource("report.json", serde_json::from_str(schema).expect("JSON")).expect("a name");
    let schema = compiler.compile("report.json", &mut schemas).expect("a schema");
    let (_, ran) = report("json");
    let empty = Folder::with(&[("x.c", NEW)]);
    for text in [ran.text(), empty.run(&["--format=json", "x.c"]).text()] {
        let value: Value = serde_json::from_str(text).expect("JSON");
        schemas.validate(&value, schema).unwrap_or_else(|error| panic!("{error:#}"));
    }
}

#[test]
fn fixes_in_json_make_the_new_text() {
    let (folder, ran) = report("json");
    let value: Value = serde_json::from_str(ran.text()).expect("JSON");
    folder.run(&["--apply", "src"]);
    let fresh = self::folder();
    let mut made = 0;
    for file in list(&value, "/files").iter().filter(|file| file["changed"] == true) {
        let path = file["path"].as_str().expect("a path");
        let mut text = fresh.read(path);
        let rewritten = list(file, "/findings").iter().filter(|found| found["status"] == "rewritten");
        let mut edits: Vec<&Value> = rewritten.flat_map(|found| list(found, "/fix")).collect();
        edits.reverse();
        for edit in edits {
            let offset = |end: &str| at(edit, &format!("/{end}/offset")).as_u64().expect("a number") as usize;
            let new = edit["text"].as_str().expect("a text");
            text.splice(offset("start")..offset("end"), new.bytes());
        }
        assert_eq!(String::from_utf8_lossy(&text), String::from_utf8_lossy(&folder.read(path)), "{path}");
        made += 1;
    }
    assert_eq!(made, 3);
}

#[test]
fn fingerprints_survive_lines_that_move() {
    let twice = OLD.replace("type;\n", "type;\n    Py_TYPE(op) = type;\n");
    let folder = Folder::with(&[("x.c", &twice)]);
    let prints = |format: &str, path: &str| -> Vec<String> {
        let value: Value = serde_json::from_str(folder.run(&["--format", format, "x.c"]).text()).expect("JSON");
        let list = match format {
            "json" => list(&value, "/files/0/findings"),
            _ => list(&value, "/runs/0/results"),
        };
        list.iter().map(|found| at(found, path).to_string()).collect()
    };
    let all = || (prints("json", "/fingerprint"), prints("sarif", "/partialFingerprints/capiUpgrade~1v1"));
    let before = all();
    assert_eq!(before.0, before.1);
    assert_eq!(before.0.len(), 2);
    assert_ne!(before.0[0], before.0[1]);
    folder.write("x.c", format!("/* above */\n\n{}", twice.replace("    Py_TYPE", "\tPy_TYPE")));
    assert_eq!(all(), before);
}

#[test]
fn sarif_says_what_is_suppressed_and_how_bad_it_is() {
    let (_, ran) = report("sarif");
    let value: Value = serde_json::from_str(ran.text()).expect("JSON");
    let results = list(&value, "/runs/0/results");
    let of =
        |status: &str| results.iter().filter(|result| *at(result, "/properties/status") == *status).collect::<Vec<_>>();
    assert_eq!(of("suppressed").len(), 1);
    assert_eq!(*at(of("suppressed")[0], "/suppressions/0/kind"), "inSource");
    assert!(of("rewritten").iter().all(|result| result["level"] == "note" && result["fixes"].is_array()));
    assert!(of("needs-unsafe").iter().all(|result| result["level"] == "warning" && result["fixes"].is_array()));
    assert!(of("left").iter().all(|result| result["level"] == "warning" && result["fixes"].is_null()));
    assert_eq!(*at(&value, "/runs/0/invocations/0/executionSuccessful"), false);
    let rules: Vec<&str> =
        list(&value, "/runs/0/tool/driver/rules").iter().filter_map(|rule| rule["id"].as_str()).collect();
    assert!(results.iter().all(|result| rules.contains(&result["ruleId"].as_str().expect("an id"))));
}

#[test]
fn nothing_of_the_code_is_taken_for_markup() {
    let (_, ran) = report("html");
    let page = ran.text();
    assert!(
        page.contains("&lt;script&gt;alert(1)&lt;/script&gt; &amp; &quot;::error::%0A&quot; \u{fffd}[31m \u{fffd}")
    );
    assert!(page.contains("na&lt;s&gt;ty") && !page.contains("na<s>ty"));
    assert_eq!(page.matches("<script").count(), 1, "its own");
    // Nothing comes from elsewhere: links are all that points out of the page.
    assert!(!page.contains("src=") && !page.contains("@import") && !page.contains("url("));
    let (_, ran) = report("github");
    assert!(ran.text().lines().all(|line| line.starts_with("::notice file=") || line.starts_with("::warning file=")));
    assert!(ran.text().contains("file=src/na<s>ty%2C \u{e4}%3A100%25.c,line=5,"), "{}", ran.text());
}

#[test]
fn a_report_goes_with_apply_where_it_makes_sense() {
    let folder = Folder::with(&[("x.c", OLD)]);
    let message = "error: with --apply the places in this format would be those of files that are no longer there\n";
    folder.run(&["--apply", "--format=sarif", "x.c"]).check(2, "", message);
    folder.run(&["--apply", "--format=github", "x.c"]).check(2, "", message);
    let message = "error: with --apply standard output gets the new text of standard input, and no report\n";
    folder.run(&["--apply", "--format=json", "-"]).check(2, "", message);
    assert_eq!(folder.text("x.c"), OLD);
    assert_eq!(folder.run(&["--apply", "--format=diff", "x.c"]).text(), diff_of("x.c"));
    assert_eq!(folder.text("x.c"), NEW);
    folder.write("x.c", OLD);
    let ran = folder.run(&["--apply", "--format=json", "x.c"]);
    let value: Value = serde_json::from_str(ran.text()).expect("JSON");
    assert_eq!((at(&value, "/applied"), at(&value, "/summary/rewrites")), (&Value::Bool(true), &Value::from(1)));
    assert_eq!(folder.text("x.c"), NEW);
}

#[test]
fn reports_of_nothing_are_whole() {
    let folder = Folder::with(&[("x.c", NEW), ("empty/x.txt", "")]);
    assert_eq!(folder.run(&["-q", "--format=text", "x.c"]).text(), "");
    assert_eq!(folder.run(&["-q", "--format=github", "x.c"]).text(), "");
    for path in ["x.c", "empty"] {
        assert!(folder.run(&["-q", "--format=html", path]).text().ends_with("</html>\n"));
        for format in ["json", "sarif"] {
            let ran = folder.run(&["-q", "--format", format, path]);
            serde_json::from_slice::<Value>(&ran.out).expect("JSON");
        }
    }
}

#[test]
fn check_tells_as_with_a_diff() {
    let folder = folder();
    for format in ["diff", "text", "json", "sarif", "github", "html"] {
        assert_eq!(folder.run(&["--check", "--format", format, "src"]).code, 1, "{format}");
        assert_eq!(folder.run(&["--check", "--format", format, "src/hushed.c"]).code, 0, "{format}");
    }
}

#[test]
fn the_environment_colours_what_people_read() {
    let folder = folder();
    let run = |args: &[&str], name: &str| {
        let output = folder.command(args).env(name, "1").output().expect("the program runs");
        (output.stdout.contains(&0x1b), output.stderr.contains(&0x1b))
    };
    let (old, used) = ("src/old.c", "src/used.c");
    assert_eq!(run(&["--format=text", old], "CLICOLOR_FORCE"), (true, true));
    assert_eq!(run(&[old, used], "CLICOLOR_FORCE"), (false, true), "a diff is for programs");
    assert_eq!(run(&["--format=json", old], "CLICOLOR_FORCE"), (false, true));
    assert_eq!(run(&["--color=never", old, used], "CLICOLOR_FORCE"), (false, false));
    assert_eq!(run(&["--color=always", old, used], "NO_COLOR"), (true, true), "the command line has its way");
    assert_eq!(run(&["--format=text", old], "NO_COLOR"), (false, false));
}
