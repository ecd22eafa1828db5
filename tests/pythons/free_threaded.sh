#!/bin/sh
# usage: free_threaded.sh DIR [VERSION...]
#
# Builds Pythons without the GIL below DIR, from the sources of a newer Debian suite, which has no packages of them, and
# changes nothing in the system. VERSION is such as 3.14; 3.13 if none is given. Prints the interpreters, DIR/bin/python3.13t
# and so on. What is there already stays; remove DIR/python3.13t to have it built anew. See apt.sh for SUITE and MIRROR;
# JOBS is how many jobs make may run, 1 if not set. One takes some minutes; DIR/python3.13t.log says why one failed.
set -eu
# shellcheck source-path=SCRIPTDIR disable=SC1091,SC2154
. "$(dirname "$0")/apt.sh"

usage() {
    sed -n '2s/^# //p' "$0" >&2
    exit 2
}

# Downloads and unpacks the source of $1, such as "python3.13", to $source.
unpack() {
    mkdir "$source"
    cd "$source"
    for suite in $suites; do
        say "downloading the source of $1 from $suite"
        # What Debian adds is of no use here.
        apt-get -qq source --download-only --tar-only "$1/$suite" >>"$log" 2>&1 || continue
        for archive in "$1"_*.orig.tar.*; do
            case $archive in
            *.asc) ;;
            *) run tar -xf "$archive" --strip-components=1 ;;
            esac
        done
        return
    done
    cat "$log" >&2
    rm -f "$log"
    die "cannot download the source of $1; name another mirror in MIRROR, or another suite in SUITE"
}

# Builds $1, such as "3.13", as $dir/python3.13t.
build() {
    name=python$1t
    log=$dir/$name.log
    source=$work/$name
    : >"$log"
    unpack "python$1"
    mkdir "$work/install-$1"
    [ -x "$source/configure" ] || die "the source of python$1 in $suite has no configure"
    say "building $name"
    # With assertions, which find what a test does wrong; optimized only a little, which is built faster.
    run env OPT=-O1 nice ./configure "--prefix=$dir/$name" --disable-gil --with-assertions --disable-test-modules \
        --without-ensurepip
    run nice make -j "${JOBS:-1}"
    run nice make altinstall "DESTDIR=$work/install-$1"
    cd "$dir"
    new=$work/install-$1$dir/$name
    "$new/bin/$name" -c '
import os, sys, sysconfig
header = os.path.join(sysconfig.get_paths()["include"], "Python.h")
assert sysconfig.get_config_var("Py_GIL_DISABLED") == 1, "has a GIL"
assert os.path.exists(header), header + " is missing"' || die "$name was built and does not work; see $log"
    mv -T "$new" "$dir/$name"
    rm -rf "$source" "$log"
}

[ $# -gt 0 ] || usage
case $1 in
-*) usage ;;
esac
dir=$1
shift
suites=${SUITE:-sid testing stable}
[ $# -gt 0 ] || set -- 3.13
for version; do
    case $version in
    3.*[!0-9]* | 3.) usage ;;
    3.*) ;;
    *) usage ;;
    esac
done

need cc make mktemp nice tar xz
mkdir -p "$dir/bin"
dir=$(cd "$dir" && pwd -P)
case $dir in
*[[:space:]]*) die "Python cannot be built below $dir: there is a space in its name" ;;
esac
make_work "$dir"
for version; do
    name=python${version}t
    if [ ! -e "$dir/$name" ]; then
        # shellcheck disable=SC2086 # a list
        [ -n "$apt" ] || make_apt deb-src $suites
        build "$version"
    fi
    ln -sfn "../$name/bin/$name" "$dir/bin/$name"
    echo "$dir/bin/$name"
done
