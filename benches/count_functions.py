#!/usr/bin/env python3
"""Count the function definitions of C files by their tokens alone: a second opinion on a parser.

    python benches/count_functions.py [--capi-only] [--no-if-0] PATH...

Prints `count<TAB>path` for every .c and .h file (a folder is walked in sorted order), then a total. Generated
files are left out and only their number is said, on stderr.

What counts is an opening brace outside all functions, types and initialisers that follows a declarator: `f(...) {`,
`f(...) ATTRIBUTE {`, `MACRO(f) {`, or the parameter declarations of a K&R head. `extern "C" {` and `namespace x {`
are looked through. Class bodies are not, nor are the bodies of `#define`; comments, strings and directives are
blank. A function that only a macro's expansion would reveal is not seen.

Every branch of an `#if` is read, and each starts from the state before the `#if`. So a head with its brace in both
branches is two definitions, while two heads that share one brace after the `#endif` are one.

When the branches leave the braces unbalanced in different ways, reading goes on with the state after the first
branch that is not `#if 0`, which is right for the usual pairs of `#ifdef` that open and close something together.
If the braces of a whole file still do not come out even, or a keyword such as `if` stands where only declarations
can, the file is read once more with a crutch: a `}` in the first column always ends whatever is open. Such files
are named on stderr, with both counts; the printed count is that of the second reading.
"""

import argparse
import os
import re
import sys

SUFFIXES = (".c", ".h")

GENERATED = re.compile(
    r"generated\s+(?:automatically\s+)?(?:by|with)\s+(?:cython|pyrex|swig|sip\b|cffi|f2py|flex)"
    r"|by the SWIG interface"
    r"|made by GNU Bison"
    r"|\[clinic input\]\s+preserve",
    re.IGNORECASE,
)

USES_C_API = re.compile(rb"\bPython\.h\b|\b_?Py[A-Z]")

TOKEN = re.compile(
    r"""
      (?P<newline>\n)
    | (?P<space>[^\S\n]+)
    | (?P<raw>(?:u8|[uUL])?R"(?P<fence>[^()\\\s]{0,16})\((?s:.*?)\)(?P=fence)")
    | (?P<string>(?:u8|[uUL])?"(?:[^"\\\n]|\\.)*"?)
    | (?P<char>(?:u8|[uUL])?'(?:[^'\\\n]|\\.)*'?)
    | (?P<number>\.?[0-9](?:[eEpP][+-]|'[0-9A-Za-z_]|[0-9A-Za-z_.])*)
    | (?P<word>[A-Za-z_$\x80-\xff][\w$\x80-\xff]*)
    | (?P<mark>\[\[|\]\]|==|!=|<=|>=|.)
    """,
    re.VERBOSE,
)
COMMENT_OR_LITERAL = re.compile(
    r'//[^\n]*|/\*(?s:.*?)(?:\*/|\Z)|"(?:[^"\\\n]|\\.)*"?|\'(?:[^\'\\\n]|\\.)*\'?'
)
DIRECTIVE_LINE = re.compile(r"[^\S\n]*(#[^\n]*)")
DIRECTIVE = re.compile(r"#[^\S\n]*(\w*)[^\S\n]*(.*)")

ATTRIBUTE_CALLS = frozenset(
    "__attribute__ __attribute __declspec alignas _Alignas __asm__ __asm asm noexcept throw".split()
)
TYPE_KEYWORDS = frozenset("struct union enum class".split())
STATEMENT_KEYWORDS = frozenset("if else for while do switch return goto case break continue".split())

# What an open brace belongs to.
THROUGH, FUNCTION, TYPE, VALUE, INNER = "through", "function", "type", "value", "inner"


def main():
    parser = argparse.ArgumentParser(description="Count C function definitions by their tokens.")
    parser.add_argument("paths", metavar="PATH", nargs="+", help="a C file, or a folder to walk")
    parser.add_argument("--capi-only", action="store_true",
                        help="of a folder, count only files that name Python.h or a Py... name")
    parser.add_argument("--no-if-0", action="store_true", help="leave out what stands under `#if 0`")
    args = parser.parse_args()

    total = files = generated = 0
    for path in c_files(args.paths):
        data = read(path)
        if data is None:
            continue
        if args.capi_only and path not in args.paths and not uses_c_api(data):
            continue
        if is_generated(data):
            generated += 1
            continue
        count, note = count_functions(data, skip_if_0=args.no_if_0)
        if note:
            print("%s: %s" % (path, note), file=sys.stderr)
        print("%d\t%s" % (count, path))
        total += count
        files += 1
    print("%d\ttotal of %d files" % (total, files))
    if generated:
        print("%d generated files left out" % generated, file=sys.stderr)
    return 0


def c_files(paths):
    for path in paths:
        if not os.path.isdir(path):
            yield path
            continue
        for directory, subfolders, names in os.walk(path):
            subfolders.sort()
            for name in sorted(names):
                if os.path.splitext(name)[1] in SUFFIXES:
                    yield os.path.join(directory, name)


def read(path):
    try:
        with open(path, "rb") as source:
            return source.read()
    except OSError as error:
        print("%s: %s" % (path, error.strerror), file=sys.stderr)
        return None


def is_generated(data):
    """Whether the first 2 KB say that a known generator wrote this file."""
    return GENERATED.search(data[:2048].decode("latin-1")) is not None


def uses_c_api(data):
    """Whether the file names Python.h or anything that looks like a name of the C API."""
    return USES_C_API.search(data) is not None


def count_functions(data, skip_if_0=False):
    """(number of definitions, a note if the file had to be read with the crutch)"""
    tokens = list(tokenize(data.decode("latin-1")))
    first = Reader(skip_if_0, crutch=False)
    first.read(tokens)
    if first.even:
        return first.count, None
    second = Reader(skip_if_0, crutch=True)
    second.read(tokens)
    return second.count, "unbalanced: %d definitions, %d on first reading" % (second.count, first.count)


def tokenize(text):
    """(kind, text, column) of every token; a directive is one token of kind `#`."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    text = re.sub(r"\\[^\S\n]*\n", "", text)
    text = COMMENT_OR_LITERAL.sub(blank_comment, text)
    line_start = position = 0
    fresh_line = True
    while position < len(text):
        if fresh_line:
            directive = DIRECTIVE_LINE.match(text, position)
            if directive:
                yield "#", directive.group(1), 0
                position = directive.end()
                fresh_line = False
                continue
        match = TOKEN.match(text, position)
        kind = match.lastgroup if match.lastgroup != "fence" else "raw"
        if kind == "newline":
            line_start = match.end()
            fresh_line = True
        elif kind != "space":
            yield ("string" if kind == "raw" else kind), match.group(), position - line_start
            fresh_line = False
        position = match.end()


def blank_comment(match):
    # One blank for a whole comment: inside a directive its newlines must not end the line.
    return " " if match.group().startswith("/") else match.group()


class State:
    """Where reading stands between two tokens; copied at every `#if`."""

    __slots__ = ("braces", "parens", "head", "old_style")

    def __init__(self, braces=(), parens=0, head=(), old_style=False):
        self.braces = list(braces)  # (kind, parens outside it), innermost last
        self.parens = parens
        self.head = list(head)  # tokens since the last declaration ended, those in parentheses too
        self.old_style = old_style  # the declaration before may have been a K&R head

    def copy(self):
        return State(self.braces, self.parens, self.head, self.old_style)


class Conditional:
    """An open `#if`: the state before it, and the state reading goes on with after it."""

    __slots__ = ("before", "after", "dead")

    def __init__(self, before, dead):
        self.before = before
        self.after = None
        self.dead = dead


class Reader:
    def __init__(self, skip_if_0, crutch):
        self.skip_if_0 = skip_if_0
        self.crutch = crutch
        self.count = 0
        self.even = True
        self.state = State()
        self.conditionals = []

    def read(self, tokens):
        for kind, text, column in tokens:
            if kind == "#":
                self.directive(text)
            elif not (self.skip_if_0 and any(conditional.dead for conditional in self.conditionals)):
                self.token(kind, text, column)
        if self.state.braces and not all(brace == THROUGH for brace, _ in self.state.braces):
            self.even = False

    def directive(self, text):
        match = DIRECTIVE.match(text)
        word, condition = match.group(1), match.group(2).strip()
        if word in ("if", "ifdef", "ifndef"):
            self.conditionals.append(Conditional(self.state.copy(), word == "if" and condition == "0"))
        elif word in ("elif", "else", "elifdef", "elifndef") and self.conditionals:
            conditional = self.conditionals[-1]
            self.end_branch(conditional)
            conditional.dead = False
            self.state = conditional.before.copy()
        elif word == "endif" and self.conditionals:
            conditional = self.conditionals.pop()
            self.end_branch(conditional)
            self.state = conditional.after or conditional.before

    def end_branch(self, conditional):
        if conditional.after is None and not conditional.dead:
            conditional.after = self.state

    def token(self, kind, text, column):
        state = self.state
        if text == "{" and kind == "mark":
            self.open_brace()
        elif text == "}" and kind == "mark":
            self.close_brace(column)
        elif not self.outside():
            # Inside a body only the parentheses of an outer declaration matter, and those were saved.
            pass
        elif text == ";" and state.parens == 0:
            state.old_style = state.old_style and bool(state.head) or is_old_style_head(state.head)
            state.head = []
        else:
            if text == "(":
                state.parens += 1
            elif text == ")":
                state.parens = max(0, state.parens - 1)
            state.head.append((kind, text))

    def outside(self):
        return not self.state.braces or self.state.braces[-1][0] == THROUGH

    def open_brace(self):
        state = self.state
        if not self.outside() or state.parens:
            kind = INNER
        else:
            kind = self.brace_kind()
        if kind == FUNCTION:
            self.count += 1
        if kind in (THROUGH, FUNCTION):
            state.head = []
        if kind != INNER:
            state.old_style = False
        state.braces.append((kind, state.parens))
        state.parens = 0

    def close_brace(self, column):
        state = self.state
        if not state.braces:
            # The partner may be inside a macro; what follows starts afresh.
            state.head = []
            state.parens = 0
            return
        kind, parens = state.braces.pop()
        if self.crutch and column == 0:
            while kind != THROUGH and state.braces and state.braces[-1][0] != THROUGH:
                kind, parens = state.braces.pop()
        state.parens = parens
        if kind in (THROUGH, FUNCTION):
            state.head = []
        elif self.outside():
            state.head.append(("body", "{}"))

    def brace_kind(self):
        state = self.state
        head = without_attributes(state.head)
        if not head:
            if state.old_style:
                return FUNCTION
            return INNER
        # A macro call without a semicolon may stand before either, so only the end of the head is looked at.
        if len(head) > 1 and head[-2] == ("word", "extern") and head[-1][0] == "string":
            return THROUGH
        if is_namespace(head):
            return THROUGH
        words = [text for kind, text in head if kind == "word"]
        outer = outermost(head)
        if ("mark", "=") in outer and "operator" not in words:
            return VALUE
        if words and words[0] == "typedef":
            return TYPE
        last_group = last_index(outer, ("group", "()"))
        if last_group is None:
            return TYPE
        if any(kind == "word" and text in TYPE_KEYWORDS for kind, text in outer[last_group + 1:]):
            return TYPE
        if last_group == 0 or outer[last_group - 1][0] not in ("word", "group", "mark"):
            return TYPE
        if any(kind == "word" and text in STATEMENT_KEYWORDS for kind, text in outer):
            # A statement out here: the braces before it were misread.
            self.even = False
            return INNER
        return FUNCTION


def is_namespace(head):
    position = last_index(head, ("word", "namespace"))
    return position is not None and all(kind == "word" or text == ":" for kind, text in head[position:])


def without_attributes(head):
    """The head without `__attribute__((...))` and its like, and without `[[...]]`."""
    kept = []
    position = 0
    while position < len(head):
        kind, text = head[position]
        follows = head[position + 1] if position + 1 < len(head) else None
        if kind == "word" and text in ATTRIBUTE_CALLS:
            position += 1
            if follows == ("mark", "("):
                position = after_group(head, position)
        elif text == "[[" and kind == "mark":
            while position < len(head) and head[position] != ("mark", "]]"):
                position += 1
            position += 1
        else:
            kept.append(head[position])
            position += 1
    return kept


def after_group(head, position):
    depth = 0
    while position < len(head):
        depth += {("mark", "("): 1, ("mark", ")"): -1}.get(head[position], 0)
        position += 1
        if depth == 0:
            break
    return position


def outermost(head):
    """The head with every outer pair of parentheses folded into one token."""
    folded = []
    position = 0
    while position < len(head):
        if head[position] == ("mark", "("):
            position = after_group(head, position)
            folded.append(("group", "()"))
        else:
            folded.append(head[position])
            position += 1
    return folded


def last_index(items, wanted):
    for index in range(len(items) - 1, -1, -1):
        if items[index] == wanted:
            return index
    return None


def is_old_style_head(head):
    """`name(a, b) type a` as it stands before the first semicolon of a K&R definition."""
    head = without_attributes(head)
    opened = next((index for index, token in enumerate(head) if token == ("mark", "(")), None)
    if not opened or head[0] == ("word", "typedef") or head[opened - 1][0] != "word":
        return False
    closed = after_group(head, opened)
    names = head[opened + 1:closed - 1]
    after = head[closed:]
    return (
        len(names) % 2 == 1
        and all(kind == "word" for kind, _ in names[::2])
        and all(token == ("mark", ",") for token in names[1::2])
        and len(after) >= 2
        and after[0][0] == "word"
        and ("mark", "=") not in outermost(head)
    )


if __name__ == "__main__":
    sys.exit(main())
