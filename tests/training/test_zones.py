"""Percent of HRmax and beats. 85-95 %: Helgerud et al. 2007."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from station.training.zones import Zone, ZoneState, percent_of_max

WORK = Zone(85, 95)


@pytest.mark.parametrize(("hr_max_bpm", "beats"), [(180, (153, 171)), (200, (170, 190)), (185, (158, 175))])
def test_a_zone_in_beats_holds_whole_beats_only(hr_max_bpm: int, beats: tuple[int, int]) -> None:
    assert WORK.beats(hr_max_bpm) == beats


@pytest.mark.parametrize(
    ("bpm", "state"),
    [
        (152, ZoneState.BELOW),
        (153, ZoneState.IN),
        (171, ZoneState.IN),
        (172, ZoneState.ABOVE),
        (None, ZoneState.UNKNOWN),
    ],
)
def test_both_ends_belong_to_the_zone(bpm: int | None, state: ZoneState) -> None:
    assert WORK.state(bpm, 180) is state


@pytest.mark.parametrize(("low", "high"), [(29, 60), (70, 70), (80, 70), (85, 101)])
def test_a_zone_no_heart_can_be_in_is_refused(low: float, high: float) -> None:
    with pytest.raises(ValueError, match="within 30-100 % of HRmax"):
        Zone(low, high)


@given(st.integers(40, 230), st.integers(100, 220))
def test_every_heart_rate_has_one_place(bpm: int, hr_max_bpm: int) -> None:
    low, high = WORK.beats(hr_max_bpm)

    assert (WORK.state(bpm, hr_max_bpm) is ZoneState.IN) == (low <= bpm <= high)


def test_percent_of_max() -> None:
    assert percent_of_max(162, 180) == 90
