"""docs/log-format.md against what is really written."""

import gzip
import json
import re
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

from store_sessions import NOON, SHORT, read_store, recorded, short_readings, stored_short, summarise

from station.ports import SessionState
from station.store.boot import ClockQuality
from station.store.opening import open_store
from station.store.writer import SessionWriter
from station.sync.training_log import FORMAT, log_archive
from station.training.prescription import Phase
from station.training.reading import Press, Reading
from station.training.zones import ZoneState

PAGE = (Path(__file__).parents[2] / "docs" / "log-format.md").read_text(encoding="utf-8")


def documented(kind: str) -> list[str]:
    """The keys in the table of this kind of line, in order."""
    section = next(part for part in re.split(r"\n## ", PAGE) if f'"kind": "{kind}"' in part.split("\n")[0])
    return re.findall(r"^\| `(\w+)` \|", section, flags=re.MULTILINE)


def logged(data: Path, session_id: str) -> list[dict[str, Any]]:
    with read_store(data) as store:
        return [json.loads(line) for line in gzip.decompress(log_archive(store, session_id)).splitlines()]


def with_everything(data: Path) -> list[dict[str, Any]]:
    """The log of a session in which every field of a reading is told at least once."""
    full = {"heart_rate_age_s": 2.0, "pressed": (Press.EASIER,), "effort_borg": 15, "resumed": True}
    readings = [replace(one, **full) if n == 40 else one for n, one in enumerate(short_readings())]  # type: ignore[arg-type]
    with open_store(data, wall=NOON).store as store, SessionWriter(store.path) as writer:
        session_id = writer.open(patient=SHORT, code="K7Q4", at_s=1000.0, wall=NOON, prior=[{"gain": 1.0}])
        for second in recorded(SHORT, iter(readings)):
            writer.record(second)
        writer.event(1010.0, "strap_lost", {"after_s": 3.0})
        writer.close(SessionState.CLOSED, wall=NOON, summary=summarise(SHORT, readings)).result(timeout=30)
    return logged(data, session_id)


def test_every_key_of_every_line_is_on_the_page_and_nothing_else(tmp_path: Path) -> None:
    written: dict[str, set[str]] = {}
    for line in with_everything(tmp_path):
        written.setdefault(line["kind"], set()).update(line)

    assert {kind: set(documented(kind)) for kind in written} == written
    assert sorted(written) == ["advice", "event", "reading", "session", "summary"]


def test_every_field_of_a_reading_is_on_the_page() -> None:
    assert {field.name for field in fields(Reading)} <= set(documented("reading"))


def test_the_words_on_the_page_are_the_codes() -> None:
    told = set(re.findall(r"`(\w+)`", PAGE))

    for words in (Phase, ZoneState, ClockQuality, Press):
        assert {str(word) for word in words} <= told, words
    assert f"version of this format, {FORMAT};" in PAGE


def test_the_lines_lie_as_the_page_says(tmp_path: Path) -> None:
    [session_id] = stored_short(tmp_path)

    with read_store(tmp_path) as store:
        text = gzip.decompress(log_archive(store, session_id)).decode()
    lines = logged(tmp_path, session_id)

    assert (lines[0]["kind"], lines[-1]["kind"]) == ("session", "summary")
    assert all(list(line) == sorted(line) for line in lines)
    assert text.endswith("}\n")
    assert ": " not in re.sub(r'"[^"]*"', "", text)
    assert not any("heart_rate_bpm" in line for line in lines if line.get("at_s") == 1034.0)


def test_the_pages_own_program_reads_a_log(tmp_path: Path) -> None:
    [session_id] = stored_short(tmp_path)
    with read_store(tmp_path) as store:
        (tmp_path / "log.ndjson.gz").write_bytes(log_archive(store, session_id))
    [program] = re.findall(r"```python\n(.*?)```", PAGE, flags=re.DOTALL)
    known: dict[str, Any] = {}

    exec(program.replace('"log.ndjson.gz"', repr(str(tmp_path / "log.ndjson.gz"))), known)  # noqa: S102

    assert known["beats"][:2] == [120, 121]
    assert known["beats"][34] is None
