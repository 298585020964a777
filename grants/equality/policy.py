"""Who may answer, and who may read the counts."""

from collections.abc import Collection
from datetime import datetime

from grants.applications.models import Application
from grants.core.policy import YES, Decision, no
from grants.equality.rules import takes_answers
from grants.permissions import Actor, Permission


def may_answer(bids: Collection[Application], *, closes_at: datetime, now: datetime) -> Decision:
    """People of organisations that have sent a bid to the round, until the counts are shown."""
    if not any(bid.submitted_at is not None for bid in bids):
        return no("These questions are asked after a bid has been sent.")
    if not takes_answers(closes_at, now):
        return no("Answers for this round are not taken any more.")
    return YES


def may_read_counts(actor: Actor, *, closes_at: datetime, now: datetime) -> Decision:
    """Managers and auditors, once no answer can come in."""
    if not actor.may(Permission.READ_EQUALITY):
        return no("Only programme managers and auditors may read these counts.")
    if takes_answers(closes_at, now):
        return no(
            "Counts are shown 14 days after the round has closed: "
            "before, each new answer could be told from the difference."
        )
    return YES
