"""How far the coach goes for hearts that do not answer, and what it takes for granted of belts and gaits."""

from dataclasses import replace

from coach_people import QUIET, coached, walker

from drivers.simulated.cohort import Individual, individual
from station.benchmark.trial import World, noted_patient
from station.coach.bounds import MOST_OF_USUAL
from station.coach.coaching import after, begin
from station.coach.demand import REST_ML, Gait, oxygen_demand
from station.coach.mind import Advisor
from station.training.patient import Patient
from station.training.prescription import Phase


def load_of_usual(person: Individual, incline_percent: float) -> float:
    """The demand above rest at this incline and the usual speed, against the noted interval's."""
    patient = person.patient
    speed = patient.speed_kmh or 0.0
    usual = oxygen_demand(speed, patient.start_incline_percent or 0.0, Gait.WALKING) - REST_ML
    return (oxygen_demand(speed, incline_percent, Gait.WALKING) - REST_ML) / usual


def test_nobody_is_asked_for_half_as_much_again_as_the_therapist_noted() -> None:
    person = walker()
    levels_off = replace(person, figures=replace(person.figures, hr_max_bpm=0.8 * person.patient.hr_max_bpm))

    told = coached(levels_off)

    asked = [m.advice.incline_percent for m in told.moments if m.advice and m.session.phase is Phase.INTERVAL]
    steepest = max(incline for incline in asked if incline is not None)
    assert load_of_usual(person, steepest) <= MOST_OF_USUAL
    assert any(m.advisor.not_reaching for m in told.moments)


def test_nothing_is_asked_of_a_belt_that_brakes() -> None:
    person = walker()
    coaching, world = begin(noted_patient(person, QUIET)), World(person, QUIET)
    while world.at_s < 712:
        reading = world.second()
        if reading.at_s >= 700:
            slowed = max(0.0, (reading.speed_kmh or 0.0) - 0.5 * (reading.at_s - 699))
            reading = replace(reading, speed_kmh=round(slowed, 1))
        before, coaching = coaching, after(coaching, reading)
        if reading.at_s >= 701:
            assert coaching.advice is not None
            assert coaching.advice.same_load(before.advice)
        advice = coaching.advice
        world.shown((None, None) if advice is None else (advice.incline_percent, advice.speed_kmh), motor=False)


def test_who_is_to_walk_walks_at_any_speed() -> None:
    fast = Advisor(patient=Patient(hr_max_bpm=180, walk_only=True, speed_kmh=7.4))

    assert fast.moves_at(7.4) is Gait.WALKING
    assert replace(fast, patient=replace(fast.patient, walk_only=False)).moves_at(7.4) is Gait.RUNNING


def test_the_speed_that_an_interval_needed_is_said_before_the_next_one() -> None:
    slow = next(
        p
        for p in (individual(9_300_000 + n) for n in range(300))
        if p.patient.walk_only and p.usual_speed_kmh >= 5 and p.true_start_incline_percent >= 10
    )
    speed = round(slow.usual_speed_kmh - 1.8, 1)
    noted = replace(slow.patient, speed_kmh=speed, start_incline_percent=15.0)
    person = replace(slow, patient=noted, usual_speed_kmh=speed, warm_up_speed_kmh=speed, recovery_speed_kmh=speed)

    told = coached(person)

    ends = {m.session.interval: m.advice for m in told.moments if m.session.phase is Phase.INTERVAL and m.advice}
    starts = {
        m.session.interval + 1: m.advice
        for m in told.moments
        if m.session.phase is Phase.RECOVERY and m.session.phase_left_s <= 1 and m.advice
    }
    assert ends[1].speed_kmh is not None
    assert ends[1].speed_kmh > speed
    assert starts[2].speed_kmh == ends[1].speed_kmh
