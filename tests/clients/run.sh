#!/bin/sh
# Runs the client tests with both generations of the vendor's client; arguments go to pytest.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
top=$(cd "$here/../.." && pwd)
"$here/setup.sh"
unset REQUESTS_CA_BUNDLE CURL_CA_BUNDLE
for generation in tcex4 tcex5; do
    "$top/.venv/$generation/bin/pytest" -q -p no:cacheprovider "$here" "$@"
done
