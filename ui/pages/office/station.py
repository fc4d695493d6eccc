"""The station itself, and what was done at it: mode, version, uploads, the doctor's lines; the audit."""

from textwrap import wrap

from station.office.keys import DOCTOR_PAGE, LOG_PAGE
from station.office.known import Logged
from station.office.side import Side
from ui import theme
from ui.drawings import Icon, icon
from ui.pages.office.frame import PART, Drawn, Place, back_key, minute, move_keys, ok_key, page, place_of
from ui.pages.parts import Key, line
from ui.scene import Align, Box, Element, Face, Format, Scene
from ui.wording.catalogue import Words

FACT_PITCH = 76
DOCTOR_ROOM = {Format.LANDSCAPE: 64, Format.PORTRAIT: 32}
"""How many letters a line holds."""


def station_page(side: Side, words: Words, form: Format) -> Scene:
    """What a therapist may want to know of the station."""
    known, place = side.known, place_of(form)
    facts = (
        ("mode", words.say("staff.station.mode"), words.say(f"staff.mode.{known.mode}"), False),
        ("version", words.say("staff.station.version"), known.version, False),
        ("waiting", words.say("staff.station.waiting"), str(known.waiting_uploads), False),
        ("rejected", words.say("staff.station.rejected"), str(known.rejected_uploads), known.rejected_uploads > 0),
        (
            "log",
            words.say("staff.station.log"),
            words.say("staff.station.log.whole" if known.log_whole else "staff.station.log.broken"),
            not known.log_whole,
        ),
        *((f"doctor.{number}", part, "", True) for number, part in enumerate(_doctor(side, words, form))),
    )
    turn = move_keys() if len(known.doctor) > DOCTOR_PAGE else ()
    elements: list[Element] = []
    for number, (name, label, told, warns) in enumerate(facts):
        elements += _fact(name, label, told, place, number, warns=warns)
    return page(
        side,
        words,
        form,
        title=words.say("staff.station.title"),
        below=_below(side, words),
        body=Drawn(elements=tuple(elements)),
        row=(back_key(words), *turn, Key(column=3, text=words.say("staff.key.mode"))),
    )


def _below(side: Side, words: Words) -> str:
    doctor, first = side.known.doctor, side.top.at * DOCTOR_PAGE
    if not doctor:
        return words.say("staff.station.below")
    technician = words.say("staff.station.technician")
    if len(doctor) <= DOCTOR_PAGE:
        return technician
    last = min(first + DOCTOR_PAGE, len(doctor))
    return PART.join((words.say("staff.doctor.shown", first=first + 1, last=last, count=len(doctor)), technician))


def _doctor(side: Side, words: Words, form: Format) -> list[str]:
    """What is to be mended, in lines that fit; the technician's own sentences come from the command."""
    first = side.top.at * DOCTOR_PAGE
    seen = side.known.doctor[first : first + DOCTOR_PAGE]
    return [part for about in seen for part in wrap(words.say(f"staff.doctor.{about}"), DOCTOR_ROOM[form])]


def _fact(  # noqa: PLR0913  # a fact has a name, a label and a figure
    name: str, label: str, told: str, place: Place, number: int, *, warns: bool
) -> list[Element]:
    top = place.top + number * FACT_PITCH
    baseline = top + 50
    colour = theme.WARN if warns else theme.INK
    elements: list[Element] = [
        Box(x=place.left, y=top, width=place.width, height=FACT_PITCH - 10, radius=18, fill=theme.PANEL),
        line(
            f"fact.{name}",
            label,
            place.left + (84 if warns else 28),
            baseline,
            size=theme.SIZE_NOTE,
            colour=theme.WARN if warns else theme.INK_SOFT,
            room=place.width * (0.56 if told else 0.92),
        ),
    ]
    if warns:
        elements += icon(Icon.WARNING, (place.left + 48, baseline - 16), 44, fill=theme.WARN, ground=theme.PANEL)
    if told:
        elements.append(
            line(
                f"fact.{name}.told",
                told,
                place.right - 28,
                baseline,
                face=Face.STRONG,
                size=theme.SIZE_NOTE,
                colour=colour,
                align=Align.RIGHT,
                room=place.width * 0.4,
            )
        )
    return elements


def audit_page(side: Side, words: Words, form: Format) -> Scene:
    """The audit, newest first, eight lines a page."""
    place, at = place_of(form), side.top.at
    lines = side.known.log[at * LOG_PAGE : (at + 1) * LOG_PAGE]
    pages = max(1, -(-len(side.known.log) // LOG_PAGE))
    tall = form is Format.PORTRAIT
    elements: list[Element] = []
    for number, logged in enumerate(lines):
        elements += _logged(logged, words, place, number, tall=tall)
    return page(
        side,
        words,
        form,
        title=words.say("staff.audit.title"),
        below=words.say("staff.audit.page", at=at + 1, pages=pages),
        body=Drawn(elements=tuple(elements)),
        row=(back_key(words), *move_keys(), ok_key(words, "staff.key.done")),
    )


def _logged(logged: Logged, words: Words, place: Place, number: int, *, tall: bool) -> list[Element]:
    pitch = 160 if tall else 82
    baseline = place.top + number * pitch + 52
    what = _what(logged, words)
    when = line(
        f"log.{number}.at",
        minute(logged.at, words),
        place.left,
        baseline,
        size=theme.SIZE_LABEL,
        colour=theme.INK_SOFT,
        room=470,
    )
    who = line(
        f"log.{number}.who",
        logged.who,
        place.left + 500,
        baseline,
        size=theme.SIZE_LABEL,
        face=Face.STRONG,
        room=place.width - 500 if tall else 250,
    )
    told = line(
        f"log.{number}",
        what,
        place.left if tall else place.left + 780,
        baseline + (64 if tall else 0),
        size=theme.SIZE_LABEL,
        room=place.width - (0 if tall else 780),
    )
    return [when, who, told]


def _what(logged: Logged, words: Words) -> str:
    what = _worded(f"staff.audit.{logged.what}", logged.what, words)
    detail = _worded(f"staff.audit.of.{logged.detail}", logged.detail, words)
    return " · ".join(part for part in (what, logged.code or "", detail) if part)


def _worded(key: str, plain: str, words: Words) -> str:
    """The sentence, or what there is to say where there is none: another therapist's sign, what a newer version did."""
    return words.say(key) if key in words.sentences else plain
