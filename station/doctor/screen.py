"""Whether the screen can be painted on without a desktop, and read from where the patient walks."""

import ctypes
import math
import os
from collections.abc import Iterator, Mapping
from pathlib import Path

from station.doctor.finding import About, Finding
from station.doctor.machine import Machine, edid_size_mm
from station.settings import ScreenTable
from ui.gallery import moments
from ui.legible import FLOOR_ARCMIN, MM_PER_INCH, Viewing, farthest_m, too_small
from ui.pages.choose import page
from ui.scene import format_of
from ui.screen import paints_without_desktop

ALIKE = 0.1
"""Two diagonals that differ by less than this share are the same screen."""


def screen(machine: Machine, table: ScreenTable, environment: Mapping[str, str] = os.environ) -> Iterator[Finding]:
    """What there is to say of the screen: connected, large enough, and drivable."""
    connected = [
        path.parent
        for path in sorted(machine.at("/sys/class/drm").glob("card*-*/status"))
        if path.read_text(encoding="ascii").strip() == "connected"
    ]
    yield Finding(
        about=About.SCREEN,
        what=f"screen at {', '.join(_place(path) for path in connected)}" if connected else "screen",
        fix=""
        if connected
        else "none is connected: check its cable and its power; on a Pi 4 or 5 use the socket HDMI0",
    )
    sizes = [size for path in connected if (size := edid_size_mm(_bytes(path / "edid"))) is not None]
    inches = table.inches
    if sizes:
        told = math.hypot(*sizes[0]) / MM_PER_INCH
        differs = abs(told - table.inches) > ALIKE * told
        yield Finding(
            about=About.SCREEN,
            what=f"screen of {told:.1f} inches ({sizes[0][0]} x {sizes[0][1]} mm)",
            fix=f"the settings say {table.inches:g}: correct inches in [screen]" if differs else "",
        )
        inches = told
    yield legible(table, inches)
    if environment.get("DISPLAY") or environment.get("WAYLAND_DISPLAY"):
        yield Finding(about=About.SCREEN, what="a desktop or cage paints the screen")
    else:
        yield from _bare_console()


def legible(table: ScreenTable, inches: float) -> Finding:
    """Whether every text of every page is large enough for the eye at the distance in the settings."""
    size = (table.width, table.height)
    viewing = Viewing(inches=inches, metres=table.distance_m, pixels=size)
    scenes = [page(moment, format_of(size)) for moment in moments().values()]
    small = too_small(scenes, viewing)
    what = f"texts of {FLOOR_ARCMIN:g} arcmin and more, read from {table.distance_m:g} m on {inches:.1f} inches"
    if not small:
        return Finding(about=About.SCREEN, what=what)
    nearer = f"put it at {farthest_m(scenes, viewing):.1f} m or nearer, or take a larger one"
    return Finding(
        about=About.SCREEN, what=what, fix=f"{len(small)} texts are smaller ({', '.join(small[:3])}): {nearer}"
    )


def _bare_console() -> Iterator[Finding]:
    yield Finding(
        about=About.SCREEN,
        what="SDL can paint on a bare console (KMSDRM)",
        fix="" if paints_without_desktop() else "this pygame cannot: install pygame-ce instead of pygame",
    )
    try:
        ctypes.CDLL("libGL.so.1")
    except OSError:
        yield Finding(
            about=About.SCREEN,
            what="libGL",
            fix="without it the screen stays black and nothing tells: `sudo apt install libgl1`",
        )


def _place(connector: Path) -> str:
    """A connector's name and its driver: card1-HDMI-A-1 (vc4-drm)."""
    driver = connector.with_name(connector.name.partition("-")[0]) / "device" / "driver"
    return f"{connector.name} ({driver.readlink().name})" if driver.is_symlink() else connector.name


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError:
        return b""
