"""The bench: the installed station in a virtual machine, with everything around it that can be real.

Real there: systemd and our units, bluetoothd and bleak, the FTDI driver, gpiozero and lgpio, KMSDRM, the file system.
Virtual: the air (Bumble), the cable's other end, the pins, the screen's glass. Run it with `tests/vm/run`.
"""

import argparse
import json
import re
import sys
import time
import urllib.request
from collections import Counter
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

import pygame
from cuts import cut_often
from machine import Machine, until
from room import TreadmillOnACable, clinic

GUEST = "/mnt/host/tests/vm/guest"
HOUSE = Path(__file__).resolve().parents[2]
BACKGROUND = (10, 15, 23)
BACK, MINUS, PLUS, OK = 5, 6, 13, 19
STOP, STOP_LAMP = 17, 23
ASK = """runuser -u motbakke -- python3 - <<'PYTHON'
import sqlite3
database = sqlite3.connect("file:/var/lib/motbakke/motbakke.sqlite3?mode=ro", uri=True, timeout=10)
print(*database.execute(\"\"\"{sql}\"\"\").fetchone())
PYTHON"""


class Bench:
    """The machine, what stands around it, and what has been found."""

    def __init__(self, machine: Machine, cable: TreadmillOnACable, server: str, folder: Path) -> None:
        self.machine, self.cable, self.server, self.folder = machine, cable, server, folder
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

    def log(self, *, unit: str = "motbakke") -> str:
        return self.machine.run(f"journalctl -u {unit} --no-pager -o cat")

    def told(self, pattern: str, within_s: float = 120.0, since: int = 0) -> None:
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

    def shows_a_page(self, name: str) -> str:
        colours = self.picture(name)
        share = colours[BACKGROUND] / sum(colours.values())
        assert share > 0.2, f"the background is {share:.0%} of the picture"
        assert len(colours) > 30, f"only {len(colours)} colours: no smooth letters"
        return f"{len(colours)} colours, background {share:.0%}"


def furnish(bench: Bench) -> str:
    """The air, the pins, the settings; the cable is plugged in. Then the station is started by systemd."""
    run = bench.machine.run
    run("systemctl stop motbakke motbakke-failure; mountpoint /var/lib/motbakke")
    run(f"{GUEST}/pins up; modprobe hci_vhci")
    run(f"systemd-run -q --unit=virtual-strap /opt/bench/bin/python {GUEST}/virtual_strap.py")
    # Health data never goes in the open, so the clinic's server is on the guest's own address, and relayed from there.
    relay = "/usr/bin/systemd-socket-activate -l 127.0.0.1:8080 /usr/lib/systemd/systemd-socket-proxyd 10.0.2.100:8080"
    run(f"systemd-run -q --unit=clinic {relay}")
    run(f"install -m 640 -g motbakke {GUEST}/station.toml /etc/motbakke/station.toml")
    # Emulation is slow to say goodbye, too.
    run(
        "mkdir -p /run/systemd/system/motbakke.service.d && cd /run/systemd/system/motbakke.service.d &&"
        " printf '[Service]\\nTimeoutStopSec=90\\n' > slow.conf && systemctl daemon-reload"
    )
    bench.machine.plug_in()
    until(lambda: "ok" in run("test -e /dev/treadmill && echo ok", check=False), 30, "/dev/treadmill, by our udev rule")
    run("systemctl start motbakke", within_s=180)
    bench.pins("close", STOP)
    active = run("systemctl is-active motbakke bluetooth motbakke-sync.timer").split()
    assert active == ["active"] * 3, active
    return f"/dev/treadmill is {run('readlink -f /dev/treadmill').strip()}; units active"


def hardened(bench: Bench) -> str:
    """What systemd itself says of the running units' exposure."""
    said = []
    for unit in ("motbakke", "motbakke-sync"):
        last = bench.machine.run(f"systemd-analyze security --no-pager {unit}.service | tail -1")
        score = float(re.findall(r"\d+\.\d+", last)[0])
        assert score <= 2.0, f"{unit}: {score}"
        said.append(f"{unit} {score}")
    status = bench.machine.run("cat /proc/$(systemctl show -P MainPID motbakke)/status")
    assert "NoNewPrivs:\t1" in status
    return ", ".join(said)


def beats(bench: Bench) -> str:
    """bleak, the real bluetoothd, hci_vhci: found, beating, dropped and found again."""
    bench.told("strap connected")
    began = time.monotonic()
    mark = len(bench.log())
    bench.strap("drop")
    bench.told("strap connected: back", since=mark)
    return f"found; dropped and back after {time.monotonic() - began:.0f} s of this clock"


def gone_for_75_s(bench: Bench) -> str:
    """BlueZ forgets a strap after some 30 s: it must be found anew."""
    until(lambda: ", connected" in bench.strap("beats 96"), 120, "the strap is connected", every_s=1.0)
    mark = len(bench.log())
    bench.strap("gone")
    bench.told("strap lost", since=mark)
    time.sleep(75)
    began = time.monotonic()
    on_air = bench.strap("back")
    try:
        bench.told("strap connected: back", since=mark)
    except TimeoutError as error:
        message = f"{error}; the strap was {on_air}, and is {bench.strap('back')}"
        raise TimeoutError(message) from error
    return f"found again {time.monotonic() - began:.0f} s after it came back"


def keys(bench: Bench) -> str:
    """Presses on gpio-sim's lines, through lgpio and gpiozero, change the page."""
    before = bench.picture("page-before-the-key")
    bench.pins("press", OK)
    until(lambda: bench.picture("page-after-the-key") != before, 30, "a key changes the page", every_s=1.0)
    assert bench.pins("level", STOP_LAMP) == "0"
    return "OK changed the page; STOP's lamp is dark"


def cable(bench: Bench) -> str:
    """The adapter is pulled out and plugged in again: lost once, found once, under the same name."""
    mark = len(bench.log())
    bench.machine.pull_out()
    bench.told("treadmill (lost|searching)", since=mark)
    bench.machine.plug_in()
    bench.told("treadmill connected: back", since=mark)
    assert bench.cable.console.belt_commands == []
    return f"lost and back; {bench.cable.questions} bytes of questions, none that moves a belt"


def begins(bench: Bench) -> str:
    """Somebody walks: the session opens, is stored, and STOP's lamp is lit."""
    bench.strap("beats 118")
    bench.cable.walk(5.0, 3.0)
    until(lambda: int(bench.asked("SELECT count(*) FROM reading")[0]) >= 5, 60, "five seconds are stored", every_s=1.0)
    until(lambda: bench.pins("level", STOP_LAMP) == "1", 20, "STOP's lamp is lit")
    speed, incline, beats_now = bench.asked(
        "SELECT speed_kmh, incline_percent, heart_rate_bpm FROM reading ORDER BY n DESC LIMIT 1"
    )
    assert beats_now == "118", beats_now
    return f"{speed} km/h, {incline} %, {beats_now} bpm stored; lamp lit; {bench.shows_a_page('training')}"


def watched(bench: Bench) -> str:
    """The process is stopped dead: systemd's watchdog kills and starts it, and the same session goes on."""
    run = bench.machine.run
    stored, session = bench.asked("SELECT count(*), max(id) FROM reading, session")
    before = int(run("systemctl show -P NRestarts motbakke"))
    began = time.monotonic()
    run("kill -STOP $(systemctl show -P MainPID motbakke)")
    until(lambda: int(run("systemctl show -P NRestarts motbakke")) > before, 60, "systemd restarts it", every_s=0.5)
    killed_s = time.monotonic() - began
    until(lambda: run("systemctl is-active motbakke", check=False).strip() == "active", 120, "it is up", every_s=0.5)
    bench.pins("close", STOP)
    until(lambda: int(bench.asked("SELECT count(*) FROM reading")[0]) > int(stored) + 3, 60, "seconds go on", every_s=1)
    until(lambda: ", connected" in bench.strap("beats 120"), 120, "the strap is heard again", every_s=1.0)
    sessions, same = bench.asked("SELECT count(*), max(id) FROM session")
    assert "Watchdog timeout" in bench.log()
    assert (sessions, same) == ("1", session), (sessions, same)
    return f"killed after {killed_s:.0f} s, up after {time.monotonic() - began:.0f} s, the same session goes on"


def sent(bench: Bench) -> str:
    """The session runs to its end, and the sync unit sends it to the clinic's server."""
    closed = "SELECT count(*) FROM session WHERE state = 'closed'"
    until(lambda: bench.asked(closed) == ["1"], 360, "the session ends by its own plan", every_s=2.0)
    bench.cable.treadmill.stop()
    bench.machine.run("systemctl restart motbakke-sync")
    until(lambda: _observations(bench.server) >= 7, 120, "the server has it", every_s=2.0)
    bench.machine.run("systemctl restart motbakke-sync")
    time.sleep(10)
    assert _observations(bench.server) == 7, _observations(bench.server)
    return f"7 Observations on the server, after a second sync, too; {bench.shows_a_page('summary')}"


def _observations(server: str) -> int:
    with urllib.request.urlopen(f"{server}/Observation?_summary=count", timeout=20) as answer:  # noqa: S310
        return int(json.load(answer)["total"])


def main() -> int:
    """Build nothing, boot once, do every step; 0 when all is well."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("image", type=Path)
    asked.add_argument("folder", type=Path)
    asked.add_argument("--cuts", type=int, default=20, help="power cuts in mid-session")
    asked.add_argument("--careless-cuts", type=int, default=20, help="with synchronous=NORMAL: they must lose seconds")
    asked.add_argument("--skip", default="", help="steps to leave out, with commas between")
    told = asked.parse_args()
    skipped = set(told.skip.split(","))
    shares = {"host": HOUSE, "wheels": told.folder / "wheels"}
    began = time.monotonic()
    with ExitStack() as stack:
        server_folder = told.folder / "clinic"
        server_folder.mkdir(exist_ok=True)
        server = stack.enter_context(clinic(server_folder))
        port = int(server.split(":")[2].split("/")[0])
        machine = stack.enter_context(Machine(told.image, told.folder, shares=shares, server_port=port))
        cord = stack.enter_context(TreadmillOnACable(machine.treadmill_socket).connected())
        bench = Bench(machine, cord, server, told.folder)
        sys.stdout.write(f"booted after {time.monotonic() - began:.0f} s\n")
        bench.step("station", lambda: furnish(bench))
        steps: dict[str, Callable[[Bench], str]] = {
            "sandbox": hardened,
            "screen": lambda one: one.shows_a_page("waiting"),
            "strap": beats,
            "cable": cable,
            "keys": keys,
            "session": begins,
            "watchdog": watched,
            "upload": sent,
            "strap gone 75 s": gone_for_75_s,
            "power cuts": lambda one: cut_often(one, told.cuts),
            "careless cuts bite": lambda one: cut_often(one, told.careless_cuts, careless=True),
        }
        for name, do in steps.items():
            if name not in skipped:
                bench.step(name, lambda do=do: do(bench))  # type: ignore[misc]
        (told.folder / "journal").write_text(machine.run("journalctl --no-pager -o short-monotonic"))
    failed = sum(how != "ok" for _, how, _, _ in bench.results)
    sys.stdout.write(f"{len(bench.results) - failed} passed, {failed} failed, {time.monotonic() - began:.0f} s\n")
    return min(failed, 1)


if __name__ == "__main__":
    sys.exit(main())
