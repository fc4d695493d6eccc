import base64
import gzip
import hashlib
import json
import math
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any
from uuid import UUID, uuid5

import fhirkit
import msgspec
import pytest
from store_sessions import (
    NOON,
    SHORT,
    read_store,
    recorded,
    short_readings,
    stored_short,
    summarise,
    write_short,
)

from station.ports import SessionState
from station.store import outbox
from station.store.boot import ClockQuality
from station.store.opening import open_store
from station.store.writer import SessionWriter
from station.sync.documents import Dialect, Naming, Style, bundle, part_id
from station.sync.exports import Format, export
from station.sync.training_log import log_archive
from station.training.patient import Patient
from station.training.reading import Reading


def built(data: Path, session_id: str, dialect: Dialect = Dialect.PUT) -> dict[str, Any]:
    with read_store(data) as store:
        return json.loads(bundle(store, session_id, Style(dialect=dialect)))


def resources(data: Path, session_id: str) -> list[dict[str, Any]]:
    return [entry["resource"] for entry in built(data, session_id)["entry"]]


def stored(
    data: Path,
    readings: Iterator[Reading],
    *,
    state: SessionState = SessionState.CLOSED,
    quality: ClockQuality = ClockQuality.SYNCED,
) -> str:
    with open_store(data, wall=NOON).store as store, SessionWriter(store.path) as writer:
        session_id = writer.open(patient=SHORT, code="K7Q4", at_s=1000.0, wall=NOON, quality=quality)
        for second in recorded(SHORT, readings):
            writer.record(second)
        writer.close(state, wall=NOON).result(timeout=30)
    return session_id


@pytest.mark.parametrize("dialect", Dialect)
def test_a_session_becomes_eight_valid_fhir_entries(tmp_path: Path, dialect: Dialect) -> None:
    [session_id] = stored_short(tmp_path)

    transaction = built(tmp_path, session_id, dialect)

    assert fhirkit.validate(transaction) == []
    assert [entry["resource"]["resourceType"] for entry in transaction["entry"]] == [
        *["Observation"] * 7,
        "DocumentReference",
    ]


def test_the_same_session_gives_the_same_bytes(tmp_path: Path) -> None:
    [session_id] = stored_short(tmp_path)

    with read_store(tmp_path) as one, read_store(tmp_path) as other:
        assert bundle(one, session_id) == bundle(other, session_id)


def test_every_id_comes_from_the_sessions_id(tmp_path: Path) -> None:
    [session_id] = stored_short(tmp_path)

    put, create = (built(tmp_path, session_id, dialect)["entry"] for dialect in Dialect)

    parts = ["group", "activity", "duration", "mean-heart-rate", "peak-heart-rate"]
    parts += ["interval-summary", "heart-rate", "log"]
    ids = [str(uuid5(UUID(session_id), part)) for part in parts]
    assert [entry["resource"]["id"] for entry in put] == ids
    assert [entry["fullUrl"] for entry in put] == [f"urn:uuid:{own}" for own in ids]
    assert put[0]["request"] == {"method": "PUT", "url": f"Observation/{ids[0]}"}
    assert create[7]["request"] == {
        "method": "POST",
        "url": "DocumentReference",
        "ifNoneExist": f"identifier=urn:ietf:rfc:3986|urn:uuid:{ids[7]}",
    }
    assert not any("id" in entry["resource"] for entry in create)
    assert [entry["resource"]["identifier"][0]["value"] for entry in create] == [f"urn:uuid:{own}" for own in ids]
    # Medplum's router puts its own ids in the place of a fullUrl wherever it finds one, identifiers included.
    assert not {entry["fullUrl"] for entry in create} & {f"urn:uuid:{own}" for own in ids}


def test_the_group_refers_to_the_four_measures_of_the_same_transaction(tmp_path: Path) -> None:
    [session_id] = stored_short(tmp_path)

    entries = built(tmp_path, session_id)["entry"]

    members = [member["reference"] for member in entries[0]["resource"]["hasMember"]]
    assert members == [entry["fullUrl"] for entry in entries[1:5]]


def test_the_patient_and_the_station_are_only_named_never_created(tmp_path: Path) -> None:
    [session_id] = stored_short(tmp_path)

    with read_store(tmp_path) as store:
        naming = Naming(patient_system="urn:oid:2.999.1", station_system="urn:oid:2.999.2")
        entries = json.loads(bundle(store, session_id, Style(naming=naming)))["entry"]
        station_id = store.header(session_id).station_id

    for entry in entries:
        subject = entry["resource"]["subject"]
        assert subject == {"type": "Patient", "identifier": {"system": "urn:oid:2.999.1", "value": "K7Q4"}}
    assert entries[0]["resource"]["device"]["identifier"] == {"system": "urn:oid:2.999.2", "value": station_id}
    assert entries[7]["resource"]["author"] == [entries[0]["resource"]["device"]]


def test_a_spike_of_the_signal_is_no_peak_of_the_heart(tmp_path: Path) -> None:
    readings = [replace(one, heart_rate_bpm=219) if n == 50 else one for n, one in enumerate(short_readings())]
    session_id = stored(tmp_path, iter(readings))

    parts = resources(tmp_path, session_id)

    trusted = [one.heart_rate_bpm for one in readings[:50] if one.heart_rate_bpm is not None]
    assert max(trusted[:40]) <= parts[4]["valueQuantity"]["value"] < 219
    assert "219" in parts[6]["valueSampledData"]["data"].split()
    peaks = [
        component["valueQuantity"]["value"]
        for component in parts[5]["component"]
        if component["code"]["coding"][0]["code"].endswith("peak-heart-rate")
    ]
    assert peaks
    assert max(peaks) < 219


def test_the_measures_are_those_of_the_readings(tmp_path: Path) -> None:
    [session_id] = stored_short(tmp_path)
    beats = [reading.heart_rate_bpm for reading in short_readings() if reading.heart_rate_bpm is not None]

    _, _, duration, mean, peak, *_ = resources(tmp_path, session_id)

    assert duration["valueQuantity"] == {
        "value": 1.2,
        "unit": "min",
        "system": "http://unitsofmeasure.org",
        "code": "min",
    }
    assert math.isclose(mean["valueQuantity"]["value"], sum(beats) / len(beats), abs_tol=0.05)
    # The short walk climbs a beat a second, beyond HRmax: from some second on the strap is doubted.
    assert 160 <= peak["valueQuantity"]["value"] <= max(beats)
    assert duration["effectivePeriod"] == {"start": "2026-11-23T12:00:00+00:00", "end": "2026-11-23T12:01:11+00:00"}


def test_the_heart_rate_is_a_series_with_a_mark_where_the_strap_was_silent(tmp_path: Path) -> None:
    [session_id] = stored_short(tmp_path)

    series = resources(tmp_path, session_id)[6]["valueSampledData"]

    told = ["E" if beat is None else str(beat) for beat in (r.heart_rate_bpm for r in short_readings())]
    assert series["data"].split(" ") == told
    assert told.count("E") == 3
    assert (series["period"], series["dimensions"], series["origin"]["code"]) == (1000, 1, "/min")


def test_seconds_that_were_never_read_are_marked_in_the_series(tmp_path: Path) -> None:
    readings = [reading for n, reading in enumerate(short_readings(seconds=6)) if n not in (2, 3)]
    session_id = stored(tmp_path, iter(readings))

    series = resources(tmp_path, session_id)[6]["valueSampledData"]

    assert series["data"] == "120 121 E E 124 125"


def test_the_interval_summary_agrees_with_the_fold(tmp_path: Path) -> None:
    [session_id] = stored_short(tmp_path)

    summary = resources(tmp_path, session_id)[5]

    found = {part["code"]["coding"][0]["code"]: part["valueQuantity"] for part in summary["component"]}
    in_zone_s = summarise(SHORT, tuple(short_readings()))["in_zone_s"]
    assert summary["valueInteger"] == 2
    assert found["interval-1-in-zone"]["value"] + found["interval-2-in-zone"]["value"] == in_zone_s
    assert found["interval-2-duration"] == {
        "value": 20,
        "unit": "s",
        "system": "http://unitsofmeasure.org",
        "code": "s",
    }
    assert found["interval-2-mean-speed"]["value"] == 5.2
    assert found["interval-2-mean-incline"]["unit"] == "%"


def test_a_session_without_a_heart_rate_says_so_in_valid_fhir(tmp_path: Path) -> None:
    deaf = (replace(reading, heart_rate_bpm=None, rr_ms=()) for reading in short_readings())
    session_id = stored(tmp_path, deaf)

    transaction = built(tmp_path, session_id)

    assert fhirkit.validate(transaction) == []
    mean, peak = (transaction["entry"][number]["resource"] for number in (3, 4))
    for measure in (mean, peak):
        assert "valueQuantity" not in measure
        assert measure["dataAbsentReason"]["coding"][0]["code"] == "unknown"


def test_a_session_of_one_second_is_valid_fhir(tmp_path: Path) -> None:
    session_id = stored(tmp_path, short_readings(seconds=1))

    transaction = built(tmp_path, session_id)

    assert fhirkit.validate(transaction) == []
    assert transaction["entry"][5]["resource"]["valueInteger"] == 0


def test_a_recovered_session_and_an_unset_clock_are_noted(tmp_path: Path) -> None:
    session_id = stored(tmp_path, short_readings(), state=SessionState.RECOVERED, quality=ClockQuality.UNSYNCED)

    notes = [note["text"] for note in resources(tmp_path, session_id)[0]["note"]]

    assert [note.split(":")[0] for note in notes] == [
        "Partial",
        "The station's wall clock was not set when the session began",
    ]


def test_the_log_travels_whole_with_its_size_and_hash(tmp_path: Path) -> None:
    [session_id] = stored_short(tmp_path)

    attachment = resources(tmp_path, session_id)[7]["content"][0]["attachment"]
    archive = base64.b64decode(attachment["data"])

    with read_store(tmp_path) as store:
        assert archive == log_archive(store, session_id)
    assert attachment["size"] == len(archive)
    assert base64.b64decode(attachment["hash"]) == hashlib.sha1(archive, usedforsecurity=False).digest()
    assert attachment["title"] == "log.ndjson.gz"


def test_report_fit_and_table_travel_beside_the_log(tmp_path: Path) -> None:
    [session_id] = stored_short(tmp_path)

    attachments = [content["attachment"] for content in resources(tmp_path, session_id)[7]["content"]]

    with read_store(tmp_path) as store:
        files = {path.name: path.read_bytes() for path in export(store, session_id, tmp_path / "out")}
    assert [(a["title"], a["contentType"]) for a in attachments] == [
        ("log.ndjson.gz", "application/gzip"),
        ("report.html", "text/html"),
        ("session.fit", "application/vnd.ant.fit"),
        ("seconds.csv.gz", "application/gzip"),
    ]
    sent = [base64.b64decode(a["data"]) for a in attachments]
    beginning = session_id[:8]
    assert sent[1] == files[f"{beginning}-report.html"]
    assert sent[2] == files[f"{beginning}-session.fit"]
    assert gzip.decompress(sent[3]) == files[f"{beginning}-seconds.csv"]


def test_a_bundle_without_the_log_is_not_built() -> None:
    with pytest.raises(ValueError, match="the log must be the first attachment"):
        Style(attached=(Format.HTML, Format.LOG))


def test_the_log_holds_everything_needed_to_fold_the_session_again(tmp_path: Path) -> None:
    [session_id] = stored_short(tmp_path)

    with read_store(tmp_path) as store:
        lines = [json.loads(line) for line in gzip.decompress(log_archive(store, session_id)).splitlines()]

    readings = tuple(msgspec.convert(line, type=Reading) for line in lines if line["kind"] == "reading")
    plan = msgspec.convert(lines[0]["plan"], type=Patient)
    assert readings == tuple(short_readings())
    assert plan == SHORT
    assert lines[-1]["kind"] == "summary"
    folded = json.loads(msgspec.json.encode(summarise(plan, readings)))
    assert lines[-1]["summary"] == folded


def test_the_log_tells_advice_and_events_where_they_happened(tmp_path: Path) -> None:
    [session_id] = stored_short(tmp_path)

    with read_store(tmp_path) as store:
        lines = [json.loads(line) for line in gzip.decompress(log_archive(store, session_id)).splitlines()]

    at_s = [line["at_s"] for line in lines if "at_s" in line]
    assert at_s == sorted(at_s)
    assert [line["advice"]["reason"] for line in lines if line["kind"] == "advice"] == ["below_zone"] * 4
    assert [line["event"] for line in lines if line["kind"] == "event"] == ["strap_lost"]


def test_parts_of_different_sessions_never_share_an_id() -> None:
    one, other = str(UUID(int=1)), str(UUID(int=2))

    assert part_id(one, "log") != part_id(other, "log")
    assert part_id(one, "log") != part_id(one, "group")


def test_the_patients_felt_effort_is_in_the_interval_summary(tmp_path: Path) -> None:
    readings = [replace(r, effort_borg=17 if n == 33 else None) for n, r in enumerate(short_readings())]
    with open_store(tmp_path, wall=NOON).store as store, SessionWriter(store.path) as writer:
        session_id = writer.open(patient=SHORT, code="K7Q4", at_s=1000.0, wall=NOON)
        for second in recorded(SHORT, iter(readings)):
            writer.record(second)
        writer.close(SessionState.CLOSED, wall=NOON).result(timeout=30)

    components = resources(tmp_path, session_id)[5]["component"]

    efforts = [c["valueInteger"] for c in components if c["code"]["coding"][0]["code"] == "interval-1-effort"]
    assert efforts == [17]


@pytest.mark.parametrize(("code", "mark"), [("demo-1", "HTEST"), ("K7Q4", None)])
def test_what_a_simulated_patient_did_is_marked_as_test_data(tmp_path: Path, code: str, mark: str | None) -> None:
    with open_store(tmp_path, wall=NOON).store as store:
        with SessionWriter(store.path) as writer:
            session_id = write_short(writer, code=code)

        entries = json.loads(bundle(store, session_id))["entry"]

    tags = [entry["resource"].get("meta", {}).get("tag", [{}])[0].get("code") for entry in entries]
    assert tags == [mark] * 8


def test_a_simulated_session_goes_to_the_clinic_only_when_a_person_asks(tmp_path: Path) -> None:
    with open_store(tmp_path, wall=NOON).store as store:
        with SessionWriter(store.path) as writer:
            write_short(writer, code="demo-1")
            write_short(writer, code="K7Q4", minutes=60)

        of_itself = outbox.due(store.connection, now=NOON)
        asked_for = outbox.due(store.connection, now=NOON, even_if_waiting=True)

    assert len(of_itself) == 1
    assert len(asked_for) == 2
