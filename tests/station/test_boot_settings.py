"""Settings from the boot partition: taken over once, checked first, their secret blanked on the card."""

import stat
from pathlib import Path

import pytest
from typer.testing import CliRunner

from station.__main__ import app
from station.boot_settings import PROBLEM, TAKEN, Places, taken_over
from station.errors import SettingsError
from station.settings import station_settings

GOOD = """[treadmill]
units = "km/h"
port = "/dev/treadmill"

[patient]
hr_max_bpm = 180
"""
WITH_TOKEN = GOOD + '\n[sync]\nurl = "https://fhir.example/r4"\ntoken = "s3cret-of-the-clinic"  # from IT\n'


class Card:
    """A boot partition, and the station's own settings beside it."""

    def __init__(self, folder: Path, text: str) -> None:
        self.boot = folder / "boot"
        self.boot.mkdir()
        self.file = self.boot / "station.toml"
        self.file.write_text(text, encoding="utf-8")
        etc = folder / "etc"
        etc.mkdir()
        self.places = Places(settings=etc / "station.toml", token=etc / "token")


def test_settings_on_the_boot_partition_become_the_stations(tmp_path: Path) -> None:
    card = Card(tmp_path, GOOD)

    assert taken_over(card.boot, card.places)

    assert station_settings(card.places.settings).patient.hr_max_bpm == 180
    assert not card.file.exists()
    assert (card.boot / TAKEN).read_text(encoding="utf-8") == GOOD


def test_without_a_file_there_is_nothing_to_take(tmp_path: Path) -> None:
    card = Card(tmp_path, GOOD)

    assert taken_over(card.boot, card.places)
    assert not taken_over(card.boot, card.places)


def test_the_secret_goes_into_a_file_of_its_own_and_is_blanked_on_the_card(tmp_path: Path) -> None:
    card = Card(tmp_path, WITH_TOKEN)

    taken_over(card.boot, card.places)

    assert card.places.token.read_text(encoding="utf-8") == "s3cret-of-the-clinic"
    assert stat.S_IMODE(card.places.token.stat().st_mode) == 0o400
    assert station_settings(card.places.settings).sync.token_file == str(card.places.token)
    left = [path.read_bytes() for folder in (card.boot, card.places.settings.parent) for path in folder.iterdir()]
    assert sum(b"s3cret" in content for content in left) == 1


def test_the_secret_is_overwritten_where_it_stood_not_copied_around(tmp_path: Path) -> None:
    card = Card(tmp_path, WITH_TOKEN)
    inode = card.file.stat().st_ino

    taken_over(card.boot, card.places)

    taken = card.boot / TAKEN
    assert taken.stat().st_ino == inode
    assert taken.stat().st_size == len(WITH_TOKEN.encode())
    assert 'token = "********************"  # from IT' in taken.read_text(encoding="utf-8")


def test_settings_that_are_wrong_replace_nothing_and_say_why_on_the_card(tmp_path: Path) -> None:
    card = Card(tmp_path, GOOD.replace("km/h", "kmh"))
    card.places.settings.write_text(GOOD, encoding="utf-8")

    with pytest.raises(SettingsError, match=r"is not taken over: station\.toml: .*units must be"):
        taken_over(card.boot, card.places)

    assert card.places.settings.read_text(encoding="utf-8") == GOOD
    assert "units must be" in (card.boot / PROBLEM).read_text(encoding="utf-8")
    assert [path.name for path in card.places.settings.parent.iterdir()] == ["station.toml"]


def test_a_sealed_station_takes_nothing_that_it_would_forget(tmp_path: Path) -> None:
    card = Card(tmp_path, GOOD)

    with pytest.raises(SettingsError, match="unseal it first"):
        taken_over(card.boot, card.places, root_forgets=True)

    assert card.file.exists()
    assert not card.places.settings.exists()
    assert "sealed" in (card.boot / PROBLEM).read_text(encoding="utf-8")


def test_a_mended_file_takes_the_complaint_away(tmp_path: Path) -> None:
    card = Card(tmp_path, "[treadmill")
    with pytest.raises(SettingsError):
        taken_over(card.boot, card.places)

    card.file.write_text(GOOD, encoding="utf-8")
    taken_over(card.boot, card.places)

    assert not (card.boot / PROBLEM).exists()


def test_the_settings_that_were_there_before_are_kept(tmp_path: Path) -> None:
    card = Card(tmp_path, GOOD)
    card.places.settings.write_text(GOOD.replace("180", "170"), encoding="utf-8")

    taken_over(card.boot, card.places)

    assert "170" in card.places.settings.with_suffix(".before.toml").read_text(encoding="utf-8")


@pytest.mark.parametrize("token", ['sync = { token = "x" }', '"sync"."token" = "x"', "[sync]\n'token' = 'x'"])
def test_a_secret_that_could_not_be_blanked_is_not_taken(tmp_path: Path, token: str) -> None:
    card = Card(tmp_path, f"{token}\n{GOOD}" if token[0] != "[" else f"{GOOD}\n{token}\n")

    with pytest.raises(SettingsError):
        taken_over(card.boot, card.places)

    assert not card.places.settings.exists()


def test_the_command_looks_at_both_places_and_tells_what_it_took(tmp_path: Path) -> None:
    card = Card(tmp_path, GOOD)
    arguments = ["take-settings", "--boot", str(tmp_path / "none"), "--boot", str(card.boot)]

    result = CliRunner().invoke(app, [*arguments, "--settings", str(card.places.settings)])

    assert result.output == f"Settings taken over from {card.boot}.\n"
    assert card.places.settings.exists()
