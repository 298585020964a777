"""The chair's moderation: which bids to look at and why, and agreed scores that wait to be reaffirmed."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from grants.applications import queries as bids
from grants.applications.queries import Bid
from grants.applications.states import BID
from grants.core.clock import now
from grants.core.errors import NotFound, RuleBroken
from grants.core.pages import show_form
from grants.core.paging import page_number
from grants.core.policy import require
from grants.core.web import me, needs, session, writes
from grants.permissions import Permission
from grants.programme import queries as programme
from grants.reviewing import queries as reviewing
from grants.scoring import actions, policy, queries
from grants.scoring.forms import ReaffirmForm
from grants.scoring.models import AgreedScore
from grants.scoring.moderation import TRIGGER_LABELS, Trigger, place_name
from grants.scoring.triggered import bids_to_look_at
from grants.scoring.views.blueprint import bp


@bp.get("/moderation/<round_ref>/")
@needs(Permission.READ_RANKING)
def moderation(round_ref: str) -> ResponseReturnValue:
    """The bids of a round that the chair should look at, with the reasons.

    Nothing of a bid that the reader has a conflict with or has still to score.
    """
    round_ = programme.round_by_ref(session(), round_ref)
    person_id = me().person_id or 0
    hidden = reviewing.hidden_refs(session(), person_id, round_.id)
    own = policy.own_unlocked(session(), me(), round_.id)
    asked = request.args.get("reason", "")
    trigger = Trigger(asked) if asked in [*Trigger] else None
    looking = bids_to_look_at(
        session(),
        round_=round_,
        definition=programme.definition_of(round_),
        without={*hidden, *own},
        knows_line=not own,
        trigger=trigger,
        number=page_number(request.args.get("page")),
    )
    return render_template(
        "scoring/moderation.html",
        round=round_,
        looking=looking,
        trigger=trigger,
        labels=TRIGGER_LABELS,
        hidden=list(hidden.values()),
        own=len(own),
        spread=programme.definition_of(round_).review.spread,
        stages=BID,
        may_agree=me().may(Permission.DECIDE),
    )


@bp.get("/moderate/<ref>/reaffirm/<int:agreed_id>/")
@needs(Permission.DECIDE)
def ask_reaffirm(ref: str, agreed_id: int) -> ResponseReturnValue:
    """The suspended score with the question why it still holds."""
    return _reaffirming(_suspended(ref, agreed_id), ReaffirmForm())


@bp.post("/moderate/<ref>/reaffirm/<int:agreed_id>/")
@needs(Permission.DECIDE)
@writes
def reaffirm(ref: str, agreed_id: int) -> ResponseReturnValue:
    """Put a suspended agreed score back in force."""
    found = _suspended(ref, agreed_id)
    form = ReaffirmForm()
    if not form.validate():
        return _reaffirming(found, form)
    try:
        actions.reaffirm_score(session(), agreed_id=agreed_id, reason=form.reason.data, actor=me(), now=now())
    except RuleBroken as broken:
        form.take_reasons(broken.reasons)
        return _reaffirming(found, form)
    flash(f"The agreed score for {ref} is in force again.", "success")
    return redirect(url_for(".moderate", ref=ref))


def _suspended(ref: str, agreed_id: int) -> tuple[Bid, AgreedScore]:
    """The bid and its agreed score, for those who may agree on it. Raises NotFound or NotAllowed."""
    bid = bids.bid_by_ref(session(), ref)
    rows = queries.agreed_rows(session(), bid.application.id)
    row = next((row for row in rows if row.id == agreed_id and row.suspended_at), None)
    if bid.application.submitted_at is None or row is None:
        raise NotFound("There is no such agreed score that waits to be reaffirmed.")
    require(policy.may_agree(session(), me(), bid.application.id))
    return bid, row


def _reaffirming(found: tuple[Bid, AgreedScore], form: ReaffirmForm) -> ResponseReturnValue:
    bid, row = found
    rubric = bid.definition.rubric
    return show_form(
        "scoring/reaffirm.html",
        form,
        bid=bid.application,
        row=row,
        place=place_name(rubric, row.theme, row.strand),
    )
