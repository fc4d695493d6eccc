"""Whether the clinic's server can be reached at this moment: one question that changes nothing there."""

from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from pathlib import Path

from station.settings import SyncTable
from station.sync.setup import bare_endpoint
from station.sync.transport import Reply, Trouble

ASKED = {"fhir": "/metadata", "archive": "/"}
"""What every server of the kind answers to anybody: the capability statement; the archive's own folder."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reach:
    """What came of it; `trouble` where there was no answer."""

    base: str
    status: int | None = None
    ahead_s: float | None = None
    """How far this machine's clock is ahead of the server's; None when the server does not say."""
    trouble: Trouble | None = None


def reach(settings: SyncTable, data: Path) -> Reach:
    """Ask the server once.

    Raises:
        SettingsError: the settings name no server, or files that cannot be used.
    """
    endpoint = bare_endpoint(settings, data)
    before = datetime.now(UTC)
    answer = endpoint.ask("GET", endpoint.base + ASKED[settings.kind])
    if isinstance(answer, Reply):
        return Reach(base=endpoint.base, status=answer.status, ahead_s=_ahead_s(answer.date, before))
    return Reach(base=endpoint.base, trouble=answer)


def _ahead_s(date: str, before: datetime) -> float | None:
    try:
        theirs = parsedate_to_datetime(date)
    except ValueError:
        return None
    middle = before + (datetime.now(UTC) - before) / 2
    # The header has whole seconds, cut off.
    return (middle - theirs).total_seconds() - 0.5
