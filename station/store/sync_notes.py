"""What the sync process wants somebody to mend: it has the certificates and the network, the station has the screen.

Settings that it cannot use, a certificate that runs out: sentences for staff, the newest look's only, without anything
of a patient, and a print of the settings that were looked at. Rule 6 of the house: between the two processes lies the
store.
"""

import sqlite3
from collections.abc import Sequence
from hashlib import sha256

import msgspec

from station.store.database import told, transaction
from station.store.rows import to_json

_KEY = "sync_noted"


class _Note(msgspec.Struct, frozen=True, kw_only=True):
    sentences: tuple[str, ...]
    settings: str
    """Their print: a complaint about settings that have been mended since is none."""


def keep(connection: sqlite3.Connection, sentences: Sequence[str], *, settings: msgspec.Struct) -> None:
    """Keep what is to be mended in these settings in place of what was noted before; none when all is well.

    Raises:
        StoreError: the disk fails.
    """
    note = _Note(sentences=tuple(sentences), settings=_print(settings))
    if note == _newest(connection):
        return
    with told("note what is to be mended"), transaction(connection):
        connection.execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", (_KEY, to_json(note)))


def noted(connection: sqlite3.Connection, *, settings: msgspec.Struct) -> tuple[str, ...]:
    """What was noted at the last look, if it was at these settings.

    Raises:
        StoreError: the store cannot be read.
    """
    note = _newest(connection)
    return note.sentences if note is not None and note.settings == _print(settings) else ()


def _newest(connection: sqlite3.Connection) -> _Note | None:
    with told("read what is to be mended"):
        row = connection.execute("SELECT value FROM meta WHERE key = ?", (_KEY,)).fetchone()
    return None if row is None else msgspec.json.decode(row[0], type=_Note)


def _print(settings: msgspec.Struct) -> str:
    return sha256(to_json(settings).encode()).hexdigest()
