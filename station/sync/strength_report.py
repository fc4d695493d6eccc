"""The body of the therapist's report of a strength session: loads, sets, 1RM, and their course over the weeks."""

from collections.abc import Iterator
from html import escape

from station.ports import SessionState
from station.store.boot import ClockQuality
from station.sync.lifted import LiftedFigures, TimedSet
from station.sync.strength_chart import course
from station.sync.strength_words import STRENGTH
from station.sync.whole import WholeSession
from station.sync.words import Words, clock_text
from station.training.one_rm import OneRm, OneRmSource, whole_kg

STYLE = """
.load{fill:none;stroke:#0b6b4f;stroke-width:2.4}.dot{fill:#0b6b4f}.range{stroke:#b35c00;stroke-width:2.4}
.test{fill:#8c1d40}.keys.sets{grid-template-columns:1fr 1fr 2fr 1.6fr}
"""


def strength_body(whole: WholeSession, figures: LiftedFigures, words: Words) -> Iterator[str]:
    """The parts of the report, top to bottom."""
    own = words.and_of(STRENGTH)
    title = own("test_title" if figures.came_to.test else "title")
    yield f"<h1>{escape(title)}</h1>"
    yield _facts(whole, figures, own)
    yield from (f'<p class="note">{escape(note)}</p>' for note in _notes(whole, own))
    yield _keys(figures, own)
    yield _sets(whole, figures, own)
    yield f"<h2>{escape(own('course'))}</h2>"
    yield course(whole.strength_course, own)
    yield f"<p>{escape(own('no_heart'))}</p>"
    yield f"<footer>{escape(words('footer', version=whole.header.sw_version, session=whole.header.id))}</footer>"


def title(figures: LiftedFigures, words: Words) -> str:
    """The document's title."""
    return words.and_of(STRENGTH)("test_title" if figures.came_to.test else "title")


def _facts(whole: WholeSession, figures: LiftedFigures, words: Words) -> str:
    strength = figures.strength
    plan = words("test_plan", sets=strength.sets)
    if not strength.test:
        plan = words(
            "plan_text",
            sets=strength.sets,
            repetitions=strength.repetitions,
            percent=f"{strength.percent:g}",
            rest=clock_text(strength.rest_s),
        )
    facts = (
        (words("patient"), whole.header.code),
        ("", words.when(whole.wall(whole.figures.first_at_s))),
        (words("exercise"), words(strength.exercise)),
        (words("plan"), plan),
        (words("one_rm"), _one_rm(strength.one_rm, words)),
    )
    spans = (f"<span>{escape(name)} <b>{escape(fact)}</b></span>" for name, fact in facts)
    return f'<p class="facts">{" ".join(spans)}</p>'


def _one_rm(one_rm: OneRm | None, words: Words) -> str:
    if one_rm is None:
        return words("no_one_rm")
    on = "" if one_rm.on is None else f" ({one_rm.on})"
    if one_rm.source is OneRmSource.MEASURED:
        text = words("measured", kg=words.kg(one_rm.kg), on=on)
    else:
        low, high = whole_kg(one_rm.kg, one_rm.high_kg or one_rm.kg)
        text = words("estimated", low=low, high=high, on=on)
    return text + (words("expired") if one_rm.expired else "")


def _notes(whole: WholeSession, words: Words) -> Iterator[str]:
    if whole.header.state is SessionState.RECOVERED:
        yield words("recovered")
    elif whole.summary is not None and whole.summary.get("phase") == "stopped":
        yield words("stopped")
    if whole.header.clock_quality is ClockQuality.UNSYNCED:
        yield words("unsynced")


def _keys(figures: LiftedFigures, words: Words) -> str:
    came_to = figures.came_to
    if came_to.test:
        keys = [(words.kg(came_to.one_rm_kg), words("now_measured")), (words.kg(came_to.lifted_kg), words("lifted"))]
    else:
        low, high = came_to.estimate_low_kg, came_to.estimate_high_kg
        why = "" if came_to.next_time is None else f" ({words(came_to.next_time)})"
        keys = [
            (words.kg(came_to.load_kg), words("load")),
            (words.kg(came_to.lifted_kg), words("lifted")),
            ("–" if low is None or high is None else "{}–{}".format(*whole_kg(low, high)), words("now_estimated")),
            (words.kg(came_to.next_kg), words("next") + why),
        ]
    boxes = "".join(f"<div><b>{b}</b><span>{escape(s)}</span></div>" for b, s in keys)
    return f'<div class="keys sets">{boxes}</div>'


def _sets(whole: WholeSession, figures: LiftedFigures, words: Words) -> str:
    names = ("set", "load", "repetitions", "of", "time", "rest", "peak")
    head = "".join(f"<th>{escape(words(name))}</th>" for name in names)
    rows = []
    before: TimedSet | None = None
    for one in figures.sets:
        rows.append(f"<tr>{_cells(whole, one, before, words)}</tr>")
        before = one
    return f"<h2>{escape(words('sets'))}</h2><table class='intervals'><tr>{head}</tr>{''.join(rows)}</table>"


def _cells(whole: WholeSession, one: TimedSet, before: TimedSet | None, words: Words) -> str:
    done = one.done
    within = (second.reading for second in whole.seconds if one.start_at_s <= second.reading.at_s <= one.end_at_s)
    peak = max((reading.heart_rate_bpm for reading in within if reading.heart_rate_bpm is not None), default=None)
    cells = (
        words("warm_up", number=done.number) if done.warm_up else str(done.number),
        words.kg(done.load_kg),
        str(done.repetitions),
        str(done.planned),
        clock_text(one.start_at_s - whole.figures.first_at_s),
        "–" if before is None else clock_text(one.start_at_s - before.end_at_s),
        words.figure(peak, 0),
    )
    return "".join(f"<td>{escape(cell)}</td>" for cell in cells)
