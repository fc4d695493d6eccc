"""One session as a picture (SVG): the true heart rate in percent of HRmax, the zones, and the belt's incline."""

from drivers.simulated.cohort import Individual
from station.benchmark.trial import Outcome
from station.training.prescription import Phase

WIDTH, HEIGHT, EDGE = 1200, 520, 50
LOW_PERCENT, HIGH_PERCENT = 45.0, 100.0


def picture(person: Individual, outcome: Outcome) -> str:
    """The session as an SVG document."""
    plan, hr_max = person.patient.prescription, person.patient.hr_max_bpm
    last_s = max(plan.total_s, outcome.trace[-1][0] if outcome.trace else 0.0)

    def x(second: float) -> float:
        return EDGE + (WIDTH - 2 * EDGE) * second / last_s

    def y(percent: float) -> float:
        return EDGE + (HEIGHT - 2 * EDGE) * (HIGH_PERCENT - percent) / (HIGH_PERCENT - LOW_PERCENT)

    def level(incline: float) -> float:
        return HEIGHT - EDGE - 6 * incline

    bands = []
    for stage in plan.stages():
        zone = plan.zone(stage.phase)
        colour = "#bfe3c8" if stage.phase is Phase.INTERVAL else "#e4ebf2"
        top, height = y(zone.high_percent), y(zone.low_percent) - y(zone.high_percent)
        wide = x(stage.end_s) - x(stage.start_s)
        bands.append(
            f'<rect x="{x(stage.start_s):.1f}" y="{top:.1f}" width="{wide:.1f}" height="{height:.1f}" fill="{colour}"/>'
        )
    beats = " ".join(f"{x(at):.1f},{y(100 * bpm / hr_max):.1f}" for at, bpm, _, _ in outcome.trace[::3])
    hill = " ".join(f"{x(at):.1f},{level(incline):.1f}" for at, _, incline, _ in outcome.trace[::3])
    labels = "".join(
        f'<text x="{EDGE - 8}" y="{y(percent) + 4:.1f}" text-anchor="end">{percent}</text>'
        for percent in range(50, 101, 10)
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" '
        f'font-family="sans-serif" font-size="13">'
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="white"/>{"".join(bands)}'
        f'<polyline points="{hill}" fill="none" stroke="#7a6a55" stroke-width="2"/>'
        f'<polyline points="{beats}" fill="none" stroke="#b3243b" stroke-width="2"/>{labels}'
        f'<text x="{EDGE}" y="24">Heart rate in percent of HRmax (red), incline (brown); {outcome.in_zone:.0f} % '
        f"of the interval time in zone, {outcome.prompts:.1f} prompts an interval</text></svg>"
    )
