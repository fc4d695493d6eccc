"""The devices at the station's edge, from its settings: which treadmill driver is meant, and what a stand-in serves.

Responsible for turning settings and options into drivers. The commands are `station.treadmill_commands`' and
`station.strap_commands`'.
"""

from collections.abc import Callable
from pathlib import Path

from drivers.radio import Radio
from drivers.simulated.console import BAUDS, CONSOLES
from drivers.simulated.faults import Fault
from drivers.simulated.port import serve
from drivers.simulated.treadmill import SimulatedTreadmill
from drivers.treadmill.absent import NoTreadmill
from drivers.treadmill.ble import FtmsTreadmill
from drivers.treadmill.codec import SpeedUnit, TreadmillCodec
from drivers.treadmill.registry import FTMS, Choice, codec_for
from drivers.treadmill.serial_treadmill import SerialTreadmill, Witness
from drivers.wanted import Binding
from station.clock import RealClock
from station.errors import DeviceSilent, SettingsError
from station.ports import Clock, Treadmill
from station.settings import NO_TREADMILL, TreadmillTable

NO_BUMBLE = "Bumble is not installed; install the extra: pip install 'motbakke[radio]'"


def treadmill_of(settings: TreadmillTable, clock: Clock, radio: Radio, *, witness: Witness | None = None) -> Treadmill:
    """The treadmill these settings describe.

    Raises:
        SettingsError: when there is no such protocol, or the settings lack what it needs.
    """
    if settings.protocol == NO_TREADMILL:
        return NoTreadmill()
    if settings.protocol == FTMS or settings.port is None:
        return FtmsTreadmill(clock, radio, Binding(address=settings.address, name=settings.name))
    codec = codec_of(settings)
    return SerialTreadmill(clock, codec, settings.port, listens_only=settings.listen_only, witness=witness)


def codec_of(settings: TreadmillTable) -> TreadmillCodec:
    """The codec of the protocol in the settings.

    Raises:
        SettingsError: as `treadmill_of`.
    """
    choice = Choice(
        protocol=settings.protocol,
        unit=SpeedUnit(settings.units),
        baud=settings.baud_rate,
        listens_only=settings.listen_only,
        incline_in_tenths=settings.incline_in_tenths,
    )
    try:
        return codec_for(choice)
    except SettingsError as error:
        raise SettingsError(f"[treadmill] {error}") from error


async def simulated_treadmill(link: Path, *, protocol: str, unit: SpeedUnit, faults: list[Fault]) -> None:
    """Stand in for a treadmill under this path, for ever; the belt obeys its protocol.

    Raises:
        SettingsError: when no stand-in speaks that protocol.
    """
    if protocol not in CONSOLES:
        raise SettingsError(f'--protocol: no stand-in speaks "{protocol}"; there are: {", ".join(CONSOLES)}')
    treadmill = SimulatedTreadmill()
    console = CONSOLES[protocol](treadmill, unit)
    await serve(link, RealClock(), treadmill, console, paced_at_baud=BAUDS[protocol], faults=faults)


async def simulated_strap(transport: str, bpm: int, *, begun: Callable[[], None]) -> None:
    """Be a strap that beats so at the transport Bumble knows by that name, for ever; `begun` hears that it is one.

    Raises:
        DeviceSilent: when Bumble is not installed, or no controller is there.
    """
    try:
        from drivers.simulated.air import on_air  # noqa: PLC0415  # Bumble is an extra
        from drivers.simulated.peripheral import StrapOnAir  # noqa: PLC0415
    except ModuleNotFoundError as error:
        raise DeviceSilent("strap", NO_BUMBLE) from error
    await on_air(StrapOnAir(RealClock(), lambda: bpm, begun=begun), transport)
