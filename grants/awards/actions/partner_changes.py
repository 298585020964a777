"""The chair's deed on a change of the partnership."""

from datetime import datetime

from sqlalchemy.orm import Session

from grants.applications import actions as applications
from grants.applications import partnership
from grants.applications import queries as bids
from grants.applications.models import PartnerChange
from grants.awards import policy
from grants.core.errors import RuleBroken
from grants.core.policy import require
from grants.permissions import Actor


def settle_partner_change(
    session: Session, *, application_id: int, approves: bool, reason: str = "", actor: Actor, now: datetime
) -> PartnerChange:
    """The chair approves a change of the partnership that a manager has put forward, or refuses it.

    Raises NotAllowed for whoever put it forward, scored the bid or has a conflict with it, RuleBroken when
    none is open, when it does not wait for the chair, or a refusal has no reason.
    """
    bids.for_update(session, application_id)
    change = partnership.open_change(session, application_id)
    if change is None:
        raise RuleBroken("There is no change of the partnership to settle.")
    require(policy.can_settle_partner_change(session, actor, change))
    return applications.settle_change(
        session, application_id=application_id, approves=approves, reason=reason, actor=actor, now=now
    )
