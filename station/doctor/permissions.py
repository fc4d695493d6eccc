"""Who may read and write what, and whether the station's user reaches its devices."""

import grp
import os
import pwd
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from station.doctor.finding import About, Finding
from station.doctor.machine import Machine
from station.settings import SHIPPED_SETTINGS, SYSTEM_SETTINGS, Settings
from station.store.database import FILE_NAME

SERVICE = "motbakke"
"""Whom an installed station runs as."""
GROUPS = ("video", "render", "input", "audio", "dialout", "gpio", "bluetooth")
"""What the station's user must be in, to reach its screen, keys, sound, treadmill, pins and strap."""
_WRITTEN = (FILE_NAME, f"{FILE_NAME}-wal", f"{FILE_NAME}-shm", "station.lock")


@dataclass(frozen=True, slots=True, kw_only=True)
class User:
    """Somebody on this machine, as the kernel sees her."""

    name: str
    uid: int
    groups: frozenset[int]

    def may_write(self, path: Path) -> bool:
        """Whether she may write this file, or make files in this folder."""
        held = path.stat()
        wanted = 0o3 if path.is_dir() else 0o2
        shift = 6 if held.st_uid == self.uid else 3 if held.st_gid in self.groups else 0
        return self.uid == 0 or held.st_mode >> shift & wanted == wanted


def service() -> User:
    """Whom the station runs as: the service's user when root asks on an installed station, else whoever asks."""
    if os.geteuid() == 0:
        try:
            known = pwd.getpwnam(SERVICE)
        except KeyError:
            return User(name="root", uid=0, groups=frozenset())
        groups = frozenset(os.getgrouplist(SERVICE, known.pw_gid))
        return User(name=SERVICE, uid=known.pw_uid, groups=groups)
    try:
        name = pwd.getpwuid(os.geteuid()).pw_name
    except KeyError:
        name = str(os.geteuid())
    return User(name=name, uid=os.geteuid(), groups=frozenset({os.getegid(), *os.getgroups()}))


def writable(data: Path, user: User) -> Iterator[Finding]:
    """Whether this user may write the records; nothing is said of what is not there."""
    if not data.is_dir():
        return
    there = [data, *(path for name in _WRITTEN if (path := data / name).exists())]
    shut = [path for path in there if not user.may_write(path)]
    for path in shut:
        mode = "u+rwx" if path.is_dir() else "u+rw"
        whose = f"{user.name}:{SERVICE}" if user.name == SERVICE else user.name
        yield Finding(
            about=About.PERMISSIONS,
            what=str(path),
            fix=f"{user.name} may not write it: `sudo chown {whose} {path}` and `sudo chmod {mode} {path}`",
        )
    if not shut:
        yield Finding(about=About.PERMISSIONS, what=f"the records ({data}) may be written by {user.name}")


def permissions(machine: Machine, settings: Settings, data: Path) -> Iterator[Finding]:
    """Who may read the settings, the records and the token, and whether the station's user reaches its devices."""
    yield from _shipped(machine.at(str(SYSTEM_SETTINGS)))
    if settings.patient is not None and settings.only is None:
        yield Finding(
            about=About.SETTINGS,
            what="[patient] in the settings",
            fix="it is the example of an earlier version, and nobody trains with it: take these lines out",
        )
    if data.is_dir():
        yield from _private(data, "the records", group=True)
    yield from _private(machine.at(str(SYSTEM_SETTINGS)), "the settings", group=True)
    for key in (*sorted(data.glob("identity/*.key")), *map(machine.at, filter(None, [settings.sync.key]))):
        yield from _private(key, "the key that proves who the station is", group=False)
    if settings.sync.token_file:
        yield from _private(machine.at(settings.sync.token_file), "the token", group=False)
    if machine.root != Path("/"):
        return
    yield from writable(data, service())
    try:
        user = pwd.getpwnam(SERVICE)
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
        fix=f"others may read this: `sudo chmod {asked} {path}`" if foreign else "",
    )
