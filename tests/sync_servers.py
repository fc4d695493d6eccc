"""For the tests of the sync: a real FHIR server as a child process, and one that answers whatever a test wants."""

import json
import os
import selectors
import shutil
import signal
import socket
import ssl
import subprocess
import sys
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Self

import httpx2
from patience import wait_until

STARTS_WITHIN_S = 90.0
LONGEST_SILENCE_S = 60.0


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


@contextmanager
def clinic(folder: Path, *, proof: dict[str, object] | None = None) -> Iterator[str]:
    """The base address of a `sekmet-fhir` server with nothing in it yet; `proof` is what it asks of its clients."""
    port = free_port()
    base = f"http://127.0.0.1:{port}/fhir"
    surroundings = os.environ | {
        "SEKMET_PORT": str(port),
        "SEKMET_BASE_URL": base,
        "SEKMET_DB": str(folder / "clinic.db"),
        "SEKMET_CONFIG": str(folder / "clinic.yaml"),
    }
    (folder / "clinic.yaml").write_text(json.dumps({"server_auth": proof} if proof else {}))
    command = [sys.executable, "-c", "from sekmet.cli import app; app()", "serve", "--host", "127.0.0.1"]
    with (
        (folder / "clinic.log").open("wb") as log,
        subprocess.Popen(
            [*command, "--port", str(port)], cwd=folder, env=surroundings, stdout=log, stderr=log
        ) as server,
    ):
        try:
            wait_until(lambda: _answers(base, server), within_s=STARTS_WITHIN_S)
            yield base
        finally:
            server.send_signal(signal.SIGTERM)
            try:
                server.wait(timeout=10)
            except subprocess.TimeoutExpired:
                server.kill()


NGINX = shutil.which("nginx")
_DAV = """
daemon off; master_process off; pid {folder}/nginx.pid; error_log {folder}/nginx.log;
events {{ worker_connections 64; }}
http {{
  access_log off; client_max_body_size 20m;
  client_body_temp_path {folder}/body; proxy_temp_path {folder}/p; fastcgi_temp_path {folder}/f;
  uwsgi_temp_path {folder}/u; scgi_temp_path {folder}/s;
  server {{
    listen 127.0.0.1:{port}{tls};
    {more}
    location /sessions/ {{
      root {folder}; dav_methods PUT; create_full_put_path on; dav_access user:rw;
    }}
  }}
}}
"""


@contextmanager
def archive(folder: Path, *, tls: bool = False, more: str = "") -> Iterator[tuple[str, Path]]:
    """Debian's nginx as a WebDAV store: the base address, and where the files lie. `more` is for its server block."""
    assert NGINX is not None
    port = free_port()
    files = folder / "sessions"
    files.mkdir()
    config = folder / "nginx.conf"
    config.write_text(_DAV.format(folder=folder, port=port, tls=" ssl" if tls else "", more=more))
    with subprocess.Popen([NGINX, "-p", folder, "-c", config], stderr=subprocess.DEVNULL) as server:
        try:
            wait_until(lambda: _listens(port), within_s=STARTS_WITHIN_S)
            yield f"http{'s' if tls else ''}://127.0.0.1:{port}/sessions", files
        finally:
            server.terminate()
            server.wait(timeout=10)


def _listens(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), timeout=5).close()
    except OSError:
        return False
    return True


def _answers(base: str, server: subprocess.Popen[bytes]) -> bool:
    if server.poll() is not None:
        message = f"the FHIR server ended with status {server.returncode}"
        raise RuntimeError(message)
    try:
        return httpx2.get(f"{base}/metadata", trust_env=False, timeout=30).status_code in (200, 401)
    except httpx2.TransportError:
        return False


Answer = Callable[[bytes], Iterable[bytes]]
"""Takes a whole request, gives the answer in pieces; the connection is closed after the last."""


class AnyServer:
    """Answers each request as its `answer` says; `requests` keeps them. Use it as a context manager."""

    def __init__(self, answer: Answer, *, tls: ssl.SSLContext | None = None) -> None:
        self.answer = answer
        self._tls = tls
        self.requests: list[bytes] = []
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._wake, self._woken = socket.socketpair()
        self._thread = threading.Thread(target=self._serve, name="any server")

    @property
    def base(self) -> str:
        return f"{'https' if self._tls else 'http'}://127.0.0.1:{self._listener.getsockname()[1]}/fhir"

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._wake.send(b"stop")
        self._thread.join()
        for used in (self._listener, self._wake, self._woken):
            used.close()

    def _serve(self) -> None:
        with selectors.DefaultSelector() as selector:
            selector.register(self._listener, selectors.EVENT_READ)
            selector.register(self._woken, selectors.EVENT_READ)
            while all(key.fileobj is not self._woken for key, _ in selector.select()):
                accepted, _ = self._listener.accept()
                with accepted, suppress(OSError), self._secured(accepted) as connection:
                    connection.settimeout(LONGEST_SILENCE_S)
                    request = whole_message(connection)
                    self.requests.append(request)
                    for piece in self.answer(request):
                        connection.sendall(piece)

    def _secured(self, connection: socket.socket) -> socket.socket:
        return self._tls.wrap_socket(connection, server_side=True) if self._tls else connection


def whole_message(connection: socket.socket) -> bytes:
    """A message with a head and, when it says so, a body of a certain length."""
    data = b""
    while b"\r\n\r\n" not in data:
        data += _more(connection)
    head, _, body = data.partition(b"\r\n\r\n")
    lengths = [line.split(b":")[1] for line in head.lower().split(b"\r\n") if line.startswith(b"content-length")]
    while len(body) < (int(lengths[0]) if lengths else 0):
        body += _more(connection)
    return head + b"\r\n\r\n" + body


def _more(connection: socket.socket) -> bytes:
    piece = connection.recv(65536)
    if not piece:
        raise ConnectionResetError
    return piece


def http(status: int, body: bytes = b"", content_type: str = "application/fhir+json", more: str = "") -> bytes:
    """A plain answer."""
    head = f"HTTP/1.1 {status} Whatever\r\nContent-Type: {content_type}\r\nContent-Length: {len(body)}\r\n{more}\r\n"
    return head.encode() + body


def passed_on(base: str, request: bytes) -> bytes:
    """What the real server says to the request: for a server in between that spoils the answer."""
    host, port = base.removeprefix("http://").removesuffix("/fhir").split(":")
    with socket.create_connection((host, int(port)), timeout=LONGEST_SILENCE_S) as connection:
        connection.sendall(request)
        return whole_message(connection)
