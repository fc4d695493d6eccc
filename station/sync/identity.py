"""The station's own key: made here, never leaves the machine; the clinic is told its public half.

Responsible for key, certificate request and what the clinic's IT needs to know of them; not for using them.
"""

import base64
import os
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import msgspec
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from joserfc.jwk import ECKey

from station.errors import SettingsError

FOLDER = "identity"
KEY, PUBLIC_KEYS, REQUEST = "station.key", "station.jwks.json", "station.csr"
EXPIRY_TOLD = timedelta(days=14)


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

    @property
    def code(self) -> str:
        """What the QR code says: everything IT must compare, and nothing secret."""
        bare = self.fingerprint.replace(" ", "")
        return f"motbakke:enrol?station={self.station_id}&kid={self.key_id}&sha256={bare}"


def enrolled(data: Path, station_id: str) -> Identity:
    """The station's identity in this folder, made on the first call and the same ever after.

    Raises:
        SettingsError: the key cannot be read or written.
    """
    folder = data / FOLDER
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        key_path = folder / KEY
        if not key_path.exists():
            _keep(key_path, _new_key())
        pem = key_path.read_bytes()
        key = _key(pem, key_path)
        public = ECKey.import_key(pem)
        named = {**public.as_dict(private=False), "kid": public.thumbprint(), "use": "sig", "alg": "ES384"}
        _keep(folder / PUBLIC_KEYS, msgspec.json.format(msgspec.json.encode({"keys": [named]})))
        if not (folder / REQUEST).exists():
            _keep(folder / REQUEST, _request(key, station_id))
    except OSError as error:
        message = f"the station's key in {folder} cannot be kept: {error.strerror}. Mend the folder's permissions"
        raise SettingsError(message) from error
    return Identity(
        station_id=station_id,
        key_path=key_path,
        public_keys_path=folder / PUBLIC_KEYS,
        request_path=folder / REQUEST,
        key_id=public.thumbprint(),
        fingerprint=_fingerprint(key),
    )


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
        return f"the station's certificate {certificate} ran out {-left.days} days ago: renew it"
    return f"the station's certificate {certificate} runs out in {left.days} days: renew it"


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
