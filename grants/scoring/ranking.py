"""The ranking of a round as the database reads it: ranks over all of it, cut to what a view asks for."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from sqlalchemy import Select, and_, exists, func, or_, select
from sqlalchemy.orm import Session
from sqlalchemy.sql.expression import ColumnElement

from grants.accounts.models import Organisation
from grants.applications.models import Application
from grants.applications.states import Origin, Stage
from grants.core.paging import PAGE_SIZE, Page, paginate
from grants.scoring.breakdown import shown
from grants.scoring.models import AgreedScore, Result, SavedView, Sheet
from grants.scoring.queries import NOT_RANKED_ANY_MORE
from grants.scoring.ranking_view import ASK, BID_TITLE, RANK, REVIEWS, TOTAL, Flag, View
from grants.scoring.states import SheetState

AT_ONCE = 1000
"""Bids read with everything shown of them in one query."""

EVERYTHING = View(columns=())

_SIMULATED = exists().where(
    Sheet.application_id == Application.id, Sheet.simulated.is_(True), Sheet.state == SheetState.LOCKED
)
_AGREED = exists().where(
    AgreedScore.application_id == Application.id,
    AgreedScore.suspended_at.is_(None),
    AgreedScore.replaced_at.is_(None),
)
_FLAGGED: Mapping[Flag, ColumnElement[bool]] = {
    Flag.SIMULATED: _SIMULATED,
    Flag.AGREED: _AGREED,
    Flag.LATE_CONFLICT: Result.late_conflict.is_(True),
    Flag.ANY: or_(_SIMULATED, _AGREED, Result.late_conflict.is_(True)),
}


@dataclass(frozen=True)
class Ranked:
    """A bid in the ranking. `ask` in pence; `total` and `themes` exact; `simulated`: a program scored it."""

    rank: int
    application_id: int
    ref: str
    title: str
    lead: str
    total: Fraction
    themes: Mapping[str, Fraction]
    sheets: int
    citizen_sheets: int
    ask: int
    stage: Stage
    origin: Origin
    late_conflict: bool
    simulated: bool
    agreed: bool
    measures: Mapping[str, str] = field(default_factory=dict)

    def score(self, column: str) -> Fraction | None:
        """What stands in a column of scores; None where the bid has nothing there."""
        return shown(self.measures, column)

    def flags(self) -> list[Flag]:
        """What a reader should know about the score."""
        marked = {
            Flag.LATE_CONFLICT: self.late_conflict,
            Flag.AGREED: self.agreed,
            Flag.SIMULATED: self.simulated,
        }
        return [flag for flag, there in marked.items() if there]


@dataclass(frozen=True)
class Unranked:
    """A bid without a rank, and why in words."""

    application_id: int
    ref: str
    title: str
    lead: str
    sheets: int
    ask: int
    stage: Stage
    why: str


def ranking(
    session: Session,
    *,
    round_id: int,
    view: View = EVERYTHING,
    without: Collection[int] = (),
    page: int = 1,
    size: int = PAGE_SIZE,
) -> Page[Ranked]:
    """A page of the ranked bids as `view` filters and sorts them; three queries, however many bids.

    Equal totals share a rank and the next one is skipped (1, 1, 3), on exact values. Ranks are those in the
    whole round, whatever the filter. Only bids in `without`, hidden from the reader, are left out before
    ranks are counted: a gap would give them away.
    """
    found = paginate(session, _places(round_id, view, without), number=page, size=size)
    return Page(list(_loaded(session, found.rows)), found.number, found.size, found.total)


def whole_ranking(
    session: Session, *, round_id: int, view: View = EVERYTHING, without: Collection[int] = ()
) -> Iterator[Ranked]:
    """Every bid that `view` leaves in, in its order; read in parts."""
    places = session.execute(_places(round_id, view, without)).all()
    for start in range(0, len(places), AT_ONCE):
        yield from _loaded(session, places[start : start + AT_ONCE])


def _places(round_id: int, view: View, without: Collection[int]) -> Select[Any, Any]:
    """Ids and ranks in the view's order. Nothing else is read for bids that are not shown."""
    place = func.rank().over(order_by=Result.sort_key.desc()).label("place")
    everyone = (
        select(Result.application_id, place)
        .join(Application, Application.id == Result.application_id)
        .where(
            Result.round_id == round_id,
            Result.sort_key.is_not(None),
            Application.stage.not_in(NOT_RANKED_ANY_MORE),
            Application.id.not_in(without),
        )
        .subquery()
    )
    wanted = (
        select(everyone.c.application_id, everyone.c.place)
        .join(Result, Result.application_id == everyone.c.application_id)
        .join(Application, Application.id == everyone.c.application_id)
        .where(*_filters(view))
    )
    column = everyone.c.place if view.order.key == RANK else _sorted_by(view.order.key)
    direction = column.desc() if view.order.descending else column.asc()
    return wanted.order_by(direction.nulls_last(), everyone.c.place, Application.ref)


def _sorted_by(key: str) -> ColumnElement[Any]:
    plain: dict[str, ColumnElement[Any]] = {
        TOTAL: Result.__table__.c.sort_key,
        REVIEWS: Result.__table__.c.sheets,
        ASK: Application.__table__.c.ask,
        BID_TITLE: func.lower(Application.title),
    }
    return plain[key] if key in plain else Result.measures[key].as_string()


def _filters(view: View) -> Iterator[ColumnElement[bool]]:
    if view.theme:
        yield Result.claimed.contains(f" {view.theme} ", autoescape=True)
    if view.stage:
        yield Application.stage == view.stage
    if view.origin:
        yield Application.origin == view.origin
    if view.flag:
        yield _FLAGGED[view.flag]
    if view.text:
        yield or_(
            Application.ref.icontains(view.text, autoescape=True),
            Application.title.icontains(view.text, autoescape=True),
            Application.lead.has(Organisation.name.icontains(view.text, autoescape=True)),
        )


def _loaded(session: Session, places: Sequence[Any]) -> Iterator[Ranked]:
    ranks: dict[int, int] = {row.application_id: row.place for row in places}
    rows = session.execute(
        select(Application, Result, _SIMULATED, _AGREED)
        .join(Result, and_(Result.application_id == Application.id))
        .where(Application.id.in_(ranks))
    )
    by_id = {row[0].id: row for row in rows}
    return (_as_ranked(rank, *by_id[application_id]) for application_id, rank in ranks.items())


def _as_ranked(rank: int, application: Application, result: Result, simulated: bool, agreed: bool) -> Ranked:
    return Ranked(
        rank=rank,
        application_id=application.id,
        ref=application.ref,
        title=application.title,
        lead=application.lead.name,
        total=Fraction(result.total or 0),
        themes={theme: Fraction(value) for theme, value in result.themes.items()},
        sheets=result.sheets,
        citizen_sheets=result.citizen_sheets,
        ask=application.ask,
        stage=application.stage,
        origin=application.origin,
        late_conflict=result.late_conflict,
        simulated=simulated,
        agreed=agreed,
        measures=result.measures,
    )


def unranked(
    session: Session,
    *,
    round_id: int,
    without: Collection[int] = (),
    page: int = 1,
    size: int = PAGE_SIZE,
) -> Page[Unranked]:
    """A page of the bids in the running that have no rank, by reference, with why. Two queries."""
    found = paginate(
        session,
        select(Application, Result)
        .outerjoin(Result, Result.application_id == Application.id)
        .where(
            Application.round_id == round_id,
            Application.submitted_at.is_not(None),
            Application.stage.not_in(NOT_RANKED_ANY_MORE),
            Application.id.not_in(without),
            Result.sort_key.is_(None),
        )
        .order_by(Application.ref),
        number=page,
        size=size,
    )
    rows = [
        Unranked(
            application_id=application.id,
            ref=application.ref,
            title=application.title,
            lead=application.lead.name,
            sheets=result.sheets if result else 0,
            ask=application.ask,
            stage=application.stage,
            why=result.unranked_because if result else "No review is locked yet.",
        )
        for application, result in found.rows
    ]
    return Page(rows, found.number, found.size, found.total)


def saved_views(session: Session, round_id: int) -> Sequence[SavedView]:
    """The named views of a round's ranking, by name."""
    return session.scalars(
        select(SavedView).where(SavedView.round_id == round_id).order_by(SavedView.name)
    ).all()
