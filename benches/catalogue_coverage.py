#!/usr/bin/env python3
"""Count how much of a list of API changes the transforms cover.

usage: catalogue_coverage.py FACTS.toml [--program capi-upgrade] [--missing]

FACTS.toml holds [[api]] tables with `name`, `how` and `origin`; those whose origin is "curated" are counted. A name is
covered by the transforms that have it among their old names; `catalogue_entries.tsv` beside this script says which
transforms answer an entry whose name is prose, and why one has none. Needs Python 3.11 or newer.
"""

import argparse
import collections
import json
import os
import subprocess
import tomllib

HERE = os.path.dirname(os.path.abspath(__file__))
CLASSES = ["safe", "unsafe", "diagnosed", "notes", "left out", "MISSING"]


def classify(transforms):
    """The best that the transforms do for a name."""
    for wanted in ("safe", "unsafe"):
        if any(t["rewrites"] == wanted for t in transforms):
            return wanted
    return "notes" if all(t["group"] == "notes" for t in transforms) else "diagnosed"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("facts")
    parser.add_argument("--program", default="capi-upgrade")
    parser.add_argument("--missing", action="store_true", help="also name the entries that nothing answers")
    args = parser.parse_args()

    listed = subprocess.run([args.program, "list", "--format", "json"], stdout=subprocess.PIPE, check=True)
    by_id = {}
    by_name = collections.defaultdict(list)
    for transform in json.loads(listed.stdout):
        transform["rewrites"] = transform["applicability"]
        by_id[transform["id"]] = transform
        for name in transform["old"]:
            by_name[name].append(transform)

    entries = {}
    with open(os.path.join(HERE, "catalogue_entries.tsv"), encoding="utf-8") as table:
        for line in table:
            if line.strip() and not line.startswith("#"):
                name, ids, *reason = line.rstrip("\n").split("\t")
                entries[name] = (ids.split(",") if ids != "-" else [], reason[0] if reason else "")

    with open(args.facts, "rb") as facts:
        curated = [entry for entry in tomllib.load(facts)["api"] if entry["origin"] == "curated"]
    table = collections.Counter()
    missing = []
    for entry in curated:
        name = entry["name"]
        found = list(by_name.get(name, []))
        if name in entries:
            ids, reason = entries[name]
            found += [by_id[one] for one in ids]
            if not found:
                table[entry["how"], "left out"] += 1
                continue
        if found:
            table[entry["how"], classify(found)] += 1
        else:
            table[entry["how"], "MISSING"] += 1
            missing.append(name)

    kinds = sorted({how for how, _ in table}, key=lambda how: -sum(table[how, c] for c in CLASSES))
    print("%-14s" % "how" + "".join("%11s" % c for c in CLASSES) + "%8s" % "all")
    for how in kinds + ["all"]:
        row = [sum(table[k, c] for k in kinds) if how == "all" else table[how, c] for c in CLASSES]
        print("%-14s" % how + "".join("%11d" % n for n in row) + "%8d" % sum(row))
    if args.missing:
        print("\n".join(missing))


if __name__ == "__main__":
    main()
