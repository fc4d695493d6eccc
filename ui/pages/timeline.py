"""The timeline: where in the session the patient is, without a word."""

from dataclasses import replace

from station.training.prescription import Phase, Stage
from station.training.session import Session
from ui import theme
from ui.pages.parts import line
from ui.scene import Align, Box, Element, Face
from ui.theme import Colour

GAP = 8
HEIGHTS = {Phase.WARM_UP: 38, Phase.INTERVAL: 84, Phase.RECOVERY: 46, Phase.COOL_DOWN: 34}
"""How tall each phase's block is: the harder, the taller."""


def timeline(session: Session, state: Colour, right: float = theme.RIGHT) -> tuple[Element, ...]:
    """The whole session as blocks, as long as they last and as high as they are hard; a white playhead."""
    stages = session.prescription.stages()
    total_s = session.prescription.total_s
    per_s = (right - theme.MARGIN) / total_s
    at_s = session.plan_elapsed_s
    elements: list[Element] = []
    for stage in stages:
        elements += _block(stage, session, at_s, total_s, per_s, state)
    playhead = theme.MARGIN + at_s * per_s
    elements.append(
        Box(
            name="playhead",
            x=round(playhead) - 4,
            y=theme.TIMELINE_TOP - 16,
            width=8,
            height=theme.TIMELINE_BOTTOM - theme.TIMELINE_TOP + 32,
            radius=4,
            fill=theme.INK,
        )
    )
    return tuple(elements)


def _block(  # noqa: PLR0913, PLR0917  # the stage, and where the session is
    stage: Stage, session: Session, at_s: float, total_s: float, per_s: float, state: Colour
) -> list[Element]:
    left = theme.MARGIN + stage.start_s * per_s + (GAP / 2 if stage.start_s else 0)
    right = theme.MARGIN + stage.end_s * per_s
    if stage.end_s < total_s:
        right -= GAP / 2
    height = HEIGHTS[stage.phase]
    box = Box(
        x=left,
        y=theme.TIMELINE_BOTTOM - height,
        width=right - left,
        height=height,
        radius=12,
        fill=_fill(stage, session, at_s),
    )
    elements: list[Element] = [box]
    current = _is_current(stage, session)
    if current:
        done = theme.MARGIN + at_s * per_s - left
        if done >= 1:
            elements.append(
                replace(box, name="timeline.done", width=min(round(done), right - left), fill=state, square_right=True)
            )
    if stage.phase is Phase.INTERVAL:
        elements.append(_number(stage, session, at_s, left, right))
    return elements


def _number(stage: Stage, session: Session, at_s: float, left: float, right: float) -> Element:
    current = _is_current(stage, session)
    behind = at_s > (stage.start_s + stage.end_s) / 2
    share = 0.5
    if current:
        # In the larger half, where the playhead does not cross it.
        share = 0.25 if behind else 0.75
    return line(
        f"timeline.{stage.interval}",
        str(stage.interval),
        left + (right - left) * share,
        theme.TIMELINE_BOTTOM - HEIGHTS[Phase.INTERVAL] / 2 + theme.SIZE_LABEL * theme.CAPITAL_EM / 2,
        face=Face.STRONG,
        size=theme.SIZE_LABEL,
        colour=_number_ink(stage, session, behind=behind),
        align=Align.CENTRE,
        room=80,
    )


def _number_ink(stage: Stage, session: Session, *, behind: bool) -> Colour:
    if _is_current(stage, session):
        return theme.DARK_INK if behind else theme.INK
    return theme.INK if behind else theme.INK_SOFT


def _fill(stage: Stage, session: Session, at_s: float) -> Colour:
    if stage.end_s <= at_s:
        return theme.PAST
    return theme.TRACK if _is_current(stage, session) else theme.KEY


def _is_current(stage: Stage, session: Session) -> bool:
    return (stage.phase, stage.interval) == (session.phase, session.interval)
