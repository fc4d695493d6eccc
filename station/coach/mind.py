"""The coach's mind: what it knows and remembers between two readings, and the few questions everybody asks of it."""

from dataclasses import dataclass, field

from station.coach.demand import REST_ML, Gait, incline_for, oxygen_demand
from station.coach.estimator import Estimator, forecast
from station.coach.levelling import Answers
from station.coach.loads import gait_of, start_incline_percent
from station.coach.memory import Memory
from station.coach.planner import Worth
from station.training.advice import Advice, Prediction, Reason
from station.training.patient import Patient
from station.training.signal import Expectation

TARGET_PERCENT = 90.0
TARGET_OF_ESTIMATE_PERCENT = 87.5
"""With an HRmax from the age formula: the middle of 85-90 %, and nothing above."""
WALKS_AT_MOST_KMH = 6.5
"""`walk_only` never leads to running."""
SPEED_STEP_KMH = 0.5
PREDICTED_AFTER_S = (30, 60, 90)
UNSURE_BPM = 8.0
"""A line this unsure at the interval's load leaves half the confidence."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Advisor:
    """The coach's mind after the newest reading."""

    patient: Patient
    wish: Advice | None = None
    """The load the coach would advise now."""
    expectation: Expectation | None = None
    """What the coach expects the next reading's heart rate to be; None when it has no model."""
    prior: Memory | None = field(default=None, repr=False)
    """What an earlier session has taught."""
    estimator: Estimator | None = field(default=None, repr=False)
    worth: Worth | None = field(default=None, repr=False)
    gait: Gait = Gait.WALKING
    speed_kmh: float = 0.0
    incline_percent: float = 0.0
    at_s: float | None = None
    shown: Advice | None = None
    """What the patient is shown, after the guard."""
    prompted_at_s: float = float("-inf")
    """When it last changed."""
    prompted_from_percent: float = 0.0
    """The belt's incline then."""
    thought_at_s: float = float("-inf")
    stood_at_s: float = float("-inf")
    """When the belt was last seen standing."""
    ramped_at_s: float = float("-inf")
    """When the belt was last seen to brake or to get going."""
    recovery_percent: float | None = None
    """The incline that keeps this patient's recoveries in their zone, once found."""
    first_bpm: float | None = None
    """What the usual interval's load led to at the end of the first interval, without the drift until then."""
    speed_spoken: bool = False
    """A speed has been advised in this session, by whomever: from then on each interval says its own."""
    advised_kmh: float | None = None
    """The speed in intervals, where the hill was not enough or too much."""
    answers: Answers = field(default_factory=Answers, repr=False)
    """What the heart has shown at the loads that were held."""
    not_reaching: bool = False
    """This heart does not reach the zone; nobody pushes it any more."""
    most_percent: float | None = None
    """The steepest incline since the patient asked for an easier day."""
    effort_percent: float = 0.0
    """Borg mode: how far the answers have moved the usual incline."""

    def moves_at(self, speed_kmh: float) -> Gait:
        """Walking or running at this speed; who is to walk only, walks."""
        return gait_of(self.patient, speed_kmh, self.gait)

    @property
    def by_feel(self) -> bool:
        """Whether advice follows felt effort instead of the heart rate."""
        return self.patient.by_feel or self.not_reaching

    @property
    def target_bpm(self) -> float:
        """The heart rate to hold in intervals."""
        estimated = self.patient.hr_max_estimated
        return (TARGET_OF_ESTIMATE_PERCENT if estimated else TARGET_PERCENT) / 100 * self.patient.hr_max_bpm

    @property
    def since_prompt_s(self) -> float:
        """Seconds since the patient was last shown something new."""
        return float("inf") if self.at_s is None else self.at_s - self.prompted_at_s

    @property
    def stood_ago_s(self) -> float:
        """Seconds since the belt last stood."""
        return float("inf") if self.at_s is None else self.at_s - self.stood_at_s

    @property
    def missed(self) -> bool:
        """Whether the newest prompt has had time to be followed and the belt has hardly moved its way."""
        shown = self.shown
        if shown is None or shown.incline_percent is None or self.since_prompt_s < FOLLOWED_WITHIN_S:
            return False
        asked = shown.incline_percent - self.prompted_from_percent
        done = self.incline_percent - self.prompted_from_percent
        return abs(asked) > 0 and done / asked < 0.3  # noqa: PLR2004  # less than half-followed on a coarse grid

    @property
    def missed_downward(self) -> bool:
        """Whether the prompt that was missed asked for less."""
        shown = self.shown
        if shown is None or shown.incline_percent is None or not self.missed:
            return False
        return shown.incline_percent < self.prompted_from_percent

    @property
    def heading_percent(self) -> float:
        """Where the belt's incline is going: what was asked, while there is still time to follow."""
        shown = self.shown
        if shown is not None and shown.incline_percent is not None and self.since_prompt_s < FOLLOWED_WITHIN_S:
            return shown.incline_percent
        return self.incline_percent

    @property
    def fastest_kmh(self) -> float:
        """The highest speed that may be advised."""
        highest = self.patient.treadmill.speed_max_kmh
        return min(highest, WALKS_AT_MOST_KMH) if self.patient.walk_only else highest


FOLLOWED_WITHIN_S = 13.0
"""After this long a prompt that has not moved the belt will not be followed."""


def insisted(mind: Advisor, slower_kmh: float, reason: Reason, *, again: bool = False) -> Advice | None:
    """The missed downward prompt once more, now with a speed: the same incline again would be no prompt at all.

    `again` asks for another step when a speed has been asked for, and missed, already.
    """
    shown, reach = mind.shown, mind.patient.treadmill
    if shown is None or shown.incline_percent is None or mind.speed_kmh <= 0:
        return None
    slowest, fastest = reach.speed_min_kmh, mind.fastest_kmh
    if again and shown.speed_kmh is not None:
        fastest = min(fastest, shown.speed_kmh - slower_kmh)
    steps = int((min(fastest, mind.speed_kmh - slower_kmh) - slowest) / reach.speed_step_kmh + 1e-6)
    speed = round(slowest + max(0, steps) * reach.speed_step_kmh, 2)
    if shown.speed_kmh is not None and speed >= shown.speed_kmh:
        return None
    return advice(mind, shown.incline_percent, reason, speed_kmh=speed)


def holding_demand(estimator: Estimator, bpm: float, moves: Gait) -> float:
    """The demand (mL/kg/min) that holds this heart rate, by the bank's mean."""
    b = k = 0.0
    for weight, f in zip(estimator.weights, estimator.filters, strict=True):
        b += weight * (f.b + (f.g if moves is Gait.RUNNING else 0.0))
        k += weight * f.k
    return REST_ML + max(0.0, (bpm - b) / max(0.3, k))


def level_percent(mind: Advisor, bpm: float, speed_kmh: float) -> float:
    """The incline (percent, off the grid) that holds this heart rate at this speed."""
    if mind.estimator is None:
        return start_incline_percent(mind.patient, speed_kmh)
    moves = mind.moves_at(speed_kmh)
    return incline_for(holding_demand(mind.estimator, bpm, moves), speed_kmh, moves)


def forecast_bpm(mind: Advisor, incline_percent: float, speed_kmh: float, after_s: float) -> float:
    """The heart rate expected after so long at this load."""
    if mind.estimator is None:
        return 0.0
    load = oxygen_demand(speed_kmh, incline_percent, mind.moves_at(speed_kmh)) - REST_ML
    return forecast(mind.estimator, load, after_s)[0]


def grid(patient: Patient, lowest_percent: float, highest_percent: float) -> list[float]:
    """The inclines between the two that the treadmill can be set to; the nearest one where there is none."""
    reach = patient.treadmill
    incline = reach.incline_on_grid(max(lowest_percent, reach.incline_min_percent))
    found = []
    while incline <= min(highest_percent, reach.incline_max_percent) + 1e-9:
        found.append(incline)
        incline = round(incline + reach.incline_step_percent, 3)
    return found or [reach.incline_on_grid(highest_percent)]


def advice(mind: Advisor, incline_percent: float, reason: Reason, *, speed_kmh: float | None = None) -> Advice:
    """An advice as of now, with what is expected if it is followed and how sure that is."""
    prediction = confidence = None
    if mind.estimator is not None and not mind.by_feel:
        speed = speed_kmh if speed_kmh is not None else mind.speed_kmh
        load = oxygen_demand(speed, incline_percent, mind.moves_at(speed)) - REST_ML
        ahead = [forecast(mind.estimator, load, after_s) for after_s in PREDICTED_AFTER_S]
        prediction = Prediction(mean_bpm=tuple(mean for mean, _ in ahead), sd_bpm=tuple(sd for _, sd in ahead))
        confidence = 1 / (1 + (mind.estimator.line_sd_bpm / UNSURE_BPM) ** 2)
    return Advice(
        incline_percent=incline_percent,
        speed_kmh=speed_kmh,
        reason=reason,
        since_s=mind.at_s if mind.at_s is not None else 0.0,
        prediction=prediction,
        confidence=confidence,
    )


def limited(mind: Advisor, incline_percent: float, reason: Reason, *, speed_kmh: float | None = None) -> Advice:
    """An advice as of now, on the treadmill's grid and never above an easier day's most."""
    most = mind.most_percent if mind.most_percent is not None else mind.patient.treadmill.incline_max_percent
    incline = mind.patient.treadmill.incline_on_grid(min(incline_percent, most))
    return advice(mind, incline, reason, speed_kmh=speed_kmh)
