"""What the station knows of its own clock: which boot this is, and whether the wall clock has been set."""

from enum import StrEnum
from pathlib import Path
from uuid import uuid4

BOOT_ID = Path("/proc/sys/kernel/random/boot_id")
SYNCHRONISED = Path("/run/systemd/timesync/synchronized")


class ClockQuality(StrEnum):
    """How far a session's wall times can be trusted; a Pi 4 without a network starts with a wrong clock."""

    SYNCED = "synced"
    UNSYNCED = "unsynced"
    CORRECTED = "corrected"
    """Not set when the session began; reckoned back at its end, when it was."""


def boot_id(path: Path = BOOT_ID) -> str:
    """The kernel's name for this boot: monotonic times are only comparable within one.

    Where the kernel does not tell, a name that is never given twice: nothing is then taken for the same boot.
    """
    try:
        return path.read_text(encoding="ascii").strip()
    except OSError:
        return str(uuid4())


def clock_quality(flag: Path = SYNCHRONISED) -> ClockQuality:
    """Whether the time service has set the wall clock since this boot."""
    return ClockQuality.SYNCED if flag.exists() else ClockQuality.UNSYNCED
