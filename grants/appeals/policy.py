"""Who may appeal, read appeals and answer them: never anybody who had a part in the decision."""

from sqlalchemy.orm import Session

from grants.appeals.models import Appeal
from grants.appeals.rules import Appealable
from grants.applications.models import Application
from grants.core.language import mark
from grants.core.policy import YES, Decision, first_no, no
from grants.permissions import Actor, MemberRole, Permission
from grants.reviewing import policy as reviewing
from grants.scoring import queries as scoring


def can_appeal(actor: Actor, application: Application) -> Decision:
    """The lead organisation's editors and signatories."""
    if actor.may_for(application.lead_id, MemberRole.EDITOR):
        return YES
    return no(mark("Only editors and signatories of the lead organisation may appeal."))


def can_read(session: Session, actor: Actor, application_id: int) -> Decision:
    """Those whose role reads appeals, unless they have a conflict of interest with the bid."""
    return first_no(
        YES if actor.may(Permission.READ_APPEALS) else no("Your role does not read appeals."),
        reviewing.no_conflict(session, actor, application_id),
    )


def can_settle(session: Session, actor: Actor, appeal: Appeal, about: Appealable | None) -> Decision:
    """A chair who neither took nor signed the decision, nor scored the bid, nor has a conflict with it."""
    had_a_part = about is not None and actor.person_id in about.decided_by
    return first_no(
        YES if actor.may(Permission.SETTLE_APPEALS) else no("Your role does not answer appeals."),
        no("You had a part in this decision, so somebody else must answer the appeal.")
        if had_a_part
        else YES,
        no("You scored this bid, so somebody else must answer the appeal.")
        if scoring.has_scored(session, person_id=actor.person_id, application_id=appeal.application_id)
        else YES,
        reviewing.no_conflict(session, actor, appeal.application_id),
    )
