"""One person of an organisation: what they may do, leaving it; and the name that others see."""

from flask import flash, g, redirect, request, url_for
from flask.typing import ResponseReturnValue

from grants.accounts import actions, queries, rules
from grants.accounts.forms import MemberForm, NameForm
from grants.accounts.models import Membership
from grants.accounts.views.blueprint import bp, onward
from grants.core.clock import now
from grants.core.errors import NotFound, RuleBroken
from grants.core.language import say
from grants.core.pages import show_form
from grants.core.web import me, session, signed_in, writes
from grants.permissions import MemberRole


@bp.get("/organisations/<int:organisation_id>/people/<int:person_id>/")
@signed_in
def member(organisation_id: int, person_id: int) -> ResponseReturnValue:
    """What a person may do for the organisation."""
    found = _member(organisation_id, person_id)
    return _page(found, MemberForm(role=found.role.value))


@bp.post("/organisations/<int:organisation_id>/people/<int:person_id>/")
@signed_in
@writes
def change_member(organisation_id: int, person_id: int) -> ResponseReturnValue:
    """Change what the person may do."""
    found, form = _member(organisation_id, person_id), MemberForm()
    if not form.validate():
        return _page(found, form)
    try:
        actions.change_member(
            session(),
            organisation_id=organisation_id,
            person_id=person_id,
            role=MemberRole(form.role.data),
            actor=me(),
            now=now(),
        )
    except RuleBroken as broken:
        form.take_reasons(broken.reasons)
        return _page(found, form)
    flash(say("What they may do is changed."), "success")
    return redirect(url_for(".organisation", organisation_id=organisation_id))


@bp.post("/organisations/<int:organisation_id>/people/<int:person_id>/remove/")
@signed_in
@writes
def remove_member(organisation_id: int, person_id: int) -> ResponseReturnValue:
    """Take the person out of the organisation; of oneself: leave it."""
    found = _member(organisation_id, person_id)
    try:
        actions.remove_member(
            session(), organisation_id=organisation_id, person_id=person_id, actor=me(), now=now()
        )
    except RuleBroken as broken:
        form = MemberForm(formdata=None, role=found.role.value)
        form.take_reasons(broken.reasons)
        return _page(found, form)
    if person_id == g.person.id:
        flash(say("You have left the organisation."))
        return redirect(url_for(".profile"))
    flash(say("The person no longer belongs to the organisation."))
    return redirect(url_for(".organisation", organisation_id=organisation_id))


@bp.get("/name/")
@signed_in
def your_name() -> ResponseReturnValue:
    """Ask what a person is called, before others see their work."""
    form = NameForm(name=g.person.name, next_path=rules.local_path(request.args.get("next", "")))
    return show_form("accounts/your_name.html", form)


@bp.post("/name/")
@signed_in
@writes
def give_name() -> ResponseReturnValue:
    """Take the name and go on to where the person was going."""
    form = NameForm()
    if not form.validate():
        return show_form("accounts/your_name.html", form)
    try:
        actions.rename_person(session(), person_id=g.person.id, name=form.name.data, actor=me(), now=now())
    except RuleBroken as broken:
        form.take_reasons(broken.reasons)
        return show_form("accounts/your_name.html", form)
    return redirect(onward(form.next_path.data))


def _member(organisation_id: int, person_id: int) -> Membership:
    """Somebody of one's own organisation. Raises NotFound."""
    if not me().may_for(organisation_id, MemberRole.VIEWER):
        raise NotFound(say("There is no such organisation."))
    for found in queries.members_of(session(), organisation_id):
        if found.person_id == person_id:
            return found
    raise NotFound(say("This person does not belong to the organisation."))


def _page(found: Membership, form: MemberForm) -> ResponseReturnValue:
    return show_form(
        "accounts/member.html",
        form,
        member=found,
        is_signatory=me().may_for(found.organisation_id, MemberRole.SIGNATORY),
        is_me=found.person_id == g.person.id,
    )
