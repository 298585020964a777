"""Whether a decision fits the bid and the pot. Plain values in whole pence."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from grants.applications.states import Stage
from grants.core.clock import long_date
from grants.core.errors import Reason
from grants.core.language import say
from grants.core.money import pounds
from grants.notifications.states import MessageState
from grants.panels.states import FUNDED, OUTCOME_LABELS, ConditionKind, Fate, Outcome

MOST_CONDITIONS = 20


@dataclass(frozen=True)
class BidFacts:
    """What a decision is measured against. Pence."""

    ask: int
    least_amount: int | None
    ranked: bool
    released: bool
    places_taken: frozenset[int] = frozenset()
    """Places on the reserve list that other bids of the round have."""


@dataclass(frozen=True)
class Condition:
    """What the panel demands of an award, and until when. One by a date needs the date."""

    kind: ConditionKind
    text: str
    due_on: date | None = None


@dataclass(frozen=True)
class PotPosition:
    """Where the pot stands, in pence. pot + overrides = decided + released + left, always."""

    pot: int
    overrides: int
    decided: int
    released: int

    @property
    def left(self) -> int:
        """What may still be decided; never below zero unless a bid was funded past the pot."""
        return self.pot + self.overrides - self.decided - self.released

    @property
    def committed(self) -> int:
        """What decisions, released or not, have taken up."""
        return self.decided + self.released


def blockers_to_decide(
    bid: BidFacts, *, outcome: Outcome, amount: int, reserve_order: int | None, reason: str, left: int
) -> Iterator[Reason]:
    """Everything that stands in the way of a decision. `left` is what the pot has without this bid."""
    if bid.released:
        yield Reason("This decision has been released. It cannot be changed here.")
    if not reason.strip():
        yield Reason("Enter the reason for the decision", "reason")
    if outcome is Outcome.RESERVE and (reserve_order is None or reserve_order < 1):
        yield Reason("Enter the bid’s place on the reserve list, 1 or more", "reserve_order")
    if outcome is Outcome.RESERVE and reserve_order in bid.places_taken:
        yield Reason(f"Another bid has place {reserve_order} on the reserve list", "reserve_order")
    if outcome in FUNDED:
        yield from _blockers_to_fund(bid, outcome=outcome, amount=amount, left=left)
    elif amount:
        yield Reason(f"“{OUTCOME_LABELS[outcome]}” carries no amount: leave it empty", "amount")


def blockers_to_reopen(
    outcome: Outcome, *, stage: Stage, released: bool, flagged: bool, reason: str
) -> Iterator[Reason]:
    """Everything that stands in the way of taking a decision back before the panel."""
    if stage in (Stage.IN_REVIEW, Stage.SCORED):
        yield Reason("This bid is before the panel already.")
    elif not released:
        yield Reason("This decision has not been released: the panel can change it as it stands.")
    elif stage not in (Stage.DECIDED, Stage.OFFERED):
        yield Reason("Only a decision whose offer was not answered yet can go back to the panel.")
    if released and outcome not in (Outcome.RESERVE, Outcome.DEFER) and not flagged:
        yield Reason(
            "Only a place on the reserve list, a decision that was put off, or one that a conflict of "
            "interest found later calls into question can go back to the panel. Others need an appeal."
        )
    if not reason.strip():
        yield Reason("Enter why the panel should decide again", "reason")


def condition_blockers(conditions: Sequence[Condition], *, outcome: Outcome, today: date) -> Iterator[Reason]:
    """Everything that is wrong with the conditions of a decision; places are those of the page's rows."""
    if conditions and outcome not in FUNDED:
        yield Reason(f"“{OUTCOME_LABELS[outcome]}” carries no conditions: remove them", "conditions")
    if len(conditions) > MOST_CONDITIONS:
        yield Reason(f"There can be {MOST_CONDITIONS} conditions or fewer", "conditions")
    for index, condition in enumerate(conditions):
        if not condition.text.strip():
            yield Reason("Enter what has to be done", f"conditions-{index}-text")
        if condition.due_on is None and condition.kind is ConditionKind.BY_DATE:
            yield Reason("Enter by when it has to be done", f"conditions-{index}-due_on")
        if condition.due_on is not None and condition.due_on <= today:
            yield Reason("The date must be after today", f"conditions-{index}-due_on")


def when_due(kind: ConditionKind, due_on: date | None) -> str:
    """Until when a condition has to be met, as a line of its own."""
    if kind is ConditionKind.BY_DATE and due_on is not None:
        return say("By %(day)s", day=long_date(due_on))
    if due_on is not None:
        return say("Before anything is paid, by %(day)s", day=long_date(due_on))
    return say("Before anything is paid")


def _blockers_to_fund(bid: BidFacts, *, outcome: Outcome, amount: int, left: int) -> Iterator[Reason]:
    if not bid.ranked:
        yield Reason("This bid has too few valid reviews to be ranked, so it cannot be funded yet.")
    if outcome is Outcome.FUND and amount != bid.ask:
        yield Reason(
            f"“Fund” means the whole ask, {pounds(bid.ask)}. Choose “Fund in part” for less", "amount"
        )
    if outcome is Outcome.FUND_IN_PART:
        least = bid.least_amount or 1
        if not least <= amount < bid.ask:
            yield Reason(f"Enter an amount from {pounds(least)} to less than {pounds(bid.ask)}", "amount")
    if amount > left:
        yield Reason(
            f"{pounds(amount)} is {pounds(amount - left)} more than the pot has left, {pounds(max(left, 0))}."
            " An override needs the chair’s reason and the finance approver’s signature",
            "amount",
        )


def needs_countersignature(amount: int, threshold: int | None) -> bool:
    """Whether a second panel member must sign: the fund's threshold is in pence, None for never."""
    return threshold is not None and amount > threshold


def told_to_applicant(outcome: Outcome, amount: int, reserve_order: int | None) -> str:
    """A released outcome in the applicant's words. `amount` in pence."""
    match outcome:
        case Outcome.FUND | Outcome.FUND_IN_PART:
            return say("The panel offers you %(amount)s", amount=pounds(amount))
        case Outcome.RESERVE:
            return say("Your bid is number %(place)s on the reserve list", place=reserve_order)
        case Outcome.DEFER:
            return say("The panel has put its decision off")
        case _:
            return say("The panel has decided not to fund this bid")


def waits(needed: bool, countersigned_at: datetime | None) -> bool:
    """Whether a decision still lacks its second signature."""
    return needed and countersigned_at is None


def blockers_to_release(waiting_refs: Sequence[str], decisions: int) -> Iterator[Reason]:
    """Everything that stands in the way of a release: nothing to send, or signatures missing."""
    if not decisions:
        yield Reason("There is no decision to release.")
    for ref in waiting_refs:
        yield Reason(f"{ref}: the decision needs a second panel member’s signature.", ref)


def fate_of(state: MessageState, bounced_at: datetime | None) -> Fate:
    """What became of a letter whose message stands there."""
    match state:
        case MessageState.SENT:
            return Fate.DELIVERED
        case MessageState.UNSURE:
            return Fate.UNSURE
        case MessageState.FAILED:
            return Fate.BOUNCED if bounced_at else Fate.FAILED
        case _:
            return Fate.ON_ITS_WAY
