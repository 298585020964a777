"""Staff's pages of a round: who is where with their reports, who is silent, what was reached and spent."""

from datetime import timedelta

from flask import render_template, request
from flask.typing import ResponseReturnValue

from grants.core.charts import against, shares
from grants.core.clock import now, today
from grants.core.errors import NotFound
from grants.core.paging import page_number
from grants.core.web import me, needs, session
from grants.monitoring import policy, queries
from grants.monitoring.results import results_of
from grants.monitoring.views.blueprint import bp, shown_award
from grants.permissions import Permission
from grants.programme import queries as programme
from grants.reviewing.queries import hidden_refs

SOON = timedelta(days=30)


@bp.get("/<round_ref>/")
@needs(Permission.READ_REPORTS)
def overview(round_ref: str) -> ResponseReturnValue:
    """Every report of a round, by the day it is wanted; first who is silent."""
    round_ = programme.round_by_ref(session(), round_ref)
    hidden = hidden_refs(session(), me().person_id or 0, round_.id)
    which = request.args.get("show", "all")
    if which not in {one.key for one in queries.LISTS}:
        raise NotFound("There is no such list of reports.")
    day = today(now())
    days = {"day": day, "soon": day + SOON}
    settings = programme.definition_of(round_).monitoring
    late = day - timedelta(days=settings.escalate_after_days)
    return render_template(
        "monitoring/overview.html",
        round=round_,
        settings=settings,
        lists=queries.LISTS,
        which=which,
        counts=queries.counts(session(), round_.id, without=hidden, **days),
        page=queries.page_of_reports(
            session(),
            round_.id,
            which=which,
            without=hidden,
            number=page_number(request.args.get("page")),
            **days,
        ),
        silent=queries.silent_since(session(), round_.id, late, without=hidden),
        hidden=list(hidden.values()),
    )


@bp.get("/<round_ref>/results/")
@needs(Permission.READ_REPORTS)
def results(round_ref: str) -> ResponseReturnValue:
    """What the awards of a round reached and spent, by the report that each sent last."""
    round_ = programme.round_by_ref(session(), round_ref)
    hidden = hidden_refs(session(), me().person_id or 0, round_.id)
    found = results_of(
        [one.content for one in queries.newest_sent(session(), round_.id, without=hidden)],
        programme.definition_of(round_),
    )
    return render_template(
        "monitoring/results.html",
        round=round_,
        results=found,
        spending=against([(row.name, row.spent, row.budget) for row in found.spending]),
        people=shares([(row.name, row.people) for row in found.themes]),
        hidden=list(hidden.values()),
    )


@bp.get("/awards/<ref>/")
@needs(Permission.READ_REPORTS)
def award(ref: str) -> ResponseReturnValue:
    """One award's reports, and what stands in the way of closing it."""
    application = shown_award(ref)
    reports = queries.reports_of(session(), application.id)
    return render_template(
        "monitoring/award.html",
        application=application,
        round=programme.round_by_id(session(), application.round_id),
        reports=reports,
        open=queries.why_open(session(), application) if reports else [],
        may_close=me().may(Permission.MANAGE_AWARDS) and policy.can_review(session(), me(), application),
    )
