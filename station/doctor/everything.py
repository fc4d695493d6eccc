"""All that the doctor looks at on the station, in order; it needs no network, and the server is told of elsewhere."""

from pathlib import Path

from station.doctor.devices import devices
from station.doctor.finding import About, Finding, all_told
from station.doctor.machine import Machine, clock, disk, pins, sound
from station.doctor.permissions import permissions
from station.doctor.records import records
from station.doctor.screen import screen
from station.settings import Settings


async def station(settings: Settings, data: Path, machine: Machine | None = None) -> list[Finding]:
    """What there is to say of the station itself; looks, and changes nothing."""
    machine = machine or Machine()
    near = await devices(settings.treadmill, settings.strap, machine)
    looks = (
        (About.SCREEN, screen(machine, settings.screen)),
        (About.SOUND, sound(machine, settings.sound)),
        (About.DEVICES, near),
        (About.PINS, pins(machine, settings.panel)),
        (About.CLOCK, clock(machine)),
        (About.DISK, disk(machine, data)),
        (About.RECORDS, records(data)),
        (About.PERMISSIONS, permissions(machine, settings, data)),
    )
    return [finding for about, found in looks for finding in all_told(about, found)]
