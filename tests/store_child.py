"""A child process that records a session for ever, and says after each second how far it is safe on the disk.

With `full`, its disk fills up: a limit on the size of files stands in for it. With `careless`, commits do not wait for
the disk (`synchronous = NORMAL`), as most programs have it.
"""

import resource
import sqlite3
import sys
import threading
from pathlib import Path

from store_sessions import NOON, SHORT, recorded, short_readings

from station.errors import StoreError
from station.store import database
from station.store import writer as writer_module
from station.store.opening import open_store
from station.store.writer import SessionWriter


def careless_connect(path: Path) -> sqlite3.Connection:
    connection = database.connect(path)
    connection.execute("PRAGMA synchronous = NORMAL")
    return connection


def main(data: Path, *, full: bool) -> None:
    with (
        open_store(data, wall=NOON).store as store,
        SessionWriter(store.path, commit_every_s=0.005, floor_bytes=0) as writer,
    ):
        writer.open(patient=SHORT, code="K7Q4", at_s=1000.0, wall=NOON)
        if full:
            resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, resource.RLIM_INFINITY))
        pause = threading.Event()
        for second in recorded(SHORT, short_readings(seconds=1_000_000)):
            try:
                writer.record(second)
            except StoreError:
                say(f"full {second.reading.at_s}")
                break
            pause.wait(0.001)
            if writer.stored_to_s is not None:
                say(f"{writer.stored_to_s}")
        resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
        while not writer.healthy:
            pause.wait(0.005)
        say("mended")


def say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    if "careless" in sys.argv:
        writer_module.connect = careless_connect  # type: ignore[attr-defined]
    main(Path(sys.argv[1]), full="full" in sys.argv)
