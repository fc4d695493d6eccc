"""The FIT export, read back by two readers that are not the writer's."""

import dataclasses
import tracemalloc
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import fitdecode
import fitparse
import pytest
from store_sessions import NOON, SHORT, read_store, recorded, short_readings, stored_short

from station.ports import SessionState
from station.store.opening import open_store
from station.store.writer import SessionWriter
from station.sync.fit import fit_file
from station.sync.whole import WholeSession, whole_session
from station.training.reading import Reading

Messages = list[tuple[str, dict[str, Any]]]


def whole(data: Path, session_id: str) -> WholeSession:
    with read_store(data) as store:
        return whole_session(store, session_id)


def by_fitdecode(content: bytes) -> Messages:
    with fitdecode.FitReader(content, check_crc=fitdecode.CrcCheck.RAISE) as reader:
        return [
            (frame.name, {field.name: field.value for field in frame.fields if field.value is not None})
            for frame in reader
            if isinstance(frame, fitdecode.FitDataMessage)
        ]


def by_fitparse(content: bytes) -> Messages:
    return [
        (message.name, {field.name: field.value for field in message.fields if field.value is not None})
        for message in fitparse.FitFile(content, check_crc=True).get_messages()
    ]


READERS = pytest.mark.parametrize("read", [by_fitdecode, by_fitparse])


def of(messages: Messages, kind: str) -> list[dict[str, Any]]:
    return [fields for name, fields in messages if name == kind]


@READERS
def test_every_second_is_read_back_as_it_was_stored(tmp_path: Path, read: Any) -> None:
    [session_id] = stored_short(tmp_path)

    records = of(read(fit_file(whole(tmp_path, session_id))), "record")

    readings = list(short_readings())
    assert [record.get("heart_rate") for record in records] == [reading.heart_rate_bpm for reading in readings]
    assert [record["grade"] for record in records] == [reading.incline_percent for reading in readings]
    assert [record["enhanced_speed"] for record in records] == [
        round((reading.speed_kmh or 0.0) / 3.6, 3) for reading in readings
    ]
    first = records[0]["timestamp"].replace(tzinfo=UTC)
    assert first == NOON
    assert [(record["timestamp"].replace(tzinfo=UTC) - first).total_seconds() for record in records] == list(range(72))


@READERS
def test_the_rr_intervals_are_read_back_to_the_millisecond_each_after_its_second(tmp_path: Path, read: Any) -> None:
    [session_id] = stored_short(tmp_path)

    messages = read(fit_file(whole(tmp_path, session_id)))

    beside: dict[int, list[float]] = {}
    second = -1
    for name, fields in messages:
        if name == "record":
            second += 1
        if name == "hrv":
            beside.setdefault(second, []).extend(time for time in fields["time"] if time is not None)
    assert beside == {
        n: [round(ms) / 1000 for ms in reading.rr_ms] for n, reading in enumerate(short_readings()) if reading.rr_ms
    }


@READERS
def test_each_phase_is_a_lap_with_its_intensity(tmp_path: Path, read: Any) -> None:
    [session_id] = stored_short(tmp_path)

    messages = read(fit_file(whole(tmp_path, session_id)))

    laps = of(messages, "lap")
    # Readers whose profile is older than the last three intensities give their numbers.
    names = {"4": "recovery", "5": "interval"}
    intensities = [names.get(str(lap["intensity"]), lap["intensity"]) for lap in laps]
    assert intensities == ["warmup", "interval", "recovery", "interval", "cooldown"]
    assert [lap["total_timer_time"] for lap in laps] == [11.0, 20.0, 10.0, 20.0, 10.0]
    assert laps[1]["avg_heart_rate"] == 140
    assert laps[1]["max_heart_rate"] == 150
    [session] = of(messages, "session")
    assert (session["sport"], session["sub_sport"], session["num_laps"]) == ("walking", "treadmill", 5)
    assert session["total_timer_time"] == 71.0
    assert session["total_distance"] == pytest.approx(70 * 5.2 / 3.6, abs=0.01)


def test_a_definition_is_not_repeated_for_every_record(tmp_path: Path) -> None:
    [session_id] = stored_short(tmp_path)

    with fitdecode.FitReader(fit_file(whole(tmp_path, session_id))) as reader:
        definitions = [frame.name for frame in reader if isinstance(frame, fitdecode.FitDefinitionMessage)]

    # Before, in and after the strap's three silent seconds.
    assert definitions.count("record") == 3
    assert definitions.count("hrv") == 1


def test_there_is_no_patient_in_a_fit_file(tmp_path: Path) -> None:
    [session_id] = stored_short(tmp_path)

    content = fit_file(whole(tmp_path, session_id))

    assert b"K7Q4" not in content
    assert of(by_fitdecode(content), "user_profile") == []
    assert content == fit_file(whole(tmp_path, session_id))


@READERS
def test_a_session_of_one_second_without_a_single_figure_is_still_a_file(tmp_path: Path, read: Any) -> None:
    with open_store(tmp_path, wall=NOON).store as store, SessionWriter(store.path) as writer:
        session_id = writer.open(patient=SHORT, code="K7Q4", at_s=5.0, wall=NOON)
        writer.record(next(recorded(SHORT, iter([Reading(at_s=5.0)]))))
        writer.close(SessionState.CLOSED, wall=NOON).result(timeout=30)

    messages = read(fit_file(whole(tmp_path, session_id)))

    assert [name for name, _ in messages if name in ("record", "lap", "session")] == ["record", "lap", "session"]


@READERS
def test_more_beats_than_fit_in_one_message_are_all_there(tmp_path: Path, read: Any) -> None:
    rr_ms = tuple(300.0 + n for n in range(12))
    with open_store(tmp_path, wall=NOON).store as store, SessionWriter(store.path) as writer:
        session_id = writer.open(patient=SHORT, code="K7Q4", at_s=5.0, wall=datetime(2026, 11, 23, tzinfo=UTC))
        writer.record(next(recorded(SHORT, iter([Reading(at_s=5.0, rr_ms=(*rr_ms, 70_000.0))]))))
        writer.close(SessionState.CLOSED, wall=NOON).result(timeout=30)

    told = [time for fields in of(read(fit_file(whole(tmp_path, session_id))), "hrv") for time in fields["time"]]

    assert [time for time in told if time is not None] == [ms / 1000 for ms in rr_ms]


def test_a_long_session_takes_no_more_memory_than_its_file_and_a_little(tmp_path: Path) -> None:
    [session_id] = stored_short(tmp_path)
    short = whole(tmp_path, session_id)
    long = dataclasses.replace(short, seconds=short.seconds * 8)
    fit_file(short)  # what is made once

    tracemalloc.start()
    file = fit_file(long)
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert most < 4 * len(file) + 2_000_000, f"{most} bytes for {len(long.seconds)} seconds"
