use std::path::{Path, PathBuf};

use super::{FileIndex, ProjectIndex};
use crate::capi::{BuildSet, PythonVersion};

fn scan(source: &str) -> FileIndex {
    FileIndex::scan(source.as_bytes())
}

fn variable(source: &str, name: &str) -> Option<String> {
    scan(source).variable(name).map(ToString::to_string)
}

fn returns(source: &str, name: &str) -> Option<String> {
    scan(source).function(name).map(|function| function.returns.to_string())
}

fn typedef(source: &str, name: &str) -> Option<String> {
    scan(source).typedef(name).map(ToString::to_string)
}

/// The members of a structure, each as `name: type`.
fn fields(source: &str, name: &str) -> Vec<String> {
    let index = scan(source);
    let structure = index.structure(name).unwrap_or_else(|| panic!("no structure {name}"));
    structure.fields.iter().map(|(name, ctype)| format!("{name}: {ctype}")).collect()
}

fn project(files: &[(&str, &str)]) -> ProjectIndex {
    ProjectIndex::new(files.iter().map(|(path, source)| (PathBuf::from(path), scan(source))))
}

#[track_caller]
fn check(found: Option<String>, expected: &str) {
    assert_eq!(found.as_deref(), Some(expected));
}

#[test]
fn variables_have_their_types() {
    check(variable("static PyObject *a, **b = NULL, c[3];", "a"), "PyObject *");
    check(variable("static PyObject *a, **b = NULL, c[3];", "b"), "PyObject **");
    check(variable("static PyObject *a, **b = NULL, c[3];", "c"), "PyObject []");
    check(variable("extern const struct tag volatile *a;", "a"), "tag *");
    check(variable("PyTypeObject T = { PyVarObject_HEAD_INIT(NULL, 0) \"a, b\", };", "T"), "PyTypeObject");
    check(variable("struct point { int x; } name, *ptr;", "ptr"), "point *");
}

#[test]
fn built_in_types_have_one_spelling() {
    check(variable("long unsigned int a;", "a"), "unsigned long");
    check(variable("unsigned a;", "a"), "unsigned int");
    check(variable("long long int a;", "a"), "long long");
    check(variable("short int const a;", "a"), "short");
    check(variable("long double a;", "a"), "long double");
}

#[test]
fn nested_declarators_read_from_the_name_outwards() {
    check(variable("static int (*a)(void *, int), b;", "a"), "int () *");
    check(variable("PyObject *(*table[4])(PyObject *);", "table"), "PyObject * () * []");
    check(variable("Foo (*a)(int);", "a"), "Foo () *");
    check(returns("void (*signal(int n, void (*f)(int)))(int);", "signal"), "void () *");
    check(typedef("typedef PyObject *(*maker)(PyObject *, void *);", "maker"), "PyObject * () *");
}

#[test]
fn functions_have_results_and_bodies() {
    let index = scan("static int f(void) { return g(1); }\nPyObject *g(int x);\nextern int h();");
    let f = index.function("f").unwrap();
    assert!(f.defined && f.is_static);
    let g = index.function("g").unwrap();
    assert!(!g.defined && !g.is_static);
    assert_eq!(g.returns.to_string(), "PyObject *");
    check(returns("struct s f(int x) { }", "f"), "s");
}

#[test]
fn attribute_macros_are_not_types() {
    check(returns("static MYAPI PyObject *f(int x) {}", "f"), "PyObject *");
    check(returns("MYAPI(3) int f(int x) {}", "f"), "int");
    check(returns("JNIEXPORT jint JNICALL f(int x) {}", "f"), "jint");
    check(returns("SQLRETURN SQL_API f(int x);", "f"), "SQLRETURN");
    check(returns("int f(void) NOTHROW __attribute__((pure));", "f"), "int");
    check(variable("static Foo a UNUSED = 3;", "a"), "Foo");
    check(variable("static Foo a __attribute__((unused)) = 3;", "a"), "Foo");
    check(variable("int EXPORT a;", "a"), "int");
}

#[test]
fn macros_around_types_are_looked_into() {
    let source = "Py_LOCAL(PyObject *) f(int x) {}";
    check(returns(source, "f"), "PyObject *");
    assert!(scan(source).function("f").unwrap().is_static);
    check(returns("EXTERN PyAPI_FUNC(unsigned long) f(int);", "f"), "unsigned long");
    check(variable("PyAPI_DATA(PyTypeObject) T;", "T"), "PyTypeObject");
    check(returns("PyMODINIT_FUNC\ninitfoo(void)\n{\n}", "initfoo"), "PyMODINIT_FUNC");
}

#[test]
fn a_macro_call_without_semicolon_hides_nothing() {
    check(variable("PyDoc_STRVAR(doc, \"a\" B)\nstatic int a;", "a"), "int");
    check(returns("MODULE(x)\nFoo *f(void) {}", "f"), "Foo *");
    check(returns("static X x = Y(z) B(c)\nstatic int f(void) {}", "f"), "int");
    check(variable("TABLE(x) { 1, 2 }\nint a;", "a"), "int");
}

#[test]
fn a_macro_that_makes_the_name_declares_nothing() {
    let index = scan("static PyObject *NAME(f)(PyObject *self) { int inside; }\nint a;");
    assert!(index.function("NAME").is_none() && index.variable("inside").is_none());
    assert!(index.variable("a").is_some());
}

#[test]
fn old_style_definitions_are_functions() {
    let source = "static PyObject *\nf(self, args)\n    PyObject *self;\n    char *args;\n{ int b; }\nint a;";
    let index = scan(source);
    assert!(index.function("f").unwrap().defined);
    assert!(index.variable("self").is_none());
    assert!(index.variable("a").is_some());
}

#[test]
fn statements_declare_nothing() {
    let index = scan("}\n  return x;\n  goto out;\n  a->b = c;\n  f(x);\n  if (x) y = 2; else z = 3;\nout:\nint a;");
    assert_eq!(index.variable("a").map(ToString::to_string).as_deref(), Some("int"));
    assert!(["x", "b", "y", "z", "out"].iter().all(|name| index.variable(name).is_none()));
    assert!(index.function("f").is_none());
}

#[test]
fn structures_have_members() {
    let source = "struct s { int a : 3, : 2, b; PyObject *c, *d[2]; int (*f)(int); unsigned e; struct s *next; };";
    let expected = ["a: int", "b: int", "c: PyObject *", "d: PyObject * []", "f: int () *", "e: unsigned int"];
    assert_eq!(fields(source, "s")[..6], expected);
    assert_eq!(fields("struct s { PyObject_HEAD\n int a; HEAD; Foo b; }", "s"), ["a: int", "b: Foo"]);
}

#[test]
fn a_typedef_names_its_structure() {
    let source = "typedef struct { PyObject_HEAD int x; } Foo, *FooPtr;\ntypedef struct bar { int y; } PACKED Bar;";
    check(typedef(source, "Foo"), "Foo");
    check(typedef(source, "FooPtr"), "Foo *");
    check(typedef(source, "Bar"), "bar");
    assert_eq!(fields(source, "Foo"), ["x: int"]);
    assert_eq!(fields(source, "bar"), ["y: int"]);
}

#[test]
fn members_of_unnamed_inner_structures_are_the_outer_ones() {
    let source = "struct s { int a; union { int b; struct { int c; }; };\n\
        struct { int hidden; } d; struct t { int e; } f; int g; };";
    let expected = ["a: int", "b: int", "c: int", "d: ", "f: t", "g: int"];
    assert_eq!(fields(source, "s"), expected);
    assert_eq!(fields(source, "t"), ["e: int"]);
}

#[test]
fn classes_have_data_members() {
    let source = "class EXPORT Foo final : public ns::Base<int>, Other {\n public:\n \
        Foo(int x) : a(x), b{2} { int no; }\n  \
        ~Foo();\n  virtual PyObject *get() const = 0;\n  bool operator==(const Foo &o) const { return true; }\n  int a;\n \
        private:\n  std::vector<int> b;\n  ns::Type *c{nullptr};\n  static int d;\n  using X = int;\n};";
    assert_eq!(fields(source, "Foo"), ["a: int", "b: ?", "c: Type *"]);
}

#[test]
fn linkage_and_namespaces_are_looked_through() {
    let source = "extern \"C\" {\nint a;\n}\nnamespace x::y { namespace {\nint b;\n} }\nextern \"C\" int c;\nint d;";
    let index = scan(source);
    assert!(["a", "b", "c", "d"].iter().all(|name| index.variable(name).is_some()));
    let index = scan("#ifdef __cplusplus\nextern \"C\" {\n#endif\nint a;\n#ifdef __cplusplus\n}\n#endif\n");
    assert!(index.variable("a").is_some());
}

#[test]
fn members_defined_outside_their_class_are_not_functions() {
    let index = scan("int Foo::bar(int x) { return 1; }\nFoo::Foo() : a(1) {}\nint Foo::count = 0;\nint a;");
    assert!(index.function("bar").is_none() && index.function("Foo").is_none() && index.variable("count").is_none());
    assert!(index.variable("a").is_some());
}

#[test]
fn alternatives_are_all_seen() {
    let source = "#ifdef A\nint a;\n#elif B\nint b;\n#else\nint c;\n#endif\n\
        struct s {\n#ifdef A\n int x;\n#else\n int y;\n#endif\n};";
    let index = scan(source);
    assert!(["a", "b", "c"].iter().all(|name| index.variable(name).is_some()));
    assert_eq!(fields(source, "s"), ["x: int", "y: int"]);
    check(variable("#ifdef A\nint a;\n#else\nlong a;\n#endif\n", "a"), "?");
}

#[test]
fn braces_that_do_not_balance_cost_one_function() {
    let source = "int f(void) {\n  if (x) {\n}\nint g(void) {\n}\nint a;";
    let index = scan(source);
    assert!(index.function("g").is_some() && index.variable("a").is_some());
}

#[test]
fn macros_know_where_and_for_whom() {
    let source = "#define A 1\n#if PY_VERSION_HEX < 0x03090000\n#define B(x) x\n#endif\n#undef A\n#define A (2)\n";
    let index = scan(source);
    let a = index.macro_definition("A").unwrap();
    assert!(!a.function_like);
    assert_eq!(a.offsets, [0, source.rfind("#define").unwrap() as u32]);
    let b = index.macro_definition("B").unwrap();
    assert!(b.function_like);
    assert_eq!(b.builds, BuildSet::before(PythonVersion::new(3, 9)));
}

#[test]
fn includes_are_listed() {
    let index = scan("#include <Python.h>\n#include \"a/b.h\"\n#include X\n");
    let found: Vec<_> = index.includes().map(|entry| (&*entry.name, entry.angled)).collect();
    assert_eq!(found, [("Python.h", true), ("a/b.h", false)]);
}

#[test]
fn objects_begin_as_objects_do() {
    let is_object = |source: &str| scan(source).is_object("T");
    assert!(is_object("typedef struct { PyObject_HEAD int x; } T;"));
    assert!(is_object("typedef struct { PyObject_VAR_HEAD } T;"));
    assert!(is_object("typedef struct { PyObject_HEAD; int x; } T;"));
    assert!(is_object("struct T { PyObject ob_base; int x; };"));
    assert!(is_object("struct T { const PyVarObject ob_base; };"));
    assert!(is_object("typedef struct { PyListObject list; int x; } T;"));
    assert!(is_object("struct a { PyObject_HEAD }; typedef struct { struct a base; } T;"));
    assert!(is_object("struct T { union { PyObject_HEAD\n PyObject ob; }; };"));
    assert!(is_object("struct T : public PyObject { int x; };"));
    assert!(is_object("class T { public: PyObject_HEAD int x; };"));
    assert!(is_object("#define HEAD /* x */ \\\n PyObject_HEAD int y;\nstruct T { HEAD\n int x; };"));
    assert!(is_object("typedef PyObject U; typedef U T;"));
    assert!(is_object("struct T {\n#ifdef DEBUG\n PyObject_HEAD\n#else\n PyObject ob_base;\n#endif\n};"));
}

#[test]
fn other_structures_are_no_objects() {
    let is_object = |source: &str| scan(source).is_object("T");
    assert!(!is_object("struct T { PyObject *ob; };"));
    assert!(!is_object("struct T { int x; PyObject_HEAD };"));
    assert!(!is_object("struct T { PyObject const *ob; };"));
    assert!(!is_object("struct T { PyObject *(*f)(void); };"));
    assert!(!is_object("struct T { PyObjectish x; };"));
    assert!(!is_object("typedef PyObject *T;"));
    assert!(!is_object("struct a { PyObject_HEAD }; typedef struct a *T;"));
    assert!(!is_object("struct T { T(); int x; };"));
    assert!(!is_object("#define HEAD HEAD\nstruct T { HEAD int x; };"));
    assert!(!is_object("int a;"));
}

#[test]
fn objects_are_found_across_files() {
    let project = project(&[
        ("a.h", "#define MY_HEAD PyObject_HEAD int id;\ntypedef struct base Base;"),
        ("b.h", "struct base { MY_HEAD int x; };"),
        ("c.c", "typedef struct { Base base; } Derived;\nstruct both { PyObject_HEAD };"),
        ("d.c", "struct both { int x; };"),
    ]);
    assert!(project.is_object("Base") && project.is_object("base") && project.is_object("Derived"));
    assert!(project.structure("Derived").unwrap().object);
    assert!(!project.is_object("both"), "files contradict each other");
}

#[test]
fn files_that_contradict_each_other_leave_a_type_unknown() {
    let project = project(&[
        ("a.c", "typedef int num; typedef int same; int f(void) {} static int g(void) {}"),
        ("b.c", "typedef long num; typedef int same; long f(void); static long g(void) {}"),
        ("c.c", "char *g(void) {}"),
    ]);
    assert_eq!(project.typedef("num").unwrap().to_string(), "?");
    assert_eq!(project.typedef("same").unwrap().to_string(), "int");
    let f = project.function("f").unwrap();
    assert_eq!((f.returns.to_string(), f.defined), ("?".to_owned(), true));
    assert_eq!(project.function("g").unwrap().returns.to_string(), "char *", "static ones do not count");
    assert_eq!(project.typedef_names().collect::<Vec<_>>(), ["num", "same"]);
}

#[test]
fn a_static_function_counts_where_it_is_seen() {
    let project = project(&[
        ("a.h", "static inline int f(void) { return 1; }\n#define M 1\nextern PyObject *shared;"),
        ("b.c", "#include \"a.h\"\nstatic int own(void) {}"),
        ("c.c", "int g(void) {}"),
    ]);
    let (b, c) = (Path::new("b.c"), Path::new("c.c"));
    assert!(project.function_for(b, "f").is_some() && project.function_for(c, "f").is_none());
    assert!(project.is_defined_for(b, "f") && !project.is_defined_for(c, "f"));
    assert!(project.is_defined_for(b, "M") && !project.is_defined_for(c, "M"));
    assert!(project.is_defined_for(b, "g") && !project.is_defined_for(c, "own"));
    assert!(project.defines("M") && project.defines("g") && !project.defines("f"));
    assert!(project.variable_for(b, "shared").is_some() && project.variable_for(c, "shared").is_none());
}

#[test]
fn includes_reach_through_the_project() {
    let project = project(&[
        ("src/a.c", "#include \"x.h\"\n#include <Python.h>\n#include \"twice.h\""),
        ("src/x.h", "#include \"../include/y.h\"\n#include \"x.h\""),
        ("include/y.h", "#include <deep/z.h>\n#include \"src/a.c\""),
        ("third/deep/z.h", ""),
        ("p/twice.h", ""),
        ("q/twice.h", ""),
    ]);
    let reached: Vec<&Path> = project.reachable(Path::new("src/a.c")).collect();
    assert_eq!(reached, ["include/y.h", "src/x.h", "third/deep/z.h"].map(Path::new));
    assert!(project.reachable(Path::new("none.c")).next().is_none());
    assert!(project.file(Path::new("src/x.h")).is_some());
}

#[test]
fn files_are_compiled_together_by_whoever_includes_both() {
    let project = project(&[
        ("one.c", "#include \"a.h\"\n#include \"b.h\""),
        ("two.c", "#include \"c.h\""),
        ("a.h", "#include \"deep.h\""),
        ("b.h", ""),
        ("c.h", ""),
        ("deep.h", ""),
    ]);
    let path = Path::new;
    let includers: Vec<&Path> = project.includers(path("deep.h")).collect();
    assert_eq!(includers, [path("a.h"), path("one.c")]);
    assert!(project.includers(path("one.c")).next().is_none() && project.includers(path("none.c")).next().is_none());
    assert!(project.reaches(path("one.c"), path("deep.h")) && !project.reaches(path("deep.h"), path("one.c")));
    assert!(!project.reaches(path("one.c"), path("one.c")) && !project.reaches(path("two.c"), path("a.h")));
    for (one, other) in [("deep.h", "b.h"), ("one.c", "deep.h"), ("a.h", "a.h"), ("none.c", "none.c")] {
        assert!(project.are_together(path(one), path(other)) && project.are_together(path(other), path(one)));
    }
    for (one, other) in [("deep.h", "c.h"), ("one.c", "two.c"), ("none.c", "a.h")] {
        assert!(!project.are_together(path(one), path(other)) && !project.are_together(path(other), path(one)));
    }
}

/// Text of every shape above, to be broken in every way.
const SNIPPETS: &str = "#include \"a.h\"\n#define HEAD PyObject_HEAD \\\n int x;\n#if PY_VERSION_HEX < 0x03090000\n\
    typedef struct { HEAD union { int a : 2; struct { int b[3]; }; } u, *v; } Foo;\n#else\nextern \"C\" {\n#endif\n\
    static PyObject *(*f(int (*g)(void)))(int) { if (x) { return g(); } }\nclass C : public B<int> { public: C() : a{1} {} \
    ~C(); int a; };\nPy_LOCAL(PyObject *) h(a, b) int a; char *b; { return a; }\nnamespace n { template <class T> struct S {\
    T x; }; }\nusing X = int;\nPyDoc_STRVAR(doc, \"x\")\nstatic PyMethodDef m[] = {{\"a\", (F)f, 1, doc}, {NULL}};\nenum class \
    E : int { A = 1 } e;\nunsigned long long ll __attribute__((x)) = 1;\nint (((((((((((deep)))))))))));\n}\n";

#[test]
fn cut_text_is_survived() {
    for end in 0..SNIPPETS.len() {
        scan(&SNIPPETS[..end]);
        scan(&SNIPPETS[end..]);
    }
}

#[test]
fn shuffled_text_is_survived() {
    let words: Vec<&str> = SNIPPETS.split_inclusive([' ', '\n', '(', '{', ';', '}', ')', '*', ':', '<']).collect();
    let mut seed = 1u64;
    let mut random = |below: usize| {
        seed = seed.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
        (seed >> 33) as usize % below
    };
    for _ in 0..1000 {
        let length = random(60);
        let text: String = (0..length).map(|_| words[random(words.len())]).collect();
        project(&[("a.h", &text), ("b.c", SNIPPETS)]).is_object("Foo");
    }
    for _ in 0..300 {
        let bytes: Vec<u8> = (0..random(400)).map(|_| random(256) as u8).collect();
        FileIndex::scan(&bytes);
    }
}

#[test]
fn deep_and_long_text_takes_linear_time() {
    let many = |text: &str| text.repeat(20_000);
    for text in
        ["(", "{", "[", "struct {", "struct a {", "struct a : ", "f(", "*", "a<", "x::", "a ", "int (*", "}\na", "f(x)"]
    {
        scan(&many(text));
        scan(&format!("int a{};", many(text)));
        scan(&format!("struct s {{ {} }};", many(text)));
    }
    scan(&format!("{}{}", many("("), many("{\n}\na")));
    scan(&format!("{}{};", many("typedef struct { int x; } "), many("}")));
    scan(&format!("{}{}", many("struct { "), many("};")));
    scan(&many("#define A B\n"));
}

#[test]
fn a_survey_of_a_file_without_python_keeps_includes_macros_and_types() {
    let source = b"#include \"y.h\"\n#define LIMIT 3\ntypedef struct { int n; } row, *rows;\ntypedef int (*compare)(row *);\nrow first;\n";
    let index = FileIndex::survey(source);
    assert_eq!(index.includes().map(|entry| &*entry.name).collect::<Vec<_>>(), ["y.h"]);
    assert!(index.macro_definition("LIMIT").is_some());
    assert!(index.typedef("rows").is_some() && index.typedef("compare").is_some());
    assert!(index.variable("first").is_none(), "what it declares is of no interest");
    let index = FileIndex::survey(b"extern PyObject *first;");
    assert!(index.variable("first").is_some());
}

#[test]
fn what_only_python_2_gets_takes_no_name() {
    let text = "#if PY_MAJOR_VERSION < 3\n#define A(x) x\n#else\n#define B(x) x\n#endif\n";
    let project = ProjectIndex::new([(PathBuf::from("x.h"), FileIndex::scan(text.as_bytes()))]);
    let x = Path::new("x.h");
    assert!(!project.is_defined_for(x, "A") && project.is_defined_for(x, "B"));
    assert!(project.is_macro_for(x, "A"), "it is a macro where it is one");
}

#[test]
fn a_copy_of_what_every_python_has_takes_no_name() {
    let defines = |asked: &str| {
        let text = format!("#include <Python.h>\n#ifndef {asked}\n#define Py_TYPE(op) (op)->ob_type\n#endif\n");
        let project = ProjectIndex::new([(PathBuf::from("x.h"), FileIndex::scan(text.as_bytes()))]);
        project.is_defined_for(Path::new("x.h"), "Py_TYPE")
    };
    assert!(!defines("Py_REFCNT"), "every Python in range has the macro");
    assert!(defines("Py_T_INT") && defines("OWN"), "some lack it, or none has it");
}
