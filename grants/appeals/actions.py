"""Deeds on appeals: making, withdrawing, answering."""

from datetime import datetime

from sqlalchemy.orm import Session

from grants.appeals import notices, policy, queries
from grants.appeals.models import Appeal
from grants.appeals.rules import blockers_to_appeal
from grants.appeals.states import APPEAL, Ground
from grants.applications import actions as applications
from grants.applications import policy as bids_policy
from grants.applications import queries as bids
from grants.applications.models import Application
from grants.applications.states import Stage
from grants.audit import actions as audit
from grants.core.errors import Reason, Stale, require_no
from grants.core.policy import require
from grants.notifications import actions as outbox
from grants.panels import actions as panel_deeds
from grants.panels import queries as panels
from grants.permissions import Actor
from grants.programme import queries as programme

UNDOABLE = (Stage.DECIDED, Stage.OFFERED)
"""Stages in which an upheld appeal sends a decision back; an award under way changes by a variation."""


def make(
    session: Session, *, application_id: int, ground: Ground, text: str, actor: Actor, now: datetime
) -> Appeal:
    """The lead organisation appeals against what it was told about its bid.

    Raises NotFound for strangers, NotAllowed, or RuleBroken with everything that stands in the way: nothing
    to appeal against, too late, appealed already, nothing written.
    """
    application = bids.for_update(session, application_id)
    bids_policy.hide_from_strangers(actor, application)
    require(policy.can_appeal(actor, application))
    bid = bids.bid_of(session, application)
    about = queries.appealable(session, application)
    blockers = blockers_to_appeal(
        about,
        days=bid.definition.rules.appeal_days,
        last_made_at=queries.last_made_at(session, application_id),
        text=text,
        now=now,
    )
    require_no(blockers)
    assert about is not None  # noqa: S101 - else there was a blocker
    appeal = Appeal(
        application_id=application_id, about=about.words, decision_id=about.decision_id, ground=ground,
        text=text.strip(), made_by_id=actor.signature(), made_at=now,
    )  # fmt: skip
    session.add(appeal)
    session.flush()
    audit.record(
        session, actor, "appeal.made", appeal, now=now,
        application_id=application_id, ground=ground, text=audit.digest(appeal.text),
    )  # fmt: skip
    for notice in notices.received(session, bid, appeal):
        outbox.queue(session, notice, now=now)
    return appeal


def withdraw(session: Session, *, appeal_id: int, actor: Actor, now: datetime) -> Appeal:
    """The lead organisation takes its appeal back. Raises NotFound, NotAllowed or RuleBroken."""
    appeal = queries.appeal_for_update(session, appeal_id)
    bids_policy.hide_from_strangers(actor, appeal.application)
    require(policy.can_appeal(actor, appeal.application))
    appeal.state = APPEAL.next(appeal.state, "withdraw")
    appeal.settled_by_id, appeal.settled_at = actor.signature(), now
    session.flush()
    audit.record(session, actor, "appeal.withdrawn", appeal, now=now, application_id=appeal.application_id)
    return appeal


def settle(
    session: Session, *, appeal_id: int, upheld: bool, answer: str, version: int, actor: Actor, now: datetime
) -> Appeal:
    """Somebody who had no part in the decision upholds the appeal or turns it down, with the reason.

    Upheld, a bid that was found ineligible is checked again, and a decision goes back to the panel with any
    offer that is still open. Raises NotAllowed, Stale, or RuleBroken (answered already, no reason).
    """
    known = queries.appeal_by_id(session, appeal_id).application
    programme.locked(
        session, known.round_id
    )  # the round before the bid, as every deed of the panel holds them
    application = bids.for_update(session, known.id)
    appeal = queries.appeal_for_update(session, appeal_id)
    require(policy.can_settle(session, actor, appeal, queries.appealable(session, application)))
    if version != appeal.version:
        raise Stale("This appeal has changed since you opened the page.")
    after = APPEAL.next(appeal.state, "uphold" if upheld else "turn_down")
    require_no(
        [] if answer.strip() else [Reason("Enter the reason, as the applicant should read it", "answer")]
    )
    appeal.state, appeal.answer = after, answer.strip()
    appeal.settled_by_id, appeal.settled_at = actor.signature(), now
    session.flush()
    if upheld:
        _think_again(session, application, appeal, actor=actor, now=now)
    audit.record(
        session, actor, "appeal.answered", appeal, now=now,
        application_id=application.id, upheld=upheld, answer=audit.digest(appeal.answer),
    )  # fmt: skip
    for notice in notices.answered(session, bids.bid_of(session, application), appeal):
        outbox.queue(session, notice, now=now)
    return appeal


def _think_again(
    session: Session, application: Application, appeal: Appeal, *, actor: Actor, now: datetime
) -> None:
    """Undo what was decided, unless that has happened since or the award is under way."""
    if application.stage is Stage.INELIGIBLE:
        application.closed_reason = ""
        applications.advance(session, application=application, deed="check_again", actor=actor, now=now)
        return
    decision = panels.decision_of(session, application.id)
    if decision is None or decision.id != appeal.decision_id or application.stage not in UNDOABLE:
        return
    reason = f"An appeal was upheld: {appeal.answer}"
    panel_deeds.take_back(session, application, decision, reason=reason, actor=actor, now=now)
