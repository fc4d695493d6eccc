"""What the pipe keeps of what it learnt, from one session to the next."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from station.errors import SettingsError, StoreError
from station.history import add_to_history, history_in
from station.records import folded
from station.training.patient import Patient
from station.training.prescription import Prescription
from station.training.reading import Reading

PATIENT = Patient(
    hr_max_bpm=180, start_incline_percent=6.0, prescription=Prescription(warm_up_s=300, intervals=1, interval_s=120)
)


def trained() -> list[Reading]:
    """A walk in which the heart follows the hill a little late."""
    readings, heart = [], 100.0
    for second in range(480):
        incline = 2.0 if second < 300 else 6.0
        heart += (100.0 + 8 * incline - heart) / 50
        readings.append(Reading(at_s=second, heart_rate_bpm=round(heart), speed_kmh=5.0, incline_percent=incline))
    return readings


def test_what_one_session_taught_is_there_for_the_next(tmp_path: Path) -> None:
    history = tmp_path / "history.jsonl"
    core = folded(PATIENT, trained())

    add_to_history(history, core)
    add_to_history(history, core)
    memories, doubts = history_in(history)

    assert len(memories) == 2
    assert doubts == ()
    assert memories[0].fits(PATIENT)


def test_a_session_too_short_to_teach_anything_adds_nothing(tmp_path: Path) -> None:
    add_to_history(tmp_path / "history.jsonl", folded(PATIENT, trained()[:30]))

    assert history_in(tmp_path / "history.jsonl") == ((), ())


def test_a_line_that_is_no_record_is_told_and_left_out(tmp_path: Path) -> None:
    history = tmp_path / "history.jsonl"
    add_to_history(history, folded(PATIENT, trained()))
    with history.open("ab") as file:
        file.write(b'\nnonsense\n{"version": 99}\n[1]\n\xff\n')

    memories, doubts = history_in(history)

    assert len(memories) == 1
    assert [doubt.split(":")[0] for doubt in doubts] == [f"history.jsonl, line {n}" for n in (3, 4, 5, 6)]


def test_a_folder_in_place_of_the_file_is_told(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="cannot be read"):
        history_in(tmp_path)
    with pytest.raises(StoreError, match="cannot be written"):
        add_to_history(tmp_path, folded(PATIENT, trained()))


def test_the_pipe_learns_to_a_file_and_begins_with_it_the_next_time(tmp_path: Path) -> None:
    (tmp_path / "patient.toml").write_text(
        "hr_max_bpm = 180\nstart_incline_percent = 6.0\n"
        "[prescription]\nwarm_up_s = 300\nintervals = 1\ninterval_s = 120\n"
    )
    lines = "".join(
        json.dumps(
            {
                "at_s": reading.at_s,
                "heart_rate_bpm": reading.heart_rate_bpm,
                "speed_kmh": 5.0,
                "incline_percent": reading.incline_percent,
                "contact": True,
            }
        )
        + "\n"
        for reading in trained()
    )
    command = [sys.executable, "-m", "station", "coach", "--patient", str(tmp_path / "patient.toml")]
    history = str(tmp_path / "history.jsonl")

    first = subprocess.run(
        [*command, "--history", history, "--learn-to", history],
        input=lines,
        capture_output=True,
        text=True,
        check=True,
        timeout=120,
    )
    second = subprocess.run(
        [*command, "--history", history], input=lines, capture_output=True, text=True, check=True, timeout=120
    )

    assert len(first.stdout.splitlines()) == len(second.stdout.splitlines()) == 480
    assert first.stdout != second.stdout
    assert first.stderr == second.stderr == ""
