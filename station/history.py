"""What the coach has learnt of a patient, as the pipe keeps it: a file with one JSON object a line, oldest first.

The same records as in the store; the station itself keeps them there.
"""

from pathlib import Path
from typing import Any

import msgspec

from station.coach.coaching import Coaching, Lesson, learnt, lessons_in
from station.errors import SettingsError, StoreError


def history_in(path: Path) -> tuple[tuple[Lesson, ...], tuple[str, ...]]:
    """The memories in the file, newest first, and a sentence for each line that is none. No file: no memories.

    Raises:
        SettingsError: the file cannot be read.
    """
    try:
        lines = path.read_bytes().splitlines()
    except FileNotFoundError:
        return (), ()
    except OSError as error:
        raise SettingsError(f"{path}: cannot be read ({error}). Give the file --learn-to has written") from error
    memories, doubts = [], []
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        memory = _memory(line)
        if memory is None:
            doubts.append(f"{path.name}, line {number}: no record of this version. It is left out of account.")
        else:
            memories.append(memory)
    return tuple(reversed(memories)), tuple(doubts)


def _memory(line: bytes) -> Lesson | None:
    try:
        read = lessons_in([msgspec.json.decode(line, type=dict[str, Any])])
    except (msgspec.DecodeError, UnicodeDecodeError):
        return None
    return read[0] if read else None


def add_to_history(path: Path, coaching: Coaching) -> None:
    """Add what this session has taught as the file's last line; nothing when it was too short to teach anything.

    Raises:
        StoreError: the file cannot be written.
    """
    memory = learnt(coaching)
    if memory is None:
        return
    try:
        with path.open("ab") as file:
            file.write(msgspec.json.encode(memory.to_dict()) + b"\n")
    except OSError as error:
        raise StoreError(f"{path}: what was learnt cannot be written ({error}). Check the path and the disk") from error
