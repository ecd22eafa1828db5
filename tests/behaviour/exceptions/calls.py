import case
from observe import Thing, call

payload = Thing()


def fine():
    return payload


def wrong():
    raise ValueError("wrong", payload)


def missing():
    raise KeyError(payload)


def deep():
    def inner():
        raise IndexError(payload)
    inner()


def chained():
    try:
        missing()
    except KeyError as error:
        raise TypeError(payload) from error


class Odd(Exception):
    def __str__(self):
        raise RuntimeError("no text")


def odd():
    raise Odd(payload)


def built_in():
    # Raised by C code, which sets a class and a text.
    return int("x")


callables = [fine, wrong, missing, deep, chained, odd, built_in]
for function in callables:
    name = function.__name__
    for cleanup in (fine, wrong):
        call("protect %s %s" % (name, cleanup.__name__), case.protect, function, cleanup, watch=[payload])
        call("protect_if %s %s" % (name, cleanup.__name__), case.protect_if, function, cleanup, watch=[payload])
    call("message " + name, case.message, function, watch=[payload])
    call("forgive " + name, case.forgive, function, watch=[payload])
    call("last " + name, case.last, [fine, function, fine], watch=[payload])
call("last of two", case.last, [wrong, missing, fine], watch=[payload])
call("last of none", case.last, [], watch=[payload])
