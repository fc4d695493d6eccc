"""Looks for a session on the server after an unknown outcome: there whole, there differently, or not there."""

from collections.abc import Collection, Iterator
from dataclasses import replace
from typing import Any

from station.sync import documents
from station.sync.transport import Endpoint, Reply, Trouble
from station.sync.verdict import Kind, Meaning, Verdict, beside_the_point, decoded, intercepted, judged, speaks_fhir

_NO_SEARCH = frozenset({400, 401, 403, 404, 405, 406, 410, 422, 501})
"""A server that lets us write but not search: sending again creates nothing twice in either dialect."""


def looked_for(
    endpoint: Endpoint, session_id: str, *, plain: Collection[str | None], sealed: Collection[str | None] = ()
) -> Verdict | None:
    """What the server has of the session that was sent with a log, or a sealed file, of one of these hashes.

    ACKED when all of it is there and the log is one of ours, REJECTED when the log is another, UNKNOWN when the
    server could not be asked. None: send it (again).
    """
    whole = _observations(endpoint, session_id) if plain else True
    if not isinstance(whole, bool):
        return whole
    logs = _found(endpoint.search("DocumentReference", {"identifier": documents.identifier(session_id, documents.LOG)}))
    if not isinstance(logs, list):
        return logs
    hashes = {hash_ for log in logs for hash_ in _log_hashes(log)}
    if not hashes.isdisjoint(sealed):
        return _THERE
    if not logs or not whole:
        return None
    if not hashes.isdisjoint(plain):
        return _THERE
    sentence = "the server has another version of this session; this one is kept here"
    return Verdict(meaning=Meaning.REJECTED, kind=Kind.CONFLICT, sentence=sentence, status=200)


_THERE = Verdict(meaning=Meaning.ACKED, kind=Kind.ACK, sentence="is on the server already", status=200)


def _observations(endpoint: Endpoint, session_id: str) -> bool | Verdict | None:
    """Whether all of the session's observations are there; a verdict when the server could not be asked."""
    tokens = [documents.identifier(session_id, part) for part in documents.OBSERVATIONS]
    wanted = {"identifier": ",".join(tokens), "_elements": "identifier", "_count": "50"}
    observations = _found(endpoint.search("Observation", wanted))
    if not isinstance(observations, list):
        return observations
    return set(tokens) <= {token for resource in observations for token in _identifiers(resource)}


def _found(reply: Reply | Trouble) -> list[dict[str, Any]] | Verdict | None:
    if isinstance(reply, Reply) and reply.status in _NO_SEARCH:
        return None
    if isinstance(reply, Reply) and reply.status == 200:  # noqa: PLR2004
        answer = decoded(reply) if speaks_fhir(reply) else None
        if answer is None or "resourceType" not in answer:
            return replace(intercepted(reply), meaning=Meaning.UNKNOWN)
        if (answer["resourceType"], answer.get("type")) != ("Bundle", "searchset"):
            return beside_the_point(reply)
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
