"""Changes of the partnership before the chair."""

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue

from grants.applications import actions as changing
from grants.applications import partnership
from grants.applications import queries as bids
from grants.applications.models import Application
from grants.applications.states import CHANGE, Change
from grants.awards import actions, policy
from grants.awards.forms import ForwardForm, RefusalForm
from grants.awards.views.blueprint import bp
from grants.core.clock import now
from grants.core.forms import BaseForm
from grants.core.pages import show_form
from grants.core.web import me, needs, session, writes
from grants.permissions import Permission


@bp.get("/bids/<ref>/partnership/")
@needs(Permission.READ_BIDS)
def partner_changes(ref: str) -> ResponseReturnValue:
    """Every change of a bid's partnership since it was sent, and the one that waits."""
    return _changes_page(bids.sent_by_ref(session(), ref), RefusalForm())


@bp.post("/bids/<ref>/partnership/forward/")
@needs(Permission.SCREEN_BIDS)
@writes
def forward_partner_change(ref: str) -> ResponseReturnValue:
    """Put the change before the chair."""
    application = bids.sent_by_ref(session(), ref)
    form = ForwardForm()
    changing.forward_change(
        session(), application_id=application.id, note=form.note.data or "", actor=me(), now=now()
    )
    flash("The change is before the chair.", "success")
    return redirect(url_for(".partner_changes", ref=ref))


@bp.post("/bids/<ref>/partnership/approve/")
@needs(Permission.APPROVE_VARIATION)
@writes
def approve_partner_change(ref: str) -> ResponseReturnValue:
    """Let the partnership be as the change proposes."""
    application = bids.sent_by_ref(session(), ref)
    actions.settle_partner_change(
        session(), application_id=application.id, approves=True, actor=me(), now=now()
    )
    flash("The change is approved. The organisation has been told.", "success")
    return redirect(url_for(".partner_changes", ref=ref))


@bp.post("/bids/<ref>/partnership/refuse/")
@needs(Permission.APPROVE_VARIATION)
@writes
def refuse_partner_change(ref: str) -> ResponseReturnValue:
    """Refuse the change, with a reason."""
    application, form = bids.sent_by_ref(session(), ref), RefusalForm()
    if not form.validate():
        return _changes_page(application, form)
    actions.settle_partner_change(
        session(),
        application_id=application.id,
        approves=False,
        reason=form.reason.data,
        actor=me(),
        now=now(),
    )
    flash("The change is refused. The organisation has been told.")
    return redirect(url_for(".partner_changes", ref=ref))


def _changes_page(application: Application, form: BaseForm) -> ResponseReturnValue:
    changes = partnership.changes_of(session(), application.id)
    waiting = next((one for one in changes if one.state in (Change.AGREED, Change.FORWARDED)), None)
    return show_form(
        "awards/partner_changes.html",
        form,
        application=application,
        changes=changes,
        waiting=waiting,
        machine=CHANGE,
        forward_form=ForwardForm(formdata=None),
        may_forward=waiting is not None
        and waiting.state is Change.AGREED
        and me().may(Permission.SCREEN_BIDS),
        may_settle=waiting is not None
        and waiting.state is Change.FORWARDED
        and bool(policy.can_settle_partner_change(session(), me(), waiting)),
    )
