"""The station's own key: made here, never leaves the machine; the clinic is told its public half.

Responsible for key, certificate request and what the clinic's IT needs to know of them; not for using them.
"""

import base64
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path

import msgspec
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from joserfc.jwk import ECKey

from station.errors import SettingsError

FOLDER = "identity"
KEY, NEXT_KEY, PUBLIC_KEYS, REQUEST = "station.key", "station.next.key", "station.jwks.json", "station.csr"
EXPIRY_TOLD = timedelta(days=14)
_RENEW = "have clinic IT sign what `motbakke enrol` shows, and put that in"


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """The station as the clinic's IT gets to know it."""

    station_id: str
    key_path: Path
    public_keys_path: Path
    """A JSON Web Key Set, for SMART Backend Services."""
    request_path: Path
    """A certificate signing request in the station's name, for mTLS."""
    key_id: str
    """The key's thumbprint after RFC 7638: `kid` in assertions."""
    fingerprint: str
    """SHA-256 of the public key, in groups for reading aloud."""
    next: "NextKey | None" = None
    """The key that will take this one's place, while the clinic gets to know it."""
    key_was_lost: bool = False
    """The key was made just now, in place of one that the clinic may know."""
    renamed: bool = False
    """The request was for a station of another id until now."""

    @property
    def code(self) -> str:
        """What the QR code says: everything IT must compare, and nothing secret; of the next key when there is one."""
        new = self.next or self
        bare = new.fingerprint.replace(" ", "")
        return f"motbakke:enrol?station={self.station_id}&kid={new.key_id}&sha256={bare}"


@dataclass(frozen=True, slots=True, kw_only=True)
class NextKey:
    """A key that is made and registered, but not used yet."""

    path: Path
    key_id: str
    fingerprint: str


def enrolled(data: Path, station_id: str) -> Identity:
    """The station's identity in this folder, made on the first call and the same ever after.

    Raises:
        SettingsError: the key cannot be read or written.
    """
    folder = data / FOLDER
    with _kept_in(folder):
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        key_path = folder / KEY
        lost = not key_path.exists() and ((folder / REQUEST).exists() or (folder / PUBLIC_KEYS).exists())
        if not key_path.exists():
            _keep(key_path, _new_key())
        pems = [path.read_bytes() for path in (key_path, folder / NEXT_KEY) if path.exists()]
        keys = [_key(pem, path) for pem, path in zip(pems, (key_path, folder / NEXT_KEY), strict=False)]
        public = [ECKey.import_key(pem) for pem in pems]
        named = [
            {**one.as_dict(private=False), "kid": one.thumbprint(), "use": "sig", "alg": "ES384"} for one in public
        ]
        _keep(folder / PUBLIC_KEYS, msgspec.json.format(msgspec.json.encode({"keys": named})))
        before = _requested(folder / REQUEST)
        if before != (station_id, keys[-1].public_key()):
            _keep(folder / REQUEST, _request(keys[-1], station_id))
    return Identity(
        station_id=station_id,
        key_path=key_path,
        public_keys_path=folder / PUBLIC_KEYS,
        request_path=folder / REQUEST,
        key_id=public[0].thumbprint(),
        fingerprint=_fingerprint(keys[0]),
        next=None
        if len(keys) == 1
        else NextKey(path=folder / NEXT_KEY, key_id=public[1].thumbprint(), fingerprint=_fingerprint(keys[1])),
        key_was_lost=lost,
        renamed=before is not None and before[0] != station_id,
    )


def rotated(data: Path, station_id: str) -> Identity:
    """The station with a next key beside the one in use, for the clinic to register; both are in the key set.

    The certificate request is the next key's. A next key that is there already stays: IT may be at work on it.

    Raises:
        SettingsError: the key cannot be read or written.
    """
    before = enrolled(data, station_id)
    folder = data / FOLDER
    if not (folder / NEXT_KEY).exists():
        with _kept_in(folder):
            _keep(folder / NEXT_KEY, _new_key())
    return replace(enrolled(data, station_id), key_was_lost=before.key_was_lost, renamed=before.renamed)


def switched(data: Path, station_id: str) -> Identity:
    """The station with its next key in use; the old one is gone.

    Raises:
        SettingsError: there is no next key, or it cannot be put in place.
    """
    folder = data / FOLDER
    if not (folder / NEXT_KEY).exists():
        raise SettingsError("there is no next key. Make one with: motbakke enrol --rotate, and have IT register it")
    with _kept_in(folder):
        (folder / NEXT_KEY).replace(folder / KEY)
    return enrolled(data, station_id)


def key_of(data: Path, certificate: Path | None = None) -> Path:
    """The station's key in this folder: the one that the certificate was made for, or the one in use. Makes none.

    Raises:
        SettingsError: the key is missing or cannot be read, or the certificate was made for another one.
    """
    folder = data / FOLDER
    with _kept_in(folder):
        if not (folder / KEY).exists():
            message = (
                f"the key is missing: there is no {folder / KEY}. Say `sudo motbakke enrol`, which makes a new one, "
                "and have clinic IT sign or register what it shows"
            )
            raise SettingsError(message)
        paths = [path for path in (folder / KEY, folder / NEXT_KEY) if path.exists()]
        keys = {path: _key(path.read_bytes(), path).public_key() for path in paths}
    if certificate is None:
        return paths[0]
    try:
        wanted = x509.load_pem_x509_certificate(certificate.read_bytes()).public_key()
    except (OSError, ValueError):
        # Whoever loads it says what is wrong with it.
        return paths[0]
    fitting = [path for path in paths if keys[path] == wanted]
    if not fitting:
        message = (
            f"[sync] certificate: {certificate} was made for another key than the station's: {_RENEW} {certificate}"
        )
        raise SettingsError(message)
    return fitting[0]


def requested_for(data: Path) -> str | None:
    """The id of the station that the request in this folder is for; None when there is none."""
    try:
        request = _requested(data / FOLDER / REQUEST)
    except OSError:
        return None
    return None if request is None else request[0]


def private_text(path: Path, what: str) -> str:
    """A secret from a file that nobody but its owner may read (or that systemd hands over as a credential).

    Raises:
        SettingsError: it cannot be read, or others may read it.
    """
    try:
        given_by_systemd = path.parent == Path(os.environ.get("CREDENTIALS_DIRECTORY", "/nowhere"))
        if path.stat().st_mode & 0o077 and not given_by_systemd:
            message = f"{what}: others may read {path}. Say: chmod 600 {path}"
            raise SettingsError(message)
        return path.read_text(encoding="ascii").strip()
    except (OSError, UnicodeDecodeError) as error:
        message = f"{what}: {path} cannot be read ({error}). Put it there, readable by the station alone"
        raise SettingsError(message) from error


def expires(certificate: Path) -> datetime:
    """When the certificate in this PEM file stops being valid, in UTC.

    Raises:
        SettingsError: there is no certificate in the file.
    """
    try:
        return x509.load_pem_x509_certificate(certificate.read_bytes()).not_valid_after_utc
    except (OSError, ValueError) as error:
        message = f"[sync] certificate: {certificate} is not a certificate in PEM ({error})"
        raise SettingsError(message) from error


def expiry_told(certificate: Path, now: datetime) -> str | None:
    """A sentence for staff when the certificate has run out or will within two weeks; None otherwise."""
    left = expires(certificate) - now
    if left > EXPIRY_TOLD:
        return None
    if left < timedelta(0):
        return f"the station's certificate ran out {-left.days} days ago: {_RENEW} {certificate}"
    return f"the station's certificate runs out in {left.days} days: {_RENEW} {certificate}"


@contextmanager
def _kept_in(folder: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        message = (
            f"the station's key in {folder} cannot be kept or read: {error.strerror}. Mend the folder's permissions"
        )
        raise SettingsError(message) from error


def _new_key() -> bytes:
    return ec.generate_private_key(ec.SECP384R1()).private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )


def _key(pem: bytes, path: Path) -> ec.EllipticCurvePrivateKey:
    try:
        key = serialization.load_pem_private_key(pem, password=None)
    except (ValueError, TypeError) as error:
        message = f"{path} is not a private key in PEM ({error}). Move it away, and enrol anew"
        raise SettingsError(message) from error
    if not isinstance(key, ec.EllipticCurvePrivateKey):
        message = f"{path} is not a key on the curve P-384. Move it away, and enrol anew"
        raise SettingsError(message)
    return key


def _request(key: ec.EllipticCurvePrivateKey, station_id: str) -> bytes:
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, station_id)])
    request = x509.CertificateSigningRequestBuilder().subject_name(name).sign(key, hashes.SHA384())
    return request.public_bytes(serialization.Encoding.PEM)


def _requested(path: Path) -> tuple[str, object] | None:
    """For which station and which key there is a request; None when there is none that can be read."""
    try:
        request = x509.load_pem_x509_csr(path.read_bytes())
    except (FileNotFoundError, ValueError):
        return None
    names = request.subject.get_attributes_for_oid(x509.NameOID.COMMON_NAME)
    return (str(names[0].value) if names else "", request.public_key())


def _fingerprint(key: ec.EllipticCurvePrivateKey) -> str:
    public = key.public_key().public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
    digest = hashes.Hash(hashes.SHA256())
    digest.update(public)
    text = base64.b16encode(digest.finalize()).decode().lower()
    return " ".join(text[n : n + 4] for n in range(0, len(text), 4))


def _keep(path: Path, content: bytes) -> None:
    """Write the file whole or not at all, readable by its owner only."""
    half_made = path.with_suffix(f"{path.suffix}.{os.getpid()}")
    with os.fdopen(os.open(half_made, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    half_made.rename(path)
