"""The sets of a strength session as FIT `set` messages: load, repetitions, and the rest after each."""

from collections.abc import Iterator
from itertools import zip_longest

from fit_tool.data_message import DataMessage
from fit_tool.profile.messages.set_message import SetMessage
from fit_tool.profile.profile_type import (
    CalfRaiseExerciseName,
    ExerciseCategory,
    FitBaseUnit,
    SetType,
    SquatExerciseName,
)

from station.sync.lifted import LiftedFigures, TimedSet
from station.sync.whole import WholeSession
from station.training.strength import Exercise

SETS = 4
"""The local number of these messages."""
LONGEST_S = 65_000.0

_EXERCISES: dict[str, tuple[int, int]] = {
    Exercise.LEG_PRESS: (ExerciseCategory.SQUAT.value, SquatExerciseName.LEG_PRESS.value),
    Exercise.HACK_SQUAT: (ExerciseCategory.SQUAT.value, SquatExerciseName.BARBELL_HACK_SQUAT.value),
    Exercise.CALF_PRESS: (ExerciseCategory.CALF_RAISE.value, CalfRaiseExerciseName.STANDING_CALF_RAISE.value),
}
"""FIT knows no hack-squat machine and no calf press: the nearest it has."""


def set_messages(whole: WholeSession, figures: LiftedFigures) -> Iterator[DataMessage]:
    """A message for each set and for each rest between two, in time order."""
    index = 0
    for one, following in zip_longest(figures.sets, figures.sets[1:]):
        yield _lifting(whole, figures, one, index)
        index += 1
        if following is not None:
            yield _message(whole, one.end_at_s, following.start_at_s, SetType.REST, index)
            index += 1


def _lifting(whole: WholeSession, figures: LiftedFigures, one: TimedSet, index: int) -> SetMessage:
    message = _message(whole, one.start_at_s, one.end_at_s, SetType.ACTIVE, index)
    message.repetitions = one.done.repetitions
    message.weight = one.done.load_kg
    message.weight_display_unit = FitBaseUnit.KILOGRAM
    known = _EXERCISES.get(figures.strength.exercise)
    if known is not None:
        message.category = [known[0]]
        message.category_subtype = [known[1]]
    return message


def _message(whole: WholeSession, start_s: float, end_s: float, kind: SetType, index: int) -> SetMessage:
    message = SetMessage(local_id=SETS if kind is SetType.ACTIVE else SETS + 1)
    message.timestamp = round(whole.wall(end_s).timestamp()) * 1000
    message.start_time = round(whole.wall(start_s).timestamp()) * 1000
    message.duration = min(LONGEST_S, max(0.0, round(end_s - start_s, 3)))
    message.set_type = kind
    message.message_index = index
    return message
