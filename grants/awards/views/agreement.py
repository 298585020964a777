"""The agreement as a file: a preview before the offer goes out, then as it was kept; for partners too."""

from flask.typing import ResponseReturnValue

from grants.applications import partnership
from grants.applications import policy as applications
from grants.applications import queries as bids
from grants.applications.models import Application, Partner
from grants.applications.states import Standing
from grants.awards import agreements
from grants.awards.views.blueprint import MAY_OPEN, bp
from grants.core.clock import now
from grants.core.errors import NotFound
from grants.core.pages import download
from grants.core.policy import require
from grants.core.web import me, needs, public, session, signed_in
from grants.notifications.rules import File
from grants.panels import policy as panels_policy
from grants.panels import queries as panels
from grants.panels.states import FUNDED
from grants.permissions import Permission


@bp.get("/bids/<ref>/agreement/")
@signed_in
def agreement(ref: str) -> ResponseReturnValue:
    """The agreement that is offered or was accepted: for the lead's people, its partners', and staff."""
    application = bids.by_ref(session(), ref)
    if not _may_read(application):
        raise NotFound("There is no such agreement.")
    return _pdf(agreements.file_of(session(), application.id))


@bp.get("/bids/<ref>/agreement/preview/")
@needs(Permission.READ_DECISIONS)
def preview_agreement(ref: str) -> ResponseReturnValue:
    """The agreement as it would be made from the decision that is on record today."""
    application = bids.sent_by_ref(session(), ref)
    require(panels_policy.can_see_decisions(session(), me(), application.round_id))
    decision = panels.decision_of(session(), application.id)
    if decision is None or decision.outcome not in FUNDED:
        raise NotFound("No award has been decided for this bid.")
    return _pdf(agreements.typeset(agreements.words_for(session(), application, decision, at=now())))


@bp.get("/partners/<token>/agreement/")
@public
def partner_agreement(token: str) -> ResponseReturnValue:
    """The agreement for whoever has a partner's link."""
    partner = bids.partner_by_token(session(), token)
    if not agreement_for(partner):
        raise NotFound("There is no agreement for this bid.")
    return _pdf(agreements.file_of(session(), partner.application_id))


@bp.app_template_global()
def agreement_for(partner: Partner) -> bool:
    """Whether there is an agreement that this partner may read: one that takes part, or would."""
    there = agreements.current(session(), partner.application_id)
    return there is not None and partner.standing is not Standing.FORMER


def _may_read(application: Application) -> bool:
    """The lead's people; the partner's, by their organisation or their address; staff who open awards."""
    if applications.is_member(me(), application):
        return True
    if any(map(me().may, MAY_OPEN)):
        return True
    email = partnership.email_of(session(), me())
    mine = partnership.bids_partnered_by(session(), email=email, organisation_ids=list(me().memberships))
    return any(partner.application_id == application.id for partner, _, _ in mine)


def _pdf(file: File) -> ResponseReturnValue:
    return download(file.content, name=file.name, media_type=file.media_type)
