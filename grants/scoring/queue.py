"""A reviewer's bids: which still wait, how far each has come, and which to do next."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, func, or_, select
from sqlalchemy.orm import Session

from grants.accounts.models import Organisation
from grants.applications.models import Application, Version
from grants.applications.states import Stage
from grants.core.paging import PAGE_SIZE, Page, paginate
from grants.programme import queries as programme
from grants.programme.definition import FundDefinition
from grants.programme.models import Round
from grants.reviewing.hiding import LEAD
from grants.reviewing.models import Assignment, Conflict
from grants.reviewing.states import BLOCKING, LIVE, AssignmentState
from grants.scoring import rules
from grants.scoring.models import CellScore, Sheet
from grants.scoring.states import SheetState


@dataclass(frozen=True)
class Waiting:
    """One of a reviewer's bids. `title` is empty until they have declared; `cells` of `wanted` are scored."""

    ref: str
    title: str
    lead: str
    application_id: int
    round_id: int
    round_name: str
    due_at: datetime
    undeclared: bool
    locked_at: datetime | None
    cells: int
    wanted: int
    started: bool
    in_review: bool


@dataclass(frozen=True)
class Progress:
    """How many of a reviewer’s bids are locked or wait for a declaration, and when the first is due."""

    bids: int
    locked: int
    undeclared: int
    due_at: datetime | None

    @property
    def left(self) -> int:
        """Bids that still ask for something."""
        return self.bids - self.locked


_MINE = Sheet.assignment_id == Assignment.id
_LOCKED = func.coalesce(Sheet.state == SheetState.LOCKED, False)


def _asked_of(person_id: int) -> ColumnElement[bool]:
    """Assignments that ask something of the person, or did until they locked their sheet."""
    return and_(
        Assignment.person_id == person_id,
        Assignment.state.in_(LIVE),
        or_(Application.stage == Stage.IN_REVIEW, Assignment.state == AssignmentState.CLEARED),
    )


def waiting(session: Session, person_id: int, *, number: int = 1, size: int = PAGE_SIZE) -> Page[Waiting]:
    """A page of the reviewer's bids: to declare on first, then to score, then locked; by reference.

    Three queries, however many bids, and one more in rounds where a bid's claims decide which themes count.
    """
    scored = select(func.count(CellScore.id)).where(CellScore.sheet_id == Sheet.id).scalar_subquery()
    undeclared = Assignment.state == AssignmentState.ASSIGNED
    found = paginate(
        session,
        select(Assignment, Application, Round, Organisation.name, Sheet, scored)
        .select_from(Assignment)
        .join(Application, Application.id == Assignment.application_id)
        .join(Organisation, Organisation.id == Application.lead_id)
        .join(Round, Round.id == Application.round_id)
        .outerjoin(Sheet, _MINE)
        .where(_asked_of(person_id))
        .order_by(
            case((undeclared, 0), else_=1), _LOCKED, Application.stage != Stage.IN_REVIEW, Application.ref
        ),
        number=number,
        size=size,
    )
    claims = _claims(
        session, [(application, round_, sheet) for _, application, round_, _, sheet, _ in found.rows]
    )
    rows = [_waiting(claims, *row) for row in found.rows]
    return Page(rows, found.number, found.size, found.total)


def _waiting(
    claims: Mapping[int, list[str]],
    assignment: Assignment,
    application: Application,
    round_: Round,
    lead: str,
    sheet: Sheet | None,
    cells: int,
) -> Waiting:
    definition = programme.definition_of(round_)
    undeclared = assignment.state is AssignmentState.ASSIGNED
    wanted = _wanted(definition, claims.get(application.id, []))
    return Waiting(
        ref=application.ref,
        title="" if undeclared else application.title,
        lead=LEAD if definition.review.hide_organisations else lead,
        application_id=application.id,
        round_id=round_.id,
        round_name=round_.name,
        due_at=assignment.due_at or definition.calendar.reviews_due_at,
        undeclared=undeclared,
        locked_at=sheet.locked_at if sheet else None,
        cells=min(cells, wanted),
        wanted=wanted,
        started=sheet is not None,
        in_review=application.stage is Stage.IN_REVIEW,
    )


def _wanted(definition: FundDefinition, claims: list[str]) -> int:
    rubric = definition.rubric
    return len(rules.counting_themes(rubric, claims)) * len(rubric.strands)


def _claims(session: Session, found: list[tuple[Application, Round, Sheet | None]]) -> dict[int, list[str]]:
    """What each bid claims in the version that is scored, where claims decide which themes count."""
    asked = {
        sheet.version_id if sheet else application.current_version_id: application.id
        for application, round_, sheet in found
        if rules.claims_decide(programme.definition_of(round_).rubric)
    }
    if not asked:
        return {}
    rows: Select[Any] = select(Version.id, Version.content["claims"]).where(Version.id.in_(asked))
    return {asked[version_id]: list(claims or ()) for version_id, claims in session.execute(rows)}


def progress(session: Session, person_id: int) -> Progress:
    """How far the reviewer has come with everything asked of them. Two queries."""
    open_ = and_(Application.stage == Stage.IN_REVIEW, ~_LOCKED)
    rows = session.execute(
        select(
            Application.round_id,
            Assignment.due_at,
            func.count(),
            func.count(case((_LOCKED, 1))),
            func.count(case((Assignment.state == AssignmentState.ASSIGNED, 1))),
            func.count(case((open_, 1))),
        )
        .select_from(Assignment)
        .join(Application, Application.id == Assignment.application_id)
        .outerjoin(Sheet, _MINE)
        .where(_asked_of(person_id), or_(_LOCKED, Application.stage == Stage.IN_REVIEW))
        .group_by(Application.round_id, Assignment.due_at)
    ).all()
    still = {row[0] for row in rows if row[5] and not row[1]}
    rounds = session.scalars(select(Round).where(Round.id.in_(still))) if still else ()
    due = [programme.definition_of(round_).calendar.reviews_due_at for round_ in rounds]
    return Progress(
        bids=sum(row[2] for row in rows),
        locked=sum(row[3] for row in rows),
        undeclared=sum(row[4] for row in rows),
        due_at=min([*due, *(row[1] for row in rows if row[5] and row[1])], default=None),
    )


def next_bid(session: Session, person_id: int) -> tuple[str, bool] | None:
    """The reference of the bid to do next, and whether it must be declared on first; None when all is done.

    Bids to declare on come first; then the reviewer's own open bid with the fewest locked sheets, the one
    that was sent first where several have equally few. One query.
    """
    others = (
        select(func.count(Sheet.id))
        .where(Sheet.application_id == Application.id, Sheet.state == SheetState.LOCKED)
        .correlate(Application)
        .scalar_subquery()
    )
    undeclared = Assignment.state == AssignmentState.ASSIGNED
    row = session.execute(
        select(Application.ref, undeclared)
        .select_from(Assignment)
        .join(Application, Application.id == Assignment.application_id)
        .outerjoin(Sheet, _MINE)
        .where(_asked_of(person_id), Application.stage == Stage.IN_REVIEW, ~_LOCKED)
        .order_by(case((undeclared, 0), else_=1), others, Application.submitted_at, Application.id)
        .limit(1)
    ).one_or_none()
    return None if row is None else (row[0], bool(row[1]))


def readable(session: Session, person_id: int, *, number: int, size: int) -> Page[str]:
    """References of bids in review that the reviewer has declared on and not locked yet. Two queries."""
    return paginate(
        session,
        select(Application.ref)
        .select_from(Assignment)
        .join(Application, Application.id == Assignment.application_id)
        .outerjoin(Sheet, _MINE)
        .where(
            Assignment.person_id == person_id,
            Assignment.state == AssignmentState.CLEARED,
            Application.stage == Stage.IN_REVIEW,
            ~_LOCKED,
            Application.id.not_in(
                select(Conflict.application_id).where(
                    Conflict.person_id == person_id, Conflict.state.in_(BLOCKING)
                )
            ),
        )
        .order_by(Application.ref),
        number=number,
        size=size,
    )
