"""What a run of the sharing-out starts from, and the runs themselves."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import Session

from grants.accounts.models import Membership, Organisation
from grants.applications.models import Application, Partner
from grants.applications.states import Stage
from grants.core.db import held
from grants.core.errors import NotFound
from grants.reviewing.models import Assignment, AssignmentRun, Conflict, Reviewer
from grants.reviewing.states import BLOCKING, AssignmentState, RunState

LEASE = timedelta(minutes=15)
"""How long a worker that claimed a run may be silent before it is taken for dead; some take minutes."""


def bids_in_review(session: Session, round_id: int) -> dict[int, str]:
    """The references of every bid that reviewers are wanted for, by id, in the order of references."""
    rows = session.execute(
        select(Application.id, Application.ref)
        .where(Application.round_id == round_id, Application.stage == Stage.IN_REVIEW)
        .order_by(Application.ref)
    )
    return dict(rows.all())


def pairs_of_round(session: Session, round_id: int) -> list[tuple[int, int, AssignmentState, bool]]:
    """Every assignment of the round as (bid, person, state, whether given or ended by hand)."""
    rows = session.execute(
        select(Assignment.application_id, Assignment.person_id, Assignment.state, Assignment.reason != "")
        .join(Application, Application.id == Assignment.application_id)
        .where(Application.round_id == round_id)
        .order_by(Assignment.id)
    )
    return [(bid, person, state, by_hand) for bid, person, state, by_hand in rows]


def conflict_pairs(session: Session, round_id: int) -> set[tuple[int, int]]:
    """Every (bid, person) of the round that a conflict keeps apart."""
    rows = session.execute(
        select(Conflict.application_id, Conflict.person_id)
        .join(Application, Application.id == Conflict.application_id)
        .where(Application.round_id == round_id, Conflict.state.in_(BLOCKING))
    )
    return {(bid, person) for bid, person in rows}


def own_bids(session: Session, round_id: int) -> set[tuple[int, int]]:
    """Every (bid, person) of the round where the reviewer works for, or belongs to, the lead or a partner.

    Partners are recognised by name, whatever its case, or by charity or company number.
    """
    ties = _ties(session)
    pairs: set[tuple[int, int]] = set()
    bids = session.execute(
        select(Application.id, Application.lead_id).where(Application.round_id == round_id)
    )
    for bid, lead_id in bids:
        pairs.update((bid, person) for person in ties.get(lead_id, ()))
    partners = session.execute(
        select(Partner.application_id, Organisation.id)
        .join(Application, Application.id == Partner.application_id)
        .join(
            Organisation,
            or_(
                func.lower(Organisation.name) == func.lower(Partner.name),
                and_(
                    Partner.number != "",
                    Partner.number.in_((Organisation.charity_number, Organisation.company_number)),
                ),
            ),
        )
        .where(Application.round_id == round_id, Organisation.id.in_(ties))
    )
    for bid, organisation_id in partners:
        pairs.update((bid, person) for person in ties[organisation_id])
    return pairs


def _ties(session: Session) -> dict[int, set[int]]:
    """The reviewers who work for, or belong to, each organisation."""
    works_for = select(Reviewer.organisation_id, Reviewer.person_id).where(
        Reviewer.organisation_id.is_not(None)
    )
    belongs_to = select(Membership.organisation_id, Reviewer.person_id).join(
        Reviewer, Reviewer.person_id == Membership.person_id
    )
    ties: dict[int, set[int]] = {}
    for organisation_id, person in session.execute(works_for.union(belongs_to)):
        if organisation_id is not None:
            ties.setdefault(organisation_id, set()).add(person)
    return ties


def run_for_update(session: Session, run_id: int) -> AssignmentRun:
    """A run held against other writers. Raises NotFound."""
    found = held(session, AssignmentRun, run_id)
    if found is None:
        raise NotFound("There is no such run.")
    return found


def runs_of(session: Session, round_id: int, *, most: int = 5) -> Sequence[AssignmentRun]:
    """The latest runs of a round, newest first."""
    return session.scalars(
        select(AssignmentRun)
        .where(AssignmentRun.round_id == round_id)
        .order_by(AssignmentRun.id.desc())
        .limit(most)
    ).all()


def unfinished_run(session: Session, round_id: int) -> AssignmentRun | None:
    """The round's run that waits or is under way, if any."""
    return session.scalars(
        select(AssignmentRun)
        .where(
            AssignmentRun.round_id == round_id, AssignmentRun.state.in_((RunState.QUEUED, RunState.RUNNING))
        )
        .limit(1)
    ).one_or_none()


def waiting_runs(session: Session, now: datetime) -> list[int]:
    """Runs that nobody has claimed, or whose worker has been silent for too long, oldest first."""
    return list(session.scalars(select(AssignmentRun.id).where(claimable(now)).order_by(AssignmentRun.id)))


def claimable(now: datetime) -> ColumnElement[bool]:
    """The condition under which a run may be claimed at `now`."""
    return or_(AssignmentRun.state == RunState.QUEUED, is_silent(now))


def is_silent(now: datetime) -> ColumnElement[bool]:
    """Whether a run is held by a worker that has been silent for too long."""
    return and_(AssignmentRun.state == RunState.RUNNING, AssignmentRun.claimed_at < now - LEASE)


def open_proposal(session: Session, round_id: int) -> AssignmentRun | None:
    """The round's proposal that waits for a decision, if any."""
    return session.scalars(
        select(AssignmentRun)
        .where(AssignmentRun.round_id == round_id, AssignmentRun.state == RunState.PROPOSED)
        .order_by(AssignmentRun.id.desc())
        .limit(1)
    ).one_or_none()


def hold_bids(session: Session, round_id: int) -> None:
    """Hold the rows of every bid in review, so that nobody moves one or bars anybody from it meanwhile."""
    session.execute(
        select(Application.id)
        .where(Application.round_id == round_id, Application.stage == Stage.IN_REVIEW)
        .order_by(Application.id)
        .with_for_update()
    ).all()


def assignments_between(session: Session, round_id: int) -> dict[tuple[int, int], Assignment]:
    """Every assignment of the round by (bid, person), read afresh and held against other writers."""
    rows = session.scalars(
        select(Assignment)
        .where(Assignment.application_id.in_(select(Application.id).where(Application.round_id == round_id)))
        .order_by(Assignment.id)
        .with_for_update(of=Assignment)
        .execution_options(populate_existing=True)
    )
    return {(row.application_id, row.person_id): row for row in rows}


def run_of(session: Session, run_id: int) -> AssignmentRun:
    """The run with this id. Raises NotFound."""
    found = session.get(AssignmentRun, run_id)
    if found is None:
        raise NotFound("There is no such proposal.")
    return found


def team_of(session: Session, application_id: int) -> dict[tuple[int, int], Assignment]:
    """Every assignment of one bid by (bid, person), read afresh and held against other writers."""
    rows = session.scalars(
        select(Assignment)
        .where(Assignment.application_id == application_id)
        .order_by(Assignment.id)
        .with_for_update(of=Assignment)
        .execution_options(populate_existing=True)
    )
    return {(row.application_id, row.person_id): row for row in rows}
