"""A reviewer asks for passages of the bid that share words with what a cell asks."""

from flask import redirect, url_for
from flask.typing import ResponseReturnValue

from grants.core.clock import now
from grants.core.errors import NotFound
from grants.core.web import me, needs, session, writes
from grants.permissions import Permission
from grants.scoring import actions
from grants.scoring.forms import theme_form
from grants.scoring.models import Sheet
from grants.scoring.views.blueprint import bp
from grants.scoring.views.filling import keep_theme, with_theme


@bp.post("/<ref>/themes/<theme>/passages/<strand>/")
@needs(Permission.REVIEW_BIDS)
@writes
def find_passages(ref: str, theme: str, strand: str) -> ResponseReturnValue:
    """Keep what was given so far and show passages for one cell from now on. The trail tells who asked."""
    found = with_theme(ref, theme)
    if strand not in found.rubric.strand_keys or not found.bid.definition.review.passages:
        raise NotFound("There is no such page.")
    sheet = keep_theme(found, theme, theme_form(found.rubric)())
    if not isinstance(sheet, Sheet):
        return sheet
    actions.open_passages(
        session(), assignment_id=found.assignment.id, theme=theme, strand=strand, actor=me(), now=now()
    )
    return redirect(url_for(".theme", ref=ref, theme=theme, _anchor=f"passages-{strand}"))
