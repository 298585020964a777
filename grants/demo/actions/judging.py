"""How the story's bids are screened, shared out among reviewers, scored and argued about."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from sqlalchemy.orm import Session

from grants.applications import actions as bids
from grants.demo import queries, verdicts
from grants.demo.actions.timeline import Deed
from grants.demo.actions.world import World
from grants.demo.partnerships import Fate, Partnership
from grants.demo.people import REVIEWERS, ROSA
from grants.programme.definition import ReviewerKind
from grants.reviewing import actions as reviewing
from grants.reviewing.proposing import run_assignment
from grants.reviewing.states import LIVE, AssignmentState
from grants.scoring import actions as scoring
from grants.scoring.models import Sheet

LOCKED_BY_NOW = {Fate.REVIEW_TWO: 2, Fate.REVIEW_ONE: 1, Fate.REVIEW_CONFLICT: 1, Fate.REVIEW_NONE: 0}
"""How many of a bid's reviewers have locked their sheets, where not all have."""

FIRST_TO_TRY = ROSA.key
FOR_VISITORS = frozenset({Fate.REVIEW_TWO, Fate.REVIEW_NONE})
"""Bids on which the reviewer whom visitors try first finds something to do."""
CITIZENS = {account.key for account in REVIEWERS if account.kind is ReviewerKind.CITIZEN}
THEME_TAKES = timedelta(minutes=9)


@dataclass(frozen=True)
class Task:
    """One reviewer's task with one bid; `position` counts the bid's reviewers from 0."""

    assignment_id: int
    partnership: Partnership
    round_number: int
    reviewer: str
    position: int
    locks: bool


def screen(world: World, partnerships: Sequence[Partnership], *, at: datetime) -> None:
    """From `at` on the manager passes bids on to review or turns them down, twelve minutes a bid."""
    for place, partnership in enumerate(partnerships):
        world.timeline.add(at + timedelta(minutes=12 * place), _screen(world, partnership))


def _screen(world: World, partnership: Partnership) -> Deed:
    def deed(session: Session, now: datetime) -> None:
        manager, bid_id = world.actor(session, "manager"), world.bids[partnership.key]
        if partnership.fate is Fate.INELIGIBLE:
            bids.reject_as_ineligible(
                session, application_id=bid_id, reason=partnership.reason, actor=manager, now=now
            )
        else:
            bids.send_to_review(session, application_id=bid_id, actor=manager, now=now)

    return deed


def withdraw(world: World, partnership: Partnership, *, at: datetime) -> None:
    """At `at` the signatory takes the bid back."""

    def deed(session: Session, now: datetime) -> None:
        bids.withdraw(
            session,
            application_id=world.bids[partnership.key],
            reason=partnership.note,
            actor=world.actor(session, partnership.lead.key),
            now=now,
        )

    world.timeline.add(at, deed)


def share_out(world: World, partnerships: Sequence[Partnership], *, round_number: int, at: datetime) -> None:
    """At `at` the manager has the round's bids shared out; those newly given a bid read it in two weeks."""

    def request(session: Session, now: datetime) -> None:
        run_id = reviewing.request_assignment(
            session, round_id=world.rounds[round_number], actor=world.actor(session, "manager"), now=now
        ).id
        world.timeline.add_work(now + timedelta(minutes=1), lambda later: run_assignment(run_id, later))
        world.timeline.add(now + timedelta(minutes=2), plan(run_id))

    def plan(run_id: int) -> Deed:
        def deed(session: Session, now: datetime) -> None:
            reviewing.apply_assignment(
                session,
                run_id=run_id,
                reason="Loads are level and every bid has a citizen.",
                actor=world.actor(session, "manager"),
                now=now,
            )
            _give_to_first_to_try(session, world, partnerships, now=now)
            tasks = _tasks(session, world, partnerships, round_number=round_number, run_id=run_id)
            for place, task in enumerate(tasks):
                _take_up(world, task, place=place, now=now)

        return deed

    world.timeline.add(at, request)


def chase(world: World, *, on: Sequence[datetime]) -> None:
    """On these days the clock writes to those who owe reviews, if anybody does."""

    def deed(session: Session, now: datetime) -> None:
        scoring.chase_reviews(session, now=now)

    for at in on:
        world.timeline.add(at, deed)


def _give_to_first_to_try(
    session: Session, world: World, partnerships: Sequence[Partnership], *, now: datetime
) -> None:
    """By hand, the manager puts the reviewer whom visitors try first on bids that lack sheets."""
    names = world.names()
    first_to_try = next(person for person, key in names.items() if key == FIRST_TO_TRY)
    for partnership in partnerships:
        team = queries.assignments_of(session, world.bids[partnership.key])
        people = [one.person_id for one in team]
        if partnership.fate in FOR_VISITORS and people and first_to_try not in people:
            reviewing.swap(
                session,
                application_id=world.bids[partnership.key],
                off=next(one for one in reversed(people) if names[one] not in CITIZENS),
                on=first_to_try,
                reason="A second citizen should read this one.",
                actor=world.actor(session, "manager"),
                now=now,
            )


def _tasks(
    session: Session, world: World, partnerships: Sequence[Partnership], *, round_number: int, run_id: int
) -> list[Task]:
    """What a run has given out, bid by bid; the reviewer whom visitors try first comes last in each, so that
    work is left for her.
    """
    names = world.names()
    tasks = []
    for partnership in partnerships:
        assigned = queries.assignments_of(session, world.bids[partnership.key])
        there = [one for one in assigned if one.state is not AssignmentState.REMOVED]
        order = sorted(
            there,
            key=lambda one: (names[one.person_id] == FIRST_TO_TRY, one.id),
        )
        most = LOCKED_BY_NOW.get(partnership.fate, len(order))
        tasks += [
            Task(one.id, partnership, round_number, names[one.person_id], position, locks=position < most)
            for position, one in enumerate(order)
            if one.state in LIVE and (one.run_id == run_id or one.reason)
        ]
    return tasks


def _take_up(world: World, task: Task, *, place: int, now: datetime) -> None:
    """The reviewer declares the next day and scores within two weeks, as far as the bid's fate lets them."""
    fate = task.partnership.fate
    starts = task.locks or fate is Fate.REVIEW_TWO
    if starts or (task.position == 1 and fate is not Fate.REVIEW_NONE):
        opens_at = now + timedelta(days=2 + place * 2 // 7, hours=place * 3 % 11, minutes=place * 13 % 60)
        declares_at = now + timedelta(days=1, minutes=9 * place)
        world.timeline.add(declares_at, _declare_clear(world, task, opens_at if starts else None))


def _declare_clear(world: World, task: Task, opens_at: datetime | None) -> Deed:
    """Declare that there is no conflict, unless one has turned up; then open the sheet at `opens_at`."""

    def deed(session: Session, now: datetime) -> None:
        if not queries.waits_for_declaration(session, task.assignment_id):
            return
        actor = world.actor(session, task.reviewer)
        reviewing.declare(session, assignment_id=task.assignment_id, conflict=False, actor=actor, now=now)
        if opens_at is not None:
            world.timeline.add(opens_at, _open_sheet(world, task))

    return deed


def _open_sheet(world: World, task: Task) -> Deed:
    """Open the sheet, then fill in theme after theme; all of them, or two where it is left unfinished."""

    def deed(session: Session, now: datetime) -> None:
        _sheet(session, world, task, now=now)
        themes = world.definitions[task.round_number].rubric.theme_keys
        done = themes if task.locks else themes[:2]
        for place, theme in enumerate(done, start=1):
            world.timeline.add(now + place * THEME_TAKES, _score_theme(world, task, theme))
        if task.locks:
            world.timeline.add(now + (len(themes) + 1) * THEME_TAKES, _lock(world, task))

    return deed


def _sheet(session: Session, world: World, task: Task, *, now: datetime) -> Sheet:
    actor = world.actor(session, task.reviewer)
    return scoring.open_sheet(session, assignment_id=task.assignment_id, actor=actor, now=now)


def _score_theme(world: World, task: Task, theme: str) -> Deed:
    def deed(session: Session, now: datetime) -> None:
        sheet = _sheet(session, world, task, now=now)
        addressed = theme in task.partnership.themes
        rubric = world.definitions[task.round_number].rubric
        given, why = {}, ""
        if addressed:
            given = verdicts.scores(task.partnership, theme=theme, reviewer=task.reviewer, rubric=rubric)
            why = verdicts.justification(
                task.partnership, theme=theme, given=given, position=task.position, reviewer=task.reviewer
            )
        scoring.save_theme(
            session,
            sheet_id=sheet.id,
            theme=theme,
            scores=given,
            not_addressed=not addressed,
            justification=why,
            shareable=bool(why) and task.position < 2,
            version=sheet.version,
            actor=world.actor(session, task.reviewer),
            now=now,
        )

    return deed


def _lock(world: World, task: Task) -> Deed:
    def deed(session: Session, now: datetime) -> None:
        sheet, actor = _sheet(session, world, task, now=now), world.actor(session, task.reviewer)
        said = verdicts.comment(task.partnership, position=task.position)
        if said:
            scoring.save_comment(
                session, sheet_id=sheet.id, comment=said, version=sheet.version, actor=actor, now=now
            )
        scoring.lock(session, sheet_id=sheet.id, version=sheet.version, actor=actor, now=now)

    return deed


def declare_conflict(world: World, partnership: Partnership, *, reason: str, at: datetime) -> None:
    """At `at` a reviewer who has not locked a sheet of the bid, rather no citizen, declares a conflict."""

    def deed(session: Session, now: datetime) -> None:
        names = world.names()
        open_ = [
            one
            for one in queries.assignments_of(session, world.bids[partnership.key])
            if not queries.has_locked(session, one) and names[one.person_id] != FIRST_TO_TRY
        ]
        chosen = min(open_, key=lambda one: (names[one.person_id] in CITIZENS, -one.id))
        actor = world.actor(session, names[chosen.person_id])
        reviewing.declare(
            session, assignment_id=chosen.id, conflict=True, reason=reason, actor=actor, now=now
        )

    world.timeline.add(at, deed)


def settle_conflicts(world: World, partnership: Partnership, *, reason: str, at: datetime) -> None:
    """At `at` the manager confirms the bid's open conflicts."""

    def deed(session: Session, now: datetime) -> None:
        for conflict in queries.open_conflicts(session, world.bids[partnership.key]):
            reviewing.settle_conflict(
                session,
                conflict_id=conflict.id,
                deed="confirm",
                reason=reason,
                actor=world.actor(session, "manager"),
                now=now,
            )

    world.timeline.add(at, deed)


def find_late_conflict(world: World, partnership: Partnership, *, reason: str, at: datetime) -> None:
    """At `at` the chair records a conflict of a reviewer of the bid, no citizen, who has locked a sheet."""

    def deed(session: Session, now: datetime) -> None:
        names = world.names()
        assigned = queries.assignments_of(session, world.bids[partnership.key])
        chosen = min(assigned, key=lambda one: (names[one.person_id] in CITIZENS, one.id))
        reviewing.record_conflict(
            session,
            person_id=chosen.person_id,
            application_id=chosen.application_id,
            reason=reason,
            actor=world.actor(session, "chair"),
            now=now,
        )

    world.timeline.add(at, deed)


def agree_score(world: World, partnership: Partnership, *, score: str, reason: str, at: datetime) -> None:
    """At `at` the chair records an agreed score for the first theme that the bid addresses."""

    def deed(session: Session, now: datetime) -> None:
        scoring.agree_score(
            session,
            application_id=world.bids[partnership.key],
            theme=next(iter(partnership.themes)),
            score=Decimal(score),
            reason=reason,
            actor=world.actor(session, "chair"),
            now=now,
        )

    world.timeline.add(at, deed)
