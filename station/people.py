"""The people of a station with a store: who is in it, what is in force for each today, and what the coach remembers.

With nobody in the store there is one patient, that of the settings; without one there, whoever starts the belt is a
stranger.
"""

import logging
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from station.errors import StoreError
from station.ports import Chosen
from station.records import Records
from station.staff.mode import Mode
from station.staff.profile import Profile, training_patient
from station.store import people, proposals
from station.store.desk import mode_in
from station.training.patient import Patient, Reach
from station.visit import Person, Picture

log = logging.getLogger(__name__)

STRANGER = "nobody"
"""Stands in a session's record for whoever started the belt without having been chosen."""


class OneInStore:
    """The people of a station that knows one patient and asks nobody: a demo."""

    def __init__(self, kept: Records, *, patient: Patient, code: str) -> None:
        """Always this one, with what the store remembers of earlier sessions."""
        self._kept = kept
        self._patient, self._code = patient, code

    def listed(self) -> tuple[Person, ...]:
        """See `People`."""
        return ()

    def nobody(self) -> Chosen:
        """See `People`."""
        return _known(self._kept, self._code, self._patient)

    def chosen(self, code: str) -> Chosen:
        """See `People`."""
        return _known(self._kept, code, self._patient)

    def is_sent(self, code: str) -> bool:
        """See `People`."""
        return self._kept.is_sent(code)

    def mode(self) -> Mode:
        """A demo shows everything."""
        return Mode.FULL


class StoredPeople:
    """The people of the station, as they are in its store."""

    def __init__(
        self, kept: Records, *, only: tuple[str, Patient] | None, treadmill: Reach, wall: Callable[[], datetime]
    ) -> None:
        """`only` is the settings' patient, behind a code; `treadmill` is what it can do, for everybody."""
        self._kept = kept
        self._only = only
        self._treadmill = treadmill
        self._wall = wall

    def listed(self) -> tuple[Person, ...]:
        """See `People`."""
        found = people.lines(self._kept.store.connection)
        return tuple(
            Person(
                code=line.code,
                picture=line.picture,
                last=line.last_session.began.astimezone().date() if line.last_session else None,
            )
            for line in found
        )

    def nobody(self) -> Chosen:
        """See `People`."""
        if self._only is not None and not people.lines(self._kept.store.connection):
            return _known(self._kept, *self._only)
        stranger = Profile(code=STRANGER, picture=Picture.SUN)
        return Chosen(code=STRANGER, patient=self._today(stranger), stranger=True)

    def chosen(self, code: str) -> Chosen:
        """See `People`."""
        connection = self._kept.store.connection
        try:
            proposals.look(connection, code)
            profile = people.profile(connection, code)
        except StoreError as error:
            if self._only is not None and code == self._only[0]:
                return _known(self._kept, *self._only)
            log.error("%s", error)  # noqa: TRY400  # the sentence is for staff; the trace is not
            return replace(self.nobody(), code=code)
        return _known(self._kept, code, self._today(profile))

    def is_sent(self, code: str) -> bool:
        """See `People`."""
        return self._kept.is_sent(code)

    def mode(self) -> Mode:
        """See `People`."""
        return mode_in(self._kept.store.connection)

    def _today(self, profile: Profile) -> Patient:
        return training_patient(profile, today=self._wall().astimezone().date(), treadmill=self._treadmill)


def _known(kept: Records, code: str, patient: Patient) -> Chosen:
    return Chosen(
        code=code,
        patient=patient,
        lessons=kept.memories(code),
        before_in_zone_s=kept.last_in_zone_s(code),
    )
