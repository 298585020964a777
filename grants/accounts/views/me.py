"""A person's own page: name, organisations, roles, invitations, signing out everywhere."""

from flask import flash, g, redirect, url_for
from flask import session as cookie
from flask.typing import ResponseReturnValue

from grants.accounts import actions, policy, queries
from grants.accounts import session as visits
from grants.accounts.forms import AnswerForm, NameForm
from grants.accounts.views.blueprint import bp, name_first
from grants.core.clock import now
from grants.core.errors import RuleBroken
from grants.core.pages import show_form
from grants.core.web import me, session, signed_in, writes
from grants.permissions import ROLE_LABELS


@bp.get("/me/")
@signed_in
def profile() -> ResponseReturnValue:
    """The person's own page."""
    return _profile(NameForm(name=g.person.name))


@bp.post("/me/")
@signed_in
@writes
def rename() -> ResponseReturnValue:
    """Take the person's name."""
    form = NameForm()
    if not form.validate():
        return _profile(form)
    try:
        actions.rename_person(session(), person_id=g.person.id, name=form.name.data, actor=me(), now=now())
    except RuleBroken as broken:
        form.take_reasons(broken.reasons)
        return _profile(form)
    flash("Your name is saved.", "success")
    return redirect(url_for(".profile"))


@bp.post("/me/sign-out-everywhere/")
@signed_in
@writes
def sign_out_everywhere() -> ResponseReturnValue:
    """End all of the person's sessions, this one too."""
    actions.sign_out_everywhere(session(), person_id=g.person.id, actor=me(), now=now())
    visits.forget(cookie)
    return redirect(url_for(".signed_out"))


@bp.post("/invitations/<int(max=2147483647):joining_id>/")
@signed_in
@writes
def answer_invitation(joining_id: int) -> ResponseReturnValue:
    """Join the organisation that invited, or decline."""
    form = AnswerForm()
    if not form.validate():
        return _profile(NameForm(formdata=None, name=g.person.name))
    agrees = form.answer.data == "yes"
    joining = actions.answer_invitation(
        session(), joining_id=joining_id, agrees=agrees, actor=me(), now=now()
    )
    if not agrees:
        flash("You have declined the invitation.")
        return redirect(url_for(".profile"))
    return redirect(name_first(url_for(".organisation", organisation_id=joining.organisation_id)))


def _profile(form: NameForm) -> ResponseReturnValue:
    return show_form(
        "accounts/me.html",
        form,
        person=g.person,
        memberships=queries.organisations_of(session(), g.person.id),
        joinings=queries.joinings_of(session(), g.person.email),
        may_belong=policy.may_belong(me()),
        grants=queries.roles_of(session(), g.person.id),
        role_labels=ROLE_LABELS,
    )
