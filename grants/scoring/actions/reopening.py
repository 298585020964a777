"""Reopening a locked sheet: a reviewer asks, the programme manager drafts, a chair decides."""

from datetime import datetime

from sqlalchemy.orm import Session

from grants.applications import actions as applications
from grants.applications import queries as bids
from grants.applications.models import Application
from grants.applications.states import Stage
from grants.audit import actions as audit
from grants.core.db import held
from grants.core.errors import NotFound, Reason, RuleBroken, Stale, require_no
from grants.core.policy import require
from grants.notifications import actions as outbox
from grants.permissions import Actor
from grants.reviewing import queries as reviewing
from grants.scoring import history, notices, policy, queries, rules
from grants.scoring.actions.agreeing import suspend_agreed
from grants.scoring.actions.results import refresh_result
from grants.scoring.models import Reopening, Sheet
from grants.scoring.states import REOPENING, SHEET, ReopeningState, SheetState

STILL_OPEN = (Stage.IN_REVIEW, Stage.SCORED)
"""Stages in which sheets can be reopened: a decision of the panel must be taken back first."""


def ask_reopening(session: Session, *, sheet_id: int, reason: str, actor: Actor, now: datetime) -> Reopening:
    """The reviewer asks for their locked sheet to be opened again; the programme managers are told.

    Raises NotAllowed, or RuleBroken (not locked, decided on, asked before, no reason).
    """
    sheet, application = _locked(session, sheet_id)
    require(policy.may_ask_reopening(actor, sheet))
    assignment = reviewing.assignment_of(
        session, application_id=sheet.application_id, person_id=sheet.person_id
    )
    require(policy.may_score(session, actor, assignment))
    _require_reason(reason)
    if history.waiting_reopening(session, sheet.id) is not None:
        raise RuleBroken("This has been asked for already and waits for an answer.")
    reopening = Reopening(
        sheet_id=sheet.id, state=REOPENING.initial, asked_at=now, asked_because=reason.strip()
    )
    return _put_forward(session, reopening, sheet, application, actor=actor, now=now)


def draft_reopening(
    session: Session, *, sheet_id: int, reason: str, actor: Actor, now: datetime
) -> Reopening:
    """The programme manager puts the reopening before the chairs, whether or not the reviewer asked.

    Raises NotAllowed, or RuleBroken (not locked, decided on, drafted before, no reason).
    """
    sheet, application = _locked(session, sheet_id)
    require(policy.may_draft_reopening(session, actor, sheet.application_id))
    _require_reason(reason)
    reopening = history.waiting_reopening(session, sheet.id)
    if reopening is not None and reopening.state is ReopeningState.DRAFTED:
        raise RuleBroken("This has been drafted already and waits for a chair.")
    if reopening is None:
        reopening = Reopening(sheet_id=sheet.id, state=REOPENING.initial)
    reopening.state = REOPENING.next(reopening.state, "draft")
    reopening.reason, reopening.drafted_by_id, reopening.drafted_at = reason.strip(), actor.signature(), now
    return _put_forward(session, reopening, sheet, application, actor=actor, now=now)


def settle_reopening(
    session: Session,
    *,
    reopening_id: int,
    approve: bool,
    reason: str,
    version: int,
    actor: Actor,
    now: datetime,
) -> Reopening:
    """A chair opens the sheet again, or refuses with a reason. An opened sheet leaves every mean until it is
    locked again, and agreed scores that it informed wait to be reaffirmed; what it held is kept. A scored bid
    goes back into review.

    Raises NotFound, NotAllowed, Stale, or RuleBroken (settled before, decided on, a conflict since).
    """
    reopening = held(session, Reopening, reopening_id)
    if reopening is None:
        raise NotFound("There is no such request.")
    sheet, application = _locked(session, reopening.sheet_id)
    require(policy.may_settle_reopening(session, actor, reopening, application.id))
    if reopening.version != version:
        raise Stale("Somebody else has worked on this since you opened the page.")
    if not approve:
        _require_reason(reason)
    require_no(rules.too_long(reason, "reason"))
    deed = "approve" if approve else "refuse"
    if not REOPENING.allows(reopening.state, deed):
        raise RuleBroken("This does not wait for a chair.")
    reopening.state = REOPENING.next(reopening.state, deed)
    reopening.settled_by_id, reopening.settled_at = actor.signature(), now
    reopening.settled_reason = reason.strip()
    session.flush()
    audit.record(
        session, actor, f"sheet.reopening_{reopening.state}", reopening, now=now,
        sheet_id=sheet.id, application_id=application.id,
    )  # fmt: skip
    if approve:
        _open(session, sheet, application, reopening, actor=actor, now=now)
    outbox.queue(session, notices.reopening_settled(session, reopening, sheet, application), now=now)
    return reopening


def _open(
    session: Session,
    sheet: Sheet,
    application: Application,
    reopening: Reopening,
    *,
    actor: Actor,
    now: datetime,
) -> None:
    """The sheet becomes a draft and leaves every mean; what was agreed since it was locked is suspended."""
    if reviewing.blocked(session, person_id=sheet.person_id, application_id=application.id):
        raise RuleBroken("The reviewer has a conflict of interest with this bid: the sheet stays locked.")
    if sheet.locked_at is not None:
        if not history.locks_of(session, application.id).get(sheet.id):
            # locked before locks were kept
            session.add(history.kept(session, queries.filled(session, sheet), locked_at=sheet.locked_at))
        suspend_agreed(
            session, sheet, application, since=sheet.locked_at, because=f"reopened:{reopening.id}",
            reopened=True, actor=actor, now=now,
        )  # fmt: skip
    sheet.state, sheet.locked_at, sheet.saved_in = SHEET.next(sheet.state, "reopen"), None, ""
    session.flush()
    audit.record(session, actor, "sheet.reopened", sheet, now=now, application_id=application.id)
    refresh_result(session, application_id=application.id, now=now)
    if application.stage is Stage.SCORED:
        applications.advance(session, application=application, deed="return_to_review", actor=actor, now=now)


def _locked(session: Session, sheet_id: int) -> tuple[Sheet, Application]:
    """The sheet and its bid, both held. Raises RuleBroken unless it is locked and nothing is decided yet."""
    sheet = queries.sheet_for_update(session, sheet_id)
    application = bids.for_update(session, sheet.application_id)
    reasons = []
    if sheet.state is not SheetState.LOCKED:
        reasons.append(Reason("This score sheet is not locked."))
    if application.stage not in STILL_OPEN:
        reasons.append(
            Reason("The panel has decided on this bid, or it has left review: its sheets stay locked.")
        )
    require_no(reasons)
    return sheet, application


def _put_forward(
    session: Session,
    reopening: Reopening,
    sheet: Sheet,
    application: Application,
    *,
    actor: Actor,
    now: datetime,
) -> Reopening:
    session.add(reopening)
    session.flush()
    audit.record(
        session, actor, f"sheet.reopening_{reopening.state}", reopening, now=now,
        sheet_id=sheet.id, application_id=application.id,
        reason=audit.digest(reopening.reason or reopening.asked_because),
    )  # fmt: skip
    for notice in notices.reopening_wants(session, reopening, application):
        outbox.queue(session, notice, now=now)
    return reopening


def _require_reason(reason: str) -> None:
    missing = [] if reason.strip() else [Reason("Enter the reason", "reason")]
    require_no(missing + rules.too_long(reason, "reason"))
