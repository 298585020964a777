"""Reviews that somebody does not finish: handed over to others, or given more time."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session

from grants.accounts import queries as accounts
from grants.applications import queries as bids
from grants.audit import actions as audit
from grants.core.errors import NotFound, Reason, require_no
from grants.core.policy import require
from grants.notifications import actions as outbox
from grants.permissions import Actor
from grants.programme import queries as programme
from grants.programme.models import Round
from grants.reviewing import due_rules, outstanding, policy, queries, runs, sharing_notices
from grants.reviewing.actions.assigning import request_assignment, tell_team_followers
from grants.reviewing.actions.by_hand import no_room_for, note_change, put_on, take_off, why_not_on
from grants.reviewing.models import Assignment, AssignmentRun
from grants.reviewing.states import LIVE


@dataclass(frozen=True)
class HandedOver:
    """How many bids changed hands, and the run that is to share them out where nobody was named."""

    bids: int
    run: AssignmentRun | None


def hand_over(
    session: Session,
    *,
    round_id: int,
    person_id: int,
    application_ids: Collection[int],
    to: int | None,
    reason: str,
    until: date | None = None,
    beyond: bool = False,
    actor: Actor,
    now: datetime,
) -> HandedOver:
    """Take unfinished bids off a reviewer and give them to one other, or (`to` of None) ask for a proposal.

    Locked sheets stay theirs; what they wrote on others is kept and counts for nothing. `until` is the day by
    which the new reviewer is to finish, `beyond` that they may get more bids than they said. Both are told,
    in one message each. Raises NotAllowed, NotFound, or RuleBroken with every reason.
    """
    require(policy.may_assign(actor))
    round_ = programme.locked(session, round_id)
    calendar = programme.definition_of(round_).calendar
    wrong = [] if reason.strip() else [Reason("Enter the reason", "reason")]
    if not application_ids:
        wrong.append(Reason("Select at least one bid", "bids"))
    if to == person_id:
        wrong.append(Reason("Select somebody else", "on"))
    wrong += due_rules.faults_of_date(until, calendar, now=now)
    left = {one.assignment.application_id for one in outstanding.left_for(session, round_, person_id)}
    teams = {bid: _team(session, bid, actor=actor, theirs=left) for bid in sorted(application_ids)}
    if to is not None and to != person_id:
        wrong += _why_not(session, teams, to)
        wrong += no_room_for(session, to, round_id=round_id, beyond=beyond, more=len(teams))
    require_no(list(dict.fromkeys(wrong)))
    taken, given = [], []
    for bid, there in teams.items():
        taken.append(take_off(there[bid, person_id], reason=reason))
        if to is not None:
            due = due_rules.due_on(until, like=calendar.reviews_due_at) if until else None
            application = bids.application(session, bid)
            given.append(put_on(session, application, there, to, reason=reason, now=now, until=due))
    session.flush()
    for assignment in (*taken, *given):
        note_change(session, assignment, actor=actor, now=now)
    tell_team_followers(session, teams, actor=actor, now=now)
    _tell(session, round_, taken, given, now=now)
    audit.record(
        session, actor, "reviews.handed_over", ("reviewer", str(person_id)), now=now,
        round_id=round_id, bids=len(taken), to=to, reason=audit.digest(reason.strip()),
    )  # fmt: skip
    run = None
    if to is None and runs.unfinished_run(session, round_id) is None:
        run = request_assignment(session, round_id=round_id, actor=actor, now=now)
    return HandedOver(len(taken), run)


def give_more_time(
    session: Session,
    *,
    round_id: int,
    person_id: int,
    until: date,
    reason: str,
    actor: Actor,
    now: datetime,
) -> int:
    """Give a reviewer until the day `until` for all they have not finished in the round, and tell them.

    Bids that are hidden from the actor stay as they are. Gives how many bids. Raises NotAllowed, NotFound, or
    RuleBroken with every reason.
    """
    require(policy.may_assign(actor))
    round_ = programme.locked(session, round_id)
    calendar = programme.definition_of(round_).calendar
    person = accounts.person(session, person_id)
    hidden = queries.hidden_from(session, actor.person_id, round_id)
    left = outstanding.left_for(session, round_, person_id, without=hidden)
    wrong = [] if reason.strip() else [Reason("Enter the reason", "reason")]
    wrong += due_rules.faults_of_date(until, calendar, now=now)
    due = due_rules.due_on(until, like=calendar.reviews_due_at)
    if not wrong and any(one.due_at > due for one in left):
        wrong.append(Reason("The new date must not be earlier than the one they have", "until"))
    if not left:
        wrong.append(Reason("This reviewer has nothing left to do in this round."))
    require_no(wrong)
    for one in left:
        one.assignment.due_at, one.assignment.due_reason = due, reason.strip()
    session.flush()
    audit.record(
        session, actor, "reviews.more_time", ("reviewer", str(person_id)), now=now,
        round_id=round_id, bids=len(left), due_at=due, reason=audit.digest(reason.strip()),
    )  # fmt: skip
    notice = sharing_notices.more_time(
        round_, about=left[0].assignment, person=person, bids=len(left), due=due, key=now.isoformat()
    )
    outbox.queue(session, notice, now=now)
    return len(left)


def _team(
    session: Session, application_id: int, *, actor: Actor, theirs: Collection[int]
) -> dict[tuple[int, int], Assignment]:
    """A bid's assignments, held with the bid; NotFound for one that the silent reviewer does not owe."""
    if application_id not in theirs:
        raise NotFound("There is no such bid among those they have still to do.")
    require(policy.no_conflict(session, actor, application_id))
    bids.for_update(session, application_id)
    return runs.team_of(session, application_id)


def _why_not(
    session: Session, teams: dict[int, dict[tuple[int, int], Assignment]], person_id: int
) -> list[Reason]:
    reasons = []
    for bid, there in teams.items():
        application = bids.application(session, bid)
        reasons += why_not_on(session, application, there, person_id, called=application.ref)
    return reasons


def _tell(
    session: Session, round_: Round, taken: list[Assignment], given: list[Assignment], *, now: datetime
) -> None:
    """One message to who loses the bids, one to who gets them."""
    for changed in (taken, given):
        if not changed:
            continue
        first = changed[0]
        count = {first.person_id: len(changed)}
        for notice in sharing_notices.list_changed(
            session,
            round_,
            about=first,
            people=[accounts.person(session, first.person_id)],
            due_at=first.due_at,
            given=count if first.state in LIVE else {},
            taken={} if first.state in LIVE else count,
            key=f"handed:{first.id}:{now.isoformat()}",
        ):
            outbox.queue(session, notice, now=now)
