import pytest
from hypothesis import given
from hypothesis import strategies as st

from station.coach.demand import Gait, demand_per_percent, gait, incline_for, oxygen_demand


def test_walking_costs_what_acsm_prints() -> None:
    # ACSM: 0.1 S + 1.8 S G + 3.5 with S in m/min; 5 km/h is 83.3 m/min.
    assert oxygen_demand(5.0, 10.0) == pytest.approx(0.1 * 83.333 + 1.8 * 83.333 * 0.10 + 3.5, abs=0.01)


def test_running_costs_what_acsm_prints() -> None:
    assert oxygen_demand(9.0, 4.0) == pytest.approx(0.2 * 150 + 0.9 * 150 * 0.04 + 3.5)


def test_a_standing_belt_costs_what_rest_costs() -> None:
    assert oxygen_demand(0.0, 12.0) == 3.5
    assert incline_for(30.0, 0.0) == 0.0


def test_the_gait_is_kept_between_the_two_thresholds() -> None:
    assert gait(6.9, Gait.WALKING) is Gait.WALKING
    assert gait(6.9, Gait.RUNNING) is Gait.RUNNING
    assert gait(8.0) is Gait.RUNNING
    assert gait(5.0, Gait.RUNNING) is Gait.WALKING


@given(st.floats(1, 15), st.floats(-5, 20), st.floats(0.1, 10), st.sampled_from(list(Gait)))
def test_a_steeper_hill_never_costs_less(speed: float, incline: float, more: float, moving: Gait) -> None:
    assert oxygen_demand(speed, incline + more, moving) >= oxygen_demand(speed, incline, moving)
    assert demand_per_percent(speed, moving) > 0


@given(st.floats(1, 15), st.floats(0, 20))
def test_the_incline_for_a_demand_gives_back_the_demand(speed: float, incline: float) -> None:
    assert incline_for(oxygen_demand(speed, incline), speed) == pytest.approx(incline, abs=1e-6)
