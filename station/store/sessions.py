"""The stored sessions: opening the store, what was left unfinished, and reading a session back.

Responsible for everything but writing a session while it runs (`station.store.writer`) and the outbox
(`station.store.outbox`).
"""

import sqlite3
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from types import TracebackType
from typing import Any, Self
from uuid import uuid4

import msgspec

from station.errors import StoreError
from station.ports import SessionState
from station.staff.mode import Mode
from station.store import audit, database, rows
from station.store.announced import Missing, announced, withdraw
from station.store.audit import What
from station.store.boot import ClockQuality, clock_quality
from station.store.closing import closing_rows, correction_rows
from station.store.kept import Conclusion, Header, SessionLine, StoredAdvice, StoredEvent, StoredSecond, Unfinished
from station.training.patient import Patient
from station.training.reading import Reading

__all__ = ["Conclude", "Opened", "SessionLine", "Store", "Unfinished", "open_store"]

RESUMED_WITHIN_S = 60.0
"""A session whose last second is older than this is not taken up again: the patient has cooled down or left."""

Conclude = Callable[[Patient, Sequence[Reading], Sequence[Mapping[str, object]]], Conclusion]
"""Folds a session's readings through the core, with what was known of the patient before, and says what came of it."""

_SELECT_LINES = """
    SELECT session.id, session.pseudonym, session.start_wall, session.state,
           json_extract(session.summary, '$.in_zone_s'), outbox.state, outbox.last_error, outbox.sealed IS NOT NULL
    FROM session LEFT JOIN outbox ON outbox.session = session.number
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """The store, and what had to be done to open it."""

    store: "Store"
    moved_aside: Path | None = None
    """Where a damaged store was kept; staff must be told. None when all was well."""
    missing: Missing | None = None
    """Seconds that were safe once and are gone; staff must be told."""


def open_store(data: Path, *, wall: datetime) -> Opened:
    """Open the station's store in the folder `data`, making it where there is none; one station a folder.

    A damaged file is moved aside and kept, and a new one begun.

    Raises:
        StoreError: another station uses the folder, or the disk does not let us.
    """
    path = database.make(data)
    lock = database.Lock(data / "station.lock", f"another Motbakke is running on {data}. Stop it, or use --data")
    try:
        moved = database.move_aside(path, wall) if database.is_broken(path) else None
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
        StoreError: the folder or the file cannot be made or read.
    """
    connection = database.connect(database.make(data))
    try:
        database.migrate(connection)
        _name_station(connection, wall)
    finally:
        connection.close()
    return data


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
        path = data / database.FILE_NAME
        if not path.is_file():
            message = f"there are no sessions in {data}. Name the folder with --data, or run a session first"
            raise StoreError(message)
        connection = database.connect(path)
        try:
            database.migrate(connection)
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

    def unfinished(self, *, age_s: Callable[[float], float], boot_id: str) -> Unfinished | None:
        """The newest session left open less than a minute ago in this boot, if there is one.

        `age_s` says how many seconds ago a reading with this `at_s` was. Hand what is found to
        `SessionWriter.resume`, or leave it to `recover`.
        """
        for session_id, of_boot in self._all(
            "SELECT id, boot_id FROM session WHERE state = 'open' ORDER BY number DESC"
        ):
            readings = tuple(self.readings(session_id))
            if of_boot == boot_id and readings and 0 <= age_s(readings[-1].at_s) < RESUMED_WITHIN_S:
                header = self.header(session_id)
                return Unfinished(
                    id=session_id,
                    code=header.code,
                    plan=header.plan,
                    readings=readings,
                    prior=self.prior_of(session_id),
                    mode=header.mode,
                )
        return None

    def recover(
        self,
        *,
        wall: datetime,
        conclude: Conclude,
        but: Unfinished | None = None,
        age_s: Callable[[float], float] | None = None,
    ) -> list[str]:
        """Close every session left open, save the one that goes on, and return their ids.

        Each is closed as `recovered` with its outbox filled, in one transaction; one without a reading is discarded.
        It teaches what it can: a power cut in the last minute must not make the patient a stranger. `age_s` says how
        many seconds ago an instant of the readings' clock was: with it, wall times are set right that were not when
        the session began.
        """
        closed = []
        for session_id, code in self._all("SELECT id, pseudonym FROM session WHERE state = 'open' ORDER BY number"):
            if but is not None and but.id == session_id:
                continue
            readings = tuple(self.readings(session_id))
            state = SessionState.RECOVERED if readings else SessionState.DISCARDED
            came_to = self._concluded(session_id, readings, conclude) if readings else None
            summary, learnt = (None, None) if came_to is None else (came_to.summary, came_to.learnt)
            with database.told("close an unfinished session"), database.transaction(self._connection):
                ending = closing_rows(session_id, code, state, wall=wall, summary=summary, learnt=learnt)
                if age_s is not None:
                    ending += self._correction(session_id, wall, age_s)
                for sql, values in ending:
                    self._connection.execute(sql, values)
            closed.append(session_id)
        return closed

    @property
    def station_id(self) -> str:
        """The station's own name, given on its first start.

        Raises:
            StoreError: no station has opened this store yet.
        """
        found = self._all("SELECT id FROM station")
        if not found:
            message = f"{self.path} belongs to no station yet. Start the station once"
            raise StoreError(message)
        return str(found[0][0])

    def open_seconds(self) -> int | None:
        """How many seconds the newest open session has so far; None when none is open."""
        found = self._all(
            "SELECT (SELECT count(*) FROM reading WHERE reading.session = session.number) FROM session "
            "WHERE state = 'open' ORDER BY number DESC LIMIT 1"
        )
        return int(found[0][0]) if found else None

    def sessions(self) -> list[SessionLine]:
        """All sessions, newest first."""
        return [_line(row) for row in self._all(f"{_SELECT_LINES} ORDER BY number DESC")]

    def last_of(self, code: str) -> SessionLine | None:
        """The newest ended session of the patient behind this code; None when there was none."""
        found = self._all(
            f"{_SELECT_LINES} WHERE pseudonym = ? AND session.state IN ('closed', 'recovered') "
            "ORDER BY number DESC LIMIT 1",
            code,
        )
        return _line(found[0]) if found else None

    def last_in_zone_s(self, code: str) -> float | None:
        """Seconds in the zone in the newest ended interval session of this patient; None when there was none."""
        found = self._all(
            "SELECT json_extract(summary, '$.in_zone_s') FROM session WHERE pseudonym = ? "
            "AND state IN ('closed', 'recovered') AND json_extract(summary, '$.method') IS NULL "
            "ORDER BY number DESC LIMIT 1",
            code,
        )
        return found[0][0] if found else None

    def before(self, session_id: str, *, most: int) -> list[SessionLine]:
        """At most so many ended sessions of the same patient and method before this one, newest first."""
        found = self._all(
            f"{_SELECT_LINES} JOIN session AS this ON this.pseudonym = session.pseudonym "
            "WHERE this.id = ? AND session.number < this.number AND session.state IN ('closed', 'recovered') "
            "AND json_extract(session.summary, '$.method') IS json_extract(this.summary, '$.method') "
            "ORDER BY session.number DESC LIMIT ?",
            session_id,
            most,
        )
        return [_line(row) for row in found]

    def strength_before(self, session_id: str, exercise: str, *, most: int) -> list[tuple[datetime, dict[str, Any]]]:
        """When, and what the patient's newest strength sessions with this exercise came to, this one the last."""
        found = self._all(
            "SELECT session.start_wall, session.summary FROM session "
            "JOIN session AS this ON this.pseudonym = session.pseudonym "
            "WHERE this.id = ? AND session.number <= this.number "
            "AND json_extract(session.summary, '$.method') = 'strength' "
            "AND json_extract(session.summary, '$.exercise') = ? ORDER BY session.number DESC LIMIT ?",
            session_id,
            exercise,
            most,
        )
        return [
            (datetime.fromisoformat(began), msgspec.json.decode(summary, type=dict[str, Any]))
            for began, summary in reversed(found)
        ]

    def find(self, beginning: str) -> str:
        """The id of the one session whose id begins like this.

        Raises:
            StoreError: no session does, or several do.
        """
        found = [
            row[0] for row in self._all("SELECT id FROM session WHERE substr(id, 1, ?) = ?", len(beginning), beginning)
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
        found = self._all(
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
        found = self._all("SELECT summary FROM session WHERE id = ?", session_id)
        return msgspec.json.decode(found[0][0], type=dict[str, Any]) if found and found[0][0] else None

    def sealed(self, session_id: str) -> bytes | None:
        """The session as only the clinic can read it (an age file); None when it is not sealed."""
        found = self._all(
            "SELECT sealed FROM outbox WHERE session = (SELECT number FROM session WHERE id = ?)", session_id
        )
        return found[0][0] if found else None

    def prior_of(self, session_id: str) -> tuple[dict[str, Any], ...]:
        """What the coach knew of the patient when the session began, newest session's first."""
        found = self._all("SELECT prior FROM session WHERE id = ?", session_id)
        return tuple(msgspec.json.decode(found[0][0], type=list[dict[str, Any]])) if found else ()

    def learnt_of(self, code: str, most: int = 3) -> list[dict[str, Any]]:
        """What was learnt of the patient behind this code in at most so many sessions of a kind, newest first.

        Kinds are the intervals, and each exercise of strength training.
        """
        found = self._all(
            "SELECT learnt FROM (SELECT number, learnt, row_number() OVER (PARTITION BY json_extract(learnt, '$.kind'),"
            " json_extract(learnt, '$.exercise') ORDER BY number DESC) AS age FROM session"
            " WHERE pseudonym = ? AND learnt IS NOT NULL) WHERE age <= ? ORDER BY number DESC",
            code,
            most,
        )
        return [msgspec.json.decode(learnt, type=dict[str, Any]) for (learnt,) in found]

    def forget(self, code: str) -> None:
        """Delete what was learnt of the patient behind this code: the next session begins as with a stranger.

        What earlier sessions began with stays with them, because without it they could not be folded again.
        """
        with database.told("forget what was learnt"), database.transaction(self._connection):
            self._connection.execute("UPDATE session SET learnt = NULL WHERE pseudonym = ?", (code,))

    def readings(self, session_id: str) -> Iterator[Reading]:
        """The session's readings in the order they came, equal to those that were recorded."""
        return (_reading(row) for row in self._all(rows.SELECT_READINGS, session_id))

    def seconds(self, session_id: str) -> Iterator[StoredSecond]:
        """The session's seconds with what the station made of them; advice is in `advices`."""
        for row in self._all(rows.SELECT_READINGS, session_id):
            phase, interval, zone_state, cue = row[7:]
            yield StoredSecond(reading=_reading(row), phase=phase, interval=interval, zone_state=zone_state, cue=cue)

    def efforts(self, session_id: str) -> list[tuple[int, int]]:
        """What the patient answered of the effort, Borg 6-20, each with its interval, in the order it was told."""
        found = self._all(
            "SELECT interval, json_extract(more, '$.effort_borg') FROM reading "
            "WHERE session = (SELECT number FROM session WHERE id = ?) "
            "AND more IS NOT NULL AND json_extract(more, '$.effort_borg') IS NOT NULL ORDER BY n",
            session_id,
        )
        return [(int(interval), int(borg)) for interval, borg in found]

    def advices(self, session_id: str) -> list[StoredAdvice]:
        """What was advised and why, a change a row."""
        found = self._all(
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
        found = self._all(
            "SELECT at_s, kind, json FROM event WHERE session = (SELECT number FROM session WHERE id = ?) ORDER BY id",
            session_id,
        )
        return [
            StoredEvent(at_s=at_s, kind=kind, facts=msgspec.json.decode(facts, type=dict[str, Any]))
            for at_s, kind, facts in found
        ]

    def _correction(self, session_id: str, wall: datetime, age_s: Callable[[float], float]) -> list[rows.Statement]:
        [(started_at_s,)] = self._connection.execute("SELECT started_at_s FROM session WHERE id = ?", (session_id,))
        return correction_rows(session_id, wall=wall, lasted_s=age_s(started_at_s), quality=clock_quality())

    def _concluded(self, session_id: str, readings: Sequence[Reading], conclude: Conclude) -> Conclusion | None:
        try:
            plan = self.plan(session_id)
        except StoreError:
            # Stored by another version: better sent without a summary than a station that does not start.
            return None
        return conclude(plan, readings, self.prior_of(session_id))

    def _all(self, sql: str, *values: object) -> list[Any]:
        with database.told("be read"):
            return self._connection.execute(sql, values).fetchall()


def _reading(row: Sequence[Any]) -> Reading:
    try:
        return rows.reading_of(row)
    except msgspec.DecodeError as error:
        message = f"a stored reading cannot be read by this version: {error}"
        raise StoreError(message) from error


def _line(row: Sequence[Any]) -> SessionLine:
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
