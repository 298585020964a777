"""What a fund publishes about how its pot may be shared out: floors, caps and what is sought.

Amounts are whole pence. Everything here is a default of the panel's allocations; the panel decides.
"""

from dataclasses import dataclass
from enum import StrEnum


class Sought(StrEnum):
    """What an allocation makes as great as can be: points times pounds, or the points of funded bids."""

    POUNDS = "pounds"
    BIDS = "bids"


class LimitOf(StrEnum):
    """What a floor or a cap may be about: a theme, one of the fund's areas, or one of its priorities."""

    THEME = "theme"
    AREA = "area"
    PRIORITY = "priority"


@dataclass(frozen=True)
class PublishedLimit:
    """A floor (`least`) or a cap (`most`), or both, on the money of one group.

    `name` is the theme's key, the area's name or the priority's words. Of a bid for several themes, wards or
    priorities each counts for an equal part of its money.
    """

    of: LimitOf
    name: str
    least: int | None = None
    most: int | None = None


@dataclass(frozen=True)
class Allocation:
    """How the pot is shared out. `each_lead` caps the awards that one organisation leads, in sum;
    `each_organisation` what one organisation is to receive across all its partnerships.
    """

    sought: Sought = Sought.POUNDS
    partial: bool = False
    """Whether a bid may be given less than it asks for, down to the least amount that it says would work."""
    fewest: int = 0
    most: int | None = None
    each_lead: int | None = None
    each_organisation: int | None = None
    limits: tuple[PublishedLimit, ...] = ()


AS_USUAL = Allocation()
"""What a fund file means by leaving it out: no floors and no caps."""
