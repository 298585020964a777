"""Pages for everybody: rounds, what they ask, and how the service treats its readers."""

from dataclasses import asdict
from datetime import datetime
from functools import lru_cache
from typing import Any

from flask import Blueprint, make_response, redirect, render_template
from flask.typing import ResponseReturnValue

from grants.core import language, tongues
from grants.core.clock import exact_minute, now
from grants.core.language import say
from grants.core.pages import download, page_before
from grants.core.paper import pdf
from grants.core.web import public, session, writes
from grants.programme import queries as programme
from grants.programme.definition import FundDefinition, Retention
from grants.programme.rules import best_total_for, openness
from grants.public.question_sheet import as_text, question_sheet

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
    return _page("public/questions.html", ref, blocks=question_sheet(_fund(ref)))


@bp.get("/rounds/<ref>/questions/pdf/")
@public
def questions_pdf(ref: str) -> ResponseReturnValue:
    """Every question as a tagged PDF."""
    round_ = programme.round_by_ref(session(), ref)
    made = _questions_pdf(
        _fund(ref), programme.closes_at(session(), round_), round_.opens_at, language.code()
    )
    return download(made, name=f"{ref}-questions.pdf", media_type="application/pdf")


@bp.get("/rounds/<ref>/questions/text/")
@public
def questions_text(ref: str) -> ResponseReturnValue:
    """Every question as plain text, to paste elsewhere."""
    fund = _fund(ref)
    text = f"{fund.name}: {fund.round_name}\n\n{as_text(question_sheet(fund))}"
    return download(text.encode(), name=f"{ref}-questions.txt", media_type="text/plain")


@bp.get("/accessibility/")
@public
def accessibility() -> ResponseReturnValue:
    """How accessible the service is."""
    funders = [programme.definition_of(round_).funder for round_ in programme.all_rounds(session())]
    contacts = dict.fromkeys((funder.name, funder.email) for funder in funders)
    return render_template("public/accessibility.html", contacts=list(contacts))


@bp.post("/language/<code>/")
@public
@writes
def speak(code: str) -> ResponseReturnValue:
    """Answer this browser in another language from now on."""
    response = make_response(redirect(page_before()))
    tongues.choose(response, code)
    return response


@bp.get("/privacy/")
@public
def privacy() -> ResponseReturnValue:
    """What is kept about people, why and for how long, as each fund says."""
    funds = [programme.definition_of(round_) for round_ in programme.all_rounds(session())]
    return render_template("public/privacy.html", funds=funds, usual=Retention())


@lru_cache(maxsize=20)
def _questions_pdf(fund: FundDefinition, closes_at: datetime, dated: datetime, code: str) -> bytes:
    """Kept for each language, because anybody may ask for it and it takes a tenth of a second to make."""
    data = {
        "title": say("Every question: %(fund)s", fund=fund.name),
        "author": fund.funder.name,
        "description": say("All that a bid to the %(fund)s is asked", fund=fund.name),
        "foot": f"{fund.name}, {fund.round_name}",
        "intro": say("Bids are made online and close at %(moment)s.", moment=exact_minute(closes_at)),
        "blocks": [asdict(block) for block in question_sheet(fund)],
    }
    return pdf("questions", data, dated=dated)


def _fund(ref: str) -> FundDefinition:
    return programme.definition_of(programme.round_by_ref(session(), ref))


def _page(template: str, ref: str, **context: Any) -> ResponseReturnValue:
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
        **context,
    )
