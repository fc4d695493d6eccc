"""The screen's benchmark measures what it says."""

from station.benchmark.screen import run


def test_the_benchmark_measures_pages_memory_and_the_first_picture() -> None:
    figures = run(((1920, 1080), (1080, 1920)), only=("work-low",), rounds=1)

    assert [(one.page, one.size) for one in figures.pages] == [
        ("work-low", (1920, 1080)),
        ("work-low", (1080, 1920)),
    ]
    for one in figures.pages:
        assert 0 < one.each_second_ms <= one.worst_second_ms
        assert one.first_ms > 0
        assert one.whole_ms > 0
    assert figures.memory_mb > 0
    assert figures.first_picture_s > 0
    text = "\n".join(figures.lines())
    assert "yardstick: 3,000,000 additions" in text
    assert "Zero 2 W" in text
