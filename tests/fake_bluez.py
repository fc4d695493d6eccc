"""A stand-in for bluetoothd: `org.bluez` on a D-Bus of our own, so that bleak's BlueZ backend runs unchanged.

It answers what bleak asks of an adapter, a device and a characteristic, and forgets a strap when told to. There is no
radio behind it, no GATT cache and no pairing. Needs the `dbus-daemon` program (Debian: dbus-daemon).
"""

import asyncio
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Self

from dbus_fast import BusType, Message, MessageType, Variant
from dbus_fast.aio import MessageBus

OBJECTS = "org.freedesktop.DBus.ObjectManager"
PROPERTIES = "org.freedesktop.DBus.Properties"
ADAPTER = "org.bluez.Adapter1"
DEVICE = "org.bluez.Device1"
SERVICE = "org.bluez.GattService1"
CHARACTERISTIC = "org.bluez.GattCharacteristic1"
FAILED = "org.bluez.Error.Failed"
HCI0 = "/org/bluez/hci0"

HEART_RATE_SERVICE = "0000180d-0000-1000-8000-00805f9b34fb"
HEART_RATE_MEASUREMENT = "00002a37-0000-1000-8000-00805f9b34fb"

ADVERTISES_EVERY_S = 0.01
"""Often: bleak drops what is advertised before its StartDiscovery has been answered, and real straps repeat."""

GOES_WITHIN_S = 5.0
"""A bus or a daemon that does not end by then fails the test, instead of holding the suite."""

HAS_DBUS_DAEMON = shutil.which("dbus-daemon") is not None

BUS_CONFIG = """<busconfig>
  <type>session</type>
  <listen>unix:path={socket}</listen>
  <policy context="default"><allow send_destination="*"/><allow receive_sender="*"/><allow own="*"/></policy>
</busconfig>
"""

Interfaces = dict[str, dict[str, Variant]]


@contextmanager
def private_bus() -> Iterator[None]:
    """Run a D-Bus daemon of our own, and let this process take it for the system's."""
    with tempfile.TemporaryDirectory() as folder:
        config, address = Path(folder) / "bus.conf", f"unix:path={folder}/bus"
        config.write_text(BUS_CONFIG.format(socket=f"{folder}/bus"), encoding="utf-8")
        command = ["dbus-daemon", f"--config-file={config}", "--nofork", "--nopidfile", "--print-address=1"]
        with subprocess.Popen(command, stdout=subprocess.PIPE) as daemon, _system_bus_at(address):
            assert daemon.stdout is not None
            daemon.stdout.readline()  # it prints its address once it listens
            try:
                yield
            finally:
                daemon.terminate()
                try:
                    daemon.wait(GOES_WITHIN_S)
                except subprocess.TimeoutExpired:
                    daemon.kill()
                    raise


@contextmanager
def no_bus() -> Iterator[None]:
    """A machine on which D-Bus does not run."""
    with tempfile.TemporaryDirectory() as folder, _system_bus_at(f"unix:path={folder}/nothing"):
        yield


@contextmanager
def _system_bus_at(address: str) -> Iterator[None]:
    name = "DBUS_SYSTEM_BUS_ADDRESS"
    before = os.environ.get(name)
    os.environ[name] = address
    try:
        yield
    finally:
        if before is None:
            del os.environ[name]
        else:
            os.environ[name] = before


class Refusal(Exception):
    """A D-Bus error answer: its name and its text."""


class FakeStrap:
    """A strap in the room. `says` is what it notifies again and again while somebody listens.

    With another service and characteristic it is another device that notifies.
    """

    def __init__(
        self,
        bluez: "FakeBlueZ",
        address: str,
        name: str,
        *,
        service: str = HEART_RATE_SERVICE,
        characteristic: str = HEART_RATE_MEASUREMENT,
    ) -> None:
        self.uuid = characteristic
        self.service_uuid = service
        self.tells: dict[str, bytes] = {}
        """What else can be read of it, by characteristic."""
        self.mended_by: str | None = None
        """The call of BlueZ that alone lets a stuck connection through: Disconnect, RemoveDevice or Powered."""
        self.wants_bond = False
        """Whether it lets itself be listened to only when it is paired."""
        self.pairings = 0
        self.drops_in: str | None = None
        """In which phase the next connection breaks off: connecting, resolving, subscribing."""
        self.hides_services = False
        """Whether BlueZ's cache shows no services."""
        self.address = address
        self.path = f"{HCI0}/dev_{address.replace(':', '_')}"
        self.near = True
        self.says: bytes | None = bytes([0x00, 72])
        self.refusals: list[str] = []
        """Texts of the errors that the next connection attempts end in."""
        self.hangs = False
        """Whether a connection attempt is left without an answer."""
        self.connections = 0
        self.packets = 0
        self._bluez = bluez
        self._characteristic = f"{self.path}/service0010/char0011"
        self._device: Interfaces = {
            DEVICE: {
                "Address": Variant("s", address),
                "AddressType": Variant("s", "random"),
                "Name": Variant("s", name),
                "Alias": Variant("s", name),
                "Adapter": Variant("o", HCI0),
                "UUIDs": Variant("as", [service]),
                "RSSI": Variant("n", -60),
                "Paired": Variant("b", False),
                "Bonded": Variant("b", False),
                "Trusted": Variant("b", False),
                "Blocked": Variant("b", False),
                "LegacyPairing": Variant("b", False),
                "Connected": Variant("b", False),
                "ServicesResolved": Variant("b", False),
            }
        }

    @property
    def connected(self) -> bool:
        """Whether somebody is connected to it."""
        return bool(self._device[DEVICE]["Connected"].value)

    @property
    def listened_to(self) -> bool:
        """Whether somebody has subscribed to its heart rate."""
        known = self._bluez.objects.get(self._characteristic)
        return self.connected and known is not None and bool(known[CHARACTERISTIC]["Notifying"].value)

    def advertise(self) -> None:
        """Be seen by a scan, if there is one."""
        if not self.near or self.connected:
            return
        if self.path in self._bluez.objects:
            self._bluez.change(self.path, DEVICE, RSSI=Variant("n", -60))
        else:
            self._bluez.add(self.path, self._device)

    def notify(self) -> None:
        """Say what it says, to whoever listens."""
        if self.listened_to and self.says is not None:
            self.packets += 1
            self._bluez.change(self._characteristic, CHARACTERISTIC, Value=Variant("ay", self.says))

    def drop(self) -> None:
        """Lose the link; BlueZ still knows the strap."""
        if self.listened_to:
            self._bluez.change(self._characteristic, CHARACTERISTIC, Notifying=Variant("b", False))
        if self.connected:
            self._bluez.change(self.path, DEVICE, Connected=Variant("b", False), ServicesResolved=Variant("b", False))

    def leave(self) -> None:
        """Go out of reach."""
        self.near = False
        self.drop()

    def be_forgotten(self) -> None:
        """What BlueZ does some 30 s after it last saw a strap that is not paired."""
        for path in [path for path in self._bluez.objects if path.startswith(self.path)]:
            self._bluez.remove(path)

    async def be_connected(self) -> None:
        """Answer a call to Connect."""
        self.connections += 1
        if self.hangs:
            await asyncio.Event().wait()
        if self.mended_by:
            raise Refusal(FAILED, "Software caused connection abort")
        if self.refusals:
            raise Refusal(FAILED, self.refusals.pop(0))
        if not self.near or self._drops("connecting"):
            raise Refusal(FAILED, "Page Timeout")
        self._bluez.change(self.path, DEVICE, Connected=Variant("b", True))
        if self._drops("resolving"):
            self.drop()
            raise Refusal(FAILED, "Disconnected early")
        service = f"{self.path}/service0010"
        if service not in self._bluez.objects and not self.hides_services:
            self._bluez.add(service, {SERVICE: _service(self.path, self.service_uuid)})
            self._bluez.add(self._characteristic, {CHARACTERISTIC: _characteristic(service, self.uuid, "notify")})
            for number, uuid in enumerate(self.tells):
                path = f"{service}/char01{number:02d}"
                self._bluez.add(path, {CHARACTERISTIC: _characteristic(service, uuid, "read")})
        self._bluez.change(self.path, DEVICE, ServicesResolved=Variant("b", True))

    def be_subscribed(self) -> None:
        """Answer a call to StartNotify."""
        if self.wants_bond and not self._device[DEVICE]["Paired"].value:
            self.drop()
            raise Refusal("org.bluez.Error.NotAuthorized", "Insufficient authentication")
        if self._drops("subscribing"):
            self.drop()
            raise Refusal(FAILED, "Not connected")
        self._bluez.change(self._characteristic, CHARACTERISTIC, Notifying=Variant("b", True))

    async def be_paired(self) -> None:
        """Answer a call to Pair, which connects, too."""
        self.pairings += 1
        self._bluez.change(self.path, DEVICE, Paired=Variant("b", True), Bonded=Variant("b", True))
        await self.be_connected()

    def be_mended(self, call: str) -> None:
        """A rung of the ladder was tried."""
        if self.mended_by == call:
            self.mended_by = None

    def be_held_by_another(self) -> None:
        """Some program that has gone left it connected: BlueZ knows it, and it does not advertise."""
        self._bluez.objects[self.path] = self._device
        self._device[DEVICE]["Connected"] = Variant("b", True)

    def read(self, path: str) -> bytes:
        """Answer a call to ReadValue."""
        return self.tells[str(self._bluez.objects[path][CHARACTERISTIC]["UUID"].value)]

    def _drops(self, phase: str) -> bool:
        if self.drops_in != phase:
            return False
        self.drops_in = None
        return True


def _service(device: str, uuid: str) -> dict[str, Variant]:
    return {"UUID": Variant("s", uuid), "Primary": Variant("b", True), "Device": Variant("o", device)}


def _characteristic(service: str, uuid: str, flag: str) -> dict[str, Variant]:
    return {
        "UUID": Variant("s", uuid),
        "Service": Variant("o", service),
        "Flags": Variant("as", [flag]),
        "Value": Variant("ay", b""),
        "Notifying": Variant("b", False),
        "MTU": Variant("q", 23),
    }


class FakeBlueZ:
    """The daemon, with one adapter unless `adapter` says otherwise, for as long as the `async with` lasts."""

    def __init__(self, *, adapter: bool = True, powered: bool = True) -> None:
        self.objects: dict[str, Interfaces] = {"/org/bluez": {}}
        self.straps: list[FakeStrap] = []
        self.scans = 0
        self.calls: list[str] = []
        """The names of all calls, oldest first."""
        self.unanswered: set[str] = set()
        """Calls by name that are taken and never answered."""
        self.busy = False
        """Whether another program is in the way of a scan."""
        self._tasks: set[asyncio.Task[None]] = set()
        self._adapter: Interfaces = {
            ADAPTER: {
                "Address": Variant("s", "00:00:00:00:00:01"),
                "Powered": Variant("b", powered),
                "Discovering": Variant("b", False),
                "Roles": Variant("as", ["central"]),
            }
        }
        if adapter:
            self.objects[HCI0] = self._adapter

    async def __aenter__(self) -> Self:
        self._bus = await MessageBus(bus_type=BusType.SYSTEM).connect()
        self._bus.add_message_handler(self._take_call)
        await self._bus.request_name("org.bluez")
        self._start(self._radio())
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self._bus.disconnect()
        await asyncio.wait_for(self._bus.wait_for_disconnect(), GOES_WITHIN_S)

    def strap(self, address: str = "A0:00:00:00:00:01", name: str = "Strap 1", **more: str) -> FakeStrap:
        """Bring a strap into the room."""
        strap = FakeStrap(self, address, name, **more)
        self.straps.append(strap)
        return strap

    def plug_in_adapter(self) -> None:
        """Plug a Bluetooth adapter in."""
        self.add(HCI0, self._adapter)

    def power(self, *, on: bool) -> None:
        """Switch Bluetooth on or off."""
        if not on:
            for strap in self.straps:
                strap.drop()
        self.change(HCI0, ADAPTER, Powered=Variant("b", on), Discovering=Variant("b", False))

    def add(self, path: str, interfaces: Interfaces) -> None:
        """Make an object known."""
        self.objects[path] = interfaces
        self._signal("/", OBJECTS, "InterfacesAdded", "oa{sa{sv}}", [path, interfaces])

    def remove(self, path: str) -> None:
        """Let an object vanish."""
        self._signal("/", OBJECTS, "InterfacesRemoved", "oas", [path, list(self.objects.pop(path))])

    def change(self, path: str, interface: str, **properties: Variant) -> None:
        """Change properties, and tell everybody."""
        if path in self.objects:
            self.objects[path][interface].update(properties)
            self._signal(path, PROPERTIES, "PropertiesChanged", "sa{sv}as", [interface, properties, []])

    async def _radio(self) -> None:
        while True:
            await asyncio.sleep(ADVERTISES_EVERY_S)
            for strap in self.straps:
                if HCI0 in self.objects and self.objects[HCI0][ADAPTER]["Discovering"].value:
                    strap.advertise()
                strap.notify()

    def _start(self, work: "asyncio.coroutines.Coroutine[None, None, None]") -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def _signal(self, path: str, interface: str, member: str, signature: str, body: list[object]) -> None:
        self._bus.send(Message.new_signal(path, interface, member, signature, body))

    def _take_call(self, call: Message) -> bool | None:
        if call.message_type is not MessageType.METHOD_CALL or call.interface == "org.freedesktop.DBus":
            return None
        self._start(self._answered(call))
        return True

    async def _answered(self, call: Message) -> None:
        if call.member in self.unanswered:
            self.calls.append(call.member)
            await asyncio.Event().wait()
        try:
            signature, body = await self._answer(call)
            self._bus.send(Message.new_method_return(call, signature, body))
        except Refusal as refusal:
            name, text = refusal.args
            self._bus.send(Message.new_error(call, name, text))

    async def _answer(self, call: Message) -> tuple[str, list[object]]:  # noqa: C901  # a table of calls
        if call.member == "GetManagedObjects":
            return "a{oa{sa{sv}}}", [self.objects]
        if call.path not in self.objects:
            raise Refusal("org.freedesktop.DBus.Error.UnknownObject", f"no object {call.path}")
        self.calls.append(call.member)
        match call.interface, call.member:
            case ("org.bluez.Adapter1", "StartDiscovery" | "StopDiscovery" | "SetDiscoveryFilter"):
                self._discover(call.member)
            case ("org.bluez.Device1", "Connect"):
                await self._strap_at(call.path).be_connected()
            case ("org.bluez.Device1", "Disconnect"):
                self._strap_at(call.path).be_mended("Disconnect")
                self._strap_at(call.path).drop()
            case ("org.bluez.Device1", "Pair"):
                await self._strap_at(call.path).be_paired()
            case ("org.bluez.Adapter1", "RemoveDevice"):
                strap = self._strap_at(call.body[0])
                strap.be_mended("RemoveDevice")
                strap._device[DEVICE].update(Paired=Variant("b", False), Bonded=Variant("b", False))
                strap.drop()
                strap.be_forgotten()
            case ("org.freedesktop.DBus.Properties", "Set"):
                self._set(call)
            case ("org.bluez.GattCharacteristic1", "StartNotify"):
                self._strap_at(call.path).be_subscribed()
            case ("org.bluez.GattCharacteristic1", "StopNotify"):
                self.change(call.path, CHARACTERISTIC, Notifying=Variant("b", False))
            case ("org.bluez.GattCharacteristic1", "ReadValue"):
                return "ay", [self._strap_at(call.path).read(call.path)]
            case _:
                raise Refusal("org.bluez.Error.NotSupported", f"{call.interface}.{call.member}")
        return "", []

    def _set(self, call: Message) -> None:
        interface, name, value = call.body
        if (interface, name) != (ADAPTER, "Powered"):
            self.change(call.path, interface, **{name: value})
            return
        self.power(on=value.value)
        for strap in self.straps:
            strap.be_mended("Powered")

    def _discover(self, member: str) -> None:
        if not self.objects[HCI0][ADAPTER]["Powered"].value:
            raise Refusal("org.bluez.Error.NotReady", "Resource Not Ready")
        if self.busy:
            raise Refusal("org.bluez.Error.InProgress", "Operation already in progress")
        self.scans += member == "StartDiscovery"
        if member != "SetDiscoveryFilter":
            self.change(HCI0, ADAPTER, Discovering=Variant("b", member == "StartDiscovery"))

    def _strap_at(self, path: str) -> FakeStrap:
        return next(strap for strap in self.straps if path.startswith(strap.path))
