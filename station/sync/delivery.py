"""The two ways to a clinic: a FHIR server that is given transactions, or an archive that is given files.

A delivery knows what a session looks like on its way, sends it, and can look whether it is there. When to send is
the worker's.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Protocol
from urllib.parse import urljoin, urlsplit

from station.store.kept import Header
from station.store.sessions import Store
from station.sync import documents, lookup
from station.sync.documents import Dialect, Style
from station.sync.exports import Format
from station.sync.transport import Endpoint, Reply, Trouble
from station.sync.verdict import Kind, Meaning, Verdict, asked_wait_s, beside_the_point, decoded, judged

if TYPE_CHECKING:
    from station.sync.audit_copy import Batch

OK, ACCEPTED = 200, 202
POLLS = 5
LONGEST_POLL_WAIT_S = 5.0

Told = Reply | Trouble | None
"""The answer a verdict rests on; None when the session was found without one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Trace:
    """By what a session that was sent is recognised on the server, when its content is not here any more."""

    dialect: str
    length: int
    log_hash: str | None = None
    is_sealed: bool = False


class Delivery(Protocol):
    """A way to the clinic."""

    @property
    def dialect(self) -> str:
        """The form of the content: what was built in another one is built anew."""
        ...

    def built(self, store: Store, session_id: str, *, slim: bool) -> bytes:
        """The session as it is sent; `slim` leaves out what can be made again from the log.

        Raises:
            StoreError: the session cannot be read.
        """
        ...

    def sealed(self, header: Header, sealed: bytes) -> bytes:
        """A sealed session as it is sent."""
        ...

    def trace(self, content: bytes) -> Trace:
        """By what this content is recognised on the server."""
        ...

    def send(self, header: Header, content: bytes, *, key: str) -> tuple[Verdict, Told]:
        """Send it and judge the answer."""
        ...

    def looked_for(self, header: Header, traces: Sequence[Trace]) -> Verdict | None:
        """What the server has of the session in any of these forms; None: send it (again)."""
        ...

    def send_audit(self, batch: "Batch") -> Verdict:
        """Give the server some rows of the audit; the same batch again creates nothing."""
        ...

    def erase(self, session_id: str) -> Verdict:
        """Have the server delete the session; ACKED when it says that it has."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class FhirDelivery:
    """One FHIR transaction a session."""

    endpoint: Endpoint
    wait: Callable[[float], object] = field(repr=False)
    """Waits so many seconds between looks at an answer that the server has put off."""
    style: Style = field(default_factory=Style)

    @property
    def dialect(self) -> str:
        """How the server is asked to create nothing twice."""
        return self.style.dialect

    def built(self, store: Store, session_id: str, *, slim: bool) -> bytes:
        """The transaction; a slim one has no other attachment than the log."""
        style = replace(self.style, attached=(Format.LOG,)) if slim else self.style
        return documents.bundle(store, session_id, style)

    def sealed(self, header: Header, sealed: bytes) -> bytes:
        """A transaction with the sealed file as its only part."""
        return documents.sealed_bundle(header, sealed, self.style)

    def trace(self, content: bytes) -> Trace:
        """The hash of the first attachment, which is the log or the sealed file."""
        return Trace(
            dialect=self.dialect,
            length=len(content),
            log_hash=documents.sent_log_hash(content),
            is_sealed=len(documents.sent_ids(content)) == 1,
        )

    def send(self, header: Header, content: bytes, *, key: str) -> tuple[Verdict, Told]:
        """Post the transaction; an outcome that is left open is looked into at once."""
        ids = documents.sent_ids(content)
        reply = self.endpoint.post(content, key=key)
        if isinstance(reply, Reply) and reply.status == ACCEPTED:
            reply = self._polled(reply, entries=len(ids))
        verdict = judged(reply, entries=len(ids))
        if (
            verdict.meaning is Meaning.ACKED
            and self.style.dialect is Dialect.PUT
            and isinstance(reply, Reply)
            and not _speaks_of(reply, ids)
        ):
            verdict = beside_the_point(reply)
        if verdict.meaning is Meaning.UNKNOWN and isinstance(reply, Reply):
            # The server is there, but did not say whether it has the session now: ask at once.
            found = self.looked_for(header, (self.trace(content),))
            if found is not None and found.meaning in (Meaning.ACKED, Meaning.REJECTED):
                return found, None
        return verdict, reply

    def looked_for(self, header: Header, traces: Sequence[Trace]) -> Verdict | None:
        """Search by identifier."""
        plain = frozenset(trace.log_hash for trace in traces if not trace.is_sealed)
        sealed = frozenset(trace.log_hash for trace in traces if trace.is_sealed)
        return lookup.looked_for(self.endpoint, header.id, plain=plain, sealed=sealed)

    def send_audit(self, batch: "Batch") -> Verdict:
        """Post a transaction with one DocumentReference."""
        content = documents.audit_bundle(batch, self.style)
        return judged(self.endpoint.post(content, key=batch.part), entries=1)

    def erase(self, session_id: str) -> Verdict:
        """Post a transaction that deletes every part."""
        reply = self.endpoint.post(documents.erasure(session_id, self.style.dialect), key=f"erase-{session_id}")
        verdict = judged(reply, entries=documents.ENTRIES)
        if verdict.meaning is Meaning.LATER and isinstance(reply, Reply) and _all_gone(reply):
            return replace(verdict, meaning=Meaning.ACKED, kind=Kind.ACK, sentence="erased on the server")
        return verdict

    def _polled(self, accepted: Reply, *, entries: int) -> Reply | Trouble:
        """The answer that the server promised, if it comes soon; never asked for anywhere but on the same server."""
        url = urljoin(self.endpoint.base, accepted.location)
        if not accepted.location or urlsplit(url)[:2] != urlsplit(self.endpoint.base)[:2]:
            return accepted
        reply: Reply | Trouble = accepted
        for _ in range(POLLS):
            asked_s = asked_wait_s(reply) if isinstance(reply, Reply) else None
            self.wait(min(LONGEST_POLL_WAIT_S, asked_s or 1.0))
            reply = self.endpoint.ask("GET", url)
            if not (isinstance(reply, Reply) and reply.status == ACCEPTED):
                break
        # What went wrong while asking for the answer says nothing about what was asked before.
        settled = judged(reply, entries=entries).meaning in (Meaning.ACKED, Meaning.REJECTED)
        return reply if settled else accepted


def _speaks_of(reply: Reply, ids: Sequence[str]) -> bool:
    """Whether each entry that tells where it was stored names our own id there."""
    answer = decoded(reply) or {}
    places = (str(entry["response"].get("location") or "") for entry in answer["entry"])
    return all(not place or own_id in place for own_id, place in zip(ids, places, strict=True))


def _all_gone(reply: Reply) -> bool:
    """Whether the answer to an erasure says of each part that it is deleted, or was not there."""
    answer = decoded(reply) or {}
    told = answer.get("entry")
    if reply.status != OK or answer.get("type") != "transaction-response" or not isinstance(told, list):
        return False
    statuses = [str(entry.get("response", {}).get("status", "")).split(" ")[0] for entry in told]
    return len(statuses) == documents.ENTRIES and set(statuses) <= {"200", "204", "404", "410"}
