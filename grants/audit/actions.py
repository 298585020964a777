"""Writing the trail: every deed records itself here, and its line is chained on in the very moment of
commit."""

import hmac
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from sqlalchemy import event, insert, select, update
from sqlalchemy.orm import Session, SessionTransaction

from grants import config
from grants.audit import heads
from grants.audit.models import HEAD_ID, LONGEST_DEED, LONGEST_LABEL, LONGEST_NAME, TrailEntry, TrailHead
from grants.audit.queries import count_upto, has_number, noted_tail, subject_of
from grants.audit.rules import Fact, chain_hash, plain_fact
from grants.permissions import Actor

_PENDING = "trail"
_MARKS = "trail marks"


@dataclass
class _Line:
    """An entry on its way into the trail."""

    at: datetime
    actor_id: int | None
    actor_label: str
    roles: str
    deed: str
    subject_type: str
    subject_id: str
    facts: dict[str, Fact]
    seq: int = 0
    previous_hash: str = ""
    hash: str = ""


def record(
    session: Session, actor: Actor, deed: str, subject: object, *, now: datetime, **facts: object
) -> None:
    """Note that `actor` did `deed` to `subject` (a mapped instance, or a (type, id) pair) at `now`.

    Facts are whole numbers, yes or no, dates, enum values, ids, lists of them, or `digest(text)`. Raises
    ValueError for anything else. The line is written when the session commits and forgotten when it rolls
    back, so a query before the commit does not find it.
    """
    plain = {name: plain_fact(name, value) for name, value in facts.items()}
    if not session.in_transaction():
        session.begin()  # so that there is a transaction whose end the line cannot outlive
    if not isinstance(subject, tuple) and not has_number(subject):
        session.flush()
    subject_type, subject_id = subject_of(subject)
    if max(len(deed) - LONGEST_DEED, len(subject_type) - LONGEST_NAME, len(subject_id) - LONGEST_NAME) > 0:
        raise ValueError(f"too long for the trail: {deed}, {subject_type} {subject_id}")
    session.info.setdefault(_PENDING, []).append(
        _Line(
            at=now,
            actor_id=actor.person_id,
            actor_label=actor.label[:LONGEST_LABEL],
            roles=" ".join(sorted(actor.roles)),
            deed=deed,
            subject_type=subject_type,
            subject_id=subject_id,
            facts=plain,
        )
    )


def digest(text: str) -> str:
    """A keyed digest (HMAC-SHA256, hex) by which the trail can later confirm a text it does not hold."""
    return hmac.new(config.current().key_for("trail digest"), text.encode(), sha256).hexdigest()


def sign_head(session: Session, *, now: datetime) -> heads.Head:
    """Where the trail ends now, signed. To be kept where nobody who can write to the database can reach
    it."""
    tail = noted_tail(session)
    return heads.sign(tail, count=count_upto(session, tail.seq), at=now, seed=head_seed())


def head_seed() -> bytes:
    """What the key that signs heads is made from."""
    return config.current().key_for("trail head")


# The listeners stand on the Session class and are registered once, when this module is imported: every
# session of the process then keeps the law, also one made by a command or a test, and none can be made that
# forgets to ask for it.


@event.listens_for(Session, "before_commit")
def _append_pending(session: Session) -> None:
    """Chain the session's entries on, last of all.

    The lock on the head is taken after everything else has been flushed. Whoever holds it wants no other
    lock any more, so no ring of waiting transactions can form, and entries stand in the order of commits.
    On SQLite the writing transaction has held the one write lock since it began.
    """
    if not session.info.get(_PENDING) or session.in_nested_transaction():
        return
    session.flush()
    seq, previous = session.execute(
        select(TrailHead.seq, TrailHead.hash).where(TrailHead.id == HEAD_ID).with_for_update()
    ).one()
    lines: list[_Line] = session.info.pop(_PENDING)
    for number, line in enumerate(lines, start=seq + 1):
        line.seq, line.previous_hash = number, previous
        line.hash = previous = chain_hash(previous, line)
    session.execute(insert(TrailEntry), [vars(line) for line in lines])
    session.execute(update(TrailHead).where(TrailHead.id == HEAD_ID).values(seq=lines[-1].seq, hash=previous))


@event.listens_for(Session, "after_transaction_create")
def _mark_savepoint(session: Session, transaction: SessionTransaction) -> None:
    if transaction.nested:
        session.info.setdefault(_MARKS, {})[transaction] = len(session.info.get(_PENDING, ()))


@event.listens_for(Session, "after_soft_rollback")
def _forget_since_savepoint(session: Session, transaction: SessionTransaction) -> None:
    """What was recorded since a savepoint did not happen once the session went back to it."""
    mark = session.info.get(_MARKS, {}).get(transaction)
    if mark is not None:
        del session.info.get(_PENDING, [])[mark:]


@event.listens_for(Session, "after_transaction_end")
def _forget_all(session: Session, transaction: SessionTransaction) -> None:
    """Nothing outlives its transaction: committed entries are written, the others did not happen."""
    if transaction.parent is None:
        session.info.pop(_PENDING, None)
        session.info.pop(_MARKS, None)
