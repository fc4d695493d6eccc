"""Reading the file of patients that a clinic's system writes: CSV or JSON, one patient a line, codes and never names.

What the lines mean for the store is `station.store.patients_file`'s. The format is in docs/for-therapists.md.
"""

import csv
import datetime as dt
import io
from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from typing import Annotated, Any

import msgspec

from station.errors import SettingsError
from station.staff.clearance import Role
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


def read(name: str, content: bytes) -> list[tuple[int, Line]]:
    """The lines of the file with their numbers.

    Raises:
        SettingsError: with a sentence for each fault, naming file and line.
    """
    if len(content) > _LARGEST_BYTES:
        raise SettingsError(f"{name}: {len(content)} bytes are no list of patients. Check which file it is")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise SettingsError(f"{name}: is not UTF-8 text ({error.reason} at byte {error.start}). Save it so") from error
    rows = _json_rows(name, text) if text.lstrip()[:1] in {"[", "{"} else _csv_rows(name, text)
    lines, faults = [], []
    for number, row in rows:
        try:
            lines.append((number, _line(row)))
        except ValueError as error:
            faults.append(f"{name}, line {number}: {error}")
    refuse_all(faults)
    if not lines:
        raise SettingsError(f"{name}: there is no patient in it")
    return lines


def refuse_all(faults: list[str]) -> None:
    """Stop when there is any fault, and tell all of them.

    Raises:
        SettingsError: a line for each fault.
    """
    if faults:
        raise SettingsError("\n".join([*faults, "Nothing was imported. Correct the file and import it again."]))


def _line(row: Mapping[str, Any]) -> Line:
    names = Line.__struct_fields__
    for key in row:
        if key not in names:
            near = get_close_matches(str(key), names, n=1)
            hint = f"Did you mean '{near[0]}'?" if near else f"There are: {', '.join(names)}"
            message = f"there is no column '{key}'. {hint}"
            raise ValueError(message)
    try:
        line = msgspec.convert(row, Line, strict=False)
    except msgspec.ValidationError as error:
        what, _, place = str(error).partition(" - at `$.")
        where = f"{place.rstrip('`')}: " if place else ""
        raise ValueError(where + what.replace("`", "")) from error
    if line.hr_max_source is not None and line.hr_max_source not in _SOURCES:
        message = f"hr_max_source: must be one of {', '.join(_SOURCES)}"
        raise ValueError(message)
    return line


def _json_rows(name: str, text: str) -> Iterator[tuple[int, Mapping[str, Any]]]:
    """A list of objects, or an object a line; in a list the objects are counted."""
    pieces = [(1, text)] if text.lstrip().startswith("[") else list(enumerate(text.splitlines(), start=1))
    for number, piece in pieces:
        if not piece.strip():
            continue
        try:
            found = msgspec.json.decode(piece)
        except (msgspec.DecodeError, RecursionError) as error:
            raise SettingsError(f"{name}, line {number}: no valid JSON: {error}. Correct it") from error
        rows = found if isinstance(found, list) else [found]
        for place, row in enumerate(rows, start=number):
            if not isinstance(row, dict):
                raise SettingsError(f"{name}, line {place}: a patient is an object in braces")
            yield place, {key: value for key, value in row.items() if value is not None}


def _csv_rows(name: str, text: str) -> Iterator[tuple[int, Mapping[str, Any]]]:
    header = text.partition("\n")[0]
    delimiter = max(";,\t", key=header.count)
    reader = csv.reader(io.StringIO(text), delimiter=delimiter, strict=True)
    try:
        columns = [column.strip() for column in next(reader, [])]
        if "code" not in columns:
            raise SettingsError(f"{name}, line 1: the first line names the columns, and one of them is 'code'")
        if twice := next((column for column in columns if columns.count(column) > 1), None):
            raise SettingsError(f"{name}, line 1: the column '{twice}' is there twice. Keep one of them")
        for cells in reader:
            if not any(cell.strip() for cell in cells):
                continue
            if len(cells) != len(columns):
                counted = f"{len(cells)} cells in it, {len(columns)} columns in the first line"
                raise SettingsError(f"{name}, line {reader.line_num}: {counted}. Correct it")
            row = {column: cell.strip() for column, cell in zip(columns, cells, strict=True) if cell.strip()}
            yield reader.line_num, _with_points(row) if delimiter == ";" else row
    except csv.Error as error:
        raise SettingsError(f"{name}, line {reader.line_num}: {error}. Correct it") from error


def _with_points(row: dict[str, str]) -> dict[str, str]:
    """A table with semicolons comes from where figures have a decimal comma."""
    return {key: cell.replace(",", ".") if cell.replace(",", "", 1).isdigit() else cell for key, cell in row.items()}
