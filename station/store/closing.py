"""How a session ends in the store: closed and put into the outbox in one transaction, or neither."""

from collections.abc import Mapping
from datetime import UTC, datetime

from station.ports import SessionState
from station.store.rows import Statement, to_json

CLINIC = "clinic"
"""The one place sessions are sent to; where it is, the sync process is told."""

_CLOSE = "UPDATE session SET state = ?, closed_at = ?, summary = ?, learnt = ? WHERE id = ? AND state = 'open'"
_INTO_OUTBOX = """
    INSERT INTO outbox (session, target, state, created)
    SELECT number, ?, 'pending', ? FROM session WHERE id = ? AND state IN ('closed', 'recovered')
    ON CONFLICT DO NOTHING
"""


def closing_rows(
    session_id: str,
    state: SessionState,
    *,
    wall: datetime,
    summary: Mapping[str, object] | None,
    learnt: Mapping[str, object] | None = None,
) -> list[Statement]:
    """The statements that end the session; they belong in one transaction."""
    when = wall.astimezone(UTC).isoformat()
    summed_up, kept = (None if facts is None else to_json(facts) for facts in (summary, learnt))
    return [
        Statement(_CLOSE, (state, when, summed_up, kept, session_id)),
        Statement(_INTO_OUTBOX, (CLINIC, when, session_id)),
    ]
