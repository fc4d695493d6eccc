"""The plain way: one immutable file a session, put into any WebDAV-like store (nginx, Apache, MinIO behind a gateway).

The name holds a hash of the content, so that nothing is ever overwritten by something else. A session counts as
stored when the server, asked again, has a file of that name and length.
"""

import hashlib
import io
import zipfile
from dataclasses import dataclass, field

from station.moment import Language
from station.store.kept import Header
from station.store.sessions import Store
from station.sync.delivery import Told
from station.sync.exports import Format, made
from station.sync.transport import Endpoint, Reply, Trouble
from station.sync.verdict import Kind, Meaning, Verdict, intercepted, judged, of_status
from station.sync.whole import whole_session

ZIP = "application/zip"
_OK, _CREATED, _NO_CONTENT, _BAD_REQUEST, _NOT_FOUND, _GONE = 200, 201, 204, 400, 404, 410
_EPOCH = (1980, 1, 1, 0, 0, 0)
"""The date of every file in the archive: the same session gives the same bytes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ArchiveDelivery:
    """One file a session, under `station/year/month/`."""

    endpoint: Endpoint
    language: Language = Language.BOKMAL
    dialect: str = field(default="archive", init=False)
    may_be_slim: bool = field(default=False, init=False)
    """Another content has another name: a session must never lie there twice."""

    def built(self, store: Store, session_id: str, *, slim: bool) -> bytes:
        """The archive with log, report, FIT and CSV; a slim one with the log alone."""
        whole = whole_session(store, session_id)
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
            for kind in (Format.LOG,) if slim else Format:
                file = made(store, whole, kind, self.language)
                archive.writestr(zipfile.ZipInfo(file.name, _EPOCH), file.content, zipfile.ZIP_DEFLATED)
        return packed.getvalue()

    def send(self, header: Header, content: bytes, *, key: str) -> tuple[Verdict, Told]:
        """Put the file, then ask for it."""
        headers = {"Content-Type": ZIP, "Idempotency-Key": key}
        reply = self.endpoint.ask("PUT", self.url(header, content), headers=headers, content=content)
        if isinstance(reply, Reply) and reply.status in (_OK, _CREATED, _NO_CONTENT):
            return self.looked_for(header, content) or _vanished(reply), reply
        return _judged(reply), reply

    def looked_for(self, header: Header, content: bytes) -> Verdict | None:
        """Ask for a file of this name and length."""
        reply = self.endpoint.ask("HEAD", self.url(header, content))
        match reply:
            case Reply(status=status) if status in (_NOT_FOUND, _GONE):
                return None
            case Reply(status=200, length=length) if length == len(content):
                sentence = f"stored: {length} bytes"
                return Verdict(meaning=Meaning.ACKED, kind=Kind.ACK, sentence=sentence, status=_OK)
            case Reply(status=200, content_type=content_type) if content_type.startswith("text/"):
                return intercepted(reply)
            case Reply(status=200):
                # Half a file under our name, or somebody else's answer: put it again, whole.
                return None
            case _:
                verdict = _judged(reply)
                meaning = verdict.meaning if verdict.meaning is Meaning.BLOCKED else Meaning.UNKNOWN
                return Verdict(meaning=meaning, kind=verdict.kind, sentence=verdict.sentence, status=verdict.status)

    def erase(self, session_id: str) -> Verdict:
        """Not possible: the archive is write-once; its keeper must delete the file."""
        sentence = f"the archive's keeper must delete the files that begin with {session_id}"
        return Verdict(meaning=Meaning.BLOCKED, kind=Kind.CONFIG, sentence=sentence)

    def url(self, header: Header, content: bytes) -> str:
        """Where the session lies: the same content always in the same place."""
        name = f"{header.id}-{hashlib.sha256(content).hexdigest()[:8]}.zip"
        return f"{self.endpoint.base}/{header.station_id}/{header.start_wall:%Y/%m}/{name}"


def _vanished(reply: Reply) -> Verdict:
    sentence = "the server said that it took the file, but does not have it"
    return Verdict(meaning=Meaning.LATER, kind=Kind.INTERCEPT, sentence=sentence, status=reply.status)


def _judged(reply: Reply | Trouble) -> Verdict:
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
