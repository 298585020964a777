"""Who may take up, close and end an award."""

from grants.applications.models import Application
from grants.awards.models import Award
from grants.core.policy import YES, Decision, first_no, no
from grants.permissions import Actor, MemberRole, Permission


def can_answer_offer(actor: Actor, application: Application) -> Decision:
    """The lead organisation's authorised signatory."""
    if actor.may_for(application.lead_id, MemberRole.SIGNATORY):
        return YES
    return no("Only the lead organisation’s authorised signatory may answer the offer.")


def can_manage(actor: Actor) -> Decision:
    """The programme manager."""
    return YES if actor.may(Permission.MANAGE_AWARDS) else no("Your role does not manage awards.")


def can_approve_ending(actor: Actor, award: Award) -> Decision:
    """The chair, if somebody else drafted the ending."""
    return first_no(
        YES if actor.may(Permission.APPROVE_TERMINATION) else no("Your role does not end awards."),
        no("You drafted this ending, so somebody else must approve it.")
        if actor.person_id == award.ending_drafted_by_id
        else YES,
    )
