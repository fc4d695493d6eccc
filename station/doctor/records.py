"""The station's records: whether the database is whole, what was kept aside, and what waits for the clinic."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from station.doctor.finding import About, Finding
from station.errors import SettingsError, StoreError, StoreOlder
from station.settings import Settings
from station.store import sync_notes
from station.store.database import FILE_NAME
from station.store.looking import is_broken, not_empty
from station.store.sessions import Store

WAITS_TOO_LONG = timedelta(days=2)

_BEGUN_ANEW = (
    "The records were begun anew, and the station has another id: say `sudo motbakke enrol`, and have clinic IT sign "
    "or register what it shows"
)
_KEPT_ASIDE = (
    "patients, therapists with their PINs, sessions that were not sent and the audit of before are in this file alone: "
    "restore a copy (docs/backup.md), or give the file to whoever can save what is in it; then move it away. "
    + _BEGUN_ANEW
)
_KEPT_EMPTY = (
    "there is nothing in it: restore a copy of the records (docs/backup.md); then, or if they were new, delete it. "
    + _BEGUN_ANEW
)


def records(data: Path, *, now: datetime | None = None) -> Iterator[Finding]:
    """Whether the database is whole, and what waits for the clinic."""
    path = data / FILE_NAME
    if data.is_file():
        return  # told of the disk
    if not path.exists():
        yield Finding(about=About.RECORDS, what="no records yet: the station makes them at its first start")
        return
    yield from _database(path, now or datetime.now(UTC))
    for kept in sorted(data.glob(f"{FILE_NAME}.broken-*")):
        if not kept.name.endswith(("-wal", "-shm")):
            what = f"damaged database {kept.name}"
            yield Finding(about=About.RECORDS, what=what, fix=_KEPT_ASIDE if kept.stat().st_size else _KEPT_EMPTY)


def _database(path: Path, now: datetime) -> Iterator[Finding]:
    try:
        not_empty(path)
        if is_broken(path):
            yield Finding(
                about=About.RECORDS,
                what=f"database {path}",
                fix="it is damaged; the station moves it aside at its next start and begins a new one: keep that file",
            )
            return
        yield Finding(about=About.RECORDS, what=f"database of {path.stat().st_size / 1e6:.1f} MB is whole")
        yield from _waiting(path.parent, now)
    except StoreOlder as older:
        yield Finding(about=About.RECORDS, what=str(older))
    except StoreError as error:
        yield Finding(about=About.RECORDS, what=f"database {path}", fix=str(error))


def _waiting(data: Path, now: datetime) -> Iterator[Finding]:
    with Store.looked_at(data) as store:
        lines = store.sessions()
    waiting = [line for line in lines if line.upload in ("pending", "sending")]
    stuck = [line for line in lines if line.upload in ("blocked", "rejected")]
    oldest = min((line.started for line in waiting), default=now)
    late = now - oldest > WAITS_TOO_LONG
    yield Finding(
        about=About.RECORDS,
        what=f"{len(lines)} sessions, {len(waiting)} wait to be sent",
        fix=f"the oldest waits since {oldest:%Y-%m-%d}: see the server below, and `motbakke sync --once`"
        if late
        else "",
    )
    if stuck:
        yield Finding(
            about=About.RECORDS,
            what=f"{len(stuck)} sessions that the server did not take",
            fix="mend the cause (`motbakke sessions`), then `motbakke sync --once --again`",
        )


def noted(read: Callable[[], Settings], data: Path) -> Iterator[Finding]:
    """What the sync process has noted: for the station's own page, which cannot read certificates or ask the server.

    The settings are read anew: the sync takes changed ones without the station, and of older ones nothing is told.
    """
    try:
        settings = read().sync
    except SettingsError as error:
        yield Finding(about=About.SETTINGS, what="settings", fix=str(error))
        return
    if settings.url is None:
        return
    with Store.at(data) as store:
        for sentence in sync_notes.noted(store.connection, settings=settings):
            yield Finding(about=About.SERVER, what="sending to the clinic", fix=sentence)
