#!/usr/bin/env python3
"""Do extensions that build on new Pythons still build, and do their own tests pass, after capi-upgrade has been there?

    python benches/build_before_after.py CAPI_UPGRADE WORK [--list FILE] [--only NAME,...] [--python PYTHON ...]
                                         [--options "--select all --unsafe --min-python 3.9"]

Each package of the list is fetched (fetch_corpus.py), installed into a virtual environment of each Python as it is and
again after `capi-upgrade --apply OPTIONS --vendor .`, and tested each time. Packages that do not build or pass as they are
do not count. Code of the packages runs: use a machine for it.
"""

import argparse
import os
import re
import shlex
import shutil
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
LIMIT = 1200  # seconds, of a build or a run of tests


def main():
    parser = argparse.ArgumentParser(description="Build and test packages before and after.")
    parser.add_argument("tool", metavar="CAPI_UPGRADE")
    parser.add_argument("work", metavar="WORK", help="folder for everything that is fetched and built")
    parser.add_argument("--list", default=os.path.join(HERE, "build-corpus.txt"))
    parser.add_argument("--only", help="names of packages, with commas between")
    parser.add_argument("--python", action="append", help="a Python to build for (default: the one that runs this)")
    parser.add_argument("--options", default="--unsafe --min-python 3.9")
    args = parser.parse_args()
    tool, work = os.path.abspath(args.tool), os.path.abspath(args.work)
    packages = read_list(args.list, args.only and args.only.split(","))
    fetch([pin for pin, _, _ in packages], work)

    counts = {"still pass": 0, "BROKEN": 0, "not counted": 0}
    for pin, needs, test in packages:
        for python in args.python or [sys.executable]:
            verdict = judge(tool, shlex.split(args.options), work, pin, needs, test, python)
            print("%-24s %-8s %s" % (pin, version_of(python), verdict), flush=True)
            counts[verdict.split(":")[0]] += 1
    print(", ".join("%s: %d" % item for item in counts.items()))
    return 1 if counts["BROKEN"] else 0


def read_list(path, only):
    """The pins, what their tests need, and the command that tests them."""
    packages = []
    with open(path, encoding="utf-8") as lines:
        for line in lines:
            if line.strip() and not line.startswith("#"):
                pin, needs, test = line.split(None, 2)
                if not only or pin.split("==")[0] in only:
                    packages.append((pin, [] if needs == "-" else needs.split(","), test.strip()))
    return packages


def fetch(pins, work):
    os.makedirs(work, exist_ok=True)
    listed = os.path.join(work, "pins.txt")
    with open(listed, "w", encoding="utf-8") as out:
        out.writelines(pin + "\n" for pin in pins)
    script = os.path.join(HERE, "fetch_corpus.py")
    subprocess.run([sys.executable, script, os.path.join(work, "sources"), "--list", listed],
                   stdout=subprocess.DEVNULL, check=False)


def version_of(python):
    code = "import sys; print('%d.%d' % sys.version_info[:2])"
    return subprocess.run([python, "-c", code], capture_output=True, text=True, check=True).stdout.strip()


def judge(tool, options, work, pin, needs, test, python):
    """What became of a package on one Python."""
    source = os.path.join(work, "sources", pin.replace("==", "-"))
    if not os.path.isdir(source):
        return "not counted: it could not be fetched"
    before = build_and_test(source, work, pin, needs, test, python)
    if before[0] != 0:
        return "not counted: as it is, %s" % before[1]
    changed = os.path.join(work, "changed", os.path.basename(source))
    shutil.rmtree(changed, ignore_errors=True)
    shutil.copytree(source, changed, symlinks=True)
    ran = run([tool, "--apply", *options, "--vendor", changed], cwd=changed)
    files = re.findall(r"(\d+) files? changed: (\d+) rewrites?", ran.stdout + ran.stderr)
    what = "%s files changed: %s rewrites" % files[-1] if files else "nothing rewritten"
    after = build_and_test(changed, work, pin, needs, test, python)
    if after[0] != 0:
        return "BROKEN: %s; %s" % (what, after[1])
    if counted(before[1]) != counted(after[1]):
        return "BROKEN: %s; %s, and it was %s" % (what, after[1], before[1])
    return "still pass: %s; %s" % (what, after[1])


def counted(summary):
    """The numbers of tests in a summary, without the time they took."""
    return re.sub(r"in [0-9.:]+ ?(s|seconds?)?( \(.*\))?", "", summary)


def build_and_test(source, work, pin, needs, test, python):
    """A status, 0 for success, and the last line that tells of it."""
    env = os.path.join(work, "env")
    shutil.rmtree(env, ignore_errors=True)
    run([python, "-m", "venv", env], cwd=work)
    own = os.path.join(env, "bin", "python")
    run([own, "-m", "pip", "install", "-q", "pytest", "setuptools<81", *needs], cwd=work)
    version = {"SETUPTOOLS_SCM_PRETEND_VERSION": pin.split("==")[1]}
    built = run([own, "-m", "pip", "install", "-q", "--force-reinstall", "--no-deps", "--no-cache-dir", source],
                cwd=work, more=version)
    if built.returncode:
        return built.returncode, "the build failed: " + last_error(built.stdout + built.stderr)
    platlib = "import sysconfig; print(sysconfig.get_path('platlib'))"
    site = run([own, "-c", platlib], cwd=work).stdout.strip()
    words = shlex.split(test.replace("{site}", site).replace("{source}", source))
    # Away from the source, so that what was installed is what is tested.
    ran = run([own, *words[1:]], cwd=env)
    lines = [line for line in (ran.stdout + ran.stderr).splitlines() if line.strip()]
    told = [line for line in lines if re.match(r"(=+ )?\d+ (passed|failed)|Ran \d+ test|.* in [0-9.]+s", line)]
    summary = (told or lines or ["nothing was said"])[-1].strip("= ")
    failed = [line for line in lines if line.startswith("FAILED (")]
    return ran.returncode, " ".join([summary, *failed[-1:]])


def last_error(text):
    errors = [line.strip() for line in text.splitlines() if "error" in line.lower()]
    return (errors or ["no message"])[0][:160]


def run(command, cwd, more=None):
    try:
        return subprocess.run(command, cwd=cwd, env=dict(os.environ, **(more or {})), capture_output=True, text=True,
                              errors="replace", timeout=LIMIT, check=False)
    except subprocess.TimeoutExpired:
        return subprocess.CompletedProcess(command, 124, "", "error: it took too long")


if __name__ == "__main__":
    sys.exit(main())
