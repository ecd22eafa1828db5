# shellcheck shell=sh
# Sourced by the scripts beside it: an apt of their own, which reads nothing of the system but its mirrors and its keys,
# and writes nothing outside of the folder that it is given.
#
# SUITE   the Debian suite to take packages from, instead of the script's own choice
# MIRROR  the Debian mirror; if not set, those that apt is configured with are tried

apt=
log=/dev/null

die() {
    printf '%s: %s\n' "${0##*/}" "$*" >&2
    exit 1
}

say() {
    printf '%s: %s\n' "${0##*/}" "$*" >&2
}

need() {
    for tool; do
        command -v "$tool" >/dev/null || die "$tool is missing"
    done
}

# Runs a command with its output in $log, and shows the end of that if it fails.
run() {
    "$@" >>"$log" 2>&1 || {
        tail -n 20 "$log" >&2
        die "failed: $*"
    }
}

# A folder below $1 that is removed when the script ends, in $work.
make_work() {
    work=$(mktemp -d "$1/.unfinished.XXXXXX") || die "cannot write to $1"
    trap 'rm -rf "$work"' EXIT
    trap 'exit 129' HUP
    trap 'exit 130' INT
    trap 'exit 143' TERM
}

# The archives that apt is configured with. What comes after /dists/ in an address is of the system's release.
mirrors() {
    if [ -n "${MIRROR:-}" ]; then
        echo "$MIRROR"
    else
        apt-get --print-uris update 2>/dev/null | sed -n "s|^'\(.*\)/dists/.*/InRelease' .*|\1|p" | sort -u
    fi
}

# Sets apt up in $work for the index $1, "deb" or "deb-src", of the suites that follow.
make_apt() {
    index=$1
    shift
    need apt-get apt-config apt-cache dpkg
    found=$(mirrors)
    [ -n "$found" ] || die "apt is configured with no mirror; name a Debian mirror in MIRROR"
    options=
    for keys in /usr/share/keyrings/debian-archive-keyring.pgp /usr/share/keyrings/debian-archive-keyring.gpg; do
        [ ! -e "$keys" ] || options="[signed-by=$keys] "
    done
    apt=$work/apt
    mkdir -p "$apt/lists/partial" "$apt/cache/archives/partial" "$apt/none"
    : >"$apt/status"
    {
        # How the system reaches its mirrors, such as through a proxy, holds here too; its hooks do not.
        apt-config dump | grep '^Acquire::'
        cat <<CONF
#clear Acquire::Languages;
Acquire::Languages "none";
APT::Architecture "$(dpkg --print-architecture)";
APT::Architectures "$(dpkg --print-architecture)";
APT::Install-Recommends "false";
APT::Sandbox::User "$(id -un)";
APT::Update::Error-Mode "any";
Dir::Cache "$apt/cache";
Dir::Etc::main "$apt/none/apt.conf";
Dir::Etc::parts "$apt/none";
Dir::Etc::preferences "$apt/none/preferences";
Dir::Etc::preferencesparts "$apt/none";
Dir::Etc::sourcelist "$apt/sources.list";
Dir::Etc::sourceparts "$apt/none";
Dir::State "$apt";
Dir::State::status "$apt/status";
CONF
    } >"$apt/apt.conf"
    export APT_CONFIG="$apt/apt.conf"
    for mirror in $found; do
        for suite; do
            echo "$index $options$mirror $suite main"
        done >"$apt/sources.list"
        apt-get -qq update >>"$apt/log" 2>&1 && return
    done
    cat "$apt/log" >&2
    die "no mirror has Debian's $*; name another one in MIRROR, or another suite in SUITE"
}
