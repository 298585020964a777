"""Who may plan, build, approve and take back: two people, neither of whom judged the bid."""

from sqlalchemy.orm import Session

from grants.applications.models import Application
from grants.core.errors import NotFound
from grants.core.policy import YES, Decision, first_no, no, require
from grants.payments.models import PaymentBatch, Receivable
from grants.permissions import Actor, MemberRole, Permission
from grants.reviewing import policy as reviewing
from grants.scoring import queries as scoring


def may_build(actor: Actor) -> Decision:
    """Finance officers."""
    return YES if actor.may(Permission.BUILD_BATCH) else no("Only a finance officer may do this.")


def may_approve(actor: Actor) -> Decision:
    """Finance approvers."""
    return YES if actor.may(Permission.APPROVE_BATCH) else no("Only a finance approver may do this.")


def may_release(session: Session, actor: Actor, application: Application) -> Decision:
    """Programme managers apart from the bid."""
    if not actor.may(Permission.RELEASE_INSTALMENTS):
        return no("Only a programme manager releases an instalment.")
    return is_apart(session, actor, application)


def is_apart(session: Session, actor: Actor, application: Application) -> Decision:
    """A yes for who neither scored the bid, has a conflict with it, nor belongs to its lead organisation."""
    return first_no(
        no("You belong to this organisation, so somebody else must do this.")
        if actor.may_for(application.lead_id, MemberRole.VIEWER)
        else YES,
        no("You scored this bid, so somebody else must do this.")
        if scoring.has_scored(session, person_id=actor.person_id, application_id=application.id)
        else YES,
        reviewing.no_conflict(session, actor, application.id),
    )


def may_approve_batch(actor: Actor, batch: PaymentBatch) -> Decision:
    """A finance approver who neither built nor checked it."""
    return first_no(
        may_approve(actor),
        no("You built this batch, so somebody else must approve it.")
        if actor.person_id == batch.built_by_id
        else YES,
        no("You checked this batch, so somebody else must approve it.")
        if actor.person_id == batch.checked_by_id
        else YES,
    )


def require_invoice(session: Session, actor: Actor, receivable: Receivable) -> None:
    """Its invoice is for the organisation that owes and for who reads payments; to others there is none.

    Raises NotFound, or NotAllowed for a conflict of interest.
    """
    if actor.may_for(receivable.application.lead_id, MemberRole.VIEWER):
        return
    if not actor.may(Permission.READ_PAYMENTS):
        raise NotFound("There is no such invoice.")
    require(reviewing.no_conflict(session, actor, receivable.application_id))


def may_settle_receivable(session: Session, actor: Actor, receivable: Receivable) -> Decision:
    """A finance approver apart from the bid who did not draft it."""
    return first_no(
        may_approve(actor),
        no("You drafted this, so somebody else must approve it.")
        if actor.person_id == receivable.drafted_by_id
        else YES,
        is_apart(session, actor, receivable.application),
    )


def may_write_off(session: Session, actor: Actor, receivable: Receivable) -> Decision:
    """A finance approver apart from the bid who did not propose the write-off."""
    return first_no(
        may_approve(actor),
        no("You proposed this write-off, so somebody else must approve it.")
        if actor.person_id == receivable.write_off_drafted_by_id
        else YES,
        is_apart(session, actor, receivable.application),
    )
