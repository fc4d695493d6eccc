"""From the settings to a delivery that is ready to send: address, proof of identity, and form."""

import ssl
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit

from station.errors import SettingsError
from station.settings import SyncTable
from station.sync.archive import ArchiveDelivery
from station.sync.delivery import Delivery, FhirDelivery
from station.sync.documents import Dialect, Naming, Style
from station.sync.identity import expiry_told, key_of, private_text
from station.sync.sealing import Seal, recipient
from station.sync.smart import SmartCredentials
from station.sync.transport import Credentials, Endpoint, StaticToken, is_private
from station.sync.worker import base_address


def delivery(
    settings: SyncTable, data: Path, *, now_s: Callable[[], float], wait: Callable[[float], object]
) -> Delivery:
    """The way to the clinic that the settings describe.

    Raises:
        SettingsError: the address is none, or a file is missing, unreadable or readable by others.
    """
    server = endpoint(settings, data, now_s=now_s)
    if settings.kind == "archive":
        return ArchiveDelivery(endpoint=server, language=settings.language)
    style = Style(
        dialect=Dialect(settings.dialect),
        naming=Naming(patient_system=settings.patient_system, station_system=settings.station_system),
        language=settings.language,
    )
    return FhirDelivery(endpoint=server, wait=wait, style=style)


def to_mend(settings: SyncTable, data: Path, *, now: datetime) -> tuple[str, ...]:
    """Everything in `[sync]` that somebody must mend, a sentence each: what cannot be used, and what soon cannot."""
    if settings.url is None:
        return ()
    sentences = []
    looks: tuple[Callable[[], object], ...] = (
        lambda: delivery(settings, data, now_s=lambda: 0.0, wait=lambda _: None),
        lambda: seal(settings),
        lambda: settings.certificate and expiry_told(Path(settings.certificate), now),
    )
    for look in looks:
        try:
            found = look()
        except SettingsError as error:
            found = str(error)
        if isinstance(found, str) and found not in sentences:
            sentences.append(found)
    return tuple(sentences)


def endpoint(settings: SyncTable, data: Path, *, now_s: Callable[[], float]) -> Endpoint:
    """The server that the settings name, and what proves to it who asks.

    Raises:
        SettingsError: as `delivery`.
    """
    bare = _bare(settings, data)
    return replace(bare, credentials=_credentials(settings, data, bare, now_s))


def _bare(settings: SyncTable, data: Path) -> Endpoint:
    if settings.url is None:
        raise SettingsError("there is no server to send to. Give --url, or set url in [sync] of the settings")
    base = base_address(settings.url)
    for url in (base, settings.token_url):
        if url is not None and not (is_private(url) or settings.plain_http):
            message = (
                f"{url} is not encrypted: whoever listens would read sessions and tokens. Use https, or write "
                "plain_http = true in [sync] of the settings if that network is yours alone"
            )
            raise SettingsError(message)
    if settings.proxy is not None and urlsplit(settings.proxy).scheme not in ("http", "https"):
        raise SettingsError("proxy is not the address of a web proxy. Write it like http://proxy.clinic.example:3128")
    return Endpoint(base=base, tls=_tls(settings, data), proxy=settings.proxy)


def seal(settings: SyncTable) -> Seal | None:
    """How sessions that wait are sealed; None: they are not.

    Raises:
        SettingsError: the key is none.
    """
    if settings.seal_to is None:
        return None
    after = timedelta(hours=settings.seal_after_hours)
    return Seal(key=recipient(settings.seal_to), after=after, language=settings.language)


def _credentials(settings: SyncTable, data: Path, bare: Endpoint, now_s: Callable[[], float]) -> Credentials | None:
    if settings.client_id is not None:
        return SmartCredentials(
            endpoint=bare,
            client_id=settings.client_id,
            key_pem=private_text(_key(settings, data), "[sync] key"),
            now_s=now_s,
            token_url=settings.token_url,
            scope=settings.scope,
        )
    if settings.token_file is not None:
        return StaticToken(private_text(Path(settings.token_file), "[sync] token_file"))
    return None


def _tls(settings: SyncTable, data: Path) -> ssl.SSLContext | None:
    if settings.certificate is None and settings.authority is None and settings.revoked is None:
        return None
    try:
        context = ssl.create_default_context(cafile=settings.authority)
        if settings.revoked is not None:
            context.load_verify_locations(settings.revoked)
            context.verify_flags |= ssl.VERIFY_CRL_CHECK_LEAF
        if settings.certificate is not None:
            key = _key(settings, data, Path(settings.certificate))
            private_text(key, "[sync] key")
            context.load_cert_chain(settings.certificate, key)
    except (OSError, ssl.SSLError) as error:
        message = (
            f"[sync] certificate, key, authority or revoked cannot be used ({error}). Check that each is PEM and that "
            "they match"
        )
        raise SettingsError(message) from error
    return context


def _key(settings: SyncTable, data: Path, certificate: Path | None = None) -> Path:
    if settings.key is not None:
        return Path(settings.key)
    return key_of(data, certificate)
