from dataclasses import replace
from itertools import combinations, product

import pytest
from ui_moments import at, every_moment, every_scene

from station.intents import CARDS, KEYS, Intent
from station.language import Language
from station.moment import Moment, StoreState, StrapState
from station.question import Question
from station.training.advice import Advice, Reason
from station.training.cue import Cue
from station.training.interval_rules import INTERVAL_RULES, LONGEST_STAND_S
from station.training.prescription import Phase, Prescription
from station.training.reading import Press, Reading
from station.training.rule import Rule
from station.training.session import Belt, Session, advance
from station.training.zones import ZoneState
from station.visit import Person, Picture, Step, pressed, waited
from ui import theme
from ui.drawings import Icon
from ui.gallery import moments
from ui.pages.choose import page
from ui.pages.dial import angle_deg
from ui.pages.parts import SIDE_KEY_REACH
from ui.pages.said import held
from ui.scene import Arc, Box, Disc, Format, Line, Scene, Stroke
from ui.wording.catalogue import words_in


def seen(name: str, **changes: object) -> Scene:
    return page(replace(moments()[name], **changes))  # type: ignore[arg-type]


def band_of(scene: Scene) -> Box:
    band = scene.named("band")
    assert isinstance(band, Box)
    return band


def test_below_the_zone_the_page_asks_for_more_incline_in_blue() -> None:
    scene = seen("work-low")

    assert scene.text("cue") == "Øk stigningen til 6 %"
    assert band_of(scene).fill == theme.LOW
    assert scene.named(f"icon.{Icon.UP}")
    assert scene.text("incline") == "5,0 → 6,0"


def test_above_the_zone_the_page_asks_for_less_incline_in_orange() -> None:
    scene = seen("work-high")

    assert scene.text("cue") == "Senk stigningen til 4,5 %"
    assert band_of(scene).fill == theme.HIGH
    assert scene.named(f"icon.{Icon.DOWN}")
    assert scene.text("incline") == "6,0 → 4,5"


def test_in_the_zone_the_band_is_quiet_and_the_target_is_lit() -> None:
    scene = seen("work-in-zone")
    target = scene.named("dial.target")

    assert scene.text("cue") == "Hold jevnt"
    assert band_of(scene).fill == theme.mix(theme.BACKGROUND, theme.OK, 0.14)
    assert isinstance(target, Arc)
    assert target.fill == theme.OK
    assert scene.named("dial.tail") is None


def test_an_incline_that_is_reached_gets_a_tick() -> None:
    assert seen("work-in-zone").text("incline") == "6,0 % ✓"
    assert seen("work-in-zone", advice=None).text("incline") == "6,0 %"


def test_a_joint_advice_shows_both_changes() -> None:
    advice = Advice(incline_percent=12.5, speed_kmh=10.5, reason=Reason.BELOW_ZONE, since_s=0)
    scene = seen("work-low", advice=advice)

    assert scene.text("incline") == "5,0 → 12,5"
    assert scene.text("speed") == "5,5 → 10,5"


def test_how_long_is_left_is_the_largest_text() -> None:
    scene = seen("work-low")
    sizes = {line.name: max(span.size for span in line.spans) for line in scene.lines()}

    assert scene.text("clock") == "2:41"
    assert max(sizes, key=sizes.__getitem__) == "clock"


def test_the_clock_is_zero_only_when_the_phase_is_over() -> None:
    session = replace(at(700), phase_elapsed_s=1499.2)

    assert seen("work-low", session=session).text("clock") == "0:01"


def test_ten_minutes_fit_the_clock_too() -> None:
    scene = seen("warm-up", session=at(0, Prescription()))

    assert scene.text("clock") == "10:00"


@pytest.mark.parametrize(("beats", "degrees"), [(162, 0), (153, -34), (171, 34), (80, -132), (215, 132)])
def test_the_dial_has_the_target_on_top(beats: int, degrees: float) -> None:
    assert angle_deg(beats, (153, 171)) == pytest.approx(degrees)


def test_a_heart_rate_older_than_five_seconds_is_two_dashes() -> None:
    fresh, stale = seen("work-low", strap_silent_s=5.0), seen("work-low", strap_silent_s=5.1)

    assert fresh.text("heart_rate") == "146"
    assert "146" not in (stale.text("heart_rate") or "")
    assert stale.named("dial.dot") is None


def test_the_strap_is_reported_lost_after_eight_seconds_of_training() -> None:
    assert seen("strap-silent", strap_silent_s=8.0).page == "training"
    assert seen("strap-silent", strap_silent_s=8.1).page == "strap_lost"


def test_the_strap_page_counts_down_to_easy_walking() -> None:
    scene = seen("strap-lost", strap_silent_s=18)

    assert scene.text("lost.what") == "Hold farten du har"
    assert scene.text("countdown") == "0:42 til rolig gange"


def test_a_minute_after_the_loss_the_patient_walks_easily() -> None:
    scene = seen("strap-lost", strap_silent_s=60)

    assert scene.text("lost.what") == "Gå rolig nå"
    assert scene.text("countdown") == "2:41 igjen"


def test_in_a_break_without_a_strap_nobody_is_told_to_keep_the_speed() -> None:
    scene = seen("strap-lost", session=moments()["recovery"].session)

    assert scene.text("lost.what") == "Gå rolig nå"


def test_on_a_standing_belt_nobody_is_told_to_keep_the_speed() -> None:
    assert seen("strap-lost-standing").text("lost.what") == "Start når du vil"


def test_a_strap_that_never_was_found_is_not_called_lost() -> None:
    scene = seen("strap-lost-easy", strap=StrapState.SEARCHING, strap_silent_s=0)

    assert scene.page == "strap_lost"
    assert scene.text("cue") == "Sjekk pulsbeltet"
    assert scene.text("lost.what") == "Gå rolig nå"


def test_a_strap_that_beats_but_cannot_be_trusted_leads_to_easy_walking() -> None:
    scene = seen("strap-lost-easy", strap=StrapState.BEATING, strap_silent_s=0)

    assert scene.page == "training"
    assert scene.text("cue") == "Gå rolig nå"
    assert scene.text("note") == "Sjekk pulsbeltet"


@pytest.mark.parametrize(("cue", "sentence"), [(Cue.CALL_STAFF, "Rop på oss"), (Cue.TOO_HARD, "Ro ned")])
def test_an_alarm_is_never_hidden_by_a_lost_strap(cue: Cue, sentence: str) -> None:
    assert sentence in (seen("strap-lost", cue=cue).text("cue") or "")


def test_there_is_no_done_key_while_the_belt_still_moves() -> None:
    moment = moments()["summary"]

    assert page(moment).text("key.ok.text") == "Ferdig"
    assert page(replace(moment, reading=replace(moment.reading, speed_kmh=2.0))).touches == ()


def test_by_feel_no_strap_is_needed() -> None:
    lost = moments()["strap-lost"]

    assert page(replace(lost, patient=replace(lost.patient, borg_mode=True))).page == "training"
    assert page(replace(lost, cue=Cue.BY_FEEL)).page == "training"


def test_the_break_says_what_comes_next() -> None:
    scene = seen("recovery")

    assert scene.text("phase") == "Pause"
    assert scene.text("next") == "Drag 3, 4 minutter"


def test_the_break_shows_the_load_while_it_is_to_be_lowered() -> None:
    scene = seen("recovery-lower")

    assert scene.text("next") is None
    assert scene.text("incline") == "6,0 → 2,0"
    assert band_of(scene).fill == theme.REST


def test_the_next_interval_is_announced_with_its_incline() -> None:
    scene = seen("get-ready")

    assert scene.text("cue") == "Øk til 6 %"
    assert scene.text("note") == "Drag 1 om 11 s"


def test_who_has_set_the_next_incline_is_only_told_to_get_ready() -> None:
    ready = moments()["get-ready"]
    scene = page(replace(ready, cue=Cue.EASY_START, reading=replace(ready.reading, incline_percent=6.0)))

    assert scene.text("cue") == "Gjør deg klar"
    assert scene.text("note") == "Drag 1 om 11 s"


def test_a_next_speed_is_announced_too() -> None:
    advice = Advice(incline_percent=None, speed_kmh=7.0, reason=Reason.INTERVAL_SOON, since_s=0)

    assert seen("get-ready", advice=advice).text("cue") == "Øk farten til 7,0"


def test_a_standing_belt_gets_an_invitation_and_no_alarm() -> None:
    scene = seen("belt-standing")

    assert scene.text("cue") == "Start når du vil"
    assert scene.text("note") == "Klokka venter"
    assert band_of(scene).fill != theme.REST


def test_a_silent_treadmill_is_a_fact_on_the_page() -> None:
    scene = seen("treadmill-silent")

    assert scene.text("treadmill") == "Mølla svarer ikke"
    assert "%" in (scene.text("incline") or "")
    assert not any(digit in (scene.text("incline") or "") for digit in "0123456789")


def test_waiting_says_where_the_pulse_is_heading() -> None:
    assert seen("work-wait").text("cue") == "Vent. Pulsen stiger"
    assert seen("work-wait", zone_state=ZoneState.ABOVE).text("cue") == "Vent. Pulsen synker"


def test_a_start_is_said_for_a_minute_and_then_to_go_on() -> None:
    warm_up = moments()["warm-up"]
    says = {second: page(replace(warm_up, session=at(second))).text("cue") for second in (20, 59, 60, 500)}

    assert says == {20: "Start rolig", 59: "Start rolig", 60: "Gå jevnt", 500: "Gå jevnt"}
    assert page(replace(warm_up, session=at(500))).text("note") == "Du skal kunne prate"


def test_whoever_is_not_well_is_shown_somebody_beside_her_and_no_heartbeat() -> None:
    scene = seen("unwell")

    assert sum(element.name == f"icon.{Icon.PERSON}" for element in scene.elements) == 4
    assert not any(isinstance(element, Stroke) for element in scene.elements)


def test_the_number_to_call_is_larger_than_any_other_note() -> None:
    number, note = (seen(name).named("note") for name in ("call-staff", "work-in-zone"))

    assert isinstance(number, Line)
    assert isinstance(note, Line)
    assert number.text == "Ring 113"
    assert number.spans[0].size > note.spans[0].size


def test_who_is_to_walk_only_is_promised_no_interval() -> None:
    walk = Prescription(intervals=0)
    start = moments()["start"]
    ready = page(replace(start, patient=replace(start.patient, prescription=walk), session=Session(prescription=walk)))
    soon = at(walk.warm_up_s - 5, walk)
    walking = page(replace(moments()["warm-up"], session=soon, cue=Cue.EASY_START))
    ending = page(replace(moments()["cool-down"], session=at(walk.warm_up_s + 10, walk)))

    assert ready.text("plan") == "Rolig gange"
    assert (walking.text("cue"), walking.text("phase")) == ("Gå jevnt", "Rolig gange")
    assert ending.text("note") is None


def test_the_timeline_shows_all_phases_and_where_the_patient_is() -> None:
    scene = seen("work-low")
    head, done = scene.named("playhead"), scene.named("timeline.done")

    assert [scene.text(f"timeline.{number}") for number in (1, 2, 3, 4)] == ["1", "2", "3", "4"]
    assert isinstance(head, Box)
    assert isinstance(done, Box)
    assert head.x + 4 == pytest.approx(theme.MARGIN + (1020 + 79) / 2400 * (theme.RIGHT - theme.MARGIN), abs=1)
    assert done.fill == theme.LOW


@pytest.mark.parametrize("intervals", range(1, 7))
def test_the_timeline_holds_any_number_of_intervals(intervals: int) -> None:
    scene = seen("work-low", session=at(700, Prescription(intervals=intervals)))
    boxes = [element for element in scene.elements if isinstance(element, Box) and element.y >= theme.TIMELINE_TOP]

    assert len([box for box in boxes if box.name != "timeline.done"]) == 2 * intervals + 1
    assert max(box.x + box.width for box in boxes) == pytest.approx(theme.RIGHT)


def test_before_the_strap_is_found_the_page_says_how_to_put_it_on() -> None:
    scene = seen("strap-searching")

    assert scene.text("title") == "Ta på pulsbeltet"
    assert [scene.text(f"step.{number}") for number in (1, 2, 3)] == ["1", "2", "3"]
    assert scene.text("start") is None


def test_a_strap_without_contact_is_a_matter_of_water() -> None:
    scene = seen("strap-no-contact")

    assert scene.text("title") == "Sjekk pulsbeltet"
    assert scene.text("ready.wet") == "Fukt beltet"


def test_with_a_pulse_the_page_says_how_to_start() -> None:
    scene = seen("start")

    assert scene.text("heart_rate") == "74 slag/min"
    assert scene.text("plan") == "4 × 4 minutter"
    assert scene.text("plan.note") == "med 10 min oppvarming. 40 min i alt."
    assert scene.text("start") == "Start mølla, så begynner økta"


def test_the_plan_on_the_page_is_the_prescription() -> None:
    assert seen("start-one-interval").text("plan") == "1 × 4 minutter"


def test_a_treadmill_that_is_not_there_is_a_fact_before_the_session() -> None:
    scene = seen("start-no-treadmill")

    assert scene.text("treadmill") == "Finner ikke mølla. Spør oss"
    assert scene.text("start") is None


def test_a_strap_that_has_fallen_silent_is_put_on_again() -> None:
    start = moments()["start"]
    silent = waited(start.visit, 1.0, beating=False)

    assert seen("start", strap=StrapState.LOST, strap_silent_s=9, visit=silent).text("title") == "Ta på pulsbeltet"


@pytest.mark.parametrize("spoken", Language)
def test_every_language_can_be_seen_by_its_own_name_and_the_spoken_one_is_lit(spoken: Language) -> None:
    for name in ("idle", "start"):
        scene = seen(name, language=spoken)

        assert [scene.text(f"language.{language}") for language in Language] == ["Bokmål", "English", "Nynorsk"]
        fills = {
            language: element.fill
            for language in Language
            if isinstance(element := scene.named(f"key.{language}"), Box)
        }
        assert [language for language in Language if fills[language] == theme.REST] == [spoken]


def test_every_drawn_key_can_be_touched_and_no_place_is_touchable_unseen() -> None:
    for moment, form in product(moments().values(), Format):
        scene = page(moment, form)
        boxes = [element for element in scene.elements if isinstance(element, Box)]
        keys = {(box.x, box.y) for box in boxes if box.name.startswith(("key.", "row.", "pad."))}

        cards = {(box.x, box.y) for box in scene.elements if isinstance(box, Box) and box.name == "person"}
        drawn = keys | cards
        reach = SIDE_KEY_REACH
        corners = [
            (touch.x, touch.y) if (touch.x, touch.y) in drawn else (touch.x + reach, touch.y + reach)
            for touch in scene.touches
        ]

        assert sorted(corners) == sorted(drawn)
        ends = [touch for touch in scene.touches if touch.intent is Intent.STOP]
        assert len(ends) == moment.session.training


def test_no_two_places_that_can_be_touched_overlap() -> None:
    for name, scene in every_scene():
        for one, other in combinations(scene.touches, 2):
            apart = (
                one.x + one.width <= other.x
                or other.x + other.width <= one.x
                or one.y + one.height <= other.y
                or other.y + other.height <= one.y
            )
            assert apart, (name, one.intent, other.intent)


@pytest.mark.parametrize("count", [2, 3, 6, 7, 12, 13, 40])
@pytest.mark.parametrize("form", Format)
def test_any_number_of_people_finds_the_own_card_and_can_touch_it(count: int, form: Format) -> None:
    people = tuple(Person(code=f"K-{number}", picture=list(Picture)[number % 12]) for number in range(count))
    seen_codes: list[str] = []
    for person in range(count):
        moment = moments()["who-3"]
        visit = replace(moment.visit, people=count, person=person)
        scene = page(replace(moment, people=people, visit=visit), form)

        shown = [line.text for line in scene.lines() if line.name.startswith("code.")]
        touches = [touch.intent for touch in scene.touches if touch.intent in CARDS]
        assert people[person].code in shown
        assert len(touches) == len(shown)
        chosen = pressed(visit, touches[shown.index(people[person].code)])
        assert (chosen.person, chosen.chosen) == (person, True)
        seen_codes += [code for code in shown if code not in seen_codes]
        assert all(element.y + element.height <= form.size[1] for element in scene.elements if isinstance(element, Box))
    assert len(seen_codes) == count


def test_who_ended_the_session_on_a_moving_belt_is_shown_the_treadmills_own_button() -> None:
    scene = seen("belt-moves")

    assert scene.named("red_button") is not None
    assert scene.text("treadmill_lost.stop") == "Rød knapp stopper mølla"
    assert page(replace(moments()["belt-moves"], reading=Reading(at_s=1, speed_kmh=0.0))).page == "summary"
    assert page(replace(moments()["belt-moves"], reading=Reading(at_s=1))).page == "summary"


def test_who_is_through_is_told_to_stop_the_belt_in_own_time() -> None:
    assert seen("summary-belt-moves").text("stop_belt") == "Stopp mølla når du vil"
    assert seen("summary").text("stop_belt") is None


def test_an_easier_day_can_be_asked_for_while_work_is_to_come_and_no_slip_gives_it() -> None:
    for name in ("warm-up", "work-in-zone", "recovery"):
        assert seen(name).text("key.minus.text") == "Lettere", name
    assert seen("cool-down").text("key.minus.text") is None
    asked_for = seen("easier-asked-in-work")
    assert (asked_for.text("cue"), asked_for.text("key.ok.text")) == ("Lettere i dag?", "Ja")


def test_a_finished_session_is_praised_with_its_minutes() -> None:
    scene = seen("summary")
    tally = moments()["summary"].tally

    assert scene.text("title") == "Bra jobba!"
    assert scene.text("done") == "4 av 4 drag fullført"
    minutes, seconds = divmod(round(tally.in_zone_s), 60)
    assert scene.text("in_zone") == f"{minutes}:{seconds:02d}"
    assert scene.text("in_zone.note") == "i målsonen, av 16 minutter"
    assert all(scene.text(f"minutes.{number}") for number in (1, 2, 3, 4))


def test_a_stopped_session_counts_and_nothing_on_it_is_missing() -> None:
    scene = seen("summary-stopped")

    assert scene.text("title") == "Du kom. Det teller."
    assert scene.text("done") == "2 av 4 drag fullført"
    assert scene.text("in_zone.note") == "i målsonen"
    assert scene.named("target.4") is None


def test_an_interval_that_had_only_begun_gets_no_figure() -> None:
    moment = moments()["summary-stopped"]
    begun = replace(moment.tally.intervals[2], seconds=20.0)
    scene = page(replace(moment, tally=replace(moment.tally, intervals=(*moment.tally.intervals[:2], begun))))

    assert scene.text("minutes.2")
    assert scene.text("minutes.3") is None


def test_a_short_session_shows_the_minutes_on_the_treadmill() -> None:
    scene = seen("summary-short")

    assert scene.text("done") is None
    assert scene.text("in_zone") == "7:00"
    assert scene.text("in_zone.note") == "på mølla i dag"


def test_more_minutes_than_last_time_are_said_and_fewer_are_not() -> None:
    before_s = moments()["summary"].tally.in_zone_s

    assert seen("summary", before_in_zone_s=before_s - 121).text("more") == "2 minutter mer enn sist"
    assert seen("summary", before_in_zone_s=before_s + 300).text("more") is None
    assert seen("summary").text("more") is None


@pytest.mark.parametrize(
    ("state", "sentence"),
    [
        (StoreState.STORED, "Økta er lagret. Sendes senere."),
        (StoreState.SENT, "Økta er lagret og sendt."),
        (StoreState.NOT_STORED, "Økta ble ikke lagret. Si fra til oss."),
    ],
)
def test_the_summary_says_what_became_of_the_record(state: StoreState, sentence: str) -> None:
    assert seen("summary", store=state).text("store") == sentence


def test_the_curve_is_broken_where_the_strap_was_silent() -> None:
    curve = ((0.0, 100), (5.0, 104), (10.0, None), (15.0, 112), (20.0, 113))
    scene = seen("summary", heart_rate_curve=curve)

    pieces = [element for element in scene.elements if isinstance(element, Stroke) and element.name == "curve"]
    assert [len(piece.points) for piece in pieces] == [2, 2]


def test_a_summary_without_a_single_beat_is_still_a_page() -> None:
    moment = moments()["summary-short"]

    assert page(replace(moment, heart_rate_curve=())).text("title") == "Du kom. Det teller."


EDGES = [(rule, phase) for rule in INTERVAL_RULES for phase in sorted(rule.while_in)]


@pytest.mark.parametrize(("rule", "phase"), EDGES, ids=[f"{phase} {rule.when.__name__}" for rule, phase in EDGES])
def test_there_is_a_page_for_every_edge_of_the_rules(rule: Rule, phase: Phase) -> None:
    session, reading = _about_to(rule, phase)
    after = advance(session, reading)
    assert (after.phase, after.last_rule) == (rule.go_to, rule.when.__name__)

    sample = moments()["work-low"]
    for cue, form, language in product(Cue, Format, Language):
        moment = replace(sample, session=after, reading=reading, cue=cue, language=language)
        scene = page(moment, form)
        moves = after.phase is Phase.STOPPED and moment.belt_moves
        assert scene.page == ("belt_moves" if moves else "summary" if after.ended else "training")
        assert scene.text("title" if after.ended else "cue")


def _about_to(rule: Rule, phase: Phase) -> tuple[Session, Reading]:
    """A session in this phase, and the reading that makes the rule apply."""
    session = replace(at(60), phase=phase, interval=1, phase_elapsed_s=5.0)
    reading = Reading(at_s=(session.at_s or 0) + 1, speed_kmh=5.0, heart_rate_bpm=150)
    last = replace(session, interval=session.prescription.intervals)
    match rule.when.__name__:
        case "stop_pressed":
            return session, replace(reading, pressed=(Press.STOP,))
        case "stood_too_long":
            return replace(session, belt=Belt.STANDING, stood_s=LONGEST_STAND_S), replace(reading, speed_kmh=0.0)
        case "resumed_in_last_interval":
            return last, replace(reading, resumed=True)
        case "resumed":
            return session, replace(reading, resumed=True)
        case "walk_is_up":
            easy = replace(session.prescription, intervals=0)
            elapsed_s = easy.length_s(phase)
            return replace(session, prescription=easy, interval=0, phase_elapsed_s=elapsed_s), reading
        case "last_interval_is_up":
            return replace(last, phase_elapsed_s=session.prescription.length_s(phase)), reading
        case "time_is_up":
            return replace(session, phase_elapsed_s=session.prescription.length_s(phase)), reading
        case _:
            return replace(session, interval=0), reading


def test_before_the_session_every_step_has_a_page() -> None:
    assert {page(moment).page for moment in moments().values()} >= {str(step) for step in Step}


def test_a_page_that_needs_a_touch_appears_in_a_moving_interval_only_when_asked_for() -> None:
    for name, moment in every_moment():
        if moment.session.phase is Phase.INTERVAL and moment.session.belt is Belt.MOVING:
            intents = {touch.intent for touch in page(moment).touches}
            if moment.asked.question is not Question.EASIER:
                assert intents <= {Intent.STOP, Intent.MINUS}, name


def test_a_strap_that_is_long_not_found_may_be_held_by_a_telephone() -> None:
    assert seen("strap-held-by-phone").text("phone.close") == "Lukk pulsapper"


def test_the_four_faces_stand_over_the_four_keys() -> None:
    scene = seen("effort")

    assert [touch.intent for touch in scene.touches] == [Intent.STOP, *KEYS]
    assert scene.text("cue") == "Hvor hardt var det?"
    assert scene.text("key.ok.text") == "Altfor"
    assert len({element for element in scene.elements if element.name.startswith("face.")}) == 4


@pytest.mark.parametrize(
    ("language", "said"),
    [
        (Language.BOKMAL, "Avsluttes om {} s"),
        (Language.NYNORSK, "Sluttar om {} s"),
        (Language.ENGLISH, "Ends in {} s"),
    ],
)
def test_the_warm_ups_stop_question_says_how_long_is_left(language: Language, said: str) -> None:
    moment = moments()["stop-asked-in-warm-up"]
    later = replace(moment, session=replace(moment.session, at_s=moment.asked.since_s + 14))

    assert seen("stop-asked-in-warm-up", language=language).text("note") == said.format(13)
    assert page(replace(later, language=language)).text("note") == said.format(1)


def test_the_cool_downs_stop_question_ends_nothing_by_itself_and_counts_nothing_down() -> None:
    assert not seen("stop-asked").text("note")


def test_easier_today_is_acknowledged_but_never_over_an_alarm() -> None:
    assert seen("easier-today").text("cue") == "Resten blir lettere"
    assert "Ro ned" in (seen("easier-today", cue=Cue.TOO_HARD).text("cue") or "")


def test_a_treadmill_that_is_long_silent_is_no_invitation_to_start() -> None:
    scene = seen("treadmill-lost")

    assert scene.text("title") == "Mølla svarer ikke"
    assert scene.text("lost.walk_easy") == "Gå rolig nå"


def test_a_station_that_cannot_keep_a_session_says_so_before_anybody_begins() -> None:
    scene = seen("fault")

    assert scene.text("title") == "Si fra til oss"
    assert [touch.intent for touch in scene.touches] == [Intent.OK]


def test_a_message_is_left_long_enough_to_be_read() -> None:
    words = words_in(Language.BOKMAL)
    up, hold = moments()["work-low"], moments()["work-in-zone"]
    first = held(None, up, words)

    soon = held(first, _after_s(hold, up, 3.9), words)
    later = held(soon, _after_s(hold, up, 4.0), words)

    assert soon.message.sentence == "Øk stigningen til 6 %"
    assert later.message.sentence == "Hold jevnt"


@pytest.mark.parametrize("name", ["work-high", "work-too-hard", "call-staff", "belt-standing", "effort"])
def test_safety_and_answers_wait_for_no_message(name: str) -> None:
    words = words_in(Language.BOKMAL)
    first = held(None, moments()["work-low"], words)

    assert held(first, _after_s(moments()[name], moments()["work-low"], 1.0), words).message.urgent


def test_a_countdown_is_one_message_that_goes_on() -> None:
    words = words_in(Language.BOKMAL)
    ready = moments()["get-ready"]
    later = replace(ready, session=replace(ready.session, phase_elapsed_s=ready.session.phase_elapsed_s + 2))
    first = held(None, ready, words)
    second = held(first, _after_s(later, ready, 2.0), words)

    assert second.message.note == "Drag 1 om 9 s"
    assert second.since_s == first.since_s


def test_another_language_is_said_at_once() -> None:
    up = moments()["work-low"]
    first = held(None, up, words_in(Language.BOKMAL))
    english = replace(up, language=Language.ENGLISH)

    assert held(first, english, words_in(Language.ENGLISH)).message.sentence == "Raise the incline to 6 %"


def _after_s(moment: Moment, before: Moment, seconds: float) -> Moment:
    return replace(moment, reading=replace(moment.reading, at_s=before.reading.at_s + seconds))


def test_one_sentence_at_a_time() -> None:
    for name, moment in moments().items():
        for form in Format:
            cues = [line for line in page(moment, form).lines() if line.name in {"cue", "title"}]

            assert len(cues) == 1, name


def test_equal_moments_make_equal_scenes() -> None:
    assert seen("work-low") == seen("work-low")
    assert hash(seen("summary")) == hash(seen("summary"))


def test_the_dot_sits_on_the_ring() -> None:
    dot = seen("work-low").named("dial.dot")

    assert isinstance(dot, Disc)
    assert (dot.x - theme.DIAL_X) ** 2 + (dot.y - theme.DIAL_Y) ** 2 == pytest.approx(theme.DIAL_RADIUS**2)
    assert dot.x < theme.DIAL_X


def test_a_line_of_several_spans_reads_as_one() -> None:
    line = seen("work-low").named("incline")

    assert isinstance(line, Line)
    assert line.text == "5,0 → 6,0"


@pytest.mark.parametrize(
    ("name", "keys"),
    [
        ("staff-results-none", {"key.back"}),
        ("staff-patients-none", {"key.back"}),
        ("staff-results-one", {"key.back", "key.ok"}),
        ("staff-results", {"key.back", "key.minus", "key.plus", "key.ok"}),
    ],
)
def test_a_list_offers_no_key_that_leads_nowhere(name: str, keys: set[str]) -> None:
    scene = page(moments()[name])

    assert {element.name for element in scene.elements if isinstance(element, Box)} & ALL_KEYS == keys
    assert {touch.intent for touch in scene.touches} & set(KEYS) == {Intent(key.removeprefix("key.")) for key in keys}


ALL_KEYS = {f"key.{intent}" for intent in KEYS}


@pytest.mark.parametrize("form", Format)
@pytest.mark.parametrize(("reason", "said"), [("prescribed", "valgt"), ("learnt", "lært"), ("guessed", "gjett")])
def test_a_sessions_page_says_why_it_began_where_it_did_and_that_it_ended_early(
    reason: str, said: str, form: Format
) -> None:
    scene = page(moments()[f"staff-session-stopped-{reason}"], form)
    text = " ".join(line.text for line in scene.lines())

    assert f"start 12,5 %, {said}" in text
    assert "avsluttet før tiden" in text


@pytest.mark.parametrize("form", Format)
def test_what_a_row_says_stays_in_its_row(form: Format) -> None:
    out = set()
    for name, moment in moments().items():
        scene = page(moment, form)
        boxes = {box.name: box for box in scene.elements if isinstance(box, Box) and box.name.startswith("row.")}
        for line in scene.lines():
            part, _, row = (line.name or "").partition(".")
            box = boxes.get(f"row.{row}") if part in {"label", "told"} else None
            if box is None:
                continue
            size = max(span.size for span in line.spans)
            top, bottom = line.baseline - size * theme.CAPITAL_EM, line.baseline + size * 0.2
            if top < box.y or bottom > box.y + box.height:
                out.add(f"{name}: {line.text}")

    assert not out
