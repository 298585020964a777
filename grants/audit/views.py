"""The auditor's pages: the trail, and the history of one thing."""

from collections.abc import Sequence

from flask import Blueprint, Flask, render_template, request
from flask.typing import ResponseReturnValue

from grants.audit import naming, queries, rules
from grants.audit.models import TrailEntry
from grants.audit.naming import Naming
from grants.core.errors import NotFound
from grants.core.web import me, needs, session
from grants.permissions import Permission

bp = Blueprint("audit", __name__, url_prefix="/audit")

LARGEST_NUMBER = 2**63 - 1


def init_app(app: Flask) -> None:
    """Let templates say what people call the things of the trail, and tell its facts."""
    app.jinja_env.globals["trail_names"] = _names
    app.jinja_env.globals["trail_fact"] = rules.told


def _names(entries: Sequence[TrailEntry]) -> Naming:
    return naming.naming(session(), me(), entries)


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
    """Everything that was done to one thing, oldest first; to a bid, with all that belongs to it."""
    subjects = naming.subjects_for(session(), me(), (subject_type, subject_id))
    entries = queries.history_of_all(session(), subjects)
    if not entries:
        raise NotFound("Nothing is recorded about this.")
    return render_template(
        "audit/history.html",
        entries=entries,
        subject_type=subject_type,
        subject_id=subject_id,
        whole_bid=len(subjects) > 1,
        cut=len(entries) == queries.LONGEST_HISTORY,
    )


def _number(text: str | None) -> int | None:
    """An entry's number from an address; None for anything that is not one."""
    if text and text.isascii() and text.isdecimal() and len(text) < 20:
        return min(int(text), LARGEST_NUMBER)
    return None
