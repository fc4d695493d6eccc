"""The outbox: which sessions have still to reach the clinic's server, and what became of each attempt.

Only the sync process changes it; closing a session fills it (`station.store.closing`). Nothing is ever dropped
by age or by count.
"""

import gzip
import hashlib
import sqlite3
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum

import msgspec

from station.ports import SIMULATED
from station.store import audit
from station.store.database import told, transaction
from station.store.rows import to_json

TRIED_OFTEN = 5
"""A session that failed so often goes to the end of the queue, so that it cannot hold up the others."""


LONGEST_SENSIBLE_WAIT = timedelta(hours=25)
"""Whoever is told to wait longer than any server may ask was told so by a clock that was wrong."""


class OutboxState(StrEnum):
    """How it stands with a session's upload."""

    PENDING = "pending"
    SENDING = "sending"
    """Sent, outcome unknown: to be looked for on the server before it is sent again."""
    BLOCKED = "blocked"
    """Somebody must change something first: address, rights, certificate."""
    REJECTED = "rejected"
    """The server says that the content is bad; kept for ever, for staff to see."""
    ACKED = "acked"
    PURGED = "purged"


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One session in the outbox."""

    id: int
    session_id: str
    state: OutboxState
    dialect: str | None
    content: bytes | None
    """The bytes that were sent, so that a repetition is the same to the last one; None before the first attempt."""
    content_sha256: str | None
    attempts: int
    sealed: bytes | None = None
    """The session as only the clinic can read it; its course is not here any more."""
    sent_before: str | None = None
    """What the delivery knows of an earlier sending, from before the session was sealed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """What came of an attempt, as it is kept with the item."""

    state: OutboxState
    reply_class: str
    status: int | None = None
    error: str | None = None
    not_before: datetime | None = None
    failed: bool = False
    """Counts as an attempt: the waiting time grows."""
    left: bool = True
    """Whether anything of the session may have reached the server."""
    ack_json: str | None = None


def due(connection: sqlite3.Connection, *, now: datetime, even_if_waiting: bool = False) -> list[int]:
    """The items to try now: newest session first, those that failed often last.

    Simulated sessions only go when a person asks (`even_if_waiting`): a demo on a station must not end in the
    clinic's records by itself.
    """
    with told("read the outbox"):
        found = connection.execute(
            """
            SELECT outbox.id FROM outbox JOIN session ON session.number = outbox.session
            WHERE outbox.state IN ('pending', 'sending', 'blocked')
              AND (? OR ((not_before IS NULL OR not_before <= ? OR not_before > ?) AND substr(pseudonym, 1, ?) != ?))
            ORDER BY attempts >= ?, outbox.session DESC
            """,
            (
                even_if_waiting,
                _utc(now),
                _utc(now + LONGEST_SENSIBLE_WAIT),
                len(SIMULATED),
                SIMULATED,
                TRIED_OFTEN,
            ),
        )
        return [row[0] for row in found]


def waiting(connection: sqlite3.Connection) -> int:
    """How many sessions have not reached the server and are not rejected."""
    with told("read the outbox"):
        found = connection.execute("SELECT count(*) FROM outbox WHERE state IN ('pending', 'sending', 'blocked')")
        return int(found.fetchone()[0])


def item(connection: sqlite3.Connection, item_id: int) -> Item:
    """The item with its content."""
    with told("read the outbox"):
        row = connection.execute(
            """
            SELECT outbox.id, session.id, outbox.state, dialect, payload, content_sha256, attempts, sealed, sent_before
            FROM outbox JOIN session ON session.number = outbox.session WHERE outbox.id = ?
            """,
            (item_id,),
        ).fetchone()
    return Item(
        id=row[0],
        session_id=row[1],
        state=OutboxState(row[2]),
        dialect=row[3],
        content=None if row[4] is None else gzip.decompress(row[4]),
        content_sha256=row[5],
        attempts=row[6],
        sealed=row[7],
        sent_before=row[8],
    )


def keep_content(connection: sqlite3.Connection, item_id: int, *, dialect: str, content: bytes) -> str:
    """Keep what is going to be sent and mark the item as being sent, in one commit, before the first byte leaves.

    Returns the content's SHA-256.
    """
    sha256 = hashlib.sha256(content).hexdigest()
    with told("write the outbox"), transaction(connection):
        connection.execute(
            "UPDATE outbox SET state = 'sending', dialect = ?, payload = ?, content_sha256 = ? WHERE id = ?",
            (dialect, gzip.compress(content, mtime=0), sha256, item_id),
        )
    return sha256


def settle(connection: sqlite3.Connection, item_id: int, attempt: Attempt, *, now: datetime) -> None:
    """Keep what came of the attempt, in one commit. An acknowledged item lets go of its content."""
    acked = attempt.state is OutboxState.ACKED
    with told("write the outbox"), transaction(connection):
        connection.execute(
            """
            UPDATE outbox SET state = ?, attempts = attempts + ?, not_before = ?, last_class = ?, last_status = ?,
                last_error = ?, acked_at = ?, ack_json = ?, has_left = has_left OR ?,
                payload = CASE WHEN ? THEN NULL ELSE payload END, sealed = CASE WHEN ? THEN NULL ELSE sealed END
            WHERE id = ?
            """,
            (
                attempt.state,
                attempt.failed,
                None if attempt.not_before is None else _utc(attempt.not_before),
                attempt.reply_class,
                attempt.status,
                attempt.error,
                _utc(now) if acked else None,
                attempt.ack_json,
                attempt.left,
                acked,
                acked,
                item_id,
            ),
        )
        if acked:
            session_id = connection.execute(
                "SELECT session.id FROM session JOIN outbox ON outbox.session = number WHERE outbox.id = ?", (item_id,)
            ).fetchone()[0]
            connection.execute(*audit.row(now, audit.SYNC, audit.What.SYNC, {"session": session_id}))


@dataclass(frozen=True, slots=True, kw_only=True)
class Rest:
    """How many faults in a row the server has had, and until when it is left alone."""

    faults: int = 0
    until: datetime | None = None

    def now(self, now: datetime) -> bool:
        """Whether the server is to be left alone at this instant."""
        return self.until is not None and now < self.until <= now + LONGEST_SENSIBLE_WAIT


def rest(connection: sqlite3.Connection) -> Rest:
    """The rest the server is given now."""
    kept = _meta(connection, _REST)
    return Rest() if kept is None else msgspec.json.decode(kept, type=Rest)


def keep_rest(connection: sqlite3.Connection, given: Rest) -> None:
    """Keep the rest, so that a new start does not storm a server that has just had three faults."""
    _keep_meta(connection, _REST, to_json(given))


def refused_size(connection: sqlite3.Connection) -> int | None:
    """The size in bytes the server has refused; None while it has refused none."""
    kept = _meta(connection, _REFUSED_SIZE)
    return None if kept is None else int(kept)


def remember_refused_size(connection: sqlite3.Connection, size: int) -> None:
    """Remember that the server takes no content of so many bytes."""
    _keep_meta(connection, _REFUSED_SIZE, str(size))


def give_another_try(connection: sqlite3.Connection) -> int:
    """Let every rejected or blocked item be built and tried anew, now; returns how many there are.

    For staff, after the server or this software has been mended.
    """
    with told("write the outbox"), transaction(connection):
        connection.execute("DELETE FROM meta WHERE key IN (?, ?)", (_REST, _REFUSED_SIZE))
        found = connection.execute(
            "UPDATE outbox SET state = 'pending', attempts = 0, not_before = NULL, payload = NULL "
            "WHERE state IN ('blocked', 'rejected')"
        )
        return found.rowcount


ABOUT_THE_SERVER = _REST, _REFUSED_SIZE = "server_rest", "server_refused_bytes"
"""What `meta` knows of the clinic's server: nothing that was recorded here."""


def _meta(connection: sqlite3.Connection, key: str) -> str | None:
    with told("read the outbox"):
        row = connection.execute("SELECT value FROM meta WHERE key = ?", (key,)).fetchone()
    return None if row is None else str(row[0])


def _keep_meta(connection: sqlite3.Connection, key: str, value: str) -> None:
    with told("write the outbox"), transaction(connection):
        connection.execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", (key, value))


def _utc(when: datetime) -> str:
    # One form with a fixed number of digits, so that SQL can compare the text.
    return when.astimezone(UTC).isoformat(timespec="milliseconds")
