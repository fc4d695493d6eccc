"""Which Bluetooth device is listened to, and to what of it; and whether one that is seen is it.

Responsible for the choice alone: nothing is scanned or connected here. Knows no radio and no clock.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Binding:
    """Which one belongs to the station: by its address, or by the name it shows; neither is the first that is seen."""

    address: str | None = None
    name: str | None = None

    def __bool__(self) -> bool:
        return self.address is not None or self.name is not None

    def __str__(self) -> str:
        return self.address or self.name or ""


NOT_BOUND = Binding()


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """A device that notifies. Bound to a certain one, or else the first with the service."""

    device: str
    """What the clinic calls it: strap, treadmill."""
    service: str
    characteristic: str
    binding: Binding = NOT_BOUND
    invitation: str = ""
    """What staff are told while it is looked for and is not bound."""
    silence: str = ""
    """What staff are told when it has gone."""
    reads: tuple[str, ...] = ()
    """Characteristics that are read once a connection stands, if it has them."""

    @property
    def sought(self) -> str:
        """What staff are told while it is looked for."""
        return f"looking for the {self.device} {self.binding}" if self.binding else self.invitation


@dataclass(frozen=True, slots=True, kw_only=True)
class Advertised:
    """What a device tells all who scan."""

    address: str
    names: tuple[str | None, ...]
    services: tuple[str, ...]


def is_it(seen: Advertised, wanted: Wanted, *, before: str | None, keeps: bool) -> bool:
    """Whether this is the device that is wanted.

    `before` is the address of the one that was listened to; while it `keeps` its place no other of the kind takes it:
    of two patients with straps of one make, the one being listened to is not swapped for a neighbour's.
    """
    binding = wanted.binding
    if binding.address is not None:
        # A bound one is taken by its address or name alone: not every strap advertises its services.
        return seen.address.upper() == binding.address.upper()
    if binding.name is not None:
        return binding.name in seen.names and before in (None, seen.address)
    if wanted.service not in seen.services:
        return False
    return before is None or not keeps or seen.address == before
