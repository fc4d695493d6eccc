"""What is compared: the production coach, and simpler or other people's rules, all fed with the same readings."""

from station.benchmark.trial import Load
from station.coach.coaching import Coaching, after, begin
from station.training.patient import Patient
from station.training.prescription import Phase
from station.training.reading import Reading
from station.training.session import Session, advance


class Ours:
    """The coach as it ships: session, signal, coach, guard."""

    motor = False

    def __init__(self, patient: Patient) -> None:
        self.coaching: Coaching = begin(patient)

    def after(self, reading: Reading) -> Load:
        """The load on the screen after one more reading."""
        self.coaching = after(self.coaching, reading)
        advice = self.coaching.advice
        return (None, None) if advice is None else (advice.incline_percent, advice.speed_kmh)


class Fixed:
    """The therapist's incline from whistle to whistle; peers' rules move it inside an interval."""

    motor = False

    def __init__(self, patient: Patient) -> None:
        self.patient = patient
        self.clock = Session(prescription=patient.prescription)
        self.incline = patient.start_incline_percent or 0.0
        self.phase = Phase.READY

    def after(self, reading: Reading) -> Load:
        """The load on the screen after one more reading."""
        before = self.clock
        self.clock = advance(self.clock, reading)
        if self.clock.phase is Phase.INTERVAL:
            if before.phase is not Phase.INTERVAL:
                self.begin_interval()
            self.incline = self.patient.treadmill.incline_on_grid(self.moved(reading))
            return self.incline, None
        if self.clock.phase is Phase.WARM_UP:
            return self.patient.warm_up_incline_percent or 0.0, None
        return self.patient.recovery_incline_percent or 0.0, None

    def begin_interval(self) -> None:
        """Start the interval at the usual incline."""
        self.incline = self.patient.start_incline_percent or 0.0

    def moved(self, reading: Reading) -> float:
        """The incline (percent) after one more reading of an interval."""
        del reading
        return self.incline
