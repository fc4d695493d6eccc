from pathlib import Path

from sync_servers import AnyServer, http

from station.benchmark.store import measured
from station.benchmark.sync import STATIONS, arrivals, build_figures, drained


def test_the_figures_of_the_store_are_of_one_session(tmp_path: Path) -> None:
    figures = measured(tmp_path, seconds=50)

    assert figures.file_bytes > 0
    assert 0 < figures.commit_p50_ms <= figures.commit_p99_ms <= figures.commit_longest_ms * 1.5
    assert "50 commits" in "\n".join(figures.lines())


def test_each_document_is_measured(tmp_path: Path, monkeypatch: object) -> None:
    from station.benchmark import store

    monkeypatch.setattr(store, "SECONDS", 60)  # type: ignore[attr-defined]
    monkeypatch.setattr(store.keep_session, "__kwdefaults__", {"seconds": 60, "code": "benchmark"})  # type: ignore[attr-defined]

    figures = build_figures(tmp_path)

    assert list(figures.bytes) == ["log", "fit", "csv", "html", "bundle, log alone", "bundle, whole"]
    assert all(size > 0 for size in figures.bytes.values())


def test_a_server_that_takes_nothing_ends_the_draining(tmp_path: Path) -> None:
    with AnyServer(lambda _: [http(503)]) as server:
        figures = drained(tmp_path, server.base, sessions=2, seconds_each=20)

    assert (figures.sessions, figures.sent) == (2, 0)
    assert "memory: " in list(figures.lines())[1]
    assert 10 < figures.memory_mb[0] < 1000


def test_a_thousand_stations_are_reckoned_with() -> None:
    lines = list(arrivals())

    assert f"{STATIONS * 30} sessions" in lines[0]
    assert len(lines) == 3
