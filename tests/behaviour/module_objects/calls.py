import sys
import types

import case
from observe import IS_BEFORE, LOOPS, Thing, call

for name in ("careful", "given", "careless", "fresh"):
    function = getattr(case, name)
    module, payload = types.ModuleType("target"), Thing()
    call(name, function, module, payload)
    print(name, "sets", getattr(module, "value", None) in (payload, (payload,)))
    del module.value
    print(name, "owns", sys.getrefcount(payload))

# What is no module makes the call fail.
for name in ("careful", "given"):
    call(name + " fails", getattr(case, name), "no module", Thing(), text=False)

# The well-known leak is mended.
for name in ("careless", "fresh"):
    payload = Thing()
    before = sys.getrefcount(payload)
    for _ in range(LOOPS):
        try:
            getattr(case, name)("no module", payload)
        except TypeError:
            pass
    leaked = sys.getrefcount(payload) - before
    print(name, "leaked as it should", leaked == (LOOPS if IS_BEFORE else 0))
