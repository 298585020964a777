"""Reminding reviewers of what is left, and telling managers who is silent: one e-mail a person and day."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session

from grants.accounts import queries as accounts
from grants.accounts.actions.inserting import insert_unless_there
from grants.accounts.models import Person
from grants.audit import actions as audit
from grants.core.clock import today
from grants.notifications import actions as outbox
from grants.permissions import Role, service
from grants.programme import queries as programme
from grants.programme.models import Round
from grants.reviewing import queries as reviewing
from grants.reviewing import staffing
from grants.reviewing.ground import REVIEWING_ROLES
from grants.scoring import chasing_notices, chasing_rules, owed, practising, progress
from grants.scoring.chasing_notices import Silence
from grants.scoring.chasing_rules import Batch
from grants.scoring.models import ReviewDigest
from grants.scoring.owed import Owed

MOST_AT_ONCE = 200
"""People written to in one go; the next run of the chore takes more."""


@dataclass(frozen=True)
class Chase:
    """What is owed by whom, at one moment."""

    batches: Sequence[Batch]
    rounds: Mapping[int, Round]
    now: datetime

    def of(self, person_id: int) -> list[Batch]:
        """What one person owes."""
        return [batch for batch in self.batches if batch.person_id == person_id]


def chase_reviews(session: Session, *, now: datetime) -> int:
    """Write to reviewers with work left on the days their round sets, and to managers once it is late.

    A person gets one e-mail a day at most, from eight in the morning in Luton, with everything that is left;
    a row keeps a second one from being written, however often or late this runs. Those who are done get
    none. Nobody is told of bids that are hidden from them. Returns how many people were written to.
    """
    if not chasing_rules.may_write(now):
        return 0
    batches = owed.batches(session)
    if not batches:
        return 0
    concerned = {batch.round_id for batch in batches}
    rounds = {one.id: one for one in programme.all_rounds(session) if one.id in concerned}
    chase = Chase(batches, rounds, now)
    last = owed.last_written_to(session)
    able = {one.id: one for role in REVIEWING_ROLES for one in accounts.people_with_role(session, role)}
    managers = {one.id: one for one in accounts.people_with_role(session, Role.MANAGER)}
    wanted = [*_reviewers(chase, last, able), *_managers(chase, last, managers)]
    written = 0
    for person_id in dict.fromkeys(wanted):
        if written == MOST_AT_ONCE:
            break
        person = able.get(person_id) or managers[person_id]
        written += _write(session, chase, person, reviews=person_id in able, manages=person_id in managers)
    return written


def _reviewers(chase: Chase, last: Mapping[int, date], able: Mapping[int, Person]) -> list[int]:
    """Those who are to be reminded: by their days, and only while their role lets them review."""
    by_person: dict[int, list[Batch]] = {}
    for batch in chase.batches:
        if batch.person_id in able:
            by_person.setdefault(batch.person_id, []).append(batch)
    return [
        person
        for person, theirs in by_person.items()
        if chasing_rules.is_wanted(theirs, last.get(person), now=chase.now)
    ]


def _managers(chase: Chase, last: Mapping[int, date], managers: Mapping[int, Person]) -> list[int]:
    return [
        person for person in managers if chasing_rules.is_news(chase.batches, last.get(person), now=chase.now)
    ]


def _write(session: Session, chase: Chase, person: Person, *, reviews: bool, manages: bool) -> bool:
    """Queue the person's e-mail, unless there is nothing that they may be told, or they had today's."""
    hidden = {bid for round_id in chase.rounds for bid in reviewing.hidden_from(session, person.id, round_id)}
    mine = owed.owed_by(session, person.id) if reviews else []
    mine = [one for one in mine if one.application_id not in hidden]
    silent = _silent(session, chase, hidden) if manages else []
    if not mine and not silent:
        return False
    digest = _note(session, person, mine, silent, now=chase.now)
    if digest is None:
        return False
    notice = chasing_notices.outstanding(
        person,
        digest,
        owed=mine,
        silent=silent,
        seen=_seen(session, silent),
        rounds=chase.rounds,
        to_practise=_to_practise(session, person, mine),
        managers_told=any(batch.is_silent(chase.now) for batch in chase.of(person.id)),
        now=chase.now,
    )
    outbox.queue(session, notice, now=chase.now)
    return True


def _to_practise(session: Session, person: Person, mine: Sequence[Owed]) -> list[tuple[Round, bool]]:
    """Rounds of what is owed with a practice bid not locked yet, and whether it comes first."""
    owing = {one.round_id for one in mine}
    if not owing:
        return []
    return [(one, first) for one, first in practising.left(session, person.id) if one.id in owing]


def _silent(session: Session, chase: Chase, hidden: set[int]) -> list[Silence]:
    """Who is late by more than their round's days, without the bids that are hidden from the reader."""
    batches = owed.batches(session, without=hidden) if hidden else chase.batches
    late: dict[tuple[int, int], list[Batch]] = {}
    for batch in batches:
        if batch.is_silent(chase.now):
            late.setdefault((batch.round_id, batch.person_id), []).append(batch)
    names = staffing.names(session, {person for _, person in late})
    found = [
        Silence(
            round_id=round_id,
            person_id=person,
            name=names[person],
            to_declare=sum(batch.to_declare for batch in theirs),
            to_score=sum(batch.to_score for batch in theirs),
            due_at=min(batch.due_at for batch in theirs),
        )
        for (round_id, person), theirs in late.items()
    ]
    return sorted(found, key=lambda one: (one.round_id, one.due_at, one.name))


def _seen(session: Session, silent: Sequence[Silence]) -> dict[tuple[int, int], datetime]:
    """When those who are named last did anything, by round and person."""
    return {
        (round_id, person): at
        for round_id, named in chasing_notices.named(silent).items()
        for person, at in progress.seen(session, round_id, [one.person_id for one in named]).items()
    }


def _note(
    session: Session, person: Person, mine: Sequence[Owed], silent: Sequence[Silence], *, now: datetime
) -> ReviewDigest | None:
    """The row of today's e-mail, with its line in the trail; None where there is one already."""
    to_score = sum(one.declared for one in mine)
    row = {
        "person_id": person.id,
        "day": today(now),
        "to_declare": len(mine) - to_score,
        "to_score": to_score,
        "silent": len({one.person_id for one in silent}),
        "sent_at": now,
    }
    digest = insert_unless_there(session, ReviewDigest, row)
    if digest is not None:
        audit.record(
            session, service("beat"), "reviews.chased", digest, now=now,
            to_declare=digest.to_declare, to_score=digest.to_score, silent=digest.silent,
        )  # fmt: skip
    return digest
