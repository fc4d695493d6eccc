"""Empties the outbox: one session at a time, newest first, each exactly once on the server.

What has been decided is committed before the next byte leaves, so that a killed worker starts where it was: a
session found half-sent is looked for on the server before it is sent again. How sessions travel is `delivery`'s.
"""

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit

import msgspec

from station.errors import SettingsError, StoreError
from station.store import outbox
from station.store.database import Lock
from station.store.outbox import Attempt, Item, OutboxState
from station.store.rows import to_json
from station.store.sessions import Store
from station.sync.delivery import Delivery, Told, Trace
from station.sync.transport import Fault, Reply, Trouble
from station.sync.verdict import Kind, Meaning, Verdict, decoded

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
    due: int = 0
    """Those of them that could be tried at once."""

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
    delivery: Delivery,
    *,
    even_if_waiting: bool = False,
    most: int | None = None,
    now: Callable[[], datetime] = _utc_now,
    jitter: Jitter = _full_jitter,
) -> SyncReport:
    """Try each session in the outbox of the folder `data` that is due, at most so many of them, once.

    With `even_if_waiting`, those that wait for a later attempt are tried too, and a server that is given a rest is
    asked: for a person who has just mended something. Trouble with the server or the network is in the report,
    never raised.

    Raises:
        StoreError: there is no store in the folder, it cannot be read, or another sync is at work on it.
    """
    with Store.at(data) as store:
        lock = Lock(data / "sync.lock", f"another sync is at work on {data}. Let it finish")
        try:
            worker = _Worker(store, delivery, now=now, jitter=jitter)
            return worker.run(even_if_waiting=even_if_waiting, most=most)
        finally:
            lock.release()


def base_address(url: str) -> str:
    """The address without a slash at its end.

    Raises:
        SettingsError: it is not the address of a web server, or it has a password in it.
    """
    try:
        parts = urlsplit(url)
        good = parts.scheme in ("http", "https") and bool(parts.hostname) and (parts.port or 1) > 0
        secret = parts.username is not None or parts.password is not None
    except ValueError:
        good = secret = False
    if secret:
        message = f"the address of {parts.hostname} has a name or password in it. Take it out, and write token_file"
        raise SettingsError(message)
    if not good or any(letter.isspace() for letter in url):
        message = f"'{url}' is not a FHIR base address. Write it like https://clinic.example/fhir"
        raise SettingsError(message)
    return url.rstrip("/")


@dataclass(slots=True)
class _Worker:
    store: Store
    delivery: Delivery
    now: Callable[[], datetime] = field(kw_only=True)
    jitter: Jitter = field(kw_only=True)

    def run(self, *, even_if_waiting: bool, most: int | None) -> SyncReport:
        connection = self.store.connection
        rest = outbox.rest(connection)
        outcomes: list[Outcome] = []
        resting = not even_if_waiting and rest.now(self.now())
        items = [] if resting else outbox.due(connection, now=self.now(), even_if_waiting=even_if_waiting)
        for item_id in items[:most]:
            item = outbox.item(connection, item_id)
            verdict, told = self._sent(item)
            outcomes.append(self._settled(item, verdict, told))
            rest = self._rest_after(rest, verdict)
            outbox.keep_rest(connection, rest)
            if _ends_the_run(verdict) or rest.faults >= FAULTS_BEFORE_REST:
                break
        return SyncReport(
            outcomes=tuple(outcomes),
            waiting=outbox.waiting(connection),
            due=0 if rest.now(self.now()) else len(items) - len(outcomes),
        )

    def _sent(self, item: Item) -> tuple[Verdict, Told]:
        try:
            header = self.store.header(item.session_id)
            # Sealed, it differs from what may lie there already: even after a plain refusal, that is looked for first.
            in_doubt = item.state is OutboxState.SENDING or item.sent_before is not None
            if in_doubt and (traces := self._traces(item)):
                found = self.delivery.looked_for(header, traces)
                if found is not None:
                    return found, None
            content, slim = self._content(item)
            verdict, told = self._given(item, content)
            if verdict.kind is Kind.SIZE and not slim:
                outbox.remember_refused_size(self.store.connection, len(content))
                verdict, told = self._given(item, self.delivery.built(self.store, item.session_id, slim=True))
        except StoreError as error:
            return Verdict(meaning=Meaning.BLOCKED, kind=Kind.CONTENT, sentence=str(error)), None
        return verdict, told

    def _traces(self, item: Item) -> tuple[Trace, ...]:
        """By what the session is recognised on the server, in each form in which it may have been sent there."""
        traces = []
        if item.content is not None and item.dialect == self.delivery.dialect:
            traces.append(self.delivery.trace(item.content))
        if item.sent_before is not None:
            traces.append(msgspec.json.decode(item.sent_before, type=Trace))
        return tuple(trace for trace in traces if trace.dialect == self.delivery.dialect)

    def _content(self, item: Item) -> tuple[bytes, bool]:
        """What to send, and whether it cannot be made slimmer."""
        if item.sealed is not None:
            header = self.store.header(item.session_id)
            kept = item.content if item.dialect == self.delivery.dialect else None
            return kept or self.delivery.sealed(header, item.sealed), True
        refused = outbox.refused_size(self.store.connection)
        content = item.content if item.dialect == self.delivery.dialect else None
        if content is None:
            content = self.delivery.built(self.store, item.session_id, slim=False)
        if refused is not None and len(content) >= refused:
            return self.delivery.built(self.store, item.session_id, slim=True), True
        return content, False

    def _given(self, item: Item, content: bytes) -> tuple[Verdict, Told]:
        sha256 = outbox.keep_content(self.store.connection, item.id, dialect=self.delivery.dialect, content=content)
        return self.delivery.send(self.store.header(item.session_id), content, key=f"{item.session_id}-{sha256}")

    def _settled(self, item: Item, verdict: Verdict, told: Told) -> Outcome:
        now = self.now()
        failed = verdict.meaning in (Meaning.LATER, Meaning.UNKNOWN)
        wait_s = self._wait_s(item, verdict)
        attempt = Attempt(
            state=_STATES[verdict.meaning],
            reply_class=verdict.kind,
            status=verdict.status,
            error=None if verdict.meaning is Meaning.ACKED else _said(verdict, told),
            not_before=None if wait_s is None else now + timedelta(seconds=wait_s),
            failed=failed,
            # What a killed worker had begun to send may have arrived, whatever came of this attempt.
            left=item.state is OutboxState.SENDING or not _stayed(told),
            ack_json=_acknowledgement(told) if verdict.meaning is Meaning.ACKED else None,
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

    def _rest_after(self, rest: outbox.Rest, verdict: Verdict) -> outbox.Rest:
        """Whether the server is to be left alone now, and until when: kept in the store, so that a restart keeps it."""
        if _ends_the_run(verdict) and verdict.kind is not Kind.WAIT:
            return outbox.Rest(until=self.now() + timedelta(seconds=verdict.wait_s or BLOCKED_WAIT_S))
        theirs = verdict.kind in (Kind.NETWORK, Kind.INTERCEPT, Kind.SERVER, Kind.WAIT, Kind.UNKNOWN)
        if not theirs or verdict.meaning is Meaning.ACKED:
            return outbox.Rest()
        faults = rest.faults + 1
        wait_s = verdict.wait_s
        if wait_s is None and faults >= FAULTS_BEFORE_REST:
            wait_s = self.jitter(min(LONGEST_WAIT_S, FIRST_WAIT_S * 2 ** min(faults - FAULTS_BEFORE_REST, 10)))
        return outbox.Rest(faults=faults, until=None if wait_s is None else self.now() + timedelta(seconds=wait_s))


def _ends_the_run(verdict: Verdict) -> bool:
    """Whether every other session would be told the same."""
    return verdict.kind in (Kind.AUTH, Kind.CONFIG, Kind.CERTIFICATE) or verdict.wait_s is not None


_STATES = {
    Meaning.ACKED: OutboxState.ACKED,
    Meaning.LATER: OutboxState.PENDING,
    Meaning.UNKNOWN: OutboxState.SENDING,
    Meaning.BLOCKED: OutboxState.BLOCKED,
    Meaning.REJECTED: OutboxState.REJECTED,
}


def _stayed(told: Told) -> bool:
    """Whether nothing at all has left the station."""
    return isinstance(told, Trouble) and told.fault in (Fault.UNREACHABLE, Fault.CERTIFICATE)


def _said(verdict: Verdict, told: Told) -> str:
    match told:
        case Reply():
            words = told.body.decode(errors="replace")
        case Trouble():
            words = told.detail
        case None:
            words = ""
    return f"{verdict.sentence}: {words}"[:LONGEST_KEPT_ANSWER]


def _acknowledgement(told: Told) -> str | None:
    answer = decoded(told) if isinstance(told, Reply) else None
    if answer is None or not isinstance(answer.get("entry"), list):
        return None
    return to_json([entry["response"] for entry in answer["entry"]])
