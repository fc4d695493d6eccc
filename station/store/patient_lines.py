"""Reading the file of patients that a clinic's system writes: CSV or JSON, one patient a line, codes and never names.

What the lines mean for the store is `station.store.patients_file`'s. The format is in docs/for-therapists.md.
"""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Annotated, Any

import msgspec

from station.errors import SettingsError
from station.staff.clearance import Role
from station.store.patient_rows import NoTableError, rows_of
from station.training.patient import HrMaxSource
from station.visit import Picture

_SOURCES = (HrMaxSource.MEASURED, HrMaxSource.SESSION, HrMaxSource.AGE_FORMULA)
_LARGEST_BYTES = 5_000_000


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """One patient of the file; what is left out stays as it is."""

    code: str
    picture: Picture | None = None
    birth_year: Annotated[int, msgspec.Meta(ge=1900, le=2100)] | None = None
    hr_max_bpm: Annotated[int, msgspec.Meta(ge=100, le=220)] | None = None
    hr_max_source: HrMaxSource | None = None
    hr_max_on: dt.date | None = None
    medication_changed_on: dt.date | None = None
    clearance_on: dt.date | None = None
    clearance_role: Role | None = None
    clearance_until: dt.date | None = None
    template: str | None = None
    walk_only: bool | None = None
    borg_mode: bool | None = None
    beta_blocker: bool | None = None
    hold_rail_lightly: bool | None = None
    speed_kmh: float | None = None
    speed_max_kmh: float | None = None
    incline_max_percent: float | None = None
    start_incline_percent: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """What is wrong in a line, in words for whoever made the file."""

    line: int
    sentence: str


@dataclass(frozen=True, slots=True, kw_only=True)
class File:
    """What could be read of a file, and what could not."""

    name: str
    lines: tuple[tuple[int, Line], ...]
    """With their numbers in the file."""
    faults: tuple[Fault, ...]


def read(name: str, content: bytes) -> File:
    """The lines of the file, and the faults of those that are none.

    Raises:
        SettingsError: it is no list of patients at all.
    """
    if len(content) > _LARGEST_BYTES:
        raise SettingsError(f"{name}: {len(content)} bytes are no list of patients. Check which file it is")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        place = content[: error.start].count(b"\n") + 1
        raise SettingsError(f"{name}, line {place}: is not UTF-8 text. Save the file as UTF-8") from error
    try:
        rows = list(rows_of(text))
    except NoTableError as error:
        raise SettingsError(f"{name}, {error}. Nothing was imported.") from error
    lines: list[tuple[int, Line]] = []
    faults: list[Fault] = []
    strange: set[str] = set()
    first: dict[str, int] = {}
    for number, row in rows:
        line, sentences = (None, [row]) if isinstance(row, str) else _line(row, strange)
        code = "" if isinstance(row, str) else str(row.get("code", ""))
        if code and (before := first.setdefault(code.casefold(), number)) != number:
            sentences = [*sentences, f"the code {code[:_QUOTED]} stands in line {before} already"]
        faults += [Fault(line=number, sentence=sentence) for sentence in sentences]
        if line is not None and not sentences:
            lines.append((number, line))
    if not rows:
        raise SettingsError(f"{name}: there is no patient in it")
    return File(name=name, lines=tuple(lines), faults=tuple(faults))


def refuse_all(name: str, faults: list[Fault]) -> None:
    """Stop when there is any fault, and tell all of them in the order of their lines.

    Raises:
        SettingsError: a line for each fault.
    """
    if faults:
        told = [f"{name}, line {fault.line}: {fault.sentence}" for fault in sorted(faults, key=lambda one: one.line)]
        raise SettingsError("\n".join([*told, "Nothing was imported. Correct the file and import it again."]))


def _line(row: Mapping[str, Any], strange: set[str]) -> tuple[Line | None, list[str]]:
    """The line, or everything that is wrong with it; a column that nobody knows (`strange`) is told once."""
    known: dict[str, Any] = {}
    faults = []
    for key, value in row.items():
        if key not in _TYPES:
            if key in strange:
                continue
            strange.add(key)
            near = get_close_matches(str(key), _TYPES, n=1)
            faults.append(f"there is no column '{key}'. " + (f"Did you mean '{near[0]}'?" if near else _COLUMNS))
            continue
        try:
            known[key] = msgspec.convert(value, _TYPES[key], strict=False)
        except msgspec.ValidationError:
            faults.append(f"{key} must be {_MAY_BE[key]}, not {str(value)[:_QUOTED]}")
    if "code" not in row:
        faults.append("the code is missing")
    if (source := known.get("hr_max_source")) is not None and source not in _SOURCES:
        faults.append(f"hr_max_source must be {_MAY_BE['hr_max_source']}, not {source}")
    return (None, faults) if faults else (Line(**known), [])


def _one_of(words: Any) -> str:
    return f"one of {', '.join(words)}"


_TYPES: dict[str, Any] = {field.name: field.type for field in msgspec.structs.fields(Line)}
_COLUMNS = f"There are: {', '.join(_TYPES)}"
_QUOTED = 40
"""Characters of a cell that are told."""
_DAY, _NUMBER, _CHOICE = "a day like 2026-11-25", "a number", "true or false"
_MAY_BE = {
    "code": "a text",
    "picture": _one_of(Picture),
    "birth_year": "a year from 1900 to 2100",
    "hr_max_bpm": "a whole number from 100 to 220",
    "hr_max_source": _one_of(_SOURCES),
    "hr_max_on": _DAY,
    "medication_changed_on": _DAY,
    "clearance_on": _DAY,
    "clearance_role": _one_of(Role),
    "clearance_until": _DAY,
    "template": "a template's name",
    "walk_only": _CHOICE,
    "borg_mode": _CHOICE,
    "beta_blocker": _CHOICE,
    "hold_rail_lightly": _CHOICE,
    "speed_kmh": _NUMBER,
    "speed_max_kmh": _NUMBER,
    "incline_max_percent": _NUMBER,
    "start_incline_percent": _NUMBER,
}
"""What each column may hold, in words."""
