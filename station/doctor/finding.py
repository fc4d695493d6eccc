"""What the doctor says: one line for each thing that was looked at. Pure; for a terminal, a file or a staff page."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum

import msgspec

from station.errors import StationError


class About(StrEnum):
    """What a finding is about, in the order in which they are told."""

    SETTINGS = "settings"
    SCREEN = "screen"
    SOUND = "sound"
    DEVICES = "devices"
    PINS = "pins"
    CLOCK = "clock"
    DISK = "disk"
    RECORDS = "records"
    PERMISSIONS = "permissions"
    SERVER = "server"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing that was looked at; `fix` is empty where all is well."""

    what: str
    fix: str = ""
    about: About = About.DEVICES

    @property
    def line(self) -> str:
        """As it is printed."""
        return f"FIX  {self.what}: {self.fix}" if self.fix else f"OK   {self.what}"


def all_told(about: About, looks: Iterable[Finding]) -> Iterator[Finding]:
    """What a look finds, to its end or to where it was not let any further: that is a finding, too."""
    try:
        yield from looks
    except PermissionError as error:
        what = str(error.filename or about)
        yield Finding(about=about, what=what, fix="you may not look inside: run the doctor with sudo")
    except (OSError, StationError) as error:
        yield Finding(about=about, what=str(about), fix=str(error))


def as_json(findings: Iterable[Finding]) -> str:
    """A list of objects with `about`, `what`, `ok` and `fix`, for other programs."""
    found = [{"about": f.about, "what": f.what, "ok": not f.fix, "fix": f.fix} for f in findings]
    return msgspec.json.format(msgspec.json.encode(found)).decode()
