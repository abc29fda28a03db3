# Sourced by the scripts in tools/: where things are, and how they are built.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)

say() { printf '%s\n' "$*" >&2; }
die() {
    say "$(basename "$0"): $*"
    exit 2
}

# usage_if_asked "$@": prints the comment block at the top of the calling script.
usage_if_asked() {
    local arg
    for arg in "$@"; do
        case $arg in
            -h | --help)
                sed -n '2,/^[^#]/{/^#/s/^# \{0,1\}//p}' "$0"
                exit 0
                ;;
        esac
    done
}

# build_preset PRESET [target …]: configures when needed, then builds. Quiet unless it fails.
build_preset() {
    local preset=$1 log
    shift
    log=$(mktemp)
    say "building preset $preset …"
    if ! (cd "$root" && cmake --preset "$preset" && cmake --build --preset "$preset" ${1:+--target "$@"}) >"$log" 2>&1; then
        tail -n 60 "$log" >&2
        rm -f "$log"
        die "the build of preset $preset failed"
    fi
    rm -f "$log"
}

# wait_for URL SECONDS PID: until URL answers with success; fails when the process is gone.
wait_for() {
    local url=$1 tries=$(($2 * 20)) pid=$3
    while ! curl -fsS -o /dev/null --max-time 2 "$url" 2>/dev/null; do
        kill -0 "$pid" 2>/dev/null || return 1
        tries=$((tries - 1))
        [ "$tries" -gt 0 ] || return 1
        sleep 0.05
    done
}
