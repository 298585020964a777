"""Who reviews: adding a panel member, and what is known of them."""

from datetime import datetime

from sqlalchemy.orm import Session

from grants.accounts import queries as accounts
from grants.accounts.models import Person
from grants.audit import actions as audit
from grants.core.db import held
from grants.core.errors import Reason, require_no
from grants.core.policy import require
from grants.permissions import Actor, Permission
from grants.programme.definition import ReviewerKind
from grants.reviewing import policy, queries
from grants.reviewing.models import Reviewer

MOST_BIDS = 2000
"""More than anybody reads; holds a slip of the keyboard off."""


def add_reviewer(
    session: Session,
    *,
    person_id: int,
    kind: ReviewerKind,
    organisation_id: int | None = None,
    most_bids: int,
    actor: Actor,
    now: datetime,
) -> Reviewer:
    """Make somebody whose role reviews a reviewer, or change what is known of one. Raises RuleBroken."""
    require(policy.may_assign(actor))
    held(session, Person, person_id)
    person = accounts.actor_for(session, person_id)
    reasons = []
    if not person.may(Permission.REVIEW_BIDS):
        reasons.append(Reason("This person does not have a role that reviews bids yet.", "email"))
    if not 1 <= most_bids <= MOST_BIDS:
        reasons.append(Reason(f"The most bids must be a number from 1 to {MOST_BIDS:,}.", "most_bids"))
    require_no(reasons)
    reviewer = queries.reviewer(session, person_id) or Reviewer(person_id=person_id, added_at=now)
    reviewer.kind, reviewer.organisation_id = kind, organisation_id
    reviewer.most_bids, reviewer.active = most_bids, True
    session.add(reviewer)
    session.flush()
    audit.record(
        session, actor, "reviewer.added", reviewer, now=now,
        kind=kind, organisation_id=organisation_id, most_bids=most_bids,
    )  # fmt: skip
    return reviewer
