"""What the commands `sync` and `enrol` do: sending from the command line, and showing who the station is."""

import logging
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import segno

from station.clock import RealClock
from station.errors import SettingsError
from station.settings import SyncTable
from station.store import outbox, people, sync_notes
from station.store.retention import erase
from station.store.sessions import Store
from station.sync.audit_copy import copied, waiting
from station.sync.delivery import Delivery
from station.sync.housekeeping import clock_corrected, erasures_told, tidied
from station.sync.identity import Identity, enrolled, rotated, switched
from station.sync.sealing import Seal, sealed
from station.sync.service import serve
from station.sync.setup import delivery, seal, to_mend
from station.sync.worker import SyncReport, sync_once

log = logging.getLogger(__name__)


def sync_now(settings: SyncTable, data: Path, *, again: bool = False) -> SyncReport:
    """Try every session that waits, once; with `again` the blocked and rejected ones, too.

    Raises:
        SettingsError: the settings do not say where to, or prove nothing.
        StoreError: there is no store, or another sync is at work.
    """
    clock = RealClock()
    way, sealing = _way(settings, data, clock, clock.wait)
    if again:
        _try_again(data)
    for line in erasures_told(data, way):
        log.warning("%s", line)
    clock_corrected(data, now_s=clock.now_s(), wall=clock.wall())
    report = sync_once(data, way, even_if_waiting=True)
    if sealing:
        sealed(data, way, sealing, now=datetime.now(UTC))
    _copy_audit(data, way, at_once=True)
    return report


def sync_for_ever(settings: SyncTable, data: Path, *, again: bool = False) -> None:
    """Send what is finished, at the service's pace, until told to stop by a signal.

    Raises:
        SettingsError: the settings do not say where to, or prove nothing.
        StoreError: there is no store, or another sync is at work.
    """
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    clock = RealClock()
    way, sealing = _way(settings, data, clock, stop.wait)
    looked_on = clock.wall().date()
    if again:
        _try_again(data)

    def step() -> SyncReport:
        nonlocal way, sealing, looked_on
        if (today := clock.wall().date()) != looked_on:
            looked_on = today
            way, sealing = _way_anew(settings, data, clock, stop.wait) or (way, sealing)
        tidied(data, keep_days=settings.keep_days, now=datetime.now(UTC))
        for line in erasures_told(data, way):
            log.warning("%s", line)
        clock_corrected(data, now_s=clock.now_s(), wall=clock.wall())
        report = sync_once(data, way, most=1)
        if sealing:
            sealed(data, way, sealing, now=datetime.now(UTC), most=1)
        _copy_audit(data, way, at_once=False)
        return report

    serve(
        data,
        step,
        wait=stop.wait,
        tell=lambda line: print(line, flush=True),  # noqa: T201  # the service's journal
        during_sessions=settings.during_sessions,
    )


def print_identity(data: Path, *, rotate: bool = False, switch: bool = False) -> None:
    """Print who the station is, for the clinic's IT; before that, make its next key, or put that in use.

    Raises:
        SettingsError: the key cannot be read or kept, or there is no next one.
        StoreError: there is no store in the folder.
    """
    with Store.at(data) as store:
        station_id = store.station_id
    identity = (switched if switch else rotated if rotate else enrolled)(data, station_id)
    lines = [
        f"Station      {identity.station_id}",
        f"Key id       {identity.key_id}",
        f"Fingerprint  {identity.fingerprint}",
        f"Public key   {identity.public_keys_path} (JWK set, for SMART Backend Services)",
        f"Request      {identity.request_path} (certificate request, for mTLS)",
    ]
    if identity.next:
        lines[3:3] = [f"Next key id  {identity.next.key_id}", f"Fingerprint  {identity.next.fingerprint}"]
        lines.append("Register the next key; then put it in use with: motbakke enrol --switch")
    sys.stdout.write("\n".join([*_not_as_before(identity), *lines]) + "\n\n")
    segno.make(identity.code, micro=False).terminal(sys.stdout, compact=True)


def _not_as_before(identity: Identity) -> Iterator[str]:
    """What the clinic has to do anew, where what it knows of this station does not fit any more."""
    if identity.key_was_lost:
        yield "The key was missing: this one is new, and so is the request. A certificate or a registration of the old"
        yield "key does not fit any more. Have clinic IT register the public key below (SMART), or sign the request"
        yield "below and put the new certificate in the old one's place (mTLS)."
    if identity.renamed:
        yield "The station has another id than before, because its records were begun anew; so the request is new. Tell"
        yield "clinic IT the id, have the request signed and the new certificate put in the old one's place (mTLS)."
    if identity.key_was_lost or identity.renamed:
        yield ""


def erase_patient(data: Path, code: str, *, certain: Callable[[str], object]) -> None:
    """Delete everything of the patient behind this code, and say what came of it.

    `certain` is given the code as it is stored, and raises when it is not to be.

    Raises:
        StoreError: there is no store in the folder, nobody has the code, or the disk fails.
    """
    with Store.at(data) as store:
        code = people.stored_code(store.connection, code)
        certain(code)
        erased = erase(store.connection, code, now=datetime.now(UTC), data=data)
    here = f"{erased.sessions} sessions and {erased.entries} entries erased here"
    lines = [f"{here}; {erased.to_tell_the_server} sessions to be erased on the server."]
    if erased.training_now:
        lines.append("A session of this patient is running: erase again when it has ended.")
    if not erased.log_emptied:
        lines.append("The database's log is in use by a running station: the next erasure or purge empties it.")
    lines += [f"This file may still hold something of the patient; delete it: {path}" for path in erased.out_of_reach]
    sys.stdout.write("\n".join(lines) + "\n")


def _copy_audit(data: Path, way: Delivery, *, at_once: bool) -> None:
    with Store.at(data) as store:
        for line in copied(store, way, now=datetime.now(UTC), at_once=at_once):
            log.info("%s", line)
        if at_once and (left := waiting(store)):
            log.warning("%d rows of the audit have not reached the server", left)


def _way(
    settings: SyncTable, data: Path, clock: RealClock, wait: Callable[[float], object]
) -> tuple[Delivery, Seal | None]:
    """How to send and how to seal; what somebody must mend is noted in the store, where the station can show it."""
    mend = to_mend(settings, data, now=clock.wall())
    with Store.at(data) as store:
        sync_notes.keep(store.connection, mend, settings=settings)
    ready = delivery(settings, data, now_s=clock.now_s, wait=wait), seal(settings)
    for sentence in mend:
        log.warning("%s", sentence)
    return ready


def _way_anew(
    settings: SyncTable, data: Path, clock: RealClock, wait: Callable[[float], object]
) -> tuple[Delivery, Seal | None] | None:
    """The same a day later, so that a renewed certificate is used; None: it cannot be, and the one before goes on."""
    try:
        return _way(settings, data, clock, wait)
    except SettingsError as error:
        log.warning("%s", error)
        return None


def _try_again(data: Path) -> None:
    with Store.at(data) as store:
        outbox.give_another_try(store.connection)
