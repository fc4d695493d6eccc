"""Pages where somebody says who she is: a PIN, unseen, and a new therapist's sign, in letters."""

from station.office.pins import FIGURES, SIGNS
from station.office.side import Side
from ui import theme
from ui.pages.office.frame import Drawn, Place, back_key, ok_key, page, turn_keys
from ui.pages.office.typed import LETTER_PAD, carded, padded, parted
from ui.pages.parts import Key, line
from ui.scene import Align, Box, Disc, Element, Face, Format, Scene
from ui.wording.catalogue import Words


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
    """A therapist's sign, in letters."""
    parts, sheet = parted(form, LETTER_PAD), side.top
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
            _wheel(side, words, parts.below, SIGNS),
            padded(parts.pad, LETTER_PAD),
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
