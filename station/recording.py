"""The session's log as the loop keeps it: opened with the belt, a line a second, closed at its end.

Responsible for what becomes of a disk that fails: the patient trains on, the screen says so, and the system log says
why, once. What is kept is the log's own.
"""

import logging

import msgspec

from station.coach.coaching import Coaching, learnt, lessons_for, outcome
from station.errors import StoreError
from station.moment import StoreState
from station.ports import Chosen, Clock, RecordedSecond, SessionLog, SessionState
from station.staff.mode import Mode, seen
from station.training.reading import Reading

log = logging.getLogger(__name__)


class Recording:
    """One session after the other in this log."""

    def __init__(self, sessions: SessionLog, clock: Clock) -> None:
        self._sessions = sessions
        self._clock = clock
        self._trouble = False
        self.runs = False
        """Whether a session is open in the log."""

    @property
    def healthy(self) -> bool:
        """Whether a session could be kept now."""
        return self._sessions.healthy

    def state(self, *, sent: bool) -> StoreState:
        """What has become of the newest session."""
        if self._trouble or not self._sessions.healthy:
            return StoreState.NOT_STORED
        return StoreState.SENT if sent else StoreState.STORED

    def keep(self, coaching: Coaching, reading: Reading, *, who: Chosen, mode: Mode) -> None:
        """Keep this second, with the session around it; `who` is whose it is, a stranger's is discarded at its end."""
        try:
            self._store(coaching, reading, who, mode)
        except StoreError as error:
            if not self._trouble:
                log.error("%s", error)  # noqa: TRY400  # the sentence is for staff; the trace is not
            self._trouble = True
        else:
            self._trouble = False
        if coaching.session.ended:
            self.runs = False

    def event(self, at_s: float, kind: str, **facts: str) -> None:
        """Keep something that happened, while a session is open."""
        if not self.runs:
            return
        try:
            self._sessions.event(at_s, kind, facts)
        except StoreError:
            self._trouble = True

    def _store(self, coaching: Coaching, reading: Reading, who: Chosen, mode: Mode) -> None:
        if not self.runs:
            self._sessions.open(
                patient=who.patient,
                code=who.code,
                at_s=reading.at_s,
                wall=self._clock.wall(),
                prior=[lesson.to_dict() for lesson in lessons_for(who.patient, who.lessons)],
                mode=mode,
            )
            self.runs = True
        try:
            self._sessions.record(
                RecordedSecond(
                    reading=reading,
                    phase=coaching.session.phase,
                    interval=coaching.session.interval,
                    zone_state=coaching.zone_state,
                    advice=coaching.advice,
                    cue=seen(mode, coaching, reading)[1],
                    veto=coaching.guard.veto,
                )
            )
        finally:
            if coaching.session.ended:
                self._close(coaching, discarded=who.stranger)

    def _close(self, coaching: Coaching, *, discarded: bool) -> None:
        memory = learnt(coaching)
        self._sessions.close(
            SessionState.DISCARDED if discarded else SessionState.CLOSED,
            wall=self._clock.wall(),
            summary=msgspec.to_builtins(outcome(coaching)),
            learnt=None if memory is None else memory.to_dict(),
        )
