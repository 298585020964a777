"""What an organisation says about itself, written once for all its bids."""

from typing import Any

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from grants.accounts import actions, policy, queries, rules
from grants.accounts.actions.profiles import ABOUT_ITSELF
from grants.accounts.forms import ProfileForm
from grants.accounts.models import Organisation
from grants.accounts.profiles import Profile
from grants.accounts.states import OrganisationKind
from grants.accounts.views.blueprint import bp
from grants.core.clock import now
from grants.core.errors import NotFound, RuleBroken
from grants.core.language import say
from grants.core.pages import show_form
from grants.core.policy import require
from grants.core.web import me, session, signed_in, writes
from grants.permissions import MemberRole


@bp.get("/organisations/<int:organisation_id>/details/")
@signed_in
def describe(organisation_id: int) -> ResponseReturnValue:
    """What the organisation says about itself, to be changed."""
    own = _own(organisation_id)
    kept = queries.profile_of(session(), own.id)
    said = {name: getattr(kept, name) for name in ABOUT_ITSELF} if kept else {}
    form = ProfileForm(
        name=own.name,
        kind=own.kind.value,
        charity_number=own.charity_number or "",
        company_number=own.company_number or "",
        postcode=own.postcode,
        version=kept.version if kept else 0,
        **said,
    )
    return _page(own, form)


@bp.post("/organisations/<int:organisation_id>/details/")
@signed_in
@writes
def save_details(organisation_id: int) -> ResponseReturnValue:
    """Keep what was typed."""
    own, form = _own(organisation_id), ProfileForm()
    if not form.validate():
        return _page(own, form)
    typed: dict[str, Any] = {name: getattr(form, name).data for name in ABOUT_ITSELF}
    typed |= {name: typed[name] or "" for name in _TEXTS}
    try:
        actions.save_profile(
            session(),
            organisation_id=own.id,
            profile=Profile(
                name=form.name.data,
                kind=OrganisationKind(form.kind.data),
                charity_number=form.charity_number.data or "",
                company_number=form.company_number.data or "",
                postcode=form.postcode.data,
                **typed,
            ),
            version=form.expected_version(),
            actor=me(),
            now=now(),
        )
    except RuleBroken as broken:
        form.take_reasons(broken.reasons)
        return _page(own, form)
    flash(say("The details of your organisation are saved."), "success")
    onward = rules.local_path(request.args.get("next", ""))
    return redirect(onward or url_for(".organisation", organisation_id=own.id))


_TEXTS = frozenset({"address", "phone", "website", "email", "description", "year_end"})


def _own(organisation_id: int) -> Organisation:
    if not me().may_for(organisation_id, MemberRole.VIEWER):
        raise NotFound("There is no such organisation.")
    require(policy.may_describe(me(), organisation_id))
    return queries.organisation(session(), organisation_id)


def _page(own: Organisation, form: ProfileForm) -> ResponseReturnValue:
    return show_form(
        "accounts/describe.html",
        form,
        organisation=own,
        next_path=rules.local_path(request.args.get("next", "")),
    )
