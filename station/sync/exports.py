"""The files a session can be handed out as; the log is the record, the others are made from it for people."""

import gzip
import io
import os
import zipfile
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from secrets import token_hex

from station.errors import StationError
from station.language import Language
from station.store import audit, people
from station.store.audit import What
from station.store.sessions import Store
from station.sync import report, table, training_log
from station.sync.sets_table import sets_csv
from station.sync.whole import WholeSession, whole_session

SEALED_NAME = "session.zip.age"
EPOCH = (1980, 1, 1, 0, 0, 0)
"""The date of every file in an archive."""


class Format(StrEnum):
    """What kind of file."""

    LOG = "log"
    FIT = "fit"
    CSV = "csv"
    HTML = "html"


@dataclass(frozen=True, slots=True, kw_only=True)
class Export:
    """One file about a session."""

    name: str
    content_type: str
    content: bytes


def made(store: Store, whole: WholeSession, kind: Format, language: Language) -> Export:
    """The session in this format."""
    match kind:
        case Format.LOG:
            archive = training_log.log_archive(store, whole.header.id)
            return Export(name=training_log.FILE_NAME, content_type="application/gzip", content=archive)
        case Format.FIT:
            from station.sync import fit  # noqa: PLC0415  # half a second of a station's start, which writes none

            return Export(name=fit.FILE_NAME, content_type="application/vnd.ant.fit", content=fit.fit_file(whole))
        case Format.CSV:
            return Export(name=table.FILE_NAME, content_type="text/csv", content=csv_of(whole))
        case Format.HTML:
            page = report.report(whole, language)
            return Export(name=report.FILE_NAME, content_type="text/html", content=page)


def archived(store: Store, session_id: str, language: Language, kinds: tuple[Format, ...] = tuple(Format)) -> bytes:
    """The session's files in one zip; the same session gives the same bytes.

    Raises:
        StoreError: the session cannot be read.
    """
    whole = whole_session(store, session_id)
    zipped = io.BytesIO()
    with zipfile.ZipFile(zipped, "w", zipfile.ZIP_DEFLATED) as archive:
        for kind in kinds:
            file = made(store, whole, kind, language)
            archive.writestr(zipfile.ZipInfo(file.name, EPOCH), file.content, zipfile.ZIP_DEFLATED)
    return zipped.getvalue()


def csv_of(whole: WholeSession) -> bytes:
    """The session's table, a row a second, with the columns of its method."""
    return table.csv_file(whole) if whole.lifted is None else sets_csv(whole)


def packed(file: Export) -> Export:
    """The file as it is attached to an upload: what nobody opens in a browser and shrinks well goes compressed."""
    if file.content_type != "text/csv":
        return file
    small = gzip.compress(file.content, mtime=0)
    return Export(name=f"{file.name}.gz", content_type="application/gzip", content=small)


def export(  # noqa: PLR0913  # what, where to, how and for whom
    store: Store,
    session_id: str,
    out: Path,
    *,
    formats: tuple[Format, ...] = tuple(Format),
    language: Language = Language.BOKMAL,
    by: str = audit.COMMAND_LINE,
) -> list[Path]:
    """Write the session's files into the folder `out` (made where it is missing), readable by their owner only.

    All of them or none, each whole or not at all: a stick that is pulled out leaves no half file under its name. That
    `by` took them is in the audit before the first is there. Of a sealed session there is one file, which only the
    clinic's private key opens.

    Raises:
        StationError: a file cannot be written there.
        StoreError: the session cannot be read.
    """
    header = store.header(session_id)
    sealed = store.sealed(session_id)
    if sealed is None:
        whole = whole_session(store, session_id)
        files = [made(store, whole, kind, language) for kind in formats]
    else:
        files = [Export(name=SEALED_NAME, content_type="application/octet-stream", content=sealed)]
    staged: dict[Path, Path] = {}
    try:
        out.mkdir(parents=True, exist_ok=True)
        for file in files:
            path = out / f"{session_id[:8]}-{file.name}"
            staged[path] = path.with_name(f".{path.name}.{token_hex(4)}")
            _write(staged[path], file.content)
        facts = {"code": header.code, "session": session_id, "files": [path.name for path in staged]}
        people.keep(store.connection, by, What.EXPORT, facts, datetime.now(UTC))
        for path, half_made in staged.items():
            half_made.replace(path)
        _flush_folder(out)
    except OSError as error:
        if isinstance(error, StationError):
            raise
        message = f"{out} cannot be written: {error.strerror}. Choose another folder, or another stick"
        raise StationError(message) from error
    finally:
        for half_made in staged.values():
            with suppress(OSError):
                half_made.unlink(missing_ok=True)
    return list(staged)


def _write(path: Path, content: bytes) -> None:
    path.touch(mode=0o600)
    with path.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def _flush_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        # Some sticks' file systems have nothing to flush here, and say so.
        with suppress(OSError):
            os.fsync(handle)
    finally:
        os.close(handle)
