"""What the therapist may note of a patient and of the treadmill's reach."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from station.training.patient import HrMaxSource, Patient, Reach


@pytest.mark.parametrize(
    ("figures", "named"),
    [
        ({"hr_max_bpm": 99}, "hr_max_bpm must be 100-220"),
        ({"hr_max_bpm": 221}, "hr_max_bpm must be 100-220"),
        ({"hr_max_bpm": 180, "hr_rest_bpm": 29}, "hr_rest_bpm must be at least 30"),
        ({"hr_max_bpm": 180, "hr_rest_bpm": 180}, "below hr_max_bpm"),
    ],
)
def test_a_typing_mistake_is_refused_by_name(figures: dict[str, Any], named: str) -> None:
    with pytest.raises(ValueError, match=named):
        Patient(**figures)


@pytest.mark.parametrize(
    ("limits", "named"),
    [
        ({"incline_min_percent": 5.0, "incline_max_percent": 5.0}, "incline_min_percent must be below"),
        ({"incline_max_percent": 41.0}, "incline_min_percent must be below"),
        ({"incline_step_percent": 0.0}, "incline_step_percent"),
        ({"speed_min_kmh": 0.0}, "speed_min_kmh must be below"),
        ({"speed_min_kmh": 12.0}, "speed_min_kmh must be below"),
        ({"speed_step_kmh": 3.0}, "speed_step_kmh"),
    ],
)
def test_a_treadmill_that_cannot_be_is_refused_by_name(limits: dict[str, Any], named: str) -> None:
    with pytest.raises(ValueError, match=named):
        Reach(**limits)


@pytest.mark.parametrize(
    ("wanted", "nearest", "not_above"),
    [(4.7, 4.5, 4.5), (4.8, 5.0, 4.5), (-2, 0, 0), (99, 15, 15), (14.9, 15, 14.5), (6.0, 6.0, 6.0)],
)
def test_an_incline_is_put_on_the_treadmills_grid(wanted: float, nearest: float, not_above: float) -> None:
    assert Reach().incline_on_grid(wanted) == nearest
    assert Reach().incline_not_above(wanted) == not_above


def test_a_steepest_incline_off_the_grid_is_never_passed() -> None:
    reach = Reach(incline_max_percent=6.2, incline_step_percent=0.5)

    assert (reach.incline_on_grid(6.2), reach.incline_not_above(6.2)) == (6.0, 6.0)


@pytest.mark.parametrize(("wanted", "not_above"), [(5.4, 5.0), (5.5, 5.5), (1, 2), (99, 12)])
def test_a_speed_is_put_on_the_treadmills_grid(wanted: float, not_above: float) -> None:
    assert Reach().speed_not_above(wanted) == not_above


@given(st.floats(-50, 90), st.sampled_from([0.1, 0.5, 1.0]), st.sampled_from([-3.0, 0.0, 2.5]))
def test_every_incline_lands_within_reach(wanted: float, step: float, lowest: float) -> None:
    reach = Reach(incline_min_percent=lowest, incline_max_percent=12.0, incline_step_percent=step)

    assert lowest <= reach.incline_on_grid(wanted) <= 12.0


@pytest.mark.parametrize(
    ("notes", "by_feel"),
    [
        ({}, False),
        ({"borg_mode": True}, True),
        ({"beta_blocker": True}, False),
        ({"beta_blocker": True, "hr_max_source": HrMaxSource.AGE_FORMULA}, True),
        ({"beta_blocker": True, "hr_max_source": HrMaxSource.SESSION}, True),
        ({"hr_max_source": HrMaxSource.AGE_FORMULA}, False),
    ],
)
def test_a_beta_blocker_without_a_measured_hr_max_is_coached_by_feel(notes: dict[str, Any], *, by_feel: bool) -> None:
    assert Patient(hr_max_bpm=160, **notes).by_feel is by_feel
