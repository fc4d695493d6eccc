"""The sealed station, booted: what docs/security.md says of it, on a machine that runs; and opened again."""

import socket

from bench import GUEST, STOP, Bench
from machine import until
from steps import in_the_air

SEALED_IN = "/root/written-while-sealed"
LISTENER = "systemd-run -q --unit=open-door /usr/bin/python3 -m http.server --bind 0.0.0.0 8080"
STRANGER = {"driver": "usb-kbd", "id": "stranger"}


def sealed(bench: Bench) -> str:
    """Seal it, boot it: nothing that is written stays but the records, nobody comes in, and it trains."""
    machine, run = bench.machine, bench.machine.run
    bench.keep_journal("journal-open")
    run("systemctl stop clinic open-door", check=False)
    run(LISTENER)
    until(lambda: _answers(machine.server_port), 60, "a door that is open", every_s=1.0)
    # The one host that may log in, or the bench could not look.
    said = run("motbakke seal --ssh-from 10.0.2.2/32", within_s=180)
    assert "allow USB 0403:6001" in said, said
    machine.reboot()
    _furnished(bench)
    assert run("findmnt -no FSTYPE /").strip() == "overlay"
    assert run("findmnt -no FSTYPE /var/lib/motbakke").strip() == "ext4"
    run(f"echo lost > {SEALED_IN}")
    return "; ".join((_nobody_comes_in(bench), _no_console(bench), _no_strange_device(bench), _trains(bench)))


def opened(bench: Bench) -> str:
    """Open it in the two steps it takes: what was trained is there, what was written elsewhere is not."""
    machine, run = bench.machine, bench.machine.run
    bench.keep_journal("journal-sealed")
    before = bench.asked("SELECT count(*) FROM reading")
    said = run("motbakke unseal", within_s=180)
    assert "once more" in said, said
    machine.reboot()
    assert run("findmnt -no FSTYPE /").strip() == "ext4"
    run("motbakke unseal", within_s=180)
    left = run(f"ls /etc/motbakke-seal* /etc/systemd/system/getty@.service {SEALED_IN} 2>/dev/null", check=False)
    assert left == "", left
    after = bench.asked("SELECT count(*) FROM reading")
    assert int(after[0]) >= int(before[0]) > 0, (before, after)
    return f"root writable again, the seal's files gone; {after[0]} seconds are there, the file on the root is not"


def _furnished(bench: Bench) -> None:
    """The pins, which a Pi has from the start and without which the station does not stay, the air, the cable."""
    bench.machine.run(f"{GUEST}/pins up; {GUEST}/pins close {STOP}; modprobe hci_vhci")
    in_the_air(bench)
    bench.machine.plug_in()
    until(lambda: bench.is_active("motbakke"), 400, "the station runs", every_s=1.0)


def _nobody_comes_in(bench: Bench) -> str:
    run = bench.machine.run
    rules = run("nft list table inet motbakke")
    assert rules.count("policy drop") == 3, rules
    run(LISTENER)
    until(lambda: "8080" in run("ss -Hltn"), 60, "a door that is open", every_s=1.0)
    assert not _answers(bench.machine.server_port), "a packet came in"
    assert run("cat /proc/sys/kernel/sysrq").strip() == "0"
    return "default drop, an open port is not reached, SysRq off"


def _no_console(bench: Bench) -> str:
    run = bench.machine.run
    running = run("systemctl list-units --no-legend --state=active,activating '*getty*' 'autovt@*' 'debug-shell*'")
    logins = [line for line in running.splitlines() if ".service" in line]
    assert logins == [], running
    tried = run("systemctl start getty@tty2.service 2>&1", check=False)
    assert "masked" in tried, tried
    return "no getty, none can be started"


def _no_strange_device(bench: Bench) -> str:
    bench.machine.qmp("device_add", **STRANGER)
    ask = "cat /sys/bus/usb/devices/*/idVendor /sys/bus/usb/devices/*/authorized"
    until(lambda: "0627" in bench.machine.run(ask), 30, "the kernel sees a strange keyboard")
    inputs = "grep -c 'QEMU USB Keyboard' /proc/bus/input/devices"
    until(lambda: "\n0\n" in bench.machine.run(ask), 30, "it is not authorised")
    assert bench.machine.run(inputs, check=False).strip() == "0", "it can type"
    return "a keyboard that is not on the list cannot type"


def _trains(bench: Bench) -> str:
    run = bench.machine.run
    bench.told("treadmill connected")
    bench.told("strap connected")
    stored = int(bench.asked("SELECT count(*) FROM reading")[0])
    bench.cable.walk(5.0, 2.0)
    until(
        lambda: int(bench.asked("SELECT count(*) FROM reading")[0]) >= stored + 5, 90, "seconds are stored", every_s=1.0
    )
    bench.cable.treadmill.stop()
    said = bench.shows_a_page("sealed")
    run("sync")
    return f"strap, cable and screen work, a session is stored ({said})"


def _answers(port: int) -> bool:
    """Whether somebody in the guest answers at its port 8080; QEMU itself takes every connection."""
    with socket.create_connection(("127.0.0.1", port), timeout=5) as line:
        line.settimeout(5)
        try:
            line.sendall(b"GET / HTTP/1.0\r\n\r\n")
            return bool(line.recv(1))
        except OSError:
            return False
