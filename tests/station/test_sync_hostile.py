"""A few sessions through the hostile world; many: `python tests/sync_hostile.py` (figures in docs/clinic-server.md).

What runs each time is in `test_sync_clinic`, where the server is.
"""

from pathlib import Path

import pytest
from sync_hostile import FAULTS, SEALED, survived
from sync_servers import NGINX, archive, clinic

from station.sync.documents import Dialect

with_nginx = pytest.mark.skipif(NGINX is None, reason="no nginx here; apt-get install nginx-light for the archive")


def test_the_world_is_hostile_in_many_ways() -> None:
    assert len(FAULTS) >= 35


@pytest.mark.slow
@pytest.mark.parametrize("sealed", ["", SEALED])
@pytest.mark.parametrize("mode", Dialect)
def test_twenty_sessions_arrive_once_through_faults_and_kills(tmp_path: Path, mode: str, sealed: str) -> None:
    with clinic(tmp_path) as base:
        came_to = survived(tmp_path / "data", base, None, mode=mode + sealed, sessions=20, share=0.6, seed=7, kills=8)

    assert (came_to.acknowledged, came_to.on_server, came_to.duplicates, came_to.lost) == (20, 20, 0, 0)
    assert came_to.spoilt > 0


@with_nginx
@pytest.mark.slow
@pytest.mark.parametrize("mode", ["archive", f"archive{SEALED}"])
def test_twenty_sessions_lie_once_in_the_archive(tmp_path: Path, mode: str) -> None:
    with archive(tmp_path) as (base, files):
        came_to = survived(tmp_path / "data", base, files, mode=mode, sessions=20, share=0.6, seed=7, kills=8)

    assert (came_to.acknowledged, came_to.on_server, came_to.duplicates, came_to.lost) == (20, 20, 0, 0)
