from datetime import date, timedelta

import pytest

from station.staff.hr_max import Doubt, Expiry, HrMax, after_session, by_age, doubts, expiry, possible
from station.training.patient import HrMaxSource

SET_ON = date(2026, 9, 1)
MEASURED = HrMax(bpm=180, source=HrMaxSource.MEASURED, on=SET_ON, by="KS")


@pytest.mark.parametrize(("age", "bpm"), [(20, 198), (40, 185), (60, 173)])
def test_the_age_formula_is_the_one_of_the_hunt_study(age: int, bpm: int) -> None:
    assert by_age(age) == bpm  # 211 - 0.64 x age, Nes et al. 2013


def test_a_correct_session_gives_its_highest_heart_rate_plus_fifteen() -> None:
    assert after_session(170) == 185


def test_a_session_never_proposes_more_than_a_heart_can_do() -> None:
    assert after_session(215) == 220


@pytest.mark.parametrize("bpm", [99, 221, 0, 5523])
def test_an_hr_max_outside_100_to_220_is_refused(bpm: int) -> None:
    assert not possible(bpm)
    with pytest.raises(ValueError, match="HRmax must be 100-220"):
        HrMax(bpm=bpm, source=HrMaxSource.MEASURED, on=SET_ON, by="KS")


@pytest.mark.parametrize(("bpm", "asked"), [(190, False), (191, True), (170, False), (169, True)])
def test_a_change_of_more_than_ten_beats_is_asked_for_twice(bpm: int, *, asked: bool) -> None:
    assert (Doubt.FAR_FROM_LAST in doubts(bpm, before=180, age_years=None)) == asked


@pytest.mark.parametrize(("bpm", "asked"), [(200, False), (201, True)])
def test_more_than_fifteen_above_the_age_formula_is_asked_for_twice(bpm: int, *, asked: bool) -> None:
    assert (Doubt.FAR_ABOVE_AGE_FORMULA in doubts(bpm, before=None, age_years=40)) == asked


@pytest.mark.parametrize(("bpm", "asked"), [(205, False), (206, True)])
def test_without_a_year_of_birth_what_few_hearts_reach_is_asked_for_twice(bpm: int, *, asked: bool) -> None:
    assert (Doubt.HIGH_WITHOUT_AGE in doubts(bpm, before=None, age_years=None)) == asked
    assert Doubt.HIGH_WITHOUT_AGE not in doubts(bpm, before=None, age_years=20)


@pytest.mark.parametrize(("bpm", "asked"), [(119, True), (120, False)])
@pytest.mark.parametrize("age_years", [None, 20, 95])
def test_what_few_hearts_stop_at_is_asked_for_twice_whatever_the_age(
    bpm: int, age_years: int | None, *, asked: bool
) -> None:
    assert (Doubt.LOW_AT_ANY_AGE in doubts(bpm, before=None, age_years=age_years)) == asked


@pytest.mark.parametrize(("days", "holds"), [(0, True), (56, True), (57, False)])
def test_an_hr_max_holds_for_eight_weeks(days: int, *, holds: bool) -> None:
    over = expiry(MEASURED, today=SET_ON + timedelta(days=days), medication_changed=None)

    assert over is (None if holds else Expiry.TIME)


@pytest.mark.parametrize(
    ("changed", "over"),
    [
        (SET_ON - timedelta(days=1), None),
        (SET_ON, Expiry.MEDICATION),
        (SET_ON + timedelta(days=3), Expiry.MEDICATION),
        (SET_ON + timedelta(days=8), None),  # still to come
    ],
)
def test_a_change_of_medication_ends_an_hr_max_that_was_set_before_it(changed: date, over: Expiry | None) -> None:
    assert expiry(MEASURED, today=SET_ON + timedelta(days=7), medication_changed=changed) is over
