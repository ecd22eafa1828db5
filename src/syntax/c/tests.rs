use super::*;
use crate::source::TextRange;
use crate::source::{Token, TokenKind, lex, macro_definition, split};
use crate::syntax::NodeKind;

fn types() -> TypeNames {
    ["PyObject", "PyTypeObject", "T", "destructor"].iter().collect()
}

fn regions(source: &str) -> Vec<Region> {
    let lexed = lex(source.as_bytes());
    let is_directive = |token: &&Token| token.kind == TokenKind::Directive;
    let tokens: Vec<Token> = lexed.tokens.iter().filter(|token| !is_directive(token)).copied().collect();
    let macros = lexed.tokens.iter().filter_map(|token| macro_definition(source.as_bytes(), token)?.body);
    macros.chain(split(source.as_bytes(), &tokens, crate::source::Language::C)).collect()
}

/// The tree of the only region of `source`.
fn tree(source: &str) -> SyntaxTree {
    let [region] = regions(source).try_into().expect("one region");
    parse(source.as_bytes(), &region, &types()).unwrap_or_else(|unparsed| panic!("{source}: {unparsed:?}"))
}

/// It as an S-expression, without the root around it.
fn dump(source: &str) -> String {
    let dump = tree(source).dump(source.as_bytes());
    dump.strip_prefix("(root ").and_then(|dump| dump.strip_suffix(')')).unwrap_or(&dump).to_owned()
}

/// Statements in a function.
fn body(statements: &str) -> String {
    let dump = dump(&format!("void f(void)\n{{\n{statements}\n}}"));
    let prefix = "(function (declarator <void ()> f (parameter (declarator <void> -))) (compound ";
    dump.strip_prefix(prefix).and_then(|dump| dump.strip_suffix("))")).expect(&dump).to_owned()
}

/// The texts of all nodes of `kind`: range and core.
fn texts(source: &str, kind: NodeKind) -> Vec<(&str, &str)> {
    let tree = tree(source);
    let of_kind = tree.nodes().filter(|&node| tree.kind(node) == kind);
    of_kind.map(|node| (&source[tree.range(node).to_usize()], &source[tree.core(node).to_usize()])).collect()
}

#[test]
fn statements() {
    assert_eq!(body("if (a) b(); else ;"), "(if a (expression (call b)) (expression -))");
    assert_eq!(body("if (a) return;"), "(if a (return -) -)");
    assert_eq!(body("while (a) continue;"), "(while a (continue))");
    assert_eq!(body("do { break; } while (a);"), "(dowhile (compound (break)) a)");
    assert_eq!(body("for (;;) ;"), "(for - - - (expression -))");
    assert_eq!(
        body("for (int i = 0; i < 3; i++) ;"),
        "(for (declaration (initdeclarator (declarator <int> i) 0)) (binary Less i 3) (postincrement i) (expression -))"
    );
    assert_eq!(
        body("switch (a) { case 1 ... 2: default: ; }"),
        "(switch a (compound (case 1 2 (default (expression -)))))"
    );
    assert_eq!(body("goto end; end: return 1;"), "(goto end) (label end (return 1))");
}

#[test]
fn expressions() {
    assert_eq!(body("a->b.c[1](2, 3);"), "(expression (call (index (member . (member -> a b) c) 1) 2 3))");
    assert_eq!(
        body("a = -b, c += !d;"),
        "(expression (comma (assign a (unary Minus b)) (assign Add c (unary Not d))))"
    );
    assert_eq!(body("a ? b : c;"), "(expression (conditional a b c))");
    assert_eq!(body("x = (T *)a;"), "(expression (assign x (cast (typename <T *>) a)))");
    assert_eq!(
        body("x = sizeof(T) + sizeof a;"),
        "(expression (assign x (binary Add (sizeoftype (typename <T>)) (unary Sizeof a))))"
    );
    assert_eq!(
        body("x = (T){1, .a = 2};"),
        "(expression (assign x (compoundliteral (typename <T>) (initializerlist (item 1) (designated a 2)))))"
    );
    assert_eq!(
        body("x = ({ f(); 1; });"),
        "(expression (assign x (statementexpression (compound (expression (call f)) (expression 1)))))"
    );
    assert_eq!(body("x = \"a\" \"b\";"), "(expression (assign x \"a\" \"b\"))");
}

#[test]
fn declarations_and_types() {
    assert_eq!(
        dump("static const unsigned long int *a, b[2] = {1, 2};"),
        "(declaration (initdeclarator (declarator <unsigned long *> a) -) \
         (initdeclarator (declarator <unsigned long []> b 2) (initializerlist (item 1) (item 2))))"
    );
    assert_eq!(
        dump("typedef struct s { T a; int b : 3; } t, *p;"),
        "(typedef (struct s (fielddeclaration (declarator <T> a)) (fielddeclaration (declarator <int> b) 3)) \
         (initdeclarator (declarator <s> t) -) (initdeclarator (declarator <s *> p) -))"
    );
    assert_eq!(
        dump("enum e { A, B = 2 } x;"),
        "(declaration (enum e (enumerator A -) (enumerator B 2)) (initdeclarator (declarator <e> x) -))"
    );
    assert_eq!(dump("int (*f)(T *);"), "(declaration (initdeclarator (declarator <int () *> f) -))");
    assert_eq!(
        dump("int (*f(int a))(char b) { }"),
        "(function (declarator <int () * ()> f (parameter (declarator <int> a))) (compound))"
    );
    assert_eq!(
        dump("int f(a, b) int a; { }"),
        "(function (declarator <int ()> f (parameter a) (parameter b)) \
         (declaration (initdeclarator (declarator <int> a) -)) (compound))"
    );
}

#[test]
fn parentheses_belong_to_the_range_and_not_to_the_core() {
    let source = "int f(void) { return ((a)) + (b)->c + (g)((d)); }";
    assert_eq!(
        texts(source, NodeKind::Identifier),
        [("f", "f"), ("((a))", "a"), ("(b)", "b"), ("(g)", "g"), ("(d)", "d")].as_slice()
    );
    assert_eq!(texts("int x = ( /* c */ (T) y );", NodeKind::Cast), [("( /* c */ (T) y )", "(T) y")]);
    assert_eq!(texts("int x = (({ f(); }));", NodeKind::StatementExpression), [("(({ f(); }))", "({ f(); })")]);
    assert_eq!(texts("int x = ((a), (b));", NodeKind::Comma), [("((a), (b))", "(a), (b)")]);
}

#[test]
fn ranges_end_with_their_last_token() {
    let source = "int f(void) { a . b  /* c */ ; g( x  /* d */ , y ) ; }";
    assert_eq!(
        texts(source, NodeKind::ExpressionStatement),
        [("a . b  /* c */ ;",), ("g( x  /* d */ , y ) ;",)].map(|(text,)| (text, text))
    );
    assert_eq!(texts(source, NodeKind::Member { arrow: false }), [("a . b", "a . b")]);
    assert_eq!(texts(source, NodeKind::Call), [("g( x  /* d */ , y )", "g( x  /* d */ , y )")]);
}

#[test]
fn an_offset_above_ascii_and_in_crlf_is_a_byte_offset() {
    let source = "int f(void)\r\n{ g(\"ä\", x); }";
    assert_eq!(texts(source, NodeKind::Call), [("g(\"ä\", x)", "g(\"ä\", x)")]);
}

#[test]
fn bodies_of_macros() {
    assert_eq!(dump("#define M(x) ((x)->a)"), "(member -> x a)");
    assert_eq!(dump("#define M(x) do { f(x); } while (0)"), "(dowhile (compound (expression (call f x))) 0)");
    assert_eq!(dump("#define M f(x); \\\n g(y)"), "(expression (call f x)) (expression (call g y))");
    assert_eq!(dump("#define M T *"), "(typename <T *>)");
    assert_eq!(dump("#define M {\"a\", 1},"), "(item (initializerlist (item \"a\") (item 1)))");
    assert_eq!(
        dump("#define M int a; T b;"),
        "(declaration (initdeclarator (declarator <int> a) -)) (declaration (initdeclarator (declarator <T> b) -))"
    );
    assert_eq!(dump("#define M static inline __attribute__((x))"), "(root)");
    assert_eq!(dump("#define M(a) f(a##_x, #a)"), "(call f (other `a##_x`) (other `#a`))");
}

#[test]
fn a_macro_that_defines_functions() {
    let source = "#define M(n) static int n##_get(A *a) { return a->n; } PyDoc_STRVAR(n##_doc, #n); T n(B) { }";
    assert_eq!(
        dump(source),
        "(function (declarator <int ()> (other `n##_get`) (parameter (declarator <A *> a))) \
         (compound (return (member -> a n)))) (function (declarator <T ()> n (parameter (declarator <B> -))) (compound))"
    );
}

#[test]
fn types_among_arguments_of_the_standard_macros() {
    assert_eq!(body("a = va_arg(ap, T *);"), "(expression (assign a (other `va_arg(ap, T *)` ap)))");
    assert_eq!(body("a = offsetof(struct s, b);"), "(expression (assign a (other `offsetof(struct s, b)` b)))");
    assert_eq!(
        body("a = __builtin_va_arg(ap, int);"),
        "(expression (assign a (other `__builtin_va_arg(ap, int)` ap)))"
    );
}

#[test]
fn a_macro_call_at_the_top_level_is_a_statement() {
    assert_eq!(dump("PyDoc_STRVAR(doc, \"text\");"), "(expression (call PyDoc_STRVAR doc \"text\"))");
}

#[test]
fn a_stand_in_is_no_name_and_no_type() {
    let source = "void f(void) { g(int); }";
    assert_eq!(body("g(int);"), "(expression (call g (other `int`)))");
    assert!(tree(source).has_stand_in(TextRange::new(17, 20)));
    assert!(!tree(source).has_stand_in(TextRange::new(15, 17)));
    assert_eq!(body("__int128 x;"), "(declaration (initdeclarator (declarator <__int128> x) -))");
}

#[test]
fn a_function_is_read_around_what_does_not_parse() {
    assert_eq!(body("f(a, b = = c, d); g();"), "(expression (call f a (other `b = = c`) d)) (expression (call g))");
    assert_eq!(body("f(); a = = b; g();"), "(expression (call f)) (expression -) (expression (call g))");
    assert_eq!(body("if (a @ b) { c(); }"), "(if (other `a @ b`) (compound (expression (call c))) -)");
    let source = "void f(void) { f(a @ b); }";
    let tree = tree(source);
    assert!(tree.has_stand_in(TextRange::new(17, 22)) && !tree.has_stand_in(TextRange::new(0, 17)));
}

#[test]
fn what_does_not_parse_says_where() {
    let source = "int f(int = ) { a(); }";
    let [region] = regions(source).try_into().expect("one region");
    let unparsed = parse(source.as_bytes(), &region, &types()).expect_err("not C");
    assert!(unparsed.reason.starts_with("unexpected `"), "{unparsed:?}");
    assert!(region.range.contains_offset(unparsed.offset));
}

/// What `parse` says of every region of a deep source. It must not overflow the stack of a test's thread.
fn reasons(source: &str) -> Vec<Option<String>> {
    let types = types();
    regions(source)
        .iter()
        .map(|region| parse(source.as_bytes(), region, &types).err().map(|error| error.reason))
        .collect()
}

#[test]
fn depth_is_refused() {
    const N: usize = 100_000;
    let nested = |before: &str, open: &str, inner: &str, close: &str, after: &str| {
        format!("{before}{}{inner}{}{after}", open.repeat(N), close.repeat(N))
    };
    let chained = |before: &str, link: &str, after: &str| format!("{before}{}{after}", link.repeat(N));
    let sources = [
        nested("int a = ", "(", "1", ")", ";"),
        nested("void f(void) {", "{", "", "}", "}"),
        nested("int a = ", "{", "1", "}", ";"),
        nested("int a = ", "a[", "1", "]", ";"),
        nested("int a = ", "f(", "1", ")", ";"),
        nested("int ", "(*", "a", ")", ";"),
        nested("", "struct s { ", "int a;", "};", ""),
        nested("#define M ", "(", "1", ")", ""),
        chained("int a = ", "(T)", "b;"),
        chained("int a = ", "- ", "b;"),
        chained("int a = ", "sizeof ", "b;"),
        chained("int a = b", " + b", ";"),
        chained("int a = b", " = b", ";"),
        chained("int a = b", " ? b : b", ";"),
        chained("int a = b", "->b", ";"),
        chained("int a = b", "(1)", ";"),
        chained("int ", "*", "a;"),
        chained("void f(void) { if (a) b; ", "else if (a) b; ", "}"),
        chained("void f(void) { if (a) { b; } ", "else if (a) { b; } ", "}"),
        chained("void f(void) { ", "if (a) ", "b; }"),
        chained("void f(void) { ", "if (a) b; else ", "b; }"),
        chained("void f(void) { ", "for (;;) ", "b; }"),
        chained("void f(void) { switch (a) { ", "case 1: ", "b; } }"),
        chained("void f(void) { ", "do ", "b; }"),
        chained("void f(void) { ", "l: ", "b; }"),
        chained("void f(void) { ", "return ", "b; }"),
        chained("int a = ", "not ", "b;"),
        chained("void f(void) { ", "Py_BEGIN_ALLOW_THREADS\n", "}"),
        chained("void f(void) { ", "UNLESS(a)\n ", "b; }"),
        chained("void f(void) { ", "a: ", "}"),
    ];
    for source in &sources {
        let shown = &source[..60];
        assert!(reasons(source).iter().all(Option::is_some), "{shown} was taken");
    }
}

#[test]
fn depth_at_the_limit_is_taken() {
    let nested = |n: usize, before: &str, open: &str, inner: &str, close: &str, after: &str| {
        format!("{before}{}{inner}{}{after}", open.repeat(n), close.repeat(n))
    };
    let chained = |n: usize, before: &str, link: &str, after: &str| format!("{before}{}{after}", link.repeat(n));
    let sources = [
        nested(390, "int a = ", "(", "1", ")", ";"),
        nested(390, "void f(void) {", "{", "", "}", "}"),
        nested(390, "int a = ", "{", "1", "}", ";"),
        nested(140, "int a = ", "f(", "1", ")", ";"),
        chained(600, "int a = ", "(T)", "b;"),
        chained(1_900, "int a = ", "- ", "b;"),
        chained(1_900, "int a = b", " + b", ";"),
        chained(1_900, "int a = b", " = b", ";"),
        chained(900, "int a = b", " ? b : b", ";"),
        chained(490, "void f(void) { if (a) b; ", "else if (a) b; ", "}"),
        chained(490, "void f(void) { ", "for (;;) ", "b; }"),
        chained(900, "void f(void) { switch (a) { ", "case 1: ", "b; } }"),
    ];
    for source in &sources {
        assert_eq!(reasons(source), [None], "{}", &source[..60]);
    }
}

#[test]
fn tables_and_large_regions_are_refused() {
    let table = format!("int a[] = {{ {} }};", "1, ".repeat(20_000));
    assert_eq!(reasons(&table), [Some("a table of 40008 tokens".to_owned())]);
    let long = format!("void f(void) {{ {} }}", "some_function(argument);\n".repeat(50_000));
    assert_eq!(reasons(&long), [Some("longer than 1048576 bytes".to_owned())]);
}

#[test]
fn no_bytes_make_it_panic() {
    let pieces = [
        "(",
        ")",
        "{",
        "}",
        "[",
        "]",
        ";",
        ",",
        "a",
        "int",
        "*",
        "=",
        "\"s\"",
        "1",
        "#",
        "##",
        "?",
        ":",
        "struct",
        "case",
        "Py_BEGIN_ALLOW_THREADS",
        "Py_UNUSED(",
        "\u{e9}",
        "\0",
        "\\\n",
        "'",
        "->",
        "else",
        "__attribute__",
        "\n",
    ];
    // A small generator is enough: the same sequence every time.
    let mut state = 1u64;
    for _ in 0..3_000 {
        let mut source = String::from("void f(int x)\n{ ");
        for _ in 0..24 {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            source.push_str(pieces[(state >> 33) as usize % pieces.len()]);
            source.push(' ');
        }
        for text in [
            format!("{source}}}"),
            source.clone(),
            source[16..].to_owned(),
            format!("#define M(a) {}", source[16..].replace('\n', " ")),
        ] {
            reasons(&text);
        }
    }
}
