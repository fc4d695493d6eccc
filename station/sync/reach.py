"""Whether the clinic's server can be reached, and takes this station for who it is: a question that changes nothing."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from pathlib import Path
from uuid import uuid4

from station.clock import RealClock
from station.settings import SyncTable
from station.sync.archive import answered
from station.sync.setup import endpoint
from station.sync.transport import Endpoint, Reply, Trouble
from station.sync.verdict import Kind, Meaning, Verdict, intercepted, of_capabilities

_NO_LIST = frozenset({403, 405})
"""An archive that shows nobody what it has; that it takes files only a file would show."""
_UNPROVEN = (
    "the server wants to know who asks, and [sync] has nothing that proves it: set client_id, token_file or certificate"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reach:
    """What came of it; `trouble` where there was no answer."""

    base: str
    verdict: Verdict
    """ACKED: it is the server, and has nothing against this station."""
    ahead_s: float | None = None
    """How far this machine's clock is ahead of the server's; None when the server does not say."""
    trouble: Trouble | None = None


def reach(settings: SyncTable, data: Path) -> Reach:
    """Ask the server once, and judge its answer as the sync would.

    Raises:
        SettingsError: the settings name no server, or files that cannot be used.
    """
    server = endpoint(settings, data, now_s=RealClock().now_s)
    before = datetime.now(UTC)
    is_archive = settings.kind == "archive"
    answer = server.ask("GET", server.base + ("/" if is_archive else "/metadata"))
    verdict = _of_archive(server, answer) if is_archive else of_capabilities(answer)
    if verdict.kind is Kind.AUTH and not (settings.client_id or settings.token_file or settings.certificate):
        verdict = replace(verdict, sentence=f"{_UNPROVEN} (status {verdict.status})")
    if isinstance(answer, Reply):
        return Reach(base=server.base, verdict=verdict, ahead_s=_ahead_s(answer.date, before))
    return Reach(base=server.base, verdict=verdict, trouble=answer)


def _of_archive(server: Endpoint, answer: Reply | Trouble) -> Verdict:
    there = Verdict(meaning=Meaning.ACKED, kind=Kind.ACK, sentence="there is an archive")
    match answer:
        case Reply(status=200, content_type=kind) if kind.startswith("text/"):
            # Its list of files, or a login page, which has an answer to everything.
            never_put = server.ask("HEAD", f"{server.base}/{uuid4()}.zip")
            has_all = isinstance(never_put, Reply) and never_put.status == answer.status
            return intercepted(answer) if has_all else there
        case Reply(status=status) if status // 100 == 2 or status in _NO_LIST:  # noqa: PLR2004
            return there
        case _:
            return answered(answer)


def _ahead_s(date: str, before: datetime) -> float | None:
    try:
        theirs = parsedate_to_datetime(date)
    except ValueError:
        return None
    middle = before + (datetime.now(UTC) - before) / 2
    # The header has whole seconds, cut off.
    return (middle - theirs).total_seconds() - 0.5
