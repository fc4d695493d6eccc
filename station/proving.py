"""The guided proof that a treadmill is read right: what the operator is asked, and what was read at that moment.

Responsible for the conversation; the verdicts are `drivers.treadmill.proof`'s.
"""

import contextlib
import math
from collections.abc import Callable

from drivers.treadmill.codec import SpeedUnit
from drivers.treadmill.proof import (
    INCLINES,
    ROUNDS,
    SPEEDS,
    Pair,
    Verdict,
    belt_verdict,
    incline_verdict,
    speed_verdict,
)
from station.ports import BeltSample

Ask = Callable[[str], str]
Read = Callable[[], BeltSample | None]

WITH_THE_BELT = 3
"""So many verdicts there are when the belt was timed, too."""
NOT_TIMED = (
    "The belt was not timed: a console that counts mph where it is taken for km/h, on its display and its line alike, "
    "is not found out so."
)


def proof(ask: Ask, read: Read, unit: SpeedUnit) -> list[Verdict]:
    """Ask for three speeds and two inclines, and for the belt's own speed by tape measure and watch if there is one."""
    speeds, inclines = [], []
    for number in range(1, SPEEDS + 1):
        shown = _number(
            ask,
            f"Speed {number} of {SPEEDS}: set another speed, wait until the belt runs it steadily, and type what the "
            f"console shows in {unit}: ",
        )
        speeds.append(Pair(shown=shown * unit.kmh, read=_speed(read())))
    for number in range(1, INCLINES + 1):
        shown = _number(
            ask,
            f"Incline {number} of {INCLINES}: set another incline, wait, and type what the console shows in percent: ",
        )
        newest = read()
        inclines.append(Pair(shown=shown, read=newest.incline_percent if newest else None))
    verdicts = [speed_verdict(speeds), incline_verdict(inclines)]
    if (belt_m := _number_or_none(ask, BELT)) is not None:
        rounds_s = _number(ask, TIME)
        verdicts.append(belt_verdict(belt_m, rounds_s, _speed(read())))
    return verdicts


BELT = (
    "The belt itself, by a tape measure: stop it, put a strip of tape across it, and type how long it is once round "
    "in metres (Enter leaves this out): "
)
TIME = (
    f"Let it walk, nobody on it. Start the watch at zero when the tape passes, count {ROUNDS} rounds, and type their "
    "seconds while it still runs at that speed: "
)


def _speed(sample: BeltSample | None) -> float | None:
    return sample.speed_kmh if sample else None


def _number(ask: Ask, question: str) -> float:
    while (number := _number_or_none(ask, question)) is None:
        pass  # Enter alone: asked again
    return number


def _number_or_none(ask: Ask, question: str) -> float | None:
    """The number that was typed; None for Enter alone."""
    remark = ""
    while answer := ask(remark + question).strip():
        with contextlib.suppress(ValueError):
            number = float(answer.replace(",", "."))
            if math.isfinite(number):
                return number
        remark = "A number, please. "
    return None
