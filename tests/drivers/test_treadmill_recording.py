"""Recordings of treadmill lines: written, read, replayed."""

import asyncio
from pathlib import Path

import pytest
from recorded import RECORDINGS
from treadmills import INCLINE_PERCENT, SPEED_KMH, console, driver, running_treadmill
from waiting import running, until

from drivers.simulated.port import serve
from drivers.treadmill.recording import Said, recording, replayed, written
from drivers.treadmill.serial_treadmill import SerialTreadmill
from station.clock import FastClock
from station.errors import SettingsError
from station.ports import BeltSample


def test_what_was_said_is_read_as_it_was_written(tmp_path: Path) -> None:
    said = [Said(at_s=1.0, ours=True, data=b"\xc1"), Said(at_s=1.062, ours=False, data=b"\xd10050")]
    path = tmp_path / "made.txt"
    path.write_text("# where from\n\n" + "\n".join(written(part) for part in said), encoding="utf-8")

    assert list(recording(path)) == said


@pytest.mark.parametrize("line", ["1.0 < zz", "now < c1", "1.0 = c1", "c1", "1.0"])
def test_a_line_that_is_none_is_named(line: str, tmp_path: Path) -> None:
    path = tmp_path / "made.txt"
    path.write_text(f"# head\n{line}\n", encoding="utf-8")

    with pytest.raises(SettingsError, match=r"made\.txt, line 2"):
        list(recording(path))


def test_a_recording_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="cannot be read"):
        list(recording(tmp_path / "nothing.txt"))


@pytest.mark.parametrize("path", sorted(RECORDINGS.glob("*.txt")), ids=lambda path: path.stem)
def test_each_recording_replays_to_the_figures_in_its_head(path: Path) -> None:
    head = dict(
        line.removeprefix("# ").split(" = ") for line in path.read_text(encoding="utf-8").splitlines() if " = " in line
    )

    events = [event for event in replayed(driver(head["protocol"]), recording(path)) if isinstance(event, BeltSample)]

    assert {event.speed_kmh for event in events} - {None} == {float(head["speed_kmh"])}
    assert {event.incline_percent for event in events} - {None} == {float(head["incline_percent"])}


def test_what_a_driver_heard_live_replays_to_the_same_figures(tmp_path: Path) -> None:
    clock = FastClock(20)
    said: list[Said] = []
    belt: list[BeltSample] = []

    async def act() -> None:
        treadmill = running_treadmill()
        link = tmp_path / "treadmill"
        async with running(serve(link, clock, treadmill, console("csafe", treadmill))):
            await until(link.exists)
            live = SerialTreadmill(
                clock,
                driver("csafe"),
                str(link),
                witness=lambda at_s, ours, data: said.append(Said(at_s=at_s, ours=ours, data=data)),
            )
            async with running(live.run(lambda news: belt.append(news) if isinstance(news, BeltSample) else None)):
                await until(lambda: len(belt) > 5)

    asyncio.run(act())

    events = [event for event in replayed(driver("csafe"), said) if isinstance(event, BeltSample)]
    assert {event.speed_kmh for event in events} == {SPEED_KMH, None}
    assert {event.incline_percent for event in events} == {INCLINE_PERCENT, None}
    assert {part.ours for part in said} == {True, False}
