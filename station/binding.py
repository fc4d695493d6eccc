"""Binding a strap to the station: its address written into the settings file, and not a comment of it lost.

Responsible for the text of one table; the settings are read by `station.settings`.
"""

import os
import re
from pathlib import Path

from station.errors import SettingsError

TABLE = re.compile(r"^\s*\[strap\]", re.MULTILINE)
NEXT_TABLE = re.compile(r"^\s*\[", re.MULTILINE)
BOUND = re.compile(r"^[ \t]*(address|name)[ \t]*=.*\n?", re.MULTILINE)
ADDRESS = re.compile(r"([0-9A-F]{2}:){5}[0-9A-F]{2}\Z")


def bluetooth_address(text: str) -> str:
    """The Bluetooth address that this is, as it is written everywhere.

    Raises:
        ValueError: when it is none, with how one looks.
    """
    if not ADDRESS.match(text.upper()):
        message = (
            f'"{text}" is no Bluetooth address; they look like A0:9E:1A:12:34:56, as `motbakke strap scan` shows them'
        )
        raise ValueError(message)
    return text.upper()


def bind_strap(path: Path, address: str) -> None:
    """Write into this settings file that the strap with this address belongs to the station.

    Raises:
        SettingsError: when the address is none, or the file cannot be read or written.
    """
    try:
        address = bluetooth_address(address)
    except ValueError as error:
        raise SettingsError(str(error)) from error
    try:
        text = path.read_text(encoding="utf-8") if path.exists() else ""
        fresh = path.with_name(f".{path.name}.new")
        fresh.write_text(bound_to(text, address), encoding="utf-8")
        if path.exists():
            # An administrator binds, the station's own user must still be able to read it.
            before = path.stat()
            os.chown(fresh, before.st_uid, before.st_gid)
            fresh.chmod(before.st_mode)
        os.replace(fresh, path)  # noqa: PTH105  # one step: never half a file
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(f"{path}: cannot be changed ({error}). Check that you may write it.") from error


def bound_to(text: str, address: str) -> str:
    """The settings' text with this strap's address, in place of any other binding."""
    line = f'address = "{address}"\n'
    table = TABLE.search(text)
    if table is None:
        gap = "" if not text or text.endswith("\n\n") else "\n" if text.endswith("\n") else "\n\n"
        return f"{text}{gap}[strap]\n{line}"
    begin = text.find("\n", table.end()) + 1 or len(text)
    following = NEXT_TABLE.search(text, begin)
    end = following.start() if following else len(text)
    head = text[:begin] if text[:begin].endswith("\n") else text[:begin] + "\n"
    return f"{head}{line}{BOUND.sub('', text[begin:end])}{text[end:]}"
