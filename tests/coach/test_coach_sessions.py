from dataclasses import replace
from statistics import fmean

from coach_people import coached, noted_otherwise, usual_session, walker

from drivers.simulated.cohort import individual
from station.benchmark.coach import POLICIES
from station.benchmark.trial import Conditions
from station.coach.advisor import EARLY_PROMPT_S
from station.training.advice import Reason
from station.training.patient import HrMaxSource, Reach
from station.training.prescription import Phase
from station.training.reading import Reading


def test_one_patient_of_each_family_spends_the_time_in_the_zone() -> None:
    people = [individual(7_700_000 + n) for n in range(4)]

    outcomes = [POLICIES["motbakke"](person, Conditions()) for person in people]

    assert fmean(outcome.in_zone for outcome in outcomes) >= 70
    assert fmean(outcome.above_95 for outcome in outcomes) <= 4
    assert fmean(outcome.from_minute_2 for outcome in outcomes) >= 88
    assert fmean(outcome.prompts for outcome in outcomes) <= 3.5


def test_the_load_of_an_interval_is_asked_for_before_the_whistle() -> None:
    told = usual_session()

    first = next(moment for moment in told.moments if moment.advice and moment.advice.reason is Reason.INTERVAL_SOON)

    assert first.session.phase is Phase.WARM_UP
    assert first.session.phase_left_s <= EARLY_PROMPT_S


def test_the_warm_up_ends_near_seventy_percent() -> None:
    person = walker()

    told = usual_session()

    last = [moment for moment in told.moments if moment.session.phase is Phase.WARM_UP][-30:]
    beats = [m.signal.heart_rate_bpm for m in last if m.signal.heart_rate_bpm is not None]
    assert 63 <= 100 * fmean(beats) / person.patient.hr_max_bpm <= 74


def test_every_advice_after_the_first_minutes_says_what_it_expects() -> None:
    told = usual_session()

    for moment in told.moments:
        if moment.session.phase is Phase.INTERVAL and moment.advisor.wish is not None:
            prediction = moment.advisor.wish.prediction
            assert prediction is not None
            assert len(prediction.mean_bpm) == len(prediction.sd_bpm) == 3
            assert 0 < (moment.advisor.wish.confidence or 0) <= 1


def test_a_heart_that_does_not_reach_the_zone_is_left_in_peace() -> None:
    person = walker()
    never = replace(person, figures=replace(person.figures, hr_max_bpm=0.78 * person.patient.hr_max_bpm))

    told = coached(never)

    assert any(m.advisor.not_reaching for m in told.moments)
    last = [m for m in told.moments if m.session.phase is Phase.INTERVAL and m.session.interval == 4]
    usual = person.patient.start_incline_percent or 0
    assert all((m.advice.incline_percent or 0) <= usual + 1.5 for m in last if m.advice)


def test_an_estimated_hr_max_is_never_pushed_above_ninety_percent() -> None:
    person = noted_otherwise(walker(), hr_max_source=HrMaxSource.AGE_FORMULA)

    told = coached(person)

    assert told.outcome.above_95 == 0
    shown = None
    for moment in told.moments:
        advice, beats = moment.advice, moment.signal.heart_rate_bpm
        if advice and shown and moment.session.phase is Phase.INTERVAL and beats is not None:
            raised = (advice.incline_percent or 0) > (shown.incline_percent or 0)
            assert not (raised and beats > 0.9 * person.patient.hr_max_bpm)
        shown = advice


def test_a_hill_that_ends_too_early_leads_to_advice_on_speed_but_never_to_running() -> None:
    person = walker()
    short = Reach(incline_max_percent=3.0, speed_max_kmh=12.0)
    slow = noted_otherwise(person, treadmill=short, start_incline_percent=3.0, warm_up_incline_percent=1.0)

    told = coached(slow)

    speeds = [m.advice.speed_kmh for m in told.moments if m.advice and m.advice.speed_kmh is not None]
    assert speeds
    assert max(speeds) <= 7.0


def test_borg_mode_gives_no_heart_rate_advice_and_listens_to_the_answer() -> None:
    person = noted_otherwise(walker(), borg_mode=True)

    def too_hard(reading: Reading) -> Reading:
        return replace(reading, effort_borg=19) if reading.at_s == 700 else reading

    told = coached(person, lied=too_hard)

    asked = {m.session.interval: m.advice for m in told.moments if m.session.phase is Phase.INTERVAL and m.advice}
    assert {advice.reason for advice in asked.values()} == {Reason.EFFORT}
    assert (asked[2].incline_percent or 0) == (person.patient.start_incline_percent or 0) - 1
