"""Opening the database file: permissions, pragmas, migrations, one owner at a time, and what to do with a broken one.

Knows the file, not what is in it.
"""

import fcntl
import hashlib
import os
import sqlite3
import stat
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path

from station.errors import StoreChanged, StoreError
from station.store.schema import MIGRATIONS

FILE_NAME = "motbakke.sqlite3"
LONGEST_WAIT_FOR_LOCK_S = 10.0
"""The other process holds the database for milliseconds; longer than this, something is wrong."""

_BROKEN = frozenset({sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB})
_SIDE_FILES = ("", "-wal", "-shm")


def connect(path: Path) -> sqlite3.Connection:
    """A connection that loses no acknowledged commit in a power cut (WAL, synchronous=FULL).

    Raises:
        StoreError: the file cannot be opened.
    """
    with told(f"open {path}"):
        connection = sqlite3.connect(path, timeout=LONGEST_WAIT_FOR_LOCK_S, isolation_level=None)
        try:
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute("PRAGMA synchronous = FULL")
            connection.execute("PRAGMA foreign_keys = ON")
            connection.execute("PRAGMA secure_delete = ON")
            # The audit's chain is made where its rows are: in the statement that inserts them.
            connection.create_function("sha256", 1, _sha256, deterministic=True)
        except (sqlite3.Error, UnicodeDecodeError):
            connection.close()
            raise
    return connection


def _sha256(text: str | None) -> str | None:
    return None if text is None else hashlib.sha256(text.encode()).hexdigest()


def make(data: Path) -> Path:
    """The database's path, the folder made with mode 0700 and the file as `opened` does, where they were missing.

    Raises:
        StoreError: the folder or the file cannot be made.
    """
    make_folder(data)
    path = data / FILE_NAME
    with _told_of_making(path):
        os.close(opened(path))
    return path


def make_folder(data: Path) -> None:
    """Make the folder of the store, for its owner alone, where it was missing.

    Raises:
        StoreError: it cannot be made.
    """
    with _told_of_making(data):
        data.mkdir(mode=0o700, parents=True, exist_ok=True)


@contextmanager
def _told_of_making(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        message = f"cannot make {path}: {error.strerror}. Choose another folder with --data, or mend its permissions"
        raise StoreError(message) from error


def opened(path: Path) -> int:
    """A descriptor of this file, made where it is missing: its owner's alone, or the group's where the folder is.

    On an installed station two users of one group share the records: the one that trains and the one that sends.
    """
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    shared = stat.S_ISGID | stat.S_IWGRP
    if path.parent.stat().st_mode & shared == shared and os.fstat(descriptor).st_uid == os.geteuid():
        os.fchmod(descriptor, 0o660)  # whatever the umask says
    return descriptor


def move_aside(path: Path, wall: datetime) -> Path:
    """Keep the broken file under a name with the time in it, and say where; never deletes anything.

    Raises:
        StoreError: it cannot be renamed.
    """
    stamp = wall.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")
    kept = path.with_name(f"{path.name}.broken-{stamp}")
    number = 1
    while kept.exists():
        number += 1
        kept = path.with_name(f"{path.name}.broken-{stamp}-{number}")
    try:
        for suffix in _SIDE_FILES:
            with suppress(FileNotFoundError):
                Path(f"{path}{suffix}").rename(f"{kept}{suffix}")
    except OSError as error:
        message = f"{path} is damaged and cannot be moved aside: {error.strerror}. Move it away by hand"
        raise StoreError(message) from error
    return kept


def migrate(connection: sqlite3.Connection, migrations: Sequence[Sequence[str]] = MIGRATIONS) -> None:
    """Bring the tables to this software's version, each step in a transaction of its own.

    A store with something in it is copied first, beside itself; see `backup`.

    Raises:
        StoreError: a newer version of the software made the file, or a step failed (and was rolled back).
    """
    with told("bring the store up to date"):
        if 0 < (version := version_of(connection, newest=len(migrations))) < len(migrations):
            _back_up(connection, version)
        while version_of(connection, newest=len(migrations)) < len(migrations):
            with transaction(connection):
                # Read again behind the lock: another process may have been quicker.
                version = version_of(connection, newest=len(migrations))
                for statement in migrations[version] if version < len(migrations) else ():
                    connection.execute(statement)
                connection.execute(f"PRAGMA user_version = {min(version + 1, len(migrations))}")


def backup(path: Path, version: int) -> Path:
    """Where the store at `path` is kept as it was before it was brought from this version to a newer one."""
    return path.with_name(f"{path.name}.before-version-{version + 1}")


def _back_up(connection: sqlite3.Connection, version: int) -> None:
    file = connection.execute("SELECT file FROM pragma_database_list WHERE name = 'main'").fetchone()[0]
    if not file or backup(Path(file), version).exists():
        return
    # Another process may be at it too: each makes a copy of its own, and the last one stays.
    half_made = backup(Path(file), version).with_suffix(f".{os.getpid()}-{threading.get_ident()}")
    try:
        os.close(opened(half_made))
        connection.execute("VACUUM INTO ?", (str(half_made),))
        half_made.rename(backup(Path(file), version))
    except OSError as error:
        message = f"{file} cannot be copied before it is brought up to date: {error.strerror}. Make room on the disk"
        raise StoreError(message) from error
    finally:
        half_made.unlink(missing_ok=True)


def version_of(connection: sqlite3.Connection, *, newest: int) -> int:
    """The version of the tables.

    Raises:
        StoreError: it is newer than the newest that this software knows.
    """
    version = int(connection.execute("PRAGMA user_version").fetchone()[0])
    if version > newest:
        message = (
            f"the store is of version {version}, this software knows {newest}: "
            "a newer Motbakke made it. Install that version again"
        )
        raise StoreError(message)
    return version


@contextmanager
def transaction(connection: sqlite3.Connection) -> Iterator[None]:
    """All or nothing: commits at the end, rolls back when anything in it fails."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise


@contextmanager
def told(doing: str) -> Iterator[None]:
    """Translate SQLite's errors into the station's.

    Raises:
        StoreError: in place of any `sqlite3.Error`; StoreChanged where the file can be read and holds no records.
    """
    try:
        yield
    except (sqlite3.Error, UnicodeDecodeError) as error:
        if _by_content(error):
            raise StoreChanged(f"the store could not {doing}: {_said(error)}. {CHANGED}") from error
        message = f"the store could not {doing}: {_said(error)}. Check the disk's space, health and permissions"
        raise StoreError(message) from error


CHANGED = (
    "The station never writes so: the records were changed from outside, or the disk fails without a word. Keep the "
    "file, and compare with what the clinic's server has"
)


def _by_content(error: sqlite3.Error | UnicodeDecodeError) -> bool:
    """Whether the file could be read, and what is in it is no record: SQLite has other codes for a disk's faults."""
    by_sqlite = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_OK) & 0xFF == sqlite3.SQLITE_ERROR
    return by_sqlite or isinstance(error, UnicodeDecodeError) or "with text" in str(error)


def _said(error: sqlite3.Error | UnicodeDecodeError) -> str:
    """What SQLite says, without what it quotes: a damaged text may be a patient's."""
    said = "the file is damaged" if isinstance(error, UnicodeDecodeError) else str(error)
    return "a text in it is damaged" if "with text" in said or "user-defined" in said else said


class Lock:
    """At most one process a job: held from construction until `release`, or until the process dies."""

    def __init__(self, path: Path, busy: str) -> None:
        """Take the lock.

        Raises:
            StoreError: with the sentence `busy` when another process holds it; or the file cannot be made.
        """
        with _told_of_making(path):
            self._file = opened(path)
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            os.close(self._file)
            raise StoreError(busy) from error

    def release(self) -> None:
        """Let the next one in."""
        os.close(self._file)


def is_damage(error: sqlite3.Error) -> bool:
    """Whether it tells of a file that is no database, or not a whole one."""
    return _primary_code(error) in _BROKEN


def is_full(error: BaseException) -> bool:
    """Whether it tells of a disk without room."""
    return isinstance(error, sqlite3.Error) and _primary_code(error) == sqlite3.SQLITE_FULL


def _primary_code(error: sqlite3.Error) -> int:
    return getattr(error, "sqlite_errorcode", 0) & 0xFF
