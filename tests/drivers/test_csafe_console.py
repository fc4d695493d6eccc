"""The simulated treadmill's CSAFE face, with the habits of real consoles."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.simulated.csafe_console import CsafeConsole, Stuffing
from drivers.simulated.treadmill import SimulatedTreadmill
from drivers.treadmill.codec import SpeedUnit
from drivers.treadmill.csafe import State
from drivers.treadmill.csafe_frames import framed

ASK = framed(b"\xa5\xa8")
EMPTY = framed(b"")


def console(state: State = State.IN_USE, unit: SpeedUnit = SpeedUnit.KMH) -> CsafeConsole:
    treadmill = SimulatedTreadmill()
    treadmill.set_speed_kmh(5.7)
    treadmill.set_incline_percent(3.0)
    treadmill.start()
    for _ in range(300):
        treadmill.step(0.1)
    return CsafeConsole(treadmill, unit=unit, state=state)


def test_speed_and_incline_are_told_with_their_units_and_a_toggle() -> None:
    face = console()

    assert face.feed(ASK) == framed(bytes.fromhex("85 a5 03 39 00 31 a8 03 03 00 4a"))
    assert face.feed(ASK) == framed(bytes.fromhex("05 a5 03 39 00 31 a8 03 03 00 4a"))
    assert console(unit=SpeedUnit.MPH).feed(framed(b"\xa5")) == framed(bytes.fromhex("85 a5 03 23 00 11"))


def test_a_damaged_or_extended_frame_is_met_with_silence() -> None:
    face = console()

    assert face.feed(bytes.fromhex("f1 a5 a6 f2")) == b""
    assert face.feed(bytes.fromhex("f0 fd 00 80 80 f2")) == b""


@pytest.mark.parametrize("state", [State.MANUAL, State.OFFLINE])
def test_figures_are_kept_back_in_manual_and_offline_and_the_rejection_is_told_on_the_next_empty_frame(
    state: State,
) -> None:
    face = console(state)

    assert face.feed(ASK) == b""
    assert face.feed(EMPTY) == framed(bytes([0x90 | state]))
    assert face.feed(EMPTY) == framed(bytes([state]))
    assert face.feed(framed(b"\x93")) == framed(bytes([0x80 | state, 0x93, 1, 0]))


def test_the_state_alone_is_told_to_get_status() -> None:
    assert console(State.READY).feed(framed(b"\x80")) == framed(b"\x81")


def test_a_session_is_opened_step_by_step_and_each_step_is_kept() -> None:
    face = console(State.READY)

    assert face.feed(framed(b"\x85")) == b""
    face.feed(framed(b"\x82"))
    face.feed(framed(b"\x85"))

    assert face.state is State.IN_USE
    assert face.belt_commands == [b"\x82", b"\x85"]


def test_speed_and_incline_can_be_set_before_a_workout_only() -> None:
    face = console(State.READY)
    order = framed(bytes.fromhex("25 03 32 00 31 28 03 02 00 4a"))

    assert face.feed(order) == framed(b"\x81")
    assert (face._treadmill.set_speed, face._treadmill.set_incline) == (5.0, 2.0)
    assert len(face.belt_commands) == 2
    face.state = State.IN_USE
    assert face.feed(order) == b""


def test_switching_on_and_pressing_start_are_told_unasked() -> None:
    face = console()

    assert face.woken() == bytes.fromhex("f1 01 01 f2")
    assert face.start_pressed() == bytes.fromhex("f1 88 88 f2")


@pytest.mark.parametrize(
    ("stuffing", "answer"),
    [
        (Stuffing.RIGHT, "f1 85 a5 03 02 00 31 a8 03 01 00 4a f3 00 f2"),
        (Stuffing.MISSING, "f1 85 a5 03 02 00 31 a8 03 01 00 4a f0 f2"),
        (Stuffing.SLIPPED, "f1 85 a5 03 02 00 31 a8 03 01 00 4a 00 00 f2"),
    ],
)
def test_a_checksum_that_has_to_be_stuffed_can_be_sent_as_it_is_or_slip(stuffing: Stuffing, answer: str) -> None:
    face = console()
    face._treadmill._gauge_speed_kmh, face._treadmill._gauge_incline_percent = 0.2, 1.0
    face.stuffing = stuffing

    assert face.feed(ASK) == bytes.fromhex(answer)


def test_behind_a_checksum_that_slipped_comes_a_byte_of_the_longer_answer_before() -> None:
    face = console()
    face._treadmill._gauge_speed_kmh, face._treadmill._gauge_incline_percent = 0.2, 1.0
    face.feed(EMPTY)
    face.feed(framed(b"\xa5\xa8\x91"))
    face.feed(EMPTY)
    face.feed(framed(b"\xa5\xa8\x91\x94"))
    face.stuffing = Stuffing.SLIPPED

    assert face.feed(ASK) == bytes.fromhex("f1 85 a5 03 02 00 31 a8 03 01 00 4a 00 00 f2 02")


@given(st.binary(max_size=60) | st.binary(max_size=20).map(framed), st.integers(0, 60))
def test_any_bytes_in_any_chunks_get_the_same_answers(data: bytes, cut: int) -> None:
    in_two = console()

    assert in_two.feed(data[:cut]) + in_two.feed(data[cut:]) == console().feed(data)
