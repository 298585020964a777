"""Who may decide, sign and release. Drafter and approver are always two people; a conflict bars both."""

from collections.abc import Sequence

from sqlalchemy import ColumnElement, exists, or_, select
from sqlalchemy.orm import Session

from grants.applications.models import Application
from grants.applications.states import Stage
from grants.core.policy import YES, Decision, first_no, no
from grants.panels.models import Decision as PanelDecision
from grants.panels.models import Override, Release
from grants.permissions import Actor, Permission
from grants.reviewing import policy as reviewing
from grants.reviewing.models import Assignment, Conflict
from grants.reviewing.states import BLOCKING, AssignmentState
from grants.scoring import policy as scoring_policy
from grants.scoring import queries as scoring
from grants.scoring.models import Sheet


def may(actor: Actor, permission: Permission, deed: str) -> Decision:
    """A yes if the actor's role grants `permission`."""
    return YES if actor.may(permission) else no(f"Your role does not {deed}.")


def can_see_decisions(session: Session, actor: Actor, round_id: int) -> Decision:
    """Roles that read decisions or the line; not before the reader's own sheets are locked: scores show."""
    if not (actor.may(Permission.READ_DECISIONS) or actor.may(Permission.READ_ALLOCATIONS)):
        return no("Your role does not read the panel’s decisions.")
    if scoring_policy.has_unlocked_sheets(session, actor, round_id):
        return no("You can see this once you have locked all your own score sheets of this round.")
    return YES


def can_decide(session: Session, actor: Actor, application_id: int) -> Decision:
    """The chair, unless they have a conflict of interest with the bid or have still to lock a sheet of it."""
    return first_no(
        may(actor, Permission.DECIDE, "decide on bids"),
        reviewing.no_conflict(session, actor, application_id),
        scoring_policy.has_finished(session, actor, application_id),
    )


def can_countersign(session: Session, actor: Actor, decision: PanelDecision) -> Decision:
    """Another panel member, who neither scored the bid nor has a conflict with it."""
    return first_no(
        may(actor, Permission.COUNTERSIGN, "countersign decisions"),
        no("You recorded this decision, so somebody else must sign it.")
        if actor.person_id == decision.decided_by_id
        else YES,
        no("You scored this bid, so somebody else must sign the decision.")
        if scoring.has_scored(session, person_id=actor.person_id, application_id=decision.application_id)
        else YES,
        reviewing.has_declared(session, actor, decision.application_id),
        reviewing.no_conflict(session, actor, decision.application_id),
    )


def those_to_countersign(
    session: Session, actor: Actor, decisions: Sequence[PanelDecision]
) -> frozenset[int]:
    """Ids of those of `decisions` that `can_countersign` allows. One statement, however many there are."""
    if not may(actor, Permission.COUNTERSIGN, "countersign decisions"):
        return frozenset()
    others = [decision for decision in decisions if decision.decided_by_id != actor.person_id]
    barred = session.scalars(
        select(Application.id).where(
            Application.id.in_([decision.application_id for decision in others]),
            or_(_has_part_in(actor), _has_yet_to_declare(actor)),
        )
    )
    closed = frozenset(barred)
    return frozenset(decision.id for decision in others if decision.application_id not in closed)


def can_release_money(session: Session, actor: Actor, round_id: int) -> Decision:
    """A finance approver who scored no bid of the round and has no conflict with one that it may yet fund."""
    return first_no(
        may(actor, Permission.APPROVE_OVERRIDE, "approve awards past the pot"),
        no("You scored bids in this round, so you cannot release money for it.")
        if scoring.has_scored_in_round(session, person_id=actor.person_id, round_id=round_id)
        else YES,
        _no_conflict_in(session, actor, round_id),
    )


def _no_conflict_in(session: Session, actor: Actor, round_id: int) -> Decision:
    """A no for who has a conflict with a bid that more money could go to. One statement."""
    mine = (
        select(Application.ref)
        .where(
            Application.round_id == round_id,
            Application.stage.in_((Stage.IN_REVIEW, Stage.SCORED, Stage.DECIDED)),
            or_(reviewing.is_tied_to(actor.person_id), _conflicts_with(actor)),
        )
        .order_by(Application.ref)
        .limit(1)
    )
    ref = session.scalar(mine)
    if ref is None:
        return YES
    return no(
        f"You have a conflict of interest with {ref}, so another finance approver must release money for "
        "this round."
    )


def asked_by_another(actor: Actor, override: Override) -> Decision:
    """A yes unless the actor asked for the override themselves."""
    if actor.person_id == override.asked_by_id:
        return no("You asked for this override, so somebody else must approve it.")
    return YES


def can_approve_override(session: Session, actor: Actor, override: Override) -> Decision:
    """A finance approver who neither asked for it nor scored any bid of the round."""
    return first_no(can_release_money(session, actor, override.round_id), asked_by_another(actor, override))


def can_approve_release(session: Session, actor: Actor, release: Release) -> Decision:
    """The chair, if somebody else drafted it and the chair neither scored nor has a conflict with any bid in
    it; another chair otherwise.
    """
    return first_no(
        may(actor, Permission.APPROVE_RELEASE, "approve the release of decisions"),
        no("You drafted this release, so somebody else must approve it.")
        if actor.person_id == release.drafted_by_id
        else YES,
        _no_part_in(session, actor, release.round_id),
    )


def _no_part_in(session: Session, actor: Actor, round_id: int) -> Decision:
    """A no for who scored, or has a conflict with, a bid whose decision waits for release. One statement."""
    mine = (
        select(Application.ref)
        .join(PanelDecision, PanelDecision.application_id == Application.id)
        .where(
            Application.round_id == round_id,
            Application.stage == Stage.DECIDED,
            PanelDecision.released_at.is_(None),
            _has_part_in(actor),
        )
        .order_by(Application.ref)
        .limit(1)
    )
    ref = session.scalar(mine)
    if ref is None:
        return YES
    return no(
        f"You scored {ref} or have a conflict of interest with it, "
        "so another chair must release these decisions."
    )


def _has_part_in(actor: Actor) -> ColumnElement[bool]:
    """Holds for a bid of the actor's own organisation, or that they scored or have a conflict with."""
    return or_(
        reviewing.is_tied_to(actor.person_id),
        exists().where(Sheet.application_id == Application.id, Sheet.person_id == actor.person_id),
        _conflicts_with(actor),
    )


def _conflicts_with(actor: Actor) -> ColumnElement[bool]:
    """Holds for a bid with which the actor has a conflict on record."""
    return exists().where(
        Conflict.application_id == Application.id,
        Conflict.person_id == actor.person_id,
        Conflict.state.in_(BLOCKING),
    )


def _has_yet_to_declare(actor: Actor) -> ColumnElement[bool]:
    """Holds for a bid that the actor is to review and has not declared on."""
    return exists().where(
        Assignment.application_id == Application.id,
        Assignment.person_id == actor.person_id,
        Assignment.state == AssignmentState.ASSIGNED,
    )
