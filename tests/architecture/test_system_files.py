"""What the installer places beside the units, tried with the programs that read it."""

import asyncio
import os
import pwd
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from dbus_fast import BusType, Message, MessageType
from dbus_fast.aio import MessageBus

SYSTEMD = Path(__file__).parents[2] / "systemd"

BUS = """<busconfig>
  <type>system</type>
  <listen>unix:path={socket}</listen>
  <policy context="default">
    <allow user="*"/><allow own="*"/>
    <allow send_type="method_call"/><allow send_type="signal"/>
    <allow send_requested_reply="true" send_type="method_return"/><allow send_requested_reply="true" send_type="error"/>
    <allow receive_type="method_call"/><allow receive_type="method_return"/>
    <allow receive_type="error"/><allow receive_type="signal"/>
  </policy>
  <include>{policy}</include>
</busconfig>
"""
"""A bus on which everything is allowed that our own file does not forbid: more than Debian's system bus allows."""


def needed(program: str, package: str) -> str:
    found = shutil.which(program)
    if found is None:
        pytest.skip(f"{program} is not installed: apt-get install {package}")
    return found


@pytest.fixture
def bus_for() -> Iterator[object]:
    """A function: the address of a bus on which we are this user of the station's."""
    daemons = []
    with tempfile.TemporaryDirectory() as folder:

        def started(user: str) -> str:
            policy, config = Path(folder) / "motbakke.conf", Path(folder) / "bus.conf"
            ours = (SYSTEMD / "dbus" / "motbakke.conf").read_text(encoding="utf-8")
            me = pwd.getpwuid(os.getuid()).pw_name
            others = "nobody" if me != "nobody" else "daemon"
            ours = re.sub(r'user="([\w-]+)"', lambda found: f'user="{me if found.group(1) == user else others}"', ours)
            policy.write_text(ours, encoding="utf-8")
            config.write_text(BUS.format(socket=f"{folder}/bus", policy=policy), encoding="utf-8")
            daemon = subprocess.Popen(
                [
                    needed("dbus-daemon", "dbus-daemon"), f"--config-file={config}", "--nofork", "--nopidfile",
                    "--nosyslog", "--print-address=1",
                ],
                stdout=subprocess.PIPE,
            )  # fmt: skip
            daemons.append(daemon)
            assert daemon.stdout is not None
            assert daemon.stdout.readline(), "the bus does not start"
            return f"unix:path={folder}/bus"

        yield started
        for daemon in daemons:
            daemon.terminate()
            daemon.wait()
            assert daemon.stdout is not None
            daemon.stdout.close()


async def answers(address: str, name: str) -> str:
    """What becomes of a call to a service of this name: that it answered, or the refusal."""
    service = await MessageBus(address, bus_type=BusType.SYSTEM).connect()
    caller = await MessageBus(address, bus_type=BusType.SYSTEM).connect()
    try:
        await service.request_name(name)
        service.add_message_handler(lambda call: Message.new_method_return(call) if call.member == "Anything" else None)
        reply = await caller.call(
            Message(destination=name, path="/", interface="org.example.Whatever", member="Anything")
        )
        assert reply is not None
        return "answered" if reply.message_type is MessageType.METHOD_RETURN else str(reply.error_name)
    finally:
        for end in (service, caller):
            end.disconnect()
            await end.wait_for_disconnect()


@pytest.mark.parametrize(
    ("user", "service", "outcome"),
    [
        ("motbakke", "org.bluez", "answered"),
        ("motbakke", "org.freedesktop.login1", "org.freedesktop.DBus.Error.AccessDenied"),
        ("motbakke", "org.freedesktop.systemd1", "org.freedesktop.DBus.Error.AccessDenied"),
        ("motbakke-sync", "org.bluez", "org.freedesktop.DBus.Error.AccessDenied"),
        ("somebody else", "org.freedesktop.login1", "answered"),
    ],
)
def test_the_station_reaches_bluetooth_on_the_bus_and_nothing_else(
    bus_for: "type[object]", user: str, service: str, outcome: str
) -> None:
    address = bus_for(user)  # type: ignore[call-arg]

    assert asyncio.run(answers(str(address), service)) == outcome


def test_the_users_and_the_shared_folder_come_out_as_meant(tmp_path: Path) -> None:
    root = tmp_path / "root"
    for folder in ("etc/sysusers.d", "etc/tmpfiles.d", "var/lib"):
        (root / folder).mkdir(parents=True)
    shutil.copy(SYSTEMD / "sysusers.d" / "motbakke.conf", root / "etc/sysusers.d")
    shutil.copy(SYSTEMD / "tmpfiles.d" / "motbakke.conf", root / "etc/tmpfiles.d")
    basic = "g {0} -\n"
    groups = "".join(basic.format(name) for name in ("video", "input", "audio", "dialout"))
    (root / "etc/sysusers.d/basic.conf").write_text(groups, encoding="ascii")

    subprocess.run([needed("systemd-sysusers", "systemd"), f"--root={root}"], check=True, capture_output=True)

    users = (root / "etc/passwd").read_text(encoding="ascii")
    members = dict(line.split(":")[::3] for line in (root / "etc/group").read_text(encoding="ascii").splitlines())
    groups_of_users = {line.split(":")[0]: line.split(":")[3] for line in users.splitlines()}
    assert groups_of_users["motbakke"] == groups_of_users["motbakke-sync"]
    assert {name for name, of in members.items() if "motbakke" in of.split(",")} == {
        "video", "render", "input", "audio", "dialout", "gpio", "bluetooth",
    }  # fmt: skip
    assert not any("motbakke-sync" in of for of in members.values())


def test_a_treadmills_cable_is_shown_to_no_modem_manager() -> None:
    rules = (SYSTEMD / "udev" / "70-motbakke.rules").read_text(encoding="utf-8").splitlines()

    (cable,) = [line for line in rules if 'SYMLINK+="treadmill"' in line]
    assert 'ENV{ID_MM_PORT_IGNORE}="1"' in cable
    # ModemManager's own rules are numbered from 77 on, and read what is set before.
    assert (SYSTEMD / "udev" / "70-motbakke.rules").exists()


def test_udev_understands_the_rules() -> None:
    if subprocess.run([needed("udevadm", "udev"), "verify", "--help"], capture_output=True, check=False).returncode:
        pytest.skip("this udev cannot verify rules: version 254 is needed (trixie has it)")
    rules = SYSTEMD / "udev" / "70-motbakke.rules"

    verdict = subprocess.run(["udevadm", "verify", str(rules)], capture_output=True, text=True, check=False)  # noqa: S607

    assert verdict.returncode == 0, verdict.stdout + verdict.stderr


@pytest.mark.parametrize("script", sorted(SYSTEMD.glob("*.sh")), ids=lambda path: path.name)
def test_a_plain_shell_understands_the_scripts(script: Path) -> None:
    assert script.read_text(encoding="utf-8").startswith("#!/bin/sh\n")

    verdict = subprocess.run(["/bin/sh", "-n", str(script)], capture_output=True, text=True, check=False)

    assert verdict.stderr == ""


@pytest.mark.parametrize("script", sorted(SYSTEMD.glob("*.sh")), ids=lambda path: path.name)
def test_shellcheck_has_nothing_to_say_against_the_scripts(script: Path) -> None:
    command = [needed("shellcheck", "shellcheck"), str(script)]

    verdict = subprocess.run(command, capture_output=True, text=True, check=False)

    assert verdict.stdout == ""
