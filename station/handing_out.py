"""Handing out a patient's sessions at the station: to a USB stick or a folder, what was chosen and nothing else."""

import asyncio
from collections.abc import Sequence
from pathlib import Path

from station.errors import NotAllowed
from station.language import Language
from station.staff.desk import Badge
from station.store.desk import StoredDesk
from station.store.sessions import Store
from station.sync.exports import Format, export

MOUNTS = Path("/proc/self/mounts")
STICKS_ARE_UNDER = ("/media/", "/run/media/", "/mnt/")


def sticks(mounts: Path = MOUNTS) -> tuple[Path, ...]:
    """Where sticks are mounted now and can be written to, in the order they were plugged in."""
    found = []
    for line in mounts.read_text(encoding="utf-8", errors="replace").splitlines():
        _, place, _, options, *_ = line.split(" ")
        place = place.replace("\\040", " ")
        if place.startswith(STICKS_ARE_UNDER) and "rw" in options.split(","):
            found.append(Path(place))
    return tuple(found)


async def handed_out(  # noqa: PLR0913  # who, whose, what, where to, and how
    desk: StoredDesk,
    badge: Badge,
    *,
    code: str,
    sessions: Sequence[str],
    folder: Path,
    formats: tuple[Format, ...] = tuple(Format),
    language: Language = Language.BOKMAL,
) -> list[Path]:
    """Write these sessions of the patient behind this code into the folder; the files that are there now.

    Takes seconds a session on a Pi, in a thread. Each session is in the audit before its files are there.

    Raises:
        NotAllowed: the badge is not good, or a session is another patient's.
        StationError: the folder cannot be written to.
        StoreError: a session cannot be read.
    """
    sign = desk.sign_of(badge)

    def written() -> list[Path]:
        with Store.at(desk.data) as store:
            if any(store.header(session_id).code != code for session_id in sessions):
                message = "one of these sessions is another patient's: nothing was handed out"
                raise NotAllowed(message)
            return [
                path
                for session_id in sessions
                for path in export(store, session_id, folder, formats=formats, language=language, by=sign)
            ]

    return await asyncio.to_thread(written)
