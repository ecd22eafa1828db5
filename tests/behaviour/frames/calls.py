import builtins
import sys

import case
from observe import Thing, call


def outer(first, second):
    def inner():
        return first, sys._getframe()

    return inner


def generate():
    yield sys._getframe()


def framed(tracer):
    frame = sys._getframe()
    frame.f_trace = tracer
    return frame


def raising():
    frame = sys._getframe()
    try:
        raise ValueError
    except ValueError:
        call("callers, running", case.callers, frame)


space, tracer = globals(), Thing()
inner, suspended = outer(Thing(), Thing()), generate()
frames = {"left": inner()[1], "own": sys._getframe(), "traced": framed(tracer), "of a generator": next(suspended)}
for name, frame in frames.items():
    found = case.namespaces(frame)
    print(name, found[0] is space, found[1] is vars(builtins))
    del found
    # Tuples of namespaces are long to print.
    call("namespaces, " + name, lambda: case.namespaces(frame)[1] is frame.f_builtins, watch=[space, vars(builtins)])
    call("trace, " + name, case.trace, frame, watch=[tracer, frame])
    call("callers, " + name, case.callers, frame, watch=[frame])
raising()

for name, code in {"outer": outer.__code__, "inner": inner.__code__}.items():
    call("bytecode, " + name, case.is_same_bytecode, code, code.co_code, watch=[code])
    call("bytecode, other, " + name, case.is_same_bytecode, code, b"", watch=[code])
call("variables", case.first_variable, outer.__code__, watch=[outer.__code__])
call("free", case.first_free, inner.__code__, watch=[inner.__code__])
call("cell", case.first_cell, outer.__code__, watch=[outer.__code__])
call("cells", case.cells, outer.__code__, watch=[outer.__code__])

generator = generate()
for state in ("new", "begun", "done"):
    call("generator, " + state, case.generator_name, generator, watch=[generator, generate.__code__])
    next(generator, None)
