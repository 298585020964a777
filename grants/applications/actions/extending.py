"""More time for one bid or a whole round: a manager drafts it, a chair approves, the writers are told."""

from datetime import datetime

from sqlalchemy.orm import Session

from grants.applications import deadline_notices, deadlines, extension_rules, later, policy, queries
from grants.applications.actions.sending import advance
from grants.applications.extension_rules import Wanted
from grants.applications.models import Application
from grants.applications.queries import Bid
from grants.applications.states import Stage
from grants.audit import actions as audit
from grants.core import dispatch
from grants.core.errors import NotFound, Reason, RuleBroken, Stale, require_no
from grants.core.policy import require
from grants.notifications import actions as outbox
from grants.permissions import Actor, service
from grants.programme import queries as programme
from grants.programme.models import Extension, Round
from grants.programme.states import EXTENSION

TELL_EXTENDED = "applications.tell_extended"
"""The job that writes to everybody whom an approved extension concerns."""


def draft_extension(
    session: Session,
    *,
    round_id: int,
    until: datetime,
    reason: str,
    actor: Actor,
    now: datetime,
    application_id: int | None = None,
) -> Extension:
    """Put more time forward, for one bid or for the whole round (`application_id` None), until `until` (UTC).

    Raises NotAllowed, NotFound (no such bid in the round) or RuleBroken with every reason; the places are
    'ref', 'on' and 'reason'.
    """
    require(policy.can_draft_extension(actor))
    round_ = programme.locked(session, round_id)
    application = _bid_in(session, round_, application_id)
    if application is not None:
        require(later.no_conflict(session, actor, application.id))
    reasons = extension_rules.blockers_to_extend(
        _wanted(session, round_, application, until=until, reason=reason), now=now
    )
    if programme.waiting_extension(session, round_id, application_id) is not None:
        reasons.append(Reason("An extension already waits for the chair. Take it back first, or wait."))
    require_no(reasons)
    extension = Extension(
        round_id=round_id,
        application_id=application_id,
        closes_at=until,
        reason=reason.strip(),
        drafted_by_id=actor.signature(),
        drafted_at=now,
    )
    session.add(extension)
    session.flush()
    _note(session, "draft", extension, actor=actor, now=now)
    for notice in deadline_notices.extension_drafted(session, extension, round_, application):
        outbox.queue(session, notice, now=now)
    return extension


def approve_extension(
    session: Session, *, extension_id: int, version: int, actor: Actor, now: datetime
) -> Extension:
    """The chair gives more time. Drafts that had lapsed are drafts again until the new minute.

    `version` is that of the extension on the page the chair saw. Raises NotAllowed (the drafter, or a
    conflict with the bid), NotFound, Stale, or RuleBroken: answered already, or out of time meanwhile.
    """
    extension, round_ = _held(session, extension_id, version=version)
    application = _bid_in(session, round_, extension.application_id)
    require(policy.can_answer_extension(session, actor, extension))
    EXTENSION.next(extension.state, "approve")
    wanted = _wanted(session, round_, application, until=extension.closes_at, reason=extension.reason)
    require_no(extension_rules.blockers_to_extend(wanted, now=now))
    extension.previous_closes_at = wanted.closes_at
    extension.approved_by_id, extension.approved_at = actor.signature(), now
    session.flush()
    _note(session, "approve", extension, actor=actor, now=now)
    _reopen(session, round_, application, actor=actor, now=now)
    outbox.queue(
        session, deadline_notices.extension_answered(session, extension, round_, application), now=now
    )
    dispatch.after_commit(session, TELL_EXTENDED, extension.id)
    return extension


def refuse_extension(
    session: Session, *, extension_id: int, version: int, reason: str, actor: Actor, now: datetime
) -> Extension:
    """The chair says no, with a reason for the manager. Raises as `approve_extension` does."""
    extension, round_ = _held(session, extension_id, version=version)
    require(policy.can_answer_extension(session, actor, extension))
    EXTENSION.next(extension.state, "refuse")
    if not reason.strip():
        raise RuleBroken([Reason("Enter the reason for refusing", "reason")])
    extension.refused_by_id, extension.refused_at = actor.signature(), now
    extension.refused_reason = reason.strip()
    session.flush()
    _note(session, "refuse", extension, actor=actor, now=now)
    application = _bid_in(session, round_, extension.application_id)
    outbox.queue(
        session, deadline_notices.extension_answered(session, extension, round_, application), now=now
    )
    return extension


def withdraw_extension(
    session: Session, *, extension_id: int, version: int, actor: Actor, now: datetime
) -> Extension:
    """A manager takes back what no chair has answered. Raises NotAllowed, NotFound, Stale, RuleBroken."""
    require(policy.can_draft_extension(actor))
    extension, _ = _held(session, extension_id, version=version)
    EXTENSION.next(extension.state, "withdraw")
    extension.withdrawn_at = now
    session.flush()
    _note(session, "withdraw", extension, actor=actor, now=now)
    return extension


def tell_extended(session: Session, *, extension_id: int, now: datetime) -> int:
    """Write to the writers of every draft that an approved extension concerns, once. Returns the letters.

    The mark that it was done is written with the letters, so they are queued all or not at all.
    """
    extension = programme.extension(session, extension_id)
    if extension.approved_at is None or extension.told_at is not None:
        return 0
    extension.told_at = now
    round_ = programme.round_by_id(session, extension.round_id)
    drafts = [
        draft
        for draft in deadlines.drafts_of(session, round_.id)
        if extension.application_id in (None, draft.id)
    ]
    writers = deadlines.writers_of(session, {draft.lead_id for draft in drafts})
    letters = 0
    for draft in drafts:
        bid = Bid(draft, round_, programme.definition_of(round_))
        for notice in deadline_notices.extension_given(extension, bid, writers[draft.lead_id]):
            outbox.queue(session, notice, now=now)
            letters += 1
    session.flush()
    _note(session, "tell", extension, actor=service("beat"), now=now)
    return letters


def _held(session: Session, extension_id: int, *, version: int) -> tuple[Extension, Round]:
    """The extension and its round, the round first, as every deed holds them. Raises NotFound or Stale."""
    round_id = programme.round_of_extension(session, extension_id)
    round_ = programme.locked(session, round_id)
    extension = programme.extension(session, extension_id)
    if extension.version != version:
        raise Stale("Somebody else dealt with this extension after you opened the page.")
    return extension, round_


def _bid_in(session: Session, round_: Round, application_id: int | None) -> Application | None:
    if application_id is None:
        return None
    application = queries.for_update(session, application_id)
    if application.round_id != round_.id:
        raise NotFound("There is no such bid in this round.")
    return application


def _wanted(
    session: Session, round_: Round, application: Application | None, *, until: datetime, reason: str
) -> Wanted:
    bid_id = application.id if application else None
    return Wanted(
        opens_at=round_.opens_at,
        closes_at=programme.closes_at(session, round_, application_id=bid_id),
        reviews_due_at=programme.definition_of(round_).calendar.reviews_due_at,
        until=until,
        reason=reason,
        bid=application.stage if application else None,
        was_sent=application is not None and application.submitted_at is not None,
        stages=queries.stage_counts(session, round_.id),
        shared_out=later.is_shared_out(session, round_.id),
    )


def _reopen(
    session: Session, round_: Round, application: Application | None, *, actor: Actor, now: datetime
) -> None:
    """Lapsed drafts are drafts again; a round whose closing was announced will be announced anew.

    Drafts that have not lapsed are held too, so that none lapses between this look and the commit.
    """
    if application is None:
        round_.closing_announced_at = None
    found = deadlines.never_sent(session, round_.id) if application is None else [application]
    for bid in found:
        if bid.stage is Stage.LAPSED:
            bid.closed_reason = ""
            advance(session, application=bid, deed="reopen_after_extension", actor=actor, now=now)


def _note(session: Session, deed: str, extension: Extension, *, actor: Actor, now: datetime) -> None:
    audit.record(
        session, actor, f"extension.{deed}", extension, now=now, round_id=extension.round_id,
        application_id=extension.application_id, closes_at=extension.closes_at,
        reason=audit.digest(extension.reason),
    )  # fmt: skip
