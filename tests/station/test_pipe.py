"""The pipe: one reading a line in, one answer a line out."""

import json
from typing import Any

import pytest

from station.coach.coaching import begin
from station.pipe import answers
from station.training.patient import Patient


def answered(*lines: str | dict[str, Any]) -> list[dict[str, Any]]:
    raw = [(line if isinstance(line, str) else json.dumps(line)).encode() for line in lines]
    core = begin(Patient(hr_max_bpm=180))
    return [json.loads(answer) for _, answer in answers(core, raw)]


def reading(at_s: float, **known: Any) -> dict[str, Any]:
    return {"at_s": at_s, "heart_rate_bpm": 100, "speed_kmh": 5.0, "incline_percent": 3.0, "contact": True, **known}


def test_an_answer_has_the_fields_of_the_contract() -> None:
    answer = answered(reading(12.0))[0]

    assert list(answer) == [
        "at_s",
        "phase",
        "interval",
        "phase_elapsed_s",
        "phase_left_s",
        "zone_bpm",
        "zone_state",
        "advice",
        "cue",
        "in_zone_s",
    ]
    assert answer["at_s"] == 12.0
    assert answer["phase"] == "warm_up"
    assert answer["zone_bpm"] == [108, 126]
    assert answer["zone_state"] == "below"


def test_the_first_moving_reading_starts_the_warm_up() -> None:
    first, second, third = answered(reading(0.0, speed_kmh=0.0), reading(1.0), reading(13.0))

    assert first["phase"] == "ready"
    assert (second["phase"], second["phase_elapsed_s"], second["phase_left_s"]) == ("warm_up", 0.0, 600.0)
    assert (third["phase_elapsed_s"], third["phase_left_s"]) == (12.0, 588.0)


def test_an_advice_says_incline_speed_reason_and_since_when() -> None:
    advice = answered(reading(0.0), reading(1.0))[-1]["advice"]

    assert {"incline_percent", "speed_kmh", "reason", "since_s"} <= set(advice)


@pytest.mark.parametrize(
    "line",
    [
        "",
        "{",
        "[]",
        '"at_s"',
        "{}",
        '{"at_s": "one"}',
        '{"at_s": NaN}',
        '{"at_s": 1e400}',
        '{"at_s": 1, "heart_rate_bpm": "fast"}',
        '{"at_s": 1, "pressed": ["self-destruct"]}',
        '{"at_s": 1, "speed_kmh": 1000}',
        "\ufeff\u0000",
        "x" * 200_000,
        '{"at_s": 1, "x": ' + '{"a":' * 12000 + "1" + "}" * 12001,
    ],
)
def test_a_line_that_is_no_reading_is_answered_by_its_number_and_the_session_goes_on(line: str) -> None:
    said = answered(reading(0.0), line or "nonsense", reading(2.0))

    assert said[1]["line"] == 2
    assert "send one JSON object a line" in said[1]["error"]
    assert said[2]["phase_elapsed_s"] == 2.0


def test_time_that_does_not_rise_is_an_error() -> None:
    said = answered(reading(5.0), reading(5.0), reading(6.0))

    assert "at_s must rise" in said[1]["error"]
    assert said[2]["phase_elapsed_s"] == 1.0


def test_blank_lines_have_no_answer_but_count_as_lines() -> None:
    said = answered(reading(0.0), "  ", "nonsense")

    assert len(said) == 2
    assert said[1]["line"] == 3


@pytest.mark.parametrize("heart_rate_bpm", [0, 255, -3, None])
def test_a_heart_rate_nobody_has_is_silence(heart_rate_bpm: int | None) -> None:
    assert answered(reading(0.0, heart_rate_bpm=heart_rate_bpm))[0]["zone_state"] == "unknown"


def test_a_press_of_stop_ends_the_session() -> None:
    assert answered(reading(0.0), reading(1.0, pressed=["stop"]))[-1]["phase"] == "stopped"


def test_a_whole_4x4_has_its_phases_at_their_times() -> None:
    said = answered(*(reading(float(second)) for second in range(2401)))

    seen: dict[tuple[str, int], float] = {}
    for answer in said:
        seen.setdefault((answer["phase"], answer["interval"]), answer["at_s"])
    assert seen == {
        ("warm_up", 0): 0.0,
        ("interval", 1): 600.0,
        ("recovery", 1): 840.0,
        ("interval", 2): 1020.0,
        ("recovery", 2): 1260.0,
        ("interval", 3): 1440.0,
        ("recovery", 3): 1680.0,
        ("interval", 4): 1860.0,
        ("cool_down", 4): 2100.0,
        ("finished", 4): 2400.0,
    }


def test_seconds_in_the_zone_are_counted_in_the_intervals_only() -> None:
    said = answered(*(reading(float(second), heart_rate_bpm=160) for second in range(2401)))

    assert said[600]["in_zone_s"] == 0.0
    assert said[840]["in_zone_s"] == 240.0
    assert said[-1]["in_zone_s"] == 960.0


def test_a_gap_between_readings_counts_a_minute_at_most() -> None:
    said = answered(reading(0.0), reading(500.0), reading(5000.0), reading(5001.0))

    assert [answer["phase_elapsed_s"] for answer in said] == [0.0, 60.0, 120.0, 121.0]


def test_a_leap_of_more_than_a_day_is_an_error_and_the_session_goes_on() -> None:
    said = answered(reading(0.0), reading(1e12), reading(1.0))

    assert "by a day at most" in said[1]["error"]
    assert said[2]["phase_elapsed_s"] == 1.0
