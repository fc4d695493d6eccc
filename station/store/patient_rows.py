"""From the text of a clinic's file of patients to its rows, each with the line on which it begins: CSV or JSON.

What the columns mean is `station.store.patient_lines`'s.
"""

import csv
import io
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, NoReturn

Row = Mapping[str, Any] | str
"""What stands in a line by its column, or why it cannot be read."""


def rows_of(text: str) -> Iterator[tuple[int, Row]]:
    """The rows of the file.

    Raises:
        NoTableError: it is no table at all.
    """
    return _json_rows(text) if text.lstrip()[:1] in {"[", "{"} else _csv_rows(text)


class NoTableError(Exception):
    """After this nothing of the file can be read: line, and why."""


@dataclass(frozen=True, slots=True)
class _Twice:
    """An object in which a key stands twice: nobody knows which of them counts."""

    key: str


def _json_rows(text: str) -> Iterator[tuple[int, Row]]:
    """A list of objects, or an object a line; each with the line on which it begins."""
    if not text.lstrip().startswith("["):
        for number, piece in enumerate(text.splitlines(), start=1):
            if piece.strip():
                found, fault = _decoded(piece)
                yield number, fault[1] if fault else _row(found)
        return
    found, fault = _decoded(text)
    if fault:
        raise NoTableError(f"line {fault[0]}: {fault[1]}")
    at = text.index("[") + 1
    for each in found:
        while text[at] in " \t\r\n,":
            at += 1
        yield text.count("\n", 0, at) + 1, _row(each)
        at = _DECODER.raw_decode(text, at)[1]


def _row(found: object) -> Row:
    match found:
        case _Twice(key):
            return f"'{key}' is there twice. Keep one of them"
        case dict():
            return {key: value for key, value in found.items() if value is not None}
        case _:
            return "a patient is an object in braces, { and }"


def _decoded(text: str) -> tuple[Any, tuple[int, str] | None]:
    """What the text says; or the line on which it goes wrong, and how."""
    try:
        return _DECODER.decode(text), None
    except json.JSONDecodeError as error:
        return None, (error.lineno, f"no valid JSON: {error.msg}, column {error.colno}. Correct it")
    except (ValueError, RecursionError):
        return None, (1, "no valid JSON. Check which file it is")


def _object(pairs: list[tuple[str, Any]]) -> object:
    seen: dict[str, Any] = {}
    for key, value in pairs:
        if key in seen:
            return _Twice(key)
        seen[key] = value
    return seen


def _no_number(word: str) -> NoReturn:
    raise ValueError(word)


_DECODER = json.JSONDecoder(object_pairs_hook=_object, parse_constant=_no_number)


def _csv_rows(text: str) -> Iterator[tuple[int, Row]]:
    header = text.partition("\n")[0]
    delimiter = max(";,\t", key=header.count)
    reader = csv.reader(io.StringIO(text), delimiter=delimiter, strict=True)
    try:
        columns = [column.strip() for column in next(reader, [])]
        if "code" not in columns:
            raise NoTableError("line 1: the first line names the columns, and one of them is 'code'")
        if twice := next((column for column in columns if columns.count(column) > 1), None):
            raise NoTableError(f"line 1: the column '{twice}' is there twice. Keep one of them")
        begins = reader.line_num + 1
        for cells in reader:
            if any(cell.strip() for cell in cells):
                yield begins, _of_cells(columns, cells, decimal_comma=delimiter == ";")
            begins = reader.line_num + 1
    except csv.Error as error:
        raise NoTableError(f"line {reader.line_num}: {error}. Correct it") from error


def _of_cells(columns: list[str], cells: list[str], *, decimal_comma: bool) -> Row:
    if len(cells) != len(columns):
        return f"{len(cells)} cells in it, {len(columns)} columns in the first line"
    row = {column: cell.strip() for column, cell in zip(columns, cells, strict=True) if cell.strip()}
    return _with_points(row) if decimal_comma else row


def _with_points(row: dict[str, str]) -> dict[str, str]:
    """A table with semicolons comes from where figures have a decimal comma."""
    return {key: cell.replace(",", ".") if cell.replace(",", "", 1).isdigit() else cell for key, cell in row.items()}
