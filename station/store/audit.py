"""The audit: who did what, when and for which code, in a chain of hashes that shows what was changed or taken away.

Each row's hash is made from the row and the hash before it. What a row tells of a patient (`facts`) is in the chain as
its salted SHA-256 only, so that it can be erased with the patient and the chain still holds.
"""

import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from secrets import token_hex
from typing import Any

import msgspec

from station.errors import StoreChanged
from station.store.database import CHANGED, told
from station.store.rows import Statement, to_json

STATION, COMMAND_LINE, SYNC = "station", "command line", "sync"
"""Who does what no therapist does; a therapist's sign is never one of these (they are too long, or have a blank)."""


class What(StrEnum):
    """What can be told."""

    LOGIN = "login"
    WRONG_PIN = "wrong_pin"
    LOCK = "lock"
    THERAPIST = "therapist"
    """One was added or removed, or got a new PIN."""
    VIEW = "view"
    PATIENT = "patient"
    """One was made."""
    CHANGE = "change"
    SESSION_STARTED = "session_started"
    SESSION_ENDED = "session_ended"
    SECONDS_MISSING = "seconds_missing"
    """Seconds that had been told to be safe are not in the store."""
    EXPORT = "export"
    ERASED = "erased"
    PURGED = "purged"
    SYNC = "sync"
    UPDATE = "update"
    """Another version of the software began to use the store."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One row of the audit."""

    n: int
    at: datetime
    who: str
    what: str
    facts: Mapping[str, Any] | None
    """None when they were erased with the patient they told of."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What the chain proves."""

    rows: int
    erased: int
    """Rows whose facts went with a patient."""
    faults: tuple[str, ...]
    """A sentence each; empty when nothing was changed or taken away."""
    head: str
    """The newest hash: the same as the one the clinic's server was sent, or later."""


_APPEND = """
    INSERT INTO audit (n, at, who, what, facts, commitment, hash)
    WITH told (at, who, what, facts) AS (VALUES (?, ?, ?, ?)),
         newest (n, hash) AS (
             SELECT COALESCE(max(n), 0), COALESCE((SELECT hash FROM audit ORDER BY n DESC LIMIT 1), '') FROM audit
         )
    SELECT newest.n + 1, at, who, what, facts, sha256(facts),
           sha256(json_array(newest.n + 1, at, who, what, sha256(facts), newest.hash))
    FROM told, newest
"""


def row(at: datetime, who: str, what: What, facts: Mapping[str, object]) -> Statement:
    """The statement that adds a row; it belongs in the transaction of what it tells of."""
    when = at.astimezone(UTC).isoformat(timespec="milliseconds")
    return Statement(_APPEND, (when, who, what, to_json({**facts, "salt": token_hex(16)})))


def lines(
    connection: sqlite3.Connection, *, most: int | None = None, after: int = 0, code: str | None = None
) -> Iterator[Line]:
    """The rows, newest first; those after the row number `after`, or of one patient.

    Raises:
        StoreError: the audit cannot be read.
    """
    with told("read the audit"):
        found = connection.execute(
            "SELECT n, at, who, what, facts FROM audit "
            "WHERE n > ? AND (? IS NULL OR json_extract(facts, '$.code') = ?) ORDER BY n DESC LIMIT ?",
            (after, code, code, most or -1),
        ).fetchall()
    for stored in found:
        try:
            n, at, who, what, facts = msgspec.convert(stored, _Stored)
            yield Line(n=n, at=at, who=who, what=what, facts=_facts(facts))
        except msgspec.DecodeError as error:
            message = f"row {stored[0]} of the audit cannot be read. {CHANGED}"
            raise StoreChanged(message) from error


def verify(connection: sqlite3.Connection) -> Verdict:
    """Whether every row is as it was written, and none is missing between the first and the newest.

    That rows at the end were not cut off only the server's copy can tell: compare `head`.

    Raises:
        StoreError: the audit cannot be read.
    """
    try:
        found, sessions, people = _chain(connection)
    except StoreChanged as error:
        return Verdict(rows=0, erased=0, faults=(str(error),), head="")
    erased = {n for _, facts, what, holds, *_ in found if what == What.ERASED and holds for n in _named(facts)}
    faults = []
    if not found and (sessions or people):
        faults.append(f"all rows were taken away: there is none (sessions here: {sessions}, patients: {people})")
    for expected, (n, facts, _, facts_hold, links, _) in enumerate(found, start=1):
        if n != expected:
            faults.append(f"row {expected} is missing")
            break
        if not links:
            faults.append(f"row {n} was changed, or the one before it is not the one that was there")
        if not facts_hold:
            faults.append(f"the facts of row {n} were changed")
        if facts is None and n not in erased:
            faults.append(f"the facts of row {n} are gone, and no erasure names it")
    return Verdict(
        rows=len(found),
        erased=sum(1 for _, facts, *_ in found if facts is None),
        faults=tuple(faults),
        head=found[-1][-1] if found else "",
    )


def _chain(connection: sqlite3.Connection) -> tuple[list[tuple[Any, ...]], int, int]:
    """Each row with what it proves, and how many sessions and patients there are to be told of."""
    with told("read the audit"):
        found = connection.execute(
            """
            SELECT n, facts, what,
                   facts IS NULL OR sha256(facts) = commitment,
                   sha256(json_array(n, at, who, what, commitment, lag(hash, 1, '') OVER (ORDER BY n))) = hash,
                   hash
            FROM audit ORDER BY n
            """
        ).fetchall()
        counts = "SELECT (SELECT count(*) FROM session), (SELECT count(*) FROM person)"
        sessions, people = connection.execute(counts).fetchone()
    return found, sessions, people


def knows(connection: sqlite3.Connection, head: str) -> bool:
    """Whether a row of the chain has this hash."""
    with told("read the audit"):
        return connection.execute("SELECT 1 FROM audit WHERE hash = ?", (head,)).fetchone() is not None


def rows_of(connection: sqlite3.Connection, code: str, sessions: Sequence[str]) -> tuple[int, ...]:
    """The numbers of the rows that tell of a patient, or of one of these sessions; in the erasure's transaction."""
    found = connection.execute(
        "SELECT n FROM audit WHERE facts IS NOT NULL AND what != ? AND (json_extract(facts, '$.code') = ? "
        "OR json_extract(facts, '$.session') IN (SELECT value FROM json_each(?))) ORDER BY n",
        (What.ERASED, code, to_json(list(sessions))),
    )
    return tuple(n for (n,) in found)


def erasure_rows(
    at: datetime, who: str, facts: Mapping[str, object], of_patient: Sequence[int], sessions: Sequence[str]
) -> list[Statement]:
    """The statements that note an erasure, and delete what these rows tell of the patient.

    The erasure names the rows it takes, within the chain: a row that was emptied by hand has no erasure to hide behind.
    """
    return [
        row(at, who, What.ERASED, {**facts, "sessions": list(sessions), "rows": list(of_patient)}),
        Statement(
            "UPDATE audit SET facts = NULL, erased_by = (SELECT max(n) FROM audit) "
            "WHERE n IN (SELECT value FROM json_each(?))",
            (to_json(list(of_patient)),),
        ),
    ]


def _named(erasure: str | None) -> Sequence[int]:
    """The rows that an erasure's facts name; none when they cannot be read: the chain tells of that."""
    try:
        return msgspec.json.decode(erasure or "{}", type=_Erasure).rows
    except msgspec.DecodeError:
        return ()


_Stored = tuple[int, datetime, str, str, str | None]


class _Erasure(msgspec.Struct):
    rows: list[int] = []


def _facts(text: str | None) -> dict[str, Any] | None:
    if text is None:
        return None
    facts = msgspec.json.decode(text, type=dict[str, Any])
    facts.pop("salt", None)
    return facts
