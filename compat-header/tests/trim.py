#!/usr/bin/env python3
"""What capi_compat.h consists of, and copies of it with a few names only: trim.py HEADER NAME... prints one.

A piece is what stands at the outermost level inside the include guard: a group from #if to #endif, another directive or
a declaration, with the comment right above. A copy keeps the pieces that define a name that is wanted, those that define
a word of a piece that is kept, and those that define nothing.
"""

import re
import sys

WORD = re.compile(r"[A-Za-z_]\w*")
DEFINES = re.compile(r"""
    ^\#\s*define\s+(\w+)
    | ^(?!PyAPI_)(\w+)\(  # a function, whose name begins a line
    | ^\}\s*(\w+);  # a structure
    | ^typedef\b[^{;]*?(\w+);
    | ^typedef\b[^;{]*\(\*(\w+)\)\(
    """, re.MULTILINE | re.VERBOSE)


class Piece:
    def __init__(self, lines, apart):
        self.lines = lines
        self.apart = apart  # an empty line is before it
        text = "\n".join(lines)
        # Names in comments and strings are neither defined nor used.
        text = re.sub(r'/\*.*?\*/|"(?:[^"\\\n]|\\.)*"', " ", text, flags=re.DOTALL)
        self.code = text
        self.defines = {next(filter(None, found)) for found in DEFINES.findall(text)}
        self.words = set(WORD.findall(text))


def split(text):
    """The lines before the pieces, the pieces, and the lines after them."""
    lines = text.split("\n")
    start = next(i for i, line in enumerate(lines) if line.startswith("#ifndef CAPI_COMPAT_H")) + 2
    end = max(i for i, line in enumerate(lines) if line.startswith("#endif"))
    pieces, i, above, apart = [], start, [], True
    while i < end:
        line, first = lines[i], i
        if not line.strip():
            above, apart = [], True
            i += 1
            continue
        if line.startswith("/*"):
            while "*/" not in lines[i]:
                i += 1
            i += 1
            above += lines[first:i]
            continue
        if re.match(r"#\s*if", line):
            depth = 0
            while True:
                depth += bool(re.match(r"#\s*if", lines[i])) - bool(re.match(r"#\s*endif", lines[i]))
                i += 1
                if depth == 0:
                    break
        elif line.startswith("#"):
            while lines[i].endswith("\\"):
                i += 1
            i += 1
        else:
            while not re.match(r"\}|[^/]*;$", lines[i]) or lines[i].startswith(" "):
                i += 1
            i += 1
        pieces.append(Piece(above + lines[first:i], apart))
        above, apart = [], False
    return lines[:start], pieces, lines[end:]


def trim(text, wanted):
    head, pieces, tail = split(text)
    kept = [not piece.defines for piece in pieces]
    needed = set(wanted)
    grown = True
    while grown:
        grown = False
        for i, piece in enumerate(pieces):
            if not kept[i] and piece.defines & needed:
                kept[i] = grown = True
            if kept[i] and piece.words - needed:
                needed |= piece.words
                grown = True
    out = list(head)
    for keep, piece in zip(kept, pieces):
        if keep:
            out += ([""] if piece.apart else []) + piece.lines
    return "\n".join(out + [""] + tail)


def main():
    with open(sys.argv[1], encoding="utf-8") as file:
        print(trim(file.read(), sys.argv[2:]), end="")


if __name__ == "__main__":
    main()
