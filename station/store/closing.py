"""How a session ends in the store: closed and put into the outbox in one transaction, or neither."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

from station.ports import SessionState
from station.store import audit
from station.store.audit import What
from station.store.boot import ClockQuality, boot_id
from station.store.rows import Statement, to_json

CLINIC = "clinic"
"""The one place sessions are sent to; where it is, the sync process is told."""

_CLOSE = "UPDATE session SET state = ?, closed_at = ?, summary = ?, learnt = ? WHERE id = ? AND state = 'open'"
_INTO_OUTBOX = """
    INSERT INTO outbox (session, target, state, created, has_left)
    SELECT number, ?, 'pending', ?, 0 FROM session WHERE id = ? AND state IN ('closed', 'recovered')
    ON CONFLICT DO NOTHING
"""


_CORRECT = "UPDATE session SET start_wall = ?, clock_quality = ? WHERE id = ? AND clock_quality = ? AND boot_id = ?"


def correction_rows(session_id: str, *, wall: datetime, lasted_s: float, quality: ClockQuality) -> list[Statement]:
    """The statements that set the session's wall times right, when the clock has been set since it began.

    `lasted_s` are the seconds of the readings' clock from the session's start to the instant `wall`.
    """
    if quality is not ClockQuality.SYNCED:
        return []
    began = (wall - timedelta(seconds=lasted_s)).isoformat()
    values = (began, ClockQuality.CORRECTED, session_id, ClockQuality.UNSYNCED, boot_id())
    return [Statement(_CORRECT, values)]


def closing_rows(  # noqa: PLR0913  # what a session ends with
    session_id: str,
    code: str,
    state: SessionState,
    *,
    wall: datetime,
    summary: Mapping[str, object] | None,
    learnt: Mapping[str, object] | None = None,
) -> list[Statement]:
    """The statements that end the session; they belong in one transaction."""
    when = wall.astimezone(UTC).isoformat()
    summed_up, kept = (None if known is None else to_json(known) for known in (summary, learnt))
    facts = {"code": code, "session": session_id, "state": state, "ended_by": (summary or {}).get("ended_by")}
    return [
        Statement(_CLOSE, (state, when, summed_up, kept, session_id)),
        Statement(_INTO_OUTBOX, (CLINIC, when, session_id)),
        audit.row(wall, audit.STATION, What.SESSION_ENDED, facts),
    ]
