"""The proof that a treadmill is read right."""

import pytest

from drivers.treadmill.proof import Pair, incline_verdict, speed_verdict


def speeds(*pairs: tuple[float, float | None]) -> list[Pair]:
    return [Pair(shown=shown, read=read) for shown, read in pairs]


def test_three_speeds_and_two_inclines_that_agree_prove_the_treadmill() -> None:
    assert speed_verdict(speeds((2.0, 2.0), (4.0, 4.1), (6.0, 5.9))).proven
    assert incline_verdict(speeds((2.0, 2.0), (6.0, 6.5))).proven


@pytest.mark.parametrize(
    ("pairs", "said"),
    [
        (speeds((3.2, 2.0), (6.4, 4.0), (9.7, 6.0)), 'set units = "mph"'),
        (speeds((2.0, 3.2), (4.0, 6.4), (6.0, 9.7)), 'set units = "km/h"'),
        (speeds((2.0, 20.0), (4.0, 40.0), (6.0, 60.0)), "ten times too large"),
        (speeds((2.0, 0.2), (4.0, 0.4), (6.0, 0.6)), "ten times too small"),
        (speeds((2.0, 2.0), (4.0, 3.0), (6.0, 6.0)), "do not use this protocol"),
        (speeds((2.0, 2.0), (4.0, None), (6.0, 6.0)), "nothing was read while the console showed 4"),
        (speeds((2.0, 2.0), (4.0, 4.0)), "3 figures at least 1 apart"),
        (speeds((2.0, 2.0), (2.1, 2.1), (6.0, 6.0)), "3 figures at least 1 apart"),
    ],
)
def test_what_does_not_agree_is_said_with_its_likely_cause(pairs: list[Pair], said: str) -> None:
    verdict = speed_verdict(pairs)

    assert not verdict.proven
    assert said in verdict.why


def test_an_incline_in_tenths_is_found_out_and_a_mile_is_no_incline() -> None:
    assert "incline_in_tenths" in incline_verdict(speeds((2.5, 25.0), (5.0, 50.0))).why
    assert "do not use" in incline_verdict(speeds((3.2, 2.0), (9.7, 6.0))).why
