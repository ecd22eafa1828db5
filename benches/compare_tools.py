#!/usr/bin/env python3
"""Time capi-upgrade against other tools over the same sources, in one run, and show how it grows.

    python benches/compare_tools.py TREE... [--tool target/release/capi-upgrade] [--runs 3]
        [--script 'python3 PATH/upgrade_pythoncapi.py -q -B'] [--ast-grep FILE] [--spatch FILE] [--rg FILE]

A TREE is a folder of packages, such as `python benches/fetch_corpus.py` makes, or a source tree. Other tools are taken
where they are found on the path or named by their option; the script only where it is named. The tool is built by
`cargo build --release`.

Each run copies the C sources afresh, because the script edits in place, and with them the files by which the tool knows
a project (pyproject.toml, setup.py, setup.cfg, meson.build), so that it indexes each project as it would at home. Hidden
files and folders are left out: not all would read them. On the copy, one after the other:

    default    capi-upgrade as it is
    all        capi-upgrade --select all
    rename     capi-upgrade --select of one rename
    nothing    capi-upgrade --select of one transform whose names occur in no file
    rg ...     the same names, as whole words, counted
    ast-grep   one rule for each rewrite of the default groups that is one expression or statement; or for the rename
    spatch     a semantic patch of the same rules; or of the rename. As it is slow it gets every Nth file (--share)
    script     what it does

Who reads C++ differs: all get `.c` and `.h` files only. CPU time is user and system time of the process and its children,
as the kernel counts it; memory is the largest of the process. Standard output goes to nowhere. The sources were just
written, so they come from the cache for all. A ratio is other by own CPU time for as many bytes.

Then the tool alone: on 1, 4 and 16 copies of the smallest packages that make --step megabytes, and on one file of
generated tables of 5 MB.
"""

import argparse
import json
import os
import re
import shlex
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
import tomllib

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
SOURCES = (".c", ".h")
PROJECT_FILES = frozenset("pyproject.toml setup.py setup.cfg meson.build".split())
WORD = re.compile(rb"[A-Za-z_]\w*")
CAPTURE = re.compile(r"\$(\.\.\.)?(\w+)")
RENAME = "private-long-as-int"
DEFAULT_GROUPS = ("removed", "deprecated")


class BenchError(Exception):
    """Something that leaves nothing to compare, with the reason as its text."""


class Timing:
    """What a process took: CPU and wall time in seconds, the largest memory in bytes, and how many bytes it was given."""

    def __init__(self, cpu, wall, memory, size):
        self.cpu, self.wall, self.memory, self.size = cpu, wall, memory, size

    def speed(self):
        """Megabytes per second of CPU time."""
        return self.size / 1e6 / self.cpu


def main():
    parser = argparse.ArgumentParser(description="Time capi-upgrade against other tools over the same sources.")
    parser.add_argument("trees", metavar="TREE", nargs="+", help="a folder with C sources")
    parser.add_argument("--tool", metavar="FILE", default=os.path.join(ROOT, "target", "release", "capi-upgrade"),
                        help="the program (default: target/release/capi-upgrade of this checkout)")
    parser.add_argument("--script", metavar="COMMAND", type=shlex.split,
                        help="a script that rewrites in place; the folder to rewrite is put behind it")
    for name in ("ast-grep", "spatch", "rg"):
        parser.add_argument("--" + name, metavar="FILE", default=shutil.which(name), help="where %s is" % name)
    parser.add_argument("--share", metavar="N", type=positive, default=16,
                        help="spatch gets every Nth file (default: 16)")
    parser.add_argument("--runs", metavar="N", type=positive, default=3, help="runs that count (default: 3)")
    parser.add_argument("--slow-runs", metavar="N", type=positive, default=1,
                        help="of the runs, those with the script and spatch (default: 1)")
    parser.add_argument("--step", metavar="MB", type=positive, default=12,
                        help="how much is copied 1, 4 and 16 times (default: 12)")
    args = parser.parse_args()
    try:
        compare(args)
        grow(args)
    except BenchError as error:
        sys.exit("error: %s" % error)


def positive(text):
    number = int(text)
    if number < 1:
        raise ValueError(text)
    return number


def compare(args):
    files = [(tree, path) for tree in args.trees for path in files_below(tree)]
    sources = [(tree, path) for tree, path in files if path.endswith(SOURCES)]
    if not sources:
        raise BenchError("no .c or .h files in %s" % ", ".join(args.trees))
    size = sum(os.path.getsize(os.path.join(*source)) for source in sources)
    print("%d files, %d bytes" % (len(sources), size))
    transforms = listed(args.tool)
    absent = absent_transform(transforms, sources)
    rename = next(transform for transform in transforms if transform["id"] == RENAME)
    print("rename: %s; nothing: %s, whose `%s` is in no file" % (RENAME, absent["id"], absent["old"][0]))

    with tempfile.TemporaryDirectory(prefix="compare-tools-") as scratch:
        commands = tool_commands(args, absent) + rg_commands(args, scratch, transforms, rename, absent)
        commands += rule_commands(args, scratch, transforms)
        timings = {name: [] for name, *_ in commands}
        for number in range(args.runs):
            copy, share = os.path.join(scratch, "all"), os.path.join(scratch, "share")
            copy_files(files, copy)
            copy_files(sources[::args.share], share)
            # Whoever comes first would be charged for the caches that all others find filled.
            timed(commands[0][1] + [copy], 0)
            for name, command, is_slow in commands:
                if is_slow and number >= args.slow_runs:
                    continue
                target = share if name.startswith("spatch") else copy
                timing = timed(command + [target], size_below(target))
                timings[name].append(timing)
                print("run %d  %-16s %8.2f s CPU" % (number + 1, name, timing.cpu), file=sys.stderr, flush=True)
            shutil.rmtree(copy)
            shutil.rmtree(share)
    print_table(timings)


def files_below(tree):
    """The C sources, and the files that say where projects begin: paths below the tree, sorted."""
    found = []
    for directory, subfolders, names in os.walk(tree):
        subfolders[:] = sorted(folder for folder in subfolders if not folder.startswith("."))
        for name in sorted(names):
            path = os.path.join(directory, name)
            if not name.startswith(".") and not os.path.islink(path):
                if name.endswith(SOURCES) or name in PROJECT_FILES:
                    found.append(os.path.relpath(path, tree))
    return found


def copy_files(files, folder):
    """Copies files to a fresh folder, each tree below a folder of its own."""
    for tree, path in files:
        target = os.path.join(folder, os.path.basename(os.path.normpath(tree)), path)
        os.makedirs(os.path.dirname(target), exist_ok=True)
        shutil.copyfile(os.path.join(tree, path), target)
    # Writing the copy out to the disk is not the work of whoever comes first.
    os.sync()


def size_below(folder):
    return sum(os.path.getsize(os.path.join(folder, path)) for path in files_below(folder) if path.endswith(SOURCES))


def listed(tool):
    try:
        return json.loads(subprocess.run([tool, "list", "--format", "json"], stdout=subprocess.PIPE, check=True).stdout)
    except (OSError, subprocess.CalledProcessError) as error:
        raise BenchError("%s cannot list its transforms: %s" % (tool, error)) from error


def absent_transform(transforms, sources):
    """A transform of whose old names none is in any file: of those that will do, the one with the longest name.

    The tool looks for the longest name in each pattern. For a transform with one old name that is all but surely this
    name, the more so the longer it is. A name may also be a part of a longer word, where the search meets it as well.
    """
    words = set()
    for source in sources:
        with open(os.path.join(*source), "rb") as text:
            words.update(WORD.findall(text.read()))
    joined = b"\n".join(words)
    single = [one for one in transforms if len(one["old"]) == 1 and WORD.fullmatch(one["old"][0].encode())]
    for transform in sorted(single, key=lambda one: (-len(one["old"][0]), one["old"][0])):
        if transform["old"][0].encode() not in joined:
            return transform
    raise BenchError("every transform finds a name of its own")


def tool_commands(args, absent):
    selections = [("default", []), ("all", ["--select", "all"]), ("rename", ["--select", RENAME]),
                  ("nothing", ["--select", absent["id"]])]
    return [(name, [args.tool, "-q"] + options, False) for name, options in selections]


def rg_commands(args, scratch, transforms, rename, absent):
    if not args.rg:
        print("no rg")
        return []
    names = {"rg default": [name for one in transforms if one["group"] in DEFAULT_GROUPS for name in one["old"]],
             "rg all": [name for one in transforms for name in one["old"]],
             "rg rename": rename["old"], "rg nothing": absent["old"]}
    commands = []
    for number, (title, old) in enumerate(names.items()):
        path = os.path.join(scratch, "names%d" % number)
        with open(path, "w", encoding="utf-8") as out:
            # A field is looked for by its own name.
            out.write("\n".join(sorted({name.rsplit(".", 1)[-1] for name in old})) + "\n")
        commands.append((title, [args.rg, "-F", "-w", "-c", "-f", path, "--no-ignore"], False))
    return commands


def rule_commands(args, scratch, transforms):
    """The commands of the tools that take rules."""
    rules = rules_of({one["id"] for one in transforms if one["group"] in DEFAULT_GROUPS})
    rename = [rule for rule in rules if rule[0].startswith(RENAME)]
    commands = []
    for title, some in (("", rules), (" rename", rename)):
        if args.ast_grep:
            path = os.path.join(scratch, "rules%s.yml" % title.strip())
            with open(path, "w", encoding="utf-8") as out:
                out.write("---\n".join(ast_grep_rule(*rule) for rule in some))
            commands.append(("ast-grep" + title, [args.ast_grep, "scan", "--no-ignore", "hidden", "-r", path], False))
        if args.spatch:
            path = os.path.join(scratch, "patch%s.cocci" % title.strip())
            with open(path, "w", encoding="utf-8") as out:
                out.write("\n".join(semantic_patches(args.spatch, some, scratch)))
            command = [args.spatch, "--very-quiet", "--no-includes", "--include-headers", "--jobs", "1",
                       "--sp-file", path, "--dir"]
            commands.append(("spatch" + title, command, True))
    if args.script:
        commands.append(("script", args.script, True))
    print("%d rules; %s" % (len(rules), ", ".join(
        "no " + name for name in ("ast-grep", "spatch", "script") if not getattr(args, name.replace("-", "_"))) or "all tools"))
    return commands


def rules_of(ids):
    """The rewrites of some transforms that other tools can be told, too: an id, what is found, what is written."""
    rules = []
    for directory, _, names in sorted(os.walk(os.path.join(ROOT, "transforms"))):
        for name in sorted(names):
            if name.removesuffix(".toml") not in ids:
                continue
            with open(os.path.join(directory, name), "rb") as text:
                rewrites = tomllib.load(text).get("rewrite", [])
            for number, rewrite in enumerate(rewrites):
                find, replace = rewrite["find"].strip(), rewrite.get("replace", "").strip()
                is_plain = not any(part in find + replace for part in ("typeof", "#", "{", "\n", "$__func__"))
                if is_plain and replace and find.count(";") == replace.count(";") <= 1:
                    rules.append(("%s-%d" % (name.removesuffix(".toml"), number), find, replace))
    return rules


def ast_grep_rule(rule, find, replace):
    def spelled(code):
        return CAPTURE.sub(lambda found: ("$$$" if found[1] else "$") + found[2].upper(), code)
    return "id: %s\nlanguage: c\nrule:\n  pattern: %s\nfix: %s\n" % (rule, json.dumps(spelled(find)), json.dumps(spelled(replace)))


def semantic_patches(spatch, rules, scratch):
    """The rules as semantic patches, but for those that spatch does not take."""
    patches = []
    for _, find, replace in rules:
        captures = sorted({(found[1] or "", found[2]) for found in CAPTURE.finditer(find)})
        declared = "".join("expression%s c_%s;\n" % (" list" if rest else "", name) for rest, name in captures)
        old, new = (CAPTURE.sub(lambda found: "c_" + found[2], code) for code in (find, replace))
        patch = "@@\n%s@@\n- %s\n+ %s\n" % (declared, old, new)
        path = os.path.join(scratch, "one.cocci")
        with open(path, "w", encoding="utf-8") as out:
            out.write(patch)
        checked = subprocess.run([spatch, "--parse-cocci", path], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        if checked.returncode == 0:
            patches.append(patch)
    return patches


def timed(command, size):
    """Runs a command to its end."""
    flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC
    streams = [(os.POSIX_SPAWN_OPEN, 0, os.devnull, os.O_RDONLY, 0), (os.POSIX_SPAWN_OPEN, 1, os.devnull, os.O_WRONLY, 0)]
    with tempfile.NamedTemporaryFile() as errors:
        streams.append((os.POSIX_SPAWN_OPEN, 2, errors.name, flags, 0o600))
        start = time.perf_counter()
        try:
            process = os.posix_spawnp(command[0], command, os.environ, file_actions=streams)
        except OSError as error:
            raise BenchError("%s: %s" % (command[0], error.strerror)) from error
        _, status, usage = os.wait4(process, 0)
        wall = time.perf_counter() - start
        code = os.waitstatus_to_exitcode(status)
        # 1 is for names that are not found; 2 is for files that could not be read or understood.
        if code not in (0, 1, 2):
            said = errors.read().decode(errors="replace").splitlines()
            raise BenchError("%s: exit code %d\n%s" % (" ".join(command), code, "\n".join(said[-5:])))
    return Timing(usage.ru_utime + usage.ru_stime, wall, usage.ru_maxrss * 1024, size)


# By other tool: what of this tool does the same.
PEERS = {"rg default": "default", "rg all": "all", "rg rename": "rename", "rg nothing": "nothing", "ast-grep": "default",
         "ast-grep rename": "rename", "spatch": "default", "spatch rename": "rename", "script": "default"}


def print_table(timings):
    print()
    print("%-16s %10s %10s %12s %10s   %s" % ("", "CPU s", "wall s", "MB / CPU s", "peak MB", "CPU time by that of capi-upgrade"))
    for name, runs in timings.items():
        if not runs:
            continue
        ratios = ""
        if name in PEERS:
            own = [PEERS[name]] + (["all"] if name in ("script", "ast-grep", "spatch") else [])
            ratios = ", ".join("%s %.3g" % (mode, statistics.median(
                mine.speed() / other.speed() for mine, other in zip(timings[mode], runs))) for mode in own)
        cpu, wall, speed = (statistics.median(get(run) for run in runs) for get in
                            (lambda run: run.cpu, lambda run: run.wall, Timing.speed))
        peak = max(run.memory for run in runs) / 1e6
        print(("%-16s %10.3f %10.3f %12.2f %10.0f   %s" % (name, cpu, wall, speed, peak, ratios)).rstrip())


def grow(args):
    """Times the tool on 1, 4 and 16 copies of some packages, and on one large table."""
    packages = [os.path.join(tree, entry) for tree in args.trees for entry in sorted(os.listdir(tree))]
    sizes = sorted((size_below(package), package) for package in packages if os.path.isdir(package))
    chosen, total = [], 0
    for size, package in reversed(sizes):
        if size and total + size <= args.step * 1e6:
            chosen.append(package)
            total += size
    print()
    print("%-16s %10s %10s %12s %10s" % ("copies", "CPU s", "wall s", "MB / CPU s", "peak MB"))
    for options in ([], ["--select", "all"]):
        for copies in (1, 4, 16):
            with tempfile.TemporaryDirectory(prefix="compare-tools-") as scratch:
                for number in range(copies):
                    files = [(package, path) for package in chosen for path in files_below(package)]
                    copy_files(files, os.path.join(scratch, str(number)))
                runs = [timed([args.tool, "-q"] + options + [scratch], total * copies) for _ in range(args.runs)]
            print_growth("%d %s" % (copies, "all" if options else "default"), runs)
    with tempfile.TemporaryDirectory(prefix="compare-tools-") as scratch:
        path = os.path.join(scratch, "table.c")
        with open(path, "w", encoding="ascii") as out:
            out.write("#include <Python.h>\nstatic const int table[] = {\n")
            while out.tell() < 5_000_000:
                out.write("    0x%04x, 0x%04x, 0x%04x, 0x%04x,\n" % (1, 22, 333, 4444))
            out.write("};\nint item(PyObject *o) { return table[_PyLong_AsInt(o)]; }\n")
        runs = [timed([args.tool, "-q", "--select", "all", path], os.path.getsize(path)) for _ in range(args.runs)]
        print_growth("5 MB table", runs)


def print_growth(title, runs):
    cpu, wall, speed = (statistics.median(get(run) for run in runs) for get in
                        (lambda run: run.cpu, lambda run: run.wall, Timing.speed))
    print("%-16s %10.3f %10.3f %12.2f %10.0f" % (title, cpu, wall, speed, max(run.memory for run in runs) / 1e6))


if __name__ == "__main__":
    main()
