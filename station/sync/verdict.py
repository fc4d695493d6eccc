"""What the server's answer means for a session: a pure table, distrustful of everything but a whole acknowledgement.

An acknowledgement is status 200 with a FHIR transaction response that says 200 or 201 for each entry. "Any 2xx"
is not one: captive portals answer so too.
"""

import math
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from enum import StrEnum
from typing import Any

import msgspec

from station.sync.transport import FHIR_JSON, Fault, Reply, Trouble

SHORTEST_WAIT_S = 1.0
LONGEST_WAIT_S = 24 * 3600.0


class Meaning(StrEnum):
    """What to do now."""

    ACKED = "acked"
    LATER = "later"
    """Nothing is wrong with the session: try again after a while."""
    UNKNOWN = "unknown"
    """It may have been stored: look for it before sending it again."""
    BLOCKED = "blocked"
    """No attempt will help until somebody changes something."""
    REJECTED = "rejected"
    """The server understood, and says that the content is bad."""


class Kind(StrEnum):
    """Whose trouble it is; stored with the attempt."""

    ACK = "ack"
    INTERCEPT = "intercept"
    UNKNOWN = "unknown"
    CONTENT = "content"
    AUTH = "auth"
    CONFIG = "config"
    WAIT = "wait"
    CONFLICT = "conflict"
    SIZE = "size"
    SERVER = "server"
    NETWORK = "network"
    CERTIFICATE = "certificate"


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What an answer means, in a sentence for staff without patient data."""

    meaning: Meaning
    kind: Kind
    sentence: str
    status: int | None = None
    wait_s: float | None = None
    """How long the server asks us to wait."""


_BY_STATUS: dict[int, tuple[Meaning, Kind, str]] = {
    401: (Meaning.BLOCKED, Kind.AUTH, "the server does not accept this station's token: renew it"),
    403: (Meaning.BLOCKED, Kind.AUTH, "the server does not let this station store sessions: give it the rights"),
    407: (Meaning.BLOCKED, Kind.CONFIG, "a proxy in between lets nobody through: set [sync] proxy, or ask clinic IT"),
    408: (Meaning.LATER, Kind.WAIT, "the server asks to wait"),
    409: (Meaning.UNKNOWN, Kind.CONFLICT, "the server speaks of a conflict"),
    412: (Meaning.UNKNOWN, Kind.CONFLICT, "the server speaks of a conflict"),
    413: (Meaning.BLOCKED, Kind.SIZE, "the server takes no requests of this size: raise its limit"),
    495: (Meaning.BLOCKED, Kind.AUTH, "the server does not accept this station's certificate: renew it"),
    496: (Meaning.BLOCKED, Kind.AUTH, "the server wants this station's certificate: set it in [sync]"),
    425: (Meaning.LATER, Kind.WAIT, "the server asks to wait"),
    429: (Meaning.LATER, Kind.WAIT, "the server asks to wait"),
    503: (Meaning.LATER, Kind.WAIT, "the server asks to wait"),
}
_BY_FAULT: dict[Fault, tuple[Meaning, Kind, str]] = {
    Fault.UNREACHABLE: (Meaning.LATER, Kind.NETWORK, "the server cannot be reached"),
    Fault.CERTIFICATE: (Meaning.BLOCKED, Kind.CERTIFICATE, "the server cannot prove who it is"),
    Fault.BROKEN_OFF: (Meaning.UNKNOWN, Kind.NETWORK, "the connection broke off"),
    Fault.TOO_SLOW: (Meaning.UNKNOWN, Kind.NETWORK, "the server took too long"),
    Fault.TOO_LONG: (Meaning.UNKNOWN, Kind.INTERCEPT, "the answer was far too long"),
}
_BAD_REQUEST, _CERTIFICATE_REFUSED = 400, 495
_NGINX_WANTS_CERTIFICATE = b"SSL certificate"
"""nginx says 495 and 496 as 400, in a page with these words."""
_ENTRY_STORED = frozenset({"200", "201"})
_OTHERS_SUCCESS = range(201, 300)
_REDIRECTS = range(300, 400)
_SERVER_FAULTS = range(500, 600)


def judged(reply: Reply | Trouble, *, entries: int) -> Verdict:
    """What the answer to a transaction of so many entries means."""
    match reply:
        case Trouble():
            meaning, kind, sentence = _BY_FAULT[reply.fault]
            detail = f" ({reply.detail})" if kind is Kind.CERTIFICATE else ""
            return Verdict(meaning=meaning, kind=kind, sentence=sentence + detail)
        case Reply(status=200):
            return _of_200(reply, entries)
        case Reply(status=400 | 422):
            return _of_refusal(reply)
        case _:
            return of_status(reply)


def of_capabilities(reply: Reply | Trouble) -> Verdict:
    """What the answer to the question for a server's capabilities means; ACKED: this is a FHIR server."""
    match reply:
        case Reply(status=200) if not speaks_fhir(reply):
            return intercepted(reply)
        case Reply(status=200):
            if (decoded(reply) or {}).get("resourceType") == "CapabilityStatement":
                return _verdict(reply, Meaning.ACKED, Kind.ACK, "it is a FHIR server")
            sentence = "a FHIR server answers, and not about its capabilities: check url in [sync]"
            return _verdict(reply, Meaning.UNKNOWN, Kind.UNKNOWN, sentence)
        case Reply(status=400) if _NGINX_WANTS_CERTIFICATE in reply.body:
            return _verdict(reply, *_BY_STATUS[_CERTIFICATE_REFUSED])
        case Reply():
            return of_status(reply)
        case Trouble():
            return judged(reply, entries=0)


def _of_200(reply: Reply, entries: int) -> Verdict:
    if not speaks_fhir(reply):
        return intercepted(reply)
    answer = decoded(reply)
    if answer is None:
        return _verdict(reply, Meaning.UNKNOWN, Kind.UNKNOWN, "the server's answer was cut short")
    if not _acknowledges(answer, entries):
        return _verdict(reply, Meaning.LATER, Kind.UNKNOWN, "the server did not acknowledge every part")
    return _verdict(reply, Meaning.ACKED, Kind.ACK, f"sent: {entries} parts acknowledged")


def _of_refusal(reply: Reply) -> Verdict:
    if reply.status == _BAD_REQUEST and _NGINX_WANTS_CERTIFICATE in reply.body:
        return _verdict(reply, *_BY_STATUS[_CERTIFICATE_REFUSED])
    answer = decoded(reply) if speaks_fhir(reply) else None
    if answer is None or answer.get("resourceType") != "OperationOutcome":
        return intercepted(reply)
    return _verdict(reply, Meaning.REJECTED, Kind.CONTENT, "the server refuses the content; the session is kept here")


def of_status(reply: Reply) -> Verdict:
    """What a status alone means, wherever it comes from."""
    if reply.status in _BY_STATUS:
        return _verdict(reply, *_BY_STATUS[reply.status])
    if reply.status in _OTHERS_SUCCESS:
        return _verdict(reply, Meaning.UNKNOWN, Kind.UNKNOWN, "the server's answer is no acknowledgement")
    if reply.status in _REDIRECTS:
        return intercepted(reply)
    if reply.status in _SERVER_FAULTS:
        return _verdict(reply, Meaning.LATER, Kind.SERVER, "the server has a fault of its own")
    return _verdict(reply, Meaning.BLOCKED, Kind.CONFIG, "this is not the address of a FHIR server: check it")


def _verdict(reply: Reply, meaning: Meaning, kind: Kind, sentence: str) -> Verdict:
    return Verdict(
        meaning=meaning,
        kind=kind,
        sentence=sentence if meaning is Meaning.ACKED else f"{sentence} (status {reply.status})",
        status=reply.status,
        wait_s=asked_wait_s(reply),
    )


def intercepted(reply: Reply) -> Verdict:
    """Somebody else than the server has answered."""
    sentence = "the answer does not come from a FHIR server; a login page or captive portal may be in between"
    return _verdict(reply, Meaning.LATER, Kind.INTERCEPT, sentence)


def beside_the_point(reply: Reply) -> Verdict:
    """A FHIR server has answered, and about something else than was asked."""
    return _verdict(reply, Meaning.UNKNOWN, Kind.UNKNOWN, BESIDE_THE_POINT)


BESIDE_THE_POINT = (
    "a FHIR server answers, but about other resources than this station's: check url in [sync]; if the server gives "
    'ids of its own, set dialect = "ifNoneExist"'
)


def speaks_fhir(reply: Reply) -> bool:
    """Whether the answer says of itself that it is FHIR JSON."""
    return reply.content_type.partition(";")[0].strip().lower() == FHIR_JSON


def decoded(reply: Reply) -> dict[str, Any] | None:
    """The answer's JSON object; None when it is not one, or not whole."""
    try:
        return msgspec.json.decode(reply.body, type=dict[str, Any])
    except msgspec.DecodeError:
        return None


def _acknowledges(answer: dict[str, Any], entries: int) -> bool:
    if (answer.get("resourceType"), answer.get("type")) != ("Bundle", "transaction-response"):
        return False
    told = answer.get("entry")
    return isinstance(told, list) and len(told) == entries and all(_stored(entry) for entry in told)


def _stored(entry: object) -> bool:
    match entry:
        case {"response": {"status": str(status)}}:
            return status.split(" ")[0] in _ENTRY_STORED
        case _:
            return False


def asked_wait_s(reply: Reply) -> float | None:
    """The seconds that `Retry-After` asks for, within 1 s and a day; None when it asks for nothing sensible.

    A date is judged by the server's own clock, because ours may be wrong.
    """
    asked = reply.retry_after.strip()
    if not asked:
        return None
    if asked.isdecimal() and asked.isascii():
        # A number of a thousand digits is no reason to stumble.
        return _clamped(float(asked[:9]) if len(asked) <= 9 else math.inf)  # noqa: PLR2004
    until, server_now = _date(asked), _date(reply.date)
    if until is None or server_now is None:
        return None
    return _clamped((until - server_now) / timedelta(seconds=1))


def _clamped(wait_s: float) -> float:
    return min(LONGEST_WAIT_S, max(SHORTEST_WAIT_S, wait_s))


def _date(text: str) -> datetime | None:
    try:
        when = parsedate_to_datetime(text)
    except ValueError:
        return None
    return when if when.tzinfo is not None else when.replace(tzinfo=UTC)
