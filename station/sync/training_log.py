"""A session as `log.ndjson.gz`: one JSON object a line, everything the store knows of it, in the order it happened.

The first line is the session with its plan, the last its summary; between them readings, advice and events. The
readings can be folded again from it. The patient is a pseudonym here as everywhere.
"""

import gzip
from collections.abc import Iterator
from dataclasses import fields
from typing import Any

import msgspec

from station.store.kept import Header, StoredSecond
from station.store.sessions import Store
from station.training.reading import Reading

FORMAT = 1
FILE_NAME = "log.ndjson.gz"

_DEFAULTS = {field.name: field.default for field in fields(Reading)}


def log_archive(store: Store, session_id: str) -> bytes:
    """The session's log, compressed; the same session gives the same bytes."""
    lines = b"".join(msgspec.json.encode(line, order="sorted") + b"\n" for line in log_lines(store, session_id))
    return gzip.compress(lines, mtime=0)


def log_lines(store: Store, session_id: str) -> Iterator[dict[str, Any]]:
    """The lines of the session's log, as values."""
    yield {**_session_line(store.header(session_id)), "prior": store.prior_of(session_id)}
    besides = sorted(
        (*_advice_lines(store, session_id), *_event_lines(store, session_id)), key=lambda line: line["at_s"]
    )
    for second in store.seconds(session_id):
        yield _reading_line(second)
        while besides and besides[0]["at_s"] <= second.reading.at_s:
            yield besides.pop(0)
    yield from besides
    yield {"kind": "summary", "summary": store.summary(session_id)}


def _session_line(header: Header) -> dict[str, Any]:
    return {
        "kind": "session",
        "format": FORMAT,
        "session": header.id,
        "code": header.code,
        "station": header.station_id,
        "state": header.state,
        "start_wall": header.start_wall,
        "started_at_s": header.started_at_s,
        "boot_id": header.boot_id,
        "clock_quality": header.clock_quality,
        "sw_version": header.sw_version,
        "plan": header.plan,
        "mode": header.mode,
    }


def _reading_line(second: StoredSecond) -> dict[str, Any]:
    reading = second.reading
    known = {name: value for name, default in _DEFAULTS.items() if (value := getattr(reading, name)) != default}
    return {
        "kind": "reading",
        **known,
        "phase": second.phase,
        "interval": second.interval,
        "zone_state": second.zone_state,
        "cue": second.cue,
    }


def _advice_lines(store: Store, session_id: str) -> Iterator[dict[str, Any]]:
    for told in store.advices(session_id):
        yield {"kind": "advice", "at_s": told.at_s, "advice": told.advice, "veto": told.veto}


def _event_lines(store: Store, session_id: str) -> Iterator[dict[str, Any]]:
    for event in store.events(session_id):
        yield {"kind": "event", "at_s": event.at_s, "event": event.kind, "facts": event.facts}
