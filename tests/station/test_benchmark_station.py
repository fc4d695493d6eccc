"""The station's cost: a run of the whole station measures what it says, and a missed budget is told."""

import msgspec

from station.benchmark.machines import BUDGETS_SET_AT_S, reckoned
from station.benchmark.station import Costs, run

WITHIN = Costs(
    size=(1280, 720),
    first_picture_s=1.0,
    ready_s=2.0,
    training_percent=3.0,
    idle_percent=2.0,
    resident_mb=80.0,
    resident_most_mb=90.0,
    latency_p50_ms=40.0,
    latency_p99_ms=80.0,
    notifications=60,
    written_mb_an_hour=50.0,
    idle_wake_ups_a_second=60.0,
)


def test_a_short_run_of_the_whole_station_gives_every_figure() -> None:
    figures = run(idle_s=1, training_s=4, sizes=((1280, 720),))

    (costs,) = figures.costs
    assert 0 < costs.first_picture_s < costs.ready_s
    assert costs.resident_most_mb >= costs.resident_mb > 20
    assert costs.training_percent > 0
    assert costs.idle_percent > 0
    assert 0 < costs.latency_p50_ms <= costs.latency_p99_ms
    assert costs.idle_wake_ups_a_second > 0
    text = "\n".join(figures.lines())
    assert "beat to picture" in text
    assert "Zero 2 W" in text


def test_within_the_budgets_nothing_is_missed() -> None:
    assert WITHIN.misses() == []


def test_each_budget_that_does_not_hold_is_told() -> None:
    slow = msgspec.structs.replace(
        WITHIN, training_percent=8.4, resident_most_mb=151.0, first_picture_s=2.2, latency_p99_ms=1033.0
    )

    assert slow.misses() == [
        "processor 8.4 % of a core, the budget is 8",
        "memory 151 MB, the budget is 150",
        "first picture 2.2 s, the budget is 2",
        "latency, p99 1033 ms, the budget is 150",
    ]


def test_a_pi_is_reckoned_from_the_yardstick() -> None:
    on_a_slow_host = {name: (least, most) for name, least, most in reckoned(2.0, 2 * BUDGETS_SET_AT_S)}
    assert on_a_slow_host["Pi 4"] == (4.0, 6.0)
