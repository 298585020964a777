"""Reading the outbox."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import Select, and_, func, or_, select
from sqlalchemy.orm import Session

from grants.audit.queries import subject_of
from grants.core.errors import NotFound
from grants.notifications.hiding import visible_to
from grants.notifications.models import Message
from grants.notifications.rules import COURIER_TIME, LEASE
from grants.notifications.states import MessageState

MOST_AT_ONCE = 500
"""How many messages one sweep hands over."""


def by_key(session: Session, key: str) -> Message:
    """The message written for the occasion `key`."""
    return session.scalars(select(Message).where(Message.key == key)).one()


def by_message_id(session: Session, header: str) -> Message | None:
    """The message that went out under this Message-ID, if it was one of ours."""
    return session.scalars(select(Message).where(Message.message_id_header == header)).one_or_none()


def by_id(session: Session, message_id: int) -> Message:
    """The message with this number. Raises NotFound."""
    message = session.get(Message, message_id)
    if message is None:
        raise NotFound("There is no message with this number.")
    return message


def waiting(session: Session, now: datetime) -> Sequence[int]:
    """Ids of messages that a worker should look at, the longest waiting first.

    They are due and the courier has had its time, or their worker's lease has run out.
    """
    due = and_(
        Message.state == MessageState.QUEUED,
        Message.due_at <= now,
        or_(Message.attempts > 0, Message.due_at <= now - COURIER_TIME),
    )
    abandoned = and_(
        Message.state.in_((MessageState.SENDING, MessageState.HANDING_OVER)),
        Message.claimed_at < now - LEASE,
    )
    return session.scalars(
        select(Message.id).where(or_(due, abandoned)).order_by(Message.due_at, Message.id).limit(MOST_AT_ONCE)
    ).all()


def about(session: Session, subject: object) -> Sequence[Message]:
    """Every message that concerns `subject` (a mapped instance or a (type, id) pair), oldest first."""
    kind, identity = subject_of(subject)
    return session.scalars(
        select(Message).where(Message.about_type == kind, Message.about_id == identity).order_by(Message.id)
    ).all()


def message_for(session: Session, message_id: int, *, reader_id: int | None) -> Message:
    """The message with this number. Raises NotFound, also where it is hidden from the reader."""
    seen = visible_to(session, reader_id)
    found = session.scalars(select(Message).where(Message.id == message_id, seen)).one_or_none()
    if found is None:
        raise NotFound("There is no message with this number that you may see.")
    return found


def counts(session: Session, *, reader_id: int | None = None) -> Mapping[MessageState, int]:
    """How many messages that the reader may see are in each state; all of them without a reader."""
    seen = visible_to(session, reader_id)
    counted = select(Message.state, func.count()).where(seen).group_by(Message.state)
    found = dict(session.execute(counted).all())
    return {state: found.get(state, 0) for state in MessageState}


def outbox(session: Session, *, reader_id: int | None, state: MessageState | None = None) -> Select[Message]:
    """The messages that the reader may see, newest first, or those in one state: to be read a page at a
    time.
    """
    newest_first = select(Message).where(visible_to(session, reader_id)).order_by(Message.id.desc())
    return newest_first.where(Message.state == state) if state else newest_first


def delivered_by(sender: str, *, to: str = "") -> Select[Message]:
    """The messages that `sender` took, newest first; with `to` only those to this address, in any case."""
    found = select(Message).where(Message.sent_by == sender).order_by(Message.id.desc())
    return found.where(func.lower(Message.to_address) == to.lower()) if to else found
