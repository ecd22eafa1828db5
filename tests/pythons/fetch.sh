#!/bin/sh
# usage: fetch.sh DIR [VERSION...]
#
# Unpacks Pythons of a newer Debian suite, with headers and debug builds, below DIR, and changes nothing in the system.
# VERSION is such as 3.14, or "pypy3"; "3.14 3.15 pypy3" if none is given. Prints the interpreters, DIR/bin/python3.14
# and so on. What is there already stays; remove DIR/python3.14 to have it fetched anew. See apt.sh for SUITE and MIRROR.
set -eu
# shellcheck source-path=SCRIPTDIR disable=SC1091,SC2154
. "$(dirname "$0")/apt.sh"

usage() {
    sed -n '2s/^# //p' "$0" >&2
    exit 2
}

# Makes the program $1 run with the libraries unpacked around it, called by any name and from any place.
wrap() {
    mv "$1" "$1.bin"
    cat >"$1" <<WRAPPER
#!/bin/sh
self=\$(readlink -f "\$0") || exit 127
lib=\${self%/*}/../lib/$triplet
exec "\$lib/$loader" --argv0 "\$0" --library-path "\$lib" "\$self.bin" "\$@"
WRAPPER
    chmod +x "$1"
}

# Whether the interpreter $1 runs and has its headers and modules; says what is wrong.
works() {
    "$1" -c '
import ctypes, os, ssl, sys, sysconfig
header = os.path.join(sysconfig.get_paths()["include"], "Python.h")
sys.exit(None if os.path.exists(header) else header + " is missing")'
}

# Calls the function $2 with each interpreter of the root $1.
for_interpreters() {
    for program in "$1"/usr/bin/python3.?* "$1"/usr/bin/pypy3; do
        case ${program##*/} in
        *-* | *.bin | *'?'*) ;;
        *) [ ! -e "$program" ] || "$2" "$program" ;;
        esac
    done
}

wrap_and_try() {
    wrap "$(readlink -f "$1")"
    works "$1" || die "${1##*/} of $suite does not work here"
}

link_and_print() {
    ln -sfn "../$name/usr/bin/${1##*/}" "$dir/bin/${1##*/}"
    echo "$dir/bin/${1##*/}"
}

# Fetches $1, "python3.14" or "pypy3", to $dir/$1.
fetch() {
    new=$work/$1
    debs=$work/debs
    log=$work/log
    : >"$log"
    # python3.14-dev would bring the headers of libc; those of the system are wanted.
    case $1 in
    pypy3) packages=pypy3 headers=pypy3-dev ;;
    *) packages=$1 headers=lib$1-dev ;;
    esac
    for package in $packages $headers; do
        apt-cache show "$package" >/dev/null 2>&1 || die "Debian's $suite has no package $package"
    done
    if apt-cache show "$1-dbg" >/dev/null 2>&1; then
        packages="$packages $1-dbg"
    fi

    say "downloading $packages $headers from $suite"
    rm -rf "$debs"
    mkdir -p "$debs/partial"
    # shellcheck disable=SC2086 # a list
    run apt-get -qq -y -o "Dir::Cache::archives=$debs" --download-only install $packages
    (cd "$debs" && run apt-get -qq download "$headers")
    mkdir "$new"
    for deb in "$debs"/*.deb; do
        dpkg-deb -x "$deb" "$new" || die "cannot unpack ${deb##*/}"
    done
    # Large, and of no use here.
    rm -rf "$new/usr/lib/debug" "$new/usr/share/doc" "$new/usr/share/fonts" "$new/usr/share/man"

    for path in "$new"/usr/lib/*/ld-linux*.so.*; do
        [ -e "$path" ] || die "libc6 of $suite has no loader in /usr/lib"
        loader=${path##*/}
        path=${path%/*}
        triplet=${path##*/}
    done
    # Debian's pyconfig.h includes another one by its place in /usr/include.
    for path in "$new/usr/include/$triplet"/*/pyconfig.h; do
        [ -e "$path" ] || continue
        path=${path%/pyconfig.h}
        wrong=$new/usr/include/${path##*/}/pyconfig.h
        rm -f "$wrong"
        echo "#include \"../$triplet/${path##*/}/pyconfig.h\"" >"$wrong"
    done
    for_interpreters "$new" wrap_and_try
    mv -T "$new" "$dir/$1"
}

[ $# -gt 0 ] || usage
case $1 in
-*) usage ;;
esac
dir=$1
shift
suite=${SUITE:-sid}
[ $# -gt 0 ] || set -- 3.14 3.15 pypy3
for version; do
    case $version in
    pypy3) ;;
    3.*[!0-9]* | 3.) usage ;;
    3.*) ;;
    *) usage ;;
    esac
done

need readlink mktemp dpkg-deb
mkdir -p "$dir/bin"
dir=$(cd "$dir" && pwd -P)
make_work "$dir"
for version; do
    name=python$version
    [ "$version" != pypy3 ] || name=pypy3
    if [ ! -e "$dir/$name" ]; then
        [ -n "$apt" ] || make_apt deb "$suite"
        fetch "$name"
    fi
    for_interpreters "$dir/$name" link_and_print
done
