"""Looks for a session on the server after an unknown outcome: there whole, there differently, or not there."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from station.sync import documents
from station.sync.transport import Endpoint, Reply, Trouble
from station.sync.verdict import Kind, Meaning, Verdict, decoded, intercepted, judged, speaks_fhir

_NO_SEARCH = frozenset({400, 401, 403, 404, 405, 406, 410, 422, 501})
"""A server that lets us write but not search: sending again creates nothing twice in either dialect."""


def looked_for(endpoint: Endpoint, session_id: str, content: bytes) -> Verdict | None:
    """What the server has of the session that was sent as `content`.

    ACKED when all of it is there and the log is the same, REJECTED when the log is another, UNKNOWN when the
    server could not be asked. None: send it (again).
    """
    tokens = [documents.identifier(session_id, part) for part in documents.OBSERVATIONS]
    wanted = {"identifier": ",".join(tokens), "_elements": "identifier", "_count": "50"}
    observations = _found(endpoint.search("Observation", wanted))
    if not isinstance(observations, list):
        return observations
    logs = _found(endpoint.search("DocumentReference", {"identifier": documents.identifier(session_id, documents.LOG)}))
    if not isinstance(logs, list):
        return logs
    there = {token for resource in observations for token in _identifiers(resource)}
    if not logs or not set(tokens) <= there:
        return None
    if documents.sent_log_hash(content) in {hash_ for log in logs for hash_ in _log_hashes(log)}:
        return Verdict(meaning=Meaning.ACKED, kind=Kind.ACK, sentence="is on the server already", status=200)
    sentence = "the server has another version of this session; this one is kept here"
    return Verdict(meaning=Meaning.REJECTED, kind=Kind.CONFLICT, sentence=sentence, status=200)


def _found(reply: Reply | Trouble) -> list[dict[str, Any]] | Verdict | None:
    if isinstance(reply, Reply) and reply.status in _NO_SEARCH:
        return None
    if isinstance(reply, Reply) and reply.status == 200:  # noqa: PLR2004
        answer = decoded(reply) if speaks_fhir(reply) else None
        if answer is None or (answer.get("resourceType"), answer.get("type")) != ("Bundle", "searchset"):
            return replace(intercepted(reply), meaning=Meaning.UNKNOWN)
        return [resource for entry in _dicts(answer.get("entry")) for resource in _dicts([entry.get("resource")])]
    return replace(judged(reply, entries=documents.ENTRIES), meaning=Meaning.UNKNOWN)


def _identifiers(resource: dict[str, Any]) -> Iterator[str]:
    for identifier in _dicts(resource.get("identifier")):
        yield f"{identifier.get('system')}|{identifier.get('value')}"


def _log_hashes(document: dict[str, Any]) -> Iterator[str]:
    for content in _dicts(document.get("content")):
        for attachment in _dicts([content.get("attachment")]):
            yield str(attachment.get("hash"))


def _dicts(things: object) -> list[dict[str, Any]]:
    """The objects among these things: the server's JSON may be anything."""
    return [thing for thing in things if isinstance(thing, dict)] if isinstance(things, list) else []
