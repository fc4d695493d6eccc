"""The soak: a short one runs through, and what grows, is lost or ends too early is told."""

from datetime import timedelta
from pathlib import Path

import msgspec
import pytest
from sync_servers import clinic

from station.benchmark.soak import BEGINS, JUMPS_S, JumpingClock, Look, SoakFigures, run


def look(at_h: float, **more: float) -> Look:
    figures = {"resident_mb": 80.0, "objects": 50_000, "files": 20, "threads": 4, "tasks": 8, "wal_mb": 2.0, **more}
    return msgspec.convert({"at_h": at_h, **figures}, Look, strict=False)


def day(*looks: Look) -> SoakFigures:
    return SoakFigures(
        asked_hours=24,
        hours=24.0,
        took_s=600.0,
        looks=looks,
        sessions=33,
        states={"closed": 33},
        seconds_stored=79_000,
        doubled_or_missing_seconds=0,
        pictures=1800,
        unplugged=80,
    )


def test_a_short_soak_loses_nothing(tmp_path: Path) -> None:
    figures = run(hours=0.05, speed=60, data=tmp_path)

    assert figures.hours >= 0.05
    assert figures.seconds_stored > 100
    assert figures.doubled_or_missing_seconds == 0
    assert figures.sessions == 1
    assert len(figures.looks) > 40
    assert "sessions" in list(figures.lines())[-1] or figures.faults()


def test_keys_pictures_and_the_sync_are_part_of_it(tmp_path: Path) -> None:
    with clinic(tmp_path) as server:
        figures = run(hours=0.1, speed=60, data=tmp_path / "data", sync_to=server)

    assert figures.presses >= 2
    assert figures.pictures > figures.seconds_stored
    assert figures.looks[-1].sync_mb > 10
    assert figures.looks[-1].sync_files >= 3


def test_what_warms_up_in_the_first_quarter_is_no_growth() -> None:
    assert day(look(0, resident_mb=50.0, files=9), look(7), look(15), look(24)).faults() == []


def test_what_is_held_only_while_a_session_is_sent_is_no_growth() -> None:
    looks = [look(hour, sync_files=7 if hour % 8 == 0 else 3) for hour in range(25)]

    assert day(*looks).faults() == []


@pytest.mark.parametrize(
    ("grown", "told"),
    [
        ({"files": 21}, "files: 20 at hour 7, 21 at the end"),
        ({"tasks": 9}, "tasks: 8 at hour 7, 9 at the end"),
        ({"resident_mb": 83.0}, "resident_mb: 80 at hour 7, 83 at the end"),
        ({"wal_mb": 2.5}, "the write-ahead log grows"),
        ({"sync_files": 3}, "sync_files: 0 at hour 7, 3 at the end"),
    ],
)
def test_growth_is_told(grown: dict[str, float], told: str) -> None:
    assert day(look(0), look(7), look(15), look(24, **grown)).faults() == [told]


def test_a_soak_that_ended_early_and_lost_seconds_are_told() -> None:
    whole = day(look(0), look(7), look(15), look(24))

    assert msgspec.structs.replace(whole, hours=11.0).faults() == ["it ended after 11.0 of 24.0 hours"]
    assert msgspec.structs.replace(whole, doubled_or_missing_seconds=2).faults() == [
        "2 seconds are missing or there twice"
    ]


def test_the_wall_clock_is_oslos_and_jumps() -> None:
    before = JumpingClock(1, start_s=13.5 * 3600).wall()
    after = JumpingClock(1, start_s=14.5 * 3600).wall()
    jumped_s = sum(by_s for at_s, by_s in JUMPS_S if at_s < 13 * 3600)

    # Summer time ends between the two: an hour passes, and Oslo's clock shows the same again.
    assert before.utcoffset() == timedelta(hours=2)
    assert after.utcoffset() == timedelta(hours=1)
    assert abs((before - BEGINS).total_seconds() - 13.5 * 3600 - jumped_s) < 1
