"""When a bid or a whole round may have more time, and what stands in the way."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, time

from grants.applications.states import Stage
from grants.core.clock import exact_minute
from grants.core.errors import Reason

UNTIL = "on"
"""The field that names the new closing."""

DECIDED = frozenset({Stage.DECIDED, Stage.OFFERED, Stage.ACTIVE, Stage.CLOSED, Stage.TERMINATED})


@dataclass(frozen=True)
class Wanted:
    """More time as somebody wants it, beside what it would change. Times are UTC."""

    opens_at: datetime
    closes_at: datetime
    """The closing that holds now for the bid, or for the round."""
    reviews_due_at: datetime
    until: datetime
    reason: str
    bid: Stage | None
    """The stage of the one bid; None for the whole round."""
    was_sent: bool
    stages: Collection[Stage]
    """The stages in which the round has bids."""
    shared_out: bool
    """Whether bids of the round have been given to reviewers."""


def blockers_to_extend(wanted: Wanted, *, now: datetime) -> list[Reason]:
    """Every reason why this extension cannot be given at `now`; empty if it can."""
    reasons = [*_about_the_bid(wanted), *_about_the_round(wanted)]
    if now < wanted.opens_at:
        reasons.append(
            Reason("The round has not opened yet: change its calendar in the fund file instead.", UNTIL)
        )
    if wanted.until <= wanted.closes_at:
        reasons.append(
            Reason(
                f"The new closing must be later than the present one, {exact_minute(wanted.closes_at)}", UNTIL
            )
        )
    elif wanted.until <= now:
        reasons.append(Reason("The new closing must be in the future", UNTIL))
    if wanted.until > wanted.reviews_due_at:
        reasons.append(
            Reason(
                f"The new closing must be before reviews are due, {exact_minute(wanted.reviews_due_at)}",
                UNTIL,
            )
        )
    if not wanted.reason.strip():
        reasons.append(Reason("Enter the reason, as applicants may read it", "reason"))
    return reasons


def _about_the_bid(wanted: Wanted) -> list[Reason]:
    if wanted.bid is None or (wanted.bid in (Stage.DRAFT, Stage.LAPSED) and not wanted.was_sent):
        return []
    return [Reason("This bid is no draft, so more time would change nothing for it", "ref")]


def _about_the_round(wanted: Wanted) -> list[Reason]:
    if DECIDED & set(wanted.stages):
        return [Reason("The panel has begun to decide on bids of this round, so nobody can have more time.")]
    if wanted.bid is None and wanted.shared_out:
        return [
            Reason(
                "Bids of this round have been given to reviewers, so the whole round cannot be extended. "
                "You can still extend one bid."
            )
        ]
    return []


def read_clock(text: str) -> time | None:
    """A time of day as people type it: '17:00', '5pm', '5.30 pm', 'midday'. None for anything else."""
    plain = text.strip().lower().replace(" ", "").replace(".", ":")
    if plain in ("midday", "noon", "12noon"):
        return time(12)
    if plain == "midnight":
        return time(0)
    half = plain[-2:] if plain.endswith(("am", "pm")) else ""
    hours, colon, minutes = plain.removesuffix(half).partition(":")
    if not (_is_number(hours) and (_is_number(minutes) and len(minutes) == 2 if colon else half)):
        return None
    hour, minute = int(hours), int(minutes or 0)
    if half:
        if not 1 <= hour <= 12:
            return None
        hour = hour % 12 + (12 if half == "pm" else 0)
    return time(hour, minute) if hour < 24 and minute < 60 else None


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) <= 2
