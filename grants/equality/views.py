"""The questions, for those who like to answer, and the counts, for managers and auditors."""

from flask import Blueprint, flash, redirect, render_template, url_for
from flask import session as cookie
from flask.typing import ResponseReturnValue

from grants.core.clock import now
from grants.core.errors import NotAllowed, NotFound
from grants.core.language import say
from grants.core.pages import show_form
from grants.core.web import me, needs, session, signed_in, writes
from grants.equality import actions, policy, queries
from grants.equality.forms import EqualityForm, answers_in, form_for
from grants.equality.rules import FEWEST
from grants.permissions import Permission
from grants.programme import queries as programme
from grants.programme.models import Round

bp = Blueprint("equality", __name__, url_prefix="/equality")

ANSWERED = "equality_answered"
"""Where this browser notes which rounds it has answered for: the service itself does not know."""


@bp.get("/")
@signed_in
def rounds() -> ResponseReturnValue:
    """The rounds whose questions the person may answer."""
    return render_template(
        "equality/rounds.html",
        rounds=queries.rounds_asking(session(), me(), now=now()),
        answered=cookie.get(ANSWERED, []),
    )


@bp.get("/<round_ref>/")
@signed_in
def questions(round_ref: str) -> ResponseReturnValue:
    """The questions of a round."""
    round_ = _asking(round_ref)
    return _page(round_, form_for(programme.definition_of(round_)))


@bp.post("/<round_ref>/")
@signed_in
@writes
def answer(round_ref: str) -> ResponseReturnValue:
    """Add the answers to the counts, and keep nothing else."""
    round_ = _asking(round_ref)
    form = form_for(programme.definition_of(round_))
    if not form.validate():
        return _page(round_, form)
    if round_.id in cookie.get(ANSWERED, []):
        flash(say("Your answers were counted before. They were not counted again."))
        return redirect(url_for(".rounds"))
    actions.add_answers(session(), round_id=round_.id, answers=answers_in(form), actor=me(), now=now())
    cookie[ANSWERED] = [*cookie.get(ANSWERED, []), round_.id]
    flash(say("Thank you. Your answers are counted, and nothing leads from them back to you."), "success")
    return redirect(url_for(".rounds"))


@bp.get("/<round_ref>/counts/")
@needs(Permission.READ_EQUALITY)
def counts(round_ref: str) -> ResponseReturnValue:
    """How many chose what, small numbers left out."""
    round_ = programme.round_by_ref(session(), round_ref)
    closes_at = programme.closes_at(session(), round_)
    allowed = policy.may_read_counts(me(), closes_at=closes_at, now=now())
    return render_template(
        "equality/counts.html",
        round=round_,
        waiting=allowed.reason,
        counts=queries.counts_of(session(), round_) if allowed else [],
        fewest=FEWEST,
    )


def _asking(round_ref: str) -> Round:
    round_ = programme.round_by_ref(session(), round_ref)
    closes_at = programme.closes_at(session(), round_)
    bids = queries.bids_in(session(), me(), round_.id)
    if not bids or not programme.definition_of(round_).equality:
        raise NotFound("There are no such questions.")
    allowed = policy.may_answer(bids, closes_at=closes_at, now=now())
    if not allowed:
        raise NotAllowed(allowed.reason)
    return round_


def _page(round_: Round, form: EqualityForm) -> ResponseReturnValue:
    return show_form("equality/questions.html", form, round=round_)
