"""One awarded bid as every export tells it: plain values, pence, UTC."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from fractions import Fraction

from grants.accounts.states import OrganisationKind
from grants.applications.imported_bid import BeneficiaryPlace, PlannedDates
from grants.applications.states import Origin, Stage
from grants.core.clock import today
from grants.panels.states import Outcome


@dataclass(frozen=True)
class Share:
    """One organisation's part, pence. The shares of a bid add up to its ask and to its award."""

    name: str
    number: str
    leads: bool
    asked: int
    awarded: int


@dataclass(frozen=True)
class Recipient:
    """The lead organisation, which alone is paid."""

    id: int
    name: str
    kind: OrganisationKind
    charity_number: str | None
    company_number: str | None
    external_id: str | None
    postcode: str


@dataclass(frozen=True)
class AllocationRow:
    """A bid that was funded and whose decision has been released.

    `score` is exact, None where the bid was never ranked. `themes` are the names of the themes it claims.
    """

    ref: str
    title: str
    summary: str
    lead: Recipient
    shares: tuple[Share, ...]
    ask: int
    award: int
    score: Fraction | None
    rank: int | None
    stage: Stage
    outcome: Outcome
    origin: Origin
    simulated: bool
    decided_at: datetime
    released_at: datetime
    accepted_at: datetime | None
    ended_at: datetime | None
    modified_at: datetime
    planned: PlannedDates
    places: tuple[BeneficiaryPlace, ...]
    themes: tuple[str, ...]
    beneficiaries: int | None = None
    """About how many people benefit, by the bid's own account; None where it was not asked."""
    priorities: tuple[str, ...] = ()
    """The funder's wider aims that the bid serves, by its own account."""

    @property
    def partners(self) -> tuple[Share, ...]:
        """The shares of everybody but the lead."""
        return tuple(share for share in self.shares if not share.leads)

    @property
    def award_date(self) -> str:
        """The day in London on which the decision was released, ISO."""
        return today(self.released_at).isoformat()


@dataclass(frozen=True)
class Programme:
    """What an export says of the fund and the round as a whole. `page` is the round's public address."""

    round_ref: str
    fund: str
    round: str
    note: str
    funder: str
    funder_id: str
    publisher_prefix: str
    page: str


def total(rows: tuple[AllocationRow, ...] | list[AllocationRow]) -> int:
    """The sum of all awards, pence."""
    return sum(row.award for row in rows)


def planned_months(start: str, end: str) -> int | None:
    """How many months the work takes, both days included, to the nearest whole month but at least one.

    None unless both are whole ISO dates in their order.
    """
    try:
        first, last = date.fromisoformat(start), date.fromisoformat(end)
    except ValueError:
        return None
    if last < first:
        return None
    after = last + timedelta(days=1)
    months = (after.year - first.year) * 12 + after.month - first.month
    days = after.day - first.day
    if days <= -15:
        months -= 1
    elif days > 15:
        months += 1
    return max(months, 1)
