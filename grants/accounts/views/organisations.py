"""Saying which organisation one acts for, and who belongs to it."""

from flask import flash, g, redirect, request, url_for
from flask.typing import ResponseReturnValue

from grants.accounts import actions, policy, queries, rules
from grants.accounts.actions import Outcome
from grants.accounts.forms import AnswerForm, InviteForm, OrganisationForm
from grants.accounts.models import Organisation
from grants.accounts.states import KIND_LABELS, OrganisationKind
from grants.accounts.views.blueprint import bp, name_first
from grants.core.clock import now
from grants.core.errors import NotFound, RuleBroken
from grants.core.fields import Option
from grants.core.language import say
from grants.core.pages import show_form
from grants.core.policy import require
from grants.core.web import me, session, signed_in, writes
from grants.geography.queries import locate
from grants.permissions import MemberRole


@bp.get("/organisations/new/")
@signed_in
def new_organisation() -> ResponseReturnValue:
    """Ask which organisation the person acts for."""
    require(policy.may_belong(me()))
    form = OrganisationForm(next_path=rules.local_path(request.args.get("next", "")))
    return show_form("accounts/new_organisation.html", form)


@bp.post("/organisations/new/")
@signed_in
@writes
def take_part() -> ResponseReturnValue:
    """Find or make the organisation; ask its signatories where others belong to it already."""
    form = OrganisationForm()
    form.same_as.options = tuple(_alike(form))
    if not form.validate():
        return show_form("accounts/new_organisation.html", form)
    try:
        taken = actions.take_part(
            session(),
            name=form.name.data,
            kind=OrganisationKind(form.kind.data),
            charity_number=form.charity_number.data or "",
            company_number=form.company_number.data or "",
            postcode=form.postcode.data,
            same_as=None if form.same_as.data is None else int(form.same_as.data),
            actor=me(),
            now=now(),
        )
    except RuleBroken as broken:
        form.take_reasons(broken.reasons)
        return show_form("accounts/new_organisation.html", form)
    if taken.outcome is Outcome.ASKED:
        flash(
            say(
                "%(organisation)s is known here already. We have asked for you to be let in, "
                "and will email you the answer.",
                organisation=taken.organisation.name,
            )
        )
        return redirect(url_for(".profile"))
    here = url_for(".organisation", organisation_id=taken.organisation.id)
    return redirect(name_first(rules.local_path(form.next_path.data or "") or here))


@bp.get("/organisations/<int(max=2147483647):organisation_id>/")
@signed_in
def organisation(organisation_id: int) -> ResponseReturnValue:
    """Who belongs to the organisation, for those who do."""
    return _page(_own(organisation_id), InviteForm())


@bp.post("/organisations/<int(max=2147483647):organisation_id>/invitations/")
@signed_in
@writes
def invite(organisation_id: int) -> ResponseReturnValue:
    """Invite somebody by e-mail."""
    own, form = _own(organisation_id), InviteForm()
    if not form.validate():
        return _page(own, form)
    try:
        actions.invite(
            session(),
            organisation_id=own.id,
            email=form.email.data,
            role=MemberRole(form.role.data),
            actor=me(),
            now=now(),
        )
    except RuleBroken as broken:
        form.take_reasons(broken.reasons)
        return _page(own, form)
    flash(say("We have sent an invitation to %(email)s.", email=form.email.data), "success")
    return redirect(url_for(".organisation", organisation_id=own.id))


@bp.post("/organisations/<int(max=2147483647):organisation_id>/requests/<int(max=2147483647):joining_id>/")
@signed_in
@writes
def answer_request(organisation_id: int, joining_id: int) -> ResponseReturnValue:
    """Let somebody in who asked, or refuse."""
    own, form = _own(organisation_id), AnswerForm()
    if not form.validate():
        return _page(own, InviteForm(formdata=None))
    actions.answer_request(
        session(),
        organisation_id=own.id,
        joining_id=joining_id,
        agrees=form.answer.data == "yes",
        actor=me(),
        now=now(),
    )
    return redirect(url_for(".organisation", organisation_id=own.id))


def _alike(form: OrganisationForm) -> list[Option]:
    """Organisations without a number that the one typed may be; none where a number was typed."""
    if form.charity_number.data or form.company_number.data:
        return []
    alike = queries.organisations_alike(
        session(), name=form.name.data or "", postcode=form.postcode.data or ""
    )
    if not alike:
        return []
    none = Option(str(actions.NONE_OF_THESE), say("None of these: add another organisation"))
    return [*(Option(str(one.id), f"{one.name}, {one.postcode}") for one in alike), none]


def _own(organisation_id: int) -> Organisation:
    """The organisation, if the person belongs to it: nobody else may know that it is there."""
    if not me().may_for(organisation_id, MemberRole.VIEWER):
        raise NotFound("There is no such organisation.")
    return queries.organisation(session(), organisation_id)


def _page(own: Organisation, form: InviteForm) -> ResponseReturnValue:
    return show_form(
        "accounts/organisation.html",
        form,
        organisation=own,
        kind=KIND_LABELS[own.kind],
        profile=queries.profile_of(session(), own.id),
        located=locate(session(), own.postcode),
        may_describe=policy.may_describe(me(), own.id),
        memberships=queries.members_of(session(), own.id),
        joinings=queries.open_joinings(session(), own.id),
        is_signatory=me().may_for(own.id, MemberRole.SIGNATORY),
        me=g.person,
    )
