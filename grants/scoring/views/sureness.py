"""How sure a round's ranking is: what was worked out of it, beside the scores of record."""

from collections.abc import Collection

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from grants.core.clock import now
from grants.core.errors import RuleBroken
from grants.core.paging import PAGE_SIZE, Page, page_number
from grants.core.policy import require
from grants.core.web import me, needs, session, writes
from grants.permissions import Permission
from grants.programme import queries as programme
from grants.programme.models import Round
from grants.reviewing import queries as reviewing
from grants.scoring import actions, policy, standing
from grants.scoring.estimates import Bid, Sureness, sureness_from
from grants.scoring.models import Calibration
from grants.scoring.states import CALIBRATION
from grants.scoring.views.blueprint import TURN_IT, bp


@bp.get("/ranking/<round_ref>/sureness/")
@needs(Permission.READ_RANKING)
def sureness(round_ref: str) -> ResponseReturnValue:
    """How sure are we? Estimates with their intervals, never in place of the score of record."""
    round_ = programme.round_by_ref(session(), round_ref)
    allowed = policy.may_see_ranking(session(), me(), round_.id)
    latest = standing.latest(session(), round_.id) if allowed else None
    made = standing.latest_made(session(), round_.id) if allowed else None
    hidden = reviewing.hidden_refs(session(), me().person_id or 0, round_.id) if allowed else {}
    return render_template(
        "scoring/sureness.html",
        round=round_,
        method=programme.definition_of(round_).rubric.method,
        allowed=allowed,
        latest=latest,
        made=made,
        hidden=list(hidden.values()),
        current=made is not None and made.input_digest == standing.digest(session(), round_),
        states=CALIBRATION,
        may_ask=any(map(me().may, TURN_IT)),
        **_found(round_, made, hidden),
    )


@bp.post("/ranking/<round_ref>/sureness/")
@needs(*TURN_IT)
@writes
def calibrate(round_ref: str) -> ResponseReturnValue:
    """Ask for it to be worked out as the results stand now."""
    round_ = programme.round_by_ref(session(), round_ref)
    require(policy.may_see_ranking(session(), me(), round_.id))
    try:
        actions.request_calibration(session(), round_id=round_.id, actor=me(), now=now())
    except RuleBroken as broken:
        flash(broken.reasons[0].text, "error")
    else:
        flash("It is being worked out. Open this page again in a minute.", "success")
    return redirect(url_for(".sureness", round_ref=round_ref))


def _found(round_: Round, made: Calibration | None, hidden: Collection[int]) -> dict[str, object]:
    if made is None:
        return {"found": None, "page": None, "bids": {}, "people": {}}
    found = sureness_from(made.results, programme.definition_of(round_).rubric, hidden)
    page = _cut(found)
    shown = [*page.rows, *found.near_the_line(), *found.crossing]
    return {
        "found": found,
        "page": page,
        "bids": standing.names_of_bids(session(), {bid.id for bid in shown}),
        "people": standing.names_of_people(session(), {one.person_id for one in found.reviewers}),
    }


def _cut(found: Sureness) -> Page[Bid]:
    total = len(found.bids)
    number = min(page_number(request.args.get("page")), max(1, -(-total // PAGE_SIZE)))
    start = (number - 1) * PAGE_SIZE
    return Page(found.bids[start : start + PAGE_SIZE], number, PAGE_SIZE, total)
