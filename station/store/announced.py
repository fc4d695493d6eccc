"""How many seconds of a running session are safe, said once more beside the database, so that a loss can be seen.

The newest seconds of a store lie in its write-ahead log, and a store whose log somebody has deleted looks whole: it
opens, and knows nothing of what is missing. This small file, written after the commits it speaks of, knows.
"""

import os
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import msgspec

FILE_NAME = "open-session.json"
EACH_S = 30.0
"""How often a running session is announced, besides at each new phase: rarely, for the card's sake."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Announced:
    """A session that was open, and how many of its seconds were safe on the disk."""

    session: str
    seconds: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Missing:
    """Seconds that were safe on the disk once, and are not there any more."""

    session: str
    seconds: int
    left: int

    @property
    def sentence(self) -> str:
        """For staff and clinic IT, without patient data."""
        return (
            f"Session {self.session[:8]} had {self.seconds} seconds on the disk, and {self.left} of them are left: "
            "the store's -wal file was deleted or replaced, or the card fails. What is left is kept. Copy or move a "
            "store only while the station is stopped, and all its files together; if nobody did, replace the card"
        )


def announce(data: Path, announced: Announced) -> None:
    """Say so on the disk, whole or not at all.

    Raises:
        OSError: the disk fails or is full.
    """
    half_made = data / f"{FILE_NAME}.new"
    with os.fdopen(os.open(half_made, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        file.write(msgspec.json.encode(announced))
        file.flush()
        os.fsync(file.fileno())
    half_made.rename(data / FILE_NAME)


def announced(data: Path) -> Announced | None:
    """What was said last; None when no session was open, or the file is unreadable."""
    try:
        return msgspec.json.decode((data / FILE_NAME).read_bytes(), type=Announced)
    except (OSError, msgspec.DecodeError):
        return None


def withdraw(data: Path) -> None:
    """No session is open any more."""
    with suppress(OSError):
        (data / FILE_NAME).unlink()
