"""Who has come: the visit, whom the station knows, and who trains next.

Responsible for keeping the three in step. While several people are known and nobody is chosen, or nobody is known at
all, whoever starts the belt is a stranger: easy walking, and a session that goes to no patient's record.
"""

from dataclasses import replace

from station.intents import Intent
from station.ports import Chosen, People
from station.staff.profile import unwell_today
from station.training.patient import Patient
from station.visit import Person, Step, Visit, pressed, waited


class Reception:
    """The visit of today and the one it is of."""

    def __init__(self, people: People, first_visit: Visit | None = None) -> None:
        """Begin with this visit, and each later one like it."""
        self._people = people
        self._first = first_visit or Visit()
        self.visit = self._first
        self._listed: tuple[Person, ...] = ()
        self._place: int | None = None
        self.chosen = people.nobody()
        self.entered()

    @property
    def listed(self) -> tuple[Person, ...]:
        """Who can be chosen; empty while there is no choice."""
        return self._listed if len(self._listed) > 1 else ()

    @property
    def trains(self) -> Chosen:
        """Who trains if the belt starts now: whoever has just said that she is not well walks easily."""
        if self.visit.refused is not Step.UNWELL:
            return self.chosen
        return replace(self.chosen, patient=unwell_today(self.chosen.patient))

    def entered(self) -> None:
        """Read anew whom the station knows, and what is in force for the one chosen: a therapist has changed it."""
        code = None if self._place is None else self._listed[self._place].code
        self._listed = self._people.listed()
        codes = [person.code for person in self._listed]
        place = codes.index(code) if code in codes else 0
        chosen = self.visit.chosen and code in codes
        nobody_known = not codes and self._people.nobody().stranger
        self.visit = replace(self.visit, people=0 if nobody_known else max(1, len(codes)), person=place, chosen=chosen)
        self._choose()

    def waited(self, at_s: float, *, beating: bool) -> None:
        """A second has passed."""
        visit = replace(self.visit, strap_needed=self.chosen.patient.prescription.strength is None)
        self._now(waited(visit, at_s, beating=beating))

    def pressed(self, intent: Intent) -> None:
        """Somebody pressed a key before the session."""
        self._now(pressed(self.visit, intent))

    def choose(self, code: str, at_s: float) -> None:
        """A therapist sends this patient to the belt: the visit goes on from there, with the same questions."""
        codes = [person.code for person in self._listed]
        if code not in codes:
            return
        self.visit = replace(
            self._first,
            begun=True,
            chosen=True,
            person=codes.index(code),
            people=len(codes),
            at_s=at_s,
            touched_at_s=at_s,
            searching_since_s=at_s,
        )
        self._choose()

    def next_visit(self, at_s: float) -> None:
        """The session is over: whoever comes now starts from the door."""
        self.visit = replace(self._first, at_s=at_s, touched_at_s=at_s)
        self._place = None
        self.entered()

    def resumed(self, code: str, patient: Patient) -> None:
        """A session goes on that a restart broke off."""
        self.chosen = replace(self._people.chosen(code), patient=patient)

    def is_sent(self) -> bool:
        """Whether the clinic's server has the last session of the one who has just trained."""
        return self._people.is_sent(self.chosen.code)

    def _now(self, visit: Visit) -> None:
        self.visit = visit
        if self._at() != self._place:
            self._choose()

    def _at(self) -> int | None:
        if len(self._listed) > 1:
            return self.visit.person if self.visit.chosen else None
        return 0 if self._listed else None

    def _choose(self) -> None:
        self._place = self._at()
        self.chosen = (
            self._people.nobody() if self._place is None else self._people.chosen(self._listed[self._place].code)
        )
