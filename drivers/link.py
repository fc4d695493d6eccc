"""How a driver tells of its link: each change once, to the station and to the system log.

Responsible for saying nothing twice; the drivers know what has happened.
"""

import logging
from collections.abc import Callable

from station.ports import Clock, Link, LinkState

SAME_LOGGED_EACH_S = 600.0
"""How often the same reason for the same state reaches the system log, when reasons take turns."""


class LinkTeller:
    """Tells of changes in the link to one device. No pulse, no patient, only the device's name reaches the log."""

    def __init__(self, device: str, clock: Clock, tell: Callable[[Link], None]) -> None:
        self._device = device
        self._clock = clock
        self._tell = tell
        self._log = logging.getLogger(f"motbakke.{device}")
        self._told: Link | None = None
        self._lost_at_s: float | None = None
        self._logged_at_s: dict[Link, float] = {}
        self._remark = ""
        self._in_trouble = False
        self._kept_from_looking = False

    def looking(self, detail: str) -> None:
        """It is being looked for; that is no news while a trouble stands, with which it would take turns."""
        if not self._in_trouble:
            self.searching(detail)

    def searching(self, detail: str = "") -> None:
        """It is being looked for; one that was connected a moment ago is lost, and stays lost until it is back."""
        if self._told is not None and self._told.state is LinkState.CONNECTED:
            self.lost(detail)
        elif self._lost_at_s is None:
            self._change(Link(state=LinkState.SEARCHING, detail=detail))

    def trouble(self, detail: str) -> None:
        """Why it cannot be found or understood: staff must do something, so a lost device's detail changes, too."""
        self._in_trouble = True
        self._while_away(detail)

    def kept_from_looking(self, detail: str) -> None:
        """Why it cannot even be looked for."""
        self._kept_from_looking = True
        self.trouble(detail)

    def looked(self, detail: str) -> None:
        """It has been looked for: what kept from it is over."""
        if self._kept_from_looking:
            self._kept_from_looking = self._in_trouble = False
            self._while_away(detail)

    def lost(self, detail: str) -> None:
        """It was there, and is not now; or it is there and cannot be understood."""
        if self._lost_at_s is None:
            self._lost_at_s = self._clock.now_s()
        self._change(Link(state=LinkState.LOST, detail=detail))

    def connected(self) -> None:
        """It is there and speaks."""
        self._in_trouble = False
        detail = ""
        if self._lost_at_s is not None:
            detail = f"back after {self._clock.now_s() - self._lost_at_s:.0f} s"
            self._lost_at_s = None
        elif self._told is not None and self._told.state is LinkState.CONNECTED:
            return
        detail = "; ".join(part for part in (detail, self._remark) if part)
        self._change(Link(state=LinkState.CONNECTED, detail=detail))

    def remark(self, detail: str) -> None:
        """Something staff should know of a device that is there; told now, or as soon as it speaks."""
        self._remark = detail
        if self._told is not None and self._told.state is LinkState.CONNECTED:
            self._change(Link(state=LinkState.CONNECTED, detail=detail))

    def _while_away(self, detail: str) -> None:
        if self._lost_at_s is None:
            self.searching(detail)
        else:
            self.lost(detail)

    def _change(self, link: Link) -> None:
        if link == self._told:
            return
        new_state = self._told is None or self._told.state is not link.state
        self._told = link
        self._tell(link)
        # A line that is noise looks like another trouble each second; the log needs each once, not the flicker.
        now_s = self._clock.now_s()
        if not new_state and now_s - self._logged_at_s.get(link, float("-inf")) < SAME_LOGGED_EACH_S:
            return
        self._logged_at_s[link] = now_s
        level = logging.WARNING if link.state is LinkState.LOST else logging.INFO
        self._log.log(level, "%s %s%s", self._device, link.state, f": {link.detail}" if link.detail else "")
