"""What the guard remembers from one reading to the next: counts, prompts and the bounds that grew in the session.

Responsible for remembering; what follows from it is `bars`' (what holds a load down) and `relief`'s (what takes
load off).
"""

from dataclasses import dataclass, replace

from station.training.advice import Advice
from station.training.limits import Limits
from station.training.patient import Patient
from station.training.prescription import Phase
from station.training.reading import Reading
from station.training.session import Session
from station.training.signal import Quality, Signal
from station.training.zones import percent_of_max

COUNTED_UP_TO_S = 40.0
LATELY_S = 45.0
NEVER_S = float("-inf")


@dataclass(frozen=True, slots=True, kw_only=True)
class Watch:
    """The guard's memory. Counts rise with each second above an edge and fall twice as fast below it."""

    at_s: float | None = None
    phase: Phase = Phase.READY
    interval: int = 0
    above_ease_s: float = 0.0
    above_rest_s: float = 0.0
    at_max_s: float = 0.0
    changed_at_s: float = NEVER_S
    """When what the patient is shown last changed within this phase."""
    raised_at_s: float = NEVER_S
    lowered_at_s: float = NEVER_S
    relieved_at_s: float = NEVER_S
    """When the guard itself last took load off."""
    entry_incline_percent: float | None = None
    """The incline this interval began with."""
    entry_speed_kmh: float | None = None
    proven_incline_percent: float | None = None
    """What the last interval ended with; None after a rest."""
    proven_speed_kmh: float | None = None
    """The speed of the last interval's end; None after a rest."""
    proven_by_heart: bool = False
    """Whether a trusted heart rate was seen at that load to its end."""
    steepest_percent: float = float("-inf")
    """The steepest incline the belt has had lately: what a heart above its limits answers to."""
    steepest_at_s: float = NEVER_S
    ceiling_percent: float | None = None
    """No incline of this session above it any more, since a rest had to be taken."""
    resting: bool = False
    staff_called_at_s: float = NEVER_S
    lost: bool = False
    """The strap was silent for so long that it must be good for 20 s before the model advises again."""
    silence_eased: bool = False
    """The step down for this silence is taken."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """Everything the guard looks at in one second."""

    standing: Advice | None
    """What the patient is shown until now."""
    reading: Reading
    session: Session
    signal: Signal
    patient: Patient
    limits: Limits
    watch: Watch

    @property
    def percent(self) -> float | None:
        """The trusted heart rate of this second in percent of HRmax, None when there is none."""
        if self.signal.quality is not Quality.GOOD or self.signal.heart_rate_bpm is None:
            return None
        return percent_of_max(self.signal.heart_rate_bpm, self.patient.hr_max_bpm)

    @property
    def estimated(self) -> bool:
        """Whether HRmax is only an estimate."""
        return self.patient.hr_max_estimated

    @property
    def ease_above_percent(self) -> float:
        """The edge above which load is taken off."""
        return self.limits.ease_above_percent_of_estimate if self.estimated else self.limits.ease_above_percent

    @property
    def incline_percent(self) -> float:
        """The incline the patient is asked for; where the belt is, when nothing is asked."""
        if self.standing is not None and self.standing.incline_percent is not None:
            return self.standing.incline_percent
        return self.belt_incline_percent

    @property
    def belt_incline_percent(self) -> float:
        """Where the belt is; what was advised, else the lowest incline, while the treadmill is silent."""
        if self.reading.incline_percent is not None:
            return self.reading.incline_percent
        if self.standing is not None and self.standing.incline_percent is not None:
            return self.standing.incline_percent
        return self.patient.treadmill.incline_min_percent

    @property
    def speed_kmh(self) -> float | None:
        """The speed the patient is asked for, else the belt's, None when nobody knows."""
        if self.standing is not None and self.standing.speed_kmh is not None:
            return self.standing.speed_kmh
        return self.reading.speed_kmh

    @property
    def usual_incline_percent(self) -> float:
        """The patient's usual incline in intervals."""
        noted = self.patient.start_incline_percent
        return self.limits.usual_incline_percent if noted is None else noted


def watched(scene: Scene) -> Watch:
    """The guard's memory after one more reading, before it decides."""
    watch, at_s = scene.watch, scene.reading.at_s
    passed_s = 0.0 if watch.at_s is None or scene.reading.resumed else max(0.0, at_s - watch.at_s)
    percent, limits = scene.percent, scene.limits
    watch = replace(
        _entered(scene),
        at_s=at_s,
        above_ease_s=_count(
            watch.above_ease_s, passed_s, above=percent is not None and percent > scene.ease_above_percent
        ),
        above_rest_s=_count(
            watch.above_rest_s, passed_s, above=percent is not None and percent > limits.rest_above_percent
        ),
        at_max_s=_count(watch.at_max_s, passed_s, above=percent is not None and percent >= limits.staff_at_percent),
    )
    belt = scene.belt_incline_percent
    if belt >= watch.steepest_percent or at_s - watch.steepest_at_s > LATELY_S:
        watch = replace(watch, steepest_percent=belt, steepest_at_s=at_s)
    if scene.signal.quality is Quality.STALE and scene.signal.silent_s >= limits.leave_model_after_s:
        return replace(watch, lost=True)
    if scene.signal.quality is Quality.GOOD and scene.signal.good_for_s >= limits.trust_again_after_s:
        return replace(watch, lost=False, silence_eased=False)
    return watch


def _entered(scene: Scene) -> Watch:
    watch, session = scene.watch, scene.session
    if scene.reading.resumed:
        watch = replace(watch, changed_at_s=NEVER_S, raised_at_s=NEVER_S, lowered_at_s=NEVER_S, relieved_at_s=NEVER_S)
    if (watch.phase, watch.interval) == (session.phase, session.interval):
        return watch
    proven, proven_kmh = watch.proven_incline_percent, watch.proven_speed_kmh
    by_heart = watch.proven_by_heart
    if watch.phase is Phase.INTERVAL:
        proven = None if watch.resting else scene.incline_percent
        proven_kmh = None if watch.resting else scene.speed_kmh
        by_heart = proven is not None and scene.percent is not None and not scene.signal.too_low
    return replace(
        watch,
        phase=session.phase,
        interval=session.interval,
        changed_at_s=NEVER_S,
        resting=False,
        entry_incline_percent=None,
        entry_speed_kmh=None,
        proven_incline_percent=proven,
        proven_speed_kmh=proven_kmh,
        proven_by_heart=by_heart,
    )


def _count(so_far_s: float, passed_s: float, *, above: bool) -> float:
    # A beat or two below the edge does not undo ten seconds above it.
    return min(COUNTED_UP_TO_S, so_far_s + passed_s) if above else max(0.0, so_far_s - 2 * passed_s)
