"""What the therapist prescribes for maximal strength: sets, repetitions, loads from 1RM, rests, warm-up sets. Data.

4 sets of 4 repetitions at 85-90 % of 1RM, so heavy that a break is needed after four or five (Helgerud and Hoff's
method, as the network describes it); the low dose of Loe et al. 2022 is two sets. Responsible for which loads a
prescription allows; how a session goes is `lifting`'s, what a set says of 1RM `one_rm`'s.
"""

import math
from dataclasses import dataclass, replace
from enum import StrEnum

from station.training.one_rm import OneRm

MOST_SETS, MOST_REPETITIONS = 8, 15
LONGEST_REST_S = 600.0
HEAVIEST_KG = 600.0
A_HAIR_KG = 1e-6


class Exercise(StrEnum):
    """What is lifted. Leg press alone is enough for most, and needs no technique (J. Hoff, trd.by 2017)."""

    LEG_PRESS = "leg_press"
    HACK_SQUAT = "hack_squat"
    CALF_PRESS = "calf_press"
    """Plantar flexion, beside the hack squat in Unhjem et al. 2016."""
    OTHER = "other"


@dataclass(frozen=True, slots=True, kw_only=True)
class WarmUpSet:
    """An easy set before the first heavy one: repetitions, percent of 1RM, and the rest after it in seconds."""

    repetitions: int
    percent: float
    rest_s: float = 120.0


WARM_UP = (WarmUpSet(repetitions=8, percent=50), WarmUpSet(repetitions=4, percent=70))
"""8-10 repetitions at 50 %, two minutes, 3-5 at 70 % (bio-protocol 4406215)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Strength:
    """One exercise: how many sets of how many repetitions, how heavy, and how long the rests are (seconds).

    Loads are what is put on the machine, in kilograms, always on its grid: `lightest_kg` and whole plate steps above.
    """

    exercise: Exercise = Exercise.LEG_PRESS
    sets: int = 4
    repetitions: int = 4
    percent: float = 85.0
    """The first load, in percent of 1RM: the low end of 85-90 %, rounded down."""
    rest_s: float = 180.0
    warm_up: tuple[WarmUpSet, ...] = WARM_UP
    plate_step_kg: float = 5.0
    """5 kg on a leg press, 2.5 kg on small machines."""
    lightest_kg: float = 0.0
    """What the machine weighs without a plate, where that counts."""
    start_kg: float | None = None
    """The therapist's load for the first session, where no 1RM is known; in a test, what 1RM is expected to be."""
    cap_kg: float | None = None
    """The therapist's limit: no load above it is ever proposed."""
    one_rm: OneRm | None = None
    test: bool = False
    """A guided test of 1RM: single repetitions, heavier each time, `sets` attempts at most."""

    def __post_init__(self) -> None:
        """Refuse what no machine, no patient or no clinic can mean.

        Raises:
            ValueError: naming the figure and its bounds.
        """
        _within("sets", self.sets, 1, MOST_SETS)
        _within("repetitions", self.repetitions, 1, MOST_REPETITIONS)
        _within("percent", self.percent, 40, 95)
        _within("rest_s", self.rest_s, 10, LONGEST_REST_S)
        _within("plate_step_kg", self.plate_step_kg, 0.5, 25)
        _within("lightest_kg", self.lightest_kg, 0, HEAVIEST_KG)
        for name in ("start_kg", "cap_kg"):
            if (load_kg := getattr(self, name)) is not None:
                _within(name, load_kg, self.lightest_load_kg, HEAVIEST_KG)
        for easy in self.warm_up:
            _within("warm_up: repetitions", easy.repetitions, 1, MOST_REPETITIONS)
            _within("warm_up: percent", easy.percent, 10, 80)
            _within("warm_up: rest_s", easy.rest_s, 10, LONGEST_REST_S)
        if self.test and self.repetitions != 1:
            message = f"repetitions must be 1 in a test of 1RM, not {self.repetitions}"
            raise ValueError(message)
        if self.most_kg < self.lightest_load_kg:
            message = f"the machine's lightest load, {self.lightest_load_kg:g} kg, is above what is allowed"
            raise ValueError(message)

    @property
    def lightest_load_kg(self) -> float:
        """The lightest load there is: the machine's own weight, or one plate step."""
        return self.lightest_kg or self.plate_step_kg

    @property
    def most_kg(self) -> float:
        """The heaviest load that may be proposed: the therapist's limit, and 1RM, of an estimate its high end.

        What can be lifted four times is less than 1RM; a load that reaches it says that 1RM is out of date.
        """
        limits = [HEAVIEST_KG if self.cap_kg is None else self.cap_kg]
        if self.one_rm is not None and not self.test:
            limits.append(self.one_rm.high_kg or self.one_rm.kg)
        return self._down(min(limits))

    def with_one_rm(self, one_rm: OneRm) -> "Strength":
        """The same prescription on this 1RM; unchanged where the machine's lightest load is above it."""
        try:
            return replace(self, one_rm=one_rm)
        except ValueError:
            return self

    @property
    def asks_for_one_more(self) -> bool:
        """Whether the patient is asked after the last set for a repetition more than prescribed."""
        return not self.test

    def on_grid(self, load_kg: float) -> float:
        """The heaviest load of the machine's that is not above this one, nor above what is allowed; never nothing."""
        return max(self.lightest_load_kg, self._down(min(load_kg, self.most_kg)))

    def warm_up_kg(self, easy: WarmUpSet, working_kg: float) -> float:
        """What is lifted in this easy set before a first heavy set of `working_kg`; less than that."""
        one_rm_kg = self.one_rm.kg if self.one_rm is not None else working_kg * 100 / self.percent
        return min(self.on_grid(easy.percent / 100 * one_rm_kg), self.on_grid(working_kg))

    @property
    def longest_s(self) -> float:
        """About how long the whole takes, in seconds, with `SET_S` for each set."""
        rests = sum(easy.rest_s for easy in self.warm_up) + self.rest_s * (self.sets - 1)
        return rests + SET_S * (len(self.warm_up) + self.sets)

    def _down(self, load_kg: float) -> float:
        steps = math.floor((load_kg - self.lightest_kg) / self.plate_step_kg + A_HAIR_KG)
        return round(self.lightest_kg + steps * self.plate_step_kg, 2)


SET_S = 40.0
"""About how long a set takes, with getting in and out."""


def _within(name: str, figure: float, lowest: float, highest: float) -> None:
    if not lowest <= figure <= highest:
        message = f"{name} must be {lowest:g}-{highest:g}, not {figure:g}"
        raise ValueError(message)
