"""The error tree. Raised at the edges, translated once, handled in one place; each message says what to do next.

What a patient reads never comes from here: that is `ui.wording`.
"""


class StationError(Exception):
    """Anything that stops a command of the station; its message is for the person who runs it."""


class SettingsError(StationError, ValueError):
    """A settings or patient file must be edited by a person. The command ends with exit status 78."""


class DeviceError(StationError, OSError):
    """A device at the station's edge misbehaves."""

    def __init__(self, device: str, what: str) -> None:
        """Name the device in the clinic's words and say what is wrong and what to do."""
        super().__init__(f"{device}: {what}")
        self.device = device
        self.what = what


class DeviceSilent(DeviceError):
    """The device does not answer, or is not there."""


class DeviceGarbled(DeviceError):
    """The device answers, but not in the protocol that is configured."""


class StoreError(StationError, OSError):
    """The store cannot be opened, read or written."""


class StoreChanged(StoreError):
    """The records can be read, and are none that the station writes: somebody changed them from outside."""


class StoreOlder(StoreError):
    """An earlier version of the software made the records; only looking at them does not bring them up to date."""

    def __init__(self, version: int, newest: int) -> None:
        """Name the version they are of, and the one that this software makes of them."""
        super().__init__(
            f"the records are of version {version}: the station will bring them up to date, to {newest}, "
            "at its next start"
        )


class NotAllowed(StationError):
    """Somebody without a live badge asked for what only a therapist may; nothing was shown or changed."""
