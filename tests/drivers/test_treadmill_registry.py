"""Choosing a treadmill protocol by its name."""

from pathlib import Path

import pytest

from drivers.treadmill import registry
from drivers.treadmill.codec import SpeedUnit
from drivers.treadmill.registry import Choice, codec_for, known, tables_in
from station.errors import SettingsError


def chosen(protocol: str, **more: object) -> Choice:
    return Choice(protocol=protocol, unit=SpeedUnit.KMH, **more)  # type: ignore[arg-type]


def test_every_protocol_that_is_listed_can_be_chosen() -> None:
    names = [name for name, _ in known()]

    assert len(names) == len(set(names)) >= 9
    for name in set(names) - {"ftms"}:
        assert codec_for(chosen(name, baud=9600)).name == name


@pytest.mark.parametrize(
    ("choice", "said"),
    [
        (chosen("trackmastr"), 'Did you mean "trackmaster"?'),
        (chosen("coscom"), "There are: trackmaster"),
        (chosen("ftms"), "has no serial port"),
        (chosen("csafe", baud=4800), "CSAFE runs at 9600"),
        (chosen("csafe-session", listens_only=True), "cannot only listen"),
        (chosen("biodex"), "add baud_rate"),
        (chosen("trackmaster", incline_in_tenths=True), "for CSAFE consoles"),
    ],
)
def test_a_choice_that_cannot_be_is_refused_with_what_to_do(choice: Choice, said: str) -> None:
    with pytest.raises(SettingsError) as caught:
        codec_for(choice)

    assert said in str(caught.value)


def test_a_baud_rate_of_the_operators_own_is_used() -> None:
    assert codec_for(chosen("medisoft", baud=9600)).line.baud == 9600


def test_the_clinics_own_table_goes_before_the_shipped_one_and_no_table_takes_a_built_in_name(tmp_path: Path) -> None:
    kettler = next(folder for folder in registry.SHIPPED_TABLES if folder.is_dir()) / "kettler.toml"
    own = tmp_path / "mine.toml"
    own.write_text(kettler.read_text(encoding="utf-8").replace("baud = 9600", "baud = 57600"), encoding="utf-8")

    tables = tables_in((tmp_path, *registry.SHIPPED_TABLES))
    assert [table.line.baud for table in tables if table.name == "kettler"] == [57600]

    own.write_text(own.read_text(encoding="utf-8").replace('"kettler"', '"csafe"'), encoding="utf-8")
    with pytest.raises(SettingsError, match="built-in"):
        tables_in((tmp_path,))
