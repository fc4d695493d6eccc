"""What stands between the station and its devices, each with what to do about it.

Responsible for looking, never for mending: nothing is opened, sent or changed. `proc` is the kernel's view of the
machine, which a test puts a tree of its own in place of.
"""

import os
from collections.abc import Iterator
from pathlib import Path

from drivers import bluez
from station.devices import codec_of
from station.doctor.finding import Finding
from station.errors import SettingsError
from station.settings import NO_TREADMILL, StrapTable, TreadmillTable

GRABBERS = {
    "ModemManager": "it sends modem commands to new serial ports: `systemctl disable --now ModemManager`, or install "
    "the station's udev rules",
    "brltty": "it takes USB serial adapters for Braille displays: `apt remove brltty`",
}
PROC = Path("/proc")


async def devices(treadmill: TreadmillTable, strap: StrapTable, *, proc: Path = PROC) -> list[Finding]:
    """Everything there is to say of adapter, strap, protocol, port and who else holds it."""
    findings = [*await _bluetooth(), _strap(strap), *_protocol(treadmill)]
    if treadmill.port is not None:
        findings += [*port(Path(treadmill.port), proc=proc)]
    return [*findings, *grabbers(proc)]


async def _bluetooth() -> list[Finding]:
    adapters = await bluez.adapters()
    if adapters is None:
        return [Finding(what="Bluetooth service", fix="it does not run: `systemctl enable --now bluetooth`")]
    if not adapters:
        return [Finding(what="Bluetooth adapter", fix="there is none: plug one in, or switch the built-in one on")]
    return [
        Finding(
            what=f"Bluetooth adapter {adapter.path.rpartition('/')[2]} {adapter.address}",
            fix="" if adapter.powered else "it is switched off: `bluetoothctl power on`",
        )
        for adapter in adapters
    ]


def _strap(strap: StrapTable) -> Finding:
    if strap.address:
        return Finding(what=f"strap {strap.address}, bound by address")
    if strap.name:
        return Finding(what=f'strap "{strap.name}", bound by name; an address is safer: `motbakke strap scan`')
    return Finding(
        what="strap", fix="none is bound, so the first that is seen is taken: `motbakke strap scan`, then `strap bind`"
    )


async def straps_on_the_air() -> list[Finding]:
    """The straps that can be heard now, the nearest first; takes some seconds, and the station must not run."""
    from drivers.radio import Radio  # noqa: PLC0415  # only for this is bleak loaded
    from drivers.strap.choosing import straps_here  # noqa: PLC0415
    from station.clock import RealClock  # noqa: PLC0415

    found = await straps_here(RealClock(), Radio())
    if not found:
        return [Finding(what="strap on the air", fix="none is heard: put it on, moistened, and away from telephones")]
    return [
        Finding(what=f"strap {here.seen.name} {here.seen.address} is heard at {here.seen.signal_dbm} dBm")
        for here in found
    ]


def _protocol(treadmill: TreadmillTable) -> Iterator[Finding]:
    if treadmill.protocol == NO_TREADMILL:
        yield Finding(what="no treadmill: the station stands beside a machine")
        return
    if treadmill.port is None:
        yield Finding(what=f"protocol {treadmill.protocol} over Bluetooth")
        return
    try:
        codec = codec_of(treadmill)
    except SettingsError as error:
        yield Finding(what="protocol", fix=str(error))
        return
    way = "listening only" if treadmill.listen_only else f"asking {len(codec.safe_tx)} questions"
    yield Finding(what=f"protocol {codec.name} at {codec.line.baud} baud, {treadmill.units}, {way}")


def port(path: Path, *, proc: Path = PROC) -> Iterator[Finding]:
    """What there is to say of a serial port: whether it is there, may be opened, and is nobody else's."""
    if not path.exists():
        yield Finding(what=f"port {path}", fix="it is not there: plug the cable in, or correct port in [treadmill]")
        return
    if not os.access(path, os.R_OK | os.W_OK):
        yield Finding(what=f"port {path}", fix="you may not open it: `adduser <the station's user> dialout`")
    holders = sorted(set(_holders(path.resolve(), proc)))
    for number, name in holders:
        yield Finding(what=f"port {path}", fix=f"{name} (process {number}) holds it: stop that program")
    if not holders and os.access(path, os.R_OK | os.W_OK):
        yield Finding(what=f"port {path}, held by nobody")
    if path.resolve() == path and path.name.startswith("tty"):
        yield Finding(what=f"name {path}", fix="it may change when replugged: use a name of /dev/serial/by-id/")


def grabbers(proc: Path = PROC) -> Iterator[Finding]:
    """Programs that are known to write to serial ports that are not theirs."""
    running = {name for _, name in _processes(proc)}
    for name, fix in GRABBERS.items():
        if name in running:
            yield Finding(what=f"{name} runs", fix=fix)


def _holders(port_path: Path, proc: Path) -> Iterator[tuple[int, str]]:
    for number, name in _processes(proc):
        try:
            held = [entry.readlink() for entry in (proc / str(number) / "fd").iterdir()]
        except OSError:  # another user's, or it has just ended
            continue
        if port_path in held and number != os.getpid():
            yield number, name


def _processes(proc: Path) -> Iterator[tuple[int, str]]:
    for folder in proc.iterdir():
        if folder.name.isdigit():
            try:
                yield int(folder.name), (folder / "comm").read_text(encoding="utf-8", errors="replace").strip()
            except OSError:  # it has just ended
                continue
