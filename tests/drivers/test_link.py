"""How drivers tell of their links."""

import logging

import pytest

from drivers.link import LinkTeller
from station.clock import FastClock
from station.ports import Link, LinkState


def teller(told: list[Link]) -> tuple[LinkTeller, FastClock]:
    clock = FastClock(1000)
    return LinkTeller("strap", clock, told.append), clock


def test_nothing_is_told_twice() -> None:
    told: list[Link] = []
    link, _ = teller(told)

    for _ in range(3):
        link.searching("looking")
    for _ in range(3):
        link.connected()
    for _ in range(3):
        link.lost("gone")

    assert [news.state for news in told] == [LinkState.SEARCHING, LinkState.CONNECTED, LinkState.LOST]


def test_a_lost_device_stays_lost_while_it_is_looked_for() -> None:
    told: list[Link] = []
    link, _ = teller(told)
    link.connected()

    link.searching("out of reach")
    link.searching("looking")

    assert told[1:] == [Link(state=LinkState.LOST, detail="out of reach")]


def test_a_trouble_that_staff_can_mend_is_told_also_while_the_device_is_lost() -> None:
    told: list[Link] = []
    link, _ = teller(told)

    link.trouble("switched off")
    link.connected()
    link.lost("gone")
    link.trouble("switched off")

    assert [news.state for news in told] == [
        LinkState.SEARCHING,
        LinkState.CONNECTED,
        LinkState.LOST,
        LinkState.LOST,
    ]
    assert told[-1].detail == "switched off"


def test_a_device_that_is_back_says_how_long_it_was_away(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, "motbakke")
    told: list[Link] = []
    link, clock = teller(told)
    link.connected()
    link.lost("gone")

    clock.wait(12)
    link.connected()

    assert told[-1].detail.startswith("back after 1")
    assert [record.levelname for record in caplog.records] == ["INFO", "WARNING", "INFO"]
