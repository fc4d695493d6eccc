"""Power cuts in mid-session: the machine is frozen, its data disk copied, the copy mounted here and looked at.

The copy is what an honest disk holds when the plug is pulled: all that the guest had been told is safe, and nothing of
its page cache. What another process in the guest could read before (see `guest/acknowledge.py`) must be on it.
"""

import json
import random
import shutil
import sqlite3
import subprocess
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench import GUEST
from machine import until
from rich.console import Console
from sync_servers import clinic

from station.records import records
from station.settings import SyncTable
from station.sync.command import sync_now

LOOKED_EVERY_S = 0.02
SENT_EVERY = 20
"""One cut in so many is also sent to a server."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cut:
    """What one cut left."""

    promised: int
    kept: int
    whole: bool
    closed_once: bool
    sent_once: bool | None = None
    """Whether two syncs left it on a server once; None when it was not sent."""

    @property
    def lost(self) -> int:
        return max(0, self.promised - self.kept)


def cut_often(bench: Any, count: int, *, careless: bool = False) -> str:
    """Begin a session, cut it so often; says what was found, and raises when it is not as it must be."""
    chance = random.Random(count)  # noqa: S311
    done = []
    with _recording(bench, careless=careless) as since:
        for number in range(count):
            time.sleep(chance.uniform(0.3, 1.5))
            done.append(_cut(bench.machine, since, sends=not careless and number % SENT_EVERY == SENT_EVERY - 1))
    sent = [cut.sent_once for cut in done if cut.sent_once is not None]
    said = (
        f"{count} cuts, {done[-1].promised} seconds promised; damaged {sum(not cut.whole for cut in done)}, "
        f"with promised seconds lost {sum(cut.lost > 0 for cut in done)} (most {max(cut.lost for cut in done)}), "
        f"not closed and queued exactly once {sum(not cut.closed_once for cut in done)}; "
        f"{len(sent)} of them sent twice to a server, there once {sum(sent)}"
    )
    bites = any(cut.lost for cut in done)
    harmless = all(cut.whole and not cut.lost and cut.closed_once for cut in done) and all(sent)
    assert bites if careless else harmless, said
    return said


@contextmanager
def _recording(bench: Any, *, careless: bool) -> Iterator[int]:
    """The station in a long session, and the process that says what others can see of it."""
    run = bench.machine.run
    run("systemctl stop motbakke motbakke-failure acknowledge virtual-session", check=False, within_s=180)
    run("rm -rf /var/lib/motbakke/*; sync")
    settings = f"sed 's/^warm_up_s = .*/warm_up_s = 3600/' {GUEST}/station.toml"
    run(f"{settings} > /etc/motbakke/station.toml; chgrp motbakke /etc/motbakke/station.toml")
    before = bench.machine.acknowledged.stat().st_size
    program = f"{GUEST}/careless.py" if careless else "/opt/motbakke/current/bin/motbakke"
    words = "run --needs-screen --data /var/lib/motbakke"
    drop_in = f"[Service]\\nExecStart=\\nExecStart=/opt/motbakke/current/bin/python {program} {words}\\n"
    run(f"printf '{drop_in}' > /etc/systemd/system/motbakke.service.d/cuts.conf; systemctl daemon-reload")
    run("systemctl start motbakke", within_s=180)
    bench.pins("close", 17)
    bench.cable.walk(5.0, 2.0)
    run(f"systemd-run -q --unit=acknowledge python3 {GUEST}/acknowledge.py {LOOKED_EVERY_S}")
    until(lambda: _promised(bench.machine.acknowledged, before) > 3, 120, "the session is stored")
    try:
        yield before
    finally:
        run("systemctl stop acknowledge; rm /etc/systemd/system/motbakke.service.d/cuts.conf; systemctl daemon-reload")
        bench.cable.treadmill.stop()


def _promised(port: Path, since: int) -> int:
    lines = port.read_bytes()[since:].decode().rpartition("\n")[0].splitlines()
    return int(lines[-1].split()[0]) if lines else 0


def _cut(machine: Any, since: int, *, sends: bool) -> Cut:
    copy = machine.folder / "after-the-cut.img"
    with machine.frozen():
        promised = _promised(machine.acknowledged, since)
        subprocess.run(["cp", "--sparse=always", machine.data_disk, copy], check=True)  # noqa: S607
    at = Path(tempfile.mkdtemp(prefix="motbakke-cut-"))
    subprocess.run(["mount", "-o", "loop", copy, at], check=True)  # noqa: S607
    try:
        return _looked_at(at, promised, sends=sends)
    finally:
        subprocess.run(["umount", at], check=True)  # noqa: S607
        at.rmdir()


def _looked_at(disk: Path, promised: int, *, sends: bool) -> Cut:
    """The database as it lies there; then what the station does with it at its next start, on a copy."""
    if not (disk / "motbakke.sqlite3").exists():
        return Cut(promised=promised, kept=0, whole=True, closed_once=False)
    with tempfile.TemporaryDirectory() as folder:
        data = Path(folder) / "data"
        shutil.copytree(disk, data, ignore=shutil.ignore_patterns("lost+found", "ballast"))
        with closing(sqlite3.connect(data / "motbakke.sqlite3")) as database:
            try:
                whole = database.execute("PRAGMA integrity_check").fetchone()[0] == "ok"
                kept = database.execute("SELECT count(*) FROM reading").fetchone()[0]
            except sqlite3.OperationalError:  # not even the table had reached the disk
                return Cut(promised=promised, kept=0, whole=True, closed_once=False)
        for _ in range(2):  # a second start finds nothing left to close
            with records(data, resumes=lambda _code: False, console=Console(quiet=True)):
                pass
        with closing(sqlite3.connect(data / "motbakke.sqlite3")) as database:
            states = database.execute("SELECT state FROM session").fetchall()
            queued = database.execute("SELECT count(*) FROM outbox").fetchone()[0]
        sent_once = _sent_once(data, Path(folder)) if sends else None
    closed_once = (states, queued) == ([("recovered",)], 1)
    return Cut(promised=promised, kept=kept, whole=whole, closed_once=closed_once, sent_once=sent_once)


def _sent_once(data: Path, folder: Path) -> bool:
    """Whether the interrupted session is on a FHIR server once after two syncs."""
    with clinic(folder) as base:
        first = sync_now(SyncTable(url=base), data).sent, _total(f"{base}/Observation?_summary=count")
        second = sync_now(SyncTable(url=base), data).sent, _total(f"{base}/Observation?_summary=count")
    with closing(sqlite3.connect(data / "motbakke.sqlite3")) as database:
        states = database.execute("SELECT state FROM outbox").fetchall()
    return (first[0], second) == (1, (0, first[1])) and first[1] > 0 and states == [("acked",)]


def _total(url: str) -> int:
    with urllib.request.urlopen(url, timeout=20) as answer:  # noqa: S310
        return int(json.load(answer)["total"])
