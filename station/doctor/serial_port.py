"""The treadmill's serial port: whether it is there, may be opened, and is nobody else's.

Responsible for looking: the port is not opened, for some treadmills take an opened port for a master.
"""

import os
from collections.abc import Iterator
from pathlib import Path

from station.doctor.finding import Finding
from station.doctor.machine import Machine

OURS = "motbakke"
LET_ALONE = ("E:ID_MM_PORT_IGNORE=1", "E:ID_MM_DEVICE_IGNORE=1")
"""What udev remembers of a port that ModemManager may not touch."""
MODEM_MANAGER = (
    "it sends modem commands to new serial ports: `systemctl disable --now ModemManager`, or install the station's "
    "udev rules and plug the cable in anew"
)
BRLTTY = "it takes USB serial adapters for Braille displays: `apt remove brltty`"


def serial_port(path: Path, machine: Machine) -> Iterator[Finding]:
    """What there is to say of this port on that machine."""
    yield from _port(path, machine)
    running = {name for _, name in _processes(machine)}
    if "ModemManager" in running:
        let_alone = path.exists() and _udev_says(path, machine, LET_ALONE)
        what = "ModemManager runs, and leaves the port alone" if let_alone else "ModemManager runs"
        yield Finding(what=what, fix="" if let_alone else MODEM_MANAGER)
    if "brltty" in running:
        yield Finding(what="brltty runs", fix=BRLTTY)


def _port(path: Path, machine: Machine) -> Iterator[Finding]:
    if not path.exists():
        yield Finding(what=f"port {path}", fix="it is not there: plug the cable in, or correct port in [treadmill]")
        return
    may_open = os.access(path, os.R_OK | os.W_OK)
    if not may_open:
        yield Finding(what=f"port {path}", fix="you may not open it: `adduser <the station's user> dialout`")
    holders, hidden = _holders(path.resolve(), machine)
    for number, name in holders:
        # The doctor may be asked while the station runs.
        fix = "" if name == OURS else f"{name} (process {number}) holds it: stop that program"
        yield Finding(what=f"port {path}" if fix else f"port {path}, held by {OURS} (process {number})", fix=fix)
    if may_open and not holders:
        yield Finding(what=f"port {path}, held by nobody{' that you may see: ask as root' if hidden else ''}")
    if path.resolve() == path and path.name.startswith("tty"):
        yield Finding(what=f"name {path}", fix="it may change when replugged: use a name of /dev/serial/by-id/")


def _holders(port: Path, machine: Machine) -> tuple[list[tuple[int, str]], bool]:
    """Who holds it, this process left out; and whether there are processes that may not be looked into."""
    holders, hidden = [], False
    for number, name in sorted(_processes(machine)):
        try:
            held = [entry.readlink() for entry in (machine.at("/proc") / str(number) / "fd").iterdir()]
        except PermissionError:
            hidden = True
            continue
        except OSError:  # it has just ended
            continue
        if port in held and number != os.getpid():
            holders.append((number, name))
    return holders, hidden


def _processes(machine: Machine) -> Iterator[tuple[int, str]]:
    proc = machine.at("/proc")
    for folder in proc.iterdir() if proc.is_dir() else ():
        name = machine.text(f"/proc/{folder.name}/comm") if folder.name.isdigit() else None
        if name is not None:
            yield int(folder.name), name


def _udev_says(path: Path, machine: Machine, words: tuple[str, ...]) -> bool:
    node = path.stat().st_rdev
    told = machine.text(f"/run/udev/data/c{os.major(node)}:{os.minor(node)}") or ""
    return any(line in words for line in told.splitlines())
