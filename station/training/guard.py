"""Independent safety limits on every advice: may veto or lower what the coach wishes, never consults its model.

Always last, always wins. Down is quick, up is slow and bounded; nothing upward on doubtful heart rate. Responsible
for the order: what bars or caps a raise (`bars`), then what takes load off (`relief`), then the alarm. The figures
are `limits`'.
"""

from dataclasses import dataclass, field, replace
from enum import StrEnum

from station.training.advice import Advice, Reason
from station.training.bars import barred, by_feel, fastest_kmh, incline_cap, speed_cap, starting
from station.training.limits import Limits
from station.training.patient import Patient
from station.training.prescription import Phase
from station.training.reading import Reading
from station.training.relief import HARDLY, Relief, alarmed, lowest, relief
from station.training.session import Session
from station.training.signal import Quality, Signal
from station.training.watch import Scene, Watch, watched


class Alarm(StrEnum):
    """What the guard wants the patient to be told, above any advice."""

    TOO_HARD = "too_hard"
    """Above 95 % of HRmax for 30 s or above 97 % for 10 s, whatever was advised."""
    REST_NOW = "rest_now"
    """Recovery load now: above 97 % of HRmax for 20 s."""
    CALL_STAFF = "call_staff"
    """At or above HRmax for 5 s."""
    CHECK_STRAP = "check_strap"
    STRAP_LOST = "strap_lost"


TOO_HARD_ABOVE_PERCENT = 95.0
TOO_HARD_AFTER_S = 30.0
MUCH_TOO_HARD_AFTER_S = 10.0
REPORTED_WITHIN_KMH = 0.25
EASY_LOADS = frozenset({Reason.WARM_UP_LOAD, Reason.PROBE, Reason.RECOVERY_LOAD})


@dataclass(frozen=True, slots=True, kw_only=True)
class Guard:
    """What the guard remembers between readings."""

    advice: Advice | None = None
    """The advice that stands after the guard had its say: what the patient is shown."""
    alarm: Alarm | None = None
    veto: str | None = None
    """Why the coach's wish was cut or held back, for the log; None when it passed unchanged."""
    limits: Limits = field(default_factory=Limits, repr=False)
    watch: Watch = field(default_factory=Watch, repr=False)


@dataclass(frozen=True, slots=True)
class Load:
    """An incline (percent) and a speed (km/h) to ask for, None where nothing is asked, and what cut it."""

    incline_percent: float | None
    speed_kmh: float | None
    veto: str | None = None


def guarded(  # noqa: PLR0913  # the guard sees everything on purpose
    guard: Guard,
    wish: Advice | None,
    *,
    reading: Reading,
    session: Session,
    signal: Signal,
    patient: Patient,
) -> Guard:
    """The guard after one more reading, given what the coach wishes to advise."""
    if not session.training:
        return Guard(limits=guard.limits)
    scene = Scene(
        standing=guard.advice,
        reading=reading,
        session=session,
        signal=signal,
        patient=patient,
        limits=guard.limits,
        watch=guard.watch,
    )
    scene = replace(scene, watch=watched(scene))
    watch = alarmed(scene)
    if watch is not scene.watch:
        scene = replace(scene, watch=watch)
    taken = relief(scene)
    load = _allowed(scene, wish)
    relieved = _relieved(load, taken)
    advice = _shown(scene, wish, relieved, taken)
    return Guard(
        advice=advice,
        alarm=_alarm(scene),
        veto=relieved.veto,
        limits=guard.limits,
        watch=_remembered(scene, advice, taken, relieved=relieved != load),
    )


def _allowed(scene: Scene, wish: Advice | None) -> Load:
    """The wish within the treadmill's reach, the bars and the caps."""
    if wish is None:
        return Load(None, None)
    incline, incline_veto = _incline(scene, wish)
    speed, speed_veto = _speed(scene, wish)
    return Load(incline, speed, incline_veto or speed_veto)


def _incline(scene: Scene, wish: Advice) -> tuple[float | None, str | None]:
    if wish.incline_percent is None:
        return None, None
    reach, asked = scene.patient.treadmill, scene.incline_percent
    held = None if scene.standing is None else scene.standing.incline_percent
    wanted = reach.incline_on_grid(wish.incline_percent)
    if wanted <= asked + HARDLY:
        return (held, "too_soon_down") if wanted < asked and _may_wait(scene, wish) else (wanted, None)
    bar = _barred(scene, wish)
    if bar is not None:
        return held, bar
    cap = incline_cap(scene)
    most = reach.incline_not_above(cap.most)
    if wanted <= most + HARDLY and most <= cap.most + HARDLY:
        return wanted, None
    return (most if asked < most <= cap.most else held), cap.bound


def _speed(scene: Scene, wish: Advice) -> tuple[float | None, str | None]:
    held = None if scene.standing is None else scene.standing.speed_kmh
    if wish.speed_kmh is None:
        # "Keep the speed you have", said before the guard asked for a lower one, does not take that back.
        return (held if wish.since_s <= scene.watch.relieved_at_s else None), None
    reach, asked = scene.patient.treadmill, scene.speed_kmh
    cap = speed_cap(scene)
    wanted = reach.speed_not_above(min(wish.speed_kmh, fastest_kmh(scene)))
    # A belt set to 5.0 reports 4.9 at times: the speed the patient has is not faster.
    if asked is not None and wanted <= asked + (HARDLY if held is not None else REPORTED_WITHIN_KMH):
        return (held, "too_soon_down") if wanted < asked and _may_wait(scene, wish) else (wanted, None)
    bar = _barred(scene, wish)
    if bar is not None:
        return held, bar
    most = reach.speed_not_above(cap.most)
    if wanted <= most + HARDLY:
        return wanted, None
    return (most if asked is None or asked < most <= cap.most else held), cap.bound


def _barred(scene: Scene, wish: Advice) -> str | None:
    if wish.since_s <= scene.watch.relieved_at_s:
        # The guard took load off after the coach had wished this: the coach must think again first.
        return "wished_before_relief"
    near_s = scene.limits.start_window_s + scene.limits.up_gap_s
    if wish.reason in EASY_LOADS and scene.standing is not None and scene.session.phase_left_s < near_s:
        # A prompt for a steeper rest would cost the interval its own, which must come 28 s later at the earliest.
        return "start_is_near"
    return barred(scene)


def _may_wait(scene: Scene, wish: Advice) -> bool:
    """Whether a downward prompt can wait until the last one has had its time: never when it is for safety."""
    if wish.reason in (Reason.EASIER_TODAY, Reason.EFFORT):
        return False
    calm = scene.percent is not None and scene.percent <= scene.limits.down_at_once_above_percent
    return calm and scene.reading.at_s - scene.watch.changed_at_s < scene.limits.down_gap_s


def _relieved(load: Load, taken: Relief | None) -> Load:
    if taken is None:
        return load
    incline = lowest(load.incline_percent, taken.incline_percent)
    speed = lowest(load.speed_kmh, taken.speed_kmh)
    if (incline, speed) == (load.incline_percent, load.speed_kmh):
        return load
    return Load(incline, speed, taken.reason.value)


def _shown(scene: Scene, wish: Advice | None, load: Load, taken: Relief | None) -> Advice | None:
    asked = (load.incline_percent, load.speed_kmh)
    if asked == (None, None):
        return None
    standing, at_s = scene.standing, scene.reading.at_s
    since_s = at_s
    if standing is not None and asked == (standing.incline_percent, standing.speed_kmh):
        since_s = standing.since_s
    if wish is not None and load.veto is None:
        return replace(wish, incline_percent=load.incline_percent, speed_kmh=load.speed_kmh, since_s=since_s)
    if standing is not None and since_s == standing.since_s:
        return standing
    reason = Reason.GUARD_LIMIT
    if taken is not None and load.veto == taken.reason.value:
        reason = taken.reason
    elif wish is not None and starting(scene):
        reason = wish.reason
    return Advice(
        incline_percent=load.incline_percent,
        speed_kmh=load.speed_kmh,
        reason=reason,
        since_s=since_s,
        confidence=None if wish is None else wish.confidence,
    )


def _alarm(scene: Scene) -> Alarm | None:
    watch, limits, signal = scene.watch, scene.limits, scene.signal
    if scene.reading.at_s - watch.staff_called_at_s <= limits.staff_called_for_s:
        return Alarm.CALL_STAFF
    if watch.resting:
        return Alarm.REST_NOW
    if signal.quality is Quality.STALE and not by_feel(scene):
        if scene.session.phase is Phase.INTERVAL and signal.silent_s >= limits.walk_easy_after_s:
            return Alarm.STRAP_LOST
        return Alarm.CHECK_STRAP if signal.silent_s >= limits.check_strap_after_s else None
    if scene.percent is None or scene.percent <= TOO_HARD_ABOVE_PERCENT:
        return None
    if watch.above_ease_s >= TOO_HARD_AFTER_S or watch.above_rest_s >= MUCH_TOO_HARD_AFTER_S:
        return Alarm.TOO_HARD
    return None


def _remembered(scene: Scene, advice: Advice | None, taken: Relief | None, *, relieved: bool) -> Watch:
    watch, at_s = scene.watch, scene.reading.at_s
    if taken is not None and taken.reason is Reason.SIGNAL_LOST:
        watch = replace(watch, silence_eased=True)
    if relieved:
        watch = replace(watch, relieved_at_s=at_s)
    if scene.session.phase is Phase.INTERVAL and starting(scene):
        watch = _begun(watch, scene, advice)
    if advice is None or advice.same_load(scene.standing):
        return watch
    up = _rises(advice.incline_percent, scene.incline_percent) or _rises(advice.speed_kmh, scene.speed_kmh)
    down = _rises(scene.incline_percent, advice.incline_percent) or _rises(scene.speed_kmh, advice.speed_kmh)
    return replace(
        watch,
        changed_at_s=at_s,
        raised_at_s=at_s if up else watch.raised_at_s,
        lowered_at_s=at_s if down else watch.lowered_at_s,
    )


def _begun(watch: Watch, scene: Scene, advice: Advice | None) -> Watch:
    incline = scene.incline_percent if advice is None or advice.incline_percent is None else advice.incline_percent
    speed = scene.speed_kmh if advice is None or advice.speed_kmh is None else advice.speed_kmh
    return replace(
        watch,
        entry_incline_percent=incline
        if watch.entry_incline_percent is None
        else max(incline, watch.entry_incline_percent),
        entry_speed_kmh=speed if watch.entry_speed_kmh is None or speed is None else max(speed, watch.entry_speed_kmh),
    )


def _rises(now: float | None, before: float | None) -> bool:
    return now is not None and before is not None and now > before + HARDLY
