"""A strength session from press to press: which set, how many repetitions, how heavy the next one is.

Responsible for counting and for the loads; when a set begins and a rest ends is the session's table. Loads go up
once a session at most, by one plate step, and only when a repetition more than prescribed was managed.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

from station.training.one_rm import OneRmSource
from station.training.reading import Press
from station.training.strength import Strength

LACKING_FOR_LESS = 2
"""With so many repetitions lacking in a set the rest of the session is a step lighter; in all sets, the next one."""
FAILURES_END_TEST = 2
TAKEN_BACK_WITHIN_S = 30.0
"""So long after a set its last repetition can still be taken back."""


class Basis(StrEnum):
    """Where today's load comes from."""

    LAST_TIME = "last_time"
    ONE_RM = "one_rm"
    THERAPIST = "therapist"


class Next(StrEnum):
    """What comes of the session for the next one."""

    HEAVIER = "heavier"
    SAME = "same"
    LIGHTER = "lighter"
    AT_CAP = "at_cap"
    """One more was managed, but the load is at its limit: 1RM should be measured again."""
    ONE_RM_EXPIRED = "one_rm_expired"
    """One more was managed, but the load is not raised on a 1RM that is too old."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Lifted:
    """What one session leaves for the next: the load it was done with and the load to come, in kilograms."""

    exercise: str
    load_kg: float
    next_kg: float
    plate_step_kg: float
    one_rm_kg: float | None = None
    """The 1RM the load stood on; another one makes another load."""

    def to_dict(self) -> dict[str, object]:
        """The record as plain JSON values."""
        return {
            "kind": "strength",
            "version": 1,
            "exercise": self.exercise,
            "load_kg": self.load_kg,
            "next_kg": self.next_kg,
            "plate_step_kg": self.plate_step_kg,
            "one_rm_kg": self.one_rm_kg,
        }

    @classmethod
    def from_dict(cls, record: Mapping[str, object]) -> "Lifted | None":
        """What is in this record; None when it is no strength session's, or another version's."""
        if record.get("kind") != "strength" or record.get("version") != 1:
            return None
        exercise, one_rm_kg = record.get("exercise"), record.get("one_rm_kg")
        loads = [_kilograms(record.get(name)) for name in ("load_kg", "next_kg", "plate_step_kg")]
        load_kg, next_kg, step_kg = loads
        if not isinstance(exercise, str) or load_kg is None or next_kg is None or step_kg is None:
            return None
        return cls(
            exercise=exercise,
            load_kg=load_kg,
            next_kg=next_kg,
            plate_step_kg=step_kg,
            one_rm_kg=None if one_rm_kg is None else _kilograms(one_rm_kg),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class LiftedSet:
    """One set as it was done. `number` counts warm-up sets and working sets each from 1."""

    warm_up: bool
    number: int
    load_kg: float
    planned: int
    repetitions: int

    @property
    def lacking(self) -> int:
        """How many of the prescribed repetitions were not managed."""
        return max(0, self.planned - self.repetitions)


@dataclass(frozen=True, slots=True, kw_only=True)
class Lifting:
    """Where the patient is in the sets. All zero in a session on the treadmill."""

    load_kg: float | None = None
    """The working load now; None when nobody has said with what to begin."""
    basis: Basis | None = None
    done: tuple[LiftedSet, ...] = ()
    repetitions: int = 0
    """In the set that is going on."""
    over: bool = False
    """The set is over, with these repetitions."""
    taken_back: bool = False
    """The last repetition of the set before was a slip: the set goes on."""
    last_kg: float | None = None
    """The last session's load: today's may be one plate step above it at most."""

    @property
    def warm_ups(self) -> tuple[LiftedSet, ...]:
        """The warm-up sets done."""
        return tuple(one for one in self.done if one.warm_up)

    @property
    def sets(self) -> tuple[LiftedSet, ...]:
        """The working sets, or a test's attempts, done."""
        return tuple(one for one in self.done if not one.warm_up)

    def best_kg(self) -> float | None:
        """The heaviest load that was lifted as often as planned; None when none was."""
        return max((one.load_kg for one in self.sets if one.lacking == 0), default=None)


def begun(strength: Strength, last: Lifted | None) -> Lifting:
    """Before the first set: today's load, from last time, from 1RM or from the therapist.

    `last` is what the newest session with this exercise left, if there was one. No load is above what the
    prescription allows, nor more than one plate step above last time's.
    """
    if last is not None and last.exercise != strength.exercise:
        last = None
    if strength.test:
        # Nine tenths of what was lifted last; the first attempt shall be managed.
        expected = strength.start_kg if strength.one_rm is None else 0.9 * strength.one_rm.kg
        load_kg = None if expected is None else strength.on_grid(expected)
        return Lifting(load_kg=load_kg, basis=None if load_kg is None else Basis.THERAPIST)
    one_rm = strength.one_rm if strength.one_rm is not None and not strength.one_rm.expired else None
    from_one_rm = None if one_rm is None else strength.percent / 100 * one_rm.kg
    if last is not None:
        # An estimate comes from the very sets that gave the next load: it limits that, and does not replace it.
        newly_measured = one_rm is not None and one_rm.source is OneRmSource.MEASURED and one_rm.kg != last.one_rm_kg
        wanted = from_one_rm if newly_measured and from_one_rm is not None else last.next_kg
        load_kg = strength.on_grid(min(wanted, last.load_kg + strength.plate_step_kg))
        basis = Basis.ONE_RM if newly_measured else Basis.LAST_TIME
        return Lifting(load_kg=load_kg, basis=basis, last_kg=last.load_kg)
    if from_one_rm is not None:
        return Lifting(load_kg=strength.on_grid(from_one_rm), basis=Basis.ONE_RM)
    if strength.start_kg is not None:
        return Lifting(load_kg=strength.on_grid(strength.start_kg), basis=Basis.THERAPIST)
    return Lifting()


def pressed(lifting: Lifting, strength: Strength, presses: tuple[Press, ...], *, resting: bool) -> Lifting:
    """After what was pressed in one second, in their order; between two sets only the load can be changed."""
    lifting = replace(lifting, over=False, taken_back=False)
    for press in presses:
        if lifting.over or lifting.taken_back:
            break
        lifting = _between(lifting, strength, press) if resting else _in_set(lifting, strength, press)
    return lifting


def set_done(lifting: Lifting, strength: Strength, *, warm_up: bool) -> Lifting:
    """After the set: it is kept, the dots are empty, and the next load stands."""
    load_kg = lifting.load_kg or 0.0
    planned = strength.repetitions
    number = len(lifting.sets) + 1
    if warm_up:
        number = len(lifting.warm_ups) + 1
        easy = strength.warm_up[number - 1]
        load_kg, planned = strength.warm_up_kg(easy, load_kg), easy.repetitions
    one = LiftedSet(warm_up=warm_up, number=number, load_kg=load_kg, planned=planned, repetitions=lifting.repetitions)
    lifting = replace(lifting, done=(*lifting.done, one), repetitions=0, over=False)
    return lifting if warm_up else replace(lifting, load_kg=_after(lifting, strength, one))


def set_again(lifting: Lifting) -> Lifting:
    """The set before goes on, one repetition short of what it had."""
    last = lifting.done[-1]
    load_kg = lifting.load_kg if last.warm_up else last.load_kg
    return replace(
        lifting, done=lifting.done[:-1], repetitions=max(0, last.repetitions - 1), load_kg=load_kg, taken_back=False
    )


def no_more_sets(lifting: Lifting, strength: Strength, *, this_one: bool) -> bool:
    """Whether no set comes after this one; `this_one`: it is not yet among those that are done."""
    if not strength.test:
        return len(lifting.sets) + this_one >= strength.sets
    if this_one:
        lifting = set_done(lifting, strength, warm_up=False)
    failed = [one for one in lifting.sets if one.lacking]
    best_kg, load_kg = lifting.best_kg(), lifting.load_kg
    no_room = bool(failed) and load_kg is not None and (best_kg or 0.0) >= load_kg
    at_limit = bool(lifting.sets) and not lifting.sets[-1].lacking and lifting.sets[-1].load_kg >= strength.most_kg
    return len(lifting.sets) >= strength.sets or len(failed) >= FAILURES_END_TEST or no_room or at_limit


def asking(lifting: Lifting, strength: Strength) -> bool:
    """Whether all repetitions of the set, the last one, are done and the patient is asked for one more."""
    return strength.asks_for_one_more and lifting.repetitions == strength.repetitions and not lifting.over


def next_time(lifting: Lifting, strength: Strength) -> tuple[float, Next] | None:
    """The next session's load in kilograms, and why; None when no working set was done, and after a test.

    One more than prescribed in the last set of a whole session: a plate step more (Hoff and Helgerud's method). Two
    repetitions lacking in all: a step less. Otherwise the same. Never above the cap, never more than one step up.
    """
    sets = lifting.sets
    if not sets or strength.test:
        return None
    began_kg, load_kg = sets[0].load_kg, lifting.load_kg or sets[-1].load_kg
    if load_kg < began_kg:
        return strength.on_grid(load_kg), Next.LIGHTER
    if sum(one.lacking for one in sets) >= LACKING_FOR_LESS:
        return strength.on_grid(load_kg - strength.plate_step_kg), Next.LIGHTER
    more = len(sets) >= strength.sets and sets[-1].repetitions > strength.repetitions
    if not more or any(one.lacking for one in sets):
        return strength.on_grid(load_kg), Next.SAME
    if strength.one_rm is not None and strength.one_rm.expired:
        return strength.on_grid(load_kg), Next.ONE_RM_EXPIRED
    raised = strength.on_grid(load_kg + strength.plate_step_kg)
    return raised, (Next.HEAVIER if raised > load_kg else Next.AT_CAP)


def taught(lifting: Lifting, strength: Strength) -> Lifted | None:
    """What the session leaves for the next one; None when it leaves nothing."""
    following = next_time(lifting, strength)
    if following is None:
        return None
    return Lifted(
        exercise=strength.exercise,
        load_kg=lifting.sets[0].load_kg,
        next_kg=following[0],
        plate_step_kg=strength.plate_step_kg,
        one_rm_kg=None if strength.one_rm is None else strength.one_rm.kg,
    )


def _in_set(lifting: Lifting, strength: Strength, press: Press) -> Lifting:
    warm_up = len(lifting.warm_ups) < len(strength.warm_up) and not lifting.sets
    planned = strength.warm_up[len(lifting.warm_ups)].repetitions if warm_up else strength.repetitions
    last = not warm_up and no_more_sets(lifting, strength, this_one=True)
    most = planned + (1 if last and strength.asks_for_one_more else 0)
    match press:
        case Press.REPETITION:
            lifting = replace(lifting, repetitions=lifting.repetitions + 1)
            return replace(lifting, over=lifting.repetitions >= most)
        case Press.ENOUGH:
            return replace(lifting, over=True)
        case Press.UNDO:
            return replace(lifting, repetitions=max(0, lifting.repetitions - 1))
        case Press.EASIER if not lifting.repetitions:
            return _eased(lifting, strength)
        case _:
            return lifting


def _between(lifting: Lifting, strength: Strength, press: Press) -> Lifting:
    match press:
        case Press.UNDO if lifting.done:
            return replace(lifting, taken_back=True)
        case Press.EASIER:
            return _eased(lifting, strength)
        case Press.HEAVIER if strength.test and lifting.load_kg is not None:
            return replace(lifting, load_kg=strength.on_grid(lifting.load_kg + strength.plate_step_kg))
        case _:
            return lifting


def _eased(lifting: Lifting, strength: Strength) -> Lifting:
    if lifting.load_kg is None:
        return lifting
    return replace(lifting, load_kg=strength.on_grid(lifting.load_kg - strength.plate_step_kg))


def _after(lifting: Lifting, strength: Strength, one: LiftedSet) -> float:
    """The load after this working set."""
    if strength.test:
        return _next_attempt_kg(lifting, strength, one)
    if one.lacking >= LACKING_FOR_LESS:
        return strength.on_grid(one.load_kg - strength.plate_step_kg)
    return one.load_kg


def _next_attempt_kg(lifting: Lifting, strength: Strength, one: LiftedSet) -> float:
    """A step more after a success; after a failure half-way back to the best, on the machine's grid."""
    failed_kg = min((attempt.load_kg for attempt in lifting.sets if attempt.lacking), default=None)
    best_kg = lifting.best_kg()
    if failed_kg is None:
        return strength.on_grid(one.load_kg + strength.plate_step_kg)
    if best_kg is None:
        return strength.on_grid(0.9 * failed_kg)
    return strength.on_grid((best_kg + failed_kg) / 2)


def _kilograms(figure: object) -> float | None:
    if isinstance(figure, bool) or not isinstance(figure, int | float) or not 0 < figure < 10_000:  # noqa: PLR2004
        return None
    return float(figure)
