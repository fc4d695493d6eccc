#!/bin/sh
# Prints what the station is made of, as a CycloneDX 1.5 list (JSON), from uv.lock: for whoever must know what runs.
set -eu
house=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd)
"$house/run" python --version >/dev/null # makes .uv/ on first use
"$house/.uv/bin/uv" export --quiet --frozen --no-dev --format cyclonedx1.5 --project "$house"
