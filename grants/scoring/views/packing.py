"""A reviewer's bids to read away from the screen: one page to print and one PDF for every few of them."""

from dataclasses import asdict
from typing import Any

from flask import render_template, request
from flask.typing import ResponseReturnValue

from grants.accounts.states import KIND_LABELS
from grants.applications.on_paper import bid_paper
from grants.applications.outline import Line, words
from grants.core.errors import NotFound
from grants.core.pages import download
from grants.core.paging import Page, page_number
from grants.core.paper import pdf
from grants.core.web import me, needs, session
from grants.permissions import Permission
from grants.scoring import hiding, queue
from grants.scoring.views.blueprint import Desk, bp, desk

BIDS_IN_ONE = 5
"""Bids in one pack: as long as a bid can be, they fit into one PDF, which is made while its reader waits."""


def on_paper(found: Desk) -> dict[str, Any]:
    """The data of one bid on paper, as its reviewer may read it."""
    data = bid_paper(
        found.content,
        found.bid.definition,
        round_name=found.bid.round.name,
        sent=found.version,
        written_at=found.version.submitted_at,
    )
    if found.names_hidden:
        data["facts"].append(asdict(Line("Names", words(hiding.FREE_TEXT))))
    return data


@bp.get("/pack/")
@needs(Permission.REVIEW_BIDS)
def pack() -> ResponseReturnValue:
    """Bids that the reviewer has declared on and has not locked, to print."""
    page, desks = _pack()
    return render_template(
        "scoring/pack.html", page=page, desks=desks, kinds=KIND_LABELS, free_text=hiding.FREE_TEXT
    )


@bp.get("/pack/pdf/")
@needs(Permission.REVIEW_BIDS)
def pack_pdf() -> ResponseReturnValue:
    """The same as a PDF."""
    page, desks = _pack()
    if not desks:
        raise NotFound("You have no bid to read.")
    papers = [on_paper(found) for found in desks]
    rubric = desks[0].rubric
    data = {
        "title": f"Bids to review, part {page.number}",
        "author": "",
        "description": "Bids to read before scoring them",
        "mark": "IN CONFIDENCE",
        "foot": ", ".join(found.bid.application.ref for found in desks),
        "bids": papers,
        "strands": [strand.name for strand in rubric.strands],
        "themes": [[found.rubric.theme(key).name for key in found.counting] for found in desks],
        "words": {"theme": "Theme", "notes": "Room for your scores"},
    }
    made = pdf("pack", data, dated=max(found.version.submitted_at for found in desks))
    return download(made, name=f"bids-to-review-{page.number}.pdf", media_type="application/pdf")


def _pack() -> tuple[Page[str], list[Desk]]:
    """A few of the reviewer's bids, each through the same door as its own page."""
    refs = queue.readable(
        session(), me().person_id or 0, number=page_number(request.args.get("page")), size=BIDS_IN_ONE
    )
    return refs, [desk(ref) for ref in refs.rows]
