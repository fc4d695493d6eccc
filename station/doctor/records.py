"""The station's records and who may touch what: database, outbox, users and files."""

import grp
import os
import pwd
import stat
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from station.doctor.finding import About, Finding
from station.doctor.machine import Machine
from station.errors import SettingsError, StoreError, StoreOlder
from station.settings import SHIPPED_SETTINGS, SYSTEM_SETTINGS, Settings
from station.store import sync_notes
from station.store.database import FILE_NAME
from station.store.looking import is_broken, not_empty
from station.store.sessions import Store

WAITS_TOO_LONG = timedelta(days=2)
GROUPS = ("video", "render", "input", "audio", "dialout", "gpio", "bluetooth")
"""What the station's user must be in, to reach its screen, keys, sound, treadmill, pins and strap."""


def records(data: Path, *, now: datetime | None = None) -> Iterator[Finding]:
    """Whether the database is whole, and what waits for the clinic."""
    path = data / FILE_NAME
    if not path.exists():
        yield Finding(about=About.RECORDS, what="no records yet: the station makes them at its first start")
        return
    yield from _database(path, now or datetime.now(UTC))
    for kept in sorted(data.glob(f"{FILE_NAME}.broken-*")):
        if not kept.name.endswith(("-wal", "-shm")):
            yield Finding(
                about=About.RECORDS,
                what=f"damaged database {kept.name}",
                fix="give it to whoever can save what is in it",
            )


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


def permissions(machine: Machine, settings: Settings, data: Path) -> Iterator[Finding]:
    """Who may read the settings, the records and the token, and whether the station's user reaches its devices."""
    yield from _shipped(machine.at(str(SYSTEM_SETTINGS)))
    if settings.patient is not None and settings.only is None:
        yield Finding(
            about=About.SETTINGS,
            what="[patient] in the settings",
            fix="it is the example of an earlier version, and nobody trains with it: take these lines out",
        )
    yield from _private(data, "the records", group=True)
    yield from _private(machine.at(str(SYSTEM_SETTINGS)), "the settings", group=True)
    if settings.sync.token_file:
        yield from _private(machine.at(settings.sync.token_file), "the token", group=False)
    if machine.root != Path("/"):
        return
    try:
        user = pwd.getpwnam("motbakke")
    except KeyError:
        yield Finding(about=About.PERMISSIONS, what="no user motbakke: not an installed station")
        return
    missing = [name for name in GROUPS if not _is_member(user.pw_name, user.pw_gid, name)]
    yield Finding(
        about=About.PERMISSIONS,
        what="user motbakke may use screen, keys, sound, serial ports and pins" if not missing else "user motbakke",
        fix="" if not missing else "; ".join(f"`sudo adduser motbakke {name}`" for name in missing),
    )


def _shipped(path: Path) -> Iterator[Finding]:
    ours = next(place for place in SHIPPED_SETTINGS if place.exists())
    if path.exists() and path.read_bytes() == ours.read_bytes():
        yield Finding(
            about=About.SETTINGS,
            what=f"settings {path}",
            fix="they are the example that comes with the program: nobody has said which treadmill this is",
        )


def _is_member(user: str, primary: int, group: str) -> bool:
    try:
        found = grp.getgrnam(group)
    except KeyError:
        return True  # this system has no such group, and so nothing behind it
    return user in found.gr_mem or found.gr_gid == primary


def _private(path: Path, whose: str, *, group: bool) -> Iterator[Finding]:
    try:
        mode = path.stat().st_mode
    except OSError:
        return
    foreign = mode & (stat.S_IRWXO if group else stat.S_IRWXO | stat.S_IRWXG)
    asked = "o-rwx" if group else "go-rwx"
    yield Finding(
        about=About.PERMISSIONS,
        what=f"{whose} ({path}) may be read by the station alone" if not foreign else f"{whose} ({path})",
        fix=f"others may read them: `sudo chmod {asked} {path}`" if foreign else "",
    )
    if path.is_dir() and not os.access(path, os.R_OK | os.W_OK):
        yield Finding(about=About.PERMISSIONS, what=str(path), fix="you may not look inside: run the doctor with sudo")
