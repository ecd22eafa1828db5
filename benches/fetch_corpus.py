#!/usr/bin/env python3
"""Fetch the pinned corpus: source distributions that hold C written against Python.h.

    python benches/fetch_corpus.py DEST [--list FILE]

Every `name==version` of the list becomes the folder DEST/name-version. What is already there is kept, so a
second run fetches nothing and only prints the table.

pip finds and downloads the archives, through whatever index, proxy and certificates it is configured with.
`pip download` itself runs a package's build system to learn its metadata, which is slow and fails without the
package's system libraries; so this script asks pip's own finder for the one archive and stops there. Where a pip
release has moved those internals, it falls back to plain `pip download`.

Nothing of a package is executed, and no archive member is written outside its folder. Symbolic links and other
special members are left out: a corpus is files.
"""

import argparse
import hashlib
import os
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile
import zipfile

HERE = os.path.dirname(os.path.abspath(__file__))
PIN = re.compile(r"^([A-Za-z0-9][A-Za-z0-9._-]*)==([A-Za-z0-9][A-Za-z0-9._+!-]*)$")
C = (".c",)
HEADER = (".h",)
CPP = (".cc", ".cpp", ".cxx", ".hh", ".hpp", ".hxx")


class CorpusError(Exception):
    """A package that could not be fetched, with the reason as its text."""


def main():
    parser = argparse.ArgumentParser(description="Fetch the pinned corpus of C extensions.")
    parser.add_argument("dest", metavar="DEST", help="folder that receives one folder per package")
    parser.add_argument("--list", metavar="FILE", default=os.path.join(HERE, "corpus.txt"),
                        help="the pins, one name==version per line (default: corpus.txt beside this script)")
    args = parser.parse_args()

    os.makedirs(args.dest, exist_ok=True)
    pins = read_pins(args.list)
    archive_source = ArchiveSource()
    rows, failures = [], []
    for name, version in pins:
        folder = os.path.join(args.dest, "%s-%s" % (name, version))
        if not os.path.isdir(folder):
            print("fetching %s==%s" % (name, version), file=sys.stderr, flush=True)
            try:
                fetch(archive_source, name, version, folder)
            except CorpusError as error:
                failures.append("%s==%s: %s" % (name, version, error))
                continue
        rows.append((os.path.basename(folder), measure(folder)))
    print_table(rows)
    for failure in failures:
        print("failed: %s" % failure, file=sys.stderr)
    return 1 if failures else 0


def read_pins(path):
    """The (name, version) pairs of a list, sorted by name, each name once per version."""
    pins = set()
    with open(path, encoding="utf-8") as lines:
        for number, line in enumerate(lines, 1):
            line = line.split("#", 1)[0].strip()
            if not line:
                continue
            match = PIN.match(line)
            if not match:
                sys.exit("%s:%d: expected name==version, found %r" % (path, number, line))
            pins.add(match.groups())
    return sorted(pins, key=lambda pin: (pin[0].lower(), pin[1]))


def fetch(archive_source, name, version, folder):
    """Download and unpack one package; `folder` appears only once it is complete."""
    parent = os.path.dirname(os.path.abspath(folder))
    with tempfile.TemporaryDirectory(prefix=".fetch-", dir=parent) as scratch:
        archive = archive_source.download(name, version, scratch)
        check_file_name(archive, name, version)
        unpacked = os.path.join(scratch, "unpacked")
        unpack(archive, unpacked)
        entries = os.listdir(unpacked)
        if not entries:
            raise CorpusError("the archive is empty")
        only = os.path.join(unpacked, entries[0])
        root = only if len(entries) == 1 and os.path.isdir(only) else unpacked
        os.rename(root, folder)


class ArchiveSource:
    """Turns a pin into a verified archive on disk, by way of pip."""

    def __init__(self):
        try:
            self._finder = PipFinder()
        except Exception as error:  # any change inside pip may surface here, of any type
            print("pip's finder is not usable (%s); using pip download" % error, file=sys.stderr)
            self._finder = None

    def download(self, name, version, folder):
        if self._finder is not None:
            try:
                return self._finder.download(name, version, folder)
            except CorpusError:
                raise
            except Exception as error:
                print("pip's finder failed (%r); using pip download" % error, file=sys.stderr)
        return pip_download(name, version, folder)


class PipFinder:
    """pip's package finder and session, used without its resolver."""

    def __init__(self):
        from pip._internal.cli.cmdoptions import make_target_python
        from pip._internal.commands import create_command
        from pip._vendor.packaging.specifiers import SpecifierSet

        self._specifier = SpecifierSet
        self._command = create_command("download")
        options, _ = self._command.parse_args(
            ["--no-deps", "--no-binary=:all:", "--ignore-requires-python", "--pre"]
        )
        self._context = self._command.main_context()
        self._context.__enter__()
        self._session = self._command.get_default_session(options)
        self._finder = self._command._build_package_finder(
            options=options,
            session=self._session,
            target_python=make_target_python(options),
            ignore_requires_python=True,
        )

    def download(self, name, version, folder):
        best = self._finder.find_best_candidate(name, self._specifier("==" + version)).best_candidate
        if best is None:
            raise CorpusError("no source distribution of this version")
        link = best.link
        path = os.path.join(folder, link.filename)
        if link.scheme == "file":
            shutil.copyfile(link.file_path, path)
        else:
            response = self._session.get(
                link.url.split("#", 1)[0], headers={"Accept-Encoding": "identity"}, stream=True
            )
            response.raise_for_status()
            with open(path, "wb") as out:
                for chunk in response.raw.stream(1 << 16, decode_content=False):
                    out.write(chunk)
        verify(path, link.hash_name, link.hash)
        return path


def pip_download(name, version, folder):
    """The slow way: lets pip prepare the package's metadata as well."""
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--no-binary=:all:",
               "--ignore-requires-python", "--dest", folder, "%s==%s" % (name, version)]
    done = subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, universal_newlines=True)
    if done.returncode:
        lines = done.stderr.strip().splitlines()
        raise CorpusError(lines[-1] if lines else "pip download failed")
    archives = [entry for entry in os.listdir(folder) if entry.endswith((".tar.gz", ".tgz", ".zip", ".tar.bz2"))]
    if len(archives) != 1:
        raise CorpusError("pip download left %d archives" % len(archives))
    return os.path.join(folder, archives[0])


def verify(path, algorithm, expected):
    """Hold the archive against the digest the index states for it."""
    if not algorithm or not expected:
        print("%s: the index states no digest" % os.path.basename(path), file=sys.stderr)
        return
    digest = hashlib.new(algorithm)
    with open(path, "rb") as archive:
        for chunk in iter(lambda: archive.read(1 << 20), b""):
            digest.update(chunk)
    if digest.hexdigest() != expected:
        raise CorpusError("%s digest differs from the index's" % algorithm)


def check_file_name(archive, name, version):
    """An archive is called after its package and version, up to case and punctuation."""
    stem = re.sub(r"\.(tar\.gz|tgz|zip|tar\.bz2|tar\.xz)$", "", os.path.basename(archive))
    if fold(stem) != fold("%s-%s" % (name, version)):
        raise CorpusError("got %s" % os.path.basename(archive))


def fold(text):
    return re.sub(r"[-_.]+", "-", text).lower()


def unpack(archive, folder):
    os.makedirs(folder)
    try:
        if zipfile.is_zipfile(archive):
            with zipfile.ZipFile(archive) as packed:
                for member in packed.infolist():
                    if not member.is_dir():
                        with packed.open(member) as data:
                            write_member(folder, member.filename, data)
        else:
            with tarfile.open(archive) as packed:
                for member in packed:
                    if member.isfile():
                        write_member(folder, member.name, packed.extractfile(member))
    except (tarfile.TarError, zipfile.BadZipFile, EOFError, OSError) as error:
        raise CorpusError("cannot unpack: %s" % error)


def write_member(folder, name, data):
    parts = [part for part in name.replace("\\", "/").split("/") if part not in ("", ".")]
    if not parts or ".." in parts or os.path.isabs(name) or re.match(r"^[A-Za-z]:$", parts[0]):
        raise CorpusError("the archive wants to write to %r" % name)
    path = os.path.join(folder, *parts)
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "wb") as out:
        shutil.copyfileobj(data, out)


def measure(folder):
    """(number of .c files, of .h files, their bytes, number of C++ files)"""
    c = headers = size = cpp = 0
    for directory, subfolders, names in os.walk(folder):
        subfolders.sort()
        for name in names:
            suffix = os.path.splitext(name)[1].lower()
            if suffix in C + HEADER:
                c += suffix in C
                headers += suffix in HEADER
                size += os.path.getsize(os.path.join(directory, name))
            cpp += suffix in CPP
    return c, headers, size, cpp


def print_table(rows):
    width = max([len(name) for name, _ in rows] + [len("package")])
    line = "%-{}s %6s %6s %10s %6s".format(width)
    print(line % ("package", ".c", ".h", ".c/.h MB", "C++"))
    for name, (c, headers, size, cpp) in rows:
        print(line % (name, c, headers, "%.2f" % (size / 1e6), cpp))
    totals = [sum(counts[column] for _, counts in rows) for column in range(4)]
    print(line % ("%d packages" % len(rows), totals[0], totals[1], "%.2f" % (totals[2] / 1e6), totals[3]))


if __name__ == "__main__":
    sys.exit(main())
