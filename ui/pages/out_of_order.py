"""The page of a station that cannot start before a person has mended something; it knows nobody and no session."""

import textwrap

from ui import theme
from ui.drawings import Icon, icon
from ui.pages.parts import line
from ui.pages.sheet import CARD_MIDDLE, LEFT, ROOM, sheet
from ui.scene import Face, Format, Scene
from ui.wording.catalogue import Words

STAFF_LETTERS, STAFF_LINES = 40, 7
"""How many letters stand in a line for staff, and how many lines there is room for."""


def out_of_order(words: Words, second: Words, why: str, form: Format = Format.LANDSCAPE) -> Scene:
    """What to do, in two languages, since the settings may not tell which; and for staff, small, why."""
    for_staff = textwrap.wrap(why, STAFF_LETTERS, max_lines=STAFF_LINES, placeholder=" …")
    return sheet(
        "out_of_order",
        form,
        drawing=icon(Icon.WARNING, CARD_MIDDLE, 420, fill=theme.WARN, ground=theme.PANEL),
        title=words.say("fault.title"),
        body=(
            line("out.how", words.say("out.how"), LEFT, 290, face=Face.STRONG, size=62, room=ROOM),
            line("out.second", second.say("fault.title"), LEFT, 400, face=Face.STRONG, size=62, room=ROOM),
            line("out.second.how", second.say("out.how"), LEFT, 475, size=theme.SIZE_LABEL, room=ROOM),
            *(
                line(f"out.why.{n}", text, LEFT, 590 + 52 * n, size=44, colour=theme.INK_SOFT, room=ROOM)
                for n, text in enumerate(for_staff)
            ),
        ),
    )
