"""Pages that show what several reviewers scored of one bid: side by side, moderation."""

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from grants.applications import queries as bids
from grants.applications.queries import Bid
from grants.applications.states import BID
from grants.core.clock import now
from grants.core.errors import NotFound, RuleBroken
from grants.core.pages import show_form
from grants.core.policy import require
from grants.core.web import me, needs, session, writes
from grants.permissions import Permission
from grants.reviewing import queries as reviewing
from grants.reviewing.states import KIND_LABELS, OVER
from grants.scoring import actions, policy, queries, rules
from grants.scoring.comparing import side_by_side
from grants.scoring.forms import AgreedForm, agreed_options
from grants.scoring.views.blueprint import bp


@bp.get("/<ref>/side-by-side/")
@needs(Permission.REVIEW_BIDS, Permission.READ_RANKING)
def compare(ref: str) -> ResponseReturnValue:
    """Every locked sheet of a bid beside the others, for those who have finished their own."""
    bid = _shown_bid(ref)
    return render_template("scoring/side_by_side.html", form=None, **_comparison(bid))


@bp.get("/moderate/<ref>/")
@needs(Permission.DECIDE)
def moderate(ref: str) -> ResponseReturnValue:
    """The same with the form for an agreed score."""
    return _moderation(_shown_bid(ref), AgreedForm())


@bp.post("/moderate/<ref>/")
@needs(Permission.DECIDE)
@writes
def agree(ref: str) -> ResponseReturnValue:
    """Record an agreed score."""
    bid = _shown_bid(ref)
    form = AgreedForm()
    form.about.options = tuple(agreed_options(bid.definition.rubric, _counting(bid)))
    if not form.validate():
        return _moderation(bid, form)
    theme, strand, score = form.agreed()
    try:
        actions.agree_score(
            session(),
            application_id=bid.application.id,
            theme=theme,
            strand=strand,
            score=score,
            reason=form.reason.data,
            actor=me(),
            now=now(),
        )
    except RuleBroken as broken:
        form.take_reasons(broken.reasons)
        return _moderation(bid, form)
    flash(f"The agreed score is on record for {ref}.", "success")
    return redirect(url_for(".moderate", ref=ref))


def _shown_bid(ref: str) -> Bid:
    """The bid, for those who may see what others scored. Raises NotFound for those with no part in it."""
    bid = bids.bid_by_ref(session(), ref)
    if bid.application.submitted_at is None:
        raise NotFound("There is no such bid.")
    if not me().may(Permission.READ_RANKING):
        mine = reviewing.assignment_of(
            session(), application_id=bid.application.id, person_id=me().person_id or 0
        )
        if mine is None or mine.state in OVER:
            raise NotFound("There is no such bid among those you review.")
    require(policy.may_see_others(session(), me(), bid.application.id))
    return bid


def _counting(bid: Bid) -> tuple[str, ...]:
    rubric = bid.definition.rubric
    return rules.counting_themes(
        rubric, queries.claims(session(), rubric, bid.application.current_version_id)
    )


def _comparison(bid: Bid) -> dict[str, object]:
    sheets = [sheet for sheet in queries.sheets_of(session(), bid.application.id) if sheet.locked]
    history = queries.agreed_history(session(), bid.application.id)
    agreed = queries.standing(history)
    review = bid.definition.review
    result = queries.result_of(session(), bid.application.id)
    return {
        "bid": bid.application,
        "round": bid.round,
        "sheets": sheets,
        "blocks": side_by_side(bid.definition.rubric, _counting(bid), sheets, agreed, spread=review.spread),
        "spread": review.spread,
        "history": list(reversed(history)),
        "rubric": bid.definition.rubric,
        "result": result,
        "total": queries.total_of(result),
        "kinds": KIND_LABELS,
        "stages": BID,
        "may_rank": me().may(Permission.READ_RANKING),
        "may_assign": me().may(Permission.ASSIGN_REVIEWERS),
        "may_agree": policy.may_agree(session(), me(), bid.application.id),
    }


def _moderation(bid: Bid, form: AgreedForm) -> ResponseReturnValue:
    form.about.options = tuple(agreed_options(bid.definition.rubric, _counting(bid)))
    return show_form("scoring/side_by_side.html", form, **_comparison(bid))
