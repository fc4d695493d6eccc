"""A person at a leg press who has never been there: lifts, tires, fails, rests, and presses the keys beside the screen.

How many repetitions go follows from 1RM by Epley's formula turned round, less for each heavy set before, and a bit of
luck; the same seed has the same luck. The person sees the moments the screen shows, and nothing else.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random

from drivers.simulated.strap import Beats
from station import sets
from station.intents import Intent
from station.moment import Moment
from station.ports import Clock
from station.training.prescription import Phase

GETS_READY_S = 6.0
REPETITION_S = 4.0
"""Fast up, slow down."""
ANSWERS_AFTER_S = 5.0
TIRED_BY_A_SET = 0.25
"""So many repetitions less for each heavy set before."""
LUCK_REPETITIONS = 0.4
LOOKS_EACH_S = 0.5
RESTING_BPM, LIFTING_BPM = 76.0, 128.0
RISES_S, FALLS_S = 25.0, 60.0


@dataclass(slots=True)
class SimulatedLifter:
    """A `Panel` that presses by itself, and a heart for a simulated strap."""

    clock: Clock
    one_rm_kg: float
    random: Random
    _moment: Moment | None = None
    _place: tuple[Phase, int, int] | None = None
    _able: int = 0
    _next_s: float = 0.0
    _heart_rate_bpm: float = RESTING_BPM
    _pressed: list[Intent] = field(default_factory=list)

    def sees(self, moment: Moment) -> None:
        """Look at the screen."""
        self._moment = moment

    def show(self, moment: Moment) -> None:
        """Panels have lamps; this one looks at the screen instead."""

    async def run(self, report: Callable[[Intent], None]) -> None:
        """Train, for ever."""
        while True:
            await self.clock.sleep(LOOKS_EACH_S)
            if self._moment is not None and (intent := self._does(self._moment, self.clock.now_s())) is not None:
                self._pressed.append(intent)
                report(intent)

    def beats(self) -> Beats:
        """The heart in the second that has passed."""
        moment = self._moment
        lifts = moment is not None and moment.session.phase in {Phase.SET, Phase.WARM_UP}
        aim, lag_s = (LIFTING_BPM, RISES_S) if lifts else (RESTING_BPM, FALLS_S)
        self._heart_rate_bpm += (aim - self._heart_rate_bpm) / lag_s
        return Beats(heart_rate_bpm=self._heart_rate_bpm, rr_ms=(60_000 / self._heart_rate_bpm,))

    def _does(self, moment: Moment, now_s: float) -> Intent | None:
        session = moment.session
        place = (session.phase, session.interval, len(session.lifting.done))
        if place != self._place:
            self._place, self._next_s = place, now_s + GETS_READY_S
            self._able = self._repetitions(moment)
        if now_s < self._next_s:
            return None
        match session.phase:
            case Phase.READY:
                self._next_s = now_s + GETS_READY_S
                return Intent.OK
            case Phase.WARM_UP | Phase.SET:
                return self._lifts(moment, now_s)
            case _:
                return None

    def _lifts(self, moment: Moment, now_s: float) -> Intent:
        session = moment.session
        if session.asks_for_one_more:
            self._next_s = now_s + ANSWERS_AFTER_S
            return Intent.OK if self._able > session.lifting.repetitions else Intent.BACK
        self._next_s = now_s + REPETITION_S
        return Intent.OK if self._able > session.lifting.repetitions else Intent.MINUS

    def _repetitions(self, moment: Moment) -> int:
        load_kg = sets.load_kg(moment.session)
        if load_kg is None:
            return 0
        fresh = 30 * (self.one_rm_kg / load_kg - 1)
        tired = TIRED_BY_A_SET * len(moment.session.lifting.sets)
        able = round(fresh - tired + self.random.gauss(0, LUCK_REPETITIONS))
        # Single lifts: what is not above 1RM goes once.
        return max(able, 1 if load_kg <= self.one_rm_kg else 0)
