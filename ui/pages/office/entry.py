"""Pages where a number of a patient's is typed: a code, and for how many weeks a clearance holds."""

from station.office.entering import code_of
from station.office.side import Side
from ui.pages.office.frame import PART, subtitle
from ui.pages.office.typed import number_on, number_page
from ui.scene import Format, Scene
from ui.wording.catalogue import Words


def code_page(side: Side, words: Words, form: Format) -> Scene:
    """A new patient's code: a free one is proposed."""
    return number_page(
        side,
        words,
        form,
        title=words.say("staff.code.title"),
        below=words.say("staff.code.below"),
        shown=code_of(side),
        note=words.say("staff.code.note"),
        ok="staff.key.next",
        size=150,
    )


def weeks_page(side: Side, words: Words, form: Format) -> Scene:
    """For how many weeks the clearance holds."""
    role = words.say(f"staff.role.{side.draft.role}") if side.draft.role else ""
    return number_page(
        side,
        words,
        form,
        title=words.say("staff.cleared_for.title"),
        below=PART.join((subtitle(side, words), role)),
        shown=number_on(side),
        unit=words.say("staff.weeks"),
        note=words.say("staff.cleared_for.note"),
    )
