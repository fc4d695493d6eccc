"""The therapist's pages of 1RM: what is in force and before it, what a session found, a number, the second question."""

from collections.abc import Mapping

from station.office.known import OneRmFound
from station.office.one_rm import FOUND, exercise_of, found, in_force, of_the_set, sources
from station.office.sheet import Page
from station.office.side import Side
from station.staff.one_rm import OneRmEntry, expired
from station.training.one_rm import OneRmSource, whole_kg
from ui import theme
from ui.pages.office.frame import (
    PART,
    Drawn,
    Place,
    back_key,
    move_keys,
    ok_key,
    page,
    place_of,
    subtitle,
)
from ui.pages.office.lists import GAP, TALLEST, TALLEST_STACKED, Row, listed
from ui.pages.office.typed import again_page, number_on, number_page, parted
from ui.pages.parts import line
from ui.scene import Format, Scene
from ui.wording.catalogue import Words

SHOWN = 4
"""Earlier entries on the page."""


def one_rm_page(side: Side, words: Words, form: Format) -> Scene:
    """Where 1RM comes from, with what was entered before."""
    whole, newest, tall = place_of(form), found(side), form is Format.PORTRAIT
    rows = [
        Row(
            name=name,
            label=_label(name, newest, words),
            told=_told_of(newest, words) if name == FOUND and newest is not None else "",
        )
        for name in sources(side)
    ]
    now = in_force(side)
    height = (TALLEST_STACKED if tall else TALLEST) + GAP
    top = Place(left=whole.left, top=whole.top, right=whole.right, bottom=whole.top + len(rows) * height)
    history = [
        line(
            f"history.{number}",
            PART.join((words.day(entry.on), one_rm_told(entry, words), *([] if tall else [entry.by]))),
            whole.left + 28,
            top.bottom + 70 + 66 * number,
            size=theme.SIZE_NOTE,
            colour=theme.INK_SOFT,
            room=whole.width - 40,
        )
        for number, entry in enumerate(side.known.one_rms[:SHOWN])
    ]
    return page(
        side,
        words,
        form,
        title=words.say("staff.one_rm.title", exercise=words.say(f"exercise.{exercise_of(side)}")),
        below=PART.join((subtitle(side, words), _now(now, side, words))),
        body=listed(rows, side.top, top, stacked=tall) + Drawn(elements=tuple(history)),
        row=(back_key(words), *move_keys(), ok_key(words)),
    )


def one_rm_kg_page(side: Side, words: Words, form: Format) -> Scene:
    """A number of kilograms: a measured 1RM, or the load of a set from which it is estimated."""
    title, note, ok = _KG_PAGES[side.top.page]
    return number_page(
        side,
        words,
        form,
        title=words.say(title),
        below=PART.join((subtitle(side, words), words.say(f"exercise.{exercise_of(side)}"))),
        shown=number_on(side),
        unit=words.say("sets.unit"),
        note=words.say(note),
        ok=ok,
    )


_KG_PAGES: Mapping[Page, tuple[str, str, str]] = {
    Page.ONE_RM_FIGURE: ("staff.one_rm.typed", "staff.one_rm.note", "staff.key.save"),
    Page.ONE_RM_LOAD: ("staff.one_rm.of_a_set", "staff.one_rm.load.note", "staff.key.next"),
}
"""What each is called, what stands below the number, and the key that takes it."""


def one_rm_repetitions_page(side: Side, words: Words, form: Format) -> Scene:
    """How often it was lifted, with the range that this comes to at once."""
    entry = of_the_set(side)
    below = parted(form).below
    told = words.say("staff.one_rm.gives.none") if entry is None else one_rm_told(entry, words)
    return number_page(
        side,
        words,
        form,
        title=words.say("staff.one_rm.of_a_set"),
        below=PART.join((subtitle(side, words), words.say("sets.kilograms", load=words.short(side.draft.set_load_kg)))),
        shown=number_on(side),
        unit=words.say("staff.one_rm.repetitions.unit"),
        note=words.say("staff.one_rm.repetitions.note"),
        under=Drawn(
            elements=(line("gives", told, below.left, below.top + 50, size=theme.SIZE_NOTE, room=below.width),)
        ),
    )


def one_rm_again_page(side: Side, words: Words, form: Format) -> Scene:
    """The second question before an unlikely 1RM is taken."""
    now, kg = in_force(side), words.short(side.draft.one_rm_kg)
    told = "staff.one_rm.doubt.first" if now is None else "staff.one_rm.doubt"
    return again_page(
        side,
        words,
        form,
        title=words.say("staff.one_rm.twice", kg=kg),
        reasons=[("doubt", words.say(told, before=one_rm_told(now, words)))],
        yes=words.say("staff.one_rm.yes", kg=kg),
    )


def one_rm_told(entry: OneRmEntry | None, words: Words) -> str:
    """A 1RM in short: measured as one number, estimated as a range, and called so."""
    if entry is None:
        return words.say("staff.file.hr_max.none")
    return _figure(entry.kg, entry.high_kg, entry.source, words)


def one_rm_short(entry: OneRmEntry | None, words: Words) -> str:
    """The same for a narrow row: an estimate in whole kilograms, outwards."""
    if entry is None or entry.high_kg is None:
        return one_rm_told(None, words) if entry is None else words.say("sets.kilograms", load=words.short(entry.kg))
    low, high = whole_kg(entry.kg, entry.high_kg)
    return words.say("staff.file.one_rm.range", low=low, high=high)


def _label(name: str, newest: OneRmFound | None, words: Words) -> str:
    return words.say(f"staff.one_rm.{name}", **({"day": words.day(newest.on)} if name == FOUND and newest else {}))


def _told_of(newest: OneRmFound, words: Words) -> str:
    source = OneRmSource.MEASURED if newest.high_kg is None else OneRmSource.ESTIMATED
    return _figure(newest.kg, newest.high_kg, source, words)


def _figure(kg: float, high_kg: float | None, source: OneRmSource, words: Words) -> str:
    if high_kg is None:
        return words.say(f"staff.one_rm.{source}", kg=words.short(kg))
    low, high = whole_kg(kg, high_kg)
    return words.say(f"staff.one_rm.{source}", low=low, high=high)


def _now(now: OneRmEntry | None, side: Side, words: Words) -> str:
    if now is None:
        return one_rm_told(now, words)
    over = "staff.one_rm.over" if expired(now, today=side.known.today) else "staff.until"
    return PART.join((one_rm_told(now, words), words.say(over, day=words.day(now.holds_until))))
