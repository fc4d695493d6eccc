"""The files a session can be handed out as; the log is the record, the others are made from it for people."""

import gzip
import io
import zipfile
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from station.errors import StationError
from station.moment import Language
from station.store.sessions import Store
from station.sync import fit, report, table, training_log
from station.sync.sets_table import sets_csv
from station.sync.whole import WholeSession, whole_session

SEALED_NAME = "session.zip.age"
_EPOCH = (1980, 1, 1, 0, 0, 0)
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
            archive.writestr(zipfile.ZipInfo(file.name, _EPOCH), file.content, zipfile.ZIP_DEFLATED)
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


def export(
    store: Store,
    session_id: str,
    out: Path,
    *,
    formats: tuple[Format, ...] = tuple(Format),
    language: Language = Language.BOKMAL,
) -> list[Path]:
    """Write the session's files into the folder `out` (made where it is missing), readable by their owner only.

    Of a sealed session there is one file, which only the clinic's private key opens.

    Raises:
        StationError: a file cannot be written there.
        StoreError: the session cannot be read.
    """
    sealed = store.sealed(session_id)
    if sealed is None:
        whole = whole_session(store, session_id)
        files = [made(store, whole, kind, language) for kind in formats]
    else:
        files = [Export(name=SEALED_NAME, content_type="application/octet-stream", content=sealed)]
    written = []
    try:
        out.mkdir(parents=True, exist_ok=True)
        for file in files:
            path = out / f"{session_id[:8]}-{file.name}"
            path.touch(mode=0o600)
            path.write_bytes(file.content)
            written.append(path)
    except OSError as error:
        message = f"{out} cannot be written: {error.strerror}. Choose another folder with --out"
        raise StationError(message) from error
    return written
