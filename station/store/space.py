"""Room on the disk: a floor below which no session is begun, and a ballast to throw off when one runs full.

A disk that fills up in mid-session must not cost the session: the ballast holds room for many hours of training.
"""

import os
from pathlib import Path

from station.store.database import opened

BALLAST = "ballast"
BALLAST_BYTES = 32 * 1024 * 1024
FLOOR_BYTES = 200_000_000


def free_bytes(data: Path) -> int | None:
    """What is free on the disk with this folder; None when nobody can say."""
    try:
        disk = os.statvfs(data)
    except OSError:
        return None
    return disk.f_bavail * disk.f_frsize


def no_room_told(data: Path, floor_bytes: int = FLOOR_BYTES) -> str | None:
    """A sentence for staff when there is too little room to begin a session; None when there is enough."""
    free = free_bytes(data)
    if free is None or free >= floor_bytes:
        return None
    return (
        f"only {free / 1e6:.0f} MB are free for {data}, and a session is not begun with less than "
        f"{floor_bytes / 1e6:.0f} MB. Make room on the disk"
    )


def keep_ballast(data: Path, size_bytes: int = BALLAST_BYTES, floor_bytes: int = FLOOR_BYTES) -> bool:
    """Have the ballast in the folder, if there is room for it; whether it is there."""
    path = data / BALLAST
    if path.exists() and path.stat().st_size >= size_bytes:
        return True
    free = free_bytes(data)
    if free is None or free < floor_bytes + size_bytes:
        return False
    try:
        file = opened(path)
        try:
            os.posix_fallocate(file, 0, size_bytes)
        finally:
            os.close(file)
    except OSError:
        drop_ballast(data)
        return False
    return True


def drop_ballast(data: Path) -> bool:
    """Throw the ballast off; whether there was one."""
    try:
        (data / BALLAST).unlink()
    except OSError:
        return False
    return True
