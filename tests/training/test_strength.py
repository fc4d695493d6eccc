"""What a strength prescription allows. 4 x 4 at 85-90 % of 1RM, rounded down to the plates (clinical.md section 2)."""

from dataclasses import replace
from typing import Any

import pytest

from station.training.one_rm import OneRm, OneRmSource
from station.training.prescription import Method, Phase, Prescription
from station.training.strength import Exercise, Strength, WarmUpSet

MEASURED = OneRm(kg=140.0)


def test_the_default_is_four_sets_of_four_with_three_minutes_between() -> None:
    plan = Strength()

    assert (plan.sets, plan.repetitions, plan.rest_s, plan.exercise) == (4, 4, 180, Exercise.LEG_PRESS)


def test_the_low_dose_is_only_other_figures() -> None:
    stages = Prescription(strength=Strength(sets=2, warm_up=())).stages()

    assert [(stage.phase, stage.interval) for stage in stages] == [(Phase.SET, 1), (Phase.REST, 1), (Phase.SET, 2)]


def test_the_plan_of_a_strength_session_has_its_warm_up_and_rests() -> None:
    plan = Prescription(strength=Strength())

    assert plan.method is Method.STRENGTH
    assert plan.stages()[0].phase is Phase.WARM_UP
    assert plan.total_s == 2 * (40 + 120) + 4 * 40 + 3 * 180
    assert plan.total_s == Strength().longest_s


@pytest.mark.parametrize(
    ("wished_kg", "load_kg"), [(119.0, 115.0), (120.0, 120.0), (124.9, 120.0), (2.0, 5.0), (999, 140)]
)
def test_loads_are_rounded_down_to_the_plates_and_never_above_1rm(wished_kg: float, load_kg: float) -> None:
    assert Strength(one_rm=MEASURED).on_grid(wished_kg) == load_kg


def test_a_machine_that_weighs_something_has_its_own_grid() -> None:
    sled = Strength(lightest_kg=21.0, plate_step_kg=2.5, cap_kg=100)

    assert [sled.on_grid(load_kg) for load_kg in (10, 23.4, 23.5, 200)] == [21, 21, 23.5, 98.5]


def test_the_therapists_limit_comes_before_1rm() -> None:
    assert Strength(one_rm=MEASURED, cap_kg=110).most_kg == 110


def test_an_estimated_1rm_limits_at_its_high_end() -> None:
    estimate = OneRm(kg=112, high_kg=117, source=OneRmSource.ESTIMATED)

    assert Strength(one_rm=estimate).most_kg == 115


def test_warm_up_sets_are_half_and_seven_tenths_of_1rm() -> None:
    plan = Strength(one_rm=MEASURED)

    assert [plan.warm_up_kg(easy, 115) for easy in plan.warm_up] == [70, 95]


def test_without_a_1rm_the_warm_up_is_reckoned_back_from_the_load() -> None:
    plan = Strength(start_kg=85)

    assert [plan.warm_up_kg(easy, 85) for easy in plan.warm_up] == [50, 70]


def test_a_warm_up_set_is_never_heavier_than_the_set_it_prepares() -> None:
    plan = Strength(one_rm=MEASURED)

    assert plan.warm_up_kg(WarmUpSet(repetitions=4, percent=70), 60) == 60


@pytest.mark.parametrize(
    ("figures", "named"),
    [
        ({"sets": 0}, "sets must be 1-8"),
        ({"repetitions": 30}, "repetitions must be"),
        ({"percent": 120.0}, "percent must be 40-95"),
        ({"rest_s": 5.0}, "rest_s must be"),
        ({"plate_step_kg": 0.0}, "plate_step_kg must be"),
        ({"cap_kg": 1.0}, "cap_kg must be"),
        ({"start_kg": 900.0}, "start_kg must be"),
        ({"test": True}, "repetitions must be 1 in a test"),
        ({"lightest_kg": 60.0, "one_rm": OneRm(kg=50)}, "lightest load"),
        ({"warm_up": (WarmUpSet(repetitions=0, percent=50),)}, "warm_up"),
    ],
)
def test_a_prescription_nobody_can_lift_is_refused_by_name(figures: dict[str, Any], named: str) -> None:
    with pytest.raises(ValueError, match=named):
        replace(Strength(), **figures)
