"""CSAFE, as far as a reader needs it."""

from typing import Any

import csafe_otherwise
import pytest
from hypothesis import given
from hypothesis import strategies as st
from recorded import recorded

from drivers.treadmill.codec import BeltStatusSeen, Nak, Noise, Request, Withheld
from drivers.treadmill.csafe import Csafe, CsafeSession, Previous, State, Status, status_of
from drivers.treadmill.csafe_frames import Contents, FrameFinder, framed
from station.ports import BeltSample

VECTORS = recorded("csafe.toml")
# Bytes that mean something in a frame, among any others; no extended frames, which the other codec leaves out.
streams = st.lists(st.sampled_from([0xF1, 0xF2, 0xF3, 0, 1, 2, 3, 0xA5]) | st.integers(0, 255)).map(
    lambda numbers: bytes(number for number in numbers if number != 0xF0)
)


def sent(requests: tuple[Request, ...]) -> list[str]:
    return [request.send.hex(" ") for request in requests]


@pytest.mark.parametrize("vector", VECTORS["question"], ids=lambda vector: vector["what"])
def test_each_question_is_framed_and_unframed_alike_by_two_codecs(vector: dict[str, Any]) -> None:
    frame, contents = bytes.fromhex(vector["bytes"]), bytes.fromhex(vector["contents"])
    extended = vector.get("extended", False)

    assert FrameFinder().feed(frame, 0.0) == [Contents(data=contents, extended=extended)]
    if not extended:
        assert framed(contents) == frame == csafe_otherwise.sealed(contents)
        assert csafe_otherwise.opened(frame) == [contents]


@pytest.mark.parametrize("vector", VECTORS["answer"], ids=lambda vector: vector["what"])
def test_each_answer_is_understood(vector: dict[str, Any]) -> None:
    codec = Csafe(incline_in_tenths=vector.get("incline_in_tenths", False))

    events = codec.feed(bytes.fromhex(vector["bytes"]), 1.0)

    belt = [event for event in events if isinstance(event, BeltSample)]
    assert [part.speed_kmh for part in belt if part.speed_kmh is not None] == vector.get("speeds_kmh", [])
    assert [part.incline_percent for part in belt if part.incline_percent is not None] == vector.get(
        "inclines_percent", []
    )
    assert [event.status for event in events if isinstance(event, BeltStatusSeen)] == vector.get("statuses", [])
    assert [event.what for event in events if isinstance(event, Nak)] == vector.get("naks", [])
    assert [event.data.hex(" ") for event in events if isinstance(event, Noise)] == vector.get("noise", [])
    withheld = [event.why for event in events if isinstance(event, Withheld)]
    assert len(withheld) == len(vector.get("withheld", []))
    assert all(words in why for words, why in zip(vector.get("withheld", []), withheld, strict=True))


@given(st.binary(max_size=50))
def test_two_codecs_frame_any_contents_alike_and_find_them_again(contents: bytes) -> None:
    frame = framed(contents)

    assert frame == csafe_otherwise.sealed(contents)
    assert FrameFinder().feed(frame, 0.0) == [Contents(data=contents)]


@given(streams)
def test_two_codecs_find_the_same_frames_in_any_stream(stream: bytes) -> None:
    found = [part.data for part in FrameFinder().feed(stream, 0.0) if isinstance(part, Contents)]

    assert found == csafe_otherwise.opened(stream)


@pytest.mark.parametrize(
    ("figure", "unit", "speed_kmh"),
    [
        (5, 0x10, 8.05),
        (35, 0x11, 5.63),
        (350, 0x12, 5.63),
        (300, 0x13, 5.49),
        (5, 0x30, 5.0),
        (57, 0x31, 5.7),
        (570, 0x32, 5.7),
        (95, 0x33, 5.7),
    ],
)
def test_speed_is_told_in_the_unit_on_the_wire(figure: int, unit: int, speed_kmh: float) -> None:
    frame = framed(bytes([0x05, 0xA5, 3, *figure.to_bytes(2, "little"), unit]))

    assert Csafe().feed(frame, 1.0) == (BeltSample(at_s=1.0, speed_kmh=speed_kmh),)


@pytest.mark.parametrize("record", ["a5 02 39 00", "a8 02 19 00", "a8 03 19 00 31", "a8 03 ff 7f 4a"])
def test_a_figure_without_its_unit_or_with_another_ones_is_none(record: str) -> None:
    (event,) = Csafe().feed(framed(bytes.fromhex("05" + record)), 1.0)

    assert isinstance(event, Noise)


def test_the_status_byte_tells_state_fate_of_the_frame_before_and_toggle() -> None:
    assert status_of(0x91) == Status(state=State.READY, previous=Previous.REJECTED, toggle=True)
    assert status_of(0x05) == Status(state=State.IN_USE, previous=Previous.ACCEPTED, toggle=False)
    assert status_of(0x2F).state is None


def test_a_frame_whose_rest_does_not_come_is_given_up_and_the_next_is_read() -> None:
    codec = Csafe()
    frame = framed(bytes.fromhex("05 a5 03 39 00 31"))

    assert codec.feed(frame[:4], 0.0) == ()
    assert codec.feed(b"", 0.4) == ()
    assert codec.feed(b"", 0.6) == (Noise(at_s=0.6, data=frame[:4]),)
    assert codec.feed(frame, 0.7) == (BeltSample(at_s=0.7, speed_kmh=5.7),)


def test_a_frame_longer_than_any_console_sends_is_given_up() -> None:
    events = Csafe().feed(b"\xf1" + b"\x05" * 200, 0.0)

    assert events[0] == Noise(at_s=0.0, data=b"\xf1" + b"\x05" * 120)


def test_the_state_is_asked_for_only_while_no_figures_come() -> None:
    codec = Csafe()

    assert [sent(codec.poll()) for _ in range(3)] == [["f1 a5 a8 0d f2"]] * 2 + [["f1 a5 a8 0d f2", "f1 00 f2"]]
    codec.feed(framed(bytes.fromhex("05 a5 03 39 00 31")), 1.0)
    assert sent(codec.poll()) == ["f1 a5 a8 0d f2"]


def test_a_reader_may_send_two_questions_and_nothing_else() -> None:
    assert {frame.hex(" ") for frame in Csafe.safe_tx} == {"f1 a5 a8 0d f2", "f1 00 f2"}


def test_who_only_listens_takes_no_question_of_another_master_for_a_status() -> None:
    assert Csafe(overhears=True).feed(bytes.fromhex("f1 a8 a8 f2"), 1.0) == ()
    assert Csafe(overhears=True).feed(bytes.fromhex("f1 05 a5 03 39 00 31 ab f2"), 1.0) == (
        BeltSample(at_s=1.0, speed_kmh=5.7),
    )


@pytest.mark.parametrize(
    ("state", "step"), [(0x81, "f1 82 82 f2"), (0x82, "f1 85 85 f2"), (0x83, "f1 85 85 f2"), (0x85, None), (0x88, None)]
)
def test_session_mode_takes_the_next_step_only_from_the_state_the_console_just_told(
    state: int, step: str | None
) -> None:
    codec = CsafeSession()
    assert sent(codec.poll()) == ["f1 a5 a8 0d f2"]

    codec.feed(framed(bytes([state])), 1.0)

    assert sent(codec.poll())[1:] == ([step] if step else [])
    assert step not in sent(codec.poll())


def test_session_mode_never_sets_speed_or_incline() -> None:
    assert {frame.hex(" ") for frame in CsafeSession.safe_tx - Csafe.safe_tx} == {"f1 82 82 f2", "f1 85 85 f2"}
