"""The second step of staff: setting it up, and giving a code."""

import segno
from flask import flash, g, redirect, render_template, request, url_for
from flask import session as cookie
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from grants import config
from grants.accounts import actions, codes, queries, rules, sealing
from grants.accounts import session as visits
from grants.accounts.actions import Answer
from grants.accounts.forms import CodeForm
from grants.accounts.models import SecondFactor
from grants.accounts.views.blueprint import bp, onward
from grants.core.clock import now
from grants.core.errors import NotAllowed, RuleBroken
from grants.core.language import say
from grants.core.pages import show_form
from grants.core.web import me, session, signed_in, writes

ISSUER = "Partnership grants"


@bp.get("/second-factor/")
@signed_in
def second_factor() -> ResponseReturnValue:
    """Ask for a code; who has none to give sets one up first, who needs none goes on."""
    next_path = rules.local_path(request.args.get("next", ""))
    if not g.second_factor_wanted:
        return redirect(onward(next_path))
    factor = queries.second_factor(session(), g.person.id)
    if factor is None or not queries.is_set_up(factor):
        return redirect(url_for(".set_up_second_factor", next=next_path or None))
    return _code_page(CodeForm(next_path=next_path), factor)


@bp.post("/second-factor/")
@signed_in
@writes
def give_code() -> ResponseReturnValue:
    """Check a code. A wrong one is counted, so its page answers 200: an error would undo the counting."""
    form, moment = CodeForm(), now()
    if not g.second_factor_wanted:
        return redirect(onward(form.next_path.data))
    if not form.validate():
        return _code_page(form, queries.second_factor(session(), g.person.id))
    answer = actions.give_code(session(), code=form.code.data, actor=me(), now=moment)
    if answer in (Answer.RIGHT, Answer.RECOVERED):
        visits.pass_second_factor(cookie)
        if answer is Answer.RECOVERED:
            flash(
                say(
                    "Recovery codes left: %(count)s.",
                    count=queries.recovery_codes_left(session(), g.person.id),
                )
            )
        return redirect(onward(form.next_path.data))
    factor = queries.second_factor(session(), g.person.id)
    if answer is Answer.WRONG:
        form.code.errors = ["This code is not right, or was used before. Enter the next code your app shows"]
    return _code_page(form, factor)


@bp.get("/second-factor/set-up/")
@signed_in
def set_up_second_factor() -> ResponseReturnValue:
    """Explain, then show the secret once it was made."""
    _require_staff()
    factor = queries.second_factor(session(), g.person.id)
    if factor is not None and queries.is_set_up(factor):
        return redirect(url_for(".second_factor"))
    return _set_up_page(CodeForm(next_path=rules.local_path(request.args.get("next", ""))), factor)


@bp.post("/second-factor/set-up/")
@signed_in
@writes
def begin_second_factor() -> ResponseReturnValue:
    """Make the secret."""
    _require_staff()
    actions.begin_second_factor(session(), actor=me(), now=now())
    next_path = rules.local_path(request.form.get("next_path", ""))
    return redirect(url_for(".set_up_second_factor", next=next_path or None))


@bp.post("/second-factor/confirm/")
@signed_in
@writes
def confirm_second_factor() -> ResponseReturnValue:
    """Confirm the secret by a code, and show the recovery codes, this once."""
    _require_staff()
    form = CodeForm()
    factor = queries.second_factor(session(), g.person.id)
    if not form.validate():
        return _set_up_page(form, factor)
    try:
        recovery = actions.confirm_second_factor(session(), code=form.code.data, actor=me(), now=now())
    except RuleBroken as broken:
        form.take_reasons(broken.reasons)
        return _set_up_page(form, factor)
    visits.pass_second_factor(cookie)
    return render_template(
        "accounts/recovery_codes.html",
        codes=recovery,
        email=g.person.email,
        onward=onward(form.next_path.data),
    )


def _require_staff() -> None:
    if not g.person.roles:
        raise NotAllowed("Only people with a role in the council's service need a second step.")


def _code_page(form: CodeForm, factor: SecondFactor | None) -> ResponseReturnValue:
    moment = now()
    locked = factor is not None and factor.locked_until is not None and factor.locked_until > moment
    shown = ""
    if config.current().demo and factor is not None and factor.made_for_demo:
        shown = codes.code_now(sealing.unseal(factor.secret_encrypted), now=moment)
    return render_template(
        "accounts/second_factor.html",
        form=form,
        demo_code=shown,
        locked_until=factor.locked_until if factor is not None and locked else None,
    )


def _set_up_page(form: CodeForm, factor: SecondFactor | None) -> ResponseReturnValue:
    if factor is None or factor.confirmed_at is not None:
        return render_template("accounts/second_factor_intro.html", next_path=form.next_path.data)
    secret = sealing.unseal(factor.secret_encrypted)
    address = codes.set_up_address(secret, account=g.person.email, issuer=ISSUER)
    return show_form(
        "accounts/second_factor_set_up.html",
        form,
        qr=_qr(address),
        address=address,
        secret=codes.in_fours(secret),
    )


def _qr(text: str) -> Markup:
    """A QR code as SVG with attributes only: the content policy allows no style in the page."""
    drawn = segno.make(text, micro=False).svg_inline(
        scale=5, light="#fff", title="QR code for your authenticator app", omitsize=False
    )
    return Markup(drawn)  # noqa: S704 - drawn by segno; the text is only in the picture
