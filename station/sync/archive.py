"""The plain way: one file a session, put into any WebDAV-like store (nginx, Apache, MinIO behind a gateway).

The file is named after the session and nothing else, so that a session lies there once, whatever form it arrives in,
however often and in whatever order (docs/decisions/0095). It counts as stored when the server, asked again, has a file
of that name with the length of a form that was sent.
"""

import io
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from station.language import Language
from station.store.kept import Header
from station.store.sessions import Store
from station.sync.delivery import Told, Trace
from station.sync.exports import EPOCH, SEALED_NAME, Format, archived
from station.sync.transport import Endpoint, Reply, Trouble
from station.sync.verdict import Kind, Meaning, Verdict, intercepted, judged, of_status

if TYPE_CHECKING:
    from station.sync.audit_copy import Batch

ZIP = "application/zip"
_OK, _CREATED, _NO_CONTENT, _BAD_REQUEST, _NOT_FOUND, _GONE = 200, 201, 204, 400, 404, 410


@dataclass(frozen=True, slots=True, kw_only=True)
class ArchiveDelivery:
    """One file a session, under `station/year/month/`."""

    endpoint: Endpoint
    language: Language = Language.BOKMAL
    dialect: str = field(default="archive", init=False)

    def built(self, store: Store, session_id: str, *, slim: bool) -> bytes:
        """The archive with log, report, FIT and CSV; a slim one with the log alone."""
        return archived(store, session_id, self.language, (Format.LOG,) if slim else tuple(Format))

    def sealed(self, header: Header, sealed: bytes) -> bytes:
        """The sealed file in a zip of its own: what has the name of a zip is one."""
        del header
        zipped = io.BytesIO()
        with zipfile.ZipFile(zipped, "w", zipfile.ZIP_STORED) as around:
            around.writestr(zipfile.ZipInfo(SEALED_NAME, EPOCH), sealed)
        return zipped.getvalue()

    def trace(self, content: bytes) -> Trace:
        """The length."""
        return Trace(dialect=self.dialect, length=len(content))

    def send(self, header: Header, content: bytes, *, key: str) -> tuple[Verdict, Told]:
        """Put the file, then ask for it."""
        headers = {"Content-Type": ZIP, "Idempotency-Key": key}
        reply = self.endpoint.ask("PUT", self.url(header), headers=headers, content=content)
        if isinstance(reply, Reply) and reply.status in (_OK, _CREATED, _NO_CONTENT):
            return self.looked_for(header, (self.trace(content),)) or _vanished(reply), reply
        return answered(reply), reply

    def looked_for(self, header: Header, traces: Sequence[Trace]) -> Verdict | None:
        """Ask for the session's file; it must have one of these lengths."""
        return self._has(self.url(header), [trace.length for trace in traces])

    def _has(self, url: str, wanted: Sequence[int]) -> Verdict | None:
        reply = self.endpoint.ask("HEAD", url)
        match reply:
            case Reply(status=status) if status in (_NOT_FOUND, _GONE):
                return None
            case Reply(status=200, length=length) if length in wanted:
                sentence = f"stored: {length} bytes"
                return Verdict(meaning=Meaning.ACKED, kind=Kind.ACK, sentence=sentence, status=_OK)
            case Reply(status=200, content_type=content_type) if content_type.startswith("text/"):
                return intercepted(reply)
            case Reply(status=200):
                # Half a file under our name, or somebody else's answer: put it again, whole.
                return None
            case _:
                verdict = answered(reply)
                meaning = verdict.meaning if verdict.meaning is Meaning.BLOCKED else Meaning.UNKNOWN
                return Verdict(meaning=meaning, kind=verdict.kind, sentence=verdict.sentence, status=verdict.status)

    def send_audit(self, batch: "Batch") -> Verdict:
        """Put the rows under `station/audit/`, then ask for them."""
        url = f"{self.endpoint.base}/{batch.station_id}/audit/{batch.part}.ndjson.gz"
        if (there := self._has(url, [len(batch.content)])) is not None:
            return there
        headers = {"Content-Type": "application/gzip", "Idempotency-Key": batch.part}
        reply = self.endpoint.ask("PUT", url, headers=headers, content=batch.content)
        if isinstance(reply, Reply) and reply.status in (_OK, _CREATED, _NO_CONTENT):
            return self._has(url, [len(batch.content)]) or _vanished(reply)
        return answered(reply)

    def erase(self, session_id: str) -> Verdict:
        """Not possible: the archive is write-once; its keeper must delete the file."""
        sentence = f"the archive's keeper must delete the file {session_id}.zip"
        return Verdict(meaning=Meaning.BLOCKED, kind=Kind.CONFIG, sentence=sentence)

    def url(self, header: Header) -> str:
        """Where the session lies in whatever form: its start is not corrected once anything of it may have left."""
        return f"{self.endpoint.base}/{header.station_id}/{header.start_wall:%Y/%m}/{header.id}.zip"


def _vanished(reply: Reply) -> Verdict:
    sentence = "the server said that it took the file, but does not have it"
    return Verdict(meaning=Meaning.LATER, kind=Kind.INTERCEPT, sentence=sentence, status=reply.status)


def answered(reply: Reply | Trouble) -> Verdict:
    """What an answer means that takes or shows no file."""
    match reply:
        case Reply(status=400):
            # What nginx says to a station without a certificate; nobody reads the content here.
            sentence = "the archive refuses the request: check its address and this station's certificate"
            return Verdict(meaning=Meaning.BLOCKED, kind=Kind.AUTH, sentence=sentence, status=_BAD_REQUEST)
        case Reply(status=404 | 405 | 409 | 422 as status):
            sentence = "the archive takes no files at this address: check it"
            return Verdict(meaning=Meaning.BLOCKED, kind=Kind.CONFIG, sentence=sentence, status=status)
        case Reply():
            return of_status(reply)
        case Trouble():
            return judged(reply, entries=0)
