"""Sealing and unsealing, in a folder that stands for the machine; what is generated goes through who will read it."""

import os
import re
import shutil
import subprocess
import sys
from ipaddress import ip_network
from pathlib import Path

import pytest
from typer.testing import CliRunner

from station.__main__ import app
from station.errors import StationError
from station.seal.plan import OVERLAY, Plan, UsbDevice, drivers, firewall, links, texts, usb_rules, with_overlay
from station.seal.plan import without_overlay as opened
from station.seal.sealing import BUSYBOX, DATA, MANIFEST, OVERLAY_TOOL, House, seal, unseal, usb_here

CABLE = UsbDevice(vendor="0403", product="6001")
STICK = UsbDevice(vendor="0781", product="5581", stores=True)
CMDLINE = "console=serial0,115200 console=tty1 root=PARTUUID=4f1c-02 rootfstype=ext4 fsck.repair=yes rootwait\n"
PLAN = Plan(usb=[CABLE], sync_user=989)


def a_pi(folder: Path, *, mounted: tuple[str, ...] = (DATA,), forgets: bool = False) -> House:
    house = House(root=folder / "pi", mounted=frozenset(mounted), root_forgets=forgets)
    for path, text in {"/boot/firmware/cmdline.txt": CMDLINE, OVERLAY_TOOL: "#!/bin/sh\n", BUSYBOX: ""}.items():
        house.at(path).parent.mkdir(parents=True, exist_ok=True)
        house.at(path).write_text(text, encoding="utf-8")
    return house


def tree(house: House) -> dict[str, str]:
    """Every file and link, with what is in it or where it leads."""
    return {
        str(path.relative_to(house.root)): str(path.readlink()) if path.is_symlink() else path.read_text("utf-8")
        for path in sorted(house.root.rglob("*"))
        if path.is_symlink() or path.is_file()
    }


def needed(program: str, package: str) -> str:
    found = shutil.which(program, path=os.environ["PATH"] + ":/usr/sbin:/sbin")
    if found is None:
        pytest.skip(f"{program} is not installed: apt-get install {package}")
    return found


def test_what_was_sealed_is_open_again_and_exactly_as_before(tmp_path: Path) -> None:
    house = a_pi(tmp_path)
    before = tree(house)

    list(seal(house, PLAN))
    assert tree(house) != before
    list(unseal(house))

    assert tree(house) == before


def test_a_dry_run_changes_nothing_and_says_everything(tmp_path: Path) -> None:
    house = a_pi(tmp_path)
    before = tree(house)

    said = list(seal(house, PLAN, dry_run=True))

    assert tree(house) == before
    assert said == list(seal(house, PLAN))


def test_sealing_twice_leaves_what_sealing_once_does(tmp_path: Path) -> None:
    house = a_pi(tmp_path)

    list(seal(house, PLAN))
    once = tree(house)
    list(seal(house, PLAN))

    assert tree(house) == once


def test_a_root_that_forgets_is_refused_while_it_would_forget_the_sessions(tmp_path: Path) -> None:
    house = a_pi(tmp_path, mounted=("/", "/boot/firmware"))
    before = tree(house)

    with pytest.raises(StationError, match="every session would be lost"):
        list(seal(house, PLAN))

    assert tree(house) == before


@pytest.mark.parametrize("tool", [OVERLAY_TOOL, BUSYBOX])
def test_without_the_tool_for_it_no_such_root_is_asked_for(tmp_path: Path, tool: str) -> None:
    house = a_pi(tmp_path)
    house.at(tool).unlink()

    with pytest.raises(StationError, match="apt install overlayroot busybox"):
        list(seal(house, PLAN))


def test_the_records_partition_is_left_out_of_the_root_that_forgets() -> None:
    sealed = with_overlay(CMDLINE)

    assert OVERLAY == "overlayroot=tmpfs:recurse=0"
    assert sealed.count("\n") == 1
    assert sealed.split() == [*CMDLINE.split(), OVERLAY]
    assert with_overlay(sealed) == sealed
    assert opened(sealed).split() == CMDLINE.split()


def test_under_a_root_that_forgets_unsealing_takes_two_steps(tmp_path: Path) -> None:
    house = a_pi(tmp_path)
    list(seal(house, PLAN))
    sealed = House(root=house.root, mounted=house.mounted, root_forgets=True)

    said = list(unseal(sealed))

    assert "once more" in said[-1]
    assert OVERLAY not in sealed.at("/boot/firmware/cmdline.txt").read_text("utf-8")
    assert sealed.at(MANIFEST).exists()
    list(unseal(house))
    assert not house.at(MANIFEST).exists()


def test_a_station_that_is_open_cannot_be_opened(tmp_path: Path) -> None:
    with pytest.raises(StationError, match="not sealed"):
        list(unseal(a_pi(tmp_path)))


def test_this_machines_own_mounts_are_read() -> None:
    house = House.here()

    assert "/" in house.mounted
    assert "/proc" in house.mounted


@pytest.mark.parametrize(("kind", "forgets"), [("overlay", True), ("ext4", False)])
def test_an_overlay_is_known_by_its_kind(tmp_path: Path, kind: str, forgets: bool) -> None:  # noqa: FBT001
    mounts = tmp_path / "mounts"
    mounts.write_text(f"overlayroot / {kind} rw 0 0\n/dev/mmcblk0p3 {DATA} ext4 rw 0 0\n", encoding="utf-8")

    house = House.here(mounts)

    assert house.root_forgets is forgets
    assert DATA in house.mounted


def test_no_login_waits_on_any_console() -> None:
    never = {path.rpartition("/")[2] for path, target in links().items() if target == "/dev/null"}

    assert never >= {"getty@.service", "serial-getty@.service", "autovt@.service", "ctrl-alt-del.target"}


def test_no_key_speaks_to_the_kernel() -> None:
    assert "kernel.sysrq = 0" in texts(PLAN)["/etc/sysctl.d/90-motbakke-seal.conf"].splitlines()


def test_the_keymap_is_understood_and_leads_to_no_console() -> None:
    loadkeys = needed("loadkeys", "kbd")
    text = texts(PLAN)["/etc/motbakke-seal.map"]

    verdict = subprocess.run([loadkeys, "--parse"], input=text, capture_output=True, text=True, check=False)

    assert verdict.returncode == 0, verdict.stderr
    assert "Console" not in text
    assert text.count("VoidSymbol") == 12 * 4 + 2


def test_usb_devices_that_are_not_on_the_list_get_no_power_to_do_anything(tmp_path: Path) -> None:
    rules = list(usb_rules([CABLE, STICK]))

    assert rules.index('ATTR{authorized}="0"') == len(rules) - 2
    allowed = [rule for rule in rules if "idVendor" in rule]
    assert [re.findall(r'"([0-9a-f]{4})"', rule) for rule in allowed] == [["0403", "6001"], ["0781", "5581"]]
    if (
        subprocess.run([needed("udevadm", "udev"), "verify", "--help"], capture_output=True, check=False).returncode
        == 0
    ):
        (tmp_path / "69-seal.rules").write_text("\n".join(rules) + "\n", encoding="utf-8")
        subprocess.run(["udevadm", "verify", str(tmp_path / "69-seal.rules")], check=True)  # noqa: S607


def test_disks_are_refused_by_their_driver_too_unless_one_is_on_the_list() -> None:
    assert "install usb-storage /bin/false" in drivers([CABLE])
    assert "install usb-storage /bin/false" not in drivers([CABLE, STICK])
    assert "install cdc_ether /bin/false" in drivers([CABLE, STICK])


def test_what_is_plugged_in_when_sealing_stays_allowed(tmp_path: Path) -> None:
    house = a_pi(tmp_path)
    for name, facts in {
        "usb1": {"idVendor": "1d6b", "idProduct": "0002", "bDeviceClass": "09"},
        "1-1": {"idVendor": "0403", "idProduct": "6001", "bDeviceClass": "00", "1-1:1.0/bInterfaceClass": "ff"},
        "1-2": {"idVendor": "0781", "idProduct": "5581", "bDeviceClass": "00", "1-2:1.0/bInterfaceClass": "08"},
    }.items():
        for fact, text in facts.items():
            path = house.at(f"/sys/bus/usb/devices/{name}/{fact}")
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(f"{text}\n", encoding="ascii")

    assert usb_here(house) == [CABLE, STICK]


@pytest.mark.parametrize("ssh_from", [None, ip_network("10.1.2.0/24"), ip_network("fd00:1::/64")])
def test_the_firewall_is_understood(tmp_path: Path, ssh_from: object) -> None:
    file = tmp_path / "seal.nft"
    file.write_text(firewall(Plan(sync_user=989, ssh_from=ssh_from)), encoding="utf-8")  # type: ignore[arg-type]

    verdict = subprocess.run(
        [needed("nft", "nftables"), "--check", "--file", str(file)], capture_output=True, text=True, check=False
    )
    if "Operation not permitted" in verdict.stderr:
        pytest.skip("nft checks rules for root only")

    assert verdict.returncode == 0, verdict.stderr


KNOCK = """
import os, socket, sys
def sent():
    row = next(line for line in open("/proc/self/net/dev") if line.strip().startswith("outside:"))
    return int(row.partition(":")[2].split()[9])
before = sent()
os.setuid(int(sys.argv[1]))
line = socket.socket()
line.settimeout(0.2)
try:
    line.connect(("10.9.8.2", int(sys.argv[2])))
except OSError:
    pass
print("let out" if sent() > before else "kept in")
"""


def test_only_the_sync_gets_out_and_only_to_the_server(tmp_path: Path) -> None:
    unshare, nft, ip = needed("unshare", "util-linux"), needed("nft", "nftables"), needed("ip", "iproute2")
    if os.geteuid() != 0 or subprocess.run([unshare, "--net", "true"], capture_output=True, check=False).returncode:
        pytest.skip("a network of one's own is for root only")
    rules, knock = tmp_path / "seal.nft", tmp_path / "knock.py"
    rules.write_text(firewall(Plan(sync_user=989, server_port=443)), encoding="utf-8")
    knock.write_text(KNOCK, encoding="utf-8")
    if subprocess.run([unshare, "--net", nft, "--file", str(rules)], capture_output=True, check=False).returncode:
        pytest.skip("this kernel has no nftables")
    script = f"""
        {ip} link add outside type veth peer name far
        for end in outside far; do {ip} link set $end addrgenmode none arp off up; done
        {ip} addr add 10.9.8.1/24 dev outside
        {nft} --file {rules}
        for who in '989 443' '989 80' '991 443' '0 443'; do {sys.executable} {knock} $who; done
    """
    tmp_path.chmod(0o755)

    said = subprocess.run([unshare, "--net", "/bin/sh", "-ec", script], capture_output=True, text=True, check=False)

    if "not supported" in said.stderr or "Unknown device type" in said.stderr:
        pytest.skip("this kernel has no network to try it in")
    assert said.stdout.splitlines() == ["let out", "kept in", "kept in", "kept in"], said.stderr


def test_systemd_understands_the_seals_own_units(tmp_path: Path) -> None:
    analyse = needed("systemd-analyze", "systemd")
    for path, text in texts(PLAN).items():
        if path.endswith(".service"):
            program = text.replace("/usr/sbin/nft", "/bin/true").replace("/usr/bin/loadkeys", "/bin/true")
            (tmp_path / Path(path).name).write_text(program, encoding="utf-8")

    units = sorted(str(path) for path in tmp_path.glob("*.service"))
    verdict = subprocess.run([analyse, "verify", "--man=no", *units], capture_output=True, text=True, check=False)

    assert len(units) == 2
    assert [line for line in verdict.stderr.splitlines() if "motbakke-" in line] == []


@pytest.fixture
def settings(tmp_path: Path) -> str:
    path = tmp_path / "station.toml"
    path.write_text(
        '[treadmill]\nunits = "km/h"\nport = "/dev/treadmill"\n[patient]\nhr_max_bpm = 180\n'
        '[sync]\nurl = "https://fhir.example:8443/r4"\n',
        encoding="utf-8",
    )
    return str(path)


def test_an_empty_file_on_the_card_opens_the_station(tmp_path: Path) -> None:
    house = a_pi(tmp_path)
    list(seal(house, PLAN))
    house.at("/boot/firmware/motbakke-unseal").touch()

    result = CliRunner().invoke(app, ["unseal", "--by-card", "--root", str(house.root)])

    assert result.exit_code == 0
    assert not house.at(MANIFEST).exists()
    assert not house.at("/boot/firmware/motbakke-unseal").exists()


def test_a_card_that_does_not_ask_opens_nothing(tmp_path: Path) -> None:
    house = a_pi(tmp_path)
    list(seal(house, PLAN))

    CliRunner().invoke(app, ["unseal", "--by-card", "--root", str(house.root)])

    assert house.at(MANIFEST).exists()


@pytest.mark.parametrize(
    ("option", "complaint"),
    [(["--allow-usb", "0403"], "is not like 0403:6001"), (["--ssh-from", "the clinic"], "Write it like 10.1.2.0/24")],
)
def test_what_cannot_be_allowed_is_told(tmp_path: Path, settings: str, option: list[str], complaint: str) -> None:
    result = CliRunner().invoke(
        app, ["seal", "--dry-run", "--root", str(a_pi(tmp_path).root), "--config", settings, *option]
    )

    assert complaint in str(result.exception)
