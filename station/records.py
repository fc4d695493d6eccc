"""The station's records as the commands use them: where they lie, how they are opened, and what a session came to.

Opening mends: a damaged file is moved aside and kept, a session that was cut short is taken up again or closed.
"""

import math
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import reduce
from pathlib import Path
from typing import Any

import msgspec
from rich.console import Console

from station.clock import RealClock
from station.coach.coaching import Coaching, Lesson, after, begin, learnt, lessons_in, outcome
from station.curve import Curve, traced
from station.errors import StoreError
from station.staff.mode import Mode, seen
from station.store import earlier
from station.store.boot import boot_id
from station.store.database import FILE_NAME
from station.store.kept import Conclusion, StoredSecond, Unfinished
from station.store.opening import open_store
from station.store.sessions import Store
from station.store.unfinished import left_open, recover
from station.store.writer import COMMIT_EVERY_S, SessionWriter
from station.training.patient import Patient
from station.training.reading import Reading


def data_folder() -> Path:
    """Where sessions are kept when nobody says otherwise: the user's own data folder."""
    base = os.environ.get("XDG_DATA_HOME") or str(Path.home() / ".local" / "share")
    return Path(base) / "motbakke"


def folded(patient: Patient, readings: Sequence[Reading], prior: Sequence[Mapping[str, object]] = ()) -> Coaching:
    """A recorded session, folded again through the core; `prior` is what was known of the patient at its start."""
    return reduce(after, readings, begin(patient, lessons_in(prior)))


def taken_up(unfinished: Unfinished) -> tuple[Coaching, Curve]:
    """A session that a restart broke off, as the core knew it, and the heart's curve so far."""
    coaching: Coaching = begin(unfinished.plan, lessons_in(unfinished.prior))
    curve: Curve = ()
    for reading in unfinished.readings:
        coaching = after(coaching, reading)
        curve = traced(curve, coaching, reading)
    return coaching, curve


def concluded(patient: Patient, readings: Sequence[Reading], prior: Sequence[Mapping[str, object]]) -> Conclusion:
    """What a session that was cut short came to and what it has taught, as it is stored."""
    coaching = folded(patient, readings, prior)
    memory = learnt(coaching)
    return Conclusion(summary=_came_to(coaching), learnt=None if memory is None else memory.to_dict())


def _came_to(coaching: Coaching) -> dict[str, object]:
    return dict(msgspec.to_builtins(outcome(coaching)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Records:
    """The open store, its writer, and the session that waits to be taken up again."""

    store: Store
    writer: SessionWriter
    unfinished: Unfinished | None
    silent_s: float
    """Real seconds from the last write to the opening."""

    def last_in_zone_s(self, code: str) -> float | None:
        """Seconds in the zone in this patient's last interval session, None when there was none."""
        return earlier.last_in_zone_s(self.store, code)

    def memories(self, code: str) -> tuple[Lesson, ...]:
        """What this patient's earlier sessions have taught, newest first."""
        return lessons_in(earlier.learnt_of(self.store, code))

    def is_sent(self, code: str) -> bool:
        """Whether the clinic's server has acknowledged this patient's last session."""
        last = earlier.last_of(self.store, code)
        return last is not None and last.sent


@contextmanager
def records(
    data: Path,
    *,
    resumes: Callable[[str], bool],
    console: Console,
    age_s: Callable[[float], float] | None = None,
    commit_every_s: float = COMMIT_EVERY_S,
) -> Iterator[Records]:
    """The store in this folder, opened, mended and with a writer; closed again in the end.

    A session that was broken off less than a minute ago, of a code that this run `resumes`, waits in `unfinished`;
    all others that were left open are closed and kept. `age_s` says how many seconds ago a reading with this `at_s`
    was; without it, the file's own time tells how long ago the newest was.
    """
    wall = RealClock().wall()
    silent_s = _seconds_since_written(data, wall)
    opened = open_store(data, wall=wall)
    with opened.store as store:
        if opened.moved_aside:
            console.print(f"The store was damaged. It is kept as {opened.moved_aside}; a new one was begun.")
            console.print(
                "Patients, therapists and PINs of before are in that file; `motbakke doctor` says what to do."
            )
        if opened.missing:
            console.print(f"{opened.missing.sentence}.")
        unfinished = left_open(store, age_s=age_s or (lambda _at_s: silent_s), boot_id=boot_id())
        if unfinished and not resumes(unfinished.code):
            unfinished = None
        for closed in recover(store, wall=wall, conclude=concluded, but=unfinished, age_s=age_s):
            console.print(f"Session {closed[:8]} had been cut short; it is closed and kept.")
        if unfinished:
            console.print(f"Session {unfinished.id[:8]} was cut short a moment ago; it goes on, gently.")
        with SessionWriter(store.path, commit_every_s=commit_every_s) as writer:
            if unfinished:
                writer.resume(unfinished)
            yield Records(store=store, writer=writer, unfinished=unfinished, silent_s=silent_s)


def _seconds_since_written(data: Path, wall: datetime) -> float:
    written = [path.stat().st_mtime for path in data.glob(f"{FILE_NAME}*")]
    return wall.timestamp() - max(written) if written else math.inf


@dataclass(frozen=True, slots=True, kw_only=True)
class FoldedAgain:
    """A stored session, folded once more from its readings."""

    seconds: int
    difference: str | None
    """Where phase, interval, zone, cue or standing advice first differ from what was stored; None: nowhere."""
    came_to: dict[str, object]


def folded_again(store: Store, session_id: str) -> FoldedAgain:
    """Fold the session's readings again, and compare second by second with what was stored.

    Raises:
        StoreError: there is no such session, or its seconds are not here any more.
    """
    told = {advice.at_s: advice.advice for advice in store.advices(session_id)}
    coaching, standing = begin(store.plan(session_id), lessons_in(store.prior_of(session_id))), None
    difference, seconds, mode = None, 0, store.header(session_id).mode
    for second in store.seconds(session_id):
        coaching = after(coaching, second.reading)
        standing = told.get(second.reading.at_s, standing)
        difference = difference or _difference(second, standing, coaching, mode)
        seconds += 1
    if not seconds and store.summary(session_id) is not None:
        message = f"the seconds of {session_id} are not here any more: the clinic has them, or its key opens them"
        raise StoreError(message)
    return FoldedAgain(seconds=seconds, difference=difference, came_to=_came_to(coaching))


def _difference(second: StoredSecond, standing: Mapping[str, Any] | None, coaching: Coaching, mode: Mode) -> str | None:
    stored = (second.phase, second.interval, second.zone_state, second.cue, _load(standing))
    advice, cue = coaching.advice, seen(mode, coaching, second.reading)[1]
    load = None if advice is None else (advice.incline_percent, advice.speed_kmh)
    now = (coaching.session.phase, coaching.session.interval, coaching.zone_state, cue, load)
    return None if stored == now else f"at {second.reading.at_s:.0f} s: stored {stored}, folded {now}"


def _load(advice: Mapping[str, Any] | None) -> tuple[float | None, float | None] | None:
    return None if advice is None else (advice["incline_percent"], advice["speed_kmh"])
