"""The figures of the guard: for the therapist to edit, never learned, each with its source."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How far any advice may go. Heart rates in percent of HRmax; "of an estimate": HRmax by the age formula."""

    no_up_above_percent: float = 93.0
    """Nothing harder above this, so that the drift alone does not lead above 95 %."""
    no_up_above_percent_of_estimate: float = 88.0
    """One patient in three has a true HRmax more than half a zone from the formula's (Nes 2013): 85-90 % only."""
    ease_above_percent: float = 95.0
    """The zone ends here (Helgerud 2007); 95-100 % brings practically nothing and harms adherence (CERG)."""
    ease_above_percent_of_estimate: float = 90.0
    ease_after_s: float = 10.0
    ease_by: float = 3.5
    """Easing aims this much of HRmax below the edge: 91.5 % for a measured HRmax."""
    ease_share: float = 0.8
    """Of the way there in one step; fixed half-percent steps took 8 prompts and two minutes in simulations."""
    ease_again_after_s: float = 30.0
    """The heart needs half a minute to show what a step has done."""
    unheeded_after_s: float = 15.0
    """A downward prompt for safety that the belt has not moved for is said again after this, as a lower speed."""
    heeded_within_percent: float = 1.0
    """A belt this near to the asked incline has been moved for it."""
    ease_again_at_rest_after_s: float = 60.0
    """Outside the intervals the load is low already, and the heart falls slower than it rises."""
    bpm_per_percent_at_5_kmh: float = 5.0
    """What a percent of incline does to a walker at 5 km/h: ACSM's 1.5 mL/kg/min at a VO2max of 35."""
    rest_above_percent: float = 97.0
    rest_after_s: float = 20.0
    staff_at_percent: float = 100.0
    staff_after_s: float = 5.0
    staff_called_for_s: float = 30.0
    easier_after_rest_percent: float = 1.0
    """After a rest no load of the session goes above the one that led to it, less this much incline."""

    good_before_up_s: float = 30.0
    """A strap that locked low made a coach push a heart at 93 % to 98 %: nothing harder on young trust."""
    most_up_percent: float = 3.0
    """Incline per prompt; overshoot of 2-3 % buys nearly all there is to win, more is only unpleasant."""
    most_above_usual_percent: float = 4.5
    """At an interval's start, above the patient's usual incline or the last interval's, whichever is higher."""
    most_up_in_interval_percent: float = 4.0
    """The sum of all steps within an interval, above the load it began with: bound the sum, not only the step."""
    usual_incline_percent: float = 6.0
    """Taken for a patient whose usual incline is not noted: intervals are trained at 5 % or more."""
    up_gap_s: float = 28.0
    """Between a prompt and the next one upward: 28-40 s cost nothing, shorter ones chase the heart's own waves."""
    down_gap_s: float = 14.0
    """Before a downward prompt that is not for safety."""
    down_at_once_above_percent: float = 90.0
    """From here on every downward prompt is for safety."""
    quiet_end_s: float = 22.0
    """Nothing harder in an interval's last seconds: the heart would not show it before the whistle."""
    start_window_s: float = 20.0
    """This long before and after the whistle the load of the interval may be asked for in one step."""
    cautious_percent: float = 1.5
    """An interval that starts without a trusted heart rate starts this much incline below the usual."""
    cautious_below_proven_percent: float = 0.5
    """Below the last interval's end, if the strap beats, but is doubted: that load was walked on a trusted heart."""
    treadmill_silent_s: float = 15.0
    """Nothing harder for a belt whose load nobody has seen for this long."""

    check_strap_after_s: float = 15.0
    leave_model_after_s: float = 30.0
    hold_below_percent: float = 90.0
    """Without a heart rate a patient last seen below this keeps the load; others get one step down."""
    silence_step_percent: float = 1.0
    walk_easy_after_s: float = 60.0
    """h/p/cosmos stops a heart-rate programme after 60 s without pulse, Yowza after 30 s."""
    trust_again_after_s: float = 20.0

    most_faster_kmh: float = 0.5
    most_faster_in_interval_kmh: float = 1.0
    slower_kmh: float = 0.5
    walking_up_to_kmh: float = 7.0
    """`walk_only` never leads above this: people change from walking to running at about 7 km/h."""
    easy_walk_kmh: float = 5.0
    """A runner who is to rest walks at this."""
