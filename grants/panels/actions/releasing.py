"""Releasing decisions: drafted, approved by somebody else, written to everybody once."""

import hashlib
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import update
from sqlalchemy.orm import Session

from grants.accounts import queries as accounts
from grants.applications import actions as applications
from grants.applications.models import Application
from grants.audit import actions as audit
from grants.core.errors import Reason, RuleBroken, Stale, require_no
from grants.core.policy import require
from grants.feedback import actions as feedback_deeds
from grants.feedback import queries as feedback
from grants.notifications import actions as outbox
from grants.notifications import queries as messages
from grants.notifications.models import Message
from grants.panels import deliveries, letters, notices, policy, queries, rules
from grants.panels.letters import Written
from grants.panels.models import Decision, DecisionLetter, Release
from grants.panels.states import FUNDED
from grants.panels.wording import answer_until
from grants.permissions import Actor, Permission
from grants.programme import queries as programme
from grants.programme.models import Round
from grants.reviewing import policy as reviewing


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


def _send(session: Session, written: Sequence[Written], *, actor: Actor, now: datetime) -> None:
    """Freeze the letters, and with them the feedback in them, and queue a message to each of their people."""
    _freeze(session, written, now=now)
    ids = [one.application.id for one in written]
    feedback_deeds.send(session, application_ids=ids, actor=actor, now=now)
    for notice in notices.decisions(written):
        outbox.queue(session, notice, now=now)


def _freeze(session: Session, written: Sequence[Written], *, now: datetime) -> None:
    """Keep the words of those letters that are not kept yet."""
    kept = letters.kept_words(session, [one.decision.id for one in written])
    session.add_all(
        DecisionLetter(
            decision_id=one.decision.id, application_id=one.application.id, told=one.told, written_at=now
        )
        for one in written
        if one.decision.id not in kept
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
