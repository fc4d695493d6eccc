"""What the store lets go of: what the clinic has or only the clinic shall read, and all of whoever asks for it.

Deleted pages are overwritten (`secure_delete`) and the write-ahead log is emptied; what a flash card keeps in old
blocks is beyond any program. In small steps, a session a transaction, so that a running session is not held up.
"""

import sqlite3
from datetime import UTC, datetime, timedelta
from pathlib import Path

from station.ports import SIMULATED
from station.staff.desk import ErasureProof
from station.store import audit, people
from station.store.audit import What
from station.store.database import told, transaction
from station.store.outbox import OutboxState

_DETAILS = ("rr", "advice", "event", "reading")
"""The tables that hold a session's course; `rr` and `advice` point at `reading`."""


def purge(connection: sqlite3.Connection, *, now: datetime, keep_days: int) -> int:
    """Delete the course of every session that was acknowledged more than so many days ago; how many there were.

    What stays is the session's line: pseudonym, plan, summary and what the coach learnt. Never touches a session
    that the clinic does not have.

    Raises:
        StoreError: the disk fails.
    """
    before = (now - timedelta(days=keep_days)).astimezone(UTC).isoformat(timespec="milliseconds")
    with told("delete what the clinic has"):
        found = connection.execute(
            "SELECT session FROM outbox WHERE state = ? AND acked_at <= ?", (OutboxState.ACKED, before)
        ).fetchall()
        for (number,) in found:
            with transaction(connection):
                _delete_course(connection, number)
                gone = (OutboxState.PURGED, number)
                connection.execute("UPDATE outbox SET state = ?, payload = NULL WHERE session = ?", gone)
        if found:
            with transaction(connection):
                facts = {"sessions": len(found), "keep_days": keep_days}
                connection.execute(*audit.row(now, audit.SYNC, What.PURGED, facts))
            _empty_log(connection)
    return len(found)


def erase(
    connection: sqlite3.Connection, code: str, *, now: datetime, data: Path, by: str = audit.COMMAND_LINE
) -> ErasureProof:
    """Delete everything of the patient behind this code, and leave a tombstone for each session.

    The audit keeps that somebody did something, when, and loses whom it was about and what.

    Tombstones name sessions, never patients; those of sessions the clinic has are sent to it by the sync. A session
    that is open now is left alone: let it end first.

    Raises:
        StoreError: the disk fails; what was deleted before stays deleted.
    """
    with told("erase a patient"):
        found = connection.execute(
            """
            SELECT number, session.id, COALESCE(outbox.state IN ('acked', 'purged', 'sending') OR has_left, 0)
            FROM session LEFT JOIN outbox ON outbox.session = number
            WHERE pseudonym = ? AND session.state != 'open' ORDER BY number
            """,
            (code,),
        ).fetchall()
        for number, session_id, sent in found:
            with transaction(connection):
                _delete_course(connection, number)
                connection.execute("DELETE FROM outbox WHERE session = ?", (number,))
                connection.execute("DELETE FROM session WHERE number = ?", (number,))
                state = "pending" if sent else "local"
                connection.execute("INSERT INTO tombstone VALUES (?, ?, ?, NULL)", (session_id, _utc(now), state))
        entries = people.entries_of(connection, code)
        known = code in people.codes(connection)
        sessions = tuple(session_id for _, session_id, _ in found)
        if found or known:
            with transaction(connection):
                of_patient = audit.rows_of(connection, code, sessions)
                erasure = audit.erasure_rows(now, by, {"entries": entries}, of_patient, sessions)
                people.run_all(connection, [*people.erase_rows(code), *erasure])
        running = connection.execute("SELECT 1 FROM session WHERE pseudonym = ?", (code,)).fetchone() is not None
        emptied = _empty_log(connection)
    return ErasureProof(
        sessions=len(sessions),
        entries=entries,
        to_tell_the_server=sum(1 for *_, sent in found if sent),
        out_of_reach=tuple(sorted(path for pattern in ("*.broken-*", "*.before-*") for path in data.glob(pattern))),
        training_now=running,
        log_emptied=emptied,
    )


def to_seal(connection: sqlite3.Connection, *, before: datetime) -> list[int]:
    """The outbox items that have waited since before that instant and are still readable here, newest first."""
    with told("read what is to be sealed"):
        found = connection.execute(
            """
            SELECT outbox.id FROM outbox JOIN session ON session.number = outbox.session
            WHERE outbox.state NOT IN (?, ?) AND sealed IS NULL AND outbox.created <= ?
              AND substr(pseudonym, 1, ?) != ?
            ORDER BY outbox.session DESC
            """,
            (OutboxState.ACKED, OutboxState.PURGED, before.astimezone(UTC).isoformat(), len(SIMULATED), SIMULATED),
        )
        return [row[0] for row in found]


def seal(
    connection: sqlite3.Connection, item_id: int, sealed: bytes, *, sent_before: str | None, now: datetime
) -> None:
    """Keep the session as only the clinic can read it, and delete its course here, in one commit.

    `sent_before` is by what the delivery recognises what was sent of it before, if anything was.

    Raises:
        StoreError: the disk fails; then the session stays as it was.
    """
    with told("seal a session"):
        with transaction(connection):
            (number,) = connection.execute("SELECT session FROM outbox WHERE id = ?", (item_id,)).fetchone()
            connection.execute(
                "UPDATE outbox SET sealed = ?, sealed_at = ?, sent_before = ?, payload = NULL WHERE id = ?",
                (sealed, _utc(now), sent_before, item_id),
            )
            _delete_course(connection, number)
            connection.execute(*audit.row(now, audit.SYNC, What.PURGED, {"sessions": 1, "sealed": True}))
        _empty_log(connection)


def tombstones(connection: sqlite3.Connection) -> list[str]:
    """The erased sessions that the clinic's server has not been told of yet."""
    with told("read the tombstones"):
        found = connection.execute("SELECT session FROM tombstone WHERE state = 'pending' ORDER BY erased_at")
        return [row[0] for row in found]


def tombstone_told(connection: sqlite3.Connection, session_id: str, *, now: datetime) -> None:
    """The server knows of this erasure."""
    with told("write a tombstone"), transaction(connection):
        told_at = (_utc(now), session_id)
        connection.execute("UPDATE tombstone SET state = 'told', told_at = ? WHERE session = ?", told_at)


def old_copies(data: Path, *, now: datetime, keep_days: int) -> list[Path]:
    """Copies made before an update that are older than so many days: they hold what has been deleted since."""
    before = now.timestamp() - 86400 * keep_days
    return [path for path in data.glob("*.before-version-*") if path.stat().st_mtime < before]


def _delete_course(connection: sqlite3.Connection, number: int) -> None:
    for table in _DETAILS:
        connection.execute(f"DELETE FROM {table} WHERE session = ?", (number,))  # noqa: S608  # our own names


def _empty_log(connection: sqlite3.Connection) -> bool:
    """Whether nothing is left in the write-ahead log; beside a running session it may do only a part."""
    busy, *_ = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    return not busy


def _utc(when: datetime) -> str:
    return when.astimezone(UTC).isoformat(timespec="milliseconds")
