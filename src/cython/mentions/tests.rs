use proptest::prelude::*;

use super::*;
use crate::cython::lex;

/// Each mention as its origin, its name, and what it is.
fn shown(source: &str) -> Vec<String> {
    let bytes = source.as_bytes();
    let text = |range: TextRange| &source[range.to_usize()];
    let show = |mention: Mention| {
        let origin = match mention.origin {
            Origin::Header(name) => text(name),
            Origin::AnyHeader => "*",
            Origin::Module => "module",
        };
        let name = text(mention.range);
        match mention.kind {
            MentionKind::Header => format!("<{name}>"),
            MentionKind::Function { parameters: Some(count) } => format!("{origin}: {name}/{count}"),
            MentionKind::Function { parameters: None } => format!("{origin}: {name}/?"),
            MentionKind::Field { structure } => format!("{origin}: {}.{name}", text(structure)),
            MentionKind::Name => format!("{origin}: {name}"),
        }
    };
    mentions(bytes, &lex(bytes)).into_iter().map(show).collect()
}

#[test]
fn a_block_ends_where_its_indent_does() {
    let source = "\
cdef extern from \"a.h\" nogil:
    int f(int x)
    # a comment
    int g()

cdef int own(int x):
    return f(x)
cdef extern from '<b.h>': int h()
cdef int other
";
    assert_eq!(shown(source), ["<a.h>", "a.h: f/1", "a.h: g/0", "<b.h>", "b.h: h/0"]);
}

#[test]
fn a_block_may_be_of_no_header_and_stand_in_another_block() {
    let source = "\
IF A:
    cdef extern from *:
        int f()
        IF B:
            int g(); int h()
        cdef:
            int i
    cdef int own
";
    assert_eq!(shown(source), ["*: f/0", "*: g/0", "*: h/0", "*: i"]);
}

#[test]
fn structures_have_fields_and_enumerations_constants() {
    let source = "\
cdef extern from \"a.h\":
    ctypedef struct S \"_s\":
        int a
        T *b, c
    cdef struct Opaque
    ctypedef struct Also:
        pass
    enum: ONE, TWO \"two\"
    cdef enum E:
        THREE = 3
        FOUR
    ctypedef class builtins.type [object Object, type Type]:
        cdef T *field
    ctypedef int (*hook)(int, int)
    cppclass X:
        int method()
    int last
";
    assert_eq!(
        shown(source),
        [
            "<a.h>",
            "a.h: _s",
            "a.h: _s.a",
            "a.h: _s.b",
            "a.h: _s.c",
            "a.h: Opaque",
            "a.h: Also",
            "a.h: Also.pass",
            "a.h: ONE",
            "a.h: two",
            "a.h: E",
            "a.h: THREE",
            "a.h: FOUR",
            "a.h: Object",
            "a.h: Object.field",
            "a.h: hook",
            "a.h: last",
        ]
    );
}

#[test]
fn functions_with_bodies_declare_nothing() {
    let source = "\
cdef extern from 'a.h':
    int f(int x)
    cdef inline int own(int x):
        return f(x)
    ctypedef class m.C [object S]:
        @property
        cdef inline int field(self) nogil:
            return g(self)
    int h()
";
    assert_eq!(shown(source), ["<a.h>", "a.h: f/1", "a.h: S", "a.h: h/0"]);
}

#[test]
fn what_code_in_front_speaks_of_is_left_out() {
    let source = "\
cdef extern from \"a.h\":
    '''
    #define f(x) (x)
    '''
    int f(int x)
    int ff(int x)
";
    assert_eq!(shown(source), ["<a.h>", "a.h: ff/1"]);
}

#[test]
fn names_are_taken_from_modules() {
    let source = "\
from cpython.a cimport (f, g as mine,
    h)
from cpython cimport b
from libc.stdio cimport printf
from project.cpython cimport i
b.j(f(1)) + b.j(2) + x.b.k()
f(g)
";
    assert_eq!(shown(source), ["module: f", "module: g", "module: h", "module: b", "module: j"]);
}

#[test]
fn modules_are_named() {
    let source = "\
cimport cpython.a, libc.stdio, cpython.b as c
'cpython.a.no'
x = cpython.a.f(c.g, a.h) # c.no
";
    assert_eq!(shown(source), ["module: a", "module: f", "module: g"]);
    assert!(shown("x = cpython.a.f()").is_empty(), "nothing was taken");
}

#[test]
fn all_names_may_be_taken() {
    let source = "\
from cpython.a cimport *
from .own cimport f as g, h
cdef extern from 'a.h':
    int i()
cdef x = g(h, f.y) + i() + f() + 'k' # l
";
    assert_eq!(shown(source), ["<a.h>", "a.h: i/0", "module: cdef", "module: x", "module: f"]);
}

#[test]
fn depth_does_no_harm() {
    shown(&"cdef extern from 'a': struct a: ".repeat(10_000));
    shown(&"cdef extern from 'a':\n struct a:".repeat(10_000));
    shown(&format!("cdef extern from 'a': {}", "int a(".repeat(10_000)));
}

const PIECES: [&str; 24] = [
    "cdef extern from ",
    "'a.h'",
    ": ",
    "(",
    ")",
    "[",
    "]",
    "struct ",
    "enum ",
    "class ",
    "\n  ",
    "\n",
    "from cpython ",
    "cimport ",
    ",",
    "'''",
    "*",
    "=",
    ".",
    "a",
    "é",
    "\\",
    "#",
    ";",
];

proptest! {
    #[test]
    fn nonsense_does_no_harm(pieces in proptest::collection::vec(proptest::sample::select(&PIECES[..]), 0..24)) {
        let source = pieces.concat();
        for mention in mentions(source.as_bytes(), &lex(source.as_bytes())) {
            prop_assert!(source.get(mention.range.to_usize()).is_some(), "a name begins and ends between characters");
        }
    }

    #[test]
    fn bytes_do_no_harm(source in proptest::collection::vec(any::<u8>(), 0..64)) {
        mentions(&source, &lex(&source));
    }
}
