"""Who may score a bid, see what others scored, see the ranking, and record an agreed score."""

from sqlalchemy import Select, and_, select
from sqlalchemy.orm import Session

from grants.applications.models import Application
from grants.applications.states import Stage
from grants.core.policy import YES, Decision, first_no, no
from grants.permissions import Actor, Permission
from grants.programme import queries as programme
from grants.programme.models import Round
from grants.programme.practice import Practice
from grants.reviewing import policy as reviewing
from grants.reviewing.models import Assignment
from grants.reviewing.states import LIVE
from grants.scoring import practising
from grants.scoring.models import PracticeSheet, Reopening, Sheet
from grants.scoring.states import SheetState


def unfinished(person_id: int) -> Select[Assignment]:
    """The person's assignments to bids in review that still ask for a sheet which they have not locked."""
    locked = and_(Sheet.assignment_id == Assignment.id, Sheet.state == SheetState.LOCKED)
    return (
        select(Assignment)
        .join(Application, Application.id == Assignment.application_id)
        .outerjoin(Sheet, locked)
        .where(
            Assignment.person_id == person_id,
            Assignment.state.in_(LIVE),
            Application.stage == Stage.IN_REVIEW,
            Sheet.id.is_(None),
        )
    )


def may_score(session: Session, actor: Actor, assignment: Assignment | None) -> Decision:
    """The reviewer to whom the bid is assigned, once they declared that they have no conflict with it."""
    if assignment is None or actor.person_id != assignment.person_id:
        return no("This bid is not one of those you review.")
    return first_no(
        reviewing.no_conflict(session, actor, assignment.application_id), reviewing.may_read(assignment)
    )


def may_see_others(session: Session, actor: Actor, application_id: int) -> Decision:
    """Reviewers of the bid once their own sheet is locked, and those who read the ranking unless they still
    have to score the bid themselves. Nobody with a conflict.
    """
    return first_no(
        reviewing.no_conflict(session, actor, application_id),
        has_finished(session, actor, application_id),
        _has_part_in(session, actor, application_id),
    )


def has_unlocked_sheets(session: Session, actor: Actor, round_id: int) -> bool:
    """Whether the actor still has a sheet of the round to lock, and so must not see anybody's scores."""
    waiting = unfinished(actor.person_id or 0).where(Application.round_id == round_id).limit(1)
    return session.scalars(waiting).one_or_none() is not None


def own_unlocked(session: Session, actor: Actor, round_id: int) -> frozenset[int]:
    """Ids of the round's bids that the actor has still to score, and so must see nothing of from others."""
    waiting = unfinished(actor.person_id or 0).where(Application.round_id == round_id)
    return frozenset(session.scalars(waiting.with_only_columns(Assignment.application_id)))


def may_see_ranking(session: Session, actor: Actor, round_id: int) -> Decision:
    """Those whose role reads the ranking, once all their own sheets of the round are locked."""
    if not actor.may(Permission.READ_RANKING):
        return no("Your role does not read the ranking.")
    if has_unlocked_sheets(session, actor, round_id):
        return no("You can see the ranking once you have locked all your own score sheets of this round.")
    return YES


def may_agree(session: Session, actor: Actor, application_id: int) -> Decision:
    """The chair, or a deputy in that role, without a conflict and with no sheet of the bid left to lock."""
    return first_no(
        YES if actor.may(Permission.DECIDE) else no("Only the chair records agreed scores."),
        reviewing.no_conflict(session, actor, application_id),
        has_finished(session, actor, application_id),
    )


def has_finished(session: Session, actor: Actor, application_id: int) -> Decision:
    """A no for a reviewer of the bid, a reviewing chair included, until their own sheet is locked."""
    mine = unfinished(actor.person_id or 0).where(Assignment.application_id == application_id)
    if session.scalars(mine).one_or_none() is not None:
        return no("You see what others scored once you have locked your own score sheet.")
    return YES


def _has_part_in(session: Session, actor: Actor, application_id: int) -> Decision:
    if actor.may(Permission.READ_RANKING):
        return YES
    mine = select(Sheet.id).where(
        Sheet.application_id == application_id,
        Sheet.person_id == actor.person_id,
        Sheet.state == SheetState.LOCKED,
    )
    if session.scalar(mine) is not None:
        return YES
    return no("You see what others scored only for bids that you scored.")


def may_ask_reopening(actor: Actor, sheet: Sheet) -> Decision:
    """The reviewer whose sheet it is."""
    return YES if actor.person_id == sheet.person_id else no("Only its reviewer can ask for this.")


def may_draft_reopening(session: Session, actor: Actor, application_id: int) -> Decision:
    """The programme manager, without a conflict with the bid."""
    return first_no(
        YES
        if actor.may(Permission.DRAFT_REOPENING)
        else no("Only the programme manager drafts the reopening of a score sheet."),
        reviewing.no_conflict(session, actor, application_id),
    )


def may_settle_reopening(
    session: Session, actor: Actor, reopening: Reopening, application_id: int
) -> Decision:
    """A chair who drafted nothing of it, scores the bid in no sheet of their own, and has no conflict."""
    own = select(Sheet.id).where(Sheet.application_id == application_id, Sheet.person_id == actor.person_id)
    return first_no(
        YES
        if actor.may(Permission.APPROVE_REOPENING)
        else no("Only a chair decides on the reopening of a score sheet."),
        no("You drafted this, so somebody else must decide on it.")
        if actor.person_id == reopening.drafted_by_id
        else YES,
        reviewing.no_conflict(session, actor, application_id),
        no("You score this bid yourself, so another chair must decide on this.")
        if session.scalar(own) is not None
        else YES,
    )


def may_practise(session: Session, actor: Actor, round_: Round) -> Decision:
    """Whoever is on the panel, where the round has a practice bid."""
    if programme.definition_of(round_).review.practice is Practice.NONE:
        return no("This round has no practice bid.")
    if not actor.may(Permission.REVIEW_BIDS) or not practising.is_reviewer(session, actor.person_id):
        return no("Only reviewers score the practice bid.")
    return YES


def may_fill_practice(session: Session, actor: Actor, round_: Round, sheet: PracticeSheet) -> Decision:
    """The reviewer whose practice sheet it is."""
    if actor.person_id != sheet.person_id:
        return no("This practice sheet is somebody else’s.")
    return may_practise(session, actor, round_)


def may_compare_practice(
    session: Session, actor: Actor, round_: Round, sheet: PracticeSheet | None
) -> Decision:
    """Reviewers once their own practice sheet is locked; chair and manager where they do not review."""
    if sheet is not None and sheet.state is SheetState.LOCKED:
        return YES
    if may_practise(session, actor, round_):
        return no("You see the model levels once you have locked your own practice scores.")
    if actor.may(Permission.DECIDE) or actor.may(Permission.ASSIGN_REVIEWERS):
        return YES
    return no("Only the panel and the programme team see this.")


def may_reveal_practice(session: Session, actor: Actor, round_: Round) -> Decision:
    """A chair, where the round has a practice bid. They see it themselves as any reviewer would."""
    if programme.definition_of(round_).review.practice is Practice.NONE:
        return no("This round has no practice bid.")
    return YES if actor.may(Permission.DECIDE) else no("Only the chair opens how the panel scored.")


def has_practised(session: Session, actor: Actor, round_: Round) -> Decision:
    """A no where the round has its reviewers score the practice bid first, and the actor has not."""
    if practising.must_practise_first(session, round_, actor.person_id):
        return no("Score the practice bid first: you find it under “Your scoring”. This round asks all to.")
    return YES
