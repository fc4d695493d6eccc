"""A child process that writes the audit from the desk, from a running session and from the sync, until it is killed.

Says after each entry which HRmax is safe on the disk.
"""

import asyncio
import sys
import threading
from datetime import timedelta
from itertools import count
from pathlib import Path

from staff_desk import MORNING, Wall, desk_at, logged_in
from store_sessions import write_short

from station.staff.hr_max import HrMax
from station.store import audit
from station.store.database import connect, transaction
from station.store.writer import SessionWriter
from station.training.patient import HrMaxSource
from station.visit import Picture

PAUSE = threading.Event()


def writes_for_ever(path: Path) -> None:
    """Another process's rows, as the sync writes them."""
    connection = connect(path)
    for number in count():
        with transaction(connection):
            connection.execute(*audit.row(MORNING, audit.SYNC, audit.What.SYNC, {"sent": number}))
        # SQLite's lock is not fair: who never pauses lets nobody else in.
        PAUSE.wait(0.002)


def trains_for_ever(path: Path) -> None:
    with SessionWriter(path, commit_every_s=0.01, floor_bytes=0) as writer:
        for minutes in count(step=10):
            write_short(writer, code="K-0001", minutes=minutes)


def main(data: Path) -> None:
    wall = Wall()
    with desk_at(data, wall) as (desk, store):
        badge = asyncio.run(logged_in(desk))
        if not desk.people():
            desk.create(badge, "K-0001", Picture.SUN)
        for work in (writes_for_ever, trains_for_ever):
            threading.Thread(target=work, args=(store.path,), daemon=True).start()
        for number in count():
            bpm = 150 + number % 50
            hr_max = HrMax(bpm=bpm, source=HrMaxSource.MEASURED, on=(MORNING + timedelta(days=number)).date(), by="KS")
            desk.set_hr_max(badge, "K-0001", hr_max)
            sys.stdout.write(f"{bpm}\n")
            sys.stdout.flush()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
