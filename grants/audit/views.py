"""The auditor's pages: the trail, and the history of one thing."""

from collections.abc import Mapping, Sequence

from flask import Blueprint, Flask, render_template, request
from flask.typing import ResponseReturnValue

from grants.audit import queries
from grants.audit.models import TrailEntry
from grants.core.errors import NotFound
from grants.core.web import needs, session
from grants.permissions import Permission

bp = Blueprint("audit", __name__, url_prefix="/audit")

LARGEST_NUMBER = 2**63 - 1


def init_app(app: Flask) -> None:
    """Leave a place where a later room says what people call the things of the trail.

    That room replaces the template global `trail_names`, a function from entries to names by (type, id).
    """
    app.jinja_env.globals.setdefault("trail_names", _without_names)


def _without_names(entries: Sequence[TrailEntry]) -> Mapping[tuple[str, str], str]:
    return {}


@bp.get("/")
@needs(Permission.READ_TRAIL)
def trail() -> ResponseReturnValue:
    """The trail, newest first, narrowed to a deed or a subject."""
    before = _number(request.args.get("before"))
    asked = {name: request.args.get(name, "").strip() for name in ("deed", "subject_type", "subject_id")}
    return render_template(
        "audit/trail.html",
        page=queries.page_of(session(), **asked, before=before),
        newest=before is not None,
        asked=asked,
        deeds=queries.deeds(session()),
        subject_types=queries.subject_types(session()),
        tail=queries.noted_tail(session()),
    )


@bp.get("/<subject_type>/<path:subject_id>/")
@needs(Permission.READ_TRAIL)
def history(subject_type: str, subject_id: str) -> ResponseReturnValue:
    """Everything that was done to one thing, oldest first."""
    entries = queries.history_of(session(), (subject_type, subject_id))
    if not entries:
        raise NotFound("Nothing is recorded about this.")
    return render_template(
        "audit/history.html",
        entries=entries,
        subject_type=subject_type,
        subject_id=subject_id,
        cut=len(entries) == queries.LONGEST_HISTORY,
    )


def _number(text: str | None) -> int | None:
    """An entry's number from an address; None for anything that is not one."""
    if text and text.isascii() and text.isdecimal() and len(text) < 20:
        return min(int(text), LARGEST_NUMBER)
    return None
