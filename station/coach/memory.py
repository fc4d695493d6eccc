"""What a session has taught about a patient, small enough to read, store and delete, and how the next one begins.

Responsible for the record and for forgetting. A changed HRmax or a changed beta-blocker makes the record void: it
spoke of another heart. Forgetting after coach measurements of day-to-day heart rate (Lamberts 2004: CV 1.1-1.4 %).
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass

from station.training.patient import Patient

VERSION = 1
SAME_HR_MAX_BPM = 3
"""An HRmax that differs by more is another HRmax."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Memory:
    """The line from demand to beats and the lag, as they were in the session's first interval."""

    hr_max_bpm: int
    beta_blocker: bool
    offset_bpm: float
    gain_bpm_per_ml: float
    running_bpm: float
    covariance: tuple[float, float, float, float, float, float]
    """Of offset, gain and running: oo, og, or, gg, gr, rr."""
    lag_weights: tuple[float, ...]
    """Over the estimator's lags, in its order."""
    interval_incline_percent: float | None = None
    """What held the middle of the zone in the first interval: the therapist may want to know."""
    recovery_incline_percent: float | None = None

    def to_dict(self) -> dict[str, object]:
        """The record as plain JSON values."""
        return {
            "version": VERSION,
            **asdict(self),
            "covariance": list(self.covariance),
            "lag_weights": list(self.lag_weights),
        }

    @classmethod
    def from_dict(cls, record: Mapping[str, object]) -> "Memory | None":
        """The memory in this record; None when it is of another version or not a record at all."""
        if record.get("version") != VERSION:
            return None
        try:
            covariance = _numbers(record["covariance"], 6)
            weights = _numbers(record["lag_weights"], None)
            return cls(
                hr_max_bpm=int(_number(record["hr_max_bpm"])),
                beta_blocker=record["beta_blocker"] is True,
                offset_bpm=_number(record["offset_bpm"]),
                gain_bpm_per_ml=_number(record["gain_bpm_per_ml"]),
                running_bpm=_number(record["running_bpm"]),
                covariance=(covariance[0], covariance[1], covariance[2], covariance[3], covariance[4], covariance[5]),
                lag_weights=weights,
                interval_incline_percent=_number_or_none(record.get("interval_incline_percent")),
                recovery_incline_percent=_number_or_none(record.get("recovery_incline_percent")),
            )
        except (KeyError, TypeError, ValueError, OverflowError):
            return None

    def fits(self, patient: Patient) -> bool:
        """Whether this is still the same heart: HRmax and beta-blocker unchanged, figures a heart can have."""
        return (
            abs(self.hr_max_bpm - patient.hr_max_bpm) <= SAME_HR_MAX_BPM
            and self.beta_blocker == patient.beta_blocker
            and 0.2 < self.gain_bpm_per_ml < 20  # noqa: PLR2004  # beats per mL/kg/min of any walking person
            and 20 < self.offset_bpm < patient.hr_max_bpm  # noqa: PLR2004
        )


def newest_fitting(memories: Sequence[Memory], patient: Patient) -> Memory | None:
    """The newest memory (newest first) that still speaks of this heart; more than one adds next to nothing."""
    return next((memory for memory in memories if memory.fits(patient)), None)


def _number(value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise TypeError(value)
    if not abs(value) < 1e9:  # noqa: PLR2004  # also refuses nan and infinity
        raise ValueError(value)
    return float(value)


def _number_or_none(value: object) -> float | None:
    return None if value is None else _number(value)


def _numbers(value: object, count: int | None) -> tuple[float, ...]:
    if not isinstance(value, list | tuple) or (count is not None and len(value) != count):
        raise TypeError(value)
    return tuple(_number(part) for part in value)
