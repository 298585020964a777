"""Who may take up, close and end an award."""

from sqlalchemy.orm import Session

from grants.applications.models import Application, PartnerChange
from grants.awards.models import Award, AwardCondition, Variation
from grants.core.language import mark
from grants.core.policy import YES, Decision, first_no, no
from grants.permissions import Actor, MemberRole, Permission
from grants.reviewing import policy as reviewing
from grants.scoring import queries as scoring


def can_answer_offer(actor: Actor, application: Application) -> Decision:
    """The lead organisation's authorised signatory."""
    if actor.may_for(application.lead_id, MemberRole.SIGNATORY):
        return YES
    return no("Only the lead organisation’s authorised signatory may answer the offer.")


def can_manage(actor: Actor) -> Decision:
    """The programme manager."""
    return YES if actor.may(Permission.MANAGE_AWARDS) else no("Your role does not manage awards.")


def can_settle_waiver(session: Session, actor: Actor, condition: AwardCondition) -> Decision:
    """The chair, if somebody else drafted the waiver and the chair neither scored the bid nor has a conflict
    with it.
    """
    return first_no(
        YES if actor.may(Permission.APPROVE_VARIATION) else no("Your role does not waive conditions."),
        no("You put this waiver forward, so somebody else must approve it.")
        if actor.person_id == condition.waiver_drafted_by_id
        else YES,
        no("You scored this bid, so another chair must approve this waiver.")
        if scoring.has_scored(session, person_id=actor.person_id, application_id=condition.application_id)
        else YES,
        reviewing.no_conflict(session, actor, condition.application_id),
    )


def can_settle_partner_change(session: Session, actor: Actor, change: PartnerChange) -> Decision:
    """The chair, if somebody else put the change forward and the chair neither scored the bid nor has a
    conflict with it. Money only moves between its organisations, so finance need not approve.
    """
    return first_no(
        YES if actor.may(Permission.APPROVE_VARIATION) else no("Your role does not approve changes."),
        no("You put this change forward, so somebody else must approve it.")
        if actor.person_id == change.forwarded_by_id
        else YES,
        no("You scored this bid, so another chair must approve this change.")
        if scoring.has_scored(session, person_id=actor.person_id, application_id=change.application_id)
        else YES,
        reviewing.no_conflict(session, actor, change.application_id),
    )


def can_approve_ending(session: Session, actor: Actor, award: Award) -> Decision:
    """The chair, if somebody else drafted the ending and the chair neither scored the bid nor has a conflict
    with it.
    """
    return first_no(
        YES if actor.may(Permission.APPROVE_TERMINATION) else no("Your role does not end awards."),
        no("You drafted this ending, so somebody else must approve it.")
        if actor.person_id == award.ending_drafted_by_id
        else YES,
        no("You scored this bid, so another chair must approve this ending.")
        if scoring.has_scored(session, person_id=actor.person_id, application_id=award.application_id)
        else YES,
        reviewing.no_conflict(session, actor, award.application_id),
    )


def can_sign_ending(session: Session, actor: Actor, award: Award) -> Decision:
    """A finance approver who neither drafted nor approved the ending, and neither scored the bid nor has a
    conflict with it.
    """
    return first_no(
        YES if actor.may(Permission.SIGN_VARIATION) else no("Your role does not sign changes of money."),
        no("You put this ending forward or approved it, so somebody else must sign it.")
        if actor.person_id in (award.ending_drafted_by_id, award.ending_approved_by_id)
        else YES,
        no("You scored this bid, so somebody else must sign this ending.")
        if scoring.has_scored(session, person_id=actor.person_id, application_id=award.application_id)
        else YES,
        reviewing.no_conflict(session, actor, award.application_id),
    )


def can_move_up(session: Session, actor: Actor, application_id: int) -> Decision:
    """The programme manager, if they neither scored the bid nor have a conflict with it."""
    return first_no(
        can_manage(actor),
        no("You scored this bid, so another manager must let it move up.")
        if scoring.has_scored(session, person_id=actor.person_id, application_id=application_id)
        else YES,
        reviewing.no_conflict(session, actor, application_id),
    )


def can_ask_variation(actor: Actor, application: Application) -> Decision:
    """The lead organisation's authorised signatory."""
    if actor.may_for(application.lead_id, MemberRole.SIGNATORY):
        return YES
    return no(mark("Only the lead organisation’s authorised signatory may ask for a change of the award."))


def can_recommend(session: Session, actor: Actor, application_id: int) -> Decision:
    """The programme manager, unless they have a conflict with the bid."""
    return first_no(can_manage(actor), reviewing.no_conflict(session, actor, application_id))


def can_approve_variation(session: Session, actor: Actor, variation: Variation) -> Decision:
    """The chair, if somebody else recommended on it and the chair neither scored the bid nor has a conflict
    with it.
    """
    return first_no(
        YES if actor.may(Permission.APPROVE_VARIATION) else no("Your role does not approve changes."),
        _stands_apart(session, actor, variation, {variation.recommended_by_id}),
    )


def can_sign_variation(session: Session, actor: Actor, variation: Variation) -> Decision:
    """A finance approver who is neither of the two who have had it before, and stands apart from the bid."""
    return first_no(
        YES if actor.may(Permission.SIGN_VARIATION) else no("Your role does not sign changes of money."),
        _stands_apart(session, actor, variation, {variation.recommended_by_id, variation.approved_by_id}),
    )


def _stands_apart(session: Session, actor: Actor, variation: Variation, before: set[int | None]) -> Decision:
    return first_no(
        no("You had this change before, so somebody else must approve it.")
        if actor.person_id in before
        else YES,
        no("You scored this bid, so somebody else must approve this change.")
        if scoring.has_scored(session, person_id=actor.person_id, application_id=variation.application_id)
        else YES,
        reviewing.no_conflict(session, actor, variation.application_id),
    )
