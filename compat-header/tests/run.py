#!/usr/bin/env python3
"""Build the tests of capi_compat.h for every Python found, run them, and print a table.

Without options: every interpreter found, as C99 and as C++11, with gcc; and the header alone for a few versions of
Py_LIMITED_API. "--full" takes every standard with every compiler found and every Limited API version.
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
    process = subprocess.run([compiler, "-std=" + standard, "-x", language, "-fsyntax-only", os.devnull],
                             stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return process.returncode == 0


def warnings_for(standard):
    return WARNINGS + (CXX_WARNINGS if "++" in standard else C_WARNINGS)


class Table:
    def __init__(self, verbose):
        self.rows = []
        self.passed = 0
        self.failed = 0
        self.verbose = verbose

    def add(self, python, what, passed, failed, text, detail=""):
        self.rows.append((python, what, text))
        self.passed += passed
        self.failed += failed
        print("%-10s %-62s %s" % (python, what, text), flush=True)
        if detail and (failed or self.verbose):
            print("\n".join("    " + line for line in detail.strip().splitlines()[:40]), flush=True)


def build_and_run(about, compiler, standard, header, table, keep_flags, others=()):
    """Build the module for one Python; run it there, or for the Stable ABI in the others."""
    cxx = "++" in standard
    name = "%s -std=%s%s" % (compiler, standard, "".join(" " + flag for flag in keep_flags))
    directory = tempfile.mkdtemp(prefix="capi-compat-")
    try:
        objects = []
        for source in ("capi_compat_test", "capi_compat_other", "capi_compat_beside"):
            target = os.path.join(directory, source + ".o")
            command = [compiler, "-std=" + standard] + warnings_for(standard) + include_flags(about) + keep_flags
            command += ["-DPy_DEBUG"] if about["debug"] else []
            command += ["-I" + header, "-fPIC", "-O1", "-c", os.path.join(HERE, source + (".cpp" if cxx else ".c")), "-o", target]
            process = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, universal_newlines=True)
            if process.returncode:
                table.add(about["name"], name, 0, 1, "does not compile", process.stdout)
                return
            objects.append(target)
        module = os.path.join(directory, "capi_compat_test" + (".abi3.so" if others else about["suffix"]))
        process = subprocess.run([compiler, "-shared"] + objects + ["-o", module], stdout=subprocess.PIPE,
                                 stderr=subprocess.STDOUT, universal_newlines=True)
        if process.returncode:
            table.add(about["name"], name, 0, 1, "does not link", process.stdout)
            return
        if not others:
            run_module(about, name, directory, keep_flags, table)
        for other in others:
            run_module(other, "abi3 of %s %s" % (about["name"], name), directory, keep_flags, table)
    finally:
        shutil.rmtree(directory, ignore_errors=True)


def run_module(about, name, directory, keep_flags, table):
    command = [about["path"], "-c", RUN, directory, os.path.join(directory, "file")]
    try:
        process = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, universal_newlines=True, timeout=300)
    except subprocess.TimeoutExpired:
        table.add(about["name"], name, 0, 1, "does not end")
        return
    lines = [line for line in process.stdout.splitlines() if line.startswith("RESULTS ")]
    if process.returncode or not lines:
        text = "\n".join(line for line in process.stdout.splitlines() if not line.startswith("RESULTS "))
        table.add(about["name"], name, 0, 1, "crashed (%d)" % process.returncode, text[-3000:])
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
              detail)


def compile_limited(about, compiler, standard, header, limited, table):
    source = os.path.join(HERE, "capi_compat_other" + (".cpp" if "++" in standard else ".c"))
    command = [compiler, "-std=" + standard] + warnings_for(standard) + include_flags(about)
    command += ["-DPy_LIMITED_API=" + limited, "-I" + header, "-fsyntax-only", source]
    process = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, universal_newlines=True)
    return process.returncode == 0, process.stdout


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--python", action="append", help="an interpreter (repeatable)")
    parser.add_argument("--cc", action="append", help="gcc or clang (repeatable)")
    parser.add_argument("--std", action="append", help="a standard, such as c11 or c++20 (repeatable)")
    parser.add_argument("--limited", action="append", help="a value of Py_LIMITED_API (repeatable)")
    parser.add_argument("--header", default=os.path.dirname(HERE), help="the folder with capi_compat.h")
    parser.add_argument("--flag", action="append", default=[], help="one more flag for the compiler, such as --flag=-DNDEBUG")
    parser.add_argument("--full", action="store_true", help="every standard, compiler and Limited API version")
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
    compilers = args.cc or (["gcc", "clang"] if args.full else ["gcc"])
    compilers = [cc for cc in compilers if shutil.which(cc) and shutil.which(COMPILERS.get(cc, cc))] or ["cc"]
    standards = args.std or (C_STANDARDS + CXX_STANDARDS if args.full else ["c99", "c++11"])
    limited = [] if args.no_limited else args.limited or (LIMITED if args.full else FEW_LIMITED)
    for about in pythons:
        print("%s: %s (%s)" % (about["name"], about["path"], ".".join(map(str, about["version"]))))

    table = Table(args.verbose)
    for about in pythons:
        for cc in compilers:
            for standard in standards:
                compiler = COMPILERS.get(cc, "c++") if "++" in standard else cc
                if not supports(compiler, standard):
                    continue
                if about["version"][0] == 2 and standard in ("c++17", "c++20"):
                    continue  # its headers have the word "register", which C++17 took out
                build_and_run(about, compiler, standard, args.header, table, args.flag)
        if about["version"][0] == 2 or about["impl"] != "cpython" or about["name"].endswith(("t", "td")):
            continue
        for cc in compilers:
            for standard in standards if args.full else ["c99", "c++11"]:
                compiler = COMPILERS.get(cc, "c++") if "++" in standard else cc
                if not limited or not supports(compiler, standard):
                    continue
                bad, detail = [], ""
                for value in limited:
                    good, output = compile_limited(about, compiler, standard, args.header, value, table)
                    if not good:
                        bad.append(value)
                        detail += output
                for value in limited:
                    # Built with these headers for that version or newer, and run here.
                    if value != "3" and int(value, 16) >> 16 <= about["version"][0] << 8 | about["version"][1]:
                        build_and_run(about, compiler, standard, args.header, table, ["-DPy_LIMITED_API=" + value])
                table.add(about["name"], "%s -std=%s limited" % (compiler, standard), len(limited) - len(bad), len(bad),
                          "%d / %d versions compile" % (len(limited) - len(bad), len(limited)), detail)
    # What is built for the Stable ABI with the newest headers must load and work in every Python since.
    newest = [about for about in pythons if about["impl"] == "cpython" and "t" not in about["name"]][-1:]
    for about in newest:
        for value in limited:
            if value == "3" or not supports(compilers[0], "c99"):
                continue
            since = [int(value, 16) >> 24, int(value, 16) >> 16 & 255]
            others = [p for p in pythons if since <= p["version"][:2] <= about["version"][:2] and p["version"][0] == 3
                      and p["impl"] == "cpython" and "t" not in p["name"] and p is not about]
            if since <= about["version"] and others:
                build_and_run(about, compilers[0], "c99", args.header, table, ["-DPy_LIMITED_API=" + value], others)
    print("%d passed, %d failed" % (table.passed, table.failed))
    sys.exit(1 if table.failed else 0)


if __name__ == "__main__":
    main()
