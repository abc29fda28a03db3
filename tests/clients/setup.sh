#!/bin/sh
# Prepares the two virtual environments of the client tests, .venv/tcex4 and .venv/tcex5, at the top of
# the tree. Idempotent: an environment whose list of packages has not changed is left alone.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
top=$(cd "$here/../.." && pwd)
for generation in tcex4 tcex5; do
    list="$here/requirements-$generation.txt"
    venv="$top/.venv/$generation"
    if [ -x "$venv/bin/pytest" ] && cmp -s "$list" "$venv/requirements.txt"; then
        continue
    fi
    python3 -m venv "$venv"
    "$venv/bin/pip" install --quiet --disable-pip-version-check -r "$list"
    cp "$list" "$venv/requirements.txt"
done
