import sys

import case
from observe import Thing, call


class Text(str):
    """A str of a class of its own."""


texts = ["", "a b", "caf\xe9 au", "\u20ac 5", "\U0001f600 !\U0001f601", "lone \udc80 ", "nul\0 in it", Text(" of a class")]
others = [Thing(), b"bytes", None, 7]
# What is said of another type differs from one Python to the next.
stops = ["", " ", "\U0001f601", "\0", "\udc80", None]
if sys.version_info < (3, 7):
    # There, a null character ends the text where nobody asks for its size.
    texts.remove("nul\0 in it")
    stops.remove("\0")
for text in texts + others:
    name = ascii(text) if isinstance(text, (str, bytes)) else type(text).__name__
    is_text = isinstance(text, str)
    for stop in stops:
        call("find %s %s" % (name, ascii(stop)), case.find, text, stop, text=False)
    for flag in (-1, 0, 2):
        call("spaces %s %d" % (name, flag), case.spaces, flag, text, text=is_text)
    call("length " + name, case.length, text)
    call("half " + name, case.half, text)
    for other in texts + others:
        call("order %s %s" % (name, type(other).__name__), case.order, text, other)
    call("tail " + name, case.tail, text)
    call("numbers " + name, case.numbers, text, text=False)
    call("numbers of two " + name, case.numbers, " 12 ", text, text=False)
call("find nothing", case.find)
call("spaces nothing", case.spaces, 1)
call("numbers", case.numbers, "12\0", "\u0663")
