"""Feedback of bids and of rounds, and what a draft of it may be made from."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from grants.accounts.models import Person
from grants.applications.models import Application
from grants.applications.states import Stage
from grants.core.db import held
from grants.core.errors import NotFound
from grants.core.paging import Page, paginate
from grants.feedback import rules
from grants.feedback.models import BidFeedback, FeedbackRun, ThemeFeedback
from grants.feedback.rules import FeedbackLetter, Said, Source, ThemeDraft, Watch
from grants.feedback.states import UNDER_WAY, FeedbackState
from grants.programme import queries as programme
from grants.programme.definition import FundDefinition, ReviewerKind, Rubric
from grants.programme.models import Round
from grants.reviewing.models import Conflict, Reviewer
from grants.scoring.models import AgreedScore, Result, Sheet, ThemeNote
from grants.scoring.queries import TAKES_IT_OUT, cells_of, in_force
from grants.scoring.rules import CellKey, ScoredSheet, cell_means, counting_themes, theme_score
from grants.scoring.states import SheetState

BEFORE_RELEASE = (Stage.SCORED, Stage.DECIDED)
"""Stages of bids that feedback is drafted for."""

GOES_OUT = (FeedbackState.READY, FeedbackState.SENT)


@dataclass(frozen=True)
class Row:
    """One bid in the list of a round. `feedback` is None where nothing was drafted yet."""

    application_id: int
    ref: str
    title: str
    feedback: BidFeedback | None
    out_of_date: bool


def of_bid(session: Session, application_id: int) -> BidFeedback | None:
    """The feedback on a bid, if it was drafted."""
    return session.get(BidFeedback, application_id)


def for_update(session: Session, application_id: int) -> BidFeedback:
    """The feedback on a bid held against other writers. Raises NotFound."""
    found = held(session, BidFeedback, application_id)
    if found is None:
        raise NotFound("No feedback has been drafted on this bid.")
    return found


def themes_of(session: Session, application_ids: Collection[int]) -> dict[int, list[ThemeFeedback]]:
    """What feedback on these bids says of each theme, by bid."""
    found: dict[int, list[ThemeFeedback]] = {}
    rows = select(ThemeFeedback).where(ThemeFeedback.application_id.in_(application_ids))
    for row in session.scalars(rows.order_by(ThemeFeedback.id)):
        found.setdefault(row.application_id, []).append(row)
    return found


def letter_for(session: Session, application_id: int) -> FeedbackLetter | None:
    """Feedback on a bid as its applicant will read, or read, it; None unless it is ready or was sent."""
    application = session.get(Application, application_id)
    if application is None:
        return None
    definition = programme.definition_of(programme.round_by_id(session, application.round_id))
    return letters_for(session, definition, [application_id]).get(application_id)


def letters_for(
    session: Session, definition: FundDefinition, application_ids: Collection[int]
) -> dict[int, FeedbackLetter]:
    """As `letter_for` for many bids of one round, by bid. Two statements."""
    ready = select(BidFeedback).where(
        BidFeedback.application_id.in_(application_ids), BidFeedback.state.in_(GOES_OUT)
    )
    rows = session.scalars(ready).all()
    themes = themes_of(session, [row.application_id for row in rows])
    return {
        row.application_id: as_letter(definition, row, themes.get(row.application_id, [])) for row in rows
    }


def as_letter(
    definition: FundDefinition, row: BidFeedback, themes: Iterable[ThemeFeedback]
) -> FeedbackLetter:
    """Feedback as it stands, as its applicant would read it."""
    return rules.letter(
        definition.rubric,
        definition.feedback,
        opening=row.opening,
        themes=[ThemeDraft(one.theme, one.band, one.strengths, one.next_steps) for one in themes],
        simulated=row.simulated,
    )


def hold(session: Session, application_ids: Collection[int]) -> None:
    """Hold the feedback on these bids against other writers, and read it afresh."""
    rows = select(BidFeedback).where(BidFeedback.application_id.in_(application_ids)).with_for_update()
    session.scalars(rows.execution_options(populate_existing=True)).all()


def not_to_go_out(session: Session, round_: Round, application_ids: Sequence[int]) -> dict[int, str]:
    """Why feedback cannot go out with the decisions on these bids, by bid id; those it can are not in it.

    Ready feedback that other scores would make different; and, where the fund demands feedback, what is not
    ready.
    """
    definition = programme.definition_of(round_)
    rows = session.scalars(select(BidFeedback).where(BidFeedback.application_id.in_(application_ids)))
    by_id = {row.application_id: row for row in rows}
    ready = [key for key, row in by_id.items() if row.state is FeedbackState.READY]
    sources = sources_of(session, definition.rubric, ready)
    found = {key: rules.OUT_OF_DATE for key in ready if by_id[key].basis != sources[key].basis()}
    if definition.feedback.required:
        there = {key for key, row in by_id.items() if row.state in GOES_OUT}
        missing = [key for key in application_ids if key not in there]
        found.update(dict.fromkeys(missing, "The feedback on this bid is not marked as ready."))
    return found


def without_feedback(session: Session, application_ids: Collection[int]) -> int:
    """How many of these bids have no feedback that would go out with their decision."""
    ready = select(func.count()).where(
        BidFeedback.application_id.in_(application_ids), BidFeedback.state.in_(GOES_OUT)
    )
    return len(application_ids) - (session.scalar(ready) or 0)


def watch(session: Session, round_id: int, *, ref: str = "") -> Watch:
    """What feedback on a bid of the round may not hold. `ref` is the bid's own reference."""
    names = session.scalars(select(Person.name).join(Reviewer, Reviewer.person_id == Person.id))
    refs = session.scalars(select(Application.ref).where(Application.round_id == round_id))
    return Watch(frozenset(" ".join(name.split()) for name in names if name.strip()), frozenset(refs) - {ref})


def to_draft(session: Session, round_id: int) -> Sequence[int]:
    """Ids of the bids that a run looks at, in the order of their references."""
    return session.scalars(
        select(Application.id)
        .where(Application.round_id == round_id, Application.stage.in_(BEFORE_RELEASE))
        .order_by(Application.ref)
    ).all()


def run_of(session: Session, round_id: int) -> FeedbackRun | None:
    """The drafting that was asked for last in the round."""
    runs = select(FeedbackRun).where(FeedbackRun.round_id == round_id)
    return session.scalars(runs.order_by(FeedbackRun.id.desc()).limit(1)).one_or_none()


def run_under_way(session: Session, round_id: int) -> FeedbackRun | None:
    """The drafting that waits or works."""
    runs = select(FeedbackRun).where(FeedbackRun.round_id == round_id, FeedbackRun.state.in_(UNDER_WAY))
    return session.scalars(runs.limit(1)).one_or_none()


def page_of(
    session: Session,
    round_: Round,
    *,
    state: FeedbackState | None = None,
    without: Collection[int] = (),
    number: int,
) -> Page[Row]:
    """The round's bids with their feedback, in the order of references. A constant number of statements."""
    page = paginate(session, _rows(round_.id, state, without), number=number)
    ids = [application.id for application, feedback in page.rows if feedback is not None]
    sources = sources_of(session, programme.definition_of(round_).rubric, ids)
    rows = [
        Row(
            application.id,
            application.ref,
            application.title,
            feedback,
            out_of_date=feedback is not None
            and feedback.state is not FeedbackState.SENT
            and feedback.basis != sources[application.id].basis(),
        )
        for application, feedback in page.rows
    ]
    return Page(rows, page.number, page.size, page.total)


def counts(
    session: Session, round_id: int, *, without: Collection[int] = ()
) -> dict[FeedbackState | None, int]:
    """How many bids there are at each state; under None those that nothing was drafted for."""
    rows = session.execute(
        _rows(round_id, None, without)
        .order_by(None)
        .with_only_columns(BidFeedback.state, func.count(), maintain_column_froms=True)
        .group_by(BidFeedback.state)
    )
    found = dict(rows.all())
    return {state: found.get(state, 0) for state in (*FeedbackState, None)}


def next_draft(session: Session, round_id: int, *, after: str, without: Collection[int] = ()) -> str | None:
    """The reference of the next bid whose feedback is a draft, after this one or from the beginning."""
    drafts = (
        select(Application.ref)
        .join(BidFeedback, BidFeedback.application_id == Application.id)
        .where(
            Application.round_id == round_id,
            BidFeedback.state == FeedbackState.DRAFT,
            Application.id.not_in(without),
        )
        .order_by(Application.ref)
    )
    following = session.scalars(drafts.where(Application.ref > after).limit(1)).one_or_none()
    return following or session.scalars(drafts.where(Application.ref != after).limit(1)).one_or_none()


def _rows(
    round_id: int, state: FeedbackState | None, without: Collection[int]
) -> Select[Application, BidFeedback]:
    found = (
        select(Application, BidFeedback)
        .outerjoin(BidFeedback, BidFeedback.application_id == Application.id)
        .where(
            Application.round_id == round_id,
            Application.id.not_in(without),
            BidFeedback.application_id.is_not(None) | Application.stage.in_(BEFORE_RELEASE),
        )
        .order_by(Application.ref)
    )
    return found.where(BidFeedback.state == state) if state else found


def sources_of(session: Session, rubric: Rubric, application_ids: Collection[int]) -> dict[int, Source]:
    """What feedback on each of these bids may be drafted from. Five statements, however many bids.

    Only what was marked as shareable is read of what reviewers wrote, and only from locked sheets that no
    conflict of interest takes out of the means.
    """
    results = {
        row.application_id: row
        for row in session.scalars(select(Result).where(Result.application_id.in_(application_ids)))
    }
    sheets = _sheets_of(session, application_ids)
    ids = [sheet.id for of_one in sheets.values() for sheet in of_one]
    cells, notes = cells_of(session, ids), _shareable(session, ids)
    agreed = _agreed_of(session, application_ids)
    return {
        key: _source(rubric, results.get(key), sheets.get(key, []), cells, notes, agreed.get(key, []))
        for key in application_ids
    }


def _source(
    rubric: Rubric,
    result: Result | None,
    sheets: Sequence[Sheet],
    cells: dict[int, dict[CellKey, int]],
    notes: dict[int, list[ThemeNote]],
    agreed: Sequence[AgreedScore],
) -> Source:
    claimed = frozenset(result.claimed.split()) if result else frozenset()
    counting = counting_themes(rubric, claimed)
    taken = [ScoredSheet(ReviewerKind.COUNCIL, cells.get(sheet.id, {})) for sheet in sheets]
    means = cell_means(rubric, counting, taken)
    means |= {
        place: Fraction(score) for place, score in in_force(agreed).cells.items() if place[0] in counting
    }
    return Source(
        counting=counting,
        claimed=claimed,
        themes={key: Fraction(value) for key, value in result.themes.items()} if result else {},
        cells=means,
        said=tuple(
            Said(note.theme, note.justification, theme_score(rubric, note.theme, cells.get(sheet.id, {})))
            for sheet in sheets
            for note in notes.get(sheet.id, [])
            if note.theme in counting
        ),
        simulated=any(sheet.simulated for sheet in sheets),
    )


def _sheets_of(session: Session, application_ids: Collection[int]) -> dict[int, list[Sheet]]:
    found: dict[int, list[Sheet]] = {}
    valid = (
        select(Sheet)
        .outerjoin(Conflict, TAKES_IT_OUT)
        .where(
            Sheet.application_id.in_(application_ids),
            Sheet.state == SheetState.LOCKED,
            Conflict.id.is_(None),
        )
    )
    for sheet in session.scalars(valid.order_by(Sheet.id)):
        found.setdefault(sheet.application_id, []).append(sheet)
    return found


def _shareable(session: Session, sheet_ids: Collection[int]) -> dict[int, list[ThemeNote]]:
    found: dict[int, list[ThemeNote]] = {}
    quotable = select(ThemeNote).where(
        ThemeNote.sheet_id.in_(sheet_ids), ThemeNote.shareable, ThemeNote.justification != ""
    )
    for note in session.scalars(quotable):
        found.setdefault(note.sheet_id, []).append(note)
    return found


def _agreed_of(session: Session, application_ids: Collection[int]) -> dict[int, list[AgreedScore]]:
    found: dict[int, list[AgreedScore]] = {}
    standing = select(AgreedScore).where(
        AgreedScore.application_id.in_(application_ids), AgreedScore.replaced_at.is_(None)
    )
    for row in session.scalars(standing):
        found.setdefault(row.application_id, []).append(row)
    return found
