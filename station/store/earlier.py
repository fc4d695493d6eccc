"""What is known of a patient from the sessions before: the last one, those that compare, what the coach has learnt."""

from datetime import datetime
from typing import Any

import msgspec

from station.store.kept import SessionLine
from station.store.rows import Statement
from station.store.sessions import SELECT_LINES, Store, line_of


def last_of(store: Store, code: str) -> SessionLine | None:
    """The newest ended session of the patient behind this code; None when there was none."""
    found = store.all(
        f"{SELECT_LINES} WHERE pseudonym = ? AND session.state IN ('closed', 'recovered') ORDER BY number DESC LIMIT 1",
        code,
    )
    return line_of(found[0]) if found else None


def last_in_zone_s(store: Store, code: str) -> float | None:
    """Seconds in the zone in the newest ended interval session of this patient; None when there was none."""
    found = store.all(
        "SELECT json_extract(summary, '$.in_zone_s') FROM session WHERE pseudonym = ? "
        "AND state IN ('closed', 'recovered') AND json_extract(summary, '$.method') IS NULL "
        "ORDER BY number DESC LIMIT 1",
        code,
    )
    return found[0][0] if found else None


def before(store: Store, session_id: str, *, most: int) -> list[SessionLine]:
    """At most so many ended sessions of the same patient and method before this one, newest first."""
    found = store.all(
        f"{SELECT_LINES} JOIN session AS this ON this.pseudonym = session.pseudonym "
        "WHERE this.id = ? AND session.number < this.number AND session.state IN ('closed', 'recovered') "
        "AND json_extract(session.summary, '$.method') IS json_extract(this.summary, '$.method') "
        "ORDER BY session.number DESC LIMIT ?",
        session_id,
        most,
    )
    return [line_of(row) for row in found]


def strength_before(
    store: Store, session_id: str, exercise: str, *, most: int
) -> list[tuple[datetime, dict[str, Any]]]:
    """When, and what the patient's newest strength sessions with this exercise came to, this one the last."""
    found = store.all(
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


def learnt_of(store: Store, code: str, most: int = 3) -> list[dict[str, Any]]:
    """What was learnt of the patient behind this code in at most so many sessions of a kind, newest first.

    Kinds are the intervals, and each exercise of strength training.
    """
    found = store.all(
        "SELECT learnt FROM (SELECT number, learnt, row_number() OVER (PARTITION BY json_extract(learnt, '$.kind'),"
        " json_extract(learnt, '$.exercise') ORDER BY number DESC) AS age FROM session"
        " WHERE pseudonym = ? AND learnt IS NOT NULL) WHERE age <= ? ORDER BY number DESC",
        code,
        most,
    )
    return [msgspec.json.decode(learnt, type=dict[str, Any]) for (learnt,) in found]


def forget_row(code: str) -> Statement:
    """The statement that deletes what was learnt of the patient: the next session begins as with a stranger.

    What earlier sessions began with stays with them, because without it they could not be folded again.
    """
    return Statement("UPDATE session SET learnt = NULL WHERE pseudonym = ?", (code,))
