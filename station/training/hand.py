"""The human hand first: what the patient sets on the treadmill counts more than what she was asked for.

A step after the guard that can only take from the advice. Asked for more hill, the patient may set another one, or
leave it: that is her choice, and the sentence goes away. She is asked once more in that part of the session, and then
no more. Whatever asks for less, and every alarm, passes untouched. The coach is told nothing: it knows the load.
"""

from dataclasses import dataclass, replace

from station.training.advice import Advice
from station.training.prescription import Phase
from station.training.reading import Reading
from station.training.session import Session

REACHED_WITHIN_PERCENT = 0.25
"""Treadmills report tenths of a percent and are set in halves."""
STILL_FOR_S = 6.0
"""An incline that has not moved for so long is the one the hand meant; motors move half a percent a second or more."""
ANSWERED_AFTER_S = 12.0
LEFT_AFTER_S = 45.0
"""A request that nobody has acted on for so long was read, and left."""
FOLLOWED_SHARE = 0.5
"""Who has gone at least half the way has followed, with a margin of her own: the next request is a new one."""
REPEATS = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Hand:
    """What the patient has made of what she was asked for."""

    advice: Advice | None = None
    """What is still to be shown of the advice."""
    own_choice: bool = False
    """The incline is the patient's own, and stands."""
    declined: int = 0
    """How many requests for more hill were answered with another hill in this part of the session."""
    asked: Advice | None = None
    asked_at_s: float = 0.0
    from_percent: float | None = None
    """The belt's incline when it was asked."""
    reached: bool = False
    incline_percent: float | None = None
    still_since_s: float = 0.0
    part: tuple[Phase, int] | None = None


def handed(before: Hand, advice: Advice | None, reading: Reading, session: Session) -> Hand:
    """What is shown of the guard's advice, after one more reading."""
    hand = _new_part(_seen(before, reading), session)
    if advice is None:
        return replace(hand, advice=None, asked=None, own_choice=False)
    if not advice.same_load(hand.asked) and not _goes_on(hand, advice):
        hand = _asked(hand, advice, reading)
    hand = replace(hand, asked=advice, advice=advice, reached=hand.reached or not _is_more(hand, advice))
    if not _is_more(hand, advice):
        return replace(hand, own_choice=False)
    if not hand.own_choice and _is_answered(hand, reading.at_s):
        hand = replace(hand, own_choice=True, declined=hand.declined + (not _followed(hand, advice)))
    return replace(hand, advice=replace(advice, incline_percent=None)) if hand.own_choice else hand


def _seen(hand: Hand, reading: Reading) -> Hand:
    if reading.incline_percent is None or reading.incline_percent == hand.incline_percent:
        return hand
    return replace(hand, incline_percent=reading.incline_percent, still_since_s=reading.at_s)


def _new_part(hand: Hand, session: Session) -> Hand:
    part = (session.phase, session.interval)
    return hand if part == hand.part else replace(hand, part=part, declined=0, own_choice=False, asked=None)


def _goes_on(hand: Hand, advice: Advice) -> bool:
    """Whether this is the request that still stands, with another figure: nothing new to answer."""
    stands = hand.asked is not None and not hand.own_choice and _is_more(hand, hand.asked)
    return stands and _is_more(hand, advice)


def _asked(hand: Hand, advice: Advice, reading: Reading) -> Hand:
    enough = _is_more(hand, advice) and hand.declined > REPEATS
    return replace(
        hand,
        own_choice=enough,
        asked_at_s=reading.at_s,
        from_percent=hand.incline_percent,
        reached=False,
    )


def _is_more(hand: Hand, advice: Advice) -> bool:
    wanted, has = advice.incline_percent, hand.incline_percent
    return wanted is not None and has is not None and wanted - has >= REACHED_WITHIN_PERCENT


def _is_answered(hand: Hand, at_s: float) -> bool:
    touched = hand.reached or hand.incline_percent != hand.from_percent
    waited_s = at_s - hand.asked_at_s
    still = at_s - hand.still_since_s >= STILL_FOR_S
    return still and waited_s >= (ANSWERED_AFTER_S if touched else LEFT_AFTER_S)


def _followed(hand: Hand, advice: Advice) -> bool:
    """Whether the hill was raised by about as much as was asked, and has not been taken down again."""
    if hand.reached or None in (hand.incline_percent, hand.from_percent, advice.incline_percent):
        return False
    went = (hand.incline_percent or 0.0) - (hand.from_percent or 0.0)
    return went >= FOLLOWED_SHARE * ((advice.incline_percent or 0.0) - (hand.from_percent or 0.0))
