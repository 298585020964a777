"""Pages for everybody: rounds, what they ask, and how the service treats its readers."""

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from grants.core.clock import now
from grants.core.web import public, session
from grants.programme import queries as programme
from grants.programme.rules import best_total_for, openness

bp = Blueprint("public", __name__)


@bp.get("/")
@public
def index() -> ResponseReturnValue:
    """Rounds that are open, that will open, and that have closed."""
    moment, found = now(), programme.all_rounds(session())
    closings = programme.closings(session(), [round_.id for round_ in found])
    rounds = [
        (round_, programme.definition_of(round_), openness(round_.opens_at, closings.of(round_), moment))
        for round_ in found
    ]
    return render_template("public/index.html", rounds=rounds, closings=closings)


@bp.get("/rounds/<ref>/")
@public
def round_page(ref: str) -> ResponseReturnValue:
    """One round: purpose, dates, who may apply, how bids are scored."""
    return _page("public/round.html", ref)


@bp.get("/rounds/<ref>/questions/")
@public
def questions(ref: str) -> ResponseReturnValue:
    """Every question of the round on one page that prints well."""
    return _page("public/questions.html", ref)


@bp.get("/accessibility/")
@public
def accessibility() -> ResponseReturnValue:
    """How accessible the service is."""
    return render_template("public/accessibility.html")


@bp.get("/privacy/")
@public
def privacy() -> ResponseReturnValue:
    """What is kept about people, and why."""
    return render_template("public/privacy.html")


def _page(template: str, ref: str) -> ResponseReturnValue:
    round_ = programme.round_by_ref(session(), ref)
    fund = programme.definition_of(round_)
    closes_at = programme.closes_at(session(), round_)
    return render_template(
        template,
        round=round_,
        fund=fund,
        closes_at=closes_at,
        extensions=programme.whole_extensions(session(), round_.id),
        openness=openness(round_.opens_at, closes_at, now()),
        two_themes_reach=best_total_for(fund.rubric, 2),
    )
