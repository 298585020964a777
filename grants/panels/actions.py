"""The panel's deeds: deciding, countersigning, overriding the pot, releasing."""

import hashlib
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import update
from sqlalchemy.orm import Session

from grants.accounts import queries as accounts
from grants.applications import actions as applications
from grants.applications import queries as bids
from grants.applications.models import Application
from grants.applications.states import Stage
from grants.audit import actions as audit
from grants.core.clock import in_london
from grants.core.errors import Reason, RuleBroken, Stale, require_no
from grants.core.policy import require
from grants.feedback import actions as feedback_deeds
from grants.feedback import queries as feedback
from grants.notifications import actions as outbox
from grants.notifications import queries as messages
from grants.notifications.models import Message
from grants.panels import deliveries, letters, notices, policy, queries, rules
from grants.panels.letters import Written
from grants.panels.models import Decision, DecisionCondition, DecisionLetter, Override, Release
from grants.panels.rules import Condition
from grants.panels.states import FUNDED, Outcome
from grants.panels.wording import answer_until
from grants.permissions import Actor, Permission
from grants.programme import queries as programme
from grants.programme.models import Round
from grants.reviewing import interests
from grants.reviewing import policy as reviewing
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

    `version` is the decision's version on the page the chair saw; None when there was no decision yet.
    Raises NotAllowed (not the chair, or a conflict), RuleBroken (all reasons; among them the pot) or Stale.
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
    decision = decision or Decision(application_id=application_id)
    _write(decision, round_, outcome=outcome, amount=amount, reserve_order=reserve_order)
    decision.reason, decision.decided_by_id, decision.decided_at = reason.strip(), actor.signature(), now
    session.add(decision)
    applications.advance(session, application=application, deed="decide", actor=actor, now=now)
    session.flush()
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


def ask_override(
    session: Session, *, round_id: int, extra: int, reason: str, actor: Actor, now: datetime
) -> Override:
    """The chair asks to award `extra` pence past the pot. It counts once the finance approver has signed."""
    require(policy.may(actor, Permission.DECIDE, "ask for awards past the pot"))
    round_ = programme.locked(session, round_id)
    reasons = []
    if extra <= 0:
        reasons.append(Reason("Enter how much more than the pot is needed", "extra"))
    if not reason.strip():
        reasons.append(Reason("Enter the reason for going past the pot", "reason"))
    require_no(reasons)
    override = Override(
        round_id=round_.id, extra=extra, reason=reason.strip(), asked_by_id=actor.signature(), asked_at=now
    )
    session.add(override)
    session.flush()
    audit.record(
        session, actor, "override.asked", override, now=now, extra=extra, reason=audit.digest(override.reason)
    )
    for notice in notices.override_asked(session, round_, override):
        outbox.queue(session, notice, now=now)
    return override


def approve_override(session: Session, *, override_id: int, actor: Actor, now: datetime) -> Override:
    """The finance approver signs an override. Raises NotAllowed or RuleBroken."""
    override = queries.override_for_update(session, override_id)
    require(policy.can_approve_override(session, actor, override))
    if override.approved_at is not None:
        raise RuleBroken("This override has been approved already.")
    override.approved_by_id, override.approved_at = actor.signature(), now
    session.flush()
    audit.record(session, actor, "override.approved", override, now=now, extra=override.extra)
    return override


def draft_release(session: Session, *, round_id: int, actor: Actor, now: datetime) -> Release:
    """The manager puts every decision made so far forward for release.

    Where a release waits already and decisions were made since, it is drafted anew. Raises NotAllowed or
    RuleBroken.
    """
    require(policy.may(actor, Permission.DRAFT_RELEASE, "draft a release"))
    round_ = programme.locked(session, round_id)
    release = queries.open_release(session, round_id)
    if release is not None and not queries.decided_since(session, release):
        raise RuleBroken("A release already waits for the chair’s approval.")
    require_no(_release_blockers(session, round_, queries.to_release(session, round_id)))
    release = release or Release(round_id=round_id)
    release.drafted_by_id, release.drafted_at = actor.signature(), now
    session.add(release)
    session.flush()
    audit.record(session, actor, "release.drafted", release, now=now)
    for notice in notices.release_drafted(session, round_, release):
        outbox.queue(session, notice, now=now)
    return release


def approve_release(
    session: Session, *, release_id: int, actor: Actor, now: datetime, previewed: str | None = None
) -> Release:
    """The chair releases all decisions put forward at once: every applicant is written to, funded bids become
    offers. What the panel decided since waits for the manager to put it forward.

    One transaction: either every decision is out and every message queued, or none. `previewed` is the
    fingerprint of the letters that the chair could read: any other set of letters is not sent. Raises
    NotAllowed, Stale or RuleBroken; approving twice is refused.
    """
    round_ = programme.locked(session, queries.release_by_id(session, release_id).round_id)
    release = queries.release_for_update(session, release_id)
    require(policy.can_approve_release(session, actor, release))
    if release.approved_at is not None:
        raise RuleBroken("These decisions have been released already.")
    decided = queries.put_forward(session, release)
    feedback.hold(session, [application.id for _, application in decided])
    require_no(_release_blockers(session, round_, decided))
    written = letters.written(session, round_, decided, at=now)
    if previewed is not None and previewed != letters.fingerprint(written):
        raise Stale("The letters, or the people they go to, have changed since you opened the page.")
    release.approved_by_id, release.approved_at = actor.signature(), now
    answer_by = answer_until(now, programme.definition_of(round_).rules.offer_days)
    for decision, application in decided:
        _release_one(session, release, decision, application, answer_by=answer_by, actor=actor, now=now)
    _send(session, written, actor=actor, now=now)
    release.decisions = len(decided)
    session.flush()
    audit.record(session, actor, "release.approved", release, now=now, decisions=len(decided))
    return release


def follow_conflict(session: Session, conflict: Conflict, actor: Actor, now: datetime) -> None:
    """A conflict confirmed late sends a decision that was not released back to the panel.

    Entered in `reviewing.actions.conflict_followers`, after scoring has put the means right. What the panel
    had recorded stays to be read until it decides again; a released decision stands, and its result is
    flagged. Pinning one that was confirmed, or lifting the pin, moves nothing.
    """
    if conflict.state not in OUT_OF_MEANS or interests.state_before(session, conflict) in OUT_OF_MEANS:
        return
    if not scoring.has_scored(session, person_id=conflict.person_id, application_id=conflict.application_id):
        return
    application = bids.for_update(session, conflict.application_id)
    decision = queries.decision_of(session, application.id)
    if decision is None or decision.released_at is not None or application.stage is not Stage.DECIDED:
        return
    applications.advance(session, application=application, deed="return_to_panel", actor=actor, now=now)
    scoring_deeds.fit_stage(session, application=application, actor=actor, now=now)
    session.flush()
    audit.record(session, actor, "decision.returned", decision, now=now, conflict_id=conflict.id)


def _send(session: Session, written: Sequence[Written], *, actor: Actor, now: datetime) -> None:
    """Freeze the letters, and with them the feedback in them, and queue a message to each of their people."""
    _freeze(session, written, now=now)
    ids = [one.application.id for one in written]
    feedback_deeds.send(session, application_ids=ids, actor=actor, now=now)
    for notice in notices.decisions(written):
        outbox.queue(session, notice, now=now)


def _freeze(session: Session, written: Sequence[Written], *, now: datetime) -> None:
    """Keep the words of those letters that are not kept yet."""
    kept = letters.kept_words(session, [one.application.id for one in written])
    session.add_all(
        DecisionLetter(
            decision_id=one.decision.id, application_id=one.application.id, told=one.told, written_at=now
        )
        for one in written
        if one.application.id not in kept
    )
    session.flush()


def keep_letter(session: Session, *, decision_id: int, content: bytes, now: datetime) -> None:
    """Keep the PDF of a released letter with its hash, unless one is kept already."""
    session.execute(
        update(DecisionLetter)
        .where(DecisionLetter.decision_id == decision_id, DecisionLetter.content.is_(None))
        .values(content=content, sha256=hashlib.sha256(content).hexdigest(), made_at=now),
        execution_options={"synchronize_session": False},
    )


def write_to_new(session: Session, *, release_id: int, actor: Actor, now: datetime) -> int:
    """Send released letters to signatories who have joined since; nobody is written to twice. Gives how many.

    Raises NotAllowed or NotFound.
    """
    require(policy.may(actor, Permission.DRAFT_RELEASE, "send letters about decisions"))
    release = queries.release_for_update(session, release_id)
    round_ = programme.round_by_id(session, release.round_id)
    decided = deliveries.released_by(session, release_id)
    known = deliveries.written_to(session, release_id)
    written = [one for one in letters.written(session, round_, decided, at=now) if one.is_kept]
    _freeze(session, written, now=now)
    sent = 0
    for notice in notices.decisions(written):
        if notice.key not in known:
            outbox.queue(session, notice, now=now)
            sent += 1
    if sent:
        audit.record(session, actor, "release.sent_to_new", release, now=now, messages=sent)
    return sent


def resend_letter(
    session: Session, *, release_id: int, message_id: int, actor: Actor, now: datetime
) -> Message:
    """Send a letter that failed or came back again, to the address its person has now.

    Raises NotAllowed, NotFound, Stale or RuleBroken.
    """
    require(policy.may(actor, Permission.RESEND_MESSAGES, "send messages again"))
    decision = deliveries.decision_written_of(session, release_id, message_id)
    require(reviewing.no_conflict(session, actor, decision.application_id))
    message = messages.by_id(session, message_id)
    person = accounts.person(session, message.person_id) if message.person_id else None
    return outbox.resend(
        session, message=message, actor=actor, now=now, to_address=person.email if person else ""
    )


def _release_one(
    session: Session,
    release: Release,
    decision: Decision,
    application: Application,
    *,
    answer_by: datetime,
    actor: Actor,
    now: datetime,
) -> None:
    decision.release_id, decision.released_at = release.id, now
    if decision.outcome in FUNDED:
        decision.answer_by = answer_by
        applications.advance(session, application=application, deed="offer", actor=actor, now=now)
    audit.record(
        session,
        actor,
        "decision.released",
        decision,
        now=now,
        outcome=decision.outcome,
        amount=decision.amount,
    )


def _release_blockers(
    session: Session, round_: Round, decided: Sequence[tuple[Decision, Application]]
) -> list[Reason]:
    refs = {application.id: application.ref for _, application in decided}
    held_back = feedback.not_to_go_out(session, round_, list(refs))
    waiting = [
        application.ref
        for decision, application in decided
        if rules.waits(decision.countersign_needed, decision.countersigned_at)
    ]
    return [
        *rules.blockers_to_release(waiting, len(decided)),
        *(Reason(f"{refs[key]}: {why}", refs[key]) for key, why in held_back.items()),
    ]


def _facts(session: Session, application: Application, decision: Decision | None) -> rules.BidFacts:
    result = queries.result_of(session, application.id)
    return rules.BidFacts(
        ask=application.ask,
        least_amount=application.least_amount,
        ranked=bool(result and result.total),
        released=bool(decision and decision.released_at),
        places_taken=queries.reserve_places(
            session, application.round_id, without_application_id=application.id
        ),
    )


def _write(
    decision: Decision, round_: Round, *, outcome: Outcome, amount: int, reserve_order: int | None
) -> None:
    threshold = programme.definition_of(round_).amounts.second_signature_above
    decision.outcome, decision.amount = outcome, amount
    decision.reserve_order = reserve_order if outcome is Outcome.RESERVE else None
    decision.countersign_needed = rules.needs_countersignature(amount, threshold)
    decision.countersigned_by_id = decision.countersigned_at = None
