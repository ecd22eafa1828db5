#!/usr/bin/env python3
"""Time capi-upgrade against a script that rewrites C files in place, over the same files.

    python benches/against_script.py CORPUS --script 'python3 PATH/upgrade_pythoncapi.py -q -B'
        [--tool target/release/capi-upgrade] [--runs 3] [--warm-ups 1] [--limit-packages N] [--sources-only]

CORPUS is a folder of packages; `python benches/fetch_corpus.py CORPUS` fetches the one that is pinned in corpus.txt.
The tool is built by `cargo build --release`.

Each run copies the .c and .h files afresh, because the script edits them in place, and with them the files by which
the tool knows a project (pyproject.toml, setup.py, setup.cfg, meson.build), so that it indexes each project as it
would at home. With --sources-only these stay behind: each file is a project of its own then, which spares the tool
the indexing and the script nothing. Hidden files and folders are left out: only one of the two would read them.

Then, on the same copy, the tool shows its diff three times and the script rewrites the files:

    default   the transforms that run when nothing is selected
    all       --select all
    nothing   --select of one transform whose names occur in no file

Neither copying nor choosing that transform is timed. The copy was just written, so files come from the cache for
all. CPU time is user and system time of the process and of the children it waited for, as the kernel counts it. Wall
time depends on the number of cores, as the tool uses all and the script uses one. Standard output goes to nowhere. A
ratio is the script's time by the tool's in the same run.
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

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
SOURCES = (".c", ".h")
PROJECT_FILES = frozenset("pyproject.toml setup.py setup.cfg meson.build".split())
WORD = re.compile(rb"[A-Za-z_]\w*")


class BenchError(Exception):
    """Something that leaves nothing to compare, with the reason as its text."""


class Timing:
    """What a process took, in seconds."""

    def __init__(self, cpu, wall):
        self.cpu = cpu
        self.wall = wall


def main():
    parser = argparse.ArgumentParser(description="Time capi-upgrade against a script that rewrites in place.")
    parser.add_argument("corpus", metavar="CORPUS", help="a folder that holds one folder per package")
    parser.add_argument("--script", metavar="COMMAND", required=True, type=shlex.split,
                        help="the script with its options; the folder to rewrite is put behind them")
    parser.add_argument("--tool", metavar="FILE", default=os.path.join(ROOT, "target", "release", "capi-upgrade"),
                        help="the program (default: target/release/capi-upgrade of this checkout)")
    parser.add_argument("--runs", metavar="N", type=positive, default=3, help="runs that count (default: 3)")
    parser.add_argument("--warm-ups", metavar="N", type=int, default=1,
                        help="runs before them that do not (default: 1)")
    parser.add_argument("--limit-packages", metavar="N", type=positive,
                        help="take the first N packages only, in the order of their names")
    parser.add_argument("--sources-only", action="store_true",
                        help="copy no files that make a project, so that nothing of one is indexed")
    args = parser.parse_args()
    try:
        return bench(args)
    except BenchError as error:
        sys.exit("error: %s" % error)


def positive(text):
    number = int(text)
    if number < 1:
        raise ValueError(text)
    return number


def bench(args):
    sources, others = corpus_files(args.corpus, args.limit_packages)
    if not sources:
        raise BenchError("no .c or .h files in %s" % args.corpus)
    absent, name = absent_transform(args.tool, args.corpus, sources)
    modes = [("default", []), ("all", ["--select", "all"]), ("nothing", ["--select", absent])]
    size = sum(os.path.getsize(os.path.join(args.corpus, path)) for path in sources)
    packages = len({top(path) for path in sources})
    print("%d files, %d bytes, in %d packages" % (len(sources), size, packages))
    if args.sources_only:
        others = []
        print("without project files")
    print("`nothing` is --select %s: `%s` is in no file" % (absent, name))
    print("script: %s" % " ".join(args.script))

    runs = []
    for number in range(args.warm_ups + args.runs):
        label = "warm-up" if number < args.warm_ups else "run %d" % (number - args.warm_ups + 1)
        timings = one_run(args, modes, sources + others)
        print("%-8s %s" % (label, "   ".join(
            "%s %.3g s CPU, %.3g s wall" % (mode, timing.cpu, timing.wall) for mode, timing in timings.items()
        )), flush=True)
        if number >= args.warm_ups:
            runs.append(timings)
    print_ratios(runs, [mode for mode, _ in modes])
    return 0


def corpus_files(corpus, limit):
    """The C files, and the files that say where projects begin: paths below the corpus, sorted."""
    if not os.path.isdir(corpus):
        raise BenchError("%s is not a folder" % corpus)
    packages = sorted(entry for entry in os.listdir(corpus) if os.path.isdir(os.path.join(corpus, entry)))
    packages = [package for package in packages if not package.startswith(".")][:limit]
    sources, others = [], []
    for package in packages:
        for directory, subfolders, names in os.walk(os.path.join(corpus, package)):
            subfolders[:] = sorted(folder for folder in subfolders if not folder.startswith("."))
            for name in sorted(names):
                path = os.path.join(directory, name)
                if name.startswith(".") or os.path.islink(path):
                    continue
                if os.path.splitext(name)[1] in SOURCES:
                    sources.append(os.path.relpath(path, corpus))
                elif name in PROJECT_FILES:
                    others.append(os.path.relpath(path, corpus))
    return sources, others


def top(path):
    return path.split(os.sep, 1)[0]


def absent_transform(tool, corpus, sources):
    """The id of a transform of whose old names none is in any file, and the name.

    The tool looks for the longest name in each pattern. For a transform with one old name that is all but surely
    this name, the more so the longer it is; so of those that will do, the one with the longest name is taken.
    """
    try:
        listed = subprocess.run([tool, "list", "--format", "json"], stdout=subprocess.PIPE, check=True).stdout
    except (OSError, subprocess.CalledProcessError) as error:
        raise BenchError("%s cannot list its transforms: %s" % (tool, error)) from error
    ids = {}
    for transform in json.loads(listed):
        if len(transform["old"]) == 1 and WORD.fullmatch(transform["old"][0].encode()):
            ids[transform["old"][0]] = transform["id"]
    words = set()
    for path in sources:
        with open(os.path.join(corpus, path), "rb") as source:
            words.update(WORD.findall(source.read()))
    # A name may also be a part of a longer word, where the tool's search meets it as well.
    joined = b"\n".join(words)
    for name in sorted(ids, key=lambda name: (-len(name), name)):
        if name.encode() not in joined:
            return ids[name], name
    raise BenchError("every transform finds a name of its own in the corpus")


def one_run(args, modes, files):
    """The timings of the tool in each mode and of the script, on one fresh copy."""
    timings = {}
    with tempfile.TemporaryDirectory(prefix="against-script-") as scratch:
        copy = os.path.join(scratch, "corpus")
        for path in files:
            target = os.path.join(copy, path)
            os.makedirs(os.path.dirname(target), exist_ok=True)
            shutil.copyfile(os.path.join(args.corpus, path), target)
        # Writing the copy out to the disk is not the work of whoever comes first.
        os.sync()
        errors = os.path.join(scratch, "errors")
        # Whoever comes first would be charged for the caches that all others find filled.
        timed([args.tool] + modes[-1][1] + [copy], errors, fine=(0, 2))
        for mode, options in modes:
            timings[mode] = timed([args.tool] + options + [copy], errors, fine=(0, 2))
        timings["script"] = timed(args.script + [copy], errors, fine=(0,))
    return timings


def timed(command, errors, fine):
    """Runs a command to its end, with standard error in the file `errors`."""
    flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC
    streams = [
        (os.POSIX_SPAWN_OPEN, 0, os.devnull, os.O_RDONLY, 0),
        (os.POSIX_SPAWN_OPEN, 1, os.devnull, os.O_WRONLY, 0),
        (os.POSIX_SPAWN_OPEN, 2, errors, flags, 0o600),
    ]
    start = time.perf_counter()
    try:
        process = os.posix_spawnp(command[0], command, os.environ, file_actions=streams)
    except OSError as error:
        raise BenchError("%s: %s" % (command[0], error.strerror)) from error
    _, status, usage = os.wait4(process, 0)
    wall = time.perf_counter() - start
    code = os.waitstatus_to_exitcode(status)
    if code != 0:
        with open(errors, encoding="utf-8", errors="replace") as said:
            lines = said.read().splitlines()
        if code not in fine:
            raise BenchError("%s: exit code %d\n%s" % (" ".join(command), code, "\n".join(lines[-5:])))
        # Some files could not be read or understood; the rest was done.
        for line in lines:
            if line.startswith("error: "):
                print(line, file=sys.stderr)
    return Timing(usage.ru_utime + usage.ru_stime, wall)


def print_ratios(runs, modes):
    print()
    print("%-10s %12s %12s    %-28s %s" % ("", "CPU s", "wall s", "CPU, script by tool", "wall, script by tool"))
    print("%-10s %12s %12s    %-28s %s" % ("", "median", "median", "min / median / max", "min / median / max"))
    for mode in modes + ["script"]:
        cpu = statistics.median(run[mode].cpu for run in runs)
        wall = statistics.median(run[mode].wall for run in runs)
        ratios = ["", ""]
        if mode != "script":
            ratios = [
                spread([run["script"].cpu / run[mode].cpu for run in runs]),
                spread([run["script"].wall / run[mode].wall for run in runs]),
            ]
        print(("%-10s %12.3g %12.3g    %-28s %s" % (mode, cpu, wall, ratios[0], ratios[1])).rstrip())


def spread(ratios):
    return "%.1f / %.1f / %.1f" % (min(ratios), statistics.median(ratios), max(ratios))


if __name__ == "__main__":
    sys.exit(main())
