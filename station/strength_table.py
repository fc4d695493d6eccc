"""How a strength prescription is written in TOML: in a patient file, in the settings, and as a template."""

import datetime as dt
from typing import Annotated

import msgspec

from station.training.one_rm import OneRm, OneRmSource
from station.training.strength import WARM_UP, Exercise, Strength, WarmUpSet

Seconds = Annotated[float, msgspec.Meta(ge=1, le=3600)]
Kilograms = Annotated[float, msgspec.Meta(gt=0, le=1000)]


class OneRmTable(msgspec.Struct, frozen=True, kw_only=True):
    """`[patient.prescription.strength.one_rm]`: the heaviest single lift, measured or estimated, and when."""

    kg: Kilograms
    source: OneRmSource = OneRmSource.MEASURED
    high_kg: Kilograms | None = None
    on: dt.date | None = None


class WarmUpSetTable(msgspec.Struct, frozen=True, kw_only=True):
    """`[[patient.prescription.strength.warm_up]]`: an easy set before the first heavy one."""

    repetitions: int
    percent: float
    rest_s: Seconds = 120.0


class StrengthTable(msgspec.Struct, frozen=True, kw_only=True):
    """`[patient.prescription.strength]`: with it the session is one of strength; loads in kg, rests in seconds."""

    exercise: Exercise = Exercise.LEG_PRESS
    sets: int = 4
    repetitions: int = 4
    percent: float = 85.0
    rest_s: Seconds = 180.0
    warm_up: tuple[WarmUpSetTable, ...] | None = None
    plate_step_kg: Kilograms = 5.0
    lightest_kg: Annotated[float, msgspec.Meta(ge=0, le=1000)] = 0.0
    start_kg: Kilograms | None = None
    cap_kg: Kilograms | None = None
    one_rm: OneRmTable | None = None
    test: bool = False

    def strength(self) -> Strength:
        """The strength prescription these settings describe.

        Raises:
            ValueError: when a figure is out of bounds.
        """
        easy = self.warm_up
        found = self.one_rm
        return Strength(
            exercise=self.exercise,
            sets=self.sets,
            repetitions=self.repetitions,
            percent=self.percent,
            rest_s=self.rest_s,
            warm_up=WARM_UP if easy is None else tuple(WarmUpSet(**msgspec.structs.asdict(one)) for one in easy),
            plate_step_kg=self.plate_step_kg,
            lightest_kg=self.lightest_kg,
            start_kg=self.start_kg,
            cap_kg=self.cap_kg,
            one_rm=None
            if found is None
            else OneRm(
                kg=found.kg,
                source=found.source,
                high_kg=found.high_kg,
                on=None if found.on is None else found.on.isoformat(),
            ),
            test=self.test,
        )
