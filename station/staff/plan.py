"""What the therapist prescribes for one patient, before it meets the treadmill and the day.

From a template of `config/prescriptions/`, with this patient's own changes on it. What it becomes today is
`station.staff.profile`'s to say.
"""

from dataclasses import dataclass, field, replace

from station.training.patient import Reach
from station.training.prescription import Prescription

FASTEST_WALK_KMH = 7.0
"""Nearly everybody runs above this; a patient who only walks is never sent there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """One patient's prescription: the course of the session, the loads it starts with, and the limits on them."""

    template: str = "4x4"
    """The template it was made from: for the therapist to recognise, no longer followed."""
    prescription: Prescription = field(default_factory=Prescription)
    walk_only: bool = False
    speed_kmh: float | None = None
    """The usual speed in intervals; None: the patient's own choice."""
    start_incline_percent: float | None = None
    """For the first interval; None: what the coach remembers, else a careful guess."""
    speed_max_kmh: float | None = None
    incline_max_percent: float | None = None
    """This patient's limits, on top of the treadmill's; None: the treadmill's alone."""
    borg_mode: bool = False
    """Coach by felt effort instead of heart rate."""
    beta_blocker: bool = False
    hold_rail_lightly: bool = False
    """Gripping the rail lowers the heart rate at the same load (121 against 142 bpm): keep it light, and the same."""

    def __post_init__(self) -> None:
        """Refuse loads that no treadmill has, and loads that contradict each other.

        Raises:
            ValueError: naming the figure and what is wrong with it.
        """
        for fault in _faults(self):
            raise ValueError(fault)

    def within(self, treadmill: Reach) -> Reach:
        """The treadmill's reach, cut down to this patient's limits; never beyond the treadmill's own."""
        speed_max = _least(treadmill.speed_max_kmh, self.speed_max_kmh, FASTEST_WALK_KMH if self.walk_only else None)
        incline_max = _least(treadmill.incline_max_percent, self.incline_max_percent)
        return replace(
            treadmill,
            speed_max_kmh=max(speed_max, treadmill.speed_min_kmh + treadmill.speed_step_kmh),
            incline_max_percent=max(incline_max, treadmill.incline_min_percent + treadmill.incline_step_percent),
        )


def _faults(plan: Plan) -> list[str]:
    bounds = {"speed_kmh": (0.5, 30), "speed_max_kmh": (1, 30), "start_incline_percent": (-10, 40)}
    bounds["incline_max_percent"] = (0, 40)
    faults = [
        f"{name} must be {low:g}-{high:g}, not {figure:g}"
        for name, (low, high) in bounds.items()
        if (figure := getattr(plan, name)) is not None and not low <= figure <= high
    ]
    if plan.walk_only and (plan.speed_kmh or 0) > FASTEST_WALK_KMH:
        faults.append(f"walk_only: a patient who only walks is not sent at {plan.speed_kmh:g} km/h")
    if plan.speed_kmh is not None and plan.speed_max_kmh is not None and plan.speed_kmh > plan.speed_max_kmh:
        faults.append(f"speed_kmh: {plan.speed_kmh:g} is above this patient's limit of {plan.speed_max_kmh:g} km/h")
    steepest = plan.incline_max_percent
    if plan.start_incline_percent is not None and steepest is not None and plan.start_incline_percent > steepest:
        faults.append(
            f"start_incline_percent: {plan.start_incline_percent:g} is above this patient's limit of {steepest:g} %"
        )
    return faults


def _least(*limits: float | None) -> float:
    return min(limit for limit in limits if limit is not None)
