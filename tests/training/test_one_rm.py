"""1RM, measured or estimated. Figures from Epley's and Brzycki's formulas, as clinical.md section 2 has them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from station.training.one_rm import Estimate, OneRm, OneRmSource, brzycki_kg, epley_kg, estimated, whole_kg


@pytest.mark.parametrize(("repetitions", "by_epley", "by_brzycki"), [(4, 88.2, 91.7), (5, 85.7, 88.9)])
def test_four_and_five_repetitions_are_the_published_shares_of_1rm(
    repetitions: int, by_epley: float, by_brzycki: float
) -> None:
    assert 100 * 100 / epley_kg(100, repetitions) == pytest.approx(by_epley, abs=0.05)
    assert 100 * 100 / brzycki_kg(100, repetitions) == pytest.approx(by_brzycki, abs=0.05)


def test_an_estimate_is_the_range_of_both_formulas() -> None:
    assert estimated(120, 5) == Estimate(135.0, 140.0)


@pytest.mark.parametrize("repetitions", [-1, 0, 7, 12])
def test_from_more_than_six_repetitions_or_none_nothing_is_estimated(repetitions: int) -> None:
    assert estimated(100, repetitions) is None


def test_one_repetition_is_what_was_lifted() -> None:
    assert estimated(140, 1) == Estimate(140, 140)


def test_an_estimate_is_told_in_whole_kilograms_outwards() -> None:
    assert whole_kg(129.4, 134.2) == (129, 135)
    assert whole_kg(130, 134) == (130, 134)


@given(st.floats(5, 500), st.integers(1, 6))
def test_an_estimate_is_never_less_than_what_was_lifted(load_kg: float, repetitions: int) -> None:
    found = estimated(load_kg, repetitions)

    assert found is not None
    assert found.high_kg >= found.low_kg >= load_kg - 0.06


@pytest.mark.parametrize(
    ("figures", "named"),
    [({"kg": 0.0}, "1-1000 kg"), ({"kg": 120.0, "high_kg": 110.0}, "high end")],
)
def test_a_1rm_nobody_has_is_refused(figures: dict[str, float], named: str) -> None:
    with pytest.raises(ValueError, match=named):
        OneRm(source=OneRmSource.ESTIMATED, **figures)
