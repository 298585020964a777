"""Deciding a whole ranking at once: fund what is above the line, decline what is below."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from grants.allocations import queries
from grants.allocations.rules import Candidate
from grants.audit import actions as audit
from grants.core.errors import NotAllowed, Reason, RuleBroken, require_no
from grants.core.policy import require
from grants.panels import actions as panels
from grants.panels import policy
from grants.panels.states import Outcome
from grants.permissions import Actor, Permission
from grants.programme import queries as programme


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
    require(policy.may(actor, Permission.DECIDE, "decide on bids"))
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


def _missing(reason_above: str, reason_below: str) -> list[Reason]:
    return [
        Reason(f"Enter the reason for bids {where} the line", field)
        for where, field, text in (
            ("above", "reason_above", reason_above),
            ("below", "reason_below", reason_below),
        )
        if not text.strip()
    ]
