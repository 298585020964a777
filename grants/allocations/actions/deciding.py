"""Deciding a whole ranking at once: along the line, or as a scenario has it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from grants.allocations import policy, queries
from grants.allocations.models import Scenario
from grants.allocations.outcome import BidRow, bid_ids, bids_from
from grants.allocations.rules import Candidate
from grants.allocations.states import MADE
from grants.audit import actions as audit
from grants.core.errors import NotAllowed, Reason, RuleBroken, Stale, require_no
from grants.core.policy import require
from grants.panels import actions as panels
from grants.panels import policy as panel_policy
from grants.panels.states import Outcome
from grants.permissions import Actor, Permission
from grants.programme import queries as programme
from grants.programme.models import Round
from grants.reviewing.queries import hidden_refs


@dataclass(frozen=True)
class DecidedToLine:
    """How many bids were funded and declined, and the ids of those tied at it, left for the panel."""

    funded: int
    declined: int
    tied: tuple[int, ...]


def decide_to_the_line(
    session: Session, *, round_id: int, reason_above: str, reason_below: str, actor: Actor, now: datetime
) -> DecidedToLine:
    """The chair funds every undecided bid above the line in full and declines every one below.

    Left for the panel: bids tied at the line of which not all fit. Raises NotAllowed, also for a chair who
    has a conflict of interest with any bid that it runs through, or RuleBroken.
    """
    require(panel_policy.may(actor, Permission.DECIDE, "decide on bids"))
    require_no(_missing(reason_above, reason_below))
    round_ = programme.locked(session, round_id)
    proposal = queries.proposal(session, round_)
    line = proposal.line
    if not (line.above or line.below):
        raise RuleBroken("No ranked bid waits for a decision.")
    hidden = queries.hidden_on_line(session, proposal, person_id=actor.person_id, round_id=round_id)
    if hidden:
        raise NotAllowed(
            f"You have a conflict of interest with {hidden[0]}, which the line runs through, so another "
            "chair has to decide along it."
        )

    def decide(candidate: Candidate, outcome: Outcome, amount: int, reason: str) -> int:
        panels.decide(
            session,
            application_id=candidate.application_id,
            outcome=outcome,
            amount=amount,
            reason=reason,
            version=proposal.rows[candidate.application_id].version,
            actor=actor,
            now=now,
        )
        return 1

    funded = sum(decide(bid, Outcome.FUND, bid.ask, reason_above) for bid in line.above)
    declined = sum(decide(bid, Outcome.DECLINE, 0, reason_below) for bid in line.below)
    audit.record(
        session, actor, "line.decided", round_, now=now, funded=funded, declined=declined, tied=len(line.tied)
    )
    return DecidedToLine(
        funded=funded,
        declined=declined,
        tied=tuple(candidate.application_id for candidate in line.tied),
    )


@dataclass(frozen=True)
class Taken:
    """How many bids were funded in full and in part, and declined, as a scenario has it."""

    funded: int
    in_part: int
    declined: int


@dataclass(frozen=True)
class Reasons:
    """The reasons that go with decisions in full, in part, and against."""

    funded: str
    partly: str
    declined: str

    def given_for(self, outcome: Outcome) -> str:
        """The reason for an outcome, '' where none was given."""
        reasons = {
            Outcome.FUND: self.funded,
            Outcome.FUND_IN_PART: self.partly,
            Outcome.DECLINE: self.declined,
        }
        return reasons[outcome].strip()


def take_to_the_panel(
    session: Session, *, scenario_id: int, way: str, reasons: Reasons, actor: Actor, now: datetime
) -> Taken:
    """The chair drafts a decision on every bid of a scenario in one deed: its awards in full or in part.

    `way` is 'line', 'skip' or 'best'. Bids without an award are declined, or left undecided where no reason
    for that is given; so are bids tied at the line. Each decision may be changed until it is released.
    Raises NotAllowed, also where a bid of it is hidden from the chair; Stale if anything that it was made of
    has changed since; or RuleBroken.
    """
    require(panel_policy.may(actor, Permission.DECIDE, "decide on bids"))
    round_ = programme.locked(session, queries.scenario_by_id(session, scenario_id).round_id)
    scenario = queries.scenario_for_update(session, scenario_id)
    require(panel_policy.can_see_decisions(session, actor, round_.id))
    wanted = _wanted(session, scenario, round_, way, actor)
    require_no(_reasons_missing(wanted, reasons))
    counts = {Outcome.FUND: 0, Outcome.FUND_IN_PART: 0, Outcome.DECLINE: 0}
    versions = queries.decision_versions(session, round_.id)
    for bid, amount in wanted:
        outcome = _outcome(bid, amount)
        if reason := reasons.given_for(outcome):
            counts[outcome] += 1
            panels.decide(
                session, application_id=bid.id, outcome=outcome, amount=amount, reason=reason,
                version=versions.get(bid.id), actor=actor, now=now,
            )  # fmt: skip
    scenario.taken_by_id, scenario.taken_at = actor.signature(), now
    taken = Taken(*counts.values())
    audit.record(
        session, actor, "scenario.taken", scenario, now=now, way=way,
        funded=taken.funded, in_part=taken.in_part, declined=taken.declined,
    )  # fmt: skip
    return taken


def _wanted(
    session: Session, scenario: Scenario, round_: Round, way: str, actor: Actor
) -> list[tuple[BidRow, int]]:
    """Each bid of a scenario that still stands as it was found, with its award; none tied at the line."""
    if scenario.state not in MADE or way not in scenario.results["ways"]:
        raise RuleBroken("This scenario has no such allocation to take to the panel.")
    hidden = hidden_refs(session, actor.person_id or 0, round_.id)
    require(policy.runs_clear(bid_ids(scenario.results), hidden))
    if queries.standing(session, round_).digest(scenario.settings) != scenario.input_digest:
        raise Stale(
            "Bids, scores, decisions or the pot have changed since this scenario was worked out. "
            "Work it out again."
        )
    tied = scenario.results["tied"].get(way, ())
    return [(bid, bid.award(way)) for bid in bids_from(scenario.results) if bid.id not in tied]


def _outcome(bid: BidRow, amount: int) -> Outcome:
    if not amount:
        return Outcome.DECLINE
    return Outcome.FUND if amount == bid.ask else Outcome.FUND_IN_PART


def _reasons_missing(wanted: Sequence[tuple[BidRow, int]], reasons: Reasons) -> list[Reason]:
    outcomes = {_outcome(bid, amount) for bid, amount in wanted}
    return [
        Reason(f"Enter the reason for bids that are funded {how}", field)
        for outcome, how, field in (
            (Outcome.FUND, "in full", "reason_funded"),
            (Outcome.FUND_IN_PART, "in part", "reason_partly"),
        )
        if outcome in outcomes and not reasons.given_for(outcome)
    ]


def _missing(reason_above: str, reason_below: str) -> list[Reason]:
    return [
        Reason(f"Enter the reason for bids {where} the line", field)
        for where, field, text in (
            ("above", "reason_above", reason_above),
            ("below", "reason_below", reason_below),
        )
        if not text.strip()
    ]
