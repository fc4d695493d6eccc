"""A session that waits is sealed to the clinic's key: unreadable here, whole there, and once."""

import base64
import io
import json
import shutil
import socket
import subprocess
import zipfile
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import fhirkit
import httpx2
import pyrage
import pytest
from store_sessions import NOON, read_store, stored_short, write_short
from sync_deliveries import synced_to, to_archive, to_fhir
from sync_servers import NGINX, AnyServer, archive, clinic, http, passed_on, whole_message

from station.errors import SettingsError, StoreError
from station.language import Language
from station.ports import SIMULATED
from station.store import outbox, retention
from station.store.opening import open_store
from station.store.writer import SessionWriter
from station.sync.delivery import Delivery
from station.sync.documents import Dialect, identifier
from station.sync.exports import SEALED_NAME, archived, export
from station.sync.sealing import Seal, recipient, sealed
from station.sync.worker import sync_once

CLINIC = pyrage.x25519.Identity.generate()
SEAL = Seal(key=CLINIC.to_public(), after=timedelta(hours=1), language=Language.BOKMAL)
LATER = NOON + timedelta(hours=2)
AGE = shutil.which("age")
NOWHERE = "http://127.0.0.1:9/fhir"


@pytest.fixture(scope="module")
def fhir_base(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with clinic(tmp_path_factory.mktemp("clinic")) as base:
        yield base


def whole(data: Path, session_id: str) -> bytes:
    with read_store(data) as store:
        return archived(store, session_id, Language.BOKMAL)


def sealed_here(data: Path, delivery: Delivery | None = None) -> int:
    return sealed(data, delivery or to_fhir(NOWHERE), SEAL, now=LATER)


def documents_of(base: str, session_id: str) -> list[dict[str, object]]:
    reply = httpx2.get(
        f"{base}/DocumentReference", params={"identifier": identifier(session_id, "log")}, trust_env=False, timeout=60
    )
    return [entry["resource"] for entry in reply.json().get("entry", [])]


def attached(document: dict[str, object]) -> bytes:
    return base64.b64decode(document["content"][0]["attachment"]["data"])  # type: ignore[index]


def opened(content: bytes) -> bytes:
    return pyrage.decrypt(content, [CLINIC])


def test_a_session_that_waits_an_hour_is_sealed_and_one_that_waits_less_is_not(tmp_path: Path) -> None:
    early, late = stored_short(tmp_path, count=2)
    with read_store(tmp_path) as store:
        store.connection.execute(
            "UPDATE outbox SET created = ? WHERE session = (SELECT number FROM session WHERE id = ?)",
            ((LATER - timedelta(minutes=59)).isoformat(), late),
        )

    assert sealed_here(tmp_path) == 1
    assert sealed_here(tmp_path) == 0

    with read_store(tmp_path) as store:
        assert {line.id: line.sealed for line in store.sessions()} == {early: True, late: False}


def test_nothing_of_a_sealed_sessions_course_is_in_any_file_of_the_station(tmp_path: Path) -> None:
    [session_id] = stored_short(tmp_path)
    assert synced_to(tmp_path, NOWHERE).waiting == 1
    content = whole(tmp_path, session_id)

    assert sealed_here(tmp_path) == 1

    kept = b"".join(path.read_bytes() for path in tmp_path.glob("motbakke*"))
    assert b"strap_lost" not in kept
    with read_store(tmp_path) as store:
        assert list(store.seconds(session_id)) == []
        assert (store.events(session_id), store.advices(session_id)) == ([], [])
        assert outbox.item(store.connection, 1).content is None
        age_file = store.sealed(session_id)
        with pytest.raises(StoreError, match="is sealed: only the clinic's key opens it"):
            archived(store, session_id, Language.BOKMAL)
    assert age_file is not None
    assert opened(age_file) == content
    with pytest.raises(pyrage.DecryptError):
        pyrage.decrypt(age_file, [pyrage.x25519.Identity.generate()])


@pytest.mark.skipif(AGE is None, reason="no age here; apt-get install age to open a sealed session as a clinic does")
def test_the_clinic_opens_a_handed_out_session_with_the_usual_tool(tmp_path: Path) -> None:
    data, key = tmp_path / "data", tmp_path / "clinic.key"
    [session_id] = stored_short(data)
    content = whole(data, session_id)
    key.write_text(f"{CLINIC}\n")
    sealed_here(data)

    with read_store(data) as store:
        [file] = export(store, session_id, tmp_path / "stick")
    assert AGE is not None
    plain = subprocess.run([AGE, "-d", "-i", key, file], capture_output=True, check=True).stdout

    assert file.name == f"{session_id[:8]}-{SEALED_NAME}"
    assert plain == content
    names = zipfile.ZipFile(io.BytesIO(plain)).namelist()
    assert names == ["log.ndjson.gz", "session.fit", "seconds.csv", "report.html"]


@pytest.mark.parametrize("dialect", Dialect)
def test_a_sealed_session_arrives_once_and_opens_to_what_was_stored(
    tmp_path: Path, fhir_base: str, dialect: Dialect
) -> None:
    [session_id] = stored_short(tmp_path)
    content = whole(tmp_path, session_id)
    sealed_here(tmp_path)

    report = synced_to(tmp_path, fhir_base, dialect=dialect)

    assert report.ok
    assert synced_to(tmp_path, fhir_base, dialect=dialect).lines() == ["nothing to send"]
    [document] = documents_of(fhir_base, session_id)
    assert document["meta"]["versionId"] == "1"  # type: ignore[index]
    assert opened(attached(document)) == content
    with read_store(tmp_path) as store:
        assert store.sealed(session_id) is None
        assert [line.upload for line in store.sessions()] == ["acked"]


@pytest.mark.parametrize("dialect", Dialect)
def test_a_session_that_had_arrived_before_it_was_sealed_is_not_sent_again(
    tmp_path: Path, fhir_base: str, dialect: Dialect
) -> None:
    [session_id] = stored_short(tmp_path)
    with AnyServer(lambda request: [passed_on(fhir_base, request)[:0]]) as silent:
        assert synced_to(tmp_path, silent.base, dialect=dialect).waiting == 1
    assert sealed_here(tmp_path, to_fhir(fhir_base, dialect=dialect)) == 1

    report = synced_to(tmp_path, fhir_base, dialect=dialect, even_if_waiting=True)

    assert report.outcomes[0].sentence == "is on the server already"
    [document] = documents_of(fhir_base, session_id)
    assert document["content"][0]["attachment"]["title"] == "log.ndjson.gz"  # type: ignore[index]


@pytest.mark.parametrize("dialect", Dialect)
def test_a_sealed_session_whose_acknowledgement_was_lost_is_found(
    tmp_path: Path, fhir_base: str, dialect: Dialect
) -> None:
    [session_id] = stored_short(tmp_path)
    sealed_here(tmp_path)
    with AnyServer(lambda request: [passed_on(fhir_base, request)[:0]]) as silent:
        synced_to(tmp_path, silent.base, dialect=dialect)

    report = synced_to(tmp_path, fhir_base, dialect=dialect, even_if_waiting=True)

    assert report.outcomes[0].sentence == "is on the server already"
    assert [document["meta"]["versionId"] for document in documents_of(fhir_base, session_id)] == ["1"]  # type: ignore[index]


@pytest.mark.skipif(NGINX is None, reason="no nginx here; apt-get install nginx-light for the archive")
def test_an_archive_gets_the_sealed_file_or_keeps_the_plain_one(tmp_path: Path) -> None:
    data = tmp_path / "data"
    arrived, waits = stored_short(data, count=2)
    contents = {session_id: whole(data, session_id) for session_id in (arrived, waits)}
    with archive(tmp_path) as (base, files):
        way = to_archive(base)
        with read_store(data) as store:
            # Sent, and the answer never came: what a killed worker leaves behind.
            item = next(item for item in (1, 2) if outbox.item(store.connection, item).session_id == arrived)
            content = way.built(store, arrived, slim=False)
            outbox.keep_content(store.connection, item, dialect=way.dialect, content=content)
            way.endpoint.ask("PUT", way.url(store.header(arrived)), content=content)
        assert sealed_here(data, way) == 2

        report = sync_once(data, way, even_if_waiting=True)

        assert report.ok
        found = {path.name[:36]: path for path in files.rglob("*.zip*")}
        assert len(list(files.rglob("*.*"))) == 2
        assert found[arrived].read_bytes() == contents[arrived]
        with zipfile.ZipFile(found[waits]) as around:
            assert opened(around.read(SEALED_NAME)) == contents[waits]


@pytest.mark.skipif(NGINX is None, reason="no nginx here; apt-get install nginx-light for the archive")
def test_a_session_that_was_stored_and_told_to_have_failed_does_not_lie_there_twice(tmp_path: Path) -> None:
    data = tmp_path / "data"
    [session_id] = stored_short(data)
    content = whole(data, session_id)

    def stored_but_failed(request: bytes) -> list[bytes]:
        with socket.create_connection(("127.0.0.1", int(base.split(":")[2].split("/")[0])), timeout=30) as server:
            server.sendall(request.replace(b"/fhir/", b"/sessions/", 1))
            whole_message(server)
        return [http(500)]

    with archive(tmp_path) as (base, files):
        with AnyServer(stored_but_failed) as failing:
            assert sync_once(data, to_archive(failing.base)).waiting == 1
        assert sealed_here(data, to_archive(base)) == 1

        assert sync_once(data, to_archive(base), even_if_waiting=True).ok
        [file] = files.rglob("*.zip*")
        assert file.read_bytes() == content


def test_the_sealed_bundle_is_valid_and_names_no_more_than_a_plain_one(tmp_path: Path) -> None:
    [session_id] = stored_short(tmp_path)
    sealed_here(tmp_path)
    with read_store(tmp_path) as store:
        content = to_fhir(NOWHERE).sealed(store.header(session_id), store.sealed(session_id) or b"")

    bundle = json.loads(content)
    assert fhirkit.validate(bundle) == []
    [entry] = bundle["entry"]
    assert entry["resource"]["subject"]["identifier"]["value"] == "K7Q4"
    assert "date" in entry["resource"]


def test_a_demo_is_never_sealed(tmp_path: Path) -> None:
    with open_store(tmp_path, wall=NOON).store as store, SessionWriter(store.path) as writer:
        write_short(writer, code=f"{SIMULATED}1")

    assert sealed_here(tmp_path) == 0


def test_a_refused_session_is_sealed_and_can_still_be_tried_anew(tmp_path: Path) -> None:
    [session_id] = stored_short(tmp_path)
    content = whole(tmp_path, session_id)
    with AnyServer(lambda _: [http(422, b'{"resourceType": "OperationOutcome"}')]) as server:
        synced_to(tmp_path, server.base)
    assert sealed_here(tmp_path) == 1

    with read_store(tmp_path) as store:
        assert outbox.give_another_try(store.connection) == 1
        age_file = store.sealed(session_id)

    assert age_file is not None
    assert opened(age_file) == content


def test_erasing_a_patient_erases_what_is_sealed(tmp_path: Path) -> None:
    stored_short(tmp_path)
    sealed_here(tmp_path)
    with read_store(tmp_path) as store:
        retention.erase(store.connection, "K7Q4", now=LATER, data=tmp_path)

    kept = b"".join(path.read_bytes() for path in tmp_path.glob("motbakke*"))
    assert b"age-encryption.org" not in kept


def test_a_word_that_is_no_key_is_refused_and_a_secret_one_is_never_quoted() -> None:
    with pytest.raises(SettingsError, match="'age1nothing' is no public key of age"):
        recipient("age1nothing")
    with pytest.raises(SettingsError, match="holds a secret key") as caught:
        recipient(str(CLINIC))
    assert str(CLINIC) not in str(caught.value)
