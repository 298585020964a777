"""The blueprint of the room's pages, whose reports they show, and what it tells other rooms."""

from datetime import datetime
from typing import Any

from flask import Blueprint, Flask, abort, redirect, request, url_for

from grants.applications import queries as bids
from grants.applications.models import Application
from grants.awards import later
from grants.core.clock import now
from grants.core.errors import NotFound
from grants.core.language import say
from grants.core.policy import require
from grants.core.web import SAFE_METHODS, me, session
from grants.monitoring import actions, policy, queries
from grants.monitoring.models import Report
from grants.monitoring.rules import due_at, is_overdue
from grants.monitoring.states import COLOURS, OPEN, REPORT, USE_LABELS
from grants.reviewing import policy as reviewing

bp = Blueprint("monitoring", __name__, url_prefix="/monitoring")

UPLOAD = "monitoring.send_files"
UPLOADS_PER_PERSON = "60 per hour"


def init_app(app: Flask) -> None:
    """Say what stands in the way of closing an award and what moves with its end; limit how many files one
    person sends; let templates say where a report stands.
    """
    later.why_open["monitoring"] = queries.why_open
    later.end_moves["monitoring"] = actions.move_with_end
    (limiter,) = app.extensions["limiter"]
    views: dict[str, Any] = app.view_functions
    views[UPLOAD] = limiter.limit(UPLOADS_PER_PERSON, key_func=lambda: f"person {me().person_id}")(
        views[UPLOAD]
    )
    app.jinja_env.globals.update(report_machine=REPORT, report_colours=COLOURS, use_labels=USE_LABELS)
    app.jinja_env.filters.update(report_due=due_minute, report_late=is_late)


def due_minute(report: Report) -> datetime:
    """The last minute in which the report can be sent in time."""
    return due_at(report.wanted_by)


def is_late(report: Report) -> bool:
    """Whether its organisation should have sent it by now."""
    return report.state in OPEN and is_overdue(report.wanted_by, now())


def own_award(ref: str) -> Application:
    """The bid at this address, for people of its lead organisation. Raises NotFound for anybody else."""
    application = bids.by_ref(session(), ref)
    if not policy.is_member(me(), application):
        raise NotFound(say("There is no such bid."))
    return application


def own_report(ref: str, key: str) -> Report:
    """A report of such a bid. Raises NotFound."""
    return queries.report_of(session(), own_award(ref).id, key)


def report_to_write(ref: str, key: str) -> Report:
    """A report for those who may write it. A page of one that is closed leads to the report itself; what is
    sent to it is refused by the deed, with the words shown so that they can be copied.
    """
    found = own_report(ref, key)
    require(policy.may_write(me(), found.application))
    if request.method in SAFE_METHODS and not policy.is_open(found):
        abort(redirect(url_for("monitoring.report", ref=ref, key=key)))
    return found


def shown_award(ref: str) -> Application:
    """The bid behind staff's pages. Raises NotFound, or NotAllowed where it is hidden from the reader."""
    application = bids.sent_by_ref(session(), ref)
    require(reviewing.no_conflict(session(), me(), application.id))
    return application


def shown_report(report_id: int) -> Report:
    """A report as staff see it. Raises as `shown_award` does."""
    report = queries.report(session(), report_id)
    require(reviewing.no_conflict(session(), me(), report.application_id))
    return report
