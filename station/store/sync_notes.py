"""What the sync process wants somebody to mend: it has the certificates and the network, the station has the screen.

Settings that it cannot use, a certificate that runs out: sentences for staff, the newest look's only, without anything
of a patient. Rule 6 of the house: between the two processes lies the store.
"""

import sqlite3
from collections.abc import Sequence

import msgspec

from station.store.database import told, transaction
from station.store.rows import to_json

_KEY = "sync_to_mend"


def keep(connection: sqlite3.Connection, sentences: Sequence[str]) -> None:
    """Keep these in place of what was noted before; none when all is well.

    Raises:
        StoreError: the disk fails.
    """
    if tuple(sentences) == noted(connection):
        return
    with told("note what is to be mended"), transaction(connection):
        connection.execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", (_KEY, to_json(list(sentences))))


def noted(connection: sqlite3.Connection) -> tuple[str, ...]:
    """What was noted at the last look.

    Raises:
        StoreError: the store cannot be read.
    """
    with told("read what is to be mended"):
        row = connection.execute("SELECT value FROM meta WHERE key = ?", (_KEY,)).fetchone()
    return () if row is None else tuple(msgspec.json.decode(row[0], type=list[str]))
