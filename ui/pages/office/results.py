"""What a patient has done and the coach has learnt: progress over weeks, and the coach's memory in figures."""

from station.office.known import Past
from station.office.side import Side
from ui import theme
from ui.drawings import Icon, icon
from ui.pages.office.frame import PART, Drawn, back_key, list_keys, page, place_of, subtitle
from ui.pages.office.lists import Row, listed
from ui.pages.parts import Key, line
from ui.scene import Align, Box, Element, Face, Format, Scene
from ui.wording.catalogue import Words, clock

FACT_PITCH = 116
FULL_MARKS_S = 960.0
"""All four intervals, 16 minutes: the bars' full length."""


def results_page(side: Side, words: Words, form: Format) -> Scene:
    """All sessions, newest on top, each with its minutes in the zone as a bar."""
    pasts = side.known.pasts
    most_s = max([FULL_MARKS_S, *(past.planned_s for past in pasts)])
    rows = [_row(past, words, most_s) for past in pasts]
    return page(
        side,
        words,
        form,
        title=words.say("staff.results.title"),
        below=PART.join((subtitle(side, words), words.say("staff.results.how" if rows else "staff.file.no_last"))),
        body=listed(rows, side.top, place_of(form), stacked=form is Format.PORTRAIT),
        row=(back_key(words), *list_keys(words, len(rows), "staff.key.open")),
    )


def _row(past: Past, words: Words, most_s: float) -> Row:
    in_zone = "–" if past.in_zone_s is None else clock(past.in_zone_s)
    told = [in_zone]
    efforts = [effort for effort in past.efforts_borg if effort is not None]
    if efforts:
        told.append(words.say("staff.borg", borg=max(efforts)))
    if past.stopped:
        told.append(words.say("staff.results.stopped"))
    if past.estimate:
        told.append(words.say("staff.results.estimate"))
    return Row(
        name=past.id,
        label=words.day(past.started.date()),
        told=PART.join(told),
        share=None if past.in_zone_s is None else past.in_zone_s / most_s,
    )


def learnt_page(side: Side, words: Words, form: Format) -> Scene:
    """What the coach remembers, and how to make it forget."""
    learnt, place = side.known.learnt, place_of(form)
    forget: tuple[Key, ...] = ()
    if learnt is None:
        facts = [(words.say("staff.learnt.nothing"), "")]
    else:
        forget = (Key(column=3, text=words.say("staff.key.forget")),)
        facts = [
            (words.say("staff.learnt.percent"), words.say("staff.bpm", bpm=words.short(learnt.beats_per_percent))),
            (words.say("staff.learnt.lag"), words.say("staff.seconds", seconds=round(learnt.lag_s))),
            (words.say("staff.learnt.incline"), _incline(learnt.interval_incline_percent, words)),
            (words.say("staff.learnt.sessions"), str(learnt.sessions)),
        ]
    elements: list[Element] = []
    for number, (label, figure) in enumerate(facts):
        elements += _fact(number, label, figure, place.left, place.top + number * FACT_PITCH, place.width)
    return page(
        side,
        words,
        form,
        title=words.say("staff.learnt.title"),
        below=PART.join((subtitle(side, words), words.say("staff.learnt.how"))),
        body=Drawn(elements=tuple(elements)),
        row=(back_key(words), *forget),
    )


def _incline(percent: float | None, words: Words) -> str:
    return "–" if percent is None else words.say("staff.percent", figure=words.short(percent))


def _fact(number: int, label: str, figure: str, x: float, y: float, width: float) -> list[Element]:  # noqa: PLR0913, PLR0917
    elements: list[Element] = [
        Box(x=x, y=y, width=width, height=FACT_PITCH - 14, radius=20, fill=theme.PANEL),
        *icon(Icon.HEART, (x + 56, y + 50), 52, fill=theme.REST, ground=theme.PANEL),
        line(
            f"learnt.{number}",
            label,
            x + 110,
            y + 68,
            size=theme.SIZE_NOTE,
            room=width - (330 if figure else 140),
        ),
    ]
    if figure:
        elements.append(
            line(
                f"learnt.{number}.figure",
                figure,
                x + width - 30,
                y + 70,
                face=Face.STRONG,
                size=54,
                colour=theme.OK,
                align=Align.RIGHT,
                room=290,
            )
        )
    return elements
