"""What a patient's sessions came to, read from the store for the therapist's pages: a line each, and one whole.

Responsible for reckoning what became of each advice; where the coach expected the heart is `expected`'s, how it looks
the pages'.
"""

from collections.abc import Iterator, Sequence
from itertools import pairwise
from statistics import fmean

from station.coach.coaching import lessons_in
from station.coach.estimator import FALL_RATIOS, RISES_S
from station.coach.memory import Memory
from station.errors import StoreError
from station.expected import expected
from station.office.known import Lap, Learnt, OneRmFound, Past, Told, Whole
from station.ports import SessionState
from station.store import earlier
from station.store.kept import SessionLine, StoredAdvice
from station.store.sessions import Store
from station.sync.how import start
from station.sync.whole import WholeSession, whole_session
from station.training.prescription import Method, Phase
from station.training.strength import Exercise

MOST_PASTS = 24
"""Eight weeks of three sessions a week: the length of the trials (Helgerud 2007, Flemmen 2014)."""
POINT_EACH_S = 5.0
WITHIN_PERCENT = 0.26
"""An incline so near what was advised has been set: half a step of a half-percent treadmill."""
FOLLOWED_WITHIN_S = 60.0
RECOVERY_S = 60.0
FRESH_S = 5.0
"""A heart rate older than this is none."""
ML_PER_PERCENT = 1.8 * 5.0 / 0.06 * 0.01
"""Oxygen for one percent of incline at 5 km/h, mL/kg/min: ACSM's walking equation, 1.8 x speed (m/min) x grade."""


def pasts(store: Store, code: str, most: int = MOST_PASTS) -> tuple[Past, ...]:
    """The patient's ended sessions, newest first.

    Raises:
        StoreError: the store cannot be read.
    """
    return tuple(_past(store, line) for line in _lines(store, code)[:most])


def ended(store: Store, code: str) -> list[str]:
    """The ids of all the patient's ended sessions, newest first.

    Raises:
        StoreError: the store cannot be read.
    """
    return [line.id for line in _lines(store, code)]


def _lines(store: Store, code: str) -> list[SessionLine]:
    of_patient = (line for line in store.sessions() if line.code == code)
    return [line for line in of_patient if line.state in {SessionState.CLOSED, SessionState.RECOVERED}]


def _past(store: Store, line: SessionLine) -> Past:
    summary = store.summary(line.id) or {}
    intervals = summary.get("intervals") or ()
    planned = int(summary.get("planned_intervals") or 0)
    return Past(
        id=line.id,
        started=line.started.astimezone(),
        in_zone_s=line.in_zone_s,
        planned_s=planned * float(summary.get("planned_interval_s") or 0.0),
        intervals_in_zone_s=tuple(float(interval["in_zone_s"]) for interval in intervals),
        planned_intervals=planned,
        efforts_borg=_efforts(store, line.id, len(intervals)),
        peak_bpm=summary.get("peak_bpm"),
        stopped=summary.get("phase") != Phase.FINISHED,
        estimate=_estimated(store, line.id),
    )


def _estimated(store: Store, session_id: str) -> bool:
    """Whether HRmax was an estimate that day; of a plan that this version cannot read, nobody knows."""
    try:
        return store.plan(session_id).hr_max_estimated
    except StoreError:
        return True


def _efforts(store: Store, session_id: str, intervals: int) -> tuple[int | None, ...]:
    """The last answer of each interval and the rest after it, Borg 6-20."""
    told = dict(store.efforts(session_id))
    return tuple(told.get(number) for number in range(1, intervals + 1))


def whole(store: Store, past: Past) -> Whole | None:
    """The session for its chart; None when its seconds are no longer here, or it was no training on a treadmill.

    Folds the whole session again: half a second of a computer's time, a few of a Raspberry Pi's.
    """
    try:
        read = whole_session(store, past.id)
    except StoreError:
        return None
    if read.header.plan.prescription.strength is not None:
        return None
    start_s = read.figures.first_at_s
    band, good = expected(read)
    return Whole(
        past=past,
        seconds=read.figures.last_at_s - start_s,
        hr_max_bpm=read.header.plan.hr_max_bpm,
        beats=tuple(_thinned(enumerate(read.figures.heart_rates))),
        expected=band,
        inclines=tuple((s.reading.at_s - start_s, s.reading.incline_percent) for s in read.seconds),
        laps=_laps(read),
        told=tuple(_told(read)),
        good_percent=good,
        recovery_60_bpm=_recovery(read),
        start=start(read),
    )


def _thinned(beats: Iterator[tuple[int, int | None]] | enumerate[int | None]) -> Iterator[tuple[float, int | None]]:
    """A point every five seconds; a gap keeps its place."""
    last: int | None = None
    silent_s = 0
    for second, bpm in beats:
        silent_s = silent_s + 1 if bpm is None else 0
        last = bpm if bpm is not None else last
        if second % int(POINT_EACH_S) == 0:
            yield float(second), (last if silent_s <= FRESH_S else None)


def _laps(read: WholeSession) -> tuple[Lap, ...]:
    start_s, prescription = read.figures.first_at_s, read.header.plan.prescription
    return tuple(
        Lap(
            phase=Phase(lap.phase),
            interval=lap.interval,
            start_s=lap.seconds[0].reading.at_s - start_s,
            end_s=lap.end_at_s - start_s,
            zone=prescription.zone(Phase(lap.phase)),
        )
        for lap in read.laps()
    )


def _told(read: WholeSession) -> Iterator[Told]:
    """Each incline that was asked for anew, and whether the treadmill came to stand on it while it was asked for."""
    given = _asked_for(read.advices)
    ends_s = [*(at_s for at_s, _ in given[1:]), read.figures.last_at_s]
    for (at_s, percent), end_s in zip(given, ends_s, strict=True):
        if percent is None:
            continue
        until_s = min(end_s, at_s + FOLLOWED_WITHIN_S)
        seen_s = _set_after_s(read, percent, at_s, until_s)
        yield Told(
            second=at_s - read.figures.first_at_s,
            incline_percent=percent,
            followed=seen_s is not None,
            seen_s=seen_s,
        )


def _asked_for(advices: Sequence[StoredAdvice]) -> list[tuple[float, float | None]]:
    """When another incline than before began to be asked for; None when none is any more."""
    given: list[tuple[float, float | None]] = []
    for one in advices:
        percent = None if one.advice is None else one.advice.get("incline_percent")
        if not given or given[-1][1] != percent:
            given.append((one.at_s, percent))
    return given


def _set_after_s(read: WholeSession, percent: float, at_s: float, until_s: float) -> float | None:
    for second in read.seconds:
        incline, now_s = second.reading.incline_percent, second.reading.at_s
        if at_s <= now_s <= until_s and incline is not None and abs(incline - percent) <= WITHIN_PERCENT:
            return now_s - at_s
    return None


def _recovery(read: WholeSession) -> int | None:
    """By how much the heart had slowed a minute after the last interval; None when the strap was silent at either."""
    ends = [before.end_at_s for before, _ in pairwise(read.laps()) if before.phase == Phase.INTERVAL]
    if not ends:
        return None
    at_end, later = (_beats_at(read, at_s) for at_s in (ends[-1], ends[-1] + RECOVERY_S))
    return None if at_end is None or later is None else at_end - later


def _beats_at(read: WholeSession, at_s: float) -> int | None:
    near = (s.reading for s in read.seconds if at_s - FRESH_S < s.reading.at_s <= at_s)
    known = [reading.heart_rate_bpm for reading in near if reading.heart_rate_bpm is not None]
    return known[-1] if known else None


def one_rm_found(store: Store, code: str) -> OneRmFound | None:
    """What the patient's newest strength session found of 1RM; None when it found nothing.

    Raises:
        StoreError: the store cannot be read.
    """
    for line in store.sessions():
        if line.code != code or line.state not in {SessionState.CLOSED, SessionState.RECOVERED}:
            continue
        summary = store.summary(line.id) or {}
        if summary.get("method") != Method.STRENGTH:
            continue
        measured, low, high = (summary.get(name) for name in ("one_rm_kg", "estimate_low_kg", "estimate_high_kg"))
        kg = low if measured is None else measured
        if kg is None:
            return None
        high_kg = None if measured is not None else high
        exercise, on = Exercise(summary["exercise"]), line.started.astimezone().date()
        return OneRmFound(exercise=exercise, kg=float(kg), high_kg=high_kg, on=on)
    return None


def learnt(store: Store, code: str) -> Learnt | None:
    """What the coach remembers of the patient; None when it remembers nothing."""
    lessons = [lesson for lesson in lessons_in(earlier.learnt_of(store, code)) if isinstance(lesson, Memory)]
    if not lessons:
        return None
    newest = lessons[0]
    rises_s = [rise_s for rise_s in RISES_S for _ in FALL_RATIOS]
    weights = newest.lag_weights
    known = len(weights) == len(rises_s) and sum(weights) > 0
    weighed = zip(weights, rises_s, strict=True) if known else ()
    return Learnt(
        sessions=len(lessons),
        beats_per_percent=round(newest.gain_bpm_per_ml * ML_PER_PERCENT, 1),
        interval_incline_percent=newest.interval_incline_percent,
        lag_s=sum(w * r for w, r in weighed) / sum(weights) if known else fmean(RISES_S),
    )
