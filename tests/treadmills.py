"""Every serial treadmill driver there is, for the tests that each of them must pass."""

from drivers.simulated.console import CONSOLES, Console
from drivers.simulated.treadmill import SimulatedTreadmill
from drivers.treadmill.codec import SpeedUnit, TreadmillCodec
from drivers.treadmill.registry import FTMS, Choice, codec_for, known

DRIVERS = tuple(name for name, _ in known() if name != FTMS)
FACES = tuple(CONSOLES)
SPEED_KMH, INCLINE_PERCENT = 6.0, 4.0


def driver(name: str, *, unit: SpeedUnit = SpeedUnit.KMH) -> TreadmillCodec:
    """The codec by this name; at 9600 baud where its table does not know better."""
    return codec_for(Choice(protocol=name, unit=unit, baud=9600 if name == "biodex" else None))


def running_treadmill(speed_kmh: float = SPEED_KMH, incline_percent: float = INCLINE_PERCENT) -> SimulatedTreadmill:
    """A treadmill that has run like this for a while, at 6.0 km/h and 4.0 % unless said otherwise."""
    treadmill = SimulatedTreadmill()
    treadmill.set_speed_kmh(speed_kmh)
    treadmill.set_incline_percent(incline_percent)
    treadmill.start()
    for _ in range(100):
        treadmill.step(0.5)
    return treadmill


def face_of(name: str) -> str:
    """The console a driver is meant for."""
    return "csafe" if name == "csafe-session" else name


def console(face: str, treadmill: SimulatedTreadmill | None = None) -> Console:
    """A console of this kind."""
    return CONSOLES[face](treadmill or running_treadmill(), SpeedUnit.KMH)
