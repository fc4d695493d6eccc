"""The therapists in the store and the check of their PINs: argon2id hashes, and a throttle that outlives a restart.

A try is counted before it is made, so that pulling the plug wins nothing. A hash takes 50-500 ms: never on the loop.
"""

import sqlite3
from datetime import UTC, datetime

import msgspec
from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from station.staff import pins
from station.staff.desk import Therapist
from station.staff.pins import Throttle
from station.store import audit
from station.store.audit import What
from station.store.database import told, transaction
from station.store.rows import to_json

HASHER = PasswordHasher(time_cost=2, memory_cost=19456, parallelism=1)
"""OWASP's smallest profile for argon2id: 19 MiB, two passes, one lane."""
MOST_SIGN_DIGITS = 3
_THROTTLE = "pin_throttle"


def therapists(connection: sqlite3.Connection) -> tuple[Therapist, ...]:
    """Who may log in, in the order of their numbers.

    Raises:
        StoreError: the store cannot be read.
    """
    with told("list the therapists"):
        found = connection.execute("SELECT number, sign FROM therapist WHERE removed IS NULL ORDER BY number")
        return tuple(Therapist(number=number, sign=sign) for number, sign in found.fetchall())


def wait_s(connection: sqlite3.Connection, now: datetime) -> float:
    """Seconds until a PIN may be tried."""
    return pins.wait_s(_throttle(connection), now.timestamp())


def tried(
    connection: sqlite3.Connection, therapist: Therapist, pin: str, *, now: datetime, hasher: PasswordHasher
) -> bool:
    """Whether the PIN is this therapist's; False, without looking, while everybody must wait.

    Raises:
        StoreError: the disk fails; the PIN does not count as right then.
    """
    with told("count a PIN"), transaction(connection):
        throttle = _throttle(connection)
        if pins.wait_s(throttle, now.timestamp()) > 0:
            return False
        throttle = pins.tried(throttle, now.timestamp())
        _keep(connection, throttle)
        found = connection.execute(
            "SELECT pin FROM therapist WHERE number = ? AND sign = ? AND removed IS NULL",
            (therapist.number, therapist.sign),
        ).fetchone()
    right = found is not None and _matches(found[0], pin, hasher)
    with told("check a PIN"), transaction(connection):
        if right:
            _keep(connection, pins.right(_throttle(connection)))
            if hasher.check_needs_rehash(found[0]):
                connection.execute(
                    "UPDATE therapist SET pin = ? WHERE number = ?", (hasher.hash(pin), therapist.number)
                )
        what = What.LOGIN if right else What.WRONG_PIN
        connection.execute(*audit.row(now, therapist.sign, what, {"in_a_row": throttle.in_a_row}))
    return right


def added(  # noqa: PLR0913  # one row and its line in the audit
    connection: sqlite3.Connection, sign: str, hashed: str, *, now: datetime, by: str, first: bool
) -> Therapist:
    """The new therapist; `first` only while there is none.

    Raises:
        StoreError: the disk fails.
        ValueError: the sign is taken or cannot be one, or there is a first therapist already.
    """
    if fault := sign_fault(sign):
        raise ValueError(fault)
    with told("add a therapist"), transaction(connection):
        if first and connection.execute("SELECT 1 FROM therapist WHERE removed IS NULL").fetchone():
            message = "a therapist has been set up already: log in, or use `motbakke therapist add`"
            raise ValueError(message)
        known = connection.execute("SELECT removed FROM therapist WHERE sign = ?", (sign,)).fetchone()
        if known is not None:
            message = f"the sign {sign} is taken" + ("" if known[0] is None else " by somebody who was here before")
            raise ValueError(message)
        number = connection.execute("SELECT COALESCE(max(number), 0) + 1 FROM therapist").fetchone()[0]
        connection.execute(
            "INSERT INTO therapist (number, sign, pin, added) VALUES (?, ?, ?, ?)", (number, sign, hashed, _utc(now))
        )
        connection.execute(*audit.row(now, by, What.THERAPIST, {"added": sign}))
    return Therapist(number=number, sign=sign)


def pin_reset(connection: sqlite3.Connection, therapist: Therapist, hashed: str, *, now: datetime, by: str) -> None:
    """Give this therapist another PIN.

    Raises:
        StoreError: the disk fails.
        ValueError: there is no such therapist.
    """
    with told("reset a PIN"), transaction(connection):
        found = connection.execute(
            "UPDATE therapist SET pin = ? WHERE number = ? AND sign = ? AND removed IS NULL",
            (hashed, therapist.number, therapist.sign),
        )
        if found.rowcount != 1:
            raise ValueError(_no_such(therapist.sign))
        connection.execute(*audit.row(now, by, What.THERAPIST, {"pin_reset": therapist.sign}))


def removed(connection: sqlite3.Connection, sign: str, *, now: datetime, by: str) -> None:
    """Let this therapist in no longer. The sign stays in the audit, so it is never given to another.

    Raises:
        StoreError: the disk fails.
        ValueError: there is no such therapist.
    """
    with told("remove a therapist"), transaction(connection):
        found = connection.execute(
            "UPDATE therapist SET removed = ?, pin = '' WHERE sign = ? AND removed IS NULL", (_utc(now), sign)
        )
        if found.rowcount != 1:
            raise ValueError(_no_such(sign))
        connection.execute(*audit.row(now, by, What.THERAPIST, {"removed": sign}))


def hashed(pin: str, hasher: PasswordHasher) -> str:
    """The hash to keep of a PIN.

    Raises:
        ValueError: the digits cannot be a PIN.
    """
    if fault := pins.pin_fault(pin):
        raise ValueError(PIN_SENTENCES[fault])
    return hasher.hash(pin)


def sign_fault(sign: str) -> str | None:
    """A sentence when this cannot be a therapist's sign."""
    digits = sum(letter.isdigit() for letter in sign)
    if not (1 <= len(sign) <= 12 and sign.replace("-", "").isalnum()):  # noqa: PLR2004  # the sentence says it
        return "a therapist's sign is 1-12 letters, digits or dashes, as on the rota"
    if digits > MOST_SIGN_DIGITS or not any(letter.isalpha() for letter in sign):
        # It stands in every list and in the audit: a PIN that slipped in must not.
        return f"a therapist's sign has a letter, and at most {MOST_SIGN_DIGITS} digits: a PIN is asked for on its own"
    return None if sign not in (audit.STATION, audit.SYNC) else f"'{sign}' is what the station calls itself"


PIN_SENTENCES = {
    pins.PinFault.TOO_SHORT: f"a PIN has at least {pins.SHORTEST_PIN} digits",
    pins.PinFault.TOO_LONG: f"a PIN has at most {pins.LONGEST_PIN} digits",
    pins.PinFault.NO_DIGITS: "a PIN has digits only",
    pins.PinFault.TOO_SIMPLE: "this PIN would be tried first: neither all the same, nor counting",
}


def _matches(kept: str, pin: str, hasher: PasswordHasher) -> bool:
    try:
        return hasher.verify(kept, pin)
    except (VerificationError, InvalidHashError):
        return False


def _throttle(connection: sqlite3.Connection) -> Throttle:
    with told("read how many PINs were wrong"):
        kept = connection.execute("SELECT value FROM meta WHERE key = ?", (_THROTTLE,)).fetchone()
    return Throttle() if kept is None else msgspec.json.decode(kept[0], type=Throttle)


def _keep(connection: sqlite3.Connection, throttle: Throttle) -> None:
    connection.execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", (_THROTTLE, to_json(throttle)))


def _no_such(sign: str) -> str:
    return f"there is no therapist with the sign {sign}. `motbakke therapist list` lists them"


def _utc(when: datetime) -> str:
    return when.astimezone(UTC).isoformat(timespec="milliseconds")
