"""A session as one FHIR R4 transaction of eight entries, ready to be sent: pseudonym and logical references only.

Every identifier is derived from the session's, so that sending twice creates nothing twice; the same session
gives the same bytes. Eight, because a server exists that takes no more with conditional creates (Medplum).
Codes: HL7 Physical Activity IG 1.0 for the group and its measures, LOINC, UCUM, and a code system of our own.
"""

import base64
import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid5

import msgspec

from station.language import Language
from station.ports import is_simulated
from station.store.kept import Header
from station.store.sessions import Store
from station.sync.exports import SEALED_NAME, Export, Format, made, packed
from station.sync.figures import IntervalFigures
from station.sync.strength_documents import heavy_sets, strength_components
from station.sync.whole import WholeSession, whole_session

if TYPE_CHECKING:
    from station.sync.audit_copy import Batch

Element = dict[str, Any]

IDENTIFIER_SYSTEM = "urn:ietf:rfc:3986"
CODE_SYSTEM = "urn:motbakke:code-system:training"
"""Our own codes: `uphill-intervals`, `interval-summary`, `interval-N-…`, `maximal-strength`, `set-summary`, `set-N-…`,
`training-log`, `sealed-session`."""
TEST_DATA = {"system": "http://terminology.hl7.org/CodeSystem/v3-ActReason", "code": "HTEST"}
"""HL7's mark for health data that is of nobody."""
LOINC = "http://loinc.org"
UCUM = "http://unitsofmeasure.org"
PA_CODES = "http://hl7.org/fhir/us/physical-activity/CodeSystem/pa-temporary-codes"
OBSERVATION_CATEGORY = "http://terminology.hl7.org/CodeSystem/observation-category"
ABSENT_REASON = "http://terminology.hl7.org/CodeSystem/data-absent-reason"
NO_SIGNAL = "E"
"""How SampledData says that nothing was measured at a point."""
MEASURES = ("activity", "duration", "mean-heart-rate", "peak-heart-rate")
OBSERVATIONS = ("group", *MEASURES, "interval-summary", "heart-rate")
LOG = "log"
ENTRIES = len(OBSERVATIONS) + 1


class Dialect(StrEnum):
    """How a server is asked to create nothing twice."""

    PUT = "put"
    """Update with ids of our own (HAPI, Azure, Google)."""
    CREATE = "ifNoneExist"
    """Conditional create (Medplum, which refuses ids of ours)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Naming:
    """The systems in which the clinic knows patients' pseudonyms and stations."""

    patient_system: str = "urn:motbakke:patient-code"
    station_system: str = "urn:motbakke:station"


def part_id(session_id: str, part: str) -> str:
    """The id of one of the session's eight parts, the same every time."""
    return str(uuid5(UUID(session_id), part))


def entry_id(session_id: str, part: str, dialect: Dialect) -> str:
    """What the part is called within its transaction, so that others can refer to it before the server names it.

    Where the server names it, this is never the id in its identifier: Medplum replaces the one by its own name wherever
    it finds it in the transaction, and an identifier that was replaced is not found again (fhir-router 4.5.2).
    """
    return part_id(session_id, part if dialect is Dialect.PUT else f"entry {part}")


def identifier(session_id: str, part: str) -> str:
    """The part's identifier as a search token, `system|value`."""
    return f"{IDENTIFIER_SYSTEM}|urn:uuid:{part_id(session_id, part)}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Style:
    """How the clinic wants its bundles."""

    dialect: Dialect = Dialect.PUT
    naming: Naming = Naming()
    language: Language = Language.BOKMAL
    """The report's."""
    attached: tuple[Format, ...] = (Format.LOG, Format.HTML, Format.FIT, Format.CSV)
    """The log comes first: by its hash a session is recognised."""

    def __post_init__(self) -> None:
        """Refuse a bundle without the record itself.

        Raises:
            ValueError: when the log is not the first of the attachments.
        """
        if self.attached[:1] != (Format.LOG,):
            message = "the log must be the first attachment: it is the record"
            raise ValueError(message)


def bundle(store: Store, session_id: str, style: Style | None = None) -> bytes:
    """The session as the body of one FHIR transaction. Takes seconds on a Pi when a FIT file is attached.

    Raises:
        StoreError: the session is not there, or its plan cannot be read.
    """
    style = style or Style()
    whole = whole_session(store, session_id)
    files = [packed(made(store, whole, kind, style.language)) for kind in style.attached]
    writer = _Writer(whole, style)
    entries = [_entry(session_id, part, resource, style.dialect) for part, resource in writer.resources(files)]
    return msgspec.json.encode({"resourceType": "Bundle", "type": "transaction", "entry": entries}, order="sorted")


def sealed_bundle(header: Header, sealed: bytes, style: Style) -> bytes:
    """A sealed session as the body of one FHIR transaction: one DocumentReference in the place of the log's."""
    file = Export(name=SEALED_NAME, content_type="application/octet-stream", content=sealed)
    system, value = identifier(header.id, LOG).split("|")
    resource = {
        "resourceType": "DocumentReference",
        "identifier": [{"system": system, "value": value}],
        "status": "current",
        "type": _concept(CODE_SYSTEM, "sealed-session", "Training session, sealed to the clinic's key (age)"),
        "subject": _patient(header, style.naming),
        "date": header.start_wall.isoformat(timespec="seconds"),
        "author": [_station(header, style.naming)],
        "content": [{"attachment": _attachment(file)}],
    }
    entries = [_entry(header.id, LOG, resource, style.dialect)]
    return msgspec.json.encode({"resourceType": "Bundle", "type": "transaction", "entry": entries}, order="sorted")


def audit_bundle(batch: "Batch", style: Style) -> bytes:
    """Some rows of the audit as the body of one FHIR transaction: one DocumentReference, of the station's own."""
    file = Export(name=f"{batch.part}.ndjson.gz", content_type="application/gzip", content=batch.content)
    system, value = identifier(batch.station_id, batch.part).split("|")
    device = {
        "type": "Device",
        "identifier": {"system": style.naming.station_system, "value": batch.station_id},
    }
    resource = {
        "resourceType": "DocumentReference",
        "identifier": [{"system": system, "value": value}],
        "status": "current",
        "type": _concept(CODE_SYSTEM, "audit", "Access log of a training station"),
        "subject": device,
        "date": batch.began.isoformat(timespec="seconds"),
        "author": [device],
        "description": f"rows {batch.first} to {batch.last}, ending with the hash {batch.head}",
        "content": [{"attachment": _attachment(file)}],
    }
    entries = [_entry(batch.station_id, batch.part, resource, style.dialect)]
    return msgspec.json.encode({"resourceType": "Bundle", "type": "transaction", "entry": entries}, order="sorted")


def erasure(session_id: str, dialect: Dialect) -> bytes:
    """The body of one FHIR transaction that deletes all the session's parts from the server."""
    entries = []
    for part in (*OBSERVATIONS, LOG):
        kind = "DocumentReference" if part == LOG else "Observation"
        named = f"/{part_id(session_id, part)}"
        url = kind + (named if dialect is Dialect.PUT else f"?identifier={identifier(session_id, part)}")
        entries.append({"request": {"method": "DELETE", "url": url}})
    return msgspec.json.encode({"resourceType": "Bundle", "type": "transaction", "entry": entries}, order="sorted")


def log_hash(archive: bytes) -> str:
    """The attachment's hash as FHIR R4 wants it: SHA-1, in base64."""
    return base64.b64encode(hashlib.sha1(archive, usedforsecurity=False).digest()).decode()


def sent_log_hash(content: bytes) -> str:
    """The hash of the log, or of the sealed file, in a bundle that was built here."""
    entries: list[Element] = msgspec.json.decode(content)["entry"]
    return str(entries[-1]["resource"]["content"][0]["attachment"]["hash"])


def sent_ids(content: bytes) -> tuple[str, ...]:
    """The ids of the parts in a bundle that was built here, in their order."""
    entries: list[Element] = msgspec.json.decode(content)["entry"]
    return tuple(entry["fullUrl"].removeprefix("urn:uuid:") for entry in entries)


def _patient(header: Header, naming: Naming) -> Element:
    return {"type": "Patient", "identifier": {"system": naming.patient_system, "value": header.code}}


def _station(header: Header, naming: Naming) -> Element:
    return {"type": "Device", "identifier": {"system": naming.station_system, "value": header.station_id}}


def _entry(session_id: str, part: str, resource: Element, dialect: Dialect) -> Element:
    kind, own_id = resource["resourceType"], part_id(session_id, part)
    if dialect is Dialect.PUT:
        resource["id"] = own_id
        request = {"method": "PUT", "url": f"{kind}/{own_id}"}
    else:
        request = {"method": "POST", "url": kind, "ifNoneExist": f"identifier={identifier(session_id, part)}"}
    return {"fullUrl": f"urn:uuid:{entry_id(session_id, part, dialect)}", "resource": resource, "request": request}


class _Writer:
    """Writes the eight resources of one session."""

    def __init__(self, whole: WholeSession, style: Style) -> None:
        naming, self._dialect = style.naming, style.dialect
        self._whole = whole
        self._header = header = whole.header
        self._came_to = whole.figures
        self._patient, self._station = _patient(header, naming), _station(header, naming)

    def resources(self, files: Sequence[Export]) -> Iterator[tuple[str, Element]]:
        """The eight, each marked as test data when the patient was a simulated one."""
        for part, resource in self._resources(files):
            yield part, {**resource, "meta": {"tag": [TEST_DATA]}} if is_simulated(self._header.code) else resource

    def _resources(self, files: Sequence[Export]) -> Iterator[tuple[str, Element]]:
        came_to = self._came_to
        minutes = round((came_to.last_at_s - came_to.first_at_s) / 60, 1)
        yield "group", self._group()
        yield "activity", self._activity()
        yield "duration", self._measure("duration", "55411-3", "Exercise duration", _quantity(minutes, "min"))
        yield (
            "mean-heart-rate",
            self._measure("mean-heart-rate", "55425-3", "Mean heart rate", _beats(came_to.mean_heart_rate_bpm)),
        )
        yield (
            "peak-heart-rate",
            self._measure("peak-heart-rate", "55426-1", "Peak heart rate", _beats(came_to.peak_heart_rate_bpm)),
        )
        yield "interval-summary", self._interval_summary()
        yield "heart-rate", self._heart_rate()
        yield LOG, self._log(files)

    def _observation(self, part: str, code: Element, **more: object) -> Element:
        return {
            "resourceType": "Observation",
            "identifier": [self._identifier(part)],
            "status": "final",
            "category": [_concept(OBSERVATION_CATEGORY, "activity", "Activity")],
            "code": code,
            "subject": self._patient,
            "effectivePeriod": self._period(),
            "device": self._station,
            **more,
        }

    def _group(self) -> Element:
        named = (entry_id(self._header.id, part, self._dialect) for part in MEASURES)
        members = [{"reference": f"urn:uuid:{name}"} for name in named]
        notes = [{"text": text} for text in self._notes()]
        group = self._observation("group", _concept(PA_CODES, "PAPanel", "Physical activity panel"), hasMember=members)
        group["category"].append(_physical_activity())
        return group | ({"note": notes} if notes else {})

    def _notes(self) -> Iterator[str]:
        if self._header.state == "recovered":
            yield "Partial: the station was interrupted before the session's end."
        if self._header.clock_quality == "unsynced":
            yield "The station's wall clock was not set when the session began: times may be wrong, lengths are not."

    def _measure(self, part: str, code: str, display: str, measured: Element) -> Element:
        measure = self._observation(part, _concept(LOINC, code, display), **measured)
        measure["category"].append(_physical_activity())
        return measure

    def _activity(self) -> Element:
        if self._whole.lifted is not None:
            kind = _concept(CODE_SYSTEM, "maximal-strength", "Maximal strength training in sets")
            return self._measure("activity", "73985-4", "Exercise activity", {"valueCodeableConcept": kind})
        kind = _concept(CODE_SYSTEM, "uphill-intervals", "Uphill interval training on a treadmill")
        return self._measure("activity", "73985-4", "Exercise activity", {"valueCodeableConcept": kind})

    def _interval_summary(self) -> Element:
        if (sets := self._whole.lifted) is not None:
            code = _concept(CODE_SYSTEM, "set-summary", "Sets of the session")
            components = list(strength_components(sets))
            return self._observation("interval-summary", code, valueInteger=heavy_sets(sets), component=components)
        intervals = self._came_to.intervals
        code = _concept(CODE_SYSTEM, "interval-summary", "Intervals of the session")
        components = [component for interval in intervals for component in _components(interval)]
        more: Element = {"component": components} if components else {}
        return self._observation("interval-summary", code, valueInteger=len(intervals), **more)

    def _heart_rate(self) -> Element:
        beats = self._came_to.heart_rates
        samples = {
            "origin": {"value": 0, "unit": "/min", "system": UCUM, "code": "/min"},
            "period": 1000,
            "dimensions": 1,
            "data": " ".join(NO_SIGNAL if beat is None else str(beat) for beat in beats),
        }
        return self._observation("heart-rate", _concept(LOINC, "8867-4", "Heart rate"), valueSampledData=samples)

    def _log(self, files: Sequence[Export]) -> Element:
        return {
            "resourceType": "DocumentReference",
            "identifier": [self._identifier(LOG)],
            "status": "current",
            "type": _concept(CODE_SYSTEM, "training-log", "Log of a training session, second by second"),
            "subject": self._patient,
            "date": self._wall(self._came_to.last_at_s),
            "author": [self._station],
            "content": [{"attachment": _attachment(file)} for file in files],
            "context": {"period": self._period()},
        }

    def _identifier(self, part: str) -> Element:
        system, value = identifier(self._header.id, part).split("|")
        return {"system": system, "value": value}

    def _period(self) -> Element:
        return {"start": self._wall(self._came_to.first_at_s), "end": self._wall(self._came_to.last_at_s)}

    def _wall(self, at_s: float) -> str:
        return self._whole.wall(at_s).isoformat(timespec="seconds")


def _attachment(file: Export) -> Element:
    return {
        "contentType": file.content_type,
        "title": file.name,
        "data": base64.b64encode(file.content).decode(),
        "size": len(file.content),
        "hash": log_hash(file.content),
    }


def _components(interval: IntervalFigures) -> Iterator[Element]:
    tally = interval.tally
    measured = (
        ("duration", "duration", tally.seconds, "s"),
        ("in-zone", "time in the zone", tally.in_zone_s, "s"),
        ("above-zone", "time above the zone", tally.above_zone_s, "s"),
        ("no-signal", "time without a heart rate", tally.silent_s, "s"),
        ("mean-heart-rate", "mean heart rate", interval.mean_heart_rate_bpm, "/min"),
        ("peak-heart-rate", "peak heart rate", interval.peak_heart_rate_bpm, "/min"),
        ("mean-speed", "mean speed", interval.mean_speed_kmh, "km/h"),
        ("mean-incline", "mean incline", interval.mean_incline_percent, "%"),
    )
    for code, display, figure, unit in measured:
        if figure is not None:
            yield {"code": _of_interval(interval, code, display), **_quantity(figure, unit)}
    if interval.effort_borg is not None:
        felt = _of_interval(interval, "effort", "felt effort, Borg 6-20")
        yield {"code": felt, "valueInteger": interval.effort_borg}


def _of_interval(interval: IntervalFigures, code: str, display: str) -> Element:
    number = interval.number
    return _concept(CODE_SYSTEM, f"interval-{number}-{code}", f"Interval {number}: {display}")


def _concept(system: str, code: str, display: str) -> Element:
    return {"coding": [{"system": system, "code": code, "display": display}]}


def _physical_activity() -> Element:
    return _concept(PA_CODES, "PhysicalActivity", "Physical Activity")


def _beats(figure: float | None) -> Element:
    if figure is None:
        return {"dataAbsentReason": _concept(ABSENT_REASON, "unknown", "Unknown")}
    return _quantity(figure, "/min")


def _quantity(figure: float, unit: str) -> Element:
    return {"valueQuantity": {"value": round(figure, 1), "unit": unit, "system": UCUM, "code": unit}}
