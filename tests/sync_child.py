"""A child process that sends what waits in a folder, again and again, until nothing waits; killed at will."""

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from sync_deliveries import to_archive, to_fhir

from station.store.kept import Header
from station.sync.delivery import Delivery, FhirDelivery, Told, Trace
from station.sync.documents import Dialect
from station.sync.exports import Format
from station.sync.transport import Limits, Reply
from station.sync.verdict import Kind, Meaning, Verdict
from station.sync.worker import sync_once

HURRIED = Limits(connect_within_s=3.0, done_within_s=3.0)


class Trusting:
    """What everybody writes first: any 2xx is an acknowledgement."""

    def __init__(self, way: FhirDelivery) -> None:
        self._way = way
        self.dialect = way.dialect
        self.built = way.built
        self.sealed = way.sealed
        self.trace = way.trace
        self.erase = way.erase

    def send(self, _header: Header, content: bytes, *, key: str) -> tuple[Verdict, Told]:
        reply = self._way.endpoint.post(content, key=key)
        good = isinstance(reply, Reply) and 200 <= reply.status < 300
        meaning = Meaning.ACKED if good else Meaning.LATER
        return Verdict(meaning=meaning, kind=Kind.ACK if good else Kind.NETWORK, sentence="trusted"), None

    def looked_for(self, _header: Header, _traces: Sequence[Trace]) -> Verdict | None:
        return None


def way(mode: str, url: str) -> Any:
    if mode.startswith("archive"):
        return to_archive(url, limits=HURRIED)
    dialect = Dialect.CREATE if mode.startswith("ifNoneExist") else Dialect.PUT
    fhir = to_fhir(url, dialect=dialect, limits=HURRIED, attached=(Format.LOG,))
    return Trusting(fhir) if mode.endswith("trusting") else fhir


def main(data: Path, url: str, mode: str) -> None:
    delivery: Delivery = way(mode, url)
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    while sync_once(data, delivery, even_if_waiting=True).waiting:
        pass


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2], sys.argv[3])
