import case
from observe import Thing, call

payload, fallback = Thing(), Thing()
for name in ("with_default", "assigned", "must_be_there", "may_be_there", "thrown_away"):
    function = getattr(case, name)
    more = [fallback] if name == "with_default" else []
    call(name + " there", function, {"a": payload}, "a", *more, watch=[payload], again=False)
    call(name + " missing", function, {"a": payload}, "b", *more, watch=[payload])
    call(name + " empty", function, {}, "b", *more, watch=[payload])
    call(name + " unhashable", function, {"a": payload}, [], *more, watch=[payload], text=False)
