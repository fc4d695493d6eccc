"""Tells the service manager that the station is alive: that it ticks on time, and that its picture is being painted.

Responsible for when systemd hears of it, and for the few bytes it hears (sd_notify(3)). What happens when it hears
nothing for too long is the unit's: systemd/motbakke.service.
"""

import logging
import os
import socket
from collections.abc import Callable, Mapping

log = logging.getLogger(__name__)

LATEST_TICK_S = 1.0
"""A tick that comes later than this belongs to a station that hangs or is starved."""
OLDEST_PICTURE_S = 3.0
"""The screen paints each second anew; a picture older than this stands still, and its heart rate is a lie."""

Tell = Callable[[str], None]


class Watchdog:
    """Feeds systemd's watchdog with each good tick, and says once when it stops doing so."""

    def __init__(self, tell: Tell) -> None:
        self._tell = tell
        self._ready = False
        self._why = ""

    def ticked(self, *, due_s: float, now_s: float, painted_s: float | None) -> None:
        """Take note of a tick that was due at one instant and came at another.

        `painted_s` is the second of the picture on the screen, minus infinity before the first one, and None where
        there is no screen to paint.
        """
        why = _what_is_wrong(late_s=now_s - due_s, picture_s=None if painted_s is None else due_s - painted_s)
        if self._ready and why != self._why:
            log.warning(
                "the watchdog is fed again" if not why else "the watchdog is not fed: %s", *([why] if why else [])
            )
        self._why = why
        if why:
            return
        self._tell("WATCHDOG=1" if self._ready else "READY=1\nWATCHDOG=1")
        self._ready = True

    def stopping(self) -> None:
        """Say that the station ends because it was told to."""
        self._tell("STOPPING=1")


def _what_is_wrong(*, late_s: float, picture_s: float | None) -> str:
    if late_s > LATEST_TICK_S:
        return "the ticks come late"
    if picture_s is not None and picture_s > OLDEST_PICTURE_S:
        return "the screen is not being painted"
    return ""


def systemd(environment: Mapping[str, str] = os.environ) -> Tell | None:
    """How to tell systemd something, or None where it did not start this program (or does not want to hear)."""
    address = environment.get("NOTIFY_SOCKET", "")
    if not address:
        return None
    if address.startswith("@"):
        address = "\0" + address[1:]

    def tell(state: str) -> None:
        try:
            with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as line:
                line.setblocking(False)
                line.sendto(state.encode("ascii"), address)
        except OSError as error:
            # systemd itself is away or busy: it will hear the next tick, or restart a station that is well.
            log.debug("systemd could not be told: %s", error)

    return tell
