"""The proof that a treadmill is read right."""

import pytest

from drivers.treadmill.proof import Pair, belt_verdict, incline_verdict, speed_verdict


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


@pytest.mark.parametrize(
    ("belt_m", "rounds_s", "read_kmh", "proven", "said"),
    [
        # Ten rounds of 3.2 m in 23.04 s: 5.0 km/h.
        (3.2, 23.04, 5.0, True, "5.0 km/h by the watch, 5.0 read"),
        (3.2, 23.04, 5.25, True, "5.0 km/h by the watch"),
        (3.2, 23.04, 4.0, False, "measure again"),
        (3.2, 23.04, 3.107, False, 'set units = "mph"'),
        (3.2, 23.04, 8.047, False, 'set units = "km/h"'),
        (3.2, 23.04, None, False, "no speed was read"),
        (3.2, 23.04, 0.0, False, "no speed was read"),
        (320.0, 23.04, 5.0, False, "cannot be"),
        (3.2, 2.3, 5.0, False, "cannot be"),
    ],
)
def test_a_belts_length_and_ten_rounds_tell_how_fast_it_really_runs(
    belt_m: float, rounds_s: float, read_kmh: float | None, *, proven: bool, said: str
) -> None:
    verdict = belt_verdict(belt_m, rounds_s, read_kmh)

    assert verdict.proven is proven
    assert said in verdict.why
