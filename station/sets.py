"""What a key means beside a machine, set by set. Pure: a key and where the patient is in, presses out.

One key for one repetition. The four keys, left to right: take one back, enough (or a lighter load, before the set),
all repetitions at once, one repetition.
"""

from collections.abc import Sequence
from dataclasses import replace

from station.intents import Intent
from station.training import lifting as lifts
from station.training.course import Session
from station.training.prescription import Phase
from station.training.reading import Press

MACHINE_CHECKS = ("well", "machine", "pain")
"""What is asked before the first set, in order: as many as before the treadmill's start."""


def presses(intent: Intent, session: Session) -> tuple[Press, ...]:
    """What this key tells the training; nothing where it means nothing."""
    if intent is Intent.STOP:
        return (Press.STOP,)
    match session.phase:
        case Phase.READY:
            return (Press.BEGIN,) if intent is Intent.OK else ()
        case Phase.WARM_UP | Phase.SET:
            return _in_set(intent, session)
        case Phase.REST:
            return _in_rest(intent, session)
        case _:
            return ()


def planned(session: Session) -> int:
    """How many repetitions the set that is going on has."""
    strength = session.prescription.strength
    if strength is None:
        return 0
    if session.phase is Phase.WARM_UP:
        return strength.warm_up[len(session.lifting.warm_ups)].repetitions
    return strength.repetitions


def load_kg(session: Session) -> float | None:
    """What is on the machine in this set, or must be in the next one, in kilograms."""
    strength, lifting = session.prescription.strength, session.lifting
    if strength is None or lifting.load_kg is None:
        return None
    easy_next = session.phase in {Phase.READY, Phase.WARM_UP, Phase.REST} and session.warm_up_sets_left
    return (
        strength.warm_up_kg(strength.warm_up[len(lifting.warm_ups)], lifting.load_kg) if easy_next else lifting.load_kg
    )


def foreseen(session: Session, pressed: Sequence[Press]) -> Session:
    """The session as it will be with what was pressed since its last second: dots do not wait for the next one."""
    strength = session.prescription.strength
    if strength is None or not pressed or not session.training:
        return session
    after = lifts.pressed(session.lifting, strength, tuple(pressed), resting=session.phase is Phase.REST)
    return replace(session, lifting=after)


def _in_set(intent: Intent, session: Session) -> tuple[Press, ...]:
    strength, done = session.prescription.strength, session.lifting.repetitions
    test = strength is not None and strength.test
    if session.asks_for_one_more:
        answers = {Intent.OK: (Press.REPETITION,), Intent.BACK: (Press.ENOUGH,), Intent.MINUS: (Press.UNDO,)}
        return answers.get(intent, ())
    match intent:
        case Intent.OK:
            return (Press.REPETITION,)
        case Intent.PLUS:
            return (Press.REPETITION,) * max(0, planned(session) - done)
        case Intent.MINUS | Intent.DOWN if done == 0 and not test and session.phase is Phase.SET:
            return (Press.EASIER,)
        case Intent.MINUS:
            return (Press.ENOUGH,)
        case Intent.BACK:
            return (Press.UNDO,)
        case _:
            return ()


def _in_rest(intent: Intent, session: Session) -> tuple[Press, ...]:
    strength = session.prescription.strength
    match intent:
        case Intent.OK if not session.lifting.sets:
            return (Press.BEGIN,)
        case Intent.BACK if session.phase_elapsed_s <= lifts.TAKEN_BACK_WITHIN_S:
            return (Press.UNDO,)
        case Intent.MINUS | Intent.DOWN:
            return (Press.EASIER,)
        case Intent.PLUS | Intent.UP if strength is not None and strength.test:
            return (Press.HEAVIER,)
        case _:
            return ()
