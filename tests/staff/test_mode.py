from hypothesis import given
from hypothesis import strategies as st

from station.staff.mode import Mode, shown
from station.training.advice import Advice, Reason
from station.training.reading import Reading

loads = st.none() | st.floats(0, 15)
advices = st.builds(
    Advice, incline_percent=loads, speed_kmh=loads, reason=st.sampled_from(Reason), since_s=st.floats(0, 100)
)
readings = st.builds(Reading, at_s=st.floats(0, 100), incline_percent=loads, speed_kmh=loads)


@given(advice=st.none() | advices, reading=readings)
def test_in_full_mode_the_advice_is_shown_as_the_guard_left_it(advice: Advice | None, reading: Reading) -> None:
    assert shown(Mode.FULL, advice, reading) == advice


@given(advice=st.none() | advices, reading=readings)
def test_in_shadow_mode_no_advice_is_shown(advice: Advice | None, reading: Reading) -> None:
    assert shown(Mode.SHADOW, advice, reading) is None


@given(advice=advices, reading=readings)
def test_in_decrease_only_mode_nothing_shown_is_above_the_load_the_patient_has(
    advice: Advice, reading: Reading
) -> None:
    seen = shown(Mode.DECREASE_ONLY, advice, reading)

    for asked, has in (
        (seen and seen.incline_percent, reading.incline_percent),
        (seen and seen.speed_kmh, reading.speed_kmh),
    ):
        assert asked is None or (has is not None and asked <= has + 1e-6)


@given(advice=advices, reading=readings, mode=st.sampled_from(Mode))
def test_no_mode_adds_to_an_advice(advice: Advice, reading: Reading, mode: Mode) -> None:
    seen = shown(mode, advice, reading)

    assert seen is None or seen.incline_percent in {None, advice.incline_percent}
    assert seen is None or seen.speed_kmh in {None, advice.speed_kmh}


def test_in_decrease_only_mode_a_lower_hill_is_shown_and_a_higher_speed_beside_it_is_not() -> None:
    advice = Advice(incline_percent=4.0, speed_kmh=6.0, reason=Reason.ABOVE_ZONE, since_s=0.0)

    seen = shown(Mode.DECREASE_ONLY, advice, Reading(at_s=1.0, incline_percent=6.0, speed_kmh=5.0))

    assert seen is not None
    assert (seen.incline_percent, seen.speed_kmh) == (4.0, None)
