"""How a second of a session becomes rows, and how the rows become the same reading again, bit for bit.

The columns hold what people look for. Whatever else a `Reading` knows goes into `more` as JSON, so that a field
added to it is kept without a new table.
"""

import struct
from collections.abc import Mapping, Sequence
from dataclasses import fields
from typing import Any, NamedTuple

import msgspec

from station.ports import RecordedSecond
from station.training.reading import Reading

_IN_COLUMNS = frozenset({"at_s", "heart_rate_bpm", "speed_kmh", "incline_percent", "contact", "rr_ms"})
_DEFAULTS = {field.name: field.default for field in fields(Reading) if field.name not in _IN_COLUMNS}
_SESSION = "(SELECT number FROM session WHERE id = ?)"

INSERT_READING = f"INSERT INTO reading VALUES ({_SESSION}, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"  # noqa: S608  # no input in it
INSERT_RR = f"INSERT INTO rr VALUES ({_SESSION}, ?, ?)"  # noqa: S608
INSERT_ADVICE = f"INSERT INTO advice VALUES ({_SESSION}, ?, ?, ?, ?, ?, ?, ?)"  # noqa: S608
INSERT_EVENT = f"INSERT INTO event (session, at_s, kind, json) VALUES ({_SESSION}, ?, ?, ?)"  # noqa: S608
SELECT_READINGS = """
    SELECT reading.at_s, heart_rate_bpm, speed_kmh, incline_percent, contact, more, rr.ms,
           phase, interval, zone_state, cue
    FROM reading LEFT JOIN rr ON rr.session = reading.session AND rr.n = reading.n
    WHERE reading.session = (SELECT number FROM session WHERE id = ?)
    ORDER BY reading.n
"""


NOTHING_STANDS: tuple[object, ...] = (None, None, None, None)
"""`standing` when there is neither an advice nor a veto."""


class Statement(NamedTuple):
    """One SQL statement with its figures."""

    sql: str
    values: Sequence[object]


def reading_rows(session_id: str, n: int, second: RecordedSecond) -> list[Statement]:
    """The rows of the session's `n`th second, its advice left out."""
    reading = second.reading
    figures = (reading.heart_rate_bpm, reading.speed_kmh, reading.incline_percent, reading.contact, _more(reading))
    made_of_it = (second.phase, second.interval, second.zone_state, second.cue)
    rows = [Statement(INSERT_READING, (session_id, n, reading.at_s, *figures, *made_of_it))]
    if reading.rr_ms:
        rows.append(Statement(INSERT_RR, (session_id, n, struct.pack(f"<{len(reading.rr_ms)}d", *reading.rr_ms))))
    return rows


def advice_row(session_id: str, n: int, second: RecordedSecond) -> Statement:
    """The row that says which advice stands from this second on, and why."""
    advice = second.advice
    if advice is None:
        loads: tuple[object, ...] = (None, None, None, second.veto, None)
    else:
        loads = (advice.incline_percent, advice.speed_kmh, advice.reason, second.veto, to_json(advice))
    return Statement(INSERT_ADVICE, (session_id, n, second.reading.at_s, *loads))


def event_row(session_id: str, at_s: float, kind: str, facts: Mapping[str, object]) -> Statement:
    """The row of something that happened."""
    return Statement(INSERT_EVENT, (session_id, at_s, kind, to_json(facts)))


def reading_of(row: Sequence[Any]) -> Reading:
    """The reading that was stored, from a row of `SELECT_READINGS`."""
    at_s, heart_rate_bpm, speed_kmh, incline_percent, contact, more, rr = row[:7]
    known = {
        "at_s": at_s,
        "heart_rate_bpm": heart_rate_bpm,
        "speed_kmh": speed_kmh,
        "incline_percent": incline_percent,
        "contact": None if contact is None else bool(contact),
        "rr_ms": () if rr is None else struct.unpack(f"<{len(rr) // 8}d", rr),
    }
    return msgspec.convert(known | (msgspec.json.decode(more) if more else {}), type=Reading)


def standing(second: RecordedSecond) -> tuple[object, ...]:
    """What must change before a new advice row is written."""
    advice = second.advice
    if advice is None:
        return (None, None, None, second.veto)
    return (advice.incline_percent, advice.speed_kmh, advice.reason, second.veto)


def to_json(thing: object) -> str:
    """Canonical JSON: sorted keys, no blanks."""
    return msgspec.json.encode(thing, order="sorted").decode()


def _more(reading: Reading) -> str | None:
    differing = {name: value for name, default in _DEFAULTS.items() if (value := getattr(reading, name)) != default}
    return to_json(differing) if differing else None
