"""Looking at the store's file without changing it: whether it is whole, of which version it is, and what is in it.

For the doctor, for lists, and for the station before it opens its store; what is to be done is said elsewhere.
"""

import sqlite3
from pathlib import Path

from station.errors import StoreChanged, StoreError, StoreOlder
from station.store.database import CHANGED, LONGEST_WAIT_FOR_LOCK_S, is_damage, told, version_of
from station.store.schema import MIGRATIONS


def looked_at(path: Path) -> sqlite3.Connection:
    """A connection that can only read; it leaves neither a file nor a byte of the records behind.

    Raises:
        sqlite3.Error: the file cannot be opened.
    """
    # Without a log beside it nobody has the store open. SQLite would make one, and a reader cannot take it away again.
    alone = "" if Path(f"{path}-wal").exists() else "&immutable=1"
    uri = f"{path.absolute().as_uri()}?mode=ro{alone}"
    return sqlite3.connect(uri, uri=True, timeout=LONGEST_WAIT_FOR_LOCK_S, isolation_level=None)


EMPTY = (
    "{path} is empty (0 bytes), as a power cut or a failing card leaves it. The station keeps it aside at its next "
    "start, and begins a new one"
)


def is_empty(path: Path) -> bool:
    """Whether there is a file and nothing in it: no station leaves one so, save by a cut as it makes its very first."""
    return path.is_file() and path.stat().st_size == 0


def not_empty(path: Path) -> None:
    """Make sure that nobody begins a store anew over one that was lost.

    Raises:
        StoreError: the file is there, and empty.
    """
    if is_empty(path):
        raise StoreError(EMPTY.format(path=path))


def is_broken(path: Path) -> bool:
    """Whether SQLite's quick check finds the file damaged.

    Raises:
        StoreError: the file cannot be read at all, which says nothing about what is in it.
    """
    try:
        connection = looked_at(path)
        try:
            return bool(connection.execute("PRAGMA quick_check(1)").fetchone()[0] != "ok")
        finally:
            connection.close()
    except UnicodeDecodeError:
        # Even SQLite's own message quotes bytes that are no text any more.
        return True
    except sqlite3.DatabaseError as error:
        if is_damage(error):
            return True
        message = f"cannot read {path}: {error}"
        raise StoreError(message) from error


def of_today(connection: sqlite3.Connection) -> None:
    """Make sure that the store is of this software's version.

    Raises:
        StoreOlder: it is of an earlier one.
        StoreChanged: it has tables, and says that it has none.
        StoreError: it is of a newer one, or cannot be read.
    """
    with told("say its version"):
        version = version_of(connection, newest=len(MIGRATIONS))
        tables = int(connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0])
    if version == 0 and tables:
        message = f"the store has {tables} tables, and says that it has none. {CHANGED}"
        raise StoreChanged(message)
    if version < len(MIGRATIONS):
        raise StoreOlder(version, len(MIGRATIONS))
