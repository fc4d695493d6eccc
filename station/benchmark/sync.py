"""What the sync costs: building a session's documents, draining a backlog, and what a server sees of a thousand."""

import random
import resource
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from station.benchmark.store import keep_session
from station.store.opening import open_store
from station.store.sessions import Store
from station.store.writer import SessionWriter
from station.sync.delivery import FhirDelivery
from station.sync.documents import Style, bundle
from station.sync.exports import Format, made
from station.sync.service import BETWEEN_SESSIONS_S, GENTLE_FOR_S, GENTLE_PAUSE_S, LONGEST_FIRST_WAIT_S
from station.sync.transport import Endpoint
from station.sync.whole import whole_session
from station.sync.worker import FIRST_WAIT_S, LONGEST_WAIT_S, sync_once

STATIONS, SESSIONS_A_DAY, OUTAGE_DAYS = 1000, 10, 3
BATCH = 25
LEAN = Style(attached=(Format.LOG,))


@dataclass(frozen=True, slots=True, kw_only=True)
class BuildFigures:
    """One session of 40 minutes on its way."""

    milliseconds: dict[str, float]
    bytes: dict[str, int]

    def lines(self) -> Iterator[str]:
        """The figures for people."""
        for what, took_ms in self.milliseconds.items():
            yield f"{what:<22} {took_ms:8.0f} ms {self.bytes[what] / 1000:9.1f} kB"


def build_figures(data: Path) -> BuildFigures:
    """Build each document of one whole session.

    Raises:
        StoreError: the folder cannot be used.
    """
    with open_store(data, wall=datetime.now(UTC)).store as store, SessionWriter(store.path) as writer:
        session_id = keep_session(writer)
        took, sizes = {}, {}
        for what in (*Format, "bundle, log alone", "bundle, whole"):
            begun = time.perf_counter()
            content = _built(store, session_id, what)
            took[str(what)], sizes[str(what)] = 1000 * (time.perf_counter() - begun), len(content)
    return BuildFigures(milliseconds=took, bytes=sizes)


def _built(store: Store, session_id: str, what: Format | str) -> bytes:
    if isinstance(what, Format):
        return made(store, whole_session(store, session_id), what, Style().language).content
    return bundle(store, session_id, LEAN if what == "bundle, log alone" else None)


@dataclass(frozen=True, slots=True, kw_only=True)
class DrainFigures:
    """A backlog of short sessions sent to a server."""

    sessions: int
    sent: int
    seconds: float
    memory_mb: tuple[float, ...]
    """Resident memory of this process after each batch."""

    def lines(self) -> Iterator[str]:
        """The figures for people."""
        rate = self.sent / self.seconds
        yield f"{self.sent} of {self.sessions} sessions sent in {self.seconds:.0f} s: {rate:.1f} a second"
        first, *_, last = (*self.memory_mb[:1], *self.memory_mb)
        yield (
            f"memory: {first:.0f} MB after the first {BATCH}, {last:.0f} MB after the last, "
            f"never more than {max(self.memory_mb):.0f} MB after any"
        )


def drained(data: Path, url: str, *, sessions: int, seconds_each: int = 60) -> DrainFigures:
    """Fill a store with so many short sessions and send them all to the FHIR server at `url`.

    Raises:
        StoreError: the folder cannot be used.
    """
    with open_store(data, wall=datetime.now(UTC)).store as store, SessionWriter(store.path) as writer:
        for _ in range(sessions):
            keep_session(writer, seconds=seconds_each)
    delivery = FhirDelivery(endpoint=Endpoint(base=url), wait=time.sleep, style=LEAN)
    begun = time.perf_counter()
    sent, memory_mb = 0, []
    while (report := sync_once(data, delivery, even_if_waiting=True, most=BATCH)).outcomes:
        sent += report.sent
        memory_mb.append(_memory_mb())
        if not report.sent:
            break
    return DrainFigures(
        sessions=sessions,
        sent=sent,
        seconds=time.perf_counter() - begun,
        memory_mb=tuple(memory_mb),
    )


def _memory_mb() -> float:
    """What this process has in memory now: a peak would only tell of the largest document that was ever built."""
    resident_pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return resident_pages * resource.getpagesize() / 1e6


def arrivals(seed: int = 1) -> Iterator[str]:
    """What one server sees when all stations come back from the same outage, minute by minute: a reckoning.

    Each station has backed off for three days: it probes within its longest wait, then sends one session every ten
    seconds. One that was restarted holds back at random, and for an hour sends with long pauses.
    """
    chance = random.Random(seed)  # noqa: S311  # a simulation
    each = SESSIONS_A_DAY * OUTAGE_DAYS
    minutes: Counter[int] = Counter()
    for _ in range(STATIONS):
        noticed_s = chance.uniform(0, LONGEST_WAIT_S)
        for n in range(each):
            minutes[int((noticed_s + n * (BETWEEN_SESSIONS_S + 1.0)) // 60)] += 1
    restarted: Counter[int] = Counter()
    for _ in range(STATIONS):
        at_s = first_s = chance.uniform(0, LONGEST_FIRST_WAIT_S)
        for _ in range(each):
            restarted[int(at_s // 60)] += 1
            gentle = at_s < first_s + GENTLE_FOR_S
            at_s += 1.0 + (max(BETWEEN_SESSIONS_S, chance.uniform(0, GENTLE_PAUSE_S)) if gentle else BETWEEN_SESSIONS_S)
    for what, seen in (("the server was away", minutes), ("all stations restarted", restarted)):
        yield (
            f"{what:<24} {sum(seen.values())} sessions in {max(seen) + 1} minutes; busiest minute "
            f"{max(seen.values()) / 60:.1f} a second, mean {sum(seen.values()) / 60 / (max(seen) + 1):.1f}"
        )
    longest = timedelta(seconds=LONGEST_WAIT_S)
    yield f"first wait {FIRST_WAIT_S:.0f} s, longest {longest}, one request in flight a station"
