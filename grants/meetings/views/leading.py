"""Pages of a meeting that is on: the one that follows the chair, coming and going, from bid to bid."""

from collections.abc import Callable, Sequence

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from grants.core.clock import now
from grants.core.money import pounds
from grants.core.pages import SummaryRow, score, show_form
from grants.core.web import me, needs, session, writes
from grants.meetings import actions, policy, queries
from grants.meetings.forms import NoteForm
from grants.meetings.models import Meeting
from grants.meetings.queries import Item, Member
from grants.meetings.states import MeetingState
from grants.meetings.views.blueprint import bp, followed, hidden_here, items_for, led
from grants.panels.states import OUTCOME_LABELS
from grants.permissions import Permission
from grants.programme.models import Round


@bp.get("/<int:meeting_id>/now/")
@needs(Permission.ATTEND_MEETINGS)
def following(meeting_id: int) -> ResponseReturnValue:
    """The bid that the panel is at: the page follows the chair by its script, else by reloading."""
    found, round_ = followed(meeting_id)
    without = hidden_here(round_)
    current = queries.item(session(), found.current_id) if found.current_id else None
    shown = next((item for item in items_for(found, without) if item.id == found.current_id), None)
    members = queries.members(session(), meeting_id)
    return render_template(
        "meetings/following.html",
        meeting=found,
        round=round_,
        item=shown,
        facts=facts(shown) if shown else [],
        kept_out=without.get(current.application_id) if current else None,
        staying=sum(member.is_here and not member.is_outside for member in members),
        changes=_changes(found, members),
        me_here=any(member.is_here for member in members if member.person_id == me().person_id),
        takes_part=bool(policy.can_take_part(me())),
        may_read_bids=me().may(Permission.READ_BIDS),
        may_read_decisions=me().may(Permission.READ_DECISIONS),
        states=MeetingState,
    )


@bp.get("/<int:meeting_id>/now/mark/")
@needs(Permission.ATTEND_MEETINGS)
def mark(meeting_id: int) -> ResponseReturnValue:
    """What changes whenever the page of the bid does: its script asks for it every few seconds."""
    found, _ = followed(meeting_id)
    return {"mark": _changes(found, queries.members(session(), meeting_id))}


def facts(item: Item) -> list[SummaryRow]:
    """What the panel sees of a bid on its agenda."""
    decision = OUTCOME_LABELS[item.decision.outcome] if item.decision else "None recorded"
    return [
        SummaryRow("Reference", item.ref),
        SummaryRow("Led by", item.lead),
        SummaryRow("Score of record", score(item.total)),
        SummaryRow("Ask", pounds(item.ask)),
        SummaryRow("Least amount that would work", pounds(item.least_amount) if item.least_amount else "–"),
        SummaryRow("Decision", decision),
        SummaryRow("Out of the room", ", ".join(item.outside) or "Nobody"),
    ]


def _changes(found: Meeting, members: Sequence[Member]) -> str:
    here = ["out" if member.is_outside else str(member.person_id) for member in members if member.is_here]
    return f"{found.state} {found.current_id or 0} {' '.join(here)}"


@bp.post("/<int:meeting_id>/open/")
@needs(Permission.RUN_MEETINGS)
@writes
def open_it(meeting_id: int) -> ResponseReturnValue:
    """Open the meeting."""
    followed(meeting_id)
    actions.open_meeting(session(), meeting_id=meeting_id, actor=me(), now=now())
    return redirect(url_for(".meeting", meeting_id=meeting_id))


@bp.post("/<int:meeting_id>/close/")
@needs(Permission.RUN_MEETINGS)
@writes
def close(meeting_id: int) -> ResponseReturnValue:
    """Close the meeting."""
    followed(meeting_id)
    actions.close_meeting(session(), meeting_id=meeting_id, actor=me(), now=now())
    flash("The meeting is over. Its minutes stand.", "success")
    return redirect(url_for(".meeting", meeting_id=meeting_id))


@bp.post("/<int:meeting_id>/here/")
@needs(Permission.ATTEND_MEETINGS)
@writes
def here(meeting_id: int) -> ResponseReturnValue:
    """Say that one is at the meeting."""
    followed(meeting_id)
    actions.arrive(session(), meeting_id=meeting_id, person_id=me().signature(), actor=me(), now=now())
    return redirect(url_for(".following", meeting_id=meeting_id))


@bp.post("/<int:meeting_id>/gone/")
@needs(Permission.ATTEND_MEETINGS)
@writes
def gone(meeting_id: int) -> ResponseReturnValue:
    """Say that one leaves the meeting."""
    followed(meeting_id)
    actions.leave(session(), meeting_id=meeting_id, person_id=me().signature(), actor=me(), now=now())
    return redirect(url_for(".meeting", meeting_id=meeting_id))


@bp.post("/<int:meeting_id>/members/<int:person_id>/")
@needs(Permission.RUN_MEETINGS)
@writes
def mark_member(meeting_id: int, person_id: int) -> ResponseReturnValue:
    """A chair says that a member came, or left."""
    followed(meeting_id)
    deed: Callable[..., Meeting] = actions.leave if request.form.get("go") == "left" else actions.arrive
    deed(session(), meeting_id=meeting_id, person_id=person_id, actor=me(), now=now())
    return redirect(url_for(".meeting", meeting_id=meeting_id))


@bp.post("/items/<int:item_id>/call/")
@needs(Permission.RUN_MEETINGS)
@writes
def call_bid(item_id: int) -> ResponseReturnValue:
    """Come to a bid."""
    found = queries.item(session(), item_id)
    followed(found.meeting_id)
    actions.call_bid(session(), item_id=item_id, actor=me(), now=now())
    return redirect(url_for(".item", item_id=item_id))


@bp.get("/items/<int:item_id>/")
@needs(Permission.RUN_MEETINGS)
def item(item_id: int) -> ResponseReturnValue:
    """A bid on the agenda, for the chair: what the minutes say of it, and the way to the next."""
    shown, found, round_ = led(item_id)
    form = NoteForm(data={"note": shown.note})
    return _item_page(shown, found, round_, form)


@bp.post("/items/<int:item_id>/")
@needs(Permission.RUN_MEETINGS)
@writes
def write_note(item_id: int) -> ResponseReturnValue:
    """Keep what the minutes say of it."""
    shown, found, round_ = led(item_id)
    form = NoteForm()
    if not form.validate():
        return _item_page(shown, found, round_, form)
    actions.write_note(session(), item_id=item_id, note=form.note.data or "", actor=me(), now=now())
    flash("Kept for the minutes.", "success")
    return redirect(url_for(".item", item_id=item_id))


def _item_page(shown: Item, found: Meeting, round_: Round, form: NoteForm) -> ResponseReturnValue:
    rows = queries.agenda_rows(session(), found.id)
    hidden = hidden_here(round_)
    after = [row for row in rows if row.position > shown.position and row.application_id not in hidden]
    return show_form(
        "meetings/item.html",
        form,
        item=shown,
        facts=facts(shown),
        meeting=found,
        round=round_,
        next=after[0] if after else None,
        states=MeetingState,
    )
