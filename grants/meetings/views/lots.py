"""Pages of lots: fixing the list, writing down the seed, the file to draw them again from."""

import json

from flask import Response, flash, redirect, url_for
from flask.typing import ResponseReturnValue

from grants.core.clock import now
from grants.core.errors import RuleBroken
from grants.core.fields import Option
from grants.core.pages import download, show_form
from grants.core.web import me, needs, session, writes
from grants.meetings import actions, lottery, queries
from grants.meetings.forms import LotsForm, SeedForm
from grants.meetings.models import Lottery, Meeting
from grants.meetings.views.blueprint import bp, followed, hidden_here, items_for, unless_hidden
from grants.permissions import Permission
from grants.programme.models import Round


def drawn_of(meeting_id: int, without: dict[int, str]) -> list[tuple[Lottery, tuple[lottery.Ticket, ...]]]:
    """A meeting's lots with the order that their seed gives, those with a hidden bid left out."""
    hidden = set(without.values())
    found = queries.lotteries(session(), meeting_id)
    return [(one, _tickets(one)) for one in found if not hidden & set(one.bids["refs"])]


def _tickets(one: Lottery) -> tuple[lottery.Ticket, ...]:
    return lottery.draw(one.bids["refs"], one.source, one.seed) if one.seed else ()


@bp.get("/<int:meeting_id>/lots/")
@needs(Permission.RUN_MEETINGS)
def lots(meeting_id: int) -> ResponseReturnValue:
    """Fix the bids between which lots are to be drawn."""
    found, round_ = followed(meeting_id)
    return _lots_page(found, round_, _lots_form(found, round_))


@bp.post("/<int:meeting_id>/lots/")
@needs(Permission.RUN_MEETINGS)
@writes
def fix_lots(meeting_id: int) -> ResponseReturnValue:
    """Publish the list and where the seed will come from."""
    found, round_ = followed(meeting_id)
    form = _lots_form(found, round_)
    if not form.validate():
        return _lots_page(found, round_, form)
    try:
        actions.fix_lots(
            session(),
            meeting_id=meeting_id,
            refs=form.bids.data,
            source=form.source.data,
            actor=me(),
            now=now(),
        )
    except RuleBroken as broken:
        form.take_reasons(broken.reasons)
        return _lots_page(found, round_, form)
    flash("The list is fixed. Write the seed down once it is public.", "success")
    return redirect(url_for(".meeting", meeting_id=meeting_id))


@bp.get("/lots/<int:lottery_id>/draw/")
@needs(Permission.RUN_MEETINGS)
def draw(lottery_id: int) -> ResponseReturnValue:
    """Write down the seed."""
    return _seed_page(queries.lottery(session(), lottery_id), SeedForm())


@bp.post("/lots/<int:lottery_id>/draw/")
@needs(Permission.RUN_MEETINGS)
@writes
def draw_lots(lottery_id: int) -> ResponseReturnValue:
    """Draw the lots."""
    drawn = queries.lottery(session(), lottery_id)
    form = SeedForm()
    if not form.validate():
        return _seed_page(drawn, form)
    unless_hidden(drawn)
    actions.draw_lots(session(), lottery_id=lottery_id, seed=form.seed.data, actor=me(), now=now())
    flash("The lots are drawn.", "success")
    return redirect(url_for(".meeting", meeting_id=drawn.meeting_id))


@bp.get("/lots/<int:lottery_id>/file/")
@needs(Permission.ATTEND_MEETINGS)
def lots_file(lottery_id: int) -> Response:
    """What `grants meetings verify` reads, and anybody else who wants to draw the lots again."""
    drawn = queries.lottery(session(), lottery_id)
    unless_hidden(drawn)
    told = {
        "bids": drawn.bids["refs"],
        "seed_from": drawn.source,
        "commitment": drawn.commitment,
        "fixed_at": drawn.fixed_at.isoformat(),
        "seed": drawn.seed,
        "order": [ticket.ref for ticket in _tickets(drawn)],
    }
    content = json.dumps(told, ensure_ascii=False, indent=2).encode()
    return download(content, name=f"lots-{drawn.id}.json", media_type="application/json")


def _lots_form(found: Meeting, round_: Round) -> LotsForm:
    form = LotsForm()
    form.bids.options = tuple(
        Option(item.ref, f"{item.title or item.ref} ({item.ref})")
        for item in items_for(found, hidden_here(round_))
    )
    return form


def _lots_page(found: Meeting, round_: Round, form: LotsForm) -> ResponseReturnValue:
    return show_form("meetings/lots.html", form, meeting=found, round=round_)


def _seed_page(drawn: Lottery, form: SeedForm) -> ResponseReturnValue:
    found, round_ = followed(drawn.meeting_id)
    unless_hidden(drawn)
    return show_form("meetings/seed.html", form, lottery=drawn, meeting=found, round=round_)
