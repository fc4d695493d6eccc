"""How a session was trained, in words for the report: by what, how much of the advice was shown, and where it began."""

from collections.abc import Iterator

from station.coach.coaching import lessons_in
from station.coach.memory import Memory
from station.coach.start import Start, StartReason
from station.sync.whole import WholeSession
from station.sync.words import Words
from station.training.prescription import Phase


def how(whole: WholeSession, words: Words) -> Iterator[tuple[str, str]]:
    """What it is called and what it was, a fact each."""
    plan = whole.header.plan
    ways = ("way_walk" if plan.walk_only else "way_free", "way_borg" if plan.by_feel else "way_pulse")
    yield words("way"), ", ".join(words(way) for way in ways)
    yield words("shown"), words(f"shown_{whole.header.mode}")
    if (began := start(whole)) is not None:
        yield words("start"), f"{words.figure(began.incline_percent, 1)} % ({words(f'start_{began.reason}')})"


def start(whole: WholeSession) -> Start | None:
    """Where the first interval was proposed to begin; None when there was no interval or no such advice."""
    begins_s = next((lap.seconds[0].reading.at_s for lap in whole.laps() if lap.phase == Phase.INTERVAL), None)
    if begins_s is None:
        return None
    stood = [one.advice for one in whole.advices if one.at_s <= begins_s]
    incline = stood[-1].get("incline_percent") if stood and stood[-1] is not None else None
    return None if incline is None else Start(incline_percent=float(incline), reason=_reason(whole))


def _reason(whole: WholeSession) -> StartReason:
    if whole.header.plan.start_incline_percent is not None:
        return StartReason.PRESCRIBED
    known = any(
        isinstance(lesson, Memory) and lesson.interval_incline_percent is not None
        for lesson in lessons_in(list(whole.prior))
    )
    return StartReason.LEARNT if known else StartReason.GUESSED
