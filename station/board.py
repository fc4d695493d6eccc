"""The newest sample of each device and its age; makes the one reading a second that the core lives on.

Silence becomes None: a value too old to act on is not in the reading. Presses are kept until they are read.
"""

from dataclasses import replace

from station.moment import StrapState
from station.ports import BeltSample, HeartRateSample, Link, LinkState
from station.training.reading import Press, Reading

HEART_RATE_HELD_S = 5.0
"""Never show or use a heart rate older than this."""
BELT_HELD_S = 3.0
"""A treadmill answers several times a second; three seconds without is silence."""


class Board:
    """What the devices last said."""

    def __init__(self) -> None:
        self._heart: HeartRateSample | None = None
        self._belt: BeltSample | None = None
        self._beaten_at_s: float | None = None
        self._rr_ms: list[float] = []
        self._pressed: list[Press] = []
        self._effort_borg: int | None = None
        self.strap_link = Link(state=LinkState.SEARCHING)
        self.treadmill_link = Link(state=LinkState.SEARCHING)

    def heard(self, report: HeartRateSample | Link) -> None:
        """Take what the strap reports."""
        if isinstance(report, Link):
            self.strap_link = report
            return
        self._heart = report
        if report.heart_rate_bpm is not None and report.contact is not False:
            self._beaten_at_s = report.at_s
        self._rr_ms.extend(report.rr_ms)

    def seen(self, report: BeltSample | Link) -> None:
        """Take what the treadmill reports."""
        if isinstance(report, Link):
            self.treadmill_link = report
        else:
            self._belt = report

    def pressed(self, press: Press) -> None:
        """Take a press; it is in the next reading."""
        self._pressed.append(press)

    @property
    def waiting(self) -> tuple[Press, ...]:
        """What was pressed since the last reading; it is in the next one."""
        return tuple(self._pressed)

    def answered(self, effort_borg: int) -> None:
        """Take the patient's answer to the effort question, Borg 6-20; it is in the next reading."""
        self._effort_borg = effort_borg

    def reading(self, at_s: float, *, resumed: bool = False) -> Reading:
        """What is known at this instant. Presses, answers and RR intervals are handed over once."""
        heart = self._heart if self._heart and at_s - self._heart.at_s <= HEART_RATE_HELD_S else None
        belt = self._belt if self._belt and at_s - self._belt.at_s <= BELT_HELD_S else None
        rr_ms, self._rr_ms = tuple(self._rr_ms), []
        pressed, self._pressed = tuple(self._pressed), []
        effort_borg, self._effort_borg = self._effort_borg, None
        return Reading(
            at_s=at_s,
            heart_rate_bpm=heart.heart_rate_bpm if heart else None,
            heart_rate_age_s=max(0.0, at_s - heart.at_s) if heart else 0.0,
            speed_kmh=belt.speed_kmh if belt else None,
            incline_percent=belt.incline_percent if belt else None,
            contact=heart.contact if heart else None,
            rr_ms=rr_ms,
            pressed=pressed,
            effort_borg=effort_borg,
            resumed=resumed,
        )

    def with_newest_beats(self, reading: Reading) -> Reading:
        """This reading, as the eye may see it between two seconds: with the heart rate that has just come."""
        if self._heart is None or self._heart.at_s <= reading.at_s:
            return reading
        heart = self._heart
        return replace(
            reading,
            at_s=heart.at_s,
            heart_rate_bpm=heart.heart_rate_bpm,
            heart_rate_age_s=0.0,
            contact=heart.contact,
            rr_ms=(),
            pressed=(),
            effort_borg=None,
            resumed=False,
        )

    def strap_silent_s(self, at_s: float) -> float:
        """Seconds since the strap last gave a heart rate on skin; 0 while it never has."""
        return 0.0 if self._beaten_at_s is None else max(0.0, at_s - self._beaten_at_s)

    def treadmill_answers(self, at_s: float) -> bool:
        """Whether the treadmill has answered lately."""
        return self._belt is not None and at_s - self._belt.at_s <= BELT_HELD_S

    def treadmill_silent_s(self, at_s: float) -> float:
        """Seconds since the treadmill last answered; 0 while it never has."""
        return 0.0 if self._belt is None else max(0.0, at_s - self._belt.at_s)

    def strap_state(self, reading: Reading) -> StrapState:
        """How it stands with the strap, as the patient should know it."""
        if reading.contact is False:
            return StrapState.NO_CONTACT
        if reading.heart_rate_bpm is not None:
            return StrapState.BEATING
        if self._beaten_at_s is not None:
            return StrapState.LOST
        return StrapState.NO_CONTACT if self.strap_link.state is LinkState.CONNECTED else StrapState.SEARCHING
