"""Who is where: how far a round's reviewers and bids have come, for those who chase reviews."""

from flask import render_template, request
from flask.typing import ResponseReturnValue

from grants.core.charts import shares
from grants.core.clock import now, today
from grants.core.paging import page_number
from grants.core.web import me, needs, session
from grants.permissions import Permission
from grants.programme import queries as programme
from grants.reviewing import policy as reviewing_policy
from grants.reviewing import queries as reviewing
from grants.reviewing import runs
from grants.reviewing.states import KIND_LABELS
from grants.scoring import chasing_rules, owed
from grants.scoring import progress as found
from grants.scoring.views.blueprint import bp

FIRST_BIDS = 10
"""Bids that lack reviews on the page of the whole round; the others are on a page of their own."""


@bp.get("/progress/<round_ref>/")
@needs(Permission.ASSIGN_REVIEWERS, Permission.READ_ASSIGNMENTS)
def progress(round_ref: str) -> ResponseReturnValue:
    """The round's reviews at a glance, each reviewer, the bids that lack reviews, and what happens next.

    It counts sheets and never reads them, so it says nothing of scores to a chair who still has some to give.
    """
    round_ = programme.round_by_ref(session(), round_ref)
    hidden = reviewing.hidden_refs(session(), me().person_id or 0, round_.id)
    moment = now()
    batches = owed.batches(session(), round_id=round_.id, without=hidden)
    totals = found.totals(session(), round_, now=moment, without=hidden)
    fund = programme.definition_of(round_)
    return render_template(
        "scoring/progress.html",
        round=round_,
        fund=fund,
        over=fund.calendar.reviews_due_at < moment,
        today=today(moment),
        hidden=list(hidden.values()),
        totals=totals,
        bar=shares(totals.parts()),
        page=found.standings(
            session(),
            round_,
            now=moment,
            without=hidden,
            number=page_number(request.args.get("page")),
        ),
        bids=found.waiting_bids(session(), round_, without=hidden, size=FIRST_BIDS),
        moments=chasing_rules.next_moments(batches, now=moment),
        silent=len({batch.person_id for batch in batches if batch.is_silent(moment)}),
        proposal=runs.open_proposal(session(), round_.id),
        kinds=KIND_LABELS,
        may_assign=reviewing_policy.may_assign(me()),
    )


@bp.get("/progress/<round_ref>/bids/")
@needs(Permission.ASSIGN_REVIEWERS, Permission.READ_ASSIGNMENTS)
def waiting_bids(round_ref: str) -> ResponseReturnValue:
    """Every bid that lacks reviews."""
    round_ = programme.round_by_ref(session(), round_ref)
    hidden = reviewing.hidden_refs(session(), me().person_id or 0, round_.id)
    return render_template(
        "scoring/waiting_bids.html",
        round=round_,
        rules=programme.definition_of(round_).rules,
        hidden=list(hidden.values()),
        page=found.waiting_bids(
            session(), round_, without=hidden, number=page_number(request.args.get("page"))
        ),
        may_assign=reviewing_policy.may_assign(me()),
    )
