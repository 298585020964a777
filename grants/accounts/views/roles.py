"""Roles, for administrators: given by one, approved by another, taken away by any."""

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue

from grants.accounts import actions, policy, queries
from grants.accounts.forms import RoleForm
from grants.accounts.views.blueprint import bp
from grants.core.clock import now
from grants.core.errors import RuleBroken
from grants.core.pages import show_form
from grants.core.web import me, needs, session, writes
from grants.permissions import ROLE_LABELS, Permission, Role


@bp.get("/roles/")
@needs(Permission.MANAGE_ROLES)
def roles() -> ResponseReturnValue:
    """Everybody with a role, in force or waiting, and a form to give one."""
    return _page(RoleForm())


@bp.post("/roles/")
@needs(Permission.MANAGE_ROLES)
@writes
def grant_role() -> ResponseReturnValue:
    """Give a role; another administrator approves it."""
    form, moment = RoleForm(), now()
    if not form.validate():
        return _page(form)
    person = actions.find_or_create_person(
        session(), email=form.email.data, name=form.name.data or "", now=moment
    )
    try:
        actions.grant_role(session(), person_id=person.id, role=Role(form.role.data), actor=me(), now=moment)
    except RuleBroken as broken:
        form.take_reasons(broken.reasons)
        return _page(form)
    flash("The role is given. It is in force once another administrator approves it.", "success")
    return redirect(url_for(".roles"))


@bp.post("/roles/<int(max=2147483647):grant_id>/approve/")
@needs(Permission.MANAGE_ROLES)
@writes
def approve_role(grant_id: int) -> ResponseReturnValue:
    """Put a role in force."""
    actions.approve_role(session(), grant_id=grant_id, actor=me(), now=now())
    flash("The role is in force.", "success")
    return redirect(url_for(".roles"))


@bp.post("/roles/<int(max=2147483647):grant_id>/revoke/")
@needs(Permission.MANAGE_ROLES)
@writes
def revoke_role(grant_id: int) -> ResponseReturnValue:
    """Take a role away, or refuse one that waits."""
    actions.revoke_role(session(), grant_id=grant_id, actor=me(), now=now())
    flash("The role is taken away.", "success")
    return redirect(url_for(".roles"))


def _page(form: RoleForm) -> ResponseReturnValue:
    grants = queries.role_grants(session())
    return show_form(
        "accounts/roles.html",
        form,
        labels=ROLE_LABELS,
        waiting=[
            (grant, policy.may_approve_role(me(), grant)) for grant in grants if not grant.in_force_since
        ],
        in_force=[grant for grant in grants if grant.in_force_since],
    )
