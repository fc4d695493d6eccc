"""Giving an older version of the software its store back, as it was before a newer one brought it up to date.

Only the whole store is given back, and by itself only while nothing has been recorded since: then nothing is lost.
"""

import shutil
import sqlite3
import tempfile
from contextlib import closing
from pathlib import Path

from station.errors import StoreError
from station.store.database import FILE_NAME, Lock, backup, connect, migrate, told
from station.store.outbox import ABOUT_THE_SERVER

_HOW_THE_SENDING_WENT = {
    "outbox": {
        "dialect", "content_sha256", "payload", "attempts", "not_before", "last_class", "last_status", "last_error",
    },
}  # fmt: skip
"""What a sync that reaches no server changes: made anew when it is needed."""


def step_back(data: Path, version: int, *, leave_newer: bool = False) -> str:
    """Make the store one that software of this version reads; a sentence for staff that says what was done.

    `leave_newer`: even if something was recorded since; it stays in a file beside the store, and nowhere else.

    Raises:
        StoreError: something was recorded since, there is no copy, or the station or the sync is running.
    """
    path = data / FILE_NAME
    if not path.exists():
        return "there are no records yet"
    locks = [
        Lock(data / name, f"{who} is running on {data}. Stop it first")
        for name, who in (("station.lock", "the station"), ("sync.lock", "the sync"))
    ]
    try:
        return _stepped_back(path, version, leave_newer=leave_newer)
    finally:
        for lock in locks:
            lock.release()


def _stepped_back(path: Path, version: int, *, leave_newer: bool) -> str:
    with closing(connect(path)) as connection, told("read its version"):
        now = int(connection.execute("PRAGMA user_version").fetchone()[0])
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    if now <= version:
        return "the earlier version reads these records as they are"
    copy = backup(path, version)
    if not copy.exists():
        message = (
            f"the earlier version reads no records of this one, and the copy made before, {copy.name}, is not there "
            "any more: stay with this version"
        )
        raise StoreError(message)
    since = [] if leave_newer else _recorded_since(path, copy)
    if since:
        message = (
            f"since this version runs there are changes in: {', '.join(since)}. The earlier version cannot read them. "
            "Stay with this version; or send what waits (`sudo motbakke sync --once`) and say "
            "`rollback --leave-newer-records`: then they stay in a file beside the records, and only there"
        )
        raise StoreError(message)
    newer = path.with_name(f"{path.name}.of-version-{now}")
    if leave_newer and newer.exists():
        message = f"{newer} lies there from an earlier step back: move it to another place first"
        raise StoreError(message)
    with closing(connect(copy)) as connection, told("read the copy"):
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    if leave_newer:
        path.rename(newer)
    copy.replace(path)
    kept = f"; what was recorded since is in {newer} only" if leave_newer else "; nothing has been recorded since"
    return f"the records are as they were before this version{kept}"


def _recorded_since(path: Path, copy: Path) -> list[str]:
    """The tables in which the store differs from the copy brought up to date once more."""
    with tempfile.TemporaryDirectory(dir=path.parent, prefix=".step-back-") as folder:
        again = Path(shutil.copy(copy, folder))
        with closing(connect(again)) as connection:
            migrate(connection)
        with closing(connect(path)) as connection, told("compare the store with its copy"):
            connection.execute("ATTACH ? AS again", (str(again),))
            found = connection.execute("SELECT name FROM main.sqlite_master WHERE type = 'table' ORDER BY name")
            return [table for (table,) in found.fetchall() if _differs(connection, table)]


def _differs(connection: sqlite3.Connection, table: str) -> bool:
    about = _HOW_THE_SENDING_WENT.get(table, set())
    names = [row[1] for row in connection.execute(f"PRAGMA main.table_info({table})")]
    columns = ", ".join(name for name in names if name not in about)
    rows = f"SELECT {columns} FROM {{}}.{table}"  # noqa: S608  # our own names
    if table == "meta":
        rows += f" WHERE key NOT IN ({', '.join(repr(key) for key in ABOUT_THE_SERVER)})"
    here, again = rows.format("main"), rows.format("again")
    differing = f"SELECT EXISTS ({here} EXCEPT {again}) OR EXISTS ({again} EXCEPT {here})"
    return bool(connection.execute(differing).fetchone()[0])
