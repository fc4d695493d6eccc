"""`motbakke seal` and `motbakke unseal`."""

# ruff: noqa: T201 - commands print

import pwd
import re
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from typing import Annotated
from urllib.parse import urlsplit

import typer

from station.errors import SettingsError, StationError
from station.seal.plan import Plan, UsbDevice
from station.seal.sealing import MANIFEST, House, seal, unseal, usb_here
from station.settings import station_settings

BOOT = ("/boot/firmware", "/boot")
BY_CARD, HALFWAY = "motbakke-unseal", "motbakke-unseal-halfway"
"""An empty file with the first name on the boot partition opens the station at the next boot; after the first of two
steps it has the second one, so that a root that goes on forgetting does not make the machine reboot for ever."""
USB = re.compile(r"^([0-9a-f]{4}):([0-9a-f]{4})$")
HTTPS = 443

DryRun = Annotated[bool, typer.Option("--dry-run", help="Only say what would be done.")]
Root = Annotated[Path, typer.Option(help="The root of the machine to be sealed.")]
HERE = Path("/")


def register(app: typer.Typer) -> None:
    """Give the command line these commands."""
    app.command("seal")(seal_station)
    app.command("unseal")(unseal_station)


def seal_station(  # noqa: PLR0913  # the command's options
    allow_usb: Annotated[
        list[str] | None, typer.Option(help="One more USB device that stays allowed: vendor:product, as lsusb says.")
    ] = None,
    ssh_from: Annotated[
        str | None, typer.Option(help="The network clinic IT may log in from; without it, nobody may.")
    ] = None,
    config: Annotated[Path | None, typer.Option(help="Settings; without it /etc/motbakke/station.toml.")] = None,
    root: Root = HERE,
    *,
    without_overlay: Annotated[
        bool, typer.Option("--without-overlay", help="Leave the root writable; everything else is sealed.")
    ] = False,
    dry_run: DryRun = False,
) -> None:
    """Close the station: a root that forgets, no login, no consoles, known USB devices only, no way in by network.

    What is plugged in now stays allowed, so plug in the treadmill, the keyboard and the clinic's stick before.
    """
    house = _house(root)
    more, network = [_usb(text) for text in allow_usb or ()], _network(ssh_from)
    plan = Plan(
        usb=[*usb_here(house), *more],
        sync_user=_number_of("motbakke-sync"),
        server_port=_port(config),
        ssh_from=network,
    )
    for device in plan.usb:
        print(f"allow USB {device.vendor}:{device.product}{' (a disk)' if device.stores else ''}")
    for line in seal(house, plan, overlay=not without_overlay, dry_run=dry_run):
        print(line)


def unseal_station(
    root: Root = HERE,
    *,
    by_card: Annotated[
        bool, typer.Option("--by-card", help="Only if a file motbakke-unseal lies on the boot partition.")
    ] = False,
    dry_run: DryRun = False,
) -> None:
    """Open a sealed station again."""
    house = _house(root)
    asked = [house.at(f"{folder}/{name}") for folder in BOOT for name in (BY_CARD, HALFWAY)]
    asked = [path for path in asked if path.exists()]
    if by_card and not (asked and house.at(MANIFEST).exists()):
        return
    if by_card and house.root_forgets and asked[0].name == HALFWAY:
        raise StationError("the root still forgets what is written: take overlayroot= out of cmdline.txt by hand")
    for line in unseal(house, dry_run=dry_run):
        print(line)
    if by_card and not dry_run:
        for path in asked:
            if house.root_forgets:
                path.replace(path.with_name(HALFWAY))
            else:
                path.unlink()


def _house(root: Path) -> House:
    return House.here() if root == HERE else House(root=root, mounted=frozenset({"/var/lib/motbakke"}))


def _usb(text: str) -> UsbDevice:
    found = USB.match(text.lower())
    if found is None:
        raise SettingsError(f'--allow-usb: "{text}" is not like 0403:6001; `lsusb` shows what is plugged in')
    return UsbDevice(vendor=found.group(1), product=found.group(2), stores=True)


def _network(text: str | None) -> IPv4Network | IPv6Network | None:
    try:
        return None if text is None else ip_network(text)
    except ValueError as error:
        raise SettingsError(f"--ssh-from: {error}. Write it like 10.1.2.0/24") from error


def _port(config: Path | None) -> int:
    url = station_settings(config).sync.url
    if url is None:
        return HTTPS
    parts = urlsplit(url)
    return parts.port or (HTTPS if parts.scheme == "https" else 80)


def _number_of(user: str) -> int:
    try:
        return pwd.getpwnam(user).pw_uid
    except KeyError as error:
        raise SettingsError(f"there is no user {user}: install the station first (docs/install-on-a-pi.md)") from error
