"""Which treadmill protocols the station speaks, and the codec for the one that was chosen; never for another.

Responsible for names, and for saying what a choice lacks. Protocols are never tried out.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Final

from drivers.treadmill.codec import SpeedUnit, TreadmillCodec
from drivers.treadmill.csafe import Csafe, CsafeSession
from drivers.treadmill.table import Table, TableCodec, table_in
from drivers.treadmill.trackmaster import DIALECTS, Trackmaster
from station.errors import SettingsError

ROOT = Path(__file__).parents[2]
OWN_TABLES = Path("/etc/motbakke/treadmills")
SHIPPED_TABLES = (ROOT / "station" / "_config" / "treadmills", ROOT / "config" / "treadmills")
"""Where the tables lie: in an installed wheel, and in a clone."""

FTMS: Final = "ftms"
BUILT_IN: Mapping[str, str] = {
    "trackmaster": "Trackmaster and Full Vision TMX, FVX; as in the maker's service manual",
    "ge-t2100": "GE T2100; unverified: its command page was not seen, its board is Trackmaster's",
    "medisoft": "Medisoft 870, RAM 800; as in the maker's service manual, but for the baud rate, taken for 4800",
    "woodway-us": "Woodway with US boards; as the package pywoodway speaks it, not verified on a machine",
    "csafe": "CSAFE consoles: Life Fitness, Matrix, Cybex, Star Trac; not verified on a treadmill",
    "csafe-session": "CSAFE, opening a session at the console; not read-only, opt in by choosing it",
    FTMS: "treadmills with Bluetooth FTMS; not verified on a treadmill",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """What the operator chose for the treadmill."""

    protocol: str
    unit: SpeedUnit
    baud: int | None = None
    """None: the protocol's own."""
    listens_only: bool = False
    incline_in_tenths: bool = False
    """CSAFE: the console sends tenths of a percent as whole ones."""


def codec_for(choice: Choice) -> TreadmillCodec:
    """The codec of the chosen protocol.

    Raises:
        SettingsError: when there is no such protocol, or the choice lacks what it needs.
    """
    if choice.incline_in_tenths and not choice.protocol.startswith("csafe"):
        raise SettingsError(f"incline_in_tenths is for CSAFE consoles, not for {choice.protocol}: leave it out")
    for dialect in DIALECTS:
        if choice.protocol == dialect.name:
            return Trackmaster(unit=choice.unit, baud=choice.baud, dialect=dialect)
    match choice.protocol:
        case "csafe" | "csafe-session":
            return _csafe(choice)
        case "ftms":
            raise SettingsError('the protocol "ftms" is spoken over Bluetooth and has no serial port')
    tables = {table.name: table for table in tables_in()}
    if choice.protocol not in tables:
        raise SettingsError(_no_such(choice.protocol, [*BUILT_IN, *tables]))
    return TableCodec(tables[choice.protocol], unit=choice.unit, baud=choice.baud)


def known() -> Iterator[tuple[str, str]]:
    """Name and description of every protocol there is.

    Raises:
        SettingsError: when a table cannot be read.
    """
    yield from BUILT_IN.items()
    for table in tables_in():
        yield table.name, f"{table.title}; {'verified' if table.verified else 'unverified'}. {table.note}".strip()


def tables_in(folders: tuple[Path, ...] = (OWN_TABLES, *SHIPPED_TABLES)) -> list[Table]:
    """The tables in these folders; of two by one name the first folder's holds.

    Raises:
        SettingsError: when one cannot be read, or takes the name of a built-in protocol.
    """
    tables: dict[str, Table] = {}
    for path in (path for folder in folders if folder.is_dir() for path in sorted(folder.glob("*.toml"))):
        table = table_in(path)
        if table.name in BUILT_IN:
            raise SettingsError(f'{path.name}: name = "{table.name}" is a built-in protocol\'s. Give it another.')
        tables.setdefault(table.name, table)
    return list(tables.values())


def _csafe(choice: Choice) -> TreadmillCodec:
    if choice.baud not in (None, Csafe.line.baud):
        raise SettingsError(f"CSAFE runs at 9600 baud, not {choice.baud}: leave baud_rate out")
    if choice.protocol == "csafe":
        return Csafe(incline_in_tenths=choice.incline_in_tenths, overhears=choice.listens_only)
    if choice.listens_only:
        raise SettingsError('"csafe-session" opens a session and cannot only listen: choose "csafe"')
    return CsafeSession(incline_in_tenths=choice.incline_in_tenths)


def _no_such(name: str, names: list[str]) -> str:
    near = get_close_matches(name, names, n=1)
    hint = f' Did you mean "{near[0]}"?' if near else f" There are: {', '.join(names)}."
    return f'there is no treadmill protocol "{name}".{hint}'
