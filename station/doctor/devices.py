"""What stands between the station and its devices, each with what to do about it.

Responsible for looking, never for mending: nothing is opened, sent or changed.
"""

from collections.abc import Iterator
from pathlib import Path

from drivers import bluez
from station.devices import codec_of
from station.doctor.finding import Finding
from station.doctor.machine import Machine
from station.doctor.serial_port import serial_port
from station.errors import DeviceSilent, SettingsError
from station.settings import NO_TREADMILL, StrapTable, TreadmillTable


async def devices(treadmill: TreadmillTable, strap: StrapTable, machine: Machine) -> list[Finding]:
    """Everything there is to say of adapter, strap, protocol, units, port and who else holds it."""
    findings = [*await _bluetooth(), _strap(strap), *_treadmill(treadmill)]
    if treadmill.port is not None and treadmill.protocol != NO_TREADMILL:
        findings += serial_port(Path(treadmill.port), machine)
    return findings


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


async def straps_on_the_air(*, scan_s: float = 6.0, pulse_s: float = 8.0) -> list[Finding]:
    """The straps that can be heard now, the nearest first; takes some seconds, and the station must not run."""
    from drivers.radio import Radio  # noqa: PLC0415  # only for this is bleak loaded
    from drivers.strap.choosing import straps_here  # noqa: PLC0415
    from station.clock import RealClock  # noqa: PLC0415

    try:
        found = await straps_here(RealClock(), Radio(), scan_s=scan_s, pulse_s=pulse_s)
    except DeviceSilent as silent:
        return [Finding(what="strap on the air", fix=silent.what)]
    if not found:
        return [Finding(what="strap on the air", fix="none is heard: put it on, moistened, and away from telephones")]
    return [
        Finding(what=f"strap {here.seen.name} {here.seen.address} is heard at {here.seen.signal_dbm} dBm")
        for here in found
    ]


def _treadmill(treadmill: TreadmillTable) -> Iterator[Finding]:
    if treadmill.protocol == NO_TREADMILL:
        yield Finding(what="no treadmill: the station stands beside a machine")
        return
    if treadmill.port is None:
        yield _over_bluetooth(treadmill)
        return
    try:
        codec = codec_of(treadmill)
    except SettingsError as error:
        yield Finding(what="protocol", fix=str(error))
        return
    way = "listening only" if treadmill.listen_only else f"asking {len(codec.safe_tx)} questions"
    yield Finding(what=f"protocol {codec.name} at {codec.line.baud} baud, {treadmill.units}, {way}")


def _over_bluetooth(treadmill: TreadmillTable) -> Finding:
    what = f"protocol {treadmill.protocol} over Bluetooth"
    if bound := treadmill.address or treadmill.name:
        return Finding(what=f"{what}, the treadmill {bound}")
    return Finding(
        what=what, fix="none is bound, so the first that is seen is taken: write its address or name in [treadmill]"
    )
