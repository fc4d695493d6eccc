"""Binding a strap: its address in the settings file, and nothing else touched."""

import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from station.binding import bind_strap, bound_to
from station.errors import SettingsError

ADDRESS = "A0:9E:1A:12:34:56"


def test_a_bound_strap_stands_in_the_settings_and_no_comment_is_lost(tmp_path: Path) -> None:
    shipped = Path(__file__).parents[2] / "config" / "station.toml"
    path = tmp_path / "station.toml"
    path.write_text(shipped.read_text(encoding="utf-8"), encoding="utf-8")

    bind_strap(path, ADDRESS.lower())

    before, after = shipped.read_text(encoding="utf-8"), path.read_text(encoding="utf-8")
    assert tomllib.loads(after) == {**tomllib.loads(before), "strap": {"address": ADDRESS}}
    assert after.replace(f'address = "{ADDRESS}"\n', "") == before


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[strap]",
        '[strap]\nname = "old"\naddress = "old"\n\n[patient]\nname = "kept"\n',
        '[patient]\nname = "kept"',
        '# note\n[strap] # ours\n  name="old"\n[strap.more]\nx = 1\n',
    ],
)
def test_any_other_binding_is_replaced(text: str) -> None:
    bound = tomllib.loads(bound_to(text, ADDRESS))

    assert bound["strap"]["address"] == ADDRESS
    assert "name" not in bound["strap"]
    assert bound.get("patient") == tomllib.loads(text).get("patient")


@given(st.lists(st.sampled_from(["[strap]", "x = 1", '[a]\ny = "[strap]"', "", "# [strap]"]), unique=True))
def test_binding_twice_is_binding_once(lines: list[str]) -> None:
    once = bound_to("\n".join(lines), ADDRESS)

    assert bound_to(once, ADDRESS) == once


def test_what_is_no_address_and_a_file_that_cannot_be_written_are_refused(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="no Bluetooth address"):
        bind_strap(tmp_path / "station.toml", "Polar H10")
    with pytest.raises(SettingsError, match="cannot be changed"):
        bind_strap(tmp_path / "nowhere" / "station.toml", ADDRESS)
