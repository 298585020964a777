"""Schedules: drawn up from the fund file, changed by hand, instalments released."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from grants.applications import queries as bids
from grants.audit import actions as audit
from grants.core.clock import in_london
from grants.core.errors import Reason, RuleBroken, Stale, require_no
from grants.core.policy import require
from grants.payments import policy, queries
from grants.payments.models import Instalment
from grants.payments.rules import LONGEST_TEXT, Planned, planned, schedule_reasons
from grants.permissions import Actor
from grants.programme import queries as programme
from grants.programme.paying import DueBy


def draw_up(session: Session, *, round_id: int, actor: Actor, now: datetime) -> int:
    """Give every award of a round without a schedule the fund file's. Returns how many awards."""
    require(policy.may_build(actor))
    round_ = programme.locked(session, round_id)
    paying = programme.definition_of(round_).paying
    found = queries.awards_without_schedule(session, round_id)
    for award, application in found:
        parts = planned(paying.instalments, amount=award.amount, from_day=in_london(award.accepted_at).date())
        _add(session, parts, application_id=application.id, first=1, actor=actor, now=now)
        audit.record(
            session, actor, "schedule.draw_up", award, now=now, instalments=len(parts), amount=award.amount
        )
    return len(found)


def replan(
    session: Session, *, application_id: int, parts: Sequence[Planned], seen: int, actor: Actor, now: datetime
) -> list[Instalment]:
    """Put `parts` in the place of the instalments that were in no batch and of which nothing was kept back.

    `seen` is the highest number that the person saw. Raises NotAllowed, Stale, or RuleBroken where the parts
    do not add up to what is left of the award.
    """
    require(policy.may_build(actor))
    application = bids.for_update(session, application_id)
    programme.locked(session, application.round_id)
    award = queries.award_of(session, application_id)
    if application.stage not in queries.PAYABLE:
        raise RuleBroken("This award has ended early: nothing more of it is paid.")
    steps = queries.schedule_of(session, application_id)
    highest = max((step.instalment.number for step in steps), default=0)
    if seen != highest:
        raise Stale("The schedule was changed since you opened the page.")
    fixed = [step for step in steps if step.lines or step.offset or step.instalment.released_at]
    rest = award.amount - sum(step.instalment.amount for step in fixed)
    require_no(schedule_reasons(parts, amount=rest))
    for step in steps:
        if step not in fixed:
            session.delete(step.instalment)
    session.flush()
    made = _add(session, parts, application_id=application_id, first=highest + 1, actor=actor, now=now)
    audit.record(session, actor, "schedule.change", award, now=now, instalments=len(parts), amount=rest)
    return made


def release(session: Session, *, instalment_id: int, note: str, actor: Actor, now: datetime) -> Instalment:
    """The programme manager releases an instalment: its milestone was reached, its report accepted.

    Raises NotAllowed (not a manager, scored the bid, has a conflict) or RuleBroken.
    """
    instalment = queries.instalment_for_update(session, instalment_id)
    require(policy.may_release(session, actor, instalment.application))
    if instalment.due_by is DueBy.DAY:
        raise RuleBroken("This instalment is due by its day. Nobody has to release it.")
    if instalment.released_at is not None:
        raise RuleBroken("This instalment is released already.")
    word = note.strip()
    if not word or len(word) > LONGEST_TEXT:
        told = "Enter what was reached" if not word else f"Use {LONGEST_TEXT:,} characters or fewer"
        require_no([Reason(told, "note")])
    instalment.released_at, instalment.released_by_id, instalment.release_note = now, actor.signature(), word
    session.flush()
    audit.record(session, actor, "instalment.release", instalment, now=now, note=audit.digest(word))
    return instalment


def _add(
    session: Session,
    parts: Sequence[Planned],
    *,
    application_id: int,
    first: int,
    actor: Actor,
    now: datetime,
) -> list[Instalment]:
    made = [
        Instalment(
            application_id=application_id,
            number=number,
            name=part.name.strip(),
            amount=part.amount,
            due_by=part.due_by,
            due_on=part.due_on,
            planned_by_id=actor.signature(),
            planned_at=now,
        )
        for number, part in enumerate(parts, first)
    ]
    session.add_all(made)
    session.flush()
    return made
