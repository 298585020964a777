"""Counting decisions to sign a second time, releases and awards past the pot to approve."""

from sqlalchemy import and_, or_, select

from grants.accounts.waiting import Counted, Reader, by_round
from grants.applications.models import Application
from grants.applications.states import Stage
from grants.applications.waiting import by_bid
from grants.panels.models import Decision, Override, Release
from grants.reviewing.models import Assignment
from grants.reviewing.states import AssignmentState

UNRELEASED = and_(Application.stage == Stage.DECIDED, Decision.released_at.is_(None))


def second_signatures(reader: Reader) -> Counted:
    """Decisions of somebody else that `policy.can_countersign` lets the reader sign."""
    undeclared = select(Assignment.application_id).where(
        Assignment.person_id == reader.person_id, Assignment.state == AssignmentState.ASSIGNED
    )
    return by_bid(Decision.application_id, without=reader.barred).where(
        UNRELEASED,
        Decision.countersign_needed,
        Decision.countersigned_at.is_(None),
        Decision.decided_by_id != reader.person_id,
        Application.id.not_in(undeclared),
    )


def releases_to_approve(reader: Reader) -> Counted:
    """Drafted by somebody else, of rounds in which no bid that would be told of bars the reader."""
    barred = (
        select(Application.round_id)
        .join(Decision, Decision.application_id == Application.id)
        .where(UNRELEASED, Application.id.in_(reader.barred))
    )
    return by_round(Release.round_id).where(
        Release.approved_at.is_(None),
        Release.drafted_by_id != reader.person_id,
        Release.round_id.not_in(barred),
    )


def overrides_to_answer(reader: Reader) -> Counted:
    """Asked for by somebody else, of rounds for which `policy.can_release_money` lets the reader answer."""
    may_be_funded = Application.stage.in_((Stage.IN_REVIEW, Stage.SCORED, Stage.DECIDED))
    barred = select(Application.round_id).where(
        or_(
            Application.id.in_(reader.scored),
            and_(Application.id.in_(reader.hidden), may_be_funded),
        )
    )
    return by_round(Override.round_id).where(
        Override.approved_at.is_(None),
        Override.refused_at.is_(None),
        Override.asked_by_id != reader.person_id,
        Override.round_id.not_in(barred),
    )
