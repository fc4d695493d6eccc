"""Whole sessions as a newcomer meets them: the demo as a process of its own, on its pty, with its real store."""

import re
import signal
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

from demo_process import replayed, running, wait_for_seconds

from station.ports import SessionState
from station.store.sessions import Store
from station.sync.whole import whole_session
from station.training.prescription import Phase

SHORT = """
hr_max_bpm = 180
speed_kmh = 5.0
start_incline_percent = 8.0
[prescription]
warm_up_s = 60
intervals = 2
interval_s = 60
recovery_s = 30
cool_down_s = 30
"""


def demo(data: Path, *options: str) -> list[str]:
    return [sys.executable, "-m", "station", "demo", "--headless", "--data", str(data), *options]


def short(folder: Path) -> list[str]:
    patient = folder / "patient.toml"
    patient.write_text(SHORT, encoding="utf-8")
    return ["--patient", str(patient), "--speed", "30"]


def test_the_demo_runs_a_whole_4x4_and_says_what_it_came_to(tmp_path: Path) -> None:
    said = subprocess.run(
        demo(tmp_path, "--speed", "75", "--seed", "1"), capture_output=True, text=True, check=True, timeout=300
    ).stdout

    assert len(re.findall(r"│ [1-4] +│", said)) == 4
    in_zone = re.search(r"In the zone (\d+):(\d+) of 16:00", said)
    assert in_zone is not None
    with Store.at(tmp_path) as store:
        [line] = store.sessions()
        stored = whole_session(store, line.id).figures
    assert line.state == SessionState.CLOSED
    # How much it is, is the coach's affair, and a machine's that keeps up; see tests/coach.
    assert int(in_zone[1]) * 60 + int(in_zone[2]) == round(stored.in_zone_s)


def test_control_c_ends_the_session_cleanly_and_keeps_it(tmp_path: Path) -> None:
    with running(demo(tmp_path, *short(tmp_path))) as process:
        wait_for_seconds(tmp_path, 5, Phase.INTERVAL)
        process.send_signal(signal.SIGINT)
        said, _ = process.communicate(timeout=30)

    assert process.returncode == 0
    assert "Stopped after" in said
    with Store.at(tmp_path) as store:
        line = store.sessions()[0]
        assert line.state is SessionState.CLOSED
        assert line.upload == "pending"


def test_a_killed_session_is_there_to_the_last_second_and_goes_on_in_recovery(tmp_path: Path) -> None:
    options = short(tmp_path)
    with running(demo(tmp_path, *options)) as process:
        wait_for_seconds(tmp_path, 5, Phase.INTERVAL)
        process.send_signal(signal.SIGKILL)
        process.wait(timeout=30)
    with Store.at(tmp_path) as store:
        before = list(store.seconds(store.sessions()[0].id))

    again = subprocess.run(demo(tmp_path, *options), capture_output=True, text=True, check=True, timeout=120)

    assert "it goes on, gently" in again.stdout
    with Store.at(tmp_path) as store:
        line = store.sessions()[0]
        after = list(store.seconds(line.id))
    assert len(before) >= 60
    assert after[: len(before)] == before
    assert after[len(before)].reading.resumed
    assert after[len(before)].phase == Phase.RECOVERY
    assert line.state is SessionState.CLOSED


def test_a_stored_session_replays_to_what_was_stored(tmp_path: Path) -> None:
    subprocess.run(demo(tmp_path, *short(tmp_path)), capture_output=True, check=True, timeout=120)
    again = replayed(tmp_path)

    assert again.returncode == 0
    assert "equals what was stored" in again.stdout


def test_a_record_that_was_tampered_with_does_not_replay(tmp_path: Path) -> None:
    subprocess.run(demo(tmp_path, *short(tmp_path)), capture_output=True, check=True, timeout=120)
    with closing(sqlite3.connect(tmp_path / "motbakke.sqlite3")) as database, database:
        database.execute("UPDATE reading SET heart_rate_bpm = 200 WHERE n = 100")
    again = replayed(tmp_path)

    assert again.returncode == 1
    assert "differs from what was stored" in again.stderr


def test_bad_settings_end_with_a_sentence_and_status_78(tmp_path: Path) -> None:
    settings = tmp_path / "station.toml"
    settings.write_text('[treadmill]\nport = "/dev/x"\nunits = "km/h"\nbaudrate = 1\n[patient]\nhr_max_bpm = 180\n')

    refused = subprocess.run(
        [sys.executable, "-m", "station", "run", "--config", str(settings), "--data", str(tmp_path)],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )

    assert refused.returncode == 78
    assert "station.toml: [treadmill] no setting is called 'baudrate'. Did you mean 'baud_rate'?" in refused.stderr
    assert "Traceback" not in refused.stderr


def test_a_file_in_the_way_of_the_simulated_port_stays(tmp_path: Path) -> None:
    precious = tmp_path / "treadmill"
    precious.write_text("precious")

    refused = subprocess.run(
        [sys.executable, "-m", "station", "simulate", "treadmill", "--link", str(precious)],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )

    assert refused.returncode == 78
    assert "Choose another path" in refused.stderr
    assert "Traceback" not in refused.stderr
    assert precious.read_text() == "precious"


def test_control_c_before_the_belt_moves_is_no_session(tmp_path: Path) -> None:
    with running(demo(tmp_path, "--speed", "0.2")) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        process.send_signal(signal.SIGINT)
        said, _ = process.communicate(timeout=60)

    assert process.returncode == 0
    assert "the belt never moved" in said
