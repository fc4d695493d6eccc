"""A hostile world on one machine: a proxy that spoils what passes, a worker that is killed, and the reckoning after.

Used by the tests with few sessions, and by hand with many: `python tests/sync_hostile.py --sessions 200`.
"""

import argparse
import base64
import gzip
import io
import json
import random
import shutil
import signal
import socket
import sqlite3
import struct
import subprocess
import sys
import tempfile
import threading
import zipfile
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Self

import httpx2
import pyrage
from store_sessions import read_store, stored_short
from sync_child import way
from sync_servers import archive, clinic, http, whole_message

from station.language import Language
from station.sync.documents import OBSERVATIONS, identifier
from station.sync.exports import SEALED_NAME
from station.sync.sealing import Seal, sealed
from station.sync.training_log import log_archive

CHILD = Path(__file__).with_name("sync_child.py")
SILENCE_S = 20.0
LATE_S = 2.0

Passed = Callable[[], bytes]
"""Passes the request on to the real server and gives its answer."""
Fault = Callable[["Victim"], None]
FAULTS: dict[str, Fault] = {}


@dataclass(frozen=True, slots=True)
class Victim:
    """One exchange that a fault may spoil."""

    connection: socket.socket
    request: bytes
    passed: Passed
    last_ack: bytes | None
    done: threading.Event

    def say(self, answer: bytes) -> None:
        self.connection.sendall(answer)

    def reset(self) -> None:
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


def fault(name: str) -> Callable[[Fault], Fault]:
    def keep(spoil: Fault) -> Fault:
        FAULTS[name] = spoil
        return spoil

    return keep


def canned(name: str, answer: bytes) -> None:
    FAULTS[name] = lambda victim: victim.say(answer)


def committed(name: str, spoilt: Callable[[bytes], bytes]) -> None:
    """The server has it; what it says is spoilt on the way back."""
    FAULTS[name] = lambda victim: victim.say(spoilt(victim.passed()))


for status in (401, 403, 409, 413, 500, 502, 504):
    canned(str(status), http(status))
for asked in ("1", "Wed, 21 Oct 2026 07:28:00 GMT", "9" * 60, "-3", "soon"):
    canned(f"503, Retry-After {asked[:6]}", http(503, more=f"Retry-After: {asked}\r\n"))
canned("429", http(429, more="Retry-After: 2\r\n"))
canned("202 without an address", http(202))
canned("202 with a stranger's address", http(202, more="Content-Location: http://stranger.example/job\r\n"))
canned("204", b"HTTP/1.1 204 No Content\r\n\r\n")
canned("200 HTML", http(200, b"<html>Welcome</html>", "text/html"))
canned("200 HTML that says it is FHIR", http(200, b"<html>Welcome</html>"))
canned("200 empty", http(200))
canned("200 ok", http(200, b'{"ok": true}', "application/json"))
canned("redirect to a login", http(302, more="Location: http://127.0.0.1:9/login\r\n"))
canned("redirect to itself", http(307, more="Location: /fhir\r\n"))
canned("gzip bomb", http(200, gzip.compress(bytes(30_000_000)), more="Content-Encoding: gzip\r\n"))
canned("endless headers", b"HTTP/1.1 200 OK\r\nX: " + b"x" * 300_000 + b"\r\n\r\n")
canned("another protocol", b"SSH-2.0-OpenSSH_9.2\r\n")
committed("answer lost", lambda _: b"")
committed("answer cut, length told", lambda answer: answer[: len(answer) * 2 // 3])
committed("answer replaced by 500", lambda _: http(500))
committed("answer replaced by a portal", lambda _: http(200, b"<html></html>", "text/html"))
committed("one entry failed", lambda answer: answer.replace(b'"201', b'"422', 1))


@fault("fewer entries")
def fewer_entries(victim: Victim) -> None:
    answer = victim.passed()
    head, _, body = answer.partition(b"\r\n\r\n")
    if b"transaction-response" not in body:
        return
    told = json.loads(body)
    told["entry"] = told["entry"][:-1]
    victim.say(http(200, json.dumps(told).encode()))
    del head


@fault("answer cut, no length")
def cut_without_length(victim: Victim) -> None:
    body = victim.passed().partition(b"\r\n\r\n")[2]
    head = b"HTTP/1.1 200 OK\r\nContent-Type: application/fhir+json\r\nConnection: close\r\n\r\n"
    victim.say(head + body[: len(body) // 2])


@fault("reset at once")
def reset_at_once(victim: Victim) -> None:
    victim.reset()


@fault("reset after commit")
def reset_after_commit(victim: Victim) -> None:
    victim.passed()
    victim.reset()


@fault("drip")
def drip(victim: Victim) -> None:
    victim.say(b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n")
    while not victim.done.wait(0.2):
        victim.say(b" ")


@fault("silence after commit")
def silence_after_commit(victim: Victim) -> None:
    victim.passed()
    victim.connection.settimeout(SILENCE_S)
    victim.connection.recv(1)


@fault("arrives late")
def arrives_late(victim: Victim) -> None:
    """The connection is gone, the request is not: the network brings it when it may have been sent again already."""
    victim.reset()
    victim.connection.close()
    victim.done.wait(LATE_S)
    victim.passed()


@fault("forgetful search")
def forgetful(victim: Victim) -> None:
    victim.passed()
    victim.say(http(200, b'{"resourceType": "Bundle", "type": "searchset", "total": 0}'))


@fault("another session's acknowledgement")
def of_another(victim: Victim) -> None:
    victim.say(victim.last_ack or http(500))


class HostileProxy:
    """Stands between the worker and the server at `upstream`; spoils the given share of exchanges."""

    def __init__(self, upstream: str, *, share: float, seed: int, without: frozenset[str] = frozenset()) -> None:
        host, port = upstream.removeprefix("http://").split("/")[0].split(":")
        self._upstream, self._path = (host, int(port)), upstream.partition(f":{port}")[2]
        self._share, self._chance = share, random.Random(seed)  # noqa: S311
        self._names = sorted(FAULTS.keys() - without)
        self.done: Counter[str] = Counter()
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._over = threading.Event()
        self._threads: list[threading.Thread] = []
        self._last_ack: bytes | None = None
        self._serving = threading.Thread(target=self._serve, name="hostile proxy")

    @property
    def base(self) -> str:
        return f"http://127.0.0.1:{self._listener.getsockname()[1]}{self._path}"

    def __enter__(self) -> Self:
        self._serving.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._listener.shutdown(socket.SHUT_RDWR)
        self._serving.join()
        for thread in self._threads:
            thread.join()
        self._listener.close()

    def _serve(self) -> None:
        while not self._over.is_set():
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            name = self._chance.choice(self._names) if self._chance.random() < self._share else "none"
            thread = threading.Thread(target=self._one, args=(connection, name))
            self._threads = [*(one for one in self._threads if one.is_alive()), thread]
            thread.start()

    def _one(self, connection: socket.socket, name: str) -> None:
        with connection, suppress(OSError):
            connection.settimeout(SILENCE_S)
            request = whole_message(connection)
            self.done[name] += 1
            victim = Victim(connection, request, lambda: self._passed(request), self._last_ack, self._over)
            if name == "none":
                answer = self._passed(request)
                if b"transaction-response" in answer:
                    self._last_ack = answer
                victim.say(answer)
            else:
                FAULTS[name](victim)

    def _passed(self, request: bytes) -> bytes:
        with socket.create_connection(self._upstream, timeout=SILENCE_S) as server:
            server.sendall(request)
            answer = b""
            while piece := server.recv(65536):
                answer += piece
            return answer


@dataclass(frozen=True, slots=True, kw_only=True)
class Reckoning:
    """What came of it."""

    way: str
    sessions: int
    requests: int
    spoilt: int
    kills: int
    acknowledged: int
    on_server: int
    """Sessions that are there whole, once, and equal to the store to the last byte."""
    duplicates: int
    lost: int

    def row(self) -> str:
        figures = (self.sessions, self.requests, self.spoilt, self.kills, self.acknowledged)
        return f"| {self.way} | " + " | ".join(map(str, (*figures, self.on_server, self.duplicates, self.lost))) + " |"


HEAD = """| way | sessions | requests | spoilt | kills | acknowledged | on server | duplicates | lost |
|---|---|---|---|---|---|---|---|---|"""
TRUST = "put, trusting"
"""The mode that takes any 2xx for an acknowledgement: it must lose sessions, or the suite proves nothing."""
BLIND = frozenset({"another session's acknowledgement"})
"""Where ids are the server's own, its answer does not say whose session it acknowledges."""
SLOW = frozenset({"drip", "silence after commit"})
MODES = {"put": frozenset[str](), "ifNoneExist": BLIND, "archive": BLIND, TRUST: frozenset[str]()}
SEALED = ", sealed"
"""Ends the modes in which sessions are sealed to the clinic's key while they wait, some after they may have arrived."""
CLINIC = pyrage.x25519.Identity.generate()
SEAL = Seal(key=CLINIC.to_public(), after=timedelta(0), language=Language.BOKMAL)
SEALED_AT_ONCE = 4
AGE = b"age-encryption.org/"
"""How a sealed session begins."""


def survived(  # noqa: PLR0913  # the knobs of the world
    data: Path,
    upstream: str,
    files: Path | None,
    *,
    mode: str,
    sessions: int,
    share: float,
    seed: int,
    kills: int,
    without: frozenset[str] = frozenset(),
) -> Reckoning:
    """Send so many sessions through the hostile world until nothing waits, and count what is on the server."""
    ids = stored_short(data, count=sessions)
    wanted = {
        session_id: Wanted.of(data, session_id, with_archive="archive" in mode or SEALED in mode) for session_id in ids
    }
    chance = random.Random(seed)  # noqa: S311
    killed = 0
    with HostileProxy(upstream, share=share, seed=seed, without=MODES[mode.removesuffix(SEALED)] | without) as proxy:
        while waiting(data):
            with subprocess.Popen(
                [sys.executable, "-W", "error", CHILD, data, proxy.base, mode], stdout=subprocess.PIPE, text=True
            ) as child:
                assert child.stdout is not None
                assert child.stdout.readline() == "ready\n"
                if killed < kills:
                    with suppress(subprocess.TimeoutExpired):
                        child.wait(chance.uniform(0.02, 2.0))
                    if child.poll() is None:
                        child.send_signal(signal.SIGKILL)
                        killed += 1
                if child.wait() not in (0, -signal.SIGKILL):
                    raise RuntimeError(f"the worker ended with status {child.returncode}")
            if SEALED in mode:
                sealed(data, way(mode, proxy.base), SEAL, now=datetime.now(UTC), most=SEALED_AT_ONCE)
        requests, spoilt = proxy.done.total(), proxy.done.total() - proxy.done["none"]
    there = [on_archive(files, one, wanted[one]) if files else on_fhir(upstream, one, wanted[one]) for one in ids]
    return Reckoning(
        way=mode,
        sessions=sessions,
        requests=requests,
        spoilt=spoilt,
        kills=killed,
        acknowledged=outbox_states(data)["acked"],
        on_server=sum(copies == 1 for copies in there),
        duplicates=sum(copies > 1 for copies in there),
        lost=sum(copies == 0 for copies in there),
    )


def outbox_states(data: Path) -> Counter[str]:
    connection = sqlite3.connect(data / "motbakke.sqlite3")
    try:
        return Counter(state for (state,) in connection.execute("SELECT state FROM outbox"))
    finally:
        connection.close()


def waiting(data: Path) -> int:
    states = outbox_states(data)
    return states["pending"] + states["sending"] + states["blocked"]


@dataclass(frozen=True, slots=True)
class Wanted:
    """What must be on the server to the last byte, in one of its forms."""

    log: bytes
    archive: bytes
    slim: bytes

    @classmethod
    def of(cls, data: Path, session_id: str, *, with_archive: bool) -> "Wanted":
        plain = way("archive", "http://unused")
        with read_store(data) as store:
            if not with_archive:
                return cls(log_archive(store, session_id), b"", b"")
            whole, slim = (plain.built(store, session_id, slim=slim) for slim in (False, True))
            return cls(log_archive(store, session_id), whole, slim)


def on_fhir(base: str, session_id: str, wanted: Wanted) -> int:
    """How often the session is on the server: 0 when a part is missing or differs."""
    counts = [len(search(base, "Observation", session_id, part)) for part in OBSERVATIONS]
    files = [
        base64.b64decode(log["content"][0]["attachment"]["data"])
        for log in search(base, "DocumentReference", session_id, "log")
    ]
    if files and all(file.startswith(AGE) for file in files):
        # A sealed session is one document, which the clinic opens.
        return len(files) if all(pyrage.decrypt(file, [CLINIC]) == wanted.archive for file in files) else 0
    counts.append(len(files))
    return 0 if 0 in counts or any(file != wanted.log for file in files) else max(counts)


def search(base: str, kind: str, session_id: str, part: str) -> list[dict[str, Any]]:
    reply = httpx2.get(
        f"{base}/{kind}", params={"identifier": identifier(session_id, part)}, trust_env=False, timeout=60
    )
    return [entry["resource"] for entry in reply.json().get("entry", [])]


def on_archive(files: Path, session_id: str, wanted: Wanted) -> int:
    """How often the session lies in the archive, whole."""
    found = [unsealed(path.read_bytes()) for path in files.rglob(f"*{session_id}*")]
    return len(found) if all(content in (wanted.archive, wanted.slim) for content in found) else 0


def unsealed(content: bytes) -> bytes:
    """A session's archive as the clinic reads it: opened with its key, where it was sealed."""
    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        if packed.namelist() != [SEALED_NAME]:
            return content
        return pyrage.decrypt(packed.read(SEALED_NAME), [CLINIC])


@contextmanager
def server(mode: str, folder: Path) -> Iterator[tuple[str, Path | None]]:
    """The real server for this mode: its address and, for the archive, where its files lie."""
    if mode.startswith("archive"):
        with archive(folder) as (base, files):
            yield base, files
    else:
        with clinic(folder) as base:
            yield base, None


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--sessions", type=int, default=200)
    asked.add_argument("--faults", type=float, default=0.6)
    asked.add_argument("--kills", type=int, default=60)
    asked.add_argument("--seed", type=int, default=1)
    asked.add_argument("--modes", nargs="*", default=[*MODES, *(f"{mode}{SEALED}" for mode in MODES if mode != TRUST)])
    told = asked.parse_args()
    sys.stdout.write(HEAD + "\n")
    for mode in told.modes:
        folder = Path(tempfile.mkdtemp(prefix="hostile-"))
        with server(mode, folder) as (base, files):
            came_to = survived(
                folder / "data",
                base,
                files,
                mode=mode,
                sessions=told.sessions,
                share=told.faults,
                seed=told.seed,
                kills=told.kills,
            )
        sys.stdout.write(came_to.row() + "\n")
        sys.stdout.flush()
        shutil.rmtree(folder)


if __name__ == "__main__":
    main()
