"""Deciding on bids: recording, signing, deciding again."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import update
from sqlalchemy.orm import Session

from grants.applications import actions as applications
from grants.applications import queries as bids
from grants.applications.models import Application
from grants.applications.states import Stage
from grants.audit import actions as audit
from grants.core.clock import in_london
from grants.core.errors import RuleBroken, Stale, require_no
from grants.core.policy import require
from grants.notifications import actions as outbox
from grants.panels import notices, policy, queries, rules
from grants.panels.models import Decision, DecisionCondition
from grants.panels.queries import BEFORE_THE_PANEL
from grants.panels.rules import Condition
from grants.panels.states import Outcome
from grants.permissions import Actor
from grants.programme import queries as programme
from grants.programme.models import Round
from grants.reviewing import interests
from grants.reviewing.models import Conflict
from grants.reviewing.states import OUT_OF_MEANS
from grants.scoring import actions as scoring_deeds
from grants.scoring import queries as scoring


def decide(
    session: Session,
    *,
    application_id: int,
    outcome: Outcome,
    amount: int = 0,
    reason: str,
    actor: Actor,
    now: datetime,
    reserve_order: int | None = None,
    conditions: Sequence[Condition] = (),
    version: int | None = None,
) -> Decision:
    """Record the panel's outcome for a bid, or change one that has not been released. `amount` is pence.

    One that was released and went back to the panel is kept, and this takes its place. `version` is the
    decision's version on the page the chair saw; None when there was no decision yet. Raises NotAllowed (not
    the chair, or a conflict), RuleBroken (all reasons; among them the pot) or Stale.
    """
    require(policy.can_decide(session, actor, application_id))
    # The round before the bid, as a release and the funding line hold them: no two can wait for each other.
    round_ = programme.locked(session, bids.application(session, application_id).round_id)
    application = bids.for_update(session, application_id)
    decision = queries.decision_of(session, application_id)
    if version != (decision.version if decision else None):
        raise Stale("Somebody else recorded a decision on this bid since you opened the page.")
    blockers = rules.blockers_to_decide(
        _facts(session, application, decision),
        outcome=outcome,
        amount=amount,
        reserve_order=reserve_order,
        reason=reason,
        left=queries.pot_position(session, round_, without_application_id=application_id).left,
    )
    wrong = rules.condition_blockers(conditions, outcome=outcome, today=in_london(now).date())
    require_no([*blockers, *wrong])
    decision = write(
        session,
        application,
        decision,
        Wanted(outcome, amount, reason.strip(), reserve_order=reserve_order),
        round_=round_,
        actor=actor,
        now=now,
    )
    applications.advance(session, application=application, deed="decide", actor=actor, now=now)
    _replace_conditions(session, decision, conditions, now=now)
    audit.record(
        session, actor, "decision.recorded", decision, now=now, application_id=application_id,
        outcome=outcome, amount=amount, reason=audit.digest(decision.reason), conditions=len(conditions),
    )  # fmt: skip
    return decision


def _replace_conditions(
    session: Session, decision: Decision, conditions: Sequence[Condition], *, now: datetime
) -> None:
    """Let these conditions hold from now on; those that held stay to be read. The same change nothing."""
    wanted = [Condition(one.kind, one.text.strip(), one.due_on) for one in conditions]
    held = queries.conditions_of(session, [decision.id])[decision.id]
    if [Condition(one.kind, one.text, one.due_on) for one in held] == wanted:
        return
    for old in held:
        old.replaced_at = now
    session.add_all(
        DecisionCondition(
            decision_id=decision.id,
            number=number,
            kind=one.kind,
            text=one.text,
            due_on=one.due_on,
            set_at=now,
        )
        for number, one in enumerate(wanted, 1)
    )
    session.flush()


def countersign(
    session: Session, *, decision_id: int, actor: Actor, now: datetime, version: int | None = None
) -> Decision:
    """A second panel member signs a decision above the fund's threshold.

    `version` is the decision's on the page the signer saw. Raises NotAllowed, Stale or RuleBroken.
    """
    decision = queries.decision_for_update(session, decision_id)
    require(policy.can_countersign(session, actor, decision))
    if version is not None and version != decision.version:
        raise Stale("The panel changed this decision since you opened the page.")
    if not rules.waits(decision.countersign_needed, decision.countersigned_at):
        raise RuleBroken("This decision does not wait for a second signature.")
    decision.countersigned_by_id, decision.countersigned_at = actor.signature(), now
    session.flush()
    audit.record(session, actor, "decision.countersigned", decision, now=now, amount=decision.amount)
    return decision


def follow_conflict(session: Session, conflict: Conflict, actor: Actor, now: datetime) -> None:
    """A conflict confirmed late sends a decision that was not released back to the panel.

    Entered in `reviewing.actions.conflict_followers`, after scoring has put the means right. What the panel
    had recorded stays to be read until it decides again; a released decision stands, is flagged, and the
    chairs are told. Pinning one that was confirmed, or lifting the pin, moves nothing.
    """
    if conflict.state not in OUT_OF_MEANS or interests.state_before(session, conflict) in OUT_OF_MEANS:
        return
    if not scoring.has_scored(session, person_id=conflict.person_id, application_id=conflict.application_id):
        return
    application = bids.for_update(session, conflict.application_id)
    decision = queries.decision_of(session, application.id)
    if decision is not None and decision.released_at is not None:
        _flag(session, application, decision, conflict, actor=actor, now=now)
    elif decision is not None and application.stage is Stage.DECIDED:
        applications.advance(session, application=application, deed="return_to_panel", actor=actor, now=now)
        scoring_deeds.fit_stage(session, application=application, actor=actor, now=now)
        session.flush()
        audit.record(session, actor, "decision.returned", decision, now=now, conflict_id=conflict.id)


def _flag(
    session: Session,
    application: Application,
    decision: Decision,
    conflict: Conflict,
    *,
    actor: Actor,
    now: datetime,
) -> None:
    """Mark a released decision for another look, and tell the chairs."""
    if decision.flagged_at is not None or application.stage in BEFORE_THE_PANEL:
        return
    decision.flagged_at = now
    session.flush()
    audit.record(session, actor, "decision.flagged", decision, now=now, conflict_id=conflict.id)
    for notice in notices.decision_flagged(session, application, decision):
        outbox.queue(session, notice, now=now)


def _facts(session: Session, application: Application, decision: Decision | None) -> rules.BidFacts:
    result = queries.result_of(session, application.id)
    return rules.BidFacts(
        ask=application.ask,
        least_amount=application.least_amount,
        ranked=bool(result and result.total),
        released=bool(decision and decision.released_at and application.stage not in BEFORE_THE_PANEL),
        places_taken=queries.reserve_places(
            session, application.round_id, without_application_id=application.id
        ),
    )


@dataclass(frozen=True)
class Wanted:
    """What a decision is to say. `amount` is pence."""

    outcome: Outcome
    amount: int
    reason: str
    reserve_order: int | None = None
    from_reserve: bool = False


def write(
    session: Session,
    application: Application,
    standing: Decision | None,
    wanted: Wanted,
    *,
    round_: Round,
    actor: Actor,
    now: datetime,
) -> Decision:
    """Write a decision over `standing`, or beside it where it was released: then it is kept as it was.

    The new row counts its versions on from the old one's, so that a page opened before does not fit it. For
    deeds that have asked who may and what stands in the way.
    """
    threshold = programme.definition_of(round_).amounts.second_signature_above
    kept = standing is not None and standing.released_at is not None
    if standing is not None and kept:
        standing.replaced_at = now
        session.flush()
    decision = Decision(application_id=application.id) if standing is None or kept else standing
    decision.outcome, decision.amount, decision.reason = wanted.outcome, wanted.amount, wanted.reason
    decision.reserve_order = wanted.reserve_order if wanted.outcome is Outcome.RESERVE else None
    decision.from_reserve = wanted.from_reserve
    decision.countersign_needed = rules.needs_countersignature(wanted.amount, threshold)
    decision.countersigned_by_id = decision.countersigned_at = None
    decision.decided_by_id, decision.decided_at = actor.signature(), now
    session.add(decision)
    session.flush()
    if standing is not None and kept:
        session.execute(
            update(Decision).where(Decision.id == decision.id).values(version=standing.version + 1),
            execution_options={"synchronize_session": False},
        )
        session.refresh(decision)
    return decision
