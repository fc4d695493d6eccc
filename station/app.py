"""The loop: gather one reading a second, advance the session, show it, record it.

Responsible for the order of things in time and for ending cleanly; what to advise is the core's, what to paint
the screen's. If a background task dies unexpectedly the process dies, and the open session is folded back from
the store at the next start.
"""

import asyncio
import logging
import math
from collections.abc import Callable, Sequence
from dataclasses import replace

from station import sets
from station.board import Board
from station.coach.coaching import Coaching, after, begin
from station.curve import Curve, traced
from station.intents import Intent, meant
from station.language import Language
from station.moment import Moment, StrapState
from station.ports import (
    Clock,
    HeartRateSample,
    Link,
    Office,
    Panel,
    People,
    Screen,
    SessionLog,
    Sound,
    Strap,
    Treadmill,
)
from station.question import Asked, Question, answered, asked, ends_unanswered
from station.reception import Reception
from station.recording import Recording
from station.staff.desk import Locked
from station.staff.mode import Mode, seen
from station.training.prescription import Phase
from station.training.reading import Press, Reading, belt_speed_moves
from station.visit import Step, Visit, language_asked, opens_the_office
from station.watchdog import Watchdog

log = logging.getLogger(__name__)

SENT_ASKED_EACH_S = 5.0
SUMMARY_SHOWN_S = 120.0
"""How long the summary stays when nobody touches anything, so that the next patient never meets it."""


class Station:
    """One training station: its devices, its screen, its log, and the session that runs on them."""

    def __init__(  # noqa: PLR0913  # the parts list of the whole station
        self,
        *,
        people: People,
        clock: Clock,
        strap: Strap,
        treadmill: Treadmill,
        sessions: SessionLog,
        screen: Screen | None = None,
        panel: Panel | None = None,
        sound: Sound | None = None,
        language: Language = Language.BOKMAL,
        visit: Visit | None = None,
        watchers: Sequence[Callable[[Moment], None]] = (),
        watchdog: Watchdog | None = None,
        office: Office | None = None,
    ) -> None:
        self._people = people
        self._clock = clock
        self._strap = strap
        self._treadmill = treadmill
        self._recording = Recording(sessions, clock)
        self._screen = screen
        self._panel = panel
        self._language = language
        self._sound = sound
        self._muted = False
        shown = [screen.show] if screen else []
        lamps = [panel.show] if panel else []
        self._watchers = (*watchers, *shown, *lamps)
        self._reception = Reception(people, visit)
        self._asked = Asked()
        self._reading = Reading(at_s=clock.now_s())
        self._board = Board()
        self._coaching = self._begun()
        self._mode = people.mode()
        self._resumes = False
        self._curve: Curve = ()
        self._watchdog = watchdog
        self._office = office
        self._sent = False
        self._once = False
        self._ended_at_s: float | None = None
        self._belt_moves = True
        self._quit = asyncio.Event()

    @property
    def coaching(self) -> Coaching:
        """What the core knows now."""
        return self._coaching

    def resume(self, coaching: Coaching, curve: Curve, *, code: str, mode: Mode) -> None:
        """Take up a session that a restart broke off, with the heart's curve so far; the rules do the rest.

        The log must already have been told to go on with that session.
        """
        self._coaching, self._curve, self._mode = coaching, curve, mode
        self._reception.resumed(code, coaching.patient)
        self._recording.runs = self._resumes = True

    def entered(self) -> None:
        """A therapist has changed something: read anew who there is and what is in force, from the next session on."""
        if self._coaching.session.phase is Phase.READY:
            self._reception.entered()
            self._mode = self._people.mode()

    def quit(self) -> None:
        """End the session cleanly and stop; safe to call from a signal handler of the loop."""
        self._quit.set()

    async def run(self, *, once: bool = False, linger_s: float = 0.0) -> Coaching:
        """Train until told to quit or, with `once`, until one session has ended; gives the last session's state.

        `linger_s` is how long the summary of that one session is shown, in the clock's seconds.

        Raises:
            ExceptionGroup: when a device's or the screen's task dies unexpectedly.
        """
        self._once = once
        async with asyncio.TaskGroup() as group:
            background = [
                group.create_task(self._strap.run(self._heard), name="strap"),
                group.create_task(self._treadmill.run(self._board.seen), name="treadmill"),
            ]
            if self._panel:
                background.append(group.create_task(self._panel.run(self._pressed), name="panel"))
            if self._screen:
                background.append(group.create_task(self._screen.run(self._pressed), name="screen"))
            if self._office:
                background.append(group.create_task(self._office.run(self._entered_by_therapist), name="office"))
            try:
                await self._tick_each_second(until_s=linger_s if once else math.inf)
            finally:
                for task in background:
                    task.cancel()
        return self._coaching

    def _heard(self, report: HeartRateSample | Link) -> None:
        """Take what the strap reports, and show a new heart rate at once; the core has it with the next reading."""
        self._board.heard(report)
        if self._screen is None or not isinstance(report, HeartRateSample) or not self._coaching.session.training:
            return
        newest = self._board.with_newest_beats(self._reading)
        if (newest.heart_rate_bpm, newest.contact) != (self._reading.heart_rate_bpm, self._reading.contact):
            self._screen.show(self._moment(newest))

    async def _tick_each_second(self, *, until_s: float) -> None:
        at_s = self._clock.now_s()
        while not self._quit.is_set():
            painted_s = self._screen.painted_s if self._screen else None
            self._tick(self._board.reading(at_s, resumed=self._resumes))
            self._resumes = False
            if self._watchdog:
                self._watchdog.ticked(due_s=at_s, now_s=self._clock.now_s(), painted_s=painted_s)
            if self._ended_at_s is not None and at_s - self._ended_at_s >= until_s:
                return
            at_s += 1.0
            await self._clock.sleep_until(at_s)
        if self._watchdog:
            self._watchdog.stopping()
        if self._coaching.session.training:
            self._stopped_by("station")
            self._board.pressed(Press.STOP)
            self._tick(self._board.reading(self._clock.now_s()))

    def _tick(self, reading: Reading) -> None:
        before, self._reading = self._coaching, reading
        if before.session.ended:
            self._linger(reading)
            return
        if before.session.phase is Phase.READY:
            # Each reading before the first moving one starts afresh: a session's record begins with the belt.
            beating = self._board.strap_state(reading) is StrapState.BEATING
            self._reception.waited(reading.at_s, beating=beating)
            before = self._begun()
            if self._office:
                self._office.waited(reading.at_s)
        self._coaching = after(before, reading)
        if self._office and self._office.side.is_open and self._coaching.session.phase is not Phase.READY:
            # Nothing is set while somebody trains; whoever walks on the belt has the screen.
            self._office.closes(Locked.BELT)
        self._ask()
        if self._coaching.session.phase is not Phase.READY:
            self._record(before, reading)
        self._show(reading)

    def _record(self, before: Coaching, reading: Reading) -> None:
        session = self._coaching.session
        if not self._recording.runs:
            self._curve, self._mode = (), self._people.mode()
        self._curve = traced(self._curve, self._coaching, reading)
        if before.session.phase is not session.phase:
            log.info("phase: %s -> %s", before.session.phase, session.phase)
        who = replace(self._reception.trains, stranger=self._reception.chosen.stranger)
        self._recording.keep(self._coaching, reading, who=who, mode=self._mode)
        if session.ended:
            self._ended_at_s = reading.at_s

    def _begun(self) -> Coaching:
        who = self._reception.trains
        return begin(who.patient, who.lessons)

    def _linger(self, reading: Reading) -> None:
        """Keep the summary up until somebody is done with it and the belt stands."""
        self._belt_moves = reading.speed_kmh is not None and belt_speed_moves(reading.speed_kmh)
        waited_s = reading.at_s - (self._ended_at_s or reading.at_s)
        if not self._sent and waited_s % SENT_ASKED_EACH_S < 1.0:
            self._sent = self._reception.is_sent()
        if waited_s >= SUMMARY_SHOWN_S and not self._belt_moves and not self._once:
            self._next_session()
        self._show(reading)

    def _next_session(self) -> None:
        self._reception.next_visit(self._reading.at_s)
        self._coaching = self._begun()
        self._mode = self._people.mode()
        self._ended_at_s = None
        self._curve = ()
        self._sent = False

    @property
    def _in_sets(self) -> bool:
        return self._coaching.patient.prescription.strength is not None

    @property
    def _at_start(self) -> bool:
        return self._reception.visit.step is Step.START

    def _leaves(self, intent: Intent) -> bool:
        """Whether this key leads to the first page: from a summary, or from sets that nobody has set a load for."""
        session = self._coaching.session
        if session.ended:
            return intent is Intent.OK and not self._belt_moves
        without_load = self._in_sets and self._at_start and session.lifting.load_kg is None
        return session.phase is Phase.READY and without_load and intent in {Intent.BACK, Intent.STOP}

    def _pressed(self, key: Intent) -> None:
        writing = self._office is not None and self._office.side.writes
        if (intent := meant(key, writing=writing)) is not None:
            self._intended(intent)

    def _intended(self, intent: Intent) -> None:
        """Take what somebody pressed, and show at once what came of it."""
        session = self._coaching.session
        ready = session.phase is Phase.READY
        match intent:
            case Intent.QUIT:
                self.quit()
                return
            case Intent.MUTE:
                self._muted = not self._muted
            case _ if ready and intent is not Intent.LANGUAGE and self._taken_by_office(intent):
                pass
            case _ if self._leaves(intent):
                self._next_session()
            case _ if (language := self._language_asked(intent)) and (ready or intent is Intent.LANGUAGE):
                self._language = language
            case Intent.OK if ready and self._in_sets and self._at_start:
                self._board.pressed(Press.BEGIN)
            case _ if ready and intent is not Intent.STOP:
                self._reception.pressed(intent)
                self._coaching = after(self._begun(), self._reading)
            case _ if self._in_sets:
                for press in sets.presses(intent, sets.foreseen(session, self._board.waiting)):
                    self._board.pressed(press)
            case _:
                self._answered(intent)
        self._show(self._reading)

    def _taken_by_office(self, intent: Intent) -> bool:
        office = self._office
        if office is None:
            return False
        if office.side.is_open and intent is Intent.STOP:
            office.closes(Locked.BY_HAND)
        elif office.side.is_open:
            office.pressed(intent)
        elif opens_the_office(self._reception.visit, intent):
            office.knocked(self._reading.at_s)
        else:
            return False
        return True

    def _entered_by_therapist(self, starts: str | None) -> None:
        self.entered()
        if starts is not None and self._coaching.session.phase is Phase.READY:
            self._reception.choose(starts, self._reading.at_s)
            self._coaching = after(self._begun(), self._reading)
        self._show(self._reading)

    def _language_asked(self, intent: Intent) -> Language | None:
        languages = list(Language)
        place = language_asked(self._reception.visit, intent, languages.index(self._language), len(languages))
        return None if place is None else languages[place]

    def _ask(self) -> None:
        before = self._asked.question
        if ends_unanswered(self._asked, self._coaching.session):
            self._stopped_by("nobody")
            self._board.pressed(Press.STOP)
        self._asked = asked(self._asked, self._coaching.session, self._coaching.cue)
        if self._asked.question not in (None, before):
            self._recording.event(self._reading.at_s, "asked", question=str(self._asked.question))

    def _stopped_by(self, whom: str) -> None:
        self._recording.event(self._reading.at_s, "stop", by=whom)

    def _answered(self, intent: Intent) -> None:
        before = self._asked.question
        self._asked, answer = answered(self._asked, intent, self._coaching.session, self._coaching.cue)
        if answer.press is not None:
            self._board.pressed(answer.press)
            if answer.press is Press.EASIER:
                self._recording.event(self._reading.at_s, "easier_today")
            if answer.press is Press.STOP:
                self._stopped_by("yes" if before is Question.STOP else "key")
        if answer.effort_borg is not None:
            self._board.answered(answer.effort_borg)

    def _show(self, reading: Reading) -> None:
        moment = self._moment(reading)
        for watcher in self._watchers:
            watcher(moment)
        if self._sound and (spoken := self._sound.hear(moment)):
            self._recording.event(self._reading.at_s, "said", sentence=spoken, language=str(self._language))

    def _moment(self, reading: Reading) -> Moment:
        coaching = self._coaching
        zone = coaching.patient.prescription.zone(coaching.session.phase)
        advice, cue = seen(self._mode, coaching, reading)
        return Moment(
            patient=coaching.patient,
            session=sets.foreseen(coaching.session, self._board.waiting),
            reading=reading,
            zone_state=zone.state(reading.heart_rate_bpm, coaching.patient.hr_max_bpm),
            advice=advice,
            cue=cue,
            tally=coaching.tally,
            strap=self._board.strap_state(reading),
            strap_silent_s=self._board.strap_silent_s(reading.at_s),
            treadmill_connected=self._board.treadmill_answers(reading.at_s),
            treadmill_silent_s=self._board.treadmill_silent_s(reading.at_s),
            language=self._language,
            store=self._recording.state(sent=self._sent),
            heart_rate_curve=self._curve if coaching.session.ended else (),
            before_in_zone_s=self._reception.chosen.before_in_zone_s,
            visit=self._reception.visit,
            people=self._reception.listed,
            asked=self._asked,
            station_fault=not self._recording.healthy and coaching.session.phase is Phase.READY,
            muted=self._muted,
            office=self._office.side if self._office else None,
        )
