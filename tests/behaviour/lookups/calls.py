import case
from observe import Broken, Thing, call


class Own(Thing):
    """Its attribute is made by code that raises what a missing one does."""

    def __getattr__(self, name):
        raise AttributeError(name)


class Half(AttributeError):
    pass


class Subclass(Thing):
    @property
    def name(self):
        raise Half("half")


class Slots:
    __slots__ = ("name",)


payload = Thing()
full = Thing()
full.name = payload
for label, op in [("full", full), ("plain", Thing()), ("broken", Broken()), ("own", Own()), ("subclass", Subclass()),
                  ("slots", Slots()), ("type", Thing), ("int", 3)]:
    for name in ("or_none", "exits", "chain", "swallow", "other_error"):
        call(name + " " + label, getattr(case, name), op, watch=[payload])
    call("only_absent " + label, case.only_absent, op, "name", payload)
call("only_absent bad name", case.only_absent, full, 3, payload)


class Mapping(Thing):
    def __getitem__(self, key):
        if key == "title":
            return payload
        raise {"none": KeyError, "index": IndexError}.get(key, ZeroDivisionError)(key)


class Default(dict):
    def __missing__(self, key):
        return payload


mapping = Mapping()
for key in ("title", "none", "index", "zero"):
    call("item " + key, case.item, mapping, key, watch=[payload])
for op in ({"title": payload}, {}, Default(), [payload], mapping, 3):
    call("title %s" % type(op).__name__, case.title, op, watch=[payload])
    call("item %s" % type(op).__name__, case.item, op, 0, watch=[payload])
    call("unhashable %s" % type(op).__name__, case.item, op, [], watch=[payload])


def generator(fails):
    yield payload
    if fails:
        raise ValueError(payload)


class Items:
    def __init__(self, fails, n):
        self.fails, self.n = fails, n

    def __iter__(self):
        for _ in range(self.n):
            yield payload
        if self.fails:
            raise ValueError("stop")


for op in ([], [payload], Items(False, 0), Items(True, 0), Items(True, 3), Items(False, 3), 3):
    call("first", case.first, op, watch=[payload])
    call("count", case.count, op, watch=[payload])

for name in ("forget", "forget_status"):
    function = getattr(case, name)
    call(name + " there", function, {"a": payload}, "a", watch=[payload], again=False)
    call(name + " missing", function, {"a": payload}, "b", watch=[payload])
    call(name + " unhashable", function, {"a": payload}, [])
    call(name + " no dict", function, [], "a")
