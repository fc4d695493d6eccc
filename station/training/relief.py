"""What takes load off: a heart above its limits, or a strap that has been silent for too long.

Responsible for everything the guard does on its own account; none of it asks the coach, none of it waits.
"""

from dataclasses import dataclass, replace

from station.training.advice import Reason
from station.training.bars import by_feel, fastest_kmh
from station.training.prescription import Phase
from station.training.session import Belt
from station.training.signal import Quality
from station.training.watch import Scene, Watch

HARDLY = 1e-6
USUAL_SPEED_KMH = 5.0
LEAST_BPM_PER_PERCENT, MOST_BPM_PER_PERCENT = 2.5, 8.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Relief:
    """At most this incline (percent) and at most this speed (km/h), each as far as it is said."""

    incline_percent: float | None
    speed_kmh: float | None = None
    reason: Reason


def alarmed(scene: Scene) -> Watch:
    """The guard's memory once the heart rate was held against the highest limits: who must rest, who needs staff."""
    watch, limits = scene.watch, scene.limits
    if watch.at_max_s >= limits.staff_after_s:
        watch = replace(watch, resting=True, staff_called_at_s=scene.reading.at_s)
    elif watch.above_rest_s >= limits.rest_after_s:
        watch = replace(watch, resting=True)
    elif watch.resting and _recovered(scene):
        watch = replace(watch, resting=False)
    if watch.resting and not scene.watch.resting and scene.session.phase is Phase.INTERVAL:
        ceiling = max(scene.belt_incline_percent, watch.steepest_percent) - limits.easier_after_rest_percent
        earlier = ceiling if watch.ceiling_percent is None else watch.ceiling_percent
        watch = replace(watch, ceiling_percent=min(ceiling, earlier))
    return watch


def relief(scene: Scene) -> Relief | None:
    """The load the patient must not go above now; None when there is no reason to take load off."""
    if scene.watch.resting:
        at_max = scene.reading.at_s - scene.watch.staff_called_at_s <= scene.limits.staff_called_for_s
        return _rest(scene, Reason.GUARD_AT_MAX if at_max else Reason.GUARD_ABOVE_97)
    return _silence(scene) or _easing(scene)


def lowest(*loads: float | None) -> float | None:
    """The lowest of the loads that are known (inclines, or speeds); None when none is."""
    return min((load for load in loads if load is not None), default=None)


def _recovered(scene: Scene) -> bool:
    # The rest of an interval stays a rest; a rest taken elsewhere ends when the heart is below the edge again.
    if scene.session.phase is Phase.INTERVAL:
        return False
    return scene.percent is not None and scene.percent <= scene.ease_above_percent


def _rest(scene: Scene, reason: Reason) -> Relief:
    reach = scene.patient.treadmill
    noted = scene.patient.recovery_incline_percent
    easy = reach.incline_on_grid(reach.incline_min_percent if noted is None else noted)
    incline = _lower(scene, min(easy, scene.incline_percent))
    speed = scene.speed_kmh
    runs = speed is not None and speed > scene.limits.walking_up_to_kmh
    walk = reach.speed_not_above(scene.limits.easy_walk_kmh) if runs else None
    return Relief(incline_percent=incline, speed_kmh=_repeated_kmh(scene) or walk, reason=reason)


def _repeated_kmh(scene: Scene) -> float | None:
    """Half a km/h less than was asked, for a belt that is still steeper than it was asked to be; None when it is not.

    The same load again would be no prompt: neither tone nor speech would come with it.
    """
    asked_s = scene.reading.at_s - scene.watch.lowered_at_s
    if asked_s < scene.limits.unheeded_after_s or scene.session.belt is Belt.STANDING:
        return None
    belt, speed = scene.reading.incline_percent, scene.reading.speed_kmh
    if belt is None or speed is None or belt <= scene.incline_percent + scene.limits.heeded_within_percent:
        return None
    slower = min(speed, speed if scene.speed_kmh is None else scene.speed_kmh) - scene.limits.slower_kmh
    reach = scene.patient.treadmill
    return reach.speed_not_above(min(slower, fastest_kmh(scene))) if slower >= reach.speed_min_kmh else None


def _silence(scene: Scene) -> Relief | None:
    """The ladder for a silent strap in an interval: after 30 s hold or one step down, after 60 s walk easily."""
    signal, limits = scene.signal, scene.limits
    if scene.session.phase is not Phase.INTERVAL or by_feel(scene) or signal.quality is not Quality.STALE:
        return None
    if signal.silent_s >= limits.walk_easy_after_s:
        return _rest(scene, Reason.SIGNAL_LOST)
    if signal.silent_s < limits.leave_model_after_s or scene.watch.silence_eased:
        return None
    last_bpm = signal.trusted_bpm
    if last_bpm is not None and last_bpm < limits.hold_below_percent / 100 * scene.patient.hr_max_bpm:
        return None
    lower = _lower(scene, scene.incline_percent - limits.silence_step_percent)
    return Relief(incline_percent=lower, reason=Reason.SIGNAL_LOST)


def _easing(scene: Scene) -> Relief | None:
    """A step down in proportion to how far the heart is above the edge; by speed when the hill is flat already."""
    watch, limits, percent, at_s = scene.watch, scene.limits, scene.percent, scene.reading.at_s
    in_interval = scene.session.phase is Phase.INTERVAL
    again_s = limits.ease_again_after_s if in_interval else limits.ease_again_at_rest_after_s
    if percent is None or watch.above_ease_s < limits.ease_after_s:
        return None
    slower = _repeated_kmh(scene)
    if slower is not None:
        return Relief(incline_percent=scene.incline_percent, speed_kmh=slower, reason=Reason.GUARD_ABOVE_95)
    if at_s - watch.lowered_at_s < again_s:
        return None
    if scene.session.belt is Belt.STANDING:
        return None
    reach, belt = scene.patient.treadmill, scene.belt_incline_percent
    if belt <= reach.incline_min_percent + HARDLY:
        return _slower(scene)
    too_much_bpm = (percent - scene.ease_above_percent + limits.ease_by) / 100 * scene.patient.hr_max_bpm
    drop = max(reach.incline_step_percent, limits.ease_share * too_much_bpm / _bpm_per_percent(scene))
    return Relief(incline_percent=_lower(scene, belt - drop), reason=Reason.GUARD_ABOVE_95)


def _lower(scene: Scene, incline_percent: float) -> float | None:
    # A belt that is flatter than the treadmill's own lowest setting has nowhere lower to go.
    lower = scene.patient.treadmill.incline_not_above(incline_percent)
    return lower if lower <= scene.incline_percent + HARDLY else None


def _slower(scene: Scene) -> Relief | None:
    # What is asked for may be slower than the belt: easing never takes that back.
    speed = lowest(scene.reading.speed_kmh or None, scene.speed_kmh)
    reach = scene.patient.treadmill
    if speed is None or speed <= reach.speed_min_kmh:
        return None
    slower = reach.speed_not_above(min(fastest_kmh(scene), speed - scene.limits.slower_kmh))
    return Relief(
        incline_percent=_lower(scene, reach.incline_min_percent), speed_kmh=slower, reason=Reason.GUARD_ABOVE_95
    )


def _bpm_per_percent(scene: Scene) -> float:
    # ACSM: a percent of incline costs in proportion to the speed, a runner half of what it costs a walker.
    speed = scene.reading.speed_kmh or USUAL_SPEED_KMH
    gait = 0.5 if speed > scene.limits.walking_up_to_kmh else 1.0
    per_percent = scene.limits.bpm_per_percent_at_5_kmh * gait * speed / USUAL_SPEED_KMH
    return min(MOST_BPM_PER_PERCENT, max(LEAST_BPM_PER_PERCENT, per_percent))
