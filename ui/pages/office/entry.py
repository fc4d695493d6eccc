"""Pages where something is typed: a PIN, a sign, a code, HRmax with its zones, weeks. Each has a keypad to touch."""

from collections.abc import Mapping
from dataclasses import dataclass

from station.office.entering import code_of, doubts_of, hr_max_of
from station.office.pins import FIGURES, LETTERS
from station.office.rows import NO, YES
from station.office.side import Side
from station.training.limits import Limits
from station.training.patient import HrMaxSource
from station.training.zones import Zone
from station.visit import Intent
from ui import theme
from ui.drawings import Icon, icon
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
    turn_keys,
)
from ui.pages.office.lists import Row, listed
from ui.pages.parts import Key, line
from ui.scene import Align, Box, Disc, Element, Face, Format, Line, Scene, Span, Touch
from ui.wording.catalogue import Words

MOST_OF_ESTIMATE = Limits().ease_above_percent_of_estimate
PAD = ("1", "2", "3", "4", "5", "6", "7", "8", "9", Intent.BACK, "0", Intent.OK)
_PAD_ICONS: Mapping[str, Icon] = {Intent.BACK: Icon.BACK, Intent.OK: Icon.CHECK}
PAD_GAP = 18
PAD_WIDTH = 700
CARD_HEIGHT = 400
LOWEST_SHOWN_BPM, HIGHEST_SHOWN_BPM = 80, 210
"""The zone strip runs from here to here."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """The three places of a page on which a number is typed."""

    card: Place
    below: Place
    pad: Place


def parted(form: Format) -> Parts:
    """Where the figure, what is below it, and the keypad are."""
    whole = place_of(form)
    if form is Format.LANDSCAPE:
        left = whole.right - PAD_WIDTH
        return Parts(
            card=Place(left=whole.left, top=whole.top, right=left - 40, bottom=whole.top + CARD_HEIGHT),
            below=Place(left=whole.left, top=whole.top + CARD_HEIGHT + 24, right=left - 40, bottom=whole.bottom),
            pad=Place(left=left, top=whole.top, right=whole.right, bottom=whole.bottom + 30),
        )
    return Parts(
        card=Place(left=whole.left, top=whole.top, right=whole.right, bottom=whole.top + CARD_HEIGHT),
        below=Place(left=whole.left, top=whole.top + CARD_HEIGHT + 24, right=whole.right, bottom=whole.top + 640),
        pad=Place(left=whole.left + 60, top=whole.top + 680, right=whole.right - 60, bottom=whole.bottom),
    )


def secret_page(side: Side, words: Words, form: Format) -> Scene:
    """A PIN: as many dots as there are digits, and the wheel for those who have four keys only."""
    parts, sheet = parted(form), side.top
    who = {one.number: one.sign for one in side.known.therapists}.get(side.draft.therapist or 0, side.draft.sign)
    dots = _dots(len(sheet.typed), parts.card)
    return page(
        side,
        words,
        form,
        title=words.say(f"staff.{sheet.page}.title"),
        below=words.say("staff.pin.of", sign=who) if who else "",
        body=(
            carded(parts.card),
            Drawn(elements=dots),
            _wheel(side, words, parts.below, FIGURES),
            padded(parts.pad),
        ),
        row=(back_key(words, erases=bool(sheet.typed)), *turn_keys(), _take_key(side, words)),
    )


def sign_page(side: Side, words: Words, form: Format) -> Scene:
    """A therapist's sign, in letters and digits."""
    parts, sheet = parted(form), side.top
    first = not side.known.therapists
    sign = line(
        "sign",
        sheet.typed,
        parts.card.left + 60,
        parts.card.top + 250,
        face=Face.DISPLAY,
        size=120,
        room=parts.card.width - 100,
    )
    return page(
        side,
        words,
        form,
        title=words.say("staff.sign.first" if first else "staff.sign.title"),
        below=words.say("staff.sign.how"),
        body=(
            carded(parts.card),
            Drawn(elements=(sign,)),
            _wheel(side, words, parts.below, LETTERS),
            padded(parts.pad),
        ),
        row=(back_key(words, erases=bool(sheet.typed)), *turn_keys(), _take_key(side, words)),
    )


def _take_key(side: Side, words: Words) -> Key:
    return ok_key(words, "staff.key.done" if side.top.wheel is None else "staff.key.take")


def _dots(count: int, place: Place) -> tuple[Element, ...]:
    middle, pitch = (place.top + place.bottom) / 2, min(76.0, (place.width - 120) / max(6, count))
    left = (place.left + place.right) / 2 - (max(6, count) - 1) * pitch / 2
    return tuple(
        Disc(
            name="dot" if number < count else "dot.empty",
            x=left + number * pitch,
            y=middle,
            radius=24 if number < count else 10,
            fill=theme.INK if number < count else theme.TRACK,
        )
        for number in range(max(6, count))
    )


def _wheel(side: Side, words: Words, place: Place, signs: str) -> Drawn:
    """What the two turning keys show; it is a help for those who have no digits to press."""
    wheel = side.top.wheel
    shown = "–" if wheel is None else signs[wheel]
    middle = place.top + 100
    x = place.left + 150
    return Drawn(
        elements=(
            Box(name="wheel", x=x - 80, y=middle - 90, width=160, height=180, radius=28, fill=theme.KEY),
            line(
                "wheel.sign",
                shown,
                x,
                middle + 96 * theme.CAPITAL_EM / 2,
                face=Face.DISPLAY,
                size=96,
                align=Align.CENTRE,
                room=140,
            ),
            line(
                "wheel.how",
                words.say("staff.wheel.how" if wheel is None else "staff.wheel.take"),
                x + 120,
                middle + 16,
                size=theme.SIZE_LABEL,
                colour=theme.INK_SOFT,
                room=place.right - x - 130,
            ),
        )
    )


def code_page(side: Side, words: Words, form: Format) -> Scene:
    """A new patient's code: a free one is proposed."""
    parts = parted(form)
    return page(
        side,
        words,
        form,
        title=words.say("staff.code.title"),
        below=words.say("staff.code.below"),
        body=(
            carded(parts.card),
            Drawn(elements=figured(code_of(side), "", parts.card, note=words.say("staff.code.note"), size=150)),
            padded(parts.pad),
        ),
        row=(back_key(words, erases=bool(side.top.typed)), *turn_keys(), ok_key(words, "staff.key.next")),
    )


def weeks_page(side: Side, words: Words, form: Format) -> Scene:
    """For how many weeks the clearance holds."""
    parts, sheet = parted(form), side.top
    role = words.say(f"staff.role.{side.draft.role}") if side.draft.role else ""
    shown = "" if sheet.number is None else str(sheet.number)
    return page(
        side,
        words,
        form,
        title=words.say("staff.cleared_for.title"),
        below=PART.join((subtitle(side, words), role)),
        body=(
            carded(parts.card),
            Drawn(
                elements=figured(
                    shown, words.say("staff.weeks"), parts.card, note=words.say("staff.cleared_for.note"), size=256
                )
            ),
            padded(parts.pad),
        ),
        row=(back_key(words, erases=bool(sheet.typed)), *turn_keys(), ok_key(words, "staff.key.save")),
    )


def hr_max_page(side: Side, words: Words, form: Format) -> Scene:
    """HRmax, or what it follows from, with the zones it gives at once."""
    parts, source, sheet = parted(form), side.draft.source, side.top
    bpm = hr_max_of(side)
    shown = "" if sheet.number is None else str(sheet.number)
    unit = words.say(f"staff.hr_figure.unit.{source}")
    return page(
        side,
        words,
        form,
        title=words.say(f"staff.hr_figure.{source}"),
        below=subtitle(side, words),
        body=(
            carded(parts.card),
            Drawn(elements=figured(shown, unit, parts.card, note=_before(side, words), size=256)),
            _zones(side, words, parts.below, bpm),
            padded(parts.pad),
        ),
        row=(back_key(words, erases=bool(sheet.typed)), *turn_keys(), ok_key(words, "staff.key.save")),
    )


def twice_page(side: Side, words: Words, form: Format) -> Scene:
    """The second question before an unlikely HRmax is taken."""
    whole, bpm = place_of(form), side.draft.bpm
    reasons = [
        line(
            f"doubt.{doubt}",
            _doubt(side, words, doubt),
            whole.left,
            whole.top + 60 + 76 * number,
            size=theme.SIZE_NOTE,
            colour=theme.WARN,
            room=whole.width,
        )
        for number, doubt in enumerate(doubts_of(side, bpm))
    ]
    rows = [
        Row(name=NO, label=words.say("staff.hr_twice.no"), number=1),
        Row(name=YES, label=words.say("staff.hr_twice.yes", bpm=bpm), number=2),
    ]
    below = Place(left=whole.left, top=whole.top + 240, right=whole.right, bottom=whole.top + 470)
    return page(
        side,
        words,
        form,
        title=words.say("staff.hr_twice.title", bpm=bpm),
        below=subtitle(side, words),
        body=(Drawn(elements=tuple(reasons)), listed(rows, side.top, below)),
        row=(back_key(words), *move_keys(), ok_key(words)),
    )


def _doubt(side: Side, words: Words, doubt: str) -> str:
    profile = side.known.profile
    before = profile.hr_max.bpm if profile and profile.hr_max else 0
    return words.say(f"staff.doubt.{doubt}", before=before)


def _before(side: Side, words: Words) -> str:
    profile = side.known.profile
    if profile is None or profile.hr_max is None:
        return words.say("staff.hr_figure.first")
    before = profile.hr_max
    source = words.say(f"staff.source.{before.source}")
    return words.say("staff.hr_figure.before", bpm=before.bpm, source=source, by=before.by, day=words.day(before.on))


def figured(text: str, unit: str, place: Place, *, note: str, size: float) -> tuple[Element, ...]:
    """A figure as it is typed, with its unit and a note."""
    baseline = place.top + 270
    spans = [
        Span(text=text or " ", face=Face.DISPLAY, size=size, colour=theme.INK, steady=text.isdigit()),
        # The caret: something is typed here.
        Span(text="|", face=Face.PLAIN, size=size * 0.8, colour=theme.OK),
    ]
    if unit:
        spans.append(Span(text=unit, face=Face.PLAIN, size=theme.SIZE_BODY, colour=theme.INK_SOFT))
    return (
        Line(
            name="figure",
            spans=tuple(spans),
            gap=16,
            x=place.left + 60,
            baseline=baseline,
            room=place.width - 90,
        ),
        line(
            "figure.note",
            note,
            place.left + 60,
            place.top + 358,
            size=theme.SIZE_LABEL,
            colour=theme.INK_SOFT,
            room=place.width - 90,
        ),
    )


def _zones(side: Side, words: Words, place: Place, bpm: int | None) -> Drawn:
    """The beats that this HRmax would ask for, as numbers and on a strip."""
    profile = side.known.profile
    if bpm is None or profile is None:
        return Drawn(elements=(_note("zones", words.say("staff.zones.none"), place, 50),))
    estimate = side.draft.source is HrMaxSource.AGE_FORMULA
    gives = "staff.zones.estimate" if estimate else "staff.zones"
    strip_top = place.top + 72
    elements: list[Element] = [
        _note("zones", words.say(gives, bpm=bpm), place, 50),
        Box(x=place.left, y=strip_top, width=place.width, height=48, radius=12, fill=theme.TRACK),
    ]
    prescription = profile.plan.prescription
    interval_zone = aimed(prescription.interval_zone) if estimate else prescription.interval_zone
    for name, zone, fill in (
        ("recovery", prescription.recovery_zone, theme.REST),
        ("interval", interval_zone, theme.OK),
    ):
        low, high = zone.beats(bpm)
        left, right = (_along(beats, place) for beats in (low, high))
        elements += [
            Box(name=f"zone.{name}", x=left, y=strip_top, width=right - left, height=48, radius=10, fill=fill),
            line(
                f"zone.{name}.beats",
                words.say(f"staff.zone.{name}", low=low, high=high),
                place.left + (0 if name == "recovery" else place.width),
                strip_top + 110,
                face=Face.STRONG,
                size=theme.SIZE_NOTE,
                align=Align.LEFT if name == "recovery" else Align.RIGHT,
                room=place.width / 2,
            ),
        ]
    return Drawn(elements=tuple(elements))


def aimed(zone: Zone) -> Zone:
    """What of this zone is aimed at on an estimated HRmax: never above 90 % (Nes 2013: one patient in three is off)."""
    return (
        Zone(zone.low_percent, min(zone.high_percent, MOST_OF_ESTIMATE))
        if zone.low_percent < MOST_OF_ESTIMATE
        else zone
    )


def _along(bpm: float, place: Place) -> float:
    share = (bpm - LOWEST_SHOWN_BPM) / (HIGHEST_SHOWN_BPM - LOWEST_SHOWN_BPM)
    return place.left + place.width * max(0.0, min(1.0, share))


def _note(name: str, text: str, place: Place, down: float) -> Line:
    return line(name, text, place.left, place.top + down, size=theme.SIZE_NOTE, colour=theme.INK_SOFT, room=place.width)


def carded(place: Place) -> Drawn:
    """The card behind a figure."""
    return Drawn(
        elements=(
            Box(
                name="card",
                x=place.left,
                y=place.top,
                width=place.width,
                height=place.height,
                radius=36,
                fill=theme.PANEL,
            ),
        )
    )


def padded(place: Place) -> Drawn:
    """Ten digits to touch, one to take the last away, and OK."""
    width, height = (place.width - 2 * PAD_GAP) / 3, (place.height - 3 * PAD_GAP) / 4
    elements: list[Element] = []
    touches: list[Touch] = []
    for number, label in enumerate(PAD):
        down, across = divmod(number, 3)
        x, y = place.left + across * (width + PAD_GAP), place.top + down * (height + PAD_GAP)
        fill = theme.OK if label == Intent.OK else theme.KEY
        elements.append(Box(name=f"pad.{label}", x=x, y=y, width=width, height=height, radius=28, fill=fill))
        if label in _PAD_ICONS:
            ink = theme.DARK_INK if label == Intent.OK else theme.INK
            elements += icon(_PAD_ICONS[label], (x + width / 2, y + height / 2), 60, fill=ink, ground=fill)
        else:
            elements.append(
                line(
                    f"pad.{label}.digit",
                    label,
                    x + width / 2,
                    y + height / 2 + 72 * theme.CAPITAL_EM / 2,
                    face=Face.STRONG,
                    size=72,
                    align=Align.CENTRE,
                    room=width - 20,
                )
            )
        touches.append(Touch(x=x, y=y, width=width, height=height, intent=Intent(label)))
    return Drawn(elements=tuple(elements), touches=tuple(touches))
