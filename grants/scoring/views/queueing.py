"""A reviewer's bids in the order in which they want doing, and the next of them."""

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from grants.core.paging import page_number
from grants.core.web import me, needs, session
from grants.permissions import Permission
from grants.reviewing import expenses
from grants.reviewing import queries as reviewing
from grants.scoring import practising, queue
from grants.scoring.views.blueprint import bp


@bp.get("/")
@needs(Permission.REVIEW_BIDS)
def reviews() -> ResponseReturnValue:
    """The bids that the reviewer may score, with how far they have come."""
    person_id = me().person_id or 0
    return render_template(
        "scoring/reviews.html",
        page=queue.waiting(session(), person_id, number=page_number(request.args.get("page"))),
        progress=queue.progress(session(), person_id),
        practice=practising.to_practise(session(), person_id),
        required={one.id for one, first in practising.left(session(), person_id) if first},
        reviewer=reviewing.reviewer(session(), person_id),
        queried=expenses.queried(session(), person_id),
    )


@bp.get("/next/")
@needs(Permission.REVIEW_BIDS)
def next_bid() -> ResponseReturnValue:
    """Lead to the bid that needs the reviewer most, or to their list when all is done."""
    found = queue.next_bid(session(), me().person_id or 0)
    if found is None:
        return redirect(url_for(".reviews"))
    ref, undeclared = found
    return redirect(url_for("reviewing.declare" if undeclared else ".overview", ref=ref))
