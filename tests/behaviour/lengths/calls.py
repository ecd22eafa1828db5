import case
from observe import call

for left in ("", "a", "\u00e9tude", "x" * 100, "x" * 101):
    call("join alone", case.join, left)
    for right in (None, "", "b\0c", "y" * 50, "y" * 51):
        call("join", case.join, left, 3, right)
call("join nothing", case.join)
call("join a number", case.join, 1)

for text in ("", "abc", "z" * 15, "z" * 16, "z" * 40, b"bytes", None):
    call("fill", case.fill, text)
    call("copy", case.copy, text)
call("copy wide", case.copy, "\u20ac")


def fail(data):
    raise ValueError(data)


for data in (b"", b"even", b"odd", b"nul\0"):
    call("apply", case.apply, bytes, data)
    call("apply failing", case.apply, fail, data)
    call("apply strange", case.apply, int, data)
