"""Words sent by somebody signed out: kept, and offered again once they have signed in."""

from flask import Flask, flash, g, redirect, render_template, request, url_for
from flask import session as cookie
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import CSRFError, generate_csrf
from werkzeug.exceptions import Unauthorized

from grants.accounts import actions, codes, queries, rules
from grants.accounts import session as visits
from grants.accounts.models import KeptWords
from grants.accounts.views.blueprint import bp
from grants.core import pages
from grants.core.clock import now
from grants.core.db import unit_of_work
from grants.core.errors import NotFound
from grants.core.language import say
from grants.core.web import by_itself, me, not_saved, public, session, signed_in, writes

NOT_KEPT = frozenset({"csrf_token"})


def init_app(app: Flask) -> None:
    """Keep the words of who is signed out, whichever check finds it out: the policy, or the form's token that
    went with the session.
    """
    app.register_error_handler(Unauthorized, _signed_out)
    app.register_error_handler(CSRFError, _without_token)


@bp.get("/kept-words/")
@signed_in
def kept_words() -> ResponseReturnValue:
    """What was typed, with a button to send it where it was to go."""
    if g.second_factor_wanted:
        return redirect(url_for(".second_factor", next=request.full_path.removesuffix("?")))
    next_path = rules.local_path(request.args.get("next", "")) or url_for("home.dashboard")
    found = _waiting()
    if not found:
        return redirect(next_path)
    return render_template("accounts/kept_words.html", found=found, next_path=next_path)


@bp.post("/kept-words/<int:kept_id>/send/")
@signed_in
@writes
def send_kept(kept_id: int) -> ResponseReturnValue:
    """Send the form where it was to go: the browser repeats the words, and that page decides as ever."""
    return redirect(_release(kept_id).path, 307)


@bp.post("/kept-words/<int:kept_id>/forget/")
@signed_in
@writes
def forget_kept(kept_id: int) -> ResponseReturnValue:
    """Throw the words away."""
    _release(kept_id)
    flash(say("What you had typed is thrown away."))
    return redirect(url_for(".kept_words"))


@bp.get("/form-token/")
@public
def form_token() -> ResponseReturnValue:
    """For the pages' own script: who is signed in here now, until when, and a token for their forms.

    Other sites cannot read it: they may not send the header that it asks for, nor read an answer of ours.
    """
    if not by_itself():
        raise NotFound("There is no such page.")
    person = None if g.get("second_factor_wanted", False) else me().person_id
    left = (g.signed_in_until - now()).total_seconds() if person is not None else 0
    return {"token": generate_csrf(), "person": person, "seconds": int(left)}


def _release(kept_id: int) -> KeptWords:
    if g.second_factor_wanted:
        raise NotFound("These words do not wait for you.")
    return actions.release_words(
        session(),
        kept_id=kept_id,
        person_id=me().person_id or 0,
        browser=visits.browser_name(cookie),
        now=now(),
    )


def _waiting() -> list[KeptWords]:
    browser = visits.browser_name(cookie)
    return actions.kept_for(session(), person_id=me().person_id or 0, browser=browser, now=now())


def _signed_out(error: Unauthorized) -> ResponseReturnValue:
    if by_itself():
        return not_saved("signed_out", status=401)
    kept = _keep()
    next_path = pages.page_before()
    return render_template("errors/401.html", error=error, reasons=(), kept=kept, next_path=next_path), 401


def _without_token(error: CSRFError) -> ResponseReturnValue:
    """Who signed out in another tab has lost the token with the session: to them it is the same."""
    signed_out = me().person_id is None and visits.last_person(cookie) is not None
    if signed_out and pages.same_origin() and not by_itself() and request.blueprint != bp.name:
        return _signed_out(Unauthorized())
    return pages.csrf_failed(error)


def _keep() -> bool:
    """Keep what was sent for whoever is, or was last, signed in in this browser; whether it was kept.

    A stranger's words are not kept: a row is written only for a cookie that we have signed for somebody.
    """
    person_id = visits.last_person(cookie)
    path = rules.local_path(request.full_path.removesuffix("?"))
    if person_id is None or not path or request.blueprint == bp.name or not pages.typed_answers():
        return False
    pairs = [(name, text) for name, text in request.form.items(multi=True) if name not in NOT_KEPT]
    browser = visits.browser_name(cookie, fresh=codes.new_token())
    with unit_of_work() as unit:
        if queries.known(unit, person_id) is None:
            return False
        kept = actions.keep_words(
            unit, person_id=person_id, browser=browser, path=path, pairs=pairs, now=now()
        )
        return kept is not None
