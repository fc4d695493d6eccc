"""What every page has on which something is typed: the figure on its card, a keypad to touch, the second question."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from station.intents import LETTERS, Intent
from station.office.rows import NO, YES
from station.office.side import Side
from ui import theme
from ui.drawings import Icon, icon
from ui.pages.office.frame import Drawn, Place, back_key, move_keys, ok_key, page, place_of, subtitle, turn_keys
from ui.pages.office.lists import Row, listed
from ui.pages.parts import line
from ui.scene import Align, Box, Element, Face, Format, Line, Scene, Span, Touch
from ui.wording.catalogue import Words

_PAD_ICONS: Mapping[Intent, Icon] = {Intent.BACK: Icon.BACK, Intent.OK: Icon.CHECK}
CARD_HEIGHT = 400
REASON_PITCH = 76


@dataclass(frozen=True, slots=True, kw_only=True)
class Pad:
    """Keys to touch: which, how many beside each other, and how much room they take lying."""

    keys: tuple[Intent | None, ...]
    """From the upper left; None leaves a place free."""
    across: int
    width: float
    gap: float
    size: float
    """Of what stands on a key."""


DIGIT_PAD = Pad(
    keys=(*(Intent(digit) for digit in "123456789"), Intent.BACK, Intent.ZERO, Intent.OK),
    across=3,
    width=700,
    gap=18,
    size=72,
)
LETTER_PAD = Pad(keys=(*LETTERS, None, Intent.BACK, Intent.OK), across=8, width=900, gap=12, size=60)


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """The three places of a page on which a number is typed."""

    card: Place
    below: Place
    pad: Place


def parted(form: Format, pad: Pad = DIGIT_PAD) -> Parts:
    """Where the figure, what is below it, and the keypad are."""
    whole = place_of(form)
    if form is Format.LANDSCAPE:
        left = whole.right - pad.width
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


def number_page(  # noqa: PLR0913  # what a page is made of
    side: Side,
    words: Words,
    form: Format,
    *,
    title: str,
    below: str,
    shown: str,
    unit: str = "",
    note: str,
    ok: str = "staff.key.save",
    size: float = 256,
    under: Drawn | None = None,
) -> Scene:
    """A page on which a number is typed; `under` is what lies below its card."""
    parts = parted(form)
    return page(
        side,
        words,
        form,
        title=title,
        below=below,
        body=(
            carded(parts.card),
            Drawn(elements=figured(shown, unit, parts.card, note=note, size=size)),
            under or Drawn(),
            padded(parts.pad),
        ),
        row=(back_key(words, erases=bool(side.top.typed)), *turn_keys(), ok_key(words, ok)),
    )


def number_on(side: Side) -> str:
    """The number as it stands on the page; empty before there is one."""
    return "" if side.top.number is None else str(side.top.number)


def again_page(  # noqa: PLR0913  # what a page is made of
    side: Side, words: Words, form: Format, *, title: str, reasons: Sequence[tuple[str, str]], yes: str
) -> Scene:
    """The second question before something unlikely is taken; each reason is a name and a sentence."""
    whole = place_of(form)
    told = tuple(
        line(
            name,
            reason,
            whole.left,
            whole.top + 60 + REASON_PITCH * number,
            size=theme.SIZE_NOTE,
            colour=theme.WARN,
            room=whole.width,
        )
        for number, (name, reason) in enumerate(reasons)
    )
    rows = [
        Row(name=NO, label=words.say("staff.hr_twice.no")),
        Row(name=YES, label=yes),
    ]
    top = whole.top + 60 + REASON_PITCH * len(reasons)
    below = Place(left=whole.left, top=top, right=whole.right, bottom=top + 230)
    return page(
        side,
        words,
        form,
        title=title,
        below=subtitle(side, words),
        body=(Drawn(elements=told), listed(rows, side.top, below)),
        row=(back_key(words), *move_keys(), ok_key(words)),
    )


def figured(text: str, unit: str, place: Place, *, note: str, size: float) -> tuple[Element, ...]:
    """A figure as it is typed, with its unit and a note."""
    baseline = place.top + 270
    spans = [
        Span(text=text or " ", face=Face.DISPLAY, size=size, colour=theme.INK, steady=text.isdigit()),
        # The caret: something is typed here.
        Span(text="|", face=Face.PLAIN, size=size * 0.66, colour=theme.OK),
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


def padded(place: Place, pad: Pad = DIGIT_PAD) -> Drawn:
    """Keys to touch, with one that takes the last away, and OK."""
    down = -(-len(pad.keys) // pad.across)
    width = (place.width - (pad.across - 1) * pad.gap) / pad.across
    height = (place.height - (down - 1) * pad.gap) / down
    elements: list[Element] = []
    touches: list[Touch] = []
    for number, key in enumerate(pad.keys):
        if key is None:
            continue
        row, column = divmod(number, pad.across)
        x, y = place.left + column * (width + pad.gap), place.top + row * (height + pad.gap)
        fill = theme.OK if key is Intent.OK else theme.KEY
        elements.append(Box(name=f"pad.{key}", x=x, y=y, width=width, height=height, radius=28, fill=fill))
        elements += _on_key(key, (x + width / 2, y + height / 2), pad.size, room=width - 20)
        touches.append(Touch(x=x, y=y, width=width, height=height, intent=key))
    return Drawn(elements=tuple(elements), touches=tuple(touches))


def _on_key(key: Intent, middle: tuple[float, float], size: float, *, room: float) -> tuple[Element, ...]:
    if key in _PAD_ICONS:
        ok = key is Intent.OK
        ink, ground = (theme.DARK_INK, theme.OK) if ok else (theme.INK, theme.KEY)
        return icon(_PAD_ICONS[key], middle, 60, fill=ink, ground=ground)
    x, y = middle
    return (
        line(
            f"pad.{key}.sign",
            key.value.upper(),
            x,
            y + size * theme.CAPITAL_EM / 2,
            face=Face.STRONG,
            size=size,
            align=Align.CENTRE,
            room=room,
        ),
    )
