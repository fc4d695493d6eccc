"""The pipe beside a machine: presses in, load and dots out; and the settings of a station without a treadmill."""

import asyncio
import json
from pathlib import Path

from strength_parts import lifter

from drivers.treadmill.absent import NoTreadmill
from station.coach.coaching import begin
from station.devices import treadmill_of
from station.pipe import answers
from station.ports import BeltSample, Link
from station.settings import TreadmillTable, patient_file, station_settings


def test_a_strength_patients_presses_are_answered_with_load_and_repetitions() -> None:
    told = [{"at_s": 0, "pressed": ["begin"]}, {"at_s": 1, "pressed": ["repetition"] * 2}, {"at_s": 2}]

    said = [json.loads(answer) for _, answer in answers(begin(lifter()), [json.dumps(one).encode() for one in told])]

    assert [one["phase"] for one in said] == ["warm_up"] * 3
    assert said[-1] == {
        "at_s": 2.0,
        "phase": "warm_up",
        "set": 0,
        "phase_elapsed_s": 2.0,
        "phase_left_s": 0.0,
        "load_kg": 115.0,
        "repetitions": 2,
        "cue": "easy_set",
    }


def test_presses_of_a_machine_mean_nothing_on_the_treadmill(tmp_path: Path) -> None:
    (tmp_path / "patient.toml").write_text("hr_max_bpm = 180\n", encoding="utf-8")
    patient, _ = patient_file(tmp_path / "patient.toml")
    told = [
        {"at_s": n, "speed_kmh": 5.0, "pressed": ["repetition", "enough", "begin", "undo", "heavier"]} for n in (0, 1)
    ]
    quiet = [{"at_s": n, "speed_kmh": 5.0} for n in (0, 1)]

    def said(lines: list[dict[str, object]]) -> list[bytes]:
        return [answer for _, answer in answers(begin(patient), [json.dumps(one).encode() for one in lines])]

    assert said(told) == said(quiet)


def test_a_station_without_a_treadmill_has_one_that_says_nothing(tmp_path: Path) -> None:
    path = tmp_path / "station.toml"
    path.write_text('[treadmill]\nprotocol = "none"\nunits = "km/h"\n[patient]\nhr_max_bpm = 180\n', encoding="utf-8")
    table = station_settings(path).treadmill
    heard: list[BeltSample | Link] = []

    async def listened(table: TreadmillTable) -> None:
        treadmill = treadmill_of(table, clock=None, radio=None)  # type: ignore[arg-type]  # neither is needed
        assert isinstance(treadmill, NoTreadmill)
        task = asyncio.create_task(treadmill.run(heard.append))
        await asyncio.sleep(0)
        assert not task.done()
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)

    asyncio.run(listened(table))
    assert heard == []
