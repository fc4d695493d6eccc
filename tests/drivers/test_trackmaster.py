"""The Trackmaster protocol, as far as a reader needs it."""

import itertools
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from recorded import recorded

from drivers.treadmill.codec import BeltStatusSeen, Event, Nak, Noise, SpeedUnit
from drivers.treadmill.trackmaster import Trackmaster
from station.ports import BeltSample

ANSWERS = recorded("trackmaster.toml")["answer"]

# Bytes that are likely to mean something, among any others.
lively = st.sampled_from([0xD0, 0xD1, 0xD2, 0xD3, 0xD9, 0xBE, 0xBF, 0x54, *range(0x30, 0x3A)])
streams = st.lists(lively | st.integers(0, 255), max_size=60).map(bytes)


def heard(chunks: list[dict[str, Any]], unit: SpeedUnit) -> list[Event]:
    codec, at_s, events = Trackmaster(unit=unit), 0.0, []
    for chunk in chunks:
        at_s += chunk.get("pause_ms", 0) / 1000
        events += codec.feed(bytes.fromhex(chunk["bytes"]), at_s)
    return events


@pytest.mark.parametrize("vector", ANSWERS, ids=lambda vector: vector["what"])
def test_each_answer_is_understood_as_the_manual_says(vector: dict[str, Any]) -> None:
    events = heard(vector["chunks"], SpeedUnit.MPH if vector.get("mph") else SpeedUnit.KMH)

    belt = [event for event in events if isinstance(event, BeltSample)]
    assert [part.speed_kmh for part in belt if part.speed_kmh is not None] == vector.get("speeds_kmh", [])
    assert [part.incline_percent for part in belt if part.incline_percent is not None] == vector.get(
        "inclines_percent", []
    )
    assert [event.status for event in events if isinstance(event, BeltStatusSeen)] == vector.get("statuses", [])
    assert [event.what for event in events if isinstance(event, Nak)] == vector.get("naks", [])
    assert [event.data.hex(" ") for event in events if isinstance(event, Noise)] == vector.get("noise", [])


@pytest.mark.parametrize(
    ("code", "digits"),
    [*((code, 4) for code in (0xD3, 0xD4, 0xD5, 0xD6, 0xD7, 0xDA, 0xDB, 0xDC, 0xDD)), (0xD8, 2), (0xD9, 2)],
)
def test_answers_to_another_masters_questions_are_skipped_whole(code: int, digits: int) -> None:
    reply = bytes([code]) + b"0" * digits

    events = Trackmaster(unit=SpeedUnit.KMH).feed(reply + b"\xd10050", 1.0)

    assert events == (Noise(at_s=1.0, data=reply), BeltSample(at_s=1.0, speed_kmh=5.0))


@given(streams, st.lists(st.integers(0, 60)))
def test_any_chunking_of_the_bytes_gives_the_same_events(stream: bytes, cuts: list[int]) -> None:
    edges = sorted({0, len(stream), *(cut for cut in cuts if cut < len(stream))})
    whole, cut_up = Trackmaster(unit=SpeedUnit.KMH), Trackmaster(unit=SpeedUnit.KMH)

    events = [event for start, end in itertools.pairwise(edges) for event in cut_up.feed(stream[start:end], 1.0)]

    assert tuple(events) == whole.feed(stream, 1.0)


@given(st.sampled_from(SpeedUnit), st.lists(st.tuples(streams, st.floats(0, 1)), max_size=8))
def test_garbage_never_raises_and_never_becomes_a_figure_no_treadmill_has(
    unit: SpeedUnit, pieces: list[tuple[bytes, float]]
) -> None:
    codec, at_s = Trackmaster(unit=unit), 0.0
    for stream, pause_s in pieces:
        at_s += pause_s
        for event in codec.feed(stream, at_s):
            if isinstance(event, BeltSample):
                assert event.speed_kmh is None or 0 <= event.speed_kmh <= 30
                assert event.incline_percent is None or -10 <= event.incline_percent <= 40


def test_exactly_three_questions_may_ever_be_sent() -> None:
    codec = Trackmaster(unit=SpeedUnit.KMH)

    assert codec.safe_tx == {b"\xc0", b"\xc1", b"\xc2"}
    assert {request.send for request in codec.poll()} <= codec.safe_tx


def test_a_round_of_questions_asks_for_speed_and_incline_and_waits_300_ms() -> None:
    requests = Trackmaster(unit=SpeedUnit.KMH).poll()

    assert {b"\xc1", b"\xc2"} <= {request.send for request in requests}
    assert {request.deadline_s for request in requests} == {0.3}


def test_the_line_is_4800_8n1_unless_the_maker_says_otherwise() -> None:
    line = Trackmaster(unit=SpeedUnit.KMH).line

    assert (line.baud, line.data_bits, line.parity, line.stop_bits) == (4800, 8, "N", 1)
    assert Trackmaster(unit=SpeedUnit.KMH, baud=9600).line.baud == 9600


def test_the_unit_of_speed_must_be_given() -> None:
    with pytest.raises(TypeError, match="unit"):
        Trackmaster()
