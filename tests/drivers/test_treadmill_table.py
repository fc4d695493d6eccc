"""Treadmill protocols that are a table: what the tables say, and what is said of a faulty one."""

from pathlib import Path

import pytest

from drivers.simulated.console import CONSOLES
from drivers.simulated.treadmill import SimulatedTreadmill
from drivers.treadmill.codec import Nak, Noise, SpeedUnit
from drivers.treadmill.registry import SHIPPED_TABLES, tables_in
from drivers.treadmill.table import Table, TableCodec, table_in
from station.errors import SettingsError
from station.ports import BeltSample

GOOD = """
name = "made-up"
title = "Made up"
source = "nowhere"
verified = false
speed_per_count = 0.1
incline_per_count = 0.5
[line]
baud = 9600
[[ask]]
send = "53 0d"
reply = 'S(?P<speed>[0-9]{3}),(?P<incline>-?[0-9]{1,2})\\r'
[[refusal]]
reply = '\\?\\r'
what = "not understood"
"""


def written(folder: Path, text: str) -> Path:
    path = folder / "made-up.toml"
    path.write_text(text, encoding="utf-8")
    return path


def made_up(folder: Path, unit: SpeedUnit = SpeedUnit.KMH) -> TableCodec:
    return TableCodec(table_in(written(folder, GOOD)), unit=unit)


def shipped(name: str) -> Table:
    return next(table for table in tables_in(SHIPPED_TABLES) if table.name == name)


def test_a_table_is_all_a_protocol_of_question_and_answer_needs(tmp_path: Path) -> None:
    codec = made_up(tmp_path, SpeedUnit.MPH)

    assert [request.send for request in codec.poll()] == [b"S\r"]
    assert codec.safe_tx == {b"S\r"}
    assert codec.feed(b"xS035,-4\r?\r", 1.0) == (
        Noise(at_s=1.0, data=b"x"),
        BeltSample(at_s=1.0, speed_kmh=5.63),
        BeltSample(at_s=1.0, incline_percent=-2.0),
        Nak(at_s=1.0, what="not understood"),
    )


def test_an_answer_whose_rest_does_not_come_is_dropped(tmp_path: Path) -> None:
    codec = made_up(tmp_path)

    assert codec.feed(b"S03", 1.0) == ()
    assert codec.feed(b"5,4\r", 1.6) == (Noise(at_s=1.6, data=b"S03"),)
    assert codec.feed(b"S050,2\r", 1.7)[1:] == (
        BeltSample(at_s=1.7, speed_kmh=5.0),
        BeltSample(at_s=1.7, incline_percent=1.0),
    )


def test_figures_no_treadmill_has_are_line_noise(tmp_path: Path) -> None:
    assert made_up(tmp_path).feed(b"S999,99\r", 1.0) == (Noise(at_s=1.0, data=b"S999,99\r"),) * 2


@pytest.mark.parametrize(
    ("good", "bad", "said"),
    [
        ('name = "made-up"', "", "missing required field name"),
        ("baud = 9600", "baud = 9600\nbaudrate = 1", "unknown field baudrate"),
        ("baud = 9600", "baud = 12", "Expected int >= 300"),
        ('send = "53 0d"', 'send = "5x"', "is no hex"),
        ('send = "53 0d"', 'send = " "', "send is empty"),
        ('send = "53 0d"', 'send = "a0"', "a0 moves the belt of another make"),
        ("(?P<speed>", "(?P<spede>", "no figure is called spede"),
        ("(?P<speed>", "(", "a treadmill must tell its speed"),
        ("(?P<speed>", "(?P<speed", "is no pattern over bytes"),
        ("incline_per_count = 0.5", "", "incline_per_count and a group"),
        ("'\\?\\r'", "'x*'", "fits an empty answer"),
        ('name = "made-up"', "name = ", "not valid TOML"),
    ],
)
def test_a_faulty_table_is_refused_with_file_and_mend(tmp_path: Path, good: str, bad: str, said: str) -> None:
    assert good in GOOD
    with pytest.raises(SettingsError, match=r"made-up\.toml") as caught:
        table_in(written(tmp_path, GOOD.replace(good, bad)))

    assert said in str(caught.value)


def test_a_table_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="cannot be read"):
        table_in(tmp_path / "nothing.toml")


def test_a_table_without_baud_rate_needs_one_in_the_settings() -> None:
    with pytest.raises(SettingsError, match="add baud_rate"):
        TableCodec(shipped("biodex"), unit=SpeedUnit.MPH)

    assert TableCodec(shipped("biodex"), unit=SpeedUnit.MPH, baud=19200).line.baud == 19200


@pytest.mark.parametrize("name", ["biodex", "kettler"])
def test_the_shipped_tables_read_their_face_and_say_that_they_are_unverified(name: str) -> None:
    treadmill = SimulatedTreadmill()
    treadmill.set_speed_kmh(6.0)
    treadmill.set_incline_percent(4.0)
    treadmill.start()
    for _ in range(300):
        treadmill.step(0.1)
    console = CONSOLES[name](treadmill, SpeedUnit.KMH)
    codec = TableCodec(shipped(name), unit=SpeedUnit.KMH, baud=9600)

    events = []
    for _ in range(2):
        for request in codec.poll():
            events += codec.feed(console.feed(request.send), 1.0)

    assert BeltSample(at_s=1.0, speed_kmh=6.0) in events
    assert (BeltSample(at_s=1.0, incline_percent=4.0) in events) == (name == "biodex")
    assert console.belt_commands == []
    assert shipped(name).verified is False


def test_a_biodex_is_asked_nothing_that_starts_another_belt_until_it_has_named_itself() -> None:
    codec = TableCodec(shipped("biodex"), unit=SpeedUnit.KMH, baud=9600)
    assert [request.send.hex() for request in codec.poll()] == ["9f"]

    codec.feed(b"\xbf", 1.0)
    assert [request.send.hex() for request in codec.poll()] == ["9f"]

    codec.feed(b"\x965", 1.1)
    assert [request.send.hex() for request in codec.poll()] == ["a0", "a1"]


def test_a_treadmill_that_was_silent_for_a_second_or_whose_port_was_opened_anew_must_name_itself_again() -> None:
    codec = TableCodec(shipped("biodex"), unit=SpeedUnit.KMH, baud=9600)
    codec.feed(b"\x965", 1.0)
    codec.feed(b"\xa0030", 1.9)
    codec.feed(b"", 2.8)
    assert [request.send.hex() for request in codec.poll()] == ["a0", "a1"]

    codec.feed(b"", 2.9)
    assert [request.send.hex() for request in codec.poll()] == ["9f"]

    codec.feed(b"\x965", 3.0)
    codec.begin()
    assert [request.send.hex() for request in codec.poll()] == ["9f"]
