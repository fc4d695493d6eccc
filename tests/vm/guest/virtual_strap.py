"""In the guest: an adapter for the real bluetoothd (hci_vhci), with the house's own strap in its air.

Obeys words on a unix socket, a line each: `beats N`, `drop` (the link breaks, the strap advertises on), `gone` (it
breaks and the strap is silent), `back`.
"""

import asyncio
from pathlib import Path

from drivers.simulated.air import VIRTUAL, on_air
from drivers.simulated.peripheral import StrapOnAir
from station.clock import RealClock

SOCKET = Path("/run/virtual-strap")


class Strap:
    """A strap that beats and moves as it is told."""

    def __init__(self) -> None:
        self.beats = 72
        self.worn = StrapOnAir(RealClock(), lambda: self.beats, name="Bench strap")

    async def obey(self, word: str, *given: str) -> str:
        match word:
            case "beats":
                self.beats = int(given[0])
            case "drop":
                await self.worn.drop()
            case "gone":
                await self.worn.leave()
            case "back":
                self.worn.come_back()
            case _:
                return f"no such word: {word}"
        return f"beats {self.beats}, {'connected' if self.worn.connected else 'alone'}"


async def main() -> None:
    strap = Strap()

    async def served(heard: asyncio.StreamReader, said: asyncio.StreamWriter) -> None:
        while words := (await heard.readline()).decode().split():
            said.write(f"{await strap.obey(*words)}\n".encode())
        said.close()

    SOCKET.unlink(missing_ok=True)  # noqa: ASYNC240  # once, at the start
    async with await asyncio.start_unix_server(served, SOCKET):
        await on_air(strap.worn, VIRTUAL)


asyncio.run(main())
