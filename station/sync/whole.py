"""A stored session read once, whole: what every document about it is made from."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby, pairwise
from typing import Any

from station.errors import StoreError
from station.store.earlier import before, strength_before
from station.store.kept import Header, SessionLine, StoredAdvice, StoredEvent, StoredSecond
from station.store.sessions import Store
from station.sync.figures import SessionFigures, figures
from station.sync.lifted import Earlier, LiftedFigures, earlier, lifted
from station.training.prescription import TRAINING

EARLIER_SHOWN = 5
AWAY_FROM_S = 2.5
"""A second is stored each second; further apart, the station was away (a restart)."""
COURSE_SHOWN = 60
"""Strength sessions in the course of load and 1RM: twenty weeks of three."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Lap:
    """Consecutive seconds of one phase of one interval."""

    phase: str
    interval: int
    seconds: tuple[StoredSecond, ...]
    end_at_s: float
    """When the next lap begins; for the last one, its last second."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Away:
    """A stretch without a stored second: from the last one before it to the first one after."""

    phase: str
    interval: int
    from_s: float
    until_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class WholeSession:
    """Everything the store knows of a session, and what it came to."""

    header: Header
    seconds: tuple[StoredSecond, ...]
    advices: tuple[StoredAdvice, ...]
    events: tuple[StoredEvent, ...]
    summary: dict[str, Any] | None
    figures: SessionFigures
    earlier: tuple[SessionLine, ...]
    """The same patient's sessions of the same method before this one, newest first."""
    prior: tuple[dict[str, Any], ...] = ()
    """What was known of the patient when the session began: without it the session cannot be folded."""
    lifted: LiftedFigures | None = None
    """The sets of a strength session; None for one on the treadmill."""
    strength_course: tuple[Earlier, ...] = ()
    """The same patient's sessions with this exercise, oldest first, this one the last."""

    def wall(self, at_s: float) -> datetime:
        """The date and time of an instant of the readings' clock, as far as the station's clock was right."""
        return self.header.start_wall + timedelta(seconds=at_s - self.header.started_at_s)

    def away(self) -> Iterator[Away]:
        """Where the station stored nothing, with the phase in which it went away."""
        for last, after in pairwise(self.seconds):
            from_s, until_s = last.reading.at_s, after.reading.at_s
            if last.phase in TRAINING and until_s - from_s > AWAY_FROM_S:
                yield Away(phase=last.phase, interval=last.interval, from_s=from_s, until_s=until_s)

    def laps(self) -> Iterator[Lap]:
        """The session cut where the phase changes; a second before the first phase or after the last is theirs."""
        timed = [n for n, second in enumerate(self.seconds) if second.phase in TRAINING]
        running = self.seconds[timed[0] : timed[-1] + 1] if timed else self.seconds
        cut = [list(group) for _, group in groupby(running, key=lambda second: (second.phase, second.interval))]
        phases = [(seconds[0].phase, seconds[0].interval) for seconds in cut]
        if timed:
            cut[0] = [*self.seconds[: timed[0]], *cut[0]]
            cut[-1] += self.seconds[timed[-1] + 1 :]
        ends_s = [*(seconds[0].reading.at_s for seconds in cut[1:]), self.seconds[-1].reading.at_s]
        for (phase, interval), seconds, end_at_s in zip(phases, cut, ends_s, strict=True):
            yield Lap(phase=phase, interval=interval, seconds=tuple(seconds), end_at_s=end_at_s)


def whole_session(store: Store, session_id: str) -> WholeSession:
    """Read the session.

    Raises:
        StoreError: it is not there, it has no seconds, or its plan cannot be read.
    """
    header = store.header(session_id)
    seconds = tuple(store.seconds(session_id))
    if not seconds and store.sealed(session_id) is not None:
        message = (
            f"session {session_id} is sealed: only the clinic's key opens it. `motbakke export` hands out the file"
        )
        raise StoreError(message)
    if not seconds:
        message = (
            f"session {session_id} has no seconds here: nobody trained, or the clinic has them and they were deleted"
        )
        raise StoreError(message)
    prior = store.prior_of(session_id)
    sets = lifted(header.plan, seconds, prior)
    course = [] if sets is None else strength_before(store, session_id, sets.strength.exercise, most=COURSE_SHOWN)
    return WholeSession(
        header=header,
        seconds=seconds,
        advices=tuple(store.advices(session_id)),
        events=tuple(store.events(session_id)),
        summary=store.summary(session_id),
        figures=figures(header.plan, seconds),
        earlier=tuple(before(store, session_id, most=EARLIER_SHOWN)),
        prior=prior,
        lifted=sets,
        strength_course=tuple(earlier(on, summary) for on, summary in course),
    )
