"""Against a real FHIR server: PyPI's sekmet-fhir, on loopback."""

import base64
import gzip
import hashlib
import io
import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import fitdecode
import httpx2
import pytest
from store_sessions import NOON, SHORT_SECONDS, read_store, stored_short
from strength_sessions import stored_weeks
from sync_deliveries import synced_to, to_fhir
from sync_servers import AnyServer, clinic, passed_on

from station.language import Language
from station.sync.documents import Dialect, Style, bundle, identifier, part_id
from station.sync.exports import made, packed
from station.sync.training_log import log_archive
from station.sync.whole import whole_session
from station.sync.worker import sync_once


@pytest.fixture(scope="module")
def fhir_base(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with clinic(tmp_path_factory.mktemp("clinic")) as base:
        yield base


def found(base: str, kind: str, **query: str) -> list[dict[str, Any]]:
    reply = httpx2.get(f"{base}/{kind}", params=query, trust_env=False, timeout=60)
    return [entry["resource"] for entry in reply.json().get("entry", [])]


def of_session(base: str, session_id: str) -> dict[str, list[str]]:
    """The versions of everything the server has of the session, by part."""
    parts = ["group", "activity", "duration", "mean-heart-rate", "peak-heart-rate", "interval-summary", "heart-rate"]
    kinds = dict.fromkeys(parts, "Observation") | {"log": "DocumentReference"}
    return {
        part: [resource["meta"]["versionId"] for resource in found(base, kind, identifier=identifier(session_id, part))]
        for part, kind in kinds.items()
    }


def everything(base: str) -> int:
    return sum(
        httpx2.get(f"{base}/{kind}", params={"_summary": "count"}, trust_env=False, timeout=60).json()["total"]
        for kind in ("Observation", "DocumentReference", "Patient", "Device")
    )


@pytest.mark.parametrize("dialect", Dialect)
def test_a_session_arrives_once_and_a_second_sync_creates_nothing(
    tmp_path: Path, fhir_base: str, dialect: Dialect
) -> None:
    [session_id] = stored_short(tmp_path)
    before = everything(fhir_base)

    first = synced_to(tmp_path, fhir_base, dialect=dialect)
    versions, amount = of_session(fhir_base, session_id), everything(fhir_base)
    second = synced_to(tmp_path, fhir_base, dialect=dialect, even_if_waiting=True)

    assert first.ok
    assert second.lines() == ["nothing to send"]
    assert list(versions.values()) == [["1"]] * 8
    assert amount == before + 8
    assert (of_session(fhir_base, session_id), everything(fhir_base)) == (versions, amount)


@pytest.mark.parametrize("dialect", Dialect)
def test_a_strength_session_arrives_once_and_comes_back_with_its_sets_and_files(
    tmp_path: Path, fhir_base: str, dialect: Dialect
) -> None:
    weeks = stored_weeks(tmp_path)
    with read_store(tmp_path) as store:
        wanted = {id_: json.loads(bundle(store, id_, Style(dialect=dialect)))["entry"] for id_ in weeks}

    assert synced_to(tmp_path, fhir_base, dialect=dialect, even_if_waiting=True).ok
    assert synced_to(tmp_path, fhir_base, dialect=dialect, even_if_waiting=True).lines() == ["nothing to send"]

    for session_id in weeks:
        assert list(of_session(fhir_base, session_id).values()) == [["1"]] * 8
        there = {}
        for sent in (entry["resource"] for entry in wanted[session_id]):
            name = sent["identifier"][0]
            [stored] = found(fhir_base, sent["resourceType"], identifier=f"{name['system']}|{name['value']}")
            given_there = ("id", "meta", "hasMember", "content")
            told = {key: value for key, value in sent.items() if key not in given_there}
            assert {key: stored.get(key) for key in told} == told
            there[name["value"]] = stored
        [document] = [stored for stored in there.values() if stored["resourceType"] == "DocumentReference"]
        titles = [content["attachment"]["title"] for content in document["content"]]
        assert titles[:2] == ["log.ndjson.gz", "report.html"]
        with read_store(tmp_path) as store:
            assert base64.b64decode(document["content"][0]["attachment"]["data"]) == log_archive(store, session_id)


def test_the_server_gives_back_the_log_to_the_last_byte(tmp_path: Path, fhir_base: str) -> None:
    [session_id] = stored_short(tmp_path)

    assert synced_to(tmp_path, fhir_base).ok

    [document] = found(fhir_base, "DocumentReference", identifier=identifier(session_id, "log"))
    archive = base64.b64decode(document["content"][0]["attachment"]["data"])
    with read_store(tmp_path) as store:
        assert archive == log_archive(store, session_id)
    assert json.loads(gzip.decompress(archive).splitlines()[0])["session"] == session_id


def test_every_attachment_comes_back_from_the_server_to_the_last_byte(tmp_path: Path, fhir_base: str) -> None:
    [session_id] = stored_short(tmp_path)
    with read_store(tmp_path) as store:
        whole = whole_session(store, session_id)
        files = [packed(made(store, whole, kind, Language.BOKMAL)) for kind in Style().attached]

    assert sync_once(tmp_path, to_fhir(fhir_base, attached=Style().attached)).ok

    [document] = found(fhir_base, "DocumentReference", identifier=identifier(session_id, "log"))
    attachments = [content["attachment"] for content in document["content"]]
    back = {attachment["title"]: base64.b64decode(attachment["data"]) for attachment in attachments}
    assert back == {file.name: file.content for file in files}
    assert list(back) == ["log.ndjson.gz", "report.html", "session.fit", "seconds.csv.gz"]
    for attachment in attachments:
        content = back[attachment["title"]]
        assert attachment["size"] == len(content)
        assert base64.b64decode(attachment["hash"]) == hashlib.sha1(content, usedforsecurity=False).digest()
    with fitdecode.FitReader(io.BytesIO(back["session.fit"]), check_crc=fitdecode.CrcCheck.RAISE) as fit:
        records = [frame for frame in fit if isinstance(frame, fitdecode.FitDataMessage) and frame.name == "record"]
    assert len(records) == SHORT_SECONDS


def test_the_group_on_the_server_leads_to_its_measures(tmp_path: Path, fhir_base: str) -> None:
    [session_id] = stored_short(tmp_path)

    assert synced_to(tmp_path, fhir_base).ok

    [group] = found(fhir_base, "Observation", identifier=identifier(session_id, "group"))
    measures = ["activity", "duration", "mean-heart-rate", "peak-heart-rate"]
    members = [member["reference"] for member in group["hasMember"]]
    assert members == [f"Observation/{part_id(session_id, part)}" for part in measures]
    assert group["subject"]["identifier"]["value"] == "K7Q4"


@pytest.mark.parametrize("dialect", Dialect)
@pytest.mark.parametrize(
    "spoilt",
    [
        pytest.param(lambda _: b"", id="swallowed"),
        pytest.param(lambda answer: answer[: len(answer) // 2], id="cut in half"),
        pytest.param(lambda _: b"HTTP/1.1 204 No Content\r\n\r\n", id="emptied"),
    ],
)
def test_a_session_whose_acknowledgement_was_lost_is_not_stored_twice(
    tmp_path: Path, fhir_base: str, dialect: Dialect, spoilt: Any
) -> None:
    [session_id] = stored_short(tmp_path)

    def in_between(request: bytes) -> Iterable[bytes]:
        answer = passed_on(fhir_base, request)
        return [spoilt(answer) if request.startswith(b"POST") else answer]

    with AnyServer(in_between) as server:
        for _ in range(2):
            report = synced_to(tmp_path, server.base, dialect=dialect, even_if_waiting=True)

    posted = [request for request in server.requests if request.startswith(b"POST")]
    assert report.waiting == 0
    assert len(posted) == 1
    assert list(of_session(fhir_base, session_id).values()) == [["1"]] * 8


def test_a_worker_killed_after_sending_finds_the_session_on_the_server(tmp_path: Path, fhir_base: str) -> None:
    import sqlite3

    [session_id] = stored_short(tmp_path)
    with read_store(tmp_path) as store:
        from station.store import outbox
        from station.sync.documents import bundle

        content = bundle(store, session_id)
        outbox.keep_content(store.connection, 1, dialect=Dialect.PUT, content=content)
    httpx2.post(
        fhir_base,
        content=content,
        headers={"Content-Type": "application/fhir+json"},
        trust_env=False,
        timeout=60,
    ).raise_for_status()

    report = synced_to(tmp_path, fhir_base, now=lambda: NOON)

    assert report.outcomes[0].sentence == "is on the server already"
    assert list(of_session(fhir_base, session_id).values()) == [["1"]] * 8
    connection = sqlite3.connect(tmp_path / "motbakke.sqlite3")
    assert connection.execute("SELECT state, attempts FROM outbox").fetchall() == [("acked", 0)]
    connection.close()


@pytest.mark.parametrize("dialect", Dialect)
def test_an_erased_patient_is_erased_on_the_server_too(tmp_path: Path, fhir_base: str, dialect: Dialect) -> None:
    from station.store import retention
    from station.sync.housekeeping import erasures_told

    [session_id] = stored_short(tmp_path)
    assert synced_to(tmp_path, fhir_base, dialect=dialect).ok
    before = everything(fhir_base)
    with read_store(tmp_path) as store:
        retention.erase(store.connection, "K7Q4", now=NOON, data=tmp_path)

    lines = list(erasures_told(tmp_path, to_fhir(fhir_base, dialect=dialect)))
    again = list(erasures_told(tmp_path, to_fhir(fhir_base, dialect=dialect)))

    assert [line.split(":")[0] for line in lines] == [f"erasure of session {session_id[:8]}"]
    assert again == []
    assert everything(fhir_base) == before - 8


def test_sessions_arrive_once_through_a_hostile_world(tmp_path: Path, fhir_base: str) -> None:
    from sync_hostile import SLOW, survived

    came_to = survived(
        tmp_path / "data", fhir_base, None, mode="put", sessions=5, share=0.6, seed=7, kills=2, without=SLOW
    )

    assert (came_to.acknowledged, came_to.on_server, came_to.duplicates, came_to.lost) == (5, 5, 0, 0)
    assert came_to.spoilt > 0


def test_whoever_takes_any_2xx_for_an_acknowledgement_loses_sessions(tmp_path: Path, fhir_base: str) -> None:
    from sync_hostile import SLOW, TRUST, survived

    came_to = survived(
        tmp_path / "data", fhir_base, None, mode=TRUST, sessions=8, share=0.9, seed=7, kills=0, without=SLOW
    )

    assert came_to.acknowledged == 8
    assert came_to.lost > 0
