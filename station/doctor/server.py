"""The clinic's server, from here: reachable, believed, and of the same opinion about the time."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from station.doctor.finding import About, Finding
from station.errors import SettingsError, StoreError
from station.settings import SyncTable
from station.sync.identity import expires
from station.sync.reach import reach
from station.sync.setup import to_mend
from station.sync.transport import Fault

MOST_APART_S = 60.0
"""Tokens are refused when the clocks differ by more; HelseID takes an assertion for 60 s."""
_WHAT_TO_DO = {
    Fault.UNREACHABLE: "check the cable or the network, then url in [sync]",
    Fault.CERTIFICATE: "its certificate does not hold: check the clock above, then authority in [sync]",
    Fault.BROKEN_OFF: "it breaks the connection off: it may want this station's certificate (certificate in [sync])",
    Fault.TOO_SLOW: "it answers too slowly: ask the clinic's IT",
    Fault.TOO_LONG: "what answers there is not the clinic's server: check url in [sync]",
}
REDIRECTED, BROKEN = 300, 500
NEEDS_A_TOKEN = (401, 403, 405)
"""It wants to know who asks even for this; whether our proof is good only an upload shows."""


def _shown(url: str) -> str:
    """The address, without what a password before its @ would tell."""
    return url.rpartition("@")[2]


def server(settings: SyncTable, data: Path, *, ask: bool = True) -> Iterator[Finding]:
    """Judge `[sync]`, and ask the server once, without anything of a patient; with `ask=False` nothing is asked."""
    if settings.url is None:
        yield Finding(about=About.SERVER, what="no server in the settings: sessions stay on the station")
        return
    try:
        mend = to_mend(settings, data, now=datetime.now(UTC))
        for sentence in mend:
            yield Finding(about=About.SERVER, what=f"server {_shown(settings.url)}", fix=sentence)
        if settings.certificate and not mend:
            until = expires(Path(settings.certificate))
            yield Finding(about=About.SERVER, what=f"own certificate, valid until {until:%Y-%m-%d}")
        if not ask:
            if not mend:
                yield Finding(about=About.SERVER, what=f"[sync] can be used; server {_shown(settings.url)} not asked")
            return
        found = reach(settings, data)
    except SettingsError:
        return  # told above
    except StoreError as error:
        yield Finding(about=About.SERVER, what=f"server {_shown(settings.url)}", fix=str(error))
        return
    what = f"server {found.base}"
    if found.trouble is not None:
        fix = f"{_WHAT_TO_DO[found.trouble.fault]} ({found.trouble.detail})"
        yield Finding(about=About.SERVER, what=what, fix=fix)
        return
    yield Finding(about=About.SERVER, what=f"{what} answers", fix=_of_status(found.status or BROKEN))
    if found.ahead_s is not None:
        apart = abs(found.ahead_s) > MOST_APART_S
        side = "ahead of" if found.ahead_s > 0 else "behind"
        yield Finding(
            about=About.SERVER,
            what=f"clock {abs(found.ahead_s):.0f} s {side} the server's",
            fix="set it: `sudo timedatectl set-ntp true`, or ask the clinic's IT about theirs" if apart else "",
        )


def _of_status(status: int) -> str:
    if status >= BROKEN:
        return f"with {status}: the server is in trouble, ask the clinic's IT"
    if status >= REDIRECTED and status not in NEEDS_A_TOKEN:
        return f"with {status}: this is not the server's address, check url in [sync]"
    return ""
