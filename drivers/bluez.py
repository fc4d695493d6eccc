"""What bleak does not offer of BlueZ: letting go of a device, forgetting it, and switching the adapter off and on.

Responsible for the D-Bus calls of the recovery ladder; when to climb it is `drivers.radio`'s to say. Each call has a
connection of its own and never raises: a rung that does not hold is told by its result.
"""

import asyncio
import logging
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from dbus_fast import BusType, Message, MessageType, Variant
from dbus_fast.aio import MessageBus
from dbus_fast.errors import DBusError

LOG = logging.getLogger("motbakke.bluetooth")
CALL_TAKES_S = 5.0
OFF_FOR_S = 0.5
BLUEZ, ROOT = "org.bluez", "/"
ADAPTER, DEVICE = "org.bluez.Adapter1", "org.bluez.Device1"
OBJECTS, PROPERTIES = "org.freedesktop.DBus.ObjectManager", "org.freedesktop.DBus.Properties"
BUS_TROUBLE = (DBusError, OSError, EOFError, TimeoutError)


@dataclass(frozen=True, slots=True, kw_only=True)
class Adapter:
    """A Bluetooth adapter."""

    path: str
    address: str
    powered: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownDevice:
    """A device BlueZ knows of."""

    path: str
    address: str
    name: str
    connected: bool
    services: tuple[str, ...]


async def adapters() -> list[Adapter] | None:
    """The adapters; None when the Bluetooth service does not run."""
    objects = await _objects()
    if objects is None:
        return None
    return [
        Adapter(
            path=path,
            address=_told(found[ADAPTER], "Address", ""),
            powered=_told(found[ADAPTER], "Powered", default=False),
        )
        for path, found in sorted(objects.items())
        if ADAPTER in found
    ]


async def known_devices() -> list[KnownDevice]:
    """The devices BlueZ knows of; none when the Bluetooth service does not run."""
    return [
        KnownDevice(
            path=path,
            address=_told(found[DEVICE], "Address", ""),
            name=_told(found[DEVICE], "Name", ""),
            connected=_told(found[DEVICE], "Connected", default=False),
            services=tuple(_told(found[DEVICE], "UUIDs", [])),
        )
        for path, found in sorted((await _objects() or {}).items())
        if DEVICE in found
    ]


async def disconnect(device_path: str) -> bool:
    """Let go of a device, whoever holds it on this computer; whether BlueZ did."""
    return await _call(device_path, DEVICE, "Disconnect") is not None


async def forget(device_path: str) -> bool:
    """Let BlueZ forget a device with its bond and all it remembers of its services; whether it did."""
    adapter_path = device_path.rpartition("/")[0]
    return await _call(adapter_path, ADAPTER, "RemoveDevice", "o", [device_path]) is not None


async def switch_off_and_on() -> bool:
    """Switch every adapter that is on off and on again; whether there was one that did."""
    switched = False
    for adapter in await adapters() or []:
        if adapter.powered and await _power(adapter.path, on=False):
            await asyncio.sleep(OFF_FOR_S)
            switched = await _power(adapter.path, on=True) or switched
    return switched


async def _power(adapter_path: str, *, on: bool) -> bool:
    body = [ADAPTER, "Powered", Variant("b", on)]
    return await _call(adapter_path, PROPERTIES, "Set", "ssv", body) is not None


async def _objects() -> Mapping[str, Mapping[str, Mapping[str, Variant]]] | None:
    body = await _call(ROOT, OBJECTS, "GetManagedObjects")
    return None if body is None else body[0]


async def _call(path: str, interface: str, member: str, signature: str = "", body: list[Any] | None = None) -> Any:
    """The answer's body, or None when there is none."""
    call = Message(
        destination=BLUEZ, path=path, interface=interface, member=member, signature=signature, body=body or []
    )
    bus = None
    try:
        async with asyncio.timeout(CALL_TAKES_S):
            bus = MessageBus(bus_type=BusType.SYSTEM)
            await bus.connect()
            reply = await bus.call(call)
    except BUS_TROUBLE as trouble:
        LOG.debug("%s of %s: %r", member, path, trouble)
        return None
    finally:
        if bus is not None:
            bus.disconnect()
    if reply.message_type is not MessageType.METHOD_RETURN:
        LOG.debug("%s of %s: %s", member, path, reply.error_name)
        return None
    return reply.body


def _told(properties: Mapping[str, Variant], name: str, default: Any) -> Any:
    return properties[name].value if name in properties else default
