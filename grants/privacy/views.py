"""What is held about you, asking for its deletion, and answering such requests."""

import json

from flask import Blueprint, Response, flash, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from grants.accounts import queries as accounts
from grants.core.clock import now
from grants.core.errors import RuleBroken
from grants.core.language import say
from grants.core.pages import show_form
from grants.core.web import me, needs, session, signed_in, writes
from grants.permissions import Permission
from grants.privacy import actions, policy, queries
from grants.privacy.forms import AskForm, DecideForm
from grants.privacy.models import DeletionRequest
from grants.privacy.states import DELETION

bp = Blueprint("privacy", __name__, url_prefix="/privacy")

MOST_SHOWN = 20
"""Rows of a kind on the page; the downloads have all."""


@bp.get("/held/")
@signed_in
def held() -> ResponseReturnValue:
    """Everything that is held about the person, by kind."""
    kinds = queries.held_about(session(), g.person)
    return render_template("privacy/held.html", kinds=kinds, most=MOST_SHOWN)


@bp.get("/held/file.json")
@signed_in
def as_json() -> ResponseReturnValue:
    """The same for a machine, to keep."""
    kinds = queries.held_about(session(), g.person)
    content = {
        "held_about": g.person.email,
        "made_at": now().isoformat(),
        "held": [kind.as_json() for kind in kinds],
    }
    text = json.dumps(content, ensure_ascii=False, indent=2)
    return _file(text, "application/json", "json")


@bp.get("/held/file.html")
@signed_in
def as_page() -> ResponseReturnValue:
    """The same as one page to keep."""
    kinds = queries.held_about(session(), g.person)
    page = render_template("privacy/file.html", kinds=kinds, person=g.person, made_at=now())
    return _file(page, "text/html; charset=utf-8", "html")


@bp.get("/delete/")
@signed_in
def ask() -> ResponseReturnValue:
    """What would be deleted and what would be kept."""
    return _ask_page(AskForm())


@bp.post("/delete/")
@signed_in
@writes
def send_request() -> ResponseReturnValue:
    """Ask for deletion."""
    form = AskForm()
    if not form.validate():
        return _ask_page(form)
    actions.ask_for_deletion(session(), words=form.words.data or "", actor=me(), now=now())
    flash(say("We have your request. An administrator will answer by email within one month."), "success")
    return redirect(url_for(".ask"))


@bp.post("/delete/take-back/")
@signed_in
@writes
def take_back() -> ResponseReturnValue:
    """Take the request back."""
    actions.take_back(session(), actor=me(), now=now())
    flash(say("You have taken your request back."), "success")
    return redirect(url_for(".ask"))


@bp.get("/requests/")
@needs(Permission.READ_DELETIONS)
def requests() -> ResponseReturnValue:
    """Requests for deletion, those that wait first."""
    return render_template("privacy/requests.html", requests=queries.requests(session()), states=DELETION)


@bp.get("/requests/<int:request_id>/")
@needs(Permission.READ_DELETIONS)
def request_page(request_id: int) -> ResponseReturnValue:
    """One request, and what stands against granting it."""
    return _request_page(queries.request(session(), request_id), DecideForm())


@bp.post("/requests/<int:request_id>/")
@needs(Permission.DECIDE_DELETIONS)
@writes
def decide(request_id: int) -> ResponseReturnValue:
    """Grant the request, and do it; or refuse it."""
    form = DecideForm()
    request = queries.request(session(), request_id)
    if not form.validate():
        return _request_page(request, form)
    grants = form.answer.data == "grant"
    try:
        actions.decide(
            session(), request_id=request_id, grants=grants, reason=form.reason.data, actor=me(), now=now()
        )
    except RuleBroken as broken:
        form.take_reasons(broken.reasons)
        return _request_page(request, form)
    flash("The person is removed and told." if grants else "The request is refused and the person told.")
    return redirect(url_for(".requests"))


def _ask_page(form: AskForm) -> ResponseReturnValue:
    person_id = me().signature()
    return show_form(
        "privacy/ask.html",
        form,
        requests=queries.requests_of(session(), person_id),
        states=DELETION,
        against=queries.what_stands_against(session(), g.person),
    )


def _request_page(request: DeletionRequest, form: DecideForm) -> ResponseReturnValue:
    person = accounts.person(session(), request.person_id)
    return show_form(
        "privacy/request.html",
        form,
        request=request,
        person=person,
        states=DELETION,
        label=DELETION.staff_label(request.state),
        waits=DELETION.allows(request.state, "grant"),
        against=queries.what_stands_against(session(), person),
        may_decide=policy.may_decide(me(), request),
    )


def _file(text: str, media_type: str, ending: str) -> Response:
    return Response(
        text,
        content_type=media_type,
        headers={
            "Content-Disposition": f"attachment; filename=what-is-held-about-me.{ending}",
            "Cache-Control": "no-store",
        },
    )
