"""The clinic's server, from here: reachable, believed, and of the same opinion about the time."""

import os
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from station.doctor.finding import About, Finding
from station.errors import SettingsError, StoreError
from station.settings import SyncTable
from station.store.sessions import Store
from station.sync.identity import FOLDER, expires, requested_for
from station.sync.reach import reach
from station.sync.setup import to_mend
from station.sync.transport import Fault
from station.sync.verdict import Meaning

MOST_APART_S = 60.0
"""Tokens are refused when the clocks differ by more; HelseID takes an assertion for 60 s."""
_WHAT_TO_DO = {
    Fault.UNREACHABLE: "check the cable or the network, then url in [sync]",
    Fault.CERTIFICATE: "its certificate does not hold: check the clock above, then authority in [sync]",
    Fault.BROKEN_OFF: "it breaks the connection off: it may want this station's certificate (certificate in [sync])",
    Fault.TOO_SLOW: "it answers too slowly: ask the clinic's IT",
    Fault.TOO_LONG: "what answers there is not the clinic's server: check url in [sync]",
}


def _shown(url: str) -> str:
    """The address, without what a password before its @ would tell."""
    return url.rpartition("@")[2]


def _not_for_us(settings: SyncTable, data: Path) -> Path | None:
    """What the sync would read and whoever asks may not: on an installed station the station's user is not the sync."""
    own = data / FOLDER if settings.key is None and (settings.client_id or settings.certificate) else None
    theirs = [Path(path) for path in (settings.key, settings.token_file) if path]
    there = [path for path in (own, *theirs) if path and path.exists()]
    return next((path for path in there if not os.access(path, os.R_OK, effective_ids=True)), None)


def _known_by_name(data: Path) -> Iterator[Finding]:
    """Whether the clinic was asked to know this station by the id that it has now."""
    try:
        with Store.looked_at(data) as store:
            station_id = store.station_id
    except StoreError:
        return  # told of the records
    if (asked := requested_for(data)) is not None and asked != station_id:
        yield Finding(
            about=About.SERVER,
            what=f"this station's id {station_id}",
            fix=f"the clinic was asked to know it as {asked}, as before its records were begun anew: say "
            "`sudo motbakke enrol`, and have clinic IT sign or register what it shows",
        )


def server(settings: SyncTable, data: Path, *, ask: bool = True) -> Iterator[Finding]:
    """Judge `[sync]`, and ask the server once, without anything of a patient; with `ask=False` nothing is asked."""
    if settings.url is None:
        yield Finding(about=About.SERVER, what="no server in the settings: sessions stay on the station")
        return
    if shut := _not_for_us(settings, data):
        what = f"[sync] is judged by `sudo motbakke doctor`: {shut} is for the sync alone"
        yield Finding(about=About.SERVER, what=what)
        return
    yield from _known_by_name(data)
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
    what = f"server {found.base}"
    if found.trouble is not None:
        fix = f"{_WHAT_TO_DO[found.trouble.fault]} ({found.trouble.detail})"
        yield Finding(about=About.SERVER, what=what, fix=fix)
        return
    well = found.verdict.meaning is Meaning.ACKED
    yield Finding(about=About.SERVER, what=f"{what} answers", fix="" if well else found.verdict.sentence)
    if found.ahead_s is not None:
        apart = abs(found.ahead_s) > MOST_APART_S
        side = "ahead of" if found.ahead_s > 0 else "behind"
        yield Finding(
            about=About.SERVER,
            what=f"clock {abs(found.ahead_s):.0f} s {side} the server's",
            fix="set it: `sudo timedatectl set-ntp true`, or ask the clinic's IT about theirs" if apart else "",
        )
