"""Seals a machine and unseals it: writes what the plan says, remembers it, and takes exactly that away again."""

import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import msgspec

from station.errors import StationError
from station.seal.plan import Plan, UsbDevice, links, texts, with_overlay, without_overlay

MANIFEST = "/etc/motbakke-seal.json"
CMDLINES = ("/boot/firmware/cmdline.txt", "/boot/cmdline.txt")
OVERLAY_TOOL = "/usr/share/initramfs-tools/scripts/init-bottom/overlayroot"
BUSYBOX = "/usr/bin/busybox"
DATA = "/var/lib/motbakke"
STORAGE_CLASS = "08"


@dataclass(frozen=True, slots=True, kw_only=True)
class House:
    """The machine to be sealed; a test's is a folder."""

    root: Path = Path("/")
    mounted: frozenset[str] = field(default_factory=frozenset)
    """The paths on which file systems are mounted."""
    root_forgets: bool = False
    """Whether the root is an overlay now: what is written is gone at the next boot."""

    def at(self, path: str) -> Path:
        """This path in that house."""
        return self.root / path.lstrip("/")

    @classmethod
    def here(cls, mounts: Path = Path("/proc/self/mounts")) -> "House":
        """This machine."""
        lines = [line.split() for line in mounts.read_text(encoding="utf-8").splitlines()]
        roots = [kind for _, where, kind, *_ in lines if where == "/"]
        return cls(mounted=frozenset(line[1] for line in lines), root_forgets=roots[-1:] == ["overlay"])


class Manifest(msgspec.Struct, frozen=True, kw_only=True):
    """What the seal has made."""

    files: list[str]
    links: list[str]
    cmdline: str | None = None


def seal(house: House, plan: Plan, *, overlay: bool = True, dry_run: bool = False) -> Iterator[str]:
    """Write everything, and say line by line what is (or, in a dry run, would be) done.

    Raises:
        StationError: something is missing without which the seal would cost sessions, or not hold.
    """
    if house.root_forgets:
        raise StationError("the station is sealed already")
    cmdline = _cmdline(house) if overlay else None
    if house.at(MANIFEST).exists():
        yield from unseal(house, dry_run=dry_run)  # what an earlier version made, and this one no longer does
    made = Manifest(files=[*texts(plan)], links=[*links()], cmdline=cmdline)
    if not dry_run:
        _write(house.at(MANIFEST), msgspec.json.format(msgspec.json.encode(made)).decode())
    for path, text in texts(plan).items():
        yield f"write {path}"
        if not dry_run:
            _write(house.at(path), text)
    for path, target in links().items():
        yield f"link {path} -> {target}"
        if not dry_run:
            house.at(path).parent.mkdir(parents=True, exist_ok=True)
            house.at(path).unlink(missing_ok=True)
            house.at(path).symlink_to(target)
    if cmdline:
        yield f"change {cmdline}: the root forgets what is written from the next boot on"
        if not dry_run:
            _write(house.at(cmdline), with_overlay(house.at(cmdline).read_text(encoding="utf-8")))
    yield "reboot: the seal holds from then on"


def unseal(house: House, *, dry_run: bool = False) -> Iterator[str]:
    """Take away what the seal has made. Under a root that forgets it takes two steps, with a reboot between.

    Raises:
        StationError: the station is not sealed.
    """
    if not house.at(MANIFEST).exists():
        raise StationError("the station is not sealed: there is nothing to take away")
    made = msgspec.json.decode(house.at(MANIFEST).read_bytes(), type=Manifest)
    if made.cmdline:
        yield f"change {made.cmdline}: the root keeps what is written from the next boot on"
        if not dry_run:
            cmdline = house.at(made.cmdline)
            _write(cmdline, without_overlay(cmdline.read_text(encoding="utf-8")))
    if house.root_forgets:
        yield "reboot, and run `motbakke unseal` once more: what is taken away now would be back then"
        return
    for path in (*made.links, *made.files, MANIFEST):
        yield f"remove {path}"
        if not dry_run:
            house.at(path).unlink(missing_ok=True)
    yield "reboot: the station is open from then on"


def usb_here(house: House) -> list[UsbDevice]:
    """What is plugged in now, hubs left out: the list of what stays allowed."""
    found: set[tuple[str, str, bool]] = set()
    for place in house.at("/sys/bus/usb/devices").glob("*/idVendor"):
        folder = place.parent
        if _read(folder / "bDeviceClass") == "09":
            continue
        classes = {_read(path) for path in folder.glob("*/bInterfaceClass")}
        found.add((_read(place), _read(folder / "idProduct"), STORAGE_CLASS in classes))
    return [UsbDevice(vendor=vendor, product=product, stores=stores) for vendor, product, stores in sorted(found)]


def _cmdline(house: House) -> str:
    if DATA not in house.mounted:
        message = (
            f"{DATA} is not on a partition of its own: under a root that forgets, every session would be lost at the "
            "next boot. Make one (docs/security.md says how), or seal with --without-overlay"
        )
        raise StationError(message)
    # Its script is more than the ramdisk's own small shell understands.
    for name, path in (("overlayroot", OVERLAY_TOOL), ("busybox", BUSYBOX)):
        if not house.at(path).exists():
            install = "`sudo apt install overlayroot busybox && sudo update-initramfs -u`"
            message = f"{name} is missing: {install}, then seal again"
            raise StationError(message)
    for path in CMDLINES:
        if house.at(path).exists():
            return path
    raise StationError(
        f"there is no {CMDLINES[0]}: this is no Raspberry Pi. Seal with --without-overlay, and make the root "
        "read-only in the way of this machine"
    )


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="ascii").strip()
    except OSError:
        return ""


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_name(f".{path.name}.new")
    with fresh.open("w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    os.replace(fresh, path)  # noqa: PTH105  # one step: a machine with half a kernel line does not boot
