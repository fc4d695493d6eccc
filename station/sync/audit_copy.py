"""The audit's way to the clinic: in batches of rows as they are chained, each exactly once, beside the sessions.

A batch is fixed before its first byte leaves, and has an identifier of its own: whatever answer is lost, the next try
is of the same rows. What was erased with a patient since then is erased in it, too.
"""

import gzip
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

import msgspec

from station.store import audit
from station.store.database import told, transaction
from station.store.rows import to_json
from station.store.sessions import Store
from station.sync.delivery import Delivery
from station.sync.verdict import Meaning

MOST_ROWS = 500
WAITS_FOR_MORE = timedelta(hours=1)
"""A clinic does not want a document for every login."""
_KEY = "audit_sent"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """How far the server has the audit, and which batch is on its way."""

    to: int = 0
    """The number of the newest row that was acknowledged."""
    trying_to: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """Some rows, as they are sent."""

    station_id: str
    first: int
    last: int
    began: datetime
    head: str
    """The hash of the last row: `motbakke audit verify --head` must find it in the chain."""
    content: bytes
    """One JSON object a row, compressed."""

    @property
    def part(self) -> str:
        """What this batch is called among the station's parts."""
        return f"audit-{self.first:08}-{self.last:08}"


def copied(store: Store, delivery: Delivery, *, now: datetime, at_once: bool = False) -> Iterator[str]:
    """Send the rows the server does not have yet; a line for staff about each batch, and none when nothing was due.

    Without `at_once`, a few fresh rows wait for more.

    Raises:
        StoreError: the store cannot be read or written.
    """
    while (batch := _due(store, now, at_once=at_once)) is not None:
        verdict = delivery.send_audit(batch)
        yield f"audit rows {batch.first} to {batch.last}: {verdict.sentence}"
        if verdict.meaning is not Meaning.ACKED:
            return
        _keep(store, Sent(to=batch.last))


def waiting(store: Store) -> int:
    """How many rows the server does not have yet."""
    newest = next(audit.lines(store.connection, most=1), None)
    return 0 if newest is None else newest.n - _sent(store).to


def _due(store: Store, now: datetime, *, at_once: bool) -> Batch | None:
    sent = _sent(store)
    if sent.trying_to is None:
        with told("read the audit"):
            count, oldest, last = store.connection.execute(
                "SELECT count(*), min(at), max(n) FROM (SELECT n, at FROM audit WHERE n > ? ORDER BY n LIMIT ?)",
                (sent.to, MOST_ROWS),
            ).fetchone()
        fresh = count < MOST_ROWS and oldest is not None and now - datetime.fromisoformat(oldest) < WAITS_FOR_MORE
        if not count or (fresh and not at_once):
            return None
        sent = Sent(to=sent.to, trying_to=last)
        _keep(store, sent)
    return _batch(store, sent.to + 1, sent.trying_to or sent.to)


def _batch(store: Store, first: int, last: int) -> Batch:
    with told("read the audit"):
        rows = store.connection.execute(
            "SELECT n, at, who, what, facts, commitment, hash, erased_by FROM audit WHERE n BETWEEN ? AND ? ORDER BY n",
            (first, last),
        ).fetchall()
    names = ("n", "at", "who", "what", "facts", "commitment", "hash", "erased_by")
    lines = b"".join(msgspec.json.encode(dict(zip(names, row, strict=True))) + b"\n" for row in rows)
    return Batch(
        station_id=store.station_id,
        first=first,
        last=last,
        began=datetime.fromisoformat(rows[0][1]),
        head=rows[-1][6],
        content=gzip.compress(lines, mtime=0),
    )


def _sent(store: Store) -> Sent:
    with told("read how far the audit was sent"):
        kept = store.connection.execute("SELECT value FROM meta WHERE key = ?", (_KEY,)).fetchone()
    return Sent() if kept is None else msgspec.json.decode(kept[0], type=Sent)


def _keep(store: Store, sent: Sent) -> None:
    with told("keep how far the audit was sent"), transaction(store.connection):
        store.connection.execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", (_KEY, to_json(sent)))
