"""One bid in each phase of its judging, in a round of its own, and everybody who may meet it there."""

from dataclasses import dataclass, field, replace
from typing import Any

from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from grants.accounts import actions as accounts
from grants.accounts import queries as people
from grants.applications import actions as applications
from grants.applications.models import Application
from grants.core.db import unit_of_work
from grants.panels import actions as panels
from grants.panels.states import Outcome
from grants.permissions import Actor, Role
from grants.programme import actions as programme
from grants.programme import queries as programme_queries
from grants.programme.definition import ReviewerKind
from grants.reviewing import actions as reviewing
from grants.reviewing.models import Assignment, Conflict
from grants.reviewing.states import AssignmentState
from grants.scoring import actions as scoring
from grants.scoring.models import Sheet
from tests.browser import Browser
from tests.rooms.applications import world as w
from tests.rooms.reviewing import panel as p
from tests.signing_in import sign_in

PHASES = ("sent", "in review", "scored", "decided", "released")

PEOPLE = (
    "locked",
    "open",
    "idle",
    "undeclared",
    "conflicted",
    "late",
    "chair",
    "chair in conflict",
    "reviewing chair",
    "manager",
    "manager in conflict",
    "auditor",
)
"""The columns of the table."""

HELPERS = ("second", "other chair")
"""Somebody whose sheet the others may see, and a chair who puts conflicts on record."""

TEAM = ("locked", "second", "open", "undeclared", "conflicted", "late", "reviewing chair")
GIVES = {"locked": 3, "second": 4, "open": 2, "late": 1, "reviewing chair": 5}
"""What each gives in every cell."""

ROLES = {
    **dict.fromkeys(("chair", "chair in conflict", "reviewing chair", "other chair"), Role.CHAIR),
    **dict.fromkeys(("manager", "manager in conflict"), Role.MANAGER),
    "auditor": Role.AUDITOR,
}
"""Those who are not here are reviewers."""


def title_of(phase: str) -> str:
    """What the phase's bid is called: nothing else is."""
    return f"Titleof{phase.replace(' ', '')}"


def verdict_of(person: str) -> str:
    """How the person justifies their scores."""
    return f"Verdictof{person.replace(' ', '')}"


@dataclass
class World:
    """The app with its five rounds; `records` are what addresses are made of, by phase."""

    app: Flask
    person_ids: dict[str, int] = field(default_factory=dict)
    records: dict[str, dict[str, Any]] = field(default_factory=dict)
    browsers: dict[str, Browser] = field(default_factory=dict)

    def browser(self, name: str) -> Browser:
        """The browser of that person, signed in with their second factor."""
        if name not in self.browsers:
            browser = Browser(self.app)
            with self.app.app_context(), unit_of_work() as session:
                sign_in(browser, people.person(session, self.person_ids[name]))
            self.browsers[name] = browser
        return self.browsers[name]


@dataclass(frozen=True)
class Stage:
    """One round while it is built."""

    session: Session
    world: World
    phase: str
    bid: Application

    def by(self, name: str) -> Actor:
        """The person, as they stand now."""
        return people.actor_for(self.session, self.world.person_ids[name])

    def reached(self, phase: str) -> bool:
        """Whether the round has come as far as `phase`."""
        return PHASES.index(self.phase) >= PHASES.index(phase)


def build(app: Flask) -> World:
    """Everybody, and a round for each phase."""
    world = World(app)
    with app.app_context(), unit_of_work() as session:
        for name in (*PEOPLE, *HELPERS):
            world.person_ids[name] = w.person(session, name.replace(" ", "-"))
            role = ROLES.get(name, Role.REVIEWER)
            accounts.grant_role(
                session, person_id=world.person_ids[name], role=role, actor=w.OPERATOR, now=p.NOW
            )
        for name in (*TEAM, "idle"):
            kind = ReviewerKind.CITIZEN if name in ("locked", "idle") else ReviewerKind.COUNCIL
            reviewing.add_reviewer(
                session, person_id=world.person_ids[name], kind=kind, most_bids=100,
                actor=people.actor_for(session, world.person_ids["manager"]), now=p.NOW,
            )  # fmt: skip
        for number, phase in enumerate(PHASES):
            _build_round(Stage(session, world, phase, _bid(session, phase, number)))
    return world


def _bid(session: Session, phase: str, number: int) -> Application:
    """The only bid of a new round, sent but not looked at."""
    fund = p.fund(reviews=2)
    definition = replace(fund, round_key=f"phase-{number}", round_name=f"Round {number}")
    round_ = programme.load_fund(session, definition=definition, actor=w.OPERATOR, now=p.NOW).round
    return applications.receive_imported(
        session, round_id=round_.id, lead_id=w.organisation(session, f"Lead {number}"), title=title_of(phase),
        ask=1_000_000, answers={}, source_id="one", source_digest="", submitted_at=w.OPEN,
        not_collected=["partners", "answers"], imported={}, actor=w.OPERATOR, now=p.NOW,
    )  # fmt: skip


def _build_round(stage: Stage) -> None:
    record: dict[str, Any] = {"ref": stage.bid.ref, "theme": "youth"}
    record["round_ref"] = programme_queries.round_by_id(stage.session, stage.bid.round_id).ref
    stage.world.records[stage.phase] = record
    for name in ("chair in conflict", "manager in conflict"):
        _conflict(stage, name)
    if not stage.reached("in review"):
        for name in ("conflicted", "late"):
            record["conflict_id"] = _conflict(stage, name)
        return
    applications.send_to_review(
        stage.session, application_id=stage.bid.id, actor=stage.by("manager"), now=p.NOW
    )
    record["sheet_id"] = _review(stage)
    record["conflict_id"] = _conflict(stage, "late")
    if stage.reached("scored"):
        _finish(stage)
    if stage.reached("decided"):
        _decide(stage)


def _conflict(stage: Stage, name: str) -> int:
    """A confirmed conflict of interest, which the manager put on record."""
    found = reviewing.record_conflict(
        stage.session, person_id=stage.world.person_ids[name], application_id=stage.bid.id,
        reason="A trustee.", actor=stage.by("manager"), now=p.NOW,
    )  # fmt: skip
    _confirm(stage, found)
    return found.id


def _confirm(stage: Stage, found: Conflict) -> None:
    reviewing.settle_conflict(
        stage.session, conflict_id=found.id, deed="confirm", reason="So it is.",
        actor=stage.by("other chair"), now=p.NOW,
    )  # fmt: skip


def _review(stage: Stage) -> int:
    """Everybody has got the bid: some have locked, some have begun, one has a conflict, one said nothing yet.

    Gives the id of a locked sheet.
    """
    for name in TEAM:
        stage.session.add(
            Assignment(
                application_id=stage.bid.id, person_id=stage.world.person_ids[name], assigned_at=p.NOW,
                state=AssignmentState.CLEARED if name in GIVES else AssignmentState.ASSIGNED,
                declared_at=p.NOW if name in GIVES else None,
            )
        )  # fmt: skip
    stage.session.flush()
    reviewing.declare(
        stage.session, assignment_id=_task(stage, "conflicted").id, conflict=True, reason="My sister.",
        actor=stage.by("conflicted"), now=p.NOW,
    )  # fmt: skip
    _confirm(stage, stage.session.scalars(select(Conflict).order_by(Conflict.id.desc()).limit(1)).one())
    _score(stage, "open", themes=1)
    _score(stage, "reviewing chair", themes=1)
    for name in ("locked", "late"):
        _lock(stage, _score(stage, name))
    return _lock(stage, _score(stage, "second"))


def _task(stage: Stage, name: str) -> Assignment:
    mine = Assignment.person_id == stage.world.person_ids[name]
    return stage.session.scalars(
        select(Assignment).where(mine, Assignment.application_id == stage.bid.id)
    ).one()


def _score(stage: Stage, name: str, *, themes: int = 5) -> Sheet:
    actor, rubric = stage.by(name), p.fund(reviews=2).rubric
    sheet = scoring.open_sheet(stage.session, assignment_id=_task(stage, name).id, actor=actor, now=p.NOW)
    for theme in rubric.theme_keys[:themes]:
        scoring.save_theme(
            stage.session, sheet_id=sheet.id, theme=theme, not_addressed=False,
            scores=dict.fromkeys(rubric.strand_keys, GIVES[name]), justification=verdict_of(name),
            version=sheet.version, actor=actor, now=p.NOW,
        )  # fmt: skip
    return sheet


def _lock(stage: Stage, sheet: Sheet) -> int:
    actor = people.actor_for(stage.session, sheet.person_id)
    scoring.lock(stage.session, sheet_id=sheet.id, version=sheet.version, actor=actor, now=p.NOW)
    return sheet.id


def _finish(stage: Stage) -> None:
    """The reviewing chair locks, one reviewer gives the bid back, who said nothing is taken off it."""
    _lock(stage, _score(stage, "reviewing chair"))
    reviewing.decline(
        stage.session, assignment_id=_task(stage, "open").id, reason="Ill.", actor=stage.by("open"), now=p.NOW
    )
    reviewing.swap(
        stage.session, application_id=stage.bid.id, off=stage.world.person_ids["undeclared"], on=None,
        reason="Silent.", actor=stage.by("manager"), now=p.NOW,
    )  # fmt: skip


def _decide(stage: Stage) -> None:
    """The panel funds the bid, and where the phase has come that far, releases it."""
    panels.decide(
        stage.session, application_id=stage.bid.id, outcome=Outcome.FUND, amount=stage.bid.ask,
        reason="Strong.", actor=stage.by("other chair"), now=p.NOW,
    )  # fmt: skip
    if stage.reached("released"):
        round_id = stage.bid.round_id
        release = panels.draft_release(stage.session, round_id=round_id, actor=stage.by("manager"), now=p.NOW)
        panels.approve_release(stage.session, release_id=release.id, actor=stage.by("other chair"), now=p.NOW)
