"""A strength session told in presses: what a patient and the clock do, folded through the core."""

from collections.abc import Iterable, Sequence
from functools import reduce

from station.coach.coaching import Coaching, Lesson, after, begin
from station.training.one_rm import OneRm
from station.training.patient import Patient
from station.training.prescription import Phase, Prescription
from station.training.reading import Press, Reading
from station.training.strength import Strength, WarmUpSet

ONE_RM = OneRm(kg=140.0, on="2026-11-02")
QUICK = Strength(rest_s=20, warm_up=(WarmUpSet(repetitions=3, percent=50, rest_s=10),), one_rm=ONE_RM)
"""4 x 4 at 85 % of 140 kg, so 115 kg; one warm-up set, rests of seconds."""
REPETITION, ENOUGH = (Press.REPETITION,), (Press.ENOUGH,)


def lifter(strength: Strength = QUICK) -> Patient:
    return Patient(hr_max_bpm=180, prescription=Prescription(strength=strength))


class Lift:
    """Presses and seconds, one reading each, in the order they happen."""

    def __init__(self, strength: Strength = QUICK, lessons: Sequence[Lesson] = ()) -> None:
        self.lessons = tuple(lessons)
        self.patient = lifter(strength)
        self.coaching: Coaching = begin(self.patient, self.lessons)
        self.readings: list[Reading] = []

    def second(self, *presses: Press, heart_rate_bpm: int | None = None, resumed: bool = False) -> "Lift":
        reading = Reading(
            at_s=float(len(self.readings)), pressed=presses, heart_rate_bpm=heart_rate_bpm, resumed=resumed
        )
        self.readings.append(reading)
        self.coaching = after(self.coaching, reading)
        return self

    def presses(self, *presses: Press) -> "Lift":
        for press in presses:
            self.second(press)
        return self

    def waits(self, seconds: int) -> "Lift":
        for _ in range(seconds):
            self.second()
        return self

    def does(self, repetitions: int, *, enough: bool = False) -> "Lift":
        self.presses(*REPETITION * repetitions)
        return self.presses(Press.ENOUGH) if enough else self

    def rests(self) -> "Lift":
        while self.coaching.session.phase is Phase.REST:
            self.second()
        return self

    def warms_up(self) -> "Lift":
        self.presses(Press.BEGIN)
        while self.coaching.session.phase is Phase.WARM_UP:
            while self.coaching.session.phase is Phase.WARM_UP:
                self.presses(Press.REPETITION)
            self.rests()
        return self

    def sets(self, repetitions: Iterable[int]) -> "Lift":
        """The heavy sets, with so many repetitions each; then the rest, or the end."""
        for number in repetitions:
            short = number < 4 or (self.coaching.session.in_last_set and number == 4)
            self.does(number, enough=short).rests()
        return self

    def again(self) -> Coaching:
        """The same readings folded anew."""
        return reduce(after, self.readings, begin(self.patient, self.lessons))
