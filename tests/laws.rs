//! What holds whatever the input: bytes that are not edited stay, depth and nonsense do no harm, and the order of the
//! transforms does not matter.

mod common;

use std::fmt::Write as _;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::time::{Duration, Instant};

use capi_upgrade::source::SourceText;
use capi_upgrade::transform::{Catalogue, Transform};
use capi_upgrade::upgrade::{Options, UpgradeError, upgrade};
use common::{Files, everything, transform, upgrade_file};
use proptest::prelude::*;
use rayon::prelude::*;

/// A whole extension module.
const MODULE: &str = include_str!("../examples/legacy.c");

/// All transforms, and the include of the compat header.
fn with_header() -> Options {
    Options { header: Some("capi_compat.h".to_owned()), ..everything() }
}

/// The text after an upgrade.
fn upgraded(text: &[u8], options: &Options) -> Vec<u8> {
    upgrade_file("example.c", text, &[], options).text.unwrap_or_else(|| text.to_vec())
}

/// The module, and every example that stands in a project of its own alone.
fn texts() -> Vec<(String, &'static str)> {
    let mut texts = vec![("examples/legacy.c".to_owned(), MODULE)];
    for transform in Catalogue::builtin().transforms() {
        for (number, example) in transform.file().examples.iter().enumerate().filter(|(_, e)| e.files.is_empty()) {
            let text = example.before.as_ref().or(example.unchanged.as_ref());
            texts.extend(text.map(|text| (format!("{} example {}", transform.id(), number + 1), text.as_str())));
        }
    }
    texts
}

fn show(text: &[u8]) -> String {
    text.escape_ascii().to_string().replace("\\n", "\\n\n")
}

/// Checks that changing the bytes that no edit touches commutes with the upgrade.
fn commutes(what: &str, vary: impl Fn(&[u8]) -> Vec<u8> + Sync) {
    let check = |(name, text): &(String, &str)| {
        let plain = upgraded(text.as_bytes(), &with_header());
        let expected = vary(&plain);
        let actual = upgraded(&vary(text.as_bytes()), &with_header());
        let (expected, actual) = (show(&expected), show(&actual));
        (actual != expected).then(|| format!("{name}\n--- expected\n{expected}\n--- actual\n{actual}\n"))
    };
    let failures: Vec<String> = texts().par_iter().filter_map(check).collect();
    assert!(failures.is_empty(), "{what}: {} differ\n\n{}", failures.len(), failures.join("\n"));
}

fn replaced(text: &[u8], old: &str, new: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    let mut rest = text;
    while let Some(at) = memchr::memmem::find(rest, old.as_bytes()) {
        out.extend_from_slice(&rest[..at]);
        out.extend_from_slice(new);
        rest = &rest[at + old.len()..];
    }
    out.extend_from_slice(rest);
    out
}

#[test]
fn lines_that_end_with_crlf_go_on_doing_so() {
    commutes("CRLF", |text| replaced(text, "\n", b"\r\n"));
}

/// `text` in which each line ends as its own content says.
fn mixed(text: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    for line in text.split_inclusive(|byte| *byte == b'\n') {
        match line.strip_suffix(b"\n") {
            Some(content) => {
                out.extend_from_slice(content);
                out.extend_from_slice(ending(content));
            }
            None => out.extend_from_slice(line),
        }
    }
    out
}

fn ending(content: &[u8]) -> &'static [u8] {
    let mut hasher = DefaultHasher::new();
    content.hash(&mut hasher);
    if hasher.finish().is_multiple_of(2) { b"\r\n" } else { b"\n" }
}

#[test]
fn mixed_newlines_stay_where_they_are() {
    for (name, text) in texts() {
        let plain = upgraded(text.as_bytes(), &with_header());
        let actual = upgraded(&mixed(text.as_bytes()), &with_header());
        assert_eq!(show(&replaced(&actual, "\r\n", b"\n")), show(&plain), "{name}: but for newlines, the same");
        let lines: Vec<&[u8]> = actual.split_inclusive(|byte| *byte == b'\n').collect();
        let diff = similar::TextDiff::from_lines(text.as_bytes(), &plain[..]);
        let kept = diff.iter_all_changes().filter(|change| change.tag() == similar::ChangeTag::Equal);
        for line in kept.filter_map(|change| Some(lines[change.new_index()?])).filter(|line| line.ends_with(b"\n")) {
            let content = line[..line.len() - 1].strip_suffix(b"\r").unwrap_or(&line[..line.len() - 1]);
            // An `#else` may have been made of an `#elif`, whose line ends as that said.
            if content != b"#else" {
                assert_eq!(show(&line[content.len()..]), show(ending(content)), "{name}: after {}", show(content));
            }
        }
    }
}

#[test]
fn a_lone_carriage_return_is_a_byte_like_others() {
    commutes("lone CR in comments", |text| replaced(text, "/* ", b"/* \r"));
}

#[test]
fn a_last_line_without_newline_gets_none() {
    commutes("no newline at the end", |text| text.strip_suffix(b"\n").unwrap_or(text).to_vec());
    // A file of which nothing is left has no last line.
    let newline = |text: &[u8]| if text.is_empty() { &b""[..] } else { b"\n" };
    commutes("a newline at the end", |text| [text.strip_suffix(b"\n").unwrap_or(text), newline(text)].concat());
}

#[test]
fn a_byte_order_mark_stays_in_front() {
    commutes("byte order mark", |text| [b"\xef\xbb\xbf", text].concat());
}

#[test]
fn bytes_that_are_no_utf_8_stay() {
    commutes("Latin-1 in comments", |text| replaced(text, "/* ", b"/* \xe9\xff "));
    commutes("Latin-1 in strings", |text| replaced(text, "\"PyLong", b"\"\xfcPyLong"));
}

#[test]
fn form_feeds_stay() {
    commutes("a form feed between functions", |text| replaced(text, "\nstatic", b"\n\x0c\nstatic"));
    commutes("a form feed before a line", |text| replaced(text, "\nPyObject *", b"\n\x0cPyObject *"));
}

#[test]
fn continued_lines_stay_continued() {
    commutes("a continued line", |text| replaced(text, "limit = ", b"limit \\\n  = "));
    commutes("a continued line with CRLF", |text| replaced(text, "limit = ", b"limit \\\r\n  = "));
    commutes("a continued call", |text| replaced(text, "PyModule_Create(", b"PyModule_Create \\\n("));
}

#[test]
fn a_name_over_two_lines_is_one_name() {
    for text in
        ["return my\\\n_PyLong_AsInt(op);", "return _PyLong_AsInt\\\n_mine(op);", "return my\\\r\n_PyLong_AsInt(op);"]
    {
        let source = format!("int f(PyObject *op)\n{{\n    {text}\n}}\n");
        assert_eq!(show(&upgraded(source.as_bytes(), &everything())), show(source.as_bytes()));
    }
    commutes("a field over two lines", |text| replaced(text, "tp_free", b"tp_\\\nfree"));
}

#[test]
fn only_what_a_diff_shows_changes() {
    // Each line that is neither in the expected places nor new is there as before, in its order.
    let old: Vec<&str> = MODULE.lines().collect();
    let new = String::from_utf8(upgraded(MODULE.as_bytes(), &with_header())).expect("it was text");
    let diff = similar::TextDiff::from_lines(MODULE, &new);
    let touched: Vec<&str> = diff
        .iter_all_changes()
        .filter(|change| change.tag() == similar::ChangeTag::Delete)
        .map(|change| change.value().trim_end())
        .collect();
    for line in &touched {
        let has_name =
            ["_Py", "Py_", "PyEval", "PyObject_", "PyModule_AddObject", "->ob_", "eval.h", "return ", " = NULL;"];
        assert!(has_name.iter().any(|name| line.contains(name)), "{line}");
    }
    assert!(touched.len() < old.len() / 3, "{touched:?}");
}

/// What is repeated, with what stands before and behind.
struct Shape {
    name: &'static str,
    /// At the top level, or inside a function.
    at_top: bool,
    before: &'static str,
    open: &'static str,
    middle: &'static str,
    close: &'static str,
    after: &'static str,
}

const fn inside(
    name: &'static str,
    before: &'static str,
    open: &'static str,
    middle: &'static str,
    close: &'static str,
    after: &'static str,
) -> Shape {
    Shape { name, at_top: false, before, open, middle, close, after }
}

const fn outside(
    name: &'static str,
    before: &'static str,
    open: &'static str,
    middle: &'static str,
    close: &'static str,
    after: &'static str,
) -> Shape {
    Shape { name, at_top: true, before, open, middle, close, after }
}

const DEPTH: usize = 100_000;

#[rustfmt::skip]
const SHAPES: [Shape; 44] = [
    inside("parentheses", "x = ", "(", "Py_TYPE(op)", ")", ";"),
    inside("parentheses on the left", "", "(", "Py_TYPE(op)", ")", " = type;"),
    inside("braces", "", "{", "Py_TYPE(op) = type;", "}", ""),
    inside("braces with newlines", "", "{\n", "Py_TYPE(op) = type;", "}\n", ""),
    inside("casts", "x = ", "(PyTypeObject *)", "Py_TYPE(op)", "", ";"),
    inside("casts of objects", "x = ", "(PyObject *)", "op->ob_type", "", ";"),
    inside("not", "x = ", "!", "Py_TYPE(op)", "", ";"),
    inside("complements", "x = ", "~", "Py_SIZE(op)", "", ";"),
    inside("minus", "x = ", "- ", "Py_SIZE(op)", "", ";"),
    inside("dereferences", "x = ", "*", "op->ob_type", "", ";"),
    inside("addresses", "x = ", "& ", "op->ob_type", "", ";"),
    inside("increments", "", "++", "Py_SIZE(op)", "", ";"),
    inside("sizeof", "x = ", "sizeof ", "Py_TYPE(op)", "", ";"),
    inside("else if", "if (0) ;", " else if (x)\n Py_TYPE(op) = type;", "", "", ""),
    inside("if", "", "if (x) ", "Py_TYPE(op) = type;", "", ""),
    inside("if and else", "", "if (x) ; else ", "Py_TYPE(op) = type;", "", ""),
    inside("while", "", "while (x) ", "Py_TYPE(op) = type;", "", ""),
    inside("do", "", "do ", "Py_TYPE(op) = type;", " while (0);", ""),
    inside("for", "", "for (;;) ", "Py_TYPE(op) = type;", "", ""),
    inside("switch", "", "switch (x) case 1: ", "Py_TYPE(op) = type;", "", ""),
    inside("labels", "", "l: ", "Py_TYPE(op) = type;", "", ""),
    inside("calls", "", "f(", "op->ob_type", ")", ";"),
    inside("calls around an operand", "Py_TYPE(", "f(", "op", ")", ") = type;"),
    inside("calls of the name", "x = ", "Py_TYPE(", "op", ")", ";"),
    inside("calls of what was called", "x = f", "(1)", "", "", ";"),
    inside("subscripts", "x = ", "a[", "Py_SIZE(op)", "]", ";"),
    inside("fields", "x = op", "->next", "->ob_type", "", ";"),
    inside("fields of types", "x = op", "->ob_type", "", "", ";"),
    inside("sums", "x = 1", " + Py_SIZE(op)", "", "", ";"),
    inside("comparisons", "x = op", " == Py_None", "", "", ";"),
    inside("conditionals", "x = ", "a ? b : ", "Py_SIZE(op)", "", ";"),
    inside("conditionals in the middle", "x = ", "a ? ", "op == Py_None", " : b", ";"),
    inside("assignments", "", "Py_TYPE(op) = ", "type", "", ";"),
    inside("commas", "x = 1", ", Py_TYPE(op) = type", "", "", ";"),
    inside("statement expressions", "x = ", "({ ", "Py_TYPE(op) = type;", "; })", ";"),
    inside("strings", "x = f(op->ob_type", ", \"a\" \"b\" PRI", "", "", ");"),
    outside("initialisers", "void *t[] = ", "{", "&_PyLong_AsInt", "}", ";"),
    outside("structs", "", "struct { ", "PyObject *ob_type;", " } x;", ";"),
    outside("pointers", "int ", "*", "_PyLong_AsInt", "", ";"),
    outside("declarators", "int ", "(*", "ob_type", ")(void)", ";"),
    outside("parameters", "int f", "(int (*)", "(PyObject *op)", ")", ";"),
    outside("attributes", "int f(void) ", "__attribute__((", "x", "))", ";"),
    outside("open parentheses", "int x = ", "(", "Py_TYPE(op)", "", ";"),
    outside("macros", "#define M(op) ", "(", "Py_TYPE(op) = type", ")", "\n"),
];

/// What nests in C++ alone.
#[rustfmt::skip]
const CPP_SHAPES: [Shape; 20] = [
    inside("templates", "", "A<", "B", ">", " x = Py_TYPE(op);"),
    inside("calls of templates", "x = ", "f<int>(", "Py_TYPE(op)", ")", ";"),
    inside("less than", "x = ", "a < ", "Py_SIZE(op)", "", ";"),
    inside("less than or templates", "x = ", "a < b > (", "Py_SIZE(op)", ")", ";"),
    inside("lambdas", "x = ", "[&]() { return ", "Py_TYPE(op)", "; }()", ";"),
    inside("blocks of lambdas", "", "f([&] { ", "Py_TYPE(op) = type;", " });", ""),
    inside("scopes", "x = ", "a::", "Py_TYPE(op)", "", ";"),
    inside("scopes of templates", "x = ", "a<b>::", "Py_TYPE(op)", "", ";"),
    inside("casts by type", "x = ", "T(", "Py_TYPE(op)", ")", ";"),
    inside("named casts", "x = ", "static_cast<T>(", "Py_TYPE(op)", ")", ";"),
    inside("new", "x = ", "new T(", "Py_TYPE(op)", ")", ";"),
    inside("braces of types", "x = ", "T{", "Py_TYPE(op)", "}", ";"),
    inside("try", "", "try { ", "Py_TYPE(op) = type;", "} catch (...) {}", ""),
    inside("decltype", "", "decltype(", "Py_TYPE(op)", ")", " x;"),
    outside("namespaces", "", "namespace a { ", "int f() { return 0; }", "}", ""),
    outside("linkage", "", "extern \"C\" { ", "int f() { return 0; }", "}", ""),
    outside("classes", "", "class a { ", "int f() { return 0; }", "};", ""),
    outside("parameters of templates", "", "template <", "typename T", ">", " int f(PyObject *op) { return Py_SIZE(op); }"),
    outside("braces of nothing", "int a", "{}", "", "", ";"),
    outside("calls of macros", "", "M(", "ob_type", ")", ";"),
];

const LINE: &str = "    Py_TYPE(op) = type;\n";

/// The shape between two functions that hold a name each.
fn nested(shape: &Shape, depth: usize) -> String {
    let mut text = format!("void first(PyObject *op, PyTypeObject *type)\n{{\n{LINE}}}\n");
    if !shape.at_top {
        text.push_str("void deep(PyObject *op, PyTypeObject *type)\n{\n");
    }
    let Shape { before, open, middle, close, after, .. } = shape;
    writeln!(text, "{before}{}{middle}{}{after}", open.repeat(depth), close.repeat(depth)).expect("a string");
    if !shape.at_top {
        text.push_str("}\n");
    }
    writeln!(text, "void last(PyObject *op, PyTypeObject *type)\n{{\n{LINE}}}").expect("a string");
    text
}

/// All shapes, with the name of a file in each language that has them.
fn shapes() -> Vec<(&'static str, &'static Shape)> {
    let of_both = SHAPES.iter().flat_map(|shape| ["example.c", "example.cpp"].map(|file| (file, shape)));
    of_both.chain(CPP_SHAPES.iter().map(|shape| ("example.cpp", shape))).collect()
}

/// Upgrades the nested shape; says what is wrong with what comes out.
fn check_nested(file: &str, shape: &Shape, depth: usize) -> Option<String> {
    let source = nested(shape, depth);
    let begun = Instant::now();
    let outcome = upgrade_file(file, source.as_bytes(), &[], &everything());
    let took = begun.elapsed();
    let name = format!("{depth} {} in {file}", shape.name);
    if took > Duration::from_secs(30) {
        return Some(format!("{name}: took {took:?}"));
    }
    let text = String::from_utf8(outcome.text.unwrap_or_default()).expect("it was text");
    let head = "void first(PyObject *op, PyTypeObject *type)\n{\n    Py_SET_TYPE(op, type);\n}\n";
    let tail = "void last(PyObject *op, PyTypeObject *type)\n{\n    Py_SET_TYPE(op, type);\n}\n";
    if !text.starts_with(head) {
        return Some(format!("{name}: what stands before is not rewritten"));
    }
    // An open bracket swallows what follows.
    let is_open = shape.close.is_empty() && shape.open.ends_with('(');
    if !text.ends_with(tail) && !is_open {
        return Some(format!("{name}: what stands behind is not rewritten"));
    }
    None
}

#[test]
fn deep_nesting_costs_only_itself() {
    let check = |(file, shape): (&str, &Shape)| check_nested(file, shape, DEPTH);
    let failures: Vec<String> = shapes().into_par_iter().filter_map(check).collect();
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

#[test]
fn nesting_just_below_what_is_refused_fits_the_stack() {
    // Here the parser and all that walks its trees go down as deep as they are allowed to.
    let depths = [30, 140, 390, 1_900];
    let check = |(file, shape)| depths.iter().filter_map(|depth| check_nested(file, shape, *depth)).collect::<Vec<_>>();
    let failures: Vec<String> = shapes().into_par_iter().flat_map(check).collect();
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

#[test]
fn conditionals_nested_too_deep_are_an_error() {
    for (open, close) in
        [("#if A\n", "#endif\n"), ("#ifdef B\n#else\n", "#endif\n"), ("#if C\n", ""), ("#if D\n#elif E\n", "")]
    {
        let text = format!("{}{LINE}{}", open.repeat(DEPTH), close.repeat(DEPTH));
        let source = SourceText::new("example.c", text.into_bytes());
        let files = Files::new([("example.c", source.bytes.as_slice())]);
        let outcome = upgrade(&source, &files, &everything());
        assert!(matches!(outcome, Err(UpgradeError::TooDeep(_))), "{open:?}: {outcome:?}");
    }
}

#[test]
fn many_branches_do_no_harm() {
    let begun = Instant::now();
    let long = format!("#if A\n{}#endif\n", format!("#elif B\n{LINE}").repeat(2_000));
    let flat = format!("#if A\n{LINE}#else\n{LINE}#endif\n").repeat(2_000);
    let deep = format!("#if {}A{}\n{LINE}#endif\n", "(".repeat(DEPTH), ")".repeat(DEPTH));
    let negated = format!("#if {}A\n{LINE}#endif\n", "!".repeat(DEPTH));
    let ors = format!("#if A{}\n{LINE}#endif\n", " || A".repeat(DEPTH));
    for body in [long, flat, deep, negated, ors] {
        let text = format!(
            "void f(PyObject *op, PyTypeObject *type)\n{{\n{body}}}\nvoid g(PyObject *op, PyTypeObject *type)\n{{\n{LINE}}}\n"
        );
        let outcome = upgrade_file("example.c", text.as_bytes(), &[], &everything());
        let new = outcome.text.expect("the last function is rewritten");
        assert!(new.ends_with(b"\n    Py_SET_TYPE(op, type);\n}\n"), "{}", &text[..text.len().min(300)]);
    }
    assert!(begun.elapsed() < Duration::from_secs(60), "took {:?}", begun.elapsed());
}

#[test]
fn time_grows_with_the_number_of_branches_and_items() {
    // Each of these took the square of its length.
    let elifs = format!("#if A\n{}#endif\n", "#elif B\nint f(void);\n".repeat(20_000));
    let words = format!("M(a){}\n", " b".repeat(100_000));
    let braces = format!("int a{};\n", "{}".repeat(50_000));
    for (file, text) in [("example.c", &elifs), ("example.cpp", &words), ("example.cpp", &braces)] {
        let begun = Instant::now();
        let function = format!("void f(PyObject *op, PyTypeObject *type)\n{{\n{LINE}}}\n");
        upgrade_file(file, format!("{function}{text}").as_bytes(), &[], &everything());
        assert!(begun.elapsed() < Duration::from_secs(20), "{} took {:?}", &text[..20], begun.elapsed());
    }
}

#[test]
fn deep_nesting_elsewhere_is_survived() {
    for (open, close) in [("(", ")"), ("[", "]"), ("{", "}"), ("f(", ")"), ("cdef extern from \"a.h\": ", "")] {
        let nested = format!("{}_PyLong_AsInt{}", open.repeat(DEPTH), close.repeat(DEPTH));
        // A Cython file, a header that is only indexed, and a user's transform.
        for line in ["cdef extern from \"Python.h\":\n    int f", "x = ", "from cpython cimport "] {
            upgrade_file("example.pyx", format!("{line}{nested}\n").as_bytes(), &[], &everything());
        }
        for line in ["#define M ", "typedef int ", "static int x = ", "int f"] {
            let header = format!("{line}{nested}\n");
            upgrade_file("example.c", MODULE.as_bytes(), &[("example.h", header.as_bytes())], &everything());
        }
        let file = "summary = 'a'\nwhy = 'a'\n[old]\napi = ['_PyLong_AsInt']\n[[rewrite]]\nfind = \"\"\"FIND\"\"\"\nreplace = 'b'\n";
        let find = nested.replace('"', "\\\"");
        let error = Transform::custom("deep", &file.replace("FIND", &find)).err().expect("nobody means that");
        assert!(error.line > 1 && !error.reason.is_empty(), "{error}");
        let values = format!("summary = {}1{}\n", open.repeat(DEPTH), close.repeat(DEPTH));
        assert_eq!(Transform::custom("deep", &values).err().map(|error| error.line), Some(1));
    }
}

/// Pieces of C, well formed and not.
const FRAGMENTS: [&[u8]; 96] = [
    b"Py_TYPE(op) = type;",
    b"Py_SIZE(op)++",
    b"op->ob_type",
    b"_PyLong_AsInt",
    b"_PyLong_AsInt(x)",
    b"x == Py_None",
    b"Py_XDECREF(x); x = NULL;",
    b"Py_INCREF(x); return x;",
    b"_PyDict_Pop(d, k, Py_None)",
    b"PyObject_Del",
    b"PyEval_InitThreads();",
    b"PyObject_CallObject(f, NULL)",
    b"#include <Python.h>\n",
    b"#include \"eval.h\"\n",
    b"#include \"structmember.h\"",
    b"Py_REFCNT(op) += ",
    b"Py_None != ",
    b"Py_True",
    b"PyObject *op",
    b"PyTypeObject *type",
    b"int f(PyObject *op, PyTypeObject *type)\n{\n",
    b"}\n",
    b"{",
    b"}",
    b"(",
    b")",
    b"[",
    b"]",
    b";",
    b",",
    b".",
    b"->",
    b"=",
    b"==",
    b"!=",
    b"+",
    b"-",
    b"*",
    b"/",
    b"%",
    b"&",
    b"|",
    b"?",
    b":",
    b"!",
    b"~",
    b"<",
    b">",
    b"...",
    b"\\\n",
    b"\\\r\n",
    b"\\",
    b"\n",
    b"\r\n",
    b"\r",
    b" ",
    b"\t",
    b"\x0c",
    b"#",
    b"##",
    b"\n#define M(a, ...) ",
    b"\n#define N ",
    b"\n#undef N\n",
    b"\n#if PY_VERSION_HEX >= 0x03090000\n",
    b"\n#ifdef X\n",
    b"\n#elif Y\n",
    b"\n#else\n",
    b"\n#endif\n",
    b"\n#if (1 ? 2 :\n",
    b"/*",
    b"*/",
    b"//",
    b"/* capi-upgrade: off */",
    b"// capi-upgrade: ignore[none-comparison]\n",
    b"\"",
    b"'",
    b"\"text\"",
    b"'c'",
    b"R\"(",
    b"L'\\",
    b"u8\"",
    b"0x1F",
    b"1e+",
    b"if (x) ",
    b"else ",
    b"for (;;) ",
    b"return ",
    b"static ",
    b"typedef struct ",
    b"PyObject_HEAD\n",
    b"Py_BEGIN_ALLOW_THREADS\n",
    b"PyDoc_STRVAR(d, \"e\")\n",
    b"sizeof(",
    b"\xe9\xff",
    "\u{fe0f}".as_bytes(),
    b"extern \"C\" {\n",
];

proptest! {
    #![proptest_config(ProptestConfig { ..ProptestConfig::default() })]

    #[test]
    fn nonsense_is_survived_and_settles(places in prop::collection::vec(0usize..FRAGMENTS.len(), 0..60), spaced: bool) {
        let pieces: Vec<&[u8]> = places.iter().map(|place| FRAGMENTS[*place]).collect();
        let text = if spaced { pieces.join(&b' ') } else { pieces.concat() };
        survives(&text)?;
    }

    #[test]
    fn nonsense_inside_a_function_is_survived(places in prop::collection::vec(0usize..FRAGMENTS.len(), 0..24)) {
        let pieces: Vec<&[u8]> = places.iter().map(|place| FRAGMENTS[*place]).collect();
        let head = b"#include <Python.h>\nint f(PyObject *op, PyTypeObject *type, PyObject *x)\n{\n".as_slice();
        survives(&[head, &pieces.join(&b' '), b"\n}\nint g(PyObject *op) { return _PyLong_AsInt(op); }\n"].concat())?;
    }

    #[test]
    fn bytes_are_survived(bytes in prop::collection::vec(1u8.., 0..200)) {
        survives(&[b"_PyLong_AsInt ".as_slice(), &bytes].concat())?;
    }

    #[test]
    fn a_module_with_a_hole_is_survived(start in 0..MODULE.len(), len in 0usize..200, repeated: bool) {
        let (start, end) = (start, (start + len).min(MODULE.len()));
        let (head, hole, tail) = (&MODULE.as_bytes()[..start], &MODULE.as_bytes()[start..end], &MODULE.as_bytes()[end..]);
        survives(&if repeated { [head, hole, hole, tail].concat() } else { [head, tail].concat() })?;
    }
}

/// No panic, places inside the text, and a second run that changes nothing.
fn survives(text: &[u8]) -> Result<(), TestCaseError> {
    let outcome = upgrade_file("example.c", text, &[], &with_header());
    let lines = text.iter().filter(|byte| **byte == b'\n').count() as u32 + 1;
    for diagnostic in &outcome.diagnostics {
        prop_assert!(diagnostic.range.end as usize <= text.len() && diagnostic.line <= lines, "{diagnostic:?}");
    }
    for applied in &outcome.applied {
        prop_assert!(applied.line <= lines, "{applied:?}");
    }
    let unsettled = outcome.warnings.iter().any(|warning| warning.contains("did not settle"));
    prop_assert!(!unsettled, "{:?}\n{}", outcome.warnings, show(text));
    if let Some(new) = outcome.text {
        let again = upgrade_file("example.c", &new, &[], &with_header()).text;
        let again = again.map(|again| show(&again));
        prop_assert_eq!(again, None, "a second run goes on; first:\n{}", show(&new));
    }
    Ok(())
}

/// A few orders of `count` things that look like chance.
fn orders(count: usize) -> impl Iterator<Item = Vec<usize>> {
    (0..6u64).map(move |seed| {
        let mut order: Vec<usize> = (0..count).collect();
        order.sort_by_key(|place| {
            let mut hasher = DefaultHasher::new();
            (seed, place).hash(&mut hasher);
            hasher.finish()
        });
        order
    })
}

#[test]
fn the_order_of_transforms_never_matters() {
    let straight = with_header();
    let orders: Vec<Options> = orders(straight.transforms.len())
        .chain([straight.transforms.iter().rev().copied().collect()])
        .map(|transforms| Options { transforms, ..straight.clone() })
        .collect();
    let check = |(name, text): &(String, &str)| {
        let expected = upgrade_file("example.c", text.as_bytes(), &[], &straight);
        let differs = orders.iter().any(|options| {
            let actual = upgrade_file("example.c", text.as_bytes(), &[], options);
            (actual.text, actual.applied, actual.diagnostics)
                != (expected.text.clone(), expected.applied.clone(), expected.diagnostics.clone())
        });
        differs.then(|| name.clone())
    };
    let failures: Vec<String> = texts().par_iter().filter_map(check).collect();
    assert!(failures.is_empty(), "{failures:?}");
}

#[test]
fn a_transform_that_is_not_selected_leaves_no_trace() {
    let (place, _) = transform("private-long-as-int");
    let text = upgraded(MODULE.as_bytes(), &common::options(vec![place], true));
    let expected = MODULE.replacen("int limit = _PyLong_AsInt", "int limit = PyLong_AsInt", 1);
    assert_eq!(String::from_utf8(text).expect("it was text"), expected);
}
