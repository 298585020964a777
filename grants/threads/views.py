"""The pages of messages: a bid's own people, the programme team, and the team's inbox."""

from flask import Blueprint, Flask, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from grants.applications import later
from grants.applications import policy as bids_policy
from grants.applications import queries as bids
from grants.applications.models import Application
from grants.applications.queries import Bid
from grants.core.clock import now
from grants.core.errors import NotFound, RuleBroken
from grants.core.language import say
from grants.core.paging import page_number
from grants.core.policy import require
from grants.core.web import me, needs, session, signed_in, writes
from grants.permissions import Permission
from grants.threads import actions, policy, queries
from grants.threads.forms import MessageForm
from grants.threads.rules import MOST_CHARACTERS

bp = Blueprint("threads", __name__, url_prefix="/threads")


def init_app(app: Flask) -> None:
    """Let pages of a bid say how many messages are unread, and staff's pages lead here."""
    app.jinja_env.globals.update(unread_messages=unread_messages, may_read_threads=may_read_threads)


def unread_messages(application: Application) -> int:
    """How many messages of the team this person of the bid has yet to read."""
    return queries.unread(session(), application.id, person_id=me().person_id or 0, team=False)


def may_read_threads() -> bool:
    """Whether this person reads messages for the programme team."""
    return bool(policy.can_read(me()))


@bp.get("/")
@needs(Permission.READ_THREADS)
def inbox() -> ResponseReturnValue:
    """Questions that wait for an answer, the longest waiting first; or every thread."""
    require(policy.can_read(me()))
    every = request.args.get("show") == "all"
    number = page_number(request.args.get("page"))
    hidden = later.hidden_in_every_round(session(), me().person_id)
    return render_template(
        "threads/inbox.html",
        every=every,
        page=queries.inbox(session(), waiting=not every, without=hidden, page=number),
        hidden=list(hidden.values()),
    )


@bp.get("/<ref>/")
@signed_in
def thread(ref: str) -> ResponseReturnValue:
    """The messages about a bid, for its own people."""
    return _page(_own(ref), MessageForm(), team=False)


@bp.post("/<ref>/")
@signed_in
@writes
def write(ref: str) -> ResponseReturnValue:
    """Send a message to the programme team."""
    return _write(_own(ref), team=False)


@bp.post("/<ref>/read/")
@signed_in
@writes
def mark_read(ref: str) -> ResponseReturnValue:
    """Mark what is there as read."""
    actions.mark_read(session(), application_id=_own(ref).application.id, actor=me())
    return redirect(url_for(".thread", ref=ref))


@bp.get("/<ref>/team/")
@needs(Permission.READ_THREADS)
def team_thread(ref: str) -> ResponseReturnValue:
    """The messages about a bid, for the programme team."""
    return _page(_for_team(ref), MessageForm(), team=True)


@bp.post("/<ref>/team/")
@needs(Permission.ANSWER_THREADS)
@writes
def answer(ref: str) -> ResponseReturnValue:
    """Send a message to the applicant."""
    return _write(_for_team(ref), team=True)


@bp.post("/<ref>/team/read/")
@needs(Permission.ANSWER_THREADS)
@writes
def mark_read_by_team(ref: str) -> ResponseReturnValue:
    """Mark what is there as read by this person."""
    actions.mark_read(session(), application_id=_for_team(ref).application.id, actor=me())
    return redirect(url_for(".team_thread", ref=ref))


@bp.post("/<ref>/team/answered/")
@needs(Permission.ANSWER_THREADS)
@writes
def mark_answered(ref: str) -> ResponseReturnValue:
    """Take the bid out of what waits for an answer."""
    actions.mark_answered(session(), application_id=_for_team(ref).application.id, actor=me(), now=now())
    flash(say("%(ref)s no longer waits for an answer.", ref=ref), "success")
    return redirect(url_for(".inbox"))


def _own(ref: str) -> Bid:
    bid = bids.bid_by_ref(session(), ref)
    bids_policy.hide_from_strangers(me(), bid.application)
    if not policy.can_take_part(me(), bid.application):
        raise NotFound("There is no such bid.")
    return bid


def _for_team(ref: str) -> Bid:
    """A bid that was sent, or a draft about which somebody has written."""
    require(policy.can_read(me()))
    bid = bids.bid_by_ref(session(), ref)
    if bid.application.submitted_at is None and queries.thread_of(session(), bid.application.id) is None:
        raise NotFound("There is no such bid among those that were sent, and nobody has written about it.")
    return bid


def _write(bid: Bid, *, team: bool) -> ResponseReturnValue:
    form = MessageForm()
    if form.validate():
        try:
            actions.write(
                session(), application_id=bid.application.id, text=form.text.data, actor=me(), now=now()
            )
        except RuleBroken as broken:
            form.take_reasons(broken.reasons)
    if form.errors:
        return _page(bid, form, team=team), 422
    told = (
        "Your message is sent to the applicant."
        if team
        else say("Your message is sent to the programme team.")
    )
    flash(told, "success")
    return redirect(url_for(".team_thread" if team else ".thread", ref=bid.application.ref))


def _page(bid: Bid, form: MessageForm, *, team: bool) -> str:
    application = bid.application
    person_id = me().person_id or 0
    said = queries.messages_of(
        session(),
        application.id,
        person_id=person_id,
        page=page_number(request.args.get("page")),
        team=team,
    )
    found = queries.thread_of(session(), application.id)
    return render_template(
        "threads/thread.html",
        bid=application,
        title="" if team and application.submitted_at is None else application.title,
        fund=bid.definition,
        form=form,
        page=said,
        team=team,
        unread=queries.unread(session(), application.id, person_id=person_id, team=team),
        waiting_since=found.waiting_since if found else None,
        may_write=bool(policy.can_answer(me())) if team else True,
        most=MOST_CHARACTERS,
    )
