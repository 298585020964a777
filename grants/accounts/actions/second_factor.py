"""The second factor of staff: an authenticator app (RFC 6238) and ten codes for the day it is lost."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import delete, update
from sqlalchemy.orm import Session

from grants import config
from grants.accounts import codes, notices, policy, queries, rules, sealing
from grants.accounts.models import Person, RecoveryCode, SecondFactor
from grants.audit import actions as audit
from grants.core.db import held
from grants.core.errors import NotAllowed, Reason, RuleBroken
from grants.notifications import actions as outbox
from grants.permissions import Actor

WRONG = "That is not the code your app shows now. Check its device’s clock, and enter the next code"


class Answer(StrEnum):
    """What came of a code that was entered."""

    RIGHT = "right"
    RECOVERED = "recovered"
    WRONG = "wrong"
    LOCKED = "locked"


def begin_second_factor(session: Session, *, actor: Actor, now: datetime) -> SecondFactor:
    """Make a new secret for the actor, to be confirmed by a code. Raises RuleBroken if one is confirmed
    already."""
    person = queries.person(session, actor.person_id or 0)
    factor = _held(session, person.id)
    if factor is not None and queries.is_set_up(factor):
        raise RuleBroken("You have set up your second step already.")
    if factor is None:
        factor = SecondFactor(person_id=person.id)
        session.add(factor)
    factor.secret_encrypted = sealing.seal(codes.new_secret())
    factor.confirmed_at = factor.locked_until = None
    factor.last_step = factor.failures = 0
    factor.made_for_demo = False
    audit.record(session, actor, "second_factor.begin", person, now=now)
    return factor


def confirm_second_factor(session: Session, *, code: str, actor: Actor, now: datetime) -> list[str]:
    """Confirm the new secret by a code from the app; gives ten recovery codes, of which only digests are
    kept.

    Raises RuleBroken for a wrong code or when there is nothing to confirm.
    """
    person = queries.person(session, actor.person_id or 0)
    factor = _held(session, person.id)
    if factor is None or factor.confirmed_at is not None:
        raise RuleBroken("There is nothing to confirm. Start again.")
    step = codes.matching_step(sealing.unseal(factor.secret_encrypted), code, now=now)
    if step is None:
        raise RuleBroken([Reason(WRONG, "code")])
    factor.confirmed_at, factor.last_step = now, step
    session.execute(delete(RecoveryCode).where(RecoveryCode.person_id == person.id))
    recovery = codes.new_recovery_codes()
    session.add_all(RecoveryCode(person_id=person.id, digest=_digest(one, person.id)) for one in recovery)
    audit.record(session, actor, "second_factor.confirm", person, now=now)
    outbox.queue(session, notices.second_factor_changed(person, what="set_up", now=now), now=now)
    return recovery


def give_code(session: Session, *, code: str, actor: Actor, now: datetime) -> Answer:
    """Check a code of the app, or a recovery code, and write down what came of it: failures count, so
    commit them too.

    A code of a step that was used is wrong. After five failures in a row nothing is checked for a while
    that grows.
    """
    person = queries.person(session, actor.person_id or 0)
    factor = _held(session, person.id)
    if factor is None or not queries.is_set_up(factor):
        raise RuleBroken("Set up your second step first.")
    if factor.locked_until is not None and factor.locked_until > now:
        return Answer.LOCKED
    step = codes.matching_step(sealing.unseal(factor.secret_encrypted), code, now=now)
    if step is not None and step > factor.last_step:
        factor.last_step, factor.failures, factor.locked_until = step, 0, None
        audit.record(session, actor, "second_factor.pass", person, now=now)
        return Answer.RIGHT
    if step is None and _use_recovery_code(session, person, code, actor=actor, now=now):
        factor.failures, factor.locked_until = 0, None
        return Answer.RECOVERED
    factor.failures += 1
    wait = rules.lock_after(factor.failures)
    factor.locked_until = now + wait if wait else None
    audit.record(session, actor, "second_factor.fail", person, now=now, failures=factor.failures)
    return Answer.LOCKED if wait else Answer.WRONG


def reset_second_factor(session: Session, *, person_id: int, actor: Actor, now: datetime) -> Person:
    """Take a person's authenticator and recovery codes off and end their sessions, so that they set up a
    new one.

    For the operator alone: an administrator could otherwise take over a colleague's account. Raises
    NotAllowed.
    """
    if not policy.is_operator(actor):
        raise NotAllowed("Only the operator of the service can take a second step off.")
    person = queries.person(session, person_id)
    session.execute(delete(RecoveryCode).where(RecoveryCode.person_id == person_id))
    session.execute(delete(SecondFactor).where(SecondFactor.person_id == person_id))
    person.session_epoch = Person.session_epoch + 1
    audit.record(session, actor, "second_factor.reset", person, now=now)
    outbox.queue(session, notices.second_factor_changed(person, what="reset", now=now), now=now)
    return person


def seed_second_factor(session: Session, *, person_id: int, actor: Actor, now: datetime) -> SecondFactor:
    """Give a demo account an authenticator whose codes the demo page shows. Raises NotAllowed outside demo
    mode."""
    if not (config.current().demo and policy.is_operator(actor)):
        raise NotAllowed("Demo accounts are made in demo mode only.")
    person = queries.person(session, person_id)
    factor = session.merge(
        SecondFactor(
            person_id=person_id,
            secret_encrypted=sealing.seal(codes.new_secret()),
            confirmed_at=now,
            last_step=0,
            failures=0,
            locked_until=None,
            made_for_demo=True,
        )
    )
    audit.record(session, actor, "second_factor.seed", person, now=now)
    return factor


def _use_recovery_code(session: Session, person: Person, code: str, *, actor: Actor, now: datetime) -> bool:
    used = session.scalar(
        update(RecoveryCode)
        .where(RecoveryCode.digest == _digest(code, person.id), RecoveryCode.used_at.is_(None))
        .values(used_at=now)
        .returning(RecoveryCode.id)
    )
    if used is None:
        return False
    left = queries.recovery_codes_left(session, person.id)
    audit.record(session, actor, "second_factor.recover", person, now=now, left=left)
    outbox.queue(session, notices.recovery_code_used(person, code_id=used, left=left), now=now)
    return True


def _held(session: Session, person_id: int) -> SecondFactor | None:
    """The person's factor, held until the transaction ends: two at once must not both use one code."""
    return held(session, SecondFactor, person_id)


def _digest(code: str, person_id: int) -> str:
    return codes.recovery_digest(code, key=config.current().key_for("recovery codes"), person_id=person_id)
