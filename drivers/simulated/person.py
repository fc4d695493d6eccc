"""How a person trains: steps on, presses the console's buttons, and follows advice late, by half, or not at all.

Compliance as in the virtual cohorts of the coach's benchmark: a reaction time and some button pressing, most advice
followed fully, some by half, some not; less of it upward near the limit, and with each prompt beyond the fourth in an
interval; the whistle is nearly always obeyed. The person sees the moments the screen shows, and nothing else.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random
from typing import Protocol

from drivers.simulated.treadmill import SimulatedTreadmill
from station.moment import Moment
from station.training.advice import Advice, Reason
from station.training.prescription import ENDED, Phase
from station.training.zones import percent_of_max

STEPS_ON_AFTER_S = 4.0
STEPS_OFF_AFTER_S = 5.0
PRESS_S = 0.25
"""One press of a console button."""
WHISTLE = frozenset(
    {
        Reason.WARM_UP_LOAD,
        Reason.INTERVAL_SOON,
        Reason.INTERVAL_START,
        Reason.RECOVERY_LOAD,
        Reason.COOL_DOWN_LOAD,
        Reason.GUARD_ABOVE_97,
        Reason.GUARD_AT_MAX,
    }
)
"""Prompts that belong to the timetable or to an alarm."""
WHISTLE_FOLLOWED = 0.97
HARD_PERCENT = 93.0
LESS_UPWARD = 0.6
"""Share of upward advice still followed when it is hard already."""
PATIENCE_PROMPTS = 4
LESS_EACH_PROMPT = 0.85


class Trainee(Protocol):
    """What must be known of a person to train: usual speeds in km/h, and how advice is taken."""

    usual_speed_kmh: float
    warm_up_speed_kmh: float
    recovery_speed_kmh: float
    follow_fully: float
    follow_half: float
    reaction_s: float


@dataclass(slots=True)
class SimulatedPerson:
    """A person at the console of a simulated treadmill; the same seed does the same things."""

    trainee: Trainee
    treadmill: SimulatedTreadmill
    random: Random
    _phase: Phase | None = None
    _interval: int = 0
    _decided: Advice | None = None
    _prompts: int = 0
    _now_s: float = 0.0
    _intended: list[tuple[float, Callable[[], None]]] = field(default_factory=list)

    def sees(self, moment: Moment) -> None:
        """Look at the screen, and make up one's mind about what is new on it."""
        session = moment.session
        if session.phase is not self._phase or session.interval != self._interval:
            self._phase, self._interval, self._prompts = session.phase, session.interval, 0
            self._enter(session.phase)
        if moment.advice is not None and not moment.advice.same_load(self._decided):
            self._decided = moment.advice
            self._decide(moment.advice, moment)

    def step(self, now_s: float) -> None:
        """Do what is due by now."""
        self._now_s = now_s
        due = [action for at_s, action in self._intended if at_s <= now_s]
        self._intended = [(at_s, action) for at_s, action in self._intended if at_s > now_s]
        for action in due:
            action()

    def _enter(self, phase: Phase) -> None:
        match phase:
            case Phase.READY:
                self._intend(STEPS_ON_AFTER_S, self._step_on)
            case Phase.WARM_UP:
                self._walk_at(self.trainee.warm_up_speed_kmh)
            case Phase.INTERVAL:
                self._walk_at(self.trainee.usual_speed_kmh)
            case Phase.RECOVERY | Phase.COOL_DOWN if not self.treadmill.running:
                # The station came back from a restart and found its patient standing: on with it, gently.
                self._intend(STEPS_ON_AFTER_S, self._step_on)
            case Phase.RECOVERY | Phase.COOL_DOWN:
                self._walk_at(self.trainee.recovery_speed_kmh)
            case _ if phase in ENDED:
                self._intend(STEPS_OFF_AFTER_S, self.treadmill.stop)

    def _step_on(self) -> None:
        self.treadmill.set_speed_kmh(self.trainee.warm_up_speed_kmh)
        self.treadmill.start()

    def _walk_at(self, speed_kmh: float) -> None:
        if speed_kmh != self.treadmill.set_speed:
            self._intend(self._reaction_s, lambda: self.treadmill.set_speed_kmh(speed_kmh))

    def _decide(self, advice: Advice, moment: Moment) -> None:
        if advice.reason not in WHISTLE:
            self._prompts += 1
        follows = self._share_followed(advice, moment)
        if follows == 0:
            return
        delay_s = self._reaction_s
        if advice.incline_percent is not None:
            now_percent = self.treadmill.set_incline
            percent = now_percent + follows * (advice.incline_percent - now_percent)
            delay_s += PRESS_S * abs(percent - now_percent) / self.treadmill.make.incline_step_percent
            self._intend(delay_s, lambda: self.treadmill.set_incline_percent(percent))
        if advice.speed_kmh is not None:
            speed_kmh = self.treadmill.set_speed + follows * (advice.speed_kmh - self.treadmill.set_speed)
            self._intend(delay_s, lambda: self.treadmill.set_speed_kmh(speed_kmh))

    def _share_followed(self, advice: Advice, moment: Moment) -> float:
        """1 when the advice is followed fully, 0.5 by half, 0 not at all."""
        drawn = self.random.random()
        if advice.reason in WHISTLE:
            return 1.0 if drawn < WHISTLE_FOLLOWED else 0.0
        willing = LESS_EACH_PROMPT ** max(0, self._prompts - PATIENCE_PROMPTS)
        if self._upward(advice) and self._hard(moment):
            willing *= LESS_UPWARD
        if drawn < willing * self.trainee.follow_fully:
            return 1.0
        return 0.5 if drawn < willing * (self.trainee.follow_fully + self.trainee.follow_half) else 0.0

    def _upward(self, advice: Advice) -> bool:
        return advice.incline_percent is not None and advice.incline_percent > self.treadmill.set_incline

    @property
    def _reaction_s(self) -> float:
        return self.trainee.reaction_s * self.random.uniform(0.8, 1.2)

    @staticmethod
    def _hard(moment: Moment) -> bool:
        heart_rate_bpm = moment.reading.heart_rate_bpm
        return heart_rate_bpm is not None and percent_of_max(heart_rate_bpm, moment.patient.hr_max_bpm) > HARD_PERCENT

    def _intend(self, after_s: float, action: Callable[[], None]) -> None:
        self._intended.append((self._now_s + after_s, action))
