"""Empties the outbox: one session at a time, newest first, each exactly once on the server.

What has been decided is committed before the next byte leaves, so that a killed worker starts where it was: a
session found half-sent is looked for on the server before it is sent again.
"""

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit

from station.errors import SettingsError, StoreError
from station.store import outbox
from station.store.database import Lock
from station.store.outbox import Attempt, Item, OutboxState
from station.store.rows import to_json
from station.store.sessions import Store
from station.sync import documents
from station.sync.documents import Dialect, Naming
from station.sync.lookup import looked_for
from station.sync.transport import Endpoint, Limits, Reply, Trouble
from station.sync.verdict import Kind, Meaning, Verdict, decoded, judged

FIRST_WAIT_S = 30.0
LONGEST_WAIT_S = 3600.0
BLOCKED_WAIT_S = 3600.0
LONGEST_KEPT_ANSWER = 4000
"""Characters of an answer that are kept with the item."""
FAULTS_BEFORE_REST = 3
"""After so many sessions in a row that failed for the server's or the network's sake, the others wait."""

Jitter = Callable[[float], float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What came of one session."""

    session_id: str
    meaning: Meaning
    sentence: str

    @property
    def line(self) -> str:
        """One line of English, with no patient data in it."""
        return f"session {self.session_id[:8]}: {self.sentence}"


@dataclass(frozen=True, slots=True, kw_only=True)
class SyncReport:
    """What came of a run."""

    outcomes: tuple[Outcome, ...]
    waiting: int
    """Sessions that have not reached the server yet."""

    @property
    def sent(self) -> int:
        """Sessions that are on the server for certain since this run."""
        return sum(outcome.meaning is Meaning.ACKED for outcome in self.outcomes)

    @property
    def ok(self) -> bool:
        """Whether every session that was tried has reached the server, and none waits."""
        return self.sent == len(self.outcomes) and not self.waiting

    def lines(self) -> list[str]:
        """One line an outcome, and one for all."""
        if not self.outcomes and not self.waiting:
            return ["nothing to send"]
        return [*(outcome.line for outcome in self.outcomes), f"{self.sent} sent, {self.waiting} waiting"]


def _full_jitter(ceiling_s: float) -> float:
    return random.uniform(0, ceiling_s)  # noqa: S311  # to spread stations, not to keep secrets


def _utc_now() -> datetime:
    return datetime.now(UTC)


def sync_once(  # noqa: PLR0913  # each is a setting with a sensible default
    data: Path,
    url: str,
    *,
    token: str | None = None,
    dialect: Dialect = Dialect.PUT,
    naming: Naming | None = None,
    limits: Limits | None = None,
    even_if_waiting: bool = False,
    now: Callable[[], datetime] = _utc_now,
    jitter: Jitter = _full_jitter,
) -> SyncReport:
    """Try each session in the outbox of the folder `data` that is due, once, at the FHIR base address `url`.

    With `even_if_waiting`, those that wait for a later attempt are tried too: for a person who has just mended
    something. Trouble with the server or the network is in the report, never raised.

    Raises:
        SettingsError: `url` is not the address of a web server.
        StoreError: there is no store in the folder, it cannot be read, or another sync is at work on it.
    """
    endpoint = Endpoint(base=_base(url), token=token, limits=limits or Limits())
    with Store.at(data) as store:
        lock = Lock(data / "sync.lock", f"another sync is at work on {data}. Let it finish")
        try:
            worker = _Worker(store, endpoint, dialect=dialect, naming=naming or Naming(), now=now, jitter=jitter)
            return worker.run(even_if_waiting=even_if_waiting)
        finally:
            lock.release()


def _base(url: str) -> str:
    try:
        parts = urlsplit(url)
        good = parts.scheme in ("http", "https") and bool(parts.hostname) and (parts.port or 1) > 0
    except ValueError:
        good = False
    if not good:
        message = f"'{url}' is not a FHIR base address. Write it like https://clinic.example/fhir"
        raise SettingsError(message)
    return url.rstrip("/")


@dataclass(slots=True)
class _Rest:
    """When to leave the server alone for the rest of the run."""

    faults: int = 0
    now: bool = False

    def after(self, verdict: Verdict) -> None:
        theirs = verdict.kind in (Kind.NETWORK, Kind.INTERCEPT, Kind.SERVER, Kind.WAIT, Kind.UNKNOWN)
        self.faults = self.faults + 1 if theirs and verdict.meaning is not Meaning.ACKED else 0
        blocked_for_all = verdict.kind in (Kind.AUTH, Kind.CONFIG, Kind.CERTIFICATE)
        self.now = blocked_for_all or verdict.wait_s is not None or self.faults >= FAULTS_BEFORE_REST


@dataclass(slots=True)
class _Worker:
    store: Store
    endpoint: Endpoint
    dialect: Dialect = field(kw_only=True)
    naming: Naming = field(kw_only=True)
    now: Callable[[], datetime] = field(kw_only=True)
    jitter: Jitter = field(kw_only=True)

    def run(self, *, even_if_waiting: bool) -> SyncReport:
        outcomes = []
        rest = _Rest()
        for item_id in outbox.due(self.store.connection, now=self.now(), even_if_waiting=even_if_waiting):
            item = outbox.item(self.store.connection, item_id)
            verdict, reply = self._sent(item)
            rest.after(verdict)
            outcomes.append(self._settled(item, verdict, reply))
            if rest.now:
                break
        return SyncReport(outcomes=tuple(outcomes), waiting=outbox.waiting(self.store.connection))

    def _sent(self, item: Item) -> tuple[Verdict, Reply | Trouble | None]:
        if item.state is OutboxState.SENDING and item.content is not None:
            found = looked_for(self.endpoint, item.session_id, item.content)
            if found is not None:
                return found, None
        try:
            content = self._content(item)
        except StoreError as error:
            return Verdict(meaning=Meaning.BLOCKED, kind=Kind.CONTENT, sentence=str(error)), None
        sha256 = outbox.keep_content(self.store.connection, item.id, dialect=self.dialect, content=content)
        reply = self.endpoint.post(content, key=f"{item.session_id}-{sha256}")
        verdict = judged(reply, entries=documents.ENTRIES)
        if verdict.meaning is Meaning.UNKNOWN and isinstance(reply, Reply):
            # The server is there, but did not say whether it has the session now: ask at once.
            found = looked_for(self.endpoint, item.session_id, content)
            if found is not None and found.meaning in (Meaning.ACKED, Meaning.REJECTED):
                return found, None
        return verdict, reply

    def _content(self, item: Item) -> bytes:
        if item.content is not None and item.dialect == self.dialect:
            return item.content
        return documents.bundle(self.store, item.session_id, dialect=self.dialect, naming=self.naming)

    def _settled(self, item: Item, verdict: Verdict, reply: Reply | Trouble | None) -> Outcome:
        now = self.now()
        failed = verdict.meaning in (Meaning.LATER, Meaning.UNKNOWN)
        wait_s = self._wait_s(item, verdict)
        attempt = Attempt(
            state=_STATES[verdict.meaning],
            reply_class=verdict.kind,
            status=verdict.status,
            error=None if verdict.meaning is Meaning.ACKED else _said(verdict, reply),
            not_before=None if wait_s is None else now + timedelta(seconds=wait_s),
            failed=failed,
            ack_json=_acknowledgement(reply) if verdict.meaning is Meaning.ACKED else None,
        )
        outbox.settle(self.store.connection, item.id, attempt, now=now)
        again = "" if wait_s is None else f"; next try in {wait_s:.0f} s"
        return Outcome(session_id=item.session_id, meaning=verdict.meaning, sentence=verdict.sentence + again)

    def _wait_s(self, item: Item, verdict: Verdict) -> float | None:
        if verdict.meaning in (Meaning.ACKED, Meaning.REJECTED):
            return None
        if verdict.meaning is Meaning.BLOCKED:
            return BLOCKED_WAIT_S
        if verdict.wait_s is not None:
            return verdict.wait_s
        return self.jitter(min(LONGEST_WAIT_S, FIRST_WAIT_S * 2 ** min(item.attempts, 10)))


_STATES = {
    Meaning.ACKED: OutboxState.ACKED,
    Meaning.LATER: OutboxState.PENDING,
    Meaning.UNKNOWN: OutboxState.SENDING,
    Meaning.BLOCKED: OutboxState.BLOCKED,
    Meaning.REJECTED: OutboxState.REJECTED,
}


def _said(verdict: Verdict, reply: Reply | Trouble | None) -> str:
    match reply:
        case Reply():
            words = reply.body.decode(errors="replace")
        case Trouble():
            words = reply.detail
        case None:
            words = ""
    return f"{verdict.sentence}: {words}"[:LONGEST_KEPT_ANSWER]


def _acknowledgement(reply: Reply | Trouble | None) -> str | None:
    answer = decoded(reply) if isinstance(reply, Reply) else None
    if answer is None:
        return None
    return to_json([entry["response"] for entry in answer["entry"]])
