"""How much of the advice a station shows: the stages of its commissioning, set by the therapist, station by station.

A pure step after the guard, which it can only take from, never add to. What the coach and the guard make of a reading
is the same in every mode; so is what is stored.
"""

from dataclasses import replace
from enum import StrEnum

from station.coach.coaching import Coaching
from station.training.advice import Advice
from station.training.cue import Cue, cue
from station.training.reading import Reading

HARDLY = 1e-6
"""Of a percent or a km/h."""


class Mode(StrEnum):
    """What the patient is shown of the advice."""

    SHADOW = "shadow"
    """Nothing: advice is stored, for the therapist to judge afterwards."""
    DECREASE_ONLY = "decrease_only"
    """Only what makes it easier, as seen from the load the treadmill reports."""
    FULL = "full"


def seen(mode: Mode, coaching: Coaching, reading: Reading) -> tuple[Advice | None, Cue]:
    """The advice and the cue that the patient meets; alarms are told in every mode."""
    advice = shown(mode, coaching.advice, reading)
    if advice == coaching.advice:
        return advice, coaching.cue
    return advice, cue(
        coaching.session,
        reading,
        coaching.zone_state,
        advice,
        coaching.guard.alarm,
        own_choice=coaching.hand.own_choice,
    )


def shown(mode: Mode, advice: Advice | None, reading: Reading) -> Advice | None:
    """What the patient is shown of this advice in this mode.

    With a silent treadmill nobody knows what would be easier: decrease-only then shows nothing.
    """
    if advice is None or mode is Mode.FULL:
        return advice
    if mode is Mode.SHADOW:
        return None
    incline = _if_not_above(advice.incline_percent, reading.incline_percent)
    speed = _if_not_above(advice.speed_kmh, reading.speed_kmh)
    return None if incline is None and speed is None else replace(advice, incline_percent=incline, speed_kmh=speed)


def _if_not_above(asked: float | None, has: float | None) -> float | None:
    return asked if asked is not None and has is not None and asked <= has + HARDLY else None
