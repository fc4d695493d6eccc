"""The machine under the station: clock, disk, sound, pins. `Machine` is where a test puts a tree of its own."""

import importlib.util
import os
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from station.doctor.finding import About, Finding
from station.settings import PanelTable, SoundTable
from station.store.boot import ClockQuality, clock_quality
from station.store.space import free_bytes, no_room_told

WORN_FROM = 9
"""eMMC tells its wear in tenths: 9 is 80-90 % of its life (JEDEC eMMC 5.1, EXT_CSD 268-269)."""
READ_ONLY = os.ST_RDONLY


@dataclass(frozen=True, slots=True, kw_only=True)
class Machine:
    """A machine, by the root of its file system."""

    root: Path = Path("/")

    def at(self, path: str) -> Path:
        """This path on that machine."""
        return self.root / path.lstrip("/")

    def text(self, path: str) -> str | None:
        """What stands in this file, None where there is none that can be read."""
        try:
            return self.at(path).read_text(encoding="utf-8", errors="replace").strip()
        except OSError:
            return None


def clock(machine: Machine) -> Iterator[Finding]:
    """Whether the time is known, and survives a power cut."""
    synced = clock_quality(machine.at("/run/systemd/timesync/synchronized")) is ClockQuality.SYNCED
    yield Finding(
        about=About.CLOCK,
        what="clock set over the network" if synced else "clock",
        fix=""
        if synced
        else "not set over the network since this boot: connect the station, or check `timedatectl`; "
        "sessions are kept all the same, and their times marked",
    )
    name = machine.text("/sys/class/rtc/rtc0/name")
    yield Finding(
        about=About.CLOCK,
        what=f"real-time clock {name}" if name else "real-time clock",
        fix=""
        if name
        else "none: without the network the station starts with a wrong date; a Pi 5 has one (fit its battery), "
        "for others there are modules (DS3231)",
    )


def disk(machine: Machine, data: Path) -> Iterator[Finding]:
    """Room, whether it can be written, and what the card tells of its wear."""
    if data.is_file():
        fix = "it is a file, no folder: name the records' folder with --data, or in [store]"
        yield Finding(about=About.DISK, what=str(data), fix=fix)
        return
    free = free_bytes(data)
    if free is None:
        yield Finding(
            about=About.DISK, what=f"folder {data}", fix="it is not there: start the station once, or reinstall"
        )
        return
    yield Finding(about=About.DISK, what=f"room: {free / 1e9:.1f} GB", fix=no_room_told(data) or "")
    if os.statvfs(data).f_flag & READ_ONLY:
        yield Finding(
            about=About.DISK,
            what=f"folder {data}",
            fix="its disk is read-only: after a fault the kernel makes it so (see `dmesg`); replace the card",
        )
    faults = {
        path.parent.name: count
        for path in sorted(machine.at("/sys/fs/ext4").glob("*/errors_count"))
        if (count := path.read_text(encoding="ascii").strip()) != "0"
    }
    for name, count in faults.items():
        yield Finding(
            about=About.DISK, what=f"file system {name}: {count} errors", fix="copy the records, and replace the card"
        )
    yield from _wear(machine)


def _wear(machine: Machine) -> Iterator[Finding]:
    for path in sorted(machine.at("/sys/block").glob("mmcblk*/device/life_time")):
        tenths = max((int(word, 16) for word in path.read_text(encoding="ascii").split()), default=0)
        if tenths:
            yield Finding(
                about=About.DISK,
                what=f"wear of {path.parts[-3]}: {10 * tenths - 10}-{10 * tenths} %",
                fix="replace it soon" if tenths >= WORN_FROM else "",
            )


def sound(machine: Machine, table: SoundTable) -> Iterator[Finding]:
    """Whether there is something to be heard with; the station trains without it, too."""
    if not table.on:
        yield Finding(about=About.SOUND, what="sound is switched off in [sound]")
        return
    cards = [
        line.partition("]: ")[2] for line in (machine.text("/proc/asound/cards") or "").splitlines() if "]: " in line
    ]
    yield Finding(
        about=About.SOUND,
        what=f"sound card {', '.join(cards)}" if cards else "sound card",
        fix="" if cards else "there is none: connect the screen's loudspeakers over HDMI, or set on = false in [sound]",
    )
    if table.own_voices and not machine.at(table.own_voices).is_dir():
        yield Finding(
            about=About.SOUND, what=f"own_voices {table.own_voices}", fix="there is no such folder: correct [sound]"
        )


def pins(machine: Machine, table: PanelTable | None) -> Iterator[Finding]:
    """Whether keys and lamps can be reached; nothing is switched."""
    if table is None:
        yield Finding(about=About.PINS, what="no pins in the settings: keyboard and touch only")
        return
    chips = sorted(path.name for path in machine.at("/dev").glob("gpiochip*"))
    yield Finding(
        about=About.PINS,
        what=f"pins on {', '.join(chips)}" if chips else "pins",
        fix="" if chips else "this machine has none: leave [panel] out of the settings",
    )
    if importlib.util.find_spec("lgpio") is None:
        yield Finding(
            about=About.PINS,
            what="lgpio",
            fix="it is missing: `sudo apt install python3-lgpio`, then run install.sh again; never take it from PyPI",
        )
    used = [pin for pin in (table.stop, table.knob_press, table.stop_lamp, table.call_lamp) if pin is not None]
    used += [*(table.keys or ()), *(table.knob or ())]
    for twice in sorted({pin for pin in used if used.count(pin) > 1}):
        yield Finding(
            about=About.PINS, what=f"pin {twice}", fix="two things are connected to it in [panel]: correct one"
        )


def edid_size_mm(edid: bytes) -> tuple[int, int] | None:
    """A screen's width and height in mm by its EDID (VESA E-EDID 1.4: bytes 66-68, else 21-22), if it tells."""
    if len(edid) < 128 or not edid.startswith(b"\x00\xff\xff\xff\xff\xff\xff\x00"):  # noqa: PLR2004
        return None
    (clock_of_first,) = struct.unpack_from("<H", edid, 54)
    if clock_of_first:
        width, height = edid[66] | (edid[68] & 0xF0) << 4, edid[67] | (edid[68] & 0x0F) << 8
        if width and height:
            return width, height
    return (edid[21] * 10, edid[22] * 10) if edid[21] and edid[22] else None
