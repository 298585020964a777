"""A reviewer before a bid that has changed: what differs, and going on with the new version."""

from dataclasses import replace

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from grants.applications import revisions
from grants.applications.version_pair import as_choice, pair
from grants.core.clock import now
from grants.core.errors import NotFound
from grants.core.web import me, needs, session, writes
from grants.permissions import Permission
from grants.scoring import actions
from grants.scoring.hiding import without_names
from grants.scoring.views.blueprint import bp, desk


@bp.get("/<ref>/versions/")
@needs(Permission.REVIEW_BIDS)
def versions(ref: str) -> ResponseReturnValue:
    """The versions of the bid as they were sent, side by side."""
    found = desk(ref)
    sent = [as_choice(version) for version in revisions.versions_of(session(), found.bid.application.id)]
    if found.names_hidden:
        sent = [replace(choice, content=without_names(choice.content)) for choice in sent]
    asked = (request.args.get("first", ""), request.args.get("second", ""))
    return render_template(
        "applications/versions.html",
        bid=found.bid.application,
        pair=pair(found.bid.definition, sent, (), *asked),
        back="scoring.overview",
    )


@bp.post("/<ref>/take-up-version/")
@needs(Permission.REVIEW_BIDS)
@writes
def take_up_version(ref: str) -> ResponseReturnValue:
    """Go on with the bid as it was sent last."""
    found = desk(ref)
    if found.written is None:
        raise NotFound("You have not begun to score this bid.")
    sheet = found.written.sheet
    actions.take_up_version(session(), sheet_id=sheet.id, version=sheet.version, actor=me(), now=now())
    flash("You now score the newest version of the bid. Your scores so far are kept: check them.", "success")
    return redirect(url_for(".overview", ref=ref))
