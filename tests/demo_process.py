"""The demo as a process of its own: started, waited for, killed, and its record folded again."""

import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from station.store.sessions import Store
from station.training.prescription import Phase


@contextmanager
def running(command: list[str]) -> Iterator[subprocess.Popen[str]]:
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as process:
        try:
            yield process
        finally:
            process.kill()


def replayed(data: Path) -> subprocess.CompletedProcess[str]:
    """What `motbakke replay` says of the newest session."""
    with Store.at(data) as store:
        session_id = store.sessions()[0].id
    command = [sys.executable, "-m", "station", "replay", session_id[:8], "--data", str(data)]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)


def wait_for_seconds(data: Path, seconds: int, phase: Phase) -> None:
    """Wait until the store has this many seconds of this phase."""
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        file = data / "motbakke.sqlite3"
        if file.exists() and file.stat().st_size:  # for an instant it is there, and empty
            with Store.at(data) as store:
                kept = [second for line in store.sessions()[:1] for second in store.seconds(line.id)]
            if sum(second.phase == phase for second in kept) >= seconds:
                return
        time.sleep(0.05)
    message = f"the demo did not get to {phase}"
    raise AssertionError(message)
