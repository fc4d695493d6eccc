"""What is tried on the bench, step by step: from a bare Debian to a session on the clinic's server."""

import json
import re
import time
import urllib.request

from bench import GUEST, HOUSE, STOP, Bench
from machine import until

BACK, MINUS, PLUS, OK = 5, 6, 13, 19
STOP_LAMP = 23
GONE_S = 75.0
"""BlueZ forgets a strap after some 30 s: so much longer."""
SETTINGS = "/etc/motbakke/station.toml"


def furnish(bench: Bench) -> str:
    """The air, the pins, the cable, and a station.toml on the boot partition; nothing of ours is on the machine."""
    run = bench.machine.run
    assert run("command -v motbakke; id motbakke", check=False) == "", "something of ours is in the image"
    run(f"{GUEST}/pins up; modprobe hci_vhci")
    in_the_air(bench)
    run(f"cp {GUEST}/station.toml /boot/firmware/; mountpoint /var/lib/motbakke")
    # Emulation is slow to start, and to say goodbye.
    run(
        "mkdir -p /etc/systemd/system/motbakke.service.d && cd /etc/systemd/system/motbakke.service.d &&"
        " printf '[Service]\\nTimeoutStartSec=300\\nTimeoutStopSec=90\\n' > slow.conf && systemctl daemon-reload"
    )
    bench.machine.plug_in()
    bench.pins("close", STOP)
    return run("uname -r; python3 --version; systemctl --version | head -1").replace("\n", ", ").strip(", ")


def in_the_air(bench: Bench) -> None:
    """The strap begins to beat."""
    bench.machine.run(
        f"systemd-run -q --unit=virtual-strap -E PYTHONPATH={HOUSE}:/opt/bench python3 {GUEST}/virtual_strap.py"
    )


def clinic(bench: Bench) -> None:
    """The clinic's server begins to start; under emulation it takes a minute."""
    surroundings = {
        "DB": "clinic.db",
        "CONFIG": "clinic.yaml",
        "PORT": "8080",
        "BASE_URL": "http://127.0.0.1:8080/fhir",
    }
    told = " ".join(f"-E SEKMET_{name}={said}" for name, said in surroundings.items())
    bench.machine.run(
        "mkdir -p /run/clinic && echo '{}' > /run/clinic/clinic.yaml &&"
        f" systemd-run -q --unit=clinic -p CPUWeight=10 --working-directory=/run/clinic -E PYTHONPATH=/opt/bench {told}"
        " python3 -c 'from sekmet.cli import app; app()' serve --host 0.0.0.0 --port 8080"
    )


def install(bench: Bench) -> str:
    """Our installer, in the running guest: from a bare Debian to units that run."""
    began = time.monotonic()
    said = bench.machine.run(f"sh {HOUSE}/systemd/install.sh --wheels /mnt/wheels --no-apt 2>&1", within_s=900)
    took_s = time.monotonic() - began
    assert "is installed" in said, said
    bench.runs(within_s=400)
    up_s = time.monotonic() - began
    clinic(bench)
    active = bench.machine.run("systemctl is-active motbakke bluetooth motbakke-sync.timer").split()
    assert active == ["active"] * 3, active
    assert bench.machine.run(f"diff {GUEST}/station.toml {SETTINGS}", check=False) == "", "not the card's settings"
    there = bench.machine.run("readlink -f /dev/treadmill").strip()
    return f"installed after {took_s:.0f} s, up after {up_s:.0f} s with the card's settings; /dev/treadmill is {there}"


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
    shares = bench.machine.run("cat /sys/fs/cgroup/system.slice/motbakke{,-sync}.service/cpu.weight").split()
    assert shares == ["1000", "10"], shares
    return ", ".join((*said, "shares of the processor 1000 and 10"))


def beats(bench: Bench) -> str:
    """bleak, the real bluetoothd, hci_vhci: found, beating, dropped and found again."""
    bench.told("strap connected")
    began = time.monotonic()
    mark = len(bench.log())
    bench.strap("drop")
    bench.told("strap connected: back", since=mark)
    return f"found; dropped and back after {time.monotonic() - began:.0f} s of this clock"


def gone_meanwhile(bench: Bench) -> str:
    """The strap goes away in mid-session, which ends and is sent without it; BlueZ forgets it: it is found anew."""
    until(lambda: ", connected" in bench.strap("beats 120"), 120, "the strap is connected", every_s=1.0)
    mark = len(bench.log())
    bench.strap("gone")
    gone = time.monotonic()
    bench.told("strap lost", since=mark)
    uploaded = bench.step("upload", lambda: sent(bench))
    time.sleep(max(0.0, gone + GONE_S - time.monotonic()))
    away_s, began = time.monotonic() - gone, time.monotonic()
    on_air = bench.strap("back")
    try:
        bench.told("strap connected: back", since=mark)
    except TimeoutError as error:
        message = f"{error}; the strap was {on_air}, and is {bench.strap('back')}"
        raise TimeoutError(message) from error
    assert uploaded
    return f"gone for {away_s:.0f} s, found again {time.monotonic() - began:.0f} s after it came back"


def cable(bench: Bench) -> str:
    """The adapter is pulled out and plugged in again: lost once, found once, under the same name."""
    mark = len(bench.log())
    bench.machine.pull_out()
    bench.told("treadmill (lost|searching)", since=mark)
    bench.machine.plug_in()
    bench.told("treadmill connected: back", since=mark)
    assert bench.cable.console.belt_commands == []
    return f"lost and back; {bench.cable.questions} bytes of questions, none that moves a belt"


def keys(bench: Bench) -> str:
    """Presses on gpio-sim's lines, through lgpio and gpiozero, change the page."""
    before = bench.picture("page-before-the-key")
    bench.pins("press", OK)
    until(lambda: bench.picture("page-after-the-key") != before, 30, "a key changes the page", every_s=1.0)
    assert bench.pins("level", STOP_LAMP) == "0"
    return "OK changed the page; STOP's lamp is dark"


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
    bench.runs()
    until(lambda: int(bench.asked("SELECT count(*) FROM reading")[0]) > int(stored) + 3, 60, "seconds go on", every_s=1)
    until(lambda: ", connected" in bench.strap("beats 120"), 120, "the strap is heard again", every_s=1.0)
    sessions, same = bench.asked("SELECT count(*), max(id) FROM session")
    assert "Watchdog timeout" in bench.log()
    assert (sessions, same) == ("1", session), (sessions, same)
    assert run("systemctl show -P ActiveEnterTimestampMonotonic motbakke-failure").strip() == "0", (
        "staff were asked for"
    )
    up_s = time.monotonic() - began
    return f"killed after {killed_s:.0f} s, up after {up_s:.0f} s, the same session goes on; nobody was sent for staff"


def sent(bench: Bench) -> str:
    """The session runs to its end, and the sync unit sends it to the clinic's server."""
    closed = "SELECT count(*) FROM session WHERE state = 'closed'"
    until(lambda: bench.asked(closed) == ["1"], 360, "the session ends by its own plan", every_s=2.0)
    bench.cable.treadmill.stop()
    until(lambda: _observations(bench.server) is not None, 300, "the clinic's server answers", every_s=2.0)
    bench.machine.run("systemctl restart motbakke-sync")
    until(lambda: _observations(bench.server) == 7, 120, "the server has it", every_s=2.0)
    bench.machine.run("systemctl stop motbakke-sync")
    again = bench.machine.run("motbakke sync --once")
    assert _observations(bench.server) == 7, f"{_observations(bench.server)} Observations; {again}"
    return f"7 Observations on the server in the guest, after a second sync, too; {bench.shows_a_page('summary')}"


def _observations(server: str) -> int | None:
    try:
        with urllib.request.urlopen(f"{server}/Observation?_summary=count", timeout=20) as answer:  # noqa: S310
            return int(json.load(answer)["total"])
    except OSError:
        return None


def asks_for_staff(bench: Bench) -> str:
    """A setting that nobody understands: systemd starts the page that asks for staff, and no second try."""
    run = bench.machine.run
    run(f"sed -i 's/^units = .*/units = \"miles\"/' {SETTINGS}")
    run("systemctl restart motbakke", check=False, within_s=180)
    until(lambda: bench.is_active("motbakke-failure"), 120, "the page that asks for staff", every_s=1.0)
    assert run("systemctl show -P ExecMainStatus motbakke").strip() == "78"
    before = bench.picture("before-staff-are-asked-for")
    until(lambda: len(staff := bench.picture("staff")) > 30 and staff != before, 120, "a page is painted", every_s=1.0)
    said = bench.shows_a_page("staff")
    assert run("systemctl show -P ActiveState motbakke").strip() == "failed"
    run(f"install -m 640 -g motbakke {GUEST}/station.toml {SETTINGS}; systemctl --no-block start motbakke")
    bench.runs()
    assert not bench.is_active("motbakke-failure")
    return f"asked for at status 78: {said}; mended, and it gave way"
