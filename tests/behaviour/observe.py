"""Prints what a call does: its result, its exception, and what it does to reference counts."""

import gc
import os
import sys

IS_BEFORE = os.environ["STAGE"] == "before"
LOOPS = 100


class Thing:
    """An object whose references can be counted, and that can be asked for attributes."""

    def __repr__(self):
        return "<Thing>"


class Broken:
    """Each attribute raises."""

    def __getattr__(self, name):
        raise RuntimeError("broken " + name)


def shown(value):
    if isinstance(value, (Thing, Broken)):
        return "<" + type(value).__name__ + ">"
    return repr(value)


def describe(error, with_text=True):
    parts = [type(error).__name__]
    # The text of these names a place in a file of Python's, or of the header.
    if with_text and not isinstance(error, SystemError):
        parts.append(repr([shown(argument) for argument in error.args]))
    depth, traceback = 0, error.__traceback__
    while traceback is not None:
        depth, traceback = depth + 1, traceback.tb_next
    parts.append("traceback %d" % depth)
    for name in ("__cause__", "__context__"):
        other = getattr(error, name)
        if other is not None:
            parts.append("%s (%s)" % (name, describe(other)))
    return " ".join(parts)


def call(label, function, *arguments, **options):
    """Calls the function; `watch` are the objects whose counts matter besides the arguments, and `text=False` says that
    the text of an exception names the function that raised it."""
    watched = [argument for argument in arguments if isinstance(argument, (Thing, Broken, dict, list))]
    watched += options.get("watch", ())
    counts = [sys.getrefcount(thing) for thing in watched]
    try:
        result = function(*arguments)
    except BaseException as error:
        print(label, "raises", describe(error, options.get("text", True)))
        error = None
    else:
        held = [sys.getrefcount(thing) - count for thing, count in zip(watched, counts)]
        print(label, "returns", shown(result), "held", held)
        result = None
    for _ in range(LOOPS if options.get("again", True) else 0):
        try:
            function(*arguments)
        except BaseException:
            pass
    gc.collect()
    print(label, "left", [sys.getrefcount(thing) - count for thing, count in zip(watched, counts)])
