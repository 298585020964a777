"""The register of interests, and the conflicts that data suggests."""

from collections.abc import Mapping
from datetime import date, datetime

from sqlalchemy.orm import Session

from grants.audit import actions as audit
from grants.core.errors import Reason, require_no
from grants.core.policy import require
from grants.permissions import Actor, service
from grants.programme import queries as programme
from grants.reviewing import interests, policy
from grants.reviewing.actions.conflicts import fit_assignment, insert_conflict, note_step, tell_followers
from grants.reviewing.models import Conflict, InterestsDeclared, ReviewerInterest
from grants.reviewing.states import BLOCKING, CONFLICT, ConflictSource, InterestTie
from grants.reviewing.suggesting import Suggestion, aliases_of, suggest

SUGGESTER = service("suggested conflicts")


def record_interest(
    session: Session,
    *,
    organisation: str,
    number: str = "",
    tie: InterestTie,
    since: date | None = None,
    until: date | None = None,
    note: str = "",
    actor: Actor,
    now: datetime,
) -> ReviewerInterest:
    """Enter an organisation in the actor's own register, and propose the conflicts that follow from it.

    Raises NotAllowed for people who judge no bids, RuleBroken without a name or with an end before the start.
    """
    require(policy.may_enter_interests(actor))
    require_no(_wrong(organisation, since, until))
    entry = ReviewerInterest(
        person_id=actor.signature(), organisation=organisation.strip(), number=number.strip(), tie=tie,
        since=since, until=until, note=note.strip(), recorded_at=now,
    )  # fmt: skip
    session.add(entry)
    session.flush()
    audit.record(session, actor, "interest.entered", entry, now=now, tie=tie)
    suggest_due(session, now=now)
    return entry


def _wrong(organisation: str, since: date | None, until: date | None) -> list[Reason]:
    reasons = []
    if not organisation.strip():
        reasons.append(Reason("Enter the name of the organisation", "organisation"))
    if since and until and until < since:
        reasons.append(Reason("The tie cannot end before it began", "until"))
    return reasons


def remove_interest(session: Session, *, entry_id: int, actor: Actor, now: datetime) -> None:
    """Take an entry of the actor's own out of the register. Conflicts it led to stay until settled."""
    entry = interests.entry(session, entry_id, person_id=actor.signature())
    entry.removed_at = now
    session.flush()
    audit.record(session, actor, "interest.removed", entry, now=now)


def declare_interests(session: Session, *, round_id: int, actor: Actor, now: datetime) -> InterestsDeclared:
    """The actor says for a round that their register is complete, be it empty; again, and the date is new."""
    require(policy.may_enter_interests(actor))
    programme.locked(session, round_id)
    person_id = actor.signature()
    said = interests.declared(session, person_id=person_id, round_id=round_id) or InterestsDeclared(
        person_id=person_id, round_id=round_id
    )
    said.entries, said.declared_at = len(interests.entries_of(session, person_id)), now
    session.add(said)
    session.flush()
    audit.record(session, actor, "interests.declared", said, now=now, round_id=round_id, entries=said.entries)
    return said


def suggest_due(session: Session, *, now: datetime) -> int:
    """Propose the conflicts that data suggests in every round with bids in review. Gives how many."""
    return sum(
        suggest_conflicts(session, round_id=round_id, now=now)
        for round_id in interests.rounds_in_review(session)
    )


def suggest_conflicts(session: Session, *, round_id: int, now: datetime) -> int:
    """Propose the conflicts that data suggests in a round, never twice on the same ground. Gives how many.

    One that stands takes note of new grounds; one that was rejected comes back only on a ground nobody has
    rejected. Done again it does nothing.
    """
    round_ = programme.locked(session, round_id)
    aliases = aliases_of(programme.definition_of(round_).review.same_domains)
    existing = interests.conflicts_by_pair(session, round_id)
    found = suggest(
        interests.bids_with_parties(session, round_id), interests.judges(session, now=now), aliases=aliases
    )
    given = interests.held_assignments(session, round_id, {one.person for one in found})
    proposed = []
    for one in found:
        conflict = existing.get((one.person, one.bid))
        fresh = {key: why for key, why in one.grounds.items() if key not in _known(conflict)}
        if not fresh:
            continue
        if conflict is not None and conflict.state in BLOCKING:
            conflict.grounds = {**_known(conflict), **fresh}
        else:
            proposed.append(_propose(session, conflict, one, fresh, now=now))
    session.flush()
    raised = [conflict for conflict in proposed if conflict is not None]
    for conflict in raised:
        _follow(session, conflict, reads=(conflict.person_id, conflict.application_id) in given, now=now)
    return len(raised)


def _known(conflict: Conflict | None) -> Mapping[str, str]:
    return (conflict.grounds if conflict else None) or {}


def _propose(
    session: Session,
    conflict: Conflict | None,
    one: Suggestion,
    fresh: Mapping[str, str],
    *,
    now: datetime,
) -> Conflict | None:
    if conflict is not None:
        conflict.state = CONFLICT.next(conflict.state, "propose_again")
    else:
        conflict = insert_conflict(
            session, person_id=one.person, application_id=one.bid, source=ConflictSource.SUGGESTED, now=now
        )
    if conflict is None:
        return None
    conflict.grounds = {**_known(conflict), **fresh}
    conflict.source, conflict.reason = ConflictSource.SUGGESTED, "\n".join(fresh.values())
    conflict.raised_at, conflict.raised_by_id = now, None
    conflict.settled_by_id = conflict.settled_at = None
    conflict.settled_reason = ""
    return conflict


def _follow(session: Session, conflict: Conflict, *, reads: bool, now: datetime) -> None:
    """Write down how it came about, and close the person's assignment if they have one."""
    note_step(session, conflict, deed=ConflictSource.SUGGESTED, by_id=None, at=now, reason=conflict.reason)
    audit.record(
        session, SUGGESTER, "conflict.suggested", conflict, now=now,
        person_id=conflict.person_id, application_id=conflict.application_id,
        grounds=audit.digest(conflict.reason),
    )  # fmt: skip
    if reads:
        fit_assignment(session, conflict)
        session.flush()
        tell_followers(session, conflict, actor=SUGGESTER, now=now)
