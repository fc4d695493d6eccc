"""Sessions that were left open: one may go on after a restart, the others are closed with what they came to."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

from station.errors import StoreError
from station.ports import SessionState
from station.store import database
from station.store.boot import clock_quality
from station.store.closing import closing_rows, correction_rows
from station.store.kept import Conclusion, Unfinished
from station.store.rows import Statement
from station.store.sessions import Store
from station.training.patient import Patient
from station.training.reading import Reading

RESUMED_WITHIN_S = 60.0
"""A session whose last second is older than this is not taken up again: the patient has cooled down or left."""

Conclude = Callable[[Patient, Sequence[Reading], Sequence[Mapping[str, object]]], Conclusion]
"""Folds a session's readings through the core, with what was known of the patient before, and says what came of it."""


def left_open(store: Store, *, age_s: Callable[[float], float], boot_id: str) -> Unfinished | None:
    """The newest session left open less than a minute ago in this boot, if there is one.

    `age_s` says how many seconds ago a reading with this `at_s` was. Hand what is found to
    `SessionWriter.resume`, or leave it to `recover`.
    """
    for session_id, _, of_boot in _open(store)[::-1]:
        readings = tuple(store.readings(session_id))
        if of_boot == boot_id and readings and 0 <= age_s(readings[-1].at_s) < RESUMED_WITHIN_S:
            header = store.header(session_id)
            return Unfinished(
                id=session_id,
                code=header.code,
                plan=header.plan,
                readings=readings,
                prior=store.prior_of(session_id),
                mode=header.mode,
            )
    return None


def recover(
    store: Store,
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
    for session_id, code, _ in _open(store):
        if but is not None and but.id == session_id:
            continue
        readings = tuple(store.readings(session_id))
        state = SessionState.RECOVERED if readings else SessionState.DISCARDED
        came_to = _concluded(store, session_id, readings, conclude) if readings else None
        summary, learnt = (None, None) if came_to is None else (came_to.summary, came_to.learnt)
        with database.told("close an unfinished session"), database.transaction(store.connection):
            ending = closing_rows(session_id, code, state, wall=wall, summary=summary, learnt=learnt)
            if age_s is not None:
                ending += _correction(store, session_id, wall, age_s)
            for sql, values in ending:
                store.connection.execute(sql, values)
        closed.append(session_id)
    return closed


def _correction(store: Store, session_id: str, wall: datetime, age_s: Callable[[float], float]) -> list[Statement]:
    [(started_at_s,)] = store.connection.execute("SELECT started_at_s FROM session WHERE id = ?", (session_id,))
    return correction_rows(session_id, wall=wall, lasted_s=age_s(started_at_s), quality=clock_quality())


def _concluded(store: Store, session_id: str, readings: Sequence[Reading], conclude: Conclude) -> Conclusion | None:
    try:
        plan = store.plan(session_id)
    except StoreError:
        # Stored by another version: better sent without a summary than a station that does not start.
        return None
    return conclude(plan, readings, store.prior_of(session_id))


def _open(store: Store) -> list[tuple[str, str, str]]:
    """Id, code and boot of the sessions that were left open, oldest first."""
    return store.all("SELECT id, pseudonym, boot_id FROM session WHERE state = 'open' ORDER BY number")
