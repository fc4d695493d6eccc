"""What was stored at a session's end beside what its readings give now: the log is the truth, or it is no log."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import msgspec

from station.errors import StoreError
from station.ports import SessionState
from station.store.sessions import Store


@dataclass(frozen=True, slots=True, kw_only=True)
class Replay:
    """What was stored at the session's end beside what its readings give now."""

    stored: dict[str, Any]
    folded: dict[str, Any]

    @property
    def equal(self) -> bool:
        """Whether the fold gave what was stored."""
        return self.stored == self.folded

    @property
    def differing(self) -> tuple[str, ...]:
        """The parts of the summary that differ."""
        return tuple(
            sorted(
                name for name in self.stored.keys() | self.folded.keys() if not _same(name, self.stored, self.folded)
            )
        )


def replay(store: Store, session_id: str, folded: Mapping[str, object]) -> Replay:
    """Put what the session's readings gave when `folded` again beside its stored summary.

    Raises:
        StoreError: there is no such session, or it has no summary yet.
    """
    state = store.header(session_id).state
    stored = store.summary(session_id)
    if stored is None:
        message = f"session {session_id} has no summary: {_WITHOUT[state]}"
        raise StoreError(message)
    return Replay(stored=stored, folded=as_stored(folded))


_WITHOUT = {
    SessionState.OPEN: "it is not over. Let it end; if nobody trains now, `motbakke run` closes it at its next start",
    SessionState.CLOSED: "an older version has stored it. `motbakke export` still gives its log",
    SessionState.RECOVERED: "it was cut short, and another version has stored its plan",
    SessionState.DISCARDED: "nobody trained in it, so there is nothing to fold",
}


def as_stored(summary: Mapping[str, object]) -> dict[str, Any]:
    """The summary as it comes back from the store: tuples are lists, enums are their words."""
    return msgspec.json.decode(msgspec.json.encode(summary), type=dict[str, Any])


def _same(name: str, one: dict[str, Any], other: dict[str, Any]) -> bool:
    return name in one and name in other and bool(one[name] == other[name])
