"""Writes a session while it runs, in a thread of its own: the caller never waits for the disk.

One commit a second; a new phase, a new advice and the session's end are committed at once. When the disk fails,
the rows wait in memory and are tried again each second, and every call says so until it is mended.
"""

import sqlite3
import threading
from collections import deque
from collections.abc import Mapping, Sequence
from concurrent.futures import Future
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from importlib.metadata import version
from pathlib import Path
from types import TracebackType
from typing import Self
from uuid import uuid4

from station.errors import StoreError
from station.ports import RecordedSecond, SessionState
from station.staff.mode import Mode
from station.store import audit, rows, space
from station.store.announced import EACH_S, Announced, announce, withdraw
from station.store.audit import What
from station.store.boot import ClockQuality, boot_id, clock_quality
from station.store.closing import closing_rows, correction_rows
from station.store.database import connect, is_full, transaction
from station.store.kept import Unfinished
from station.store.rows import Statement
from station.training.patient import Patient

COMMIT_EVERY_S = 1.0

_OPEN_SESSION = """
    INSERT INTO session (id, pseudonym, plan, state, start_wall, started_at_s, boot_id, clock_quality,
                         hr_max_bpm, sw_version, prior, mode)
    VALUES (?, ?, ?, 'open', ?, ?, ?, ?, ?, ?, ?, ?)
"""


@dataclass(frozen=True, slots=True)
class _Job:
    statements: list[Statement]
    at_s: float | None = None
    done: "Future[None] | None" = None
    safe: Announced | None = None
    """What is safe on the disk once this is."""
    new_phase: bool = False


class SessionWriter:
    """The `SessionLog` of the station. Use it as a context manager, or call `shutdown`."""

    def __init__(
        self, path: Path, *, commit_every_s: float = COMMIT_EVERY_S, floor_bytes: int = space.FLOOR_BYTES
    ) -> None:
        """Write to the database at `path` (made and migrated by `station.store.sessions.open_store`).

        With less than `floor_bytes` free on its disk no session is begun.
        """
        self._path = path
        self._floor_bytes = floor_bytes
        self._started_at_s = self._last_at_s = 0.0
        self._commit_every_s = commit_every_s
        self._jobs: deque[_Job] = deque()
        self._work = threading.Event()
        self._hurry = threading.Event()
        self._stopping = threading.Event()
        self._trouble: StoreError | None = None
        self._died: BaseException | None = None
        self._stored_to_s: float | None = None
        self._announced_to_s = 0.0
        self._session_id: str | None = None
        self._code = ""
        self._n = 0
        self._phase: object = None
        self._standing = rows.NOTHING_STANDS
        self._thread = threading.Thread(target=self._run, name="session writer", daemon=True)
        self._thread.start()

    @property
    def healthy(self) -> bool:
        """Whether everything given so far has been, or is about to be, stored, and there is room for a session."""
        return self._trouble is None and (self._session_id is not None or self.no_room is None)

    @property
    def no_room(self) -> str | None:
        """A sentence for staff when the disk has too little room to begin a session."""
        return space.no_room_told(self._path.parent, self._floor_bytes)

    @property
    def trouble(self) -> StoreError | None:
        """What is wrong with the disk now; None when nothing is."""
        return self._trouble

    @property
    def stored_to_s(self) -> float | None:
        """The `at_s` of the newest reading that is safe on the disk."""
        return self._stored_to_s

    def open(  # noqa: PLR0913  # what a session is begun with
        self,
        *,
        patient: Patient,
        code: str,
        at_s: float,
        wall: datetime,
        quality: ClockQuality | None = None,
        prior: Sequence[Mapping[str, object]] = (),
        mode: Mode = Mode.FULL,
    ) -> str:
        """Begin a session for the patient behind this code (a pseudonym) and return the session's id.

        `at_s` is the readings' clock, `wall` the wall clock at the same instant, `prior` what the coach had
        learnt in earlier sessions, newest first: without it this one could not be folded again. `mode` is how
        much of the advice is shown.

        Raises:
            StoreError: another session is still open here, the disk fails, or it has too little room.
        """
        if self._session_id is not None:
            message = "a session is open already: close it before the next one begins"
            raise StoreError(message)
        if no_room := self.no_room:
            raise StoreError(no_room)
        session_id = str(uuid4())
        self._begin(session_id, code, n=0, started_at_s=at_s)
        when = (wall.isoformat(), at_s, boot_id(), quality or clock_quality())
        figures = (patient.hr_max_bpm, version("motbakke"), rows.to_json(list(prior)), mode)
        opening = [
            Statement(_OPEN_SESSION, (session_id, code, rows.to_json(patient), *when, *figures)),
            audit.row(wall, audit.STATION, What.SESSION_STARTED, {"code": code, "session": session_id, "mode": mode}),
        ]
        self._put(_Job(opening), hurry=True)
        return session_id

    def resume(self, unfinished: Unfinished) -> None:
        """Go on with a session that was left open; its next second follows the last one stored."""
        self._begin(
            unfinished.id, unfinished.code, n=len(unfinished.readings), started_at_s=unfinished.readings[0].at_s
        )
        self._last_at_s = unfinished.readings[-1].at_s

    def record(self, second: RecordedSecond) -> None:
        """Keep this second.

        Raises:
            StoreError: the disk fails (the second is held in memory and written when it is mended),
                or no session is open.
        """
        session_id = self._opened()
        statements = rows.reading_rows(session_id, self._n, second)
        new_advice = rows.standing(second) != self._standing
        if new_advice:
            statements.append(rows.advice_row(session_id, self._n, second))
        new_phase = (second.phase, second.interval) != self._phase
        self._n += 1
        self._last_at_s = second.reading.at_s
        self._phase = (second.phase, second.interval)
        self._standing = rows.standing(second)
        safe = Announced(session=session_id, seconds=self._n)
        job = _Job(statements, at_s=second.reading.at_s, safe=safe, new_phase=new_phase)
        self._put(job, hurry=new_phase or new_advice)

    def event(self, at_s: float, kind: str, facts: Mapping[str, object] | None = None) -> None:
        """Keep something that happened in the session.

        Raises:
            StoreError: as `record`.
        """
        self._put(_Job([rows.event_row(self._opened(), at_s, kind, facts or {})]), hurry=False)

    def close(
        self,
        state: SessionState,
        *,
        wall: datetime,
        summary: Mapping[str, object] | None = None,
        learnt: Mapping[str, object] | None = None,
    ) -> "Future[None]":
        """End the session and put it into the outbox, both or neither; the future is done when it is on the disk.

        A session without a single reading is discarded, whatever the state. `summary` is kept as JSON; the list
        of sessions reads its `in_zone_s`. `learnt` is what the coach takes into the patient's next session.

        Raises:
            StoreError: as `record`.
        """
        session_id = self._opened()
        done: Future[None] = Future()
        became = state if self._n else SessionState.DISCARDED
        lasted_s = self._last_at_s - self._started_at_s
        ending = [
            *correction_rows(session_id, wall=wall, lasted_s=lasted_s, quality=clock_quality()),
            *closing_rows(session_id, self._code, became, wall=wall, summary=summary, learnt=learnt),
        ]
        self._session_id = None
        self._put(_Job(ending, done=done), hurry=True)
        return done

    def shutdown(self) -> None:
        """Write what is left and end the thread. A session still open stays open, to be taken up again.

        Raises:
            StoreError: something could not be written.
        """
        self._stopping.set()
        self._work.set()
        self._hurry.set()
        self._thread.join()
        if self._trouble is not None:
            raise self._trouble

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        self.shutdown()

    def _begin(self, session_id: str, code: str, *, n: int, started_at_s: float) -> None:
        self._session_id, self._code, self._n = session_id, code, n
        self._started_at_s = self._last_at_s = started_at_s
        self._phase, self._standing = None, rows.NOTHING_STANDS

    def _opened(self) -> str:
        if self._session_id is None:
            message = "no session is open: nothing can be kept"
            raise StoreError(message)
        return self._session_id

    def _put(self, job: _Job, *, hurry: bool) -> None:
        if self._died is not None:
            # Not a disk in trouble, which may mend: nothing will ever be stored again, until the process is another.
            message = "the session's writer has died; the station ends, and its next start takes the session up"
            raise RuntimeError(message) from self._died
        self._jobs.append(job)
        self._work.set()
        if hurry:
            self._hurry.set()
        if self._trouble is not None:
            raise self._trouble

    def _run(self) -> None:
        connection: sqlite3.Connection | None = None
        waiting: list[_Job] = []
        stopping = False
        try:
            while not stopping:
                self._work.wait()
                self._work.clear()
                self._hurry.clear()
                stopping = self._stopping.is_set()
                while self._jobs:
                    waiting.append(self._jobs.popleft())
                try:
                    connection = connection or connect(self._path)
                    self._commit(connection, waiting)
                except (sqlite3.Error, StoreError) as error:
                    self._trouble = StoreError(f"the session is not being stored: {error}. Check the disk")
                    self._work.set()
                    if is_full(error) and space.drop_ballast(self._path.parent):
                        self._hurry.set()
                else:
                    self._trouble = None
                    waiting = []
                self._hurry.wait(0 if stopping else self._commit_every_s)
        except BaseException as error:
            self._died = error
            raise
        finally:
            if not stopping:
                self._trouble = StoreError(
                    "the session is not being stored: the writer has died. Start the station again"
                )
            _give_up(waiting, self._trouble)
            if connection is not None:
                connection.close()

    def _commit(self, connection: sqlite3.Connection, jobs: list[_Job]) -> None:
        if not jobs:
            return
        with transaction(connection):
            for job in jobs:
                for sql, values in job.statements:
                    connection.execute(sql, values)
        self._announce(jobs)
        for job in jobs:
            if job.at_s is not None:
                self._stored_to_s = job.at_s
            if job.done is not None:
                job.done.set_result(None)

    def _announce(self, jobs: list[_Job]) -> None:
        newest: _Job | None = None
        due = False
        for job in jobs:
            if job.done is not None:
                withdraw(self._path.parent)
                newest, due = None, False
            elif job.at_s is not None:
                newest = job
                due = due or job.new_phase or job.at_s >= self._announced_to_s + EACH_S
        if newest is not None and newest.at_s is not None and newest.safe is not None and due:
            self._announced_to_s = newest.at_s
            # A safeguard beside the record: the disk's own trouble is told by the commits.
            with suppress(OSError):
                announce(self._path.parent, newest.safe)


def _give_up(waiting: list[_Job], trouble: StoreError | None) -> None:
    for job in waiting:
        if job.done is not None and trouble is not None:
            job.done.set_exception(trouble)
