"""Opening the station's store: made where there is none, moved aside where it is damaged, brought up to date, named.

One station a folder; who only reads uses `station.store.sessions.Store.at`.
"""

import sqlite3
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from uuid import uuid4

from station.ports import SessionState
from station.store import audit, database, looking, rows
from station.store.announced import Missing, announced, withdraw
from station.store.audit import What
from station.store.sessions import Store


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """The store, and what had to be done to open it."""

    store: Store
    moved_aside: Path | None = None
    """Where a damaged store was kept; staff must be told. None when all was well."""
    missing: Missing | None = None
    """Seconds that were safe once and are gone; staff must be told."""


def open_store(data: Path, *, wall: datetime) -> Opened:
    """Open the station's store in the folder `data`, making it where there is none; one station a folder.

    A damaged file, or one with nothing in it, is moved aside and kept, and a new one begun.

    Raises:
        StoreError: another station uses the folder, or the disk does not let us.
    """
    path = data / database.FILE_NAME
    database.make_folder(data)
    lock = database.Lock(data / "station.lock", f"another Motbakke is running on {data}. Stop it, or use --data")
    try:
        # Asked first: SQLite takes an empty file for a new store, and throws away the log that lies beside it.
        empty = looking.is_empty(path)
        database.make(data)
        moved = database.move_aside(path, wall) if empty or looking.is_broken(path) else None
        database.make(data)
        connection = database.connect(path)
        try:
            database.migrate(connection)
            _name_station(connection, wall)
            missing = None if moved else _missing(connection, data, wall)
            withdraw(data)
        except BaseException:
            connection.close()
            raise
    except BaseException:
        lock.release()
        raise
    return Opened(store=Store(path, connection, lock=lock), moved_aside=moved, missing=missing)


def named(data: Path, wall: datetime) -> Path:
    """The folder, with a store in it that belongs to a station: made where there is none.

    For what is set up before the station has run, or beside it: takes no lock, and moves nothing aside.

    Raises:
        StoreError: the folder or the file cannot be made or read, or the file is empty.
    """
    looking.not_empty(data / database.FILE_NAME)
    connection = database.connect(database.make(data))
    try:
        database.migrate(connection)
        _name_station(connection, wall)
    finally:
        connection.close()
    return data


def _name_station(connection: sqlite3.Connection, wall: datetime) -> None:
    with database.told("name the station"), database.transaction(connection):
        if connection.execute("SELECT 1 FROM station").fetchone() is None:
            connection.execute("INSERT INTO station VALUES (?, ?)", (str(uuid4()), wall.astimezone(UTC).isoformat()))
        kept = connection.execute("SELECT value FROM meta WHERE key = 'sw_version'").fetchone()
        before, now = (None if kept is None else kept[0]), version("motbakke")
        if before != now:
            connection.execute("INSERT OR REPLACE INTO meta VALUES ('sw_version', ?)", (now,))
            connection.execute(*audit.row(wall, audit.STATION, What.UPDATE, {"old": before, "new": now}))


def _missing(connection: sqlite3.Connection, data: Path, wall: datetime) -> Missing | None:
    """What the last announcement speaks of and the store does not have; kept in the audit and with the session."""
    said = announced(data)
    if said is None:
        return None
    with database.told("count what was announced"), database.transaction(connection):
        row = connection.execute("SELECT number, state FROM session WHERE id = ?", (said.session,)).fetchone()
        erased = connection.execute("SELECT 1 FROM tombstone WHERE session = ?", (said.session,)).fetchone()
        if erased or (row is not None and row[1] != SessionState.OPEN):
            return None
        left, newest_s = (
            connection.execute("SELECT count(*), max(at_s) FROM reading WHERE session = ?", row[:1]).fetchone()
            if row
            else (0, None)
        )
        if left >= said.seconds:
            return None
        facts = {"session": said.session, "announced": said.seconds, "left": left}
        connection.execute(*audit.row(wall, audit.STATION, What.SECONDS_MISSING, facts))
        if newest_s is not None:
            lost = rows.event_row(said.session, newest_s, "seconds_missing", {"announced": said.seconds, "left": left})
            connection.execute(*lost)
    return Missing(session=said.session, seconds=said.seconds, left=left)
