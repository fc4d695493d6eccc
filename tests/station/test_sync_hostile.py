"""A few sessions through the hostile world; many: `python tests/sync_hostile.py` (figures in docs/clinic-server.md)."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sync_hostile import FAULTS, TRUST, survived
from sync_servers import NGINX, archive, clinic

with_nginx = pytest.mark.skipif(NGINX is None, reason="no nginx here; apt-get install nginx-light for the archive")


@pytest.fixture(scope="module")
def fhir_base(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with clinic(tmp_path_factory.mktemp("clinic")) as base:
        yield base


def test_the_world_is_hostile_in_many_ways() -> None:
    assert len(FAULTS) >= 35


@pytest.mark.parametrize("mode", ["put", pytest.param("ifNoneExist", marks=pytest.mark.slow)])
def test_every_session_arrives_once_through_faults_and_kills(tmp_path: Path, fhir_base: str, mode: str) -> None:
    came_to = survived(tmp_path / "data", fhir_base, None, mode=mode, sessions=6, share=0.6, seed=7, kills=2)

    assert (came_to.acknowledged, came_to.on_server, came_to.duplicates, came_to.lost) == (6, 6, 0, 0)
    assert came_to.spoilt > 0


@with_nginx
@pytest.mark.slow
def test_every_session_lies_once_in_the_archive(tmp_path: Path) -> None:
    with archive(tmp_path) as (base, files):
        came_to = survived(tmp_path / "data", base, files, mode="archive", sessions=20, share=0.6, seed=7, kills=8)

    assert (came_to.acknowledged, came_to.on_server, came_to.duplicates, came_to.lost) == (20, 20, 0, 0)


def test_whoever_takes_any_2xx_for_an_acknowledgement_loses_sessions(tmp_path: Path, fhir_base: str) -> None:
    came_to = survived(tmp_path / "data", fhir_base, None, mode=TRUST, sessions=10, share=0.8, seed=7, kills=0)

    assert came_to.acknowledged == 10
    assert came_to.lost > 0
