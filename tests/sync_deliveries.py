"""For the tests of the sync: ways to a server under test."""

from pathlib import Path
from typing import Any

from station.sync.archive import ArchiveDelivery
from station.sync.delivery import FhirDelivery
from station.sync.documents import Dialect, Style
from station.sync.exports import Format
from station.sync.transport import Credentials, Endpoint, Limits
from station.sync.worker import SyncReport, base_address, sync_once

LEAN = (Format.LOG, Format.HTML)
"""Without the FIT file, which takes its time."""


def no_wait(_: float) -> bool:
    return False


def to_fhir(
    url: str,
    *,
    dialect: Dialect = Dialect.PUT,
    limits: Limits | None = None,
    credentials: Credentials | None = None,
    attached: tuple[Format, ...] = LEAN,
) -> FhirDelivery:
    endpoint = Endpoint(base=base_address(url), limits=limits or Limits(), credentials=credentials)
    return FhirDelivery(endpoint=endpoint, wait=no_wait, style=Style(dialect=dialect, attached=attached))


def to_archive(url: str, **more: Any) -> ArchiveDelivery:
    return ArchiveDelivery(endpoint=Endpoint(base=base_address(url), **more))


def synced_to(data: Path, url: str, *, dialect: Dialect = Dialect.PUT, **more: Any) -> SyncReport:
    return sync_once(data, to_fhir(url, dialect=dialect), **more)
