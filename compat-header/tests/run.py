#!/usr/bin/env python3
"""Build the tests of capi_compat.h for every Python found, run them, and print a table.

Without options: every interpreter found, as C99 and as C++11, with gcc; and the header alone for a few versions of
Py_LIMITED_API. "--full" takes every standard with every compiler found and every Limited API version.

"--sample" meets each pair of interpreter, compiler, standard and Limited API version at least once, in little time: each
interpreter runs one build in C, one in C++ and one for the Limited API, and what is then missing is compiled only. Which
build has which standard and compiler depends on nothing but the order of what was found.
"""

import argparse
import glob
import json
import os
import shutil
import subprocess
import sys
import tempfile


HERE = os.path.dirname(os.path.abspath(__file__))

WARNINGS = ["-Wall", "-Wextra", "-Wpedantic", "-Wconversion", "-Wsign-conversion", "-Wcast-qual", "-Wshadow", "-Wunused", "-Werror"]
C_WARNINGS = ["-Wdeclaration-after-statement", "-Wstrict-prototypes"]
CXX_WARNINGS = ["-Wold-style-cast", "-Wzero-as-null-pointer-constant"]
COMPILERS = {"gcc": "g++", "clang": "clang++"}
C_STANDARDS = ["c99", "c11", "c17", "c2x"]
CXX_STANDARDS = ["c++11", "c++14", "c++17", "c++20"]
LIMITED = ["3", "0x03060000", "0x03070000", "0x03080000", "0x03090000", "0x030a0000", "0x030b0000", "0x030c0000",
           "0x030d0000", "0x030e0000", "0x030f0000"]
FEW_LIMITED = ["0x03060000", "0x03080000", "0x030b0000", "0x030d0000"]

ASK = """
import json, os, sys
try:
    from sysconfig import get_paths, get_config_var
    paths = [get_paths()["include"], get_paths().get("platinclude")]
    suffix = get_config_var("EXT_SUFFIX") or get_config_var("SO")
except ImportError:
    paths, suffix = [], ".so"
impl = "pypy" if hasattr(sys, "pypy_version_info") else "cpython"
free = bool(get_config_var("Py_GIL_DISABLED"))
debug = hasattr(sys, "gettotalrefcount")
print(json.dumps({"include": [p for p in paths if p], "suffix": suffix, "version": list(sys.version_info[:3]),
                  "name": ("PyPy " if impl == "pypy" else "") + "%d.%d" % sys.version_info[:2] + ("t" if free else "")
                          + ("d" if debug else ""),
                  "impl": impl, "debug": debug, "executable": os.path.realpath(sys.executable)}))
"""

RUN = """
import sys, json
directory, work_file = sys.argv[1:3]
sys.path.insert(0, directory)
sys.capi_compat_file = work_file
import capi_compat_test
results = capi_compat_test.run()
print("RESULTS " + json.dumps([[n, p, [f if isinstance(f, str) else repr(f) for f in fs]] for n, p, fs in results]))
"""


def find_pythons():
    """Interpreters on PATH, of pyenv and of the environment, one for each real file."""
    found = []
    for directory in os.environ.get("PATH", "").split(os.pathsep):
        if os.path.basename(directory) == "shims":
            continue  # pyenv's versions are asked for below
        for path in sorted(glob.glob(os.path.join(directory, "python3.*")) + glob.glob(os.path.join(directory, "pypy3"))):
            if "-" not in os.path.basename(path) and os.access(path, os.X_OK):
                found.append(path)
    pyenv = shutil.which("pyenv")
    if pyenv:
        root = subprocess.run([pyenv, "root"], stdout=subprocess.PIPE, universal_newlines=True).stdout.strip()
        found += sorted(glob.glob(os.path.join(root, "versions", "*", "bin", "python")))
    found += [path for path in os.environ.get("CAPI_UPGRADE_PYTHONS", "").split(os.pathsep) if path]
    return found


def ask(path):
    """What the builds need to know of an interpreter, or None where it has no headers."""
    try:
        process = subprocess.run([path, "-c", ASK], stdout=subprocess.PIPE, stderr=subprocess.PIPE, universal_newlines=True)
        about = json.loads(process.stdout)
    except (OSError, ValueError):
        return None
    about["path"] = path
    about["include"] = [p for p in about["include"] if os.path.exists(os.path.join(p, "Python.h"))]
    return about if about["include"] else None


def include_flags(about):
    flags = []
    for path in dict.fromkeys(about["include"]):
        flags += ["-isystem", path]
        parent = os.path.dirname(path)
        # Debian's pyconfig.h of Pythons outside the system includes a header of its own by its place in /usr/include.
        if glob.glob(os.path.join(parent, "*-linux-gnu*", os.path.basename(path))):
            flags += ["-idirafter", parent]
    return flags


def supports(compiler, standard):
    language = "c++" if "++" in standard else "c"
    if not shutil.which(compiler):
        return False
    process = subprocess.run([compiler, "-std=" + standard, "-x", language, "-fsyntax-only", os.devnull],
                             stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return process.returncode == 0


def warnings_for(standard):
    return WARNINGS + (CXX_WARNINGS if "++" in standard else C_WARNINGS)


class Table:
    def __init__(self, verbose):
        self.cells = {}
        self.passed = 0
        self.failed = 0
        self.verbose = verbose

    def add(self, python, what, passed, failed, text, detail="", column=None):
        """One line; the last table counts in its column. Each failure of a build is one function that failed."""
        if column:
            self.cells.setdefault(python, {}).setdefault(column, []).append((passed, passed + failed))
        self.passed += passed
        self.failed += failed
        print("%-10s %-62s %s" % (python, what, text), flush=True)
        if detail and (failed or self.verbose):
            print("\n".join("    " + line for line in detail.strip().splitlines()[:40]), flush=True)

    def summary(self):
        """Interpreters and languages; of more than one build in a cell the worst, and how many there were."""
        print("\n%-10s" % "" + "".join("%-24s" % column for column in COLUMNS))
        for python, cells in self.cells.items():
            line = "%-10s" % python
            for column in COLUMNS:
                builds = cells.get(column, [])
                if not builds:
                    line += "%-24s" % "-"
                    continue
                passed, functions = min(builds, key=lambda build: (build[0] - build[1], build))
                line += "%-24s" % ("%d / %d" % (passed, functions) + (" (%d builds)" % len(builds) if len(builds) > 1 else ""))
            print(line.rstrip())
        print("%d passed, %d failed" % (self.passed, self.failed), flush=True)


COLUMNS = ["C", "C++", "C, Limited API", "C++, Limited API", "compiled only"]


def column_of(compiler_flags, standard):
    limited = any("Py_LIMITED_API" in flag for flag in compiler_flags)
    return ("C++" if "++" in standard else "C") + (", Limited API" if limited else "")


def build_and_run(about, compiler, standard, header, table, keep_flags, others=()):
    """Build the module for one Python; run it there, or for the Stable ABI in the others."""
    cxx = "++" in standard
    name = "%s -std=%s%s" % (compiler, standard, "".join(" " + flag for flag in keep_flags))
    column = column_of(keep_flags, standard)
    directory = tempfile.mkdtemp(prefix="capi-compat-")
    try:
        objects = []
        for source in ("capi_compat_test", "capi_compat_other", "capi_compat_beside", "capi_compat_removed"):
            target = os.path.join(directory, source + ".o")
            command = [compiler, "-std=" + standard] + warnings_for(standard) + include_flags(about) + keep_flags
            command += ["-DPy_DEBUG"] if about["debug"] else []
            command += ["-I" + header, "-fPIC", "-O1", "-c", os.path.join(HERE, source + (".cpp" if cxx else ".c")), "-o", target]
            process = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, universal_newlines=True)
            if process.returncode:
                table.add(about["name"], name, 0, 1, "does not compile", process.stdout, column)
                return
            objects.append(target)
        module = os.path.join(directory, "capi_compat_test" + (".abi3.so" if others else about["suffix"]))
        process = subprocess.run([compiler, "-shared"] + objects + ["-o", module], stdout=subprocess.PIPE,
                                 stderr=subprocess.STDOUT, universal_newlines=True)
        if process.returncode:
            table.add(about["name"], name, 0, 1, "does not link", process.stdout, column)
            return
        if not others:
            run_module(about, name, directory, keep_flags, table, column)
        for other in others:
            run_module(other, "abi3 of %s %s" % (about["name"], name), directory, keep_flags, table, column)
    finally:
        shutil.rmtree(directory, ignore_errors=True)


def run_module(about, name, directory, keep_flags, table, column):
    command = [about["path"], "-c", RUN, directory, os.path.join(directory, "file")]
    try:
        process = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, universal_newlines=True, timeout=300)
    except subprocess.TimeoutExpired:
        table.add(about["name"], name, 0, 1, "does not end", column=column)
        return
    lines = [line for line in process.stdout.splitlines() if line.startswith("RESULTS ")]
    if process.returncode or not lines:
        text = "\n".join(line for line in process.stdout.splitlines() if not line.startswith("RESULTS "))
        table.add(about["name"], name, 0, 1, "crashed (%d)" % process.returncode, text[-3000:], column)
        return
    results = json.loads(lines[0][len("RESULTS "):])
    # A test that this Python cannot have makes no check.
    results = [result for result in results if result[1] or result[2]]
    functions = sum(len(names.split()) for names, _, _ in results)
    bad = sum(len(names.split()) for names, _, failures in results if failures)
    checks = sum(passed for _, passed, _ in results)
    detail = "\n".join("%s: %s" % (names.split()[0], line) for names, _, failures in results for line in failures[:5])
    limited = any("Py_LIMITED_API" in flag for flag in keep_flags)
    if about["impl"] == "cpython" and not limited and "capi_compat: at exit" not in process.stdout:
        bad += 1
        detail += "\nPyUnstable_AtExit: nothing happened at exit"
    table.add(about["name"], name, functions - bad, bad, "%d / %d functions, %d checks" % (functions - bad, functions, checks),
              detail, column)


def compile_only(about, compiler, standard, header, source, flags):
    """Whether one file compiles, and what the compiler says."""
    source = os.path.join(HERE, source + (".cpp" if "++" in standard else ".c"))
    command = [compiler, "-std=" + standard] + warnings_for(standard) + include_flags(about)
    command += (["-DPy_DEBUG"] if about["debug"] else []) + flags + ["-I" + header, "-fsyntax-only", source]
    process = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, universal_newlines=True)
    return process.returncode == 0, process.stdout


def has_limited(about):
    return about["version"][0] > 2 and about["impl"] == "cpython" and "t" not in about["name"]


def is_for(about, limited):
    """Whether a module for this version of the Limited API can be loaded."""
    return limited != "3" and [int(limited, 16) >> 24, int(limited, 16) >> 16 & 255] <= about["version"][:2]


def can_build(about, compiler, standard):
    """Whether the headers of Python themselves compile: those of 2.7 have the word "register", which C++17 took out, and
    those of 3.13 the word "nullptr" in C23, which clang has since version 15."""
    if not supports(compiler, standard):
        return False
    if about["version"][0] > 2 and standard != "c2x":
        return True
    language = "c++" if "++" in standard else "c"
    command = [compiler, "-std=" + standard] + include_flags(about) + ["-include", "Python.h", "-x", language, "-fsyntax-only"]
    process = subprocess.run(command + [os.devnull], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return process.returncode == 0


def sample(pythons, compilers, header, table, flags):
    """The builds of --sample."""
    def compiler_for(turn, standard):
        cc = compilers[turn % len(compilers)]
        return COMPILERS.get(cc, "c++") if "++" in standard else cc

    for i, about in enumerate(pythons):
        # One step more at each round, so that in time every standard meets every compiler.
        turn = i + i // len(C_STANDARDS)
        built = set()
        for standards, more in ((C_STANDARDS, 0), (CXX_STANDARDS, 1)):
            possible = [s for s in standards if can_build(about, compiler_for(turn + more, s), s)]
            if possible:
                standard = possible[i % len(possible)]
                build_and_run(about, compiler_for(turn + more, standard), standard, header, table, flags)
                built.add(standard)
        good, bad, detail = 0, 0, ""
        for k, standard in enumerate(s for s in C_STANDARDS + CXX_STANDARDS if s not in built):
            compiler = compiler_for(turn + k, standard)
            if can_build(about, compiler, standard):
                fine, output = compile_only(about, compiler, standard, header, "capi_compat_test", flags)
                good, bad, detail = good + fine, bad + (not fine), detail + ("" if fine else output)
        if has_limited(about):
            for k, value in enumerate(LIMITED):
                standard = (C_STANDARDS + CXX_STANDARDS)[(i + k) % 8]
                compiler = compiler_for(turn + k, standard)
                if can_build(about, compiler, standard):
                    more = flags + ["-DPy_LIMITED_API=" + value]
                    fine, output = compile_only(about, compiler, standard, header, "capi_compat_other", more)
                    good, bad, detail = good + fine, bad + (not fine), detail + ("" if fine else output)
        table.add(about["name"], "other standards and versions of the Limited API", good, bad,
                  "%d / %d compile" % (good, good + bad), detail, "compiled only")
        values = [value for value in LIMITED if has_limited(about) and is_for(about, value)]
        if values:
            standard = (C_STANDARDS + CXX_STANDARDS)[i % 8]
            compiler = compiler_for(turn, standard)
            if can_build(about, compiler, standard):
                value = values[i % len(values)]
                build_and_run(about, compiler, standard, header, table, flags + ["-DPy_LIMITED_API=" + value])


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--python", action="append", help="an interpreter (repeatable)")
    parser.add_argument("--cc", action="append", help="gcc or clang (repeatable)")
    parser.add_argument("--std", action="append", help="a standard, such as c11 or c++20 (repeatable)")
    parser.add_argument("--limited", action="append", help="a value of Py_LIMITED_API (repeatable)")
    parser.add_argument("--header", default=os.path.dirname(HERE), help="the folder with capi_compat.h")
    parser.add_argument("--flag", action="append", default=[], help="one more flag for the compiler, such as --flag=-DNDEBUG")
    parser.add_argument("--full", action="store_true", help="every standard, compiler and Limited API version")
    parser.add_argument("--sample", action="store_true", help="each pair once, in little time")
    parser.add_argument("--no-limited", action="store_true")
    parser.add_argument("--verbose", action="store_true")
    args = parser.parse_args()

    pythons = []
    for path in args.python or find_pythons():
        about = ask(path)
        if about is None:
            print("%s: not a Python with headers" % path)
        elif about["executable"] not in [p["executable"] for p in pythons]:
            pythons.append(about)
    pythons.sort(key=lambda p: (p["impl"], p["version"], p["name"]))
    if not pythons:
        print("skipped: no Python with headers was found")
        sys.exit(1 if os.environ.get("CAPI_UPGRADE_REQUIRE_PYTHONS") == "1" else 0)
    compilers = args.cc or (["gcc", "clang"] if args.full or args.sample else ["gcc"])
    compilers = [cc for cc in compilers if shutil.which(cc) and shutil.which(COMPILERS.get(cc, cc))] or ["cc"]
    standards = args.std or (C_STANDARDS + CXX_STANDARDS if args.full else ["c99", "c++11"])
    limited = [] if args.no_limited else args.limited or (LIMITED if args.full else FEW_LIMITED)
    for about in pythons:
        print("%s: %s (%s)" % (about["name"], about["path"], ".".join(map(str, about["version"]))))

    table = Table(args.verbose)
    if args.sample:
        sample(pythons, compilers, args.header, table, args.flag)
    for about in [] if args.sample else pythons:
        for cc in compilers:
            for standard in standards:
                compiler = COMPILERS.get(cc, "c++") if "++" in standard else cc
                if not can_build(about, compiler, standard):
                    continue
                build_and_run(about, compiler, standard, args.header, table, args.flag)
        if not has_limited(about):
            continue
        for cc in compilers:
            for standard in standards if args.full else ["c99", "c++11"]:
                compiler = COMPILERS.get(cc, "c++") if "++" in standard else cc
                if not limited or not can_build(about, compiler, standard):
                    continue
                bad, detail = [], ""
                for value in limited:
                    flags = args.flag + ["-DPy_LIMITED_API=" + value]
                    good, output = compile_only(about, compiler, standard, args.header, "capi_compat_other", flags)
                    if not good:
                        bad.append(value)
                        detail += output
                for value in limited:
                    # Built with these headers for that version or newer, and run here.
                    if is_for(about, value):
                        build_and_run(about, compiler, standard, args.header, table, args.flag + ["-DPy_LIMITED_API=" + value])
                table.add(about["name"], "%s -std=%s limited" % (compiler, standard), len(limited) - len(bad), len(bad),
                          "%d / %d versions compile" % (len(limited) - len(bad), len(limited)), detail, "compiled only")
    # What is built for the Stable ABI with the newest headers must load and work in every Python since.
    newest = [about for about in pythons if has_limited(about) and not about["debug"]][-1:]
    if args.sample and not args.no_limited:
        limited = FEW_LIMITED[:1]
    for about in newest:
        for value in limited:
            if value == "3" or not supports(compilers[0], "c99"):
                continue
            others = [p for p in pythons if has_limited(p) and is_for(p, value) and p is not about]
            if is_for(about, value) and others:
                build_and_run(about, compilers[0], "c99", args.header, table, ["-DPy_LIMITED_API=" + value], others)
    table.summary()
    sys.exit(1 if table.failed else 0)


if __name__ == "__main__":
    main()
