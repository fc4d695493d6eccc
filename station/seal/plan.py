"""What a sealed station has that an open one has not: the text of each file, and what it is for. Pure."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from ipaddress import IPv4Network, IPv6Network

HEAD = "# Written by `motbakke seal`; `motbakke unseal` takes it away.\n"
NOTHING = "/dev/null"
"""Where a unit's link leads to that must never start."""
OVERLAY = "overlayroot=tmpfs:recurse=0"
"""The kernel's parameter for a root that forgets: what is written goes to memory. Without recurse=0 the records, on a
partition of their own, would be forgotten, too."""
LAST_CONSOLE_KEYS = (*range(59, 69), 87, 88)
"""F1-F12 as the kernel numbers keys (linux/input-event-codes.h)."""
ARROWS = (105, 106)


@dataclass(frozen=True, slots=True, kw_only=True)
class UsbDevice:
    """A kind of USB device by its numbers, four hexadecimal digits each."""

    vendor: str
    product: str
    stores: bool = False
    """Whether it is a disk or stick."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What is allowed on the sealed station; everything else is not."""

    usb: Sequence[UsbDevice] = ()
    sync_user: int = 0
    """The number of the one user that may reach the clinic's server."""
    server_port: int = 443
    ssh_from: IPv4Network | IPv6Network | None = None
    """Where clinic IT may log in from; None: nobody may."""


def texts(plan: Plan) -> dict[str, str]:
    """Every file that is written, by its path."""
    return {
        "/etc/sysctl.d/90-motbakke-seal.conf": HEAD + SYSCTL,
        "/etc/udev/rules.d/69-motbakke-seal.rules": HEAD + "\n".join(usb_rules(plan.usb)) + "\n",
        "/etc/modprobe.d/motbakke-seal.conf": HEAD + "\n".join(drivers(plan.usb)) + "\n",
        "/etc/motbakke-seal.nft": HEAD + firewall(plan),
        "/etc/motbakke-seal.map": HEAD + "\n".join(keymap()) + "\n",
        "/etc/systemd/system/motbakke-firewall.service": HEAD + FIREWALL_UNIT,
        "/etc/systemd/system/motbakke-keys.service": HEAD + KEYS_UNIT,
    }


def links() -> dict[str, str]:
    """Every link that is made: units that never start, and the two of the seal's own that do."""
    units = "/etc/systemd/system"
    never = (
        "getty@.service",
        "serial-getty@.service",
        "autovt@.service",
        "console-getty.service",
        "ctrl-alt-del.target",
        "debug-shell.service",
    )
    ours = ("motbakke-firewall.service", "motbakke-keys.service")
    return {f"{units}/{unit}": NOTHING for unit in never} | {
        f"{units}/multi-user.target.wants/{unit}": f"../{unit}" for unit in ours
    }


def usb_rules(allowed: Sequence[UsbDevice]) -> Iterator[str]:
    """Rules for udev: hubs and what is on the list are let in, all else stays without power to do anything."""
    yield 'ACTION!="add", GOTO="motbakke_seal_end"'
    yield 'SUBSYSTEM!="usb", GOTO="motbakke_seal_end"'
    yield 'ENV{DEVTYPE}!="usb_device", GOTO="motbakke_seal_end"'
    yield 'ATTR{bDeviceClass}=="09", GOTO="motbakke_seal_end"'
    for device in allowed:
        match = f'ATTR{{idVendor}}=="{device.vendor}", ATTR{{idProduct}}=="{device.product}"'
        yield f'{match}, GOTO="motbakke_seal_end"'
    yield 'ATTR{authorized}="0"'
    yield 'LABEL="motbakke_seal_end"'


def drivers(allowed: Sequence[UsbDevice]) -> Iterator[str]:
    """Drivers that are never loaded: a stick that pretends to be a keyboard can still not be a network or a disk."""
    never = ["cdc_ether", "cdc_ncm", "cdc_eem", "rndis_host", "ipheth", "firewire-core", "thunderbolt"]
    if not any(device.stores for device in allowed):
        never += ["usb-storage", "uas"]
    for driver in never:
        yield f"install {driver} /bin/false"


def firewall(plan: Plan) -> str:
    """Rules for nftables: nothing comes in; out go only the clock, names, addresses, and the sync to the clinic."""
    ssh = (
        "" if plan.ssh_from is None else f"\n        {_family(plan.ssh_from)} saddr {plan.ssh_from} tcp dport 22 accept"
    )
    return FIREWALL.format(ssh=ssh, user=plan.sync_user, port=plan.server_port)


def keymap() -> Iterator[str]:
    """A keymap for the console's own keys: none of them leads to another console."""
    for key in LAST_CONSOLE_KEYS:
        for held in ("alt", "control alt", "altgr", "control altgr"):
            yield f"{held} keycode {key} = VoidSymbol"
    for key in ARROWS:
        yield f"alt keycode {key} = VoidSymbol"


def with_overlay(cmdline: str) -> str:
    """The kernel's parameters with a root that forgets; they are one line."""
    return " ".join([*without_overlay(cmdline).split(), OVERLAY]) + "\n"


def without_overlay(cmdline: str) -> str:
    """The kernel's parameters with a root that keeps what is written."""
    return " ".join(word for word in cmdline.split() if not word.startswith("overlayroot=")) + "\n"


def _family(network: IPv4Network | IPv6Network) -> str:
    return "ip" if network.version == 4 else "ip6"  # noqa: PLR2004


SYSCTL = """\
# No key of any keyboard speaks to the kernel itself.
kernel.sysrq = 0
# No program looks into another one.
kernel.yama.ptrace_scope = 2
kernel.dmesg_restrict = 1
kernel.kptr_restrict = 2
kernel.unprivileged_bpf_disabled = 1
"""

FIREWALL = """\
table inet motbakke
delete table inet motbakke

table inet motbakke {{
    chain input {{
        type filter hook input priority filter; policy drop;
        iif "lo" accept
        ct state established,related accept
        ct state invalid drop
        icmp type {{ destination-unreachable, time-exceeded, parameter-problem }} accept
        icmpv6 type {{ destination-unreachable, packet-too-big, time-exceeded, parameter-problem }} accept
        icmpv6 type {{ nd-neighbor-solicit, nd-neighbor-advert, nd-router-advert }} accept
        udp sport 67 udp dport 68 accept
        udp sport 547 udp dport 546 accept{ssh}
    }}
    chain forward {{
        type filter hook forward priority filter; policy drop;
    }}
    chain output {{
        type filter hook output priority filter; policy drop;
        oif "lo" accept
        ct state established,related accept
        icmpv6 type {{ nd-neighbor-solicit, nd-neighbor-advert, nd-router-solicit }} accept
        udp dport {{ 53, 67, 123, 547 }} accept
        tcp dport 53 accept
        # The sync, and nobody else: {user} is the user motbakke-sync.
        meta skuid {user} tcp dport {port} accept
    }}
}}
"""

FIREWALL_UNIT = """\
[Unit]
Description=Motbakke: nothing comes in over the network
DefaultDependencies=no
Before=network-pre.target shutdown.target
Wants=network-pre.target
Conflicts=shutdown.target

[Service]
Type=oneshot
RemainAfterExit=yes
ExecStart=/usr/sbin/nft -f /etc/motbakke-seal.nft
"""

KEYS_UNIT = """\
[Unit]
Description=Motbakke: no key leads to another console
Before=motbakke.service
ConditionPathExists=/usr/bin/loadkeys

[Service]
Type=oneshot
RemainAfterExit=yes
ExecStart=/usr/bin/loadkeys /etc/motbakke-seal.map
"""
