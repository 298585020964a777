"""Signing in by e-mail link, and out."""

from flask import g, redirect, render_template, request, url_for
from flask import session as cookie
from flask.typing import ResponseReturnValue

from grants import config
from grants.accounts import actions, codes, queries, rules
from grants.accounts import session as visits
from grants.accounts.forms import SignInForm
from grants.accounts.views.blueprint import bp, onward
from grants.core.clock import now
from grants.core.pages import show_form
from grants.core.web import me, public, session, signed_in, writes
from grants.notifications.deliver import uses_demo_mailbox

ASKED_FOR = "asked_for"


@bp.get("/sign-in/")
@public
def sign_in() -> ResponseReturnValue:
    """Ask for the address to send a link to."""
    next_path = rules.local_path(request.args.get("next", ""))
    if me().person_id is not None:
        return redirect(onward(next_path))
    return show_form("accounts/sign_in.html", SignInForm(next_path=next_path))


@bp.post("/sign-in/")
@public
@writes
def ask_for_link() -> ResponseReturnValue:
    """Send the link. The answer is the same for every address, known or not, also past its limit."""
    form = SignInForm()
    if not form.validate():
        return show_form("accounts/sign_in.html", form)
    actions.ask_for_link(session(), email=form.email.data, next_path=form.next_path.data or "", now=now())
    cookie[ASKED_FOR] = form.email.data
    return redirect(url_for(".link_sent"))


@bp.get("/check-your-email/")
@public
def link_sent() -> ResponseReturnValue:
    """Say where the link was sent, or where to ask for one."""
    if ASKED_FOR not in cookie:
        return redirect(url_for(".sign_in"))
    return render_template(
        "accounts/link_sent.html",
        email=cookie[ASKED_FOR],
        minutes=int(rules.LINK_LIFE.total_seconds()) // 60,
        most=rules.MOST_LINKS,
        mailbox=uses_demo_mailbox(config.current()),
    )


@bp.get("/sign-in-again/")
@signed_in
def sign_in_again() -> ResponseReturnValue:
    """Say why a page about money asks for a new link although the person is signed in."""
    next_path = rules.local_path(request.args.get("next", ""))
    minutes = int(rules.FRESH_TO_OPEN.total_seconds()) // 60
    return render_template(
        "accounts/sign_in_again.html", next_path=next_path, email=g.person.email, minutes=minutes
    )


@bp.post("/sign-in-again/")
@signed_in
@writes
def ask_for_link_again() -> ResponseReturnValue:
    """Send the link to the person's own address: they stay signed in until they use it."""
    next_path = rules.local_path(request.form.get("next_path", ""))
    actions.ask_for_link(session(), email=g.person.email, next_path=next_path, now=now())
    cookie[ASKED_FOR] = g.person.email
    return redirect(url_for(".link_sent"))


@bp.get("/sign-in/<token>/")
@public
def link(token: str) -> ResponseReturnValue:
    """A button. Opening a link uses nothing up, since mail scanners open links too."""
    found = queries.live_link(session(), token_digest=codes.token_digest(token), now=now())
    if found is None:
        return _dead_link()
    return render_template("accounts/link.html", email=found.email)


@bp.post("/sign-in/<token>/")
@public
@writes
def use_link(token: str) -> ResponseReturnValue:
    """Use the link up and sign in. Staff go on to their second step."""
    moment = now()
    used = actions.use_link(session(), token=token, now=moment)
    if used is None:
        return _dead_link()
    person = queries.known(session(), used.person.id)
    visits.remember(cookie, person_id=used.person.id, epoch=used.person.session_epoch, now=moment)
    if person is not None and person.roles:
        return redirect(url_for(".second_factor", next=used.next_path or None))
    if person is not None and person.memberships and not person.name:
        return redirect(url_for(".your_name", next=used.next_path or None))
    return redirect(onward(used.next_path))


@bp.post("/sign-out/")
@public
@writes
def sign_out() -> ResponseReturnValue:
    """Sign out of this browser."""
    visits.forget(cookie)
    return redirect(url_for(".signed_out"))


@bp.get("/signed-out/")
@public
def signed_out() -> ResponseReturnValue:
    """Say that it is done."""
    return render_template("accounts/signed_out.html")


def _dead_link() -> ResponseReturnValue:
    return render_template("accounts/link_dead.html", minutes=int(rules.LINK_LIFE.total_seconds()) // 60), 410
