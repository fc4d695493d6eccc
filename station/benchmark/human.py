"""How a person acts on advice: late, mostly, sometimes by half, sometimes not; and what the belt then does.

Reaction 2 s + 3.2 s x U and the time of pressing; whistle prompts are followed by 97 %, upward advice less above
93 % of HRmax, and less with every prompt beyond four in an interval.
"""

from dataclasses import dataclass
from random import Random

from station.training.prescription import Phase

SLEW_KMH_S = 0.6


@dataclass(frozen=True, slots=True, kw_only=True)
class Manners:
    """How somebody takes advice."""

    follow_fully: float
    follow_half: float
    reaction_s: float


class Walker:
    """A person on a belt: is shown loads, presses buttons, and the belt follows."""

    def __init__(self, seed: int, manners: Manners, *, slew_percent_s: float, step_percent: float) -> None:
        self._seed = seed
        self._manners = manners
        self._slew = slew_percent_s
        self._step = step_percent
        self._shown: tuple[float | None, float | None] = (None, None)
        self._pending: list[tuple[float, float | None, float | None]] = []
        self._phase = Phase.READY
        self._interval = 0
        self._prompts_here = 0
        self.incline_wanted = 0.0
        self.speed_wanted = 0.0
        self.incline_percent = 0.0
        self.speed_kmh = 0.0
        self.chosen_kmh: float | None = None
        """The speed of the advice that is followed now, until the phase changes."""

    def sees(
        self, at_s: float, phase: Phase, interval: int, load: tuple[float | None, float | None], percent: float
    ) -> None:
        """A load (incline, speed) is on the screen, at this phase and share of HRmax."""
        if (phase, interval) != (self._phase, self._interval):
            self._phase, self._interval = phase, interval
            if phase is not Phase.INTERVAL:
                self._prompts_here = 0
                self.chosen_kmh = None
        if load == self._shown:
            return
        random = Random(f"hand {self._seed} {interval} {phase} {self._prompts_here}")  # noqa: S311
        self._prompts_here += 1
        before, self._shown = self._shown, load
        incline, speed = load
        share = self._share(random, before, load, percent)
        delay_s = self._manners.reaction_s - 1.6 + 3.2 * random.random()
        if incline is not None:
            moved = share * (incline - self.incline_wanted)
            moved = round(moved / self._step) * self._step
            delay_s += 0.25 * abs(moved) / self._step
            self._pending.append((at_s + delay_s, self.incline_wanted + moved, None))
        if speed is not None and share > 0:
            self._pending.append((at_s + delay_s, None, speed))

    def _share(
        self,
        random: Random,
        before: tuple[float | None, float | None],
        load: tuple[float | None, float | None],
        percent: float,
    ) -> float:
        draw = random.random()
        if self._phase is not Phase.INTERVAL:
            return 1.0 if draw < 0.97 else 0.0  # noqa: PLR2004
        fully, half = self._manners.follow_fully, self._manners.follow_half
        upward = (load[0] or 0) > (before[0] or 0)
        if upward and percent > 93:  # noqa: PLR2004
            fully *= 0.7
        fully *= 0.85 ** max(0, self._prompts_here - 5)
        if draw < fully:
            return 1.0
        return 0.5 if draw < fully + half else 0.0

    def acts(self, at_s: float, usual_kmh: float, dt_s: float = 1.0) -> None:
        """Let a second pass: buttons are pressed when their time has come, and the belt moves."""
        for due in [action for action in self._pending if action[0] <= at_s]:
            self._pending.remove(due)
            if due[1] is not None:
                self.incline_wanted = due[1]
            if due[2] is not None and (self._phase is Phase.INTERVAL or due[2] <= usual_kmh):
                self.chosen_kmh = due[2]
            elif due[2] is not None:
                # An interval's speed, said before the whistle, is taken up with it.
                self._pending.append((at_s + 1.0, None, due[2]))
        self.speed_wanted = self.chosen_kmh if self.chosen_kmh is not None else usual_kmh
        self.incline_percent = _slewed(self.incline_percent, self.incline_wanted, self._slew * dt_s)
        self.speed_kmh = _slewed(self.speed_kmh, self.speed_wanted, SLEW_KMH_S * dt_s)


def _slewed(now: float, wanted: float, most: float) -> float:
    return now + max(-most, min(most, wanted - now))
