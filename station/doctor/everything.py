"""All that the doctor looks at on the station, in order; it needs no network, and the server is told of elsewhere."""

from collections.abc import Iterator
from pathlib import Path

from station.doctor.devices import devices
from station.doctor.finding import Finding
from station.doctor.machine import Machine, clock, disk, pins, sound
from station.doctor.records import permissions, records
from station.doctor.screen import screen
from station.settings import Settings


async def station(settings: Settings, data: Path, machine: Machine | None = None) -> list[Finding]:
    """What there is to say of the station itself; looks, and changes nothing."""
    machine = machine or Machine()
    near = await devices(settings.treadmill, settings.strap, machine)
    return [*_before(settings, machine), *near, *_after(settings, data, machine)]


def _before(settings: Settings, machine: Machine) -> Iterator[Finding]:
    yield from screen(machine, settings.screen)
    yield from sound(machine, settings.sound)


def _after(settings: Settings, data: Path, machine: Machine) -> Iterator[Finding]:
    yield from pins(machine, settings.panel)
    yield from clock(machine)
    yield from disk(machine, data)
    yield from records(data)
    yield from permissions(machine, settings, data)
