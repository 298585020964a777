"""The ranking of a round: its columns, order and filters, views saved by name, and the same as a file."""

from collections.abc import Iterator, Sequence

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.wrappers import Response

from grants.applications.states import BID, ORIGIN_LABELS
from grants.core.clock import now
from grants.core.errors import RuleBroken
from grants.core.pages import download
from grants.core.paging import page_number
from grants.core.policy import Decision, require
from grants.core.spreadsheet import Cell, Heading, Kind, table_csv, table_xlsx
from grants.core.web import me, needs, session, writes
from grants.permissions import Permission
from grants.programme import queries as programme
from grants.programme.definition import Rubric
from grants.programme.models import Round
from grants.reviewing import queries as reviewing
from grants.scoring import actions, policy
from grants.scoring import ranking as ranks
from grants.scoring.breakdown import hundredths
from grants.scoring.forms import SavedViewForm
from grants.scoring.ranking import Ranked
from grants.scoring.ranking_view import (
    ASK,
    FLAG_LABELS,
    REVIEWS,
    SHOWN_STAGES,
    Column,
    View,
    columns_of,
    in_words,
    pressed,
    query_of,
    view_from,
)
from grants.scoring.views.blueprint import TURN_IT, bp

SOME_UNRANKED = 20
"""How many bids without a rank the ranking itself shows; the others have their own page."""

CSV = "text/csv; charset=utf-8"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@bp.get("/ranking/<round_ref>/")
@needs(Permission.READ_RANKING)
def ranking(round_ref: str) -> ResponseReturnValue:
    """The bids of a round, best first, and below them those that cannot be ranked yet."""
    round_ = programme.round_by_ref(session(), round_ref)
    return _page(round_, SavedViewForm(formdata=None), _asked(round_))


@bp.get("/ranking/<round_ref>/unranked/")
@needs(Permission.READ_RANKING)
def unranked(round_ref: str) -> ResponseReturnValue:
    """Every bid of a round that cannot be ranked yet, with why."""
    round_ = programme.round_by_ref(session(), round_ref)
    require(policy.may_see_ranking(session(), me(), round_.id))
    hidden = reviewing.hidden_refs(session(), me().person_id or 0, round_.id)
    number = page_number(request.args.get("page"))
    return render_template(
        "scoring/unranked.html",
        round=round_,
        page=ranks.unranked(session(), round_id=round_.id, without=hidden, page=number),
        hidden=list(hidden.values()),
        stages=BID,
    )


@bp.get("/ranking/<round_ref>/ranking.csv")
@needs(Permission.READ_RANKING)
def ranking_csv(round_ref: str) -> ResponseReturnValue:
    """What the page shows with this query, all of it, as CSV."""
    round_, headings, rows = _table(round_ref)
    return download(table_csv(headings, rows), name=f"{round_.ref}-ranking.csv", media_type=CSV)


@bp.get("/ranking/<round_ref>/ranking.xlsx")
@needs(Permission.READ_RANKING)
def ranking_xlsx(round_ref: str) -> ResponseReturnValue:
    """What the page shows with this query, all of it, as an Excel workbook."""
    round_, headings, rows = _table(round_ref)
    content = table_xlsx(headings, rows, name="Ranking", title=f"{round_.name}: ranking", dated=now())
    return download(content, name=f"{round_.ref}-ranking.xlsx", media_type=XLSX)


@bp.post("/ranking/<round_ref>/views/")
@needs(*TURN_IT)
@writes
def save_view(round_ref: str) -> ResponseReturnValue:
    """Keep the view that the page shows under a name."""
    round_ = programme.round_by_ref(session(), round_ref)
    form = SavedViewForm()
    view = _asked(round_)
    if not form.validate():
        return _page(round_, form, view)
    query = query_of(view, _rubric(round_))
    try:
        actions.save_view(
            session(), round_id=round_.id, name=form.name.data or "", query=query, actor=me(), now=now()
        )
    except RuleBroken as broken:
        form.take_reasons(broken.reasons)
        return _page(round_, form, view)
    flash("The view is saved for everybody who reads this ranking.", "success")
    return _to(round_, query)


@bp.post("/ranking/<round_ref>/views/<int:view_id>/remove/")
@needs(*TURN_IT)
@writes
def drop_view(round_ref: str, view_id: int) -> ResponseReturnValue:
    """Forget a view of one's own."""
    round_ = programme.round_by_ref(session(), round_ref)
    actions.drop_view(session(), view_id=view_id, round_id=round_.id, actor=me(), now=now())
    flash("The view is removed.", "success")
    return _to(round_, "")


def _to(round_: Round, query: str) -> Response:
    address = url_for("scoring.ranking", round_ref=round_.ref)
    return redirect(f"{address}?{query}" if query else address)


def _rubric(round_: Round) -> Rubric:
    return programme.definition_of(round_).rubric


def _asked(round_: Round) -> View:
    return view_from(dict(request.args.lists()), _rubric(round_))


def _page(round_: Round, form: SavedViewForm, view: View) -> ResponseReturnValue:
    fund = programme.definition_of(round_)
    rubric = fund.rubric
    allowed = policy.may_see_ranking(session(), me(), round_.id)
    page = render_template(
        "scoring/ranking.html",
        round=round_,
        fund=fund,
        form=form,
        allowed=allowed,
        view=view,
        query=query_of(view, rubric),
        columns=_chosen(view, rubric),
        offered=columns_of(rubric),
        pressed=lambda key: pressed(view, key, rubric),
        in_words=in_words(view, rubric),
        stages=BID,
        choices=_choices(rubric),
        address=url_for("scoring.ranking", round_ref=round_.ref),
        me=me().person_id,
        may_save=any(map(me().may, TURN_IT)),
        **(_lists(round_, view, allowed)),
    )
    return page, 422 if form.errors else 200


def _choices(rubric: Rubric) -> dict[str, list[tuple[str, str]]]:
    """What the filters offer: values and their words."""
    return {
        "themes": [(theme.key, theme.name) for theme in rubric.themes],
        "stages": [(stage.value, BID.staff_label(stage)) for stage in SHOWN_STAGES],
        "origins": [(origin.value, text) for origin, text in ORIGIN_LABELS.items()],
        "flags": [(flag.value, text) for flag, text in FLAG_LABELS.items()],
    }


def _lists(round_: Round, view: View, allowed: Decision) -> dict[str, object]:
    if not allowed:
        return {"page": None, "unranked": None, "hidden": [], "saved": []}
    hidden = reviewing.hidden_refs(session(), me().person_id or 0, round_.id)
    number = page_number(request.args.get("page"))
    return {
        "page": ranks.ranking(session(), round_id=round_.id, view=view, without=hidden, page=number),
        "unranked": ranks.unranked(session(), round_id=round_.id, without=hidden, size=SOME_UNRANKED),
        "hidden": list(hidden.values()),
        "saved": ranks.saved_views(session(), round_.id),
    }


def _chosen(view: View, rubric: Rubric) -> list[Column]:
    return [column for column in columns_of(rubric) if column.key in view.columns]


def _table(round_ref: str) -> tuple[Round, list[Heading], Iterator[list[Cell]]]:
    """The page's table with nothing left out but what the filters leave out. Raises NotFound, NotAllowed."""
    round_ = programme.round_by_ref(session(), round_ref)
    require(policy.may_see_ranking(session(), me(), round_.id))
    hidden = reviewing.hidden_refs(session(), me().person_id or 0, round_.id)
    view = _asked(round_)
    columns = _chosen(view, _rubric(round_))
    found = ranks.whole_ranking(session(), round_id=round_.id, view=view, without=hidden)
    return round_, [*_first_headings(), *map(_heading, columns)], (_line(row, columns) for row in found)


def _first_headings() -> Sequence[Heading]:
    return (
        Heading("Rank", Kind.NUMBER, 8),
        Heading("Bid"),
        Heading("Title", width=40),
        Heading("Lead organisation", width=36),
        Heading("Stage"),
        Heading("Origin", width=22),
        Heading("Flags", width=30),
        Heading("Total", Kind.SCORE, 10),
        Heading("Exact total"),
    )


def _heading(column: Column) -> Heading:
    return Heading(f"{column.label} (£)" if column.kind is Kind.MONEY else column.label, column.kind)


def _line(row: Ranked, columns: Sequence[Column]) -> list[Cell]:
    return [
        row.rank,
        row.ref,
        row.title,
        row.lead,
        BID.staff_label(row.stage),
        ORIGIN_LABELS[row.origin],
        "; ".join(FLAG_LABELS[flag] for flag in row.flags()),
        hundredths(row.total),
        str(row.total),
        *(_cell(row, column) for column in columns),
    ]


def _cell(row: Ranked, column: Column) -> Cell:
    if column.key == REVIEWS:
        return row.sheets
    if column.key == ASK:
        return row.ask
    value = row.score(column.key)
    return None if value is None else hundredths(value)
