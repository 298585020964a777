"""The practice bid of a round: who has scored it, how, and what may be seen of it. It counts for nothing."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from grants.accounts.models import Person
from grants.applications.models import Application
from grants.applications.states import Stage
from grants.core.db import held
from grants.core.errors import NotFound
from grants.programme import queries as programme
from grants.programme.definition import FundDefinition
from grants.programme.models import Round
from grants.programme.practice import Practice, PracticeAnswer
from grants.reviewing.models import Assignment, Reviewer
from grants.reviewing.states import LIVE
from grants.scoring.models import PracticeReveal, PracticeSheet, Sheet
from grants.scoring.rules import CellKey
from grants.scoring.states import SheetState


@dataclass(frozen=True)
class Compared:
    """One cell of the practice bid: the panel's answer, one's own score, and how many gave each level.

    `own` is None for those who did not score; `given` is empty while the panel's scores are closed.
    """

    answer: PracticeAnswer
    own: int | None
    given: Mapping[int, int]


def themes(definition: FundDefinition) -> tuple[str, ...]:
    """The themes that the practice bid addresses, in the rubric's order."""
    answered = {answer.theme for answer in definition.practice.answers}
    return tuple(key for key in definition.rubric.theme_keys if key in answered)


def answers(definition: FundDefinition, theme: str) -> dict[str, PracticeAnswer]:
    """What the practice bid says of a theme, by strand."""
    return {answer.strand: answer for answer in definition.practice.answers if answer.theme == theme}


def given(sheet: PracticeSheet | None) -> dict[CellKey, int]:
    """The scores of a practice sheet."""
    cells = sheet.cells if sheet else {}
    return {(theme, strand): score for theme, row in cells.items() for strand, score in row.items()}


def missing(definition: FundDefinition, sheet: PracticeSheet | None) -> list[str]:
    """The themes in which a practice sheet still lacks a score."""
    cells, strands = given(sheet), definition.rubric.strand_keys
    return [key for key in themes(definition) if any((key, strand) not in cells for strand in strands)]


def sheet_of(session: Session, *, round_id: int, person_id: int | None) -> PracticeSheet | None:
    """The person's practice sheet of the round, if they have begun one."""
    return session.scalars(
        select(PracticeSheet).where(PracticeSheet.round_id == round_id, PracticeSheet.person_id == person_id)
    ).one_or_none()


def sheet_for_update(session: Session, sheet_id: int) -> PracticeSheet:
    """A practice sheet held against other writers. Raises NotFound."""
    found = held(session, PracticeSheet, sheet_id)
    if found is None:
        raise NotFound("There is no such practice sheet.")
    return found


def is_reviewer(session: Session, person_id: int | None) -> bool:
    """Whether the person is on the panel."""
    found = select(Reviewer.person_id).where(Reviewer.person_id == person_id, Reviewer.active)
    return session.scalar(found) is not None


def must_practise_first(session: Session, round_: Round, person_id: int | None) -> bool:
    """Whether the round asks the person to lock the practice bid before their first real sheet opens."""
    if programme.definition_of(round_).review.practice is not Practice.REQUIRED:
        return False
    sheet = sheet_of(session, round_id=round_.id, person_id=person_id)
    if sheet is not None and sheet.state is SheetState.LOCKED:
        return False
    begun = (
        select(Sheet.id)
        .join(Application, Application.id == Sheet.application_id)
        .where(Sheet.person_id == person_id, Application.round_id == round_.id)
    )
    return session.scalar(begun.limit(1)) is None


def to_practise(session: Session, person_id: int) -> list[tuple[Round, PracticeSheet | None]]:
    """Rounds with a practice bid in which the reviewer has bids in review, or has begun the practice bid,
    with their sheet of it. Two queries at most.
    """
    begun = select(PracticeSheet.round_id).where(PracticeSheet.person_id == person_id)
    mine = (
        select(Application.round_id)
        .join(Assignment, Assignment.application_id == Application.id)
        .where(
            Assignment.person_id == person_id,
            Assignment.state.in_(LIVE),
            or_(Application.stage == Stage.IN_REVIEW, Application.round_id.in_(begun)),
        )
    )
    rounds = [
        round_
        for round_ in session.scalars(select(Round).where(Round.id.in_(mine)).order_by(Round.id))
        if programme.definition_of(round_).review.practice is not Practice.NONE
    ]
    if not rounds:
        return []
    sheets = session.scalars(select(PracticeSheet).where(PracticeSheet.person_id == person_id)).all()
    by_round = {sheet.round_id: sheet for sheet in sheets}
    return [(round_, by_round.get(round_.id)) for round_ in rounds]


def left(session: Session, person_id: int) -> list[tuple[Round, bool]]:
    """Rounds whose practice bid the reviewer has not locked, and whether it must come before real sheets."""
    return [
        (round_, must_practise_first(session, round_, person_id))
        for round_, sheet in to_practise(session, person_id)
        if sheet is None or sheet.locked_at is None
    ]


def panel(session: Session, round_id: int) -> Sequence[tuple[Person, PracticeSheet | None]]:
    """Everybody who reviews a bid of the round or has begun its practice bid, by name. Two queries."""
    sheets = {
        sheet.person_id: sheet
        for sheet in session.scalars(select(PracticeSheet).where(PracticeSheet.round_id == round_id))
    }
    assigned = (
        select(Assignment.person_id)
        .join(Application, Application.id == Assignment.application_id)
        .where(Application.round_id == round_id, Assignment.state.in_(LIVE))
    )
    people = select(Person).where(Person.id.in_(assigned) | Person.id.in_(list(sheets)))
    return [
        (person, sheets.get(person.id)) for person in session.scalars(people.order_by(Person.name, Person.id))
    ]


def reveal_of(session: Session, round_id: int) -> PracticeReveal | None:
    """That a chair has opened the panel's scores, if one has."""
    return session.get(PracticeReveal, round_id)


def is_open(session: Session, round_id: int, members: Sequence[tuple[Person, PracticeSheet | None]]) -> bool:
    """Whether those who have locked may see how the panel scored: all have locked, or a chair opened it."""
    locked = [sheet for _, sheet in members if sheet is not None and sheet.state is SheetState.LOCKED]
    return reveal_of(session, round_id) is not None or len(members) == len(locked) > 1


def compared(
    definition: FundDefinition,
    own: PracticeSheet | None,
    members: Sequence[tuple[Person, PracticeSheet | None]],
) -> dict[str, list[Compared]]:
    """The cells of the practice bid by theme. `members`: whose scores may be shown, nobody’s while closed."""
    mine = given(own)
    levels: dict[CellKey, Counter[int]] = {}
    for _, sheet in members:
        if sheet is not None and sheet.state is SheetState.LOCKED:
            for key, score in given(sheet).items():
                levels.setdefault(key, Counter())[score] += 1
    return {
        theme: [
            Compared(answer, mine.get((theme, strand)), dict(sorted(levels.get((theme, strand), {}).items())))
            for strand in definition.rubric.strand_keys
            for answer in [answers(definition, theme)[strand]]
        ]
        for theme in themes(definition)
    }
