//! Extension modules that look like those people write, made of what the examples of the catalogue hold.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use capi_upgrade::source::Language;
use capi_upgrade::transform::Catalogue;
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;

/// A source file.
#[derive(Clone, Debug)]
pub struct Module {
    pub name: &'static str,
    pub text: String,
}

/// Statements of the examples that stand on a line of their own.
static STATEMENTS: LazyLock<Vec<String>> = LazyLock::new(|| {
    let lines = EXAMPLES.iter().flat_map(|text| text.lines());
    let whole = lines.filter(|line| line.ends_with(';') && line.starts_with("    ") && !line.trim().starts_with('}'));
    let balanced = |line: &&str| line.matches('(').count() == line.matches(')').count();
    whole.filter(balanced).map(|line| line.trim().to_owned()).collect::<BTreeSet<_>>().into_iter().collect()
});

/// Whole examples in C that stand alone.
static EXAMPLES: LazyLock<Vec<&'static str>> = LazyLock::new(|| {
    let transforms = Catalogue::builtin().transforms().iter();
    let examples = transforms.flat_map(|transform| &transform.file().examples);
    let alone = examples.filter(|example| example.files.is_empty() && example.language == Language::C);
    alone.filter_map(|example| example.before.as_deref().or(example.unchanged.as_deref())).collect()
});

/// What stands between functions. `@` becomes a number of its own.
const DECLARATIONS: [&str; 18] = [
    "typedef struct {\n    PyObject_HEAD\n    PyObject *dict;\n    int count;\n} Thing@;\n",
    "typedef struct thing@ {\n    PyObject_VAR_HEAD\n    char *name;\n} Thing@;\n",
    "static PyMethodDef methods@[] = {\n    {\"f@\", (PyCFunction)f@, METH_VARARGS, PyDoc_STR(\"_PyLong_AsInt(op)\")},\n    {NULL, NULL, 0, NULL},\n};\n",
    "#define TYPE@(op) ((op)->ob_type)\n",
    "#define SET@(op, type) do { \\\n        Py_TYPE(op) = (type); \\\n        Py_REFCNT(op) = 1; \\\n    } while (0)\n",
    "#define AS_INT@ _PyLong_AsInt\n",
    "#undef AS_INT@\n",
    "/* Py_TYPE(op) = type; in a comment\n * over two lines */\n",
    "// _PyLong_AsInt(op) in a comment \\\n   that goes on\n",
    "static const char *text@ = \"Py_TYPE(op) = type; /* \" \"_PyLong_AsInt(op)\";\n",
    "PyDoc_STRVAR(doc@,\n\"f(x) -> int\\n\\\n_PyLong_AsInt\");\n",
    "extern int g@(PyObject *op);\n",
    "static PyObject *cache@ = NULL;\n",
    "enum { RED@ = '(', GREEN@ = '\\'', };\n",
    "PyMODINIT_FUNC\nPyInit_m@(void)\n{\n    PyObject *m = PyModule_Create(&module);\n    PyModule_AddObject(m, \"x\", Py_None);\n    return m;\n}\n",
    "#include \"structmember.h\"\n",
    "#pragma once\n",
    "\x0c\n",
];

/// Conditions of `#if`s, each with what ends them.
const CONDITIONS: [&str; 8] = [
    "#if PY_VERSION_HEX >= 0x03090000",
    "#if PY_MAJOR_VERSION < 3",
    "#ifdef Py_LIMITED_API",
    "#ifndef HAVE_X",
    "#if defined(X) && !defined(Y)",
    "#  if 0",
    "#if PY_VERSION_HEX < 0x030C0000 // old",
    "#ifdef Py_GIL_DISABLED",
];

/// What stands around statements: `{0}` is some, `{1}` others.
const FRAMES: [&str; 12] = [
    "if (op != NULL) {\n{0}}\n",
    "if (!op)\n{\n{0}}\nelse\n{\n{1}}\n",
    "while (count--) {\n{0}}\n",
    "for (i = 0; i < n; i++) {\n{0}{1}}\n",
    "do {\n{0}} while (0);\n",
    "switch (n) {\ncase 1:\n{0}break;\ndefault:\n{1}}\n",
    "{\nPyObject *op = args;\n{0}}\n",
    "Py_BEGIN_ALLOW_THREADS\n{0}Py_END_ALLOW_THREADS\n",
    "/* before */ {0} /* capi-upgrade: ignore */\n",
    "/* capi-upgrade: off */\n{0}/* capi-upgrade: on */\n{1}",
    "{0}goto done;\n{1}done:\n;\n",
    "x = f(\"{ /* \", '}'); {0}",
];

/// How a function begins; C++ alone has the last ones.
const HEADS: [&str; 6] = [
    "static PyObject *\nf@(PyObject *self, PyObject *args)\n{\n",
    "int f@(PyObject *op, PyTypeObject *type)\n{\n",
    "PyObject* f@ (Thing@ *self, void *closure) {\n",
    "namespace n@ {\nint f@(PyObject *op) {\n",
    "template <typename T> static T *f@(T *op) noexcept {\n",
    "class C@ : public Base {\npublic:\nC@(PyObject *op) : op_(op) {\n",
];
const TAILS: [&str; 6] = ["}\n", "}\n", "}\n", "}\n}\n", "}\n", "}\nPyObject *op_ = nullptr;\n};\n"];

/// How many of [`HEADS`] are C.
const HEADS_OF_C: usize = 3;

fn statements() -> impl Strategy<Value = String> {
    let plain =
        select(vec!["int n = 0;\n", "if (n < 0) return NULL;\n", "(void)op;\n", "x = \"Py_None == \" \"'\";\n"]);
    let leaf = prop_oneof![
        8 => select(STATEMENTS.as_slice()).prop_map(|line| line + "\n"),
        2 => plain.prop_map(str::to_owned),
    ];
    leaf.prop_recursive(3, 20, 3, |inner| {
        let some = || vec(inner.clone(), 1..3).prop_map(|lines| lines.concat());
        let framed = (select(&FRAMES[..]), some(), some())
            .prop_map(|(frame, one, other)| frame.replacen("{0}", &one, 1).replacen("{1}", &other, 1));
        prop_oneof![3 => framed, 2 => conditional(some(), some())]
    })
}

/// One of them, or either, by the conditions of an `#if`.
fn conditional(
    one: impl Strategy<Value = String> + 'static,
    other: impl Strategy<Value = String> + 'static,
) -> impl Strategy<Value = String> {
    (select(&CONDITIONS[..]), one, proptest::option::of(other)).prop_map(|(condition, one, other)| match other {
        Some(other) => format!("{condition}\n{one}#else\n{other}#endif\n"),
        None => format!("{condition}\n{one}#endif /* {condition} */\n"),
    })
}

fn function(language: Language) -> impl Strategy<Value = String> {
    let heads = if language == Language::C { HEADS_OF_C } else { HEADS.len() };
    (0..heads, vec(statements(), 1..5))
        .prop_map(|(head, body)| format!("{}{}{}", HEADS[head], body.concat(), TAILS[head]))
}

fn piece(language: Language) -> impl Strategy<Value = String> {
    let declaration = || select(&DECLARATIONS[..]).prop_map(str::to_owned);
    let example = || select(EXAMPLES.as_slice()).prop_map(|text| format!("{}\n", text.trim_end()));
    prop_oneof![
        5 => function(language),
        3 => declaration(),
        2 => example(),
        1 => conditional(function(language).boxed(), declaration().boxed()),
        1 => conditional(example().boxed(), function(language).boxed()),
    ]
}

/// A module in that language.
pub fn module(language: Language) -> impl Strategy<Value = Module> {
    let name = if language == Language::C { "module.c" } else { "module.cpp" };
    vec(piece(language), 1..7).prop_map(move |pieces| {
        let mut text = "#define PY_SSIZE_T_CLEAN\n#include <Python.h>\n\n".to_owned();
        for (number, piece) in pieces.iter().enumerate() {
            text += &piece.replace('@', &number.to_string());
            text.push('\n');
        }
        Module { name, text }
    })
}

/// A module in C or C++.
pub fn any_module() -> impl Strategy<Value = Module> {
    prop_oneof![2 => module(Language::C), 1 => module(Language::Cpp)]
}
