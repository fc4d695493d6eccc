import gzip
import ssl
import threading
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from ipaddress import IPv4Address
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from sync_servers import AnyServer, free_port, http

from station.sync.transport import Endpoint, Fault, Limits, Reply, StaticToken, Trouble

SHORT_WAITS = Limits(connect_within_s=5.0, done_within_s=0.5)


def posted(*pieces: bytes) -> Reply | Trouble:
    with AnyServer(lambda _: pieces) as server:
        return Endpoint(base=server.base).post(b"{}", key="k")


def fault(reply: Reply | Trouble) -> Fault:
    assert isinstance(reply, Trouble)
    return reply.fault


def test_an_answer_comes_back_whole() -> None:
    reply = posted(http(503, b"later", "text/plain", more="Retry-After: 7\r\nDate: today\r\n"))

    assert reply == Reply(status=503, content_type="text/plain", retry_after="7", date="today", length=5, body=b"later")


def test_the_request_asks_for_a_short_plain_answer_on_a_connection_of_its_own() -> None:
    with AnyServer(lambda _: [http(200)]) as server:
        Endpoint(base=server.base, credentials=StaticToken("let-me-in")).post(b'{"a": 1}', key="session-1")

    head, _, body = server.requests[0].partition(b"\r\n\r\n")
    first, *lines = head.decode().split("\r\n")
    headers = {name.lower(): text for name, text in (line.split(": ", 1) for line in lines)}
    assert first == "POST /fhir HTTP/1.1"
    assert headers["content-type"] == headers["accept"] == "application/fhir+json"
    assert headers["accept-encoding"] == "identity"
    assert headers["connection"] == "close"
    assert headers["prefer"] == "return=minimal"
    assert headers["idempotency-key"] == "session-1"
    assert headers["authorization"] == "Bearer let-me-in"
    assert headers["user-agent"].startswith("motbakke/")
    assert body == b'{"a": 1}'


def test_the_token_is_not_shown_when_the_endpoint_is() -> None:
    assert "let-me-in" not in repr(Endpoint(base="http://clinic.example", credentials=StaticToken("let-me-in")))


def test_a_redirect_is_an_answer_and_never_followed() -> None:
    with AnyServer(lambda _: [http(302, more="Location: /login\r\n")]) as server:
        reply = Endpoint(base=server.base).post(b"{}", key="k")

    assert isinstance(reply, Reply)
    assert reply.status == 302
    assert len(server.requests) == 1


def test_a_compressed_answer_is_not_unpacked() -> None:
    bomb = gzip.compress(b"\0" * 5_000_000)
    reply = posted(http(200, bomb, more="Content-Encoding: gzip\r\n"))

    assert isinstance(reply, Reply)
    assert reply.body == bomb


def test_an_answer_without_end_is_given_up() -> None:
    def endless(_: bytes) -> Iterator[bytes]:
        yield b"HTTP/1.1 200 OK\r\nContent-Type: application/fhir+json\r\n\r\n"
        while True:
            yield b" " * 10_000

    with AnyServer(endless) as server:
        reply = Endpoint(base=server.base, limits=Limits(largest_reply_bytes=10_000)).post(b"{}", key="k")

    assert fault(reply) is Fault.TOO_LONG


def test_a_server_that_drips_is_given_up() -> None:
    done = threading.Event()

    def drips(_: bytes) -> Iterator[bytes]:
        yield b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n"
        while not done.wait(0.02):
            yield b" "

    with AnyServer(drips) as server:
        reply = Endpoint(base=server.base, limits=SHORT_WAITS).post(b"{}", key="k")
        done.set()

    assert fault(reply) is Fault.TOO_SLOW


def test_a_server_that_says_nothing_is_given_up() -> None:
    done = threading.Event()

    def silent(_: bytes) -> Iterable[bytes]:
        done.wait(30)
        return ()

    with AnyServer(silent) as server:
        reply = Endpoint(base=server.base, limits=SHORT_WAITS).post(b"{}", key="k")
        done.set()

    assert fault(reply) in (Fault.TOO_SLOW, Fault.BROKEN_OFF)


@pytest.mark.parametrize(
    "answer",
    [
        pytest.param(b"", id="nothing"),
        pytest.param(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nshort", id="shorter than it said"),
        pytest.param(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nab", id="a chunk cut"),
        pytest.param(b"SSH-2.0-OpenSSH_9.2\r\n\r\n", id="another protocol"),
        pytest.param(b"HTTP/1.1 200 OK\r\nX: " + b"x" * 200_000 + b"\r\n\r\n", id="a header without end"),
    ],
)
def test_an_answer_that_breaks_off_leaves_the_outcome_unknown(answer: bytes) -> None:
    assert fault(posted(answer)) is Fault.BROKEN_OFF


def test_where_nobody_listens_nothing_was_sent() -> None:
    reply = Endpoint(base=f"http://127.0.0.1:{free_port()}/fhir").post(b"{}", key="k")

    assert fault(reply) is Fault.UNREACHABLE


def test_a_certificate_from_nobody_we_know_is_told_and_nothing_is_sent(tmp_path: Path) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(self_signed(tmp_path))

    with AnyServer(lambda _: [http(200)], tls=context) as server:
        reply = Endpoint(base=server.base).post(b"{}", key="k")

    assert isinstance(reply, Trouble)
    assert reply.fault is Fault.CERTIFICATE
    assert "self-signed certificate (code 18)" in reply.detail
    assert server.requests == []


def self_signed(folder: Path) -> Path:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "clinic")])
    today = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(today - timedelta(days=1))
        .not_valid_after(today + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(IPv4Address("127.0.0.1"))]), critical=False)
        .sign(key, hashes.SHA256())
    )
    path = folder / "server.pem"
    path.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
        + certificate.public_bytes(serialization.Encoding.PEM)
    )
    return path
