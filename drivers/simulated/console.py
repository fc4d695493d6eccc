"""What every console of the simulated treadmill has in common, whatever protocol it speaks.

The treadmill's physics are `drivers.simulated.treadmill`'s; a console is one protocol's face of it. Consoles obey
everything their protocol allows, so that other people's clients can drive them, and keep what would move a real belt:
a test can then say of our own driver that it never sent any of it.
"""

from collections.abc import Callable, Mapping
from typing import Protocol

from drivers.simulated.biodex_console import BiodexConsole
from drivers.simulated.csafe_console import CsafeConsole
from drivers.simulated.kettler_console import KettlerConsole
from drivers.simulated.trackmaster_console import TrackmasterConsole
from drivers.simulated.treadmill import SimulatedTreadmill
from drivers.simulated.woodway_console import WoodwayConsole
from drivers.treadmill.codec import SpeedUnit


class Console(Protocol):
    """One protocol's end of the line."""

    belt_commands: list[bytes]
    """Every command that came in and would move, stop or tilt a real belt, or change the console's state."""

    def feed(self, data: bytes) -> bytes:
        """What the console answers to these bytes, which may come in any chunks."""
        ...

    def woken(self) -> bytes:
        """Switch the console off and on; what it says of itself then."""
        ...


CONSOLES: Mapping[str, Callable[[SimulatedTreadmill, SpeedUnit], Console]] = {
    "trackmaster": lambda treadmill, unit: TrackmasterConsole(treadmill, unit=unit),
    "ge-t2100": lambda treadmill, unit: TrackmasterConsole(treadmill, unit=unit),
    "medisoft": lambda treadmill, unit: TrackmasterConsole(treadmill, unit=unit),
    "woodway-us": lambda treadmill, unit: WoodwayConsole(treadmill, unit=unit),
    "csafe": lambda treadmill, unit: CsafeConsole(treadmill, unit=unit),
    "biodex": lambda treadmill, unit: BiodexConsole(treadmill, unit=unit),
    "kettler": lambda treadmill, unit: KettlerConsole(treadmill, unit=unit),
}
"""The faces that can be put on the simulated treadmill, by the protocol's name."""
BAUDS: Mapping[str, int] = {
    "trackmaster": 4800,
    "ge-t2100": 9600,
    "medisoft": 4800,
    "woodway-us": 4800,
    "csafe": 9600,
    "biodex": 9600,
    "kettler": 9600,
}
"""What each line runs at; Biodex's is not known and taken for 9600."""
