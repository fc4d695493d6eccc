"""The simulated treadmill: what the console is set to, and what belt and hill do about it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.simulated.treadmill import SimulatedTreadmill, TreadmillMake


def run_for(treadmill: SimulatedTreadmill, seconds: float) -> None:
    for _ in range(round(seconds / 0.1)):
        treadmill.step(0.1)


def test_the_belt_stands_still_and_flat_until_somebody_starts_it() -> None:
    treadmill = SimulatedTreadmill()
    treadmill.set_speed_kmh(5.0)

    run_for(treadmill, 10)

    assert (treadmill.shown_speed_kmh, treadmill.shown_incline_percent, treadmill.running) == (0.0, 0.0, False)


def test_the_belt_takes_between_eleven_and_twenty_two_seconds_to_12_kmh() -> None:
    # 0.15-0.3 m/s2, the range for clinic treadmills.
    treadmill, seconds = SimulatedTreadmill(), 0.0
    treadmill.set_speed_kmh(12.0)
    treadmill.start()

    while treadmill.speed_kmh < 12.0:
        treadmill.step(0.1)
        seconds += 0.1

    assert 11 <= seconds <= 22


def test_the_hill_moves_half_a_percent_a_second() -> None:
    treadmill = SimulatedTreadmill()
    treadmill.set_incline_percent(8.0)

    run_for(treadmill, 4)

    assert treadmill.incline_percent == pytest.approx(2.0)


def test_the_gauge_limps_behind_and_arrives() -> None:
    treadmill = SimulatedTreadmill()
    treadmill.set_speed_kmh(5.0)
    treadmill.start()

    run_for(treadmill, 3)
    assert 0 < treadmill.shown_speed_kmh < treadmill.speed_kmh

    run_for(treadmill, 20)
    assert treadmill.shown_speed_kmh == 5.0


def test_stop_stops_the_belt_and_leaves_the_hill() -> None:
    treadmill = SimulatedTreadmill()
    treadmill.set_speed_kmh(5.0)
    treadmill.set_incline_percent(4.0)
    treadmill.start()
    run_for(treadmill, 20)

    treadmill.stop()
    run_for(treadmill, 10)

    assert (treadmill.shown_speed_kmh, treadmill.shown_incline_percent) == (0.0, 4.0)


@pytest.mark.parametrize(("asked", "set_to"), [(7.3, 7.5), (7.2, 7.0), (-1.0, 0.0), (40.0, 25.0)])
def test_the_console_takes_the_nearest_incline_there_is(asked: float, set_to: float) -> None:
    treadmill = SimulatedTreadmill()
    treadmill.set_incline_percent(asked)

    assert treadmill.set_incline == set_to


@pytest.mark.parametrize(("asked", "set_to"), [(0.0, 0.3), (5.2, 5.2), (40.0, 24.2)])
def test_the_console_takes_the_nearest_speed_there_is(asked: float, set_to: float) -> None:
    treadmill = SimulatedTreadmill()
    treadmill.set_speed_kmh(asked)

    assert treadmill.set_speed == set_to


@given(
    st.lists(
        st.tuples(st.sampled_from(["speed", "incline", "start", "stop"]), st.floats(-50, 50), st.floats(0.01, 60)),
        max_size=20,
    )
)
def test_whatever_is_pressed_belt_and_hill_stay_within_the_machines_reach(
    presses: list[tuple[str, float, float]],
) -> None:
    make = TreadmillMake()
    treadmill = SimulatedTreadmill(make)
    for button, figure, seconds in presses:
        match button:
            case "speed":
                treadmill.set_speed_kmh(figure)
            case "incline":
                treadmill.set_incline_percent(figure)
            case "start":
                treadmill.start()
            case _:
                treadmill.stop()
        treadmill.step(seconds)

        assert 0 <= treadmill.shown_speed_kmh <= make.speed_max_kmh
        assert 0 <= treadmill.shown_incline_percent <= make.incline_max_percent
