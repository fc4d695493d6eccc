"""Seals sessions that wait for the clinic: only the clinic's private key opens them, and it was never here.

A session that could not be sent soon lies on a card that can be stolen. With `[sync] seal_to` it becomes an age file
(X25519), and its course is deleted from the store. `age -d -i KEY session.zip.age` opens it. What stays readable is
what stays of any session the clinic has: its line. See docs/decisions/0080.
"""

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import pyrage

from station.errors import SettingsError, StoreError
from station.language import Language
from station.store import outbox, retention
from station.store.rows import to_json
from station.store.sessions import Store
from station.sync.delivery import Delivery
from station.sync.exports import archived

log = logging.getLogger(__name__)

_NEVER_HERE = "AGE-SECRET-KEY"


@dataclass(frozen=True, slots=True, kw_only=True)
class Seal:
    """To whom sessions are sealed, and when."""

    key: pyrage.x25519.Recipient
    after: timedelta
    """How long a session may wait readable."""
    language: Language
    """The report's."""


def recipient(text: str) -> pyrage.x25519.Recipient:
    """The clinic's public key.

    Raises:
        SettingsError: it is none.
    """
    bare = text.strip()
    if bare.upper().startswith(_NEVER_HERE):
        # Never quoted: it opens what other stations have sealed.
        message = (
            "[sync] seal_to holds a secret key. Make a new pair with age-keygen, not on this station, and write the "
            "public key here, which begins with age1"
        )
        raise SettingsError(message)
    try:
        return pyrage.x25519.Recipient.from_str(bare)
    except pyrage.RecipientError as error:
        message = (
            f"[sync] seal_to: '{bare}' is no public key of age ({error}). Write what age-keygen calls the public key; "
            "it begins with age1"
        )
        raise SettingsError(message) from error


def sealed(data: Path, delivery: Delivery, seal: Seal, *, now: datetime, most: int | None = None) -> int:
    """Seal at most so many sessions that have waited for so long, newest first; how many it was.

    Raises:
        StoreError: the store cannot be read or written.
    """
    done = 0
    with Store.at(data) as store:
        for item_id in retention.to_seal(store.connection, before=now - seal.after)[:most]:
            item = outbox.item(store.connection, item_id)
            try:
                plain = archived(store, item.session_id, seal.language)
            except StoreError as error:
                # Nothing of it can be read here anyway; the next sync says so with the session.
                log.debug("session %s is not sealed: %s", item.session_id[:8], error)
                continue
            before = None if item.content is None else to_json(delivery.trace(item.content))
            retention.seal(store.connection, item_id, pyrage.encrypt(plain, [seal.key]), sent_before=before, now=now)
            log.info("session %s is sealed until the clinic has it", item.session_id[:8])
            done += 1
    return done
