"""The benchmark's command line: names with commas in them, and a sentence for those that are not there."""

import pytest

from station.benchmark.command import _chosen
from station.errors import SettingsError

KNOWN = ("fixed", "fixed, perfect", "PI", "oracle")


@pytest.mark.parametrize(
    ("said", "chosen"),
    [
        ("short", ("PI",)),
        ("PI", ("PI",)),
        ("fixed,PI", ("fixed", "PI")),
        ("fixed, perfect, oracle", ("fixed, perfect", "oracle")),
        ("fixed,fixed, perfect,PI", ("fixed", "fixed, perfect", "PI")),
    ],
)
def test_policies_are_chosen_by_name(said: str, chosen: tuple[str, ...]) -> None:
    assert _chosen("--policies", said, {"short": ("PI",)}, KNOWN) == chosen


def test_a_policy_that_is_not_there_is_told_with_those_that_are() -> None:
    with pytest.raises(SettingsError, match=r"there is no 'fixd'\. Choose among: short; fixed; fixed, perfect; PI"):
        _chosen("--policies", "PI,fixd", {"short": ("PI",)}, KNOWN)
