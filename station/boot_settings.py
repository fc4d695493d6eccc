"""The settings a technician lays on the card's boot partition: taken over at the next boot, and their secrets blanked.

A card can be written and filled in on any computer. What is taken over is checked first, so that a slip of the pen
never replaces settings that work; what is wrong is written beside the file, where it is looked for.
"""

import os
import re
import tomllib
from dataclasses import dataclass
from pathlib import Path

from station.errors import SettingsError
from station.settings import station_settings

NAME, TAKEN, PROBLEM = "station.toml", "station.taken.toml", "station.problem.txt"
TOKEN = re.compile(r"""^([ \t]*)token([ \t]*=[ \t]*)(["'])(.*?)\3""", re.MULTILINE)
"""The one secret that may stand in the file: `token` in [sync], for a server that knows the station by it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Places:
    """Where the station's own settings lie, and whom the token belongs to: the user with the network."""

    settings: Path = Path("/etc/motbakke/station.toml")
    token: Path = Path("/etc/motbakke/token")
    token_owner: int = -1
    """A user's number; -1 leaves the file to who writes it."""


def taken_over(boot: Path, places: Places, *, root_forgets: bool = False) -> bool:
    """Make the settings in this boot partition the station's own; whether there were any.

    On a sealed station the root forgets what is written: nothing is taken, or it would be gone at the next boot.

    Raises:
        SettingsError: they are not valid, or cannot be taken; the old ones stay, and `station.problem.txt` says why.
    """
    path = boot / NAME
    if not path.exists():
        return False
    if root_forgets:
        told = "the station is sealed, and what is taken over now is gone at the next boot: unseal it first"
        (boot / PROBLEM).write_text(f"{told}\n", encoding="utf-8")
        raise SettingsError(f"{path} is not taken over: {told}")
    try:
        text = path.read_text(encoding="utf-8-sig")
        secret = _token(text)
        ours = text if secret is None else TOKEN.sub(rf'\1token_file\2"{places.token}"', text, count=1)
        fresh = places.settings.with_name(".from-the-boot-partition")
        _written(fresh, ours, like=places.settings)
        _checked(fresh, path)
        if secret is not None:
            _written(places.token, secret, mode=0o400, owner=places.token_owner)
        if places.settings.exists():
            os.replace(places.settings, places.settings.with_suffix(".before.toml"))  # noqa: PTH105
        os.replace(fresh, places.settings)  # noqa: PTH105  # one step: never half a file
        _blanked(path)
        path.replace(boot / TAKEN)
        (boot / PROBLEM).unlink(missing_ok=True)
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(f"{path} cannot be taken over ({error}). Check the card, and copy the file anew") from error
    return True


def _checked(fresh: Path, shown: Path) -> None:
    try:
        station_settings(fresh)
    except SettingsError as error:
        fresh.unlink()
        sentence = str(error).replace(fresh.name, NAME)
        (shown.parent / PROBLEM).write_text(f"{sentence}\n", encoding="utf-8")
        raise SettingsError(f"{shown} is not taken over: {sentence}") from error


def _token(text: str) -> str | None:
    """The secret in the settings, None without one.

    Raises:
        SettingsError: it is not where it is looked for, so that it could not be blanked.
    """
    try:
        secret = tomllib.loads(text).get("sync", {}).get("token")
    except (tomllib.TOMLDecodeError, AttributeError):
        return None  # the check says what is wrong
    found = TOKEN.search(text)
    if secret is not None and (found is None or found.group(4) != secret):
        raise SettingsError(f'{NAME}: [sync] token: write it on a line of its own, as token = "…"')
    return secret if found else None


def _written(path: Path, text: str, *, mode: int = 0o640, owner: int = -1, like: Path | None = None) -> None:
    path.unlink(missing_ok=True)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        if like is not None:
            place = (like if like.exists() else like.parent).stat()
            os.fchown(descriptor, -1, place.st_gid)
        os.fchown(descriptor, owner, -1)
        file.write(text)
        file.flush()
        os.fsync(descriptor)


def _blanked(path: Path) -> None:
    """Write over the secret where it stands: the same bytes of the card, not a new file beside it."""
    raw = path.read_bytes()
    with path.open("r+b") as file:
        for found in re.finditer(TOKEN.pattern.encode(), raw, re.MULTILINE):
            file.seek(found.start(4))
            file.write(b"*" * len(found.group(4)))
        file.flush()
        os.fsync(file.fileno())
