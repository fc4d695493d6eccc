#!/bin/sh
# Gathers everything the station needs from PyPI, so that a machine without the network can be installed:
#
#   systemd/wheels.sh DIR [arm64|amd64 [PYTHON]]    arm64 without it; for Python 3.11 and 3.13 (bookworm and trixie), or one
#
# Versions and hashes are uv.lock's. Only finished wheels are taken: nothing is compiled on a station.
set -eu
[ $# -ge 1 ] || { sed -n '2,/^set/{/^set/q;s/^# \{0,1\}//p}' "$0"; exit 64; }
house=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd)
mkdir -p "$1"
out=$(CDPATH='' cd -- "$1" && pwd)
case ${2:-arm64} in
    arm64) machine=aarch64 ;;
    amd64) machine=x86_64 ;;
    *) echo "wheels: arm64 or amd64, not $2" >&2; exit 64 ;;
esac

"$house/run" python --version >/dev/null # makes .uv/ on first use
uv=$house/.uv/bin/uv
"$uv" export --quiet --frozen --project "$house" --no-dev --no-emit-project --no-header --no-annotate > "$out/requirements.txt"
command -v espeak-ng >/dev/null || echo "wheels: without espeak-ng the station will not speak: apt-get install espeak-ng" >&2
"$uv" build --quiet --wheel --out-dir "$out" "$house"
rm -f "$out/.gitignore"

# What the wheels' tags may say: each glibc up to bookworm's own (2.36).
tags=$(for glibc in 17 24 26 27 28 31 34 35 36; do echo "--platform manylinux_2_${glibc}_$machine"; done)
for python in ${3:-3.11 3.13}; do
    # shellcheck disable=SC2086  # a list of options
    "$house/.uv/bin/python" -m pip --quiet --disable-pip-version-check download --dest "$out" --only-binary :all: \
        --implementation cp --python-version "$python" $tags --platform "manylinux2014_$machine" --platform "linux_$machine" \
        --require-hashes --requirement "$out/requirements.txt"
done
# The installer's own tool, the same that made this list.
# shellcheck disable=SC2086
"$house/.uv/bin/python" -m pip --quiet --disable-pip-version-check download --dest "$out" --only-binary :all: \
    $tags --platform "manylinux2014_$machine" --platform "linux_$machine" --require-hashes --requirement "$house/systemd/uv.txt"
printf 'wheels: %s wheels for %s, %s\n' "$(find "$out" -name '*.whl' | wc -l)" "$machine" "$(du -sh "$out" | cut -f1)"
