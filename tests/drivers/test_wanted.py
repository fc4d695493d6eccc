"""Which of the devices in the room is ours."""

import pytest

from drivers.wanted import Advertised, Binding, Wanted, is_it

OURS, THEIRS, SERVICE = "A0:00:00:00:00:01", "A0:00:00:00:00:02", "0000180d-0000-1000-8000-00805f9b34fb"


def strap(**bound: str) -> Wanted:
    return Wanted(device="strap", service=SERVICE, characteristic="", binding=Binding(**bound), invitation="put it on")


def seen(address: str = OURS, name: str = "TICKR", services: tuple[str, ...] = (SERVICE,)) -> Advertised:
    return Advertised(address=address, names=(None, name), services=services)


@pytest.mark.parametrize(
    ("wanted", "device", "before", "keeps", "ours"),
    [
        (strap(), seen(), None, False, True),
        (strap(), seen(services=()), None, False, False),
        (strap(), seen(THEIRS), OURS, True, False),
        (strap(), seen(THEIRS), OURS, False, True),
        (strap(), seen(), OURS, True, True),
        (strap(address=OURS.lower()), seen(services=()), None, False, True),
        (strap(address=OURS), seen(THEIRS), None, False, False),
        (strap(name="TICKR"), seen(services=()), None, False, True),
        (strap(name="TICKR"), seen(name="H10"), None, False, False),
        (strap(name="TICKR"), seen(THEIRS), OURS, False, False),
    ],
    ids=[
        "the first with the service",
        "no service, no strap",
        "a neighbour's, while ours may come back",
        "another, when ours has been away for long",
        "ours again",
        "bound by address, whatever it advertises",
        "bound by address, another",
        "bound by name, whatever it advertises",
        "bound by name, another",
        "of the same name, not the one that was heard",
    ],
)
def test_a_device_is_ours_or_not(
    wanted: Wanted, device: Advertised, before: str | None, *, keeps: bool, ours: bool
) -> None:
    assert is_it(device, wanted, before=before, keeps=keeps) is ours


def test_staff_are_invited_or_told_which_one_is_looked_for() -> None:
    assert strap().sought == "put it on"
    assert strap(name="TICKR").sought == "looking for the strap TICKR"
