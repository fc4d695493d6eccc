"""What the guard promises whatever strap, belt and coach do: sessions made up by Hypothesis, folded second by second.

The ordinary run tries a few hundred sessions; `pytest -m slow` tries thousands.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from station.training.advice import Advice, Reason
from station.training.bars import starting
from station.training.guard import Alarm, Guard, guarded
from station.training.patient import HrMaxSource, Patient, Reach
from station.training.prescription import Phase, Prescription
from station.training.reading import Press, Reading
from station.training.session import Belt, Session, advance
from station.training.signal import Quality, Signal, judged
from station.training.watch import Scene

OFTEN = settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow])
THOUSANDS = settings(max_examples=5000, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@dataclass(frozen=True)
class Second:
    """One second of a made-up session: what the coach wished and what the guard made of it."""

    before: Guard
    after: Guard
    wish: Advice | None
    scene: Scene


@dataclass(frozen=True)
class Stretch:
    """Some seconds in which strap, belt and coach go on as they are."""

    seconds: int
    heart_rate: Callable[[int], int | None]
    speed_kmh: float | None
    incline_percent: float | None
    follows: bool
    contact: bool | None
    wish: tuple[float | None, float | None, Reason] | None
    age_s: float
    pressed: tuple[Press, ...]


def _steady(bpm: int) -> Callable[[int], int | None]:
    return lambda second: bpm + second * 7 % 5


def _ramp(bpm: int, per_s: float) -> Callable[[int], int | None]:
    return lambda second: round(bpm + per_s * second)


def _wild(numbers: list[int | None]) -> Callable[[int], int | None]:
    return lambda second: numbers[second % len(numbers)]


hearts = st.one_of(
    st.builds(_steady, st.integers(60, 200)),
    # Mostly where it matters: round the limits of a patient with an HRmax of 180.
    st.builds(_steady, st.integers(155, 182)),
    st.builds(_ramp, st.integers(90, 175), st.floats(-1.5, 1.5)),
    st.builds(_wild, st.lists(st.one_of(st.none(), st.integers(-5, 300)), min_size=1, max_size=9)),
    st.just(lambda _second: None),
)
wishes = st.one_of(
    st.none(),
    st.tuples(
        st.one_of(st.none(), st.floats(-15, 45), st.floats(0, 14)),
        st.one_of(st.none(), st.floats(-5, 40)),
        st.sampled_from(Reason),
    ),
)
stretches = st.builds(
    Stretch,
    seconds=st.integers(1, 70),
    heart_rate=hearts,
    speed_kmh=st.one_of(st.none(), st.just(0.0), st.just(5.0), st.floats(0, 14)),
    incline_percent=st.one_of(st.none(), st.floats(-3, 20)),
    follows=st.booleans(),
    contact=st.sampled_from([None, None, True, False]),
    wish=wishes,
    age_s=st.sampled_from([0.0, 0.0, 0.0, 3.0, 6.0]),
    pressed=st.sampled_from([(), (), (), (), (Press.EASIER,), (Press.STOP,)]),
)
reaches = st.one_of(
    st.just(Reach()),
    st.builds(
        Reach,
        incline_min_percent=st.sampled_from([-3.0, 0.0, 2.0]),
        incline_max_percent=st.sampled_from([6.0, 15.0, 25.0]),
        incline_step_percent=st.sampled_from([0.1, 0.5, 1.0]),
        speed_min_kmh=st.sampled_from([0.8, 2.0]),
        speed_max_kmh=st.sampled_from([6.0, 12.0]),
        speed_step_kmh=st.sampled_from([0.1, 0.5]),
    ),
)
prescriptions = st.builds(
    Prescription,
    warm_up_s=st.sampled_from([5.0, 60.0]),
    intervals=st.integers(1, 3),
    interval_s=st.sampled_from([60.0, 150.0]),
    recovery_s=st.sampled_from([15.0, 60.0]),
    cool_down_s=st.sampled_from([10.0, 60.0]),
)
patients = st.builds(
    Patient,
    hr_max_bpm=st.sampled_from([150, 180, 200]),
    hr_max_source=st.sampled_from(HrMaxSource),
    beta_blocker=st.sampled_from([False, False, True]),
    walk_only=st.booleans(),
    borg_mode=st.sampled_from([False, False, False, True]),
    speed_kmh=st.sampled_from([None, 5.0, 9.0]),
    warm_up_incline_percent=st.sampled_from([None, 2.0]),
    start_incline_percent=st.sampled_from([None, 3.0, 8.0]),
    recovery_incline_percent=st.sampled_from([None, 1.0]),
    treadmill=reaches,
    prescription=prescriptions,
)
sessions = st.tuples(patients, st.lists(stretches, min_size=3, max_size=9))


def readings(parts: list[Stretch]) -> Iterator[tuple[Stretch, Reading]]:
    at_s = 0.0
    for part in parts:
        for second in range(part.seconds):
            yield (
                part,
                Reading(
                    at_s=at_s,
                    heart_rate_bpm=part.heart_rate(second),
                    heart_rate_age_s=part.age_s,
                    speed_kmh=part.speed_kmh,
                    incline_percent=part.incline_percent,
                    contact=part.contact,
                    pressed=part.pressed if second == part.seconds - 1 else (),
                ),
            )
            at_s += 1


def folded(patient: Patient, parts: list[Stretch]) -> Iterator[Second]:
    session, signal, guard = Session(prescription=patient.prescription), Signal(), Guard()
    wish: Advice | None = None
    for part, told in readings(parts):
        reading = told
        if part.follows and guard.advice is not None and guard.advice.incline_percent is not None:
            reading = Reading(
                at_s=told.at_s,
                heart_rate_bpm=told.heart_rate_bpm,
                heart_rate_age_s=told.heart_rate_age_s,
                speed_kmh=told.speed_kmh,
                incline_percent=guard.advice.incline_percent,
                contact=told.contact,
                pressed=told.pressed,
            )
        wish = _wished(part, wish, reading.at_s)
        session, signal = advance(session, reading), judged(signal, reading)
        before = guard
        guard = guarded(guard, wish, reading=reading, session=session, signal=signal, patient=patient)
        scene = Scene(
            standing=before.advice,
            reading=reading,
            session=session,
            signal=signal,
            patient=patient,
            limits=guard.limits,
            watch=before.watch,
        )
        yield Second(before, guard, wish, scene)


def _wished(part: Stretch, wish: Advice | None, at_s: float) -> Advice | None:
    if part.wish is None:
        return None
    incline, speed, reason = part.wish
    fresh = Advice(incline_percent=incline, speed_kmh=speed, reason=reason, since_s=at_s)
    return wish if fresh.same_load(wish) else fresh


def incline(guard: Guard) -> float | None:
    return None if guard.advice is None else guard.advice.incline_percent


def speed(guard: Guard) -> float | None:
    return None if guard.advice is None else guard.advice.speed_kmh


def raised(second: Second) -> bool:
    """Whether the patient is asked for more incline or speed than a second ago, or than the belt has."""
    now, scene = second.after, second.scene
    steeper = incline(now) is not None and incline(now) > scene.incline_percent + 1e-6
    if speed(now) is None or scene.speed_kmh is None:
        return steeper
    return steeper or speed(now) > scene.speed_kmh + 0.25


def stays_within_reach(patient: Patient, seconds: list[Second]) -> None:
    reach = patient.treadmill
    for second in seconds:
        if (advised := incline(second.after)) is not None:
            assert reach.incline_min_percent <= advised <= reach.incline_max_percent
            assert advised == pytest.approx(reach.incline_not_above(advised + 1e-6))
        if (advised := speed(second.after)) is not None:
            assert reach.speed_min_kmh <= advised <= reach.speed_max_kmh
            assert advised == pytest.approx(reach.speed_not_above(advised + 1e-6))
            assert advised <= 7 or not patient.walk_only


def raises_only_on_a_good_heart_rate(patient: Patient, seconds: list[Second]) -> None:
    for second in seconds:
        if not raised(second) or patient.by_feel:
            continue
        scene, signal = second.scene, second.scene.signal
        if signal.quality is Quality.GOOD and signal.good_for_s >= 30:
            continue
        assert starting(scene)
        assert signal.silent_s < 60
        usual = 6.0 if patient.start_incline_percent is None else patient.start_incline_percent
        noted = patient.warm_up_incline_percent or 0.0
        watch = second.after.watch
        if watch.proven_by_heart and signal.silent_s <= 5 and watch.proven_incline_percent is not None:
            noted = max(noted, watch.proven_incline_percent - 0.5)
        if incline(second.after) is not None and incline(second.after) > scene.incline_percent:
            assert incline(second.after) <= max(usual - 1.5, noted) + 1e-6


def never_raises_a_high_heart_rate(patient: Patient, seconds: list[Second]) -> None:
    edge = 88 if patient.hr_max_source is HrMaxSource.AGE_FORMULA else 93
    for second in seconds:
        percent = second.scene.percent
        assert not raised(second) or percent is None or percent <= edge


def keeps_its_distance(_patient: Patient, seconds: list[Second]) -> None:
    raised_at_s = float("-inf")
    for second in seconds:
        if raised(second):
            assert second.scene.reading.at_s - raised_at_s >= 28
            raised_at_s = second.scene.reading.at_s


def bounds_each_step_and_their_sum(patient: Patient, seconds: list[Second]) -> None:
    usual = 6.0 if patient.start_incline_percent is None else patient.start_incline_percent
    begun_with: dict[int, float] = {}
    for second in seconds:
        scene, advised = second.scene, incline(second.after)
        if advised is None or not raised(second) or advised <= scene.incline_percent:
            continue
        number = scene.session.interval
        if not starting(scene):
            assert advised <= max(scene.belt_incline_percent, scene.incline_percent + 3) + 1e-6
        if scene.session.phase is Phase.INTERVAL and not starting(scene):
            highest_entry = max(usual, begun_with.get(number, usual))
            assert advised <= max(highest_entry, second.before.watch.entry_incline_percent or 0.0) + 4 + 1e-6
        elif scene.session.phase is Phase.INTERVAL:
            begun_with[number] = max(advised, begun_with.get(number, advised))


def takes_load_off_an_overworked_heart(_patient: Patient, seconds: list[Second]) -> None:
    above_s = 0.0
    for second in seconds:
        percent = second.scene.percent
        above_s = above_s + 1 if percent is not None and percent > 95 else 0.0
        if above_s <= 10 or not second.scene.session.training:
            continue
        assert not raised(second)
        before, now = incline(second.before), incline(second.after)
        assert before is None or now is None or now <= before
        slow, fast = speed(second.after), speed(second.before)
        assert slow is None or fast is None or slow <= fast


def says_nothing_outside_a_session(_patient: Patient, seconds: list[Second]) -> None:
    for second in seconds:
        if not second.scene.session.training:
            assert (second.after.advice, second.after.alarm) == (None, None)


def raises_nothing_on_a_standing_belt(_patient: Patient, seconds: list[Second]) -> None:
    for second in seconds:
        assert not raised(second) or second.scene.session.belt is Belt.MOVING


def never_holds_back_what_is_safer(patient: Patient, seconds: list[Second]) -> None:
    for second in seconds:
        scene, wish, percent = second.scene, second.wish, second.scene.percent
        if wish is None or wish.incline_percent is None or not scene.session.training:
            continue
        if percent is not None and percent <= 90:
            continue
        wanted = patient.treadmill.incline_on_grid(wish.incline_percent)
        if wanted < scene.incline_percent:
            assert incline(second.after) is not None
            assert incline(second.after) <= wanted + 1e-6


def walks_easily_without_a_strap(patient: Patient, seconds: list[Second]) -> None:
    easy = patient.treadmill.incline_on_grid(patient.recovery_incline_percent or patient.treadmill.incline_min_percent)
    for second in seconds:
        signal, session = second.scene.signal, second.scene.session
        lost = signal.quality is Quality.STALE and signal.silent_s >= 60 and not patient.by_feel
        if not lost or session.phase is not Phase.INTERVAL:
            continue
        assert second.after.alarm in {Alarm.STRAP_LOST, Alarm.REST_NOW, Alarm.CALL_STAFF}
        assert incline(second.after) is None or incline(second.after) <= easy
        assert incline(second.after) is not None or second.scene.incline_percent <= easy


PROMISES = [
    stays_within_reach,
    raises_only_on_a_good_heart_rate,
    never_raises_a_high_heart_rate,
    keeps_its_distance,
    bounds_each_step_and_their_sum,
    takes_load_off_an_overworked_heart,
    says_nothing_outside_a_session,
    raises_nothing_on_a_standing_belt,
    never_holds_back_what_is_safer,
    walks_easily_without_a_strap,
]


@OFTEN
@given(session=sessions)
def test_the_guard_keeps_every_promise(session: tuple[Patient, list[Stretch]]) -> None:
    patient, parts = session
    seconds = list(folded(patient, parts))
    for promise in PROMISES:
        promise(patient, seconds)


@pytest.mark.slow
@THOUSANDS
@given(session=sessions)
def test_the_guard_keeps_every_promise_over_thousands_of_sessions(session: tuple[Patient, list[Stretch]]) -> None:
    patient, parts = session
    seconds = list(folded(patient, parts))
    for promise in PROMISES:
        promise(patient, seconds)
