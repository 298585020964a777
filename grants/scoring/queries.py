"""Reading sheets and what the arithmetic needs of a bid. The ranking is beside this, in `ranking`."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction

from sqlalchemy import and_, func, select
from sqlalchemy.orm import Session, defer

from grants.accounts.models import Person
from grants.applications.models import Application, Version
from grants.applications.queries import Bid
from grants.applications.states import Stage
from grants.core.db import held
from grants.core.errors import NotFound
from grants.programme import queries as programme
from grants.programme.definition import Coverage, ReviewerKind, Rubric
from grants.programme.models import Round
from grants.reviewing.models import Assignment, Conflict, Reviewer
from grants.reviewing.states import LIVE, OUT_OF_MEANS
from grants.scoring.models import AgreedScore, CellScore, Result, Sheet, ThemeNote
from grants.scoring.rules import Agreed, CellKey, ScoredSheet
from grants.scoring.states import SheetState

NOT_RANKED_ANY_MORE = (Stage.DRAFT, Stage.SUBMITTED, Stage.INELIGIBLE, Stage.WITHDRAWN)
"""Stages in which a bid is not, or no longer, in the running."""

TAKES_IT_OUT = and_(
    Conflict.person_id == Sheet.person_id,
    Conflict.application_id == Sheet.application_id,
    Conflict.state.in_(OUT_OF_MEANS),
)
"""Joins a sheet to the conflict that takes it out of every mean."""


@dataclass(frozen=True)
class Filled:
    """A sheet with everything written on it, and whose it is."""

    sheet: Sheet
    person: Person
    kind: ReviewerKind
    out_of_means: bool
    cells: Mapping[CellKey, int] = field(default_factory=dict)
    notes: Mapping[str, ThemeNote] = field(default_factory=dict)

    @property
    def locked(self) -> bool:
        """Whether the sheet can no longer change."""
        return self.sheet.state is SheetState.LOCKED

    def reasoned(self, claims: Collection[str]) -> frozenset[str]:
        """Themes with a written justification, and those not addressed that the bid does not claim either."""
        return frozenset(
            theme
            for theme, note in self.notes.items()
            if note.justification or (note.not_addressed and theme not in claims)
        )

    def for_means(self) -> ScoredSheet:
        """The sheet as the arithmetic takes it."""
        return ScoredSheet(self.kind, self.cells, locked=self.locked, out_of_means=self.out_of_means)


def bid(session: Session, application_id: int) -> Bid:
    """The bid with its round, in one query. Raises NotFound."""
    row = session.execute(
        select(Application, Round)
        .join(Round, Round.id == Application.round_id)
        .options(defer(Round.definition))
        .where(Application.id == application_id)
    ).one_or_none()
    if row is None:
        raise NotFound("There is no such bid.")
    return Bid(row[0], row[1], programme.definition_of(row[1]))


def claims(session: Session, rubric: Rubric, version_id: int | None) -> Collection[str]:
    """The themes that the submitted version claims; all of the rubric's where claims decide nothing."""
    if rubric.coverage is Coverage.ALL:
        return rubric.theme_keys
    return claimed(session, version_id)


def claimed(session: Session, version_id: int | None) -> Collection[str]:
    """The themes that the submitted version claims, whether or not claims decide what counts."""
    version = session.get(Version, version_id) if version_id else None
    return tuple(version.content["claims"]) if version else ()


def sheet_for_update(session: Session, sheet_id: int) -> Sheet:
    """A sheet held against other writers. Raises NotFound."""
    found = held(session, Sheet, sheet_id)
    if found is None:
        raise NotFound("There is no such score sheet.")
    return found


def sheet_of(session: Session, *, application_id: int, person_id: int) -> Sheet | None:
    """The person's sheet of the bid, if they have started one."""
    return session.scalars(
        select(Sheet).where(Sheet.application_id == application_id, Sheet.person_id == person_id)
    ).one_or_none()


def has_locked_sheets(session: Session, application_id: int) -> bool:
    """Whether any sheet of the bid is locked."""
    locked = select(Sheet.id).where(Sheet.application_id == application_id, Sheet.state == SheetState.LOCKED)
    return session.scalar(locked.limit(1)) is not None


def open_sheets(session: Session, application_id: int) -> Sequence[Sheet]:
    """The bid's sheets that are still being filled in."""
    return session.scalars(
        select(Sheet)
        .where(Sheet.application_id == application_id, Sheet.state == SheetState.DRAFT)
        .order_by(Sheet.id)
    ).all()


def version_of(session: Session, sheet: Sheet) -> Version:
    """The submitted version that a sheet scores."""
    found = session.get(Version, sheet.version_id)
    if found is None:
        raise NotFound("There is no such version.")
    return found


def sheets_of(session: Session, application_id: int, *, person_id: int | None = None) -> list[Filled]:
    """Every sheet of a bid, or one person's, with all that is written on it, oldest first. Three queries."""
    wanted = (
        select(Sheet, Person, Reviewer.kind, Conflict.id)
        .join(Person, Person.id == Sheet.person_id)
        .join(Reviewer, Reviewer.person_id == Sheet.person_id)
        .outerjoin(Conflict, TAKES_IT_OUT)
        .where(Sheet.application_id == application_id)
        .order_by(Sheet.id)
    )
    if person_id is not None:
        wanted = wanted.where(Sheet.person_id == person_id)
    rows = session.execute(wanted).all()
    if not rows:
        return []
    ids = [sheet.id for sheet, *_ in rows]
    cells, notes = cells_of(session, ids), _notes_of(session, ids)
    return [
        Filled(sheet, person, kind, conflict is not None, cells.get(sheet.id, {}), notes.get(sheet.id, {}))
        for sheet, person, kind, conflict in rows
    ]


def filled(session: Session, sheet: Sheet) -> Filled:
    """One sheet with all that is written on it."""
    return sheets_of(session, sheet.application_id, person_id=sheet.person_id)[0]


def cells_of(session: Session, sheet_ids: Sequence[int]) -> dict[int, dict[CellKey, int]]:
    """The scores of each sheet by theme and strand."""
    found: dict[int, dict[CellKey, int]] = {}
    rows = session.execute(
        select(CellScore.sheet_id, CellScore.theme, CellScore.strand, CellScore.score).where(
            CellScore.sheet_id.in_(sheet_ids)
        )
    )
    for sheet_id, theme, strand, score in rows:
        found.setdefault(sheet_id, {})[theme, strand] = score
    return found


def _notes_of(session: Session, sheet_ids: Sequence[int]) -> dict[int, dict[str, ThemeNote]]:
    found: dict[int, dict[str, ThemeNote]] = {}
    for note in session.scalars(select(ThemeNote).where(ThemeNote.sheet_id.in_(sheet_ids))):
        found.setdefault(note.sheet_id, {})[note.theme] = note
    return found


def theme_rows(session: Session, sheet_id: int, theme: str) -> tuple[dict[str, CellScore], ThemeNote | None]:
    """What a sheet holds for one theme, as rows that may be changed: cells by strand, and the note."""
    cells = session.scalars(select(CellScore).where(CellScore.sheet_id == sheet_id, CellScore.theme == theme))
    note = session.scalars(select(ThemeNote).where(ThemeNote.sheet_id == sheet_id, ThemeNote.theme == theme))
    return {cell.strand: cell for cell in cells}, note.one_or_none()


def scored_sheets(session: Session, application_id: int) -> dict[int, ScoredSheet]:
    """A bid's locked sheets as the arithmetic takes them, by the reviewer's id. Two queries."""
    rows = session.execute(
        select(Sheet.id, Sheet.person_id, Reviewer.kind, Conflict.id)
        .join(Reviewer, Reviewer.person_id == Sheet.person_id)
        .outerjoin(Conflict, TAKES_IT_OUT)
        .where(Sheet.application_id == application_id, Sheet.state == SheetState.LOCKED)
        .order_by(Sheet.id)
    ).all()
    cells = cells_of(session, [sheet_id for sheet_id, *_ in rows])
    return {
        person_id: ScoredSheet(kind, cells.get(sheet_id, {}), out_of_means=conflict is not None)
        for sheet_id, person_id, kind, conflict in rows
    }


def agreed_history(session: Session, application_id: int) -> Sequence[AgreedScore]:
    """Every agreed score that was ever recorded for a bid, oldest first."""
    return session.scalars(
        select(AgreedScore).where(AgreedScore.application_id == application_id).order_by(AgreedScore.id)
    ).all()


def agreed_rows(session: Session, application_id: int) -> Sequence[AgreedScore]:
    """The agreed scores of a bid that nothing has replaced, suspended ones too, oldest first."""
    return standing(agreed_history(session, application_id))


def standing(history: Sequence[AgreedScore]) -> list[AgreedScore]:
    """The agreed scores that nothing has replaced."""
    return [row for row in history if row.replaced_at is None]


def in_force(rows: Sequence[AgreedScore]) -> Agreed:
    """The agreed scores that stand in for means: those that are not suspended."""
    live = [row for row in rows if row.suspended_at is None]
    return Agreed(
        cells={(row.theme, row.strand): row.hundredths // 100 for row in live if row.strand},
        themes={row.theme: Fraction(row.hundredths, 100) for row in live if not row.strand},
    )


def result_of(session: Session, application_id: int) -> Result | None:
    """The bid's score as it stands, if it has been worked out yet."""
    return session.get(Result, application_id)


def total_of(result: Result | None) -> Fraction | None:
    """The exact total of record; None while the bid is unranked."""
    return Fraction(result.total) if result and result.total else None


def all_locked(session: Session, application_id: int) -> bool:
    """Whether every live assignment of the bid has its sheet locked, and there is at least one."""
    locked = and_(Sheet.assignment_id == Assignment.id, Sheet.state == SheetState.LOCKED)
    live, done = session.execute(
        select(func.count(Assignment.id), func.count(Sheet.id))
        .outerjoin(Sheet, locked)
        .where(Assignment.application_id == application_id, Assignment.state.in_(LIVE))
    ).one()
    return bool(live == done > 0)


def has_scored_in_round(session: Session, *, person_id: int | None, round_id: int) -> bool:
    """Whether the person has opened a score sheet of any bid of the round."""
    opened = (
        select(Sheet.id)
        .join(Application, Application.id == Sheet.application_id)
        .where(Sheet.person_id == person_id, Application.round_id == round_id)
        .limit(1)
    )
    return session.scalar(opened) is not None


def has_scored(session: Session, *, person_id: int | None, application_id: int) -> bool:
    """Whether the person has opened a score sheet of the bid."""
    opened = select(Sheet.id).where(Sheet.person_id == person_id, Sheet.application_id == application_id)
    return session.scalar(opened) is not None
