"""Whom there is and what can be done: home, the list of patients, a picture, one patient's file, the team."""

from datetime import date

from station.office.rows import ANOTHER, LEAVE, MEDICATION, NO, NOT_YET, PROPOSAL, YES, found, lacks_basis, rows_of
from station.office.side import Side
from station.staff import one_rm
from station.staff.clearance import is_cleared
from station.staff.desk import PersonLine
from station.staff.hr_max import expiry
from station.staff.profile import Profile, restrictions
from station.visit import Picture
from ui import theme
from ui.emblems import picture
from ui.pages.office.frame import PART, Drawn, Place, back_key, list_keys, move_keys, ok_key, page, place_of, subtitle
from ui.pages.office.lists import Row, listed
from ui.pages.office.one_rm import one_rm_short
from ui.pages.parts import Key, fact, line
from ui.scene import Box, Element, Face, Format, Line, Scene, Span
from ui.wording.catalogue import Words, clock

FILE_CARD = 790


def who_page(side: Side, words: Words, form: Format) -> Scene:
    """The choice of the therapist, before the PIN."""
    rows = [Row(name=f"therapist.{one.number}", label=one.sign) for one in side.known.therapists]
    return _list_page(side, words, form, words.say("staff.who.title"), rows)


def home_page(side: Side, words: Words, form: Format) -> Scene:
    """What a therapist can do."""
    rows = [
        Row(name=name, label=words.say(f"staff.home.{name}"), told=_home_told(side, words, name))
        for name in rows_of(side, side.top)
    ]
    sign = side.therapist.sign if side.therapist else ""
    keys = (Key(column=0, text=words.say("staff.key.lock")), *move_keys(), ok_key(words))
    return page(
        side,
        words,
        form,
        title=words.say("staff.home.title"),
        below=words.say("staff.pin.of", sign=sign),
        body=listed(rows, side.top, place_of(form)),
        row=keys,
    )


def _home_told(side: Side, words: Words, name: str) -> str:
    known = side.known
    match name:
        case "patients":
            return words.say("staff.home.patients.told", count=len(known.people))
        case "code":
            return known.free_code
        case "station":
            return words.say(f"staff.mode.{known.mode}")
        case _:
            return ""


def patients_page(side: Side, words: Words, form: Format) -> Scene:
    """All patients, or those whose code has the digits that were typed."""
    people = found(side, side.top.typed)
    rows = [Row(name=one.code, label=one.code, told=_last_told(one, words), picture=one.picture) for one in people]
    typed = side.top.typed
    below = words.say("staff.patients.typed", digits=typed) if typed else words.say("staff.patients.how")
    return page(
        side,
        words,
        form,
        title=words.say("staff.patients.title"),
        below=below if rows else words.say("staff.patients.none"),
        body=listed(rows, side.top, place_of(form), columns=2 if form is Format.LANDSCAPE else 1),
        row=(back_key(words, erases=bool(typed)), *list_keys(words, len(rows))),
    )


def _last_told(one: PersonLine, words: Words) -> str:
    return words.day(one.last_session.began.date()) if one.last_session else words.say("staff.never")


def picture_page(side: Side, words: Words, form: Format) -> Scene:
    """The new patient's picture."""
    taken = {which: sum(one.picture is which for one in side.known.people) for which in Picture}
    rows = [
        Row(
            name=str(which),
            label=words.say("staff.picture.taken", count=taken[which]),
            picture=which,
        )
        for which in Picture
    ]
    return _list_page(
        side,
        words,
        form,
        words.say("staff.picture.title"),
        rows,
        below=side.draft.code,
        columns=2 if form is Format.LANDSCAPE else 1,
    )


def file_page(side: Side, words: Words, form: Format) -> Scene:
    """One patient: last time at a glance on the left, what can be done on the right."""
    profile = side.known.profile
    if profile is None:
        return home_page(side, words, form)
    whole = place_of(form)
    if form is Format.LANDSCAPE:
        card = Place(left=whole.left, top=whole.top, right=whole.left + FILE_CARD, bottom=whole.bottom)
        right = Place(left=card.right + 32, top=whole.top, right=whole.right, bottom=whole.bottom)
    else:
        card = Place(left=whole.left, top=whole.top, right=whole.right, bottom=whole.top + 600)
        right = Place(left=whole.left, top=card.bottom + 28, right=whole.right, bottom=whole.bottom)
    rows = [
        Row(
            name=name,
            label=words.say(f"staff.file.{name}"),
            told=_file_told(profile, words, name),
            warns=_file_warns(profile, side.known.today, name),
        )
        for name in rows_of(side, side.top)
    ]
    return page(
        side,
        words,
        form,
        title=profile.code,
        below=words.say("staff.file.below"),
        body=(Drawn(elements=_last_time(side, profile, words, card)), listed(rows, side.top, right)),
        row=(back_key(words), *move_keys(), ok_key(words)),
    )


def _file_told(profile: Profile, words: Words, name: str) -> str:
    match name:
        case "hr_max":
            return _hr_max_told(profile, words)
        case "one_rm":
            return one_rm_short(_one_rm(profile), words)
        case "plan" if (strength := profile.plan.prescription.strength) is not None:
            if strength.test:
                return words.say("staff.file.plan.test")
            return words.say("staff.file.plan.sets", sets=strength.sets, repetitions=strength.repetitions)
        case "plan":
            prescription = profile.plan.prescription
            if not prescription.intervals:
                return words.say("staff.file.plan.walk")
            minutes = words.short(prescription.interval_s / 60)
            return words.say("staff.file.plan.told", intervals=prescription.intervals, minutes=minutes)
        case "clearance":
            if profile.clearance is None:
                return words.say("staff.file.clearance.none")
            return words.say("staff.until", day=words.day(profile.clearance.until))
        case "results":
            last = profile.last_session
            return words.day(last.began.date()) if last else words.say("staff.never")
        case _:
            return ""


def _one_rm(profile: Profile) -> one_rm.OneRmEntry | None:
    strength = profile.plan.prescription.strength
    return None if strength is None else profile.one_rm(strength.exercise)


def _hr_max_told(profile: Profile, words: Words) -> str:
    if profile.hr_max is None:
        return words.say("staff.file.hr_max.none")
    return words.say(
        "staff.file.hr_max.told", bpm=profile.hr_max.bpm, source=words.say(f"staff.source.{profile.hr_max.source}")
    )


def _file_warns(profile: Profile, today: date, name: str) -> bool:
    if name == "clearance":
        return not is_cleared(profile.clearance, today=today)
    if name == "one_rm":
        now = _one_rm(profile)
        return lacks_basis(profile) or (now is not None and one_rm.expired(now, today=today))
    if name != "hr_max" or profile.plan.prescription.strength is not None:
        return False
    if profile.hr_max is None or profile.proposals:
        return True
    return expiry(profile.hr_max, today=today, medication_changed=profile.medication_changed) is not None


def _last_time(side: Side, profile: Profile, words: Words, card: Place) -> tuple[Element, ...]:
    last = profile.last_session
    elements: list[Element] = [
        Box(name="card", x=card.left, y=card.top, width=card.width, height=card.height, radius=36, fill=theme.PANEL),
        *picture(profile.picture, card.left + 130, card.top + 130, 170),
    ]
    x, room = card.left + 260, card.right - card.left - 290
    if last is None:
        elements.append(line("last", words.say("staff.file.no_last"), x, card.top + 146, size=52, room=room))
    else:
        elements += [
            line(
                "last",
                words.say("staff.file.last", day=words.day(last.began.date())),
                x,
                card.top + 88,
                size=theme.SIZE_NOTE,
                colour=theme.INK_SOFT,
                room=room,
            ),
            Line(
                name="last.in_zone",
                spans=(
                    Span(
                        text="–" if last.in_zone_s is None else clock(last.in_zone_s),
                        face=Face.DISPLAY,
                        size=88,
                        colour=theme.OK,
                        steady=True,
                    ),
                    Span(
                        text=words.say("staff.file.in_zone"),
                        face=Face.PLAIN,
                        size=theme.SIZE_LABEL,
                        colour=theme.INK_SOFT,
                    ),
                ),
                gap=20,
                x=x,
                baseline=card.top + 184,
                room=room,
            ),
        ]
    elements += _today(side, profile, words, card)
    return tuple(elements)


def _today(side: Side, profile: Profile, words: Words, card: Place) -> list[Element]:
    """What today's session will be, and what holds it back."""
    x, room = card.left + 36, card.width - 60
    held_back = restrictions(profile, today=side.known.today)
    elements: list[Element] = [
        line(
            "today", words.say("staff.file.today"), x, card.top + 290, face=Face.STRONG, size=theme.SIZE_NOTE, room=room
        )
    ]
    if not held_back:
        elements.append(
            line(
                "today.all",
                words.say("staff.file.as_planned"),
                x,
                card.top + 366,
                size=theme.SIZE_LABEL,
                colour=theme.OK,
                room=room,
            )
        )
    sentences = [(f"today.{why}", words.say(f"staff.restriction.{why}")) for why in held_back]
    if profile.proposals:
        sentences.append(("today.proposal", words.say("staff.file.proposal", bpm=profile.proposals[0].bpm)))
    for number, (name, sentence) in enumerate(sentences[:4]):
        elements += fact(name, sentence, x, card.top + 366 + 68 * number, room=room)
    return elements


def source_page(side: Side, words: Words, form: Format) -> Scene:
    """The choice of where HRmax comes from."""
    profile = side.known.profile
    proposed = profile.proposals[0] if profile and profile.proposals else None
    rows = []
    for name in rows_of(side, side.top):
        if name == PROPOSAL and proposed is not None:
            label = words.say("staff.hr_source.proposal", bpm=proposed.bpm)
            rows.append(Row(name=name, label=label, told=words.day(proposed.seen.date())))
        elif name in {LEAVE, MEDICATION}:
            rows.append(Row(name=name, label=words.say(f"staff.hr_source.{name}")))
        else:
            told = words.say(f"staff.hr_source.{name}.told")
            rows.append(Row(name=name, label=words.say(f"staff.hr_source.{name}"), told=told))
    return _list_page(
        side,
        words,
        form,
        words.say("staff.hr_source.title"),
        rows,
        below=PART.join((subtitle(side, words), _now(side, words))),
    )


def _now(side: Side, words: Words) -> str:
    profile = side.known.profile
    if profile is None or profile.hr_max is None:
        return words.say("staff.file.hr_max.none")
    until = words.say("staff.until", day=words.day(profile.hr_max.holds_until))
    return PART.join((_hr_max_told(profile, words), until))


def cleared_by_page(side: Side, words: Words, form: Format) -> Scene:
    """The choice of who answers for it that this patient may train hard."""
    rows = [
        Row(
            name=name,
            label=words.say("staff.cleared_by.not_yet" if name == NOT_YET else f"staff.role.{name}"),
        )
        for name in rows_of(side, side.top)
    ]
    below = words.say("staff.cleared_by.how")
    return _list_page(side, words, form, words.say("staff.cleared_by.title"), rows, below=below)


def ask_page(side: Side, words: Words, form: Format) -> Scene:
    """Really? For what cannot be undone; the answer "no" is pointed at first."""
    name = side.top.page
    rows = [Row(name=answer, label=words.say(f"staff.{name}.{answer}")) for answer in (NO, YES)]
    whole = place_of(form)
    sentence = words.say(f"staff.{name}.how")
    how = line("how", sentence, whole.left, whole.top + 60, size=52, colour=theme.INK_SOFT, room=whole.width)
    below = Place(left=whole.left, top=whole.top + 140, right=whole.right, bottom=whole.top + 370)
    return page(
        side,
        words,
        form,
        title=words.say(f"staff.{name}.title"),
        below=subtitle(side, words),
        body=(Drawn(elements=(how,)), listed(rows, side.top, below)),
        row=(back_key(words), *move_keys(), ok_key(words)),
    )


def export_page(side: Side, words: Words, form: Format) -> Scene:
    """The choice of sessions that go to the stick."""
    rows = [Row(name=name, label=words.say(f"staff.export.{name}")) for name in rows_of(side, side.top)]
    told = side.known.exported_to
    below = words.say("staff.export.to", where=told) if told else words.say("staff.export.how")
    return _list_page(side, words, form, words.say("staff.export.title"), rows, below=below)


def team_page(side: Side, words: Words, form: Format) -> Scene:
    """Who else may come in: a new PIN for one, or one more."""
    signs = {str(one.number): one.sign for one in side.known.therapists}
    rows = []
    for name in rows_of(side, side.top):
        if name == ANOTHER:
            rows.append(Row(name=name, label=words.say("staff.team.another")))
        else:
            rows.append(Row(name=f"therapist.{name}", label=signs[name], told=words.say("staff.team.new_pin")))
    return _list_page(side, words, form, words.say("staff.team.title"), rows, below=words.say("staff.team.how"))


def mode_page(side: Side, words: Words, form: Format) -> Scene:
    """How much of the advice patients see."""
    rows = [
        Row(
            name=name,
            label=words.say(f"staff.mode.{name}"),
            told=words.say(f"staff.mode.{name}.told"),
        )
        for name in rows_of(side, side.top)
    ]
    return _list_page(side, words, form, words.say("staff.mode.title"), rows, below=words.say("staff.mode.how"))


def _list_page(  # noqa: PLR0913  # a list has a title and rows
    side: Side, words: Words, form: Format, title: str, rows: list[Row], *, below: str = "", columns: int = 1
) -> Scene:
    return page(
        side,
        words,
        form,
        title=title,
        below=below,
        body=listed(rows, side.top, place_of(form), columns=columns, stacked=form is Format.PORTRAIT),
        row=(back_key(words), *list_keys(words, len(rows))),
    )
