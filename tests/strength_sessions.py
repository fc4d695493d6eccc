"""Strength sessions in a real store: some weeks of them, told in repetitions, as `strength_parts` tells one."""

from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

import msgspec
from store_sessions import NOON
from strength_parts import QUICK, Lift

from station.coach.coaching import Lesson, learnt, lessons_in, outcome
from station.ports import RecordedSecond, SessionState
from station.store.opening import open_store
from station.store.writer import SessionWriter
from station.training.strength import Strength

WEEKS = ([4, 4, 4, 5], [4, 4, 4, 4], [4, 2, 4, 4])
"""Three sessions, a week apart: 115 kg and one more, 120 kg, and 120 kg with two lacking in the second set."""


def stored_weeks(
    data: Path,
    weeks: Sequence[Sequence[int]] = WEEKS,
    *,
    strength: Strength = QUICK,
    heart_rate_bpm: int | None = 110,
    code: str = "K7Q4",
) -> list[str]:
    """The ids of these sessions, oldest first; each begins with what the one before left."""
    ids, lessons = [], tuple[Lesson, ...]()
    for week, repetitions in enumerate(weeks):
        lift = Lift(strength, lessons)
        if strength.test:
            lift.warms_up()
            for managed in repetitions:
                lift.does(managed, enough=not managed).rests()
        else:
            lift.warms_up().sets(repetitions)
        ids.append(_stored(data, lift, week, heart_rate_bpm, code))
        if (lesson := learnt(lift.coaching)) is not None:
            lessons = (*lessons_in([lesson.to_dict()]), *lessons)
    return ids


def _stored(data: Path, lift: Lift, week: int, heart_rate_bpm: int | None, code: str) -> str:
    wall = NOON + timedelta(weeks=week)
    with open_store(data, wall=wall).store as store, SessionWriter(store.path) as writer:
        prior = [lesson.to_dict() for lesson in lift.lessons]
        session_id = writer.open(patient=lift.patient, code=code, at_s=0.0, wall=wall, prior=prior)
        again = Lift(lift.coaching.session.prescription.strength or QUICK, lift.lessons)
        for reading in lift.readings:
            again.second(*reading.pressed, heart_rate_bpm=heart_rate_bpm)
            core = again.coaching
            writer.record(
                RecordedSecond(
                    reading=again.readings[-1],
                    phase=core.session.phase,
                    interval=core.session.interval,
                    zone_state=core.zone_state,
                    cue=core.cue,
                )
            )
        lesson = learnt(again.coaching)
        writer.close(
            SessionState.CLOSED,
            wall=wall,
            summary=msgspec.to_builtins(outcome(again.coaching)),
            learnt=None if lesson is None else lesson.to_dict(),
        ).result(timeout=30)
    return session_id
