import base64
import gzip
import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx2
import pytest
from store_sessions import NOON, read_store, stored_short
from sync_deliveries import synced_to, to_archive, to_fhir
from sync_servers import NGINX, AnyServer, archive, clinic, http, passed_on

from station.settings import SyncTable
from station.store import audit
from station.store.retention import erase
from station.store.sessions import Store
from station.sync.audit_copy import MOST_ROWS, copied, waiting
from station.sync.command import sync_now
from station.sync.documents import Dialect, identifier


@pytest.fixture(scope="module")
def fhir_base(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with clinic(tmp_path_factory.mktemp("clinic")) as base:
        yield base


def noted(store: Store, count: int) -> None:
    for number in range(count):
        store.connection.execute(*audit.row(NOON, "KS", audit.What.VIEW, {"code": "K7Q4", "viewed": f"{number}"}))


def documents(base: str, store: Store, part: str) -> list[dict[str, Any]]:
    query = {"identifier": identifier(store.station_id, part)}
    reply = httpx2.get(f"{base}/DocumentReference", params=query, trust_env=False, timeout=60).json()
    return [entry["resource"] for entry in reply.get("entry", [])]


def rows(document: dict[str, Any]) -> list[dict[str, Any]]:
    packed = base64.b64decode(document["content"][0]["attachment"]["data"])
    return [json.loads(line) for line in gzip.decompress(packed).splitlines()]


@pytest.mark.parametrize("dialect", Dialect)
def test_the_audit_reaches_the_clinics_server_once(tmp_path: Path, fhir_base: str, dialect: Dialect) -> None:
    stored_short(tmp_path)
    way = to_fhir(fhir_base, dialect=dialect)
    with read_store(tmp_path) as store:
        first = list(copied(store, way, now=NOON, at_once=True))
        second = list(copied(store, way, now=NOON, at_once=True))
        [document] = documents(fhir_base, store, "audit-00000001-00000003")
        head = audit.verify(store.connection).head

    assert first == ["audit rows 1 to 3: sent: 1 parts acknowledged"]
    assert second == []
    assert [row["what"] for row in rows(document)] == ["update", "session_started", "session_ended"]
    assert rows(document)[-1]["hash"] == head
    assert document["description"].endswith(head)
    assert document["meta"]["versionId"] == "1"


@pytest.mark.parametrize("dialect", Dialect)
def test_a_batch_whose_answer_was_lost_is_not_there_twice(tmp_path: Path, fhir_base: str, dialect: Dialect) -> None:
    stored_short(tmp_path)

    def takes_it_and_says_nothing(request: bytes) -> list[bytes]:
        passed_on(fhir_base, request)
        return []

    with AnyServer(takes_it_and_says_nothing) as server, read_store(tmp_path) as store:
        [line] = copied(store, to_fhir(server.base, dialect=dialect), now=NOON, at_once=True)
        noted(store, 2)
        again = list(copied(store, to_fhir(fhir_base, dialect=dialect), now=NOON, at_once=True))

        assert "acknowledged" not in line
        assert [told.partition(":")[0] for told in again] == ["audit rows 1 to 3", "audit rows 4 to 5"]
        assert len(documents(fhir_base, store, "audit-00000001-00000003")) == 1
        assert waiting(store) == 0


def test_a_few_fresh_rows_wait_for_more_and_an_hour_old_one_does_not(tmp_path: Path) -> None:
    stored_short(tmp_path)
    with AnyServer(lambda _: [http(503)]) as server, read_store(tmp_path) as store:
        way = to_fhir(server.base)
        store.connection.execute("UPDATE audit SET at = ?", (NOON.isoformat(timespec="milliseconds"),))

        assert list(copied(store, way, now=NOON + timedelta(minutes=59))) == []
        assert len(list(copied(store, way, now=NOON + timedelta(minutes=60)))) == 1
        noted(store, MOST_ROWS)
        assert len(list(copied(store, way, now=NOON))) == 1


def test_a_long_audit_goes_in_batches(tmp_path: Path, fhir_base: str) -> None:
    stored_short(tmp_path)
    with read_store(tmp_path) as store:
        noted(store, MOST_ROWS + 10)

        told = list(copied(store, to_fhir(fhir_base), now=NOON, at_once=True))

    assert [line.partition(":")[0] for line in told] == ["audit rows 1 to 500", "audit rows 501 to 513"]


def test_what_was_erased_before_a_batch_left_is_not_in_it(tmp_path: Path, fhir_base: str) -> None:
    stored_short(tmp_path)
    with read_store(tmp_path) as store:
        noted(store, 1)
        erase(store.connection, "K7Q4", now=NOON, data=tmp_path)
        list(copied(store, to_fhir(fhir_base), now=NOON, at_once=True))
        [document] = documents(fhir_base, store, "audit-00000001-00000005")

    assert "K7Q4" not in json.dumps(rows(document))
    assert [row["erased_by"] for row in rows(document)] == [None, 5, 5, 5, None]


@pytest.mark.skipif(NGINX is None, reason="no nginx here; apt-get install nginx-light for the archive")
def test_an_archive_gets_the_audit_as_files(tmp_path: Path) -> None:
    stored_short(tmp_path / "data")
    with archive(tmp_path) as (base, files), read_store(tmp_path / "data") as store:
        told = list(copied(store, to_archive(base), now=NOON, at_once=True))
        [file] = files.rglob("audit-*.ndjson.gz")
        written = file.stat().st_mtime_ns
        store.connection.execute("DELETE FROM meta WHERE key = 'audit_sent'")
        again = list(copied(store, to_archive(base), now=NOON, at_once=True))

        assert (len(told), len(again)) == (1, 1)
        assert file.stat().st_mtime_ns == written
        assert len(gzip.decompress(file.read_bytes()).splitlines()) == 3


def test_a_session_the_server_has_is_noted(tmp_path: Path, fhir_base: str) -> None:
    [session_id] = stored_short(tmp_path)
    synced_to(tmp_path, fhir_base)

    with read_store(tmp_path) as store:
        [newest] = audit.lines(store.connection, most=1)

    assert (newest.who, newest.what, newest.facts) == ("sync", "sync", {"session": session_id})


def test_sync_once_sends_the_audit_of_the_sync_itself(tmp_path: Path, fhir_base: str) -> None:
    stored_short(tmp_path)

    assert sync_now(SyncTable(url=fhir_base), tmp_path).ok

    with read_store(tmp_path) as store:
        assert waiting(store) == 0
        [document] = documents(fhir_base, store, "audit-00000001-00000004")
    assert rows(document)[-1]["what"] == "sync"
