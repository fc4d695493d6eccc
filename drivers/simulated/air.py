"""Where a strap on the air gets its radio from: a controller of its own, or a virtual adapter of this computer.

Responsible for opening what Bumble calls a transport, and for saying what is wrong with one. A controller (`usb:0`,
`hci-socket:1`, `tcp-client:HOST:PORT`) is the strap's; one that `bluetoothd` uses cannot be it. At `vhci` it is the
other way round: the computer's Bluetooth gets an adapter from us, and the strap is worn in that adapter's air.
"""

import asyncio
from typing import Any, Protocol

from bumble import hci
from bumble.controller import Controller
from bumble.link import LocalLink
from bumble.transport import open_transport
from bumble.transport.common import Transport

from station.errors import DeviceSilent

VIRTUAL = "vhci"
WHAT_IT_IS = {
    "usb": "no Bluetooth dongle by that number; usb:0 is the first. Plug one in, and see that you may open it",
    "hci-socket": "the adapter must be down and not bluetoothd's: `hciconfig hci1 down`, as root; and Python must know "
    "Bluetooth sockets, as Debian's does",
    VIRTUAL: "virtual adapters need root and the kernel's module: `modprobe hci_vhci`",
}
OTHER = "the words are usb:0, hci-socket:1, vhci, tcp-client:HOST:PORT; Bumble's documentation lists all transports"


class Worn(Protocol):
    """What wants a controller to be on the air with."""

    async def serve(self, source: Any, sink: Any) -> None:
        """Be on the air with the controller behind these, for ever."""
        ...


async def on_air(strap: Worn, transport: str) -> None:
    """Wear this strap at the transport Bumble knows by that name, for ever.

    Raises:
        DeviceSilent: when no controller is there, or not any more.
    """
    kind = transport.partition(":")[0]
    async with await _opened(transport, kind) as opened, asyncio.TaskGroup() as group:
        group.create_task(_until_gone(opened, transport))
        group.create_task(beside_an_adapter(strap, opened) if kind == VIRTUAL else strap.serve(*_ends(opened)))


async def beside_an_adapter(strap: Worn, computer: Transport) -> None:
    """Be the Bluetooth adapter of the computer at that transport, with this strap in its air, for ever."""
    link = LocalLink()  # type: ignore[no-untyped-call]
    VirtualAdapter(*_ends(computer), link)  # the link keeps it
    controller = Controller("strap", link=link)
    await strap.serve(controller, controller)


class VirtualAdapter(Controller):
    """An adapter as Linux needs it."""

    def __init__(self, source: Any, sink: Any, link: LocalLink) -> None:
        # No public address: Bumble's link sends from the random one only.
        super().__init__("adapter", host_source=source, host_sink=sink, link=link)
        # These two it claims, and sends none of their events.
        self.le_features &= ~(hci.LeFeatureMask.LL_PRIVACY | hci.LeFeatureMask.LE_EXTENDED_ADVERTISING)

    def on_hci_le_create_connection_cancel_command(self, command: hci.HCI_LE_Create_Connection_Cancel_Command) -> Any:
        """Call a connection attempt off, and say that it has completed, too: else Linux never begins another."""
        pending, self.pending_le_connection = self.pending_le_connection, None
        if pending is not None:
            told = hci.HCI_LE_Connection_Complete_Event(
                status=hci.HCI_UNKNOWN_CONNECTION_IDENTIFIER_ERROR,
                connection_handle=0,
                role=hci.Role.CENTRAL,
                peer_address_type=pending.peer_address_type,
                peer_address=pending.peer_address,
                connection_interval=0,
                peripheral_latency=0,
                supervision_timeout=0,
                central_clock_accuracy=0,
            )
            asyncio.get_running_loop().call_soon(self.send_hci_packet, told)
        return super().on_hci_le_create_connection_cancel_command(command)


async def _opened(transport: str, kind: str) -> Transport:
    try:
        return await open_transport(transport)
    except Exception as error:  # Bumble, libusb and their checks raise all kinds, bare Exceptions among them
        told = f" ({error})" if str(error) else ""
        raise DeviceSilent("strap", f"no controller at {transport}{told}: {WHAT_IT_IS.get(kind, OTHER)}") from error


def _ends(opened: Transport) -> tuple[Any, Any]:
    return opened.source, opened.sink


async def _until_gone(opened: Transport, transport: str) -> None:
    await asyncio.wait([opened.source.terminated])
    raise DeviceSilent("strap", f"the controller at {transport} has gone; plug it in again, and start anew")
