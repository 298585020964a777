"""A person asks to be deleted; an administrator grants it, and it is done, or refuses."""

from datetime import datetime

from sqlalchemy.orm import Session

from grants.accounts import queries as accounts
from grants.accounts.models import Person
from grants.audit import actions as audit
from grants.core.errors import NotFound, Reason, RuleBroken, require_no
from grants.core.language import say
from grants.core.policy import require
from grants.notifications import actions as outbox
from grants.permissions import Actor
from grants.privacy import notices, policy, queries
from grants.privacy.actions.removing import remove_person
from grants.privacy.models import DeletionRequest
from grants.privacy.states import DELETION

MOST_WORDS = 2_000
"""Characters of what a person adds, and of the administrator's reason."""


def ask_for_deletion(session: Session, *, words: str, actor: Actor, now: datetime) -> DeletionRequest:
    """A request, or the one that waits already. Raises RuleBroken for words that are too long."""
    person = accounts.person(session, actor.signature())
    session.refresh(person, with_for_update=True)
    waiting = queries.waiting_request(session, person.id)
    if waiting is not None:
        return waiting
    if len(words) > MOST_WORDS:
        raise RuleBroken([Reason(say("Write %(most)s characters or fewer", most=MOST_WORDS), "words")])
    request = DeletionRequest(person_id=person.id, words=words.strip(), asked_at=now)
    session.add(request)
    session.flush()
    audit.record(session, actor, "deletion.ask", request, now=now)
    for notice in notices.asked(session, request, person):
        outbox.queue(session, notice, now=now)
    return request


def take_back(session: Session, *, actor: Actor, now: datetime) -> DeletionRequest:
    """The person does not want it any more. Raises NotFound where nothing waits."""
    request = queries.waiting_request(session, actor.signature())
    if request is None:
        raise NotFound("No request of yours waits for an answer.")
    request.state = DELETION.next(request.state, "take_back")
    request.decided_at = now
    audit.record(session, actor, "deletion.take_back", request, now=now)
    session.flush()
    return request


def decide(
    session: Session, *, request_id: int, grants: bool, reason: str, actor: Actor, now: datetime
) -> DeletionRequest:
    """Answer a request with a reason that the person reads; granting removes them in the same transaction.

    Raises NotAllowed, or RuleBroken: answered before, without a reason, or something needs the person still.
    """
    request = queries.request(session, request_id)
    require(policy.may_decide(actor, request))
    if not reason.strip():
        raise RuleBroken([Reason("Enter the reason: the person reads it", "reason")])
    if len(reason) > MOST_WORDS:
        raise RuleBroken(
            [Reason(say("The reason must be %(most)s characters or fewer", most=f"{MOST_WORDS:,}"), "reason")]
        )
    request.state = DELETION.next(request.state, "grant" if grants else "refuse")
    person: Person = accounts.person(session, request.person_id)
    address = person.email
    if grants:
        require_no(queries.what_stands_against(session, person))
    request.reason, request.decided_by_id, request.decided_at = reason.strip(), actor.person_id, now
    audit.record(session, actor, f"deletion.{'grant' if grants else 'refuse'}", request, now=now)
    session.flush()
    if grants:
        remove_person(session, person_id=person.id, actor=actor, now=now)
    outbox.queue(session, notices.answered(request, address, granted=grants), now=now)
    return request
