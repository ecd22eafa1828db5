#!/usr/bin/env python3
"""Compile a corpus, let a tool rewrite a copy of it, compile again, and say what changed.

    python benches/compile_before_after.py CORPUS --tool 'target/release/capi-upgrade --apply --no-header'
    python benches/compile_before_after.py CORPUS --before-only

CORPUS holds one folder per package, as `fetch_corpus.py` leaves it. A file is checked with `gcc -fsyntax-only`,
with its own folder, the package's header folders and the package root on the include path, and with no guessed
defines. Many files cannot compile that way, for want of a generated `config.h`, a system library or the file that
includes them; what counts is that a file which compiled before compiles after.

A file beside the corpus, CORPUS.flags, may name flags that a package's build would pass, one package a line
(`igraph: -idirafter generated/igraph`, `*:` for all); paths in it are relative to the folder it stands in.

With `--language c++` the C++ sources that use the C API are checked with `g++ -std=c++17` instead.

C that calls an undeclared function is no success here, although older compilers only warn: it would hide a call
that the tool invented. The same goes for an integer, or another pointer, where a certain pointer is due.

The tool gets the path of the copy as its last argument, or where `{}` stands in the command. It may exit with any
code. After it ran, every file is compiled again that changed, or that had read a changed file of its package; of
the files that did not compile before, those of a changed package. The rest keeps its first result, unless `--all`
is given.

First results are kept beside the corpus in CORPUS.compile.json, by Python version, compiler, flags, path and
content. They assume that the system's headers stay as they are: delete the file after installing some.

Files that are only meant to be included cannot compile alone. So the first table also says how many of the files
that use the C API were reached: compiled, or read by one that compiled.

Exits with 1 if a file no longer compiles.
"""

import argparse
import concurrent.futures
import hashlib
import json
import os
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
import time

from count_functions import is_generated, uses_c_api

MAX_INCLUDE_FOLDERS = 40
COMPILE_SECONDS = 300
HEADERS = (".h", ".hh", ".hpp", ".hxx", ".inc", ".inl")


class Language:
    """What the sources of a language are called, and how they are compiled."""

    def __init__(self, sources, compiler, flags, only_capi):
        self.sources = sources
        self.compiler = compiler
        self.flags = flags
        self.only_capi = only_capi


LANGUAGES = {
    "c": Language((".c",), "gcc", ["-Werror=implicit-function-declaration", "-Werror=implicit-int",
                                   "-Werror=int-conversion", "-Werror=incompatible-pointer-types"], False),
    "c++": Language((".cc", ".cpp", ".cxx"), "g++", ["-std=c++17", "-w"], True),
}
INCLUDE = re.compile(rb'^[ \t]*#[ \t]*include[ \t]*["<]([^">\n]+)[">]', re.MULTILINE)


def main():
    args = parse_args()
    corpus = os.path.abspath(args.corpus)
    pythons = [find_python(name) for name in args.python or ["3.9", "3.13"]]
    language = LANGUAGES[args.language]
    packages = [Package(corpus, name, args.package, language) for name in sorted(os.listdir(corpus))
                if os.path.isdir(os.path.join(corpus, name)) and not name.startswith(".")]
    packages = [package for package in packages if package.wanted]
    if not packages:
        sys.exit("no package to compile in %s" % args.corpus)
    compiler = Compiler(args.cc or language.compiler, language.flags, PackageFlags(args.flags or corpus + ".flags", corpus), args.jobs)

    cache = Cache(args.cache or corpus + ".compile.json")
    before = {}
    for python in pythons:
        before[python] = compile_before(compiler, python, corpus, packages, cache)
    print_before(pythons, packages, before, args.verbose)
    if args.before_only:
        return 0

    scratch = tempfile.mkdtemp(prefix="compile-before-after-")
    try:
        copy = os.path.join(scratch, "corpus")
        for package in packages:
            shutil.copytree(os.path.join(corpus, package.name), os.path.join(copy, package.name), symlinks=True)
        run_tool(args.tool, copy)
        changed = [path for package in packages for path in package.changed_files(copy)]
        print("%d files changed" % len(changed))
        unchecked = set(changed).difference(*(package.texts for package in packages))
        if unchecked:
            print("changed, but new or gone: %s" % " ".join(sorted(unchecked)))
        after = {}
        for python in pythons:
            again = [path for package in packages
                     for path in package.files_to_check(changed, before[python], args.all)]
            after[python] = dict(before[python])
            after[python].update(compiler.run(python, copy, packages, again, args.header))
        return 1 if print_after(pythons, before, after) else 0
    finally:
        if args.keep:
            print("the rewritten copy is in %s" % scratch)
        else:
            shutil.rmtree(scratch, ignore_errors=True)


def parse_args():
    parser = argparse.ArgumentParser(description="Compile a corpus before and after a tool rewrote it.")
    parser.add_argument("corpus", metavar="CORPUS", help="folder with one folder per package")
    parser.add_argument("--tool", metavar="COMMAND", help="the rewriting command; {} stands for the copy")
    parser.add_argument("--python", metavar="VERSION", action="append",
                        help="a Python to compile for, as 3.13 or as the path of an interpreter; may be "
                             "repeated (default: 3.9 and 3.13)")
    parser.add_argument("--package", metavar="NAME", action="append",
                        help="only this package, with or without its version; may be repeated")
    parser.add_argument("--header", metavar="DIR", help="extra include folder for the second compilation")
    parser.add_argument("--all", action="store_true", help="compile every file again, not only the affected ones")
    parser.add_argument("--before-only", action="store_true", help="only fill the cache and print its table")
    parser.add_argument("--keep", action="store_true", help="keep the rewritten copy")
    parser.add_argument("--verbose", action="store_true", help="print the first table by package, with reasons")
    parser.add_argument("--language", choices=sorted(LANGUAGES), default="c")
    parser.add_argument("--cc", metavar="COMPILER", help="default: gcc, for C++ g++")
    parser.add_argument("--flags", metavar="FILE", help="flags by package (default: CORPUS.flags, if it is there)")
    parser.add_argument("--jobs", metavar="N", type=int, default=2)
    parser.add_argument("--cache", metavar="FILE", help="default: CORPUS.compile.json")
    args = parser.parse_args()
    if not args.tool and not args.before_only:
        parser.error("give --tool, or --before-only")
    return args


class Python:
    """An interpreter to compile for: its version and its include folders."""

    def __init__(self, version, includes):
        self.version = version
        self.includes = includes


def find_python(name):
    """The first of: the path given, pyenv's version, `pythonX.Y` on the path."""
    tried = []
    for executable in python_candidates(name):
        tried.append(executable)
        code = ("import platform, sys, sysconfig; paths = sysconfig.get_paths(); "
                "print(platform.python_version() + sys.abiflags); "
                "print(paths['include']); print(paths['platinclude'])")
        lines = output_of([executable, "-c", code]).splitlines()
        if len(lines) == 3 and os.path.isfile(os.path.join(lines[1], "Python.h")):
            return Python(lines[0], sorted(set(lines[1:])))
    sys.exit("no Python %s with headers (tried: %s)" % (name, ", ".join(tried)))


def python_candidates(name):
    if os.sep in name:
        return [name]
    candidates = []
    for version in [name] + pyenv_versions(name):
        prefix = output_of(["pyenv", "prefix", version]).strip()
        if prefix:
            candidates.append(os.path.join(prefix, "bin", "python"))
    return candidates + ["python" + name]


def pyenv_versions(name):
    """pyenv's plain versions of this series, newest first, for a pyenv that wants them in full."""
    found = []
    for line in output_of(["pyenv", "versions", "--bare"]).splitlines():
        version = line.strip()
        if version.startswith(name + ".") and re.match(r"^[0-9.]+$", version):
            found.append(version)
    return sorted(found, key=lambda version: [int(part) for part in version.split(".")], reverse=True)


def output_of(command):
    try:
        done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, universal_newlines=True)
    except OSError:
        return ""
    return done.stdout if done.returncode == 0 else ""


class Package:
    """The sources of one package. Every path is relative to the corpus."""

    def __init__(self, corpus, name, wanted, language):
        self.name = name
        self.language = language
        self.wanted = not wanted or name in wanted or name.rpartition("-")[0] in wanted
        self.texts = {}  # the digest of every source and header, generated ones too
        self.sources = []  # hand-written ones
        self.capi = set()  # those of them that use the C API
        self.include_roots = []
        if self.wanted:
            self.scan(corpus)

    def scan(self, corpus):
        spellings = set()
        for path in self.walk(corpus):
            with open(os.path.join(corpus, path), "rb") as source:
                data = source.read()
            self.texts[path] = hashlib.sha256(data).hexdigest()
            spellings.update(match.decode("latin-1") for match in INCLUDE.findall(data))
            if path.endswith(self.language.sources) and not is_generated(data):
                is_capi = uses_c_api(data)
                if is_capi or not self.language.only_capi:
                    self.sources.append(path)
                if is_capi:
                    self.capi.add(path)
        self.include_roots = sorted(self.folders_that_resolve(spellings))

    def folders_that_resolve(self, spellings):
        """Every folder from which some `#include` of the package finds a file of the package."""
        by_name = {}
        for path in self.texts:
            by_name.setdefault(os.path.basename(path), []).append(path)
        roots = set()
        for spelling in spellings:
            plain = [part for part in spelling.split("/") if part not in ("", ".", "..")]
            ending = "/".join([""] + plain)
            if plain:
                roots.update(path[:-len(ending)] for path in by_name.get(plain[-1], ()) if path.endswith(ending))
        return roots

    def walk(self, root):
        for directory, subfolders, names in os.walk(os.path.join(root, self.name)):
            subfolders.sort()
            for name in sorted(names):
                path = os.path.join(directory, name)
                if name.endswith(self.language.sources + HEADERS) and os.path.isfile(path):
                    yield os.path.relpath(path, root)

    def include_folders(self, source):
        """The file's own folder, the nearest folders that hold what the package includes, the root."""
        own = os.path.dirname(source)
        nearest = sorted(
            (folder for folder in self.include_roots if folder != own),
            key=lambda folder: (os.path.relpath(folder, own).count(os.sep), folder),
        )
        folders = [own] + nearest[:MAX_INCLUDE_FOLDERS]
        return folders + [self.name] if self.name not in folders else folders

    def changed_files(self, copy):
        now = {}
        for path in self.walk(copy):
            with open(os.path.join(copy, path), "rb") as source:
                now[path] = hashlib.sha256(source.read()).hexdigest()
        return sorted(path for path in set(now).union(self.texts) if now.get(path) != self.texts.get(path))

    def files_to_check(self, changed, before, everything):
        changed = set(path for path in changed if path.startswith(self.name + os.sep))
        if not changed:
            return self.sources if everything else []
        return [path for path in self.sources
                if everything or path in changed or not before[path].compiles
                or not changed.isdisjoint(before[path].read)]


class Outcome:
    """What compiling a file came to: an error, or the package's files that were read on the way."""

    def __init__(self, error, read=()):
        self.error = error
        self.read = read

    @property
    def compiles(self):
        return self.error is None


class PackageFlags:
    """Flags by package, from lines of `name: flags`."""

    def __init__(self, path, corpus):
        self.folder = os.path.dirname(os.path.abspath(path))
        self.corpus = corpus
        self.by_name = {}
        if os.path.isfile(path):
            with open(path, encoding="utf-8") as lines:
                for line in lines:
                    name, colon, flags = line.partition(":")
                    if colon and not name.startswith("#"):
                        self.by_name.setdefault(name.strip(), []).extend(shlex.split(flags))

    def of(self, package):
        flags = []
        for name in (package.name, package.name.rpartition("-")[0], "*"):
            flags += self.by_name.get(name, [])
        return flags

    def resolved(self, package):
        """The flags with their include paths as the compiler needs them, which runs in the corpus or its copy."""
        result = []
        for flag in self.of(package):
            attached = re.match(r"^(-I|-iquote|-isystem|-idirafter)(.+)$", flag)
            if attached:
                flag = attached.group(1) + self.resolve(attached.group(2))
            elif result and result[-1] in ("-I", "-iquote", "-isystem", "-idirafter", "-include"):
                flag = self.resolve(flag)
            result.append(flag)
        return result

    def resolve(self, path):
        path = os.path.normpath(os.path.join(self.folder, path))
        return os.path.relpath(path, self.corpus) if path.startswith(self.corpus + os.sep) else path


class Compiler:
    def __init__(self, command, strict, flags, jobs):
        self.command = command
        self.strict = strict
        self.flags = flags
        self.jobs = jobs
        self.version = (output_of([command, "-dumpfullversion"]) or output_of([command, "--version"])).strip()

    def run(self, python, root, packages, paths, header=None):
        """{path: Outcome}"""
        owner = {path: package for package in packages for path in package.sources}
        started = time.time()
        outcomes = {}
        with concurrent.futures.ThreadPoolExecutor(self.jobs) as pool:
            work = [pool.submit(self.check, python, root, owner[path], path, header) for path in paths]
            for done, (path, future) in enumerate(zip(paths, work), 1):
                outcomes[path] = future.result()
                if done % 500 == 0 or done == len(paths):
                    print("Python %s: %d of %d files, %.0f s" % (python.version, done, len(paths),
                                                                 time.time() - started), file=sys.stderr)
        return outcomes

    def check(self, python, root, package, path, header):
        command = [self.command, "-fsyntax-only", "-MD", "-MF", "/dev/stdout", "-MT", "unit"] + self.strict
        for folder in python.includes:
            command += ["-I", folder]
        command += self.flags.resolved(package)
        for folder in package.include_folders(path):
            # Not -I: a package's own math.h must not stand in for the system's <math.h>.
            command += ["-iquote", folder, "-idirafter", folder]
        if header:
            command += ["-I", os.path.abspath(header)]
        try:
            done = subprocess.run(
                command + [path], cwd=root, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                stderr=subprocess.PIPE, timeout=COMPILE_SECONDS, env=dict(os.environ, LC_ALL="C"),
            )
        except subprocess.TimeoutExpired:
            return Outcome("no result within %d s" % COMPILE_SECONDS)
        if done.returncode:
            return Outcome(first_error(done.stderr.decode("utf-8", "replace")))
        return Outcome(None, package_files(done.stdout.decode("utf-8", "replace"), package, path))


def package_files(rule, package, path):
    """The files of the package among the prerequisites of a make rule, without the compiled file."""
    words = re.split(r"(?<!\\)\s+", rule.replace("\\\n", " "))
    read = set(os.path.normpath(word.replace("\\ ", " ")) for word in words[1:] if word)
    return sorted(read.intersection(package.texts).difference([path]))


def first_error(text):
    lines = text.splitlines()
    for line in lines:
        if "error:" in line:
            return line.strip()
    return lines[-1].strip() if lines else "the compiler failed without a word"


class Cache:
    """First results in one JSON file: the files read, or the error. Written after every Python."""

    def __init__(self, path):
        self.path = path
        self.results = {}
        if os.path.isfile(path):
            with open(path, encoding="utf-8") as stored:
                self.results = json.load(stored)

    def of(self, python, compiler, package):
        """The results that hold under these conditions, by digest and path; to be added to."""
        conditions = [package.name, python.version, compiler.command, compiler.version]
        return self.results.setdefault(" ".join(conditions + compiler.strict + compiler.flags.of(package)), {})

    def save(self):
        partial = self.path + ".partial"
        with open(partial, "w", encoding="utf-8") as out:
            json.dump(self.results, out, indent=0, sort_keys=True)
            out.write("\n")
        os.replace(partial, self.path)


def compile_before(compiler, python, corpus, packages, cache):
    outcomes = {}
    missing = []
    for package in packages:
        stored = cache.of(python, compiler, package)
        for path in package.sources:
            found = stored.get("%s %s" % (package.texts[path], path), False)
            if found is False:
                missing.append(path)
            else:
                outcomes[path] = Outcome(found) if isinstance(found, str) else Outcome(None, found)
    if missing:
        outcomes.update(compiler.run(python, corpus, packages, missing))
        for package in packages:
            stored = cache.of(python, compiler, package)
            for path in package.sources:
                outcome = outcomes[path]
                stored["%s %s" % (package.texts[path], path)] = outcome.read if outcome.compiles else outcome.error
        cache.save()
    return outcomes


def run_tool(command, copy):
    words = shlex.split(command)
    words = [word.replace("{}", copy) for word in words] if "{}" in command else words + [copy]
    started = time.time()
    try:
        code = subprocess.run(words, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL).returncode
    except OSError as error:
        sys.exit("cannot run the tool: %s" % error)
    print("the tool ran %.1f s and exited with %d" % (time.time() - started, code))


def print_before(pythons, packages, before, verbose):
    width = max([len(package.name) for package in packages] + [20])
    print("%-*s %6s %6s" % (width, "", "", "C")
          + "".join("   %-25s" % ("Python " + python.version) for python in pythons))
    print("%-*s %6s %6s" % (width, "package", "files", "API") + "   compile   C API  reached" * len(pythons))
    groups = [(package.name, [package]) for package in packages] if verbose else []
    for name, members in groups + [("%d packages" % len(packages), packages)]:
        sources = set(path for package in members for path in package.sources)
        capi = set(path for package in members for path in package.capi)
        line = "%-*s %6d %6d" % (width, name, len(sources), len(capi))
        for python in pythons:
            fine = set(path for path in sources if before[python][path].compiles)
            reached = fine.union(*(before[python][path].read for path in fine))
            line += "   %7d %7d %8d" % (len(fine), len(capi & fine), len(capi & reached))
        print(line)
    if verbose:
        for python in pythons:
            print_reasons(python, packages, before[python])


def print_reasons(python, packages, outcomes):
    """What keeps the files that use the C API from being reached, most common first."""
    reached = set(path for path in outcomes if outcomes[path].compiles)
    reached.update(*[outcomes[path].read for path in reached])
    reasons = {}
    for path in sorted(path for package in packages for path in package.capi - reached):
        reason = outcomes[path].error.split("error:", 1)[-1].strip()
        reasons.setdefault(reason, []).append(path)
    print("Python %s, first errors in files that use the C API and were not reached:" % python.version)
    for reason, paths in sorted(reasons.items(), key=lambda item: (-len(item[1]), item[0]))[:40]:
        print("  %5d  %s  (%s)" % (len(paths), reason[:110], paths[0]))


def print_after(pythons, before, after):
    """Prints the result and returns how many files broke."""
    print("%-12s %7s %16s %14s %15s %7s" % ("Python", "files", "compiled before", "still compile",
                                            "newly compile", "broken"))
    broken = []
    for python in pythons:
        first, second = before[python], after[python]
        fine = [path for path in first if first[path].compiles]
        lost = [path for path in fine if not second[path].compiles]
        won = [path for path in first if not first[path].compiles and second[path].compiles]
        print("%-12s %7d %16d %14d %15d %7d" % (python.version, len(first), len(fine), len(fine) - len(lost),
                                                len(won), len(lost)))
        broken += [(python.version, path, second[path].error) for path in sorted(lost)]
    for version, path, error in broken:
        print("broken, Python %s: %s\n    %s" % (version, path, error))
    return len(broken)


if __name__ == "__main__":
    sys.exit(main())
