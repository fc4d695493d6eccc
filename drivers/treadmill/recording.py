"""What was said on a treadmill's line, written down with times, and played back into a codec.

A recording is a text file: lines beginning with # tell where it is from, every other is
`seconds direction bytes`, with `<` for what the treadmill said and `>` for what was asked. It replays in tests.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from drivers.treadmill.codec import Event, TreadmillCodec
from station.errors import SettingsError

HEARD, SENT = "<", ">"


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """Some bytes on the line."""

    at_s: float
    ours: bool
    """Whether they were asked, not answered."""
    data: bytes


def written(said: Said) -> str:
    """The line for it."""
    return f"{said.at_s:.3f} {SENT if said.ours else HEARD} {said.data.hex(' ')}"


def recording(path: Path) -> Iterator[Said]:
    """What was said, in order.

    Raises:
        SettingsError: naming the line that is none of a recording.
    """
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(f"{path}: cannot be read ({error}). Check the path.") from error
    for number, line in enumerate(lines, start=1):
        if line.strip() and not line.startswith("#"):
            yield _read(line, f"{path.name}, line {number}")


def replayed(codec: TreadmillCodec, said: Iterable[Said]) -> Iterator[Event]:
    """What the codec makes of the treadmill's side of it."""
    codec.begin()
    for part in said:
        if not part.ours:
            yield from codec.feed(part.data, part.at_s)


def _read(line: str, where: str) -> Said:
    at_s, _, rest = line.strip().partition(" ")
    direction, _, data = rest.partition(" ")
    try:
        if direction in (HEARD, SENT):
            return Said(at_s=float(at_s), ours=direction == SENT, data=bytes.fromhex(data))
    except ValueError:
        direction = ""
    raise SettingsError(f'{where}: not "seconds < bytes" or "seconds > bytes". Correct the line.')
