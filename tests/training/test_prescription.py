"""What may be prescribed. The default: 10 min, 4 x 4 min with 3 min between, 5 min; forty minutes in all."""

from typing import Any

import pytest

from station.training.prescription import Phase, Prescription, Stage
from station.training.strength import Strength
from station.training.zones import Zone


def test_the_default_is_the_4x4_of_forty_minutes() -> None:
    assert Prescription().total_s == 2400


def test_the_plan_has_its_stages_in_order() -> None:
    stages = Prescription(intervals=2).stages()

    assert stages == (
        Stage(Phase.WARM_UP, 0, 0, 600),
        Stage(Phase.INTERVAL, 1, 600, 840),
        Stage(Phase.RECOVERY, 1, 840, 1020),
        Stage(Phase.INTERVAL, 2, 1020, 1260),
        Stage(Phase.COOL_DOWN, 2, 1260, 1560),
    )


@pytest.mark.parametrize(
    ("phase", "length_s", "zone"),
    [
        (Phase.READY, 0, Zone(60, 70)),
        (Phase.WARM_UP, 600, Zone(60, 70)),
        (Phase.INTERVAL, 240, Zone(85, 95)),
        (Phase.RECOVERY, 180, Zone(60, 70)),
        (Phase.COOL_DOWN, 300, Zone(50, 70)),
        (Phase.FINISHED, 0, Zone(50, 70)),
        (Phase.STOPPED, 0, Zone(50, 70)),
    ],
)
def test_each_phase_has_its_length_and_its_zone(phase: Phase, length_s: float, zone: Zone) -> None:
    assert (Prescription().length_s(phase), Prescription().zone(phase)) == (length_s, zone)


@pytest.mark.parametrize(
    ("figures", "named"),
    [
        ({"intervals": -1}, "intervals must be 0-6"),
        ({"intervals": 7}, "intervals must be 0-6"),
        ({"interval_s": 0}, "interval_s must be 1-3600"),
        ({"cool_down_s": 3601}, "cool_down_s must be 1-3600"),
    ],
)
def test_a_prescription_nobody_can_follow_is_refused_by_name(figures: dict[str, Any], named: str) -> None:
    with pytest.raises(ValueError, match=named):
        Prescription(**figures)


def test_phases_without_a_clock_have_no_length() -> None:
    assert {Prescription().length_s(phase) for phase in (Phase.READY, Phase.FINISHED, Phase.STOPPED)} == {0.0}


def test_the_rest_between_sets_is_as_long_as_prescribed() -> None:
    assert Prescription(strength=Strength(rest_s=150)).length_s(Phase.REST) == 150
