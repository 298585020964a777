"""Deciding again on what was released: back to the panel, or up from the reserve list."""

from datetime import datetime

from sqlalchemy.orm import Session

from grants.applications import actions as applications
from grants.applications import queries as bids
from grants.applications.models import Application
from grants.applications.states import Stage
from grants.audit import actions as audit
from grants.core.errors import NotFound, Stale, require_no
from grants.core.policy import require
from grants.notifications import actions as outbox
from grants.panels import notices, policy, queries, rules
from grants.panels.actions.deciding import Wanted, write
from grants.panels.models import Decision
from grants.panels.states import Outcome
from grants.permissions import Actor
from grants.programme import queries as programme
from grants.programme.models import Round
from grants.scoring import actions as scoring


def reopen(
    session: Session, *, application_id: int, reason: str, actor: Actor, now: datetime, version: int | None
) -> Decision:
    """The chair takes a released decision back before the panel: a place on the reserve list, one that was
    put off, or one that a conflict found late calls into question.

    It stays on record, and what the applicant knows, until the panel has decided again and that is released;
    an open offer is taken back at once, and the lead told. Raises NotAllowed, NotFound, Stale or RuleBroken.
    """
    require(policy.can_decide(session, actor, application_id))
    programme.locked(session, bids.application(session, application_id).round_id)
    application = bids.for_update(session, application_id)
    decision = queries.decision_of(session, application_id)
    if decision is None:
        raise NotFound("No decision has been recorded on this bid.")
    if version != decision.version:
        raise Stale("This decision has changed since you opened the page.")
    require_no(
        rules.blockers_to_reopen(
            decision.outcome,
            stage=application.stage,
            released=decision.released_at is not None,
            flagged=decision.flagged_at is not None,
            reason=reason,
        )
    )
    return take_back(session, application, decision, reason=reason, actor=actor, now=now)


def take_back(
    session: Session,
    application: Application,
    decision: Decision,
    *,
    reason: str,
    actor: Actor,
    now: datetime,
) -> Decision:
    """Send a released decision back to the panel. For deeds that hold the round and the bid and have asked
    who may: this room's, and a later room's that upholds an appeal. Raises RuleBroken for other stages.
    """
    was_offered = application.stage is Stage.OFFERED
    applications.drop_award_question(session, application_id=application.id, actor=actor, now=now)
    applications.advance(session, application=application, deed="return_to_panel", actor=actor, now=now)
    scoring.fit_stage(session, application=application, actor=actor, now=now)
    decision.reopened_at, decision.reopened_by_id = now, actor.signature()
    decision.reopening_reason = reason.strip()
    session.flush()
    audit.record(
        session, actor, "decision.reopened", decision, now=now,
        application_id=application.id, offered=was_offered, reason=audit.digest(decision.reopening_reason),
    )  # fmt: skip
    if was_offered:
        for notice in notices.offer_taken_back(session, application, decision):
            outbox.queue(session, notice, now=now)
    return decision


def offer_from_reserve(
    session: Session,
    application: Application,
    decision: Decision,
    *,
    round_: Round,
    amount: int,
    actor: Actor,
    now: datetime,
) -> Decision:
    """Let a bid of the reserve list be funded with `amount` pence: another decision, to be released.

    For the room of awards, which holds the round and the bid and has asked who may and whether it fits.
    """
    outcome = Outcome.FUND if amount == application.ask else Outcome.FUND_IN_PART
    place = decision.reserve_order
    reason = f"Money became free, and this bid was next on the reserve list, with place {place}."
    wanted = Wanted(outcome, amount, reason, from_reserve=True)
    made = write(session, application, decision, wanted, round_=round_, actor=actor, now=now)
    applications.advance(session, application=application, deed="decide", actor=actor, now=now)
    audit.record(
        session, actor, "decision.moved_up", made, now=now,
        application_id=application.id, outcome=outcome, amount=amount, before_id=decision.id,
    )  # fmt: skip
    return made


def keep_from_pot(session: Session, decision: Decision, *, amount: int) -> None:
    """From now on the award takes `amount` pence from the pot: it was varied, or ended early. For the room of
    awards, which keeps who signed that; what was decided stays as it was.
    """
    decision.varied_to = amount
    session.flush()
