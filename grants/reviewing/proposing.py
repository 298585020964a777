"""Sharing a round's bids out in the background: the work behind one requested run."""

from collections import Counter
from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import update
from sqlalchemy.orm import Session

from grants.accounts import queries as accounts
from grants.audit import actions as audit
from grants.core.db import JsonDict, unit_of_work
from grants.notifications import actions as outbox
from grants.permissions import GRANTED, Permission, service
from grants.programme import queries as programme
from grants.programme.definition import ReviewerKind
from grants.programme.models import Round
from grants.reviewing import notices, queries, runs
from grants.reviewing.actions import RUN_JOB
from grants.reviewing.assign import Capacity, Demand, Plan, share_out
from grants.reviewing.models import Assignment, AssignmentRun, Reviewer
from grants.reviewing.states import LIVE, RUN, RunState

REVIEWING_ROLES = [role for role, granted in GRANTED.items() if Permission.REVIEW_BIDS in granted]


def run_assignment(run_id: int, now: datetime) -> None:
    """Share bids out for one requested run, if nobody else has claimed it. Opens its own transactions."""
    with unit_of_work() as session:
        claimed = session.execute(
            update(AssignmentRun)
            .where(AssignmentRun.id == run_id, runs.claimable(now))
            .values(state=RunState.RUNNING, claimed_at=now)
            .returning(AssignmentRun.id)
            .execution_options(synchronize_session=False)
        )
        if claimed.one_or_none() is None:
            return
    with unit_of_work() as session:
        run = runs.run_for_update(session, run_id)
        if run.state is RunState.RUNNING and run.claimed_at == now:
            _apply(session, run, now=now)


def _apply(session: Session, run: AssignmentRun, *, now: datetime) -> None:
    round_ = programme.locked(session, run.round_id)
    reviewers = queries.all_reviewers(session)
    refs = runs.bids_in_review(session, round_.id)
    plan = _plan(session, round_, refs, reviewers)
    for bid, person in plan.added:
        session.add(Assignment(application_id=bid, person_id=person, run_id=run.id, assigned_at=now))
    run.state = RUN.next(run.state, "apply" if plan.added or not plan.short else "fail")
    run.finished_at, run.summary = now, _summary(plan, refs)
    session.flush()
    audit.record(
        session, service(RUN_JOB), "assignment.applied", run, now=now,
        added=len(plan.added), short=len(plan.short), pairs=audit.digest(repr(plan.added)),
    )  # fmt: skip
    given = Counter(person for _, person in plan.added)
    told = {reviewer.person: given[reviewer.person_id] for reviewer in reviewers if given[reviewer.person_id]}
    for notice in notices.assigned(round_, run, told):
        outbox.queue(session, notice, now=now)


def _plan(session: Session, round_: Round, in_review: Collection[int], reviewers: Sequence[Reviewer]) -> Plan:
    """The plan for the round as it stands."""
    rules = programme.definition_of(round_).rules
    pairs = runs.pairs_of_round(session, round_.id)
    closed = {(bid, person) for bid, person, state in pairs if state not in LIVE}
    return share_out(
        demands=[Demand(bid, rules.reviews_per_bid, rules.citizen_reviews_per_bid) for bid in in_review],
        reviewers=_capacities(session, reviewers),
        standing=[(bid, person) for bid, person, state in pairs if state in LIVE],
        forbidden=closed | runs.conflict_pairs(session, round_.id) | runs.own_bids(session, round_.id),
        seed=round_.ref,
    )


def _capacities(session: Session, reviewers: Sequence[Reviewer]) -> list[Capacity]:
    """What the rule may load on each: nothing more on the inactive, nor on those who lost the role."""
    able = {person.id for role in REVIEWING_ROLES for person in accounts.people_with_role(session, role)}
    return [
        Capacity(
            reviewer.person_id,
            citizen=reviewer.kind is ReviewerKind.CITIZEN,
            most=reviewer.most_bids if reviewer.active and reviewer.person_id in able else 0,
        )
        for reviewer in reviewers
    ]


def _summary(plan: Plan, refs: dict[int, str]) -> JsonDict:
    return {
        "added": len(plan.added),
        "reviewers": len({person for _, person in plan.added}),
        "short": [
            {"ref": refs[short.bid], "reviews": short.reviews, "citizens": short.citizens}
            for short in plan.short
        ],
    }
