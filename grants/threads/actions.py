"""Writing messages, and marking them as read or answered."""

from datetime import datetime

from sqlalchemy.orm import Session

from grants.applications import queries as bids
from grants.applications.models import Application
from grants.audit import actions as audit
from grants.core.errors import NotFound, require_no
from grants.core.policy import require
from grants.notifications import actions as outbox
from grants.permissions import Actor
from grants.threads import notices, policy, queries, rules
from grants.threads.models import Thread, ThreadMark, ThreadMessage


def write(session: Session, *, application_id: int, text: str, actor: Actor, now: datetime) -> ThreadMessage:
    """Keep a message as typed and tell the other side that it waits, without its words.

    People of the lead organisation write for the applicant, programme managers for the team. Raises NotFound
    (a stranger), NotAllowed or RuleBroken (empty, too long, too many).
    """
    application = bids.for_update(session, application_id)
    from_team = _speaks_for_team(session, actor, application)
    person_id = actor.signature()
    lately = queries.written_since(session, application_id, person_id=person_id, since=now - rules.WHILE)
    require_no(rules.faults(text, lately))
    thread = queries.for_update(session, application_id)
    if thread is None:
        thread = Thread(application_id=application_id, last_at=now)
        session.add(thread)
        session.flush()
    message = ThreadMessage(
        application_id=application_id, from_team=from_team, author_id=person_id, text=text, sent_at=now
    )
    session.add(message)
    session.flush()
    thread.last_at = now
    thread.waiting_since = None if from_team else thread.waiting_since or now
    _mark(session, application_id, person_id=person_id, upto=message.id)
    audit.record(
        session, actor, "thread.write", application, now=now, message_id=message.id, from_team=from_team
    )
    bid = bids.bid_of(session, application)
    tell = notices.message_to_applicant if from_team else notices.message_to_team
    for notice in tell(session, bid, message):
        outbox.queue(session, notice, now=now)
    return message


def mark_answered(session: Session, *, application_id: int, actor: Actor, now: datetime) -> Thread:
    """Nothing in this thread waits for the team any more, for example after a telephone call. Raises NotFound
    or NotAllowed.
    """
    require(policy.can_answer(actor))
    thread = queries.for_update(session, application_id)
    if thread is None:
        raise NotFound("Nobody has written about this bid.")
    if thread.waiting_since is not None:
        thread.waiting_since = None
        session.flush()
        audit.record(session, actor, "thread.mark_answered", ("application", application_id), now=now)
    return thread


def mark_read(session: Session, *, application_id: int, actor: Actor) -> None:
    """The person has read everything that is there. Raises NotFound."""
    application = bids.for_update(session, application_id)
    if not policy.can_answer(actor) and not policy.can_take_part(actor, application):
        raise NotFound("There is no such bid.")
    if queries.for_update(session, application_id) is None:
        raise NotFound("Nobody has written about this bid.")
    newest = queries.last_id(session, application_id)
    _mark(session, application_id, person_id=actor.signature(), upto=newest)


def _speaks_for_team(session: Session, actor: Actor, application: Application) -> bool:
    """Raise NotFound or NotAllowed for those who may not write. The team finds no draft that nobody asked
    about.
    """
    if policy.can_take_part(actor, application):
        return False
    if not policy.can_read(actor):
        raise NotFound("There is no such bid.")
    require(policy.can_answer(actor))
    if application.submitted_at is None and queries.thread_of(session, application.id) is None:
        raise NotFound("There is no such bid.")
    return True


def _mark(session: Session, application_id: int, *, person_id: int, upto: int) -> None:
    mark = session.get(ThreadMark, (application_id, person_id))
    if mark is None:
        mark = ThreadMark(application_id=application_id, person_id=person_id)
        session.add(mark)
    mark.read_upto = upto
    session.flush()
