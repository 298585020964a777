"""The stages of a whole-life run, each through the same actions that a person's page calls."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from grants.accounts import queries as accounts
from grants.allocations import actions as allocations
from grants.applications import actions as applications
from grants.applications.bid_files import read_bid_file
from grants.applications.importing import import_bids, plan_import
from grants.applications.models import Application
from grants.applications.states import Stage
from grants.core.clock import now, today
from grants.core.db import db, unit_of_work
from grants.core.places import funds_folder
from grants.exports import actions as exports
from grants.exports.states import Format
from grants.notifications.models import Message
from grants.notifications.states import MessageState
from grants.panels import actions as panels
from grants.panels import queries as decisions
from grants.panels.states import Outcome
from grants.programme import actions as programme
from grants.programme import queries as rounds
from grants.programme.definition import FundDefinition
from grants.programme.fund_file import read_fund_file, shifted
from grants.programme.paying import DueBy, FileKind, Payer, Paying, PlannedInstalment
from grants.reviewing import actions as reviewing
from grants.reviewing.models import Assignment, AssignmentRun
from grants.reviewing.states import RunState
from grants.scoring import actions as scoring
from grants.scoring.models import Result
from tests.whole_life import simulation
from tests.whole_life.people import OPERATOR, People, give_contacts, register

Progress = Callable[[int, int], None]
"""Told how many are done of how many."""


class Failed(Exception):
    """The run did not come out as it must."""


@dataclass(frozen=True)
class Life:
    """What the stages hand on."""

    round_id: int
    definition: FundDefinition
    people: People


PAYING = Paying(
    files=(FileKind.CSV, FileKind.BACS, FileKind.PAIN001),
    payer=Payer("Luton Borough Council", "309634", "01234567", "654321"),
    instalments=(
        PlannedInstalment("First half", 50),
        PlannedInstalment("Second half", 50, DueBy.REPORT, 365),
    ),
)
"""Two instalments, so that there are two batches; every kind of file, from a made-up account."""


def load_fund() -> tuple[int, FundDefinition]:
    """The replay fund with its calendar moved so that it closed yesterday, and a way to pay."""
    found = read_fund_file((funds_folder() / "replay.toml").read_text(encoding="utf-8"))
    days = (today(now()) - today(found.calendar.closes_at)).days - 1
    definition = replace(shifted(found, days=days), paying=PAYING)
    with unit_of_work() as session:
        loaded = programme.load_fund(session, definition=definition, actor=OPERATOR, now=now())
        return loaded.round.id, definition


def import_grants(file: Path, *, round_id: int, most: int | None) -> tuple[int, int]:
    """Read the file and take every good row in as a bid in one transaction; then once more, to no effect.

    Gives how many bids were taken in and how many rows refused.
    """
    read = read_bid_file(file.name, file.read_bytes())
    if read.file_faults:
        raise Failed(f"{file.name} cannot be read: {read.file_faults[0]}")
    if most is not None:
        read = replace(read, bids=read.bids[:most])
    with unit_of_work() as session:
        plan = plan_import(session, round_id=round_id, file=read)
        taken = len(import_bids(session, plan=plan, skip_refused=True, actor=OPERATOR, now=now()))
    with unit_of_work() as session:
        again = plan_import(session, round_id=round_id, file=read)
    if again.new or len(again.unchanged) != taken:
        raise Failed("The same file a second time was not found unchanged.")
    return taken, plan.refused_rows


def screen(life: Life, progress: Progress) -> int:
    """The manager sends every bid to review, one deed each."""
    ids = bids_at(db.session(), life.round_id, Stage.SUBMITTED)
    for done, application_id in enumerate(ids, start=1):
        with unit_of_work() as session:
            applications.send_to_review(
                session,
                application_id=application_id,
                actor=life.people.actor(session, "manager"),
                now=now(),
            )
        progress(done, len(ids))
    return len(ids)


def assign(life: Life, wait: Callable[[Callable[[], bool], str], None]) -> int:
    """A worker proposes who reads what, the manager applies it. Gives how many reviews were assigned."""
    with unit_of_work() as session:
        manager = life.people.actor(session, "manager")
        run_id = reviewing.request_assignment(session, round_id=life.round_id, actor=manager, now=now()).id

    def finished() -> bool:
        with unit_of_work() as session:
            state = session.scalar(select(AssignmentRun.state).where(AssignmentRun.id == run_id))
        if state is RunState.FAILED:
            raise Failed("The reviewers could not be assigned.")
        return state is RunState.PROPOSED

    wait(finished, "the worker to propose who reads what")
    with unit_of_work() as session:
        manager = life.people.actor(session, "manager")
        reviewing.apply_assignment(session, run_id=run_id, reason="As proposed.", actor=manager, now=now())
    return db.session().scalar(select(func.count()).select_from(Assignment)) or 0


def score(life: Life, progress: Progress) -> int:
    """Every reviewer declares, scores and locks every bid they were given: one transaction a sheet."""
    rows = db.session().execute(
        select(Assignment.id, Assignment.person_id, Application.source_id)
        .join(Application, Application.id == Assignment.application_id)
        .order_by(Assignment.id)
    )
    tasks = rows.tuples().all()
    for done, (assignment_id, person_id, source_id) in enumerate(tasks, start=1):
        score_one(life, assignment_id, person_id, source_id or "")
        progress(done, len(tasks))
    return len(tasks)


def score_one(life: Life, assignment_id: int, person_id: int, source_id: str) -> None:
    """One simulated sheet, from declaring to locking."""
    with unit_of_work() as session:
        actor, moment = accounts.actor_for(session, person_id), now()
        reviewing.declare(
            session, assignment_id=assignment_id, conflict=False, reason="", actor=actor, now=moment
        )
        sheet = scoring.open_sheet(
            session, assignment_id=assignment_id, actor=actor, now=moment, simulated=True
        )
        for theme in life.definition.rubric.theme_keys:
            given = simulation.scores(
                life.definition.rubric, source_id=source_id, reviewer=person_id, theme=theme
            )
            scoring.save_theme(
                session,
                sheet_id=sheet.id,
                theme=theme,
                scores=dict(given),
                not_addressed=False,
                justification=simulation.JUSTIFICATION,
                version=sheet.version,
                actor=actor,
                now=moment,
            )
        scoring.lock(session, sheet_id=sheet.id, version=sheet.version, actor=actor, now=moment)


def ranked(life: Life) -> int:
    """How many bids have a rank."""
    statement = select(func.count()).where(Result.round_id == life.round_id, Result.sort_key.is_not(None))
    return db.session().scalar(statement) or 0


def decide(life: Life) -> tuple[int, int]:
    """The chair decides along the line, then tied bids one by one; a second member signs where wanted.

    Gives how many bids were funded and the pence awarded.
    """
    with unit_of_work() as session:
        chair = life.people.actor(session, "chair")
        decided = allocations.decide_to_the_line(
            session,
            round_id=life.round_id,
            reason_above="Simulated decision: among the best scores that the pot reaches.",
            reason_below="Simulated decision: the pot does not reach this score.",
            actor=chair,
            now=now(),
        )
    for application_id in decided.tied:
        _decide_tied(life, application_id)
    _countersign(life)
    with unit_of_work() as session:
        round_ = rounds.round_by_id(session, life.round_id)
        pot = decisions.pot_position(session, round_)
        funded = sum(row.amount > 0 for row in decisions.all_decisions(session, life.round_id))
    if pot.left < 0 or pot.committed + pot.left != pot.pot:
        raise Failed(f"The pot does not add up: {pot}")
    return funded, pot.committed


def _decide_tied(life: Life, application_id: int) -> None:
    """A bid tied at the line is funded if it fits, in the order of references; the panel may choose so."""
    with unit_of_work() as session:
        round_ = rounds.round_by_id(session, life.round_id)
        ask = session.scalars(select(Application.ask).where(Application.id == application_id)).one()
        fits = ask <= decisions.pot_position(session, round_).left
        panels.decide(
            session,
            application_id=application_id,
            outcome=Outcome.FUND if fits else Outcome.DECLINE,
            amount=ask if fits else 0,
            reason="Simulated decision: tied at the line, taken in order of reference while money lasts.",
            actor=life.people.actor(session, "chair"),
            now=now(),
        )


def _countersign(life: Life) -> None:
    with unit_of_work() as session:
        deputy = life.people.actor(session, "deputy")
        for decision, _ in decisions.waiting_for_countersignature(session, life.round_id):
            panels.countersign(session, decision_id=decision.id, actor=deputy, now=now())


def release(life: Life) -> int:
    """The manager puts the decisions forward and the chair releases them. Gives how many."""
    with unit_of_work() as session:
        give_contacts(session, round_id=life.round_id, now=now())
    with unit_of_work() as session:
        manager = life.people.actor(session, "manager")
        release_id = panels.draft_release(session, round_id=life.round_id, actor=manager, now=now()).id
    with unit_of_work() as session:
        chair = life.people.actor(session, "chair")
        return panels.approve_release(session, release_id=release_id, actor=chair, now=now()).decisions


def messages(kind: str | None = None) -> Counter[MessageState]:
    """How many messages stand in each state."""
    counted = select(Message.state, func.count()).group_by(Message.state)
    if kind is not None:
        counted = counted.where(Message.kind == kind)
    with unit_of_work() as session:
        return Counter(dict(session.execute(counted).tuples().all()))


def request_exports(life: Life) -> dict[Format, int]:
    """The finance officer asks for the allocations in every format. Gives the exports' ids."""
    with unit_of_work() as session:
        officer = life.people.actor(session, "officer")
        return {
            format_: exports.request_export(
                session, round_id=life.round_id, format=format_, actor=officer, now=now()
            ).id
            for format_ in Format
        }


def begin(file: Path, *, most: int | None) -> tuple[Life, int, int]:
    """Load the fund, import, register everybody. Gives the life, bids taken in and rows refused."""
    round_id, definition = load_fund()
    taken, refused = import_grants(file, round_id=round_id, most=most)
    with unit_of_work() as session:
        people = register(session, bids=taken, reviews_per_bid=definition.rules.reviews_per_bid, now=now())
    return Life(round_id, definition, people), taken, refused


def bids_at(session: Session, round_id: int, stage: Stage) -> list[int]:
    """Ids of the round's bids at a stage, in the order of references."""
    statement = (
        select(Application.id)
        .where(Application.round_id == round_id, Application.stage == stage)
        .order_by(Application.ref)
    )
    return list(session.scalars(statement))
