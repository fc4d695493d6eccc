"""The page after the session: what was done, the heart's curve over its targets, and where the record is."""

from dataclasses import dataclass

from station.moment import Moment, StoreState
from station.training.prescription import Phase
from ui import theme
from ui.drawings import Icon, icon
from ui.pages.parts import KEY_HEIGHTS, KEYS_BELOW_Y, Key, keys, line, moved, scene
from ui.scene import Align, Box, Element, Face, Format, Line, Point, Scene, Stroke, Touch
from ui.wording.catalogue import Words, clock

PLOT_LEFT = 178
WHOLE_INTERVAL_LACKS_S = 5
"""An interval counts as done when at most this much of it is missing."""
SHORTEST_PLOT_S = 120.0
LEAST_COUNTED_S = 60.0
"""An interval that had only begun gets no figure."""


def summary(moment: Moment, words: Words, form: Format = Format.LANDSCAPE) -> Scene:
    """The page after the session."""
    drawn, touches = _done_key(moment, words, form)
    lay = _LAYOUTS[form]
    return scene(
        "summary",
        form,
        (
            *_headings(moment, words, lay),
            Box(
                name="card",
                x=theme.MARGIN,
                y=lay.card_top,
                width=lay.right - theme.MARGIN,
                height=lay.card_height,
                radius=40,
                fill=theme.PANEL,
            ),
            *_plot(moment, lay),
            *moved(_stored(moment, words), 0, lay.below, narrower=lay.narrower),
            *moved(_more(moment, words), 0, lay.below, narrower=lay.narrower / 3),
            *drawn,
        ),
        touches,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Layout:
    """Where things are in one format."""

    right: float
    figure_x: float
    figure_down: float
    card_top: float
    card_height: float
    below: float
    """How much lower than in landscape the lines under the card are."""
    narrower: float
    title: float
    """Size of the title."""
    align: Align

    @property
    def plot_right(self) -> float:
        return self.right - 40

    @property
    def plot_top(self) -> float:
        return self.card_top + 36

    @property
    def plot_bottom(self) -> float:
        return self.card_top + self.card_height - 102


_LAYOUTS = {
    Format.LANDSCAPE: _Layout(
        right=theme.RIGHT,
        figure_x=theme.RIGHT,
        figure_down=0,
        card_top=300,
        card_height=510,
        below=0,
        narrower=0,
        title=theme.SIZE_TITLE,
        align=Align.RIGHT,
    ),
    Format.PORTRAIT: _Layout(
        right=theme.PORTRAIT_RIGHT,
        figure_x=theme.MARGIN,
        figure_down=246,
        card_top=560,
        card_height=760,
        below=516,
        narrower=820,
        title=104,
        align=Align.LEFT,
    ),
}


def _done_key(moment: Moment, words: Words, form: Format) -> tuple[tuple[Element, ...], tuple[Touch, ...]]:
    # The next session begins when the belt moves: nobody is done before it stands.
    if moment.belt_moves:
        return (_stop_the_belt(words, form),), ()
    return keys((Key(column=3, text=words.say("key.done"), primary=True),), form)


def _stop_the_belt(words: Words, form: Format) -> Line:
    return line(
        "stop_belt",
        words.say("summary.stop_belt"),
        form.size[0] - theme.MARGIN,
        KEYS_BELOW_Y[form] + KEY_HEIGHTS[form] / 2 + theme.SIZE_BODY * theme.CAPITAL_EM / 2,
        face=Face.STRONG,
        colour=theme.OK,
        align=Align.RIGHT,
        room=700,
    )


def intervals_done(moment: Moment) -> int:
    """How many intervals were walked to their end."""
    prescription = moment.session.prescription
    if moment.session.phase is Phase.FINISHED:
        return prescription.intervals
    whole_s = prescription.interval_s - WHOLE_INTERVAL_LACKS_S
    return sum(interval.seconds >= whole_s for interval in moment.tally.intervals)


def _headings(moment: Moment, words: Words, lay: _Layout) -> list[Element]:
    finished = moment.session.phase is Phase.FINISHED
    done, prescription = intervals_done(moment), moment.session.prescription
    elements: list[Element] = [
        line(
            "title",
            words.say("cue.well_done" if finished else "cue.you_came"),
            theme.MARGIN,
            150,
            face=Face.DISPLAY,
            size=lay.title,
            room=1240 if lay.align is Align.RIGHT else 984,
        )
    ]
    if done:
        elements.append(
            line(
                "done",
                words.say("summary.intervals", done=done, intervals=prescription.intervals),
                theme.MARGIN,
                232,
                size=theme.SIZE_BODY,
                colour=theme.INK_SOFT,
                room=880,
            )
        )
    if moment.tally.in_zone_s:
        elements += _figure(clock(moment.tally.in_zone_s), _of_how_much(moment, words), lay)
    elif moment.heart_rate_curve:
        elements += _figure(clock(moment.heart_rate_curve[-1][0]), words.say("summary.on_treadmill"), lay)
    return elements


def _of_how_much(moment: Moment, words: Words) -> str:
    if moment.session.phase is not Phase.FINISHED:
        return words.say("summary.in_zone.short")
    prescription = moment.session.prescription
    return words.say("summary.in_zone", length=words.length(prescription.intervals * prescription.interval_s))


def _more(moment: Moment, words: Words) -> tuple[Element, ...]:
    if moment.before_in_zone_s is None:
        return ()
    more_minutes = round((moment.tally.in_zone_s - moment.before_in_zone_s) / 60)
    if more_minutes < 1:
        return ()
    middle = theme.KEY_TOP + theme.KEY_HEIGHT / 2
    return (
        *icon(Icon.UP, (76, middle), 52, fill=theme.OK),
        line(
            "more",
            words.say("summary.more", length=words.length(60 * more_minutes)),
            122,
            middle + theme.SIZE_BODY * theme.CAPITAL_EM / 2,
            face=Face.STRONG,
            size=theme.SIZE_BODY,
            room=1100,
        ),
    )


def _figure(text: str, note: str, lay: _Layout) -> tuple[Element, ...]:
    return (
        line(
            "in_zone",
            text,
            lay.figure_x,
            174 + lay.figure_down,
            face=Face.DISPLAY,
            size=152,
            colour=theme.OK,
            align=lay.align,
            steady=True,
            room=560,
        ),
        line(
            "in_zone.note",
            note,
            lay.figure_x,
            242 + lay.figure_down,
            size=50,
            colour=theme.INK_SOFT,
            align=lay.align,
            room=900,
        ),
    )


def _plot(moment: Moment, lay: _Layout) -> list[Element]:
    prescription = moment.session.prescription
    scale = _Scale(moment, lay)
    elements: list[Element] = []
    for beats in scale.grid:
        y = scale.y(beats)
        elements += [
            Box(x=PLOT_LEFT, y=y - 1, width=lay.plot_right - PLOT_LEFT, height=2, fill=theme.TRACK),
            line(
                f"beats.{beats}",
                str(beats),
                PLOT_LEFT - 24,
                y + theme.SIZE_LABEL * theme.CAPITAL_EM / 2,
                size=theme.SIZE_LABEL,
                colour=theme.INK_SOFT,
                align=Align.RIGHT,
                room=110,
            ),
        ]
    low, high = prescription.interval_zone.beats(moment.patient.hr_max_bpm)
    for stage in prescription.stages():
        if stage.phase is Phase.INTERVAL and stage.interval <= len(moment.tally.intervals):
            end_s = min(stage.end_s, _plotted_s(moment))
            elements.append(
                Box(
                    name=f"target.{stage.interval}",
                    x=scale.x(stage.start_s),
                    y=scale.y(high),
                    width=scale.x(end_s) - scale.x(stage.start_s),
                    height=scale.y(low) - scale.y(high),
                    radius=8,
                    fill=theme.mix(theme.PANEL, theme.OK, 0.38),
                )
            )
            elements += _minutes(moment, stage.interval, scale.x((stage.start_s + end_s) / 2), lay)
    elements += [Stroke(name="curve", points=points, width=6, fill=theme.INK) for points in _pieces(moment, scale)]
    return elements


def _minutes(moment: Moment, interval: int, x: float, lay: _Layout) -> list[Element]:
    if moment.tally.intervals[interval - 1].seconds < LEAST_COUNTED_S:
        return []
    return [
        line(
            f"minutes.{interval}",
            clock(moment.tally.intervals[interval - 1].in_zone_s),
            min(x, lay.plot_right - 50),
            lay.plot_bottom + 78,
            face=Face.STRONG,
            size=54,
            align=Align.CENTRE,
            steady=True,
            room=200,
        )
    ]


def _plotted_s(moment: Moment) -> float:
    """The plan's length; of a session that was stopped only what was walked: nothing on the page is missing."""
    if moment.session.phase is Phase.FINISHED or not moment.heart_rate_curve:
        return moment.session.prescription.total_s
    return max(SHORTEST_PLOT_S, moment.heart_rate_curve[-1][0])


class _Scale:
    """Where a second and a beat lie on the plot."""

    def __init__(self, moment: Moment, lay: _Layout) -> None:
        self._lay = lay
        prescription = moment.session.prescription
        beats = [bpm for _, bpm in moment.heart_rate_curve if bpm is not None]
        _, high = prescription.interval_zone.beats(moment.patient.hr_max_bpm)
        self._low = min([80, *beats])
        self._high = max([high + 12, *(bpm + 4 for bpm in beats)])
        self._total_s = _plotted_s(moment)
        self.grid = [beats for beats in range(60, 221, 40) if self._low <= beats <= self._high]

    def x(self, second: float) -> float:
        return PLOT_LEFT + (self._lay.plot_right - PLOT_LEFT) * min(1.0, second / self._total_s)

    def y(self, beats: float) -> float:
        lay = self._lay
        return lay.plot_bottom - (lay.plot_bottom - lay.plot_top) * (beats - self._low) / (self._high - self._low)


def _pieces(moment: Moment, scale: _Scale) -> list[tuple[Point, ...]]:
    """The curve in pieces: it is broken where the strap was silent, never bridged."""
    pieces: list[list[Point]] = [[]]
    for second, beats in moment.heart_rate_curve:
        if beats is None:
            pieces.append([])
        else:
            pieces[-1].append((round(scale.x(second), 1), round(scale.y(beats), 1)))
    return [tuple(piece) for piece in pieces if piece]


def _stored(moment: Moment, words: Words) -> tuple[Element, ...]:
    which, fill = Icon.CHECK, theme.OK
    if moment.store is StoreState.NOT_STORED:
        which, fill = Icon.WARNING, theme.WARN
    return (
        *icon(which, (76, 868), 52, fill=fill),
        line("store", words.say(f"summary.{moment.store}"), 122, 886, size=50, colour=theme.INK_SOFT, room=1700),
    )
