"""Who may decide, sign and release. Drafter and approver are always two people; a conflict bars both."""

from sqlalchemy.orm import Session

from grants.core.policy import YES, Decision, first_no, no
from grants.panels.models import Decision as PanelDecision
from grants.panels.models import Override, Release
from grants.permissions import Actor, Permission
from grants.reviewing import policy as reviewing
from grants.scoring import queries as scoring


def may(actor: Actor, permission: Permission, deed: str) -> Decision:
    """A yes if the actor's role grants `permission`."""
    return YES if actor.may(permission) else no(f"Your role does not {deed}.")


def can_decide(session: Session, actor: Actor, application_id: int) -> Decision:
    """The chair, unless they have a conflict of interest with the bid."""
    return first_no(
        may(actor, Permission.DECIDE, "decide on bids"),
        reviewing.no_conflict(session, actor, application_id),
    )


def can_countersign(session: Session, actor: Actor, decision: PanelDecision) -> Decision:
    """Another panel member without a conflict with the bid."""
    return first_no(
        may(actor, Permission.COUNTERSIGN, "countersign decisions"),
        no("You recorded this decision, so somebody else must sign it.")
        if actor.person_id == decision.decided_by_id
        else YES,
        reviewing.no_conflict(session, actor, decision.application_id),
    )


def can_approve_override(session: Session, actor: Actor, override: Override) -> Decision:
    """A finance approver who neither asked for it nor scored any bid of the round."""
    return first_no(
        may(actor, Permission.APPROVE_OVERRIDE, "approve awards past the pot"),
        no("You asked for this override, so somebody else must approve it.")
        if actor.person_id == override.asked_by_id
        else YES,
        no("You scored bids in this round, so you cannot release money for it.")
        if scoring.has_scored_in_round(session, person_id=actor.person_id, round_id=override.round_id)
        else YES,
    )


def can_approve_release(actor: Actor, release: Release) -> Decision:
    """The chair, if somebody else drafted it."""
    return first_no(
        may(actor, Permission.APPROVE_RELEASE, "approve the release of decisions"),
        no("You drafted this release, so somebody else must approve it.")
        if actor.person_id == release.drafted_by_id
        else YES,
    )
