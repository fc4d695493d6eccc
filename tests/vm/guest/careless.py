"""In the guest: the station as it is, but its commits do not wait for the disk (`synchronous = NORMAL`).

With it the power cuts must find lost seconds; if they do not, the bench proves nothing.
"""

import sqlite3
import sys
from pathlib import Path

from station.__main__ import main
from station.store import database, writer

_careful = database.connect


def careless(path: Path) -> sqlite3.Connection:
    connection = _careful(path)
    connection.execute("PRAGMA synchronous = NORMAL")
    return connection


writer.connect = careless  # type: ignore[attr-defined]
sys.argv[0] = "motbakke"
main()
