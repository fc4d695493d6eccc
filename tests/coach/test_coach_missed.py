"""What the coach does when a prompt is missed, when the belt has stood, and where walking becomes running."""

from dataclasses import replace
from itertools import pairwise

from coach_people import QUIET, coached, noted_otherwise, walker

from drivers.simulated.cohort import individual
from station.benchmark.trial import Conditions, World, noted_patient
from station.coach.coaching import Coaching, after, begin
from station.coach.mind import WALKS_AT_MOST_KMH
from station.coach.speed import SLOWEST_RUN_KMH
from station.training.advice import Advice
from station.training.patient import Reach
from station.training.prescription import Phase


def deaf_to(seconds: range, conditions: Conditions = QUIET) -> list[Coaching]:
    """The walker's session, who sees nothing new during these seconds."""
    person = walker()
    coaching, world = begin(noted_patient(person, conditions)), World(person, conditions)
    moments = []
    while not world.over:
        reading = world.second()
        coaching = after(coaching, reading)
        advice = coaching.advice
        if reading.at_s not in seconds and advice is not None:
            world.shown((advice.incline_percent, advice.speed_kmh), motor=False)
        else:
            world.shown((None, None), motor=False)
        moments.append(coaching)
    return moments


def loads(moments: list[Coaching]) -> list[tuple[float, Advice]]:
    """When a new load was shown, and which."""
    found: list[tuple[float, Advice]] = []
    for moment in moments:
        advice = moment.advice
        if advice is not None and (not found or not advice.same_load(found[-1][1])):
            found.append((moment.session.at_s or 0.0, advice))
    return found


def test_a_missed_start_is_asked_for_again_in_one_step() -> None:
    moments = deaf_to(range(575, 606))

    missed = next(advice for at_s, advice in loads(moments) if at_s >= 575)
    again_at_s, again = next((at_s, advice) for at_s, advice in loads(moments) if at_s >= 600)
    easy = next(m.advisor.incline_percent for m in moments if m.session.phase is Phase.INTERVAL)
    assert (again.incline_percent or 0) - easy > 3.0
    assert (again.incline_percent or 0) >= (missed.incline_percent or 0) - 2
    assert again_at_s <= 600 + 20


def test_after_a_stop_on_a_flat_belt_the_load_is_asked_for_in_one_step() -> None:
    person = walker()
    coaching, world = begin(noted_patient(person, QUIET)), World(person, QUIET)
    asked = []
    while world.at_s < 780:
        reading = world.second()
        if 690 <= reading.at_s < 720:
            reading = replace(reading, speed_kmh=0.0, incline_percent=0.0)
        if reading.at_s == 720:
            world.walker.incline_wanted = world.walker.incline_percent = 0.0
            reading = replace(reading, incline_percent=0.0)
        before, coaching = coaching, after(coaching, reading)
        advice = coaching.advice
        if reading.at_s >= 720 and advice is not None and not advice.same_load(before.advice):
            asked.append((reading.at_s, advice.incline_percent))
        world.shown((None, None) if advice is None else (advice.incline_percent, advice.speed_kmh), motor=False)

    at_s, incline = asked[0]
    assert at_s <= 720 + 20
    assert incline is not None
    assert incline > 3.5


def test_a_downward_prompt_that_is_missed_near_the_top_is_soon_asked_for_again() -> None:
    person = walker()
    steep = noted_otherwise(person, start_incline_percent=(person.patient.start_incline_percent or 0) + 4)
    conditions = Conditions(troubled=False, follow=(0.0, 0.0))
    told = coached(steep, conditions)

    high = [
        (at_s, advice)
        for at_s, advice in loads(list(told.moments))
        if any(
            m.session.at_s == at_s
            and m.session.phase is Phase.INTERVAL
            and (m.signal.heart_rate_bpm or 0) >= 0.93 * person.patient.hr_max_bpm
            for m in told.moments
        )
    ]
    gaps = [after_s - before_s for (before_s, _), (after_s, _) in pairwise(high)]
    assert any(14 <= gap <= 20 for gap in gaps)


def test_nobody_is_asked_for_a_speed_between_walking_and_running() -> None:
    runner = next(p for p in (individual(9_100_000 + n) for n in range(400)) if 7.5 <= p.usual_speed_kmh <= 9)
    flat = noted_otherwise(runner, treadmill=Reach(incline_max_percent=1.0, speed_max_kmh=14.0))

    told = coached(flat)

    speeds = {m.advice.speed_kmh for m in told.moments if m.advice and m.advice.speed_kmh is not None}
    assert not [kmh for kmh in speeds if WALKS_AT_MOST_KMH < kmh < SLOWEST_RUN_KMH]
