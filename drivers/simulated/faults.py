"""What goes wrong on a real treadmill's cable, on demand: bytes spoilt, lost and left over, silence, unplugging.

Responsible for the mischief between a console and its port; the console itself stays honest. Faults that come and go
do so every `EVERY_S` seconds of the clock's time.
"""

from collections.abc import Collection
from enum import StrEnum
from random import Random
from typing import Protocol

from drivers.simulated.csafe_console import CsafeConsole, Stuffing
from drivers.treadmill.csafe import State
from station.ports import Clock

EVERY_S = 15.0
ESTOP_SILENCE_S = 3.0
UNPLUGGED_S = 2.0
ONE_IN = 100
"""One byte of so many is spoilt or lost."""
SECOND_MASTER_EVERY_S = 0.7
SECOND_MASTERS_QUESTIONS = bytes.fromhex("c3 c4")
ANOTHERS_FRAME = bytes.fromhex("f1 93 93 f2")
ECHO = 0xAC


class Fault(StrEnum):
    """What can go wrong."""

    NOISE = "noise"
    """One byte of a hundred comes with wrong bits."""
    LOST = "lost"
    """One byte of a hundred does not come."""
    STALE = "stale"
    """A byte too many behind each answer."""
    DEAF = "deaf"
    """Every third question arrives damaged: CSAFE consoles are silent then, others refuse."""
    REJECT = "reject"
    """A CSAFE console that rejects what it is asked, and says so on the next empty frame only."""
    MANUAL = "manual"
    """A CSAFE console on which somebody just pressed START."""
    OFFLINE = "offline"
    """A CSAFE console whose port is set to something else."""
    UNSTUFFED = "unstuffed"
    """A CSAFE console that sends a checksum of F0 to F3 as it is, as if the frame began or ended there."""
    MISSTUFFED = "misstuffed"
    """A CSAFE console whose stuffing of such a checksum slips, with a byte of the answer before behind the frame."""
    WRONG_BAUD = "wrong-baud"
    """The line runs at half the baud rate that is set: as the reader's UART makes it out."""
    POWER_UP = "power-up"
    """Now and then the console is switched off and on."""
    ESTOP = "e-stop"
    """Now and then the emergency stop cuts the console's power: silence, then all is zero."""
    UNPLUG = "unplug"
    """Now and then the cable is pulled out and put back."""
    SECOND_MASTER = "second-master"
    """Another program on the same line asks questions of its own, and has switched echo on."""


class Answering(Protocol):
    """A console."""

    def feed(self, data: bytes) -> bytes:
        """What it answers."""
        ...

    def woken(self) -> bytes:
        """Switch it off and on."""
        ...


class Pluggable(Protocol):
    """A port."""

    def plug_in(self) -> None:
        """Put the cable in."""
        ...

    def unplug(self) -> None:
        """Pull the cable out."""
        ...

    def send(self, data: bytes) -> None:
        """Send bytes nobody asked for."""
        ...


class Mischief:
    """Stands between a console and its port."""

    def __init__(self, console: Answering, faults: Collection[Fault], *, seed: int = 1) -> None:
        self._console = console
        self._faults = frozenset(faults)
        self._chance = Random(f"faults {seed}")  # noqa: S311  # no secret
        self._questions = 0
        self._dead = False
        if isinstance(console, CsafeConsole):
            if Fault.MANUAL in self._faults:
                console.start_pressed()
            elif Fault.OFFLINE in self._faults:
                console.state = State.OFFLINE
            if Fault.UNSTUFFED in self._faults:
                console.stuffing = Stuffing.MISSING
            elif Fault.MISSTUFFED in self._faults:
                console.stuffing = Stuffing.SLIPPED
            console.rejects = Fault.REJECT in self._faults

    def answer(self, data: bytes) -> bytes:
        """What comes back for these bytes."""
        if self._dead:
            return b""
        self._questions += 1
        if Fault.DEAF in self._faults and self._questions % 3 == 0:
            data = data[:-1] + bytes([data[-1] ^ 0x55])
        if Fault.WRONG_BAUD in self._faults:
            data = misread(data, sent_at_baud=2, read_at_baud=1)
        answer = self._console.feed(data)
        if Fault.WRONG_BAUD in self._faults:
            answer = misread(answer, sent_at_baud=1, read_at_baud=2)
        return self._spoilt(answer)

    async def run(self, port: Pluggable, clock: Clock) -> None:
        """Make trouble now and then, for ever."""
        if Fault.SECOND_MASTER in self._faults:
            port.send(self._console.feed(bytes([ECHO])))
        while True:
            await self._between(port, clock)
            if Fault.POWER_UP in self._faults:
                port.send(self._console.woken())
            if Fault.ESTOP in self._faults:
                self._dead = True
                await clock.sleep(ESTOP_SILENCE_S)
                self._dead = False
                port.send(self._console.woken())
            if Fault.UNPLUG in self._faults:
                port.unplug()
                await clock.sleep(UNPLUGGED_S)
                port.plug_in()

    async def _between(self, port: Pluggable, clock: Clock) -> None:
        if Fault.SECOND_MASTER not in self._faults:
            await clock.sleep(EVERY_S)
            return
        for _ in range(int(EVERY_S / SECOND_MASTER_EVERY_S)):
            await clock.sleep(SECOND_MASTER_EVERY_S)
            if not self._dead:
                port.send(self._spoilt(self._console.feed(SECOND_MASTERS_QUESTIONS + ANOTHERS_FRAME)))

    def _spoilt(self, answer: bytes) -> bytes:
        if Fault.NOISE in self._faults:
            answer = bytes(byte ^ self._flip() for byte in answer)
        if Fault.LOST in self._faults:
            answer = bytes(byte for byte in answer if self._chance.randrange(ONE_IN))
        if Fault.STALE in self._faults and answer:
            answer += bytes([self._chance.randrange(256)])
        return answer

    def _flip(self) -> int:
        return 0 if self._chance.randrange(ONE_IN) else self._chance.randrange(1, 256)


def misread(data: bytes, *, sent_at_baud: int, read_at_baud: int) -> bytes:
    """What a UART makes of bytes sent back to back at another baud rate: start bit, 8 data bits, stop bit each.

    Bits are sampled in the middle; a byte whose stop bit is wrong is given as it is, as Linux does by default.
    """
    bits = [1]
    for byte in data:
        bits += [0, *(byte >> place & 1 for place in range(8)), 1]
    bits += [1] * 12

    def level(sample: float) -> int:
        at = int(sample * sent_at_baud / read_at_baud)
        return bits[at] if at < len(bits) else 1

    read, at = bytearray(), 0.0
    end = len(bits) * read_at_baud / sent_at_baud
    while at < end:
        if level(at) == 1:
            at += 0.25
            continue
        byte = sum(level(at + 1.5 + place) << place for place in range(8))
        read.append(byte)
        at += 9.5
    return bytes(read)
