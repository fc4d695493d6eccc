"""The stored sessions, read back: lists, and each session whole.

What a station does when it opens its store is `opening`'s, what was left open `unfinished`'s, what came
before `earlier`'s; a session that runs is written by `writer`, and goes to the clinic through `outbox`.
"""

import sqlite3
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import msgspec

from station.errors import StoreError
from station.ports import SessionState
from station.staff.mode import Mode
from station.store import database, looking, rows
from station.store.boot import ClockQuality
from station.store.kept import Header, SessionLine, StoredAdvice, StoredEvent, StoredSecond
from station.training.patient import Patient
from station.training.reading import Reading

SELECT_LINES = """
    SELECT session.id, session.pseudonym, session.start_wall, session.state,
           json_extract(session.summary, '$.in_zone_s'), outbox.state, outbox.last_error, outbox.sealed IS NOT NULL
    FROM session LEFT JOIN outbox ON outbox.session = session.number
"""


class Store:
    """The sessions in the store. Use it as a context manager, or call `close`."""

    def __init__(self, path: Path, connection: sqlite3.Connection, *, lock: database.Lock | None = None) -> None:
        """Read over this connection; see `open_store` and `at`."""
        self.path = path
        self._connection = connection
        self._lock = lock

    @classmethod
    def at(cls, data: Path) -> Self:
        """The store in this folder, beside a station that may be running: for lists, replays and the sync.

        Raises:
            StoreError: there is none, or it cannot be read.
        """
        path = _there(data)
        return cls._over(path, database.connect(path), database.migrate)

    @classmethod
    def looked_at(cls, data: Path) -> Self:
        """The store in this folder, for lists alone: nothing in it or beside it changes, not even its version.

        Raises:
            StoreOlder: it is of an earlier version.
            StoreError: there is none, or it cannot be read.
        """
        path = _there(data)
        with database.told(f"open {path}"):
            connection = looking.looked_at(path)
        return cls._over(path, connection, looking.of_today)

    @classmethod
    def _over(cls, path: Path, connection: sqlite3.Connection, made_sure: Callable[[sqlite3.Connection], None]) -> Self:
        try:
            made_sure(connection)
        except BaseException:
            connection.close()
            raise
        return cls(path, connection)

    def close(self) -> None:
        """Let go of the file and, for the station, of the folder."""
        self._connection.close()
        if self._lock is not None:
            self._lock.release()
            self._lock = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        self.close()

    @property
    def connection(self) -> sqlite3.Connection:
        """For the outbox, which lives in the same file."""
        return self._connection

    @property
    def station_id(self) -> str:
        """The station's own name, given on its first start.

        Raises:
            StoreError: no station has opened this store yet.
        """
        found = self.all("SELECT id FROM station")
        if not found:
            message = f"{self.path} belongs to no station yet. Start the station once"
            raise StoreError(message)
        return str(found[0][0])

    def open_seconds(self) -> int | None:
        """How many seconds the newest open session has so far; None when none is open."""
        found = self.all(
            "SELECT (SELECT count(*) FROM reading WHERE reading.session = session.number) FROM session "
            "WHERE state = 'open' ORDER BY number DESC LIMIT 1"
        )
        return int(found[0][0]) if found else None

    def sessions(self) -> list[SessionLine]:
        """All sessions, newest first."""
        return [line_of(row) for row in self.all(f"{SELECT_LINES} ORDER BY number DESC")]

    def find(self, beginning: str) -> str:
        """The id of the one session whose id begins like this.

        Raises:
            StoreError: no session does, or several do.
        """
        found = [
            row[0] for row in self.all("SELECT id FROM session WHERE substr(id, 1, ?) = ?", len(beginning), beginning)
        ]
        if len(found) != 1:
            many = "several sessions begin" if found else "no session begins"
            message = f"{many} with '{beginning}'. `motbakke sessions` lists them"
            raise StoreError(message)
        return str(found[0])

    def header(self, session_id: str) -> Header:
        """What is known of the session as a whole.

        Raises:
            StoreError: there is no such session, or its plan cannot be read by this version.
        """
        found = self.all(
            "SELECT number, pseudonym, plan, state, start_wall, started_at_s, boot_id, clock_quality, sw_version, "
            "mode, (SELECT id FROM station) FROM session WHERE id = ?",
            session_id,
        )
        if not found:
            message = f"there is no session {session_id}. `motbakke sessions` lists them"
            raise StoreError(message)
        number, code, plan, state, start_wall, started_at_s, of_boot, quality, sw_version, mode, station_id = found[0]
        try:
            patient = msgspec.json.decode(plan, type=Patient)
        except msgspec.DecodeError as error:
            message = f"the plan of session {session_id}, stored by version {sw_version}, cannot be read: {error}"
            raise StoreError(message) from error
        return Header(
            id=session_id,
            number=number,
            code=code,
            plan=patient,
            state=SessionState(state),
            start_wall=datetime.fromisoformat(start_wall),
            started_at_s=started_at_s,
            boot_id=of_boot,
            clock_quality=ClockQuality(quality),
            sw_version=sw_version,
            station_id=station_id,
            mode=Mode(mode),
        )

    def plan(self, session_id: str) -> Patient:
        """What was prescribed, as it was at the session's start.

        Raises:
            StoreError: as `header`.
        """
        return self.header(session_id).plan

    def summary(self, session_id: str) -> dict[str, Any] | None:
        """What the session amounted to, as it was given at its end; None when there is no such thing."""
        found = self.all("SELECT summary FROM session WHERE id = ?", session_id)
        return msgspec.json.decode(found[0][0], type=dict[str, Any]) if found and found[0][0] else None

    def sealed(self, session_id: str) -> bytes | None:
        """The session as only the clinic can read it (an age file); None when it is not sealed."""
        found = self.all(
            "SELECT sealed FROM outbox WHERE session = (SELECT number FROM session WHERE id = ?)", session_id
        )
        return found[0][0] if found else None

    def prior_of(self, session_id: str) -> tuple[dict[str, Any], ...]:
        """What the coach knew of the patient when the session began, newest session's first."""
        found = self.all("SELECT prior FROM session WHERE id = ?", session_id)
        return tuple(msgspec.json.decode(found[0][0], type=list[dict[str, Any]])) if found else ()

    def readings(self, session_id: str) -> Iterator[Reading]:
        """The session's readings in the order they came, equal to those that were recorded."""
        return (_reading(row) for row in self.all(rows.SELECT_READINGS, session_id))

    def seconds(self, session_id: str) -> Iterator[StoredSecond]:
        """The session's seconds with what the station made of them; advice is in `advices`."""
        for row in self.all(rows.SELECT_READINGS, session_id):
            phase, interval, zone_state, cue = row[7:]
            yield StoredSecond(reading=_reading(row), phase=phase, interval=interval, zone_state=zone_state, cue=cue)

    def efforts(self, session_id: str) -> list[tuple[int, int]]:
        """What the patient answered of the effort, Borg 6-20, each with its interval, in the order it was told."""
        found = self.all(
            "SELECT interval, json_extract(more, '$.effort_borg') FROM reading "
            "WHERE session = (SELECT number FROM session WHERE id = ?) "
            "AND more IS NOT NULL AND json_extract(more, '$.effort_borg') IS NOT NULL ORDER BY n",
            session_id,
        )
        return [(int(interval), int(borg)) for interval, borg in found]

    def advices(self, session_id: str) -> list[StoredAdvice]:
        """What was advised and why, a change a row."""
        found = self.all(
            "SELECT at_s, json, veto FROM advice WHERE session = (SELECT number FROM session WHERE id = ?) ORDER BY n",
            session_id,
        )
        return [
            StoredAdvice(
                at_s=at_s, advice=None if told is None else msgspec.json.decode(told, type=dict[str, Any]), veto=veto
            )
            for at_s, told, veto in found
        ]

    def events(self, session_id: str) -> list[StoredEvent]:
        """What happened in the session, in the order it was told."""
        found = self.all(
            "SELECT at_s, kind, json FROM event WHERE session = (SELECT number FROM session WHERE id = ?) ORDER BY id",
            session_id,
        )
        return [
            StoredEvent(at_s=at_s, kind=kind, facts=msgspec.json.decode(facts, type=dict[str, Any]))
            for at_s, kind, facts in found
        ]

    def all(self, sql: str, *values: object) -> list[Any]:
        """The rows of a query.

        Raises:
            StoreError: the store cannot be read.
        """
        with database.told("be read"):
            return self._connection.execute(sql, values).fetchall()


def _there(data: Path) -> Path:
    path = data / database.FILE_NAME
    if not path.is_file():
        message = f"there are no sessions in {data}. Name the folder with --data, or run a session first"
        raise StoreError(message)
    looking.not_empty(path)
    return path


def _reading(row: Sequence[Any]) -> Reading:
    try:
        return rows.reading_of(row)
    except msgspec.DecodeError as error:
        message = f"a stored reading cannot be read by this version: {error}"
        raise StoreError(message) from error


def line_of(row: Sequence[Any]) -> SessionLine:
    """A row of `SELECT_LINES`."""
    session_id, code, started, state, in_zone_s, upload, last_error, sealed = row
    return SessionLine(
        id=session_id,
        code=code,
        started=datetime.fromisoformat(started),
        state=SessionState(state),
        in_zone_s=in_zone_s,
        upload=upload,
        upload_trouble=None if last_error is None else str(last_error).partition(": ")[0],
        sealed=bool(sealed),
    )
