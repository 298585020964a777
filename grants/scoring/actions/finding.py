"""A reviewer asks for passages of a bid that share words with a cell's statements."""

from datetime import datetime

from sqlalchemy.orm import Session

from grants.audit import actions as audit
from grants.core.policy import require
from grants.permissions import Actor
from grants.reviewing import queries as reviewing
from grants.scoring import finding, policy
from grants.scoring.models import PassageOpening


def open_passages(
    session: Session, *, assignment_id: int, theme: str, strand: str, actor: Actor, now: datetime
) -> None:
    """Note that the reviewer of an assignment has passages shown for one cell. Asking twice changes nothing.

    No score rests on it. Raises NotAllowed (not theirs, not declared, a conflict).
    """
    assignment = reviewing.assignment_for_update(session, assignment_id)
    require(policy.may_score(session, actor, assignment))
    if strand in finding.opened(session, assignment.id, theme):
        return
    opening = PassageOpening(assignment_id=assignment.id, theme=theme, strand=strand, opened_at=now)
    session.add(opening)
    session.flush()
    audit.record(
        session, actor, "passages.opened", assignment, now=now,
        application_id=assignment.application_id, theme=theme, strand=strand,
    )  # fmt: skip
