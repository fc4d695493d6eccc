"""SMART Backend Services: a short-lived token for an assertion that is signed with the station's own key.

The assertion's times come from the server's `Date` header, because a Pi without a network clock may be years off.
"""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from uuid import uuid4

from joserfc import jwt
from joserfc.jwk import ECKey

from station.sync.transport import UNAUTHORISED, Endpoint, Reply, Trouble, is_private
from station.sync.verdict import decoded

ALGORITHM = "ES384"
ASSERTION_HOLDS_S = 50
"""HelseID takes none that holds for more than a minute."""
RENEWED_BEFORE_S = 60.0
SCOPE = "system/*.cruds"
_ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
_OK, _BAD_GATEWAY = 200, 502
_REFUSALS = frozenset({400, 401, 403})


@dataclass(slots=True, kw_only=True)
class SmartCredentials:
    """Gets tokens for the FHIR server at `endpoint` and keeps the newest in memory, never on the disk."""

    endpoint: Endpoint
    """The FHIR server without credentials: where its discovery document lies."""
    client_id: str
    key_pem: str = field(repr=False)
    now_s: Callable[[], float] = field(repr=False)
    """Monotonic seconds, for the token's age."""
    token_url: str | None = None
    """None: as the server's discovery document says."""
    scope: str = SCOPE
    _token: str | None = field(default=None, init=False, repr=False)
    _holds_to_s: float = field(default=0.0, init=False)

    def token(self) -> str | Reply | Trouble:
        """A token that holds, or the answer that stood in its place."""
        if self._token is not None and self.now_s() < self._holds_to_s:
            return self._token
        where = self._token_address()
        if not isinstance(where, tuple):
            return where
        return self._fetched(*where)

    def refused(self) -> bool:
        """Let go of the token; a fresh one may do."""
        had_one, self._token = self._token is not None, None
        return had_one

    def _token_address(self) -> tuple[str, datetime | None] | Reply | Trouble:
        """Where tokens are given, and what time it is there."""
        reply = self.endpoint.ask("GET", f"{self.endpoint.base}/.well-known/smart-configuration")
        if isinstance(reply, Trouble):
            return reply
        address = self.token_url or (decoded(reply) or {}).get("token_endpoint")
        if not isinstance(address, str) or not address.startswith(("https://", "http://")):
            return _no_token(reply)
        if not is_private(address) and is_private(self.endpoint.base):
            # Whoever could change the discovery document must not get an assertion in the open.
            return _no_token(reply)
        return address, _date(reply.date)

    def _fetched(self, address: str, server_now: datetime | None) -> str | Reply | Trouble:
        form = {
            "grant_type": "client_credentials",
            "scope": self.scope,
            "client_assertion_type": _ASSERTION_TYPE,
            "client_assertion": self._assertion(address, server_now or datetime.now(UTC)),
        }
        reply = self.endpoint.form(address, form)
        if isinstance(reply, Trouble):
            return reply
        told = decoded(reply) or {}
        token, holds_s = told.get("access_token"), told.get("expires_in")
        if reply.status != _OK or not isinstance(token, str):
            return _no_token(reply)
        self._token = token
        holds_s = float(holds_s) if isinstance(holds_s, int | float) else 0.0
        self._holds_to_s = self.now_s() + max(0.0, holds_s - RENEWED_BEFORE_S)
        return token

    def _assertion(self, address: str, server_now: datetime) -> str:
        key = ECKey.import_key(self.key_pem)
        issued = int(server_now.timestamp())
        claims = {
            "iss": self.client_id,
            "sub": self.client_id,
            "aud": address,
            "jti": str(uuid4()),
            "iat": issued,
            "nbf": issued,
            "exp": issued + ASSERTION_HOLDS_S,
        }
        header = {"alg": ALGORITHM, "typ": "JWT", "kid": key.thumbprint()}
        return jwt.encode(header, claims, key, algorithms=[ALGORITHM])


def _no_token(reply: Reply) -> Reply:
    """A refusal of the token server as the FHIR server would say it: it must never look like refused content."""
    if reply.status in _REFUSALS:
        return replace(reply, status=UNAUTHORISED)
    return replace(reply, status=_BAD_GATEWAY) if reply.status == _OK else reply


def _date(text: str) -> datetime | None:
    try:
        when = parsedate_to_datetime(text)
    except ValueError:
        return None
    return when if when.tzinfo is not None else when.replace(tzinfo=UTC)
