"""What stands in the way of more load: the bars, as a table, and the caps on how much more it may be.

Responsible for everything upward. A bar holds the whole raise; a cap cuts it. The first bar that holds is the
reason that goes into the log.
"""

from collections.abc import Callable
from dataclasses import dataclass

from station.training.prescription import Phase
from station.training.session import Belt
from station.training.signal import Quality
from station.training.suspicion import USABLE_FOR_S
from station.training.watch import Scene

Bar = Callable[[Scene], bool]


def belt_standing(scene: Scene) -> bool:
    """Nothing harder while the belt stands."""
    return scene.session.belt is Belt.STANDING


def resting(scene: Scene) -> bool:
    """A rest lasts until the phase is over."""
    return scene.watch.resting


def strap_lost(scene: Scene) -> bool:
    """Silent for 60 s, or for 30 s and not yet good again for 20 s outside the planned start of an interval."""
    if by_feel(scene):
        return False
    if scene.signal.quality is Quality.STALE and scene.signal.silent_s >= scene.limits.walk_easy_after_s:
        return True
    return scene.watch.lost and not starting(scene)


def not_good_for_long_enough(scene: Scene) -> bool:
    """Nothing harder before the heart rate has been good for 30 s; an interval's start is capped instead."""
    return not starting(scene) and not by_feel(scene) and not trusted(scene)


def fell_without_cause(scene: Scene) -> bool:
    """Nothing harder after a fall that no lower load explains, believed or not: a strap locked to the steps.

    Until the heart rate is back, or a lower load has stood for a minute; an interval's start is capped instead.
    """
    return scene.signal.too_low and not starting(scene) and not by_feel(scene)


def heart_rate_high(scene: Scene) -> bool:
    """Nothing harder above 93 % of HRmax, 88 % when HRmax is only an estimate."""
    limits = scene.limits
    edge = limits.no_up_above_percent_of_estimate if scene.estimated else limits.no_up_above_percent
    return scene.percent is not None and scene.percent > edge


def above_the_zone(scene: Scene) -> bool:
    """Nothing harder above the phase's own zone, but for the interval that is about to start."""
    if starting(scene) or scene.percent is None:
        return False
    return scene.percent > scene.patient.prescription.zone(scene.session.phase).high_percent


def nearly_over(scene: Scene) -> bool:
    """Nothing harder in the last 22 s of an interval."""
    return scene.session.phase is Phase.INTERVAL and scene.session.phase_left_s < scene.limits.quiet_end_s


def too_soon(scene: Scene) -> bool:
    """28 s between a prompt and the next one upward."""
    at_s, watch, gap_s = scene.reading.at_s, scene.watch, scene.limits.up_gap_s
    return at_s - watch.raised_at_s < gap_s or (not starting(scene) and at_s - watch.changed_at_s < gap_s)


def treadmill_silent(scene: Scene) -> bool:
    """Nothing harder for a belt that has not been seen for 15 s, but for the planned start of an interval."""
    return not starting(scene) and scene.session.belt_silent_s > scene.limits.treadmill_silent_s


BARS: tuple[Bar, ...] = (
    belt_standing,
    resting,
    strap_lost,
    fell_without_cause,
    not_good_for_long_enough,
    heart_rate_high,
    above_the_zone,
    nearly_over,
    too_soon,
    treadmill_silent,
)
"""What bars a raise; the first that holds is the reason."""


def barred(scene: Scene) -> str | None:
    """Why nothing harder may be advised now; None when it may."""
    return next((bar.__name__ for bar in BARS if bar(scene)), None)


def starting(scene: Scene) -> bool:
    """Whether the planned load of a phase is due: the warm-up's first, or an interval's around its whistle."""
    session, window_s = scene.session, scene.limits.start_window_s
    match session.phase:
        case Phase.WARM_UP if scene.standing is None and session.phase_elapsed_s <= window_s:
            return True
        case Phase.WARM_UP | Phase.RECOVERY:
            return session.phase_left_s <= window_s
        case Phase.INTERVAL:
            return session.phase_elapsed_s <= window_s
        case _:
            return False


def trusted(scene: Scene) -> bool:
    """Whether the heart rate has been good for 30 s, and is not too low for any reason but a strap's."""
    signal = scene.signal
    good = signal.quality is Quality.GOOD and signal.good_for_s >= scene.limits.good_before_up_s
    return good and not signal.too_low


def by_feel(scene: Scene) -> bool:
    """Whether the patient is coached by felt effort: heart rate is then no condition, only a limit."""
    return scene.patient.by_feel


@dataclass(frozen=True, slots=True, kw_only=True)
class Cap:
    """How far up an advice may go, and by which bound."""

    most: float
    bound: str


def incline_cap(scene: Scene) -> Cap:
    """The steepest incline (percent) that may be advised now."""
    return min(_incline_caps(scene), key=lambda cap: cap.most)


def _incline_caps(scene: Scene) -> list[Cap]:
    limits, watch = scene.limits, scene.watch
    proven = watch.proven_incline_percent
    highest_known = max(scene.usual_incline_percent, scene.usual_incline_percent if proven is None else proven)
    caps = [Cap(most=scene.patient.treadmill.incline_max_percent, bound="reach")]
    if watch.ceiling_percent is not None:
        caps.append(Cap(most=watch.ceiling_percent, bound="after_rest"))
    if starting(scene):
        caps.append(Cap(most=highest_known + limits.most_above_usual_percent, bound="above_usual"))
        if not trusted(scene) and not by_feel(scene):
            caps.append(_cautious_cap(scene))
        return caps
    caps.append(Cap(most=_stepped(scene), bound="step"))
    if scene.session.phase is Phase.INTERVAL:
        entry = watch.entry_incline_percent
        begun_at = highest_known if entry is None else max(entry, scene.usual_incline_percent)
        caps.append(Cap(most=begun_at + limits.most_up_in_interval_percent, bound="sum_of_steps"))
    else:
        caps.append(Cap(most=max(highest_known, _as_hard_as(scene, highest_known)), bound="easy_phase"))
    return caps


def _cautious_cap(scene: Scene) -> Cap:
    """Where a planned start without a trusted heart rate ends: below what is known to have been walked, or usual."""
    limits, usual, proven = scene.limits, scene.usual_incline_percent, scene.watch.proven_incline_percent
    silent = scene.signal.silent_s > USABLE_FOR_S
    if proven is not None and scene.watch.proven_by_heart and not silent:
        return Cap(most=proven - limits.cautious_below_proven_percent, bound="cautious_start")
    cautious = min(usual, usual if proven is None else proven) - limits.cautious_percent
    if scene.session.phase is Phase.WARM_UP and scene.standing is None:
        cautious = max(cautious, scene.patient.warm_up_incline_percent or 0.0)
    return Cap(most=cautious, bound="start_in_silence" if silent else "cautious_start")


def _as_hard_as(scene: Scene, incline_percent: float) -> float:
    """The incline (percent) at which the present speed costs what the intervals cost: a runner may warm up walking.

    ACSM: 0.1 S + 1.8 S G walking, 0.2 S + 0.9 S G running; only the ratio matters, so S is in km/h.
    """
    usual, now = scene.patient.speed_kmh, scene.reading.speed_kmh
    if usual is None or now is None or not 0 < now < usual:
        return incline_percent
    runs = usual > scene.limits.walking_up_to_kmh
    flat, hill = (2.0, 0.09) if runs else (1.0, 0.18)
    cost = usual * (flat + hill * incline_percent)
    flat, hill = (2.0, 0.09) if now > scene.limits.walking_up_to_kmh else (1.0, 0.18)
    return (cost / now - flat) / hill


def _stepped(scene: Scene) -> float:
    """One step up from where the patient is; a steeper belt of the patient's own choice may be agreed to."""
    asked, belt = scene.incline_percent, scene.belt_incline_percent
    if belt > asked:
        return max(belt, asked + scene.limits.most_up_percent)
    return belt + scene.limits.most_up_percent


def fastest_kmh(scene: Scene) -> float:
    """What the treadmill and the therapist allow at all; a patient who is to walk is never sent running."""
    reach = scene.patient.treadmill.speed_max_kmh
    return min(reach, scene.limits.walking_up_to_kmh) if scene.patient.walk_only else reach


def speed_cap(scene: Scene) -> Cap:
    """The highest speed (km/h) that may be advised now."""
    return min(_speed_caps(scene), key=lambda cap: cap.most)


def _speed_caps(scene: Scene) -> list[Cap]:
    limits, patient = scene.limits, scene.patient
    now = patient.treadmill.speed_min_kmh if scene.speed_kmh is None else scene.speed_kmh
    caps = [Cap(most=fastest_kmh(scene), bound="reach")]
    if starting(scene):
        usual = max(now if patient.speed_kmh is None else patient.speed_kmh, scene.watch.proven_speed_kmh or 0.0)
        return [*caps, Cap(most=usual + limits.most_faster_kmh, bound="above_usual")]
    caps.append(Cap(most=now + limits.most_faster_kmh, bound="step"))
    if scene.watch.entry_speed_kmh is not None:
        most = scene.watch.entry_speed_kmh + limits.most_faster_in_interval_kmh
        caps.append(Cap(most=most, bound="sum_of_steps"))
    return caps
