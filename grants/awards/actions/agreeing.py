"""Deeds that make an offer ready to be accepted: partners asked about their shares, the agreement kept."""

from datetime import datetime
from hashlib import sha256

from sqlalchemy.orm import Session

from grants.applications import actions as applications
from grants.applications import partnership
from grants.applications import queries as bids
from grants.applications.models import Application, PartnerChange
from grants.applications.states import ChangeKind, Stage
from grants.audit import actions as audit
from grants.awards import agreements, notices
from grants.awards.agreement_words import Told
from grants.awards.models import Agreement
from grants.notifications import actions as outbox
from grants.panels import queries as panels
from grants.panels.models import Decision
from grants.panels.states import Outcome
from grants.permissions import Actor


def ask_about_shares(
    session: Session, *, application_id: int, actor: Actor, now: datetime
) -> PartnerChange | None:
    """Share a partial award out to the penny and ask each partner whether it agrees, once an offer.

    None where nothing is to be asked: the whole ask was awarded, there are no partners, or they were asked.
    """
    application = bids.for_update(session, application_id)
    decision = _open_offer(session, application, now=now)
    if decision is None or decision.answer_by is None or decision.outcome is not Outcome.FUND_IN_PART:
        return None
    asked = partnership.asked_about_award(session, application_id)
    if asked is not None and decision.released_at is not None and asked.drafted_at >= decision.released_at:
        return None
    return applications.ask_about_award(
        session, application_id=application_id, award=decision.amount, answer_by=decision.answer_by,
        actor=actor, now=now,
    )  # fmt: skip


def to_be_made(session: Session, *, application_id: int, now: datetime) -> Told | None:
    """What the agreement of an open offer is to say; None where there is one, or partners have to answer."""
    application = bids.for_update(session, application_id)
    decision = _open_offer(session, application, now=now)
    if decision is None or partnership.open_change(session, application_id) is not None:
        return None
    there = agreements.current(session, application_id)
    if there is not None and not agreements.is_stale(session, there):
        return None
    return agreements.words_for(session, application, decision, at=now)


def keep_agreement(
    session: Session, *, application_id: int, told: Told, content: bytes, actor: Actor, now: datetime
) -> Agreement | None:
    """Offer an agreement with these words and this PDF, and keep both with the hash. None if what it says has
    been overtaken, or another was made meanwhile.
    """
    if to_be_made(session, application_id=application_id, now=now) != told:
        return None
    application = bids.application(session, application_id)
    replaced = agreements.current(session, application_id)
    if replaced is not None:
        replaced.replaced_at = now
    made = Agreement(
        application_id=application_id, number=agreements.count(session, application_id) + 1, told=told,
        made_at=now, sha256=sha256(content).hexdigest(), content=content,
    )  # fmt: skip
    session.add(made)
    session.flush()
    audit.record(
        session, actor, "agreement.offered", made, now=now,
        application_id=application_id, number=made.number, amount=told["amount"], sha256=made.sha256,
    )  # fmt: skip
    change = partnership.agreed_partnership(session, application_id)
    if replaced is not None or (change is not None and change.kind is ChangeKind.PART_AWARD):
        for notice in notices.agreement_ready(session, application, made):
            outbox.queue(session, notice, now=now)
    return made


def _open_offer(session: Session, application: Application, *, now: datetime) -> Decision | None:
    decision = panels.decision_of(session, application.id)
    if application.stage is not Stage.OFFERED or decision is None or decision.answer_by is None:
        return None
    return decision if now < decision.answer_by else None
