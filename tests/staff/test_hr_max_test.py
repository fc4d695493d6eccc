"""The guided HRmax test, and what a session says of HRmax."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta

import pytest

from station.coach.coaching import Coaching, after, begin
from station.intents import Intent
from station.question import Asked, answered
from station.staff.clearance import Clearance, Role
from station.staff.hr_max import HrMax
from station.staff.plan import Plan
from station.staff.profile import Profile, training_patient
from station.staff.session_test import Second, hr_max_of_4x4, hr_max_of_test
from station.templates import templates
from station.training.cue import Cue
from station.training.patient import HrMaxSource, Patient, Reach
from station.training.prescription import ALL_OUT_AFTER_S, LONGEST_ALL_OUT_S, Phase, Prescription
from station.training.reading import Press, Reading
from station.visit import Picture

TODAY = date(2026, 11, 25)
SHORT_TEST = Prescription(warm_up_s=10, intervals=3, interval_s=20, recovery_s=10, cool_down_s=120, hr_max_test=True)
LAST_BEGINS_S = 10 + 20 + 10 + 20 + 10
ALL_OUT_BEGINS_S = LAST_BEGINS_S + ALL_OUT_AFTER_S


def beats(second: int, peak: int) -> int:
    """A heart that climbs to its peak in the all-out part, and comes down by a beat each two seconds after it."""
    if second <= ALL_OUT_BEGINS_S:
        return 140
    return min(peak, round(140 + (second - ALL_OUT_BEGINS_S)))


def ran(
    *, enough_at_s: int | None = None, peak: int = 198, hr_max_bpm: int = 180, seconds: int = 500
) -> list[Coaching]:
    """A test second by second; the patient says that it was all at that second."""
    coaching = begin(Patient(hr_max_bpm=hr_max_bpm, prescription=SHORT_TEST))
    seen = []
    for second in range(seconds):
        pressed = (Press.ENOUGH,) if second == enough_at_s else ()
        reading = Reading(
            at_s=float(second), heart_rate_bpm=beats(second, peak), contact=True, speed_kmh=8.0, incline_percent=6.0,
            pressed=pressed,
        )  # fmt: skip
        coaching = after(coaching, reading)
        seen.append(coaching)
    return seen


def test_the_test_is_two_intervals_and_a_third_to_exhaustion() -> None:
    phases = [(each.session.phase, each.session.interval) for each in ran(enough_at_s=250)]

    assert list(dict.fromkeys(phases)) == [
        (Phase.WARM_UP, 0),
        (Phase.INTERVAL, 1),
        (Phase.RECOVERY, 1),
        (Phase.INTERVAL, 2),
        (Phase.RECOVERY, 2),
        (Phase.INTERVAL, 3),
        (Phase.COOL_DOWN, 3),
        (Phase.FINISHED, 3),
    ]


def test_nothing_is_advised_and_nobody_is_called_while_the_therapist_leads_to_exhaustion() -> None:
    all_out = [each for each in ran(enough_at_s=280) if each.session.all_out]

    assert len(all_out) > 60
    assert {each.advice for each in all_out} == {None}
    assert {each.guard.alarm for each in all_out} == {None}
    assert {each.cue for each in all_out} == {Cue.ALL_OUT}


def test_before_the_all_out_part_the_guard_is_as_always() -> None:
    # HRmax 140 is far too low: 140 beats are 100 % of it in the first interval.
    before = [each for each in ran(hr_max_bpm=140) if each.session.interval in {1, 2}]

    assert any(each.guard.alarm is not None for each in before)


def test_the_heart_that_comes_down_after_the_test_calls_nobody_for_a_minute_and_the_guard_is_back_then() -> None:
    after_it = [each for each in ran(enough_at_s=250) if each.session.phase is Phase.COOL_DOWN]
    first = [each for each in after_it if each.session.phase_elapsed_s < 60]
    later = [each for each in after_it if each.session.phase_elapsed_s > 75]

    assert {each.cue for each in first} == {Cue.COOL_DOWN}
    assert any(each.guard.alarm is not None for each in later)  # this heart stays at 198


def test_it_is_over_when_the_patient_can_no_more_and_at_the_latest_after_four_minutes() -> None:
    said = next(n for n, each in enumerate(ran(enough_at_s=250)) if each.session.phase is Phase.COOL_DOWN)
    unsaid = next(n for n, each in enumerate(ran()) if each.session.phase is Phase.COOL_DOWN)

    assert said == 250
    assert unsaid == pytest.approx(ALL_OUT_BEGINS_S + LONGEST_ALL_OUT_S, abs=2)


def test_enough_means_nothing_before_the_all_out_part() -> None:
    assert ran(enough_at_s=100)[101].session == ran()[101].session


def test_the_key_ok_says_that_it_was_all() -> None:
    all_out = next(each.session for each in ran() if each.session.all_out)

    _, answer = answered(Asked(), Intent.OK, all_out, Cue.ALL_OUT)

    assert answer.press is Press.ENOUGH


def test_a_stop_ends_it_as_it_ends_everything() -> None:
    all_out = next(each for each in ran() if each.session.all_out)
    stopped = after(
        all_out, Reading(at_s=(all_out.session.at_s or 0) + 1, heart_rate_bpm=180, speed_kmh=8.0, pressed=(Press.STOP,))
    )

    assert stopped.session.phase is Phase.STOPPED


def as_seconds(seen: list[Coaching], peak: int, *, contact: bool = True) -> list[Second]:
    return [
        Second(
            reading=Reading(at_s=float(n), heart_rate_bpm=beats(n, peak), contact=contact),
            phase=each.session.phase,
            interval=each.session.interval,
        )
        for n, each in enumerate(seen)
    ]


def test_the_highest_heart_rate_of_the_end_is_hr_max() -> None:
    seen = ran(enough_at_s=260)

    assert hr_max_of_test(SHORT_TEST, as_seconds(seen, 198)) == 198


def test_a_test_that_was_broken_off_or_not_clean_gives_no_hr_max() -> None:
    seen = ran(enough_at_s=260)

    assert hr_max_of_test(SHORT_TEST, as_seconds(seen[: LAST_BEGINS_S + 60], 198)) is None
    assert hr_max_of_test(SHORT_TEST, as_seconds(seen, 198, contact=False)) is None


FOUR = Prescription(warm_up_s=10, intervals=4, interval_s=60, recovery_s=10, cool_down_s=10)


def four_by_four(
    *, incline: float = 6.0, last_speed: float = 8.0, borg: int | None = 17, cut_s: int = 0
) -> Iterator[Second]:
    """A 4x4 in small: each interval climbs to 170."""
    at_s = 0.0
    for number in range(1, 5):
        for n in range(60 - (cut_s if number == 4 else 0)):
            at_s += 1
            reading = Reading(
                at_s=at_s, heart_rate_bpm=min(170, 120 + n), contact=True,
                speed_kmh=last_speed if number == 4 else 8.0, incline_percent=incline,
            )  # fmt: skip
            yield Second(reading=reading, phase="interval", interval=number)
        at_s += 1
        yield Second(reading=Reading(at_s=at_s, effort_borg=borg), phase="recovery", interval=number)


def test_a_correct_4x4_gives_its_highest_heart_rate_plus_fifteen() -> None:
    assert hr_max_of_4x4(FOUR, list(four_by_four())) == 185


@pytest.mark.parametrize(
    "wrong",
    [{"incline": 4.5}, {"last_speed": 7.5}, {"borg": 13}, {"borg": None}, {"borg": 20}, {"cut_s": 10}],
)
def test_a_4x4_that_was_not_done_so_gives_none(wrong: dict[str, float]) -> None:
    assert hr_max_of_4x4(FOUR, list(four_by_four(**wrong))) is None  # type: ignore[arg-type]


def test_plus_fifteen_is_never_applied_to_an_all_out_run() -> None:
    assert hr_max_of_4x4(replace(FOUR, hr_max_test=True), list(four_by_four())) is None


TEST = Plan(prescription=Prescription(intervals=3, hr_max_test=True))
USUAL = Plan(prescription=Prescription(intervals=2))
CLEARED = Clearance(on=TODAY, role=Role.PHYSICIAN, until=TODAY + timedelta(days=90), by="KS")
ESTIMATED = Profile(
    code="K-1", picture=Picture.SUN, birth_year=1986, clearance=CLEARED, plan=TEST, plan_on=TODAY, plan_otherwise=USUAL
)


def test_a_test_is_prescribed_for_its_own_day_only() -> None:
    today = training_patient(ESTIMATED, today=TODAY, treadmill=Reach())
    tomorrow = training_patient(ESTIMATED, today=TODAY + timedelta(days=1), treadmill=Reach())

    assert today.prescription == TEST.prescription
    assert tomorrow.prescription == USUAL.prescription


def test_a_test_that_has_given_an_hr_max_is_not_done_again() -> None:
    measured = HrMax(bpm=190, source=HrMaxSource.MEASURED, on=TODAY, by="KS")

    patient = training_patient(replace(ESTIMATED, hr_max=measured), today=TODAY, treadmill=Reach())

    assert patient.prescription == USUAL.prescription


def test_without_a_clearance_there_is_no_test() -> None:
    patient = training_patient(replace(ESTIMATED, clearance=None), today=TODAY, treadmill=Reach())

    assert patient.prescription.intervals == 0
    assert not patient.prescription.hr_max_test


def test_the_test_is_among_the_templates() -> None:
    [template] = [each for each in templates() if each.plan.prescription.hr_max_test]

    assert (template.key, template.plan.prescription.intervals) == ("hr-max-test", 3)
