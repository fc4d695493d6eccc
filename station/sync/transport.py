"""One HTTP exchange with the clinic's server, bounded in time and size; trouble comes back as a value.

A new connection each time, no redirects, no compressed answers, no proxies or passwords from the environment.
What an answer means is `station.sync.verdict`'s.
"""

import asyncio
import ssl
from dataclasses import dataclass, field
from enum import StrEnum
from importlib.metadata import version
from ipaddress import ip_address
from typing import Protocol
from urllib.parse import urlencode, urlsplit

import httpx2

LARGEST_REPLY_BYTES = 1_000_000
CONNECT_WITHIN_S = 10.0
DONE_WITHIN_S = 30.0
"""From the first packet to the last byte of the answer, whatever the server does meanwhile."""
FHIR_JSON = "application/fhir+json"
UNAUTHORISED = 401
_LONGEST_NUMBER = 19
_HEADERS = {
    "Accept": FHIR_JSON,
    "Accept-Encoding": "identity",
    "Connection": "close",
    "User-Agent": f"motbakke/{version('motbakke')}",
}


class Fault(StrEnum):
    """Why there is no answer."""

    UNREACHABLE = "unreachable"
    """No connection: nothing was sent."""
    CERTIFICATE = "certificate"
    """The server's certificate does not hold: nothing was sent."""
    BROKEN_OFF = "broken_off"
    """The connection broke after bytes may have been sent: the outcome is unknown."""
    TOO_SLOW = "too_slow"
    """The whole exchange took too long: the outcome is unknown."""
    TOO_LONG = "too_long"
    """The answer is larger than any answer we ask for: the outcome is unknown."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Trouble:
    """No answer, and why."""

    fault: Fault
    detail: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """An answer, whoever gave it."""

    status: int
    content_type: str = ""
    retry_after: str = ""
    date: str = ""
    location: str = ""
    """Where the server says that the answer will be (`Content-Location`)."""
    length: int | None = None
    """What `Content-Length` says; a HEAD has nothing else."""
    body: bytes = field(default=b"", repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How long to wait and how much to take."""

    connect_within_s: float = CONNECT_WITHIN_S
    done_within_s: float = DONE_WITHIN_S
    largest_reply_bytes: int = LARGEST_REPLY_BYTES


class Credentials(Protocol):
    """What proves to the server who is asking, beside a client certificate."""

    def token(self) -> "str | Reply | Trouble":
        """The token to show, or why there is none."""
        ...

    def refused(self) -> bool:
        """The server did not take the token; whether it is worth asking for another one at once."""
        ...


@dataclass(frozen=True, slots=True)
class StaticToken:
    """A token that somebody has put into a file: for demos and one station in a closed network."""

    text: str = field(repr=False)

    def token(self) -> str:
        """The token."""
        return self.text

    def refused(self) -> bool:
        """There is no other one."""
        return False


@dataclass(frozen=True, slots=True, kw_only=True)
class Endpoint:
    """A server of the clinic: its base address, without a slash at the end, and how to talk to it."""

    base: str
    credentials: Credentials | None = field(default=None, repr=False)
    tls: ssl.SSLContext | None = field(default=None, repr=False)
    """The clinic's own authority and this station's certificate; None: the system's authorities."""
    proxy: str | None = None
    limits: Limits = Limits()

    def post(self, content: bytes, *, key: str) -> Reply | Trouble:
        """Post a transaction; `key` names it, for servers that know `Idempotency-Key`."""
        headers = {"Content-Type": FHIR_JSON, "Prefer": "return=minimal", "Idempotency-Key": key}
        return self.ask("POST", self.base, headers=headers, content=content)

    def search(self, kind: str, query: dict[str, str]) -> Reply | Trouble:
        """Search for resources of a kind."""
        return self.ask("GET", f"{self.base}/{kind}", query=query)

    def form(self, url: str, fields: dict[str, str]) -> Reply | Trouble:
        """Post a web form."""
        headers = {"Content-Type": "application/x-www-form-urlencoded", "Accept": "application/json"}
        return self.ask("POST", url, headers=headers, content=urlencode(fields).encode())

    def ask(
        self,
        method: str,
        url: str,
        *,
        headers: dict[str, str] | None = None,
        query: dict[str, str] | None = None,
        content: bytes | None = None,
    ) -> Reply | Trouble:
        """Any request; one that is refused for its token is repeated once when there can be a fresh one."""
        reply = self._asked(method, url, headers or {}, query, content)
        if (
            isinstance(reply, Reply)
            and reply.status == UNAUTHORISED
            and self.credentials
            and self.credentials.refused()
        ):
            return self._asked(method, url, headers or {}, query, content)
        return reply

    def _asked(
        self, method: str, url: str, headers: dict[str, str], query: dict[str, str] | None, content: bytes | None
    ) -> Reply | Trouble:
        shown: dict[str, str] = {}
        if self.credentials is not None:
            token = self.credentials.token()
            if not isinstance(token, str):
                return token
            shown["Authorization"] = f"Bearer {token}"
        request = httpx2.Request(method, url, params=query, headers=_HEADERS | headers | shown, content=content)
        return asyncio.run(self._exchange(request))

    async def _exchange(self, request: httpx2.Request) -> Reply | Trouble:
        waits = httpx2.Timeout(self.limits.done_within_s, connect=self.limits.connect_within_s)
        client = httpx2.AsyncClient(
            trust_env=False,
            follow_redirects=False,
            timeout=waits,
            verify=True if self.tls is None else self.tls,
            proxy=self.proxy,
        )
        try:
            # The client's own limits are per read: a server that drips a byte at a time would hold us for ever.
            async with asyncio.timeout(self.limits.done_within_s), client:
                return await self._answer(client, request)
        except TimeoutError:
            return Trouble(fault=Fault.TOO_SLOW, detail=f"no whole answer within {self.limits.done_within_s:g} s")
        except httpx2.TransportError as error:
            return Trouble(fault=_fault(error), detail=_detail(error))

    async def _answer(self, client: httpx2.AsyncClient, request: httpx2.Request) -> Reply | Trouble:
        response = await client.send(request, stream=True)
        try:
            body = bytearray()
            async for chunk in response.aiter_raw():
                body += chunk
                if len(body) > self.limits.largest_reply_bytes:
                    return Trouble(
                        fault=Fault.TOO_LONG, detail=f"the answer exceeds {self.limits.largest_reply_bytes} bytes"
                    )
        finally:
            await response.aclose()
        return Reply(
            status=response.status_code,
            content_type=response.headers.get("content-type", ""),
            retry_after=response.headers.get("retry-after", ""),
            date=response.headers.get("date", ""),
            location=response.headers.get("content-location", ""),
            length=_length(response.headers.get("content-length", "")),
            body=bytes(body),
        )


def is_private(url: str) -> bool:
    """Whether nobody between can read along: encrypted, or not leaving this machine."""
    parts = urlsplit(url)
    if parts.scheme == "https":
        return True
    host = parts.hostname or ""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _length(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < _LONGEST_NUMBER else None


def _fault(error: httpx2.TransportError) -> Fault:
    if _certificate_error(error) is not None:
        return Fault.CERTIFICATE
    nothing_sent = (httpx2.ConnectError, httpx2.ConnectTimeout, httpx2.ProxyError, httpx2.PoolTimeout)
    return Fault.UNREACHABLE if isinstance(error, nothing_sent) else Fault.BROKEN_OFF


def _detail(error: httpx2.TransportError) -> str:
    certificate = _certificate_error(error)
    if certificate is not None:
        return f"certificate: {certificate.verify_message} (code {certificate.verify_code})"
    return f"{type(error).__name__}: {error}"


def _certificate_error(error: BaseException | None) -> ssl.SSLCertVerificationError | None:
    while error is not None:
        if isinstance(error, ssl.SSLCertVerificationError):
            return error
        error = error.__cause__ or error.__context__
    return None
