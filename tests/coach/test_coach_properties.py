import math

from hypothesis import given, settings
from hypothesis import strategies as st

from station.coach.advisor import Advisor, advised, advisor
from station.coach.bounds import DOWN_GAP_S, UP_GAP_S
from station.coach.estimator import begun
from station.training.advice import Advice
from station.training.patient import Patient, Reach
from station.training.prescription import Phase, Prescription
from station.training.reading import Reading
from station.training.session import Session, advance
from station.training.signal import Quality, Signal, judged

SHORT = Prescription(warm_up_s=50, intervals=1, interval_s=120, recovery_s=40, cool_down_s=20)

Said = tuple[int | None, float | None, float | None]

beats = st.one_of(st.none(), st.integers(20, 250))
readings = st.lists(
    st.tuples(beats, st.one_of(st.none(), st.floats(0, 14)), st.one_of(st.none(), st.floats(-3, 18))),
    min_size=20,
    max_size=40,
)


def _folded(patient: Patient, said: list[Said]) -> list[tuple[Reading, Session, Signal, Advisor, Advice | None]]:
    mind, session, signal, shown, told = advisor(patient), Session(prescription=SHORT), Signal(), None, []
    for second in range(200):
        heart_rate, speed, incline = said[second // 10 % len(said)]
        moving = 5.0 if speed is None and second < 2 else speed
        reading = Reading(at_s=float(second), heart_rate_bpm=heart_rate, speed_kmh=moving, incline_percent=incline)
        session = advance(session, reading)
        signal = judged(signal, reading, mind.expectation)
        mind = advised(mind, reading, session, signal, shown)
        told.append((reading, session, signal, mind, shown))
        shown = mind.wish
    return told


@settings(max_examples=10, deadline=None)
@given(readings, st.sampled_from([0.5, 1.0]), st.integers(120, 205))
def test_whatever_the_readings_the_advice_keeps_to_the_treadmill_and_the_gaps(
    said: list[Said], step: float, hr_max: int
) -> None:
    reach = Reach(incline_max_percent=12.0, incline_step_percent=step)
    patient = Patient(hr_max_bpm=hr_max, start_incline_percent=6.0, treadmill=reach, prescription=SHORT)
    changed_at_s = -math.inf

    for reading, session, signal, mind, shown in _folded(patient, said):
        wish = mind.wish
        if wish is None:
            continue
        assert wish.incline_percent == reach.incline_on_grid(wish.incline_percent)
        assert wish.speed_kmh is None or wish.speed_kmh <= reach.speed_max_kmh
        if shown is None or wish.same_load(shown):
            continue
        if session.phase is Phase.INTERVAL and session.phase_elapsed_s > 1 and not mind.by_feel:
            rises = wish.incline_percent > max(shown.incline_percent, reading_incline(reading, mind))
            assert reading.at_s - changed_at_s >= (UP_GAP_S if rises else DOWN_GAP_S) - 1
            if rises:
                assert signal.quality is Quality.GOOD
                assert signal.good_for_s >= 30
                assert signal.heart_rate_bpm is not None
                assert signal.heart_rate_bpm <= 0.93 * hr_max
        changed_at_s = reading.at_s


def reading_incline(reading: Reading, mind: Advisor) -> float:
    return mind.incline_percent if reading.incline_percent is None else reading.incline_percent


@settings(max_examples=25, deadline=None)
@given(st.lists(st.tuples(st.one_of(st.none(), st.floats(0, 300)), st.floats(0, 80)), min_size=5, max_size=60))
def test_the_estimator_stays_finite_under_garbage(said: list[tuple[float | None, float]]) -> None:
    bank = begun(rest_bpm=75, rest_sd_bpm=10, usual_bpm=160, usual_sd_bpm=8, full_load=22)

    for heart_rate, demand in said:
        for _ in range(10):
            bank = bank.after(1.0, demand, 0.0, heart_rate)

    assert math.isfinite(bank.expected_bpm)
    assert math.isfinite(bank.expected_sd_bpm)
    assert math.isclose(sum(bank.weights), 1.0)
    assert all(f.variance() > 0 for f in bank.filters)


def test_the_estimator_finds_a_gain_it_was_not_told() -> None:
    bank = begun(rest_bpm=75, rest_sd_bpm=10, usual_bpm=160, usual_sd_bpm=12, full_load=22)
    true, lag_s, z = 4.6, 45.0, 0.0

    for second in range(900):
        demand = 3.5 + (8.0 if second < 300 else 14.0 if second < 600 else 21.0)
        aim = demand - 3.5
        z = aim + (z - aim) * math.exp(-1 / (lag_s if aim > z else 1.6 * lag_s))
        bank = bank.after(1.0, demand, 0.0, round(70 + true * z))

    likeliest = max(zip(bank.weights, bank.filters, strict=True), key=lambda pair: pair[0])[1]
    assert abs(likeliest.k - true) < 0.5
    assert likeliest.lag.rise_s in {32.0, 48.0, 70.0}
    assert abs(bank.expected_bpm - (70 + true * z)) < 2
