"""What is compared: the production coach, and simpler or other people's rules, all fed with the same readings."""

from collections import deque
from collections.abc import Sequence
from dataclasses import replace

from station.benchmark.steady import Steady
from station.benchmark.trial import Load
from station.coach.advisor import advisor, learnt
from station.coach.coaching import Coaching, after, begin
from station.coach.demand import demand_per_percent, incline_for, oxygen_demand
from station.coach.loads import first_line, hr_rest_bpm, interval_speed_kmh
from station.coach.memory import Memory
from station.training.patient import Patient
from station.training.prescription import Phase
from station.training.reading import Reading
from station.training.session import Session, advance


class Ours:
    """The coach as it ships: session, signal, coach, guard."""

    motor = False

    def __init__(self, patient: Patient, memories: Sequence[Memory] = ()) -> None:
        self.coaching: Coaching = replace(begin(patient), advisor=advisor(patient, memories))

    def learnt(self) -> Memory | None:
        """What the session has taught, through the record that is stored."""
        memory = learnt(self.coaching.advisor, self.coaching.session)
        return None if memory is None else Memory.from_dict(memory.to_dict())

    def after(self, reading: Reading) -> Load:
        """The load on the screen after one more reading."""
        self.coaching = after(self.coaching, reading)
        advice = self.coaching.advice
        return (None, None) if advice is None else (advice.incline_percent, advice.speed_kmh)


class Fixed:
    """The therapist's incline from whistle to whistle; the other rules move it inside an interval."""

    motor = False

    def __init__(self, patient: Patient, start_incline_percent: float | None = None) -> None:
        self.patient = patient
        self.clock = Session(prescription=patient.prescription)
        noted = patient.start_incline_percent or 0.0
        self.start = noted if start_incline_percent is None else start_incline_percent
        self.incline = self.start
        self.recent: deque[float] = deque(maxlen=20)
        self.acted_at_s = 0.0

    def after(self, reading: Reading) -> Load:
        """The load on the screen after one more reading."""
        before = self.clock
        self.clock = advance(self.clock, reading)
        if reading.heart_rate_bpm is not None:
            self.recent.append(100 * reading.heart_rate_bpm / self.patient.hr_max_bpm)
        if self.clock.phase is Phase.INTERVAL:
            if before.phase is not Phase.INTERVAL:
                self.incline, self.acted_at_s = self.start, reading.at_s
            highest = self.patient.treadmill.incline_max_percent
            self.incline = min(highest, max(0.0, self.moved(reading)))
            return self.patient.treadmill.incline_on_grid(self.incline), None
        if self.clock.phase is Phase.WARM_UP:
            return self.patient.warm_up_incline_percent or 0.0, None
        return self.patient.recovery_incline_percent or 0.0, None

    def moved(self, reading: Reading) -> float:
        """The incline (percent) after one more reading of an interval."""
        del reading
        return self.incline

    def mean(self, samples: int) -> float | None:
        """Mean of the newest heart rates in percent of HRmax."""
        newest = list(self.recent)[-samples:]
        return sum(newest) / len(newest) if newest else None


class Threshold(Fixed):
    """One percent up or down every 30 s while the heart rate is outside the zone."""

    def moved(self, reading: Reading) -> float:
        """The incline (percent) after one more reading of an interval."""
        mean = self.mean(5)
        if mean is None or reading.at_s - self.acted_at_s < 30 or 85 <= mean <= 95:  # noqa: PLR2004
            return self.incline
        self.acted_at_s = reading.at_s
        return self.incline + (1 if mean < 85 else -1)  # noqa: PLR2004


class Qdomyos(Fixed):
    """The HRmin/HRmax rule of qdomyos-zwift with "pushy" on, moved from speed to incline: 0.5 % every 10 s."""

    def __init__(self, patient: Patient, *, motor: bool = False) -> None:
        super().__init__(patient)
        self.motor = motor
        self.ticks = 0

    def moved(self, reading: Reading) -> float:
        """The incline (percent) after one more reading of an interval."""
        mean = self.mean(20)
        if mean is None or reading.at_s - self.acted_at_s < 10:  # noqa: PLR2004
            return self.incline
        self.acted_at_s = reading.at_s
        if mean > 95:  # noqa: PLR2004
            return self.incline - 0.5
        self.ticks += 1
        beats_left = (95 - mean) / 100 * self.patient.hr_max_bpm
        if mean < 85 or self.ticks > 30 / max(0.5, beats_left):  # noqa: PLR2004
            self.ticks = 0
            return self.incline + 0.5
        return self.incline


class Mlervaag(Fixed):
    """The rule of mlervaag/treadmill-controller on incline, driving the motor.

    Steps of 0.5 %, every 10 s down and 20 s up (30 s near the edge), two points of hysteresis above the zone that
    give way after 60 s, pauses after 2 % down or 1 % up in a row.
    """

    motor = True

    def __init__(self, patient: Patient) -> None:
        super().__init__(patient)
        self.in_a_row = 0.0
        self.paused_until_s = 0.0
        self.above_since_s: float | None = None

    def moved(self, reading: Reading) -> float:
        """The incline (percent) after one more reading of an interval."""
        mean, at_s = self.mean(15), reading.at_s
        if mean is None or at_s < self.paused_until_s:
            return self.incline
        above = mean > 95  # noqa: PLR2004
        self.above_since_s = (self.above_since_s or at_s) if above else None
        waited_s = at_s - self.acted_at_s
        escalates = self.above_since_s is not None and at_s - self.above_since_s >= 60  # noqa: PLR2004
        if (mean > 97 or escalates) and waited_s >= 10:  # noqa: PLR2004
            return self._stepped(-0.5, at_s, limit=2.0, pause_s=15)
        if mean < 85 and waited_s >= (30 if mean > 83 else 20):  # noqa: PLR2004
            return self._stepped(0.5, at_s, limit=1.0, pause_s=30)
        return self.incline

    def _stepped(self, step: float, at_s: float, *, limit: float, pause_s: float) -> float:
        self.acted_at_s = at_s
        self.in_a_row = self.in_a_row + step if self.in_a_row * step > 0 else step
        if abs(self.in_a_row) >= limit:
            self.in_a_row, self.paused_until_s = 0.0, at_s + pause_s
        return self.incline + step


class Pi(Fixed):
    """An internal-model PI with this patient's gain: one prompt per 28 s, the first one 12 s before the whistle."""

    def __init__(self, patient: Patient) -> None:
        super().__init__(patient)
        self.heart = Steady(rest_bpm=hr_rest_bpm(patient), beats_per_ml=first_line(patient, None))
        self.target_bpm = 0.895 * patient.hr_max_bpm
        self.speed_kmh = interval_speed_kmh(patient, None)
        self.load: Load = (None, None)

    def after(self, reading: Reading) -> Load:
        """The load on the screen after one more reading."""
        speed, incline = reading.speed_kmh or 0.0, reading.incline_percent or 0.0
        self.heart = self.heart.after(1.0, oxygen_demand(speed, incline), reading.heart_rate_bpm)
        load = super().after(reading)
        soon = self.clock.phase in {Phase.WARM_UP, Phase.RECOVERY} and self.clock.phase_left_s <= 12  # noqa: PLR2004
        if soon:
            if self.acted_at_s < reading.at_s - 60:
                self.acted_at_s = reading.at_s
                self.start = self.patient.treadmill.incline_on_grid(self._wanted(self.speed_kmh))
            return self.start, None
        return load

    def moved(self, reading: Reading) -> float:
        """The incline (percent) after one more reading of an interval."""
        speed = reading.speed_kmh or self.speed_kmh
        wanted = min(self.incline + 3, self._wanted(speed))
        dead = 0.018 * self.patient.hr_max_bpm / (self.heart.beats_per_ml * demand_per_percent(speed))
        quiet = self.clock.phase_left_s < 22 or reading.heart_rate_bpm is None  # noqa: PLR2004
        if quiet or reading.at_s - self.acted_at_s < 28 or abs(wanted - self.incline) < dead:  # noqa: PLR2004
            return self.incline
        self.acted_at_s = reading.at_s
        return wanted

    def _wanted(self, speed_kmh: float) -> float:
        holds = incline_for(self.heart.steady_demand_for(self.target_bpm), speed_kmh)
        return max(0.0, min(holds + 3, incline_for(self.heart.demand_for(self.target_bpm), speed_kmh)))
