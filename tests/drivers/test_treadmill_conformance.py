"""What every treadmill driver must pass, whatever it speaks; a new one is in it as soon as it is in the registry."""

import itertools

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from treadmills import DRIVERS, FACES, INCLINE_PERCENT, SPEED_KMH, console, driver, face_of, running_treadmill

from drivers.simulated.console import BAUDS, Console
from drivers.simulated.csafe_console import CsafeConsole
from drivers.simulated.faults import Fault, Mischief, misread
from drivers.treadmill.codec import Event, Noise, TreadmillCodec
from drivers.treadmill.csafe import ASK_SPEED_AND_INCLINE, GO_IDLE, GO_IN_USE, State
from station.ports import BeltSample

# Bytes that mean something in one of the protocols, among any others.
lively = st.sampled_from(
    bytes.fromhex("c0 c1 c2 d0 d1 d2 d3 be bf 54 30 33 35 f1 f2 f3 a5 a8 05 03 31 4a a0 a1 96 09 0d 0a")
)
streams = st.lists(lively | st.integers(0, 255), max_size=60).map(bytes)
pieces = st.lists(st.tuples(streams, st.floats(0, 1)), max_size=6)


def conversation(codec: TreadmillCodec, face: Console, *, rounds: int, mischief: Mischief | None = None) -> list[Event]:
    """Let the driver ask and the console answer for so many rounds, a quarter of a second each."""
    events: list[Event] = []
    answered_by = mischief or face
    at_s = 0.0
    for _ in range(rounds):
        at_s += 0.25
        for request in codec.poll():
            assert request.send in codec.safe_tx
            answer = answered_by.answer(request.send) if isinstance(answered_by, Mischief) else face.feed(request.send)
            at_s += 0.05 if answer else request.deadline_s
            events += codec.feed(answer, at_s)
    return events


def speeds(events: list[Event]) -> list[float]:
    return [event.speed_kmh for event in events if isinstance(event, BeltSample) and event.speed_kmh is not None]


def inclines(events: list[Event]) -> list[float]:
    return [
        event.incline_percent for event in events if isinstance(event, BeltSample) and event.incline_percent is not None
    ]


@pytest.mark.parametrize("name", DRIVERS)
def test_a_driver_reads_speed_and_incline_of_its_own_console(name: str) -> None:
    events = conversation(driver(name), console(face_of(name)), rounds=5)

    assert set(speeds(events)) == {SPEED_KMH}
    assert set(inclines(events)) == ({INCLINE_PERCENT} if name != "kettler" else set())
    assert len(speeds(events)) >= 4


@pytest.mark.parametrize("name", DRIVERS)
def test_all_a_driver_asks_is_on_its_allow_list(name: str) -> None:
    codec = driver(name)

    for at_s in range(20):
        assert {request.send for request in codec.poll()} <= codec.safe_tx
        codec.feed(b"", float(at_s))


@pytest.mark.parametrize("name", DRIVERS)
@given(stream=streams, cuts=st.lists(st.integers(0, 60)))
@settings(max_examples=60)
def test_any_chunking_of_the_bytes_gives_the_same_events(name: str, stream: bytes, cuts: list[int]) -> None:
    edges = sorted({0, len(stream), *(cut for cut in cuts if cut < len(stream))})
    whole, cut_up = driver(name), driver(name)

    events = [event for start, end in itertools.pairwise(edges) for event in cut_up.feed(stream[start:end], 1.0)]

    assert tuple(events) == whole.feed(stream, 1.0)


@pytest.mark.parametrize("name", DRIVERS)
@given(heard=pieces)
@settings(max_examples=60)
def test_garbage_never_raises_and_never_becomes_a_figure_no_treadmill_has(
    name: str, heard: list[tuple[bytes, float]]
) -> None:
    codec, at_s = driver(name), 0.0
    for stream, pause_s in heard:
        at_s += pause_s
        assert {request.send for request in codec.poll()} <= codec.safe_tx
        for event in codec.feed(stream, at_s):
            if isinstance(event, BeltSample):
                assert event.speed_kmh is None or 0 <= event.speed_kmh <= 30
                assert event.incline_percent is None or -10 <= event.incline_percent <= 40


@pytest.mark.parametrize("name", DRIVERS)
@pytest.mark.parametrize("face", FACES)
def test_no_driver_moves_a_belt_whatever_treadmill_it_is_put_to(name: str, face: str) -> None:
    there = console(face)

    for faults in ((), (Fault.NOISE,), (Fault.STALE,)):
        conversation(driver(name), there, rounds=60, mischief=Mischief(there, faults))
    there.woken()
    conversation(driver(name), there, rounds=60)

    # The one exception is chosen by name, and opens a session without setting speed or incline.
    opened = {GO_IDLE[1:2], GO_IN_USE[1:2]} if (name, face) == ("csafe-session", "csafe") else set()
    assert set(there.belt_commands) <= opened


@pytest.mark.parametrize("name", [name for name in DRIVERS if name != "csafe-session"])
def test_no_driver_changes_a_csafe_consoles_state(name: str) -> None:
    for state in State:
        there = console("csafe")
        assert isinstance(there, CsafeConsole)
        there.state = state

        conversation(driver(name), there, rounds=10)

        assert (there.state, there.belt_commands) == (state, [])


@pytest.mark.parametrize("name", DRIVERS)
@pytest.mark.parametrize("fault", [Fault.NOISE, Fault.LOST, Fault.STALE, Fault.DEAF])
def test_a_disturbed_line_still_gives_a_figure_a_second(name: str, fault: Fault) -> None:
    there = console(face_of(name))
    rounds = 400

    events = conversation(driver(name), there, rounds=rounds, mischief=Mischief(there, {fault}, seed=7))

    right = [speed for speed in speeds(events) if speed == SPEED_KMH]
    # A round takes 0.3 s, and up to 0.9 s when something is lost.
    assert len(right) >= rounds * (0.3 if fault is Fault.DEAF else 0.7)
    # Without a checksum a wrong digit cannot be told from a right one, but that is rare.
    assert len(right) >= 0.97 * len(speeds(events))


@pytest.mark.parametrize("fault", [Fault.UNSTUFFED, Fault.MISSTUFFED])
@pytest.mark.parametrize("tenths_kmh", [128, 129, 130, 131])
@pytest.mark.parametrize("answered_before", [0, 1])
def test_a_console_that_stuffs_every_second_checksum_wrongly_is_understood_again_after_a_pause(
    fault: Fault, tenths_kmh: int, answered_before: int
) -> None:
    # At 12.8 to 13.1 km/h and 0 % the answers with a toggle of 0 have the checksums F3 to F0.
    there, codec = console("csafe", running_treadmill(tenths_kmh / 10, 0.0)), driver("csafe")
    mischief = Mischief(there, {fault})
    for _ in range(answered_before):
        there.feed(ASK_SPEED_AND_INCLINE)
    for _ in range(5):
        codec.poll()  # nobody answers

    events = conversation(codec, there, rounds=40, mischief=mischief)

    assert set(speeds(events)) == {tenths_kmh / 10}
    assert len(speeds(events)) >= 18


def test_no_single_wrong_byte_gets_past_the_checksum_as_another_figure() -> None:
    answer = console("csafe").feed(ASK_SPEED_AND_INCLINE)

    for at, byte in itertools.product(range(len(answer)), range(256)):
        codec = driver("csafe")
        events = codec.feed(answer[:at] + bytes([byte]) + answer[at + 1 :], 1.0)
        assert set(speeds(events)) <= {SPEED_KMH}
        assert set(inclines(events)) <= {INCLINE_PERCENT}


def test_a_checksum_lets_hardly_any_wrong_figure_through() -> None:
    there = console("csafe")

    events = conversation(driver("csafe"), there, rounds=3000, mischief=Mischief(there, {Fault.NOISE}))

    # Two wrong bytes in one answer cancel out in an XOR now and then.
    wrong = [speed for speed in speeds(events) if speed != SPEED_KMH]
    assert len(wrong) <= 3


@pytest.mark.parametrize("name", DRIVERS)
def test_a_line_at_the_wrong_baud_rate_gives_no_figures_and_moves_no_belt(name: str) -> None:
    there = console(face_of(name))

    events = conversation(driver(name), there, rounds=20, mischief=Mischief(there, {Fault.WRONG_BAUD}))

    assert speeds(events) == inclines(events) == []
    assert there.belt_commands == []


@pytest.mark.parametrize("name", DRIVERS)
def test_no_question_misread_at_another_treadmills_baud_rate_moves_its_belt(name: str) -> None:
    codec = driver(name)

    for face, question in itertools.product(FACES, sorted(codec.safe_tx - {GO_IDLE, GO_IN_USE})):
        there = console(face)
        if codec.line.baud != BAUDS[face]:
            there.feed(misread(question, sent_at_baud=codec.line.baud, read_at_baud=BAUDS[face]))
        assert there.belt_commands == []


def test_a_line_at_the_right_baud_rate_is_read_as_it_was_sent() -> None:
    every_byte = bytes(range(256))

    assert misread(every_byte, sent_at_baud=9600, read_at_baud=9600) == every_byte


@pytest.mark.parametrize("name", DRIVERS)
def test_what_was_half_heard_from_one_treadmill_is_forgotten_at_the_next(name: str) -> None:
    codec, there = driver(name), console(face_of(name))
    for request in codec.poll():
        codec.feed(there.feed(request.send)[:-1], 1.0)

    codec.begin()

    fresh = [event for request in codec.poll() for event in codec.feed(there.feed(request.send), 1.0)]
    assert not any(isinstance(event, Noise) for event in fresh)
