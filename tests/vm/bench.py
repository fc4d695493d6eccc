"""The bench's hands and eyes: the machine, what stands around it, and what has been found."""

import re
import sys
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pygame
from machine import Machine, until
from room import TreadmillOnACable

HOUSE = "/mnt/host"
"""Where this tree lies in the guest, read-only."""
GUEST = f"{HOUSE}/tests/vm/guest"
BACKGROUND = (10, 15, 23)
STOP = 17
ASK = """runuser -u motbakke -- python3 - <<'PYTHON'
import sqlite3
database = sqlite3.connect("file:/var/lib/motbakke/motbakke.sqlite3?mode=ro", uri=True, timeout=10)
print(*database.execute(\"\"\"{sql}\"\"\").fetchone())
PYTHON"""


class Bench:
    """The machine, what stands around it, and what has been found."""

    def __init__(self, machine: Machine, cable: TreadmillOnACable, folder: Path) -> None:
        self.machine, self.cable, self.folder = machine, cable, folder
        self.server = f"http://127.0.0.1:{machine.server_port}/fhir"
        """The clinic's server in the guest, as it is reached from here."""
        self.results: list[tuple[str, str, float, str]] = []

    def step(self, name: str, do: Callable[[], str]) -> bool:
        """Do one thing and note how it went."""
        began = time.monotonic()
        try:
            said, how = do(), "ok"
        except Exception as error:  # noqa: BLE001  # the next steps are worth their result, too
            said, how = str(error)[-400:], "FAILED"
        took_s = time.monotonic() - began
        self.results.append((name, how, took_s, said))
        sys.stdout.write(f"{name:22}{how:8}{took_s:6.0f} s  {said}\n")
        sys.stdout.flush()
        return how == "ok"

    def keep_journal(self, name: str) -> None:
        """What this boot's journal says, for whoever looks later."""
        (self.folder / name).write_text(self.machine.run("journalctl --no-pager -o short-monotonic"))

    def log(self, *, unit: str = "motbakke") -> str:
        return self.machine.run(f"journalctl -u {unit} --no-pager -o cat")

    def told(self, pattern: str, within_s: float = 240.0, since: int = 0) -> None:
        until(lambda: re.search(pattern, self.log()[since:]), within_s, f"the journal says {pattern!r}", every_s=1.0)

    def asked(self, sql: str) -> list[str]:
        return self.machine.run(ASK.format(sql=sql)).split()

    def pins(self, *words: object) -> str:
        return self.machine.run(f"{GUEST}/pins {' '.join(map(str, words))}").strip()

    def strap(self, words: str) -> str:
        talk = "import socket,sys; s=socket.socket(socket.AF_UNIX); s.connect('/run/virtual-strap');"
        talk += " s.sendall(sys.argv[1].encode()+b'\\n'); print(s.recv(999).decode())"
        return self.machine.run(f'python3 -c "{talk}" "{words}"').strip()

    def picture(self, name: str) -> Counter[tuple[int, ...]]:
        """The colours on the screen, and how many pixels have each; the picture is kept."""
        shot = self.machine.screenshot(self.folder / f"{name}.png")
        image = pygame.image.load(shot)
        assert image.get_size() == (800, 480), image.get_size()
        return Counter(tuple(image.get_at((x, y)))[:3] for x in range(0, 800, 2) for y in range(0, 480, 2))

    def runs(self, within_s: float = 180.0) -> None:
        """Wait until systemd has the station up; somebody's hand has left the STOP button alone."""
        self.pins("close", STOP)
        until(lambda: self.is_active("motbakke"), within_s, "the station runs", every_s=1.0)

    def is_active(self, unit: str) -> bool:
        return self.machine.run(f"systemctl is-active {unit}", check=False).strip() == "active"

    def shows_a_page(self, name: str) -> str:
        colours = self.picture(name)
        share = colours[BACKGROUND] / sum(colours.values())
        assert share > 0.2, f"the background is {share:.0%} of the picture"
        assert len(colours) > 30, f"only {len(colours)} colours: no smooth letters"
        return f"{len(colours)} colours, background {share:.0%}"
