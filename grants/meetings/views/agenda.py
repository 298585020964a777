"""Pages of a round's meetings: calling one, its agenda with who is there, the minutes."""

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from grants.core.clock import now
from grants.core.errors import RuleBroken
from grants.core.pages import download, score, show_form
from grants.core.paper import pdf
from grants.core.web import me, needs, session, writes
from grants.meetings import actions, policy, queries
from grants.meetings.forms import CallForm
from grants.meetings.minutes import Lots, MetBid, Minutes, Stay, on_paper
from grants.meetings.queries import Item
from grants.meetings.states import MEETING, MeetingState
from grants.meetings.views.blueprint import bp, followed, followed_round, hidden_here, items_for, names
from grants.meetings.views.lots import drawn_of
from grants.panels.states import OUTCOME_LABELS
from grants.permissions import Permission
from grants.programme.models import Round


@bp.get("/rounds/<round_ref>/")
@needs(Permission.ATTEND_MEETINGS)
def meetings(round_ref: str) -> ResponseReturnValue:
    """A round's meetings, with the form to call one."""
    return _list_page(followed_round(round_ref), CallForm())


@bp.post("/rounds/<round_ref>/")
@needs(Permission.CALL_MEETINGS)
@writes
def call(round_ref: str) -> ResponseReturnValue:
    """Call a meeting."""
    round_ = followed_round(round_ref)
    form = CallForm()
    if not form.validate():
        return _list_page(round_, form)
    try:
        meeting = actions.call_meeting(
            session(),
            round_id=round_.id,
            held_on=form.held_on.data,
            place=form.place.data or "",
            quorum=form.quorum.data or 0,
            first=form.first.data or 1,
            last=form.last.data,
            actor=me(),
            now=now(),
        )
    except RuleBroken as broken:
        form.take_reasons(broken.reasons)
        return _list_page(round_, form)
    flash("The meeting is called. The members of the panel are written to.", "success")
    return redirect(url_for(".meeting", meeting_id=meeting.id))


@bp.get("/<int:meeting_id>/")
@needs(Permission.ATTEND_MEETINGS)
def meeting(meeting_id: int) -> ResponseReturnValue:
    """The agenda, who is there, and for a chair the buttons that lead through it."""
    found, round_ = followed(meeting_id)
    without = hidden_here(round_)
    return render_template(
        "meetings/meeting.html",
        meeting=found,
        round=round_,
        items=items_for(found, without),
        members=queries.members(session(), meeting_id),
        lotteries=drawn_of(meeting_id, without),
        hidden=list(without.values()),
        labels=OUTCOME_LABELS,
        state=MEETING.staff_label(found.state),
        may_run=bool(policy.can_run(me())),
        may_call=bool(policy.can_call(me())),
        me_here=(me().person_id or 0) in queries.present(session(), meeting_id),
        takes_part=bool(policy.can_take_part(me())),
        states=MeetingState,
    )


@bp.post("/<int:meeting_id>/agenda/")
@needs(Permission.CALL_MEETINGS)
@writes
def draft_again(meeting_id: int) -> ResponseReturnValue:
    """Order the agenda anew."""
    followed(meeting_id)
    actions.draft_agenda_again(session(), meeting_id=meeting_id, actor=me(), now=now())
    flash("The agenda is in the order of now.", "success")
    return redirect(url_for(".meeting", meeting_id=meeting_id))


@bp.get("/<int:meeting_id>/minutes/")
@needs(Permission.ATTEND_MEETINGS)
def minutes(meeting_id: int) -> ResponseReturnValue:
    """The minutes as a PDF, without bids that are hidden from the reader."""
    found, round_ = followed(meeting_id)
    without, members = hidden_here(round_), names()
    told = Minutes(
        round_name=round_.name,
        held_on=found.held_on,
        place=found.place,
        quorum=found.quorum,
        opened_at=found.opened_at,
        closed_at=found.closed_at,
        stays=[
            Stay(members.get(stay.person_id, "Somebody"), stay.came_at, stay.left_at)
            for stay in queries.stretches(session(), meeting_id)
        ],
        bids=[_met(item) for item in items_for(found, without)],
        lots=[
            Lots(tuple(one.bids["refs"]), one.source, one.commitment, one.seed, tuple(t.ref for t in tickets))
            for one, tickets in drawn_of(meeting_id, without)
        ],
        hidden=list(without.values()),
    )
    name = f"minutes-{round_.ref}-{found.held_on.isoformat()}.pdf".lower()
    made = pdf("bid", on_paper(told), dated=found.closed_at or now())
    return download(made, name=name, media_type="application/pdf")


def _met(item: Item) -> MetBid:
    return MetBid(
        ref=item.ref,
        title=item.title or "Untitled bid",
        lead=item.lead,
        score=score(item.total),
        decision=OUTCOME_LABELS[item.decision.outcome] if item.decision else "None recorded",
        called_at=item.called_at,
        outside=item.outside,
        note=item.note,
    )


def _list_page(round_: Round, form: CallForm) -> ResponseReturnValue:
    return show_form(
        "meetings/meetings.html",
        form,
        round=round_,
        meetings=queries.meetings_of(session(), round_.id),
        machine=MEETING,
        may_call=bool(policy.can_call(me())),
    )
