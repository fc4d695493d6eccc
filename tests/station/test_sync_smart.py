"""SMART Backend Services against a real token server, and the station's own key."""

import json
import stat
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

import pytest
import trustme
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from joserfc import jwt
from joserfc.jwk import KeySet
from store_sessions import read_store, stored_short
from sync_servers import AnyServer, clinic, http

from station.errors import SettingsError, StoreError
from station.settings import SyncTable
from station.store.database import FILE_NAME
from station.sync.command import print_identity
from station.sync.identity import enrolled, expires, expiry_told, key_of, private_text, rotated, switched
from station.sync.setup import delivery
from station.sync.smart import SmartCredentials
from station.sync.transport import Endpoint, Reply, Trouble
from station.sync.verdict import Meaning
from station.sync.worker import SyncReport, sync_once

STATION = "5a5e3a39-0c2f-4f6f-9d0c-6f2d7f7f2a10"
CLIENT = "motbakke-station-7"


def synced(data: Path, settings: SyncTable) -> SyncReport:
    way = delivery(settings, data, now_s=lambda: 0.0, wait=lambda _: None)
    return sync_once(data, way, even_if_waiting=True)


@pytest.fixture(scope="module")
def enrolled_clinic(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Path]]:
    """A clinic whose IT has registered the station's public key, and the station's folder."""
    data = tmp_path_factory.mktemp("station")
    stored_short(data, count=3)
    with read_store(data) as store:
        identity = enrolled(data, store.station_id)
    keys = json.loads(identity.public_keys_path.read_text(encoding="utf-8"))
    known = {"client_id": CLIENT, "jwks": keys, "scopes": "system/*.cruds"}
    with clinic(tmp_path_factory.mktemp("clinic"), proof={"types": ["smart"], "smart_clients": [known]}) as base:
        yield base, data


def test_without_proof_the_clinic_takes_nothing(enrolled_clinic: tuple[str, Path]) -> None:
    base, data = enrolled_clinic

    report = synced(data, SyncTable(url=base))

    assert [outcome.meaning for outcome in report.outcomes] == [Meaning.BLOCKED]


def test_a_stranger_gets_no_token_and_the_session_is_not_taken_for_bad(enrolled_clinic: tuple[str, Path]) -> None:
    base, data = enrolled_clinic

    report = synced(data, SyncTable(url=base, client_id="somebody-else"))

    assert [outcome.meaning for outcome in report.outcomes] == [Meaning.BLOCKED]
    assert "token" in report.lines()[0]


def test_the_enrolled_station_sends_with_tokens_for_signed_assertions(enrolled_clinic: tuple[str, Path]) -> None:
    base, data = enrolled_clinic

    report = synced(data, SyncTable(url=base, client_id=CLIENT))

    assert (report.sent, report.waiting) == (3, 0)


class TokenServer:
    """Gives tokens as it is told, and keeps the assertions."""

    def __init__(self, keys: dict[str, Any], *, date: str = "", holds_s: object = 3600) -> None:
        self.keys = KeySet.import_key_set(keys)
        self.claims: list[dict[str, Any]] = []
        self.date = f"Date: {date}\r\n" if date else ""
        self.holds_s = holds_s
        self.base = ""

    def __call__(self, request: bytes) -> list[bytes]:
        if request.startswith(b"GET /fhir/.well-known"):
            answer = {"token_endpoint": self.base.replace("/fhir", "/token")}
            return [http(200, json.dumps(answer).encode(), "application/json", more=self.date)]
        if request.startswith(b"POST /token"):
            form = parse_qs(request.partition(b"\r\n\r\n")[2].decode())
            told = jwt.decode(form["client_assertion"][0], self.keys, algorithms=["ES384"])
            self.claims.append(dict(told.claims))
            answer = {"access_token": f"token-{len(self.claims)}", "expires_in": self.holds_s}
            return [http(200, json.dumps(answer).encode(), "application/json")]
        good = f"bearer token-{len(self.claims)}".encode() in request.lower()
        return [http(200 if good else 401)]


def credentials(base: str, key: str, now_s: Any = lambda: 0.0) -> SmartCredentials:
    return SmartCredentials(endpoint=Endpoint(base=base), client_id=CLIENT, key_pem=key, now_s=now_s)


def own_key(folder: Path) -> tuple[str, dict[str, Any]]:
    identity = enrolled(folder, STATION)
    return identity.key_path.read_text(encoding="ascii"), json.loads(identity.public_keys_path.read_bytes())


def test_the_assertion_tells_the_servers_time_whatever_the_stations_clock_says(tmp_path: Path) -> None:
    key, public = own_key(tmp_path)
    server = TokenServer(public, date="Tue, 04 Mar 2031 10:00:00 GMT")
    with AnyServer(server) as served:
        server.base = served.base
        credentials(served.base, key).token()

    [claims] = server.claims
    there = int(datetime(2031, 3, 4, 10, tzinfo=UTC).timestamp())
    assert (claims["iat"], claims["nbf"], claims["exp"]) == (there, there, there + 50)
    assert claims["iss"] == claims["sub"] == CLIENT
    assert claims["aud"] == server.base.replace("/fhir", "/token")


def test_a_token_is_kept_until_a_minute_before_its_end_and_no_assertion_is_used_twice(tmp_path: Path) -> None:
    key, public = own_key(tmp_path)
    server = TokenServer(public)
    now_s = [0.0]
    with AnyServer(server) as served:
        server.base = served.base
        kept = credentials(served.base, key, lambda: now_s[0])
        tokens = []
        for now_s[0] in (0.0, 3539.0, 3540.0):
            tokens.append(kept.token())

    assert tokens == ["token-1", "token-1", "token-2"]
    assert len({claims["jti"] for claims in server.claims}) == 2


def test_a_token_that_is_refused_is_renewed_once(tmp_path: Path) -> None:
    key, public = own_key(tmp_path)
    server = TokenServer(public)
    with AnyServer(server) as served:
        server.base = served.base
        kept = credentials(served.base, key)
        endpoint = Endpoint(base=served.base, credentials=kept)
        assert endpoint.post(b"{}", key="k") == Reply(status=200, content_type="application/fhir+json", length=0)
        kept._token = "withdrawn"  # noqa: S105

        again = endpoint.post(b"{}", key="k")

    assert isinstance(again, Reply)
    assert again.status == 200
    assert len(server.claims) == 2


@pytest.mark.parametrize(
    ("answer", "status"),
    [
        pytest.param(http(404), 404, id="no discovery"),
        pytest.param(http(200, b"<html>", "text/html"), 502, id="a portal"),
        pytest.param(http(200, b'{"token_endpoint": "ftp://x"}'), 502, id="a strange address"),
        pytest.param(http(503, more="Retry-After: 5\r\n"), 503, id="busy"),
    ],
)
def test_where_no_token_can_be_had_the_answer_in_between_is_given(tmp_path: Path, answer: bytes, status: int) -> None:
    key, _ = own_key(tmp_path)
    with AnyServer(lambda _: [answer]) as served:
        reply = Endpoint(base=served.base, credentials=credentials(served.base, key)).post(b"{}", key="k")

    assert isinstance(reply, Reply)
    assert reply.status == status


def test_a_silent_token_server_is_trouble_with_the_network(tmp_path: Path) -> None:
    key, _ = own_key(tmp_path)
    with AnyServer(lambda _: [b""]) as served:
        assert isinstance(credentials(served.base, key).token(), Trouble)


def test_the_key_is_made_once_and_only_for_its_owner(tmp_path: Path) -> None:
    first, second = enrolled(tmp_path, STATION), enrolled(tmp_path, STATION)

    assert first == second
    assert stat.S_IMODE(first.key_path.parent.stat().st_mode) == 0o700
    assert {stat.S_IMODE(path.stat().st_mode) for path in first.key_path.parent.iterdir()} == {0o600}
    assert "PRIVATE" not in first.public_keys_path.read_text(encoding="utf-8")
    assert '"d"' not in first.public_keys_path.read_text(encoding="utf-8")
    assert len(first.fingerprint.replace(" ", "")) == 64


def test_enrolment_shows_id_key_fingerprint_and_qr_and_nothing_secret(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    stored_short(tmp_path)

    print_identity(tmp_path)

    shown = capsys.readouterr().out
    with read_store(tmp_path) as store:
        identity = enrolled(tmp_path, store.station_id)
    assert identity.station_id in shown
    assert identity.key_id in shown
    assert identity.fingerprint in shown
    assert "█" in shown
    assert "PRIVATE" not in shown
    assert identity.code.startswith(f"motbakke:enrol?station={identity.station_id}&kid={identity.key_id}&sha256=")


def test_a_station_without_a_store_cannot_enrol(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="there are no sessions"):
        print_identity(tmp_path)


def test_a_station_whose_store_is_empty_is_told_so_and_not_to_start_for_the_first_time(tmp_path: Path) -> None:
    enrolled(tmp_path, STATION)
    (tmp_path / FILE_NAME).touch()

    with pytest.raises(StoreError, match=r"is empty \(0 bytes\)"):
        print_identity(tmp_path)


def test_a_key_that_is_none_is_told_in_a_sentence(tmp_path: Path) -> None:
    enrolled(tmp_path, STATION).key_path.write_text("nonsense")

    with pytest.raises(SettingsError, match="enrol anew"):
        enrolled(tmp_path, STATION)


def test_a_token_that_others_may_read_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    token = tmp_path / "token"
    token.write_text("let-me-in\n")
    token.chmod(0o640)

    with pytest.raises(SettingsError, match="chmod 600"):
        private_text(token, "[sync] token_file")

    monkeypatch.setenv("CREDENTIALS_DIRECTORY", str(tmp_path))
    assert private_text(token, "[sync] token_file") == "let-me-in"
    monkeypatch.delenv("CREDENTIALS_DIRECTORY")
    token.chmod(0o600)
    assert private_text(token, "[sync] token_file") == "let-me-in"
    with pytest.raises(SettingsError, match="cannot be read"):
        private_text(tmp_path / "nothing", "[sync] token_file")


def test_the_end_of_the_certificate_is_told_two_weeks_ahead(tmp_path: Path) -> None:
    end = datetime.now(UTC).replace(microsecond=0) + timedelta(days=100)
    path = tmp_path / "station.pem"
    trustme.CA().issue_cert("station", not_after=end).cert_chain_pems[0].write_to_path(str(path))

    assert expires(path) == end
    assert expiry_told(path, end - timedelta(days=15)) is None
    assert "runs out in 13 days" in str(expiry_told(path, end - timedelta(days=13, hours=1)))
    assert "ran out 2 days ago" in str(expiry_told(path, end + timedelta(days=1, hours=1)))
    with pytest.raises(SettingsError, match="is not a certificate"):
        expires(tmp_path / "nothing")


def test_a_key_is_rotated_without_a_session_that_is_refused(tmp_path: Path) -> None:
    data, server = tmp_path / "data", tmp_path / "clinic"
    server.mkdir()
    stored_short(data, count=2)
    with read_store(data) as store:
        station_id = store.station_id
    old = enrolled(data, station_id)
    assert old.next is None

    during = rotated(data, station_id)
    again = rotated(data, station_id)

    assert during.next is not None
    assert again == during
    assert (during.key_id, during.fingerprint) == (old.key_id, old.fingerprint)
    assert during.next.key_id != old.key_id
    assert during.next.fingerprint.replace(" ", "") in during.code
    keys = json.loads(during.public_keys_path.read_text(encoding="utf-8"))
    assert [key["kid"] for key in keys["keys"]] == [old.key_id, during.next.key_id]
    assert all("d" not in key for key in keys["keys"])
    assert stat.S_IMODE(during.next.path.stat().st_mode) == 0o600
    known = {"client_id": CLIENT, "jwks": keys, "scopes": "system/*.cruds"}
    with clinic(server, proof={"types": ["smart"], "smart_clients": [known]}) as base:
        settings = SyncTable(url=base, client_id=CLIENT)
        way = delivery(settings, data, now_s=lambda: 0.0, wait=lambda _: None)
        first = sync_once(data, way, even_if_waiting=True, most=1)
        after = switched(data, station_id)
        second = synced(data, settings)

    assert (first.sent, second.sent) == (1, 1)
    assert after.next is None
    assert after.key_id == during.next.key_id
    [left] = json.loads(after.public_keys_path.read_text(encoding="utf-8"))["keys"]
    assert left["kid"] == after.key_id
    with pytest.raises(SettingsError, match="there is no next key"):
        switched(data, station_id)


def test_a_certificate_finds_its_own_key_while_a_rotation_is_on(tmp_path: Path) -> None:
    stored_short(tmp_path)
    old_request = x509.load_pem_x509_csr(enrolled(tmp_path, STATION).request_path.read_bytes())
    during = rotated(tmp_path, STATION)
    new_request = x509.load_pem_x509_csr(during.request_path.read_bytes())
    assert during.next is not None

    assert key_of(tmp_path, signed(tmp_path, old_request, "old")) == during.key_path
    assert key_of(tmp_path, signed(tmp_path, new_request, "new")) == during.next.path
    (tmp_path / "none.pem").write_text("nothing")
    assert key_of(tmp_path, tmp_path / "none.pem") == during.key_path


def test_a_key_that_was_lost_is_told_and_request_and_key_set_are_the_new_ones(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    stored_short(tmp_path)
    print_identity(tmp_path)
    first = capsys.readouterr().out
    (tmp_path / "identity" / "station.key").unlink()

    print_identity(tmp_path)
    told = capsys.readouterr().out
    print_identity(tmp_path)

    key = ec_key(tmp_path / "identity" / "station.key")
    request = x509.load_pem_x509_csr((tmp_path / "identity" / "station.csr").read_bytes())
    [registered] = json.loads((tmp_path / "identity" / "station.jwks.json").read_text(encoding="utf-8"))["keys"]
    assert request.public_key() == key.public_key()
    assert f"Key id       {registered['kid']}" in told
    assert told.startswith("The key was missing: this one is new")
    assert "was missing" not in first + capsys.readouterr().out


def test_a_lost_key_is_told_also_while_the_next_one_is_made(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    stored_short(tmp_path)
    print_identity(tmp_path)
    (tmp_path / "identity" / "station.key").unlink()
    capsys.readouterr()

    print_identity(tmp_path, rotate=True)

    request = x509.load_pem_x509_csr((tmp_path / "identity" / "station.csr").read_bytes())
    assert request.public_key() == ec_key(tmp_path / "identity" / "station.next.key").public_key()
    assert "The key was missing" in capsys.readouterr().out


def test_a_station_with_another_id_asks_for_a_certificate_in_its_new_name(tmp_path: Path) -> None:
    before = enrolled(tmp_path, "another-station")

    identity = enrolled(tmp_path, STATION)

    request = x509.load_pem_x509_csr(identity.request_path.read_bytes())
    assert request.subject.rfc4514_string() == f"CN={STATION}"
    assert (before.renamed, identity.renamed, identity.key_was_lost) == (False, True, False)
    assert identity.key_id == before.key_id


def test_a_certificate_of_another_key_is_told_with_what_to_have_signed(tmp_path: Path) -> None:
    request = x509.load_pem_x509_csr(enrolled(tmp_path, STATION).request_path.read_bytes())
    certificate = signed(tmp_path, request, "station")
    (tmp_path / "identity" / "station.key").unlink()

    with pytest.raises(SettingsError, match=r"the key is missing: .*motbakke enrol"):
        key_of(tmp_path, certificate)
    enrolled(tmp_path, STATION)
    with pytest.raises(SettingsError, match="was made for another key than the station's: have clinic IT sign"):
        key_of(tmp_path, certificate)


def ec_key(path: Path) -> ec.EllipticCurvePrivateKey:
    key = serialization.load_pem_private_key(path.read_bytes(), None)
    assert isinstance(key, ec.EllipticCurvePrivateKey)
    return key


def signed(folder: Path, request: x509.CertificateSigningRequest, name: str) -> Path:
    """The certificate that a clinic's authority makes of the request."""
    authority = ec.generate_private_key(ec.SECP256R1())
    today = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder(request.subject, request.subject, request.public_key(), x509.random_serial_number())
        .not_valid_before(today - timedelta(days=1))
        .not_valid_after(today + timedelta(days=90))
        .sign(authority, hashes.SHA256())
    )
    path = folder / f"{name}.pem"
    path.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    return path


def test_enrol_shows_the_next_key_and_how_it_comes_into_use(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    stored_short(tmp_path)
    print_identity(tmp_path, rotate=True)
    during = capsys.readouterr().out
    print_identity(tmp_path, switch=True)
    after = capsys.readouterr().out

    next_id = next(line.split()[-1] for line in during.split("\n") if line.startswith("Next key id"))
    assert "motbakke enrol --switch" in during
    assert f"Key id       {next_id}" in after
    assert "Next key id" not in after
