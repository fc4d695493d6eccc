"""The archive transport, against Debian's nginx: with and without certificates, and against servers that lie."""

import socket
import ssl
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from io import BytesIO
from pathlib import Path

import pyrage
import pytest
import trustme
from store_sessions import NOON, read_store, stored_short
from sync_deliveries import to_archive
from sync_servers import NGINX, AnyServer, archive, http, whole_message

from station.errors import SettingsError
from station.language import Language
from station.settings import SyncTable
from station.store import outbox
from station.sync.identity import enrolled
from station.sync.sealing import Seal, sealed
from station.sync.setup import delivery
from station.sync.verdict import Meaning
from station.sync.worker import SyncReport, sync_once

pytestmark = pytest.mark.skipif(NGINX is None, reason="no nginx here; apt-get install nginx-light for the archive")

SEAL = Seal(key=pyrage.x25519.Identity.generate().to_public(), after=timedelta(hours=1), language=Language.BOKMAL)


def archived(data: Path, url: str) -> SyncReport:
    return sync_once(data, to_archive(url), even_if_waiting=True)


def test_a_session_becomes_one_file_under_station_year_and_month(tmp_path: Path) -> None:
    [session_id] = stored_short(tmp_path / "data")

    with archive(tmp_path) as (base, files):
        first, second = archived(tmp_path / "data", base), archived(tmp_path / "data", base)

    assert first.ok
    assert second.lines() == ["nothing to send"]
    [found] = [path for path in files.rglob("*") if path.is_file()]
    with read_store(tmp_path / "data") as store:
        content = to_archive(base).built(store, session_id, slim=False)
        assert found.parent == files / store.station_id / "2026" / "11"
    assert found.name == f"{session_id}.zip"
    assert found.read_bytes() == content
    with zipfile.ZipFile(BytesIO(content)) as packed:
        assert packed.namelist() == ["log.ndjson.gz", "session.fit", "seconds.csv", "report.html"]


@pytest.mark.parametrize(
    ("put", "head", "meaning"),
    [
        pytest.param(http(201), http(404), Meaning.LATER, id="taken and forgotten"),
        pytest.param(http(204), http(200, b"1234567", ""), Meaning.LATER, id="half of it there"),
        pytest.param(http(200, b"<html>"), http(200, b"<html>", "text/html"), Meaning.LATER, id="a portal"),
        pytest.param(http(201), http(500), Meaning.UNKNOWN, id="cannot be asked"),
        pytest.param(http(507), http(404), Meaning.LATER, id="disk full"),
        pytest.param(http(400), http(404), Meaning.BLOCKED, id="no certificate"),
        pytest.param(http(405), http(404), Meaning.BLOCKED, id="no DAV"),
        pytest.param(b"", http(404), Meaning.UNKNOWN, id="broken off"),
    ],
)
def test_a_file_counts_only_when_the_server_has_it_whole(
    tmp_path: Path, put: bytes, head: bytes, meaning: Meaning
) -> None:
    stored_short(tmp_path)

    with AnyServer(
        lambda request: [put if request.startswith(b"PUT") else head.partition(b"\r\n\r\n")[0] + b"\r\n\r\n"]
    ) as server:
        report = archived(tmp_path, server.base)

    assert [outcome.meaning for outcome in report.outcomes] == [meaning]
    assert report.waiting == 1


@dataclass
class Authority:
    """The clinic's own certificate authority, and what it has issued."""

    folder: Path
    authority: trustme.CA

    def issued(self, name: str, *, common_name: str | None = None) -> Path:
        path = self.folder / f"{name}.pem"
        made = self.authority.issue_cert(name, common_name=common_name)
        path.write_bytes(made.private_key_pem.bytes() + b"".join(blob.bytes() for blob in made.cert_chain_pems))
        path.chmod(0o600)
        return path

    @property
    def root(self) -> Path:
        path = self.folder / "root.pem"
        self.authority.cert_pem.write_to_path(str(path))
        return path


@pytest.fixture(scope="module")
def clinic_authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("certificates"), trustme.CA())


@pytest.fixture
def guarded(tmp_path: Path, clinic_authority: Authority) -> Iterator[tuple[str, Path]]:
    """An archive that takes files only from stations with a certificate of the clinic's."""
    own = clinic_authority.issued("127.0.0.1")
    more = (
        f"ssl_certificate {own}; ssl_certificate_key {own};"
        f"ssl_client_certificate {clinic_authority.root}; ssl_verify_client on;"
    )
    with archive(tmp_path, tls=True, more=more) as served:
        yield served


def synced(data: Path, settings: SyncTable) -> SyncReport:
    return sync_once(data, delivery(settings, data, now_s=lambda: 0.0, wait=lambda _: None), even_if_waiting=True)


def test_a_station_with_the_clinics_certificate_is_let_in(
    tmp_path: Path, clinic_authority: Authority, guarded: tuple[str, Path]
) -> None:
    base, files = guarded
    stored_short(tmp_path / "data")
    own = str(clinic_authority.issued("station-7", common_name="station-7"))

    report = synced(
        tmp_path / "data",
        SyncTable(url=base, kind="archive", certificate=own, key=own, authority=str(clinic_authority.root)),
    )

    assert report.ok
    assert len(list(files.rglob("*.zip"))) == 1


def test_a_station_without_a_certificate_is_blocked_and_told_why(
    tmp_path: Path, clinic_authority: Authority, guarded: tuple[str, Path]
) -> None:
    base, files = guarded
    stored_short(tmp_path / "data")

    report = synced(tmp_path / "data", SyncTable(url=base, kind="archive", authority=str(clinic_authority.root)))

    assert [outcome.meaning for outcome in report.outcomes] == [Meaning.BLOCKED]
    assert "certificate" in report.lines()[0]
    assert list(files.rglob("*.zip")) == []
    with read_store(tmp_path / "data") as store:
        assert store.sessions()[0].upload == "blocked"
        assert outbox.give_another_try(store.connection) == 1
        assert store.sessions()[0].upload == "pending"


def test_a_server_of_another_authority_is_not_spoken_to(tmp_path: Path, guarded: tuple[str, Path]) -> None:
    base, files = guarded
    stored_short(tmp_path / "data")

    report = synced(tmp_path / "data", SyncTable(url=base, kind="archive"))

    assert [outcome.meaning for outcome in report.outcomes] == [Meaning.BLOCKED]
    assert "prove who it is" in report.lines()[0]
    assert list(files.rglob("*.zip")) == []


def test_the_clinic_can_sign_the_stations_own_request(tmp_path: Path, guarded: tuple[str, Path]) -> None:
    from cryptography import x509

    stored_short(tmp_path / "data")
    with read_store(tmp_path / "data") as store:
        identity = enrolled(tmp_path / "data", store.station_id)

    request = x509.load_pem_x509_csr(identity.request_path.read_bytes())

    assert request.is_signature_valid
    assert request.subject.rfc4514_string() == f"CN={identity.station_id}"
    del guarded


def test_a_certificate_that_is_none_is_told_in_a_sentence(tmp_path: Path) -> None:
    stored_short(tmp_path)
    enrolled(tmp_path, "station")
    (tmp_path / "no.pem").write_text("no certificate")
    settings = SyncTable(url="https://clinic.example", certificate=str(tmp_path / "no.pem"))

    with pytest.raises(SettingsError, match="Check that each is PEM and that they match"):
        delivery(settings, tmp_path, now_s=lambda: 0.0, wait=lambda _: None)


def test_the_systems_own_authorities_hold_where_the_clinic_names_none(tmp_path: Path) -> None:
    stored_short(tmp_path)
    way = delivery(SyncTable(url="https://clinic.example"), tmp_path, now_s=lambda: 0.0, wait=lambda _: None)

    assert way.endpoint.tls is None  # type: ignore[attr-defined]
    assert ssl.create_default_context().verify_mode is ssl.CERT_REQUIRED
    assert NOON.tzinfo is not None


def test_an_archive_that_refuses_the_size_gets_the_log_alone_under_the_same_name(tmp_path: Path) -> None:
    data = tmp_path / "data"
    [session_id] = stored_short(data)
    with read_store(data) as store:
        log_alone = to_archive("http://unused").built(store, session_id, slim=True)

    with archive(tmp_path, more=f"client_max_body_size {len(log_alone) + 1000};") as (base, files):
        assert archived(data, base).ok

        [found] = files.rglob("*.zip")
    assert found.name == f"{session_id}.zip"
    assert found.read_bytes() == log_alone


def test_a_readable_file_that_comes_after_the_sealed_one_takes_its_place(tmp_path: Path) -> None:
    """The worker was killed, its request was not: the network brings it when the sealed session lies there already."""
    data = tmp_path / "data"
    [session_id] = stored_short(data)
    held: list[bytes] = []

    def keeps_puts(request: bytes) -> list[bytes]:
        held.extend([request] if request.startswith(b"PUT") else [])
        return [b"" if request.startswith(b"PUT") else http(404)]

    with AnyServer(keeps_puts) as slow:
        assert archived(data, slow.base).waiting == 1
    sealed(data, to_archive("http://unused"), SEAL, now=NOON + timedelta(hours=2))
    with archive(tmp_path) as (base, files):
        assert archived(data, base).ok
        delivered(held[0], base)

        [found] = files.rglob("*.zip*")
    assert session_id in found.name


@pytest.mark.parametrize(
    "lie",
    [
        pytest.param(http(404), id="not there"),
        pytest.param(http(200), id="there, empty"),
        pytest.param(http(200, b'{"ok": true}', "application/json"), id="another's words"),
    ],
)
def test_a_lie_about_what_is_there_does_not_make_a_session_two(tmp_path: Path, lie: bytes) -> None:
    data = tmp_path / "data"
    stored_short(data)

    with archive(tmp_path) as (base, files):

        def lost_then_lied(request: bytes) -> list[bytes]:
            if request.startswith(b"HEAD"):
                return [lie.partition(b"\r\n\r\n")[0] + b"\r\n\r\n"]
            delivered(request, base)
            return [b""]

        with AnyServer(lost_then_lied) as liar:
            archived(data, liar.base)
            sealed(data, to_archive(liar.base), SEAL, now=NOON + timedelta(hours=2))
            archived(data, liar.base)

        assert len(list(files.rglob("*.zip*"))) == 1
        assert archived(data, base).ok
        assert len(list(files.rglob("*.zip*"))) == 1


def delivered(request: bytes, base: str) -> None:
    """Hand a request for the server under test to nginx."""
    port = int(base.split(":")[2].split("/", maxsplit=1)[0])
    with socket.create_connection(("127.0.0.1", port), timeout=30) as server:
        server.sendall(request.replace(b"/fhir/", b"/sessions/", 1))
        whole_message(server)
