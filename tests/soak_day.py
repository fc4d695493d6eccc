"""A day of sessions whose sync has a clinic's server to send to: `./run python tests/soak_day.py`.

Starts a FHIR server and runs `motbakke benchmark soak --sync-to` beside it, in folders that are gone afterwards; takes
the soak's own options (`--hours`, `--speed`, `--json`).
"""

import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from sync_servers import clinic


def main() -> int:
    """The soak's own exit status."""
    with TemporaryDirectory(prefix="motbakke-soak-") as folder, clinic(Path(folder)) as base:
        words = ("benchmark", "soak", "--data", f"{folder}/data", "--sync-to", base)
        return subprocess.run([sys.executable, "-m", "station", *words, *sys.argv[1:]], check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
