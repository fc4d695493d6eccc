"""The simulated strap: real packets once a second, and bad days on demand."""

import asyncio

from waiting import running, until

from drivers.simulated.strap import Beats, SimulatedStrap, StrapFault, Trouble
from station.clock import FastClock
from station.ports import HeartRateSample, Link, LinkState


def reports_of(strap: SimulatedStrap, beats: int) -> list[HeartRateSample | Link]:
    """What the strap reports until it has sent so many packets."""
    reports: list[HeartRateSample | Link] = []

    async def act() -> None:
        async with running(strap.run(reports.append)):
            await until(lambda: len(samples(reports)) >= beats)

    asyncio.run(act())
    return reports


def samples(reports: list[HeartRateSample | Link]) -> list[HeartRateSample]:
    return [report for report in reports if isinstance(report, HeartRateSample)]


def test_each_second_brings_the_hearts_beats_as_a_strap_rounds_them() -> None:
    clock = FastClock(200)

    reports = reports_of(SimulatedStrap(clock, lambda: Beats(heart_rate_bpm=121.6, rr_ms=(493.4,))), 5)

    assert reports[0] == Link(state=LinkState.CONNECTED)
    beat = samples(reports)[0]
    assert (beat.heart_rate_bpm, beat.contact) == (122, True)
    assert [round(rr_ms, 1) for rr_ms in beat.rr_ms] == [493.2]  # 505/1024 s
    gaps = [later.at_s - sooner.at_s for sooner, later in zip(samples(reports), samples(reports)[1:], strict=False)]
    assert {round(gap_s, 6) for gap_s in gaps} == {1.0}


def test_without_contact_the_last_figure_is_repeated_and_no_rr_is_sent() -> None:
    clock, hearts = FastClock(200), iter(range(100, 200))
    fault = StrapFault(trouble=Trouble.NO_CONTACT, from_s=3, to_s=6)
    strap = SimulatedStrap(clock, lambda: Beats(heart_rate_bpm=next(hearts), rr_ms=(600.0,)), faults=[fault])

    taken = samples(reports_of(strap, 7))[:7]

    assert [(beat.heart_rate_bpm, beat.contact, bool(beat.rr_ms)) for beat in taken] == [
        (100, True, True),
        (101, True, True),
        (101, False, False),
        (101, False, False),
        (101, False, False),
        (105, True, True),
        (106, True, True),
    ]


def test_a_strap_out_of_reach_is_silent_and_lost_and_comes_back() -> None:
    clock = FastClock(200)
    fault = StrapFault(trouble=Trouble.SILENT, from_s=2, to_s=9)
    strap = SimulatedStrap(clock, lambda: Beats(heart_rate_bpm=100), faults=[fault])

    reports = reports_of(strap, 4)

    links = [report.state for report in reports if isinstance(report, Link)]
    assert links == [LinkState.CONNECTED, LinkState.LOST, LinkState.CONNECTED]
    taken = samples(reports)
    assert round(taken[1].at_s - taken[0].at_s) == 8
