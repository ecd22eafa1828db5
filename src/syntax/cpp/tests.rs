use crate::source::{Language, lex, split};
use crate::syntax::{TypeNames, parse};

/// The tree of the first region of C++ text.
fn dump(text: &str) -> String {
    let regions = split(text.as_bytes(), &lex(text.as_bytes()).tokens, Language::Cpp);
    match parse(text.as_bytes(), &regions[0], &TypeNames::default()) {
        Ok(tree) => tree.dump(text.as_bytes()),
        Err(error) => format!("{}: {}", error.offset, error.reason),
    }
}

/// The statements of a function with that body.
#[track_caller]
fn check(body: &str, expected: &str) {
    let text = format!("void f() {{ {body} }}");
    let found = dump(&text);
    let inner = found
        .strip_prefix("(root (function (declarator <void ()> f) (compound ")
        .and_then(|rest| rest.strip_suffix(")))"));
    assert_eq!(inner.unwrap_or(&found), expected, "{body}");
}

#[test]
fn statements_are_those_of_c() {
    check("Py_DECREF(x); x = NULL;", "(expression (call Py_DECREF x)) (expression (assign x NULL))");
    check("if (!x) return; else { y(); }", "(if (unary Not x) (return -) (compound (expression (call y))))");
    check(
        "for (int i = 0; i < 3; i++) f(i);",
        "(for (declaration (initdeclarator (declarator <int> i) 0)) (binary Less i 3) (postincrement i) (expression (call f i)))",
    );
    check(
        "switch (x) { case 1: case 2: f(); g(); break; default: h(); }",
        "(switch x (compound (case 1 (case 2 (expression (call f)))) (expression (call g)) (break) (default (expression (call h)))))",
    );
    check("a: goto a;", "(label a (goto a))");
    check("do { f(); } while ((x));", "(dowhile (compound (expression (call f))) x)");
    check(
        "PyObject *x = f(), **y;",
        "(declaration (initdeclarator (declarator <PyObject *> x) (call f)) (initdeclarator (declarator <PyObject **> y) -))",
    );
    check(
        "unsigned long int n[3] = {1, 2};",
        "(declaration (initdeclarator (declarator <unsigned long []> n 3) (initializerlist (item 1) (item 2))))",
    );
    check(
        "x->ob_type = (PyTypeObject *)y;",
        "(expression (assign (member -> x ob_type) (cast (typename <PyTypeObject *>) y)))",
    );
}

#[test]
fn cpp_has_more() {
    check(
        "for (auto &x : list) f(x);",
        "(forrange (declaration (initdeclarator (declarator <auto> x) -)) list (expression (call f x)))",
    );
    check(
        "try { f(); } catch (const E &e) { g(e); }",
        "(try (compound (expression (call f))) (catch (parameter (declarator <E> e)) (compound (expression (call g e)))))",
    );
    check(
        "auto g = [x](PyObject *o) { return o; };",
        "(declaration (initdeclarator (declarator <auto> g) (lambda (parameter (declarator <PyObject *> o)) (compound (return o)))))",
    );
    check(
        "std::vector<int> v(3); py::object o;",
        "(declaration (initdeclarator (declarator <std::vector<int>> v) (other `(3)` 3))) (declaration (initdeclarator (declarator <py::object> o) -))",
    );
    check(
        "f(static_cast<PyObject *>(x), nullptr);",
        "(expression (call f (call (other `static_cast<PyObject *>`) x) nullptr))",
    );
    check(
        "ns::f(x); ::g(x); this->h(x);",
        "(expression (call (other `ns::f`) x)) (expression (call (other `::g`) x)) (expression (call (member -> (other `this`) h) x))",
    );
    check("delete x; throw E(x);", "(expression (other `delete x` x)) (other `throw E(x);` (call E x))");
    check(
        "if (PyObject *x = f()) g(x);",
        "(if (other `PyObject *x = f()` (initdeclarator (declarator <PyObject *> x) -) (call f)) (expression (call g x)) -)",
    );
}

#[test]
fn functions_stand_in_classes() {
    assert_eq!(
        dump("struct A { explicit A(PyObject *o) : p(o) { Py_INCREF(o); } };"),
        "(root (function (declarator <? ()> A (parameter (declarator <PyObject *> o))) (other `: p(o)` (other `(o)` o)) (compound (expression (call Py_INCREF o)))))"
    );
    assert_eq!(
        dump("template <class T> static inline PyObject *f(const T &x) noexcept { return wrap(x); }"),
        "(root (function (declarator <PyObject * ()> f (parameter (declarator <T> x))) (compound (return (call wrap x)))))"
    );
    assert_eq!(dump("int f(int x) { if (x }").split(':').next(), Some("15"));
}

#[test]
fn macros_are_masked() {
    check(
        "Py_BEGIN_ALLOW_THREADS\n f();\n Py_END_ALLOW_THREADS\n g();",
        "(compound (expression (call f))) (expression (call g))",
    );
    assert_eq!(
        dump("PyMODINIT_FUNC PyInit_x(void) { return 0; }"),
        "(root (function (declarator <PyMODINIT_FUNC ()> PyInit_x (parameter (declarator <void> -))) (compound (return 0))))"
    );
}

#[test]
fn heads_of_functions_are_masked() {
    let function = |head: &str| dump(&format!("{head} {{ return; }}"));
    for head in [
        "API static PyObject *f(T *RESTRICT p, T *RESTRICT)",
        "template <class D, IF_SIZE_D(D, 8), IF_T(D)> API Vec<D> f(D, const uint8_t *RESTRICT p)",
        "API const T *f(int y) const NOEXCEPT",
        "ATTRIBUTE(x) Set<T> const &A::f() const noexcept",
        "typename A<T>::B A<T>::f(int x)",
        "TEST_CASE(\"a.b\" * 3)",
        "API ~A() throw() OVERRIDE",
    ] {
        assert!(function(head).starts_with("(root (function "), "{head}: {}", function(head));
    }
}

#[test]
fn what_the_parser_stumbles_over_is_taken_out() {
    check("OVERRIDE(double, Base, get, ); x();", "(expression -) (expression (call x))");
    check("return IMPLEMENTATION(int, T)::run(x);", "(return (call (other `::run`) x))");
    check("T * RESTRICT p = q;", "(declaration (initdeclarator (declarator <T *> p) q))");
    check("STATIC_ASSERT(a) x = y;", "(expression (assign x y))");
    check(
        "f(static_cast<int>(g<typename A::T>(1)), typename A::B(2));",
        "(expression (call f (call (other `static_cast<int>`) (call (other `g<typename A::T>`) 1)) (call (other `A::B`) 2)))",
    );
}

#[test]
fn expressions_that_the_parser_does_not_know() {
    check("(p->*f)(x);", "(expression (call (member -> p f) x))");
    check("a.template g<int>(x);", "(expression (call (other `a.template g<int>` a) x))");
    check("kernel<<<n, 256>>>(x); y();", "(expression (call kernel x)) (expression (call y))");
    check(
        "delete [] (int *)x; printf(\"%\" PRId64 \"\\n\", x);",
        "(expression (other `delete [] (int *)x` (cast (typename <int *>) x))) (expression (call printf \"%\" PRId64 \"\\n\" x))",
    );
    check("__asm__ volatile (\"nop\" ::: \"memory\"); x();", "(expression -) (expression (call x))");
    check("WITH(a = 1; f(a);) g();", "(expression (call g))");
    check("f(\"x\"_a = 1);", "(expression (call f (assign _a 1)))");
    check("p = new T *[n];", "(expression (assign p (other `new T *[n]` n)))");
}
