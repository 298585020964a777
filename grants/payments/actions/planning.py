"""Schedules: drawn up from the fund file, changed by hand, instalments released."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from grants.applications import queries as bids
from grants.audit import actions as audit
from grants.awards.models import Award
from grants.core.clock import in_london, long_date
from grants.core.errors import RuleBroken, Stale, require_no
from grants.core.money import pounds
from grants.core.policy import require
from grants.payments import policy, queries
from grants.payments.models import Instalment, ScheduleChange
from grants.payments.rules import Planned, explained, planned, schedule_reasons, waiting_reasons
from grants.payments.states import DUE_LABELS
from grants.permissions import Actor
from grants.programme import queries as programme
from grants.programme.models import Round
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
    session: Session,
    *,
    application_id: int,
    parts: Sequence[Planned],
    reason: str,
    seen: int,
    actor: Actor,
    now: datetime,
) -> list[Instalment]:
    """Put `parts` in the place of the instalments that were in no batch and of which nothing was kept back.

    What waited for a release goes on waiting (`rules.waiting_reasons`); the change is kept with its reason
    and shown to whoever approves the next payment. `seen` is the highest number that the person saw. Raises
    NotAllowed, Stale, or RuleBroken where the parts do not add up to what is left of the award.
    """
    require(policy.may_build(actor))
    application = bids.for_update(session, application_id)
    round_ = programme.locked(session, application.round_id)
    award = queries.award_of(session, application_id)
    if application.stage not in queries.PAYABLE:
        raise RuleBroken("This award has ended early: nothing more of it is paid.")
    steps = queries.schedule_of(session, application_id)
    highest = max((step.instalment.number for step in steps), default=0)
    if seen != highest:
        raise Stale("The schedule was changed since you opened the page.")
    fixed = [step for step in steps if step.lines or step.offset or step.instalment.released_at]
    rest = award.amount - sum(step.instalment.amount for step in fixed)
    free = [step.instalment for step in steps if step not in fixed]
    before = [_as_planned(one) for one in free] if steps else _by_fund_file(round_, award)
    word = reason.strip()
    require_no(
        [
            *schedule_reasons(parts, amount=rest),
            *waiting_reasons(parts, before=before, amount=rest),
            *explained(word, "Enter why the schedule is changed", "reason"),
        ]
    )
    told, codes = "\n".join(map(_told, free)), [_code(one) for one in free]
    for instalment in free:
        session.delete(instalment)
    session.flush()
    made = _add(session, parts, application_id=application_id, first=highest + 1, actor=actor, now=now)
    change = ScheduleChange(
        application_id=application_id, before=told, after="\n".join(map(_told, made)), reason=word,
        changed_by_id=actor.signature(), changed_at=now,
    )  # fmt: skip
    session.add(change)
    session.flush()
    audit.record(
        session, actor, "schedule.change", award, now=now, amount=rest, before=codes,
        after=[_code(one) for one in made], reason=audit.digest(word),
    )  # fmt: skip
    return made


def _told(one: Instalment) -> str:
    due_by, day = DUE_LABELS[one.due_by].lower(), long_date(one.due_on)
    return f"{one.number}. {one.name}: {pounds(one.amount)}, {due_by}, {day}"


def _code(one: Instalment) -> str:
    """An instalment as the trail keeps it: number, pence, what it waits for, day."""
    return f"{one.number}:{one.amount}:{one.due_by.value}:{one.due_on.isoformat()}"


def _as_planned(one: Instalment) -> Planned:
    return Planned(one.name, one.amount, one.due_by, one.due_on)


def _by_fund_file(round_: Round, award: Award) -> tuple[Planned, ...]:
    parts = programme.definition_of(round_).paying.instalments
    return planned(parts, amount=award.amount, from_day=in_london(award.accepted_at).date())


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
    require_no(explained(word, "Enter what was reached", "note"))
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
