"""What lies between station and server: names, addresses, proxies and certificates; nothing gets lost, all is named."""

import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import trustme
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from store_sessions import read_store, stored_short
from sync_servers import NGINX, AnyServer, archive, free_port, http, whole_message

from station.errors import SettingsError
from station.settings import SyncTable
from station.sync.identity import enrolled
from station.sync.setup import delivery
from station.sync.transport import Endpoint, Fault, Limits, Reply, Trouble, is_private
from station.sync.verdict import Kind, Meaning, judged
from station.sync.worker import Outcome, sync_once

HURRIED = Limits(connect_within_s=3.0, done_within_s=5.0)
TODAY = datetime.now(UTC)
DAY = timedelta(days=1)


def asked(base: str, *, tls: ssl.SSLContext | None = None, proxy: str | None = None) -> Reply | Trouble:
    return Endpoint(base=base, tls=tls, proxy=proxy, limits=HURRIED).post(b"{}", key="k")


def synced(data: Path, settings: SyncTable) -> Outcome:
    [outcome] = sync_once(
        data, delivery(settings, data, now_s=lambda: 0.0, wait=lambda _: None), even_if_waiting=True
    ).outcomes
    return outcome


def may_have_left(data: Path) -> bool:
    with read_store(data) as store:
        return bool(store.connection.execute("SELECT has_left FROM outbox").fetchone()[0])


# Names and addresses


def test_a_name_that_nobody_knows_costs_an_attempt_and_nothing_has_left(tmp_path: Path) -> None:
    stored_short(tmp_path)

    outcome = synced(tmp_path, SyncTable(url="https://clinic.invalid/fhir"))

    assert outcome.meaning is Meaning.LATER
    assert "the server cannot be reached" in outcome.sentence
    assert not may_have_left(tmp_path)


def test_a_name_that_leads_to_another_host_is_found_out_by_its_certificate() -> None:
    authority = trustme.CA()
    server_tls, ours = tls_pair(authority, authority.issue_cert("another.example"))

    with AnyServer(lambda _: [http(200)], tls=server_tls) as server:
        reply = asked(server.base.replace("127.0.0.1", "localhost"), tls=ours)

    assert told(reply) == (Fault.CERTIFICATE, 62)
    assert server.requests == []


@contextmanager
def on_ipv6() -> Iterator[int]:
    """A server that answers on ::1 alone; its port."""
    try:
        listener = socket.create_server(("::1", 0), family=socket.AF_INET6)
    except OSError:
        pytest.skip("no IPv6 loopback here")

    def serve() -> None:
        with suppress(OSError):
            connection, _ = listener.accept()
            with connection:
                whole_message(connection)
                connection.sendall(http(503))

    serving = threading.Thread(target=serve)
    serving.start()
    try:
        yield listener.getsockname()[1]
    finally:
        listener.shutdown(socket.SHUT_RDWR)
        serving.join()
        listener.close()


@pytest.mark.parametrize("host", ["[::1]", "localhost"])
def test_a_server_with_ipv6_alone_is_reached(host: str) -> None:
    if host == "localhost" and not any(
        info[0] is socket.AF_INET6 for info in socket.getaddrinfo("localhost", 80, type=socket.SOCK_STREAM)
    ):
        pytest.skip("localhost has no IPv6 address here")
    with on_ipv6() as port:
        reply = asked(f"http://{host}:{port}/fhir")

    assert isinstance(reply, Reply)
    assert reply.status == 503


def test_a_server_without_the_ipv6_its_name_promises_is_reached_by_ipv4(monkeypatch: pytest.MonkeyPatch) -> None:
    real = socket.getaddrinfo

    def both(host: object, *more: object, **named: object) -> list[object]:
        if host in ("clinic.test", b"clinic.test"):
            v6 = real("::1", *more, **named)  # type: ignore[arg-type]
            return [*v6, *real("127.0.0.1", *more, **named)]  # type: ignore[arg-type]
        return list(real(host, *more, **named))  # type: ignore[arg-type]

    monkeypatch.setattr(socket, "getaddrinfo", both)
    with AnyServer(lambda _: [http(503)]) as server:
        reply = asked(server.base.replace("127.0.0.1", "clinic.test"))

    assert isinstance(reply, Reply)


def test_a_connection_that_leads_nowhere_is_given_up_and_nothing_has_left(tmp_path: Path) -> None:
    stored_short(tmp_path)
    # A full queue of connections: what comes next is neither taken nor refused, as behind a firewall that drops.
    with socket.create_server(("127.0.0.1", 0), backlog=0) as full:
        address = full.getsockname()
        crowd = [socket.socket() for _ in range(4)]
        for one in crowd:
            one.setblocking(False)
            one.connect_ex(address)
        reply = Endpoint(
            base=f"http://127.0.0.1:{address[1]}/fhir", limits=Limits(connect_within_s=0.3, done_within_s=5.0)
        ).post(b"{}", key="k")
        for one in crowd:
            one.close()

    assert isinstance(reply, Trouble)
    assert reply.fault is Fault.UNREACHABLE


# Proxies


@contextmanager
def proxy(*, answer: bytes | None = None) -> Iterator[tuple[str, list[bytes]]]:
    """A web proxy that tunnels, or gives everybody this answer; its address, and what it was asked."""
    asked_for: list[bytes] = []
    listener = socket.create_server(("127.0.0.1", 0))

    def pump(one: socket.socket, other: socket.socket) -> None:
        with suppress(OSError):
            while piece := one.recv(65536):
                other.sendall(piece)
        with suppress(OSError):
            other.shutdown(socket.SHUT_WR)

    def serve() -> None:
        with suppress(OSError):
            while True:
                client, _ = listener.accept()
                with client:
                    request = whole_message(client)
                    asked_for.append(request.split(b"\r\n")[0])
                    if answer is not None or not request.startswith(b"CONNECT"):
                        client.sendall(answer or http(400))
                        continue
                    host, port = request.split(b" ")[1].decode().rsplit(":", 1)
                    with socket.create_connection((host, int(port)), timeout=10) as server:
                        client.sendall(b"HTTP/1.1 200 Connection established\r\n\r\n")
                        back = threading.Thread(target=pump, args=(server, client))
                        back.start()
                        pump(client, server)
                        back.join()

    serving = threading.Thread(target=serve)
    serving.start()
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}", asked_for
    finally:
        listener.shutdown(socket.SHUT_RDWR)
        serving.join()
        listener.close()


def test_through_the_proxy_of_the_settings_the_server_is_reached_and_the_proxy_reads_nothing() -> None:
    authority = trustme.CA()
    server_tls, ours = tls_pair(authority, authority.issue_cert("127.0.0.1"))

    with AnyServer(lambda _: [http(503)], tls=server_tls) as server, proxy() as (address, asked_for):
        reply = asked(server.base, tls=ours, proxy=address)

    assert isinstance(reply, Reply)
    assert reply.status == 503
    assert [line.split(b" ")[0] for line in asked_for] == [b"CONNECT"]
    assert len(server.requests) == 1


def test_a_proxy_of_the_surroundings_is_not_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    with AnyServer(lambda _: [http(503)]) as server, proxy() as (address, asked_for):
        monkeypatch.setenv("http_proxy", address)
        monkeypatch.setenv("HTTPS_PROXY", address)
        monkeypatch.setenv("no_proxy", "")
        asked(server.base)

    assert asked_for == []


def test_a_proxy_that_stands_in_the_way_is_named() -> None:
    verdict = judged(Reply(status=407, content_type="text/html"), entries=8)

    assert (verdict.meaning, verdict.kind) == (Meaning.BLOCKED, Kind.CONFIG)
    assert "set [sync] proxy" in verdict.sentence


def test_a_proxy_that_lets_nobody_through_leaves_everything_here(tmp_path: Path) -> None:
    stored_short(tmp_path)

    with proxy(answer=http(407, more="Proxy-Authenticate: Basic\r\n")) as (address, _):
        outcome = synced(tmp_path, SyncTable(url="https://clinic.example/fhir", proxy=address))

    assert outcome.meaning is Meaning.LATER
    assert not may_have_left(tmp_path)


# Certificates


def tls_pair(authority: trustme.CA, issued: trustme.LeafCert) -> tuple[ssl.SSLContext, ssl.SSLContext]:
    """The server's side and ours."""
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    issued.configure_cert(server)
    ours = ssl.create_default_context()
    authority.configure_trust(ours)
    return server, ours


def told(reply: Reply | Trouble) -> tuple[Fault, int]:
    """The fault and OpenSSL's number for it."""
    assert isinstance(reply, Trouble)
    return reply.fault, int(reply.detail.rpartition("code ")[2].rstrip(")"))


@pytest.mark.parametrize(
    ("dates", "code"),
    [
        pytest.param({"not_before": TODAY - 9 * DAY, "not_after": TODAY - DAY}, 10, id="expired"),
        pytest.param({"not_before": TODAY + DAY, "not_after": TODAY + 9 * DAY}, 9, id="not yet valid"),
    ],
)
def test_a_certificate_out_of_its_time_is_named_and_nothing_is_sent(dates: dict[str, datetime], code: int) -> None:
    authority = trustme.CA()
    server_tls, ours = tls_pair(authority, authority.issue_cert("127.0.0.1", **dates))

    with AnyServer(lambda _: [http(200)], tls=server_tls) as server:
        reply = asked(server.base, tls=ours)

    assert told(reply) == (Fault.CERTIFICATE, code)
    assert server.requests == []


def revocation_list(
    authority: trustme.CA, folder: Path, *revoked: trustme.LeafCert, until: datetime | None = None
) -> Path:
    """The authority's list of revoked certificates."""
    key = serialization.load_pem_private_key(authority.private_key_pem.bytes(), None)
    assert isinstance(key, ec.EllipticCurvePrivateKey)
    issuer = x509.load_pem_x509_certificate(authority.cert_pem.bytes()).subject
    builder = x509.CertificateRevocationListBuilder(
        issuer_name=issuer, last_update=TODAY - 9 * DAY, next_update=until or TODAY + DAY
    )
    for leaf in revoked:
        number = x509.load_pem_x509_certificate(leaf.cert_chain_pems[0].bytes()).serial_number
        entry = x509.RevokedCertificateBuilder(serial_number=number, revocation_date=TODAY - DAY).build()
        builder = builder.add_revoked_certificate(entry)
    path = folder / "revoked.pem"
    path.write_bytes(builder.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM))
    return path


@pytest.mark.parametrize(
    ("listed_as", "until", "sentence"),
    [
        pytest.param("revoked", None, "certificate revoked (code 23)", id="revoked"),
        pytest.param("good", TODAY - DAY, "CRL has expired (code 12)", id="the list is old"),
        pytest.param("good", None, "server asks to wait", id="not revoked"),
    ],
)
def test_a_server_whose_certificate_was_revoked_gets_nothing(
    tmp_path: Path, listed_as: str, until: datetime | None, sentence: str
) -> None:
    data = tmp_path / "data"
    stored_short(data)
    authority = trustme.CA()
    issued = authority.issue_cert("127.0.0.1")
    authority.cert_pem.write_to_path(tmp_path / "ca.pem")
    server_tls, _ = tls_pair(authority, issued)
    listed = revocation_list(authority, tmp_path, *([issued] if listed_as == "revoked" else []), until=until)

    with AnyServer(lambda _: [http(503)], tls=server_tls) as server:
        settings = SyncTable(url=server.base, authority=str(tmp_path / "ca.pem"), revoked=str(listed))
        outcome = synced(data, settings)

    assert sentence in outcome.sentence
    assert may_have_left(data) is (server.requests != [])
    assert (outcome.meaning is Meaning.BLOCKED) is (server.requests == [])


@pytest.mark.skipif(NGINX is None, reason="no nginx here; apt-get install nginx-light for the archive")
@pytest.mark.parametrize("fault", ["revoked", "expired", "none shown"])
def test_a_station_whose_certificate_the_clinic_refuses_keeps_everything_and_is_told_so(
    tmp_path: Path, fault: str
) -> None:
    data = tmp_path / "data"
    stored_short(data)
    with read_store(data) as store:
        identity = enrolled(data, store.station_id)
    authority = trustme.CA()
    authority.cert_pem.write_to_path(tmp_path / "ca.pem")
    server = authority.issue_cert("127.0.0.1")
    server.private_key_and_cert_chain_pem.write_to_path(tmp_path / "server.pem")
    dates = {"not_before": TODAY - 9 * DAY, "not_after": TODAY - DAY} if fault == "expired" else {}
    station = authority.issue_cert(common_name="station", **dates)  # type: ignore[arg-type]
    station.cert_chain_pems[0].write_to_path(tmp_path / "station.pem")
    station.private_key_pem.write_to_path(tmp_path / "station.key")
    (tmp_path / "station.key").chmod(0o600)
    listed = revocation_list(authority, tmp_path, *([station] if fault == "revoked" else []))
    wants = (
        f"ssl_certificate {tmp_path}/server.pem; ssl_certificate_key {tmp_path}/server.pem;"
        f"ssl_client_certificate {tmp_path}/ca.pem; ssl_verify_client on; ssl_crl {listed};"
    )
    shown = {"certificate": str(tmp_path / "station.pem"), "key": str(tmp_path / "station.key")}
    with archive(tmp_path, tls=True, more=wants) as (base, files):
        told_how = {}
        for kind in ("archive", "fhir"):
            settings = SyncTable(
                url=base,
                kind=kind,  # type: ignore[arg-type]
                authority=str(tmp_path / "ca.pem"),
                **({} if fault == "none shown" else shown),  # type: ignore[arg-type]
            )
            told_how[kind] = synced(data, settings)

    assert list(files.rglob("*.zip")) == []
    assert {outcome.meaning for outcome in told_how.values()} == {Meaning.BLOCKED}
    assert "certificate" in told_how["archive"].sentence
    assert "the server does not accept this station's certificate" in told_how["fhir"].sentence
    assert identity.key_path.exists()


# Without encryption


@pytest.mark.parametrize(
    "url",
    [
        "https://clinic.example/fhir",
        "http://127.0.0.1:8080/fhir",
        "http://127.3.2.1/fhir",
        "http://[::1]:8080/fhir",
        "http://localhost/fhir",
    ],
)
def test_this_machine_and_whoever_encrypts_may_be_spoken_to(tmp_path: Path, url: str) -> None:
    stored_short(tmp_path)

    assert is_private(url)
    delivery(SyncTable(url=url), tmp_path, now_s=lambda: 0.0, wait=lambda _: None)


@pytest.mark.parametrize("url", ["http://clinic.example/fhir", "http://localhost.example/fhir", "http://10.0.0.7/fhir"])
def test_another_machine_is_spoken_to_without_encryption_only_when_the_settings_say_so(
    tmp_path: Path, url: str
) -> None:
    stored_short(tmp_path)

    assert not is_private(url)
    with pytest.raises(SettingsError, match="is not encrypted: whoever listens would read sessions"):
        delivery(SyncTable(url=url), tmp_path, now_s=lambda: 0.0, wait=lambda _: None)
    delivery(SyncTable(url=url, plain_http=True), tmp_path, now_s=lambda: 0.0, wait=lambda _: None)


def test_a_token_server_without_encryption_is_not_asked(tmp_path: Path) -> None:
    stored_short(tmp_path)
    table = SyncTable(url="https://clinic.example/fhir", client_id="c", token_url="http://tokens.example")  # noqa: S106

    with pytest.raises(SettingsError, match=r"tokens\.example is not encrypted"):
        delivery(table, tmp_path, now_s=lambda: 0.0, wait=lambda _: None)


@pytest.mark.parametrize(
    ("table", "told"),
    [
        (SyncTable(url="https://user:hunter2@clinic.example/fhir"), "has a name or password in it"),
        (SyncTable(url="https://clinic.example/fhir", proxy="ftp://x"), "not the address of a web proxy"),
    ],
    ids=["a password in the address", "a proxy of another kind"],
)
def test_what_no_request_could_be_made_with_is_told_in_a_sentence(tmp_path: Path, table: SyncTable, told: str) -> None:
    stored_short(tmp_path)

    with pytest.raises(SettingsError, match=told) as caught:
        delivery(table, tmp_path, now_s=lambda: 0.0, wait=lambda _: None)
    assert "hunter2" not in str(caught.value)


def test_a_port_where_nobody_listens_costs_an_attempt_and_nothing_has_left(tmp_path: Path) -> None:
    stored_short(tmp_path)

    assert synced(tmp_path, SyncTable(url=f"http://127.0.0.1:{free_port()}/fhir")).meaning is Meaning.LATER
    assert not may_have_left(tmp_path)
